// Generated from telesession/domain/messages.py by docs/typescript.py: do not edit, run `make generate`.

export type VisitId = string;

export type InvitationId = string;

export type ParticipantId = string;

export type CommandId = string;

export type PatientId = string;

export type StaffId = string;

export type SessionId = string;

export type NotificationId = string;

export type JobId = string;

export type Protocol = 1;

export type Subprotocol = "telesession.v1";

/** WebSocket close code of each reason, and whether to come back. */
export interface CloseCodes {
  readonly superseded: readonly [4409, false];
  readonly removed: readonly [4403, false];
  readonly ended: readonly [4404, false];
  readonly revoked: readonly [4410, false];
  readonly cancelled: readonly [4411, false];
  readonly draining: readonly [4503, true];
  readonly slow: readonly [4413, true];
  readonly too_many: readonly [4429, true];
  readonly no_hello: readonly [4408, true];
  readonly no_seat: readonly [4401, false];
  readonly malformed: readonly [1008, false];
  readonly failed: readonly [4500, true];
}

/** A clip as a room shows it. It is played from the visit's own pages: see docs/reference/clips.md. */
export interface ShownClip {
  readonly title: string;
  readonly duration_s: number;
  readonly width: number;
  readonly height: number;
}

/**
 * How much of an exercise is asked for.
 *
 * One repetition is one cycle of the exercise; of an alternating one, both sides once. `tempo` scales the moves, not
 * the holds: 0.5 is half as fast. `load` is kilograms or words, such as "red band". `effort` is the most to aim at,
 * 0 to 10. `minutes` stands in place of repetitions where an exercise is only timed, such as walking. `range_pct` is
 * how far to move: a share of the movement that the library shows.
 */
export interface Dosage {
  readonly sets: number;
  readonly reps: number;
  readonly hold_s?: number;
  readonly rest_s?: number;
  readonly tempo?: number;
  readonly side?: Side;
  readonly load?: number | string | null;
  readonly effort?: number | null;
  readonly minutes?: number | null;
  readonly range_pct?: number;
}

/** Which side works. On an exercise for one side, `both` is every set on one side, then on the other. */
export type Side = "left" | "right" | "both" | "alternating";

/** Where the eye stands, seen from the mannequin; also where to ask the patient's camera to be. */
export type CameraView = "lateral_left" | "lateral_right" | "front" | "rear" | "oblique" | "top" | "foot_end";

export type Role = "therapist" | "patient" | "guest" | "recorder";

/** What a guest is to the visit. */
export type Relation = "relative" | "interpreter" | "student";

/** Where a participant stands in a visit. */
export type Standing = "arriving" | "waiting" | "admitted" | "declined" | "removed" | "left";

/** What a participant's microphone or camera does, as their own browser reports it. */
export type DeviceState = "on" | "off" | "blocked" | "missing" | "busy" | "interrupted";

/**
 * How a demonstration runs.
 *
 * `watch` repeats one repetition for ever, `once` stands still at its end, `together` counts the whole dose.
 */
export type Mode = "watch" | "once" | "together";

/** What a patient says of a demonstration with one press. */
export type Answer = "got_it" | "again" | "hurts" | "too_hard";

/** A picture of where to put the phone. */
export type CameraCard = "sitting" | "standing" | "lying" | "hands_and_knees";

/** What a recording is for. Whoever agrees, agrees to this and to nothing else. */
export type Purpose = "movement" | "documentation" | "teaching";

/** Where a recording stands. */
export type RecordingState = "waiting" | "ready" | "running" | "ended";

/** Why a recording does not run, though it did or could have. */
export type PauseReason = "consent" | "therapist_left" | "recorder_lost";

/** Why a recording ended although nobody stopped it. */
export type Fault = "disk_full" | "no_media" | "recorder_failed";

/**
 * From where the movement is seen, and whether as in a mirror. The patient's picture turns with it.
 *
 * `around` and `above` are degrees from the view to the body's left and up, `nearer` is so many times as near.
 */
