import { graphql, useFragment } from 'react-relay/hooks'
import type { Episode_episode$key } from '../../__generated__/Episode_episode.graphql'
import { Icon } from '../../components/Icon'
import { Progress } from '../../components/Progress'
import { duration } from '../../language/format'
import { useText } from '../../language/language'
import styles from './Episode.module.css'

/** An episode in the list of its season. */
export function Episode({ episode, next }: { episode: Episode_episode$key; next: boolean }) {
  const text = useText()
  const { number, name, synopsis, durationSeconds, view } = useFragment(
    graphql`
      fragment Episode_episode on Episode {
        number
        name
        synopsis
        durationSeconds
        view {
          positionSeconds
          finished
        }
      }
    `,
    episode,
  )
  const begun = view && !view.finished && durationSeconds ? view.positionSeconds / durationSeconds : 0
  return (
    <li className={styles.episode} data-next={next || undefined}>
      <span className={styles.number} aria-hidden="true">
        {number ?? '–'}
      </span>
      <div className={styles.text}>
        {next && <p className={styles.next}>{begun > 0 ? text.continueEpisode : text.nextEpisode}</p>}
        <h3>
          {number != null && <span className="hidden">{text.episode(number)}: </span>}
          {name}
        </h3>
        {synopsis && <p className={styles.synopsis}>{synopsis}</p>}
        {begun > 0 && <Progress fraction={begun} />}
      </div>
      <p className={styles.side}>
        {durationSeconds != null && <span>{duration(durationSeconds)}</span>}
        {view?.finished && (
          <span className={styles.watched}>
            <Icon name="check" />
            {text.watched}
          </span>
        )}
      </p>
    </li>
  )
}
