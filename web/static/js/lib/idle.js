// @ts-check
/** Work that nobody waits for. */

/** @param {() => void} run  when nothing else is to be done, or in two seconds */
export function whenIdle(run) {
  if ("requestIdleCallback" in globalThis) requestIdleCallback(run, { timeout: 2_000 });
  else setTimeout(run, 200); // Safari does not say
}
