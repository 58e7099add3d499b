// A cat drawn from what was written about it: what a sighting without a photo shows.

import { html } from '../../vendor/preact.js';

/** @typedef {{ fur: string, mark: string, eyes: string, pattern: 'plain' | 'stripes' | 'patches' | 'points' | 'bib', patch?: string }} Coat */
/** @typedef {{ text: string, nickname: string | null, id: number }} Described */

/** @type {Record<string, Coat>} */
const coats = {
  tortie: { fur: '#4a3a33', mark: '#d9853b', eyes: '#a3ad3f', pattern: 'patches' },
  calico: { fur: '#f3ead9', mark: '#d9853b', eyes: '#c58a2c', pattern: 'patches', patch: '#3f3a3a' },
  tuxedo: { fur: '#3b3a42', mark: '#f6f0e4', eyes: '#a9bd45', pattern: 'bib' },
  siamese: { fur: '#eadcc4', mark: '#6a564b', eyes: '#5f9cc4', pattern: 'points' },
  marmalade: { fur: '#e08a3c', mark: '#bf6722', eyes: '#5d8a3c', pattern: 'stripes' },
  soot: { fur: '#3b3a42', mark: '#2a2930', eyes: '#e2b33c', pattern: 'plain' },
  blue: { fur: '#8390a0', mark: '#657284', eyes: '#d8952f', pattern: 'plain' },
  snow: { fur: '#f3ead9', mark: '#ddd0b8', eyes: '#4f86a3', pattern: 'plain' },
  tabby: { fur: '#a58a68', mark: '#6f5a41', eyes: '#6c8a3a', pattern: 'stripes' },
};

/** Words for coats, English and German, the more telling first: a black-and-white cat is not a black one. @type {[RegExp, string][]} */
const coatWords = [
  [/\b(tortie|tortoiseshell|schildpatt)/, 'tortie'],
  [/\b(calico|tricolou?r|dreifarbig|glückskatze)/, 'calico'],
  [/\b(tuxedo|black (and|&) white|black-and-white|schwarz[- ]?(und )?wei(ß|ss))/, 'tuxedo'],
  [/\b(siam|cream|creme)/, 'siamese'],
  [/\b(ginger|marmalade|orange|red (tom|tabby|cat)|rot(e[rs]?|getigert\w*)\b|fuchsrot)/, 'marmalade'],
  [/\b(black|schwarz)/, 'soot'],
  [/\b(gr[ea]y|grau|(blue|blau\w*)(?! (eye|aug)))/, 'blue'],
  [/\b(white|wei(ß|ss)(e[rs]?)?\b)/, 'snow'],
  [/\b(tabby|stripe|striped|tiger|getigert|brown|braun)/, 'tabby'],
];

/** A small number from a name, always the same one. @param {string} name */
const hash = (name) => [...name].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 65_521, 7);

/** The coat a note speaks of. Where it speaks of none, the same nickname gets the same coat every time. @param {Described} entry */
export function coatOf({ text, nickname, id }) {
  const words = text.toLowerCase();
  const told = coatWords.find(([pattern]) => pattern.test(words))?.[1];
  const names = Object.keys(coats);
  return told ?? names[hash(nickname?.toLowerCase() ?? String(id)) % names.length];
}

/** @param {string} text */
export const isAsleep = (text) => /\b(asleep|sleep|nap|napping|doz(ing|ed)|snooz|schl[aä]f|schlief|döst|döse)/.test(text.toLowerCase());

/** A straight cut on an ear says: neutered, and somebody looks after this colony. @param {string} text */
export const isEarTipped = (text) => /\b(ear[- ]?tip|(tipped|clipped|notched) (left |right )?ear|(left |right )?ear (is )?(tipped|clipped|notched)|ohr(kerb|mark|spitze)|(linkes |rechtes )?ohr gekerbt|gekerbtes ohr)/.test(text.toLowerCase());

const wholeEar = 'c5-6 14-11 22-11 3 9 3 19 1 27';
const tippedEar = 'c3-3.600 7.500-6.700 12-8.700l10.700 5.200c.900 7 .900 13 .300 19.500';

/** Chest and shoulders, square to the frame. @param {{ coat: Coat }} props */
function Body({ coat: { fur, mark, pattern, patch = mark } }) {
  return html`<path d="M22 108c-2-25 8-42 38-42s40 17 38 42z" fill=${fur} /><path d="M46 108c0-15 5-23 14-23s14 8 14 23z" fill="#fffaf0" opacity=${pattern === 'bib' ? 0.96 : 0.5} />
    ${pattern === 'stripes' && html`<path d="M27 92l12-3v3.500l-13 4.500zM93 92l-12-3v3.500l13 4.500zM25 102l13-3v4l-14 3.500zM95 102l-13-3v4l14 3.500z" fill=${mark} />`}
    ${pattern === 'patches' && html`<path d="M23 99c8-8 18-5 19 3 0 2 0 4-.500 6H22z" fill=${patch} />`}`;
}

