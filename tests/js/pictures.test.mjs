import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { stampOf } from "../../web/static/js/visit/figures.js";
import { nextToDraw } from "../../web/static/js/visit/panel_state.js";

const BRIDGE = JSON.parse(readFileSync(new URL("../../telesession/exercises/bridge.json", import.meta.url), "utf8"));
const EXERCISES = { "bridge.1": { slug: "bridge" }, "clamshell.2": { slug: "clamshell" } };
const seen = (...slugs) => slugs.map((exercise) => ({ exercise, version: exercise === "clamshell" ? 2 : 1 }));

test("only what is in sight is drawn, once its movement has come, and never twice", () => {
  const next = (in_sight, pictures = {}) => nextToDraw({ in_sight, pictures }, EXERCISES)?.slug;
  assert.equal(next([]), undefined);
  assert.equal(next(seen("bird-dog", "clamshell", "bridge")), "clamshell");
  assert.equal(next(seen("clamshell", "bridge"), { clamshell: {} }), "bridge");
  assert.equal(next(seen("clamshell"), { clamshell: {} }), undefined);
});

test("a picture for the list is small", () => {
  const { width, height, shapes } = stampOf(BRIDGE, "P1");
  assert.ok(width <= 160 && height <= 120 && shapes.length > 5);
  assert.ok(JSON.stringify(shapes).length < 20_000);
});
