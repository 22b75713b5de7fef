// @ts-check
/**
 * The figure as a sculptor would put it together: soft lumps of clay on every bone, melted into one another.
 * Neutral in sex and age. `distanceTo` says how far a place is from the surface; mesh.js makes a skin of it.
 */
import { BONES, need, skeleton, spot } from "./rig.js";
import { back, between, distance, length, towards, turned } from "./space.js";

/** @import { Point } from "./space.js" */
/** @import { Pose, Skeleton } from "./rig.js" */

/**
 * A lump: `from` and `to` are balls that a tapered limb joins, or one egg when `egg` gives its three radii.
 * `blend` is how widely it melts into what is there; `flat` squeezes it across x.
 * @typedef {{ bone: string, from: Point, r: number, to: Point, q: number, egg: Point | null, blend: number, flat: number }} Lump
 */

/** Arms and legs a little apart, so that armpits and the inside of the thighs do not melt together. @type {Pose} */
export const REST = {
  root_m: [0, 0.9, 0],
  channels_deg: { shoAb: 42, elb: 10, hipAb: 7, hip: 2, kne: 4, ank: 2 },
};

/** @param {string} bone @param {Point} from @param {number} r @param {Point} to @param {number} q @returns {Lump} */
const limb = (bone, from, r, to, q, blend = 0.03, flat = 1) => ({ bone, from, r, to, q, egg: null, blend, flat });
/** @param {string} bone @param {Point} at @param {Point} radii @returns {Lump} */
const egg = (bone, at, radii, blend = 0.03) => ({ bone, from: at, r: 0, to: at, q: 0, egg: radii, blend, flat: 1 });

const MIDDLE = [
  egg("pelvis", [0, 0.03, -0.006], [0.152, 0.112, 0.092]),
  egg("pelvis", [0, 0.075, 0.022], [0.125, 0.085, 0.074], 0.05),
  egg("lumbar", [0, 0.06, 0], [0.128, 0.135, 0.09], 0.06),
  egg("chest", [0, 0.06, 0], [0.139, 0.15, 0.102], 0.06),
  egg("shoulders", [0, 0.008, -0.001], [0.14, 0.132, 0.103], 0.05),
  limb("shoulders", [-0.115, 0.07, -0.01], 0.049, [0.115, 0.07, -0.01], 0.049, 0.07),
  limb("neck", [0, -0.03, -0.012], 0.057, [0, 0.1, 0.01], 0.0485, 0.05),
  egg("head", [0, 0.118, 0.0], [0.0745, 0.09, 0.094], 0.025),
  egg("head", [0, 0.062, 0.036], [0.0585, 0.076, 0.061], 0.05),
  egg("head", [0, 0.012, 0.06], [0.032, 0.024, 0.026], 0.055),
  limb("head", [0, 0.096, 0.088], 0.008, [0, 0.063, 0.104], 0.0115, 0.02),
];

