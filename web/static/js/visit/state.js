// @ts-check
/**
 * The shape of everything the visit's screens draw, and of everything they can ask for.
 * Types only: `main.js` holds the state and replaces it by a new object on every change; screens are pure templates
 * `(state, act) => TemplateResult`.
 */
/** @import { CameraCard, View, ParticipantId, Reason, Role, DeviceState, Quality, Rendering } from "../messages.js" */
/** @import { Exercises } from "./practice/shelf.js" */
/** @import { Beat } from "./practice/playback.js" */
/** @import { Asked } from "./connection.js" */
/** @import { Panel } from "./panel/state.js" */

/**
 * What the server rendered into the page (`<script type="application/json" id="page">`).
 * @typedef {object} PageFacts
 * @property {ParticipantId} participant  the seat of this page
 * @property {Role} role
 * @property {string} name  this person's own name
 * @property {string} therapist_name
 * @property {string} clinic_name
 * @property {string} clinic_phone  "" when the clinic gave none
 * @property {string} emergency_number  "" when the clinic gave none
 * @property {string} starts_at  ISO 8601
 * @property {string} ends_at  ISO 8601
 * @property {string} socket_path
 * @property {string} guests_path  POST here to invite a guest; "" unless therapist
 * @property {string} bedside_path  who and where the patient is; "" unless therapist
 * @property {string} clips_path  the clips of the visit, docs/reference/clips.md
 * @property {string} exercises_url  folder of `index.json`, `<slug>.<version>.json` and small pictures, `.svg`; ends in a slash
 * @property {readonly string[]} inside_sheets  style sheets of the visit itself
 * @property {number} opened_ms  when the service sent this page, Unix milliseconds
 * @property {number | null} keep_recordings_days  after the appointment, 0: without end; null for whoever may not ask to record
 * @property {string} visit_path  the appointment, for a therapist with an account to come back by; "" for everybody else
 * @property {string} schedule_path  where a therapist with an account goes on afterwards; "" for everybody else
 * @property {string} precall_path  the socket at which one's line is tested; "" where the clinic offers that to nobody
 * @property {boolean} skip_check
 * @property {boolean} debug  development and tests: a probe at `window.telesession`
 */

/**
 * One kind of capture device: what it does and what the person wants it to do.
 * @typedef {object} Capture
 * @property {DeviceState} state
 * @property {boolean} wanted  what the person chose; `state` may lag or fail
 * @property {string} device_id  "" for the browser's default
 * @property {{ id: string, label: string }[]} choices
 */

/**
 * Why capture does not work as wanted; each is a helpful page of its own.
 * @typedef {"refused" | "refused_by_system" | "missing" | "busy" | "insecure" | "in_app" | "interrupted" | "silent"} DeviceProblem
 */

/**
 * @typedef {object} Devices
 * @property {Capture} microphone
 * @property {Capture & { facing: "user" | "environment", can_flip: boolean }} camera
 * @property {{ device_id: string, choices: { id: string, label: string }[], can_choose: boolean }} speaker
 * @property {MediaStream | null} stream  own picture and sound, for the self-view
 * @property {boolean} is_asking  the browser's permission prompt is open
 * @property {DeviceProblem | null} problem
 * @property {number} level  microphone loudness 0..1, only while somebody listens to it
 */

/**
 * The media connection with one other participant.
 * @typedef {object} PeerState
 * @property {"connecting" | "connected" | "interrupted" | "lost"} status
 * @property {MediaStream} stream  what they send
 * @property {boolean} has_video  pictures are really arriving, or did until nothing at all arrived
 * @property {Quality | null} receiving  how well we receive them
 * @property {Quality | null} sending  how well they say they receive us
 * @property {boolean} is_audio_only  the ladder gave up the picture for now
 * @property {"direct" | "relay" | null} path
 * @property {number} width  of their picture, in source pixels
 * @property {number} height
 * @property {import("./media/inspection.js").Line | null} line  what the browser says of it; null while it does not stand
 */

/**
 * @typedef {"check" | "waiting" | "visit" | "declined" | "removed" | "left" | "ended" | "moved" | "closed" | "loading"} Screen
 */

/** @typedef {"chat" | "more" | "people" | "leave" | "end" | "devices" | "help" | "invite" | "emergency" | "trust" | "record" | "exercises" | null} Sheet */

