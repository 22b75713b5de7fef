// @ts-check
/** Where to put the phone: a simple picture, what to do in short sentences, and a silhouette to fit into one's own picture. */
import { t } from "../lib/i18n.js";
import { html, live, nothing, svg } from "../../vendor/lit.js";
import { practiceOf } from "./cast.js";
import { icon } from "./icon.js";

/** @import { TemplateResult } from "../../vendor/lit.js" */
/** @import { CameraCard } from "../messages.js" */
/** @import { Actions, VisitState } from "./state.js" */

/**
 * Limbs as lines, in a picture 200 wide and 120 high, its floor at 104; the phone stands at the left.
 * @type {Readonly<Record<CameraCard, { head: readonly [number, number], limbs: readonly string[], things: string }>>}
 */
const FIGURES = {
  sitting: {
    head: [150, 36],
    limbs: ["M150 46 V76", "M150 76 H128 V103", "M150 54 L140 68 L128 70"],
    things: "M140 80 H162 V104 M162 80 V50 M142 80 V104",
  },
  standing: {
    head: [150, 22],
    limbs: [
      "M150 32 V64",
      "M150 64 L145 84 V103",
      "M150 64 L156 84 V103",
      "M150 40 L140 54 L139 68",
      "M150 40 L161 54 L162 68",
    ],
    things: "",
  },
  lying: {
    head: [118, 94],
    limbs: ["M128 97 H158", "M158 97 L168 80 L178 101", "M132 99 L148 101"],
    things: "M106 104 H190",
  },
  hands_and_knees: {
    head: [118, 66],
    limbs: ["M127 70 L162 72", "M130 71 V102", "M162 72 L164 101 L184 102"],
    things: "M106 104 H190",
  },
};

/** Height of the phone above the floor in the picture, and whether it stands upright. @type {Readonly<Record<CameraCard, readonly [number, boolean]>>} */
const PHONES = { sitting: [42, false], standing: [50, true], lying: [22, false], hands_and_knees: [26, false] };

/** @param {CameraCard} card @returns {string} */
export function cameraCardTitle(card) {
  return {
    sitting: t("Sitting: where to put your camera"),
    standing: t("Standing: where to put your camera"),
    lying: t("Lying down: where to put your camera"),
    hands_and_knees: t("Hands and knees: where to put your camera"),
  }[card];
}

/** @param {CameraCard} card @returns {readonly string[]} what to do, one thing a line */
export function cameraCardSteps(card) {
  switch (card) {
    case "sitting":
      return [
        t("Turn your phone on its side and stand it at the height of your chest."),
        t("Sit about 2 big steps away."),
        t("Hips to above your hands should be in the picture."),
      ];
    case "standing":
      return [
        t("Stand your phone upright at the height of your hips, leaning on something firm."),
        t("Go back about 3 big steps."),
        t("Feet and head should be in the picture."),
      ];
    case "lying":
      return [
        t("Turn your phone on its side and stand it low: on a stool, or on some books."),
        t("Keep it about 2 big steps away."),
        t("Lie across the picture, not toward it: head at one side, feet at the other."),
      ];
    case "hands_and_knees":
      return [
        t("Turn your phone on its side and stand it at the height of a low chair."),
        t("Keep it about 2 big steps away."),
        t("Show your side: hands at one side of the picture, feet at the other."),
      ];
  }
}

/** @param {VisitState} state @param {Actions} act @returns {TemplateResult | typeof nothing} for whoever is in front of the camera */
export function cameraCard(state, act) {
  const card = practiceOf(state)?.camera_card;
  if (!card || state.page.role !== "patient" || state.camera_card_read === card) return nothing;
  return html`<section class="camera-card" aria-labelledby="camera-card-title">
    <h2 id="camera-card-title" class="subtitle" tabindex="-1">${cameraCardTitle(card)}</h2>
    <div class="camera-card-pictures">${placing(card)} ${mirror(state, card)}</div>
    <ol class="camera-card-steps">${cameraCardSteps(card).map((step) => html`<li>${step}</li>`)}</ol>
    <button type="button" class="button is-primary is-exercise" @click=${() => act.readCameraCard(card)}>
      ${icon("check")}${t("Done")}
    </button>
  </section>`;
}

/** @param {CameraCard} card @returns {TemplateResult} the phone, and the person seen from the side */
export function placing(card) {
  const { things } = FIGURES[card];
  const [height, isUpright] = PHONES[card];
  const [w, h] = isUpright ? [11, 21] : [5, 13];
  const top = 104 - height;
  return html`<svg class="placing" viewBox="0 0 200 120" aria-hidden="true" focusable="false">
    <path class="placing-floor" d="M4 104 H196"></path>
    <path class="placing-view" d=${`M34 ${top} L${card === "standing" ? 112 : 96} 8 V103 Z`}></path>
    <path class="placing-thing" d=${`M18 ${top + h / 2} H36 V104 M20 ${top + h / 2} V104 ${things}`}></path>
    <rect class="placing-phone" x=${27 - w / 2} y=${top - h / 2} width=${w} height=${h} rx="2"></rect>
    ${person(card)}
  </svg>`;
}

/** @param {CameraCard} card */
function person(card) {
  const { head, limbs } = FIGURES[card];
  return svg`<circle class="placing-head" cx=${head[0]} cy=${head[1]} r="9"></circle>
    ${limbs.map((limb) => svg`<path class="placing-limb" d=${limb}></path>`)}`;
}

/** One's own picture with the shape to fit into. @param {VisitState} state @param {CameraCard} card */
function mirror({ devices: { camera, stream } }, card) {
  if (camera.state !== "on" || !stream) return nothing;
  return html`<div class="fitting">
    <video playsinline autoplay muted .muted=${true} class=${camera.facing === "user" ? "is-mirrored" : ""} aria-hidden="true" .srcObject=${live(stream)}></video>
    <svg class="fitting-shape" viewBox=${card === "standing" ? "110 4 80 104" : "96 14 100 96"} aria-hidden="true" focusable="false">${person(card)}</svg>
  </div>`;
}
