// @ts-check
/** The figure, its floor and its things on a canvas, by WebGL. Draws what it is given and knows no time. */
import { Camera, Geometry, Mesh, Program, Renderer, Transform } from "../../vendor/ogl.js";
import { theBody } from "./body.js";
import { FIELD } from "./camera.js";
import { BONES, skeleton } from "./rig.js";
import { BALLS, balls } from "./shade.js";
import { BODY_FRAGMENT, BODY_VERTEX, FLOOR_FRAGMENT, THING_FRAGMENT, THING_VERTEX } from "./shaders.js";
import { REST } from "./sculpture.js";
import { following } from "./skinning.js";
import { cross, minus, unit } from "./space.js";
import { boxSkin, stretch } from "./things.js";

/** @import { Eye } from "./camera.js" */
/** @import { Skeleton } from "./rig.js" */
/** @import { Point } from "./space.js" */
/** @import { Paint, Thing } from "./things.js" */

/** Linear light. @type {Record<Paint, Point>} */
const PAINTS = {
  mat: [0.33, 0.43, 0.43],
  wood: [0.5, 0.4, 0.3],
  frame: [0.36, 0.33, 0.31],
  wall: [0.62, 0.6, 0.57],
  cloth: [0.66, 0.62, 0.56],
  rubber: [0.62, 0.22, 0.1],
};
/** What stands behind the body is seen through. @type {Partial<Record<Paint, number>>} */
const SOLID = { wall: 0.55 };

/** Make the skin now, while nobody waits: it takes a few tenths of a second, once. */
export function prepare() {
  theBody();
}

/** The browser or its graphics card gives no WebGL 2: show stills. */
export class NoWebGl extends Error {}

/** @param {Point} eye @param {Point} target @returns {Point} the key light stands above the looker's left shoulder */
function keyLight(eye, target) {
  const ahead = unit(minus(target, eye));
  const right = unit(cross(ahead, [0, 1, 0]));
  return unit([-ahead[0] * 0.7 - right[0] * 0.55, 0.85, -ahead[2] * 0.7 - right[2] * 0.55]);
}

export class Stage {
  #renderer;
  #camera;
  #scene = new Transform();
  #floor;
  #uniforms;
  /** What things are drawn with: to make a program takes longer than to draw with it. @type {Program} */
  #solid;
  /** The same for what is seen through. @type {Program} */
  #clear;
  /** @type {{ thing: Thing, mesh: Mesh }[]} */
  #things = [];

