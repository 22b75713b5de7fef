import assert from "node:assert/strict";
import { test } from "node:test";
import { otherDevice } from "../../web/static/js/visit/people/same_link.js";

const one = (id, standing, invitation = `i-${id}`) => ({ id, standing, invitation });
const pat = (standing, id = "pat") => one(id, standing, "i-pat");
const tablet = pat("waiting", "tablet");
const state = (...participants) => ({ view: { type: "visit", you: "tess", participants } });

test("another device of the same link counts where it is in or waits, and nowhere else", () => {
  const cases = { admitted: "in", waiting: "waiting", left: "", declined: "", removed: "" };
  for (const [standing, where] of Object.entries(cases)) assert.equal(otherDevice(state(pat(standing), tablet), tablet), where);
});

test("whoever came by another link is another person", () => {
  assert.equal(otherDevice(state(one("gus", "admitted"), tablet), tablet), "");
});

test("both of two that wait are told apart from nobody", () => {
  const now = state(pat("waiting"), tablet);
  for (const device of now.view.participants) assert.equal(otherDevice(now, device), "waiting");
});
