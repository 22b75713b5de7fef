// @ts-check
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { test } from "node:test";
import { WORDS, WordsAloud } from "../../web/static/js/visit/words_aloud.js";
import { Time } from "./fakes.mjs";

const sha256 = (/** @type {string} */ text) => createHash("sha256").update(text).digest("hex");

const settle = async () => {
  for (let turn = 0; turn < 40; turn++) await new Promise((done) => setImmediate(done));
};

/** One person's side; what it says goes through `carry`. */
class Side {
  said = [];

  constructor(time, begins, carry) {
    this.words = new WordsAloud({
      signal: (_, signal) => {
        this.said.push(signal);
        void carry(signal);
        return true;
      },
      begins: () => begins,
      random: () => randomBytes(32).toString("hex"),
      digest: async (text) => sha256(text),
      changed: () => {},
      timers: time.timers,
    });
  }

  get spoken() {
    return this.words.spoken.them?.words ?? null;
  }

  get isNew() {
    return this.words.spoken.them?.isNew ?? false;
  }
}

/** Therapist and patient, each with the keys that their own browser has checked. `lose` says what gets lost. */
function pair(lose = (/** @type {any} */ _signal) => false) {
  const time = new Time();
  const tess = new Side(time, true, (signal) => lose(signal) || pat.words.hear("them", signal));
  const pat = new Side(time, false, (signal) => lose(signal) || tess.words.hear("them", signal));
  return { time, tess, pat };
}

async function meet(tess, pat, seenByPat = { ours: "pat", theirs: "tess" }) {
  pat.words.connected("them", seenByPat);
  tess.words.connected("them", { ours: "tess", theirs: "pat" });
  await settle();
}

test("both read the same four words", async () => {
  const { tess, pat } = pair();
  await meet(tess, pat);
  assert.equal(tess.spoken?.length, 4);
  assert.ok(tess.spoken?.every((word) => word >= 0 && word < WORDS));
  assert.deepEqual(pat.spoken, tess.spoken);
});

test("whoever stands between has other keys, and then the words differ", async () => {
  let same = 0;
  for (let visit = 0; visit < 30; visit++) {
    const { tess, pat } = pair();
    await meet(tess, pat, { ours: "pat", theirs: "somebody else" });
    if (String(tess.spoken) === String(pat.spoken)) same++;
  }
  assert.equal(same, 0, "they would agree once in a million");
});

test("what gets lost is said again, whichever of the three it is", async () => {
  for (const lost of ["words.committed", "words.answered", "words.revealed"]) {
    let left = 1;
    const { time, tess, pat } = pair((signal) => signal.type === lost && left-- > 0);
    await meet(tess, pat);
    assert.equal(pat.spoken, null, lost);
    time.pass(5_000);
    await settle();
    assert.deepEqual(pat.spoken, tess.spoken, lost);
    assert.notEqual(pat.spoken, null, lost);
  }
});

test("nobody sees a number before both have chosen, and none that does not fit its commitment is taken", async () => {
  const { tess, pat } = pair((signal) => signal.type === "words.revealed");
  await meet(tess, pat);
  const [{ commitment }] = tess.said;
  const { nonce } = tess.said.at(-1);
  assert.equal(commitment, sha256(nonce));
  await pat.words.hear("them", { type: "words.revealed", nonce: "0".repeat(64) });
  assert.equal(pat.spoken, null);
});

test("once the words are there nobody can have other ones made", async () => {
  const { tess, pat } = pair();
  await meet(tess, pat);
  const [words, said] = [pat.spoken, pat.said.length];
  await pat.words.hear("them", { type: "words.committed", commitment: "0".repeat(64) });
  await tess.words.hear("them", { type: "words.answered", commitment: tess.said[0].commitment, nonce: "0".repeat(64) });
  await settle();
  assert.deepEqual([pat.spoken, tess.spoken, pat.said.length], [words, words, said]);
});

test("there is an end to guessing", async () => {
  const { pat } = pair();
  pat.words.connected("them", { ours: "pat", theirs: "tess" });
  for (let guess = 0; guess < 100; guess++) {
    await pat.words.hear("them", { type: "words.committed", commitment: String(guess).padStart(64, "0") });
  }
  assert.equal(pat.said.length, 16);
});

test("another key in the middle of a visit is said, one of somebody who came back is not", async () => {
  const { tess, pat } = pair();
  await meet(tess, pat);
  tess.words.connected("them", { ours: "tess", theirs: "pat on another page" });
  assert.equal(tess.isNew, true);
  tess.words.seen("them");
  assert.equal(tess.isNew, false);

  tess.words.setPresent([]);
  tess.words.setPresent(["them"]);
  tess.words.connected("them", { ours: "tess", theirs: "pat once more" });
  assert.equal(tess.isNew, false);
  assert.equal(tess.spoken, null, "the old words hold no longer");
});
