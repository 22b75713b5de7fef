import assert from "node:assert/strict";
import { test } from "node:test";
import { Speaker } from "../../web/static/js/visit/speaker.js";
import { Time } from "./fakes.mjs";

/** Two live regions, and a speaker that uses them. */
function room() {
  const region = () => ({ textContent: "", replaceChildren() { this.textContent = ""; } });
  const regions = { status: region(), alert: region() };
  const time = new Time();
  return { regions, time, speaker: new Speaker(time.timers, (name) => regions[name]) };
}

test("what was said is gone some seconds later, from each region by itself", () => {
  const { regions, time, speaker } = room();
  speaker.say("Pat is in the visit.");
  time.pass(6_000);
  speaker.say("Connection lost.", "alert");
  time.pass(6_000);
  assert.deepEqual([regions.status.textContent, regions.alert.textContent], ["", "Connection lost."]);
  time.pass(6_000);
  assert.equal(regions.alert.textContent, "");
});

test("a sentence stays its whole time, though another was said shortly before", () => {
  const { regions, time, speaker } = room();
  speaker.say("Muted.");
  time.pass(9_000);
  speaker.say("Connected again.");
  time.pass(9_000);
  assert.equal(regions.status.textContent, "Connected again.");
});

test("the same sentence twice is a change, and so is heard twice", () => {
  const { regions, speaker } = room();
  speaker.say("Link copied");
  const first = regions.status.textContent;
  speaker.say("Link copied");
  assert.notEqual(regions.status.textContent, first);
  assert.equal(regions.status.textContent.trim(), "Link copied");
});
