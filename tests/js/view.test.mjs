import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { apply, others, waiting } from "../../web/static/js/visit/view.js";

const VECTORS = new URL("../vectors/views.json", import.meta.url);
const skip = existsSync(VECTORS) ? false : "tests/vectors/views.json is not there: make it with `python -m tests.vectors`";

/** The same instant can be written in more than one way. */
function sameInstants(view) {
  return JSON.parse(JSON.stringify(view), (key, value) => (key.endsWith("_at") ? Date.parse(value) : value));
}

test("the browser applies an event as the server does", { skip }, () => {
  const steps = JSON.parse(readFileSync(VECTORS, "utf8"));
  assert.ok(steps.length > 0);
  for (const { before, entry, after } of steps) {
    assert.deepEqual(sameInstants(apply(before, entry)), sameInstants(after), entry.event.type);
  }
});

test("an event of a newer server changes nothing", () => {
  const view = { type: "visit", you: "a", participants: [], chat: [], practice: {} };
  assert.deepEqual(apply(view, { type: "event", seq: 1, at: "", event: { type: "from.the.future" } }), view);
});

test("there is a media connection with everybody admitted but oneself", () => {
  const participants = [
    { id: "me", standing: "admitted" },
    { id: "you", standing: "admitted" },
    { id: "soon", standing: "waiting" },
    { id: "gone", standing: "left" },
  ];
  const view = { type: "visit", you: "me", participants, chat: [] };
  assert.deepEqual(others(view), [participants[1]]);
  assert.deepEqual(waiting(view), [participants[2]]);
  assert.deepEqual(others({ type: "outside", standing: "waiting", since: null, notices: [], is_ended: false }), []);
  assert.deepEqual(others(null), []);
});
