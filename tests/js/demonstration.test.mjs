import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { practiceChanges } from "../../web/static/js/visit/practice/announce.js";
import { cueFor, phaseFelt } from "../../web/static/js/visit/practice/cues.js";
import { figureOf, soon } from "../../web/static/js/visit/practice/figures.js";
import { heard, isSameShown, proofOf } from "../../web/static/js/visit/practice/proof.js";
import { Told } from "../../web/static/js/visit/told.js";
import { exercisesOf, inLanguage, Shelf } from "../../web/static/js/visit/practice/shelf.js";

const LIBRARY = new URL("../../telesession/exercises/", import.meta.url);
const entry = (slug) => JSON.parse(readFileSync(new URL(`${slug}.json`, LIBRARY), "utf8"));
const beat = (more = {}) => ({ number: 7, phase: "move", side: "both", set: 1, rep: 1, left_s: 2, lasts_s: 2, ...more });
const NOTHING = { demonstration: null, stop: null, camera_card: null, planned: [], programme: [], exertions: [] };
const CUES = ["Lift.", "Stop in one line."];

test("each repetition is counted aloud, and in the first set a cue comes with the number", () => {
  assert.deepEqual(cueFor(beat(), beat({ rep: 2 }), CUES), { say: "2. Lift.", tone: "move" });
  assert.deepEqual(cueFor(beat({ rep: 2 }), beat({ rep: 3 }), CUES), { say: "3. Stop in one line.", tone: "move" });
  assert.equal(cueFor(beat({ rep: 4 }), beat({ rep: 5 }), CUES).say, "5.");
  assert.equal(cueFor(beat({ set: 2 }), beat({ set: 2, rep: 2 }), CUES).say, "2.");
});

test("a hold, a rest and the end each have a tone of their own", () => {
  const tones = [
    cueFor(beat(), beat({ phase: "hold", lasts_s: 3, left_s: 3 }), CUES),
    cueFor(beat(), beat({ phase: "rest", lasts_s: 60, left_s: 60 }), CUES),
    cueFor(beat(), beat({ phase: "done", lasts_s: 0, left_s: 0 }), CUES),
  ];
  assert.deepEqual(tones.map(({ tone }) => tone), ["hold", "rest", "done"]);
  assert.ok(tones.every(({ say }) => say));
});

test("the last three seconds before it begins are counted out", () => {
  const ready = (left_s) => beat({ phase: "get_ready", lasts_s: 5, left_s });
  const said = [[null, 5], [5, 4], [4, 3], [3, 2], [2, 1]].map(([was, is]) => cueFor(was && ready(was), ready(is), CUES));
  assert.deepEqual(said.map(({ say }) => say), ["Get ready", "", "3", "2", "1"]);
  assert.deepEqual(said.map(({ tone }) => tone), [null, null, "tick", "tick", "tick"]);
});

test("nothing is said twice within a phase, and a stop too short to be felt is none", () => {
  assert.deepEqual(cueFor(beat(), beat({ left_s: 1 }), CUES), { say: "", tone: null });
  assert.equal(phaseFelt(beat({ phase: "hold", lasts_s: 1 })), "move");
  assert.equal(phaseFelt(beat({ phase: "hold", lasts_s: 2 })), "hold");
});

test("the other side is announced when it begins", () => {
  assert.match(cueFor(beat({ side: "left", phase: "rest" }), beat({ side: "right" }), CUES).say, /right side/);
});

const one = (id) => ({ id, standing: "admitted" });
const view = (number) => ({
  type: "visit", you: "pat", participants: [one("pat"), one("tess"), one("gus")],
  practice: { demonstration: number && { number, exercise: "bridge", version: 1 }, planned: [{ exercise: "clamshell", version: 2 }], programme: [] },
});

test("each is told once what this screen shows, and again whoever comes back", () => {
  const told = [];
  const proof = new Told((to, { rendering }) => Boolean(told.push(`${to} ${rendering}`)));
  const check = (now) => proof.tell(now, proofOf(now));
  const state = (rendering, present = ["pat", "tess", "gus"], number = 7) => ({ view: view(number), rendering, present });
  check(state("playing"));
  check(state("playing"));
  check(state("hidden"));
  check(state("hidden", ["pat", "gus"]));
  check(state("hidden"));
  assert.deepEqual(told, ["tess playing", "gus playing", "tess hidden", "gus hidden", "tess hidden"]);
});

