// @ts-check
/**
 * The only owner of this person's camera, microphone and speaker: nothing else asks the browser for them. It keeps what
 * the person wants apart from what the devices do, and brings the two together whenever something changes.
 */
/** @import { Timers } from "../../lib/timers.js" */
/** @import { Kind } from "./capture.js" */
/** @import { Tracks } from "./peer.js" */
/** @import { DeviceProblem, Devices as Shown } from "../state.js" */
import { pageProblem, pictureFrom, problemOf, soundFrom, stateOf } from "./capture.js";

const MUTED_MS = 1_000;
const TRACK = /** @type {const} */ ({ microphone: "audio", camera: "video" });
const INPUT = /** @type {const} */ ({ microphone: "audioinput", camera: "videoinput" });

/**
 * @typedef {object} DevicesWorld
 * @property {MediaDevices | undefined} media  absent on an insecure page and in some apps
 * @property {(kind: Kind) => Promise<PermissionState | null>} permission  null when the browser does not say
 * @property {boolean} isSecure
 * @property {boolean} isInApp
 * @property {boolean} canChooseSpeaker
 * @property {Timers} timers
 * @property {() => boolean} isVisible
 * @property {(kind: Kind | "speaker") => string} recall  the device chosen last time; "" for none
 * @property {(kind: Kind | "speaker", id: string) => void} keep  remembers what was chosen
 * @property {() => void} changed
 */

/**
 * One kind of capture.
 * @typedef {object} Slot
 * @property {boolean} wanted
 * @property {string} device_id  chosen by the person; "" for the default
 * @property {MediaStreamTrack | null} track
 * @property {DeviceProblem | null} problem
 * @property {import("../../lib/timers.js").Timer} muted  runs while the system holds the track back
 */

export class Devices {
  #world;
  /** @type {Record<Kind, Slot>} */
  #slots;
  /** @type {"user" | "environment"} */
  #facing = "user";
  #speaker_id = "";
  /** @type {MediaDeviceInfo[]} */
  #known = [];
  /** @type {MediaStream | null} */
  #stream = null;
  #level = 0;
  #isSilent = false;
  #isFar = false;
  /** Nothing is captured before the person, or a visit that goes on, asks for it. */
  #isStarted = false;
  /** One request at a time: browsers answer a second one oddly. @type {Promise<void>} */
  #turn = Promise.resolve();
  #asking = 0;

