import './workers'
import 'graphiql/style.css'
import './page.css'
import { GraphiQL } from 'graphiql'
import type { GraphiQLProps } from 'graphiql'
import { createRoot } from 'react-dom/client'
import { examples } from './examples'

// The session's cookie goes along: one asks as who is signed in to the web app in this browser.
const fetcher: GraphiQLProps['fetcher'] = async (request, options) => {
  const headers = { 'content-type': 'application/json', ...options?.headers }
  const answer = await fetch('/graphql', { method: 'POST', headers, body: JSON.stringify(request) })
  return answer.json()
}

createRoot(document.getElementById('root')!).render(
  <GraphiQL fetcher={fetcher} defaultTabs={examples} defaultTheme="dark" defaultEditorToolsVisibility="variables">
    <GraphiQL.Logo>
      <a className="logo" href="/">
        Stream<span>Ex</span>
      </a>
    </GraphiQL.Logo>
  </GraphiQL>,
)
