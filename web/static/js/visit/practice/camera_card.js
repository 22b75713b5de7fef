// @ts-check
/** Where to put the phone: a simple picture, what to do in short sentences, and a silhouette to fit into one's own picture. */
import { t } from "../../lib/i18n.js";
import { html, live, nothing, svg } from "../../../vendor/lit.js";
import { practiceOf } from "../people/cast.js";
import { icon } from "../icon.js";

/** @import { TemplateResult } from "../../../vendor/lit.js" */
/** @import { CameraCard } from "../../messages.js" */
/** @import { Actions, VisitState } from "../state.js" */

/**
 * Limbs as lines, in a picture 200 wide and 120 high, its floor at 104; the phone stands at the left.
 * @type {Readonly<Record<CameraCard, { head: readonly [number, number], limbs: readonly string[], things: string }>>}
 */
const FIGURES = {
  sitting: {
    head: [150, 36],
    limbs: ["M150 54 V74", "M150 77 H129 V101", "M150 54 L140 67 L128 70"],
    things: "M140 84 H162 V104 M162 84 V50 M142 84 V104",
  },
  standing: {
    head: [150, 22],
    limbs: [
      "M150 41 V58",
      "M146 62 L145 82 V101",
      "M154 62 L155 82 V101",
      "M146 39 L138 52 L137 66",
      "M154 39 L162 52 L163 66",
    ],
    things: "",
  },
  lying: {
    head: [118, 94],
    limbs: ["M134 96 H154", "M157 97 L168 78 L178 101", "M132 100 L150 101"],
    things: "M106 104 H190",
  },
  hands_and_knees: {
    head: [118, 66],
    limbs: ["M134 71 L156 72", "M131 73 V101", "M160 74 L162 101 L182 101"],
    things: "M106 104 H190",
  },
};

/** Height of the phone above the floor in the picture, and whether it stands upright. @type {Readonly<Record<CameraCard, readonly [number, boolean]>>} */
const PHONES = { sitting: [42, false], standing: [50, true], lying: [22, false], hands_and_knees: [26, false] };

/** The part of the picture that one's own picture is to look like. @type {Readonly<Record<CameraCard, string>>} */
const SHAPES = {
  sitting: "112 20 64 88",
  standing: "112 8 76 100",
  lying: "104 56 84 56",
  hands_and_knees: "104 46 90 66",
};

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
    <path class="placing-view" d=${`M32 ${top} L190 8 V103 H${card === "standing" ? 120 : 100} Z`}></path>
    <path class="placing-thing" d=${`M18 ${top + h / 2} H36 V104 M20 ${top + h / 2} V104 ${things}`}></path>
    <rect class="placing-phone" x=${27 - w / 2} y=${top - h / 2} width=${w} height=${h} rx="2"></rect>
    ${person(card)}
  </svg>`;
}

/** @param {CameraCard} card */
function person(card) {
  const { head, limbs } = FIGURES[card];
  return svg`<circle class="placing-head" cx=${head[0]} cy=${head[1]} r="8"></circle>
    ${limbs.map((limb, place) => svg`<path class=${place === 0 ? "placing-limb is-trunk" : "placing-limb"} d=${limb}></path>`)}`;
}

/** One's own picture with the shape to fit into. @param {VisitState} state @param {CameraCard} card */
function mirror({ devices: { camera, stream } }, card) {
  if (camera.state !== "on" || !stream) return nothing;
  return html`<div class="fitting">
    <video playsinline autoplay muted .muted=${true} class=${camera.facing === "user" ? "is-mirrored" : ""} aria-hidden="true" .srcObject=${live(stream)}></video>
    <svg class="fitting-shape" viewBox=${SHAPES[card]} aria-hidden="true" focusable="false">${person(card)}</svg>
  </div>`;
}
