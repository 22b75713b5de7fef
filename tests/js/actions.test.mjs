// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { actionsFor } from "../../web/static/js/visit/actions.js";
import { Refused } from "../../web/static/js/visit/connection.js";

/** The actions of somebody whose server answers with `send`. */
function somebody({ send = async () => 1, wanted = true } = {}) {
  const cameras = [];
  const board = { state: { page: { skip_check: true } }, change: (parts) => Object.assign(board.state, parts) };
  const devices = { isStarted: true, state: { camera: { wanted } }, setCamera: async (on) => void cameras.push(on) };
  const act = actionsFor(/** @type {any} */ ({ board, devices, connection: { send }, sounds: { wake() {} }, page: {} }));
  return { act, board, cameras };
}

test("leaving sound only switches on no camera that its owner had switched off", () => {
  for (const wanted of [true, false]) {
    const { act, cameras } = somebody({ wanted });
    act.setAudioOnly(true);
    act.setAudioOnly(false);
    assert.deepEqual(cameras, [false, wanted]);
  }
});

test("a knock that is refused says so, and leaves a screen with a button", async () => {
  const { act, board } = somebody({ send: () => Promise.reject(new Refused("storage", "Please try again.")) });
  act.knock();
  await new Promise((done) => setImmediate(done));
  assert.equal(board.state.refusal, "Please try again.");
  assert.equal(board.state.page.skip_check, false);
});
