// @ts-check
/**
 * Limbs that end where they must: what is held on floor, wall or table stays there while the body moves.
 * Two bones by the law of cosines, one bone by pointing it, the trunk by moving it until every limb reaches. Pure.
 */
import { ARM, FOREARM, named, need, point, SHANK, spot, THIGH, toes } from "./rig.js";
import { add, after, clamp, cross, dot, length, minus, times, towards, turned, unit } from "./space.js";

/** @import { Point, Turn } from "./space.js" */
/** @import { Bone, Skeleton } from "./rig.js" */

/**
 * What is held now: where each held point of the body belongs, and how the parts that lie on something stand.
 * @typedef {{ points: Readonly<Record<string, Point>>, turns: Readonly<Record<string, Turn>> }} Held
 */

/** @typedef {{ upper: string, lower: string, end: string, tip: string | null, l1: number, l2: number, bends: 1 | -1 }} Limb */

/** @type {Limb[]} */
const LIMBS = ["L", "R"].flatMap((side) => [
  {
    upper: `thigh${side}`,
    lower: `shank${side}`,
    end: `foot${side}`,
    tip: `toes${side}`,
    l1: THIGH,
    l2: SHANK,
    bends: 1,
  },
  { upper: `arm${side}`, lower: `forearm${side}`, end: `hand${side}`, tip: null, l1: ARM, l2: FOREARM, bends: -1 },
]);
const LIMB_BONES = new Set(LIMBS.flatMap((limb) => [limb.upper, limb.lower, limb.end, limb.tip]));
/** Short of quite straight, so that a knee never snaps. */
const REACH = 0.9995;

/** Bones whose turn has to be known for the points held on them. */
export const HELD_BONES = LIMBS.flatMap((limb) => [limb.lower, limb.end]);

/** @param {Skeleton} free  where the pose alone puts the bones @param {Held} held @returns {Skeleton} */
export function hold(free, held) {
  const goals = LIMBS.map((limb) => ({ limb, ...goalOf(limb, held) }));
  let body = shifted(free, trunkError(free, held));
  if (!trunkPoints(held).length) {
    for (let turn = 0; turn < 12; turn += 1) {
      for (const goal of goals) body = shifted(body, reachError(body, goal));
    }
  } else for (const goal of goals) goal.joint &&= level(body, goal.limb, goal.joint);
  for (const goal of goals) body = { ...body, ...posed(body, goal, held) };
  return headOn(body, held);
}

/** @param {Held} held @returns {string[]} */
const trunkPoints = (held) =>
  Object.keys(held.points).filter((name) => !LIMB_BONES.has(named(name).bone) && named(name).bone !== "head");

/** @param {Skeleton} body @param {Held} held @returns {Point} how far off the held points of the trunk are, on average */
function trunkError(body, held) {
  const names = trunkPoints(held);
  const errors = names.map((name) => minus(/** @type {Point} */ (held.points[name]), point(body, name)));
  return times(errors.reduce(add, [0, 0, 0]), 1 / Math.max(names.length, 1));
}

/** @typedef {{ joint: Point | null, end: Point | null }} Goal  where knee or elbow, ankle or wrist belong */

/** @param {Limb} limb @param {Held} held @returns {Goal} */
function goalOf(limb, held) {
  const wanted = (/** @type {string} */ bone) => {
    const turn = held.turns[bone];
    const places = Object.entries(held.points).flatMap(([name, at]) =>
      named(name).bone === bone && turn ? [minus(at, turned(turn, named(name).at))] : [],
    );
    return places.length ? times(places.reduce(add), 1 / places.length) : null;
  };
  const joint = wanted(limb.lower);
  return { joint, end: joint ? null : wanted(limb.end) };
}

/** @param {Skeleton} body @param {Goal & { limb: Limb }} goal @returns {Point} how the trunk has to move for that limb */
function reachError(body, { limb, joint, end }) {
  const aim = joint ?? end;
  if (!aim) return [0, 0, 0];
  const way = minus(aim, need(body, limb.upper).at);
  const far = length(way);
  const most = joint ? limb.l1 : (limb.l1 + limb.l2) * REACH;
  if (end && far <= most) return [0, 0, 0];
  return times(unit(way), far - most);
}

/**
 * Where the trunk may not move, a knee or elbow that is out of reach or too near gives way along the floor, never into it.
 * @param {Skeleton} body @param {Limb} limb @param {Point} joint @returns {Point} as high as it was, as far from the trunk as its bone is long
 */
function level(body, limb, joint) {
  const [x, y, z] = need(body, limb.upper).at;
  const [dx, dz] = [joint[0] - x, joint[2] - z];
  const flat = Math.hypot(dx, dz);
  const reach = limb.l1 ** 2 - (joint[1] - y) ** 2;
  if (reach <= 0 || flat < 1e-6) return joint;
  const stretch = Math.sqrt(reach) / flat;
  return [x + dx * stretch, joint[1], z + dz * stretch];
}

