import { useId } from 'react'
import type { ReactNode } from 'react'
import styles from './Field.module.css'

type Props = {
  label: string
  hint?: string | undefined
  /** What is wrong with it. */
  error?: string | undefined
  value: string
  onChange: (value: string) => void
  required?: boolean
}

type Described = {
  id: string
  required: boolean
  'aria-invalid': true | undefined
  'aria-describedby': string | undefined
}

type FrameProps = Pick<Props, 'label' | 'hint' | 'error' | 'required'> & { children: (described: Described) => ReactNode }

/** A label, what is typed, a hint, and what is wrong with it. */
function Frame({ label, hint, error, required = false, children }: FrameProps) {
  const id = useId()
  const describedBy = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ')
  return (
    <div className={styles.field}>
      <label htmlFor={id}>
        {label}
        {required && <span aria-hidden="true"> *</span>}
      </label>
      {children({ id, required, 'aria-invalid': error ? true : undefined, 'aria-describedby': describedBy || undefined })}
      {error && (
        <p id={`${id}-error`} className={styles.error}>
          {error}
        </p>
      )}
      {hint && (
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
    </div>
  )
}

type InputProps = Props & {
  type?: 'text' | 'email' | 'date' | 'datetime-local' | 'password'
  autoComplete?: string
  inputMode?: 'numeric'
}

/** A line of text, a number or a date. */
export function TextField({ label, hint, error, value, onChange, required, type = 'text', autoComplete = 'off', ...rest }: InputProps) {
  return (
    <Frame label={label} hint={hint} error={error} required={required ?? false}>
      {(described) => (
        <input {...described} {...rest} type={type} autoComplete={autoComplete} value={value} onChange={(event) => onChange(event.target.value)} />
      )}
    </Frame>
  )
}

/** Several lines of text. */
export function TextArea({ label, hint, error, value, onChange, required }: Props) {
  return (
    <Frame label={label} hint={hint} error={error} required={required ?? false}>
      {(described) => <textarea {...described} rows={4} value={value} onChange={(event) => onChange(event.target.value)} />}
    </Frame>
  )
}

type ChoiceProps = Props & { options: readonly (readonly [value: string, label: string])[] }

/** One of a few. */
export function Choice({ label, hint, error, value, onChange, options, required }: ChoiceProps) {
  return (
    <Frame label={label} hint={hint} error={error} required={required ?? false}>
      {(described) => (
        <select {...described} value={value} onChange={(event) => onChange(event.target.value)}>
          {options.map(([key, name]) => (
            <option key={key} value={key}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Frame>
  )
}

type TickProps = { label: string; hint?: string; error?: string | undefined; checked: boolean; onChange: (checked: boolean) => void }

/** Yes or no. */
export function Tick({ label, hint, error, checked, onChange }: TickProps) {
  const id = useId()
  const describedBy = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ')
  return (
    <div className={styles.tick}>
      <input
        id={id}
        type="checkbox"
        checked={checked}
        aria-invalid={error ? true : undefined}
        aria-describedby={describedBy || undefined}
        onChange={(event) => onChange(event.target.checked)}
      />
      <label htmlFor={id}>{label}</label>
      {error && (
        <p id={`${id}-error`} className={styles.error}>
          {error}
        </p>
      )}
      {hint && (
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
    </div>
  )
}
