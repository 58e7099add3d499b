import './setup.js';
import assert from 'node:assert/strict';
import test from 'node:test';
import { Window } from 'happy-dom';

globalThis.DOMParser = new Window().DOMParser;
const { byMonth, cleaned, pathOf } = await import('../../../static/js/lib/profile.js');
const { encode } = await import('../../../static/vendor/qr.js');

test('months between the first and the last sighting are counted, two years of them at most', () => {
  const on = (createdAt) => ({ createdAt });
  assert.deepEqual(byMonth([on('2026-01-10T00:00:00Z'), on('2026-01-11T00:00:00Z'), on('2025-11-01T00:00:00Z')]).map(({ month, count }) => `${month} ${count}`), ['2025-11 1', '2025-12 0', '2026-01 2']);
  assert.equal(byMonth([on('2026-01-10T00:00:00Z'), on('1999-01-10T00:00:00Z')]).length, 24);
  assert.deepEqual(byMonth([on('once')]), []);
});

test('of a comment only simple tags are left, without attributes, and text is text', () => {
  assert.deepEqual(cleaned('a <b onclick="x()">bold</b> &lt;i&gt;'), ['a ', { tag: 'b', inside: ['bold'] }, ' <i>']);
  assert.deepEqual(cleaned('<p>one<br>two</p>'), [{ tag: 'p', inside: ['one', { tag: 'br', inside: [] }, 'two'] }]);
  assert.deepEqual(cleaned('<a href="javascript:x()">link</a><img src=x onerror=x()>'), ['link']);
  assert.deepEqual(cleaned('<script>x()</script><style>*{}</style>after'), ['after']);
  assert.deepEqual(cleaned('<svg><b>in</b></svg>'), [{ tag: 'b', inside: ['in'] }]);
});

test('a code is one path with a square for every dark dot', () => {
  const { data } = encode('https://cats.example/cats/8', { ecc: 'M', border: 0 });
  assert.equal(pathOf(data).match(/M/g).length, data.flat().filter(Boolean).length);
  assert.equal(pathOf([[true, false], [false, true]]), 'M0 0h1v1h-1zM1 1h1v1h-1z');
});
