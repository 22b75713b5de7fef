// @ts-check
/**
 * The skeleton: where a pose puts every joint of a person of 1.70 m, by forward kinematics alone.
 * Pure; the convention of the channels is in docs/reference/mannequin.md.
 */
import { about, add, after, back, chain, clamp, minus, turned } from "./space.js";

/** @import { Point, Turn } from "./space.js" */
/** @typedef {"L" | "R"} Side */
/** @typedef {number | { left: number, right: number }} Channel  degrees; `sca` centimetres */
/** @typedef {{ label?: string, root_m: readonly number[], channels_deg: Readonly<Record<string, Channel>> }} Pose */
/** @typedef {{ at: Point, turn: Turn }} Bone  where it starts and how it stands in the world */
/** @typedef {Readonly<Record<string, Bone>>} Skeleton */

/** Trunk from the hips up, then each limb from the trunk out. The order is that of the body's weights. */
export const BONES = [
  ...["pelvis", "lumbar", "chest", "shoulders", "neck", "head"],
  ...["thighL", "shankL", "footL", "toesL", "thighR", "shankR", "footR", "toesR"],
  ...["armL", "forearmL", "handL", "armR", "forearmR", "handR"],
];

/** Lengths in metres. */
export const THIGH = 0.4165;
export const SHANK = 0.418;
export const ARM = 0.316;
export const FOREARM = 0.248;
const HALF_HIPS = 0.085;
const HALF_SHOULDERS = 0.18;
const SOLE = 0.066;

/** Points of the body by name: the bone they belong to and where they sit on it. `*` stands for L and R (x mirrored). */
const POINTS = /** @type {Record<string, [string, number, number, number]>} */ ({
  root: ["pelvis", 0, 0, 0],
  c7: ["neck", 0, 0, 0],
  headc: ["head", 0, 0.1, 0.02],
  "hip*": ["thigh*", 0, 0, 0],
  "knee*": ["shank*", 0, 0, 0],
  "ank*": ["foot*", 0, 0, 0],
  "heel*": ["foot*", 0, -SOLE, -0.04],
  "ball*": ["foot*", 0, -SOLE, 0.13],
  "toe*": ["toes*", 0, 0, 0.06],
  "sho*": ["arm*", 0, 0, 0],
  "elb*": ["forearm*", 0, 0, 0],
  "wri*": ["hand*", 0, 0, 0],
  "hand*": ["hand*", 0, -0.08, 0],
  "finger*": ["hand*", 0, -0.17, 0],
  "mal*": ["foot*", -0.04, 0, 0],
  sacrum: ["pelvis", 0, 0.02, -0.105],
  upback: ["shoulders", 0, 0, -0.11],
  headback: ["head", 0, 0.1, -0.093],
  forehead: ["head", 0, 0.13, 0.11],
  "asis*": ["pelvis", 0.1, 0.05, 0.09],
  "ischium*": ["pelvis", 0.06, -0.085, 0],
  "troch*": ["pelvis", 0.17, 0, 0],
  "kneefront*": ["shank*", 0, 0, 0.05],
  "kneecap*": ["shank*", 0, -0.01, 0.05],
  "kneelat*": ["shank*", 0.05, 0, 0],
  "malL*": ["foot*", 0.04, 0, 0],
  "dors*": ["foot*", 0, -0.02, 0.07],
  "heelback*": ["foot*", 0, -0.02, -0.05],
});

const NAMED = new Map(
  Object.entries(POINTS).flatMap(([name, [bone, x, y, z]]) =>
    name.includes("*") || bone.includes("*")
      ? [
          [name.replace("*", "L"), { bone: bone.replace("*", "L"), at: /** @type {Point} */ ([x, y, z]) }],
          [name.replace("*", "R"), { bone: bone.replace("*", "R"), at: /** @type {Point} */ ([-x, y, z]) }],
        ]
      : [[name, { bone, at: /** @type {Point} */ ([x, y, z]) }]],
  ),
);

/** Names of every point there is. */
export const POINT_NAMES = [...NAMED.keys()];

/** @param {Skeleton} skeleton @param {string} name @returns {Point} where that point of the body is */
export function point(skeleton, name) {
  const { bone, at } = named(name);
  return spot(need(skeleton, bone), at);
}

/** @param {string} name @returns {{ bone: string, at: Point }} */
export function named(name) {
  const found = NAMED.get(name);
  if (!found) throw new Error(`The body has no point called ${name}.`);
  return /** @type {{ bone: string, at: Point }} */ (found);
}

/** @param {Skeleton} skeleton @param {string} bone @returns {Bone} */
export function need(skeleton, bone) {
  const found = skeleton[bone];
  if (!found) throw new Error(`The body has no bone called ${bone}.`);
  return found;
}

/** @param {Bone} bone @param {Point} at  on the bone @returns {Point} in the world */
export const spot = (bone, at) => add(bone.at, turned(bone.turn, at));

/** @param {Pose} pose @param {string} name @param {Side} [side] @returns {number} what is not said is 0 */
export function channel(pose, name, side) {
  const value = pose.channels_deg[name] ?? 0;
  if (typeof value === "number") return value;
  return side === "R" ? value.right : value.left;
}

/** @param {Pose} pose @returns {Turn} how the pelvis stands */
export function rootTurn(pose) {
  return chain(
    about("y", channel(pose, "yaw")),
    about("z", channel(pose, "roll")),
    about("x", channel(pose, "pitch")),
    about("y", channel(pose, "axial")),
  );
}

