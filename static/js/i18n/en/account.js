// The own account, in English.

export default {
  accountTitle: 'Your account',
};