export interface Aim {
  readonly view: CameraView;
  readonly is_mirrored?: boolean;
  readonly around?: number;
  readonly above?: number;
  readonly nearer?: number;
}

/** An exercise with its dosage: in the plan of a visit, or in the home programme. */
export interface Planned {
  readonly exercise: string;
  readonly version: number;
  readonly dosage: Dosage;
  readonly clip?: ShownClip | null;
}

/**
 * Ask to come in, or come back after leaving.
 *
 * `answers_only`: this program can neither roll an offer back nor restart ICE. It is polite only to others like it.
 */
export interface Knock {
  readonly type: "participant.knock";
  readonly answers_only?: boolean;
  readonly id: CommandId;
}

/** Let a participant in; also takes back a decline or a removal. */
export interface Admit {
  readonly type: "participant.admit";
  readonly participant: ParticipantId;
  readonly is_sure?: boolean;
  readonly id: CommandId;
}

/** Turn a waiting participant away. */
export interface Decline {
  readonly type: "participant.decline";
  readonly participant: ParticipantId;
  readonly id: CommandId;
}

/** Put an admitted participant out of the visit. */
export interface Remove {
  readonly type: "participant.remove";
  readonly participant: ParticipantId;
  readonly id: CommandId;
}

/** Go; the seat is kept and the way back stays open. */
export interface Leave {
  readonly type: "participant.leave";
  readonly id: CommandId;
}

/** Tell a waiting participant something. */
export interface SendNotice {
  readonly type: "notice.send";
  readonly participant: ParticipantId;
  readonly text: string;
  readonly id: CommandId;
}

/** Say something in writing to everybody admitted. */
export interface SendChat {
  readonly type: "chat.send";
  readonly text: string;
  readonly id: CommandId;
}

/** Tell the others what one's own microphone and camera do. Absolute, never a toggle. */
export interface ReportDevices {
  readonly type: "devices.report";
  readonly microphone: DeviceState;
  readonly camera: DeviceState;
  readonly id: CommandId;
}

/**
 * Show everybody an exercise, in place of what was shown; it begins by repeating one repetition.
 *
 * A clip of the visit stands for an exercise: its id is the `exercise`, its `version` 1, and it has no use for `aim`.
 */
export interface PushDemonstration {
  readonly type: "demonstration.push";
  readonly exercise: string;
  readonly version: number;
  readonly dosage: Dosage;
  readonly aim: Aim;
  readonly id: CommandId;
}

/**
 * Play from, or stand at, `position_s`; absolute, so sending it twice is harmless.
 *
 * `demonstration` is the number of the event that pushed what the sender means. With `lead_s` it begins that many
 * seconds from now, on all screens at once.
 */
export interface SteerDemonstration {
  readonly type: "demonstration.steer";
  readonly demonstration: number;
  readonly mode: Mode;
  readonly is_playing: boolean;
  readonly position_s: number;
  readonly rate?: number;
  readonly lead_s?: number;
  readonly id: CommandId;
}

/** Stand still where it is now; whoever exercises needs this too. */
export interface PauseDemonstration {
  readonly type: "demonstration.pause";
  readonly demonstration: number;
  readonly id: CommandId;
}

/** Go on from where it stands. */
export interface ResumeDemonstration {
  readonly type: "demonstration.resume";
  readonly demonstration: number;
  readonly id: CommandId;
}

/** See it from another side. */
export interface AimDemonstration {
  readonly type: "demonstration.aim";
  readonly demonstration: number;
  readonly aim: Aim;
  readonly id: CommandId;
}

/** Ask for more or less of it. It goes on `shift_s` further, where the new dose has the same set and repetition. */
export interface DoseDemonstration {
  readonly type: "demonstration.dose";
  readonly demonstration: number;
  readonly dosage: Dosage;
  readonly shift_s?: number;
  readonly id: CommandId;
}

/** Stop showing it. */
export interface WithdrawDemonstration {
  readonly type: "demonstration.withdraw";
  readonly demonstration: number;
  readonly id: CommandId;
}

/** Say how it is to do this. */
export interface AnswerDemonstration {
  readonly type: "demonstration.answer";
  readonly demonstration: number;
  readonly answer: Answer;
  readonly id: CommandId;
}

