import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { brotliCompressSync } from 'node:zlib';
import test from 'node:test';

const root = new URL('../../../static/', import.meta.url);
const read = (path) => readFile(new URL(path, root), 'utf8');
const page = await read('index.html');
const pages = [page, await read('docs.html')];

/** A module and all it imports at once, by path in static/. */
async function graph(path, seen = new Set()) {
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const [, to] of (await read(path)).matchAll(/^(?:import|export) [^;]*?from '(\.[^']+)'/gm)) {
    await graph(new URL(to, new URL(path, root)).href.slice(root.href.length), seen);
  }
  return seen;
}
const modules = await graph('js/main.js');

test('the page preloads every module it starts with, and no other', () => {
  const preloaded = [...page.matchAll(/rel="modulepreload" href="\/static\/([^"]+)"/g)].map(([, path]) => path);
  assert.deepEqual(preloaded.sort(), [...modules].filter((path) => path !== 'js/main.js').sort());
});

test('the page calls early for a language that is spoken', async () => {
  const i18n = await read('js/lib/i18n.js');
  const spoken = [...i18n.match(/languages = \{([^}]*)\}/)[1].matchAll(/(\w+):/g)].map(([, tag]) => tag);
  assert.equal(page.match(/data-languages="([^"]*)"/)[1], spoken.join(' '));
});

test('everything the pages and the manifest name is there', async () => {
  const named = [...pages, await read('manifest.webmanifest')].flatMap((text) => [...text.matchAll(/"\/static\/([^"]+)"/g)].map(([, path]) => path));
  assert.ok(named.length > 15);
  const present = new Set(await readdir(root, { recursive: true }));
  assert.deepEqual(named.filter((path) => !present.has(path)), []);
});

test('styles and scripts name each other relatively, so that one fingerprint holds for all', async () => {
  const files = [...modules, ...(await readdir(new URL('css/', root))).map((name) => `css/${name}`)].filter((path) => !path.startsWith('vendor/'));
  for (const path of files) assert.doesNotMatch(await read(path), /['"(]\/static\//, path);
});

test('no script is inline and no handler an attribute: the security policy forbids both', () => {
  for (const each of pages) {
    assert.doesNotMatch(each, /<script(?![^>]*\ssrc=)/);
    assert.doesNotMatch(each, /\son\w+=/);
  }
});

test('the first page stays small', async () => {
  const size = async (paths) => {
    const files = await Promise.all(paths.map((path) => readFile(new URL(path, root))));
    return files.reduce((sum, bytes) => sum + brotliCompressSync(bytes).length, 0);
  };
  const own = [...modules, 'js/theme-boot.js'].filter((path) => !path.startsWith('vendor/'));
  assert.ok((await size(own)) < 36_000, 'scripts');
  assert.ok((await size(['css/atlas.css', 'css/entries.css'])) < 20_000, 'styles');
  assert.ok(modules.size + 10 <= 25, 'requests: page, theme, two styles, two fonts, icon, words, who is here, the feed');
});
