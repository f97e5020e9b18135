import { Link } from '@tanstack/react-router'
import { useDeferredValue } from 'react'
import { graphql, useLazyLoadQuery, usePaginationFragment } from 'react-relay/hooks'
import type { People_query$key } from '../../../__generated__/People_query.graphql'
import type { PeoplePageQuery } from '../../../__generated__/PeoplePageQuery.graphql'
import type { PeopleQuery } from '../../../__generated__/PeopleQuery.graphql'
import { useAdminText } from '../../../language/admin'
import { Screen, Tools } from '../parts/Screen'
import { RowLink, SearchField, Table } from '../parts/Table'
import { nodesOf } from '../parts/present'

type Props = { text: string; onSearch: (text: string) => void; attempt: number }

/** Everybody who works on titles. */
export function People({ text: search, onSearch, attempt }: Props) {
  const text = useAdminText()
  const wanted = useDeferredValue(search)
  const data = useLazyLoadQuery<PeopleQuery>(
    graphql`
      query PeopleQuery($text: String) {
        ...People_query @arguments(text: $text)
      }
    `,
    { text: wanted || null },
    { fetchKey: attempt, fetchPolicy: 'store-and-network' },
  )
  const { data: page, hasNext, isLoadingNext, loadNext } = usePaginationFragment<PeoplePageQuery, People_query$key>(
    graphql`
      fragment People_query on Query
      @argumentDefinitions(text: { type: "String" }, first: { type: "Int", defaultValue: 50 }, after: { type: "String" })
      @refetchable(queryName: "PeoplePageQuery") {
        people(text: $text, first: $first, after: $after) @connection(key: "People_people") {
          edges {
            node {
              id
              name
              credits(first: 3) {
                nodes {
                  id
                  title {
                    id
                    name
                  }
                }
              }
            }
          }
        }
      }
    `,
    data,
  )
  return (
    <Screen
      heading={text.people}
      actions={
        <Link to="/admin/people/$id" params={{ id: 'new' }} className="button">
          {text.newPerson}
        </Link>
      }
    >
      <Tools>
        <SearchField label={text.searchNames} value={search} onSearch={onSearch} />
      </Tools>
      <Table
        label={text.people}
        rows={nodesOf(page.people.edges)}
        keyOf={({ id }) => id}
        columns={[
          {
            heading: text.name,
            cell: ({ id, name }) => (
              <RowLink to="/admin/people/$id" params={{ id }}>
                {name}
              </RowLink>
            ),
          },
          { heading: text.knownFrom, cell: ({ credits }) => [...new Set(credits.nodes.map(({ title }) => title?.name))].filter(Boolean).join(', ') },
        ]}
        more={hasNext ? () => loadNext(50) : undefined}
        loading={isLoadingNext}
        stale={wanted !== search}
      />
    </Screen>
  )
}
