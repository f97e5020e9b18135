import type { Language } from './dictionary'

/** A length as people say it: 1 h 31 min, the same in both languages. */
export function duration(seconds: number): string {
  const minutes = Math.max(1, Math.round(seconds / 60))
  const hours = Math.floor(minutes / 60)
  const rest = minutes % 60
  if (hours === 0) return `${minutes} min`
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`
}

/** A share from 0 to 1 as a whole number of percent. What was begun is never 0, what is unfinished never 100. */
export function percent(fraction: number): number {
  if (fraction <= 0) return 0
  if (fraction >= 1) return 100
  return Math.min(99, Math.max(1, Math.round(fraction * 100)))
}

/** Names as a sentence lists them: A, B and C. */
export function list(names: readonly string[], language: Language): string {
  return new Intl.ListFormat(language, { type: 'conjunction' }).format(names)
}

/** The first letters of a name's first and last word. */
export function initials(name: string): string {
  const words = name.split(/[\s-]+/).filter((word) => /^\p{L}/u.test(word))
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words
  return ends.map((word) => [...(word ?? '')][0]?.toUpperCase()).join('')
}
