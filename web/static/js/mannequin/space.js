// @ts-check
/**
 * Points and turns in space: right-handed, +Y up, metres. A turn is a unit quaternion [x, y, z, w].
 * Everything returns something new; nothing is changed in place.
 */

/** @typedef {readonly [number, number, number]} Point */
/** @typedef {readonly [number, number, number, number]} Turn */

/** @type {Point} */
export const ORIGIN = [0, 0, 0];
/** @type {Turn} */
export const STILL = [0, 0, 0, 1];

/** @param {number} value @param {number} low @param {number} high */
export const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
/** @param {number} a @param {number} b @param {number} t */
export const mix = (a, b, t) => a + (b - a) * t;
/** @param {Point} a @param {Point} b @returns {Point} */
export const add = (a, b) => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
/** @param {Point} a @param {Point} b @returns {Point} from `b` to `a` */
export const minus = (a, b) => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
/** @param {Point} a @param {number} k @returns {Point} */
export const times = (a, k) => [a[0] * k, a[1] * k, a[2] * k];
/** @param {Point} a @param {Point} b */
export const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
/** @param {Point} a @param {Point} b @returns {Point} */
export const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
/** @param {Point} a */
export const length = (a) => Math.hypot(a[0], a[1], a[2]);
/** @param {Point} a @param {Point} b */
export const distance = (a, b) => length(minus(a, b));
/** @param {Point} a @returns {Point} of length 1; no direction stays none */
export const unit = (a) => times(a, 1 / (length(a) || 1));
/** @param {Point} a @param {Point} b @param {number} t @returns {Point} */
export const between = (a, b, t) => [mix(a[0], b[0], t), mix(a[1], b[1], t), mix(a[2], b[2], t)];

/** @param {"x" | "y" | "z"} axis @param {number} degrees @returns {Turn} */
export function about(axis, degrees) {
  const half = (degrees * Math.PI) / 360;
  const sine = Math.sin(half);
  return [axis === "x" ? sine : 0, axis === "y" ? sine : 0, axis === "z" ? sine : 0, Math.cos(half)];
}

/** @param {Turn} a @param {Turn} b @returns {Turn} first `b`, then `a` */
export function after(a, b) {
  const [x, y, z, w] = a;
  const [p, q, r, s] = b;
  return [
    w * p + x * s + y * r - z * q,
    w * q - x * r + y * s + z * p,
    w * r + x * q - y * p + z * s,
    w * s - x * p - y * q - z * r,
  ];
}

/** @param {Turn[]} turns @returns {Turn} the last one first */
export const chain = (...turns) => turns.reduce(after, STILL);
/** @param {Turn} a @returns {Turn} */
export const back = (a) => [-a[0], -a[1], -a[2], a[3]];

/** @param {Turn} turn @param {Point} point @returns {Point} */
export function turned(turn, point) {
  const axis = /** @type {Point} */ ([turn[0], turn[1], turn[2]]);
  const once = times(cross(axis, point), 2);
  return add(point, add(times(once, turn[3]), cross(axis, once)));
}

/** @param {Turn} a @param {Turn} b @param {number} t @returns {Turn} the short way round */
export function slerp(a, b, t) {
  const cosine = a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3];
  const near = Math.abs(cosine) > 0.9999;
  const angle = Math.acos(clamp(Math.abs(cosine), 0, 1));
  const from = near ? 1 - t : Math.sin((1 - t) * angle) / Math.sin(angle);
  const to = (near ? t : Math.sin(t * angle) / Math.sin(angle)) * (cosine < 0 ? -1 : 1);
  return upright([a[0] * from + b[0] * to, a[1] * from + b[1] * to, a[2] * from + b[2] * to, a[3] * from + b[3] * to]);
}

/** @param {Turn} a @returns {Turn} of length 1 */
function upright(a) {
  const size = Math.hypot(...a) || 1;
  return [a[0] / size, a[1] / size, a[2] / size, a[3] / size];
}

/** @param {Point} from @param {Point} to @returns {Turn} the smallest one that takes the first direction to the second */
export function towards(from, to) {
  const [a, b] = [unit(from), unit(to)];
  const cosine = dot(a, b);
  if (cosine < -0.9999) return after(about("x", 180), STILL);
  const axis = cross(a, b);
  return upright([axis[0], axis[1], axis[2], 1 + cosine]);
}
