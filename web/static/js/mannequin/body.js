// @ts-check
/**
 * The figure as a graphics card wants it: one continuous skin, which bones hold each point of it, and what it wears.
 * Made once from the sculpture; pure.
 */
import { skin } from "./mesh.js";
import { BONES, need, seen, skeleton, spot } from "./rig.js";
import { atLeast, distanceTo, distanceToLump, place, REST } from "./sculpture.js";

/** @import { Point } from "./space.js" */
/** @import { Placed } from "./sculpture.js" */
/** @import { Skin } from "./mesh.js" */

/**
 * `bones` and `weights` are four a point; `wear` is three a point, metres inside of: clothes, top (else shorts), band.
 * @typedef {{ positions: Float32Array, normals: Float32Array, triangles: Uint16Array, bones: Uint8Array,
 *   weights: Float32Array, wear: Float32Array }} Body
 */

/** How far the pull of a bone reaches into its neighbour's flesh, in metres. */
const SOFT = 0.016;
/** From here on flesh has no pull. */
const FAR = 0.15;
const SIDES = BONES.map((name) => (name.endsWith("L") ? 1 : name.endsWith("R") ? -1 : 0));
const GROUPS = BONES.map((name) => name.replace(/[LR]$/, ""));
const rest = skeleton(REST);

/** @param {ArrayLike<number>} list @param {number} i  that is there */
const at = (list, i) => /** @type {number} */ (list[i]);
/** @param {ArrayLike<number>} list @param {number} i @returns {Point} */
const pointAt = (list, i) => [at(list, i * 3), at(list, i * 3 + 1), at(list, i * 3 + 2)];

/**
 * Hands, feet and head are made of finer cells than the rest; the skins overlap by a seam where both are the same surface.
 * @typedef {{ low: Point, high: Point, fine: number, keeps: (point: Point) => boolean }} Part
 */

/** @returns {Part[]} */
function parts() {
  const around = (
    /** @type {string} */ bone,
    /** @type {Point} */ from,
    /** @type {Point} */ to,
    /** @type {number} */ fine,
    /** @type {number} */ cut,
  ) => {
    const corners = [from, to].map((one) => spot(need(rest, bone), one));
    const side = (/** @type {0 | 1 | 2} */ axis, /** @type {(...n: number[]) => number} */ pick) =>
      pick(...corners.map((one) => one[axis]));
    const air = 0.07;
    const box = (/** @type {(...n: number[]) => number} */ pick, /** @type {number} */ by) =>
      /** @type {Point} */ ([side(0, pick) + by, side(1, pick) + by, side(2, pick) + by]);
    const beyond = (/** @type {Point} */ point) =>
      (seen(need(rest, bone), point)[1] - cut) * Math.sign(to[1] - from[1]);
    return { low: box(Math.min, -air), high: box(Math.max, air), fine, beyond };
  };
  const fine = [
    around("handL", [0, 0, 0], [0, -0.17, 0.02], 0.45, -0.012),
    around("handR", [0, 0, 0], [0, -0.17, 0.02], 0.45, -0.012),
    around("footL", [0, 0.04, -0.02], [0, -0.05, 0.15], 0.6, 0.045),
    around("footR", [0, 0.04, -0.02], [0, -0.05, 0.15], 0.6, 0.045),
    around("head", [-0.03, -0.02, -0.05], [0.03, 0.16, 0.07], 0.6, -0.01),
  ];
  const near = (/** @type {Part & { beyond?: unknown }} */ part, /** @type {Point} */ point) =>
    point.every((value, axis) => value > at(part.low, axis) && value < at(part.high, axis));
  return [
    {
      low: [-0.82, -0.012, -0.2],
      high: [0.82, 1.74, 0.26],
      fine: 1,
      keeps: (point) =>
        fine.every((part) => !near({ ...part, keeps: () => true }, point) || part.beyond(point) < 0.014),
    },
    ...fine.map(({ low, high, fine: cell, beyond }) => ({
      low,
      high,
      fine: cell,
      keeps: (/** @type {Point} */ point) => beyond(point) > 0,
    })),
  ];
}

/** @type {Body | undefined} */
let grown;

/** @returns {Body} the one of this page: it takes a few tenths of a second, once */
export function theBody() {
  grown ??= makeBody();
  return grown;
}

/** @param {number} [step]  width of a cell of the trunk; smaller is finer and slower @returns {Body} */
export function makeBody(step = 0.018) {
  const lumps = place();
  /** @param {number} x @param {number} y @param {number} z @param {number} reach */
  const solid = (x, y, z, reach) => {
    const near = lumps.filter(
      (one) => atLeast(one, x, y, z) < reach + 0.06 && distanceToLump(one, x, y, z) < reach + 0.06,
    );
    if (!near.length) return null;
    if (Math.abs(distanceTo(near, x, y, z)) > reach) return null;
    return (/** @type {number} */ a, /** @type {number} */ b, /** @type {number} */ c) => distanceTo(near, a, b, c);
  };
  const whole = joined(
    parts().map(({ low, high, fine, keeps }) => trimmed(skin(solid, low, high, step * fine), keeps)),
  );
  return { ...whole, ...dressed(whole.positions, lumps) };
}

