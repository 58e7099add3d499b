import assert from 'node:assert/strict';
import test from 'node:test';

import { bboxOf, boxOf, degrees, distance, fan, holds, hull, monthName, monthNumber, padded, residents, roomyHull, timeline } from '../../../static/js/lib/survey.js';

test('a box that was panned around the world is one of degrees', () => {
  assert.equal(bboxOf({ west: 13.1, south: 52.4, east: 13.6, north: 52.7 }), '13.1,52.4,13.6,52.7');
  assert.equal(bboxOf({ west: 178, south: -20, east: 183, north: -15 }), '178,-20,-177,-15');
  assert.equal(bboxOf({ west: -400, south: -95, east: 400, north: 95 }), '-180,-90,180,90');
  assert.deepEqual(boxOf('1,2,3,4'), { west: 1, south: 2, east: 3, north: 4 });
});

test('what is on the page already need not be asked for', () => {
  const box = { west: 0, south: 0, east: 10, north: 10 };
  assert.ok(holds(padded(box, 0.5), box));
  assert.ok(!holds(box, padded(box, 0.1)));
  assert.deepEqual(padded({ west: 0, south: -89, east: 10, north: 89 }, 1), { west: -10, south: -90, east: 20, north: 90 });
});

test('a hull goes around all points, and one or two make a shape too', () => {
  const square = [{ lat: 0, lon: 0 }, { lat: 0, lon: 1 }, { lat: 1, lon: 1 }, { lat: 1, lon: 0 }];
  assert.equal(hull([...square, { lat: 0.5, lon: 0.5 }]).length, 4);
  for (const points of [[{ lat: 52.5, lon: 13.4 }], [{ lat: 52.5, lon: 13.4 }, { lat: 52.501, lon: 13.4 }]]) {
    const around = roomyHull(points, 20);
    assert.ok(around.length >= 12);
    for (const corner of around) assert.ok(Math.min(...points.map((point) => distance(point, corner))) < 20.5);
  }
});

test('distances are those of the server', () => {
  assert.equal(Math.round(distance({ lat: 52.52, lon: 13.405 }, { lat: 48.1374, lon: 11.5755 })), 504_286);
  assert.equal(distance({ lat: 1, lon: 2 }, { lat: 1, lon: 2 }), 0);
});

test('the pins of a fan do not cover each other', () => {
  for (const count of [2, 5, 8, 9, 24, 40]) {
    const pins = fan(count);
    assert.equal(pins.length, count);
    pins.forEach((one, n) => pins.slice(n + 1).forEach((other) => assert.ok(Math.hypot(one.x - other.x, one.y - other.y) >= 28, `${count}: ${n}`)));
  }
});

test('degrees are told as finely as the map shows them', () => {
  assert.equal(degrees({ lat: 52.52, lon: 13.405 }, 14), '52.520° N 13.405° E');
  assert.equal(degrees({ lat: -33.9, lon: -70.66 }, 3), '34° S 71° W');
});

test('months are counted, the empty ones too', () => {
  assert.deepEqual(timeline([{ month: '2025-11', count: 2 }, { month: '2026-01', count: 3 }]).map(({ month, count }) => `${month} ${count}`), ['2025-11 2', '2025-12 0', '2026-01 3']);
  assert.deepEqual(timeline([]), []);
  assert.equal(monthName(monthNumber('2026-12') + 1), '2027-01');
});

test('who lives in an area is told by how often they were seen', () => {
  const seen = (cat_id, created_at) => ({ cat_id, cat_name: cat_id && `cat ${cat_id}`, created_at });
  const found = residents([seen(2, 'c'), seen(null, 'b'), seen(1, 'b'), seen(1, 'a')]);
  assert.deepEqual(found, [{ id: 1, name: 'cat 1', count: 2, lastSeen: 'b' }, { id: 2, name: 'cat 2', count: 1, lastSeen: 'c' }]);
});
