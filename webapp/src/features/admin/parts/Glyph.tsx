const paths = {
  up: 'M12 19V5M6 11l6-6 6 6',
  down: 'M12 5v14M6 13l6 6 6-6',
  remove: 'M6 6l12 12M18 6L6 18',
  add: 'M12 5v14M5 12h14',
  handle: 'M9 6v.1M15 6v.1M9 12v.1M15 12v.1M9 18v.1M15 18v.1',
  search: 'M11 18a7 7 0 100-14 7 7 0 000 14zM16.2 16.2L21 21',
  upload: 'M12 16V4M7 9l5-5 5 5M4 15v5h16v-5',
} as const

/** A picture of 20 × 20 on a button, for decoration: the button's label says what it does. */
export function Glyph({ name }: { name: keyof typeof paths }) {
  return (
    <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" fill="none">
      <path d={paths[name]} stroke="currentColor" strokeWidth={name === 'handle' ? 3 : 2} strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  )
}
