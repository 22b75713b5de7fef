// @ts-check
/** A page of ours as it is now, for a page that keeps itself true. */

/** @param {string} url @returns {Promise<Document>} parsed by the browser: nothing of it can run */
export function fetchPage(url) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("GET", url);
    request.responseType = "document";
    request.setRequestHeader("Accept", "text/html");
    request.setRequestHeader("X-By-Itself", "yes"); // nobody is there for that: it keeps nobody signed in
    request.onload = () =>
      request.response && request.status < 500 ? resolve(request.response) : reject(new Error(String(request.status)));
    request.onerror = () => reject(new Error("network"));
    request.send();
  });
}