/** Pain and effort of a set, 0 to 10; one of the two may be left out. */
export interface ReportExertion {
  readonly type: "exertion.report";
  readonly demonstration: number;
  readonly set: number;
  readonly pain?: number | null;
  readonly effort?: number | null;
  readonly id: CommandId;
}

/** Something is wrong: freeze what is shown and open the emergency card on every screen. */
export interface StopExercise {
  readonly type: "exercise.stop";
  readonly id: CommandId;
}

/** All is well again; what was shown stays paused. */
export interface ClearStop {
  readonly type: "exercise.clear";
  readonly id: CommandId;
}

/** What the therapist means to show, in this order. */
export interface SetPlan {
  readonly type: "plan.set";
  readonly planned: readonly Planned[];
  readonly id: CommandId;
}

/** Give an exercise to do at home; in place of the same exercise given before. */
export interface AddToProgramme {
  readonly type: "programme.add";
  readonly exercise: string;
  readonly version: number;
  readonly dosage: Dosage;
  readonly id: CommandId;
}

export interface RemoveFromProgramme {
  readonly type: "programme.remove";
  readonly exercise: string;
  readonly id: CommandId;
}

/** Show the patient where to put the phone; None takes the card away. */
export interface SetCameraCard {
  readonly type: "camera_card.set";
  readonly card: CameraCard | null;
  readonly id: CommandId;
}

/** Make the patient's screen readable from three metres away, or normal again. */
export interface SetStepBack {
  readonly type: "step_back.set";
  readonly is_on: boolean;
  readonly id: CommandId;
}

/** Ask everybody in the visit whether it may be recorded. Whoever asks has agreed by that. */
export interface AskRecording {
  readonly type: "recording.ask";
  readonly purpose: Purpose;
  readonly id: CommandId;
}

/**
 * Agree to a recording, decline it, or take back what one has said; as often as one likes.
 *
 * `recording` is the number of the event that asked. `text_version` and `language` tell what was read on the screen;
 * a yes to another text than the recording's is refused, a no to any counts.
 */
export interface AnswerRecording {
  readonly type: "recording.answer";
  readonly recording: number;
  readonly is_agreed: boolean;
  readonly text_version: string;
  readonly language: string;
  readonly id: CommandId;
}

/** End a recording for good, or take back the question. */
export interface StopRecording {
  readonly type: "recording.stop";
  readonly recording: number;
  readonly id: CommandId;
}

/** For the recorder alone: from now on it writes. Refused unless the recording is ready. */
export interface BeginPart {
  readonly type: "recording.begin_part";
  readonly recording: number;
  readonly id: CommandId;
}

/** For the recorder alone: it cannot go on. */
export interface FailRecording {
  readonly type: "recording.fail";
  readonly recording: number;
  readonly fault: Fault;
  readonly id: CommandId;
}

/** For the service alone, by the recorder's seat: whether any therapist who is in has a socket open. */
export interface AttendRecording {
  readonly type: "recording.attend";
  readonly recording: number;
  readonly is_attended: boolean;
  readonly id: CommandId;
}

/** Close the visit for everybody, for good. */
export interface EndVisit {
  readonly type: "visit.end";
  readonly id: CommandId;
}

export type PracticeCommand = PushDemonstration | SteerDemonstration | PauseDemonstration | ResumeDemonstration | AimDemonstration | DoseDemonstration | WithdrawDemonstration | AnswerDemonstration | ReportExertion | StopExercise | ClearStop | SetPlan | AddToProgramme | RemoveFromProgramme | SetCameraCard | SetStepBack;

export type RoomCommand = Knock | Admit | Decline | Remove | Leave | SendNotice | SendChat | ReportDevices | EndVisit;

export type RecordingCommand = AskRecording | AnswerRecording | StopRecording | BeginPart | FailRecording | AttendRecording;

