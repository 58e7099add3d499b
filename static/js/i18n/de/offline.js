// Ohne Netz, auf Deutsch.

export default {
  waitTitle: 'Verbindung',
  waitKept: 'Der Atlas ist nicht zu erreichen. Stand: {ago}.',
  waitCount: '{n|Sichtung wartet aufs Absenden|Sichtungen warten aufs Absenden}',
  waitRefused: '{n|Sichtung wurde nicht angenommen|Sichtungen wurden nicht angenommen}',
  waitSend: 'Jetzt senden',
  waitDiscard: 'Verwerfen',
  waitArrived: 'Gesendet: {number}.',
  waitConflict: 'Unter demselben Schlüssel kam schon etwas anderes an. Ein neuer Versuch nimmt einen neuen.',
  waitGone: 'Sie war schon eingetragen, und jemand hat sie seither gelöscht.',
  waitSignIn: 'Bitte melde dich an und versuch es noch einmal.',
  waitNewer: 'Eine neue Version von CatAtlas ist da.',
};
