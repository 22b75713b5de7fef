// @ts-check
/** A scene as cut paper: seen through a grid of small squares, then cut out along the edges of every tone. Pure. */
import { FIELD } from "./camera.js";
import { add, cross, dot, minus, times, unit } from "./space.js";

/** @import { Eye } from "./camera.js" */
/** @import { Point } from "./space.js" */

/**
 * A skin of triangles: `tones` says how light each point is, 0 to 1, `sheet` what a place between three points is made of.
 * @typedef {{ positions: ArrayLike<number>, triangles: ArrayLike<number>, tones: ArrayLike<number>,
 *   sheet: (a: number, b: number, c: number, u: number, v: number, w: number) => number }} Surface
 */
/** What is seen in every square: which sheet, 0 for none, and how light. @typedef {{ width: number, height: number, sheets: Uint8Array, tones: Float32Array }} View */

/** @param {ArrayLike<number>} list @param {number} i  that is there */
const at = (list, i) => /** @type {number} */ (list[i]);

/** @param {Eye} from @param {number} width @param {number} height */
export function lens({ eye, target }, width, height) {
  const ahead = unit(minus(target, eye));
  const right = unit(cross(ahead, [0, 1, 0]));
  const up = cross(right, ahead);
  const scale = height / 2 / Math.tan((FIELD * Math.PI) / 360);
  return {
    /** @param {Point} point @returns {Point} across, down, away */
    see: (point) => {
      const way = minus(point, eye);
      const far = Math.max(dot(way, ahead), 0.05);
      return [width / 2 + (dot(way, right) / far) * scale, height / 2 - (dot(way, up) / far) * scale, far];
    },
    /** @param {number} x @param {number} y @returns {Point | null} where the floor is seen in that square */
    floor: (x, y) => {
      const [a, b] = [(x - width / 2) / scale, (height / 2 - y) / scale];
      const way = add(ahead, add(times(right, a), times(up, b)));
      if (way[1] > -0.01) return null;
      const far = -eye[1] / way[1];
      return [eye[0] + way[0] * far, 0, eye[2] + way[2] * far];
    },
  };
}

/** @param {readonly Surface[]} surfaces @param {ReturnType<typeof lens>} glass @param {number} width @param {number} height @returns {View} */
export function look(surfaces, glass, width, height) {
  const view = { width, height, sheets: new Uint8Array(width * height), tones: new Float32Array(width * height) };
  const depths = new Float32Array(width * height).fill(1e9);
  for (const surface of surfaces) {
    const { positions, triangles } = surface;
    const seen = Array.from({ length: positions.length / 3 }, (_, i) =>
      glass.see([at(positions, i * 3), at(positions, i * 3 + 1), at(positions, i * 3 + 2)]),
    );
    for (let t = 0; t < triangles.length; t += 3) fill(surface, seen, t, view, depths);
  }
  part(view, depths);
  return view;
}

/** Where one part passes before another of the same sheet, the farther one is dark along the edge. @param {View} view @param {Float32Array} depths */
function part({ width, sheets, tones }, depths) {
  const step = Math.max(1, Math.round(width / 200));
  const dark = [...sheets.keys()].filter((cell) =>
    [-step, step, -step * width, step * width].some((by) => {
      const near = cell + by;
      return sheets[cell] !== 0 && sheets[near] === sheets[cell] && at(depths, near) < at(depths, cell) - 0.07;
    }),
  );
  for (const cell of dark) tones[cell] = 0;
}

/** @param {Surface} surface @param {readonly Point[]} seen @param {number} t @param {View} view @param {Float32Array} depths */
function fill({ triangles, tones, sheet }, seen, t, { width, height, sheets, tones: out }, depths) {
  const [a, b, c] = [at(triangles, t), at(triangles, t + 1), at(triangles, t + 2)];
  const [p, q, r] = /** @type {[Point, Point, Point]} */ ([seen[a], seen[b], seen[c]]);
  const area = (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]);
  if (area >= 0) return;
  const [x0, x1] = [
    Math.max(0, Math.ceil(Math.min(p[0], q[0], r[0]) - 0.5)),
    Math.min(width - 1, Math.floor(Math.max(p[0], q[0], r[0]) - 0.5)),
  ];
  const [y0, y1] = [
    Math.max(0, Math.ceil(Math.min(p[1], q[1], r[1]) - 0.5)),
    Math.min(height - 1, Math.floor(Math.max(p[1], q[1], r[1]) - 0.5)),
  ];
  for (let y = y0; y <= y1; y += 1) {
    for (let x = x0; x <= x1; x += 1) {
      const [sx, sy] = [x + 0.5, y + 0.5];
      const u = ((q[0] - sx) * (r[1] - sy) - (q[1] - sy) * (r[0] - sx)) / area;
      const v = ((r[0] - sx) * (p[1] - sy) - (r[1] - sy) * (p[0] - sx)) / area;
      const w = 1 - u - v;
      if (u < 0 || v < 0 || w < 0) continue;
      const depth = u * p[2] + v * q[2] + w * r[2];
      const cell = y * width + x;
      if (depth >= at(depths, cell)) continue;
      depths[cell] = depth;
      sheets[cell] = sheet(a, b, c, u, v, w);
      out[cell] = u * at(tones, a) + v * at(tones, b) + w * at(tones, c);
    }
  }
}

