// @ts-check
/** What shows of this page while nobody looks at it: its title and its picture in the browser's bar, and a number on its icon. */

/** @type {string | null} */
let calmTitle = null;
/** @type {string | null} */
let calmPicture = null;

/**
 * @param {number} waiting  people; 0 brings back what was there
 * @param {string} words  for the title
 */
export function showWaiting(waiting, words) {
  calmTitle ??= document.title;
  document.title = waiting > 0 ? `(${waiting}) ${words}` : calmTitle;
  const picture = document.querySelector('link[rel="icon"]');
  if (picture instanceof HTMLLinkElement && picture.dataset.waiting) {
    calmPicture ??= picture.href;
    picture.href = waiting > 0 ? picture.dataset.waiting : calmPicture;
  }
  // Of a page that was installed like an app; elsewhere nothing happens, or it is refused.
  void navigator.setAppBadge?.(waiting)?.catch(() => {});
}
