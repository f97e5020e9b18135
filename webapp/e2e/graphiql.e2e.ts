import type { Page } from '@playwright/test'
import { arrive, expect, test } from './app'

/** Runs the example of a tab. A press before the editor is ready does nothing, so it is repeated. */
async function run(page: Page, tab: string, answer: string) {
  await page.getByRole('tab', { name: tab }).click()
  await expect(async () => {
    await page.getByRole('button', { name: /Execute query/ }).click()
    await expect(page.locator('.result-window')).toContainText(answer, { timeout: 8_000 })
  }).toPass({ timeout: 60_000 })
}

test('GraphiQL runs its examples as who is signed in', async ({ page }) => {
  await arrive(page)
  await page.goto('/graphiql')
  await expect(page).toHaveTitle('GraphiQL · StreamEx')
  await expect(page.getByRole('tab')).toHaveCount(4)

  await run(page, 'Series', 'Ash Meridian')
  await run(page, 'Home', 'CONTINUE_WATCHING')

  // The editor knows the schema.
  await page.getByRole('button', { name: /Documentation Explorer/ }).click()
  await page.getByRole('region', { name: 'Documentation Explorer' }).getByRole('link', { name: 'Query' }).click()
  await expect(page.getByText('All that can be read.')).toBeVisible()
})
