import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { still } from "../../../web/static/js/mannequin/stills.js";
import { entry } from "./library.mjs";

test("the same wishes always give the same drawing, other wishes another", () => {
  const bridge = entry("bridge");
  const once = still(bridge, { pose: "P1" });
  assert.deepEqual(still(bridge, { pose: "P1" }), once);
  for (const other of [{ pose: "P0" }, { pose: "P1", view: "front" }, { pose: "P1", mirror: true }]) {
    assert.notDeepEqual(still(bridge, other), once);
  }
});

test("a drawing has shapes of skin, top and shorts, of reasonable size", () => {
  for (const slug of ["sit-to-stand", "clamshell"]) {
    const { shapes } = still(entry(slug), { pose: "P1" });
    const paints = new Set(shapes.map(({ fill }) => fill));
    for (const paint of ["#c9b9ac", "#33838a", "#22545e"]) assert.ok(paints.has(paint), `${slug}: ${paint}`);
    assert.ok(gzipSync(JSON.stringify(shapes)).length < 16_000);
  }
});

test("a pose that is never shown is an error with its name", () => {
  assert.throws(() => still(entry("bridge"), { pose: "P9" }), /P9/);
});

/** `file` and everything that it imports. */
function modules(file, found = new Set()) {
  if (found.has(file.href)) return found;
  found.add(file.href);
  for (const [, name] of readFileSync(file, "utf8").matchAll(/^(?:import|export)\b[^;"']*?["'](\.{1,2}\/[^"']+)["']/gm)) {
    modules(new URL(name, file), found);
  }
  return found;
}

test("player, stills and their library are at most 60 kB to fetch", () => {
  const folder = new URL("../../../web/static/js/mannequin/", import.meta.url);
  const all = modules(new URL("stills.js", folder), modules(new URL("player.js", folder)));
  assert.ok([...all].some((href) => href.endsWith("ogl.js")));
  const bytes = [...all].reduce((sum, href) => sum + gzipSync(readFileSync(new URL(href)), { level: 9 }).length, 0);
  assert.ok(bytes <= 60_000, `${bytes}`);
});
