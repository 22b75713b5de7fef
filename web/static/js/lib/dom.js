// @ts-check
/** Finding the page's own elements, so that a missing one is an error with its name. */

/**
 * @template {Element} T
 * @param {string} name  of the element: its `id`
 * @param {new () => T} kind
 * @returns {T}
 */
export function need(name, kind) {
  const found = document.getElementById(name);
  if (!(found instanceof kind)) throw new Error(`This page needs <${kind.name} id="${name}">.`);
  return found;
}

/**
 * What the server wrote into the page as JSON.
 * @template T
 * @param {string} name  id of the `<script type="application/json">`
 * @returns {T}
 */
export function facts(name) {
  return JSON.parse(need(name, HTMLScriptElement).textContent ?? "");
}
