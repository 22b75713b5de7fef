// @ts-check
/** Style sheets of what a page shows later. */

/** @param {string} url @returns {Promise<void>} once it applies; rejects when it cannot be had */
export function addSheet(url) {
  return new Promise((done, failed) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = url;
    link.onload = () => done();
    link.onerror = () => {
      link.remove();
      failed(new Error(url));
    };
    document.head.append(link);
  });
}
