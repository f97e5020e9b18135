import { percent } from '../language/format'
import { useText } from '../language/language'
import styles from './Progress.module.css'

/** A bar that shows which share was watched. */
export function Progress({ fraction }: { fraction: number }) {
  const text = useText()
  const share = percent(fraction)
  if (share === 0) return null
  return (
    <span className={styles.progress}>
      <span className={styles.bar} style={{ inlineSize: `${share}%` }} />
      <span className="hidden">{text.progress(share)}</span>
    </span>
  )
}
