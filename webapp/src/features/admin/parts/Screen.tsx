import type { ReactNode } from 'react'
import { useFirstFocus } from '../../../components/focus'
import styles from './Screen.module.css'

type ScreenProps = {
  heading: string
  /** Where it belongs, one step up. */
  up?: ReactNode
  /** What can be done here, beside the heading. */
  actions?: ReactNode
  children: ReactNode
}

/** One screen: its heading, which a screen reader begins with, and what is below. */
export function Screen({ heading, up, actions, children }: ScreenProps) {
  useFirstFocus()
  return (
    <>
      <title>{`${heading} · StreamEx`}</title>
      {up && <p className={styles.up}>{up}</p>}
      <div className={styles.heading}>
        <h1 tabIndex={-1}>{heading}</h1>
        {actions && <div className={styles.actions}>{actions}</div>}
      </div>
      {children}
    </>
  )
}

/** A part of a screen, with a heading of its own. */
export function Section({ heading, children }: { heading: string; children: ReactNode }) {
  return (
    <section className={styles.section}>
      <h2>{heading}</h2>
      {children}
    </section>
  )
}

/** Fields side by side where there is room. */
export function Columns({ children }: { children: ReactNode }) {
  return <div className={styles.columns}>{children}</div>
}

/** What is above a table: its search and what narrows it. */
export function Tools({ children }: { children: ReactNode }) {
  return <div className={styles.tools}>{children}</div>
}

/** A screen while it loads. */
export function ScreenSkeleton() {
  return <div className={styles.skeleton} aria-busy="true" />
}
