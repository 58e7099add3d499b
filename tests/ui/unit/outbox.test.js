import { json, requests, server, sighting } from './setup.js';
import assert from 'node:assert/strict';
import test, { beforeEach } from 'node:test';

const { deliver, discard, flush, Later, look, onArrival, tryAgain, useShelf, waiting } = await import('../../../static/js/lib/outbox.js');

/** What the browser keeps. */
let kept;
let atlas;
beforeEach(async () => {
  kept = new Map();
  atlas = new Map();
  useShelf({ all: async () => [...kept.values()], put: async (item) => kept.set(item.key, item), drop: async (key) => kept.delete(key) });
  requests.length = 0;
  server.answer = log;
  await look();
});

/** A server that logs each key once. */
async function log(path, { headers, body }) {
  const key = headers['idempotency-key'];
  if (!atlas.has(key)) atlas.set(key, sighting({ id: atlas.size + 1, text: JSON.parse(body).text }));
  return json(atlas.get(key));
}
const gone = () => Promise.reject(new TypeError('no connection'));
const refuse = (status, detail) => async () => json({ detail, request_id: 'c0ffee' }, { status });
const draft = (text) => ({ text, nickname: '', location: '' });

test('a sighting that gets through is kept no longer', async () => {
  const entry = await deliver(draft('a cat'));
  assert.equal(entry.text, 'a cat');
  assert.equal(kept.size, 0);
  assert.deepEqual(waiting.value, []);
});

test('without a connection it waits, and is logged once when there is one', async () => {
  server.answer = gone;
  await assert.rejects(deliver(draft('a cat')), Later);
  assert.equal(waiting.value.length, 1);
  server.answer = log;
  const arrived = [];
  onArrival((entry) => arrived.push(entry.id));
  await Promise.all([flush(), flush()]);
  assert.equal(atlas.size, 1);
  assert.deepEqual(waiting.value, []);
  assert.equal(arrived[0], 1);
});

test('an answer that is lost on its way is asked for again under the same key', async () => {
  server.answer = async (...asked) => {
    await log(...asked);
    throw new TypeError('the connection broke off');
  };
  await assert.rejects(deliver(draft('a cat')), Later);
  server.answer = log;
  await flush();
  assert.equal(atlas.size, 1);
});

test('they go in the order they were logged, and stop where the connection stops', async () => {
  server.answer = gone;
  for (const text of ['one', 'two', 'three']) await assert.rejects(deliver(draft(text)), Later);
  let left = 2;
  server.answer = (...asked) => (left-- > 0 ? log(...asked) : gone());
  await flush();
  assert.deepEqual([...atlas.values()].map(({ text }) => text), ['one', 'two']);
  assert.deepEqual(waiting.value.map((item) => item.draft.text), ['three']);
});

test('what the server refuses later stays, with the reason, and others go on', async () => {
  server.answer = gone;
  for (const text of ['refused', 'fine']) await assert.rejects(deliver(draft(text)), Later);
  server.answer = (path, options) => (JSON.parse(options.body).text === 'refused' ? refuse(403, { code: 'NOT_ALLOWED', message: 'no' })() : log(path, options));
  await flush();
  assert.deepEqual(waiting.value.map((item) => [item.draft.text, item.refusal.status]), [['refused', 403]]);
  server.answer = log;
  await flush();
  assert.equal(atlas.size, 1, 'not without being asked to');
  await tryAgain(waiting.value[0]);
  assert.equal(atlas.size, 2);
  assert.deepEqual(waiting.value, []);
});

test('a key that was used for something else is not used again', async () => {
  server.answer = gone;
  await assert.rejects(deliver(draft('a cat')), Later);
  server.answer = refuse(409, { code: 'IDEMPOTENCY_KEY_REUSED', message: 'no' });
  await flush();
  const [item] = waiting.value;
  server.answer = log;
  await tryAgain(item);
  assert.deepEqual([...atlas.keys()].includes(item.key), false);
  assert.equal(kept.size, 0);
});

test('a refusal while the form is open is the form\'s own', async () => {
  server.answer = refuse(422, [{ loc: ['body', 'text'], type: 'string_too_long', ctx: { max_length: 5000 } }]);
  await assert.rejects(deliver(draft('x')), (error) => error.status === 422);
  assert.equal(kept.size, 0);
});

test('sent again by hand after an answer that said nothing, it is the same sighting', async () => {
  server.answer = async (...asked) => {
    await log(...asked);
    return json({}, { status: 504 });
  };
  await assert.rejects(deliver(draft('a cat')), (error) => error.status === 504);
  server.answer = log;
  await deliver(draft('a cat'));
  assert.equal(atlas.size, 1);
  await deliver(draft('a cat'));
  assert.equal(atlas.size, 2, 'and once it is known, the next one is another');
});

test('a browser that cannot keep anything sends at once or not at all', async () => {
  useShelf({ all: async () => [], put: () => Promise.reject(new Error('full')), drop: async () => {} });
  await deliver(draft('a cat'));
  assert.equal(atlas.size, 1);
  server.answer = gone;
  await assert.rejects(deliver(draft('b')), (error) => !(error instanceof Later));
});

test('what is discarded is gone', async () => {
  server.answer = gone;
  await assert.rejects(deliver(draft('a cat')), Later);
  await discard(waiting.value[0]);
  assert.equal(kept.size, 0);
});
