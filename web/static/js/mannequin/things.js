// @ts-check
/**
 * What stands around the body: mat, chair, wall, table, stick, band, towel, cushion. All of them are boxes with round edges;
 * a thing either stands in the world or goes along between two places of the body. Pure.
 */
import { opposite, point } from "./rig.js";
import { add, between, clamp, cross, dot, minus, times, unit } from "./space.js";

/** @import { Point } from "./space.js" */
/** @import { Skeleton } from "./rig.js" */
/** @import { Movement } from "./motion.js" */

/** @typedef {"mat" | "wood" | "frame" | "wall" | "cloth" | "rubber"} Paint */
/**
 * A box of `size` with edges of `round`; `at` is its middle. `along`, when there, says where it goes in every moment.
 * @typedef {{ size: Point, round: number, at: Point, paint: Paint, along?: (body: Skeleton) => readonly [Point, Point] }} Thing
 */

/** @param {Paint} paint @param {Point} size @param {Point} at @param {number} [round] @returns {Thing} */
const box = (paint, size, at, round = Math.min(...size) / 2.2) => ({ paint, size, at, round });

/** @param {Paint} paint @param {number} thick @param {(body: Skeleton) => readonly [Point, Point]} along @returns {Thing} */
const rod = (paint, thick, along) => ({ paint, size: [thick, 1, thick], at: [0, 0, 0], round: thick / 2.05, along });

const SEAT = 0.45;
const TABLE = 0.78;

/** @param {number} x @param {number} z  of the seat's middle @param {number} [facing]  1 as the body, -1 towards it @returns {Thing[]} */
function chair(x, z, facing = 1) {
  const back = z - facing * 0.22;
  const legs = [-0.19, 0.19].flatMap((across) =>
    [-0.19, 0.17].map((ahead) =>
      box("frame", [0.03, SEAT - 0.02, 0.03], [x + across, (SEAT - 0.02) / 2, z + facing * ahead]),
    ),
  );
  const posts = [-0.19, 0.19].map((across) => box("frame", [0.03, 0.5, 0.03], [x + across, SEAT + 0.2, back]));
  const rest = box("wood", [0.42, 0.17, 0.026], [x, SEAT + 0.36, back], 0.012);
  return [box("wood", [0.44, 0.036, 0.43], [x, SEAT - 0.018, z], 0.016), ...legs, ...posts, rest];
}

/** @param {number} x @param {number} z @param {number} width @param {number} depth @returns {Thing[]} */
function table(x, z, width, depth) {
  const legs = [-1, 1].flatMap((a) =>
    [-1, 1].map((b) =>
      box(
        "frame",
        [0.04, TABLE - 0.03, 0.04],
        [x + a * (width / 2 - 0.05), (TABLE - 0.03) / 2, z + b * (depth / 2 - 0.05)],
      ),
    ),
  );
  return [box("wood", [width, 0.036, depth], [x, TABLE - 0.018, z], 0.014), ...legs];
}

/** @param {number} front  z of its face @param {1 | -1} side  ahead of the body or behind it @returns {Thing[]} */
const wall = (front, side) => [box("wall", [1.2, 2, 0.05], [0, 1, front + side * 0.025], 0.006)];

/** @typedef {(start: Skeleton) => Thing[]} Placing  around how the body starts */

/** Where things stand that no rule of position tells. @type {Record<string, Placing>} */
const PLACED = {
  "heel-raise": (start) => chair(0, point(start, "fingerL")[2] + 0.2, 1),
  "hip-flexor-stretch": (start) => chair(point(start, "fingerL")[0], point(start, "fingerL")[2], 1),
  "single-leg-stance": (start) => table(point(start, "fingerL")[0] + 0.2, point(start, "fingerL")[2], 0.5, 1.1),
  pendulum: () => table(0.3, 0.62, 0.75, 0.5),
  "wall-slide": () => wall(0.3, 1),
  "wall-squat-mini": () => wall(0, -1),
  "hip-hinge": () => [
    rod("wood", 0.026, (body) => stretched(point(body, "sacrum"), point(body, "headback"), 0.16, 0.1)),
  ],
  "external-rotation-band": () => [
    rod("rubber", 0.014, (body) => [point(body, "handR"), [0.72, 1.05, 0.12]]),
    box("frame", [0.03, 1.3, 0.03], [0.74, 0.65, 0.12]),
    rod("cloth", 0.055, (body) => roll(body)),
  ],
  clamshell: (start) => [pillow(start)],
};

/** @param {Point} from @param {Point} to @param {number} below @param {number} above @returns {[Point, Point]} a little longer both ways */
function stretched(from, to, below, above) {
  const way = unit(minus(to, from));
  return [add(from, times(way, -below)), add(to, times(way, above))];
}

/** @param {Skeleton} body @returns {Thing} under the side of the head */
function pillow(body) {
  const [x, y, z] = point(body, "headc");
  const high = y - 0.062;
  return box("cloth", [0.24, high, 0.36], [x, high / 2, z - 0.01], Math.min(high / 2.1, 0.06));
}

/** A rolled towel between the right elbow and the ribs. @param {Skeleton} body @returns {[Point, Point]} */
function roll(body) {
  const middle = add(between(point(body, "elbR"), point(body, "shoR"), 0.12), [0.055, 0, 0]);
  return [add(middle, [0, 0, -0.1]), add(middle, [0, 0, 0.1])];
}

/**
 * @param {Movement} movement @param {readonly Skeleton[]} keys  how the body stands in its key poses
 * @param {boolean} [otherSide]  whether that is mirrored
 * @returns {Thing[]}
 */
