import type { Language } from '../../../language/dictionary'

/** Name and synopsis of a node: its own, and what it says in each language instead. */
export type Texts = {
  name: string
  synopsis: string
  nameEn: string
  synopsisEn: string
  nameEs: string
  synopsisEs: string
}

type Stored = {
  readonly name: string | null | undefined
  readonly synopsis: string | null | undefined
  readonly texts: readonly { readonly language: string; readonly name: string | null | undefined; readonly synopsis: string | null | undefined }[]
}

/** What the fields begin with. */
export function fromTexts({ name, synopsis, texts }: Stored): Texts {
  const of = (language: Language) => texts.find((text) => text.language === language)
  return {
    name: name ?? '',
    synopsis: synopsis ?? '',
    nameEn: of('en')?.name ?? '',
    synopsisEn: of('en')?.synopsis ?? '',
    nameEs: of('es')?.name ?? '',
    synopsisEs: of('es')?.synopsis ?? '',
  }
}

/** What is said per language, languages without anything left out. */
function listed(value: Texts) {
  return [
    { language: 'en' as const, name: value.nameEn.trim() || null, synopsis: value.synopsisEn.trim() || null },
    { language: 'es' as const, name: value.nameEs.trim() || null, synopsis: value.synopsisEs.trim() || null },
  ].filter(({ name, synopsis }) => name || synopsis)
}

/** The fields that changed, as the API takes them. */
export function toTexts(changed: Partial<Texts>, value: Texts) {
  const perLanguage = ['nameEn', 'synopsisEn', 'nameEs', 'synopsisEs'] as const
  return {
    ...(changed.name !== undefined && { name: value.name.trim() }),
    ...(changed.synopsis !== undefined && { synopsis: value.synopsis.trim() || null }),
    ...(perLanguage.some((field) => changed[field] !== undefined) && { texts: listed(value) }),
  }
}

/** The field behind the rest of a path that begins with the texts. */
export function textFieldOf([index, name]: readonly string[], value: Texts): string {
  const language = listed(value)[Number(index)]?.language ?? 'en'
  return `${name === 'synopsis' ? 'synopsis' : 'name'}${language === 'es' ? 'Es' : 'En'}`
}
