import { Link } from '@tanstack/react-router'
import { useEffect } from 'react'
import type { ReactNode } from 'react'
import { graphql, useFragment, useLazyLoadQuery } from 'react-relay/hooks'
import type { Page_viewer$key } from '../__generated__/Page_viewer.graphql'
import type { PageQuery } from '../__generated__/PageQuery.graphql'
import { dictionaries } from '../language/dictionary'
import type { Dictionary } from '../language/dictionary'
import { LanguageContext, rememberLanguage } from '../language/language'
import { useFirstFocus } from './focus'
import { Logo } from './Logo'
import styles from './Page.module.css'
import { ProfileMenu } from './ProfileMenu'
import { Redirect } from './Redirect'

type Props = {
  /** What the tab says before the product's name; what is inside says it where it is left out. */
  title?: string | ((text: Dictionary) => string)
  children: ReactNode
}

/**
 * A screen of somebody who is signed in and chose a profile, in the profile's language. Others are sent to do so. Who
 * that is, is asked once: the home page's answer has it, and the store keeps it for the screens after.
 */
export function Page({ title, children }: Props) {
  const { viewer } = useLazyLoadQuery<PageQuery>(
    graphql`
      query PageQuery {
        viewer {
          ...Page_viewer
        }
      }
    `,
    {},
    { fetchPolicy: 'store-or-network' },
  )
  const data = useFragment<Page_viewer$key>(
    graphql`
      fragment Page_viewer on Viewer {
        profile {
          id
          language
        }
        ...ProfileMenu_viewer
      }
    `,
    viewer ?? null,
  )
  const language = data?.profile?.language === 'es' ? 'es' : 'en'
  const chosen = data?.profile != null
  useEffect(() => {
    if (chosen) rememberLanguage(language)
    document.documentElement.lang = language
  }, [chosen, language])
  useFirstFocus()
  if (!data) return <Redirect to="/sign-in" />
  if (!chosen) return <Redirect to="/profiles" />
  const text = dictionaries[language]
  const name = typeof title === 'function' ? title(text) : title
  return (
    <LanguageContext value={language}>
      {name && <title>{`${name} · StreamEx`}</title>}
      <a className={styles.skip} href="#content">
        {text.skip}
      </a>
      <header className={styles.header}>
        <Link to="/" aria-label={`StreamEx · ${text.home}`} preload={false}>
          <Logo />
        </Link>
        <ProfileMenu viewer={data} />
      </header>
      <main id="content" tabIndex={-1} className={styles.main}>
        {children}
      </main>
      <footer className={styles.footer}>
        <Logo />
        <p>{text.footer}</p>
      </footer>
    </LanguageContext>
  )
}
