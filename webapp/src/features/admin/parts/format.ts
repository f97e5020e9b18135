// Dates and times as the interface shows and takes them. They are those of the device; the API speaks of UTC.

const tag = () => document.documentElement.lang

/** The day of an instant. */
export function day(instant: string): string {
  return new Date(instant).toLocaleDateString(tag(), { dateStyle: 'medium' })
}

/** An instant to the minute. */
export function moment(instant: string): string {
  return new Date(instant).toLocaleString(tag(), { dateStyle: 'medium', timeStyle: 'short' })
}

/** An instant as a field for date and time takes it; empty where there is none. */
export function toField(instant: string | null | undefined): string {
  if (!instant) return ''
  const at = new Date(instant)
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

/** The instant of a field for date and time; null where it is empty. */
export function fromField(value: string): string | null {
  return value ? new Date(value).toISOString() : null
}
