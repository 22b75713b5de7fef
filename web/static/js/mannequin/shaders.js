// @ts-check
/** What the graphics card is told: how the skin follows the bones, and how clay, cloth and floor take the light. */
import { BONES } from "./rig.js";
import { BALLS } from "./shade.js";

/** Flesh as balls: how much of the sky they hide from a place (after Quilez), so that what touches grows dark. */
const SHADE = /* glsl */ `
uniform vec4 balls[${BALLS.length}];
float shade(vec3 at, vec3 out_) {
  float light = 1.0;
  for (int i = 0; i < ${BALLS.length}; i++) {
    vec3 way = balls[i].xyz - at;
    float far2 = max(dot(way, way), 1e-5);
    float facing = dot(out_, way) * inversesqrt(far2);
    float size = min(balls[i].w * balls[i].w / far2, 1.0);
    light *= 1.0 - clamp(facing * 0.75 + 0.25, 0.0, 1.0) * size * step(-0.33, facing) * 0.8;
  }
  return light;
}`;

export const BODY_VERTEX = /* glsl */ `#version 300 es
in vec3 position; in vec3 normal; in vec4 bones; in vec4 weights; in vec3 wear;
uniform mat4 viewMatrix; uniform mat4 projectionMatrix;
uniform vec4 turns[${BONES.length}]; uniform vec4 moves[${BONES.length}];
out vec3 vNormal; out vec3 vAt; out vec3 vWear; out float vLight;
${SHADE}
vec3 turned(vec4 q, vec3 v) { return v + 2.0 * cross(q.xyz, cross(q.xyz, v) + q.w * v); }
void main() {
  vec4 first = turns[int(bones.x)];
  vec4 turn = vec4(0.0); vec4 move = vec4(0.0);
  for (int i = 0; i < 4; i++) {
    int bone = int(bones[i]);
    float pull = weights[i] * (dot(first, turns[bone]) < 0.0 ? -1.0 : 1.0);
    turn += pull * turns[bone]; move += pull * moves[bone];
  }
  float size = length(turn); turn /= size; move /= size;
  vec3 shift = 2.0 * (turn.w * move.xyz - move.w * turn.xyz + cross(turn.xyz, move.xyz));
  vAt = turned(turn, position) + shift;
  vNormal = turned(turn, normal);
  vWear = wear;
  vLight = shade(vAt, vNormal) * mix(1.0, clamp(0.55 + vAt.y * 2.5, 0.55, 1.0), clamp(-vNormal.y * 0.7 + 0.3, 0.0, 1.0));
  gl_Position = projectionMatrix * viewMatrix * vec4(vAt, 1.0);
}`;

/** Soft key light from above beside the eye, a sky and a warm floor, and a rim that lifts the outline off the page. */
const LIGHT = /* glsl */ `
uniform vec3 eye; uniform vec3 key; uniform float dark;
vec3 lit(vec3 albedo, vec3 normal, vec3 at, float light) {
  vec3 view = normalize(eye - at);
  float wrapped = clamp((dot(normal, key) + 0.3) / 1.3, 0.0, 1.0);
  vec3 sky = mix(vec3(0.50, 0.47, 0.45), vec3(0.72, 0.75, 0.80), normal.y * 0.5 + 0.5);
  float edge = pow(1.0 - clamp(dot(normal, view), 0.0, 1.0), 3.0);
  vec3 colour = albedo * (sky * mix(0.75, 0.5, dark) * light + vec3(0.80, 0.77, 0.72) * wrapped * mix(0.45, 1.0, light));
  colour += edge * clamp(0.35 + normal.y * 0.65, 0.0, 1.0) * light * mix(0.10, 0.26, dark) * vec3(0.95, 0.98, 1.0);
  return pow(clamp(colour, 0.0, 1.0), vec3(1.0 / 2.2));
}`;

export const BODY_FRAGMENT = /* glsl */ `#version 300 es
precision highp float;
in vec3 vNormal; in vec3 vAt; in vec3 vWear; in float vLight;
out vec4 colour;
${LIGHT}
float edge(float d) { float w = max(fwidth(d) * 0.75, 1e-4); return smoothstep(-w, w, d); }
void main() {
  vec3 clay = vec3(0.56, 0.485, 0.425);
  vec3 top = vec3(0.040, 0.235, 0.265);
  vec3 shorts = vec3(0.018, 0.098, 0.122);
  float dressed = edge(vWear.x);
  vec3 cloth = mix(shorts, top, edge(vWear.y));
  vec3 albedo = mix(clay, cloth, dressed);
  float hem = 1.0 - smoothstep(0.0, 0.010, abs(vWear.x - 0.001));
  float waist = (1.0 - smoothstep(0.0, 0.008, abs(vWear.y))) * dressed;
  albedo *= 1.0 - 0.22 * max(hem * (vWear.x < 0.001 ? 0.9 : 0.35), waist * 0.7);
  albedo = mix(albedo, vec3(0.74, 0.37, 0.12), edge(vWear.z));
  colour = vec4(lit(albedo, normalize(vNormal), vAt, vLight), 1.0);
}`;

/** Things around the body: mat, chair, wall, table, stick, band. */
export const THING_VERTEX = /* glsl */ `#version 300 es
in vec3 position; in vec3 normal;
uniform mat4 viewMatrix; uniform mat4 projectionMatrix; uniform mat4 modelMatrix;
out vec3 vNormal; out vec3 vAt; out float vLight;
${SHADE}
void main() {
  vAt = (modelMatrix * vec4(position, 1.0)).xyz;
  vNormal = mat3(modelMatrix) * normal;
  vLight = shade(vAt, vNormal);
  gl_Position = projectionMatrix * viewMatrix * vec4(vAt, 1.0);
}`;

export const THING_FRAGMENT = /* glsl */ `#version 300 es
precision highp float;
in vec3 vNormal; in vec3 vAt; in float vLight;
uniform vec3 paint; uniform float solid;
out vec4 colour;
${LIGHT}
void main() { colour = vec4(lit(paint * mix(1.0, 0.4, dark), normalize(vNormal), vAt, vLight), 1.0) * solid; }`;

/** The floor is nothing but shadow, so that the figure stands on whatever page is behind it. */
export const FLOOR_FRAGMENT = /* glsl */ `#version 300 es
precision highp float;
in vec3 vNormal; in vec3 vAt; in float vLight;
uniform vec3 centre; uniform float dark;
out vec4 colour;
void main() {
  float far = length(vAt.xz - centre.xz);
  float shadow = (1.0 - vLight) * mix(0.62, 0.85, dark) * (1.0 - smoothstep(0.9, 1.38, far));
  colour = vec4(mix(vec3(0.20, 0.17, 0.15), vec3(0.0), dark) * shadow, shadow);
}`;