/** Of the left side; the right is its mirror. */
const LEFT = [
  egg("pelvis", [0.068, -0.012, -0.034], [0.08, 0.09, 0.0675], 0.04),
  egg("shoulders", [0.07, 0.018, 0.052], [0.078, 0.06, 0.054], 0.05),
  egg("shoulders", [0.078, 0.02, -0.058], [0.066, 0.088, 0.042], 0.05),
  limb("shoulders", [0.028, 0.158, -0.018], 0.036, [0.15, 0.09, -0.012], 0.034, 0.06),
  egg("head", [0.0725, 0.085, -0.002], [0.009, 0.028, 0.017], 0.02),
  limb("thigh*", [0.004, 0.005, 0], 0.086, [0.004, -0.16, 0.002], 0.078, 0.05),
  limb("thigh*", [0.004, -0.13, 0.002], 0.08, [0, -0.36, 0.004], 0.054, 0.04),
  egg("thigh*", [0.004, -0.19, 0.022], [0.057, 0.16, 0.047], 0.05),
  limb("thigh*", [0, -0.34, 0.002], 0.053, [0, -0.4165, 0.001], 0.0485, 0.03),
  limb("shank*", [0, 0, 0.001], 0.0485, [0, -0.08, -0.004], 0.045, 0.03),
  egg("shank*", [0, 0.0, 0.03], [0.028, 0.036, 0.02], 0.02),
  egg("shank*", [0.003, -0.135, -0.024], [0.048, 0.105, 0.042], 0.035),
  limb("shank*", [0, -0.06, 0.002], 0.043, [0, -0.385, -0.004], 0.029, 0.03),
  egg("shank*", [0, -0.412, 0], [0.0355, 0.02, 0.024], 0.02),
  limb("foot*", [0, -0.031, -0.012], 0.031, [0, 0, -0.001], 0.031, 0.02),
  egg("foot*", [0, -0.036, -0.014], [0.0315, 0.0275, 0.034], 0.02),
  limb("foot*", [0, -0.016, 0.01], 0.029, [0.003, -0.042, 0.125], 0.0195, 0.03, 1.5),
  limb("foot*", [0.006, -0.046, 0.0], 0.016, [0.008, -0.046, 0.12], 0.016, 0.02),
  egg("foot*", [0.003, -0.046, 0.115], [0.044, 0.018, 0.042], 0.02),
  egg("toes*", [0, 0.017, 0.012], [0.041, 0.017, 0.046], 0.015),
  egg("arm*", [-0.006, -0.06, 0], [0.046, 0.082, 0.053], 0.05),
  limb("arm*", [-0.008, -0.026, 0], 0.041, [0, -0.29, -0.002], 0.036, 0.045),
  egg("arm*", [0, -0.16, 0.01], [0.036, 0.095, 0.035], 0.03),
  limb("arm*", [0, -0.28, -0.002], 0.036, [0, -0.316, 0], 0.036, 0.03),
  limb("forearm*", [0, 0, 0], 0.036, [0, -0.06, 0], 0.038, 0.025),
  limb("forearm*", [0, -0.05, 0.002], 0.0385, [0, -0.225, 0], 0.0255, 0.03),
  limb("forearm*", [0, -0.22, 0], 0.0255, [0, -0.248, 0], 0.025, 0.02, 0.86),
  egg("hand*", [0, -0.05, 0.002], [0.0165, 0.058, 0.041], 0.02),
  limb("hand*", [0, 0, 0], 0.025, [0, -0.04, 0], 0.03, 0.02, 0.7),
  egg("hand*", [-0.005, -0.108, 0.001], [0.0125, 0.068, 0.0375], 0.02),
  limb("hand*", [-0.004, -0.03, 0.03], 0.0155, [-0.012, -0.1, 0.06], 0.0115, 0.016),
];

/** @param {Point} at @returns {Point} */
const flipped = (at) => [-at[0], at[1], at[2]];

/** @param {Lump} lump @param {"L" | "R"} side @returns {Lump} */
function onSide(lump, side) {
  const bone = lump.bone.replace("*", side);
  return side === "L" ? { ...lump, bone } : { ...lump, bone, from: flipped(lump.from), to: flipped(lump.to) };
}

/** Every lump of the figure. @type {Lump[]} */
export const LUMPS = [...MIDDLE, ...LEFT.map((one) => onSide(one, "L")), ...LEFT.map((one) => onSide(one, "R"))];

/**
 * A lump where its bone is: `m` takes a place of the world to the lump's own axes. Plain numbers, for it is asked a million times.
 * @typedef {{ bone: number, blend: number, flat: number, egg: Point | null, m: Float64Array, length: number, r: number, q: number,
 *   middle: Point, reach: number }} Placed  all of it is within `reach` of its middle
 */