export type AnyCommand = Knock | Admit | Decline | Remove | Leave | SendNotice | SendChat | ReportDevices | EndVisit | PushDemonstration | SteerDemonstration | PauseDemonstration | ResumeDemonstration | AimDemonstration | DoseDemonstration | WithdrawDemonstration | AnswerDemonstration | ReportExertion | StopExercise | ClearStop | SetPlan | AddToProgramme | RemoveFromProgramme | SetCameraCard | SetStepBack | AskRecording | AnswerRecording | StopRecording | BeginPart | FailRecording | AttendRecording;

export interface Knocked {
  readonly type: "participant.knocked";
  readonly participant: ParticipantId;
  readonly invitation: InvitationId;
  readonly role: Role;
  readonly name: string;
  readonly relation: Relation | null;
  readonly answers_only: boolean;
}

export interface Admitted {
  readonly type: "participant.admitted";
  readonly participant: ParticipantId;
  readonly by: ParticipantId;
}

export interface Declined {
  readonly type: "participant.declined";
  readonly participant: ParticipantId;
  readonly by: ParticipantId;
}

export interface Removed {
  readonly type: "participant.removed";
  readonly participant: ParticipantId;
  readonly by: ParticipantId;
}

/** Somebody went: by themselves, or because they were admitted on another device (`moved`). */
export interface Left {
  readonly type: "participant.left";
  readonly participant: ParticipantId;
  readonly moved: boolean;
}

/** Somebody who was admitted and had left is back. */
export interface Returned {
  readonly type: "participant.returned";
  readonly participant: ParticipantId;
}

/** Somebody who waits has closed the page or lost their line: the service says so, after a while. */
export interface WentAway {
  readonly type: "participant.away";
  readonly participant: ParticipantId;
}

/** They are in touch again, and wait as before. */
export interface CameBack {
  readonly type: "participant.back";
  readonly participant: ParticipantId;
}

export interface NoticeSent {
  readonly type: "notice.sent";
  readonly participant: ParticipantId;
  readonly text: string;
  readonly by: ParticipantId;
}

export interface ChatSent {
  readonly type: "chat.sent";
  readonly participant: ParticipantId;
  readonly text: string;
}

export interface DevicesReported {
  readonly type: "devices.reported";
  readonly participant: ParticipantId;
  readonly microphone: DeviceState;
  readonly camera: DeviceState;
}

/** The number of this event is from now on the number of the demonstration; `clip` is None for an exercise. */
export interface DemonstrationPushed {
  readonly type: "demonstration.pushed";
  readonly exercise: string;
  readonly version: number;
  readonly dosage: Dosage;
  readonly aim: Aim;
  readonly by: ParticipantId;
  readonly clip: ShownClip | null;
}

export interface DemonstrationSteered {
  readonly type: "demonstration.steered";
  readonly mode: Mode;
  readonly is_playing: boolean;
  readonly position_s: number;
  readonly rate: number;
  readonly lead_s: number;
  readonly by: ParticipantId;
}

export interface DemonstrationPaused {
  readonly type: "demonstration.paused";
  readonly by: ParticipantId;
}

export interface DemonstrationResumed {
  readonly type: "demonstration.resumed";
  readonly by: ParticipantId;
}

export interface DemonstrationAimed {
  readonly type: "demonstration.aimed";
  readonly aim: Aim;
  readonly by: ParticipantId;
}

export interface DemonstrationDosed {
  readonly type: "demonstration.dosed";
  readonly dosage: Dosage;
  readonly by: ParticipantId;
  readonly shift_s: number;
}

export interface DemonstrationWithdrawn {
  readonly type: "demonstration.withdrawn";
  readonly by: ParticipantId;
}

export interface DemonstrationAnswered {
  readonly type: "demonstration.answered";
  readonly answer: Answer;
  readonly by: ParticipantId;
}

export interface ExertionReported {
  readonly type: "exertion.reported";
  readonly exercise: string;
  readonly set: number;
  readonly pain: number | null;
  readonly effort: number | null;
  readonly by: ParticipantId;
}

export interface ExerciseStopped {
  readonly type: "exercise.stopped";
  readonly by: ParticipantId;
}

