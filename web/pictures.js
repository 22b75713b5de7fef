// @ts-check
/**
 * Makes `static/exercises/`: a small picture of every exercise that moves, for lists, drawn by the same figure that
 * moves in a visit. Growing that figure takes a weak computer half a second: here it is done once, for everybody.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { still } from "./static/js/mannequin/stills.js";

const EXERCISES = new URL("../telesession/exercises/", import.meta.url);
const TARGET = new URL("static/exercises/", import.meta.url);
/** Dots across and down: twice as many as it has in a list. */
const SIZE = { width: 144, height: 108 };

/** @param {{ timeline: { pose: string }[] }} exercise @returns {string | undefined} the first key pose after the start shows best what it is */
const bestPose = ({ timeline }) => timeline.slice(1).find(({ pose }) => pose.startsWith("P"))?.pose;

/** @param {import("./static/js/mannequin/stills.js").Still} still @returns {string} */
function svg({ width, height, shapes }) {
  const paths = shapes.map(
    ({ d, fill, opacity }) => `<path d="${d}" fill="${fill}"${opacity < 1 ? ` fill-opacity="${opacity}"` : ""}/>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}">${paths.join("")}</svg>\n`;
}

rmSync(TARGET, { recursive: true, force: true });
mkdirSync(TARGET, { recursive: true });
for (const name of readdirSync(EXERCISES).filter((one) => one.endsWith(".json"))) {
  const exercise = JSON.parse(readFileSync(new URL(name, EXERCISES), "utf8"));
  const pose = bestPose(exercise);
  if (!pose) continue;
  const drawn = still(exercise, { pose, ...SIZE });
  writeFileSync(new URL(`${exercise.slug}.${exercise.version}.svg`, TARGET), svg(drawn));
}
