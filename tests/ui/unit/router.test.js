import './setup.js';
import assert from 'node:assert/strict';
import { access, readFile } from 'node:fs/promises';
import test from 'node:test';

const { go, narrow, page, pageAt, pages, place, query } = await import('../../../static/js/lib/router.js');
const root = new URL('../../../', import.meta.url);

test('a page is known by its address, and its number with it', () => {
  assert.deepEqual(pageAt('/'), { noun: 'entries', path: '/', id: null });
  assert.deepEqual(pageAt('/entries/12'), { noun: 'entry', path: '/entries/:id', id: 12 });
  for (const path of ['/entries/0', '/entries/-1', '/entries/x', '/entries/1/', '/nowhere', '/docs', '']) assert.equal(pageAt(path), null, path);
});

test('every noun has its view, its style and its words', async () => {
  for (const noun of new Set(pages.map(([, name]) => name))) {
    await access(new URL(`static/js/views/${noun}.js`, root));
    await access(new URL(`static/css/${noun}.css`, root));
    if (noun !== 'entries') await access(new URL(`static/js/i18n/en/${noun}.js`, root));
  }
});

test('the server answers to the same addresses', async () => {
  const table = (await readFile(new URL('src/http/pages.rs', root), 'utf8')).match(/const PAGES[^=]*= \[([^\]]*)\]/)[1];
  const served = [...table.matchAll(/"([^"]+)"/g)].map(([, path]) => path.replace(/<\w+>/, ':id'));
  assert.deepEqual(['/', ...served].sort(), pages.map(([path]) => path).sort());
});

test('going somewhere is a step, refining a question is none', () => {
  go('/map?heat=1');
  assert.deepEqual([page.value.noun, query.value.get('heat')], ['map', '1']);
  const { visit } = place.value;
  const steps = history.length;
  narrow({ heat: null, q: 'tom' });
  assert.deepEqual([location.search, history.length, place.value.visit], ['?q=tom', steps, visit]);
  narrow({ q: null }, true);
  assert.deepEqual([location.search, page.value.noun], ['', 'map']);
});
