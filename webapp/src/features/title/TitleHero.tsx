import { graphql, useFragment } from 'react-relay/hooks'
import type { TitleHero_title$key } from '../../__generated__/TitleHero_title.graphql'
import { Facts } from '../../components/Facts'
import { Hero } from '../../components/Hero'
import { Icon } from '../../components/Icon'
import { Progress } from '../../components/Progress'
import type { Dictionary } from '../../language/dictionary'
import { useText } from '../../language/language'
import styles from './TitleHero.module.css'

/** What a title is, and what its play button would start. */
export function TitleHero({ title }: { title: TitleHero_title$key }) {
  const text = useText()
  const data = useFragment(
    graphql`
      fragment TitleHero_title on Title {
        __typename
        slug
        name
        originalName
        synopsis
        inMyList
        artwork {
          backdrop
          color
        }
        progress {
          fraction
          finished
          positionSeconds
          durationSeconds
        }
        ... on Movie {
          video {
            state
          }
        }
        ... on Series {
          status
          nextEpisode {
            number
            name
            season {
              number
            }
            video {
              state
            }
          }
        }
        ...Facts_title
      }
    `,
    title,
  )
  const { slug, name, artwork, progress, nextEpisode } = data
  const code = nextEpisode ? text.episodeCode(nextEpisode.season.number ?? null, nextEpisode.number ?? null) : ''
  const state = data.__typename === 'Series' ? nextEpisode?.video?.state : data.video?.state
  const left = progress?.durationSeconds ? Math.ceil((progress.durationSeconds - progress.positionSeconds) / 60) : 0
  return (
    <Hero slug={slug} name={name} backdrop={artwork.backdrop} color={artwork.color} main>
      {data.originalName && <p className={styles.original}>{text.originalName(data.originalName)}</p>}
      <div className={styles.facts}>
        <Facts title={data} />
        {data.inMyList && (
          <p className={styles.saved}>
            <Icon name="check" />
            {text.inMyList}
          </p>
        )}
      </div>
      {data.synopsis && <p className={styles.synopsis}>{data.synopsis}</p>}
      {progress && !progress.finished && (
        <div className={styles.progress}>
          <Progress fraction={progress.fraction} />
          {left > 0 && <span>{text.minutesLeft(left)}</span>}
        </div>
      )}
      <div className={styles.play}>
        <button className="button" type="button" disabled aria-describedby="play-note">
          <Icon name="play" />
          {code ? text.playNamed(code) : text.play}
        </button>
        <p id="play-note">{noteOf(state, data.__typename === 'Series' && !nextEpisode, text)}</p>
      </div>
    </Hero>
  )
}

/** Why the button does not play. */
function noteOf(state: string | undefined, empty: boolean, text: Dictionary): string {
  if (empty) return text.nothingToPlay
  switch (state) {
    case 'PREPARING':
      return text.videoPreparing
    case 'FAILED':
      return text.videoFailed
    case 'READY':
      return text.videoReady
    default:
      return text.videoMissing
  }
}
