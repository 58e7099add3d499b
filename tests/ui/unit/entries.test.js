import assert from 'node:assert/strict';
import test, { beforeEach } from 'node:test';
import { eventually, json, requests, server, sighting } from './setup.js';

const { html, render } = await import('../../../static/vendor/preact.js');
const { coatOf, isAsleep, isEarTipped } = await import('../../../static/js/components/cat-face.js');
const { lightOf, plateNumber, shownPhoto } = await import('../../../static/js/components/entry-card.js');
const { EntriesPage } = await import('../../../static/js/views/entries.js');
const store = await import('../../../static/js/lib/feed.js');

const page = document.createElement('main');
document.body.append(page);
const find = (selector) => page.querySelector(selector);
const by = (id) => find(`[data-testid="${id}"]`);

/** The page as a visitor meets it whose server answers this. */
async function open(answer) {
  server.answer = answer;
  render(null, page);
  store.entries.value = [];
  store.feed.value = 'loading';
  render(html`<${EntriesPage} />`, page);
}
const list = (entries, headers) => async () => json(entries, { headers });
const submit = () => find('form').dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));

beforeEach(() => void (requests.length = 0));

test('what people write is shown as text, never as markup', async () => {
  const text = '<img src=x onerror=alert(1)> & <b>bold</b>';
  await open(list([sighting({ text, nickname: '<script>1</script>', location: '"><i>' })]));
  const card = await eventually(() => find('article'), 'the card');
  assert.equal(card.querySelector('.note').textContent, text);
  assert.equal(card.querySelector('h3').textContent, '<script>1</script>');
  assert.equal(card.querySelector('.where').textContent, '"><i>');
  assert.equal(card.querySelectorAll('img, script, b, .where i').length, 0);
});

test('a photo is shown only from where the security policy allows', () => {
  assert.equal(shownPhoto('/photos/1.jpg'), '/photos/1.jpg');
  assert.equal(shownPhoto('https://example.org/a.jpg'), 'https://example.org/a.jpg');
  for (const url of ['http://example.org/a.jpg', 'javascript:alert(1)', 'data:text/html,x', '//example.org/a', '', null]) assert.equal(shownPhoto(url), null);
});

test('a photo that does not load gives way to the drawn cat', async () => {
  await open(list([sighting({ photo_url: '/photos/gone.jpg' })]));
  (await eventually(() => find('img'), 'the photo')).dispatchEvent(new Event('error'));
  await eventually(() => find('.cat-face[data-coat]:not(.peek *)') && !find('img'), 'the drawing');
});

test('a value the server kept as it was does not break the page', async () => {
  await open(list([sighting({ createdAt: 'last summer' }), sighting({ id: 2, text: '' })]));
  await eventually(() => page.querySelectorAll('article').length === 2, 'both cards');
  assert.match(find('footer').textContent, /last summer/);
});

test('loading, empty and failed each look like it, and a retry mends', async () => {
  let answer = () => {};
  await open(() => new Promise((resolve) => (answer = resolve)));
  assert.ok(await eventually(() => find('.blank'), 'the skeleton'));
  await eventually(() => requests.length === 1, 'the request');
  answer(json([]));
  await eventually(() => /still blank/.test(page.textContent), 'the empty state');
  assert.ok(!find('.blank'));

  await open(async () => json({ detail: 'busy' }, { status: 503 }));
  const alert = await eventually(() => by('feed-error'), 'the failure');
  assert.match(alert.textContent, /busy right now/);
  server.answer = list([sighting()]);
  alert.querySelector('button').click();
  await eventually(() => find('article') && !by('feed-error'), 'the card');
});

test('an empty form asks for a note, points at the field and sends nothing', async () => {
  await open(list([]));
  await eventually(() => by('submit-button'), 'the form');
  by('text-input').value = '   ';
  submit();
  const error = await eventually(() => by('error-message'), 'the message');
  assert.equal(error.getAttribute('role'), 'alert');
  assert.equal(by('text-input').getAttribute('aria-describedby'), error.id);
  assert.equal(document.activeElement, by('text-input'));
  assert.deepEqual(requests.filter(({ line }) => line.startsWith('POST')), []);
});

