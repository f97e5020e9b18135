import { graphql, usePaginationFragment } from 'react-relay/hooks'
import type { HomeRow_row$data, HomeRow_row$key } from '../../__generated__/HomeRow_row.graphql'
import type { HomeRowItemsQuery } from '../../__generated__/HomeRowItemsQuery.graphql'
import { Shelf } from '../../components/Shelf'
import { TitleCard } from '../../components/TitleCard'
import { TitlePreview } from '../../components/TitlePreview'
import type { Dictionary } from '../../language/dictionary'
import { useText } from '../../language/language'

const page = 20

type Item = HomeRow_row$data['items']['edges'][number]['node']

/** A row of the home page; it loads more as one scrolls. */
export function HomeRow({ row, eager }: { row: HomeRow_row$key; eager: boolean }) {
  const text = useText()
  const { data, hasNext, isLoadingNext, loadNext } = usePaginationFragment<HomeRowItemsQuery, HomeRow_row$key>(
    graphql`
      fragment HomeRow_row on HomeRow
      @argumentDefinitions(first: { type: "Int", defaultValue: 20 }, after: { type: "String" })
      @refetchable(queryName: "HomeRowItemsQuery") {
        id
        kind
        heading
        items(first: $first, after: $after) @connection(key: "HomeRow_items") {
          edges {
            node {
              title {
                id
                ...TitleCard_title
                ...TitlePreview_title
              }
              playable {
                __typename
                ... on Episode {
                  number
                  season {
                    number
                  }
                }
              }
              reason {
                __typename
                ... on BecauseYouWatched {
                  title {
                    name
                  }
                }
                ... on TrendingNow {
                  rank
                }
                ... on PopularInGenre {
                  genre {
                    name
                  }
                }
                ... on NewEpisode {
                  __typename
                }
                ... on OnYourList {
                  __typename
                }
              }
            }
          }
        }
      }
    `,
    row,
  )
  const going = data.kind === 'CONTINUE_WATCHING' || data.kind === 'NEXT_UP'
  return (
    <Shelf
      id={data.id}
      heading={data.heading}
      items={data.items.edges}
      keyOf={({ node }) => node.title.id}
      card={({ node }, props) => (
        <TitleCard {...props} title={node.title} note={going ? episodeOf(node, text) : undefined} rank={rankOf(node)} />
      )}
      preview={({ node }) => <TitlePreview title={node.title} reason={reasonOf(node, text)} />}
      more={hasNext && !isLoadingNext ? () => loadNext(page) : undefined}
      loading={isLoadingNext}
      eager={eager}
    />
  )
}

/** The episode that an item goes on with, in short. */
function episodeOf({ playable }: Item, text: Dictionary): string | undefined {
  if (playable?.__typename !== 'Episode') return undefined
  return text.episodeCode(playable.season.number ?? null, playable.number ?? null)
}

/** The place among the ten that are watched most. */
function rankOf({ reason }: Item): number | undefined {
  return reason?.__typename === 'TrendingNow' && reason.rank <= 10 ? reason.rank : undefined
}

function reasonOf({ reason }: Item, text: Dictionary): string | undefined {
  switch (reason?.__typename) {
    case 'BecauseYouWatched':
      return text.becauseYouWatched(reason.title.name)
    case 'TrendingNow':
      return text.trending(reason.rank)
    case 'PopularInGenre':
      return text.popularIn(reason.genre.name)
    case 'NewEpisode':
      return text.newEpisode
    case 'OnYourList':
      return text.onYourList
    default:
      return undefined
  }
}
