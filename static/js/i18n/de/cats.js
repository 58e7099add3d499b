// Die Galerie der Katzen, auf Deutsch.

export default {
  catsTitle: 'Katzen',
  catsTotal: '{n|# Katze, die man kennt|# Katzen, die man kennt}',
  loadingCats: 'Die Katzen werden gerufen …',
  catsSeen: '{n|einmal gesehen|#-mal gesehen}',
  catsNew: 'Katze hinzufügen',
  catsName: 'Wie heißt sie?',
  catsAdd: 'Hinzufügen',
  catsCancel: 'Abbrechen',
  catsMore: 'Weitere Katzen zeigen ({n})',
  catsFailed: 'Die Katzen kamen nicht',
  catsNone: 'Noch keine Katzen',
  catsNoneText: 'Aus einer Sichtung wird eine Katze, sobald jemand sagt, welche es ist: Öffne eine Sichtung, oder frag die Karte, wer wo wohnt.',
};