/** @param {{ coat: Coat, ear: string }} props `ear` is the outline of the ear that may be tipped */
function Pattern({ coat: { pattern, mark, patch = mark }, ear }) {
  if (pattern === 'stripes') {
    return html`<g fill=${mark}><path d="M51 37l3.500 13h2.500l1.500-14zM61.500 36l1.500 14h2.500l3.500-13zM27.500 60l12-1.500v3.200L28 64zM92.500 60l-12-1.500v3.200L92 64zM29 69l10-2v3l-9 3zM91 69l-10-2v3l9 3z" /></g>`;
  }
  if (pattern === 'patches') {
    return html`<path d=${`M60 34.400c4-.100 7.500 0 11 .600${ear}c1.500 3.500 2 6.500 2 9.500-9 8-29 4-34-6-3-6-4-14-2-20.100z`} fill=${mark} />
      <path d="M27 24c6 0 13 3 18 7-2 9-9 17-18.500 20.500C24 42 24 33 27 24z" fill=${patch} />`;
  }
  if (pattern === 'points') {
    return html`<g fill=${mark}><path d=${`M27 24c8 0 17 5 22 11-8 3-17 8-23 16-2-8-2-18 1-27zM71 35${ear}c-6-8-15-13-23-16z`} /><path d="M60 47c9 0 17 9 18 20 0 10-8 19-18 19s-18-9-18-19c1-11 9-20 18-20z" opacity=".82" /></g>`;
  }
  if (pattern === 'bib') return html`<path d="M60 46c4 9 15 15 19 24 0 11-9 19.500-19 19.500S41 81 41 70c4-9 15-15 19-24z" fill=${mark} />`;
  return null;
}

/** @param {{ coat: string, seed?: number, asleep?: boolean, tipped?: boolean }} props */
export function CatFace({ coat: name, seed = 0, asleep = false, tipped = false }) {
  const coat = coats[name] ?? coats.tabby;
  const dark = name === 'soot' || name === 'tuxedo' || name === 'tortie';
  const ear = tipped ? tippedEar : wholeEar;
  const line = dark ? '#f2e6d2' : '#2a1d14';
  return html`<svg class="cat-face" viewBox="0 14 120 94" preserveAspectRatio="xMidYMax meet" aria-hidden="true" data-coat=${name}>
    <${Body} coat=${coat} />
    <g transform=${`rotate(${((seed * 37) % 13) - 6} 60 84)`}>
      <path d=${`M27 24c8 0 17 5 22 11 7-2 15-2 22 0${ear}c3 6 3 12 1 17-5 15-19 22-35 22S30 83 25 68c-2-5-2-11 1-17-2-8-2-18 1-27z`} fill=${coat.fur} />
      <${Pattern} coat=${coat} ear=${ear} />
      <path d="M32 31c4 1 9 4 11 7-4 2-8 5-10 8-2-5-2-10-1-15zM88 32c-4 1-9 3-11 6 4 2 8 5 10 8 2-5 2-9 1-14z" fill="#e9a79b" opacity=".9" />
      ${asleep
        ? html`<path d="M38.500 60c3.500 4.500 11 4.500 14.500 0M67 60c3.500 4.500 11 4.500 14.500 0" fill="none" stroke=${line} stroke-width="2" stroke-linecap="round" />`
        : html`<g class="eyes"><ellipse cx="46" cy="60" rx="7" ry="7.400" fill=${coat.eyes} /><ellipse cx="74" cy="60" rx="7" ry="7.400" fill=${coat.eyes} />
            <ellipse cx="46" cy="60" rx="2.200" ry="6.200" fill="#17130f" /><ellipse cx="74" cy="60" rx="2.200" ry="6.200" fill="#17130f" />
            <circle cx="48.200" cy="57" r="1.500" fill="#fff" /><circle cx="76.200" cy="57" r="1.500" fill="#fff" /></g>`}
      <path d="M55.500 70.500c2-1 7-1 9 0 .500 2.500-2.500 5-4.500 5.500-2-.500-5-3-4.500-5.500z" fill="#d97f78" />
      <path d="M60 76v3.500m0 0c-1.500 4-8 4-9.500.500m9.500-.500c1.500 4 8 4 9.500.500" fill="none" stroke=${coat.pattern === 'bib' ? '#2a1d14' : line} stroke-width="1.500" stroke-linecap="round" />
      <path d="M37 73l-20-4m20 7.500l-20 3M83 73l20-4m-20 7.500l20 3" stroke=${line} stroke-width=".900" opacity=".55" stroke-linecap="round" />
    </g></svg>`;
}
