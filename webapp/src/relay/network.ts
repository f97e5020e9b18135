import type { FetchFunction, GraphQLResponse, RequestParameters, Variables } from 'relay-runtime'

/** What went wrong: a code of the API, or OFFLINE when it was not reached. */
export class RequestError extends Error {
  override name = 'RequestError'
  readonly code: string

  constructor(code: string, message = code) {
    super(message)
    this.code = code
  }
}

const patience = 20_000 // ms
const headers = { 'content-type': 'application/json', accept: 'application/json' }

/** Sends an operation by the hash of its document, unless the page brought the answer along. */
export const send: FetchFunction = (request, variables) => takeBoot(request, variables) ?? post(request, variables)

/** The server may have run the page's operation already. Its answer is used once: it is out of date afterwards. */
function takeBoot(request: RequestParameters, variables: Variables): GraphQLResponse | undefined {
  const element = document.getElementById('boot')
  if (!element) return undefined
  const boot = JSON.parse(element.textContent ?? '')
  if (boot.id !== request.id || JSON.stringify(boot.variables) !== JSON.stringify(variables)) return undefined
  element.remove()
  return boot.response
}

async function post(request: RequestParameters, variables: Variables): Promise<GraphQLResponse> {
  let answer: Response
  let body: string
  try {
    const sent = JSON.stringify(await compose(request, variables))
    answer = await fetch('/graphql', { method: 'POST', headers, body: sent, signal: AbortSignal.timeout(patience) })
    body = await answer.text()
  } catch (cause) {
    throw new RequestError('OFFLINE', String(cause))
  }
  return read(body, answer.status)
}

/** What is sent of an operation: the hash of its document. */
export async function compose(request: RequestParameters, variables: Variables) {
  if (import.meta.env.DEV && import.meta.env.MODE !== 'test') {
    // The server knows the documents of the last build, not those being written.
    const { default: documents } = await import('../../documents.json')
    return { query: (documents as Record<string, string>)[request.id ?? ''], variables }
  }
  return { extensions: { persistedQuery: { version: 1, sha256Hash: request.id } }, variables }
}

function read(body: string, status: number): GraphQLResponse {
  let response
  try {
    response = JSON.parse(body)
  } catch {
    // Not from the API: a proxy in front of it, say.
    throw new RequestError(status >= 500 ? 'UNAVAILABLE' : 'INTERNAL_SERVER_ERROR', `status ${status}`)
  }
  // A failed root field is the screen's failure. What failed further below is null there, and the screen shows the rest.
  const failure = response.errors?.find(({ path }: { path?: unknown[] }) => response.data == null || (path?.length ?? 0) < 2)
  if (failure || response.data == null) throw new RequestError(failure?.extensions?.code ?? 'INTERNAL_SERVER_ERROR', failure?.message)
  return response
}
