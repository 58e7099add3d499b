// How soon the first page is usable on a slow line, what it weighs, and how smoothly a map of 10,000 sightings moves. For `scripts/bench ui`:
// figures of this machine, reported and not judged by tests.

import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';

const program = process.env.CATATLAS_BIN ?? fileURLToPath(new URL('../../target/release/catatlas', import.meta.url));
const SIGHTINGS = 10_000;
const quiet = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
/** 1.6 Mbit a second and 150 ms, as a phone at the edge of a town has it. */
const slow = { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 100_000 };

/** @param {string} folder */
async function serve(folder) {
  const atlas = spawn(program, ['serve', '--database', join(folder, 'atlas.db'), '--port', '0', '--rate-limit-per-minute', '0', '--access', 'open'], { env: {}, stdio: ['ignore', 'pipe', 'ignore'] });
  const line = await new Promise((resolve) => createInterface({ input: atlas.stdout }).once('line', resolve));
  return { atlas, url: String(line).match(/http:\S+/)?.[0] ?? '' };
}

/** Sightings all over a town, the same ones every time. @param {string} url */
async function fill(url) {
  let seed = 7;
  const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
  const draft = (/** @type {number} */ n) => ({ text: `sighting ${n}, a grey cat`, location_lat: 52.5 + (random() - 0.5) / 5, location_lon: 13.4 + (random() - 0.5) / 3 });
  for (let n = 0; n < SIGHTINGS; n += 50) {
    const send = (/** @type {object} */ body) => fetch(`${url}/entries`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    await Promise.all(Array.from({ length: 50 }, (_, m) => send(draft(n + m))));
  }
}

/** The first visit to the first page. @param {import('@playwright/test').Browser} browser @param {string} url */
async function firstPage(browser, url) {
  const page = await (await browser.newContext({ serviceWorkers: 'block' })).newPage();
  const devtools = await page.context().newCDPSession(page);
  let [bytes, requests] = [0, 0];
  devtools.on('Network.requestWillBeSent', () => (requests += 1));
  devtools.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength));
  await devtools.send('Network.enable');
  await devtools.send('Network.emulateNetworkConditions', slow);
  const began = performance.now();
  await page.goto(url, { waitUntil: 'commit' });
  await page.getByTestId('submit-button').waitFor();
  const usable = performance.now() - began;
  await page.locator('.feed[aria-busy="false"]').waitFor();
  await page.evaluate(() => document.fonts.ready);
  const found = { usable, requests, bytes };
  await page.context().close();
  return found;
}

/** Frames a second while a map is dragged about, and the slowest frame in milliseconds. @param {import('@playwright/test').Browser} browser @param {string} url */
async function pan(browser, url) {
  const page = await (await browser.newContext({ serviceWorkers: 'block', viewport: { width: 1280, height: 900 } })).newPage();
  await page.goto(`${url}/map?at=52.5,13.4,12`);
  await page.locator('[data-testid="map"][data-ready="true"]').waitFor();
  const markers = await page.locator('.cluster, .pin').count();
  const box = await page.getByTestId('map').boundingBox();
  const [x, y] = [(box?.x ?? 0) + 400, (box?.y ?? 0) + 250];
  await page.evaluate(() => {
    const frames = /** @type {number[]} */ ([]);
    Object.assign(window, { frames });
    const note = (/** @type {number} */ time) => (frames.push(time), requestAnimationFrame(note));
    requestAnimationFrame(note);
  });
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (let n = 0; n < 240; n++) await page.mouse.move(x + 160 * Math.sin(n / 20), y + 110 * Math.cos(n / 14));
  await page.mouse.up();
  const times = await page.evaluate(() => /** @type {any} */ (window).frames);
  await page.context().close();
  const gaps = times.slice(1).map((/** @type {number} */ time, /** @type {number} */ n) => time - times[n]);
  return { markers, frames: (1000 * gaps.length) / (times[times.length - 1] - times[0]), slowest: Math.max(...gaps) };
}

const folder = await mkdtemp(join(tmpdir(), 'catatlas-bench-'));
const { atlas, url } = await serve(folder);
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: quiet });
try {
  await fill(url);
  const visits = [await firstPage(browser, url), await firstPage(browser, url), await firstPage(browser, url)].sort((a, b) => a.usable - b.usable);
  const { usable, requests, bytes } = visits[1];
  const { markers, frames, slowest } = await pan(browser, url);
  const met = (/** @type {boolean} */ is) => (is ? 'met' : '**missed**');
  console.log(`| what | target | measured | |\n|---|---|---|---|
| first page usable at 1.6 Mbit/s and 150 ms | 1.2 s | ${(usable / 1000).toFixed(2)} s (median of 3) | ${met(usable <= 1200)} |
| first page, compressed, with fonts | 130 kB | ${(bytes / 1000).toFixed(0)} kB | ${met(bytes <= 130_000)} |
| its requests | 25 | ${requests} | ${met(requests <= 25)} |
| ${SIGHTINGS.toLocaleString('en')} sightings dragged about (${markers} markers) | 50 frames/s | ${frames.toFixed(0)} frames/s, slowest ${slowest.toFixed(0)} ms | ${met(frames >= 50)} |`);
} finally {
  await browser.close();
  atlas.kill();
  await rm(folder, { recursive: true });
}
