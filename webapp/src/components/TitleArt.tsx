import type { CSSProperties } from 'react'
import styles from './TitleArt.module.css'

const voices = 5

/** Which of the display styles a title's name is set in: always the same one for the same title. */
export function voiceOf(slug: string): number {
  let hash = 7
  for (const c of slug) hash = (Math.imul(hash, 31) + c.charCodeAt(0)) >>> 0
  return (hash >>> 3) % voices
}

/** What the type's size follows from: the longest word must fit in a line, and long names take smaller type. */
export function nameMetrics(name: string): CSSProperties {
  const longest = Math.max(...name.split(/[\s-]+/).map((word) => word.length))
  return { '--longest': Math.max(longest, 4), '--length': name.length } as CSSProperties
}

type Props = { slug: string; name: string; src: string; color: string; eager?: boolean }

/** A title's lying picture with its name set over it. The dominant colour stands there until the picture comes. */
export function TitleArt({ slug, name, src, color, eager = false }: Props) {
  return (
    <span className={styles.art} style={{ backgroundColor: color }}>
      <img src={src} alt="" width={640} height={360} loading={eager ? 'eager' : 'lazy'} decoding="async" />
      <span className={styles.name} data-voice={voiceOf(slug)} data-long={name.length > 26 || undefined} style={nameMetrics(name)}>
        {name}
      </span>
    </span>
  )
}
