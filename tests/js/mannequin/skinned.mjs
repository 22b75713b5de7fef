/** What the graphics card does with the skin, in numbers: where every point of the body is in a pose. */
import { makeBody } from "../../../web/static/js/mannequin/body.js";
import { BONES, skeleton } from "../../../web/static/js/mannequin/rig.js";
import { REST } from "../../../web/static/js/mannequin/sculpture.js";
import { add, after, back, cross, minus, times, turned } from "../../../web/static/js/mannequin/space.js";

const rest = skeleton(REST);
/** Coarse, for speed: its points lie on the same surface. */
const body = makeBody(0.03);

/** @returns {{ at: number[], bone: string }[]} */
export function skinned(pose) {
  const turns = BONES.map((bone) => after(pose[bone].turn, back(rest[bone].turn)));
  const moves = BONES.map((bone, i) => minus(pose[bone].at, turned(turns[i], rest[bone].at)));
  const duals = moves.map((move, i) => after([...move, 0], turns[i]).map((one) => one / 2));
  return Array.from({ length: body.positions.length / 3 }, (_, i) => {
    const first = turns[body.bones[i * 4]];
    const [turn, dual] = [[0, 0, 0, 0], [0, 0, 0, 0]];
    for (let k = i * 4; k < i * 4 + 4; k += 1) {
      const bone = body.bones[k];
      const near = turns[bone].reduce((sum, one, n) => sum + one * first[n], 0);
      const pull = near < 0 ? -body.weights[k] : body.weights[k];
      for (let n = 0; n < 4; n += 1) {
        turn[n] += pull * turns[bone][n];
        dual[n] += pull * duals[bone][n];
      }
    }
    const size = Math.hypot(...turn);
    const [q, d] = [turn.map((one) => one / size), dual.map((one) => one / size)];
    const shift = add(minus(times(d, q[3]), times(q, d[3])), cross(q, d));
    const at = add(turned(q, body.positions.subarray(i * 3, i * 3 + 3)), times(shift, 2));
    return { at, bone: BONES[body.bones[i * 4]] };
  });
}
