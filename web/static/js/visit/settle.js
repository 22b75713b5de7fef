// @ts-check
/**
 * What a template cannot say: where the keyboard goes when a screen or a sheet changes, opening a `<dialog>`, speaking
 * through the live regions, keeping the end of the chat in sight. Runs after each drawing; the only effects of the screens.
 */
import { announcement } from "./announce.js";
import { restoreArrangement } from "./arrangement.js";
import { practiceOf, visitOf } from "./people/cast.js";
import { onKey } from "./keys.js";
import { say } from "./speaker.js";

/** @import { Actions, Sheet, VisitState } from "./state.js" */

/** The sheets that are dialogs; "chat" is a panel beside the picture, which stays in use. */
export const DIALOGS = /** @type {readonly Sheet[]} */ ([
  "more",
  "people",
  "leave",
  "end",
  "devices",
  "help",
  "invite",
  "emergency",
  "trust",
  "record",
]);

/** @type {VisitState | null} */
let before = null;

/** How far the test of the line was at the last drawing. */
let line_step = "";
/** The question of a recording stood there at the last drawing. */
let was_asked = false;
/** @type {Actions | null} */
let actions = null;
/** @type {HTMLElement | null} whoever opened the sheet gets the keyboard back */
let opener = null;

/** @type {() => void} the keyboard and the arrangement, once, with the first drawing */
let begin = () => {
  begin = () => {};
  restoreArrangement();
  document.addEventListener("keydown", (event) => before && actions && onKey(event, before, actions));
};

/** @param {VisitState} state  as just drawn @param {Actions} act */
export function settle(state, act) {
  const was = before;
  before = state;
  actions = act;
  begin();
  const { polite, assertive } = announcement(was, state);
  if (polite) say(polite);
  if (assertive) say(assertive, "alert");
  if (was && was.screen !== state.screen) {
    scrollTo(0, 0);
    focusOn("#app h1");
  }
  if (practiceOf(state)?.stop && !(was && practiceOf(was)?.stop)) focusOn("#emergency-title");
  settleConsent();
  if (was && (was.panel.draft === null) !== (state.panel.draft === null)) settlePanel(state);
  if (noticesOf(state) > noticesOf(was))
    document.querySelector("#app .notices > :last-child")?.scrollIntoView({ block: "center" });
  showLineTest(state);
  if (state.late_minutes > (was?.late_minutes ?? 0))
    document.querySelector("#app #late")?.scrollIntoView({ block: "center" });
  if (sheetOf(was) !== sheetOf(state)) settleSheet(sheetOf(was), sheetOf(state));
  const [lines, lived] = [visitOf(state)?.chat.length ?? 0, was ? (visitOf(was)?.chat.length ?? 0) : 0];
  if (lines !== lived || (was?.sheet ?? null) !== state.sheet) showLastLine();
  if (was && was.check_step !== state.check_step) showQuestion();
  if (state.devices.level > 0.12) document.querySelector("[data-voice]")?.setAttribute("data-voice", "heard");
}

/** The card of the test grows as it goes on, below the edge of a phone. @param {VisitState} state */
function showLineTest({ precall }) {
  const step = precall?.state.step ?? "";
  if (step === line_step) return;
  if (line_step === "") focusOn("#precall-title"); // the button that began it is gone
  line_step = step;
  document.querySelector("#app .precall")?.scrollIntoView({ block: "center" });
}

/** @param {VisitState | null} state @returns {Sheet} what is open, once it can be drawn */
function sheetOf(state) {
  return state?.inside ? state.sheet : null;
}

/** @param {VisitState | null} state @returns {number} messages from the therapist while waiting */
function noticesOf(state) {
  return state?.view?.type === "outside" ? state.view.notices.length : 0;
}

/** @param {Sheet} was @param {Sheet} is */
function settleSheet(was, is) {
  if (was === null) opener = document.activeElement instanceof HTMLElement ? document.activeElement : null;
  const dialog = document.querySelector("#app dialog.sheet");
  if (dialog instanceof HTMLDialogElement) {
    const wanted = DIALOGS.includes(is) && is !== null;
    if (wanted && !dialog.open) dialog.showModal();
    if (!wanted && dialog.open) dialog.close();
    if (wanted) {
      dialog.scrollTop = 0;
      focusOn("#app dialog.sheet h2");
    }
  }
  if (is === "chat") focusOn("#chat-text");
  if (is === "exercises") focusOn("#panel-title");
  if (is === null && opener?.isConnected) opener.focus();
}

/** The button that opened or closed an exercise has gone with what it was in. @param {VisitState} state */
function settlePanel({ panel }) {
  if (document.activeElement === document.body) focusOn(panel.draft ? "#draft-title" : "#panel-title");
}

/** The question of a recording takes the button that answered it along. */
function settleConsent() {
  const isAsked = document.querySelector("#app .consent") !== null;
  if (was_asked && !isAsked && document.activeElement === document.body) focusOn("#app h1");
  was_asked = isAsked;
}

/** @param {string} selector */
function focusOn(selector) {
  const element = document.querySelector(selector);
  if (element instanceof HTMLElement) element.focus({ preventScroll: selector.endsWith("h1") });
}

/** The question that just came up on the device check is in sight. */
function showQuestion() {
  document.querySelector("#app .check-item:last-child")?.scrollIntoView({ block: "end" });
}

/** A line that came, or a chat just opened: the newest is in sight. */
function showLastLine() {
  const lines = document.querySelector("#app .chat-lines");
  if (lines) lines.scrollTop = lines.scrollHeight;
}
