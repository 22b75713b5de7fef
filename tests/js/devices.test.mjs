// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { Devices } from "../../web/static/js/visit/media/devices.js";
import { Time } from "./fakes.mjs";

globalThis.MediaStream ??= /** @type {any} */ (class { getTracks = () => []; });

const HEADSET = { deviceId: "headset", kind: "audiooutput", label: "Headset" };

/** Somebody's devices, asked for what is written down in `asked`; `kept` is what their browser remembers. */
function somebody(kept = {}, plugged = [HEADSET]) {
  const asked = [];
  const media = {
    addEventListener: (_, listener) => (media.changed = listener),
    enumerateDevices: async () => plugged,
    getUserMedia: async (wanted) => {
      asked.push(wanted);
      throw new DOMException("", "NotFoundError");
    },
  };
  const devices = new Devices(/** @type {any} */ ({
    media,
    permission: async () => "granted",
    isSecure: true,
    isInApp: false,
    canChooseSpeaker: true,
    timers: new Time().timers,
    isVisible: () => true,
    recall: (kind) => kept[kind] ?? "",
    keep: (kind, id) => (kept[kind] = id),
    changed: () => {},
  }));
  return { devices, media, asked, kept };
}

test("the devices chosen last time are asked for first, and never insisted on", async () => {
  const { devices, asked } = somebody({ camera: "desk", microphone: "table" });
  await devices.ask();
  assert.deepEqual(asked[0].video.deviceId, { ideal: "desk" });
  assert.deepEqual(asked[0].audio.deviceId, { ideal: "table" });
});

test("a choice is remembered for the next visit", async () => {
  const { devices, kept } = somebody();
  await devices.choose("camera", "desk");
  await devices.choose("speaker", "headset");
  assert.deepEqual(kept, { camera: "desk", speaker: "headset" });
});

test("a loudspeaker that is not there now is not used, and is again when it is", async () => {
  const plugged = [];
  const { devices, media } = somebody({ speaker: "headset" }, plugged);
  await devices.ask();
  assert.equal(devices.state.speaker.device_id, "");
  plugged.push(HEADSET);
  await media.changed();
  assert.equal(devices.state.speaker.device_id, "headset");
});

test("starting again asks anew for a camera that the system holds back", async () => {
  const { devices, media } = somebody();
  const made = [];
  media.getUserMedia = async (wanted) => {
    const kinds = Object.entries({ audio: wanted.audio, video: wanted.video }).filter(([, is]) => is).map(([kind]) => kind);
    const tracks = kinds.map((kind) => ({ kind, muted: false, readyState: "live", getSettings: () => ({}), stop() {} }));
    made.push(...tracks);
    return { getTracks: () => tracks };
  };
  const cameras = () => made.filter(({ kind }) => kind === "video").length;
  await devices.ask();
  for (const again of [() => devices.retry(), () => devices.setCamera(true)]) {
    const before = cameras();
    made.findLast(({ kind }) => kind === "video").muted = true;
    await again();
    assert.equal(cameras(), before + 1);
  }
});
