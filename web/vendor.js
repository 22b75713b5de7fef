// @ts-check
/**
 * Makes `static/vendor/`, everything a browser gets that is not ours, from the packages of package-lock.json:
 * lit and ogl as one ES module each, the icons as one sprite, and a manifest that says what they are.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const TARGET = join(HERE, "static", "vendor");

/** What our screens use of lit, by the module that has it. */
const LIT = {
  "lit/html.js": ["html", "svg", "nothing", "render"],
  "lit/directives/class-map.js": ["classMap"],
  "lit/directives/if-defined.js": ["ifDefined"],
  "lit/directives/live.js": ["live"],
  "lit/directives/ref.js": ["createRef", "ref"],
  "lit/directives/repeat.js": ["repeat"],
};

/** What draws the mannequin, fetched only when a demonstration is. */
const OGL = ["Camera", "Geometry", "Mesh", "Program", "Renderer", "Transform"];

/** @param {string} name @returns {{ version: string, license: string }} */
function packageOf(name) {
  const { version, license } = JSON.parse(readFileSync(join(HERE, "node_modules", name, "package.json"), "utf8"));
  return { version, license };
}

/** @param {string} contents @returns {Promise<string>} one minified ES module of what `contents` exports */
async function bundle(contents) {
  const result = await build({
    stdin: { contents, resolveDir: HERE },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: ["es2022"],
    legalComments: "none",
  });
  return result.outputFiles[0].text;
}

/** @returns {Promise<string>} */
async function lit() {
  const contents = Object.entries(LIT).map(([from, names]) => `export { ${names.join(", ")} } from "${from}";`);
  const { version, license } = packageOf("lit");
  return `/*! lit ${version}, ${license}, Google LLC */\n${await bundle(contents.join("\n"))}`;
}

/** @returns {Promise<string>} */
async function ogl() {
  const { version, license } = packageOf("ogl");
  return `/*! ogl ${version}, ${license}, Nathan Gordon */\n${await bundle(`export { ${OGL.join(", ")} } from "ogl";`)}`;
}

/** @returns {string} the types of the same names; the type checker finds the packages beside it */
function litTypes() {
  const lines = Object.entries(LIT).map(
    ([from, names]) => `export { ${names.join(", ")} } from "../../node_modules/${from}";`,
  );
  return `${lines.join("\n")}\nexport type { TemplateResult } from "../../node_modules/lit/html.js";\n`;
}

/** @returns {string} */
function oglTypes() {
  return `export { ${OGL.join(", ")} } from "../../node_modules/ogl/types/index.js";\n`;
}

/** @returns {string} one `<symbol>` an icon, drawn in the colour of the text around it */
function sprite() {
  const names = readFileSync(join(HERE, "icons.txt"), "utf8")
    .split("\n")
    .filter((line) => line.trim() && !line.startsWith("#"));
  const symbols = names.map((name) => {
    const svg = readFileSync(join(HERE, "node_modules", "lucide-static", "icons", `${name.trim()}.svg`), "utf8");
    const shapes = svg
      .slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"))
      .replace(/\s*\n\s*/g, "");
    return `<symbol id="${name.trim()}" viewBox="0 0 24 24">${shapes}</symbol>`;
  });
  const { version, license } = packageOf("lucide-static");
  const stroke = 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"';
  return `<!-- lucide ${version}, ${license} --><svg xmlns="http://www.w3.org/2000/svg" ${stroke}>${symbols.join("")}</svg>\n`;
}

const files = [
  { file: "lit.js", package: "lit", text: await lit() },
  { file: "lit.d.ts", package: "lit", text: litTypes() },
  { file: "ogl.js", package: "ogl", text: await ogl() },
  { file: "ogl.d.ts", package: "ogl", text: oglTypes() },
  { file: "icons.svg", package: "lucide-static", text: sprite() },
];
const manifest = files.map(({ file, package: name, text }) => ({
  file,
  package: name,
  ...packageOf(name),
  sha256: createHash("sha256").update(text).digest("hex"),
}));

rmSync(TARGET, { recursive: true, force: true });
mkdirSync(TARGET, { recursive: true });
for (const { file, text } of files) writeFileSync(join(TARGET, file), text);
writeFileSync(join(TARGET, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
