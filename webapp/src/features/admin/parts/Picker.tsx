import { useEffect, useId, useRef, useState } from 'react'
import type { KeyboardEvent } from 'react'
import { useAdminText } from '../../../language/admin'
import { Glyph } from './Glyph'
import field from './Field.module.css'
import styles from './Picker.module.css'

/** What can be picked. */
export type Option = { id: string; label: string; detail?: string }

type Props = {
  label: string
  hint?: string
  error?: string | undefined
  /** What begins with a text, best first. */
  find: (text: string) => Promise<readonly Option[]>
  onPick: (option: Option) => void
  /** Picks what nothing was found for; absent where only what is there can be picked. */
  create?: { label: (text: string) => string; onCreate: (text: string) => void }
}

const pause = 150 // ms without a key before it is searched

/** A field that offers what fits while one types: a combobox with a list, by keyboard and pointer. */
export function Picker({ label, hint, error, find, onPick, create }: Props) {
  const text = useAdminText()
  const id = useId()
  const [typed, setTyped] = useState('')
  const [found, setFound] = useState<readonly Option[]>()
  const [failed, setFailed] = useState(false)
  const [at, setAt] = useState(0)
  const turn = useRef(0) // answers to earlier texts come too late
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])

  const wanted = typed.trim()
  const creates = create && wanted !== '' && !found?.some((option) => option.label.toLocaleLowerCase() === wanted.toLocaleLowerCase())
  const open = found !== undefined
  const count = open ? found.length + (creates ? 1 : 0) : 0

  function search(next: string) {
    clearTimeout(timer.current)
    const mine = ++turn.current
    timer.current = setTimeout(() => void ask(next.trim(), mine), next ? pause : 0)
  }

  async function ask(prefix: string, mine: number) {
    setFailed(false)
    try {
      const options = await find(prefix)
      if (mine !== turn.current) return
      setFound(options)
      setAt(0)
    } catch {
      if (mine === turn.current) setFailed(true)
    }
  }

  function close() {
    clearTimeout(timer.current)
    turn.current++
    setFound(undefined)
  }

  function pick(index: number) {
    const option = found?.[index]
    if (option) onPick(option)
    else if (create && creates) create.onCreate(wanted)
    else return
    setTyped('')
    close()
  }

  function onKeyDown(event: KeyboardEvent) {
    switch (event.key) {
      case 'ArrowDown':
      case 'ArrowUp': {
        event.preventDefault()
        if (!open) return search(typed)
        const step = event.key === 'ArrowDown' ? 1 : -1
        return setAt(count ? (at + step + count) % count : 0)
      }
      case 'Enter':
        event.preventDefault() // it never sends the form
        return open ? pick(at) : search(typed)
      case 'Escape':
        if (!open && typed === '') return undefined
        event.preventDefault()
        event.stopPropagation()
        if (open) return close()
        return setTyped('')
      default:
        return undefined
    }
  }

  const labels = [...(found ?? []), ...(creates ? [{ id: 'new', label: create.label(wanted) } as Option] : [])]
  const describedBy = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ')
  return (
    <div className={`${field.field} ${styles.picker}`} onBlur={(event) => event.currentTarget.contains(event.relatedTarget) || close()}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        role="combobox"
        autoComplete="off"
        aria-expanded={open && count > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={open && count > 0 ? `${id}-${at}` : undefined}
        aria-invalid={error ? true : undefined}
        aria-describedby={describedBy || undefined}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value)
          search(event.target.value)
        }}
        onFocus={() => search(typed)}
        onKeyDown={onKeyDown}
      />
      <div className={styles.list} id={`${id}-list`} role="listbox" aria-label={label} hidden={!open || count === 0}>
        {labels.map((option, index) => (
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the keys are the field's
          <div
            key={option.id}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            onPointerDown={(event) => event.preventDefault()} // the field keeps the focus
            onClick={() => pick(index)}
            onPointerMove={() => setAt(index)}
          >
            {index >= (found?.length ?? 0) && <Glyph name="add" />}
            <span>{option.label}</span>
            {option.detail && <small>{option.detail}</small>}
          </div>
        ))}
      </div>
      <p className={open && count === 0 && wanted ? field.hint : 'hidden'} role="status">
        {failed ? text.searchFailed : open && (count === 0 ? text.nothingFound : text.choices(count))}
      </p>
      {error && (
        <p id={`${id}-error`} className={field.error}>
          {error}
        </p>
      )}
      {hint && (
        <p id={`${id}-hint`} className={field.hint}>
          {hint}
        </p>
      )}
    </div>
  )
}