test('two clicks in one moment send one sighting, which comes on top', async () => {
  await open(list([sighting({ id: 7, nickname: 'Old' })], { 'x-total-count': '1' }));
  await eventually(() => find('article'), 'the feed');
  by('text-input').value = ' black cat ';
  by('nickname-input').value = 'New';
  server.answer = async () => json(sighting({ id: 8, text: 'black cat', nickname: 'New' }));
  submit();
  submit();
  await eventually(() => page.querySelectorAll('article').length === 2, 'the new card');
  assert.equal(requests.filter(({ line }) => line === 'POST /entries').length, 1);
  assert.equal(requests.at(-1).body.text, 'black cat');
  assert.deepEqual([...page.querySelectorAll('h3')].map((name) => name.textContent), ['New', 'Old']);
  assert.equal(by('text-input').value, '');
  assert.match(find('.count').textContent, /^2 /);
});

test('a failed save keeps what was typed', async () => {
  await open(list([]));
  await eventually(() => by('text-input'), 'the form');
  by('text-input').value = 'a cat';
  by('location-input').value = 'here';
  server.answer = async () => json({ detail: 'busy' }, { status: 503 });
  submit();
  await eventually(() => /still here/.test(by('error-message')?.textContent ?? ''), 'the message');
  assert.deepEqual([by('text-input').value, by('location-input').value], ['a cat', 'here']);
});

test('a sighting logged while the feed was on its way is not lost', async () => {
  let answer = () => {};
  await open((path, { method }) => (method === 'POST' ? json(sighting({ id: 9 })) : new Promise((resolve) => (answer = resolve))));
  await eventually(() => requests.length === 1, 'the request');
  await store.logSighting({ text: 'x', nickname: '', location: '' });
  answer(json([sighting({ id: 8 })]));
  await eventually(() => store.feed.value === 'ready', 'the feed');
  assert.deepEqual(store.entries.value.map(({ id }) => id), [9, 8]);
});

test('older sightings follow the cursor to the end', async () => {
  await open(list([sighting({ id: 3 })], { link: '</entries?before=3>; rel="next"' }));
  const button = await eventually(() => by('older-button'), 'the button');
  server.answer = list([sighting({ id: 2 })]);
  button.click();
  await eventually(() => page.querySelectorAll('article').length === 2, 'the older card');
  assert.equal(requests.at(-1).line, 'GET /entries?limit=24&before=3');
  await eventually(() => !by('older-button'), 'the end');
});

test('a favourite turns over at once, and back where the server refuses', async () => {
  await open(list([sighting({ id: 5 })]));
  const mark = await eventually(() => find('.mark'), 'the mark');
  let answer = () => {};
  server.answer = () => new Promise((resolve) => (answer = resolve));
  mark.click();
  mark.click();
  await eventually(() => mark.getAttribute('aria-pressed') === 'true', 'the turn');
  assert.deepEqual(requests.map(({ line }) => line).slice(1), ['POST /entries/5/favorite']);
  answer(json({ detail: 'x' }, { status: 500 }));
  await eventually(() => mark.getAttribute('aria-pressed') === 'false', 'the turn back');
});

test('a cat is drawn as its note tells, and the same name the same way', () => {
  const coat = (text, nickname = null, id = 1) => coatOf({ text, nickname, id });
  assert.equal(coat('Black and white tom'), 'tuxedo');
  assert.equal(coat('schwarz-weiße Katze'), 'tuxedo');
  assert.equal(coat('Schwarzer Kater'), 'soot');
  assert.equal(coat('ein roter Kater'), 'marmalade');
  assert.equal(coat('GINGER'), 'marmalade');
  assert.equal(coat('a tortoiseshell, not black'), 'tortie');
  assert.equal(coat('no word of it', 'Miso', 1), coat('nor here', 'miso', 2));
});

test('sleep and tipped ears are read from the note', () => {
  for (const text of ['asleep on a car', 'schläft']) assert.ok(isAsleep(text), text);
  assert.ok(!isAsleep('wide awake'));
  for (const text of ['left ear tipped', 'ear-tipped', 'linkes Ohr gekerbt']) assert.ok(isEarTipped(text), text);
  assert.ok(!isEarTipped('heard near the tip'));
});

test('plates are numbered and lit by the hour', () => {
  assert.deepEqual([plateNumber(7), plateNumber(123_456)], ['Nº 0007', 'Nº 123456']);
  assert.deepEqual([2, 6, 12, 18, 22].map((hour) => lightOf(new Date(2026, 0, 1, hour))), ['night', 'dawn', 'day', 'dusk', 'night']);
});
