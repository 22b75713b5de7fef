import assert from "node:assert/strict";
import { test } from "node:test";
import { practiceChanges } from "../../web/static/js/visit/practice/announce.js";
import { clipCard, clipCards } from "../../web/static/js/visit/clips/card.js";
import { Easel } from "../../web/static/js/visit/practice/easel.js";
import { nameOf } from "../../web/static/js/visit/panel/words.js";
import { show } from "../../web/static/js/visit/panel/show.js";
import { openedPanel } from "../../web/static/js/visit/panel/state.js";
import { search } from "../../web/static/js/visit/practice/search.js";
import { exercisesOf } from "../../web/static/js/visit/practice/shelf.js";

const CLIP = { title: "Heel slide for Pat", duration_s: 12, width: 64, height: 48 };
const planned = (exercise) => ({ exercise, version: 1, dosage: { sets: 1, reps: 1 } });
const shown = { ...planned("clip-1"), number: 3, mode: "watch", is_playing: true, rate: 1, clip: CLIP };
const practice = { demonstration: shown, stop: null, camera_card: null, planned: [planned("clip-2"), planned("bridge")], programme: [planned("clip-1")], exertions: [] };
const state = {
  page: { role: "patient" }, exercises: {}, missing: new Set(), rendering: "loaded", goodbye: null,
  view: { type: "visit", you: "pat", participants: [], chat: [], practice }, panel: openedPanel(),
};

test("the library is not asked for clips", () => {
  assert.deepEqual(exercisesOf(/** @type {any} */ (state.view)).map(({ exercise }) => exercise), ["bridge"]);
});

test("what plays a clip says what becomes of it, not what draws the figure", () => {
  const told = [];
  const easel = new Easel({ load: async () => ({}), now_ms: () => 0, isCalm: () => false, isHidden: () => true, changed: (one) => told.push(one) });
  easel.check(null, state);
  assert.deepEqual(told, []);
  easel.check(null, { ...state, view: { ...state.view, practice: { ...practice, demonstration: { ...shown, clip: null } } } });
  assert.deepEqual(told, ["hidden"]);
});

test("a clip is called by its title, also before it is shown", () => {
  assert.equal(nameOf(state, shown), CLIP.title);
  const list = [{ clip: "clip-2", title: "Squat" }];
  assert.equal(nameOf({ ...state, panel: { ...state.panel, clips: { ...state.panel.clips, list } } }, planned("clip-2")), "Squat");
});

test("a clip that is ready is found by its title, among the exercises and like them", () => {
  const list = [
    { clip: "clip-2", title: "Squat with Pat's chair", state: "ready" },
    { clip: "clip-3", title: "Squat, half sent", state: "uploading" },
  ];
  const exercise = { ...clipCard({ clip: "wall-squat", title: "" }), terms: { 6: "squat wall" } };
  const found = (query) =>
    search({ exercises: [exercise, ...clipCards(list)], fillers: ["with"] }, query).map(({ slug }) => slug);
  assert.deepEqual(found("squat"), ["clip-2", "wall-squat"]);
  assert.deepEqual(found("pat squa"), ["clip-2"]);
  assert.deepEqual(found("squat with p"), ["clip-2"]);
  assert.deepEqual(found("squat bench"), []);
});

test("a clip in a plan keeps its title, though it is on no list any more", () => {
  assert.equal(nameOf(state, { ...planned("clip-9"), clip: CLIP }), CLIP.title);
});

test("what is remembered on this device is of the library alone", () => {
  const changes = [];
  const act = { ask() {}, panel: (parts) => changes.push(parts.recents) };
  const now = { ...state, panel: { ...state.panel, recents: ["bridge"] } };
  show(now, act, { ...planned("clip-2"), aim: { view: "oblique" } });
  show(now, act, { ...planned("heel-raise"), aim: { view: "oblique" } });
  assert.deepEqual(changes, [["bridge"], ["heel-raise", "bridge"]]);
});

test("whoever does not see the screen is told its title", () => {
  const before = { ...state, view: { ...state.view, practice: { ...practice, demonstration: null } } };
  assert.deepEqual(practiceChanges(before, state).polite, ["An exercise is shown: Heel slide for Pat."]);
});
