import { useAdminText } from '../../../language/admin'
import { TextArea, TextField } from './Field'
import { Columns } from './Screen'
import type { Texts } from './texts'
import type { Errors } from './useForm'

type Props = { value: Texts; errors: Errors; onChange: (patch: Partial<Texts>) => void }

/** Name and synopsis, and both in each language where they differ. */
export function TextFields({ value, errors, onChange }: Props) {
  const text = useAdminText()
  return (
    <>
      <TextField label={text.name} value={value.name} error={errors.name} onChange={(name) => onChange({ name })} required />
      <TextArea label={text.synopsis} value={value.synopsis} error={errors.synopsis} onChange={(synopsis) => onChange({ synopsis })} />
      <Columns>
        <TextField label={text.nameIn.en} hint={text.translationHint} value={value.nameEn} error={errors.nameEn} onChange={(nameEn) => onChange({ nameEn })} />
        <TextField label={text.nameIn.es} hint={text.translationHint} value={value.nameEs} error={errors.nameEs} onChange={(nameEs) => onChange({ nameEs })} />
      </Columns>
      <Columns>
        <TextArea label={text.synopsisIn.en} value={value.synopsisEn} error={errors.synopsisEn} onChange={(synopsisEn) => onChange({ synopsisEn })} />
        <TextArea label={text.synopsisIn.es} value={value.synopsisEs} error={errors.synopsisEs} onChange={(synopsisEs) => onChange({ synopsisEs })} />
      </Columns>
    </>
  )
}
