// @ts-check
/**
 * Makes `static/built/`: what a page loads as one small file each, instead of fifty modules with their comments. The
 * sources are served as they are wherever this is missing or older than they are, so nothing has to be built to develop.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const STATIC = join(dirname(fileURLToPath(import.meta.url)), "static");
const TARGET = join(STATIC, "built");

/** @returns {string} what the server computes too: a digest of everything that goes in (`server/static.py`) */
function digestOfSources() {
  const digest = createHash("sha256");
  for (const name of [...list("css"), ...list("js"), ...list("vendor")]) {
    digest.update(`${name}\0`).update(readFileSync(join(STATIC, name)));
  }
  return digest.digest("hex");
}

/** @param {string} folder @returns {string[]} names of its scripts and sheets, in the order of their characters */
function list(folder) {
  return readdirSync(join(STATIC, folder), { recursive: true })
    .map((name) => `${folder}/${String(name).replaceAll("\\", "/")}`)
    .filter((name) => /\.(js|css)$/.test(name))
    .sort();
}

rmSync(TARGET, { recursive: true, force: true });
mkdirSync(TARGET, { recursive: true });
/** What a patient fetches one after the other: what these share becomes pieces that are fetched once. */
const TOGETHER = ["js/pages/join.js", "js/visit/main.js"];
/** All others stand by themselves: each further entry would cut the patient's pieces smaller (ADR 141). */
const alone = ["js/visit/rehearsal.js", ...list("js/pages")].filter((name) => !TOGETHER.includes(name));

/** @type {import("esbuild").BuildOptions} */
const how = {
  absWorkingDir: STATIC,
  outdir: TARGET,
  outbase: STATIC,
  chunkNames: "js/chunks/[name]-[hash]",
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022", "safari16.4"],
  legalComments: "inline",
};
await build({ ...how, entryPoints: [...TOGETHER, ...list("css")], splitting: true });
for (const one of alone) await build({ ...how, entryPoints: [one] });
writeFileSync(join(TARGET, "manifest.json"), `${JSON.stringify({ sources: digestOfSources() })}\n`);
