// The pages for admins, in German.

/** @type {import('../../lib/i18n.js').Translated<typeof import('../en/admin.js').default>} */
export default {
  adminTitle: 'Verwaltung',
};
