import type { ReactNode } from 'react'
import styles from './Hero.module.css'
import { nameMetrics, voiceOf } from './TitleArt'

type Props = {
  slug: string
  name: string
  backdrop: string
  color: string
  /** Whether the name is the page's main heading. */
  main?: boolean
  kicker?: ReactNode
  children: ReactNode
}

/** The head of a page: a title's picture from edge to edge, its name, and what is said of it. */
export function Hero({ slug, name, backdrop, color, main = false, kicker, children }: Props) {
  const Name = main ? 'h1' : 'h2'
  return (
    <div className={styles.hero} data-main={main || undefined}>
      <div className={styles.picture} style={{ backgroundColor: color }}>
        <img src={backdrop} alt="" width={1600} height={900} fetchPriority="high" decoding="async" />
      </div>
      <div className={styles.text}>
        {kicker && <p className={styles.kicker}>{kicker}</p>}
        <Name
          className={styles.name}
          tabIndex={main ? -1 : undefined}
          data-voice={voiceOf(slug)}
          data-long={name.length > 26 || undefined}
          style={nameMetrics(name)}
        >
          {name}
        </Name>
        {children}
      </div>
    </div>
  )
}

/** A hero of the final size while its title loads. */
export function HeroSkeleton({ main = false }: { main?: boolean }) {
  return (
    <div className={styles.hero} data-main={main || undefined} aria-hidden="true">
      <div className={styles.picture} style={{ backgroundColor: 'var(--surface)' }} />
    </div>
  )
}
