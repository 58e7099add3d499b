// The browser tests: the real program, a real database, Debian's Chromium.

import { defineConfig, devices } from '@playwright/test';

/** Chromium must ask nobody but the program under test. */
const quiet = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export default defineConfig({
  testDir: 'e2e',
  snapshotPathTemplate: 'e2e/pictures/{projectName}-{arg}{ext}',
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  retries: process.env.CI ? 2 : 0,
  workers: 2,
  // Generous: on a busy machine a page takes its time, and a hang is found all the same.
  timeout: 120_000,
  expect: { timeout: 30_000 },
  reporter: process.env.CI ? [['line'], ['html', { open: 'never' }]] : 'line',
  use: {
    // What a page keeps for times without a network answers for the server: those who test that allow it.
    serviceWorkers: 'block',
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    trace: 'on-first-retry',
    screenshot: 'only-on-failure',
    launchOptions: { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: quiet },
  },
  projects: [
    { name: 'desktop', use: devices['Desktop Chrome'] },
    // What does not depend on the size of the screen is tried once.
    { name: 'phone', use: devices['Pixel 5'], testMatch: ['cats.spec.js', 'entries.spec.js', 'entry.spec.js', 'look.spec.js', 'map.spec.js'] },
  ],
});
