import { useLocation } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { graphql, useFragment } from 'react-relay/hooks'
import type { ProfileMenu_viewer$key } from '../__generated__/ProfileMenu_viewer.graphql'
import { useText } from '../language/language'
import { selectProfile, signOut } from '../relay/session'
import { Avatar } from './Avatar'
import { Icon } from './Icon'
import styles from './ProfileMenu.module.css'

/** The active profile's avatar, and below it what changes who is watching. */
export function ProfileMenu({ viewer }: { viewer: ProfileMenu_viewer$key }) {
  const text = useText()
  const data = useFragment(
    graphql`
      fragment ProfileMenu_viewer on Viewer {
        profile {
          id
          name
          avatar
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
  const menu = useRef<HTMLDivElement>(null)
  const [failed, setFailed] = useState(false)
  const active = data.profile
  if (!active) return null
  const others = data.profiles.filter(({ id }) => id !== active.id)
  const act = (action: () => Promise<void>) => () => {
    setFailed(false)
    action().catch(() => setFailed(true))
  }
  return (
    <>
      <button className={styles.button} type="button" popoverTarget="profile-menu" aria-label={text.accountOf(active.name)}>
        <Avatar name={active.name} color={active.avatar} />
      </button>
      <div className={styles.menu} id="profile-menu" popover="auto" ref={menu}>
        <p className={styles.active}>
          <Avatar name={active.name} color={active.avatar} />
          {active.name}
        </p>
        {others.length > 0 && (
          <ul>
            {others.map(({ id, name, avatar }) => (
              <li key={id}>
                <button type="button" aria-label={text.switchTo(name)} onClick={act(() => selectProfile(id, path))}>
                  <Avatar name={name} color={avatar} />
                  {name}
                </button>
              </li>
            ))}
          </ul>
        )}
        <button type="button" onClick={act(signOut)}>
          <Icon name="leave" />
          {text.signOut}
        </button>
        <p role="status" className={styles.failed}>
          {failed && text.failed}
        </p>
      </div>
    </>
  )
}
