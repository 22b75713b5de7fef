import assert from "node:assert/strict";
import { test } from "node:test";
import { Easel, isCalm } from "../../web/static/js/visit/practice/easel.js";

const ENTRY = {
  version: 1, laterality: "both", held: [], timeline: [{ pose: "P0", move_s: 0, hold_s: 1 }], views: ["front"], dosage: { sets: 1, reps: 1 },
};
const shown = (number, exercise = "bridge") => ({
  number, exercise, version: 1, dosage: { sets: 1, reps: 1 }, aim: { view: "front" }, mode: "watch", is_playing: true, rate: 1,
  anchor_at: "2026-08-06T10:00:00Z", anchor_s: 0,
});
const state = (demonstration, more = {}) => ({
  view: { type: "visit", practice: { demonstration } }, exercises: { "bridge.1": { ...ENTRY, slug: "bridge" }, "clamshell.1": { ...ENTRY, slug: "clamshell" } },
  missing: new Set(), rendering: null, goodbye: null, page: { role: "patient" }, ...more,
});

class NoWebGl extends Error {}

/** An easel whose player only counts; `frame` is the next frame of whoever is followed. */
function studio({ isSoftware = false, hasWebGl = true } = {}) {
  const seen = { canDraw: true, now_ms: Date.parse("2026-08-06T10:00:01Z"), whenSeen: () => {}, whenIdle: null, pictures: 0, made: 0, warmed: 0, closed: 0, followed: 0, renderings: [], shown: [], frame: () => null };
  class Mannequin {
    get canDraw() { return seen.canDraw; }
    constructor() {
      if (!hasWebGl) throw new NoWebGl("none");
      seen.made += 1;
    }
    warm() { seen.warmed += 1; }
    show(_, wishes) { seen.shown.push(wishes); }
    rest() {}
    picture() { return { style: {}, number: (seen.pictures += 1), remove() { this.isGone = true; } }; }
    close() { seen.closed += 1; }
  }
  const follow = (_canvas, _mannequin, pose) => {
    seen.followed += 1;
    seen.frame = pose;
    return () => { seen.frame = () => null; };
  };
  const player = { Mannequin, NoWebGl, follow, prepare() {}, isSoftware: () => isSoftware };
  Object.assign(globalThis, { innerWidth: 360, innerHeight: 740 });
  globalThis.document = { createElement: () => ({ clientWidth: 3, clientHeight: 2, remove() {} }) };
  const easel = new Easel({
    load: async () => player, now_ms: () => seen.now_ms, isCalm: () => false, isHidden: () => false,
    changed: (rendering) => seen.renderings.push(rendering),
    whenSeen: (run) => { seen.whenSeen = run; },
    whenIdle: (run) => { seen.whenIdle = run; },
  });
  return { easel, seen, came: () => new Promise((resolve) => setImmediate(resolve)) };
}
const place = () => ({ append() {} });

test("one canvas serves every exercise of a visit, and is let go with it", async () => {
  const { easel, seen, came } = studio();
  easel.prepare();
  await came();
  for (const [number, slug] of [[1, "bridge"], [2, "clamshell"]]) {
    easel.check(place(), state(shown(number, slug)));
    assert.equal(typeof seen.frame(), "number");
    easel.check(null, state(null));
    assert.equal(seen.frame(), null);
  }
  assert.deepEqual([seen.made, seen.followed, seen.closed], [1, 2, 0]);
  easel.check(null, state(null, { goodbye: "ended" }));
  assert.equal(seen.closed, 1);
});

test("a graphics card gets ready in advance, a processor is left alone until it has to draw", async () => {
  for (const isSoftware of [false, true]) {
    const { easel, seen, came } = studio({ isSoftware });
    easel.prepare();
    await came();
    assert.deepEqual([seen.made, seen.warmed], isSoftware ? [0, 0] : [1, 1]);
  }
});