/** @param {Skeleton} [rest] @returns {Placed[]} */
export function place(rest = skeleton(REST)) {
  return LUMPS.map(({ bone: name, from, to, r, q, egg: radii, blend, flat }) => {
    const bone = need(rest, name);
    const ahead = /** @type {Point} */ ([(to[0] - from[0]) / flat, to[1] - from[1], to[2] - from[2]]);
    // The lump's own y runs from its first ball to its second; x is squeezed by `flat` first.
    const upright = towards(ahead, [0, 1, 0]);
    const m = new Float64Array(12);
    for (let axis = 0; axis < 3; axis += 1) {
      const world = /** @type {Point} */ ([Number(axis === 0), Number(axis === 1), Number(axis === 2)]);
      const onBone = turned(back(bone.turn), world);
      const own = turned(upright, [onBone[0] / flat, onBone[1], onBone[2]]);
      m[axis] = own[0];
      m[4 + axis] = own[1];
      m[8 + axis] = own[2];
    }
    const start = spot(bone, from);
    for (const row of [0, 4, 8]) {
      m[row + 3] = -(at(m, row) * start[0] + at(m, row + 1) * start[1] + at(m, row + 2) * start[2]);
    }
    return {
      bone: BONES.indexOf(name),
      blend,
      flat,
      egg: radii,
      m,
      length: length(ahead),
      r,
      q,
      ...ball(spot(bone, from), spot(bone, to), radii, Math.max(r, q) * flat),
    };
  });
}

/** @param {Point} from @param {Point} to @param {Point | null} radii @param {number} r @returns {{ middle: Point, reach: number }} */
function ball(from, to, radii, r) {
  return { middle: between(from, to, 0.5), reach: radii ? Math.max(...radii) : distance(from, to) / 2 + r };
}

/** Never more than the metres to the lump, and quickly known. @param {Placed} lump @param {number} x @param {number} y @param {number} z */
export function atLeast({ middle, reach }, x, y, z) {
  const [a, b, c] = [x - middle[0], y - middle[1], z - middle[2]];
  return Math.sqrt(a * a + b * b + c * c) - reach;
}

/** @param {ArrayLike<number>} list @param {number} i */
const at = (list, i) => /** @type {number} */ (list[i]);

/** @param {Placed} lump @param {number} x @param {number} y @param {number} z @returns {number} metres, inside below 0 */
export function distanceToLump({ m, egg: radii, flat, length: l, r, q }, x, y, z) {
  const u = at(m, 0) * x + at(m, 1) * y + at(m, 2) * z + at(m, 3);
  const v = at(m, 4) * x + at(m, 5) * y + at(m, 6) * z + at(m, 7);
  const w = at(m, 8) * x + at(m, 9) * y + at(m, 10) * z + at(m, 11);
  if (radii) return toEgg(u, v, w, radii[0], radii[1], radii[2]);
  return toLimb(Math.sqrt(u * u + w * w), v, l, r, q) * (flat < 1 ? flat : 1);
}

/** @param {number} x @param {number} y @param {number} z @param {number} a @param {number} b @param {number} c */
function toEgg(x, y, z, a, b, c) {
  const p = x / a;
  const q = y / b;
  const r = z / c;
  const near = Math.sqrt(p * p + q * q + r * r);
  const steep = Math.sqrt((p * p) / (a * a) + (q * q) / (b * b) + (r * r) / (c * c));
  return steep < 1e-9 ? -c : (near * (near - 1)) / steep;
}

/**
 * A cone between two balls, exact (after Quilez): `away` from its axis, `along` it from the first ball.
 * @param {number} away @param {number} along @param {number} l @param {number} r @param {number} q
 */
function toLimb(away, along, l, r, q) {
  const slope = l > 0 ? (r - q) / l : 0;
  const level = Math.sqrt(1 - slope * slope);
  const k = along * level - away * slope;
  if (k < 0) return Math.sqrt(away * away + along * along) - r;
  if (k > level * l) return Math.sqrt(away * away + (along - l) * (along - l)) - q;
  return away * level + along * slope - r;
}

/** @param {readonly Placed[]} lumps @param {number} x @param {number} y @param {number} z @returns {number} to them melted */
export function distanceTo(lumps, x, y, z) {
  let all = 1;
  for (let i = 0; i < lumps.length; i += 1) {
    const one = /** @type {Placed} */ (lumps[i]);
    const d = distanceToLump(one, x, y, z);
    const h = 1 - Math.abs(all - d) / one.blend;
    all = Math.min(all, d);
    if (h > 0) all -= (h * h * one.blend) / 4;
  }
  return all;
}
