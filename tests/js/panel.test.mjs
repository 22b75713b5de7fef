import assert from "node:assert/strict";
import { test } from "node:test";
import { dose, lengthOf, loopOrNot, moved, nextOf, playOrPause, steer, together } from "../../web/static/js/visit/panel/commands.js";
import { starred, usedLast } from "../../web/static/js/visit/panel/state.js";

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
  assert.equal(playOrPause(SHOWN, COUNTED, NOW).type, "demonstration.pause");
  assert.equal(playOrPause({ ...SHOWN, is_playing: false }, undefined, NOW).type, "demonstration.resume");
});

test("what is shown once and is over plays again from its beginning", () => {
  const { type, mode, is_playing, position_s } = playOrPause({ ...SHOWN, mode: "once" }, COUNTED, NOW);
  assert.deepEqual([type, mode, is_playing, position_s], ["demonstration.steer", "once", true, 0]);
  assert.equal(playOrPause({ ...SHOWN, mode: "once", anchor_s: 0 }, COUNTED, NOW - 8_000).type, "demonstration.pause");
});

test("a loop that is switched off goes on to the end of the repetition where it stands", () => {
  const { mode, position_s } = loopOrNot(COUNTED, { ...SHOWN, anchor_s: 3 }, NOW);
  assert.deepEqual([mode, position_s], ["once", 1]);
  assert.equal(loopOrNot(COUNTED, { ...SHOWN, mode: "once", anchor_s: 0 }, NOW - 8_000).position_s, 2);
  assert.equal(loopOrNot(COUNTED, { ...SHOWN, mode: "once" }, NOW).position_s, 0);
});

test("one more repetition in the second set leaves everybody in it", () => {
  const second = { ...SHOWN, mode: "together", is_playing: false, anchor_s: 5 * 4 + 30 + 6 };
  assert.equal(dose(second, { ...DOSE, reps: 6 }, COUNTED, NOW).shift_s, 4);
  assert.equal(dose(second, { ...DOSE, reps: 6 }, undefined, NOW).shift_s, 0);
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
  const desk = await import("../../web/static/js/visit/panel/keys.js");
  const demonstration = { number: 1, is_playing: true };
  const view = { type: "visit", practice: { demonstration, planned: [] }, participants: [] };
  const panel = { library: null, favourites: [], draft: null };
  const asked = [];
  const press = (changes) => {
    const event = { key: " ", code: "Space", altKey: true, ctrlKey: false, metaKey: false, shiftKey: false, preventDefault() {} };
    onKey(event, { page: { role: "therapist" }, devices: {}, screen: "visit", view, panel, desk, exercises: {}, ...changes }, { now_ms: () => NOW, ask: (one) => asked.push(one.type) });
  };
  press({ desk: null });
  press({ page: { role: "patient" } });
  assert.deepEqual(asked, []);
  const stopped = { ...view, practice: { ...view.practice, demonstration: { number: 1, is_playing: false }, stop: { by: "pat" } } };
  press({ view: stopped });
  assert.deepEqual(asked, []);
  press({});
  assert.deepEqual(asked, ["demonstration.pause"]);
});

test("the others may fetch what is being prepared, else what comes next in the plan, and never a clip", async () => {
  const { comingOf } = await import("../../web/static/js/visit/panel/commands.js");
  const planned = [{ exercise: "bridge", version: 1 }, { exercise: "clamshell", version: 2 }];
  const state = (draft, demonstration, plan = planned) => ({
    view: { type: "visit", practice: { demonstration, planned: plan } }, panel: { draft },
  });
  const coming = (...now) => comingOf(state(...now))?.exercise ?? null;

  assert.equal(coming(null, null), "bridge");
  assert.equal(coming(null, { exercise: "bridge" }), "clamshell");
  assert.equal(coming({ exercise: "heel-raise", version: 1 }, { exercise: "bridge" }), "heel-raise");
  assert.equal(coming({ exercise: "clip-1", version: 1 }, null), null);
  assert.equal(coming(null, null, []), null);
});
