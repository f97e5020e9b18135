import { useAdminText } from '../../../language/admin'
import { useText } from '../../../language/language'
import { Choice, TextField } from '../parts/Field'
import { GenrePicker } from '../parts/GenrePicker'
import { Columns, Section } from '../parts/Screen'
import { TextFields } from '../parts/TextFields'
import type { Form } from '../parts/useForm'
import type { TitleValue } from './titleValue'

/** The fields of a movie or a series. */
export function TitleFields({ form, series }: { form: Form<TitleValue>; series: boolean }) {
  const text = useAdminText()
  const { maturityLabel } = useText()
  const { value, errors, change } = form
  const field = (name: 'originalName' | 'slug' | 'year' | 'releasedOn' | 'maturity' | 'language' | 'availableFrom' | 'availableUntil' | 'minutes' | 'status') => ({
    label: text.titleFields[name]!,
    value: value[name],
    error: errors[name],
    onChange: (next: string) => change({ [name]: next }),
  })
  return (
    <>
      <TextFields value={value} errors={errors} onChange={change} />
      <Columns>
        <TextField {...field('originalName')} hint={text.originalNameHint} />
        <TextField {...field('slug')} hint={form.isNew ? text.slugHint : text.slugWarning} />
      </Columns>
      <Columns>
        <TextField {...field('year')} inputMode="numeric" />
        <TextField {...field('releasedOn')} type="date" />
        {series ? <Choice {...field('status')} options={Object.entries(text.statuses)} /> : <TextField {...field('minutes')} inputMode="numeric" />}
      </Columns>
      <Columns>
        <Choice {...field('maturity')} options={Object.entries(maturityLabel)} />
        <TextField {...field('language')} hint={text.languageHint} />
      </Columns>
      <Columns>
        <TextField {...field('availableFrom')} hint={text.availableFromHint} type="datetime-local" />
        <TextField {...field('availableUntil')} hint={text.availableUntilHint} type="datetime-local" />
      </Columns>
      <Section heading={text.genres}>
        <GenrePicker value={value.genreIds} error={errors.genreIds} onChange={(genreIds) => change({ genreIds })} />
      </Section>
    </>
  )
}
