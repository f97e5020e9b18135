/** A value of the audit log, which is JSON, as a person reads it. */
export function said(json: string | null | undefined): string {
  if (json == null) return '–'
  const value: unknown = JSON.parse(json)
  if (value === null || value === '') return '–'
  return typeof value === 'string' ? value : JSON.stringify(value, null, 1)
}
