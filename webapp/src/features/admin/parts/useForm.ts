import { useState } from 'react'
import { useRouter } from '@tanstack/react-router'
import { useAdminText } from '../../../language/admin'
import { useText } from '../../../language/language'
import { RequestError } from '../../../relay/network'
import { keepDraft, onceOnly, readDraft, useDraftName } from './draft'
import type { Draft } from './draft'
import { problemText } from './problem'
import type { Problem } from './problem'

/** What is wrong, by field. */
export type Errors = Record<string, string>

/** What a form sends. */
export type Sent<T> = { value: T; changed: Partial<T>; version: number; once: string }

type Options<T> = {
  /** Names the draft: the id of what is edited, or of the kind of what is new. */
  draft: string
  /** What the server has. */
  saved: T
  version: number
  /** Whether there is nothing on the server yet. */
  isNew?: boolean
  /** What is wrong before anything is sent, by field. */
  check?: (value: T) => Errors
  /** Sends it, and tells what the server finds wrong. What is new is at the address that it returns instead. */
  save: (sent: Sent<T>) => Promise<readonly Problem[] | { to: string }>
  /** The field behind a path of the input; the rest of the path where left out. */
  fieldOf?: (path: readonly string[], value: T) => string
  /** Fields that are never kept on the device. */
  secret?: readonly (keyof T)[]
}

export type Form<T extends object> = ReturnType<typeof useForm<T>>

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

/** The fields in which two values differ. */
export function difference<T extends object>(from: T, to: T): Partial<T> {
  return Object.fromEntries(Object.entries(to).filter(([field, value]) => !same(value, from[field as keyof T]))) as Partial<T>
}

/** Says of the fields that were left empty that they are needed. */
export function missing<T extends object>(value: T, fields: readonly (keyof T & string)[], said: string): Errors {
  return Object.fromEntries(fields.filter((field) => !String(value[field] ?? '').trim()).map((field) => [field, said]))
}

/**
 * What a form holds: what was typed, kept on the device until it is saved, and what the server finds wrong with it. When
 * somebody else saved in between, it has a conflict until it is said what shall stay.
 */
export function useForm<T extends object>({ draft, saved, version, isNew = false, check, save, fieldOf, secret }: Options<T>) {
  const text = useText()
  const admin = useAdminText()
  const router = useRouter()
  const name = useDraftName(draft)
  const [held, setHeld] = useState((): Draft<T> => readDraft(name, saved) ?? { base: saved, version, value: saved, once: onceOnly() })
  const [restored, setRestored] = useState(() => readDraft(name, saved) !== undefined)
  const [errors, setErrors] = useState<Errors>({})
  const [alert, setAlert] = useState('')
  const [busy, setBusy] = useState(false)
  const [conflict, setConflict] = useState(false)

  const changed = difference(held.base, held.value)
  const dirty = Object.keys(changed).length > 0
  if (held.version !== version && (!dirty || same(held.base, saved)) && !busy) {
    // Somebody saved something else, or this form did: nothing of what was typed is touched by it.
    const next = { ...held, base: saved, version, value: dirty ? held.value : saved }
    setHeld(next)
    if (dirty) keepDraft(name, next)
  }

  function hold(next: Draft<T>) {
    setHeld(next)
    const open = { ...next.value }
    for (const field of secret ?? []) delete open[field]
    keepDraft(name, same(next.base, next.value) ? undefined : { ...next, value: open })
  }

  function change(patch: Partial<T>) {
    hold({ ...held, value: { ...held.value, ...patch } })
    const rest = Object.fromEntries(Object.entries(errors).filter(([field]) => !Object.keys(patch).some((key) => field === key || field.startsWith(`${key}.`))))
    setErrors(rest)
  }

  function reset() {
    hold({ base: saved, version, value: saved, once: onceOnly() })
    setErrors({})
    setAlert('')
    setRestored(false)
    setConflict(false)
  }

  function complain(problems: readonly Problem[]) {
    const byField: Errors = {}
    const others: string[] = []
    for (const problem of problems) {
      const field = fieldOf ? fieldOf(problem.path, held.value) : problem.path.slice(1).join('.')
      const said = problemText(problem, admin)
      if (field && !byField[field]) byField[field] = said
      else others.push(said)
    }
    setErrors(byField)
    setAlert(others.length > 0 ? others.join(' ') : admin.checkFields)
  }

  /** Sends what is held; all of it is kept whatever happens on the way. */
  async function send(now: Draft<T>) {
    const wrong = check?.(now.value) ?? {}
    setErrors(wrong)
    if (Object.keys(wrong).length > 0) return setAlert(admin.checkFields)
    setAlert('')
    setBusy(true)
    try {
      const answer = await save({ value: now.value, changed: difference(now.base, now.value), version: now.version, once: now.once })
      if ('to' in answer || answer.length === 0) {
        keepDraft(name, undefined)
        setRestored(false)
        setConflict(false)
        setHeld({ ...now, base: now.value, once: onceOnly() })
        if ('to' in answer) await router.navigate({ href: answer.to, replace: true, ignoreBlocker: true })
      } else if (answer.some(({ code, path }) => code === 'CONFLICT' && path.at(-1) === 'version')) {
        setConflict(true)
      } else {
        setConflict(false)
        complain(answer)
      }
    } catch (error) {
      const code = error instanceof RequestError ? error.code : ''
      setAlert(code === 'OFFLINE' || code === 'UNAVAILABLE' || code === 'OVERLOADED' ? admin.notSent : code === 'FORBIDDEN' ? admin.notForYouText : text.failed)
    } finally {
      setBusy(false)
    }
    return undefined
  }

  /** Sends what was typed over what somebody else saved in the meantime. */
  function keepMine() {
    const next = { ...held, base: saved, version, value: { ...saved, ...changed } }
    hold(next)
    setConflict(false)
    return send(next)
  }

  return {
    value: held.value,
    base: held.base,
    saved,
    changed,
    dirty,
    isNew,
    restored,
    errors,
    alert,
    busy,
    conflict,
    change,
    reset,
    submit: () => send(held),
    keepMine,
    postpone: () => setConflict(false),
  }
}
