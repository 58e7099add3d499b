// What every browser test starts from: a program of its own on an empty database, and a page that may not complain.

import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test as base, expect } from '@playwright/test';
import { develop } from '../dev.mjs';
import { DoorsPage } from '../pages/doors.page.js';
import { HomePage } from '../pages/home.page.js';

export { expect };

const program = process.env.CATATLAS_BIN ?? fileURLToPath(new URL('../../../target/release/catatlas', import.meta.url));

/** The policy of the infrastructure plan, section 1.3, without its example address. Every page of these tests stands under it. */
export const policy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: https:",
  "font-src 'self'",
  "connect-src 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** `catatlas serve` on a folder, until stopped. */
class Atlas {
  /** @param {string} folder @param {string[]} options of `catatlas serve` */
  constructor(folder, options) {
    this.folder = folder;
    this.options = options;
    this.told = '';
    this.url = '';
  }

  /** @param {string} port 0 takes a free one */
  async start(port = '0') {
    const told = ['--database', join(this.folder, 'atlas.db'), '--port', port, ...this.options];
    this.process = spawn(program, ['serve', ...told], { env: {}, stdio: ['ignore', 'pipe', 'pipe'] });
    this.process.stderr.on('data', (said) => (this.told += said));
    this.ended = new Promise((resolve) => this.process?.once('exit', resolve).once('error', resolve));
    const ready = new Promise((resolve) => createInterface({ input: this.process.stdout }).once('line', resolve));
    const failed = this.ended.then(() => Promise.reject(new Error(`${program} ended without a word. Is it built? cargo build --release`)));
    this.url = (await Promise.race([ready, failed])).match(/http:\S+/)[0];
    if (process.env.CATATLAS_STATIC === 'disk') {
      this.pages = await develop(this.url, 0);
      this.url = `http://127.0.0.1:${this.pages.address().port}`;
    }
    return this;
  }

  async stop() {
    this.pages?.closeAllConnections();
    this.pages?.close();
    this.process?.kill();
    await this.ended;
  }

  /** Again at the same address, with what is in the database. */
  restart() {
    return this.start(new URL(this.url).port);
  }

  /** The part of the link behind the # that sets this atlas up, or invites somebody to it. @param {string} text */
  static linkIn(text) {
    return text.match(/#(?:set-up|invite)=\S+/)?.[0] ?? '';
  }

  /** The link that was printed at the start. */
  setUpLink() {
    return Atlas.linkIn(this.told);
  }

  /** `catatlas user ...` on this database. @param {string[]} told @param {string} [input] */
  user(told, input = '') {
    const ran = spawnSync(program, ['user', ...told, '--database', join(this.folder, 'atlas.db')], { env: {}, input, encoding: 'utf8' });
    expect(ran.stderr + ran.stdout, `catatlas user ${told.join(' ')}`).not.toMatch(/^Error/);
    return ran.stdout;
  }

  /** An account, by name and role. @param {string} name @param {string} role */
  account(name, role) {
    this.user(['add', name, '--role', role], 'four mice in a row\n');
  }

  invite() {
    return Atlas.linkIn(this.user(['invite']));
  }

  /** Logs a sighting over the API. @param {object} draft */
  async log(draft) {
    const answer = await fetch(`${this.url}/entries`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(draft) });
    expect(answer.status).toBe(200);
    return answer.json();
  }

  /** Every sighting, newest first. */
  async sightings() {
    return (await fetch(`${this.url}/entries`)).json();
  }
}

/** @type {import('@playwright/test').TestType<import('@playwright/test').PlaywrightTestArgs & import('@playwright/test').PlaywrightTestOptions & { atlas: Atlas, home: HomePage, doors: DoorsPage, complaints: RegExp[], options: string[] }, import('@playwright/test').PlaywrightWorkerArgs & import('@playwright/test').PlaywrightWorkerOptions>} */
export const test = base.extend({
  /** Complaints of the browser that a test provokes on purpose. */
  complaints: [[], { option: true }],

  /** What `catatlas serve` is told. */
  options: [['--rate-limit-per-minute', '0', '--auth-rate-limit-per-minute', '0', '--access', 'open'], { option: true }],

  atlas: async ({ options }, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'catatlas-'));
    const atlas = new Atlas(folder, options);
    try {
      await use(await atlas.start());
    } finally {
      await atlas.stop();
      await rm(folder, { recursive: true });
    }
  },

  home: async ({ page, atlas, complaints }, use) => {
    const heard = /** @type {string[]} */ ([]);
    page.on('pageerror', (error) => heard.push(String(error)));
    page.on('console', (message) => ['error', 'warning'].includes(message.type()) && !/blocked by Playwright/.test(message.text()) && heard.push(message.text()));
    page.on('request', (request) => new URL(request.url()).origin === atlas.url || heard.push(`asks outside: ${request.url()}`));
    await page.route((url) => url.origin === atlas.url, async (route) => {
      if (route.request().resourceType() !== 'document') return route.fallback();
      const answer = await route.fetch().catch(() => null);
      if (!answer) return route.abort();
      await route.fulfill({ response: answer, headers: { ...answer.headers(), 'content-security-policy': policy } });
    });
    await use(new HomePage(page, atlas.url));
    expect(heard.filter((line) => !complaints.some((expected) => expected.test(line)))).toEqual([]);
  },

  /** The doors of the same page. */
  doors: async ({ home, atlas }, use) => use(new DoorsPage(home.page, atlas.url)),
});
