import type { Page } from '@playwright/test'
import { arrive, shelves, test } from './app'

const sizes = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } }
const languages = { en: 'Alex', es: 'Carmen' }

/** Waits until the pictures in view are there. */
async function settle(page: Page) {
  await page.evaluate(async () => {
    await document.fonts.ready
    const seen = [...document.images].filter((image) => {
      const box = image.getBoundingClientRect()
      return box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth
    })
    await Promise.all(seen.map((image) => image.decode().catch(() => undefined)))
  })
  await page.waitForTimeout(600)
}

for (const [size, viewport] of Object.entries(sizes)) {
  for (const [language, profile] of Object.entries(languages)) {
    test(`${size} ${language}`, async ({ page }) => {
      const shoot = async (name: string, fullPage = false) => {
        await settle(page)
        await page.screenshot({ path: `screenshots/${name}-${size}-${language}.png`, fullPage })
      }
      await page.setViewportSize(viewport)
      await page.addInitScript((tag) => localStorage.setItem('streamex-language', tag), language)
      await page.goto('/sign-in')
      await shoot('sign-in')
      await page.getByRole('button', { name: /Sign in|Iniciar sesión/ }).click()
      await shoot('sign-in-errors')
      await arrive(page, profile)
      await shoot('home')
      await page.getByRole('button', { name: /^(Account of|Cuenta de)/ }).click()
      await shoot('menu')
      await page.keyboard.press('Escape')
      await page.mouse.wheel(0, 900)
      await shoot('home-rows')
      if (size === 'desktop') {
        await shelves(page).nth(5).locator('[data-card]').nth(1).hover()
        await page.waitForTimeout(500)
        await shoot('preview')
      }
      await page.goto('/profiles')
      await shoot('profiles')
      for (const slug of ['ash-meridian', 'nosferatu-1922']) {
        await page.goto(`/title/${slug}`)
        await shoot(slug)
        await shoot(`${slug}-all`, true)
      }
      await page.goto('/title/no-such-title')
      await shoot('missing')
    })
  }
}
