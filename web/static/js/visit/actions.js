// @ts-check
/** What each button does. Most give a command and wait: what then happened comes back as an event, for both sides alike. */
/** @import { Actions, PageFacts, VisitState } from "./state.js" */
/** @import { Board } from "./board.js" */
/** @import { Asked, Connection } from "./connection.js" */
/** @import { Devices } from "./media/devices.js" */
/** @import { Hearing } from "./media/hearing.js" */
/** @import { Shelf } from "./practice/shelf.js" */
/** @import { Sounds } from "./media/sounds.js" */
import { t, translate } from "../lib/i18n.js";
import { isClip } from "./clips/state.js";
import { Refused } from "./connection.js";
import { keepPanel } from "./panel/state.js";

/**
 * @typedef {object} Parts
 * @property {Board<VisitState>} board
 * @property {Connection} connection
 * @property {Devices} devices
 * @property {Hearing} hearing
 * @property {Sounds} sounds
 * @property {Shelf} shelf
 * @property {() => number} now_ms  server time
 * @property {PageFacts} page
 * @property {Actions["readNewKey"]} readNewKey
 * @property {Actions["testLine"]} testLine
 */

/** @param {Parts} parts @returns {Actions} */
export function actionsFor({ board, connection, devices, hearing, sounds, shelf, now_ms, page, readNewKey, testLine }) {
  /** @param {Asked} command @returns {Promise<boolean>} whether it was done */
  const ask = async (command) => {
    if (command.type.startsWith("recording.")) void sounds.wake(); // a click: from now on one hears it begin and stop
    try {
      await connection.send(command);
      return true;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (error.code !== "closed") board.change({ refusal: translate(error.message) });
      return false;
    }
  };
  const knock = async () => {
    void sounds.wake(); // this click is the one that lets sound through
    const isDone = await ask({ type: "participant.knock" });
    if (!isDone) board.change({ page: { ...board.state.page, skip_check: false } }); // a screen with a button to try again
  };
  let hadCamera = true;

  return {
    knock() {
      void knock();
      if (!devices.isStarted) void devices.ask();
    },
    admit: (participant, is_sure) => void ask({ type: "participant.admit", participant, is_sure }),
    decline: (participant) => void ask({ type: "participant.decline", participant }),
    remove: (participant) => void ask({ type: "participant.remove", participant }),
    notice: (participant, text) => void ask({ type: "notice.send", participant, text }),
    chat: (text) => void ask({ type: "chat.send", text }),
    leave() {
      board.change({ sheet: null });
      void ask({ type: "participant.leave" });
    },
    comeBack() {
      if (board.state.link === "closed") return location.reload();
      void knock();
    },
    end() {
      board.change({ sheet: null });
      void ask({ type: "visit.end" });
    },
    setMicrophone: (on) => void devices.setMicrophone(on),
    setCamera: (on) => void devices.setCamera(on),
    flipCamera: () => void devices.flip(),
    chooseDevice: (kind, id) => void devices.choose(kind, id),
    askForDevices: () => void devices.ask(),
    retryDevices: () => void devices.retry(),
    playChime: () => void sounds.chime(devices.state.speaker.device_id),
    setAudioOnly(is_audio_only) {
      board.change({ is_audio_only });
      if (is_audio_only) hadCamera = devices.state.camera.wanted;
      void devices.setCamera(!is_audio_only && hadCamera);
    },
    setStepBack(is_step_back) {
      if (page.role === "patient") return void ask({ type: "step_back.set", is_on: is_step_back });
      board.change({ is_step_back });
      void devices.listenFar(is_step_back);
    },
    hear() {
      void sounds.wake();
      void hearing.hear();
    },
    show(sheet) {
      const { unread, invited } = board.state;
      board.change({ sheet, unread: sheet === "chat" ? 0 : unread, invited: sheet === null ? null : invited });
    },
    checkStep: (check_step) => board.change({ check_step }),
    inviteGuest: (name, relation) => inviteGuest(board, page.guests_path, name, relation),
    ask,
    panel(parts) {
      const panel = { ...board.state.panel, ...parts };
      board.change({ panel });
      keepPanel(parts);
      if (panel.draft && !isClip(panel.draft.exercise)) shelf.want([panel.draft]);
    },
    now_ms,
    dismissRefusal: () => board.change({ refusal: "" }),
    setVoice(is_voice_on) {
      void sounds.wake();
      board.change({ is_voice_on });
    },
    settleExertion: (exertion_settled) => board.change({ exertion_settled }),
    readCameraCard: (camera_card_read) => board.change({ camera_card_read }),
    readRecording: (recording_read) => board.change({ recording_read }),
    readNewKey,
    testLine,
  };
}

/** @param {Board<VisitState>} board @param {string} path @param {string} name @param {string} relation */
async function inviteGuest(board, path, name, relation) {
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify({ name, relation }),
    });
    const { url, qr_svg, text } = await answer.json();
    if (!answer.ok) return board.change({ refusal: translate(text) });
    const qr_svg_url = qr_svg && URL.createObjectURL(new Blob([qr_svg], { type: "image/svg+xml" }));
    board.change({ invited: { url, qr_svg_url } });
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error;
    board.change({ refusal: t("That did not work. Please check your connection and try again.") });
  }
}
