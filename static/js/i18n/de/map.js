// The map, in German.

/** @type {import('../../lib/i18n.js').Translated<typeof import('../en/map.js').default>} */
export default {
  mapTitle: 'Karte',
};
