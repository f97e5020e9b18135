import { useAdminText } from '../../../language/admin'
import { useText } from '../../../language/language'
import { useGenres } from '../parts/GenrePicker'
import type { TitleValue } from './titleValue'

/** How the values of a title's fields are shown to who has to choose between two of them. */
export function useShown(): (field: keyof TitleValue, value: unknown) => string {
  const { maturityLabel } = useText()
  const { statuses, gone } = useAdminText()
  const genres = useGenres()
  return (field, value) => {
    switch (field) {
      case 'genreIds':
        return (value as string[]).map((id) => genres.find((genre) => genre.id === id)?.name ?? gone).join(', ')
      case 'maturity':
        return maturityLabel[String(value)] ?? ''
      case 'status':
        return statuses[String(value)] ?? ''
      default:
        return typeof value === 'string' ? (field.startsWith('available') ? value.replace('T', ' ') : value) : ''
    }
  }
}
