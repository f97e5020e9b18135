import { beforeEach, expect, test } from 'vitest'
import { cardFor } from './shelfKeys'

const shelf = (cards: string[]) => `<ul data-shelf>${cards.map((id) => `<li><a data-card id="${id}"></a></li>`).join('')}</ul>`

/** Two shelves of three cards and one without any; the second is scrolled by a card's width. */
beforeEach(() => {
  document.body.innerHTML = shelf(['a0', 'a1', 'a2']) + shelf(['b0', 'b1', 'b2']) + shelf([])
  const left: Record<string, number> = { a0: 0, a1: 100, a2: 200, b0: -100, b1: 0, b2: 100 }
  for (const card of document.querySelectorAll('[data-card]')) card.getBoundingClientRect = () => new DOMRect(left[card.id], 0, 90, 50)
})

const card = (id: string) => document.getElementById(id)!

test.each([
  ['ArrowRight', 'a0', 'a1'],
  ['ArrowLeft', 'a1', 'a0'],
  ['Home', 'a2', 'a0'],
  ['End', 'a0', 'a2'],
  ['ArrowDown', 'a0', 'b1'], // the card below, not the one of the same number
  ['ArrowDown', 'a1', 'b2'],
  ['ArrowUp', 'b0', 'a0'],
  ['ArrowUp', 'b2', 'a1'],
])('%s leads from %s to %s', (key, from, to) => expect(cardFor(key, card(from))?.id).toBe(to))

test.each([
  ['ArrowLeft', 'a0'],
  ['ArrowRight', 'a2'],
  ['ArrowUp', 'a1'],
  ['ArrowDown', 'b1'], // to a shelf without cards
  ['Enter', 'a0'],
  ['x', 'a0'],
])('%s leads nowhere from %s', (key, from) => expect(cardFor(key, card(from))).toBeUndefined())

test('a card outside of a shelf has no neighbours', () => {
  document.body.innerHTML = '<a data-card id="alone"></a>'
  expect(cardFor('ArrowRight', card('alone'))).toBeUndefined()
})
