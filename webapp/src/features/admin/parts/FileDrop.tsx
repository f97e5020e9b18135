import { useId, useRef, useState } from 'react'
import { useAdminText } from '../../../language/admin'
import { Glyph } from './Glyph'
import styles from './FileDrop.module.css'

type Props = {
  label: string
  hint?: string
  /** Types and endings that can be chosen. */
  accept: string
  /** How much was sent, from 0 to 1, while something is. */
  share?: number | undefined
  error?: string | undefined
  onFile: (file: File) => void
}

/** Takes a file: by choosing it, or by dropping it. */
export function FileDrop({ label, hint, accept, share, error, onFile }: Props) {
  const text = useAdminText()
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  const busy = share !== undefined
  function take(files: FileList | null) {
    const [file] = files ?? []
    if (file && !busy) onFile(file)
    if (input.current) input.current.value = '' // the same file can be chosen again
  }
  return (
    <div
      className={styles.drop}
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        take(event.dataTransfer.files)
      }}
    >
      <input ref={input} id={id} className="hidden" tabIndex={-1} type="file" accept={accept} aria-label={label} onChange={(event) => take(event.target.files)} />
      <button type="button" className={styles.button} disabled={busy} aria-describedby={`${id}-hint ${id}-error`} onClick={() => input.current?.click()}>
        <Glyph name="upload" />
        <span>
          <strong>{label}</strong>
          {text.chooseFile}
        </span>
      </button>
      {busy && (
        <progress className={styles.progress} max={1} value={share} aria-label={label}>
          {text.uploading(Math.round(share * 100))}
        </progress>
      )}
      <p id={`${id}-error`} role="alert" className={styles.error}>
        {error}
      </p>
      {hint && (
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
    </div>
  )
}
