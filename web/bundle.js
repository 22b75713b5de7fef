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
const entries = ["js/visit/main.js", "js/visit/rehearsal.js", ...list("js/pages"), ...list("css")];
await build({
  absWorkingDir: STATIC,
  entryPoints: entries,
  outdir: TARGET,
  outbase: STATIC,
  chunkNames: "js/chunks/[name]-[hash]",
  bundle: true,
  splitting: true,
  minify: true,
  format: "esm",
  target: ["es2022", "safari16.4"],
  legalComments: "inline",
});
writeFileSync(join(TARGET, "manifest.json"), `${JSON.stringify({ sources: digestOfSources() })}\n`);
