// Signing in, registering and setting up, in German.

/** @type {import('../../lib/i18n.js').Translated<typeof import('../en/doors.js').default>} */
export default {
  doorsTitle: 'Anmelden',
};
