import { afterEach, expect, test } from 'vitest'
import { said } from '../audit/said'
import { keepDraft, onceOnly, readDraft } from './draft'
import { folded } from './folded'
import { notNumbers, seconds, whole } from './number'
import { moved } from './Ordered'
import { fromTexts, textFieldOf, toTexts } from './texts'
import { difference, missing } from './useForm'

afterEach(() => localStorage.clear())

test.each([
  [0, 2, ['b', 'c', 'a']],
  [2, 0, ['c', 'a', 'b']],
  [1, 1, ['a', 'b', 'c']],
  [1, 2, ['a', 'c', 'b']],
])('an item moves from %d to %d', (from, to, order) => expect(moved(['a', 'b', 'c'], from, to)).toEqual(order))

test('only what changed is sent', () => {
  const saved = { name: 'M', genres: ['a', 'b'], year: '1931' }
  expect(difference(saved, { ...saved, genres: ['a', 'b'] })).toEqual({})
  expect(difference(saved, { name: 'M', genres: ['b', 'a'], year: '' })).toEqual({ genres: ['b', 'a'], year: '' })
})

test('a draft outlives the page, and gets the fields that came since', () => {
  const saved = { name: 'M', year: '1931' }
  expect(readDraft('x', saved)).toBeUndefined()
  keepDraft('x', { base: saved, version: 3, value: { ...saved, name: 'M 2' }, once: 'k' })
  expect(readDraft('x', saved)).toEqual({ base: saved, version: 3, value: { name: 'M 2', year: '1931' }, once: 'k' })
  expect(readDraft('x', { ...saved, slug: 'm' })?.value).toEqual({ name: 'M 2', year: '1931', slug: 'm' })
  keepDraft('x', undefined)
  expect(readDraft('x', saved)).toBeUndefined()
  localStorage.setItem('x', '{"no json')
  expect(readDraft('x', saved)).toBeUndefined()
})

test('no two forms have the same key', () => {
  expect(new Set(Array.from({ length: 100 }, onceOnly)).size).toBe(100)
  expect(onceOnly()).toMatch(/^[0-9a-f]{32}$/)
})

test('what is needed is missed', () => {
  expect(missing({ name: ' ', slug: 'm' }, ['name', 'slug'], 'needed')).toEqual({ name: 'needed' })
})

test.each([
  ['', null],
  [' 12 ', 12],
  ['0', 0],
])('the field %j holds %j', (text, number) => expect(whole(text)).toBe(number))

test('minutes are sent as seconds', () => {
  expect([seconds('90'), seconds('')]).toEqual([5400, null])
  expect(notNumbers({ year: '1931', minutes: '1,5', number: '' }, ['year', 'minutes', 'number'], 'no')).toEqual({ minutes: 'no' })
})

test('texts come from their languages and go back there', () => {
  const value = fromTexts({ name: 'M', synopsis: null, texts: [{ language: 'es', name: 'M, el vampiro', synopsis: null }] })
  expect(value).toEqual({ name: 'M', synopsis: '', nameEn: '', synopsisEn: '', nameEs: 'M, el vampiro', synopsisEs: '' })
  expect(toTexts({}, value)).toEqual({})
  expect(toTexts({ name: 'M ' }, { ...value, name: 'M ' })).toEqual({ name: 'M' })
  const both = { ...value, synopsisEn: 'A city looks for a murderer.' }
  expect(toTexts({ synopsisEn: both.synopsisEn }, both)).toEqual({
    texts: [
      { language: 'en', name: null, synopsis: 'A city looks for a murderer.' },
      { language: 'es', name: 'M, el vampiro', synopsis: null },
    ],
  })
  expect(toTexts({ nameEs: '' }, { ...value, nameEs: '' })).toEqual({ texts: [] })
  expect([textFieldOf(['0', 'name'], value), textFieldOf(['0', 'synopsis'], both), textFieldOf(['1', 'name'], both)]).toEqual(['nameEs', 'synopsisEn', 'nameEs'])
})

test('what is typed is compared without case and accents', () => expect(folded('Ficción')).toBe(folded('FICCION')))

test.each([
  [null, '–'],
  ['""', '–'],
  ['null', '–'],
  ['"M"', 'M'],
  ['1931', '1931'],
  ['["a"]', '[\n "a"\n]'],
])('the audit log shows %j as %j', (json, text) => expect(said(json)).toBe(text))
