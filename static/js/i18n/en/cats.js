// The gallery of cats, in English.

export default {
  catsTitle: 'Cats',
  catsTotal: '{n|# cat known by name or face|# cats known by name or face}',
  loadingCats: 'Calling the cats …',
  catsSeen: '{n|seen once|seen # times}',
  catsNew: 'Add a cat',
  catsName: 'What is it called?',
  catsAdd: 'Add',
  catsCancel: 'Cancel',
  catsMore: 'Show more cats ({n})',
  catsFailed: 'The cats did not come',
  catsNone: 'No cats yet',
  catsNoneText: 'A sighting becomes a cat once somebody says which one it is: open a sighting, or ask the map who lives somewhere.',
};
