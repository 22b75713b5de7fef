// @ts-check
/**
 * A key pose as a small drawing in SVG, of the same body and pose as the moving figure: for lists, for paper, and where
 * nothing shall or can move. Pure but for `svgOf`, which makes the element.
 */
import { theBody } from "./body.js";
import { AS_IS, eyeFor } from "./camera.js";
import { bodyAt, track } from "./motion.js";
import { cut, lens, look } from "./paper.js";
import { isMirrored, outline, viewOf } from "./pose_view.js";
import { balls, skyAt } from "./shade.js";
import { skinned } from "./skinning.js";
import { dot, unit } from "./space.js";
import { boxSkin, stretch, thingsFor } from "./things.js";

/** @import { Body } from "./body.js" */
/** @import { Look } from "./camera.js" */
/** @import { Movement } from "./motion.js" */
/** @import { Surface, View } from "./paper.js" */
/** @import { Skeleton } from "./rig.js" */
/** @import { Point } from "./space.js" */
/** @import { Thing } from "./things.js" */

/** `rom` is a share of the movement, 0.3 to 1. @typedef {{ pose: string, side?: string, view?: string, mirror?: boolean, rom?: number, look?: Look, width?: number, height?: number }} StillWishes */
/** @typedef {{ d: string, fill: string, opacity: number }} Shape */
/** Shapes to draw one over the other in a box of `width` by `height`. @typedef {{ width: number, height: number, shapes: Shape[] }} Still */

/** Dark, middle and light of everything, as the moving figure has them. @type {Record<string, readonly [string, string, string]>} */
const SHEETS = {
  clay: ["#a8978a", "#c9b9ac", "#dccfc4"],
  top: ["#256a70", "#33838a", "#44979d"],
  shorts: ["#17434d", "#22545e", "#2c646d"],
  band: ["#cf8637", "#eda452", "#f3b36a"],
  mat: ["#87a3a1", "#9bb5b3", "#abc3c1"],
  wood: ["#a58a70", "#c2a98f", "#d2bca5"],
  frame: ["#85796f", "#9c9188", "#aea49c"],
  wall: ["#d0ccc6", "#dbd7d1", "#e4e1dc"],
  cloth: ["#bcb2a4", "#d6cdc1", "#e6dfd5"],
  rubber: ["#a8502c", "#cb6d45", "#d98259"],
};
const NAMES = Object.keys(SHEETS);
const [CLAY, TOP, SHORTS, BAND] = [1, 2, 3, 4];
/** Below and above these a place is dark or light. */
const DARK = 0.55;
const LIGHT = 0.82;
const INK = "#33291f";

/** @param {Movement} movement @param {StillWishes} wishes @returns {Still} the same wishes always give the same drawing */
export function still(movement, wishes) {
  const { pose, side, view, mirror = false, rom = 1, look: from = AS_IS, width = 320, height = 240 } = wishes;
  const body = theBody();
  const otherSide = isMirrored(movement, side);
  const ready = track(movement, otherSide);
  const keys = movement.timeline.map((_, step) => bodyAt(ready, { step, t: 1 }));
  const step = movement.timeline.findIndex((one) => one.pose === pose);
  if (step < 0) throw new Error(`The timeline has no pose ${pose}.`);
  const posed = bodyAt(ready, { step, t: 1 }, rom);
  const named = viewOf(view ?? movement.views?.[0], otherSide && view === undefined);
  const eye = eyeFor(
    keys.flatMap((one) => outline(one, movement.framing === "upper_body")),
    named,
    width / height,
    from,
  );
  const glass = lens(eye, width, height);
  const flesh = balls(posed);
  const key = unit([
    (eye.eye[0] - eye.target[0]) * 0.6 + (eye.eye[2] - eye.target[2]) * 0.35,
    2.4,
    (eye.eye[2] - eye.target[2]) * 0.6 - (eye.eye[0] - eye.target[0]) * 0.35,
  ]);
  const things = thingsFor(movement, keys, otherSide).map((thing) => thingSurface(thing, posed, flesh, key));
  const seen = look([...things, bodySurface(body, posed, flesh, key)], glass, width, height);
  const shapes = [...shadows(seen, glass, flesh), ...NAMES.flatMap((name, i) => cutSheet(seen, i + 1, name))];
  return { width, height, shapes: mirror ? shapes.map((shape) => ({ ...shape, d: flip(shape.d, width) })) : shapes };
}

/** @param {Still} still @param {string} [name]  what it shows, for those who do not see it @returns {SVGSVGElement} */
export function svgOf({ width, height, shapes }, name) {
  const make = (/** @type {string} */ tag) => document.createElementNS("http://www.w3.org/2000/svg", tag);
  const svg = /** @type {SVGSVGElement} */ (make("svg"));
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  if (name) {
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", name);
  } else svg.setAttribute("aria-hidden", "true");
  for (const { d, fill, opacity } of shapes) {
    const path = make("path");
    path.setAttribute("d", d);
    path.setAttribute("fill", fill);
    if (opacity < 1) path.setAttribute("fill-opacity", String(opacity));
    svg.append(path);
  }
  return svg;
}

