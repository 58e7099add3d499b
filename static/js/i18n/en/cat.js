// The page of one cat, in English.

export default {
  catTitle: 'A cat',
};
