import type { Page } from '@playwright/test'
import { arrive, cards, expect, shelves, signIn, test } from './app'

const focusedCard = (page: Page) => page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset.focusId)

/** Which shelf and which card have the focus, counted from 0. */
const place = (page: Page) =>
  page.evaluate(() => {
    const shelf = document.activeElement?.closest('[data-shelf]')
    const all = [...document.querySelectorAll('[data-shelf]')]
    return shelf && [all.indexOf(shelf), [...shelf.querySelectorAll('[data-card]')].indexOf(document.activeElement!)]
  })

test('from signing in to the second season and back', async ({ page, traffic }) => {
  await arrive(page)
  await expect(page).toHaveTitle('Home · StreamEx')
  expect(await shelves(page).count()).toBeGreaterThanOrEqual(8)

  // Every shelf has pictures once it is seen.
  for (const shelf of (await shelves(page).all()).slice(0, 8)) {
    await shelf.scrollIntoViewIfNeeded()
    const picture = cards(shelf).first().locator('img')
    await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0)
  }

  // Nothing was asked since the profile was chosen: the answer came in the page.
  const before = traffic.graphql.length
  await page.reload()
  await expect(shelves(page).first()).toBeVisible()
  await page.waitForLoadState('networkidle')
  expect(traffic.graphql.length).toBe(before)

  // A series far down and far right.
  const shelf = shelves(page).filter({ has: page.locator('[data-card]', { hasText: 'Series' }) }).last()
  await shelf.scrollIntoViewIfNeeded()
  const series = cards(shelf).filter({ hasText: 'Series' }).last()
  await series.scrollIntoViewIfNeeded()
  await series.focus()
  const card = await focusedCard(page)
  const at = await page.evaluate(() => scrollY)
  const along = await shelf.evaluate((line) => line.scrollLeft)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/title\//)
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused()
  expect(await page.evaluate(() => scrollY)).toBe(0)

  // One request for the title's page, and none for another season.
  const asked = traffic.graphql.length
  const first = await page.getByRole('listitem').getByRole('heading', { level: 3 }).first().textContent()
  await page.getByRole('link', { name: 'Season 2' }).click()
  await expect(page).toHaveURL(/season=2/)
  await expect(page.getByRole('link', { name: 'Season 2' })).toHaveAttribute('aria-current')
  await expect(page.getByRole('listitem').getByRole('heading', { level: 3 }).first()).not.toHaveText(first!)
  expect(traffic.graphql.length).toBe(asked)
  expect(asked).toBe(before + 1)

  // Back is where one was.
  await page.goBack()
  await expect(page).toHaveURL(/\/$/)
  await expect.poll(() => focusedCard(page)).toBe(card)
  expect(Math.abs((await page.evaluate(() => scrollY)) - at)).toBeLessThan(4)
  expect(Math.abs((await shelf.evaluate((line) => line.scrollLeft)) - along)).toBeLessThan(4)
  expect(traffic.graphql.length).toBe(before + 1)
})

test('a shelf loads more as one scrolls along it', async ({ page, traffic }) => {
  await arrive(page)
  const shelf = page.getByRole('region', { name: 'Trending now' }).locator('[data-shelf]')
  await expect(cards(shelf)).toHaveCount(20)
  const before = traffic.graphql.length
  await shelf.evaluate((line) => (line.scrollLeft = line.scrollWidth))
  await expect(cards(shelf)).toHaveCount(40)
  expect(traffic.graphql.length).toBe(before + 1)
  const names = await cards(shelf).evaluateAll((all) => all.map((card) => card.getAttribute('href')))
  expect(new Set(names).size).toBe(40)
})

test('the keyboard goes through shelves', async ({ page }) => {
  await arrive(page)
  await page.keyboard.press('Tab') // to the skip link, so that the keyboard is in use
  await cards(shelves(page).nth(3)).first().focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  expect(await place(page)).toEqual([3, 2])
  await page.keyboard.press('ArrowDown')
  expect((await place(page))?.[0]).toBe(4)
  await page.keyboard.press('End')
  expect(await place(page)).toEqual([4, 19])
  await page.keyboard.press('Home')
  expect(await place(page)).toEqual([4, 0])
  await page.keyboard.press('ArrowUp')
  expect(await place(page)).toEqual([3, 0])

  // The card that has the focus is in view, clear of the header.
  for (let i = 0; i < 6; i++) {
    await page.keyboard.press('ArrowDown')
    await expect
      .poll(() =>
        page.evaluate(() => {
          const box = document.activeElement!.getBoundingClientRect()
          const header = document.querySelector('header')!.getBoundingClientRect()
          return box.top >= header.bottom && box.bottom <= innerHeight
        }),
      )
      .toBe(true)
  }

  // One tab stop a shelf, and the preview tells more of the card.
  const [shelf] = (await place(page))!
  await expect(page.getByRole('tooltip')).toBeVisible()
  await page.keyboard.press('Tab')
  expect(await place(page)).toEqual([shelf! + 1, 0])
})

