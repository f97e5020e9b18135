import { createContext, use } from 'react'

/** What was typed and not saved yet, with what it began from. */
export type Draft<T> = {
  base: T
  version: number
  value: T
  /** Makes sending it twice create once. */
  once: string
}

/** Whose drafts they are: who signs in next on this device gets none of them. */
export const DraftOwner = createContext('')

/** Where a draft is kept. */
export function useDraftName(key: string): string {
  return `streamex-draft:${use(DraftOwner)}:${key}`
}

/** The draft of that name with all fields of a form as it is now; nothing when there is none. */
export function readDraft<T extends object>(name: string, saved: T): Draft<T> | undefined {
  try {
    const draft = JSON.parse(localStorage.getItem(name) ?? '') as Draft<T>
    return { ...draft, base: { ...saved, ...draft.base }, value: { ...saved, ...draft.value } }
  } catch {
    return undefined // none, or not to be read
  }
}

/** Keeps a draft, or drops it. A browser that keeps nothing costs only what survives a reload. */
export function keepDraft<T>(name: string, draft: Draft<T> | undefined): void {
  try {
    if (draft) localStorage.setItem(name, JSON.stringify(draft))
    else localStorage.removeItem(name)
  } catch {
    // full, or forbidden
  }
}

/** A key that no other form has. */
export function onceOnly(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
