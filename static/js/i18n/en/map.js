// The map, in English.

export default {
  mapTitle: 'Map',
};
