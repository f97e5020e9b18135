import { useText } from '../../language/language'
import styles from './DemoAccounts.module.css'

const password = 'streamex-demo'

/** The accounts of the demo, where the server serves one. */
export function DemoAccounts({ onChoose }: { onChoose: (email: string, password: string) => void }) {
  const text = useText()
  if (!document.querySelector('meta[name="streamex-demo"]')) return null
  const accounts = [
    { email: 'viewer@example.com', about: text.demoViewer },
    { email: 'family@example.com', about: text.demoFamily },
    { email: 'admin@example.com', about: text.demoAdmin },
  ]
  return (
    <section className={styles.demo} aria-labelledby="demo">
      <h2 id="demo">{text.demoAccounts}</h2>
      <p>{text.demoHint}</p>
      <ul>
        {accounts.map(({ email, about }) => (
          <li key={email}>
            <button type="button" onClick={() => onChoose(email, password)}>
              <strong>{email}</strong>
              <span>{about}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