/**
 * @typedef {object} VisitState
 * @property {PageFacts} page
 * @property {Screen} screen  derived by `screenOf(state)` in `screen.js`
 * @property {"connecting" | "open" | "reconnecting" | "closed"} link  the signalling socket
 * @property {Reason | null} goodbye  why it closed for good
 * @property {View | null} view
 * @property {ReturnType<typeof import("../precall/open.js").openPrecall> | null} precall  the test of one's line, once it was asked for
 * @property {number} late_minutes  by which the clinic has told that the therapist is late; 0 when it has not
 * @property {readonly ParticipantId[]} present  who has a socket open now
 * @property {Devices} devices
 * @property {Readonly<Record<ParticipantId, PeerState>>} peers
 * @property {Readonly<Record<ParticipantId, import("./words_aloud.js").Spoken>>} spoken  the words to compare with each of the others
 * @property {boolean} is_audio_only  chosen by this person
 * @property {boolean} is_step_back  large, hands-free
 * @property {boolean} needs_tap_to_hear  the browser refused to play sound
 * @property {Sheet} sheet
 * @property {number} unread  chat lines not seen yet
 * @property {string} refusal  last sentence of a refused command, "" when none
 * @property {number} now_ms  server time, ticks once a second
 * @property {"ask" | "camera" | "microphone" | "speaker" | "ready"} check_step
 * @property {{ url: string, qr_svg_url: string } | null} invited  link of the guest just invited, and a picture of it or ""
 * @property {Exercises} exercises  those loaded so far, by `<slug>.<version>`
 * @property {ReadonlySet<string>} missing  those that could not be had, by `<slug>.<version>`; we go on trying
 * @property {Readonly<Record<ParticipantId, Rendering>>} renderings  what the others' screens do with what is shown
 * @property {Rendering | null} rendering  what this screen does with it
 * @property {Panel} panel  what the therapist has open among the exercises
 * @property {import("./practice/figures.js").Figures | null} figures  what draws stills, once it is needed and has come
 * @property {typeof import("./inside.js") | null} inside  what draws the visit itself, once it has come
 * @property {typeof import("./panel/panel.js") | null} desk  what draws the therapist's exercises, once it has come: nobody else fetches it
 * @property {number} recording_read  the recording of which this person has read why it stopped
 * @property {import("./people/bedside.js").Told | null} bedside  the patient, for the therapist; null until first asked for
 * @property {boolean} is_voice_on  cues are said aloud on this device
 * @property {string} exertion_settled  the set of which this person has said how it was, or does not want to
 * @property {CameraCard | null} camera_card_read  the card that this person has put away
 * @property {Beat | null} beat  where somebody who does it together is: a new one each second and each phase
 */

/**
 * @typedef {object} Actions
 * @property {() => void} knock
 * @property {(participant: ParticipantId, is_sure?: boolean) => void} admit  sure: although another device uses the same link
 * @property {(participant: ParticipantId) => void} decline
 * @property {(participant: ParticipantId) => void} remove
 * @property {(participant: ParticipantId, text: string) => void} notice
 * @property {(text: string) => void} chat
 * @property {() => void} leave
 * @property {() => void} comeBack
 * @property {() => void} end
 * @property {(on: boolean) => void} setMicrophone
 * @property {(on: boolean) => void} setCamera
 * @property {() => void} flipCamera
 * @property {(kind: "microphone" | "camera" | "speaker", id: string) => void} chooseDevice
 * @property {() => void} askForDevices  opens the browser's prompt; must be called from a click
 * @property {() => void} retryDevices
 * @property {() => void} testLine
 * @property {() => void} playChime
 * @property {(on: boolean) => void} setAudioOnly
 * @property {(on: boolean) => void} setStepBack
 * @property {() => void} hear  play everything that the browser refused to play; from a click
 * @property {(sheet: Sheet) => void} show
 * @property {(step: VisitState["check_step"]) => void} checkStep
 * @property {(name: string, relation: string) => Promise<void>} inviteGuest
 * @property {(command: Asked) => Promise<boolean>} ask  any command; whether it was done, a refusal is shown
 * @property {(parts: Partial<Panel>) => void} panel  opens something else among the exercises
 * @property {() => number} now_ms  server time, exactly
 * @property {() => void} dismissRefusal
 * @property {(on: boolean) => void} setVoice
 * @property {(set: string) => void} settleExertion
 * @property {(card: CameraCard) => void} readCameraCard
 * @property {(recording: number) => void} readRecording  it stopped, and why
 * @property {(participant: ParticipantId) => void} readNewKey  of the others, that one is encrypted with another key
 */

export {};
