/** The whole number of a field; null where it is empty. */
export function whole(text: string): number | null {
  return text.trim() === '' ? null : Number(text)
}

/** The seconds of a field that asks for minutes; null where it is empty. */
export function seconds(minutes: string): number | null {
  const n = whole(minutes)
  return n === null ? null : Math.round(n * 60)
}

/** The fields that should hold a number and do not. */
export function notNumbers<T extends object>(value: T, fields: readonly (keyof T & string)[], said: string): Record<string, string> {
  return Object.fromEntries(fields.filter((field) => !/^\s*\d*\s*$/.test(String(value[field]))).map((field) => [field, said]))
}
