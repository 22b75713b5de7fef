import assert from "node:assert/strict";
import { test } from "node:test";
import { ClipDesk } from "../../web/static/js/visit/clips/desk.js";
import { Time } from "./fakes.mjs";

const PAGE = { page: { clips_path: "/clips" }, screen: "visit", devices: { stream: null } };
const clip = (state, changes = {}) => ({ clip: "clip-1", title: "Squat", state, progress: 0, reason: null, ...changes });
const file = (name = "squat_deep.mp4", type = "video/mp4") => new File(["film"], name, { type });
const settled = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

/** A page beside a server that lists what the test says; `answers` are by method, each asked once or again. */
function desk(lists, answers = {}) {
  const time = new Time();
  const seen = { clips: null, asked: [], said: [], forgotten: [], followed: [], film: () => {} };
  const recorder = { isPossible: true, open() {}, begin() {}, stop() {}, cancel() {}, follow: (stream) => seen.followed.push(stream) };
  const answer = {
    GET: () => ({ status: 200, said: { clips: lists.length > 1 ? lists.shift() : lists[0] } }),
    POST: () => ({ status: 201, said: { clip: "clip-1", upload_url: "/clips/clip-1/upload", chunk_bytes: 100 } }),
    PUT: () => ({ status: 200, said: { received: 4 } }),
    DELETE: () => ({ status: 204, said: {} }),
    ...answers,
  };
  const ask = async (url, { method = "GET" }, _, cancelled) => {
    seen.asked.push(`${method} ${url}`);
    return answer[method](cancelled);
  };
  const made = new ClipDesk({
    timers: time.timers,
    upload: { ask, wait: async () => {}, now_ms: () => 0, random: () => 0 },
    recorder: ({ done }) => Object.assign(recorder, { finish: done }),
    show: () => "blob:film", forget: (url) => seen.forgotten.push(url), say: (sentence) => seen.said.push(sentence),
  });
  const check = (state = PAGE) => made.check(state, (clips) => { seen.clips = clips; });
  return { made, time, seen, check, recorder };
}

test("the list is fetched once, and looked at again only while something is on its way", async () => {
  const { time, seen, check } = desk([[clip("checking")], [clip("checking", { progress: 0.5 })], [clip("ready")]]);
  check();
  check();
  await settled();
  assert.deepEqual([seen.asked.length, seen.clips.list[0].state, seen.clips.canRecord], [1, "checking", true]);
  for (let i = 0; i < 10; i += 1) {
    time.pass(1_500);
    await settled();
  }
  assert.deepEqual([seen.asked.length, seen.clips.list[0].state], [3, "ready"]);
  assert.deepEqual(seen.said, ["Squat is ready to be shown."]);
});

test("a list that cannot be had is asked for again, but not by whom it does not concern", async () => {
  for (const [status, times] of [[503, 3], [0, 3], [404, 1]]) {
    const { time, seen, check } = desk([[]], { GET: () => {
      if (status === 0) throw new TypeError("Failed to fetch");
      return { status, said: {} };
    } });
    check();
    await settled();
    for (let i = 0; i < 2; i += 1) {
      time.pass(4_000);
      await settled();
    }
    assert.equal(seen.asked.length, times, `${status}`);
  }
});

test("a file gets a title, goes out, and is in the list", async () => {
  const { made, seen, check } = desk([[], [clip("ready")]]);
  check();
  await settled();
  made.choose(file());
  assert.equal(seen.clips.chosen.title, "squat deep");
  await made.send("Squat");
  assert.deepEqual(seen.asked.slice(1), ["POST /clips", "PUT /clips/clip-1/upload?offset=0", "GET /clips"]);
  assert.deepEqual([seen.clips.chosen, seen.clips.sending, seen.clips.list.length], [null, null, 1]);
});

test("what is refused is refused in words, and what was chosen stays for another attempt", async () => {
  const { made, seen, check } = desk([[]], { POST: () => ({ status: 507, said: { text: "There is not enough space left." } }) });
  check();
  await settled();
  made.choose(file("notes.txt", "text/plain"));
  assert.match(seen.clips.refusal, /not a video/);
  assert.equal(seen.clips.chosen, null);
  made.choose(file());
  assert.equal(seen.clips.refusal, "");
  await made.send("Squat");
  assert.deepEqual([seen.clips.refusal, seen.clips.sending], ["There is not enough space left.", null]);
  assert.notEqual(seen.clips.chosen, null);
});

test("what is cancelled goes away here and there, without a complaint", async () => {
  const { made, seen, check } = desk([[]], {
    PUT: (cancelled) => new Promise((_, fail) => cancelled.addEventListener("abort", () => fail(new DOMException("", "AbortError")))),
  });
  check();
  await settled();
  made.choose(file());
  const sent = made.send("Squat");
  await settled();
  assert.equal(seen.clips.sending.clip, "clip-1");
  await made.cancel();
  await sent;
  assert.ok(seen.asked.includes("DELETE /clips/clip-1"));
  assert.deepEqual([seen.clips.sending, seen.clips.refusal], [null, ""]);
});

test("the first press only asks whether to delete", async () => {
  const { made, seen, check } = desk([[clip("ready")], []]);
  check();
  await settled();
  await made.delete("clip-1");
  assert.deepEqual([seen.clips.deleting, seen.asked.length], ["clip-1", 1]);
  made.keep();
  await made.delete("clip-1");
  await made.delete("clip-1");
  assert.deepEqual(seen.asked.slice(1), ["DELETE /clips/clip-1", "GET /clips"]);
  assert.deepEqual(seen.clips.list, []);
});

test("what is given to the clinic gets a title for all visits, and stays as it was where that is refused", async () => {
  let no = { status: 409, said: { text: "Please give the video a title." } };
  const answers = { POST: () => no };
  const { made, seen, check } = desk([[clip("ready")], [clip("ready", { is_clinics: true })]], answers);
  check();
  await settled();
  made.offer("clip-1");
  await made.give("clip-1", "");
  assert.deepEqual([seen.clips.giving, seen.clips.refusal], ["clip-1", "Please give the video a title."]);
  no = { status: 204, said: {} };
  await made.give("clip-1", "Squat");
  assert.deepEqual(seen.asked.slice(-2), ["POST /clips/clip-1/clinic", "GET /clips"]);
  assert.deepEqual([seen.clips.giving, seen.clips.list[0].is_clinics], ["", true]);
  assert.deepEqual(seen.said, ["Squat is kept for all visits."]);
});

test("a film that was recorded is kept nowhere once it was thrown away", async () => {
  const { made, seen, check, recorder } = desk([[]]);
  check();
  await settled();
  recorder.finish(new Blob(["film"], { type: "video/webm" }));
  assert.equal(seen.clips.chosen.url, "blob:film");
  made.discard();
  assert.deepEqual([seen.forgotten, seen.clips.chosen], [["blob:film"], null]);
});

test("whoever leaves the visit is recorded no longer", () => {
  const { seen, check } = desk([[]]);
  const stream = {};
  check({ ...PAGE, devices: { stream } });
  check({ ...PAGE, devices: { stream }, screen: "ended" });
  assert.deepEqual(seen.followed, [stream, null]);
});
