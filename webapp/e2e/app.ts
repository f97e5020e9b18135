import { expect, test as base } from '@playwright/test'
import type { Locator, Page } from '@playwright/test'

/** What a page did that a person does not see. */
export type Traffic = {
  /** Bodies of the GraphQL requests so far. */
  graphql: string[]
  /** Requests to other hosts. */
  foreign: string[]
  /** Errors and warnings in the console. */
  complaints: string[]
}

type Fixtures = { traffic: Traffic }

/** A test with the app's address, which fails when the page complained or asked another host. */
export const test = base.extend<Fixtures>({
  // oxlint-disable-next-line no-empty-pattern -- the runner reads what a fixture needs from its first parameter
  baseURL: async ({}, use) => use(process.env.STREAMEX_URL),
  traffic: [
    async ({ page, baseURL }, use) => {
      const traffic: Traffic = { graphql: [], foreign: [], complaints: [] }
      page.on('request', (request) => {
        const url = new URL(request.url())
        if (url.pathname === '/graphql') traffic.graphql.push(request.postData() ?? '')
        if (url.origin !== baseURL && url.protocol.startsWith('http')) traffic.foreign.push(request.url())
      })
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) traffic.complaints.push(message.text())
      })
      page.on('pageerror', (error) => traffic.complaints.push(error.message))
      await use(traffic)
      expect(traffic.foreign).toEqual([])
      expect(traffic.complaints).toEqual([])
    },
    { auto: true },
  ],
})

/** Signs in through the form, with the demo's password. */
export async function signIn(page: Page, email = 'viewer@example.com', password = 'streamex-demo') {
  await page.getByLabel(/^(E-mail address|Correo electrónico)$/).fill(email)
  await page.getByLabel(/^(Password|Contraseña)$/).fill(password)
  await page.getByRole('button', { name: /^(Sign in|Iniciar sesión)$/ }).click()
}

/** Signs in, chooses a profile, and waits for the home page. */
export async function arrive(page: Page, profile = 'Alex', email = 'viewer@example.com') {
  await page.goto('/')
  await signIn(page, email)
  await page.getByRole('button', { name: profile }).click()
  await expect(shelves(page).first()).toBeVisible()
}

/** The lines of cards of a page. */
export const shelves = (page: Page): Locator => page.locator('[data-shelf]')

/** The cards of a page, or of a shelf. */
export const cards = (scope: Page | Locator): Locator => scope.locator('[data-card]')

export { expect }
