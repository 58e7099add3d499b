// Without a network, in English.

export default {
  waitTitle: 'Connection',
  waitKept: 'The atlas cannot be reached. This is as it was {ago}.',
  waitCount: '{n|sighting waits to be sent|sightings wait to be sent}',
  waitRefused: '{n|sighting was not taken|sightings were not taken}',
  waitSend: 'Send now',
  waitDiscard: 'Discard',
  waitArrived: 'Sent: {number}.',
  waitConflict: 'Something else was sent under the same key. Trying again sends it under a new one.',
  waitGone: 'It was logged already, and somebody has deleted it since.',
  waitSignIn: 'Please sign in, then try again.',
  waitNewer: 'A new version of CatAtlas is ready.',
};
