import { useBlocker } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import type { ReactNode } from 'react'
import { useAdminText } from '../../../language/admin'
import { Dialog } from './Dialog'
import styles from './FormFrame.module.css'
import type { Form } from './useForm'

type Props<T extends object> = {
  form: Form<T>
  /** What the button says. */
  label?: string
  /** What the fields are called, and how their values are shown, for who has to choose between two of them. */
  describe: Partial<Record<keyof T, string>>
  show?: (field: keyof T, value: unknown) => string
  children: ReactNode
}

/** The frame of a form: what was restored, what is wrong, its fields, its buttons, and the dialogs that keep what was typed. */
export function FormFrame<T extends object>({ form, label, describe, show, children }: Props<T>) {
  const text = useAdminText()
  const element = useRef<HTMLFormElement>(null)
  const { dirty, errors, busy, alert } = form
  useEffect(() => {
    if (Object.keys(errors).length > 0 && alert) element.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus()
  }, [errors, alert])
  const { status, proceed, reset } = useBlocker({ shouldBlockFn: () => dirty, enableBeforeUnload: false, withResolver: true })
  return (
    <form
      ref={element}
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (!busy && (dirty || form.isNew)) void form.submit()
      }}
    >
      <div role="status">
        {form.restored && dirty && (
          <p className={styles.restored}>
            {text.restored}
            <button type="button" className="button quiet" onClick={form.reset}>
              {text.discard}
            </button>
          </p>
        )}
      </div>
      <p role="alert" className={styles.alert}>
        {alert}
      </p>
      {children}
      <div className={styles.bar} data-dirty={dirty || undefined}>
        <button type="submit" className="button" disabled={busy || !(dirty || form.isNew)}>
          {busy ? text.saving : (label ?? text.save)}
        </button>
        {dirty && (
          <button type="button" className="button quiet" disabled={busy} onClick={form.reset}>
            {text.discard}
          </button>
        )}
        <p role="status">{dirty && text.unsaved}</p>
      </div>
      {status === 'blocked' && (
        <Dialog
          heading={text.leave}
          onClose={reset}
          actions={
            <>
              <button type="button" className="button quiet" onClick={reset}>
                {text.stay}
              </button>
              <button
                type="button"
                className="button quiet"
                onClick={() => {
                  form.reset()
                  proceed()
                }}
              >
                {text.discard}
              </button>
              <button type="button" className="button" onClick={proceed}>
                {text.leaveKeeping}
              </button>
            </>
          }
        >
          <p>{text.leaveText}</p>
        </Dialog>
      )}
      {form.conflict && <Conflict form={form} describe={describe} show={show} />}
    </form>
  )
}

type ConflictProps<T extends object> = { form: Form<T>; describe: Partial<Record<keyof T, string>>; show: Props<T>['show'] | undefined }

/** Shows what somebody else saved in the meantime beside what was typed, and asks which shall stay. */
function Conflict<T extends object>({ form, describe, show }: ConflictProps<T>) {
  const text = useAdminText()
  const fields = [...new Set([...Object.keys(form.changed), ...Object.keys(form.saved)])] as (keyof T)[]
  const shown = (field: keyof T, value: unknown) => (show ? show(field, value) : plain(value)) || '–'
  const rows = fields
    .filter((field) => JSON.stringify(form.saved[field]) !== JSON.stringify(form.value[field]))
    .map((field) => ({
      field: String(field),
      label: describe[field] ?? String(field),
      theirs: shown(field, form.saved[field]),
      mine: field in form.changed ? shown(field, form.value[field]) : text.untouched,
    }))
  return (
    <Dialog
      heading={text.conflict}
      onClose={form.postpone}
      actions={
        <>
          <button type="button" className="button quiet" onClick={form.reset}>
            {text.takeTheirs}
          </button>
          <button type="button" className="button" onClick={() => void form.keepMine()}>
            {text.keepMine}
          </button>
        </>
      }
    >
      <p>{text.conflictText}</p>
      <table className={styles.conflict}>
        <thead>
          <tr>
            <th scope="col">{text.field}</th>
            <th scope="col">{text.theirs}</th>
            <th scope="col">{text.mine}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ field, label, theirs, mine }) => (
            <tr key={field}>
              <th scope="row">{label}</th>
              <td>{theirs}</td>
              <td>{mine}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  )
}

const plain = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))