  /** Raises `NoWebGl`. @param {HTMLCanvasElement} canvas @param {{ dark: boolean, dpr: number }} options */
  constructor(canvas, { dark, dpr }) {
    this.#renderer = rendererFor(canvas, dpr);
    const { gl } = this.#renderer;
    gl.clearColor(0, 0, 0, 0);
    this.#camera = new Camera(gl, { fov: FIELD, near: 0.3, far: 20 });
    this.#uniforms = {
      balls: { value: BALLS.map(() => [0, 0, 0, 0]) },
      turns: { value: /** @type {readonly (readonly number[])[]} */ (BONES.map(() => [0, 0, 0, 1])) },
      moves: { value: /** @type {readonly (readonly number[])[]} */ (BONES.map(() => [0, 0, 0, 0])) },
      eye: { value: /** @type {readonly number[]} */ ([0, 0, 0]) },
      key: { value: /** @type {readonly number[]} */ ([0, 1, 0]) },
      centre: { value: [0, 0, 0] },
      dark: { value: Number(dark) },
    };
    const paint = () => ({ paint: { value: /** @type {readonly number[]} */ ([0, 0, 0]) }, solid: { value: 1 } });
    this.#solid = this.#program(THING_VERTEX, THING_FRAGMENT, paint(), false);
    this.#clear = this.#program(THING_VERTEX, THING_FRAGMENT, paint(), true);
    this.#floor = this.#mesh(floorSkin(2.8), this.#program(THING_VERTEX, FLOOR_FRAGMENT, {}, true));
    this.#body();
  }

  /** @param {readonly Thing[]} things  that stand there from now on */
  furnish(things) {
    for (const { mesh } of this.#things) {
      mesh.setParent(null);
      mesh.geometry.remove();
    }
    this.#things = things.map((thing) => {
      const solid = SOLID[thing.paint] ?? 1;
      const program = solid < 1 ? this.#clear : this.#solid;
      const mesh = this.#mesh(boxSkin(thing.size, thing.round), program);
      mesh.onBeforeRender(() => {
        program.uniforms.paint.value = PAINTS[thing.paint];
        program.uniforms.solid.value = solid;
      });
      mesh.position.set(...thing.at);
      return { thing, mesh };
    });
  }

  /** The first picture takes longest, since only then is everything made ready: this is one that nobody looks at. */
  warm() {
    this.furnish([{ size: [0.1, 0.1, 0.1], round: 0.01, at: [0, 0, 0], paint: "mat" }]);
    this.resize(32, 32);
    this.draw(skeleton(REST), { eye: [0, 1, 4], target: [0, 1, 0] });
    this.furnish([]);
  }

  /** @param {number} width @param {number} height  in CSS pixels */
  resize(width, height) {
    if (width === this.#renderer.width && height === this.#renderer.height) return;
    keepingStyle(this.#renderer.gl.canvas, () => this.#renderer.setSize(width, height));
    this.#camera.perspective({ aspect: width / height });
  }

  /** What was asked of the graphics card is done now, and not when the next picture waits for it. */
  flush() {
    this.#renderer.gl.flush();
  }

  /** Give the graphics card back what was made on it; of a canvas that has left its page, all. */
  close() {
    this.furnish([]);
    for (const program of [this.#solid, this.#clear]) program.remove();
    this.#scene.traverse((node) => {
      if (!(node instanceof Mesh)) return;
      node.geometry.remove();
      node.program.remove();
    });
    const { gl } = this.#renderer;
    const canvas = /** @type {HTMLCanvasElement} */ (gl.canvas);
    if (!canvas.isConnected) gl.getExtension("WEBGL_lose_context")?.loseContext();
  }

  /** @param {number} dpr  pixels of the picture by CSS pixel */
  set dpr(dpr) {
    const { width, height } = this.#renderer;
    this.#renderer.dpr = dpr;
    keepingStyle(this.#renderer.gl.canvas, () => this.#renderer.setSize(width, height));
  }

  /** @param {Skeleton} pose @param {Eye} from */
  draw(pose, { eye, target }) {
    const { turns, moves } = following(pose);
    this.#uniforms.turns.value = turns;
    this.#uniforms.moves.value = moves;
    this.#uniforms.balls.value = balls(pose);
    this.#uniforms.eye.value = eye;
    this.#uniforms.key.value = keyLight(eye, target);
    this.#uniforms.centre.value = [target[0], 0, target[2]];
    this.#floor.position.set(target[0], -0.0125, target[2]);
    for (const { thing, mesh } of this.#things) {
      if (!thing.along) continue;
      mesh.matrixAutoUpdate = false;
      mesh.matrix.fromArray(/** @type {any} */ (stretch(thing.along(pose))));
    }
    this.#camera.position.set(...eye);
    this.#camera.lookAt([...target]);
    this.#renderer.render({ scene: this.#scene, camera: this.#camera });
  }

  #body() {
    const body = theBody();
    const { gl } = this.#renderer;
    const geometry = new Geometry(gl, {
      position: { size: 3, data: body.positions },
      normal: { size: 3, data: body.normals },
      bones: { size: 4, data: body.bones, type: gl.UNSIGNED_BYTE },
      weights: { size: 4, data: body.weights },
      wear: { size: 3, data: body.wear },
      index: { data: body.triangles },
    });
    const program = new Program(gl, { vertex: BODY_VERTEX, fragment: BODY_FRAGMENT, uniforms: this.#uniforms });
    new Mesh(gl, { geometry, program, frustumCulled: false }).setParent(this.#scene);
  }

  /**
   * @param {{ positions: readonly number[], normals: readonly number[], triangles: readonly number[] }} skin
   * @param {Program} program
   */
  #mesh({ positions, normals, triangles }, program) {
    const { gl } = this.#renderer;
    const geometry = new Geometry(gl, {
      position: { size: 3, data: new Float32Array(positions) },
      normal: { size: 3, data: new Float32Array(normals) },
      index: { data: new Uint16Array(triangles) },
    });
    const mesh = new Mesh(gl, { geometry, program, frustumCulled: false });
    mesh.setParent(this.#scene);
    return mesh;
  }

  /** @param {string} vertex @param {string} fragment @param {Record<string, { value: unknown }>} extra @param {boolean} transparent */
  #program(vertex, fragment, extra, transparent) {
    const { gl } = this.#renderer;
    const uniforms = { ...this.#uniforms, ...extra };
    const program = new Program(gl, { vertex, fragment, uniforms, transparent, depthWrite: !transparent });
    if (transparent) program.setBlendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    return program;
  }
}

/** @type {boolean | undefined} */
let software;

/** @returns {boolean} no graphics card: what is asked of it, the processor does */
export function isSoftware() {
  if (software === undefined) {
    const gl = document.createElement("canvas").getContext("webgl2");
    const named = gl?.getExtension("WEBGL_debug_renderer_info");
    software =
      !!gl &&
      !!named &&
      /swiftshader|llvmpipe|software|basic render/i.test(gl.getParameter(named.UNMASKED_RENDERER_WEBGL));
    gl?.getExtension("WEBGL_lose_context")?.loseContext();
  }
  return software;
}

/** @param {HTMLCanvasElement} canvas @param {number} dpr @returns {Renderer} */
function rendererFor(canvas, dpr) {
  const smooth = !isSoftware(); // there it would cost as much again as everything else
  const look = { alpha: true, antialias: smooth, premultipliedAlpha: true };
  const options = { canvas, dpr, ...look, powerPreference: "low-power" };
  const gl = /** @type {WebGL2RenderingContext | null} */ (canvas.getContext("webgl2", options));
  if (!gl) throw new NoWebGl("WebGL 2 is not there.");
  gl.depthMask(true); // as ogl takes it to be, also where another stage has drawn before
  return keepingStyle(canvas, () => new Renderer(options));
}

/**
 * The page's sheets say how large the canvas is, whatever ogl writes on it.
 * @template T @param {HTMLCanvasElement | OffscreenCanvas} canvas @param {() => T} change @returns {T}
 */
function keepingStyle(canvas, change) {
  const { style } = /** @type {HTMLCanvasElement} */ (canvas);
  const { width, height } = style;
  const made = change();
  Object.assign(style, { width, height });
  return made;
}

/**
 * A floor fine enough for soft shadows. Its rows are not as long as a power of two: where a processor draws, points that
 * lie one above the other would push each other out of its cache, and the floor would take longer than the body.
 * @param {number} width @returns {{ positions: number[], normals: number[], triangles: number[] }}
 */
function floorSkin(width) {
  const pieces = 56;
  const line = Array.from({ length: pieces + 1 }, (_, i) => (i / pieces - 0.5) * width);
  const triangles = line.slice(1).flatMap((_, j) =>
    line.slice(1).flatMap((__, i) => {
      const a = j * (pieces + 1) + i;
      return [a, a + pieces + 1, a + 1, a + 1, a + pieces + 1, a + pieces + 2];
    }),
  );
  return {
    positions: line.flatMap((z) => line.flatMap((x) => [x, 0, z])),
    normals: line.flatMap(() => line.flatMap(() => [0, 1, 0])),
    triangles,
  };
}
