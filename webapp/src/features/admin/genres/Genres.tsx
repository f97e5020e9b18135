import { Link } from '@tanstack/react-router'
import { graphql, useLazyLoadQuery } from 'react-relay/hooks'
import type { GenresQuery } from '../../../__generated__/GenresQuery.graphql'
import { useAdminText } from '../../../language/admin'
import { Screen } from '../parts/Screen'
import { RowLink, Table } from '../parts/Table'
import { present } from '../parts/present'

/** The genres in the order of their shelves: there are few, so they have no pages. */
export function Genres({ attempt }: { attempt: number }) {
  const text = useAdminText()
  const { genres } = useLazyLoadQuery<GenresQuery>(
    graphql`
      query GenresQuery {
        genres {
          id
          slug
          name
        }
      }
    `,
    {},
    { fetchKey: attempt, fetchPolicy: 'store-and-network' },
  )
  return (
    <Screen
      heading={text.genres}
      actions={
        <Link to="/admin/genres/$id" params={{ id: 'new' }} className="button">
          {text.newGenre}
        </Link>
      }
    >
      <Table
        label={text.genres}
        rows={present(genres)}
        keyOf={({ id }) => id}
        columns={[
          {
            heading: text.name,
            cell: ({ id, name }) => (
              <RowLink to="/admin/genres/$id" params={{ id }}>
                {name}
              </RowLink>
            ),
          },
          { heading: text.slug, cell: ({ slug }) => slug },
        ]}
      />
    </Screen>
  )
}
