// @ts-check
/** Where the keyboard goes among the clips, when what it was on is no longer there. */

/** @param {string} selector  of a heading */
export function goTo(selector) {
  const title = document.querySelector(selector);
  if (!(title instanceof HTMLElement)) return;
  title.scrollIntoView({ block: "start" });
  title.focus({ preventScroll: true });
}

/** @param {() => void} run @returns {() => void} does it, and goes back to the list */
export function back(run) {
  return () => {
    run();
    goTo("#clips-title");
  };
}

/** To a heading that has just come, once it is on the page. @param {Element | undefined} title */
export function arrive(title) {
  if (title instanceof HTMLElement) queueMicrotask(() => title.focus());
}