export interface StopCleared {
  readonly type: "exercise.cleared";
  readonly by: ParticipantId;
}

export interface PlanSet {
  readonly type: "plan.was_set";
  readonly planned: readonly Planned[];
  readonly by: ParticipantId;
}

export interface AddedToProgramme {
  readonly type: "programme.added";
  readonly exercise: string;
  readonly version: number;
  readonly dosage: Dosage;
  readonly by: ParticipantId;
  readonly clip: ShownClip | null;
}

export interface RemovedFromProgramme {
  readonly type: "programme.removed";
  readonly exercise: string;
  readonly by: ParticipantId;
}

export interface CameraCardSet {
  readonly type: "camera_card.was_set";
  readonly card: CameraCard | null;
  readonly by: ParticipantId;
}

export interface StepBackSet {
  readonly type: "step_back.was_set";
  readonly is_on: boolean;
  readonly by: ParticipantId;
}

/** The number of this event is from now on the number of the recording; `keep_days` 0 keeps it without end. */
export interface RecordingAsked {
  readonly type: "recording.asked";
  readonly purpose: Purpose;
  readonly keep_days: number;
  readonly by: ParticipantId;
  readonly text_version: string;
}

export interface RecordingAnswered {
  readonly type: "recording.answered";
  readonly recording: number;
  readonly participant: ParticipantId;
  readonly is_agreed: boolean;
  readonly text_version: string;
  readonly language: string;
}

/** Everybody who is in has agreed: the recorder may come, and begin. */
export interface RecordingReady {
  readonly type: "recording.ready";
  readonly recording: number;
}

/** The recorder writes; `part` counts from 1. */
export interface RecordingPartBegan {
  readonly type: "recording.part_began";
  readonly recording: number;
  readonly part: number;
}

/** It stops at once, before what follows happens. Goes on by itself as soon as it may. */
export interface RecordingPaused {
  readonly type: "recording.paused";
  readonly recording: number;
  readonly reason: PauseReason;
}

/** No therapist who is in was connected any more for a while, or one is again. Recording waits in between. */
export interface RecordingAttended {
  readonly type: "recording.attended";
  readonly recording: number;
  readonly is_attended: boolean;
}

/** For good: `by` somebody, with the visit, or by a `fault`. */
export interface RecordingEnded {
  readonly type: "recording.ended";
  readonly recording: number;
  readonly by: ParticipantId;
  readonly fault: Fault | null;
}

export interface VisitEnded {
  readonly type: "visit.ended";
  readonly by: ParticipantId;
}

export type PracticeEvent = DemonstrationPushed | DemonstrationSteered | DemonstrationPaused | DemonstrationResumed | DemonstrationAimed | DemonstrationDosed | DemonstrationWithdrawn | DemonstrationAnswered | ExertionReported | ExerciseStopped | StopCleared | PlanSet | AddedToProgramme | RemovedFromProgramme | CameraCardSet | StepBackSet;

export type RoomEvent = Knocked | Admitted | Declined | Removed | Left | Returned | WentAway | CameBack | NoticeSent | ChatSent | DevicesReported | VisitEnded;

export type RecordingEvent = RecordingAsked | RecordingAnswered | RecordingReady | RecordingPartBegan | RecordingPaused | RecordingAttended | RecordingEnded;

export type AnyEvent = Knocked | Admitted | Declined | Removed | Left | Returned | WentAway | CameBack | NoticeSent | ChatSent | DevicesReported | VisitEnded | DemonstrationPushed | DemonstrationSteered | DemonstrationPaused | DemonstrationResumed | DemonstrationAimed | DemonstrationDosed | DemonstrationWithdrawn | DemonstrationAnswered | ExertionReported | ExerciseStopped | StopCleared | PlanSet | AddedToProgramme | RemovedFromProgramme | CameraCardSet | StepBackSet | RecordingAsked | RecordingAnswered | RecordingReady | RecordingPartBegan | RecordingPaused | RecordingAttended | RecordingEnded;

