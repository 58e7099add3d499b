import { json, requests, server, sighting } from './setup.js';
import assert from 'node:assert/strict';
import test from 'node:test';

const js = '../../../static/js';
const { loadWords, setLanguage } = await import(`${js}/lib/i18n.js`);
for (const noun of ['entry', 'doors', 'admin']) await loadWords(noun);
const { ofMatch, ofNearby, reasonWords } = await import(`${js}/components/relations.js`);
const { changesOf } = await import(`${js}/components/entry-edit.js`);
const { offset } = await import(`${js}/components/place-plan.js`);
const { limitsOf } = await import(`${js}/components/admin-health.js`);
const { lineThrough } = await import(`${js}/components/chart.js`);
const { detailWords } = await import(`${js}/components/admin-audit.js`);
const { inviteLink } = await import(`${js}/components/admin-users.js`);
const { explainDoor, faultOf, keyOf } = await import(`${js}/views/doors.js`);
const { clientName } = await import(`${js}/views/account.js`);
const { fitted } = await import(`${js}/lib/picture.js`);
const { askedBy, hide, entries, isEverything } = await import(`${js}/lib/feed.js`);
const { ApiError, withQuery } = await import(`${js}/lib/api.js`);
const { chooseContrast, chooseTheme, isDark, mayDo, standing } = await import(`${js}/lib/store.js`);
const { removeWithUndo } = await import(`${js}/components/removal.js`);

test('reasons of the server are told in the language of the person, and unknown ones as they are', async (context) => {
  context.after(() => setLanguage('en'));
  await setLanguage('de');
  assert.equal(reasonWords('Seen 34 m apart'), '34 m voneinander gesehen');
  assert.equal(reasonWords('Described alike: cat, orange, ...'), 'ähnlich beschrieben: cat, orange, ...');
  assert.equal(reasonWords('Places named alike: mill'), 'ähnliche Orte: mill');
  assert.equal(reasonWords('Nothing known in common'), 'nichts Gemeinsames bekannt');
  assert.equal(reasonWords('Something new'), 'Something new');
});

test('both lists of others are read alike', () => {
  const match = ofMatch({ candidate_id: 2, candidate_nickname: 'Miso', candidate_text: 'x', candidate_location: null, candidate_createdAt: 'then', score: 0.5, reasons: [] });
  assert.deepEqual([match.id, match.nickname, match.score, match.distance], [2, 'Miso', 0.5, undefined]);
  const near = ofNearby({ entry_id: 3, text_preview: 'y', location: null, location_normalized: 'Leeds', created_at: 'then', match_score: 0.2, reasons: [], distance_meters: 12.3, cat_id: 7, cat_name: 'Taxi' });
  assert.deepEqual([near.id, near.place, near.score, near.distance, near.catId, near.catName], [3, 'Leeds', 0.2, 12.3, 7, 'Taxi']);
});

test('only what differs is sent, and what was emptied as null', () => {
  assert.deepEqual(changesOf({ text: 'a', nickname: '', location: 'x' }, { text: 'a', nickname: 'Miso', location: null }), { nickname: null, location: 'x' });
  assert.deepEqual(changesOf({ text: 'a', nickname: '' }, { text: 'a', nickname: null }), {});
});

test('a plan lies as the world does, over the date line too', () => {
  const { east, south } = offset({ lat: 0, lon: 179.999 }, { lat: 0.001, lon: -179.999 });
  assert.ok(Math.abs(east - 222.4) < 0.1, String(east));
  assert.ok(Math.abs(south + 111.2) < 0.1, String(south));
});

test('limits follow the reads', () => {
  assert.deepEqual(limitsOf(100), { reads: 100, writes: 30, analyses: 10 });
  assert.deepEqual(limitsOf(1), { reads: 1, writes: 1, analyses: 1 });
});

test('details of a deed are told flat', () => {
  assert.equal(detailWords({ from: 'member', fields: ['text'] }), 'from: member, fields: ["text"]');
  assert.equal(detailWords(null), '');
});

test('what a link opens stands behind its #', () => {
  assert.equal(keyOf('#set-up=abc-_1'), 'abc-_1');
  assert.equal(keyOf('#invite=abc'), 'abc');
  for (const hash of ['', '#main', '#invite=', '#invite=a b', '#other=abc']) assert.equal(keyOf(hash), '', hash);
  assert.equal(inviteLink('abc'), 'http://atlas.test/register#invite=abc');
});

test('names and passwords that will not do are told before they are sent', () => {
  assert.equal(faultOf('mina', 'four mice'), null);
  for (const name of ['', 'm', '-mina', 'mi na', 'minä', 'm'.repeat(33)]) assert.equal(faultOf(name, 'four mice'), 'usernameFault', name);
  for (const password of ['', 'short', 'x'.repeat(201)]) assert.equal(faultOf('mina', password), 'passwordFault');
});

