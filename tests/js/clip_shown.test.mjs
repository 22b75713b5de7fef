import assert from "node:assert/strict";
import { test } from "node:test";
import { practiceChanges } from "../../web/static/js/visit/announce_practice.js";
import { Easel } from "../../web/static/js/visit/easel.js";
import { nameOf } from "../../web/static/js/visit/panel_words.js";
import { openedPanel } from "../../web/static/js/visit/panel_state.js";
import { exercisesOf } from "../../web/static/js/visit/shelf.js";

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

test("whoever does not see the screen is told its title", () => {
  const before = { ...state, view: { ...state.view, practice: { ...practice, demonstration: null } } };
  assert.deepEqual(practiceChanges(before, state).polite, ["An exercise is shown: Heel slide for Pat."]);
});
