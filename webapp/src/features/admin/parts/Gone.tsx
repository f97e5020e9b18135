import type { ReactNode } from 'react'
import { useAdminText } from '../../../language/admin'
import { useText } from '../../../language/language'
import { Screen } from './Screen'

/** What an address shows whose thing is not there, or no more. */
export function Gone({ up }: { up: ReactNode }) {
  const { notFound } = useText()
  const text = useAdminText()
  return (
    <Screen heading={notFound} up={up}>
      <p>{text.goneText}</p>
    </Screen>
  )
}