/** @param {Bone} parent @param {Point} offset @param {Turn} turn @returns {Bone} */
const grow = (parent, offset, turn) => ({ at: spot(parent, offset), turn: after(parent.turn, turn) });

/**
 * Flexion forward, then bending to the left, then turning to the left.
 * @param {Pose} pose @param {string} name @param {number} share @returns {Turn}
 */
function bend(pose, name, share) {
  return chain(
    about("x", share * channel(pose, name)),
    about("z", -share * channel(pose, `${name}S`)),
    about("y", share * channel(pose, `${name}R`)),
  );
}

/** @param {Pose} pose @returns {Record<string, Bone>} */
function trunk(pose, turn = rootTurn(pose)) {
  const [x = 0, y = 0, z = 0] = pose.root_m;
  /** @type {Bone} */
  const pelvis = { at: [x, y, z], turn };
  const lumbar = grow(pelvis, [0, 0.1, 0], bend(pose, "lum", 0.6));
  const chest = grow(lumbar, [0, 0.15, 0], bend(pose, "lum", 0.4));
  const shoulders = grow(chest, [0, 0.12, 0], bend(pose, "tho", 1));
  const neck = grow(shoulders, [0, 0.12, 0], bend(pose, "cer", 1));
  const head = grow(neck, [0, 0.09, 0], bend(pose, "hed", 1));
  return { pelvis, lumbar, chest, shoulders, neck, head };
}

/** @param {Pose} pose @param {Bone} pelvis @param {Side} side @returns {Record<string, Bone>} */
function leg(pose, pelvis, side) {
  const s = side === "L" ? 1 : -1;
  const hip = chain(
    about("x", -channel(pose, "hip", side)),
    about("z", s * channel(pose, "hipAb", side)),
    about("y", s * channel(pose, "hipRo", side)),
  );
  const thigh = grow(pelvis, [s * HALF_HIPS, 0, 0], hip);
  const shank = grow(thigh, [0, -THIGH, 0], about("x", channel(pose, "kne", side)));
  const foot = grow(shank, [0, -SHANK, 0], about("x", -channel(pose, "ank", side)));
  return { [`thigh${side}`]: thigh, [`shank${side}`]: shank, [`foot${side}`]: foot, [`toes${side}`]: toes(foot) };
}

/** @param {Bone} foot @returns {Bone} the toes stay flat on the floor while the heel rises over them */
export function toes(foot) {
  const ball = spot(foot, [0, -SOLE, 0.13]);
  const ahead = turned(foot.turn, [0, 0, 1]);
  const steep = (Math.asin(clamp(-ahead[1], 0, 1)) * 180) / Math.PI;
  const low = clamp((0.06 - ball[1]) / 0.04, 0, 1);
  const upwards = turned(foot.turn, [0, 1, 0])[1] > 0 ? 1 : 0;
  return grow(foot, [0, -SOLE, 0.13], about("x", -Math.min(steep, 60) * low * upwards));
}

/** @param {Pose} pose @param {Bone} shoulders @param {Side} side @returns {Record<string, Bone>} */
function arm(pose, shoulders, side) {
  const s = side === "L" ? 1 : -1;
  const shoulder = chain(
    about("x", -channel(pose, "sho", side)),
    about("z", s * channel(pose, "shoAb", side)),
    about("y", s * channel(pose, "shoRo", side)),
  );
  const upper = grow(shoulders, [s * HALF_SHOULDERS, 0.1, -channel(pose, "sca", side) / 100], shoulder);
  const forearm = grow(upper, [0, -ARM, 0], about("x", -channel(pose, "elb", side)));
  const wrist = after(about("x", -channel(pose, "wri", side)), about("y", -s * channel(pose, "pro", side)));
  const hand = grow(forearm, [0, -FOREARM, 0], wrist);
  return { [`arm${side}`]: upper, [`forearm${side}`]: forearm, [`hand${side}`]: hand };
}

/** @param {Pose} pose @param {Turn} [turn]  of the pelvis, when it is not the pose's own @returns {Skeleton} */
export function skeleton(pose, turn) {
  const up = trunk(pose, turn);
  const pelvis = need(up, "pelvis");
  const shoulders = need(up, "shoulders");
  return {
    ...up,
    ...leg(pose, pelvis, "L"),
    ...leg(pose, pelvis, "R"),
    ...arm(pose, shoulders, "L"),
    ...arm(pose, shoulders, "R"),
  };
}

const ACROSS = new Set(["roll", "yaw", "axial", "lumS", "thoS", "cerS", "lumR", "thoR", "cerR"]);

/** @param {Pose} pose @returns {Pose} the same for the other side of the body */
export function mirrored(pose) {
  const [x = 0, y = 0, z = 0] = pose.root_m;
  const channels = Object.entries(pose.channels_deg).map(([name, value]) => {
    if (typeof value !== "number") return [name, { left: value.right, right: value.left }];
    return [name, ACROSS.has(name) ? -value : value];
  });
  return { ...pose, root_m: [-x, y, z], channels_deg: Object.fromEntries(channels) };
}

/** @param {string} name @returns {string} of the point or bone on the other side */
export const opposite = (name) => name.replace(/([LR])$/, (side) => (side === "L" ? "R" : "L"));

/** @param {Bone} bone @param {Point} world @returns {Point} where that is, seen from the bone */
export const seen = (bone, world) => turned(back(bone.turn), minus(world, bone.at));
