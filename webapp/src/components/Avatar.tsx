import styles from './Avatar.module.css'

/** A profile's picture: its initial on its colour. Decoration: the name stands beside it or in a label. */
export function Avatar({ name, color }: { name: string; color: string }) {
  return (
    <span className={styles.avatar} data-color={color} aria-hidden="true">
      <span>{[...name][0]?.toUpperCase()}</span>
    </span>
  )
}