/** @param {View} seen @param {number} sheet @param {string} name @returns {Shape[]} middle tone, then what is darker and lighter */
function cutSheet({ width, height, sheets, tones }, sheet, name) {
  if (!sheets.includes(sheet)) return [];
  const [dark, middle, light] = /** @type {readonly [string, string, string]} */ (SHEETS[name]);
  const where = (/** @type {(tone: number) => boolean} */ wanted) =>
    cut((x, y) => sheets[y * width + x] === sheet && wanted(tones[y * width + x] ?? 0), width, height);
  /** @type {[string, (tone: number) => boolean][]} */
  const layers = [
    [middle, () => true],
    [dark, (tone) => tone < DARK],
    [light, (tone) => tone > LIGHT],
  ];
  return layers.map(([fill, wanted]) => ({ d: where(wanted), fill, opacity: 1 })).filter(({ d }) => d !== "");
}

/** @param {View} seen @param {ReturnType<typeof lens>} glass @param {readonly number[][]} flesh @returns {Shape[]} on the floor, in two depths */
function shadows({ width, height }, glass, flesh) {
  const light = new Float32Array(width * height).fill(1);
  for (let y = 0; y < height; y += 2) {
    for (let x = 0; x < width; x += 2) {
      const place = glass.floor(x + 1, y + 1);
      const sky = place ? skyAt(flesh, place, [0, 1, 0]) : 1;
      for (const cell of [y * width + x, y * width + x + 1, (y + 1) * width + x, (y + 1) * width + x + 1])
        light[cell] = sky;
    }
  }
  return [0.8, 0.6]
    .map((limit) => ({
      d: cut((x, y) => (light[y * width + x] ?? 1) < limit, width, height),
      fill: INK,
      opacity: 0.09,
    }))
    .filter(({ d }) => d !== "");
}

/** @param {Body} skin @param {Skeleton} pose @param {readonly number[][]} flesh @param {Point} key @returns {Surface} */
function bodySurface(skin, pose, flesh, key) {
  const { positions, normals } = skinned(skin, pose);
  const { wear } = skin;
  /** @type {Surface["sheet"]} */
  const sheet = (a, b, c, u, v, w) => {
    const worn = (/** @type {number} */ i) =>
      u * (wear[a * 3 + i] ?? 0) + v * (wear[b * 3 + i] ?? 0) + w * (wear[c * 3 + i] ?? 0);
    if (worn(2) > 0) return BAND;
    return worn(0) > 0 ? (worn(1) > 0 ? TOP : SHORTS) : CLAY;
  };
  return { positions, triangles: skin.triangles, tones: tonesOf(positions, normals, flesh, key), sheet };
}

/** @param {Thing} thing @param {Skeleton} pose @param {readonly number[][]} flesh @param {Point} key @returns {Surface} */
function thingSurface({ size, round, at, paint, along }, pose, flesh, key) {
  const { positions, normals, triangles } = boxSkin(size, round);
  const m = along ? stretch(along(pose)) : [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, ...at, 1];
  const moved = (/** @type {readonly number[]} */ list, /** @type {0 | 1} */ w) =>
    list.map((_, i) => {
      const [start, axis] = [i - (i % 3), i % 3];
      const cell = (/** @type {number} */ k) => m[k * 4 + axis] ?? 0;
      return (
        cell(0) * (list[start] ?? 0) + cell(1) * (list[start + 1] ?? 0) + cell(2) * (list[start + 2] ?? 0) + w * cell(3)
      );
    });
  const placed = moved(positions, 1);
  const number = NAMES.indexOf(paint) + 1;
  return { positions: placed, triangles, tones: tonesOf(placed, moved(normals, 0), flesh, key), sheet: () => number };
}

/** @param {ArrayLike<number>} positions @param {ArrayLike<number>} normals @param {readonly number[][]} flesh @param {Point} key */
function tonesOf(positions, normals, flesh, key) {
  const point = (/** @type {ArrayLike<number>} */ list, /** @type {number} */ i) =>
    /** @type {Point} */ ([list[i * 3], list[i * 3 + 1], list[i * 3 + 2]]);
  return Float32Array.from({ length: positions.length / 3 }, (_, i) => {
    const out = point(normals, i);
    const sky = skyAt(flesh, point(positions, i), out);
    return (Math.max(dot(out, key) + 0.4, 0) / 1.4) * (0.45 + 0.55 * sky) + 0.2 * sky;
  });
}

/** @param {string} d @param {number} width @returns {string} in a looking-glass */
function flip(d, width) {
  let isAcross = true;
  return d.replace(/-?[\d.]+/g, (word) => {
    const across = isAcross;
    isAcross = !isAcross;
    return across ? String(Math.round((width - Number(word)) * 10) / 10) : word;
  });
}
