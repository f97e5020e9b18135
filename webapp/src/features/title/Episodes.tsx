import { Link } from '@tanstack/react-router'
import { graphql, useFragment, usePaginationFragment } from 'react-relay/hooks'
import type { Episodes_season$key } from '../../__generated__/Episodes_season.graphql'
import type { Episodes_series$key } from '../../__generated__/Episodes_series.graphql'
import type { EpisodesPageQuery } from '../../__generated__/EpisodesPageQuery.graphql'
import type { Dictionary } from '../../language/dictionary'
import { useText } from '../../language/language'
import { Episode } from './Episode'
import styles from './Episodes.module.css'

type Props = {
  series: Episodes_series$key
  chosen: number | undefined
  slug: string
}

/** The seasons of a series, one of them with its episodes. The address tells which. */
export function Episodes({ series, chosen, slug }: Props) {
  const text = useText()
  const { seasons, nextEpisode } = useFragment(
    graphql`
      fragment Episodes_series on Series {
        seasons {
          id
          number
          name
          ...Episodes_season
        }
        nextEpisode {
          id
          season {
            id
          }
        }
      }
    `,
    series,
  )
  const next = seasons.find(({ id }) => id === nextEpisode?.season.id)
  const shown = seasons.find(({ number }) => chosen !== undefined && number === chosen) ?? next ?? seasons[0]
  if (!shown) return null
  return (
    <section className={styles.episodes} aria-labelledby="episodes">
      <div className={styles.head}>
        <h2 id="episodes">{text.episodes}</h2>
        {seasons.length > 1 && (
          <nav aria-label={text.seasons(seasons.length)}>
            {seasons.map((season) => (
              <Link
                key={season.id}
                to="/title/$slug"
                params={{ slug }}
                search={{ season: season.number ?? undefined }}
                replace // Back leads to where one came from, not through the seasons
                resetScroll={false}
                preload={false}
                aria-current={season === shown ? 'true' : undefined}
              >
                {seasonName(season, text)}
              </Link>
            ))}
          </nav>
        )}
      </div>
      <SeasonEpisodes key={shown.id} season={shown} next={nextEpisode?.id} />
    </section>
  )
}

function seasonName({ number, name }: { number?: number | null | undefined; name?: string | null | undefined }, text: Dictionary) {
  if (name) return name
  if (number === 0) return text.specials
  return number == null ? text.otherEpisodes : text.season(number)
}

function SeasonEpisodes({ season, next }: { season: Episodes_season$key; next: string | undefined }) {
  const text = useText()
  const { data, hasNext, isLoadingNext, loadNext } = usePaginationFragment<EpisodesPageQuery, Episodes_season$key>(
    graphql`
      fragment Episodes_season on Season
      @argumentDefinitions(first: { type: "Int", defaultValue: 50 }, after: { type: "String" })
      @refetchable(queryName: "EpisodesPageQuery") {
        episodes(first: $first, after: $after) @connection(key: "Episodes_episodes") {
          edges {
            node {
              id
              ...Episode_episode
            }
          }
        }
      }
    `,
    season,
  )
  return (
    <>
      <ol className={styles.list}>
        {data.episodes.edges.map(({ node }) => (
          <Episode key={node.id} episode={node} next={node.id === next} />
        ))}
      </ol>
      {hasNext && (
        <button className={`button quiet ${styles.more}`} type="button" disabled={isLoadingNext} onClick={() => loadNext(50)}>
          {text.moreEpisodes}
        </button>
      )}
    </>
  )
}
