import assert from "node:assert/strict";
import { test } from "node:test";
import { company, recorderOf } from "../../web/static/js/visit/people/cast.js";
import { isRecorded, ownAnswer, recordedMs, recordingNews, recordingWords } from "../../web/static/js/visit/recording/words.js";
import { others } from "../../web/static/js/visit/view.js";

const AT = "2026-12-01T12:00:00Z";
const NOW = Date.parse(AT);
const one = (id, role) => ({ id, role, name: `${id}!`, standing: "admitted", since: AT });
const tess = one("tess", "therapist");
const pat = one("pat", "patient");
const gus = one("gus", "guest");
const rec = one("rec", "recorder");
const said = (...names) => names.map((name) => ({ participant: name.replace("-", ""), is_agreed: !name.startsWith("-"), at: AT }));
const recording = (more = {}) => ({
  number: 9, purpose: "movement", keep_days: 30, asked_by: "tess", asked_at: AT, state: "waiting", answers: said("tess"), parts: 0,
  running_since: null, recorded_s: 0, pause: null, fault: null, ...more,
});
const seenBy = (who, view_recording, ...more) => ({
  page: { role: who.role, therapist_name: "tess!" }, now_ms: NOW, recording_read: 0,
  view: { type: "visit", you: who.id, participants: [tess, pat, ...more], chat: [], recording: view_recording },
});

test("media goes to the recorder only while everybody has agreed", () => {
  for (const [state, goes] of [["waiting", false], ["ready", true], ["running", true], ["ended", false]]) {
    const { view } = seenBy(pat, recording({ state }), rec);
    assert.deepEqual(others(view).map(({ id }) => id), goes ? ["tess", "rec"] : ["tess"], state);
  }
  assert.deepEqual(others(seenBy(pat, null, rec).view).map(({ id }) => id), ["tess"]);
});

test("a recorder is in the visit and is nobody to look at", () => {
  const state = seenBy(tess, recording({ state: "running" }), rec);
  assert.deepEqual(company(state), [pat]);
  assert.equal(recorderOf(state), rec);
});

test("everybody reads how the recording stands", () => {
  const parts = { parts: 1, pause: "consent" };
  const cases = [
    [pat, recording(), [], ""],
    [tess, recording(), [], "Not recording: pat! has not agreed yet."],
    [tess, recording({ answers: said("tess", "-pat") }), [], "pat! does not want to be recorded."],
    [pat, recording({ answers: said("tess", "-pat") }), [], ""],
    [pat, recording({ state: "ready", answers: said("tess", "pat") }), [], "The recording starts…"],
    [pat, recording({ state: "running", answers: said("tess", "pat") }), [], "Recording"],
    [pat, recording({ ...parts, answers: said("tess", "pat") }), [gus], "Recording paused: gus! has not agreed yet."],
    [gus, recording({ ...parts, answers: said("tess", "pat") }), [gus], "Recording paused until you have agreed."],
    [pat, recording({ ...parts, answers: said("tess", "-pat") }), [], "Recording paused: you said no."],
    [pat, recording({ state: "ended", answers: said("tess", "pat") }), [], ""],
  ];
  for (const [who, asked, more, words] of cases) assert.equal(recordingWords(seenBy(who, asked, ...more)), words);
  assert.match(recordingWords(seenBy(pat, recording({ state: "ended", fault: "disk_full" }))), /disk is full.*The visit goes on/);
});

test("it is end to end only while nothing may go to the server", () => {
  assert.equal(isRecorded(seenBy(pat, recording({ answers: said("tess", "pat") }))), false);
  assert.equal(isRecorded(seenBy(pat, recording({ state: "ready" }))), true);
  assert.equal(isRecorded(seenBy(pat, recording({ state: "running" }))), true);
});

test("the time of all parts counts, and no pause", () => {
  assert.equal(recordedMs(recording({ recorded_s: 90 }), NOW), 90_000);
  assert.equal(recordedMs(recording({ recorded_s: 90, running_since: "2026-12-01T11:59:50Z" }), NOW), 100_000);
});

test("whoever cannot see the sign is told of the question, the beginning, each pause and the end", () => {
  const before = seenBy(pat, null);
  const asked = seenBy(pat, recording());
  const running = seenBy(pat, recording({ state: "running", parts: 1, answers: said("tess", "pat") }));
  const ended = (more) => seenBy(pat, recording({ state: "ended", parts: 1, answers: said("tess", "pat"), ...more }));
  assert.equal(ownAnswer(asked), null);
  assert.deepEqual(recordingNews(before, asked), ["tess! asks whether this visit may be recorded."]);
  const refused = seenBy(pat, recording({ answers: said("tess", "-pat") }));
  assert.deepEqual(recordingNews(asked, refused), ["You said no."]);
  assert.deepEqual(recordingNews(refused, refused), []);
  assert.deepEqual(recordingNews(asked, running), ["This visit is being recorded."]);
  assert.deepEqual(recordingNews(running, { ...running, now_ms: NOW + 1 }), []);
  assert.deepEqual(recordingNews(running, ended({})), ["The recording has ended."]);
  assert.match(recordingNews(running, ended({ fault: "recorder_failed" }))[0], /the recorder failed/);
  assert.deepEqual(recordingNews(asked, seenBy(pat, recording({ state: "ended" }))), ["This visit is not recorded."]);
});
