import assert from "node:assert/strict";
import { test } from "node:test";
import { announce, ClipRefused, deliver } from "../../web/static/js/visit/clips/upload.js";

const BEGUN = { clip: "clip-1", upload_url: "/clips/clip-1/upload", chunk_bytes: 50_000 };

function numbers(seed) {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

/** A server that takes whole pieces in their order, behind a line that `fate` decides of: "ok", "lost" or "unanswered". */
function server(fate = () => "ok") {
  const taken = { bytes: [], asked: [], waited: [], now_ms: 0 };
  const answer = async (url, { method = "GET", body }) => {
    const offset = Number(url.split("=")[1]);
    if (method === "GET") return { status: 200, said: { received: taken.bytes.length } };
    if (offset !== taken.bytes.length) return { status: 409, said: { received: taken.bytes.length } };
    taken.bytes.push(...new Uint8Array(await body.arrayBuffer()));
    return { status: 200, said: { received: taken.bytes.length } };
  };
  const world = {
    async ask(url, init) {
      taken.asked.push(`${init.method ?? "GET"} ${url}`);
      taken.now_ms += 500;
      const how = fate(init, taken);
      if (typeof how !== "string") return how;
      if (how === "lost") throw new TypeError("Failed to fetch");
      const said = await answer(url, init);
      if (how === "unanswered") throw new TypeError("Failed to fetch");
      return said;
    },
    wait: async (ms) => void taken.waited.push(ms),
    now_ms: () => taken.now_ms,
    random: () => 1,
  };
  return { world, taken };
}
const film = (bytes) => new Blob([Uint8Array.from({ length: bytes }, (_, i) => (i * 7) % 251)], { type: "video/mp4" });
const bytesOf = async (blob) => [...new Uint8Array(await blob.arrayBuffer())];
const never = new AbortController().signal;

test("whatever the line does, the same bytes arrive, once each", async () => {
  for (let seed = 1; seed <= 30; seed += 1) {
    const random = numbers(seed);
    const { world, taken } = server(() => (["ok", "ok", "lost", "unanswered", { status: 503, said: {} }])[Math.floor(random() * 5)]);
    const file = film(1 + Math.floor(random() * 300_000));
    const seen = [];
    await deliver(world, BEGUN, file, never, (received) => seen.push(received));
    assert.deepEqual(taken.bytes, await bytesOf(file));
    assert.deepEqual(seen, [...seen].sort((one, other) => one - other), "progress never goes back");
  }
});

test("after a lost answer it looks first, and sends nothing twice", async () => {
  let puts = 0;
  const { world, taken } = server(({ method }) => (method === "PUT" && (puts += 1) === 2 ? "unanswered" : "ok"));
  const waits = [];
  await deliver(world, BEGUN, film(150_000), never, (_, isWaiting) => waits.push(isWaiting));
  assert.deepEqual(taken.asked.map((one) => one.replace("/clips/clip-1/upload", "")), [
    "PUT ?offset=0", "PUT ?offset=50000", "GET ", "PUT ?offset=100000",
  ]);
  assert.deepEqual(waits, [false, true, false, false]);
  assert.deepEqual(taken.waited, [1_000]);
});

test("it waits longer after each failure, and a server that says no is believed", async () => {
  let failures = 5;
  const { world, taken } = server(() => (failures-- > 0 ? "lost" : "ok"));
  await deliver(world, BEGUN, film(10), never, () => {});
  assert.deepEqual(taken.waited, [1_000, 2_000, 4_000, 8_000, 16_000]);

  const refusing = server(() => ({ status: 404, said: { code: "not_found", text: "Gone." } }));
  await assert.rejects(deliver(refusing.world, BEGUN, film(10), never, () => {}), { message: "Gone." });
  assert.equal(refusing.taken.asked.length, 1);
});

test("a page in between that answers something else is no answer", async () => {
  let pages = 2;
  const { world, taken } = server(() => (pages-- > 0 ? { status: 200, said: {} } : "ok"));
  await deliver(world, BEGUN, film(10), never, () => {});
  assert.equal(taken.bytes.length, 10);
});

test("who cancels is not asked to wait", async () => {
  const cancelling = new AbortController();
  const { world, taken } = server(() => {
    cancelling.abort();
    return "lost";
  });
  await assert.rejects(deliver(world, BEGUN, film(10), cancelling.signal, () => {}), TypeError);
  assert.deepEqual(taken.waited, []);
});

test("it is announced with its title, size and type, and refused in the server's words", async () => {
  const told = [];
  const world = (answer) => ({ ask: async (url, init) => void told.push([url, JSON.parse(init.body)]) ?? answer });
  const what = { file: film(10), title: "Squat" };
  assert.deepEqual(await announce(world({ status: 201, said: BEGUN }), "/clips", what, never), BEGUN);
  assert.deepEqual(told, [["/clips", { title: "Squat", bytes: 10, type: "video/mp4" }]]);
  const full = world({ status: 507, said: { text: "There is not enough space left." } });
  await assert.rejects(announce(full, "/clips", what, never), (no) => no instanceof ClipRefused && /space/.test(no.message));
});
