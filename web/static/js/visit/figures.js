// @ts-check
/**
 * A key pose as a flat drawing: rounded limbs with what is near drawn over what is far. Pure: an exercise in, shapes in
 * millimetres out. Fetched only where stills are shown; the poses and their camera are the mannequin's own.
 */
/** @import { CameraView, Side } from "../messages.js" */
/** @import { Point } from "../mannequin/space.js" */
/** @import { Exercise } from "./shelf.js" */
import { eyeFor } from "../mannequin/camera.js";
import { bodyAt, track } from "../mannequin/motion.js";
import { point } from "../mannequin/rig.js";
import { cross, dot, minus, unit } from "../mannequin/space.js";

/** @typedef {{ paint: "skin" | "top" | "shorts" | "band" | "floor", d: string, width: number, isFar: boolean }} Shape */
/** @typedef {{ viewBox: string, shapes: readonly Shape[] }} Figure */
/** A limb: through which points, how thick in millimetres, in what paint. @typedef {readonly [readonly string[], number, Shape["paint"]]} Limb */

/** @type {readonly Limb[]} */
const SIDED = [
  [["hip*", "knee*"], 135, "shorts"],
  [["knee*", "ank*"], 92, "skin"],
  [["heel*", "ball*", "toe*"], 62, "skin"],
  [["sho*", "elb*"], 84, "top"],
  [["elb*", "wri*"], 66, "skin"],
  [["wri*", "hand*"], 62, "skin"],
];
/** @type {readonly Limb[]} */
const MIDDLE = [
  [["root", "c7"], 225, "top"],
  [["hipL", "hipR"], 175, "shorts"],
  [["shoL", "shoR"], 110, "top"],
  [["c7", "headc"], 95, "skin"],
  [["headc", "headc"], 190, "skin"],
];
const AIR = 70;

/**
 * @param {Exercise} exercise @param {string} pose  one of its timeline
 * @param {{ side?: Side, view: CameraView, isMirrored?: boolean }} wishes
 * @returns {Figure}
 */
export function figureOf(exercise, pose, { side, view, isMirrored = false }) {
  const { laterality } = exercise;
  const isOther = (laterality === "left" && side === "right") || (laterality === "right" && side === "left");
  const step = Math.max(
    0,
    exercise.timeline.findIndex((one) => one.pose === pose),
  );
  const body = bodyAt(track(exercise, isOther), { step, t: 1 });
  const at = (/** @type {string} */ name) => point(body, name);
  const limbs = [...MIDDLE, ...["L", "R"].flatMap((which) => SIDED.map((limb) => onSide(limb, which)))];
  const points = limbs.flatMap(([names]) => names.map(at));
  const flat = projection(points, view, isMirrored);
  const drawn = limbs.map(([names, width, paint], place) => {
    return { paint, width, isLimb: place >= MIDDLE.length, at: names.map((name) => flat(at(name))) };
  });
  const middle = flat(at("root"))[2];
  const shapes = drawn
    .map((one) => ({ ...one, away: one.at.reduce((sum, [, , depth]) => sum + depth, 0) / one.at.length }))
    .sort((a, b) => a.away - b.away)
    .map(({ paint, width, isLimb, at: line, away }) => {
      return { paint, width, d: pathOf(line), isFar: isLimb && away < middle - 40 };
    });
  return { viewBox: boxOf(drawn), shapes };
}

/** @param {Limb} limb @param {string} which @returns {Limb} */
const onSide = ([names, width, paint], which) => [names.map((name) => name.replace("*", which)), width, paint];

/** @param {Point[]} points @param {CameraView} view @param {boolean} isMirrored @returns {(one: Point) => Point} to the right, down and nearer, in millimetres */
function projection(points, view, isMirrored) {
  const { eye, target } = eyeFor(points, view, 1);
  const away = unit(minus(eye, target));
  const right = unit(cross([0, 1, 0], away));
  const up = cross(away, right);
  const turn = isMirrored ? -1_000 : 1_000;
  return (one) => [
    Math.round(dot(one, right) * turn),
    Math.round(dot(one, up) * -1_000),
    Math.round(dot(one, away) * 1_000),
  ];
}

/** @param {readonly Point[]} line */
const pathOf = (line) => line.map(([x, y], place) => `${place ? "L" : "M"}${x} ${y}`).join(" ");

/** @param {readonly { width: number, at: readonly Point[] }[]} drawn */
function boxOf(drawn) {
  const xs = drawn.flatMap(({ width, at }) => at.flatMap(([x]) => [x - width / 2, x + width / 2]));
  const ys = drawn.flatMap(({ width, at }) => at.flatMap(([, y]) => [y - width / 2, y + width / 2]));
  const [left, top] = [Math.min(...xs) - AIR, Math.min(...ys) - AIR];
  return [left, top, Math.max(...xs) + AIR - left, Math.max(...ys) + AIR - top].map(Math.round).join(" ");
}
