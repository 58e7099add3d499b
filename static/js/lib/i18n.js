// The words of the page: messages, numbers and times in the language of the person.

import { computed, signal } from '../../vendor/preact.js';

/**
 * All messages: those of i18n/en.js, which every page needs, and those of each noun.
 * @typedef {typeof import('../i18n/en.js').default & typeof import('../i18n/en/account.js').default & typeof import('../i18n/en/admin.js').default
 *   & typeof import('../i18n/en/cat.js').default & typeof import('../i18n/en/cats.js').default & typeof import('../i18n/en/doors.js').default
 *   & typeof import('../i18n/en/entry.js').default & typeof import('../i18n/en/map.js').default
 *   & typeof import('../i18n/en/offline.js').default} English
 */
/** @typedef {keyof English} Key */
/** What another language says for each of those messages. @template T @typedef {Record<keyof T, string>} Translated */

/** Every language, by its own name. Each comes when it is wanted; theme-boot.js calls for the first one early. */
export const languages = { en: 'English', de: 'Deutsch' };
/** @typedef {keyof typeof languages} Language */
/** Those that are written from right to left. None is spoken yet; the page is ready for them. */
const fromRight = new Set(['ar', 'fa', 'he', 'ur']);

export const language = signal(/** @type {Language} */ ('en'));
const messages = signal(/** @type {Record<string, string>} */ ({}));
/** The nouns whose messages are wanted beside those of every page. @type {Set<string>} */
const nouns = new Set();
const formats = computed(() => {
  // The browser's region, where it speaks this language too: dates are not the same in London and New York.
  const tag = navigator.languages.find((wish) => primary(wish) === language.value) ?? language.value;
  return {
    plural: new Intl.PluralRules(tag),
    number: new Intl.NumberFormat(tag),
    ago: new Intl.RelativeTimeFormat(tag, { numeric: 'auto' }),
    moment: new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeStyle: 'short' }),
    day: new Intl.DateTimeFormat(tag, { dateStyle: 'medium' }),
    month: new Intl.DateTimeFormat(tag, { month: 'short', year: 'numeric', timeZone: 'UTC' }),
  };
});

/** "de" of "de-AT". @param {string} tag */
const primary = (tag) => tag.split('-')[0].toLowerCase();

/** @param {string} tag @returns {tag is Language} */
const isKnown = (tag) => Object.hasOwn(languages, tag);

/** @param {Language} wanted @param {string} noun @returns {Promise<Record<string, string>>} */
const ofNoun = async (wanted, noun) => (await import(`../i18n/${wanted}/${noun}.js`)).default;
/** @param {Language} wanted @returns {Promise<Record<string, string>>} */
const ofEveryPage = async (wanted) => (await import(`../i18n/${wanted}.js`)).default;

/** Shows the page in `wanted`. Rejects, changing nothing, where its messages cannot be loaded. @param {Language} wanted */
export async function setLanguage(wanted) {
  const parts = await Promise.all([ofEveryPage(wanted), ...[...nouns].map((noun) => ofNoun(wanted, noun))]);
  messages.value = Object.assign({}, ...parts);
  language.value = wanted;
  document.documentElement.lang = wanted;
  document.documentElement.dir = fromRight.has(wanted) ? 'rtl' : 'ltr';
}

/** Adds the messages of a noun, in the language that is spoken and from now on. @param {string} noun */
export async function loadWords(noun) {
  const words = await ofNoun(language.value, noun);
  nouns.add(noun);
  messages.value = { ...messages.value, ...words };
}

/** The language chosen here before, else the first of the browser's that we speak. @param {string | null} chosen @returns {Language} */
export function preferredLanguage(chosen) {
  const wishes = [chosen ?? '', ...navigator.languages].map(primary);
  return wishes.find(isKnown) ?? 'en';
}

/** A message with its blanks filled in; see i18n/en.js for the notation. @param {Key} key @param {Record<string, string | number>} [values] */
export function t(key, values = {}) {
  const { plural } = formats.value;
  return messages.value[key].replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (_, name, one, other) => {
    const value = values[name] ?? '';
    if (one === undefined) return String(value);
    return (plural.select(Number(value)) === 'one' ? one : other).replace('#', number(Number(value)));
  });
}

/** @param {number} n */
export const number = (n) => formats.value.number.format(n);

const units = /** @type {const} */ ([
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
]);

/** "2 hours ago". A clock that runs ahead of the server's must not put a sighting into the future: that reads "now". @param {Date} time @param {number} now */
export function ago(time, now) {
  const seconds = Math.max(0, (now - time.getTime()) / 1000);
  const [unit, length] = units.find(([, size]) => seconds >= size) ?? ['second', Infinity];
  return formats.value.ago.format(-Math.floor(seconds / length), unit);
}

/** "10 Jan 2026, 22:27" in the person's own time zone. @param {Date} time */
export const moment = (time) => formats.value.moment.format(time);
/** "10 Jan 2026". @param {Date} time */
export const day = (time) => formats.value.day.format(time);
/** "Jan 2026", in UTC as the server counts months. @param {Date} time */
export const month = (time) => formats.value.month.format(time);
