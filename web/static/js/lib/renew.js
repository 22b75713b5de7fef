// @ts-check
/**
 * Brings what is shown up to what the server has made anew, and leaves alone whatever is the same: a press that has just
 * begun and the focus stay where they are.
 */

/** What makes two elements the same thing, changed or not. @param {Element} element */
const nameOf = (element) => `${element.tagName}#${element.id}.${element.getAttribute("data-visit") ?? ""}`;

/** @param {Element} element @returns {boolean} it holds other elements and no words of its own */
function isFrame(element) {
  const words = [...element.childNodes].filter((one) => one.nodeType === Node.TEXT_NODE && one.nodeValue?.trim());
  return element.childElementCount > 0 && words.length === 0;
}

/** @param {Element} shown @param {Element} fresh  of the same name, in a document that is of no use afterwards */
export function renew(shown, fresh) {
  if (shown.isEqualNode(fresh)) return;
  for (const { name } of [...shown.attributes]) {
    if (!fresh.hasAttribute(name)) shown.removeAttribute(name);
  }
  for (const { name, value } of [...fresh.attributes]) {
    if (shown.getAttribute(name) !== value) shown.setAttribute(name, value);
  }
  if (isFrame(shown) && isFrame(fresh)) return renewInside(shown, fresh);
  shown.replaceChildren(...[...fresh.childNodes].map((one) => document.adoptNode(one)));
}

/** @param {Element} shown @param {Element} fresh */
function renewInside(shown, fresh) {
  let place = shown.firstElementChild;
  for (const next of [...fresh.children]) {
    const same = following(place).find((one) => nameOf(one) === nameOf(next));
    if (!same) {
      shown.insertBefore(document.adoptNode(next), place);
      continue;
    }
    for (const gone of following(place).slice(0, following(place).indexOf(same))) gone.remove();
    renew(same, next);
    place = same.nextElementSibling;
  }
  for (const gone of following(place)) gone.remove();
}

/** @param {Element | null} first @returns {Element[]} it and its siblings after it */
function following(first) {
  const found = [];
  for (let one = first; one; one = one.nextElementSibling) found.push(one);
  return found;
}