test("what was not sent is sent later, and nothing is told when nothing is shown", () => {
  let isOpen = false;
  const told = [];
  const proof = new Told((to) => isOpen && Boolean(told.push(to)));
  const check = (now) => proof.tell(now, proofOf(now));
  const state = { view: view(7), rendering: "playing", present: ["tess"] };
  check(state);
  isOpen = true;
  check(state);
  check({ ...state, view: view(null), rendering: null });
  assert.deepEqual(told, ["tess"]);
});

test("a report about something that is no longer shown changes nothing", () => {
  const state = { view: view(7), renderings: { pat: "loaded" } };
  assert.deepEqual(heard(state, "pat", { demonstration: 6, rendering: "failed" }), { pat: "loaded" });
  assert.deepEqual(heard(state, "pat", { demonstration: 7, rendering: "playing" }), { pat: "playing" });
  assert.equal(isSameShown(view(7), view(8)), false);
});

test("an exercise is fetched once, and again if it could not be had", async () => {
  const asked = [];
  let fails = true;
  let again = () => {};
  const timers = { one: (run) => ((again = run), { start() {}, stop() {}, isRunning: false }) };
  const get = async (url) => {
    asked.push(url);
    if (fails) throw new Error("no network");
    return { slug: url };
  };
  const seen = [];
  const changed = (exercises, missing) => seen.push([Object.keys(exercises), [...missing]]);
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const shelf = new Shelf("/exercises/", get, changed, timers);
  const wanted = exercisesOf(view(7)).slice(0, 1);
  const warn = console.warn;
  console.warn = () => {};
  shelf.want(wanted);
  shelf.want(wanted);
  await settled();
  console.warn = warn;
  fails = false;
  again();
  await settled();
  shelf.want(wanted);
  assert.deepEqual(asked, ["/exercises/bridge.1.json", "/exercises/bridge.1.json"]);
  assert.deepEqual(seen, [[[], ["bridge.1"]], [["bridge.1"], []]]);
});

test("texts come in the page's language, and in English where it has none", () => {
  assert.deepEqual(["es-MX", "es", "fr"].map((language) => inLanguage({ en: "Bridge", es: "Puente" }, language)), ["Puente", "Puente", "Bridge"]);
});

test("a still has the whole body in its frame, from every side", () => {
  for (const slug of ["bridge", "sit-to-stand", "clamshell"]) {
    const exercise = entry(slug);
    for (const side of ["left", "right"]) {
      const { width, height, shapes } = figureOf(exercise, "P1", { side, view: exercise.views[0] });
      assert.ok(shapes.length > 5);
      for (const { d } of shapes) {
        const numbers = d.match(/-?[\d.]+/gu).map(Number);
        assert.ok(numbers.every((one, place) => one >= 0 && one <= (place % 2 ? height : width)));
      }
    }
  }
});

test("stills come one by one while nothing else is to be done, and what nobody looks at any more is not drawn", () => {
  const exercise = entry("heel-raise");
  const [view] = exercise.views;
  const idle = [];
  let figures = null;
  soon((one) => { figures = one; }, (run) => idle.push(run));
  assert.equal(figures, null, "first the figure grows");
  idle.shift()();
  const drawn = () => ["P0", "P1"].map((pose) => figures.figureOf(exercise, pose, { view }) !== null);
  assert.deepEqual(drawn(), [false, false]);
  idle.shift()();
  assert.equal(idle.length, 0, "nobody has asked for the other one again");
  assert.deepEqual(drawn(), [true, false]);
});

test("what changes about an exercise is told to whoever does not see it", () => {
  const said = (was, is, role = "patient") => {
    const state = (practice) => ({ page: { role }, view: { ...view(7), practice }, exercises: { "bridge.1": entry("bridge") } });
    return practiceChanges(state({ ...NOTHING, ...was }), state({ ...NOTHING, ...is }));
  };
  const demonstration = { number: 7, exercise: "bridge", version: 1, is_playing: true, answer: null };
  assert.deepEqual(said({}, { demonstration }).polite, ["An exercise is shown: Bridge."]);
  assert.deepEqual(said({ demonstration }, { demonstration }).polite, []);
  assert.deepEqual(said({ demonstration }, { demonstration: { ...demonstration, is_playing: false } }).polite, ["The exercise is paused."]);
  assert.deepEqual(said({ demonstration }, {}).polite, ["The exercise is no longer shown."]);
  assert.deepEqual(said({ demonstration }, { demonstration: { ...demonstration, answer: "hurts" } }, "therapist").polite, ["The patient says: It hurts."]);
  assert.match(said({}, { stop: { by: "tess" } }).assertive[0], /^(?!You).*pressed Stop/);
  assert.match(said({}, { stop: { by: "pat" } }).assertive[0], /^You pressed Stop/);
});
