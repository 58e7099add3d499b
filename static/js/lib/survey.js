// The geometry of the map: boxes, hulls, distances, the places of a fan of pins, and months.

/** @typedef {{ lat: number, lon: number }} Point */
/** @typedef {{ west: number, south: number, east: number, north: number }} Box */

/** @param {number} lon */
const wrapped = (lon) => ((((lon + 180) % 360) + 360) % 360) - 180;

/** A box as the server takes it: a map may be panned around the world, degrees may not. @param {Box} box */
export function bboxOf({ west, south, east, north }) {
  const round = (/** @type {number} */ degrees) => String(Math.round(degrees * 1e6) / 1e6);
  const [w, e] = east - west >= 360 ? [-180, 180] : [wrapped(west), wrapped(east)];
  return [round(w), round(Math.max(-90, south)), round(e), round(Math.min(90, north))].join(',');
}

/** @param {string} bbox @returns {Box} */
export function boxOf(bbox) {
  const [west, south, east, north] = bbox.split(',').map(Number);
  return { west, south, east, north };
}

/** @param {Box} outer @param {Box} inner */
export const holds = (outer, inner) => outer.west <= inner.west && outer.south <= inner.south && outer.east >= inner.east && outer.north >= inner.north;

/** A box with so much of its own size around it. @param {Box} box @param {number} share @returns {Box} */
export function padded({ west, south, east, north }, share) {
  const [dx, dy] = [(east - west) * share, (north - south) * share];
  return { west: west - dx, south: Math.max(-90, south - dy), east: east + dx, north: Math.min(90, north + dy) };
}

/** Metres along the ground (haversine), as the server reckons. @param {Point} a @param {Point} b */
export function distance(a, b) {
  const rad = Math.PI / 180;
  const [half, side] = [Math.sin(((b.lat - a.lat) * rad) / 2), Math.sin(((b.lon - a.lon) * rad) / 2)];
  return 2 * 6_371_000 * Math.asin(Math.sqrt(Math.min(1, half * half + Math.cos(a.lat * rad) * Math.cos(b.lat * rad) * side * side)));
}

/** The points around all others, counter-clockwise (Andrew's monotone chain). @param {Point[]} points @returns {Point[]} */
export function hull(points) {
  const sorted = [...points].sort((a, b) => a.lon - b.lon || a.lat - b.lat);
  if (sorted.length < 3) return sorted;
  const turn = (/** @type {Point} */ o, /** @type {Point} */ a, /** @type {Point} */ b) => (a.lon - o.lon) * (b.lat - o.lat) - (a.lat - o.lat) * (b.lon - o.lon);
  const half = (/** @type {Point[]} */ list) => {
    const chain = /** @type {Point[]} */ ([]);
    for (const point of list) {
      while (chain.length > 1 && turn(chain[chain.length - 2], chain[chain.length - 1], point) <= 0) chain.pop();
      chain.push(point);
    }
    return chain.slice(0, -1);
  };
  return [...half(sorted), ...half(sorted.reverse())];
}

/** A hull with room around its points, in metres: each point is a ring first, so that two make a shape and one a circle. @param {Point[]} points @param {number} room @returns {Point[]} */
export function roomyHull(points, room) {
  const ring = points.flatMap(({ lat, lon }) => Array.from({ length: 12 }, (_, n) => {
    const angle = (n * Math.PI) / 6;
    return { lat: lat + (room * Math.sin(angle)) / 111_195, lon: lon + (room * Math.cos(angle)) / (111_195 * Math.max(0.01, Math.cos((lat * Math.PI) / 180))) };
  }));
  return hull(ring);
}

/** Where the pins of a stack go when it fans out, in pixels from its middle: a circle, or a spiral of many. @param {number} count */
export function fan(count) {
  if (count <= 8) {
    const radius = Math.max(46, (count * 40) / (2 * Math.PI));
    return Array.from({ length: count }, (_, n) => ({ x: Math.round(radius * Math.sin((n * 2 * Math.PI) / count)), y: Math.round(-radius * Math.cos((n * 2 * Math.PI) / count)) }));
  }
  let angle = 0;
  return Array.from({ length: count }, () => {
    // A spiral whose turns are 40 pixels apart.
    const radius = 46 + (40 * angle) / (2 * Math.PI);
    const at = { x: Math.round(radius * Math.sin(angle)), y: Math.round(-radius * Math.cos(angle)) };
    angle += 38 / radius;
    return at;
  });
}

/** "52.520° N 13.405° E", finer the closer one looks. @param {Point} point @param {number} zoom */
export function degrees({ lat, lon }, zoom) {
  const digits = zoom > 9 ? 3 : zoom > 5 ? 1 : 0;
  return `${Math.abs(lat).toFixed(digits)}° ${lat < 0 ? 'S' : 'N'} ${Math.abs(lon).toFixed(digits)}° ${lon < 0 ? 'W' : 'E'}`;
}

/** "2026-01" as a number that counts months, and back. @param {string} month */
export const monthNumber = (month) => Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1;
/** @param {number} number */
export const monthName = (number) => `${String(Math.floor(number / 12)).padStart(4, '0')}-${String((number % 12) + 1).padStart(2, '0')}`;

/** Every month from the first to the last, the empty ones too. @param {{ month: string, count: number }[]} months */
export function timeline(months) {
  if (!months.length) return [];
  const counts = new Map(months.map(({ month, count }) => [monthNumber(month), count]));
  const [first, last] = [monthNumber(months[0].month), monthNumber(months[months.length - 1].month)];
  return Array.from({ length: last - first + 1 }, (_, n) => ({ month: monthName(first + n), count: counts.get(first + n) ?? 0 }));
}

/**
 * The cats among the sightings of an area, those seen most first, and how many sightings are of no cat.
 * @param {{ cat_id: number | null, cat_name: string | null, created_at: string }[]} sightings newest first
 */
export function residents(sightings) {
  const cats = new Map();
  for (const { cat_id, cat_name, created_at } of sightings) {
    if (cat_id === null) continue;
    const known = cats.get(cat_id);
    if (known) known.count += 1;
    else cats.set(cat_id, { id: cat_id, name: cat_name, count: 1, lastSeen: created_at });
  }
  return [...cats.values()].sort((a, b) => b.count - a.count || a.id - b.id);
}
