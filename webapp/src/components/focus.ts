import { useEffect } from 'react'
import { useRouter } from '@tanstack/react-router'
import type { AnyRouter } from '@tanstack/react-router'

const focused = new Map<string, string>() // by entry of the history: data-focus-id of what had the focus
let navigated = false

/** Notes what has the focus whenever a screen is left, so that Back can return it. */
export function trackFocus(router: AnyRouter): void {
  router.subscribe('onBeforeLoad', ({ fromLocation, pathChanged }) => {
    if (!fromLocation || !pathChanged) return
    navigated = true
    const id = document.activeElement?.closest<HTMLElement>('[data-focus-id]')?.dataset.focusId
    if (id) focused.set(fromLocation.state.__TSR_key ?? '', id)
  })
}

/**
 * Gives a screen its first focus: what had it when one comes back, else the main heading, from where a screen reader
 * reads on. A page that was just loaded keeps the browser's own start.
 */
export function useFirstFocus(): void {
  const router = useRouter()
  useEffect(() => {
    if (!navigated) return
    const id = focused.get(router.state.location.state.__TSR_key ?? '')
    const kept = id && document.querySelector<HTMLElement>(`[data-focus-id="${CSS.escape(id)}"]`)
    const first = kept || document.querySelector<HTMLElement>('h1')
    first?.focus({ preventScroll: true })
  }, [router])
}