/**
 * Cut out every square that `inside` names, with round corners.
 * @param {(x: number, y: number) => boolean} inside @param {number} width @param {number} height @returns {string} for the `d` of an SVG path, or ""
 */
export function cut(inside, width, height) {
  return loops(inside, width, height)
    .map((loop) => smooth(loop))
    .filter((loop) => Math.abs(areaOf(loop)) > 5)
    .map((loop) => thin(loop, 0.3))
    .filter((loop) => loop.length > 2)
    .map(curve)
    .join("");
}

/** @typedef {[number, number]} Spot */

/** Walk round every region with the inside on the right. @param {(x: number, y: number) => boolean} inside @param {number} width @param {number} height @returns {Spot[][]} */
function loops(inside, width, height) {
  const has = (/** @type {number} */ x, /** @type {number} */ y) =>
    x >= 0 && y >= 0 && x < width && y < height && inside(x, y);
  const span = width + 1;
  /** @type {Map<number, number[]>} */
  const ways = new Map();
  const way = (/** @type {number} */ from, /** @type {number} */ to) => ways.set(from, [...(ways.get(from) ?? []), to]);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if (!has(x, y)) continue;
      const corner = y * span + x;
      if (!has(x, y - 1)) way(corner, corner + 1);
      if (!has(x + 1, y)) way(corner + 1, corner + 1 + span);
      if (!has(x, y + 1)) way(corner + 1 + span, corner + span);
      if (!has(x - 1, y)) way(corner + span, corner);
    }
  }
  /** @type {Spot[][]} */
  const found = [];
  for (const start of ways.keys()) {
    /** @type {Spot[]} */
    const loop = [];
    for (
      let here = start, next = ways.get(here)?.pop();
      next !== undefined;
      here = next, next = ways.get(here)?.pop()
    ) {
      loop.push([here % span, Math.floor(here / span)]);
      if (next === start) break;
    }
    if (loop.length > 3) found.push(loop);
  }
  return found;
}

/** @param {Spot[]} loop @returns {Spot[]} without the stairs */
function smooth(loop) {
  let now = loop;
  for (let turn = 0; turn < 4; turn += 1) {
    now = now.map(([x, y], i) => {
      const [a, b] = /** @type {[Spot, Spot]} */ ([now.at(i - 1), now[(i + 1) % now.length]]);
      return [(a[0] + 2 * x + b[0]) / 4, (a[1] + 2 * y + b[1]) / 4];
    });
  }
  return now;
}

/** @param {readonly Spot[]} loop */
const areaOf = (loop) =>
  loop.reduce((sum, [x, y], i) => {
    const [a, b] = /** @type {Spot} */ (loop[(i + 1) % loop.length]);
    return sum + (x * b - a * y) / 2;
  }, 0);

/** Fewer points, none farther off than `slack` (Ramer, Douglas and Peucker). @param {Spot[]} line @param {number} slack @returns {Spot[]} */
function thin(line, slack) {
  const [first, last] = [line[0], line.at(-1)];
  if (!first || !last || line.length < 3) return line;
  const [dx, dy] = [last[0] - first[0], last[1] - first[1]];
  const long = Math.hypot(dx, dy);
  let worst = 0;
  let split = 0;
  line.forEach(([x, y], i) => {
    const off =
      long > 1e-6 ? Math.abs((x - first[0]) * dy - (y - first[1]) * dx) / long : Math.hypot(x - first[0], y - first[1]);
    if (off > worst) [worst, split] = [off, i];
  });
  if (worst <= slack) return [first, last];
  return [...thin(line.slice(0, split + 1), slack).slice(0, -1), ...thin(line.slice(split), slack)];
}

/** @param {readonly Spot[]} loop @returns {string} curves from middle to middle */
function curve(loop) {
  const word = (/** @type {number} */ n) => String(Math.round(n * 10) / 10);
  const middle = (/** @type {number} */ i) => {
    const [a, b] = /** @type {[Spot, Spot]} */ ([loop[i % loop.length], loop[(i + 1) % loop.length]]);
    return `${word((a[0] + b[0]) / 2)} ${word((a[1] + b[1]) / 2)}`;
  };
  const pieces = loop.map((_, i) => {
    const [x, y] = /** @type {Spot} */ (loop[(i + 1) % loop.length]);
    return `Q${word(x)} ${word(y)} ${middle(i + 1)}`;
  });
  return `M${middle(0)}${pieces.join("")}Z`;
}
