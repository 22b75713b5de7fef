import assert from "node:assert/strict";
import { test } from "node:test";
import { daysBetween } from "../../web/static/js/lib/days.js";

test("days are counted on the calendar of the appointment", () => {
  const [evening, morning] = [Date.parse("2026-12-01T22:30:00Z"), Date.parse("2026-12-04T08:00:00Z")];
  assert.equal(daysBetween(evening, morning, "Europe/Madrid"), 3);
  assert.equal(daysBetween(evening + 3_600_000, morning, "Europe/Madrid"), 2);
  assert.equal(daysBetween(evening + 3_600_000, morning, "UTC"), 3);
});

test("a change of the clocks is no day", () => {
  const [before, after] = [Date.parse("2026-10-23T22:30:00Z"), Date.parse("2026-10-26T08:00:00Z")];
  assert.equal(daysBetween(before, after, "Europe/Madrid"), 2);
});
