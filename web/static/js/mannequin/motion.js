// @ts-check
/**
 * An exercise in time: which key poses it is between, and how the whole body stands there.
 * A pure function of the position on the timeline; nobody here looks at a clock.
 */
import { HELD_BONES, hold } from "./ik.js";
import { mirrored, named, need, opposite, point, rootTurn, skeleton } from "./rig.js";
import { mix } from "./space.js";

/** @import { Turn } from "./space.js" */
/** @import { Pose, Skeleton } from "./rig.js" */

/** @typedef {{ pose: string, move_s: number, hold_s: number }} Step  reach the pose in `move_s`, stay `hold_s` */
/**
 * What the mannequin needs of an exercise: its entry in the library has more.
 * @typedef {{ slug?: string, start_position?: string, laterality?: string, equipment?: readonly string[],
 *   views?: readonly string[], framing?: string, poses: Readonly<Record<string, Pose>>, timeline: readonly Step[],
 *   held?: readonly string[], pins?: readonly string[], contacts?: Readonly<Record<string, readonly string[]>> }} Movement
 */
/** @typedef {{ tempo?: number, hold_s?: number }} Pace  of a dosage; without `hold_s` the exercise's own holds */

/** A key pose as numbers that can be blended, and how fast each changes there. @typedef {{ numbers: Float64Array, slopes: Float64Array, move_s: number }} Key */
/**
 * A movement made ready to be asked for any moment of it: names of its channels and held points, what touches at every key.
 * @typedef {{ names: readonly string[], held: readonly string[], touching: readonly ReadonlySet<string>[], keys: readonly Key[] }} Track
 */
/** @typedef {{ step: number, t: number }} Place  on the timeline: `t` of the way from step - 1 to step; 1 while it is held */

/** @param {ArrayLike<number>} list @param {number} i  that is there */
const at = (list, i) => /** @type {number} */ (list[i]);

/** The timeline of one repetition as a dosage asks for it; the same as `dosed` of the server. @param {Movement} movement @param {Pace} pace @returns {Step[]} */
export function dosed({ timeline, held = [] }, { tempo = 1, hold_s }) {
  return timeline.map(({ pose, move_s, hold_s: own }) => {
    return { pose, move_s: move_s / tempo, hold_s: held.includes(pose) ? (hold_s ?? own) : own };
  });
}

/** @param {readonly Step[]} timeline @returns {number} seconds of one repetition */
export const cycleOf = (timeline) => timeline.reduce((sum, { move_s, hold_s }) => sum + move_s + hold_s, 0);

/** @param {readonly Step[]} timeline @param {number} at_s  since the repetition began @returns {Place} */
export function placeAt(timeline, at_s) {
  let left = at_s;
  for (const [step, { move_s, hold_s }] of timeline.entries()) {
    if (step > 0 && left < move_s) return { step, t: left / move_s };
    left -= step > 0 ? move_s : 0;
    if (left < hold_s) return { step, t: 1 };
    left -= hold_s;
  }
  return { step: timeline.length - 1, t: 1 };
}

/** From rest to rest with the least jerk, as people move (Flash and Hogan 1985). @param {number} t  0 to 1 */
export const minimumJerk = (t) => t ** 3 * (10 + t * (6 * t - 15));

/** @param {Movement} movement @param {boolean} [otherSide]  mirrored, when the poses show the side that is not wanted @returns {Track} */
export function track(movement, otherSide = false) {
  const sided = (/** @type {readonly string[]} */ names) => (otherSide ? names.map(opposite) : [...names]);
  const poses = movement.timeline.map(({ pose: name }) => {
    const pose = movement.poses[name];
    if (!pose) throw new Error(`The timeline names a pose that is not there: ${name}.`);
    return otherSide ? mirrored(pose) : pose;
  });
  const pins = sided(movement.pins ?? []);
  const touching = movement.timeline.map(({ pose }) => new Set([...pins, ...sided(movement.contacts?.[pose] ?? [])]));
  const held = [...new Set(touching.flatMap((one) => [...one]))];
  const names = [...new Set(poses.flatMap((pose) => Object.keys(pose.channels_deg)))].filter((name) => !ROOT.has(name));
  const layout = layoutOf(names, held);
  const rows = poses.map((pose) => row(pose, names, held));
  const first = /** @type {Float64Array} */ (rows[0]);
  const firm = HELD_BONES.map((bone) => pins.filter((pin) => named(pin).bone === bone).length > 1);
  for (const one of rows) agree(one, first, layout, pins, firm);
  return { names, held, touching, keys: withSlopes(rows, movement.timeline) };
}

/** Channels that the turn of the root already has. */
const ROOT = new Set(["pitch", "roll", "yaw", "axial"]);
const CHANNELS = 7;

/**
 * Where things stand among the numbers of a key: root 3, its turn 4, channels left and right, held points 3 each, turns of held bones 4 each.
 * @param {readonly string[]} names @param {readonly string[]} held
 */
