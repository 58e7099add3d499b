// What a release must do wherever it runs, asked from outside. Nothing is left behind: this runs against production, too.
import assert from 'node:assert/strict';
import { test } from 'node:test';

const base = new URL(process.env.BASE_URL);
const ask = (path, init) => fetch(new URL(path, base), { redirect: 'manual', signal: AbortSignal.timeout(30_000), ...init });

test('it is ready: it reads, writes, has its schema and room', async () => {
  const answer = await ask('/health/ready');
  const { status, checks } = await answer.json();
  assert.equal(answer.status, 200, JSON.stringify(checks));
  assert.equal(status, 'ok');
  assert.deepEqual([...new Set(Object.values(checks))], ['ok']);
});

test('it is alive at the address that monitors know', async () => {
  const answer = await ask('/health');
  assert.equal(answer.status, 200);
  assert.equal((await answer.json()).status, 'ok');
});

test('the page comes with the scripts it names', async () => {
  const page = await ask('/');
  assert.equal(page.status, 200);
  const scripts = [...(await page.text()).matchAll(/<script[^>]+src="([^"]+)"/g)].map(([, source]) => source);
  assert.ok(scripts.length > 0, 'the page has no script');
  for (const source of scripts) {
    const script = await ask(source);
    assert.equal(script.status, 200, source);
    assert.match(script.headers.get('content-type'), /javascript/);
  }
});

test('browsers are kept careful', async () => {
  const { headers } = await ask('/health');
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
  assert.equal(headers.get('x-frame-options'), 'DENY');
  assert.ok(headers.has('content-security-policy'));
});

test('the API describes itself', async () => {
  const answer = await ask('/openapi.json');
  assert.equal(answer.status, 200);
  assert.ok('/entries' in (await answer.json()).paths);
});

test('sightings are listed, or one has to sign in', async () => {
  const answer = await ask('/entries?limit=1');
  assert.ok([200, 401].includes(answer.status), `${answer.status}`);
  if (answer.status === 200) assert.ok(Array.isArray(await answer.json()));
});

test('a blank note is refused, and not kept', async () => {
  const answer = await ask('/entries', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"text": "  "}' });
  assert.ok([400, 401].includes(answer.status), `${answer.status}`);
});

test('what is not there is said to be not there', async () => {
  assert.equal((await ask('/nothing-is-here')).status, 404);
});
