// The page of one sighting, in German.

/** @type {import('../../lib/i18n.js').Translated<typeof import('../en/entry.js').default>} */
export default {
  entryTitle: 'Eine Sichtung',
};
