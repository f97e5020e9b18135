import type { AdminDictionary } from '../../../language/admin'

/** What the server finds wrong with what was typed. */
export type Problem = { readonly code: string; readonly message: string; readonly path: readonly string[] }

/** A problem in the language of the interface: the server's own words where there are none for it. */
export function problemText({ code, message }: Problem, text: AdminDictionary): string {
  return text.problems[message] ?? text.problemOf(code, message)
}
