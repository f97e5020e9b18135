import { useEffect, useId, useRef, useState } from 'react'
import type { CSSProperties, FocusEvent, KeyboardEvent, PointerEvent, ReactNode, UIEvent } from 'react'
import { useText } from '../language/language'
import { Icon } from './Icon'
import { calm } from './motion'
import styles from './Shelf.module.css'
import { cardFor } from './shelfKeys'

/** What a shelf tells each of its cards. */
export type CardProps = {
  shelf: string
  tabIndex: 0 | -1
  describedBy: string | undefined
  eager?: boolean
}

type Props<T> = {
  /** Unique in the page, and the same when one comes back to it. */
  id: string
  heading: string
  items: readonly T[]
  keyOf: (item: T) => string
  card: (item: T, props: CardProps, index: number) => ReactNode
  /** What is shown of a card that is meant: the pointer rests on it, or the keyboard's focus. */
  preview: (item: T, index: number) => ReactNode
  /** Loads more items; absent when there are none. */
  more?: (() => void) | undefined
  loading?: boolean
  /** Whether its first pictures are seen at once. */
  eager?: boolean
}

type Open = { index: number; left: number; top: number; width: number }

const intent = 220 // ms of rest that tell a card is meant
const visible = 7 // cards at most in the first view of a shelf

/** How far a line scrolls on. */
const ahead = (line: HTMLElement) => line.scrollWidth - line.clientWidth - line.scrollLeft

const edgesOf = (line: HTMLElement) => ({ start: line.scrollLeft < 8, end: ahead(line) < 8 })

/** A heading and a line of cards that scrolls sideways: by touch, wheel, arrows beside it, and keys. */
export function Shelf<T>({ id, heading, items, keyOf, card, preview, more, loading = false, eager = false }: Props<T>) {
  const text = useText()
  const previewId = useId()
  const headingId = useId()
  const section = useRef<HTMLElement>(null)
  const track = useRef<HTMLUListElement>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const meant = useRef<HTMLElement>(undefined) // the card under the pointer or with the focus
  const [current, setCurrent] = useState(0) // the tab stop
  const [open, setOpen] = useState<Open>()
  const [edges, setEdges] = useState({ start: true, end: false })
  useEffect(() => () => clearTimeout(timer.current), [])
  useEffect(look) // there may be more items than before

  function look() {
    if (!track.current) return
    const next = edgesOf(track.current)
    setEdges((known) => (known.start === next.start && known.end === next.end ? known : next))
  }

  /** Opens the preview of the card that is meant, unless it changes before long. */
  function wait() {
    clearTimeout(timer.current)
    setOpen(undefined)
    if (meant.current) timer.current = setTimeout(show, intent)
  }

  function show() {
    const link = meant.current
    const box = section.current?.getBoundingClientRect()
    if (!link || !box) return
    const at = link.getBoundingClientRect()
    const width = Math.min(Math.max(at.width * 1.22, 320), box.width - 16)
    const middle = at.left - box.left + at.width / 2 - width / 2
    const left = Math.min(Math.max(middle, 8), box.width - width - 8)
    const top = at.top - box.top - ((width - at.width) * 9) / 32
    setOpen({ index: indexOf(link), left, top, width })
  }

  function indexOf(link: HTMLElement) {
    return [...(track.current?.children ?? [])].findIndex((li) => li.contains(link))
  }

  function mean(link: HTMLElement | undefined) {
    meant.current = link
    wait()
  }

  function onScroll(event: UIEvent<HTMLElement>) {
    const line = event.currentTarget
    look()
    if (meant.current) wait()
    if (more && ahead(line) < line.clientWidth) more()
  }

  function onKeyDown(event: KeyboardEvent<HTMLElement>) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
    if (event.key === 'Escape') return mean(undefined)
    const to = cardFor(event.key, event.target as HTMLElement)
    if (!to) return
    event.preventDefault()
    to.focus({ preventScroll: true })
    const behavior = event.repeat || calm() ? 'instant' : 'smooth'
    to.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior })
  }

  function onFocus(event: FocusEvent<HTMLElement>) {
    const link = event.target
    setCurrent(indexOf(link))
    if (link.matches(':focus-visible')) mean(link)
  }

  function onPointerEnter(event: PointerEvent<HTMLElement>) {
    if (event.pointerType === 'mouse') mean(event.currentTarget.querySelector<HTMLElement>('[data-card]') ?? undefined)
  }

  const scroll = (direction: 1 | -1) => () => {
    const line = track.current
    line?.scrollBy({ left: direction * line.clientWidth * 0.85, behavior: calm() ? 'instant' : 'smooth' })
  }

  return (
    <section className={styles.shelf} ref={section} aria-labelledby={headingId}>
      <h2 id={headingId}>{heading}</h2>
      <div className={styles.window}>
        <ul
          ref={track}
          className={styles.track}
          data-shelf={id}
          data-scroll-restoration-id={`shelf-${id}`}
          onScroll={onScroll}
          onKeyDown={onKeyDown}
          onFocus={onFocus}
          onBlur={() => mean(undefined)}
          onPointerLeave={() => mean(undefined)}
        >
          {items.map((item, index) => (
            <li key={keyOf(item)} onPointerEnter={onPointerEnter}>
              {card(
                item,
                {
                  shelf: id,
                  tabIndex: index === current ? 0 : -1,
                  describedBy: open?.index === index ? previewId : undefined,
                  eager: eager && index < visible,
                },
                index,
              )}
            </li>
          ))}
          {loading && <li className={styles.loading} aria-hidden="true" />}
        </ul>
        {/* For the mouse alone: the keyboard has its arrows, and touch its swipe. */}
        <button className={styles.back} type="button" tabIndex={-1} aria-hidden="true" hidden={edges.start} title={text.previous} onClick={scroll(-1)}>
          <Icon name="back" />
        </button>
        <button className={styles.forward} type="button" tabIndex={-1} aria-hidden="true" hidden={edges.end} title={text.next} onClick={scroll(1)}>
          <Icon name="forward" />
        </button>
      </div>
      {open && items[open.index] !== undefined && (
        <div
          className={styles.preview}
          id={previewId}
          role="tooltip"
          style={{ left: open.left, top: open.top, width: open.width } satisfies CSSProperties}
        >
          {preview(items[open.index]!, open.index)}
        </div>
      )}
    </section>
  )
}

/** A shelf of the final size while its items load. */
export function ShelfSkeleton() {
  return (
    <div className={styles.shelf} aria-hidden="true">
      <div className={styles.headingSkeleton} />
      <div className={styles.track}>
        {Array.from({ length: visible }, (_, i) => (
          <div className={styles.loading} key={i} />
        ))}
      </div>
    </div>
  )
}
