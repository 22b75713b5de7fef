// @ts-check
/**
 * How one person arranges their own page: size of text, place of the own picture. Nobody else's business, so it lives
 * in attributes of `<html>` that the style sheets read, and is remembered on this device where the browser allows it.
 */
import { recall, keep as remember } from "../lib/kept.js";

const CORNERS = ["bottom-end", "bottom-start", "top-start", "top-end"];

/** @param {"text" | "corner"} name @param {string} value */
function keep(name, value) {
  document.documentElement.dataset[name] = value;
  remember(`visit.${name}`, value);
}

/** Puts back what was chosen last time; once, before the first screen. */
export function restoreArrangement() {
  for (const name of /** @type {const} */ (["text", "corner"])) {
    const value = recall(`visit.${name}`);
    if (typeof value === "string") document.documentElement.dataset[name] = value;
  }
}

/** Larger letters everywhere, or back to the usual size. */
export function toggleText() {
  keep("text", document.documentElement.dataset.text === "large" ? "usual" : "large");
}

/** The own picture goes to the next corner. */
export function movePicture() {
  const now = CORNERS.indexOf(document.documentElement.dataset.corner ?? "");
  keep("corner", CORNERS[(Math.max(0, now) + 1) % CORNERS.length] ?? "bottom-end");
}

/** The own picture grows to be looked at, or shrinks again. */
export function togglePictureSize() {
  const { dataset } = document.documentElement;
  dataset.picture = dataset.picture === "large" ? "small" : "large";
}
