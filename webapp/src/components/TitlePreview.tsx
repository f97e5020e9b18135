import { useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { graphql, useFragment } from 'react-relay/hooks'
import type { TitlePreview_title$key } from '../__generated__/TitlePreview_title.graphql'
import { list } from '../language/format'
import { useLanguage, useText } from '../language/language'
import { Facts } from './Facts'
import { Icon } from './Icon'
import { Progress } from './Progress'
import { TitleArt } from './TitleArt'
import styles from './TitlePreview.module.css'

type Props = {
  title: TitlePreview_title$key
  /** Why it stands here. */
  reason?: string | undefined
}

/** What a card that is meant shows beyond its picture. Its title's page begins to load. */
export function TitlePreview({ title, reason }: Props) {
  const text = useText()
  const language = useLanguage()
  const router = useRouter()
  const data = useFragment(
    graphql`
      fragment TitlePreview_title on Title @argumentDefinitions(cast: { type: "Boolean!", defaultValue: true }) {
        slug
        name
        synopsis
        inMyList
        artwork {
          card
          color
        }
        progress {
          fraction
          finished
        }
        cast: credits(roles: [LEAD, SUPPORTING], first: 3) @include(if: $cast) {
          nodes {
            person {
              name
            }
            character {
              name
            }
          }
        }
        ...Facts_title
      }
    `,
    title,
  )
  const { slug, name, artwork, progress } = data
  useEffect(() => {
    void router.preloadRoute({ to: '/title/$slug', params: { slug } })
  }, [router, slug])
  const cast = data.cast?.nodes.map(({ person, character }) => (character ? `${person.name} (${character.name})` : person.name)) ?? []
  return (
    <>
      <TitleArt slug={slug} name={name} src={artwork.card} color={artwork.color} eager />
      <div className={styles.text}>
        {progress && !progress.finished && <Progress fraction={progress.fraction} />}
        {reason && <p className={styles.reason}>{reason}</p>}
        <Facts title={data} />
        {data.synopsis && <p className={styles.synopsis}>{data.synopsis}</p>}
        {cast.length > 0 && <p className={styles.cast}>{text.with(list(cast, language))}</p>}
        {data.inMyList && (
          <p className={styles.saved}>
            <Icon name="check" />
            {text.inMyList}
          </p>
        )}
      </div>
    </>
  )
}
