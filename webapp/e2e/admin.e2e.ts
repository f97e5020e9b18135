import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { arrive, expect, shelves, signIn, test } from './app'

/** Signs an administrator in and opens a screen of the administration. */
async function administer(page: Page, path: string) {
  await page.goto('/')
  await signIn(page, 'admin@example.com')
  await choose(page)
  await page.goto(path)
}

/** Chooses the only profile there is. */
async function choose(page: Page) {
  await expect(heading(page, 'Who is watching?')).toBeVisible()
  await page.getByRole('main').getByRole('listitem').getByRole('button').first().click()
  await expect(shelves(page).first()).toBeVisible()
}

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name })

test('the administration is for administrators', async ({ page }) => {
  await arrive(page)
  await page.getByRole('button', { name: 'Account of Alex' }).click()
  await expect(page.getByRole('link', { name: 'Administration' })).toHaveCount(0)
  await page.goto('/admin/users')
  await expect(heading(page, 'This is not for you')).toBeVisible()
  await expect(page.getByRole('navigation', { name: 'Administration' })).toHaveCount(0)
})

test('accounts are opened, changed, locked out and deleted, by keyboard', async ({ page }) => {
  await page.goto('/')
  await signIn(page, 'admin@example.com')
  await choose(page)
  await page.getByRole('button', { name: /^Account of/ }).press('Enter')
  await page.getByRole('link', { name: 'Administration' }).press('Enter')
  await page.getByRole('link', { name: 'Users' }).press('Enter')
  await page.getByRole('link', { name: 'New account' }).press('Enter')
  await expect(heading(page, 'New account')).toBeFocused()

  // What is missing is said at its field, which gets the focus.
  await page.getByRole('button', { name: 'Create' }).press('Enter')
  await expect(page.getByLabel('E-mail address')).toBeFocused()
  await expect(page.getByLabel('E-mail address')).toHaveAccessibleDescription('This is needed.')
  await page.keyboard.type('family@example.com')
  await page.keyboard.press('Enter')
  await expect(page.getByLabel('E-mail address')).toHaveAttribute('aria-invalid', 'true') // there is one already
  await page.getByLabel('E-mail address').fill('nadia@example.com')
  await page.getByLabel('First password').fill('copper kettle orchard')
  await page.keyboard.press('Enter')
  await expect(heading(page, 'nadia@example.com')).toBeVisible()
  await expect(page.getByText('nadia@example.com was created.')).toBeVisible()

  await page.getByLabel('Role').selectOption('Administrator')
  await page.getByLabel('Locked out').press('Space')
  await expect(page.getByText('Not saved yet')).toBeVisible()
  await page.getByRole('button', { name: 'Save' }).press('Enter')
  await expect(page.getByText('Saved.')).toBeVisible()
  await page.reload()
  await expect(page.getByLabel('Role')).toHaveValue('ADMIN')
  await expect(page.getByLabel('Locked out')).toBeChecked()

  // The search finds it; deleting it asks first, and Escape is the way back.
  await page.getByRole('link', { name: '← Users' }).press('Enter')
  await page.getByLabel('Search by address or name').fill('nad')
  await expect(page.getByRole('row')).toHaveCount(2)
  await expect(page).toHaveURL(/q=nad/)
  await page.getByRole('link', { name: 'nadia@example.com' }).press('Enter')
  await page.getByRole('button', { name: 'Delete the account' }).press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Delete the account' })
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)
  await page.getByRole('button', { name: 'Delete the account' }).press('Enter')
  await dialog.getByRole('button', { name: 'Delete the account' }).press('Enter')
  await expect(heading(page, 'Users')).toBeVisible()
  await page.getByLabel('Search by address or name').fill('nad')
  await expect(page.getByText('Nothing found.')).toBeVisible()
})

test('what was typed outlives a lost connection, a reload, and leaving', async ({ page, context, traffic }) => {
  await administer(page, '/admin/users/new')
  const email = page.getByLabel('E-mail address')
  await email.fill('late@example.com')
  await page.waitForLoadState('networkidle')
  await context.setOffline(true)
  await page.getByRole('button', { name: 'Create' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'What you typed is kept' })).toBeVisible()
  await context.setOffline(false)
  await page.reload()
  await expect(email).toHaveValue('late@example.com')
  await expect(page.getByText('What you typed last time is back.')).toBeVisible()

  await page.getByRole('link', { name: '← Users' }).click()
  const dialog = page.getByRole('dialog', { name: 'Leave without saving?' })
  await dialog.getByRole('button', { name: 'Stay here' }).click()
  await expect(email).toHaveValue('late@example.com')
  await page.getByRole('link', { name: '← Users' }).click()
  await dialog.getByRole('button', { name: 'Leave and keep it' }).click()
  await page.getByRole('link', { name: 'New account' }).click()
  await expect(email).toHaveValue('late@example.com')
  await page.getByRole('button', { name: 'Discard changes' }).first().click()
  await expect(email).toHaveValue('')
  await page.reload()
  await expect(email).toHaveValue('')
  expect(traffic.complaints.filter((text) => !text.includes('net::ERR_INTERNET_DISCONNECTED'))).toEqual([])
  traffic.complaints.length = 0 // the browser's own line on the request that was cut
})

