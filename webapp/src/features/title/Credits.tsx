import { graphql, useFragment } from 'react-relay/hooks'
import type { Credits_title$key } from '../../__generated__/Credits_title.graphql'
import { initials, list } from '../../language/format'
import { useLanguage, useText } from '../../language/language'
import styles from './Credits.module.css'

const cast = new Set(['LEAD', 'SUPPORTING', 'GUEST'])
const order = ['CREATOR', 'DIRECTOR', 'CO_DIRECTOR', 'WRITER', 'PRODUCER', 'COMPOSER', 'CINEMATOGRAPHER', 'EDITOR', 'OTHER']

/** Who plays whom, and who made it. */
export function Credits({ title }: { title: Credits_title$key }) {
  const text = useText()
  const language = useLanguage()
  const { credits } = useFragment(
    graphql`
      fragment Credits_title on Title {
        credits(first: 60) {
          nodes {
            id
            role
            job
            person {
              name
            }
            character {
              name
            }
          }
        }
      }
    `,
    title,
  )
  const actors = credits.nodes.filter(({ role }) => cast.has(role))
  const makers = order.flatMap((role) => {
    const names = credits.nodes.filter((credit) => credit.role === role).map(({ person, job }) => (job ? `${person.name} (${job})` : person.name))
    return names.length > 0 ? [{ role, names }] : []
  })
  if (credits.nodes.length === 0) return null
  return (
    <div className={styles.credits}>
      {actors.length > 0 && (
        <section aria-labelledby="cast">
          <h2 id="cast">{text.cast}</h2>
          <ul className={styles.cast}>
            {actors.map(({ id, person, character }) => (
              <li key={id}>
                <span className={styles.face} aria-hidden="true">
                  {initials(person.name)}
                </span>
                <p>
                  <strong>{person.name}</strong>
                  {character && <span>{text.as(character.name)}</span>}
                </p>
              </li>
            ))}
          </ul>
        </section>
      )}
      {makers.length > 0 && (
        <section aria-labelledby="crew">
          <h2 id="crew">{text.crew}</h2>
          <dl className={styles.crew}>
            {makers.map(({ role, names }) => (
              <div key={role}>
                <dt>{text.roles[role]}</dt>
                <dd>{list(names, language)}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
    </div>
  )
}
