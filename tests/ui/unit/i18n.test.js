import './setup.js';
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import test from 'node:test';

const { ago, languages, loadWords, moment, number, preferredLanguage, setLanguage, t } = await import('../../../static/js/lib/i18n.js');
const js = new URL('../../../static/js/', import.meta.url);
const wordsIn = async (path) => (await import(new URL(`i18n/${path}.js`, js))).default;
const nouns = (await readdir(new URL('i18n/en/', js))).map((name) => name.replace(/\.js$/, '')).sort();
/** The files of a language: the one of every page, and one a noun. */
const filesOf = (tag) => [tag, ...nouns.map((noun) => `${tag}/${noun}`)];

test('every language has every message, with the same blanks', async () => {
  const blanks = (message) => [...message.matchAll(/\{(\w+)/g)].map(([, name]) => name).sort();
  const present = (await readdir(new URL('i18n/', js), { recursive: true })).filter((path) => path.endsWith('.js'));
  assert.deepEqual(present.sort(), Object.keys(languages).flatMap(filesOf).map((path) => `${path}.js`).sort());
  for (const tag of Object.keys(languages)) {
    for (const [n, file] of filesOf(tag).entries()) {
      const [messages, english] = [await wordsIn(file), await wordsIn(filesOf('en')[n])];
      assert.deepEqual(Object.keys(messages).sort(), Object.keys(english).sort(), file);
      for (const key of Object.keys(english)) {
        assert.notEqual(messages[key].trim(), '', `${file} ${key}`);
        assert.deepEqual(blanks(messages[key]), blanks(english[key]), `${file} ${key}`);
      }
    }
  }
});

test('no message is said twice by the files of one language', async () => {
  const keys = (await Promise.all(filesOf('en').map(wordsIn))).flatMap(Object.keys);
  assert.deepEqual(keys.filter((key, n) => keys.indexOf(key) !== n), []);
});

test('no message is left that nothing says', async () => {
  const files = (await readdir(js, { recursive: true })).filter((path) => path.endsWith('.js') && !path.startsWith('i18n'));
  const code = (await Promise.all(files.map((path) => readFile(new URL(path, js), 'utf8')))).join('\n');
  const keys = (await Promise.all(filesOf('en').map(wordsIn))).flatMap(Object.keys);
  assert.deepEqual(keys.filter((key) => !new RegExp(`'${key}'`).test(code)), []);
});

test('the words of a noun come when it is wanted, and in every language from then on', async (context) => {
  context.after(() => setLanguage('en'));
  await loadWords('cats');
  assert.equal(t('catsTitle'), 'Cats');
  await setLanguage('de');
  assert.equal(t('catsTitle'), 'Katzen');
  assert.equal(document.documentElement.dir, 'ltr');
});

test('numbers pick their plural and are grouped', async (context) => {
  context.after(() => setLanguage('en'));
  assert.equal(t('total', { n: 1 }), '1 sighting so far');
  assert.equal(t('total', { n: 1234 }), '1,234 sightings so far');
  await setLanguage('de');
  assert.equal(t('total', { n: 1234 }), '1.234 Sichtungen bisher');
  assert.equal(document.documentElement.lang, 'de');
  assert.equal(number(0.5), '0,5');
});

test('what is filled into a blank is not read as a pattern', () => {
  assert.equal(t('photoOf', { name: '$& {n|a|b}' }), 'Photo of $& {n|a|b}');
});

test('times are told from now on, never into the future', async (context) => {
  context.after(() => setLanguage('en'));
  const now = Date.parse('2026-03-01T12:00:00Z');
  const told = (time) => ago(new Date(time), now);
  assert.equal(told('2026-03-01T11:59:30Z'), 'now');
  assert.equal(told('2026-03-01T12:05:00Z'), 'now');
  assert.equal(told('2026-03-01T10:00:01Z'), '1 hour ago');
  assert.equal(told('2026-02-28T11:00:00Z'), 'yesterday');
  assert.equal(told('2024-01-01T00:00:00Z'), '2 years ago');
  await setLanguage('de');
  assert.equal(told('2026-02-27T12:00:00Z'), 'vorgestern');
});

test('the date follows the region of the browser', () => {
  assert.match(moment(new Date(2026, 0, 10, 22, 27)), /10 Jan 2026.*22:27/);
});

test('a choice made before wins over the browser, which wins over English', (context) => {
  const languagesBefore = navigator.languages;
  const browser = (tags) => Object.defineProperty(navigator, 'languages', { configurable: true, value: tags });
  context.after(() => browser(languagesBefore));
  browser(['fr-CA', 'de-AT', 'en']);
  assert.equal(preferredLanguage(null), 'de');
  assert.equal(preferredLanguage('en'), 'en');
  assert.equal(preferredLanguage('constructor'), 'de');
  browser(['fr', 'tlh']);
  assert.equal(preferredLanguage(null), 'en');
});
