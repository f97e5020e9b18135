import { Link } from '@tanstack/react-router'
import { useAdminText } from '../../../language/admin'
import { onceOnly } from '../parts/draft'
import { TextArea, TextField } from '../parts/Field'
import { FormFrame } from '../parts/FormFrame'
import { notNumbers } from '../parts/number'
import { Ordered } from '../parts/Ordered'
import { Screen, Section } from '../parts/Screen'
import { toast } from '../parts/Toast'
import { missing, useForm } from '../parts/useForm'
import type { Form } from '../parts/useForm'
import { createMovie } from './Movie'
import { createSeries } from './Series'
import styles from './Seasons.module.css'
import { TitleFields } from './TitleFields'
import { blankTitle, titleFieldOf } from './titleValue'
import type { TitleValue } from './titleValue'

/** A new movie, or a new series with its first seasons. */
export function NewTitle({ series }: { series: boolean }) {
  const text = useAdminText()
  const form = useForm({
    draft: series ? 'new-series' : 'new-movie',
    saved: blankTitle,
    version: 0,
    isNew: true,
    check: (value) => ({ ...missing(value, ['name'], text.required), ...notNumbers(value, ['year', 'minutes'], text.notANumber), ...wrongSeasons(value, text.notANumber) }),
    fieldOf: titleFieldOf,
    async save(sent) {
      const { made, userErrors } = await (series ? createSeries(sent) : createMovie(sent))
      if (!made || userErrors.length > 0) return userErrors
      toast(text.wasCreated(made.name))
      return { to: `/admin/titles/${made.id}` }
    },
  })
  return (
    <Screen heading={series ? text.newSeries : text.newMovie} up={<Link to="/admin/titles">← {text.titles}</Link>}>
      <FormFrame form={form} label={text.create} describe={text.titleFields}>
        <TitleFields form={form} series={series} />
        {series && <FirstSeasons form={form} />}
      </FormFrame>
    </Screen>
  )
}

function wrongSeasons({ seasons }: TitleValue, said: string) {
  return Object.fromEntries(seasons.flatMap(({ number }, index) => (/^\s*\d*\s*$/.test(number) ? [] : [[`seasons.${index}`, said]])))
}

/** The seasons that a new series begins with. */
function FirstSeasons({ form: { value, errors, change } }: { form: Form<TitleValue> }) {
  const text = useAdminText()
  const put = (index: number, patch: Partial<TitleValue['seasons'][number]>) =>
    change({ seasons: value.seasons.map((season, i) => (i === index ? { ...season, ...patch } : season)) })
  return (
    <Section heading={text.seasons}>
      <Ordered
        label={text.seasons}
        items={value.seasons}
        keyOf={({ key }) => key}
        nameOf={({ number }) => text.seasonNumber(number)}
        onChange={(seasons) => change({ seasons })}
      >
        {({ number, episodes }, index) => (
          <div className={styles.first}>
            <TextField label={text.seasonField} value={number} error={errors[`seasons.${index}`]} onChange={(next) => put(index, { number: next })} inputMode="numeric" />
            <TextArea label={text.episodesOf(number)} hint={text.episodesHint} value={episodes} onChange={(next) => put(index, { episodes: next })} />
          </div>
        )}
      </Ordered>
      <div>
        <button
          type="button"
          className="button quiet"
          onClick={() => change({ seasons: [...value.seasons, { key: onceOnly(), number: String(value.seasons.length + 1), episodes: '' }] })}
        >
          {text.addSeason}
        </button>
      </div>
    </Section>
  )
}
