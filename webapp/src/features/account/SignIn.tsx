import { useNavigate } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import type { FormEvent } from 'react'
import { Icon } from '../../components/Icon'
import { Logo } from '../../components/Logo'
import { useText } from '../../language/language'
import { RequestError } from '../../relay/network'
import { signIn } from '../../relay/session'
import { ArtWall } from './ArtWall'
import { DemoAccounts } from './DemoAccounts'
import styles from './SignIn.module.css'

type Wrong = { email?: string; password?: string; code?: string; form?: string }

/** Asks who one is, then leads to the choice of a profile and from there to where one wanted to go. */
export function SignIn({ to }: { to: string | undefined }) {
  const text = useText()
  const navigate = useNavigate()
  const email = useRef<HTMLInputElement>(null)
  const password = useRef<HTMLInputElement>(null)
  const factor = useRef<HTMLInputElement>(null)
  const [coded, setCoded] = useState(false) // the account asks for a code
  const [wrong, setWrong] = useState<Wrong>({})
  const [busy, setBusy] = useState(false)
  const [shown, setShown] = useState(false)

  function complain(problem: Wrong) {
    setWrong(problem)
    if (problem.email) email.current?.focus()
    else if (problem.code) factor.current?.focus()
    else password.current?.focus()
  }

  function check(address: string, secret: string): Wrong {
    const problem: Wrong = {}
    if (!address) problem.email = text.emailMissing
    else if (!/^[^\s@]+@[^\s@]+$/.test(address)) problem.email = text.emailInvalid
    if (!secret) problem.password = text.passwordMissing
    return problem
  }

  async function submit(event: FormEvent) {
    event.preventDefault()
    const address = email.current?.value.trim() ?? ''
    const secret = password.current?.value ?? ''
    const problem = check(address, secret)
    if (problem.email || problem.password) return complain(problem)
    setBusy(true)
    setWrong({})
    try {
      const [error] = await signIn(address, secret, factor.current?.value.trim() || undefined)
      if (error?.code === 'SECOND_FACTOR_REQUIRED') return setCoded(true)
      if (error) return complain(error.path.at(-1) === 'code' ? { code: text.wrongCode } : { password: text.wrongCredentials })
      await navigate({ to: '/profiles', search: to ? { to } : {}, replace: true })
    } catch (error) {
      const code = error instanceof RequestError ? error.code : ''
      setWrong({ form: code === 'RATE_LIMITED' || code === 'OVERLOADED' ? text.tooMany : code === 'OFFLINE' ? text.unreachable : text.failed })
    } finally {
      setBusy(false)
    }
  }

  function fill(address: string, secret: string) {
    if (!email.current || !password.current) return
    email.current.value = address
    password.current.value = secret
    setCoded(false)
    setWrong({})
    document.getElementById('submit')?.focus()
  }

  return (
    <div className={styles.screen}>
      <title>{`${text.signIn} · StreamEx`}</title>
      <ArtWall />
      <header className={styles.header}>
        <Logo />
      </header>
      <main className={styles.panel} id="content">
        <h1>{text.signIn}</h1>
        <form onSubmit={submit} noValidate>
          {wrong.form && (
            <p role="alert" className={styles.formError}>
              {wrong.form}
            </p>
          )}
          <div className={styles.field}>
            <label htmlFor="email">{text.email}</label>
            <input
              ref={email}
              id="email"
              name="email"
              type="email"
              autoComplete="username"
              // oxlint-disable-next-line jsx-a11y/no-autofocus -- the screen is for this field alone
              autoFocus
              required
              aria-invalid={wrong.email ? true : undefined}
              aria-describedby={wrong.email ? 'email-error' : undefined}
            />
            {wrong.email && (
              <p id="email-error" className={styles.error}>
                {wrong.email}
              </p>
            )}
          </div>
          <div className={styles.field}>
            <label htmlFor="password">{text.password}</label>
            <div className={styles.secret}>
              <input
                ref={password}
                id="password"
                name="password"
                type={shown ? 'text' : 'password'}
                autoComplete="current-password"
                required
                aria-invalid={wrong.password ? true : undefined}
                aria-describedby={wrong.password ? 'password-error' : undefined}
              />
              <button type="button" aria-pressed={shown} aria-label={shown ? text.hidePassword : text.showPassword} onClick={() => setShown(!shown)}>
                <Icon name="eye" />
              </button>
            </div>
            {wrong.password && (
              <p id="password-error" className={styles.error}>
                {wrong.password}
              </p>
            )}
          </div>
          {coded && (
            <div className={styles.field}>
              <label htmlFor="code">{text.code}</label>
              <input
                ref={factor}
                id="code"
                name="code"
                autoComplete="one-time-code"
                // oxlint-disable-next-line jsx-a11y/no-autofocus -- it has just been asked for
                autoFocus
                required
                aria-invalid={wrong.code ? true : undefined}
                aria-describedby={wrong.code ? 'code-error code-hint' : 'code-hint'}
              />
              {wrong.code && (
                <p id="code-error" className={styles.error}>
                  {wrong.code}
                </p>
              )}
              <p id="code-hint" className={styles.hint}>
                {text.codeHint}
              </p>
            </div>
          )}
          <button className="button" type="submit" id="submit" disabled={busy}>
            {busy ? text.signingIn : text.signIn}
          </button>
        </form>
        <DemoAccounts onChoose={fill} />
      </main>
    </div>
  )
}
