import { Environment, Network, Observable, RecordSource, Store, commitMutation, fetchQuery } from 'relay-runtime'
import type { GraphQLResponse, GraphQLTaggedNode, MutationParameters, OperationType, SelectorStoreUpdater, SubscribeFunction } from 'relay-runtime'
import { RequestError, compose, send } from './network'

/** Follows a subscription. What speaks for it is loaded with the first one. */
const subscribe: SubscribeFunction = (request, variables) =>
  Observable.from(Promise.all([import('./events'), compose(request, variables)])).mergeMap(([{ client }, body]) =>
    Observable.create<GraphQLResponse>((sink) =>
      client.subscribe(body as { query: string }, {
        next: (response) => sink.next(response as GraphQLResponse),
        error: (cause) => sink.error(new RequestError('OFFLINE', String(cause))),
        complete: () => sink.complete(),
      }),
    ),
  )

/**
 * The one store of the page. Who signs in, out, or changes the profile loads the page anew, so that nothing of one
 * viewer is ever shown to another.
 */
export const environment = new Environment({
  network: Network.create(send, subscribe),
  store: new Store(new RecordSource(), {
    gcReleaseBufferSize: 20, // screens that Back shows without asking again
    queryCacheExpirationTime: 10 * 60_000,
  }),
})

/**
 * Begins to load what a screen needs, before its code has arrived. The screen joins the request, and reports it when
 * it fails.
 */
export function prefetch<T extends OperationType>(query: GraphQLTaggedNode, variables: T['variables']): void {
  fetchQuery<T>(environment, query, variables, { fetchPolicy: 'store-or-network' }).subscribe({ error: () => {} })
}

/** Runs a mutation; an updater tells the store what the payload alone does not. */
export function mutate<T extends MutationParameters>(
  mutation: GraphQLTaggedNode,
  variables: T['variables'],
  updater?: SelectorStoreUpdater<T['response']>,
): Promise<T['response']> {
  return new Promise((onCompleted, onError) => {
    commitMutation<T>(environment, { mutation, variables, onCompleted, onError, ...(updater && { updater }) })
  })
}