/** One line of a visit's log and one frame: event number `seq` (from 1, without gaps), at `at`. */
export interface Entry {
  readonly type: "event";
  readonly seq: number;
  readonly at: string;
  readonly event: Knocked | Admitted | Declined | Removed | Left | Returned | WentAway | CameBack | NoticeSent | ChatSent | DevicesReported | VisitEnded | DemonstrationPushed | DemonstrationSteered | DemonstrationPaused | DemonstrationResumed | DemonstrationAimed | DemonstrationDosed | DemonstrationWithdrawn | DemonstrationAnswered | ExertionReported | ExerciseStopped | StopCleared | PlanSet | AddedToProgramme | RemovedFromProgramme | CameraCardSet | StepBackSet | RecordingAsked | RecordingAnswered | RecordingReady | RecordingPartBegan | RecordingPaused | RecordingAttended | RecordingEnded;
}

/** Somebody in the visit, as one viewer sees them; `is_polite` says whether the viewer yields to them on glare. */
export interface ParticipantView {
  readonly id: ParticipantId;
  readonly role: Role;
  readonly name: string;
  readonly relation: Relation | null;
  readonly standing: Standing;
  readonly since: string;
  readonly microphone: DeviceState;
  readonly camera: DeviceState;
  readonly is_polite: boolean;
  readonly invitation: InvitationId;
  readonly away_since: string | null;
}

export interface ChatLine {
  readonly seq: number;
  readonly at: string;
  readonly participant: ParticipantId;
  readonly name: string;
  readonly text: string;
}

export interface Notice {
  readonly at: string;
  readonly text: string;
}

/** What somebody not admitted sees: their own place, and what the therapist told them. Nothing else. */
export interface OutsideView {
  readonly type: "outside";
  readonly standing: Standing;
  readonly since: string | null;
  readonly notices: readonly Notice[];
  readonly is_ended: boolean;
}

/** What is shown. While playing it stands at `anchor_s + rate * (t - anchor_at)` at server time t. */
export interface Demonstration {
  readonly number: number;
  readonly exercise: string;
  readonly version: number;
  readonly dosage: Dosage;
  readonly aim: Aim;
  readonly mode: Mode;
  readonly is_playing: boolean;
  readonly rate: number;
  readonly anchor_at: string;
  readonly anchor_s: number;
  readonly answer: Answer | null;
  readonly clip: ShownClip | null;
}

/** An exercise that was shown in this visit, in the version of the last time, and how often. */
export interface ShownSoFar {
  readonly exercise: string;
  readonly version: number;
  readonly times: number;
  readonly clip: ShownClip | null;
}

/** Pain and effort of one set, as somebody said. */
export interface Exertion {
  readonly at: string;
  readonly exercise: string;
  readonly set: number;
  readonly pain: number | null;
  readonly effort: number | null;
}

/** Somebody pressed Stop. */
export interface Stop {
  readonly at: string;
  readonly by: ParticipantId;
}

/** The exercise part of a visit: what is shown, planned, reported and given to take home. */
export interface Practice {
  readonly demonstration: Demonstration | null;
  readonly stop: Stop | null;
  readonly camera_card: CameraCard | null;
  readonly is_step_back: boolean;
  readonly programme: readonly Planned[];
  readonly shown: readonly ShownSoFar[];
  readonly planned: readonly Planned[];
  readonly exertions: readonly Exertion[];
}

/** What somebody has said last about a recording. */
export interface RecordingAnswer {
  readonly participant: ParticipantId;
  readonly is_agreed: boolean;
  readonly at: string;
}

/**
 * The last recording that was asked for, also when it is over.
 *
 * While it is ready or running a therapist is in and connected and everybody who is in has agreed; while it runs the
 * recorder is in.
 */
export interface Recording {
  readonly number: number;
  readonly purpose: Purpose;
  readonly keep_days: number;
  readonly asked_by: ParticipantId;
  readonly asked_at: string;
  readonly state: RecordingState;
  readonly answers: readonly RecordingAnswer[];
  readonly parts: number;
  readonly running_since: string | null;
  readonly recorded_s: number;
  readonly pause: PauseReason | null;
  readonly fault: Fault | null;
  readonly text_version: string;
  readonly is_attended: boolean;
}