test('a card that is pointed at shows more, and its page is there at once', async ({ page, traffic }) => {
  await arrive(page)
  const before = traffic.graphql.length
  const card = cards(page.getByRole('region', { name: 'Trending now' })).first()
  await card.scrollIntoViewIfNeeded()
  await card.hover()
  await expect(page.getByRole('tooltip')).toContainText('No. 1 of what is watched now')
  await expect.poll(() => traffic.graphql.length).toBe(before + 1)
  await card.click()
  await expect(page.getByRole('heading', { level: 2, name: 'Cast' })).toBeVisible()
  expect(traffic.graphql.length).toBe(before + 1)
  await page.mouse.move(0, 0)
  await expect(page.getByRole('tooltip')).toHaveCount(0)
})

test('signing in tells what is wrong', async ({ page }) => {
  await page.goto('/')
  await expect(page).toHaveURL(/sign-in/)
  await expect(page.getByLabel('E-mail address')).toBeFocused()
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByText('Type your e-mail address.')).toBeVisible()
  await expect(page.getByText('Type your password.')).toBeVisible()
  await expect(page.getByLabel('E-mail address')).toBeFocused()
  await signIn(page, 'viewer')
  await expect(page.getByText('This does not look like an e-mail address.')).toBeVisible()
  await signIn(page, 'viewer@example.com', 'wrong-password')
  await expect(page.getByText('The e-mail address or the password is wrong.')).toBeVisible()
  await expect(page.getByLabel('Password', { exact: true })).toBeFocused()
  await page.getByRole('button', { name: /admin@example.com/ }).click()
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { name: 'Who is watching?' })).toBeVisible()
})

test('an address asked for while signed out comes after signing in', async ({ page }) => {
  await page.goto('/title/ash-meridian?season=2')
  await expect(page).toHaveURL(/sign-in/)
  await signIn(page)
  await page.getByRole('button', { name: 'Alex' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Ash Meridian' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'Season 2' })).toHaveAttribute('aria-current')
})

test('a way back from signing in leads nowhere else', async ({ page, baseURL }) => {
  await page.goto('/sign-in?to=//example.org/')
  await signIn(page)
  await page.getByRole('button', { name: 'Alex' }).click()
  await expect(shelves(page).first()).toBeVisible()
  expect(page.url()).toBe(`${baseURL}/`)
})

test('a profile has its language, and the menu leads to another and out', async ({ page }) => {
  await arrive(page, 'Carmen')
  await expect(page.locator('html')).toHaveAttribute('lang', 'es')
  await expect(page).toHaveTitle('Inicio · StreamEx')
  await expect(page.getByRole('heading', { name: 'Seguir viendo' })).toBeVisible()
  await page.goto('/title/ash-meridian')
  await expect(page.getByRole('heading', { level: 1, name: 'Meridiano de ceniza' })).toBeVisible()
  await expect(page.getByRole('button', { name: /Reproducir/ })).toBeDisabled()
  await expect(page.getByText(/Aún sin vídeo/)).toBeVisible()

  await page.getByRole('button', { name: 'Cuenta de Carmen' }).click()
  await page.getByRole('button', { name: 'Cambiar a Alex' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Ash Meridian' })).toBeVisible()
  await expect(page.locator('html')).toHaveAttribute('lang', 'en')
  await page.getByRole('button', { name: 'Account of Alex' }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible()
  await page.goto('/')
  await expect(page).toHaveURL(/sign-in/)
})

test('a child sees what is fit for it', async ({ page }) => {
  await arrive(page, 'Leo')
  await expect(page.locator('[data-card]').first()).toBeVisible()
  await page.goto('/title/nosferatu-1922') // from 12 years
  await expect(page.getByRole('heading', { level: 1, name: 'This page is not here' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'To the home page' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(shelves(page).first()).toBeVisible()
})

test('what cannot be loaded can be tried again', async ({ page, traffic }) => {
  await arrive(page)
  await page.route('**/graphql', (route) => route.abort())
  await page.getByRole('link', { name: /^More info/ }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'StreamEx cannot be reached' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Try again' })).toBeFocused()
  await page.unroute('**/graphql')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 2, name: 'Cast' })).toBeVisible()
  expect(traffic.complaints.filter((text) => !text.includes('net::ERR_FAILED'))).toEqual([])
  traffic.complaints.length = 0 // the browser's own line on the request that was cut
})

test('the device tells that it is offline', async ({ page, context }) => {
  await arrive(page)
  await page.waitForLoadState('networkidle') // the browser complains of pictures that are cut short
  await context.setOffline(true)
  await expect(page.getByText('You are offline.')).toBeVisible()
  await context.setOffline(false)
  await expect(page.getByText('You are offline.')).toBeHidden()
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })

  test('the pages fit, and cards lead on', async ({ page }) => {
    await arrive(page)
    const width = () => page.evaluate(() => document.scrollingElement!.scrollWidth)
    expect(await width()).toBe(390)
    await cards(shelves(page).nth(3)).first().tap()
    await expect(page.getByRole('heading', { level: 2, name: 'Cast' })).toBeVisible()
    expect(await width()).toBe(390)
    await page.setViewportSize({ width: 320, height: 640 })
    await expect.poll(width).toBe(320)
  })
})

test.describe('with less motion', () => {
  test.use({ contextOptions: { reducedMotion: 'reduce' } })

  test('nothing moves by itself', async ({ page }) => {
    await arrive(page)
    const button = page.getByRole('link', { name: /^More info/ })
    expect(Number.parseFloat(await button.evaluate((element) => getComputedStyle(element).transitionDuration))).toBeLessThan(0.001)
  })
})
