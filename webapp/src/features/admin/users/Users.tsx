import { Link } from '@tanstack/react-router'
import { useDeferredValue } from 'react'
import { graphql, useLazyLoadQuery, usePaginationFragment } from 'react-relay/hooks'
import type { Users_query$key } from '../../../__generated__/Users_query.graphql'
import type { UsersPageQuery } from '../../../__generated__/UsersPageQuery.graphql'
import type { UsersQuery } from '../../../__generated__/UsersQuery.graphql'
import { useAdminText } from '../../../language/admin'
import { Screen, Tools } from '../parts/Screen'
import { day } from '../parts/format'
import { RowLink, SearchField, Table } from '../parts/Table'
import { nodesOf } from '../parts/present'

type Props = { text: string; onSearch: (text: string) => void; attempt: number }

/** The accounts. */
export function Users({ text: search, onSearch, attempt }: Props) {
  const text = useAdminText()
  const wanted = useDeferredValue(search)
  const data = useLazyLoadQuery<UsersQuery>(
    graphql`
      query UsersQuery($text: String) {
        ...Users_query @arguments(text: $text)
      }
    `,
    { text: wanted || null },
    { fetchKey: attempt, fetchPolicy: 'store-and-network' },
  )
  const { data: page, hasNext, isLoadingNext, loadNext } = usePaginationFragment<UsersPageQuery, Users_query$key>(
    graphql`
      fragment Users_query on Query
      @argumentDefinitions(text: { type: "String" }, first: { type: "Int", defaultValue: 50 }, after: { type: "String" })
      @refetchable(queryName: "UsersPageQuery") {
        users(text: $text, first: $first, after: $after) @connection(key: "Users_users") {
          edges {
            node {
              id
              name
              email
              role
              disabled
              secondFactor
              createdAt
            }
          }
        }
      }
    `,
    data,
  )
  return (
    <Screen
      heading={text.users}
      actions={
        <Link to="/admin/users/$id" params={{ id: 'new' }} className="button">
          {text.newUser}
        </Link>
      }
    >
      <Tools>
        <SearchField label={text.searchUsers} value={search} onSearch={onSearch} />
      </Tools>
      <Table
        label={text.users}
        rows={nodesOf(page.users.edges)}
        keyOf={({ id }) => id}
        columns={[
          {
            heading: text.email,
            cell: ({ id, email }) => (
              <RowLink to="/admin/users/$id" params={{ id }}>
                {email}
              </RowLink>
            ),
          },
          { heading: text.name, cell: ({ name }) => name, wide: true },
          { heading: text.role, cell: ({ role, disabled }) => (disabled ? text.disabled : text.roles[role]) },
          { heading: text.secondFactor, cell: ({ secondFactor }) => (secondFactor ? text.yes : text.no), wide: true },
          { heading: text.created, cell: ({ createdAt }) => day(createdAt), wide: true },
        ]}
        more={hasNext ? () => loadNext(50) : undefined}
        loading={isLoadingNext}
        stale={wanted !== search}
      />
    </Screen>
  )
}
