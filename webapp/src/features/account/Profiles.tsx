import { Navigate } from '@tanstack/react-router'
import { useState } from 'react'
import { graphql, useLazyLoadQuery } from 'react-relay/hooks'
import type { ProfilesQuery } from '../../__generated__/ProfilesQuery.graphql'
import { Avatar } from '../../components/Avatar'
import { useFirstFocus } from '../../components/focus'
import { Icon } from '../../components/Icon'
import { Logo } from '../../components/Logo'
import { useText } from '../../language/language'
import { selectProfile, signOut } from '../../relay/session'
import styles from './Profiles.module.css'

type Props = { to: string | undefined; attempt: number }

/** Asks who is watching. */
export function Profiles({ to, attempt }: Props) {
  const text = useText()
  const { viewer } = useLazyLoadQuery<ProfilesQuery>(
    graphql`
      query ProfilesQuery {
        viewer {
          profiles {
            id
            name
            avatar
            child
          }
        }
      }
    `,
    {},
    { fetchKey: attempt, fetchPolicy: 'network-only' }, // who is signed in may have changed a moment ago
  )
  const [chosen, setChosen] = useState<string>()
  const [failed, setFailed] = useState(false)
  useFirstFocus()
  if (!viewer) return <Navigate to="/sign-in" search={to ? { to } : {}} replace />

  function choose(id: string) {
    setChosen(id)
    setFailed(false)
    selectProfile(id, to ?? '/').catch(() => {
      setChosen(undefined)
      setFailed(true)
    })
  }

  return (
    <div className={styles.screen}>
      <title>{`${text.profiles} · StreamEx`}</title>
      <header>
        <Logo />
        <button type="button" className="button quiet" onClick={() => signOut().catch(() => setFailed(true))}>
          <Icon name="leave" />
          {text.signOut}
        </button>
      </header>
      <main id="content">
        <h1 tabIndex={-1}>{text.whoIsWatching}</h1>
        <ul className={styles.profiles}>
          {viewer.profiles.map(({ id, name, avatar, child }) => (
            <li key={id}>
              <button type="button" disabled={chosen !== undefined} data-chosen={id === chosen || undefined} onClick={() => choose(id)}>
                <Avatar name={name} color={avatar} />
                <span className={styles.name}>{name}</span>
                {child && <span className={styles.child}>{text.kids}</span>}
              </button>
            </li>
          ))}
        </ul>
        <p role="status" className={styles.failed}>
          {failed && text.failed}
        </p>
      </main>
    </div>
  )
}
