// Signing in, registering and setting up, in English.

export default {
  doorsTitle: 'Sign in',
};
