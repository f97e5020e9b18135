import { Link } from '@tanstack/react-router'
import { useDeferredValue } from 'react'
import { graphql, useLazyLoadQuery, usePaginationFragment } from 'react-relay/hooks'
import type { TitleKind, TitleOrderField, TitlesQuery } from '../../../__generated__/TitlesQuery.graphql'
import type { Titles_query$key } from '../../../__generated__/Titles_query.graphql'
import type { TitlesPageQuery } from '../../../__generated__/TitlesPageQuery.graphql'
import { useAdminText } from '../../../language/admin'
import { useText } from '../../../language/language'
import { Choice } from '../parts/Field'
import { Screen, Tools } from '../parts/Screen'
import { RowLink, Table } from '../parts/Table'
import { nodesOf } from '../parts/present'

/** What narrows the list, as the address has it. */
export type Wanted = { kind?: TitleKind | undefined; genre?: string | undefined; order?: TitleOrderField | undefined }

type Props = { wanted: Wanted; onWant: (wanted: Wanted) => void; attempt: number }

/** The catalogue. */
export function Titles({ wanted, onWant, attempt }: Props) {
  const text = useAdminText()
  const { maturity } = useText()
  const shown = useDeferredValue(wanted)
  const order = shown.order ?? 'ADDED'
  const data = useLazyLoadQuery<TitlesQuery>(
    graphql`
      query TitlesQuery($filter: TitleFilter, $orderBy: TitleOrder) {
        genres {
          id
          name
        }
        ...Titles_query @arguments(filter: $filter, orderBy: $orderBy)
      }
    `,
    {
      filter: { kind: shown.kind ?? null, genres: shown.genre ? [shown.genre] : null },
      orderBy: { field: order, direction: order === 'NAME' ? 'ASC' : 'DESC' },
    },
    { fetchKey: attempt, fetchPolicy: 'store-and-network' },
  )
  const { data: page, hasNext, isLoadingNext, loadNext } = usePaginationFragment<TitlesPageQuery, Titles_query$key>(
    graphql`
      fragment Titles_query on Query
      @argumentDefinitions(
        filter: { type: "TitleFilter" }
        orderBy: { type: "TitleOrder" }
        first: { type: "Int", defaultValue: 50 }
        after: { type: "String" }
      )
      @refetchable(queryName: "TitlesPageQuery") {
        titles(filter: $filter, orderBy: $orderBy, first: $first, after: $after) @connection(key: "Titles_titles") {
          edges {
            node {
              __typename
              id
              name
              year
              maturity
              genres {
                id
                name
              }
              artwork {
                card
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
      heading={text.titles}
      actions={
        <>
          <Link to="/admin/titles/new/$kind" params={{ kind: 'movie' }} className="button">
            {text.newMovie}
          </Link>
          <Link to="/admin/titles/new/$kind" params={{ kind: 'series' }} className="button">
            {text.newSeries}
          </Link>
        </>
      }
    >
      <Tools>
        <Choice
          label={text.kind}
          value={wanted.kind ?? ''}
          onChange={(kind) => onWant({ ...wanted, kind: (kind || undefined) as TitleKind | undefined })}
          options={[['', text.all], ...Object.entries(text.kinds)]}
        />
        <Choice
          label={text.genre}
          value={wanted.genre ?? ''}
          onChange={(genre) => onWant({ ...wanted, genre: genre || undefined })}
          options={[['', text.all], ...data.genres.map(({ id, name }) => [id, name] as const)]}
        />
        <Choice
          label={text.order}
          value={wanted.order ?? 'ADDED'}
          onChange={(next) => onWant({ ...wanted, order: next as TitleOrderField })}
          options={Object.entries(text.orders)}
        />
      </Tools>
      <Table
        label={text.titles}
        rows={nodesOf(page.titles.edges)}
        keyOf={({ id }) => id}
        columns={[
          {
            heading: text.name,
            cell: ({ id, name, artwork }) => (
              <RowLink to="/admin/titles/$id" params={{ id }}>
                <img src={artwork.card} alt="" width={64} height={36} loading="lazy" decoding="async" />
                {name}
              </RowLink>
            ),
          },
          { heading: text.kind, cell: ({ __typename }) => text.kinds[__typename.toUpperCase()] },
          { heading: text.year, cell: ({ year }) => year },
          { heading: text.maturity, cell: (title) => maturity[title.maturity], wide: true },
          { heading: text.genres, cell: ({ genres }) => genres.map(({ name }) => name).join(', '), wide: true },
        ]}
        more={hasNext ? () => loadNext(50) : undefined}
        loading={isLoadingNext}
        stale={shown !== wanted}
      />
    </Screen>
  )
}
