import { useEffect, useId, useRef } from 'react'
import type { ReactNode } from 'react'
import { useText } from '../../../language/language'
import styles from './Dialog.module.css'

type Props = {
  heading: string
  children: ReactNode
  /** What can be done, the way back first. */
  actions: ReactNode
  onClose: () => void
}

/** Asks something that has to be answered before anything else; Escape is the way back. */
export function Dialog({ heading, children, actions, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog className={styles.dialog} ref={dialog} aria-labelledby={id} onClose={onClose}>
      <h2 id={id}>{heading}</h2>
      {children}
      <div className={styles.actions}>{actions}</div>
    </dialog>
  )
}

type ConfirmProps = {
  heading: string
  children: ReactNode
  /** What the button says that does it. */
  label: string
  busy?: boolean
  /** What went wrong at the last try. */
  problem?: string | undefined
  onConfirm: () => void
  onClose: () => void
}

/** Asks before something is done that cannot be undone. The way back has the focus. */
export function Confirm({ heading, children, label, busy = false, problem, onConfirm, onClose }: ConfirmProps) {
  const text = useText()
  return (
    <Dialog
      heading={heading}
      onClose={onClose}
      actions={
        <>
          <button type="button" className="button quiet" onClick={onClose}>
            {text.cancel}
          </button>
          <button type="button" className={`button ${styles.danger}`} disabled={busy} onClick={onConfirm}>
            {label}
          </button>
        </>
      }
    >
      <div className={styles.body}>{children}</div>
      <p role="alert" className={styles.problem}>
        {problem}
      </p>
    </Dialog>
  )
}
