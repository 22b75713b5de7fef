// @ts-check
/** What this device remembers between two visits: choices, never anything of anybody's. */

/**
 * @param {string} name
 * @returns {unknown} what was kept under it; null when there is nothing, or nothing that can be read
 */
export function recall(name) {
  try {
    return JSON.parse(localStorage.getItem(name) ?? "null");
  } catch {
    return null; // a browser that keeps nothing, or something that is not ours
  }
}

/** @param {string} name @param {unknown} value  anything that JSON can say */
export function keep(name, value) {
  try {
    localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // It is there until the page is closed.
  }
}
