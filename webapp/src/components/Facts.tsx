import { graphql, useFragment } from 'react-relay/hooks'
import type { Facts_title$key } from '../__generated__/Facts_title.graphql'
import { duration } from '../language/format'
import { useText } from '../language/language'
import styles from './Facts.module.css'

/** What a line tells of a title: year, length, the age it is fit for, genres. */
export function Facts({ title }: { title: Facts_title$key }) {
  const text = useText()
  const data = useFragment(
    graphql`
      fragment Facts_title on Title {
        year
        maturity
        genres {
          name
        }
        ... on Movie {
          durationSeconds
        }
        ... on Series {
          seasonCount
        }
      }
    `,
    title,
  )
  return (
    <ul className={styles.facts}>
      {data.year != null && <li>{data.year}</li>}
      {data.durationSeconds != null && <li>{duration(data.durationSeconds)}</li>}
      {data.seasonCount != null && data.seasonCount > 0 && <li>{text.seasons(data.seasonCount)}</li>}
      <li>
        <span className={styles.maturity} title={text.maturityLabel[data.maturity]}>
          {text.maturity[data.maturity]}
        </span>
      </li>
      {data.genres.slice(0, 3).map(({ name }) => (
        <li key={name}>{name}</li>
      ))}
    </ul>
  )
}
