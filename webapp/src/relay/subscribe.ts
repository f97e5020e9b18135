import { createClient } from 'graphql-sse'
import { Observable } from 'relay-runtime'
import type { GraphQLResponse, RequestParameters, Variables } from 'relay-runtime'
import { RequestError, compose } from './network'

const client = createClient({ url: '/graphql', retryAttempts: 20 })

/** Follows an operation by server-sent events, a connection for each; it connects again by itself. */
export function follow(request: RequestParameters, variables: Variables): Observable<GraphQLResponse> {
  return Observable.from(compose(request, variables)).mergeMap((body) =>
    Observable.create<GraphQLResponse>((sink) =>
      client.subscribe(body as { query: string }, {
        next: (response) => sink.next(response as GraphQLResponse),
        error: (cause) => sink.error(new RequestError('OFFLINE', String(cause))),
        complete: () => sink.complete(),
      }),
    ),
  )
}
