import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { arrive, expect, test } from './app'

/** What axe finds wrong with the page as it is. */
async function violations(page: Page) {
  const { violations: found } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze()
  return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join('\n')}`)
}

for (const [language, profile] of [
  ['en', 'Alex'],
  ['es', 'Carmen'],
] as const) {
  test(`axe finds nothing on any screen, in ${language}`, async ({ page }) => {
    test.slow() // axe looks at every element of every screen
    await page.addInitScript((tag) => localStorage.setItem('streamex-language', tag), language)
    await page.goto('/sign-in')
    await page.getByRole('button', { name: /^(Sign in|Iniciar sesión)$/ }).click() // with its complaints
    expect(await violations(page)).toEqual([])
    await arrive(page, profile)
    await page.getByRole('button', { name: /^(Account of|Cuenta de)/ }).click()
    expect(await violations(page)).toEqual([])
    for (const path of ['/title/ash-meridian', '/title/nosferatu-1922', '/title/no-such-title', '/profiles']) {
      await page.goto(path)
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
      expect(await violations(page), path).toEqual([])
    }
  })
}
