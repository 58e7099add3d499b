// The own account, in German.

/** @type {import('../../lib/i18n.js').Translated<typeof import('../en/account.js').default>} */
export default {
  accountTitle: 'Dein Konto',
};
