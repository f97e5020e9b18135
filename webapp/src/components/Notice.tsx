import { Link } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useText } from '../language/language'
import { Logo } from './Logo'
import styles from './Notice.module.css'

type Props = {
  heading: string
  text: string
  /** What the button says; without one there is a link to the home page. */
  label?: string
  onAction?: () => void
}

/** A whole screen that says one thing and offers the next step, which has the focus. */
export function Notice({ heading, text, label, onAction }: Props) {
  const { toHome } = useText()
  const action = useRef<HTMLElement>(null)
  useEffect(() => action.current?.focus(), [])
  return (
    <main className={styles.notice} id="content">
      <title>{`${heading} · StreamEx`}</title>
      <Logo />
      <h1>{heading}</h1>
      <p role="status">{text}</p>
      {label ? (
        <button ref={action as React.Ref<HTMLButtonElement>} className="button" type="button" onClick={onAction}>
          {label}
        </button>
      ) : (
        <Link ref={action as React.Ref<HTMLAnchorElement>} className="button" to="/">
          {toHome}
        </Link>
      )}
    </main>
  )
}
