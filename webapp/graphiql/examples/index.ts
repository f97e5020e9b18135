import home from './home.graphql?raw'
import paging from './paging.graphql?raw'
import series from './series.graphql?raw'
import signIn from './sign-in.graphql?raw'

/** The tabs that GraphiQL opens with. */
export const examples = [
  { query: signIn, variables: JSON.stringify({ email: 'viewer@example.com', password: 'streamex-demo', profile: '' }, null, 2) },
  { query: home, variables: JSON.stringify({ rows: 8, items: 10 }, null, 2) },
  { query: series, variables: JSON.stringify({ slug: 'ash-meridian' }, null, 2) },
  { query: paging, variables: JSON.stringify({ after: null }, null, 2) },
]
