import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: 'e2e',
  globalSetup: './e2e/server.ts',
  workers: 2,
  fullyParallel: true, // every test signs in for itself
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: 'list',
  forbidOnly: Boolean(process.env.CI),
  retries: process.env.CI ? 1 : 0, // a flaky one is named in the report
  use: { launchOptions: { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium' } },
  projects: [
    { name: 'e2e', testMatch: '*.e2e.ts' },
    { name: 'screenshots', testMatch: 'screenshots.ts' },
  ],
})
