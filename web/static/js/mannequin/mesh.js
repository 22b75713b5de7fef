// @ts-check
/** A skin of triangles around a solid that is only known by its distances (naive surface nets). Pure. */

/** @import { Point } from "./space.js" */

/** @typedef {(x: number, y: number, z: number) => number} Distance  metres to the surface, inside below 0 */
/** @typedef {(x: number, y: number, z: number, reach: number) => Distance | null} Solid  what is within reach, if anything */
/** @typedef {{ positions: number[], normals: number[], triangles: number[] }} Skin */
/** @typedef {{ solid: Solid, low: Point, size: readonly [number, number, number], step: number, field: Float32Array }} Grid */
/** @typedef {{ i: number, j: number, k: number, distance: Distance }} Block  of cells that the surface may go through */

const BLOCK = 4;

/** @param {ArrayLike<number>} list @param {number} i  that is there */
const at = (list, i) => /** @type {number} */ (list[i]);

/** @param {Solid} solid @param {Point} low @param {Point} high @param {number} step  width of a cell in metres @returns {Skin} */
export function skin(solid, low, high, step) {
  const cells = (/** @type {0 | 1 | 2} */ axis) => Math.ceil((high[axis] - low[axis]) / step / BLOCK) * BLOCK + 1;
  const size = /** @type {const} */ ([cells(0), cells(1), cells(2)]);
  const field = new Float32Array(size[0] * size[1] * size[2]).fill(1);
  /** @type {Grid} */
  const grid = { solid, low, size, step, field };
  const blocks = sample(grid);
  /** @type {number[]} */
  const positions = [];
  /** @type {number[]} */
  const normals = [];
  const corners = new Int32Array(field.length).fill(-1);
  everyCell(grid, blocks, (cell, x, y, z, distance) => {
    const middle = crossing(grid, cell);
    if (!middle) return;
    corners[cell] = positions.length / 3;
    const [u, v, w] = middle;
    settle(distance, low[0] + (x + u) * step, low[1] + (y + v) * step, low[2] + (z + w) * step, positions, normals);
  });
  return { positions, normals, triangles: triangles(grid, blocks, corners) };
}

/** @param {Grid} grid @returns {Block[]} the blocks near the surface, with the field filled in at their corners */
function sample({ solid, low, size: [nx, ny, nz], step, field }) {
  const half = (BLOCK * step) / 2;
  const reach = Math.sqrt(3) * half + step;
  /** @type {Block[]} */
  const blocks = [];
  for (let k = 0; k < nz - 1; k += BLOCK) {
    for (let j = 0; j < ny - 1; j += BLOCK) {
      for (let i = 0; i < nx - 1; i += BLOCK) {
        const [x, y, z] = [low[0] + i * step, low[1] + j * step, low[2] + k * step];
        const distance = solid(x + half, y + half, z + half, reach);
        if (!distance) continue;
        blocks.push({ i, j, k, distance });
        for (let c = 0; c < (BLOCK + 1) ** 3; c += 1) {
          const a = c % (BLOCK + 1);
          const b = Math.floor(c / (BLOCK + 1)) % (BLOCK + 1);
          const d = Math.floor(c / (BLOCK + 1) ** 2);
          field[i + a + (j + b) * nx + (k + d) * nx * ny] = distance(x + a * step, y + b * step, z + d * step);
        }
      }
    }
  }
  return blocks;
}

/**
 * @param {Grid} grid @param {readonly Block[]} blocks
 * @param {(cell: number, x: number, y: number, z: number, distance: Distance) => void} visit
 */
function everyCell({ size: [nx, ny] }, blocks, visit) {
  for (const { i, j, k, distance } of blocks) {
    for (let z = k; z < k + BLOCK; z += 1) {
      for (let y = j; y < j + BLOCK; y += 1) {
        for (let x = i; x < i + BLOCK; x += 1) visit(x + y * nx + z * nx * ny, x, y, z, distance);
      }
    }
  }
}

/** The corners of a cell are numbered by bits: x 1, y 2, z 4. */
const EDGES = [0, 1, 2, 3, 4, 5, 6, 7].flatMap((a) => [1, 2, 4].filter((bit) => !(a & bit)).map((bit) => ({ a, bit })));
const values = new Float64Array(8);

/** @param {Grid} grid @param {number} cell @returns {Point | null} the middle of where its edges go through the surface */
function crossing({ field, size: [nx, ny] }, cell) {
  let inside = 0;
  for (let c = 0; c < 8; c += 1) {
    values[c] = at(field, cell + (c & 1) + ((c >> 1) & 1) * nx + (c >> 2) * nx * ny);
    if (at(values, c) < 0) inside += 1;
  }
  if (inside === 0 || inside === 8) return null;
  let count = 0;
  let u = 0;
  let v = 0;
  let w = 0;
  for (const { a, bit } of EDGES) {
    const p = at(values, a);
    const q = at(values, a | bit);
    if (p < 0 === q < 0) continue;
    const t = p / (p - q);
    count += 1;
    u += bit === 1 ? t : a & 1;
    v += bit === 2 ? t : (a >> 1) & 1;
    w += bit === 4 ? t : a >> 2;
  }
  return [u / count, v / count, w / count];
}

/**
 * Slide a place onto the surface and note which way is out.
 * @param {Distance} distance @param {number} x @param {number} y @param {number} z @param {number[]} positions @param {number[]} normals
 */
function settle(distance, x, y, z, positions, normals) {
  const [a, b, c] = slope(distance, x, y, z);
  const steep = Math.sqrt(a * a + b * b + c * c);
  const by = distance(x, y, z) / (steep * Math.max(steep, 0.5));
  const [p, q, r] = [x - a * by, y - b * by, z - c * by];
  positions.push(p, q, r);
  const [u, v, w] = slope(distance, p, q, r);
  const size = Math.sqrt(u * u + v * v + w * w);
  normals.push(u / size, v / size, w / size);
}

/** @param {Distance} distance @param {number} x @param {number} y @param {number} z @returns {Point} by four feelers, as a tetrahedron has corners */
function slope(distance, x, y, z) {
  const e = 0.002;
  const a = distance(x + e, y - e, z - e);
  const b = distance(x - e, y - e, z + e);
  const c = distance(x - e, y + e, z - e);
  const d = distance(x + e, y + e, z + e);
  return [(a - b - c + d) / (4 * e), (c + d - a - b) / (4 * e), (b + d - a - c) / (4 * e)];
}

/** @param {Grid} grid @param {readonly Block[]} blocks @param {Int32Array} corners @returns {number[]} two around every crossed edge */
function triangles(grid, blocks, corners) {
  const { field, size } = grid;
  const strides = [1, size[0], size[0] * size[1]];
  /** @type {number[]} */
  const found = [];
  everyCell(grid, blocks, (cell) => {
    const inside = at(field, cell) < 0;
    for (let axis = 0; axis < 3; axis += 1) {
      if (inside === at(field, cell + at(strides, axis)) < 0) continue;
      const u = at(strides, (axis + 1) % 3);
      const v = at(strides, (axis + 2) % 3);
      const [a, b, c, d] = [at(corners, cell - u - v), at(corners, cell - v), at(corners, cell), at(corners, cell - u)];
      if (!(a >= 0 && b >= 0 && c >= 0 && d >= 0)) continue;
      if (inside) found.push(a, b, c, a, c, d);
      else found.push(a, c, b, a, d, c);
    }
  });
  return found;
}
