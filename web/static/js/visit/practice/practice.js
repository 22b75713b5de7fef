// @ts-check
/**
 * The exercise part of the view, one event further. Pure; mirrors `evolve_practice` in telesession/domain/practice.py
 * and `position_at` in playback.py.
 */
/** @import { Demonstration, Entry, Planned, Practice, PracticeEvent, ShownSoFar } from "../../messages.js" */

/** @param {Practice} practice @param {Entry} entry @param {PracticeEvent} event @returns {Practice} */
export function practise(practice, { seq, at }, event) {
  switch (event.type) {
    case "demonstration.pushed":
      return {
        ...practice,
        demonstration: pushed(seq, at, event),
        shown: counted(practice.shown, event),
        camera_card: null,
      };
    case "demonstration.withdrawn":
      return { ...practice, demonstration: null };
    case "demonstration.steered": {
      const { mode, is_playing, rate, position_s, lead_s } = event;
      return change(practice, { mode, is_playing, rate, anchor_at: later(at, lead_s), anchor_s: position_s });
    }
    case "demonstration.paused":
      return paused(practice, at);
    case "demonstration.resumed":
      return change(practice, { is_playing: true, anchor_at: at });
    case "demonstration.aimed":
      return change(practice, { aim: event.aim });
    case "demonstration.dosed":
      return dosed(practice, at, event);
    case "demonstration.answered":
      return change(practice, { answer: event.answer });
    case "exertion.reported": {
      const { exercise, set, pain, effort } = event;
      return { ...practice, exertions: [...practice.exertions, { at, exercise, set, pain, effort }] };
    }
    case "exercise.stopped":
      return { ...paused(practice, at), stop: { at, by: event.by } };
    case "exercise.cleared":
      return { ...practice, stop: null };
    case "plan.was_set":
      return { ...practice, planned: event.planned };
    case "programme.added": {
      const { exercise, version, dosage, clip } = event;
      return {
        ...practice,
        programme: [...without(practice.programme, exercise), { exercise, version, dosage, clip }],
      };
    }
    case "programme.removed":
      return { ...practice, programme: without(practice.programme, event.exercise) };
    case "camera_card.was_set":
      return { ...practice, camera_card: event.card };
    case "step_back.was_set":
      return { ...practice, is_step_back: event.is_on };
    default:
      return unreachable(event, practice);
  }
}

/**
 * The type check fails here when an event is forgotten; a newer server's event changes nothing.
 * @template T @param {never} _event @param {T} unchanged @returns {T}
 */
function unreachable(_event, unchanged) {
  return unchanged;
}

/**
 * Seconds into the demonstration at a server time. It stands still while paused, and in a count-in before its anchor.
 * @param {Pick<Demonstration, "is_playing" | "anchor_at" | "anchor_s" | "rate">} shown @param {number} now_ms
 */
export function positionAt({ is_playing, anchor_at, anchor_s, rate }, now_ms) {
  const elapsed_s = (now_ms - Date.parse(anchor_at)) / 1_000;
  return is_playing && elapsed_s > 0 ? anchor_s + rate * elapsed_s : anchor_s;
}

/**
 * @param {number} number @param {string} at @param {Extract<PracticeEvent, { type: "demonstration.pushed" }>} event
 * @returns {Demonstration}
 */
function pushed(number, at, { exercise, version, dosage, aim, clip }) {
  const still = {
    mode: /** @type {const} */ ("watch"),
    is_playing: true,
    rate: 1,
    anchor_at: at,
    anchor_s: 0,
    answer: null,
  };
  return { number, exercise, version, dosage, aim, ...still, clip };
}

/**
 * @param {readonly ShownSoFar[]} shown @param {Extract<PracticeEvent, { type: "demonstration.pushed" }>} event
 * @returns {ShownSoFar[]} how often each
 */
function counted(shown, { exercise, version, clip }) {
  const before = shown.find((one) => one.exercise === exercise);
  const now = { exercise, version, times: (before?.times ?? 0) + 1, clip };
  return before ? shown.map((one) => (one === before ? now : one)) : [...shown, now];
}

/** @param {Practice} practice @param {Partial<Demonstration>} changes @returns {Practice} */
function change(practice, changes) {
  const { demonstration } = practice;
  return demonstration ? { ...practice, demonstration: { ...demonstration, ...changes } } : practice;
}

/**
 * Never before its beginning, though somebody may have steered since.
 * @param {Practice} practice @param {string} at @param {Extract<PracticeEvent, { type: "demonstration.dosed" }>} event
 * @returns {Practice}
 */
function dosed(practice, at, { dosage, shift_s }) {
  const { demonstration } = practice;
  if (!demonstration) return practice;
  const least_s = -positionAt(demonstration, Date.parse(at));
  return change(practice, { dosage, anchor_s: demonstration.anchor_s + Math.max(shift_s, least_s) });
}

/** @param {Practice} practice @param {string} at @returns {Practice} */
function paused(practice, at) {
  const { demonstration } = practice;
  if (!demonstration?.is_playing) return practice;
  return change(practice, { is_playing: false, anchor_at: at, anchor_s: positionAt(demonstration, Date.parse(at)) });
}

/** @param {string} at @param {number} seconds @returns {string} */
function later(at, seconds) {
  return new Date(Date.parse(at) + seconds * 1_000).toISOString();
}

/** @param {readonly Planned[]} programme @param {string} exercise */
function without(programme, exercise) {
  return programme.filter((one) => one.exercise !== exercise);
}
