import { useEffect, useId, useRef, useState } from 'react'
import type { FormEvent } from 'react'
import { useText } from '../language/language'
import { RequestError } from '../relay/network'
import { selectProfile } from '../relay/session'
import styles from './Unlock.module.css'

/** A profile that needs a secret before it is chosen, and which: its PIN, or the account's password. */
export type Locked = { id: string; name: string; by: 'pin' | 'password' }

/** The secret that a code of selectProfile asks for. */
export const secretFor = (code: string): Locked['by'] | undefined => ({ PIN_REQUIRED: 'pin', PASSWORD_REQUIRED: 'password' } as const)[code]

/** Asks for the secret of a locked profile in a dialog, then watches with it from a path of the app on. */
export function Unlock({ profile, to, onClose }: { profile: Locked; to: string; onClose: () => void }) {
  const text = useText()
  const dialog = useRef<HTMLDialogElement>(null)
  const field = useRef<HTMLInputElement>(null)
  const [by, setBy] = useState(profile.by)
  const [wrong, setWrong] = useState<string>()
  const [busy, setBusy] = useState(false)
  const id = useId()
  useEffect(() => dialog.current?.showModal(), [])

  function complain(problem: string) {
    setWrong(problem)
    setBusy(false)
    field.current?.select()
  }

  function usePassword() {
    setBy('password')
    setWrong(undefined)
    if (!field.current) return
    field.current.value = ''
    field.current.focus()
  }

  async function submit(event: FormEvent) {
    event.preventDefault()
    const secret = field.current?.value ?? ''
    if (!secret) return complain(by === 'pin' ? text.pinHint(profile.name) : text.passwordMissing)
    setBusy(true)
    setWrong(undefined)
    try {
      const code = await selectProfile(profile.id, to, { [by]: secret })
      if (code) complain(by === 'pin' ? text.wrongPin : text.wrongPassword)
    } catch (error) {
      const code = error instanceof RequestError ? error.code : ''
      complain(code === 'RATE_LIMITED' || code === 'OVERLOADED' ? text.tooMany : code === 'OFFLINE' ? text.unreachable : text.failed)
    }
  }

  return (
    <dialog className={styles.dialog} ref={dialog} aria-labelledby={`${id}-name`} onClose={onClose}>
      <form onSubmit={submit} noValidate>
        <h2 id={`${id}-name`}>{profile.name}</h2>
        <p id={`${id}-hint`}>{by === 'pin' ? text.pinHint(profile.name) : profile.by === 'pin' ? text.passwordInstead : text.passwordHint}</p>
        <label htmlFor={`${id}-secret`}>{by === 'pin' ? text.pin : text.password}</label>
        <input
          ref={field}
          id={`${id}-secret`}
          type="password"
          inputMode={by === 'pin' ? 'numeric' : undefined}
          maxLength={by === 'pin' ? 8 : undefined}
          autoComplete={by === 'pin' ? 'off' : 'current-password'}
          required
          aria-invalid={wrong ? true : undefined}
          aria-describedby={`${id}-hint ${id}-wrong`}
        />
        <p id={`${id}-wrong`} className={styles.wrong} role="alert">
          {wrong}
        </p>
        {by === 'pin' && (
          <button type="button" className={styles.other} onClick={usePassword}>
            {text.pinForgotten}
          </button>
        )}
        <div className={styles.actions}>
          <button type="button" className="button quiet" onClick={() => dialog.current?.close()}>
            {text.cancel}
          </button>
          <button type="submit" className="button" disabled={busy}>
            {text.unlock}
          </button>
        </div>
      </form>
    </dialog>
  )
}
