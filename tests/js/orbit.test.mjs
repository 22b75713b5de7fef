import assert from "node:assert/strict";
import { test } from "node:test";
import { Orbit } from "../../web/static/js/visit/practice/orbit.js";
import { orbited } from "../../web/static/js/visit/panel/preview.js";
import { dragged, neared } from "../../web/static/js/visit/practice/turning.js";
import { Time } from "./fakes.mjs";

const FRONT = { view: "front", around: 0, above: 0, nearer: 1 };

/** A hand, and what its audience was told of it. */
function hand() {
  const time = new Time();
  const news = { seen: [], told: [], ended: [] };
  const audience = Object.fromEntries(Object.entries(news).map(([kind, aims]) => [kind, (aim) => aims.push(aim)]));
  return { time, news, audience, orbit: new Orbit(time.timers) };
}

test("one's own screen follows each movement, the others four times a second, and the end is told in any case", () => {
  const { time, news, audience, orbit } = hand();
  orbit.take(1, { x: 0, y: 0 }, FRONT, audience);
  for (let x = 1; x <= 50; x += 1) {
    orbit.move(1, { x, y: 0 });
    time.pass(20);
  }
  orbit.leave(1);
  assert.equal(news.seen.length, 50);
  assert.ok(news.told.length >= 3 && news.told.length <= 5, `${news.told.length} times in a second`);
  assert.deepEqual(news.ended, [{ ...FRONT, around: -25 }]);
  time.pass(1_000);
  assert.equal(news.ended.length, 1);
  assert.equal(orbit.isHeld, false);
});

test("small movements add up, and what is told is in whole degrees", () => {
  const { news, audience, orbit } = hand();
  orbit.take(1, { x: 0, y: 0 }, FRONT, audience);
  for (let x = 0.3; x < 20.1; x += 0.3) orbit.move(1, { x: -x, y: 0 });
  orbit.leave(1);
  assert.equal(news.ended[0].around, 10);
});

test("a hand that only touches turns nothing", () => {
  const { news, audience, orbit } = hand();
  orbit.take(1, { x: 5, y: 5 }, FRONT, audience);
  orbit.leave(1);
  orbit.move(1, { x: 9, y: 9 });
  assert.deepEqual(news, { seen: [], told: [], ended: [] });
});

test("two fingers that part come nearer, and one that goes on alone turns", () => {
  const { news, audience, orbit } = hand();
  orbit.take(1, { x: 0, y: 0 }, FRONT, audience);
  orbit.take(2, { x: 100, y: 0 }, FRONT, audience);
  orbit.move(2, { x: 150, y: 0 });
  orbit.leave(2);
  orbit.move(1, { x: -10, y: 0 });
  orbit.leave(1);
  assert.deepEqual(news.ended, [{ ...FRONT, nearer: 1.5, around: 5 }]);
});

test("a wheel is done when it has rested", () => {
  const { time, news, audience, orbit } = hand();
  for (let turn = 0; turn < 4; turn += 1) {
    orbit.wheel(-20, FRONT, audience);
    time.pass(50);
  }
  assert.deepEqual(news.ended, []);
  time.pass(500);
  assert.deepEqual(news.ended, [{ ...FRONT, nearer: 1.49 }]);
});

test("the figure goes with the hand, also in a mirror, and never further than its buttons take it", () => {
  assert.equal(dragged(FRONT, 100, 0).around, -50);
  assert.equal(dragged({ ...FRONT, is_mirrored: true }, 100, 0).around, 50);
  assert.equal(dragged(FRONT, 720, 0).around, 0);
  for (const view of ["oblique", "front", "rear", "lateral_left", "lateral_right", "top", "foot_end"]) {
    for (const y of [-5_000, 5_000]) {
      const { above } = dragged({ ...FRONT, view }, 0, y);
      assert.ok(above >= -60 && above <= 80, `${view} ${above}`);
    }
  }
  assert.deepEqual([neared(FRONT, 99).nearer, neared(FRONT, 0.01).nearer], [2.5, 0.6]);
});

test("only what the hand is on is seen as it turns it", () => {
  const demonstration = { number: 7, aim: FRONT };
  const turned = { ...FRONT, around: 40 };
  const state = (orbit) => ({ panel: { orbit }, view: { type: "visit", practice: { demonstration } } });
  assert.equal(orbited(state({ number: 7, aim: turned })).view.practice.demonstration.aim, turned);
  for (const orbit of [null, { number: 6, aim: turned }]) assert.equal(orbited(state(orbit)).view.practice.demonstration.aim, FRONT);
});
