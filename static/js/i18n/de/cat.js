// The page of one cat, in German.

/** @type {import('../../lib/i18n.js').Translated<typeof import('../en/cat.js').default>} */
export default {
  catTitle: 'Eine Katze',
};
