import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ANYTHING, folded, NONE, search } from "../../web/static/js/visit/practice/search.js";

const { library, found, filtered } = JSON.parse(readFileSync(new URL("../vectors/searches.json", import.meta.url)));
const slugs = (cards) => cards.map(({ slug }) => slug);

test("the browser finds what the service finds, in the same order", () => {
  for (const [query, expected] of Object.entries(found)) assert.deepEqual(slugs(search(library, query)), expected, query);
});

test("filters leave out what is not wanted, as the service does", () => {
  const wanted = { ...ANYTHING, region: "hip", position: "supine", spare: "pregnancy" };
  assert.deepEqual(slugs(search(library, "", wanted)), filtered);
  assert.ok(search(library, "", { ...ANYTHING, equipment: "chair" }).every((card) => card.equipment.includes("chair")));
  assert.ok(search(library, "", { ...ANYTHING, equipment: NONE }).every((card) => card.equipment.length === 0));
});

test("accents, case and punctuation make no difference", () => {
  assert.deepEqual(folded("Elevación, de GLÚTEOS!"), ["elevacion", "de", "gluteos"]);
});
