import type { Page } from '@playwright/test'
import { expect, shelves, signIn, test } from './app'

type Payload = Record<string, unknown> & { userErrors: unknown[] }

/** Runs a mutation with the page's cookies, as our own screens would. */
async function mutate(page: Page, mutation: string): Promise<Payload> {
  const answer = await page.request.post('/graphql', { data: { query: `mutation { payload: ${mutation} }` } })
  const { data, errors } = (await answer.json()) as { data?: { payload: Payload }; errors?: unknown }
  expect(errors).toBeUndefined()
  expect(data!.payload.userErrors).toEqual([])
  return data!.payload
}

/** Opens an account of the test's own, signed in. */
async function signUp(page: Page, email: string, password: string) {
  await page.goto('/sign-in')
  await mutate(page, `signUp(input: {email: "${email}", password: "${password}", name: "Nora", language: en}) { userErrors { code } }`)
}

test('a child’s profile is left with the password only', async ({ page }) => {
  await page.goto('/')
  await signIn(page)
  await page.getByRole('button', { name: 'Leo' }).click()
  await expect(shelves(page).first()).toBeVisible()
  await page.getByRole('button', { name: 'Account of Leo' }).click()
  await page.getByRole('button', { name: 'Switch to Alex' }).click()
  const dialog = page.getByRole('dialog', { name: 'Alex' })
  await expect(dialog.getByLabel('Password')).toBeFocused()
  await page.keyboard.type('a wrong one')
  await page.keyboard.press('Enter')
  await expect(dialog.getByRole('alert')).toHaveText('This password is not right.')
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await expect(page.getByRole('button', { name: 'Account of Leo' })).toBeVisible()

  await page.goto('/profiles')
  await page.getByRole('button', { name: 'Alex' }).click()
  await dialog.getByLabel('Password').fill('streamex-demo')
  await dialog.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByRole('button', { name: 'Account of Alex' })).toBeVisible()
})

test('a profile with a PIN', async ({ page }) => {
  await signUp(page, 'pin@example.com', 'violet umbrella parade')
  await mutate(page, 'createProfile(input: {name: "Ida", pin: "4711", password: "violet umbrella parade"}) { userErrors { code } }')
  await page.goto('/profiles')
  const ida = page.getByRole('button', { name: 'Ida' })
  await expect(ida.getByRole('img', { name: 'Locked with a PIN' })).toBeVisible()
  await ida.click()
  const dialog = page.getByRole('dialog', { name: 'Ida' })
  await expect(dialog.getByLabel('PIN')).toBeFocused()
  await page.keyboard.type('4712')
  await page.keyboard.press('Enter')
  await expect(dialog.getByRole('alert')).toHaveText('This PIN is not right.')
  await page.keyboard.type('4711') // the wrong one is selected
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Account of Ida' })).toBeVisible()

  // Guessing ends soon; the password helps who forgot.
  await page.goto('/profiles')
  await page.getByRole('button', { name: 'Nora' }).click()
  await expect(page.getByRole('button', { name: 'Account of Nora' })).toBeVisible()
  await page.goto('/profiles')
  await ida.click()
  for (let i = 0; i < 5; i++) {
    const answered = page.waitForResponse('**/graphql')
    await dialog.getByLabel('PIN').fill(`000${i}`)
    await page.keyboard.press('Enter')
    await answered
  }
  await dialog.getByLabel('PIN').fill('4711')
  await page.keyboard.press('Enter')
  await expect(dialog.getByRole('alert')).toHaveText('Too many attempts. Wait a moment, then try again.')
  await dialog.getByRole('button', { name: 'Use the password of the account' }).click()
  await expect(dialog.getByLabel('Password')).toBeFocused()
  await page.keyboard.type('violet umbrella parade')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Account of Ida' })).toBeVisible()
})

test('signing in with a second factor', async ({ page }) => {
  const password = 'seven lanterns drifting'
  await signUp(page, 'factor@example.com', password)
  const { secret } = await mutate(page, `setUpSecondFactor(input: {password: "${password}"}) { secret userErrors { code } }`)
  const { recoveryCodes } = await mutate(page, `confirmSecondFactor(input: {code: "${await totp(String(secret))}"}) { recoveryCodes userErrors { code } }`)
  await page.request.post('/graphql', { data: { query: 'mutation { signOut { signedOut } }' } })

  await page.goto('/sign-in')
  await signIn(page, 'factor@example.com', password)
  await expect(page.getByLabel('Code')).toBeFocused()
  await page.keyboard.type('000000')
  await page.keyboard.press('Enter')
  await expect(page.getByText('This code is not right, or was used already.')).toBeVisible()
  await page.getByLabel('Code').fill((recoveryCodes as string[])[0]!)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Who is watching?' })).toBeVisible()
})

/** The code of a secret now (RFC 6238). */
async function totp(secret: string): Promise<string> {
  const bits = [...secret].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('')
  const bytes = Uint8Array.from(bits.match(/.{8}/g)!, (byte) => parseInt(byte, 2))
  const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-1' }, false, ['sign'])
  const step = new DataView(new ArrayBuffer(8))
  step.setBigUint64(0, BigInt(Math.floor(Date.now() / 30_000)))
  const hash = new DataView(await crypto.subtle.sign('HMAC', key, step.buffer))
  return String((hash.getUint32(hash.getUint8(19) & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}
