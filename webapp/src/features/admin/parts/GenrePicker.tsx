import { graphql, useLazyLoadQuery } from 'react-relay/hooks'
import type { GenrePickerQuery } from '../../../__generated__/GenrePickerQuery.graphql'
import { useAdminText } from '../../../language/admin'
import { folded } from './folded'
import { Ordered } from './Ordered'
import { Picker } from './Picker'
import { present } from './present'

type Props = { value: readonly string[]; error?: string | undefined; onChange: (ids: string[]) => void }

/** The genres of a title, the main one first, by their ids. */
export function GenrePicker({ value, error, onChange }: Props) {
  const text = useAdminText()
  const genres = useGenres()
  const nameOf = (id: string) => genres.find((genre) => genre.id === id)?.name ?? text.gone
  return (
    <>
      <Picker
        label={text.addGenre}
        hint={text.genresHint}
        error={error}
        find={async (typed) =>
          genres.filter(({ id, name }) => !value.includes(id) && folded(name).includes(folded(typed))).map(({ id, name }) => ({ id, label: name }))
        }
        onPick={({ id }) => onChange([...value, id])}
      />
      <Ordered label={text.genres} items={value} keyOf={(id) => id} nameOf={nameOf} onChange={onChange} />
    </>
  )
}

/** All genres with their names. */
export function useGenres() {
  const { genres } = useLazyLoadQuery<GenrePickerQuery>(
    graphql`
      query GenrePickerQuery {
        genres {
          id
          name
        }
      }
    `,
    {},
    { fetchPolicy: 'store-or-network' },
  )
  return present(genres)
}
