import { arrive, expect, test } from './app'

test('GraphiQL runs its examples as who is signed in', async ({ page }) => {
  await arrive(page)
  await page.goto('/graphiql')
  await expect(page).toHaveTitle('GraphiQL · StreamEx')
  await expect(page.getByRole('tab')).toHaveCount(4)

  await page.getByRole('tab', { name: 'Series' }).click()
  await page.getByRole('button', { name: /Execute query/ }).click()
  await expect(page.locator('.result-window')).toContainText('Ash Meridian')

  await page.getByRole('tab', { name: 'Home' }).click()
  await page.getByRole('button', { name: /Execute query/ }).click()
  await expect(page.locator('.result-window')).toContainText('CONTINUE_WATCHING')

  // The editor knows the schema.
  await page.getByRole('button', { name: /Documentation Explorer/ }).click()
  await page.getByRole('region', { name: 'Documentation Explorer' }).getByRole('link', { name: 'Query' }).click()
  await expect(page.getByText('All that can be read.')).toBeVisible()
})
