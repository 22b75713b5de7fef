// @ts-check
/** What is written during a visit, and the line to write in. */
import { t } from "../lib/i18n.js";
import { html, nothing, repeat } from "../../vendor/lit.js";
import { visitOf } from "./people/cast.js";
import { icon } from "./icon.js";
import { timeOfDay } from "./words.js";

/** @import { TemplateResult } from "../../vendor/lit.js" */
/** @import { ChatLine, ParticipantId } from "../messages.js" */
/** @import { Actions, VisitState } from "./state.js" */

const LONGEST = 2000;

/** @param {VisitState} state @param {Actions} act @returns {TemplateResult} */
export function chat(state, act) {
  const visit = visitOf(state);
  const lines = visit?.chat ?? [];
  return html`<section class="chat" aria-labelledby="chat-title">
    <div class="panel-head">
      <h2 id="chat-title" class="subtitle" tabindex="-1">${t("Chat")}</h2>
      <button type="button" class="button is-plain panel-close" @click=${() => act.show(null)}>
        ${icon("x")}${t("Close")}
      </button>
    </div>
    <div class="chat-lines" role="log" aria-label=${t("What was written")} tabindex="0">
      ${
        lines.length === 0
          ? html`<p class="chat-empty quiet small">
            ${icon("message-circle")}
            ${t("Nothing to read here yet. Everybody in the visit can read what you write here.")}
          </p>`
          : html`<ol>${repeat(
              lines,
              (line) => line.seq,
              (line) => chatLine(line, visit?.you),
            )}</ol>`
      }
    </div>
    <form class="chat-form" @submit=${(/** @type {SubmitEvent} */ event) => send(event, act)}>
      <label class="visually-hidden" for="chat-text">${t("Write a message")}</label>
      <textarea
        id="chat-text"
        name="text"
        rows="1"
        maxlength=${LONGEST}
        autocomplete="off"
        enterkeyhint="send"
        placeholder=${t("Write a message")}
        @keydown=${sendOnEnter}
      ></textarea>
      <button type="submit" class="button is-primary is-large">${icon("send")}${t("Send")}</button>
    </form>
  </section>`;
}

/** @param {ChatLine} line @param {ParticipantId | undefined} you */
function chatLine({ participant, name, at, text }, you) {
  const own = participant === you;
  return html`<li class="chat-line ${own ? "is-own" : ""}">
    <p class="chat-who small"><b><bdi>${own ? t("You") : name}</bdi></b> <time datetime=${at}>${timeOfDay(at)}</time></p>
    <p class="chat-text" dir="auto">${text}</p>
  </li>`;
}

/** @param {SubmitEvent} event @param {Actions} act */
function send(event, act) {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.currentTarget);
  const text = String(new FormData(form).get("text") ?? "").trim();
  if (!text) return;
  act.chat(text);
  form.reset();
}

/** Enter sends, Shift+Enter starts a new line; an Enter that ends a composed character (Japanese, Chinese) does neither. */
function sendOnEnter(/** @type {KeyboardEvent} */ event) {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  /** @type {HTMLTextAreaElement} */ (event.currentTarget).form?.requestSubmit();
}

/** @param {VisitState} state @param {Actions} act @returns {TemplateResult | typeof nothing} the column beside the picture */
export function chatPanel(state, act) {
  return state.sheet === "chat" || state.page.role === "therapist" ? chat(state, act) : nothing;
}