/** @param {Skeleton} body @param {Point} by @returns {Skeleton} */
function shifted(body, by) {
  if (length(by) < 1e-7) return body;
  return Object.fromEntries(
    Object.entries(body).map(([name, bone]) => [name, { at: add(bone.at, by), turn: bone.turn }]),
  );
}

/** @param {Skeleton} body @param {Goal & { limb: Limb }} goal @param {Held} held @returns {Record<string, Bone>} */
function posed(body, { limb, joint, end }, held) {
  if (joint) return pointed(body, limb, joint, held);
  if (end) return bent(body, limb, end, held);
  return {};
}

/**
 * One bone: turn it the shortest way until knee or elbow is where it belongs; what lies beyond keeps lying as it does.
 * @param {Skeleton} body @param {Limb} limb @param {Point} joint @param {Held} held @returns {Record<string, Bone>}
 */
function pointed(body, limb, joint, held) {
  const upper = need(body, limb.upper);
  const lower = need(body, limb.lower);
  const turn = after(towards(minus(lower.at, upper.at), minus(joint, upper.at)), upper.turn);
  const at = spot({ at: upper.at, turn }, [0, -limb.l1, 0]);
  const down = { at, turn: held.turns[limb.lower] ?? lower.turn };
  const end = ended(limb, spot(down, [0, -limb.l2, 0]), held.turns[limb.end] ?? need(body, limb.end).turn);
  return { [limb.upper]: { at: upper.at, turn }, [limb.lower]: down, ...end };
}

/**
 * Two bones: the joint between them stays in the plane that the pose gives it.
 * @param {Skeleton} body @param {Limb} limb @param {Point} end @param {Held} held @returns {Record<string, Bone>}
 */
function bent(body, limb, end, held) {
  const upper = need(body, limb.upper);
  const way = minus(end, upper.at);
  const far = clamp(length(way), Math.abs(limb.l1 - limb.l2) + 0.01, (limb.l1 + limb.l2) * REACH);
  const ahead = unit(way);
  const hinge = turned(upper.turn, [1, 0, 0]);
  const axis = unit(minus(hinge, times(ahead, dot(hinge, ahead))));
  const cosine = clamp((limb.l1 ** 2 + far ** 2 - limb.l2 ** 2) / (2 * limb.l1 * far), -1, 1);
  const aside = times(cross(ahead, axis), limb.bends * Math.sqrt(1 - cosine * cosine));
  const first = add(times(ahead, cosine), aside);
  const joint = add(upper.at, times(first, limb.l1));
  const goal = add(upper.at, times(ahead, far));
  return {
    [limb.upper]: { at: upper.at, turn: framed(axis, times(first, -1)) },
    [limb.lower]: { at: joint, turn: framed(axis, unit(minus(joint, goal))) },
    ...ended(limb, goal, held.turns[limb.end] ?? need(body, limb.end).turn),
  };
}

/** @param {Limb} limb @param {Point} at @param {Turn} turn @returns {Record<string, Bone>} */
function ended(limb, at, turn) {
  const end = { at, turn };
  return limb.tip ? { [limb.end]: end, [limb.tip]: toes(end) } : { [limb.end]: end };
}

/** A head that rests on something is carried there by the neck. @param {Skeleton} body @param {Held} held @returns {Skeleton} */
function headOn(body, held) {
  const name = ["headback", "forehead"].find((one) => held.points[one]);
  if (!name) return body;
  const neck = need(body, "neck");
  const head = need(body, "head");
  const goal = /** @type {Point} */ (held.points[name]);
  const by = towards(minus(point(body, name), neck.at), minus(goal, neck.at));
  const turn = after(by, neck.turn);
  const up = { at: spot({ at: neck.at, turn }, [0, 0.09, 0]), turn: after(by, head.turn) };
  return { ...body, neck: { at: neck.at, turn }, head: up };
}

/** @param {Point} x @param {Point} y  at right angles @returns {Turn} that takes the axes there */
function framed(x, y) {
  const z = cross(x, y);
  const trace = x[0] + y[1] + z[2];
  /** @type {Turn} */
  let q;
  if (trace > 0) q = [y[2] - z[1], z[0] - x[2], x[1] - y[0], 1 + trace];
  else if (x[0] > y[1] && x[0] > z[2]) q = [1 + x[0] - y[1] - z[2], y[0] + x[1], z[0] + x[2], y[2] - z[1]];
  else if (y[1] > z[2]) q = [y[0] + x[1], 1 + y[1] - x[0] - z[2], z[1] + y[2], z[0] - x[2]];
  else q = [z[0] + x[2], z[1] + y[2], 1 + z[2] - x[0] - y[1], x[1] - y[0]];
  const size = Math.hypot(...q);
  return [q[0] / size, q[1] / size, q[2] / size, q[3] / size];
}
