import { Link } from '@tanstack/react-router'
import type { LinkProps } from '@tanstack/react-router'
import { useEffect, useId, useRef, useState } from 'react'
import type { ReactNode } from 'react'
import { useAdminText } from '../../../language/admin'
import { Glyph } from './Glyph'
import styles from './Table.module.css'

type Column<T> = {
  heading: string
  cell: (row: T) => ReactNode
  /** Left out on narrow screens. */
  wide?: boolean
}

type Props<T> = {
  label: string
  rows: readonly T[]
  keyOf: (row: T) => string
  columns: readonly Column<T>[]
  more?: (() => void) | undefined
  loading?: boolean
  /** Whether the rows are those of a search before. */
  stale?: boolean
}

/** A table whose first column names the row; more rows come by a button. */
export function Table<T>({ label, rows, keyOf, columns, more, loading = false, stale = false }: Props<T>) {
  const text = useAdminText()
  return (
    <div className={styles.frame} data-stale={stale || undefined} aria-busy={stale || loading}>
      <table className={styles.table}>
        <caption className="hidden">{label}</caption>
        <thead>
          <tr>
            {columns.map(({ heading, wide }) => (
              <th key={heading} scope="col" data-wide={wide || undefined}>
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ heading, cell, wide }, index) =>
                index === 0 ? (
                  <th key={heading} scope="row">
                    {cell(row)}
                  </th>
                ) : (
                  <td key={heading} data-wide={wide || undefined}>
                    {cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length === 0 && <p className={styles.none}>{text.nothingFound}</p>}
      {more && (
        <button type="button" className="button quiet" disabled={loading} onClick={more}>
          {text.more}
        </button>
      )}
      <p className="hidden" role="status">
        {!stale && text.rows(rows.length)}
      </p>
    </div>
  )
}

const pause = 200 // ms without a key before it is searched

/** A field that searches while one types. */
export function SearchField({ label, value, onSearch }: { label: string; value: string; onSearch: (text: string) => void }) {
  const id = useId()
  const [typed, setTyped] = useState(value)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  function change(text: string) {
    setTyped(text)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => onSearch(text.trim()), pause)
  }
  return (
    <div className={styles.search} role="search">
      <label className="hidden" htmlFor={id}>
        {label}
      </label>
      <Glyph name="search" />
      <input id={id} type="search" placeholder={label} autoComplete="off" value={typed} onChange={(event) => change(event.target.value)} />
    </div>
  )
}

/** The link of a row, in its first column. */
export function RowLink({ children, ...to }: { children: ReactNode } & Pick<LinkProps, 'to' | 'params' | 'search'>) {
  return (
    <Link {...to} className={styles.link} preload={false}>
      {children}
    </Link>
  )
}
