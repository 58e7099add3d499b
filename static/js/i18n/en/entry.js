// The page of one sighting, in English.

export default {
  entryTitle: 'A sighting',
};
