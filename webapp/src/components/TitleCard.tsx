import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import { graphql, useFragment } from 'react-relay/hooks'
import type { TitleCard_title$key } from '../__generated__/TitleCard_title.graphql'
import { useText } from '../language/language'
import { Progress } from './Progress'
import type { CardProps } from './Shelf'
import { TitleArt } from './TitleArt'
import styles from './TitleCard.module.css'

type Props = CardProps & {
  title: TitleCard_title$key
  /** What is said of this title here: an episode, say. */
  note?: string | undefined
  /** Place in a ranking, from 1. */
  rank?: number | undefined
}

/** A title on a shelf: one link, all of it. */
export const TitleCard = memo(function TitleCard({ title, note, rank, shelf, tabIndex, describedBy, eager }: Props) {
  const text = useText()
  const data = useFragment(
    graphql`
      fragment TitleCard_title on Title {
        __typename
        slug
        name
        artwork {
          card
          color
        }
        progress {
          fraction
          finished
        }
      }
    `,
    title,
  )
  const { slug, name, artwork, progress } = data
  return (
    <Link
      className={styles.card}
      to="/title/$slug"
      params={{ slug }}
      preload={false} // the shelf does, once a card is meant
      tabIndex={tabIndex}
      aria-describedby={describedBy}
      data-card=""
      data-focus-id={`${shelf} ${slug}`}
    >
      <TitleArt slug={slug} name={name} src={artwork.card} color={artwork.color} eager={eager ?? false} />
      <span className={styles.badges}>
        {rank !== undefined && (
          <span className={styles.rank}>
            <span className="hidden">{text.rank(rank)}</span>
            <span aria-hidden="true">{rank}</span>
          </span>
        )}
        {note ? (
          <span className={styles.badge}>{note}</span>
        ) : (
          data.__typename === 'Series' && <span className={styles.badge}>{text.series}</span>
        )}
      </span>
      {progress && !progress.finished && (
        <span className={styles.progress}>
          <Progress fraction={progress.fraction} />
        </span>
      )}
    </Link>
  )
})