export function thingsFor(movement, keys, otherSide = false) {
  const start = keys[0];
  if (!start) return [];
  const drawn = otherSide ? flipped(start) : start;
  const placed = PLACED[movement.slug ?? ""]?.(drawn) ?? [];
  const seated = movement.start_position === "sitting" ? chair(0, -0.36) : [];
  const things = [...seated, ...placed].map((thing) => (otherSide ? acrossThing(thing) : thing));
  return movement.equipment?.includes("mat") ? [mat(start, keys), ...things] : things;
}

/** @param {Point} at @returns {Point} */
const across = ([x, y, z]) => [-x, y, z];

/** The body in a looking-glass, as far as things ask where its points are. @param {Skeleton} body @returns {Skeleton} */
function flipped(body) {
  const bones = Object.entries(body).map(
    ([
      name,
      {
        at,
        turn: [x, y, z, w],
      },
    ]) => {
      return [opposite(name), { at: across(at), turn: [x, -y, -z, w] }];
    },
  );
  return Object.fromEntries(bones);
}

/** @param {readonly [Point, Point]} ends @returns {[Point, Point]} */
const mirroredEnds = ([from, to]) => [across(from), across(to)];

/** @param {Thing} thing @returns {Thing} */
function acrossThing(thing) {
  const { along } = thing;
  if (!along) return { ...thing, at: across(thing.at) };
  return { ...thing, along: (body) => mirroredEnds(along(flipped(body))) };
}

/** Under everything that comes near the floor, along the body. @param {Skeleton} start @param {readonly Skeleton[]} keys @returns {Thing} */
function mat(start, keys) {
  const names = ["headc", "c7", "root", "kneeL", "kneeR", "ankL", "ankR", "elbL", "elbR", "wriL", "wriR"];
  const low = keys.flatMap((body) => names.map((name) => point(body, name))).filter((one) => one[1] < 0.35);
  const edge = (/** @type {0 | 2} */ axis, /** @type {(...n: number[]) => number} */ pick) =>
    pick(...low.map((one) => one[axis]));
  const middle = (/** @type {0 | 2} */ axis) => (edge(axis, Math.min) + edge(axis, Math.max)) / 2;
  const spans = /** @type {const} */ ([0, 2]).map((axis) => edge(axis, Math.max) - edge(axis, Math.min));
  const [wideness = 0, length = 0] = spans;
  const [head, hips] = [point(start, "c7"), point(start, "root")];
  const lies = Math.abs(head[0] - hips[0]) > Math.abs(head[2] - hips[2]);
  const long = (lies ? wideness : length) + 0.42;
  const wide = clamp((lies ? length : wideness) + 0.4, 0.68, 0.95);
  return box("mat", lies ? [long, 0.012, wide] : [wide, 0.012, long], [middle(0), -0.006, middle(2)], 0.0055);
}

/** Skin of a box with round edges, finer where it is round. @param {Point} size @param {number} round */
export function boxSkin(size, round) {
  const lines = size.map((full) => {
    const half = full / 2;
    const flat = half - round;
    const pieces = Math.max(1, Math.min(40, Math.ceil((2 * flat) / 0.045)));
    const inner = Array.from({ length: pieces + 1 }, (_, i) => -flat + (2 * flat * i) / pieces);
    return [-half, -half + round * 0.3, -half + round * 0.65, ...inner, half - round * 0.65, half - round * 0.3, half];
  });
  /** @type {number[]} */
  const positions = [];
  /** @type {number[]} */
  const normals = [];
  /** @type {number[]} */
  const triangles = [];
  for (let axis = 0; axis < 3; axis += 1) {
    for (const end of [-1, 1]) face(axis, end);
  }
  return { positions, normals, triangles };

  /** @param {number} axis @param {number} end */
  function face(axis, end) {
    const [u, v] = [(axis + 1) % 3, (axis + 2) % 3];
    const start = positions.length / 3;
    const [us, vs] = [lines[u] ?? [], lines[v] ?? []];
    for (const a of us) {
      for (const b of vs) {
        const place = [0, 0, 0];
        place[axis] = (end * (size[axis] ?? 0)) / 2;
        place[u] = a;
        place[v] = b;
        rounded(place);
      }
    }
    for (let i = 0; i < us.length - 1; i += 1) {
      for (let j = 0; j < vs.length - 1; j += 1) {
        const [a, b] = [start + i * vs.length + j, start + (i + 1) * vs.length + j];
        triangles.push(...(end > 0 ? [a, b, b + 1, a, b + 1, a + 1] : [a, b + 1, b, a, a + 1, b + 1]));
      }
    }
  }

  /** @param {number[]} place  on the sharp box */
  function rounded(place) {
    const core = place.map((one, i) => Math.sign(one) * Math.min(Math.abs(one), (size[i] ?? 0) / 2 - round));
    const out = place.map((one, i) => one - (core[i] ?? 0));
    const far = Math.hypot(...out) || 1;
    normals.push(...out.map((one) => one / far));
    positions.push(...core.map((one, i) => one + ((out[i] ?? 0) / far) * round));
  }
}

/** @param {readonly [Point, Point]} ends @returns {number[]} the matrix, by columns, that stretches a box of height 1 between them */
export function stretch([from, to]) {
  const y = minus(to, from);
  const x = unit(cross(y, Math.abs(dot(unit(y), [0, 0, 1])) > 0.9 ? [1, 0, 0] : [0, 0, 1]));
  const z = cross(x, unit(y));
  return [...x, 0, ...y, 0, ...z, 0, ...between(from, to, 0.5), 1];
}