/** A picture that no generator draws. */
async function picture(page: Page, width: number, height: number) {
  const address = await page.evaluate(
    ([w, h]) => {
      const canvas = document.createElement('canvas')
      canvas.width = w!
      canvas.height = h!
      const context = canvas.getContext('2d')!
      context.fillStyle = '#1f8a70'
      context.fillRect(0, 0, w!, h!)
      context.fillStyle = '#ffe11a'
      context.fillRect(w! / 4, h! / 4, w! / 2, h! / 2)
      return canvas.toDataURL('image/png')
    },
    [width, height],
  )
  return { name: 'poster.png', mimeType: 'image/png', buffer: Buffer.from(address.split(',')[1]!, 'base64') }
}

test('a series with two seasons, cast and a poster is created, and a viewer finds it among the new', async ({ page, browser, baseURL }) => {
  test.slow()
  await administer(page, '/admin/titles')
  await page.getByRole('link', { name: 'New series' }).click()
  await page.getByLabel('Name *').fill('Velvet Compass')
  await page.getByLabel('Name in Spanish').fill('La brújula de terciopelo')
  await page.getByLabel('Synopsis', { exact: true }).fill('A cartographer follows a map that draws itself.')
  await page.getByLabel('Year', { exact: true }).fill('2026')

  // Genres by keyboard: found while typing, put in order with Alt and an arrow.
  const genre = page.getByRole('combobox', { name: 'Add a genre' })
  await genre.fill('advent')
  await expect(page.getByRole('listbox').getByRole('option')).toHaveText(['Adventure'])
  await genre.press('Enter')
  await genre.fill('myst')
  await expect(page.getByRole('option', { name: 'Mystery' })).toBeVisible()
  await genre.press('Enter')
  const genres = page.getByRole('list', { name: 'Genres' })
  await page.getByRole('button', { name: /^Move Mystery: / }).press('Alt+ArrowUp')
  await expect(genres.getByRole('listitem').first()).toContainText('Mystery')
  await expect(page.getByText('Mystery is now number 1 of 2.')).toBeAttached()

  for (const [number, episodes] of [['1', 'North\nEast'], ['2', 'South\nWest\nHome']] as const) {
    await page.getByRole('button', { name: 'Add a season' }).click()
    await page.getByLabel(`Episodes of season ${number}`).fill(episodes)
  }
  await page.getByRole('button', { name: 'Create' }).click()
  await expect(heading(page, 'Velvet Compass')).toBeVisible()
  await expect(page.getByRole('link', { name: 'Season 2' })).toBeVisible()

  // Cast: somebody who is there, and somebody new.
  const person = page.getByRole('combobox', { name: 'Add a person' })
  await person.fill('buster k')
  await page.getByRole('option', { name: /Buster Keaton/ }).click()
  await page.getByLabel('Character').fill('The Cartographer')
  await person.fill('Ines Vallejo')
  await page.getByRole('option', { name: /as somebody new/ }).click()
  await page.getByRole('group', { name: /Ines Vallejo/ }).getByLabel('As').selectOption('Director')
  await page.getByRole('button', { name: 'Save cast and crew' }).click()
  await expect(page.getByText('Saved.')).toBeVisible()
  await expect(page.getByRole('group', { name: 'Ines Vallejo' })).not.toContainText('new')

  await page.getByLabel('Upload: Poster').setInputFiles(await picture(page, 800, 1200))
  await expect(page.getByRole('img', { name: 'Poster, uploaded' })).toBeVisible()
  await page.reload()
  await expect(page.getByRole('img', { name: 'Poster, uploaded' })).toBeVisible()

  // An episode of the second season.
  await page.getByRole('link', { name: 'Season 2' }).click()
  await page.getByRole('link', { name: 'West' }).click()
  await page.getByLabel('Minutes').fill('a lot')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByLabel('Minutes')).toBeFocused()
  await expect(page.getByLabel('Minutes')).toHaveAccessibleDescription('This has to be a whole number.')
  await page.getByLabel('Minutes').fill('42')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Saved.')).toBeVisible()

  // Who watches sees it in the row of what is new.
  const other = await browser.newContext({ baseURL: baseURL! })
  const watching = await other.newPage()
  await arrive(watching)
  const row = watching.locator('section').filter({ has: watching.getByRole('heading', { name: 'New on StreamEx' }) })
  await row.scrollIntoViewIfNeeded()
  await row.locator('[data-card]').filter({ hasText: 'Velvet Compass' }).click()
  await expect(heading(watching, 'Velvet Compass')).toBeVisible()
  await expect(watching.getByText('The Cartographer')).toBeVisible()
  await watching.getByRole('link', { name: 'Season 2' }).click()
  await expect(watching.getByRole('heading', { level: 3, name: /West/ })).toBeVisible()
  await other.close()
})

