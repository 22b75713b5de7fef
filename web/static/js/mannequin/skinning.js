// @ts-check
/** How the skin follows the bones, by blended dual quaternions (Kavan 2007): joints keep their volume. Pure. */
import { BONES, need, skeleton } from "./rig.js";
import { REST } from "./sculpture.js";
import { add, after, back, cross, minus, times, turned } from "./space.js";

/** @import { Body } from "./body.js" */
/** @import { Skeleton } from "./rig.js" */
/** @import { Point, Turn } from "./space.js" */

const rest = skeleton(REST);
/** @param {ArrayLike<number>} list @param {number} i  that is there */
const at = (list, i) => /** @type {number} */ (list[i]);

/** @param {Skeleton} pose @returns {{ turns: Turn[], moves: Turn[] }} of every bone since the rest pose, as dual quaternions */
export function following(pose) {
  /** @type {Turn[]} */
  const turns = [];
  const moves = BONES.map((name) => {
    const [from, to] = [need(rest, name), need(pose, name)];
    const turn = after(to.turn, back(from.turn));
    turns.push(turn);
    const [x, y, z, w] = after([...minus(to.at, turned(turn, from.at)), 0], turn);
    return /** @type {Turn} */ ([x / 2, y / 2, z / 2, w / 2]);
  });
  return { turns, moves };
}

/** What the graphics card does, in numbers. @param {Body} body @param {Skeleton} pose @returns {{ positions: Float32Array, normals: Float32Array }} */
export function skinned(body, pose) {
  const { turns, moves } = following(pose);
  const positions = new Float32Array(body.positions.length);
  const normals = new Float32Array(body.positions.length);
  for (let i = 0; i < positions.length / 3; i += 1) {
    const { turn, shift } = blended(body, turns, moves, i * 4);
    positions.set(add(turned(turn, pointAt(body.positions, i)), shift), i * 3);
    normals.set(turned(turn, pointAt(body.normals, i)), i * 3);
  }
  return { positions, normals };
}

/** @param {ArrayLike<number>} list @param {number} i @returns {Point} */
const pointAt = (list, i) => [at(list, i * 3), at(list, i * 3 + 1), at(list, i * 3 + 2)];

/** @param {Body} body @param {readonly Turn[]} turns @param {readonly Turn[]} moves @param {number} slot */
function blended(body, turns, moves, slot) {
  const first = /** @type {Turn} */ (turns[at(body.bones, slot)]);
  const q = [0, 0, 0, 0];
  const d = [0, 0, 0, 0];
  for (let k = slot; k < slot + 4; k += 1) {
    const turn = /** @type {Turn} */ (turns[at(body.bones, k)]);
    const move = /** @type {Turn} */ (moves[at(body.bones, k)]);
    const near = turn[0] * first[0] + turn[1] * first[1] + turn[2] * first[2] + turn[3] * first[3];
    const pull = near < 0 ? -at(body.weights, k) : at(body.weights, k);
    for (let n = 0; n < 4; n += 1) {
      q[n] = at(q, n) + pull * at(turn, n);
      d[n] = at(d, n) + pull * at(move, n);
    }
  }
  const size = Math.hypot(...q);
  const [x, y, z, w] = scaled(q, 1 / size);
  /** @type {Turn} */
  const turn = [x, y, z, w];
  const [a, b, c, e] = scaled(d, 1 / size);
  const axis = /** @type {Point} */ ([turn[0], turn[1], turn[2]]);
  const along = minus(times([a, b, c], turn[3]), times(axis, e));
  return { turn, shift: times(add(along, cross(axis, [a, b, c])), 2) };
}

/** @param {readonly number[]} four @param {number} by @returns {Turn} */
const scaled = (four, by) => [at(four, 0) * by, at(four, 1) * by, at(four, 2) * by, at(four, 3) * by];
