// @ts-check
/** A therapist invites a guest: who it is, then the link to hand over. */
import { t } from "../../lib/i18n.js";
import { html, nothing } from "../../../vendor/lit.js";
import { icon } from "../icon.js";
import { say } from "../speaker.js";

/** @import { TemplateResult } from "../../../vendor/lit.js" */
/** @import { Actions, VisitState } from "../state.js" */

/** @param {VisitState} state @param {Actions} act @returns {TemplateResult} */
export function invite({ invited }, act) {
  return invited ? link(invited, act) : form(act);
}

/** @param {Actions} act */
function form(act) {
  const relations = /** @type {const} */ ([
    ["relative", t("Relative or friend")],
    ["interpreter", t("Interpreter")],
    ["student", t("Student")],
  ]);
  return html`<form @submit=${(/** @type {SubmitEvent} */ event) => submit(event, act)}>
    <div class="sheet-body">
      <p class="quiet">${t("A guest opens a link of their own, waits, and you let them in.")}</p>
      <div class="field">
        <label for="guest-name">${t("Name of the guest")}</label>
        <input id="guest-name" name="name" required maxlength="64" autocomplete="off" />
      </div>
      <fieldset class="field">
        <legend>${t("Who is it?")}</legend>
        ${relations.map(
          ([value, label], index) =>
            html`<label class="relation"><input type="radio" name="relation" value=${value} ?checked=${index === 0} />${label}</label>`,
        )}
      </fieldset>
    </div>
    <div class="sheet-foot">
      <button type="submit" class="button is-large is-primary">${icon("link")}${t("Make the link")}</button>
    </div>
  </form>`;
}

/** @param {SubmitEvent} event @param {Actions} act */
async function submit(event, act) {
  event.preventDefault();
  const element = /** @type {HTMLFormElement} */ (event.currentTarget);
  const answers = new FormData(element);
  const button = /** @type {HTMLButtonElement | null} */ (element.querySelector("button[type=submit]"));
  if (button) button.disabled = true;
  try {
    await act.inviteGuest(String(answers.get("name")).trim(), String(answers.get("relation")));
  } finally {
    if (button) button.disabled = false;
  }
}

/** @param {{ url: string, qr_svg_url: string }} invited @param {Actions} act */
function link({ url, qr_svg_url }, act) {
  return html`<div class="sheet-body">
      <p>${qr_svg_url ? t("Send this link to your guest, or let them point their phone at the code.") : t("Send this link to your guest.")}</p>
      <div class="field">
        <label for="guest-link">${t("Link for the guest")}</label>
        <input id="guest-link" readonly .value=${url} @focus=${(/** @type {Event} */ event) => /** @type {HTMLInputElement} */ (event.currentTarget).select()} />
      </div>
      <button type="button" class="button is-large is-primary" @click=${() => copy(url)}>${icon("copy")}${t("Copy the link")}</button>
      ${qr_svg_url ? html`<img class="code" src=${qr_svg_url} width="200" height="200" alt=${t("The same link as a code for a phone's camera")} />` : nothing}
    </div>
    <div class="sheet-foot">
      <button type="button" class="button is-large" @click=${() => act.show(null)}>${t("Done")}</button>
    </div>`;
}

/** @param {string} url */
async function copy(url) {
  try {
    await navigator.clipboard.writeText(url);
  } catch {
    // Where the clipboard is closed to pages, the marked link can be copied by hand.
    const field = document.querySelector("#guest-link");
    if (field instanceof HTMLInputElement) field.select();
    return;
  }
  say(t("Link copied"));
}
