// @ts-check
/**
 * What to do when the camera or the microphone does not work: what happened, the steps for this browser, one button.
 * Pure: the browser comes in as an argument.
 */
import { t } from "../lib/i18n.js";
import { isTrouble } from "./words.js";

/** @import { DeviceProblem, Devices } from "./state.js" */

/**
 * @typedef {{ browser: "chrome" | "edge" | "firefox" | "safari" | "samsung" | "other",
 *   system: "android" | "ios" | "mac" | "windows" | "other" }} Browser
 */

/**
 * `fix` is what the one button does: ask the browser again, try the devices again, or choose another device.
 * @typedef {{ title: string, text: string, steps: string[], fix: "ask" | "retry" | "choose" | null, label: string }} Advice
 */

/** @param {string} agent  navigator.userAgent @param {number} touches  navigator.maxTouchPoints @returns {Browser} */
export function browserOf(agent, touches = 0) {
  return { browser: nameOf(agent), system: systemOf(agent, touches) };
}

/** @param {string} agent @returns {Browser["browser"]} order matters: most browsers also claim to be another */
function nameOf(agent) {
  if (/SamsungBrowser\//u.test(agent)) return "samsung";
  if (/Edg(?:A|iOS)?\//u.test(agent)) return "edge";
  if (/Firefox\/|FxiOS\//u.test(agent)) return "firefox";
  if (/Chrome\/|CriOS\/|Chromium\//u.test(agent)) return "chrome";
  if (/Safari\//u.test(agent)) return "safari";
  return "other";
}

/** @param {string} agent @param {number} touches @returns {Browser["system"]} an iPad says it is a Mac, but Macs have no touch */
function systemOf(agent, touches) {
  if (/Android/u.test(agent)) return "android";
  if (/iPhone|iPad|iPod/u.test(agent) || (/Macintosh/u.test(agent) && touches > 1)) return "ios";
  if (/Macintosh/u.test(agent)) return "mac";
  if (/Windows/u.test(agent)) return "windows";
  return "other";
}

/** @param {Devices} devices @returns {"both" | "camera" | "microphone"} which of the two the trouble is about */
export function concerned({ camera, microphone }) {
  if (isTrouble(camera.state) && isTrouble(microphone.state)) return "both";
  if (isTrouble(microphone.state)) return "microphone";
  return isTrouble(camera.state) ? "camera" : "both";
}

/** @param {Devices} devices @param {Browser} where @returns {Advice | null} null when nothing is wrong */
export function adviceFor(devices, where) {
  const { problem } = devices;
  return problem ? ADVICE[problem](concerned(devices), where) : null;
}

/** @typedef {"both" | "camera" | "microphone"} What */

/** @type {Record<DeviceProblem, (what: What, where: Browser) => Advice>} */
const ADVICE = {
  refused: (what, where) => ({
    title: {
      both: t("Your camera and microphone are blocked"),
      camera: t("Your camera is blocked"),
      microphone: t("Your microphone is blocked"),
    }[what],
    text: t("Your browser does not let this page use them yet. You can allow it:"),
    steps: browserSteps(where),
    fix: "ask",
    label: t("Try again"),
  }),
  refused_by_system: (what, where) => ({
    title: {
      both: t("Your device blocks the camera and microphone"),
      camera: t("Your device blocks the camera"),
      microphone: t("Your device blocks the microphone"),
    }[what],
    text: t("The settings of your phone or computer do not let your browser use them yet. You can allow it:"),
    steps: systemSteps(where),
    fix: "ask",
    label: t("Try again"),
  }),
  missing: (what) => ({
    title: {
      both: t("We found no camera and no microphone"),
      camera: t("We found no camera"),
      microphone: t("We found no microphone"),
    }[what],
    text: t("If you have one, plug it in and switch it on. We find it by ourselves."),
    steps: [],
    fix: "retry",
    label: t("Look again"),
  }),
  busy: (what) => ({
    title: {
      both: t("Another app is using your camera or microphone"),
      camera: t("Another app is using your camera"),
      microphone: t("Another app is using your microphone"),
    }[what],
    text: t("Close other apps that use video, such as Zoom, Teams or FaceTime, and other tabs. Then try again."),
    steps: [],
    fix: "retry",
    label: t("Try again"),
  }),
  insecure: () => ({
    title: t("This address cannot use your camera"),
    text: t("Open the link just as the clinic sent it. Its address starts with https."),
    steps: [],
    fix: null,
    label: "",
  }),
  in_app: (_, where) => ({
    title: t("The app you are in cannot use your camera"),
    text: t("Your own browser can. It takes a moment:"),
    steps: [
      t("Go back to the message with your link."),
      t("Press and hold the link, and copy it."),
      where.system === "ios"
        ? t("Open Safari, and paste the link.")
        : t("Open Chrome or another browser, and paste the link."),
    ],
    fix: "ask",
    label: t("Try here again"),
  }),
  interrupted: (what) => ({
    title: {
      both: t("Your camera and microphone have stopped"),
      camera: t("Your camera has stopped"),
      microphone: t("Your microphone has stopped"),
    }[what],
    text: t("A phone call or another app may have taken over."),
    steps: [],
    fix: "retry",
    label: t("Start again"),
  }),
  silent: () => ({
    title: t("We hear nothing from your microphone"),
    text: t("See that it is not switched off or covered, or choose another one."),
    steps: [],
    fix: "choose",
    label: t("Choose a microphone"),
  }),
};

/** @param {Browser} where @returns {string[]} where this browser keeps its permission for a page */
function browserSteps({ browser, system }) {
  if (system === "ios") return browser === "safari" ? safariPhoneSteps() : phoneAppSteps(browser);
  if (system === "android") {
    return [
      t("Tap the icon to the left of the address at the top."),
      t("Tap Permissions, and allow camera and microphone."),
      t("Come back here and try again."),
    ];
  }
  if (browser === "firefox") {
    return [
      t("Click the crossed-out camera or microphone in the address bar."),
      t("Remove the block."),
      t("Try again here, and choose Allow."),
    ];
  }
  if (browser === "safari") {
    return [
      t("Open the Safari menu at the top, and choose Settings for this website."),
      t("Set camera and microphone to Allow."),
      t("Try again here."),
    ];
  }
  return [t("Click the icon to the left of the address."), t("Switch on camera and microphone."), t("Try again here.")];
}

/** @returns {string[]} */
function safariPhoneSteps() {
  return [
    t("Tap the page menu beside the address."),
    t("Tap Website Settings, and set camera and microphone to Allow."),
    t("If that does not help: open Settings, then Apps, then Safari, and allow camera and microphone."),
  ];
}

/** @param {Browser["browser"]} browser @returns {string[]} */
function phoneAppSteps(browser) {
  const app = { chrome: "Chrome", edge: "Edge", firefox: "Firefox", safari: "Safari", samsung: "", other: "" }[browser];
  return [
    app
      ? t("Open Settings on your phone, then Apps, then {app}.", { app })
      : t("Open Settings on your phone, then Apps, then your browser."),
    t("Switch on camera and microphone."),
    t("Come back here and try again."),
  ];
}

/** @param {Browser} where @returns {string[]} where the system keeps its permission for this browser */
function systemSteps({ browser, system }) {
  switch (system) {
    case "mac":
      return [
        t("Open System Settings, then Privacy & Security."),
        t("Open Camera, then Microphone, and switch on your browser in both."),
        t("Close your browser, open it again, and open your link."),
      ];
    case "windows":
      return [
        t("Open Settings, then Privacy & security."),
        t("Open Camera, then Microphone, and let desktop apps use them."),
        t("Try again here."),
      ];
    case "android":
      return [
        t("Open Settings on your phone, then Apps, then your browser."),
        t("Tap Permissions, and allow camera and microphone."),
        t("Come back here and try again."),
      ];
    case "ios":
      return phoneAppSteps(browser);
    default:
      return [
        t("Open the privacy settings of your device, and let your browser use camera and microphone."),
        t("Try again here."),
      ];
  }
}
