import { useEffect, useSyncExternalStore } from 'react'
import styles from './Toast.module.css'

type Said = { text: string; at: number }

const shown = 6_000 // ms
const listeners = new Set<() => void>()
let said: Said | undefined

function say(next: Said | undefined) {
  said = next
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Says for a moment that something was done. What went wrong is said where it stays, never here. */
export function toast(text: string): void {
  say({ text, at: Date.now() })
}

/** Where it is said: a live region that is there before anything is said in it. */
export function Toasts() {
  const now = useSyncExternalStore(subscribe, () => said)
  useEffect(() => {
    if (!now) return undefined
    const timer = setTimeout(() => say(undefined), shown)
    return () => clearTimeout(timer)
  }, [now])
  return (
    <div className={styles.toasts} role="status">
      {now && <p key={now.at}>{now.text}</p>}
    </div>
  )
}
