// Keys on shelves: one tab stop per shelf, arrows, Home and End inside a shelf, up and down between shelves.

const cardsOf = (shelf: Element) => [...shelf.querySelectorAll<HTMLElement>('[data-card]')]

/** The card that a key leads to from a card; undefined when the key means nothing there. */
export function cardFor(key: string, from: HTMLElement): HTMLElement | undefined {
  const shelf = from.closest('[data-shelf]')
  if (!shelf) return undefined
  const cards = cardsOf(shelf)
  const index = cards.indexOf(from)
  switch (key) {
    case 'ArrowRight':
      return cards[index + 1]
    case 'ArrowLeft':
      return cards[index - 1]
    case 'Home':
      return cards[0]
    case 'End':
      return cards.at(-1)
    case 'ArrowDown':
      return nearest(neighbour(shelf, 1), from)
    case 'ArrowUp':
      return nearest(neighbour(shelf, -1), from)
    default:
      return undefined
  }
}

function neighbour(shelf: Element, step: number): Element | undefined {
  const shelves = [...document.querySelectorAll('[data-shelf]')]
  return shelves[shelves.indexOf(shelf) + step]
}

/** The card of a shelf that stands above or below another one. */
function nearest(shelf: Element | undefined, from: HTMLElement): HTMLElement | undefined {
  if (!shelf) return undefined
  const left = from.getBoundingClientRect().left
  let best: HTMLElement | undefined
  let distance = Infinity
  for (const card of cardsOf(shelf)) {
    const d = Math.abs(card.getBoundingClientRect().left - left)
    if (d < distance) [best, distance] = [card, d]
  }
  return best
}
