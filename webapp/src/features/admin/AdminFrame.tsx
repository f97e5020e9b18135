import { Link, useLocation } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import type { ReactNode } from 'react'
import { graphql, useLazyLoadQuery } from 'react-relay/hooks'
import type { AdminFrameQuery } from '../../__generated__/AdminFrameQuery.graphql'
import { useFirstFocus } from '../../components/focus'
import { Page } from '../../components/Page'
import { useAdminText } from '../../language/admin'
import { useText } from '../../language/language'
import { DraftOwner } from './parts/draft'
import { Toasts } from './parts/Toast'
import styles from './AdminFrame.module.css'

/** What all screens of the administration stand in. */
export function AdminFrame({ children }: { children: ReactNode }) {
  return (
    <Page>
      <ForAdmins>{children}</ForAdmins>
    </Page>
  )
}

/** Shows what is inside to administrators; a viewer is told whom it is for. The server decides for itself. */
function ForAdmins({ children }: { children: ReactNode }) {
  const { viewer } = useLazyLoadQuery<AdminFrameQuery>(
    graphql`
      query AdminFrameQuery {
        viewer {
          user {
            id
            role
          }
          profile {
            id
            child
          }
        }
      }
    `,
    {},
    { fetchPolicy: 'store-or-network' },
  )
  if (viewer?.user.role !== 'ADMIN' || viewer.profile?.child !== false) return <NotForYou />
  return (
    <DraftOwner value={viewer.user.id}>
      <div className={styles.frame}>
        <Navigation />
        <div className={styles.content}>{children}</div>
      </div>
      <Toasts />
    </DraftOwner>
  )
}

function NotForYou() {
  const { toHome } = useText()
  const text = useAdminText()
  useFirstFocus()
  return (
    <div className={styles.refused}>
      <title>{`${text.notForYou} · StreamEx`}</title>
      <h1 tabIndex={-1}>{text.notForYou}</h1>
      <p>{text.notForYouText}</p>
      <Link to="/" className="button">
        {toHome}
      </Link>
    </div>
  )
}

function Navigation() {
  const text = useAdminText()
  const places = [
    ['/admin/titles', text.titles],
    ['/admin/people', text.people],
    ['/admin/characters', text.characters],
    ['/admin/genres', text.genres],
    ['/admin/users', text.users],
    ['/admin/imports', text.imports],
    ['/admin/audit', text.audit],
  ] as const
  const place = useLocation({ select: ({ pathname }) => pathname.split('/').slice(0, 3).join('/') })
  const nav = useRef<HTMLElement>(null)
  useEffect(() => {
    const here = nav.current?.querySelector<HTMLElement>(`[href="${place}"]`) // on a phone it may be beside the screen
    if (nav.current && here) nav.current.scrollLeft = here.offsetLeft - nav.current.offsetLeft - (nav.current.clientWidth - here.clientWidth) / 2
  }, [place])
  return (
    <nav className={styles.nav} ref={nav} aria-label={text.admin}>
      <ul>
        {places.map(([to, name]) => (
          <li key={to}>
            <Link to={to} preload={false} activeProps={{ 'aria-current': 'page' }}>
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
