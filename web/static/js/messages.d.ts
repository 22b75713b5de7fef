// Generated from telesession/domain/messages.py by docs/typescript.py: do not edit, run `make generate`.

export type VisitId = string;

export type InvitationId = string;

export type ParticipantId = string;

export type CommandId = string;

export type Protocol = 1;

export type Subprotocol = "telesession.v1";

/** WebSocket close code of each reason, and whether to come back. */
export interface CloseCodes {
  readonly superseded: readonly [4409, false];
  readonly removed: readonly [4403, false];
  readonly ended: readonly [4404, false];
  readonly draining: readonly [4503, true];
  readonly slow: readonly [4413, true];
  readonly too_many: readonly [4429, true];
  readonly no_hello: readonly [4408, true];
  readonly no_seat: readonly [4401, false];
  readonly malformed: readonly [1008, false];
  readonly failed: readonly [4500, true];
}

export type Role = "therapist" | "patient" | "guest";

/** What a guest is to the visit. */
export type Relation = "relative" | "interpreter" | "student";

/** Where a participant stands in a visit. */
export type Standing = "arriving" | "waiting" | "admitted" | "declined" | "removed" | "left";

/** What a participant's microphone or camera does, as their own browser reports it. */
export type DeviceState = "on" | "off" | "blocked" | "missing" | "busy" | "interrupted";

/** Ask to come in, or come back after leaving. */
export interface Knock {
  readonly type: "participant.knock";
  readonly id: CommandId;
}

/** Let a participant in; also takes back a decline or a removal. */
export interface Admit {
  readonly type: "participant.admit";
  readonly participant: ParticipantId;
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

/** Close the visit for everybody, for good. */
export interface EndVisit {
  readonly type: "visit.end";
  readonly id: CommandId;
}

export type AnyCommand = Knock | Admit | Decline | Remove | Leave | SendNotice | SendChat | ReportDevices | EndVisit;

export interface Knocked {
  readonly type: "participant.knocked";
  readonly participant: ParticipantId;
  readonly invitation: InvitationId;
  readonly role: Role;
  readonly name: string;
  readonly relation: Relation | null;
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

export interface VisitEnded {
  readonly type: "visit.ended";
  readonly by: ParticipantId;
}

export type AnyEvent = Knocked | Admitted | Declined | Removed | Left | Returned | NoticeSent | ChatSent | DevicesReported | VisitEnded;

/** One line of a visit's log and one frame: event number `seq` (from 1, without gaps), at `at`. */
export interface Entry {
  readonly type: "event";
  readonly seq: number;
  readonly at: string;
  readonly event: Knocked | Admitted | Declined | Removed | Left | Returned | NoticeSent | ChatSent | DevicesReported | VisitEnded;
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

/** What somebody admitted sees. A therapist sees everybody, others see who is admitted. */
export interface VisitView {
  readonly type: "visit";
  readonly you: ParticipantId;
  readonly participants: readonly ParticipantView[];
  readonly chat: readonly ChatLine[];
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

/** RTCSessionDescriptionInit; a description of an older `connection` is dropped by its receiver. */
export interface Description {
  readonly type: "rtc.description";
  readonly connection: number;
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

export type AnySignal = Description | Candidates | ConnectionWanted | QualityReport;

/** First frame; `since` is the last event number seen, None for a fresh start. */
export interface Hello {
  readonly type: "hello";
  readonly protocol: number;
  readonly since?: number | null;
}

export interface SignalTo {
  readonly type: "signal";
  readonly to: ParticipantId;
  readonly signal: Description | Candidates | ConnectionWanted | QualityReport;
}

/** `sent_ms` is the sender's own clock and comes back untouched. */
export interface ClockPing {
  readonly type: "clock.ping";
  readonly sent_ms: number;
}

export type ClientFrame = Hello | Knock | Admit | Decline | Remove | Leave | SendNotice | SendChat | ReportDevices | EndVisit | SignalTo | ClockPing;

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
  readonly signal: Description | Candidates | ConnectionWanted | QualityReport;
}

/** Four-timestamp clock exchange (RFC 5905 section 8); the server's times are Unix milliseconds. */
export interface ClockPong {
  readonly type: "clock.pong";
  readonly sent_ms: number;
  readonly received_ms: number;
  readonly answered_ms: number;
}

/** Why the server closes a socket; `CLOSE_CODES` gives the number and whether to come back. */
export type Reason = "superseded" | "removed" | "ended" | "draining" | "slow" | "too_many" | "no_hello" | "no_seat" | "malformed" | "failed";

/** Last frame before the socket closes. `retry_after_ms` is None when coming back is of no use. */
export interface Goodbye {
  readonly type: "goodbye";
  readonly reason: Reason;
  readonly retry_after_ms: number | null;
}

export type ServerFrame = Welcome | Entry | Shown | Presence | IceServers | Done | RefusedFrame | SignalFrom | ClockPong | Goodbye;
