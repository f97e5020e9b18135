// node ws.mjs URL TOKEN: a graphql-ws client. It does what lines of JSON on its input say ({"subscribe": id, "query": text} or
// {"complete": id}) and prints what happens, a line of JSON each.
import { createInterface } from 'node:readline'
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'

const [url, token] = process.argv.slice(2)
const tell = (what, value = null, id = '') => console.log(JSON.stringify({ what, id, value }))
const client = createClient({
  url,
  webSocketImpl: WebSocket,
  connectionParams: () => (token ? { authorization: `Bearer ${token}` } : {}),
  on: { connecting: () => tell('connecting'), connected: () => tell('connected'), closed: (event) => tell('closed', event.code) },
})
const running = {}
for await (const line of createInterface({ input: process.stdin })) {
  const { subscribe: id, query, complete } = JSON.parse(line)
  if (complete) running[complete]()
  else {
    running[id] = client.subscribe({ query }, {
      next: (value) => tell('next', value, id),
      error: (error) => tell('error', error.code ?? error, id),
      complete: () => tell('complete', null, id),
    })
  }
}
client.terminate()
