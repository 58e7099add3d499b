import assert from 'node:assert/strict';
import test from 'node:test';
import { json, requests, server } from './setup.js';

const { ApiError, list, nextCursor, request } = await import('../../../static/js/lib/api.js');
const { logSighting } = await import('../../../static/js/lib/feed.js');
const { explain, explainSaving, problemsOf } = await import('../../../static/js/lib/problems.js');
const { t } = await import('../../../static/js/lib/i18n.js');

/** What a person reads when the server answers a save like this. */
async function toldAfter(answer) {
  server.answer = answer;
  const error = await logSighting({ text: 'a cat', nickname: '', location: '' }).then(() => assert.fail('saved'), (reason) => reason);
  return explainSaving(error);
}
const refusing = (status, body) => async () => json(body, { status });

test('a page of sightings comes with its cursor and total', async () => {
  server.answer = async () => json([], { headers: { link: '</entries?limit=24&before=37>; rel="next"', 'x-total-count': '60' } });
  assert.deepEqual(await list('/entries', { limit: 24, before: 61 }), { rows: [], older: 37, total: 60 });
  assert.equal(requests.at(-1).line, 'GET /entries?limit=24&before=61');
});

test('without a next link and a count there is no cursor and no total', async () => {
  server.answer = async () => json([]);
  assert.deepEqual(await list('/entries', { limit: 24, before: null, q: '' }), { rows: [], older: null, total: null });
  assert.equal(requests.at(-1).line, 'GET /entries?limit=24');
});

test('only the cursor of a next link is used, whoever wrote its address', () => {
  assert.equal(nextCursor('<http://backend:8000/entries?before=5&limit=2>; rel="next"'), 5);
  assert.equal(nextCursor('</a?before=1>; rel="prev", </a?before=9>; rel=next'), 9);
  assert.equal(nextCursor('</entries?before=5>; rel="prev"'), null);
});

test('an empty nickname and place are sent as absent', async () => {
  server.answer = async () => json({ id: 1 });
  await logSighting({ text: 'a cat', nickname: '', location: 'here' });
  assert.deepEqual(requests.at(-1), { line: 'POST /entries', body: { text: 'a cat', nickname: null, location: 'here' } });
});

test('a 422 names each field and its bound', async () => {
  const detail = [
    { type: 'string_too_long', loc: ['body', 'text'], ctx: { max_length: 5000 } },
    { type: 'string_too_long', loc: ['body', 'location'], ctx: { max_length: 200 } },
  ];
  const { message, fields } = await toldAfter(refusing(422, { detail }));
  assert.deepEqual(fields, ['text', 'location']);
  assert.match(message, /“Note”.*5,000.*“Place”.*200.*still here/);
});

test('a 422 about something unheard of is still told in plain words', async () => {
  const { message } = await toldAfter(refusing(422, { detail: [{ type: 'new_kind', loc: ['body', 'nickname'] }] }));
  assert.match(message, /could not read this/);
});

test('a 400 says that nothing was left of the note', async () => {
  assert.deepEqual(await toldAfter(refusing(400, { detail: 'blank' })), { message: t('textMissing'), fields: ['text'] });
});

test('each refusal says what to do next and that nothing is lost', async () => {
  for (const [status, key] of [[413, 'tooLarge'], [429, 'slowDownAWhile'], [503, 'busy'], [502, 'busy'], [418, 'broken']]) {
    const { message } = await toldAfter(refusing(status, { detail: { code: 'X', message: 'x', retryable: true } }));
    assert.equal(message, `${t(key)} ${t('kept')}`, String(status));
  }
});

test('a 500 gives the request id to ask about', async () => {
  assert.match((await toldAfter(refusing(500, { detail: 'oops', request_id: 'c0ffee' }))).message, /c0ffee/);
});

test('no connection, a time-out and a sign-in page in between all read as unreachable', async () => {
  const answers = [
    () => Promise.reject(new TypeError('failed to fetch')),
    () => Promise.reject(new DOMException('late', 'TimeoutError')),
    async () => new Response('<html>Welcome to the hotel</html>'),
  ];
  for (const answer of answers) assert.ok((await toldAfter(answer)).message.startsWith(t('offline')));
});

test('an error page that is no JSON is told by its status', async () => {
  assert.ok((await toldAfter(async () => new Response('<h1>Bad gateway</h1>', { status: 502 }))).message.startsWith(t('busy')));
});

test('a fault of our own is not blamed on the person', () => {
  assert.equal(explain(new RangeError('x')).message, t('broken'));
  assert.equal(explain(new ApiError(0)).message, t('offline'));
});

test('what can be seen to be wrong is found before asking, counted in code points', () => {
  const draft = { text: '🐈'.repeat(5000), nickname: 'n'.repeat(100), location: '' };
  assert.deepEqual(problemsOf(draft), []);
  assert.deepEqual(problemsOf({ ...draft, text: ' \n\t ' }), [{ field: 'text', type: 'missing' }]);
  assert.deepEqual(problemsOf({ text: `${draft.text}!`, nickname: 'n'.repeat(101), location: 'l'.repeat(201) }).map(({ field }) => field), ['text', 'nickname', 'location']);
});

test('what a browser is signed in with is renewed once, and what was asked is asked again', async () => {
  const stale = () => json({ detail: { code: 'TOKEN_INVALID', message: 'x', retryable: false } }, { status: 401 });
  let isRenewed = false;
  server.answer = async (path) => {
    if (path === '/auth/refresh') isRenewed = true;
    return isRenewed ? json({ id: 5 }) : stale();
  };
  requests.length = 0;
  assert.equal((await request('/cats', 'POST', {})).body.id, 5);
  assert.deepEqual(requests.map(({ line }) => line), ['POST /cats', 'POST /auth/refresh', 'POST /cats']);
  requests.length = 0;
  server.answer = async () => stale();
  await assert.rejects(request('/cats'), ApiError);
  assert.deepEqual(requests.map(({ line }) => line), ['GET /cats', 'POST /auth/refresh']);
});

test('an answer without a body is none', async () => {
  server.answer = async () => new Response(null, { status: 204 });
  assert.equal((await request('/cats/1', 'DELETE')).body, undefined);
});

test('somebody who was too quick is told how long to wait', async () => {
  const { message } = await toldAfter(async () => json({ detail: 'x' }, { status: 429, headers: { 'retry-after': '7' } }));
  assert.match(message, /in 7 seconds/);
});

test('a photo that is refused is told as one, and a blank note beside it as that', async () => {
  server.answer = refusing(400, { detail: 'This file is no picture.' });
  const photo = { file: new Blob(['x']), usesPlace: true };
  const refused = await logSighting({ text: 'a cat' }, photo).then(() => assert.fail('saved'), (reason) => reason);
  assert.deepEqual(explainSaving(refused, true).fields, ['image']);
  server.answer = refusing(400, { detail: 'The note is empty. Please write what you saw.' });
  const blank = await logSighting({ text: '<b>' }, photo).then(() => assert.fail('saved'), (reason) => reason);
  assert.deepEqual(explainSaving(blank, true).fields, ['text']);
});
