import styles from './Logo.module.css'

/** The name as it is written everywhere. */
export function Logo() {
  return (
    <span className={styles.logo}>
      Stream<span>Ex</span>
    </span>
  )
}
