import assert from "node:assert/strict";
import { test } from "node:test";
import { lengthOf, moved, nextOf, playOrPause, steer, together } from "../../web/static/js/visit/panel_commands.js";
import { starred, usedLast } from "../../web/static/js/visit/panel_state.js";

const NOW = Date.parse("2026-08-06T10:00:10Z");
const DOSE = { sets: 2, reps: 5, hold_s: 0, rest_s: 30, tempo: 1, side: "both", load: null, effort: 6, minutes: null };
const SHOWN = {
  number: 7, exercise: "bridge", version: 1, dosage: DOSE, aim: { view: "oblique" }, mode: "watch", is_playing: true, rate: 1,
  anchor_at: "2026-08-06T10:00:00Z", anchor_s: 2, answer: null,
};
const COUNTED = { laterality: "both", held: [], timeline: [{ pose: "P0", move_s: 0, hold_s: 1 }, { pose: "P1", move_s: 2, hold_s: 1 }] };
const planned = (...slugs) => slugs.map((exercise) => ({ exercise, version: 1, dosage: DOSE }));

test("whatever is not changed goes on from where it stands", () => {
  assert.deepEqual(steer(SHOWN, NOW, { rate: 0.5 }), {
    type: "demonstration.steer", demonstration: 7, mode: "watch", is_playing: true, rate: 0.5, position_s: 12,
  });
});

test("starting together begins the whole dose after a count-in of 5 seconds", () => {
  const { mode, is_playing, position_s, lead_s } = together(SHOWN, NOW);
  assert.deepEqual({ mode, is_playing, position_s, lead_s }, { mode: "together", is_playing: true, position_s: 0, lead_s: 5 });
});

test("the button that plays and pauses asks for the other of the two", () => {
  assert.equal(playOrPause(SHOWN).type, "demonstration.pause");
  assert.equal(playOrPause({ ...SHOWN, is_playing: false }).type, "demonstration.resume");
});

test("a scrubber spans one repetition while watching, and the whole dose together", () => {
  assert.equal(lengthOf(COUNTED, SHOWN), 4);
  assert.equal(lengthOf({ ...COUNTED, laterality: "left" }, SHOWN), 8);
  assert.equal(lengthOf(COUNTED, { ...SHOWN, mode: "together" }), 2 * 5 * 4 + 30);
  assert.equal(lengthOf({ ...COUNTED, timeline: [] }, { mode: "watch", dosage: { ...DOSE, minutes: 3 } }), 180);
});

test("next is what the plan has after what is shown, or its first", () => {
  const plan = planned("bridge", "clamshell");
  assert.equal(nextOf(plan, SHOWN)?.exercise, "clamshell");
  assert.equal(nextOf(plan, { ...SHOWN, exercise: "clamshell" }), null);
  assert.equal(nextOf(plan, null)?.exercise, "bridge");
  assert.equal(nextOf([], SHOWN), null);
});

test("a plan keeps everything when one of it moves", () => {
  const slugs = (plan) => plan.map(({ exercise }) => exercise).join("");
  assert.equal(slugs(moved(planned("a", "b", "c"), 0, 1)), "bac");
  assert.equal(slugs(moved(planned("a", "b", "c"), 2, 0)), "cab");
});

test("favourites are nine at most, and what was used last comes first once", () => {
  const nine = [..."abcdefghi"];
  assert.deepEqual(starred(nine, "j"), [..."bcdefghij"]);
  assert.deepEqual(starred(nine, "a"), [..."bcdefghi"]);
  assert.deepEqual(usedLast(["a", "b"], "b"), ["b", "a"]);
});

test("a chord of the panel is pressed only once its code is there, and only by a therapist", async () => {
  const { onKey } = await import("../../web/static/js/visit/keys.js");
  const desk = await import("../../web/static/js/visit/panel_keys.js");
  const demonstration = { number: 1, is_playing: true };
  const view = { type: "visit", practice: { demonstration, planned: [] }, participants: [] };
  const panel = { library: null, favourites: [], draft: null };
  const asked = [];
  const press = (changes) => {
    const event = { key: " ", code: "Space", altKey: true, ctrlKey: false, metaKey: false, shiftKey: false, preventDefault() {} };
    onKey(event, { page: { role: "therapist" }, devices: {}, screen: "visit", view, panel, desk, ...changes }, { ask: (one) => asked.push(one.type) });
  };
  press({ desk: null });
  press({ page: { role: "patient" } });
  assert.deepEqual(asked, []);
  press({});
  assert.deepEqual(asked, ["demonstration.pause"]);
});