/** What somebody admitted sees. A therapist sees everybody, others see who is admitted. */
export interface VisitView {
  readonly type: "visit";
  readonly you: ParticipantId;
  readonly participants: readonly ParticipantView[];
  readonly chat: readonly ChatLine[];
  readonly practice: Practice;
  readonly began_at: string | null;
  readonly recording: Recording | null;
}

export type View = OutsideView | VisitView;

/** RTCIceCandidateInit (W3C webrtc 4.8.1). */
export interface Candidate {
  readonly candidate: string;
  readonly sdpMid?: string | null;
  readonly sdpMLineIndex?: number | null;
  readonly usernameFragment?: string | null;
}

export type DescriptionKind = "offer" | "answer";

/**
 * RTCSessionDescriptionInit; a description of an older `connection` is dropped by its receiver.
 *
 * `offer` counts the sender's offers on this connection; an answer names the one that it answers, so that an answer
 * to an offer that was replaced meanwhile is not taken for an answer to the later one.
 */
export interface Description {
  readonly type: "rtc.description";
  readonly connection: number;
  readonly offer: number;
  readonly kind: DescriptionKind;
  readonly sdp: string;
}

export interface Candidates {
  readonly type: "rtc.candidates";
  readonly connection: number;
  readonly candidates: readonly Candidate[];
}

/**
 * Asks the polite side, which opens, for an ICE restart (`connection` as it is) or a new connection (a higher one).
 *
 * 0 says that the sender has no connection yet, for instance since its page was loaded again.
 */
export interface ConnectionWanted {
  readonly type: "rtc.wanted";
  readonly connection: number;
}

export type Quality = "good" | "weak" | "poor";

/** How well the sender receives the other side. `is_audio_only`: the sender sends no picture, to save the sound. */
export interface QualityReport {
  readonly type: "quality.report";
  readonly receiving: Quality;
  readonly is_audio_only?: boolean;
  readonly wants_picture?: boolean;
}

/** What becomes of a demonstration on a screen. */
export type Rendering = "loaded" | "playing" | "hidden" | "stills" | "failed";

/** The proof that a demonstration plays: what the sender's screen does with it. */
export interface PlaybackReport {
  readonly type: "playback.report";
  readonly demonstration: number;
  readonly rendering: Rendering;
}

/** Likely shown next: whoever hears it may fetch it now, so that it is there at once. */
export interface ExerciseComing {
  readonly type: "exercise.coming";
  readonly exercise: string;
  readonly version: number;
}

/**
 * The impolite side begins to make the words that both can read aloud: the SHA-256 of its nonce, unseen yet.
 *
 * Who chooses last cannot choose what comes out: so the words cannot be ground (RFC 6189 section 4.4.1.1).
 */
export interface WordsCommitted {
  readonly type: "words.committed";
  readonly commitment: string;
}

/** The polite side's nonce, one for each commitment. */
export interface WordsAnswered {
  readonly type: "words.answered";
  readonly commitment: string;
  readonly nonce: string;
}

/** The impolite side's nonce; with it both know the words. */
export interface WordsRevealed {
  readonly type: "words.revealed";
  readonly nonce: string;
}

export type AnySignal = Description | Candidates | ConnectionWanted | QualityReport | PlaybackReport | ExerciseComing | WordsCommitted | WordsAnswered | WordsRevealed;

/**
 * First frame; `since` is the last event number seen, None for a fresh start.
 *
 * `opened_ms` is when the service sent the page, in Unix milliseconds: of two pages of one seat the later one has it,
 * also when the earlier one comes back last. Without it the last to come has it.
 */
export interface Hello {
  readonly type: "hello";
  readonly protocol: number;
  readonly since?: number | null;
  readonly opened_ms?: number | null;
}

export interface SignalTo {
  readonly type: "signal";
  readonly to: ParticipantId;
  readonly signal: Description | Candidates | ConnectionWanted | QualityReport | PlaybackReport | ExerciseComing | WordsCommitted | WordsAnswered | WordsRevealed;
}

