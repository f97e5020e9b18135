import { afterEach, expect, test, vi } from 'vitest'
import { adminDictionaries } from './admin'
import { dictionaries } from './dictionary'
import { duration, initials, list, percent } from './format'
import { guessLanguage, rememberLanguage } from './language'

const { en, es } = dictionaries

/** Every text of a dictionary by its path, functions called with something to fill in. */
function texts(dictionary: object, path = ''): [string, string][] {
  return Object.entries(dictionary).flatMap(([key, value]): [string, string][] => {
    if (typeof value === 'function') return [[path + key, String(value(2, 3))]]
    return typeof value === 'object' ? texts(value, `${path}${key}.`) : [[path + key, value]]
  })
}

const all = [dictionaries, adminDictionaries]

test.each(all)('both languages say everything', (said) => {
  const spanish = new Map(texts(said.es))
  expect([...spanish.keys()].toSorted()).toEqual(
    texts(said.en)
      .map(([path]) => path)
      .toSorted(),
  )
  for (const [path, text] of spanish) expect(text.trim(), path).not.toBe('')
})

test.each(all)('nothing was left in the other language', (said) => {
  const spanish = new Map(texts(said.es))
  const same = texts(said.en).filter(([path, text]) => spanish.get(path) === text && /\p{L}{3}/u.test(text))
  expect(same).toEqual([])
})

test('counts are in the right number', () => {
  expect([en.seasons(1), en.seasons(2), es.seasons(1), es.seasons(3)]).toEqual(['1 season', '2 seasons', '1 temporada', '3 temporadas'])
  expect([en.episodeCode(1, 7), es.episodeCode(2, 3), en.episodeCode(null, 4)]).toEqual(['S1 E7', 'T2 E3', 'E4'])
})

test.each([
  [0, '1 min'],
  [59, '1 min'],
  [60 * 49, '49 min'],
  [3600, '1 h'],
  [3599, '1 h'],
  [5460, '1 h 31 min'],
])('%d seconds are %s', (seconds, text) => expect(duration(seconds)).toBe(text))

test.each([
  [0, 0],
  [0.001, 1],
  [0.55, 55],
  [0.999, 99],
  [1, 100],
  [1.2, 100],
  [-1, 0],
])('a share of %d is %d percent', (share, whole) => expect(percent(share)).toBe(whole))

test.each([
  ['Buster Keaton', 'BK'],
  ['Émile Cohl', 'ÉC'],
  ['F. W. Murnau', 'FM'],
  ['Pola', 'P'],
  ['', ''],
])('the initials of %s are %s', (name, letters) => expect(initials(name)).toBe(letters))

test('names are listed as each language does', () => {
  expect(list(['A', 'B', 'C'], 'en')).toBe('A, B, and C')
  expect(list(['A', 'B', 'C'], 'es')).toBe('A, B y C')
})

afterEach(() => {
  localStorage.clear()
  vi.unstubAllGlobals()
})

test('the language is that of the browser until a profile told its own', () => {
  vi.stubGlobal('navigator', { languages: ['fr-FR', 'es-MX', 'en'] })
  expect(guessLanguage()).toBe('es')
  vi.stubGlobal('navigator', { languages: ['fr', 'de'] })
  expect(guessLanguage()).toBe('en')
  rememberLanguage('es')
  expect(guessLanguage()).toBe('es')
})
