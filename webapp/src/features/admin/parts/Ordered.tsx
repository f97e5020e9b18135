import { useEffect, useRef, useState } from 'react'
import type { KeyboardEvent, ReactNode } from 'react'
import { useAdminText } from '../../../language/admin'
import { Glyph } from './Glyph'
import styles from './Ordered.module.css'

type Props<T> = {
  label: string
  items: readonly T[]
  keyOf: (item: T) => string
  nameOf: (item: T) => string
  onChange: (items: T[]) => void
  /** What stands in a line, beside its name: fields, for instance. */
  children?: (item: T, index: number) => ReactNode
}

/** The list with the item at one place moved to another. */
export function moved<T>(items: readonly T[], from: number, to: number): T[] {
  const rest = items.toSpliced(from, 1)
  return rest.toSpliced(to, 0, items[from]!)
}

/**
 * A list that is put in order: by dragging a line at its handle, by its buttons, and by Alt with the arrows from
 * anywhere in the line. What moved where is said aloud.
 */
export function Ordered<T>({ label, items, keyOf, nameOf, onChange, children }: Props<T>) {
  const text = useAdminText()
  const list = useRef<HTMLOListElement>(null)
  const [dragged, setDragged] = useState<number>()
  const [over, setOver] = useState<number>()
  const [told, setTold] = useState('')
  const again = useRef<string>(undefined) // the line that keeps the focus when it moved or its button went

  useEffect(() => {
    if (again.current === undefined) return
    const line = list.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(again.current)}"]`)
    again.current = undefined
    if (line && !line.contains(document.activeElement)) line.querySelector<HTMLElement>('[data-handle]')?.focus()
  })

  function move(from: number, to: number) {
    if (to < 0 || to >= items.length || from === to) return
    again.current = keyOf(items[from]!)
    onChange(moved(items, from, to))
    setTold(text.movedTo(nameOf(items[from]!), to + 1, items.length))
  }

  function remove(index: number) {
    const next = items[index + 1] ?? items[index - 1]
    again.current = next && keyOf(next)
    onChange(items.toSpliced(index, 1))
    setTold(text.removed(nameOf(items[index]!)))
  }

  function onKeyDown(event: KeyboardEvent, index: number) {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return
    event.preventDefault()
    move(index, index + (event.key === 'ArrowUp' ? -1 : 1))
  }

  return (
    <>
      <ol className={styles.list} ref={list} aria-label={label}>
        {items.map((item, index) => (
          <li
            key={keyOf(item)}
            data-key={keyOf(item)}
            data-over={over === index && dragged !== index ? (dragged! < index ? 'below' : 'above') : undefined}
            data-dragged={dragged === index || undefined}
            onKeyDown={(event) => onKeyDown(event, index)}
            onDragOver={(event) => {
              if (dragged === undefined) return
              event.preventDefault()
              setOver(index)
            }}
            onDrop={(event) => {
              event.preventDefault()
              if (dragged !== undefined) move(dragged, index)
              setDragged(undefined)
              setOver(undefined)
            }}
          >
            <button
              type="button"
              className={styles.handle}
              data-handle
              draggable
              aria-label={text.moveHint(nameOf(item))}
              onDragStart={(event) => {
                event.dataTransfer.effectAllowed = 'move'
                event.dataTransfer.setData('text/plain', nameOf(item))
                setDragged(index)
              }}
              onDragEnd={() => {
                setDragged(undefined)
                setOver(undefined)
              }}
            >
              <Glyph name="handle" />
            </button>
            <div className={styles.content}>{children ? children(item, index) : nameOf(item)}</div>
            <div className={styles.buttons}>
              <button type="button" aria-label={text.moveUp(nameOf(item))} aria-disabled={index === 0} onClick={() => move(index, index - 1)}>
                <Glyph name="up" />
              </button>
              <button type="button" aria-label={text.moveDown(nameOf(item))} aria-disabled={index === items.length - 1} onClick={() => move(index, index + 1)}>
                <Glyph name="down" />
              </button>
              <button type="button" aria-label={text.remove(nameOf(item))} onClick={() => remove(index)}>
                <Glyph name="remove" />
              </button>
            </div>
          </li>
        ))}
      </ol>
      <p className="hidden" role="status">
        {told}
      </p>
    </>
  )
}
