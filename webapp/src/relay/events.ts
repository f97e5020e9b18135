import { createClient } from 'graphql-sse'

/** Follows operations by server-sent events, a connection for each, and connects again by itself. */
export const client = createClient({ url: '/graphql', retryAttempts: 20 })