/** @param {Skin} part @param {(point: Point) => boolean} keeps @returns {Skin} without the triangles outside of it */
function trimmed({ positions, normals, triangles }, keeps) {
  const kept = Array.from({ length: positions.length / 3 }, (_, i) => keeps(pointAt(positions, i)));
  const order = new Map();
  const numberOf = (/** @type {number} */ i) => {
    if (!order.has(i)) order.set(i, order.size);
    return order.get(i);
  };
  /** @type {number[]} */
  const left = [];
  for (let t = 0; t < triangles.length; t += 3) {
    const corners = [at(triangles, t), at(triangles, t + 1), at(triangles, t + 2)];
    if (corners.some((one) => kept[one])) left.push(...corners.map(numberOf));
  }
  const used = [...order.keys()];
  return {
    positions: used.flatMap((i) => pointAt(positions, i)),
    normals: used.flatMap((i) => pointAt(normals, i)),
    triangles: left,
  };
}

/** @param {readonly Skin[]} skins */
function joined(skins) {
  let start = 0;
  const triangles = skins.flatMap((one) => {
    const shifted = one.triangles.map((i) => i + start);
    start += one.positions.length / 3;
    return shifted;
  });
  return {
    positions: new Float32Array(skins.flatMap((one) => one.positions)),
    normals: new Float32Array(skins.flatMap((one) => one.normals)),
    triangles: new Uint16Array(triangles),
  };
}

/** @param {Float32Array} positions @param {readonly Placed[]} lumps */
function dressed(positions, lumps) {
  const count = positions.length / 3;
  const bones = new Uint8Array(count * 4);
  const weights = new Float32Array(count * 4);
  const wear = new Float32Array(count * 3);
  const near = new Float64Array(BONES.length);
  for (let i = 0; i < count; i += 1) {
    const point = pointAt(positions, i);
    nearness(lumps, point, near);
    hold(near, point, bones, weights, i * 4);
    wear.set(worn(point, near), i * 3);
  }
  return { bones, weights, wear };
}

/** @param {readonly Placed[]} lumps @param {Point} point @param {Float64Array} near  becomes the metres to the flesh of every bone */
function nearness(lumps, [x, y, z], near) {
  near.fill(1);
  for (const one of lumps) {
    if (atLeast(one, x, y, z) > FAR) continue;
    near[one.bone] = Math.min(at(near, one.bone), distanceToLump(one, x, y, z));
  }
}

/**
 * The four bones that hold a point most; never one of the other side.
 * @param {Float64Array} near @param {Point} point @param {Uint8Array} bones @param {Float32Array} weights @param {number} slot
 */
function hold(near, point, bones, weights, slot) {
  const closest = near.reduce((least, d) => Math.min(least, d), 1);
  let sum = 0;
  for (let place = slot; place < slot + 4; place += 1) {
    let best = 0;
    let most = -1;
    for (let bone = 0; bone < near.length; bone += 1) {
      const pull = at(near, bone) >= 1 ? 0 : share(bone, point[0]) * Math.exp((closest - at(near, bone)) / SOFT);
      if (pull > most && !bones.subarray(slot, place).includes(bone)) [best, most] = [bone, pull];
    }
    bones[place] = best;
    weights[place] = most;
    sum += most;
  }
  for (let place = slot; place < slot + 4; place += 1) weights[place] = at(weights, place) / sum;
}

/** Bones of a side hold nothing of the other. @param {number} bone @param {number} x */
function share(bone, x) {
  const side = at(SIDES, bone);
  return side === 0 ? 1 : Math.min(Math.max((side * x) / 0.03, 0), 1);
}

/** @param {Float64Array} near @param {readonly string[]} groups */
const nearest = (near, groups) =>
  near.reduce((least, d, bone) => (groups.includes(at2(GROUPS, bone)) ? Math.min(least, d) : least), 1);
/** @param {readonly string[]} list @param {number} i */
const at2 = (list, i) => /** @type {string} */ (list[i]);

/**
 * A top with short sleeves, shorts, and a band at the left wrist and ankle.
 * @param {Point} point @param {Float64Array} near @returns {Point} metres inside of the clothes, the top, a band
 */
function worn(point, near) {
  const side = point[0] > 0 ? "L" : "R";
  const along = (/** @type {string} */ bone) => seen(need(rest, bone), point);
  const [x, y, z] = along("shoulders");
  const collar = Math.hypot(x, y - 0.178, z - 0.028) - 0.098;
  const head = nearest(near, ["head"]) - nearest(near, ["shoulders", "chest", "arm"]);
  const trunk = nearest(near, ["pelvis", "lumbar", "chest", "shoulders"]);
  const arm = nearest(near, ["arm", "forearm", "hand"]);
  const leg = nearest(near, ["thigh", "shank", "foot", "toes"]);
  const off = (/** @type {number} */ limb) => (limb > FAR ? 1 : Math.min(limb - trunk, limb) * 2 - 0.04);
  const sleeve = Math.max(along(`arm${side}`)[1] + 0.15, off(arm));
  const shorts = Math.max(along(`thigh${side}`)[1] + 0.235, off(leg));
  const wrist = arm < 0.02 ? 0.013 - Math.abs(along("forearmL")[1] + 0.222) : -1;
  const ankle = leg < 0.02 ? 0.013 - Math.abs(along("shankL")[1] + 0.345) : -1;
  return [
    Math.min(collar, 0.16 - y, sleeve, shorts, head + 0.05),
    along("pelvis")[1] - 0.062,
    side === "L" ? Math.max(wrist, ankle) : -1,
  ];
}
