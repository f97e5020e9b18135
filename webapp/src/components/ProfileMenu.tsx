import { Link, useLocation } from '@tanstack/react-router'
import { useState } from 'react'
import { graphql, useFragment } from 'react-relay/hooks'
import type { ProfileMenu_viewer$key } from '../__generated__/ProfileMenu_viewer.graphql'
import { useText } from '../language/language'
import { selectProfile, signOut } from '../relay/session'
import { Avatar } from './Avatar'
import { Icon } from './Icon'
import styles from './ProfileMenu.module.css'
import { secretFor, Unlock } from './Unlock'
import type { Locked } from './Unlock'

/** The active profile's avatar, and below it what changes who is watching. */
export function ProfileMenu({ viewer }: { viewer: ProfileMenu_viewer$key }) {
  const text = useText()
  const data = useFragment(
    graphql`
      fragment ProfileMenu_viewer on Viewer {
        user {
          role
        }
        profile {
          id
          name
          avatar
          child
        }
        profiles {
          id
          name
          avatar
        }
      }
    `,
    viewer,
  )
  const path = useLocation({ select: (location) => location.pathname })
  const [failed, setFailed] = useState(false)
  const [locked, setLocked] = useState<Locked>()
  const active = data.profile
  if (!active) return null
  const others = data.profiles.filter(({ id }) => id !== active.id)
  const act = (action: () => Promise<unknown>) => () => {
    setFailed(false)
    action().catch(() => setFailed(true))
  }
  async function choose(id: string, name: string) {
    const code = await selectProfile(id, path)
    if (!code) return
    const by = secretFor(code)
    if (!by) throw new Error(code)
    setLocked({ id, name, by })
  }
  return (
    <>
      <button className={styles.button} type="button" popoverTarget="profile-menu" aria-label={text.accountOf(active.name)}>
        <Avatar name={active.name} color={active.avatar} />
      </button>
      <div className={styles.menu} id="profile-menu" popover="auto">
        <p className={styles.active}>
          <Avatar name={active.name} color={active.avatar} />
          {active.name}
        </p>
        {others.length > 0 && (
          <ul>
            {others.map(({ id, name, avatar }) => (
              <li key={id}>
                <button type="button" aria-label={text.switchTo(name)} onClick={act(() => choose(id, name))}>
                  <Avatar name={name} color={avatar} />
                  {name}
                </button>
              </li>
            ))}
          </ul>
        )}
        {data.user.role === 'ADMIN' && !active.child && (
          <Link to="/admin" onClick={(event) => event.currentTarget.closest<HTMLElement>('[popover]')?.hidePopover()}>
            <Icon name="tools" />
            {text.admin}
          </Link>
        )}
        <button type="button" onClick={act(signOut)}>
          <Icon name="leave" />
          {text.signOut}
        </button>
        <p role="status" className={styles.failed}>
          {failed && text.failed}
        </p>
      </div>
      {locked && <Unlock profile={locked} to={path} onClose={() => setLocked(undefined)} />}
    </>
  )
}
