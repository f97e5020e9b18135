import { createContext, use } from 'react'
import { dictionaries } from './dictionary'
import type { Dictionary, Language } from './dictionary'

const remembered = 'streamex-language'

/** The language before a profile tells: the last profile's on this device, else the first of the browser's we have. */
export function guessLanguage(): Language {
  const wanted = [localStorage.getItem(remembered) ?? '', ...navigator.languages]
  for (const tag of wanted) {
    const language = tag.slice(0, 2).toLowerCase()
    if (language === 'en' || language === 'es') return language
  }
  return 'en'
}

/** Keeps a profile's language for what this device shows before the next one is known. */
export function rememberLanguage(language: Language): void {
  localStorage.setItem(remembered, language)
}

/** The language of what is below; a page sets it to its profile's. */
export const LanguageContext = createContext<Language>('en')

/** The language in force. */
export function useLanguage(): Language {
  return use(LanguageContext)
}

/** What the interface says, in the language in force. */
export function useText(): Dictionary {
  return dictionaries[use(LanguageContext)]
}
