import type { Maturity, MovieInput } from '../../../__generated__/MovieCreateMutation.graphql'
import type { NewSeasonInput, SeriesInput, SeriesStatus } from '../../../__generated__/SeriesCreateMutation.graphql'
import { fromField, toField } from '../parts/format'
import { seconds, whole } from '../parts/number'
import { fromTexts, textFieldOf, toTexts } from '../parts/texts'
import type { Texts } from '../parts/texts'

/** A season that a new series begins with: its number, and the names of its episodes, one a line. */
export type FirstSeason = { key: string; number: string; episodes: string }

/** What a title's form holds, as its fields take it. */
export type TitleValue = Texts & {
  originalName: string
  slug: string
  year: string
  releasedOn: string
  maturity: string
  language: string
  availableFrom: string
  availableUntil: string
  genreIds: readonly string[]
  minutes: string
  status: string
  seasons: readonly FirstSeason[]
}

/** A title before anything is typed. */
export const blankTitle: TitleValue = {
  name: '',
  synopsis: '',
  nameEn: '',
  synopsisEn: '',
  nameEs: '',
  synopsisEs: '',
  originalName: '',
  slug: '',
  year: '',
  releasedOn: '',
  maturity: 'ALL',
  language: '',
  availableFrom: '',
  availableUntil: '',
  genreIds: [],
  minutes: '',
  status: 'RETURNING',
  seasons: [],
}

type Stored = {
  readonly slug: string
  readonly originalName: string | null | undefined
  readonly year: number | null | undefined
  readonly releasedOn: string | null | undefined
  readonly maturity: string
  readonly language: string | null | undefined
  readonly genres: readonly { readonly id: string }[]
  readonly durationSeconds?: number | null | undefined
  readonly status?: string
}

type Editing = Parameters<typeof fromTexts>[0] & {
  readonly availableFrom: string | null | undefined
  readonly availableUntil: string | null | undefined
}

/** What the form begins with, of a title that there is. */
export function fromTitle(title: Stored, editing: Editing): TitleValue {
  return {
    ...fromTexts(editing),
    originalName: title.originalName ?? '',
    slug: title.slug,
    year: title.year ? String(title.year) : '',
    releasedOn: title.releasedOn ?? '',
    maturity: title.maturity,
    language: title.language ?? '',
    availableFrom: toField(editing.availableFrom),
    availableUntil: toField(editing.availableUntil),
    genreIds: title.genres.map(({ id }) => id),
    minutes: title.durationSeconds ? String(Math.round(title.durationSeconds / 60)) : '',
    status: title.status ?? 'RETURNING',
    seasons: [],
  }
}

/** The fields that changed, as the API takes them: null removes. */
export function toInput(changed: Partial<TitleValue>, value: TitleValue) {
  const has = (field: keyof TitleValue) => changed[field] !== undefined
  return {
    ...toTexts(changed, value),
    ...(has('originalName') && { originalName: value.originalName.trim() || null }),
    ...(has('slug') && value.slug.trim() && { slug: value.slug.trim() }),
    ...(has('year') && { year: whole(value.year) }),
    ...(has('releasedOn') && { releasedOn: value.releasedOn || null }),
    ...(has('maturity') && { maturity: value.maturity as Maturity }),
    ...(has('language') && { language: value.language.trim() || null }),
    ...(has('availableFrom') && { availableFrom: fromField(value.availableFrom) }),
    ...(has('availableUntil') && { availableUntil: fromField(value.availableUntil) }),
    ...(has('genreIds') && { genreIds: value.genreIds }),
  }
}

/** The same of a movie. */
export function toMovie(changed: Partial<TitleValue>, value: TitleValue): MovieInput {
  return { ...toInput(changed, value), ...(changed.minutes !== undefined && { durationSeconds: seconds(value.minutes) }) }
}

/** The same of a series. */
export function toSeries(changed: Partial<TitleValue>, value: TitleValue): SeriesInput {
  return { ...toInput(changed, value), ...(changed.status !== undefined && { status: value.status as SeriesStatus }) }
}

/** The seasons of a new series. */
export function toSeasons(seasons: readonly FirstSeason[]): NewSeasonInput[] {
  return seasons.map(({ number, episodes }) => ({ number: whole(number), episodes: toEpisodes(episodes) }))
}

/** Episodes by their names, one a line, numbered from 1. */
export function toEpisodes(lines: string): { number: number; name: string }[] {
  const names = lines.split('\n').map((line) => line.trim())
  return names.filter(Boolean).map((name, index) => ({ number: index + 1, name }))
}

/** The field behind a path of the input. */
export function titleFieldOf(path: readonly string[], value: TitleValue): string {
  const [argument, name = '', ...rest] = path
  if (argument === 'seasons') return name ? `seasons.${name}` : 'seasons'
  if (argument !== 'input') return ''
  if (name === 'texts') return textFieldOf(rest, value)
  return name === 'durationSeconds' ? 'minutes' : name
}

/** The fields of a new title that say something. */
export function filled(value: TitleValue): Partial<TitleValue> {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field.length > 0)) as Partial<TitleValue>
}
