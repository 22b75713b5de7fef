// @ts-check
/** Buttons that copy their `data-copy`. They stay hidden where the browser cannot. */

/** @param {(button: HTMLButtonElement) => void} onCopied */
export function offerCopying(onCopied) {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!(button instanceof HTMLButtonElement)) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy ?? "");
      onCopied(button);
    });
  }
}
