import { expect, test } from 'vitest'
import { blankTitle, filled, fromTitle, titleFieldOf, toEpisodes, toMovie, toSeasons, toSeries } from './titleValue'

const movie = {
  slug: 'm-1931',
  originalName: 'M – Eine Stadt sucht einen Mörder',
  year: 1931,
  releasedOn: '1931-05-11',
  maturity: 'AGE_12',
  language: 'de',
  genres: [{ id: 'g1' }, { id: 'g2' }],
  durationSeconds: 6660,
}
const editing = { name: 'M', synopsis: 'A city looks for a murderer.', texts: [], availableFrom: null, availableUntil: '2030-01-02T10:00:00Z' }

test('a movie goes into its fields and comes back as it was', () => {
  const value = fromTitle(movie, editing)
  expect(value).toMatchObject({ year: '1931', minutes: '111', genreIds: ['g1', 'g2'], availableFrom: '' })
  expect(toMovie(value, value)).toEqual({
    name: 'M',
    synopsis: 'A city looks for a murderer.',
    texts: [],
    originalName: movie.originalName,
    slug: 'm-1931',
    year: 1931,
    releasedOn: '1931-05-11',
    maturity: 'AGE_12',
    language: 'de',
    availableFrom: null,
    availableUntil: '2030-01-02T10:00:00.000Z',
    genreIds: ['g1', 'g2'],
    durationSeconds: 6660,
  })
})

test('what was emptied is removed, what was left alone is left out', () => {
  const value = { ...fromTitle(movie, editing), year: '', minutes: '', language: ' ' }
  expect(toMovie({ year: '', minutes: '', language: ' ' }, value)).toEqual({ year: null, durationSeconds: null, language: null })
  expect(toSeries({ status: 'ENDED' }, { ...value, status: 'ENDED' })).toEqual({ status: 'ENDED' })
})

test('a new title sends what was filled in', () => {
  const value = { ...blankTitle, name: 'Dry Season', nameEs: 'Tiempo seco' }
  expect(toSeries(filled(value), value)).toEqual({
    name: 'Dry Season',
    texts: [{ language: 'es', name: 'Tiempo seco', synopsis: null }],
    maturity: 'ALL',
    status: 'RETURNING',
  })
})

test('episodes are named one a line', () => {
  expect(toEpisodes(' One \n\nTwo\n')).toEqual([
    { number: 1, name: 'One' },
    { number: 2, name: 'Two' },
  ])
  expect(toSeasons([{ key: 'k', number: '2', episodes: '' }])).toEqual([{ number: 2, episodes: [] }])
})

test.each([
  [['input', 'name'], 'name'],
  [['input', 'durationSeconds'], 'minutes'],
  [['input', 'genreIds', '3'], 'genreIds'],
  [['input', 'texts', '0', 'synopsis'], 'synopsisEs'],
  [['seasons', '1', 'episodes', '0', 'name'], 'seasons.1'],
  [['seasons'], 'seasons'],
  [['version'], ''],
  [['idempotencyKey'], ''],
])('a problem at %j is shown at %j', (path, field) => expect(titleFieldOf(path, { ...blankTitle, nameEs: 'Tiempo seco' })).toBe(field))
