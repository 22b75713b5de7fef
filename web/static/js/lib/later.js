// @ts-check
/** Code and content that a page fetches after it is there. */

const AGAIN_MS = 4_000;

/**
 * @template T
 * @param {string} what  for the console, if it does not come
 * @param {() => Promise<T>} load
 * @param {(loaded: T) => void} come
 * @returns {() => void} fetches it at the first call, again and again until it is here; later calls do nothing
 */
export function later(what, load, come) {
  let isAsked = false;
  const attempt = () =>
    load().then(come, (error) => {
      console.warn(`No ${what} yet:`, error);
      setTimeout(attempt, AGAIN_MS);
    });
  return () => {
    if (isAsked) return;
    isAsked = true;
    void attempt();
  };
}
