// The list of cats, in German.

/** @type {import('../../lib/i18n.js').Translated<typeof import('../en/cats.js').default>} */
export default {
  catsTitle: 'Katzen',
};
