import { Navigate } from '@tanstack/react-router'
import { useState } from 'react'
import { graphql, useLazyLoadQuery } from 'react-relay/hooks'
import type { ProfilesQuery } from '../../__generated__/ProfilesQuery.graphql'
import { Avatar } from '../../components/Avatar'
import { useFirstFocus } from '../../components/focus'
import { Icon } from '../../components/Icon'
import { Logo } from '../../components/Logo'
import { secretFor, Unlock } from '../../components/Unlock'
import type { Locked } from '../../components/Unlock'
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
            hasPin
          }
        }
      }
    `,
    {},
    { fetchKey: attempt, fetchPolicy: 'network-only' }, // who is signed in may have changed a moment ago
  )
  const [chosen, setChosen] = useState<string>()
  const [failed, setFailed] = useState(false)
  const [locked, setLocked] = useState<Locked>()
  useFirstFocus()
  if (!viewer) return <Navigate to="/sign-in" search={to ? { to } : {}} replace />

  async function choose(id: string, name: string) {
    setChosen(id)
    setFailed(false)
    try {
      const code = await selectProfile(id, to ?? '/')
      if (!code) return
      const by = secretFor(code)
      if (by) setLocked({ id, name, by })
      else setFailed(true)
    } catch {
      setFailed(true)
    }
    setChosen(undefined)
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
          {viewer.profiles.map(({ id, name, avatar, child, hasPin }) => (
            <li key={id}>
              <button type="button" disabled={chosen !== undefined} data-chosen={id === chosen || undefined} onClick={() => choose(id, name)}>
                <Avatar name={name} color={avatar} />
                <span className={styles.name}>{name}</span>
                {child && <span className={styles.child}>{text.kids}</span>}
                {hasPin && (
                  <span className={styles.locked} role="img" aria-label={text.locked}>
                    <Icon name="lock" />
                  </span>
                )}
              </button>
            </li>
          ))}
        </ul>
        <p role="status" className={styles.failed}>
          {failed && text.failed}
        </p>
        {locked && <Unlock profile={locked} to={to ?? '/'} onClose={() => setLocked(undefined)} />}
      </main>
    </div>
  )
}
