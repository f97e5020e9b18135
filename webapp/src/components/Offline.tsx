import { useSyncExternalStore } from 'react'
import { useText } from '../language/language'
import styles from './Offline.module.css'

function subscribe(changed: () => void) {
  addEventListener('online', changed)
  addEventListener('offline', changed)
  return () => {
    removeEventListener('online', changed)
    removeEventListener('offline', changed)
  }
}

/** Says so while the device is not connected. */
export function Offline() {
  const text = useText()
  const online = useSyncExternalStore(subscribe, () => navigator.onLine)
  return (
    <div role="status" className={styles.offline}>
      {!online && <p>{text.offline}</p>}
    </div>
  )
}