test('a door says why it stays shut', () => {
  assert.match(explainDoor(new ApiError(401, { code: 'WRONG_CREDENTIALS' })), /no account with this name/);
  assert.match(explainDoor(new ApiError(422, { problems: [{ field: 'password', type: 'value_error' }] })), /one of the first/);
  assert.match(explainDoor(new ApiError(422, { problems: [{ field: 'token', type: 'missing' }] })), /used already/);
  assert.match(explainDoor(new ApiError(429, { wait: 3 })), /3 seconds/);
  assert.match(explainDoor(new RangeError('x')), /went wrong/);
});

test('a session is told by browser and system, a program by its name', () => {
  assert.equal(clientName('Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36'), 'Chrome · Linux');
  assert.equal(clientName('Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605 Version/17.0 Safari/604.1'), 'Safari · iOS');
  assert.equal(clientName('curl/8.5.0'), 'curl/8.5.0');
});

test('a picture keeps its proportions, and is never made larger', () => {
  assert.deepEqual(fitted({ width: 4000, height: 3000 }, 640), { width: 640, height: 480 });
  assert.deepEqual(fitted({ width: 10, height: 20 }, 640), { width: 10, height: 20 });
  assert.deepEqual(fitted({ width: 10_000, height: 1 }, 640), { width: 640, height: 1 });
});

test('the address of the feed says what is asked for', () => {
  const asked = askedBy(new URLSearchParams('q=tom&show=unlinked&cat=3&since=2026-01-10&until=nonsense'));
  assert.deepEqual([asked.q, asked.unassigned, asked.favorite, asked.cat_id, asked.until], ['tom', true, null, '3', null]);
  assert.equal(new Date(asked.since).getTime(), new Date(2026, 0, 10).getTime());
  assert.ok(!isEverything(asked) && isEverything(askedBy(new URLSearchParams('lat=1&lon=2'))));
  assert.equal(withQuery('/entries', { a: 'x y', b: null, c: '', d: 0 }), '/entries?a=x+y&d=0');
});

test('what is hidden comes back into its place', () => {
  entries.value = [3, 2, 1].map((id) => sighting({ id }));
  const two = entries.value[1];
  hide(two, true);
  assert.deepEqual(entries.value.map(({ id }) => id), [3, 1]);
  hide(two, false);
  assert.deepEqual(entries.value.map(({ id }) => id), [3, 2, 1]);
});

test('a removal waits to be undone, then is sent, and comes back where it is refused', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  requests.length = 0;
  const said = [];
  const remove = () => removeWithUndo({ path: '/entries/1', said: 'gone', hide: (isGone) => said.push(isGone) });
  server.answer = async () => json({ detail: 'x' }, { status: 403 });
  remove();
  assert.deepEqual([said, requests.length], [[true], 0]);
  context.mock.timers.tick(7000);
  for (let turn = 0; turn < 100 && said.length < 2; turn++) await Promise.resolve();
  assert.deepEqual([said, requests.map(({ line }) => line)], [[true, false], ['DELETE /entries/1']]);
  server.answer = async () => new Response(null, { status: 204 });
  remove();
  dispatchEvent(new Event('pagehide'));
  context.mock.timers.tick(60_000);
  assert.deepEqual(requests.map(({ line }) => line), ['DELETE /entries/1', 'DELETE /entries/1']);
});

test('buttons are there for those who may press them', () => {
  standing.value = null;
  assert.ok(mayDo('edit', 7), 'until it is known nothing is hidden');
  standing.value = { account: { id: 7 }, may: { edit: 'own', log: 'any', audit: 'no' } };
  assert.deepEqual([mayDo('edit', 7), mayDo('edit', 8), mayDo('edit', null), mayDo('edit'), mayDo('log', 8), mayDo('audit'), mayDo('unheard')], [true, false, false, true, true, false, false]);
  standing.value = { account: null, may: { edit: 'own' } };
  assert.ok(!mayDo('edit', null), 'what nobody made is not a visitor’s');
  standing.value = null;
});

test('colours and contrast are chosen, kept, and given back to the system', () => {
  const root = document.documentElement;
  chooseTheme('dark');
  assert.deepEqual([isDark.value, root.dataset.theme, localStorage.getItem('theme')], [true, 'dark', 'dark']);
  chooseTheme('system');
  assert.equal(localStorage.getItem('theme'), null);
  chooseContrast(true);
  assert.deepEqual([root.dataset.contrast, localStorage.getItem('contrast')], ['more', 'more']);
  chooseContrast(false);
  assert.deepEqual([root.dataset.contrast, localStorage.getItem('contrast')], ['less', null]);
});

test('a chart ends at its right edge, however few values there are', () => {
  assert.equal(lineThrough([0, 5, 10], 10, 3), 'M0.0 90.0L150.0 45.0L300.0 0.0');
  assert.match(lineThrough([1, 1], 2, 361), /L300\.0 45\.0$/);
  assert.equal(lineThrough([0], 0, 1), 'M0.0 90.0');
  assert.equal(lineThrough([], 0, 361), '');
});
