import { useDeferredValue } from 'react'
import { graphql, useLazyLoadQuery, usePaginationFragment } from 'react-relay/hooks'
import type { Characters_query$key } from '../../../__generated__/Characters_query.graphql'
import type { CharactersPageQuery } from '../../../__generated__/CharactersPageQuery.graphql'
import type { CharactersQuery } from '../../../__generated__/CharactersQuery.graphql'
import { useAdminText } from '../../../language/admin'
import { Screen, Tools } from '../parts/Screen'
import { RowLink, SearchField, Table } from '../parts/Table'
import { nodesOf } from '../parts/present'

type Props = { text: string; onSearch: (text: string) => void; attempt: number }

/** Everybody in the stories. New ones come with the cast of their title. */
export function Characters({ text: search, onSearch, attempt }: Props) {
  const text = useAdminText()
  const wanted = useDeferredValue(search)
  const data = useLazyLoadQuery<CharactersQuery>(
    graphql`
      query CharactersQuery($text: String) {
        ...Characters_query @arguments(text: $text)
      }
    `,
    { text: wanted || null },
    { fetchKey: attempt, fetchPolicy: 'store-and-network' },
  )
  const { data: page, hasNext, isLoadingNext, loadNext } = usePaginationFragment<CharactersPageQuery, Characters_query$key>(
    graphql`
      fragment Characters_query on Query
      @argumentDefinitions(text: { type: "String" }, first: { type: "Int", defaultValue: 50 }, after: { type: "String" })
      @refetchable(queryName: "CharactersPageQuery") {
        characters(text: $text, first: $first, after: $after) @connection(key: "Characters_characters") {
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
    <Screen heading={text.characters}>
      <Tools>
        <SearchField label={text.searchNames} value={search} onSearch={onSearch} />
      </Tools>
      <p>{text.charactersHint}</p>
      <Table
        label={text.characters}
        rows={nodesOf(page.characters.edges)}
        keyOf={({ id }) => id}
        columns={[
          {
            heading: text.name,
            cell: ({ id, name }) => (
              <RowLink to="/admin/characters/$id" params={{ id }}>
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
