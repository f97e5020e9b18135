/** What is there of a list: what was deleted here is null in it until the list is asked for again. */
export function present<T>(list: readonly (T | null | undefined)[]): T[] {
  return list.filter((item) => item != null)
}

/** The same of the edges of a page. */
export function nodesOf<T>(edges: readonly { readonly node: T | null | undefined }[]): T[] {
  return present(edges.map(({ node }) => node))
}