test("where nothing can be drawn, stills are shown and nothing is tried again", async () => {
  const { easel, seen, came } = studio({ hasWebGl: false });
  const warn = console.warn;
  console.warn = () => {};
  easel.check(place(), state(shown(1)));
  await came();
  easel.check(place(), state(shown(1)));
  console.warn = warn;
  easel.check(place(), state(shown(1), { rendering: "stills" }));
  assert.equal(seen.renderings.at(-1), "stills");
  assert.equal(seen.followed, 0);
});

test("a graphics card that is gone for long is done without, one that comes back goes on", async (t) => {
  t.mock.method(console, "warn", () => {});
  const { easel, seen, came } = studio();
  easel.prepare();
  await came();
  easel.check(place(), state(shown(1)));
  for (const [canDraw, passed_ms, expected] of [[true, 0, "playing"], [false, 5_000, "playing"], [true, 2_000, "playing"], [false, 9_000, "playing"], [false, 3_000, "stills"]]) {
    seen.canDraw = canDraw;
    seen.now_ms += passed_ms;
    seen.frame();
    assert.equal(seen.renderings.at(-1), expected);
  }
});

test("the figure turns as the therapist aims it, and the same frame is not drawn twice", async () => {
  const { easel, seen, came } = studio();
  easel.prepare();
  await came();
  const here = place();
  easel.check(here, state(shown(1)));
  assert.equal(typeof seen.frame(), "number");
  assert.equal(seen.frame(), null);
  easel.check(here, state({ ...shown(1), aim: { view: "front", around: 30, above: 15, nearer: 1.25, is_mirrored: true } }));
  assert.equal(typeof seen.frame(), "number");
  const { look, mirror } = seen.shown.at(-1);
  assert.deepEqual([look, mirror], [{ around: 30, above: 15, nearer: 1.25 }, true]);
});

test("where a processor draws, a picture made ahead is there at once and goes when the figure comes", async () => {
  const { easel, seen, came } = studio({ isSoftware: true });
  easel.prepare();
  await came();
  for (const _ of ["bridge", "clamshell"]) {
    easel.check(null, state(null));
    seen.whenIdle();
  }
  assert.equal(seen.pictures, 2);
  const hung = [];
  const here = { append: (one) => hung.push(one) };
  const now = { ...shown(1), anchor_at: "2026-08-06T10:00:00.900Z" };
  easel.check(here, state(now));
  assert.deepEqual([hung.map(({ number }) => number), seen.followed], [[1], 0]);
  seen.whenSeen();
  assert.deepEqual([hung.length, seen.followed, hung[0].isGone], [2, 1, true]);
});

test("a picture made ahead is only for how it looks now: from the same side, and at its beginning", async () => {
  for (const changes of [{ aim: { view: "oblique" } }, { anchor_at: "2026-08-06T10:00:00.300Z" }, { exercise: "clamshell" }]) {
    const { easel, seen, came } = studio({ isSoftware: true });
    easel.prepare();
    await came();
    easel.check(null, state(null));
    seen.whenIdle();
    easel.check(place(), state({ ...shown(1), anchor_at: "2026-08-06T10:00:00.900Z", ...changes }));
    assert.equal(seen.followed, 1, "the figure itself, at once");
  }
});

test("a graphics card needs no pictures made ahead, and the therapist's page makes none", async () => {
  for (const [isSoftware, role] of [[false, "patient"], [true, "therapist"]]) {
    const { easel, seen, came } = studio({ isSoftware });
    easel.prepare();
    await came();
    easel.check(null, state(null, { page: { role } }));
    assert.equal(seen.whenIdle, null);
  }
});

test("less motion and less to fetch are both reasons for stills", (t) => {
  const navigator = Object.getOwnPropertyDescriptor(globalThis, "navigator");
  t.after(() => Object.defineProperty(globalThis, "navigator", navigator ?? { value: undefined, configurable: true }));
  for (const [saveData, matches] of [[false, false], [true, false], [false, true], [undefined, false]]) {
    const connection = saveData === undefined ? undefined : { saveData };
    Object.defineProperty(globalThis, "navigator", { value: { connection }, configurable: true });
    globalThis.matchMedia = () => ({ matches });
    assert.equal(isCalm(), Boolean(saveData) || matches);
  }
});
