// @ts-check
/** Where the keyboard goes among the clips, when what it was on is no longer there. */

/** To the top of what the panel shows, and of nothing around it. @param {string} selector  of a heading of the panel */
export function goTo(selector) {
  const [title, body] = [document.querySelector(selector), document.querySelector(".panel-body")];
  if (!(title instanceof HTMLElement) || !body) return;
  body.scrollTop += title.getBoundingClientRect().top - body.getBoundingClientRect().top;
  title.focus();
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
