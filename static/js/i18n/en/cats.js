// The list of cats, in English.

export default {
  catsTitle: 'Cats',
};
