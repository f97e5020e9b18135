import type { RequestParameters } from 'relay-runtime'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { RequestError, send } from './network'
import { inside } from './session'

const request = { id: 'abc', name: 'HomeQuery', operationKind: 'query', text: null, metadata: {} } as RequestParameters
const answer = { data: { home: { id: 'H1' } } }
const fetchMock = vi.fn<typeof fetch>()

beforeEach(() => {
  document.body.innerHTML = ''
  fetchMock.mockReset()
  vi.stubGlobal('fetch', fetchMock)
})
afterEach(() => vi.unstubAllGlobals())

const ask = async (variables = {}) => send(request, variables, {})
const respond = (body: unknown, status = 200) =>
  fetchMock.mockResolvedValueOnce(new Response(typeof body === 'string' ? body : JSON.stringify(body), { status }))

function boot(content: object) {
  const script = document.createElement('script')
  script.type = 'application/json'
  script.id = 'boot'
  script.textContent = JSON.stringify(content)
  document.body.append(script)
}

test('an operation travels as the hash of its document', async () => {
  respond(answer)
  await expect(ask({ first: 3 })).resolves.toEqual(answer)
  expect(fetchMock).toHaveBeenCalledOnce()
  const [address, init] = fetchMock.mock.calls[0]!
  expect(address).toBe('/graphql')
  expect(init?.method).toBe('POST')
  expect(JSON.parse(init?.body as string)).toEqual({
    extensions: { persistedQuery: { version: 1, sha256Hash: 'abc' } },
    variables: { first: 3 },
  })
})

test('the answer in the page is used once', async () => {
  boot({ id: 'abc', variables: {}, response: answer })
  await expect(ask()).resolves.toEqual(answer)
  expect(fetchMock).not.toHaveBeenCalled()
  respond({ data: { home: { id: 'H2' } } })
  await expect(ask()).resolves.toEqual({ data: { home: { id: 'H2' } } })
  expect(fetchMock).toHaveBeenCalledOnce()
})

test('the answer in the page is for its own operation and variables only', async () => {
  boot({ id: 'other', variables: {}, response: { data: {} } })
  respond(answer)
  await expect(ask()).resolves.toEqual(answer)
  document.getElementById('boot')?.remove()
  boot({ id: 'abc', variables: {}, response: { data: {} } })
  respond(answer)
  await expect(ask({ first: 3 })).resolves.toEqual(answer)
  expect(document.getElementById('boot')).not.toBeNull()
})

const failure = (code: string, path: unknown[] = ['home']) => ({ message: 'in English', path, extensions: { code } })

test.each([
  ['an answer without data', { data: null, errors: [failure('UNAUTHENTICATED')] }, 200, 'UNAUTHENTICATED'],
  ['a failed root field', { data: { title: null }, errors: [failure('PROFILE_REQUIRED', ['title'])] }, 200, 'PROFILE_REQUIRED'],
  ['an unknown document', { errors: [{ message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }] }, 200, 'PERSISTED_QUERY_NOT_FOUND'],
  ['a database that is away', { errors: [failure('UNAVAILABLE')] }, 503, 'UNAVAILABLE'],
  ['a proxy that speaks', '<html>502</html>', 502, 'UNAVAILABLE'],
  ['a page in place of an answer', '<html>', 200, 'INTERNAL_SERVER_ERROR'],
  ['an answer of nothing', {}, 200, 'INTERNAL_SERVER_ERROR'],
])('%s is an error with its code', async (_, body, status, code) => {
  respond(body, status)
  const error = await ask().catch((cause: unknown) => cause)
  expect(error).toBeInstanceOf(RequestError)
  expect((error as RequestError).code).toBe(code)
})

test('what failed below a root field leaves the rest', async () => {
  const partial = { data: { home: { rows: null } }, errors: [failure('INTERNAL_SERVER_ERROR', ['home', 'rows'])] }
  respond(partial)
  await expect(ask()).resolves.toEqual(partial)
})

test('a server that is not reached is OFFLINE', async () => {
  fetchMock.mockRejectedValueOnce(new TypeError('Failed to fetch'))
  await expect(ask()).rejects.toMatchObject({ code: 'OFFLINE' })
})

test.each([
  ['/title/faust-1926?season=2#x', '/title/faust-1926?season=2#x'],
  ['//example.org/a', '/'],
  ['https://example.org/', '/'],
  ['/\\example.org', '/'],
  ['javascript:alert(1)', '/'],
])('%s leads to %s', (to, path) => expect(inside(to)).toBe(path))
