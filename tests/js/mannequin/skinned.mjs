/** Where every point of the skin is in a pose, on a body coarse enough for tests: its points lie on the same surface. */
import { makeBody } from "../../../web/static/js/mannequin/body.js";
import { BONES } from "../../../web/static/js/mannequin/rig.js";
import { skinned as follow } from "../../../web/static/js/mannequin/skinning.js";

const body = makeBody(0.03);

/** @returns {{ at: number[], bone: string }[]} */
export function skinned(pose) {
  const { positions } = follow(body, pose);
  return Array.from({ length: positions.length / 3 }, (_, i) => {
    return { at: positions.subarray(i * 3, i * 3 + 3), bone: BONES[body.bones[i * 4]] };
  });
}
