// @ts-check
/** Minutes and seconds since each of those on a page began to wait. */

const SECOND_MS = 1000;

export function countWaits() {
  for (const place of document.querySelectorAll("[data-since]")) {
    if (!(place instanceof HTMLElement)) continue;
    const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(place.dataset.since ?? "")) / SECOND_MS));
    place.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }
}

/** As long as the page is open. */
export function keepCounting() {
  setInterval(countWaits, SECOND_MS);
}