function layoutOf(names, held) {
  const points = CHANNELS + names.length * 2;
  const turns = points + held.length * 3;
  return {
    pointStart: (/** @type {string} */ name) => points + held.indexOf(name) * 3,
    turnStarts: [3, ...HELD_BONES.map((_, i) => turns + i * 4)],
  };
}

/** @param {Pose} pose @param {readonly string[]} names @param {readonly string[]} held */
function row(pose, names, held) {
  const body = skeleton(pose);
  const both = names.flatMap((name) => {
    const value = pose.channels_deg[name] ?? 0;
    return typeof value === "number" ? [value, value] : [value.left, value.right];
  });
  const points = held.flatMap((name) => point(body, name));
  const turns = HELD_BONES.flatMap((name) => need(body, name).turn);
  return new Float64Array([...pose.root_m, ...rootTurn(pose), ...both, ...points, ...turns]);
}

/**
 * Pins stay where the first key has them, and a bone with two pins, such as a foot, stays as it stands there.
 * Of a turn and its negative, which are the same, take the one nearer to the first key's.
 * @param {Float64Array} one @param {Float64Array} first @param {ReturnType<typeof layoutOf>} layout
 * @param {readonly string[]} pins @param {readonly boolean[]} firm
 */
function agree(one, first, { pointStart, turnStarts }, pins, firm) {
  for (const start of pins.map(pointStart)) one.set(first.subarray(start, start + 3), start);
  for (const start of turnStarts.filter((_, i) => firm[i - 1])) one.set(first.subarray(start, start + 4), start);
  for (const start of turnStarts) {
    const cosine = [0, 1, 2, 3].reduce((sum, i) => sum + at(one, start + i) * at(first, start + i), 0);
    if (cosine < 0) for (let i = start; i < start + 4; i += 1) one[i] = -at(one, i);
  }
}

/**
 * Where a key is only passed, every number that goes on the same way keeps its speed (after Fritsch and Carlson).
 * @param {readonly Float64Array[]} rows @param {readonly Step[]} timeline @returns {Key[]}
 */
function withSlopes(rows, timeline) {
  return rows.map((numbers, i) => {
    const [before, next] = [rows[i - 1], rows[i + 1]];
    const { hold_s, move_s } = /** @type {Step} */ (timeline[i]);
    const slopes = numbers.map((value, n) => {
      if (!before || !next || hold_s > 0) return 0;
      const coming = (value - at(before, n)) / move_s;
      const going = (at(next, n) - value) / (timeline[i + 1]?.move_s ?? 1);
      return coming * going > 0 ? (2 * coming * going) / (coming + going) : 0;
    });
    return { numbers, slopes, move_s };
  });
}

/** @param {Track} track @param {Place} place @param {number} [rom]  share of the movement that is shown, 0.3 to 1 @returns {Skeleton} */
export function bodyAt({ names, held, touching, keys }, { step, t }, rom = 1) {
  const to = /** @type {Key} */ (keys[step]);
  const start = /** @type {Key} */ (keys[0]).numbers;
  const numbers = blend(keys[step - 1] ?? to, to, t).map((value, i) => mix(at(start, i), value, rom));
  const of = (/** @type {number} */ i) => at(numbers, i);
  const turn = (/** @type {number} */ i) => whole([of(i), of(i + 1), of(i + 2), of(i + 3)]);
  const { pointStart, turnStarts } = layoutOf(names, held);
  const channels = names.map((name, i) => [name, { left: of(CHANNELS + i * 2), right: of(CHANNELS + i * 2 + 1) }]);
  const body = skeleton({ root_m: [of(0), of(1), of(2)], channels_deg: Object.fromEntries(channels) }, turn(3));
  const now = held.filter((name) => touches(touching, { step, t }, name) && (rom === 1 || touching[0]?.has(name)));
  const points = now.map((name) => [name, [0, 1, 2].map((axis) => of(pointStart(name) + axis))]);
  const turns = HELD_BONES.map((name, i) => [name, turn(turnStarts[i + 1] ?? 0)]);
  return hold(body, { points: Object.fromEntries(points), turns: Object.fromEntries(turns) });
}

/** Between two keys a point is held when both of them hold it. @param {readonly ReadonlySet<string>[]} touching @param {Place} place @param {string} name */
function touches(touching, { step, t }, name) {
  return !!touching[step]?.has(name) && (t >= 1 || step === 0 || !!touching[step - 1]?.has(name));
}

/** @param {Turn} turn @returns {Turn} of length 1 */
function whole(turn) {
  const size = Math.hypot(...turn) || 1;
  return [turn[0] / size, turn[1] / size, turn[2] / size, turn[3] / size];
}

/** @param {Key} from @param {Key} to @param {number} t @returns {Float64Array} with least jerk between stops, through passed keys at speed */
function blend(from, to, t) {
  const eased = minimumJerk(t);
  const leaving = to.move_s * (t - t ** 3 * (6 - t * (8 - 3 * t)));
  const arriving = to.move_s * t ** 3 * (t * (7 - 3 * t) - 4);
  return to.numbers.map((value, i) => {
    return mix(at(from.numbers, i), value, eased) + at(from.slopes, i) * leaving + at(to.slopes, i) * arriving;
  });
}