  /** @param {DevicesWorld} world */
  constructor(world) {
    this.#world = world;
    this.#speaker_id = world.recall("speaker");
    this.#slots = { microphone: this.#slot("microphone"), camera: this.#slot("camera") };
    world.media?.addEventListener("devicechange", () => void this.#devicesChanged());
  }

  /** @returns {Shown} */
  get state() {
    const { microphone, camera } = this.#slots;
    return {
      microphone: { ...this.#shown("microphone"), wanted: microphone.wanted },
      camera: {
        ...this.#shown("camera"),
        wanted: camera.wanted,
        facing: this.#facing,
        can_flip: this.#choices("videoinput").length > 1,
      },
      speaker: {
        device_id: this.#choices("audiooutput").some(({ id }) => id === this.#speaker_id) ? this.#speaker_id : "",
        choices: this.#choices("audiooutput"),
        can_choose: this.#world.canChooseSpeaker && this.#choices("audiooutput").length > 1,
      },
      stream: this.#stream,
      is_asking: this.#asking > 0,
      problem: this.#problem(),
      level: this.#level,
    };
  }

  /** What may be sent: a muted microphone stays in place and sends silence. @returns {Tracks} */
  get tracks() {
    return { audio: this.#slots.microphone.track, video: this.#slots.camera.track };
  }

  /** Whether capturing would need no question. @param {Kind} kind */
  async mayCapture(kind) {
    return (await this.#world.permission(kind)) === "granted";
  }

  get isStarted() {
    return this.#isStarted;
  }

  /** Asks the browser for what is wanted, in one question. From a click where a question may come. */
  async ask() {
    this.#isStarted = true;
    await this.#inTurn(() => this.#acquire(["microphone", "camera"]));
  }

  /** Lets go of camera and microphone, so that their lights go out. */
  stop() {
    this.#isStarted = false;
    for (const slot of Object.values(this.#slots)) this.#release(slot);
    this.#changed();
  }

  /** @param {boolean} isOn */
  async setMicrophone(isOn) {
    const slot = this.#slots.microphone;
    slot.wanted = isOn;
    if (slot.track) slot.track.enabled = isOn;
    if (!isOn) slot.problem = null;
    if (isOn) this.#letGo(slot);
    this.#changed();
    if (isOn && !slot.track) await this.#inTurn(() => this.#acquire(["microphone"]));
  }

  /** Off means off: the device is let go and its light goes out. @param {boolean} isOn */
  async setCamera(isOn) {
    const slot = this.#slots.camera;
    slot.wanted = isOn;
    if (isOn) this.#letGo(slot);
    else this.#release(slot);
    this.#changed();
    if (isOn && !slot.track) await this.#inTurn(() => this.#acquire(["camera"]));
  }

  /** The other camera; back to this one if the other does not start. */
  async flip() {
    await this.#inTurn(async () => {
      const slot = this.#slots.camera;
      const [facing, device_id] = [this.#facing, slot.device_id];
      const before = slot.track?.getSettings().deviceId ?? "";
      this.#facing = facing === "user" ? "environment" : "user";
      await this.#reopen("camera", "");
      // Not every browser knows which way a camera looks: then it is simply another one.
      const other = this.#choices("videoinput").find(({ id }) => id !== before)?.id;
      if (other && (slot.track?.getSettings().deviceId ?? before) === before) await this.#reopen("camera", other);
      if (slot.track) return;
      this.#facing = facing;
      await this.#reopen("camera", device_id);
    });
  }

  /** @param {"microphone" | "camera" | "speaker"} kind @param {string} id */
  async choose(kind, id) {
    this.#world.keep(kind, id);
    if (kind === "speaker") {
      this.#speaker_id = id;
      return this.#changed();
    }
    await this.#inTurn(() => this.#reopen(kind, id));
  }

  /** Tries again whatever is wanted and does not work. */
  async retry() {
    this.#isStarted = true;
    this.#isSilent = false;
    for (const slot of Object.values(this.#slots)) this.#letGo(slot);
    await this.#inTurn(() => this.#acquire(this.#missing()));
  }

  /** The page is looked at again: what was taken away meanwhile, by a phone call for instance, is taken back. */
  async resume() {
    if (!this.#isStarted) return;
    for (const slot of Object.values(this.#slots)) this.#letGo(slot);
    if (this.#missing().length > 0) await this.retry();
  }

  /** @param {boolean} isFar  the person stands some metres away */
  async listenFar(isFar) {
    this.#isFar = isFar;
    const { track, device_id } = this.#slots.microphone;
    try {
      await track?.applyConstraints(soundFrom(device_id, isFar));
    } catch {
      // A wish: a microphone that cannot be tuned is as good as it was.
    }
  }

  /** Loudness of the microphone from whoever measures it. @param {number} level 0..1 @param {boolean} isSilent */
  heard(level, isSilent) {
    if (Math.abs(level - this.#level) < 0.01 && isSilent === this.#isSilent) return;
    this.#level = level;
    this.#isSilent = isSilent;
    this.#world.changed();
  }

  /** @param {Kind} kind @returns {Slot} */
  #slot(kind) {
    const muted = this.#world.timers.one(() => this.#interrupted(kind));
    return { wanted: true, device_id: this.#world.recall(kind), track: null, problem: null, muted };
  }

  /** @param {Kind} kind */
  #shown(kind) {
    const { track, wanted, problem, device_id } = this.#slots[kind];
    const isOn = track !== null && wanted && problem === null;
    const state = isOn
      ? /** @type {const} */ ("on")
      : problem && wanted
        ? stateOf(problem)
        : /** @type {const} */ ("off");
    return { state, device_id: track?.getSettings().deviceId ?? device_id, choices: this.#choices(INPUT[kind]) };
  }

  /** @param {MediaDeviceKind} kind */
  #choices(kind) {
    return this.#known
      .filter((one) => one.kind === kind && one.deviceId !== "")
      .map(({ deviceId, label }) => ({ id: deviceId, label }));
  }

  #problem() {
    const { microphone, camera } = this.#slots;
    if (microphone.wanted && microphone.problem) return microphone.problem;
    if (camera.wanted && camera.problem) return camera.problem;
    return this.#isSilent && microphone.track && microphone.wanted ? "silent" : null;
  }

  /** @returns {Kind[]} wanted, and not there */
  #missing() {
    const kinds = /** @type {Kind[]} */ (["microphone", "camera"]);
    return kinds.filter((kind) => this.#slots[kind].wanted && this.#slots[kind].track === null);
  }

  /** @param {() => Promise<void>} work */
  async #inTurn(work) {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined); // whoever asked is told; the next one gets its turn all the same
    await done;
  }

  /** Stops the old track first: many phones open one camera at a time. @param {Kind} kind @param {string} device_id */
  async #reopen(kind, device_id) {
    const slot = this.#slots[kind];
    slot.device_id = device_id;
    this.#release(slot);
    await this.#acquire([kind]);
  }

  /** Asks for these kinds at once; if that fails, one by one, so that one refusal does not take the other away. @param {Kind[]} kinds */
  async #acquire(kinds) {
    const wanted = kinds.filter((kind) => this.#slots[kind].wanted && this.#slots[kind].track === null);
    if (wanted.length === 0 || !this.#isStarted) return;
    const { media, isSecure, isInApp } = this.#world;
    const problem = pageProblem({ isSecure, isInApp, canAsk: media !== undefined });
    if (!media || problem) return this.#fail(wanted, problem);
    this.#asking += 1;
    this.#changed();
    try {
      const error = await this.#request(media, wanted);
      if (error !== null && wanted.length === 1) await this.#explain(wanted, error);
      else if (error !== null) await this.#oneByOne(media, wanted, error);
      this.#known = await media.enumerateDevices();
    } finally {
      this.#asking -= 1;
      this.#changed();
    }
  }

  /** @param {MediaDevices} media @param {Kind[]} kinds @param {unknown} error */
  async #oneByOne(media, kinds, error) {
    for (const kind of kinds) {
      const permission = await this.#world.permission(kind);
      const isRefused = error instanceof Error && error.name === "NotAllowedError" && permission !== "granted";
      // Asking again for what was just refused would only annoy; a missing or busy device refuses without a question.
      const again = isRefused ? error : await this.#request(media, [kind]);
      if (again !== null) await this.#explain([kind], again);
    }
  }

  /** @param {MediaDevices} media @param {Kind[]} kinds @returns {Promise<unknown>} the error; null when it worked */
  async #request(media, kinds) {
    const { microphone, camera } = this.#slots;
    try {
      const stream = await media.getUserMedia({
        audio: kinds.includes("microphone") && soundFrom(microphone.device_id, this.#isFar),
        video: kinds.includes("camera") && pictureFrom(camera.device_id, this.#facing),
      });
      for (const kind of kinds) this.#take(kind, stream);
      return null;
    } catch (error) {
      return error;
    }
  }

  /** @param {Kind} kind @param {MediaStream} stream */
  #take(kind, stream) {
    const slot = this.#slots[kind];
    const track = stream.getTracks().find((one) => one.kind === TRACK[kind]) ?? null;
    this.#release(slot);
    if (track === null) return;
    if (!this.#isStarted || (kind === "camera" && !slot.wanted)) return track.stop(); // changed their mind meanwhile
    slot.track = track;
    slot.problem = null;
    if (kind === "camera") {
      track.contentHint = "motion";
      const facing = track.getSettings().facingMode;
      if (facing === "user" || facing === "environment") this.#facing = facing;
    } else {
      track.enabled = slot.wanted;
    }
    track.onended = () => void this.#ended(kind, track);
    track.onmute = () => slot.muted.start(MUTED_MS);
    track.onunmute = () => this.#unmuted(kind);
  }

  /** @param {Kind[]} kinds @param {unknown} error */
  async #explain(kinds, error) {
    const { isInApp, permission } = this.#world;
    for (const kind of kinds) {
      this.#slots[kind].problem = problemOf(error, { isInApp, permission: await permission(kind) });
    }
  }

  /** @param {Kind[]} kinds @param {DeviceProblem | null} problem */
  #fail(kinds, problem) {
    for (const kind of kinds) this.#slots[kind].problem = problem;
    this.#changed();
  }

  /** A device that the system holds back is only had again by asking for it anew. @param {Slot} slot */
  #letGo(slot) {
    if (isHeldBack(slot.track)) this.#release(slot);
  }

  /** @param {Slot} slot */
  #release(slot) {
    slot.muted.stop();
    slot.problem = null;
    const { track } = slot;
    slot.track = null;
    if (track === null) return;
    track.onended = track.onmute = track.onunmute = null;
    track.stop();
  }

  /** Unplugged, or the permission was taken back. @param {Kind} kind @param {MediaStreamTrack} track */
  async #ended(kind, track) {
    if (this.#slots[kind].track !== track) return;
    this.#release(this.#slots[kind]);
    this.#slots[kind].device_id = ""; // whatever else there is
    this.#interrupted(kind);
    if (this.#world.isVisible()) await this.#inTurn(() => this.#acquire([kind]));
  }

  /** The system holds the device back: a phone call, another app, the lid. @param {Kind} kind */
  #interrupted(kind) {
    this.#slots[kind].problem = "interrupted";
    this.#changed();
  }

  /** @param {Kind} kind */
  #unmuted(kind) {
    const slot = this.#slots[kind];
    slot.muted.stop();
    if (slot.problem !== "interrupted") return;
    slot.problem = null;
    this.#changed();
  }

  async #devicesChanged() {
    this.#known = (await this.#world.media?.enumerateDevices()) ?? [];
    this.#changed();
    const wasMissing = this.#missing().filter((kind) =>
      ["missing", "interrupted"].includes(this.#slots[kind].problem ?? ""),
    );
    if (this.#isStarted && wasMissing.length > 0) await this.#inTurn(() => this.#acquire(wasMissing));
  }

  #changed() {
    const tracks = [this.#slots.microphone.track, this.#slots.camera.track].filter((track) => track !== null);
    const before = this.#stream?.getTracks() ?? [];
    const isSame = tracks.length === before.length && tracks.every((track) => before.includes(track));
    if (!isSame) this.#stream = tracks.length > 0 ? new MediaStream(tracks) : null;
    this.#world.changed();
  }
}

/** @param {MediaStreamTrack | null} track */
function isHeldBack(track) {
  return track !== null && (track.muted || track.readyState === "ended");
}
