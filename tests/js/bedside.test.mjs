import assert from "node:assert/strict";
import { test } from "node:test";
import { Bedside } from "../../web/static/js/visit/people/bedside.js";
import { Time } from "./fakes.mjs";

const one = (id, role, standing) => ({ id, role, standing, since: "2026-08-06T10:00:00Z" });
const tess = one("tess", "therapist", "admitted");
const state = (participants, more = {}) => ({
  page: { bedside_path: "/visit/tess/bedside" }, screen: "visit", sheet: null,
  view: { type: "visit", you: "tess", participants: [tess, ...participants], practice: { stop: null } }, ...more,
});
const stopped = (participants, at) => {
  const asked = state(participants);
  return { ...asked, view: { ...asked.view, practice: { stop: { at, by: "pat" } } } };
};
const waits = [one("pat", "patient", "waiting")];
const isIn = [one("pat", "patient", "admitted")];

/** A page, and a service whose answers the test gives. */
function open() {
  const time = new Time();
  const questions = [];
  const told = [];
  const get = (path) => new Promise((answer, fail) => questions.push({ path, answer, fail }));
  const bedside = new Bedside({ get, timers: time.timers });
  return { time, questions, told, draw: (now) => bedside.check(now, (news) => told.push(news)) };
}
const settled = () => new Promise((done) => setImmediate(done));

test("the patient's record is asked for when they come, are admitted, when Stop is pressed and when the card is opened", () => {
  const { draw, questions } = open();
  const moments = [state([]), state(waits), state(isIn), stopped(isIn, "10:01"), stopped(isIn, "10:02"), state(isIn, { sheet: "emergency" })];
  const asked = moments.map((moment) => {
    draw(moment);
    draw(moment);
    return questions.length;
  });
  assert.deepEqual(asked, [0, 1, 2, 3, 4, 5]);
  assert.equal(questions[0].path, "/visit/tess/bedside");
});

test("a guest is nobody's patient", () => {
  const { draw, questions } = open();
  draw(state([one("gus", "guest", "admitted")]));
  assert.equal(questions.length, 0);
});

test("what could not be fetched is asked for again, and what was known stays", async () => {
  const { draw, questions, told, time } = open();
  draw(state(waits));
  questions[0].answer({ name: "Pat" });
  await settled();
  draw(state(isIn));
  questions[1].fail(new Error("no network"));
  await settled();
  assert.deepEqual(told.at(-1), { patient: { name: "Pat" }, isFailed: true });

  time.pass(4_000);
  questions[2].answer({ name: "Pat", place: "Quay Street" });
  await settled();
  assert.deepEqual(told.at(-1), { patient: { name: "Pat", place: "Quay Street" }, isFailed: false });
});

test("a late answer to an earlier question is not believed", async () => {
  const { draw, questions, told } = open();
  draw(state(waits));
  draw(state(isIn));
  questions[1].answer({ place: "here" });
  questions[0].answer({ place: "there" });
  await settled();
  assert.deepEqual(told, [{ patient: { place: "here" }, isFailed: false }]);
});

test("with the visit over nothing of the patient is left, and nothing is asked", async () => {
  const { draw, questions, told, time } = open();
  draw(state(isIn));
  questions[0].answer({ name: "Pat" });
  await settled();
  draw(stopped(isIn, "10:01"));
  const over = state([], { screen: "ended", view: null });
  draw(over);
  questions[1].fail(new Error("gone"));
  await settled();
  time.pass(60_000);
  draw(over);
  assert.deepEqual(told.at(-1), { patient: null, isFailed: false });
  assert.equal(questions.length, 2);
});
