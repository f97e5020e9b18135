// node sse.mjs URL TOKEN: a graphql-sse client, with a connection for each operation. It does what lines of JSON on its input say
// ({"subscribe": id, "query": text} or {"complete": id}) and prints what happens, a line of JSON each.
import { createInterface } from 'node:readline'
import { createClient } from 'graphql-sse'

const [url, token] = process.argv.slice(2)
const tell = (what, value = null, id = '') => console.log(JSON.stringify({ what, id, value }))
const client = createClient({
  url,
  headers: () => (token ? { authorization: `Bearer ${token}` } : {}),
  on: { connecting: () => tell('connecting'), connected: () => tell('connected') },
})
const running = {}
for await (const line of createInterface({ input: process.stdin })) {
  const { subscribe: id, query, complete } = JSON.parse(line)
  if (complete) running[complete]()
  else {
    running[id] = client.subscribe({ query }, {
      next: (value) => tell('next', value, id),
      error: (error) => tell('error', error.response?.status ?? error.message, id),
      complete: () => tell('complete', null, id),
    })
  }
}
client.dispose()
