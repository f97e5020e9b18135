import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { arrive, expect, shelves, signIn, test } from './app'

/** Signs an administrator in and opens a screen of the administration. */
async function administer(page: Page, path: string) {
  await page.goto('/')
  await signIn(page, 'admin@example.com')
  await page.getByRole('button', { name: 'Admin' }).first().click()
  await expect(shelves(page).first()).toBeVisible()
  await page.goto(path)
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
  await page.getByRole('button', { name: 'Admin' }).first().click()
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