/** `sent_ms` is the sender's own clock and comes back untouched. */
export interface ClockPing {
  readonly type: "clock.ping";
  readonly sent_ms: number;
}

export type ClientFrame = Hello | Knock | Admit | Decline | Remove | Leave | SendNotice | SendChat | ReportDevices | EndVisit | PushDemonstration | SteerDemonstration | PauseDemonstration | ResumeDemonstration | AimDemonstration | DoseDemonstration | WithdrawDemonstration | AnswerDemonstration | ReportExertion | StopExercise | ClearStop | SetPlan | AddToProgramme | RemoveFromProgramme | SetCameraCard | SetStepBack | AskRecording | AnswerRecording | StopRecording | BeginPart | FailRecording | AttendRecording | SignalTo | ClockPing;

/** RTCIceServer (W3C webrtc 4.2.4). */
export interface IceServer {
  readonly urls: readonly string[];
  readonly username?: string | null;
  readonly credential?: string | null;
}

export type IceTransportPolicy = "all" | "relay";

/** Sent on admission and again before the credentials expire; never before admission. */
export interface IceServers {
  readonly type: "ice_servers";
  readonly ice_servers: readonly IceServer[];
  readonly policy: IceTransportPolicy;
  readonly refresh_after_s: number | null;
}

/** Answers Hello. `view` is None when the letters missed since `since` follow instead. */
export interface Welcome {
  readonly type: "welcome";
  readonly you: ParticipantId;
  readonly role: Role;
  readonly seq: number;
  readonly view: OutsideView | VisitView | null;
  readonly server_time_ms: number;
}

/** A fresh view: what one may see has changed as a whole. */
export interface Shown {
  readonly type: "view";
  readonly seq: number;
  readonly view: OutsideView | VisitView;
}

/** Who has a socket open right now, of those whom the receiver may see. Not part of the log. */
export interface Presence {
  readonly type: "presence";
  readonly connected: readonly ParticipantId[];
}

/**
 * The clinic has told the patient that the therapist is so late; 0 once the visit has begun. Not part of the log.
 *
 * For whoever is not admitted; nothing is said while nobody is late.
 */
export interface Lateness {
  readonly type: "lateness";
  readonly minutes: number;
}

/** The command `id` has happened, once; its last event is `seq`. */
export interface Done {
  readonly type: "done";
  readonly id: CommandId;
  readonly seq: number;
}

/** The command `id` has not happened and will not. */
export interface RefusedFrame {
  readonly type: "refused";
  readonly id: CommandId;
  readonly code: string;
  readonly text: string;
}

export interface SignalFrom {
  readonly type: "signal";
  readonly from: ParticipantId;
  readonly signal: Description | Candidates | ConnectionWanted | QualityReport | PlaybackReport | ExerciseComing | WordsCommitted | WordsAnswered | WordsRevealed;
}

/** A signal to `to` was not relayed: `bad_description`, `bad_candidate` or `too_many_candidates`. */
export interface SignalRefused {
  readonly type: "signal.refused";
  readonly to: ParticipantId;
  readonly code: string;
}

/** Four-timestamp clock exchange (RFC 5905 section 8); the server's times are Unix milliseconds. */
export interface ClockPong {
  readonly type: "clock.pong";
  readonly sent_ms: number;
  readonly received_ms: number;
  readonly answered_ms: number;
}

/** Why the server closes a socket; `CLOSE_CODES` gives the number and whether to come back. */
export type Reason = "superseded" | "removed" | "ended" | "revoked" | "cancelled" | "draining" | "slow" | "too_many" | "no_hello" | "no_seat" | "malformed" | "failed";

/** Last frame before the socket closes. `retry_after_ms` is None when coming back is of no use. */
export interface Goodbye {
  readonly type: "goodbye";
  readonly reason: Reason;
  readonly retry_after_ms: number | null;
}

export type ServerFrame = Welcome | Entry | Shown | Presence | Lateness | IceServers | Done | RefusedFrame | SignalFrom | SignalRefused | ClockPong | Goodbye;