test('two administrators at the same title: what the other one saved is not lost unseen', async ({ page }) => {
  await administer(page, '/admin/people/new')
  await page.getByLabel('Full name').fill('Tomas Arkin')
  await page.getByRole('button', { name: 'Create' }).click()
  await expect(heading(page, 'Tomas Arkin')).toBeVisible()
  const other = await page.context().newPage()
  await other.goto(page.url())
  await page.getByLabel('Year of birth').fill('1961')
  await other.getByLabel('Year of birth').fill('1962')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Saved.')).toBeVisible()

  await other.getByRole('button', { name: 'Save' }).click()
  const dialog = other.getByRole('dialog', { name: 'Somebody else changed this' })
  await expect(dialog.getByRole('row').filter({ hasText: 'Year of birth' })).toHaveText(/1961.*1962/)
  await dialog.getByRole('button', { name: 'Keep mine' }).click()
  await expect(dialog).toHaveCount(0)
  await other.reload()
  await expect(other.getByLabel('Year of birth')).toHaveValue('1962')

  // The first page still shows what it saved; it takes the other's this time.
  await page.getByLabel('Year of birth').fill('1963')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Take theirs' }).click()
  await expect(page.getByLabel('Year of birth')).toHaveValue('1962')

  // The log tells who changed what.
  await page.getByRole('link', { name: 'Changes' }).click()
  await expect(page.getByRole('main').getByRole('listitem').filter({ hasText: 'Tomas Arkin' })).toHaveCount(3)
  await page.getByText('1 field').first().click()
  await expect(page.getByRole('row').filter({ hasText: 'birthYear' }).first()).toHaveText(/1961.*1962/)
})

test('a genre in use is deleted once it is said what goes with it, and another takes its place', async ({ page }) => {
  await administer(page, '/admin/genres/new')
  await page.getByLabel('Name in English').fill('Heist')
  await page.getByLabel('Name in Spanish').fill('Golpes')
  await page.getByRole('button', { name: 'Create' }).click()
  await expect(heading(page, 'Heist')).toBeVisible()
  await page.goto('/admin/titles/new/movie')
  await page.getByLabel('Name *').fill('Quiet Vault')
  await page.getByRole('combobox', { name: 'Add a genre' }).fill('heist')
  await page.getByRole('listbox').getByRole('option', { name: 'Heist' }).click()
  await page.getByRole('button', { name: 'Create' }).click()
  await expect(heading(page, 'Quiet Vault')).toBeVisible()

  await page.getByRole('navigation').getByRole('link', { name: 'Genres' }).click()
  await page.getByRole('link', { name: 'Heist' }).click()
  await page.getByRole('button', { name: 'Delete Heist' }).click()
  const dialog = page.getByRole('dialog', { name: 'Delete Heist?' })
  await expect(dialog).toContainText('1 title loses this genre')
  await dialog.getByLabel('Its titles get instead').selectOption('Thriller')
  await dialog.getByRole('button', { name: 'Delete', exact: true }).click()
  await expect(heading(page, 'Genres')).toBeVisible()
  await expect(page.getByRole('link', { name: 'Heist' })).toHaveCount(0)
  await page.getByRole('navigation').getByRole('link', { name: 'Titles' }).click()
  await expect(page.getByRole('row').filter({ hasText: 'Quiet Vault' })).toContainText('Thriller')
})

test('axe finds nothing on any screen of the administration', async ({ page }) => {
  test.slow()
  await administer(page, '/admin')
  const paths = ['titles', 'titles/new/series', 'people', 'characters', 'genres', 'users', 'users/new', 'imports', 'audit']
  await expect(heading(page, 'Titles')).toBeVisible()
  for (const list of ['titles', 'people', 'characters', 'genres', 'users']) {
    await page.goto(`/admin/${list}`)
    paths.push((await page.getByRole('rowheader').getByRole('link').first().getAttribute('href'))!.slice('/admin/'.length))
  }
  for (const path of paths) {
    await page.goto(`/admin/${path}`)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await expect(page.locator('[aria-busy="true"]')).toHaveCount(0)
    const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze()
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 200)).join('\n')}`), path).toEqual([])
  }
})
