"""The one vocabulary: what browsers ask, what happened, what is relayed, what people see.

Wire, log and browser types all come from here (`web/static/js/messages.d.ts` is generated). Events are also the
stored log: a tag is never renamed and a field never removed; new fields are optional. The file is long because it is
the whole vocabulary: one place to look, for programs that generate from it too.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct, field

from telesession.domain.clips import ShownClip
from telesession.domain.dosage import Dosage
from telesession.domain.dosage import Side as Side  # part of the vocabulary, by way of Dosage
from telesession.domain.exercises import CameraView, Slug
from telesession.domain.ids import CommandId, InvitationId, ParticipantId

PROTOCOL = 1
SUBPROTOCOL = "telesession.v1"
MAX_FRAME_BYTES = 65_536

Name = Annotated[str, Meta(min_length=1, max_length=64)]
ChatText = Annotated[str, Meta(min_length=1, max_length=2_000)]
NoticeText = Annotated[str, Meta(min_length=1, max_length=300)]
Sdp = Annotated[str, Meta(min_length=1, max_length=32_768)]
CandidateLine = Annotated[str, Meta(max_length=1_024)]
Mid = Annotated[str, Meta(max_length=64)]
Url = Annotated[str, Meta(max_length=256)]
Secret = Annotated[str, Meta(max_length=256)]
Code = Annotated[str, Meta(max_length=64)]
Sentence = Annotated[str, Meta(max_length=500)]


class Role(StrEnum):
    THERAPIST = "therapist"
    PATIENT = "patient"
    GUEST = "guest"
    RECORDER = "recorder"
    """No person: the program that records, in a seat that only the service can take."""


class Relation(StrEnum):
    """What a guest is to the visit."""

    RELATIVE = "relative"
    INTERPRETER = "interpreter"
    STUDENT = "student"


class Standing(StrEnum):
    """Where a participant stands in a visit."""

    ARRIVING = "arriving"
    """Holds a seat and has not asked to come in."""
    WAITING = "waiting"
    ADMITTED = "admitted"
    DECLINED = "declined"
    REMOVED = "removed"
    LEFT = "left"


class DeviceState(StrEnum):
    """What a participant's microphone or camera does, as their own browser reports it."""

    ON = "on"
    OFF = "off"
    BLOCKED = "blocked"
    MISSING = "missing"
    BUSY = "busy"
    INTERRUPTED = "interrupted"


class Mode(StrEnum):
    """How a demonstration runs.

    `watch` repeats one repetition for ever, `once` stands still at its end, `together` counts the whole dose.
    """

    WATCH = "watch"
    ONCE = "once"
    TOGETHER = "together"


class Answer(StrEnum):
    """What a patient says of a demonstration with one press."""

    GOT_IT = "got_it"
    AGAIN = "again"
    HURTS = "hurts"
    TOO_HARD = "too_hard"


class CameraCard(StrEnum):
    """A picture of where to put the phone."""

    SITTING = "sitting"
    STANDING = "standing"
    LYING = "lying"
    HANDS_AND_KNEES = "hands_and_knees"


class Purpose(StrEnum):
    """What a recording is for. Whoever agrees, agrees to this and to nothing else."""

    MOVEMENT = "movement"
    """To look at the movements again."""
    DOCUMENTATION = "documentation"
    TEACHING = "teaching"


class RecordingState(StrEnum):
    """Where a recording stands."""

    WAITING = "waiting"
    """Somebody who is in has not agreed, or no therapist is in."""
    READY = "ready"
    """Everybody has agreed; the recorder is on its way."""
    RUNNING = "running"
    ENDED = "ended"


class PauseReason(StrEnum):
    """Why a recording does not run, though it did or could have."""

    CONSENT = "consent"
    """Somebody is in who has not agreed, or agrees no longer."""
    THERAPIST_LEFT = "therapist_left"
    RECORDER_LOST = "recorder_lost"
    """It comes back by itself."""


class Fault(StrEnum):
    """Why a recording ended although nobody stopped it."""

    DISK_FULL = "disk_full"
    NO_MEDIA = "no_media"
    """Neither picture nor sound has come for a while."""
    RECORDER_FAILED = "recorder_failed"


Days = Annotated[int, Meta(ge=0, le=36_500)]
TextVersion = Annotated[str, Meta(max_length=32)]
Language = Annotated[str, Meta(max_length=16)]
Version = Annotated[int, Meta(ge=1, le=10_000)]
Number = Annotated[int, Meta(ge=1)]
Score = Annotated[int, Meta(ge=0, le=10)]
Position = Annotated[float, Meta(ge=0, le=36_000)]
Shift = Annotated[float, Meta(ge=-36_000, le=36_000)]
Rate = Annotated[float, Meta(ge=0.25, le=1.5)]
LeadTime = Annotated[float, Meta(ge=0, le=30)]
Around = Annotated[int, Meta(ge=-180, le=180)]
Above = Annotated[int, Meta(ge=-60, le=80)]
Nearer = Annotated[float, Meta(ge=0.6, le=3.5)]


class Aim(Struct, frozen=True, forbid_unknown_fields=True):
    """From where the movement is seen, and whether as in a mirror. The patient's picture turns with it.

    `around` and `above` are degrees from the view to the body's left and up, `nearer` is so many times as near.
    """

    view: CameraView
    is_mirrored: bool = False
    around: Around = 0
    above: Above = 0
    nearer: Nearer = 1.0


class Planned(Struct, frozen=True, forbid_unknown_fields=True):
    """An exercise with its dosage: in the plan of a visit, or in the home programme."""

    exercise: Slug
    version: Version
    dosage: Dosage
    clip: ShownClip | None = None
    """Of a clip, what the room knows of it, so that it keeps its name; what a browser says here counts for nothing."""


# Commands: what somebody asks. They never name their sender: the socket knows who acts.


class Command(Struct, frozen=True, kw_only=True, tag_field="type", forbid_unknown_fields=True):
    """Base of everything a browser may ask of a room; `id` makes sending it twice harmless."""

    id: CommandId


class Knock(Command, frozen=True, tag="participant.knock"):
    """Ask to come in, or come back after leaving.

    `answers_only`: this program can neither roll an offer back nor restart ICE. It is polite only to others like it.
    """

    answers_only: bool = False


class Admit(Command, frozen=True, tag="participant.admit"):
    """Let a participant in; also takes back a decline or a removal."""

    participant: ParticipantId
    is_sure: bool = False
    """Also while another device with the same link waits or is in: who is at it was asked."""


class Decline(Command, frozen=True, tag="participant.decline"):
    """Turn a waiting participant away."""

    participant: ParticipantId


class Remove(Command, frozen=True, tag="participant.remove"):
    """Put an admitted participant out of the visit."""

    participant: ParticipantId


class Leave(Command, frozen=True, tag="participant.leave"):
    """Go; the seat is kept and the way back stays open."""


class SendNotice(Command, frozen=True, tag="notice.send"):
    """Tell a waiting participant something."""

    participant: ParticipantId
    text: NoticeText


class SendChat(Command, frozen=True, tag="chat.send"):
    """Say something in writing to everybody admitted."""

    text: ChatText


class ReportDevices(Command, frozen=True, tag="devices.report"):
    """Tell the others what one's own microphone and camera do. Absolute, never a toggle."""

    microphone: DeviceState
    camera: DeviceState


class PushDemonstration(Command, frozen=True, tag="demonstration.push"):
    """Show everybody an exercise, in place of what was shown; it begins by repeating one repetition.

    A clip of the visit stands for an exercise: its id is the `exercise`, its `version` 1, and it has no use for `aim`.
    """

    exercise: Slug
    version: Version
    dosage: Dosage
    aim: Aim


class SteerDemonstration(Command, frozen=True, tag="demonstration.steer"):
    """Play from, or stand at, `position_s`; absolute, so sending it twice is harmless.

    `demonstration` is the number of the event that pushed what the sender means. With `lead_s` it begins that many
    seconds from now, on all screens at once.
    """

    demonstration: Number
    mode: Mode
    is_playing: bool
    position_s: Position
    rate: Rate = 1.0
    lead_s: LeadTime = 0.0


class PauseDemonstration(Command, frozen=True, tag="demonstration.pause"):
    """Stand still where it is now; whoever exercises needs this too."""

    demonstration: Number


class ResumeDemonstration(Command, frozen=True, tag="demonstration.resume"):
    """Go on from where it stands."""

    demonstration: Number


class AimDemonstration(Command, frozen=True, tag="demonstration.aim"):
    """See it from another side."""

    demonstration: Number
    aim: Aim


class DoseDemonstration(Command, frozen=True, tag="demonstration.dose"):
    """Ask for more or less of it. It goes on `shift_s` further, where the new dose has the same set and repetition."""

    demonstration: Number
    dosage: Dosage
    shift_s: Shift = 0.0


class WithdrawDemonstration(Command, frozen=True, tag="demonstration.withdraw"):
    """Stop showing it."""

    demonstration: Number


class AnswerDemonstration(Command, frozen=True, tag="demonstration.answer"):
    """Say how it is to do this."""

    demonstration: Number
    answer: Answer


class ReportExertion(Command, frozen=True, tag="exertion.report"):
    """Pain and effort of a set, 0 to 10; one of the two may be left out."""

    demonstration: Number
    set: Annotated[int, Meta(ge=1, le=10)]
    pain: Score | None = None
    effort: Score | None = None


class StopExercise(Command, frozen=True, tag="exercise.stop"):
    """Something is wrong: freeze what is shown and open the emergency card on every screen."""


class ClearStop(Command, frozen=True, tag="exercise.clear"):
    """All is well again; what was shown stays paused."""


class SetPlan(Command, frozen=True, tag="plan.set"):
    """What the therapist means to show, in this order."""

    planned: Annotated[tuple[Planned, ...], Meta(max_length=20)]


class AddToProgramme(Command, frozen=True, tag="programme.add"):
    """Give an exercise to do at home; in place of the same exercise given before."""

    exercise: Slug
    version: Version
    dosage: Dosage


class RemoveFromProgramme(Command, frozen=True, tag="programme.remove"):
    exercise: Slug


class SetCameraCard(Command, frozen=True, tag="camera_card.set"):
    """Show the patient where to put the phone; None takes the card away."""

    card: CameraCard | None


class SetStepBack(Command, frozen=True, tag="step_back.set"):
    """Make the patient's screen readable from three metres away, or normal again."""

    is_on: bool


class AskRecording(Command, frozen=True, tag="recording.ask"):
    """Ask everybody in the visit whether it may be recorded. Whoever asks has agreed by that."""

    purpose: Purpose


class AnswerRecording(Command, frozen=True, tag="recording.answer"):
    """Agree to a recording, decline it, or take back what one has said; as often as one likes.

    `recording` is the number of the event that asked. `text_version` and `language` tell what was read on the screen;
    a yes to another text than the recording's is refused, a no to any counts.
    """

    recording: Number
    is_agreed: bool
    text_version: TextVersion
    language: Language


class StopRecording(Command, frozen=True, tag="recording.stop"):
    """End a recording for good, or take back the question."""

    recording: Number


class BeginPart(Command, frozen=True, tag="recording.begin_part"):
    """For the recorder alone: from now on it writes. Refused unless the recording is ready."""

    recording: Number


class FailRecording(Command, frozen=True, tag="recording.fail"):
    """For the recorder alone: it cannot go on."""

    recording: Number
    fault: Fault


class AttendRecording(Command, frozen=True, tag="recording.attend"):
    """For the service alone, by the recorder's seat: whether any therapist who is in has a socket open."""

    recording: Number
    is_attended: bool


class EndVisit(Command, frozen=True, tag="visit.end"):
    """Close the visit for everybody, for good."""


PracticeCommand = (
    PushDemonstration
    | SteerDemonstration
    | PauseDemonstration
    | ResumeDemonstration
    | AimDemonstration
    | DoseDemonstration
    | WithdrawDemonstration
    | AnswerDemonstration
    | ReportExertion
    | StopExercise
    | ClearStop
    | SetPlan
    | AddToProgramme
    | RemoveFromProgramme
    | SetCameraCard
    | SetStepBack
)
RoomCommand = Knock | Admit | Decline | Remove | Leave | SendNotice | SendChat | ReportDevices | EndVisit
RecordingCommand = AskRecording | AnswerRecording | StopRecording | BeginPart | FailRecording | AttendRecording
AnyCommand = RoomCommand | PracticeCommand | RecordingCommand


# Events: what has happened. Numbered and logged by the hub before anybody is told.


class Event(Struct, frozen=True, tag_field="type"):
    """Base of everything that has happened."""


class Knocked(Event, frozen=True, tag="participant.knocked"):
    participant: ParticipantId
    invitation: InvitationId
    role: Role
    name: Name
    relation: Relation | None = None
    answers_only: bool = False


class Admitted(Event, frozen=True, tag="participant.admitted"):
    participant: ParticipantId
    by: ParticipantId


class Declined(Event, frozen=True, tag="participant.declined"):
    participant: ParticipantId
    by: ParticipantId


class Removed(Event, frozen=True, tag="participant.removed"):
    participant: ParticipantId
    by: ParticipantId


class Left(Event, frozen=True, tag="participant.left"):
    """Somebody went: by themselves, or because they were admitted on another device (`moved`)."""

    participant: ParticipantId
    moved: bool = False


class Returned(Event, frozen=True, tag="participant.returned"):
    """Somebody who was admitted and had left is back."""

    participant: ParticipantId


class WentAway(Event, frozen=True, tag="participant.away"):
    """Somebody who waits has closed the page or lost their line: the service says so, after a while."""

    participant: ParticipantId


class CameBack(Event, frozen=True, tag="participant.back"):
    """They are in touch again, and wait as before."""

    participant: ParticipantId


class NoticeSent(Event, frozen=True, tag="notice.sent"):
    participant: ParticipantId
    text: NoticeText
    by: ParticipantId


class ChatSent(Event, frozen=True, tag="chat.sent"):
    participant: ParticipantId
    text: ChatText


class DevicesReported(Event, frozen=True, tag="devices.reported"):
    participant: ParticipantId
    microphone: DeviceState
    camera: DeviceState


class DemonstrationPushed(Event, frozen=True, tag="demonstration.pushed"):
    """The number of this event is from now on the number of the demonstration; `clip` is None for an exercise."""

    exercise: Slug
    version: Version
    dosage: Dosage
    aim: Aim
    by: ParticipantId
    clip: ShownClip | None = None


class DemonstrationSteered(Event, frozen=True, tag="demonstration.steered"):
    mode: Mode
    is_playing: bool
    position_s: Position
    rate: Rate
    lead_s: LeadTime
    by: ParticipantId


class DemonstrationPaused(Event, frozen=True, tag="demonstration.paused"):
    by: ParticipantId


class DemonstrationResumed(Event, frozen=True, tag="demonstration.resumed"):
    by: ParticipantId


class DemonstrationAimed(Event, frozen=True, tag="demonstration.aimed"):
    aim: Aim
    by: ParticipantId


class DemonstrationDosed(Event, frozen=True, tag="demonstration.dosed"):
    dosage: Dosage
    by: ParticipantId
    shift_s: float = 0.0


class DemonstrationWithdrawn(Event, frozen=True, tag="demonstration.withdrawn"):
    by: ParticipantId


class DemonstrationAnswered(Event, frozen=True, tag="demonstration.answered"):
    answer: Answer
    by: ParticipantId


class ExertionReported(Event, frozen=True, tag="exertion.reported"):
    exercise: Slug
    set: int
    pain: Score | None
    effort: Score | None
    by: ParticipantId


class ExerciseStopped(Event, frozen=True, tag="exercise.stopped"):
    by: ParticipantId


class StopCleared(Event, frozen=True, tag="exercise.cleared"):
    by: ParticipantId


class PlanSet(Event, frozen=True, tag="plan.was_set"):
    planned: tuple[Planned, ...]
    by: ParticipantId


class AddedToProgramme(Event, frozen=True, tag="programme.added"):
    exercise: Slug
    version: Version
    dosage: Dosage
    by: ParticipantId
    clip: ShownClip | None = None


class RemovedFromProgramme(Event, frozen=True, tag="programme.removed"):
    exercise: Slug
    by: ParticipantId


class CameraCardSet(Event, frozen=True, tag="camera_card.was_set"):
    card: CameraCard | None
    by: ParticipantId


class StepBackSet(Event, frozen=True, tag="step_back.was_set"):
    is_on: bool
    by: ParticipantId


class RecordingAsked(Event, frozen=True, tag="recording.asked"):
    """The number of this event is from now on the number of the recording; `keep_days` 0 keeps it without end."""

    purpose: Purpose
    keep_days: Days
    by: ParticipantId
    text_version: TextVersion = ""
    """Of the text that everybody is asked to agree to: what whoever asked has agreed to."""


class RecordingAnswered(Event, frozen=True, tag="recording.answered"):
    recording: Number
    participant: ParticipantId
    is_agreed: bool
    text_version: TextVersion
    language: Language


class RecordingReady(Event, frozen=True, tag="recording.ready"):
    """Everybody who is in has agreed: the recorder may come, and begin."""

    recording: Number


class RecordingPartBegan(Event, frozen=True, tag="recording.part_began"):
    """The recorder writes; `part` counts from 1."""

    recording: Number
    part: Number


class RecordingPaused(Event, frozen=True, tag="recording.paused"):
    """It stops at once, before what follows happens. Goes on by itself as soon as it may."""

    recording: Number
    reason: PauseReason


class RecordingAttended(Event, frozen=True, tag="recording.attended"):
    """No therapist who is in was connected any more for a while, or one is again. Recording waits in between."""

    recording: Number
    is_attended: bool


class RecordingEnded(Event, frozen=True, tag="recording.ended"):
    """For good: `by` somebody, with the visit, or by a `fault`."""

    recording: Number
    by: ParticipantId
    fault: Fault | None = None


class VisitEnded(Event, frozen=True, tag="visit.ended"):
    by: ParticipantId


PracticeEvent = (
    DemonstrationPushed
    | DemonstrationSteered
    | DemonstrationPaused
    | DemonstrationResumed
    | DemonstrationAimed
    | DemonstrationDosed
    | DemonstrationWithdrawn
    | DemonstrationAnswered
    | ExertionReported
    | ExerciseStopped
    | StopCleared
    | PlanSet
    | AddedToProgramme
    | RemovedFromProgramme
    | CameraCardSet
    | StepBackSet
)
RoomEvent = (
    Knocked
    | Admitted
    | Declined
    | Removed
    | Left
    | Returned
    | WentAway
    | CameBack
    | NoticeSent
    | ChatSent
    | DevicesReported
    | VisitEnded
)
RecordingEvent = (
    RecordingAsked
    | RecordingAnswered
    | RecordingReady
    | RecordingPartBegan
    | RecordingPaused
    | RecordingAttended
    | RecordingEnded
)
AnyEvent = RoomEvent | PracticeEvent | RecordingEvent


class Entry(Struct, frozen=True, tag_field="type", tag="event"):
    """One line of a visit's log and one frame: event number `seq` (from 1, without gaps), at `at`."""

    seq: int
    at: datetime
    event: AnyEvent


# Views: what one person may see now.


class ParticipantView(Struct, frozen=True):
    """Somebody in the visit, as one viewer sees them; `is_polite` says whether the viewer yields to them on glare."""

    id: ParticipantId
    role: Role
    name: Name
    relation: Relation | None
    standing: Standing
    since: datetime
    microphone: DeviceState
    camera: DeviceState
    is_polite: bool
    invitation: InvitationId
    """The same on every device of one person: somebody waits whose invitation is admitted? A second device."""
    away_since: datetime | None = None
    """Since when somebody who waits has not been in touch."""


class ChatLine(Struct, frozen=True):
    seq: int
    at: datetime
    participant: ParticipantId
    name: Name
    text: ChatText


class Notice(Struct, frozen=True):
    at: datetime
    text: NoticeText


class OutsideView(Struct, frozen=True, tag_field="type", tag="outside"):
    """What somebody not admitted sees: their own place, and what the therapist told them. Nothing else."""

    standing: Standing
    since: datetime | None
    notices: tuple[Notice, ...]
    is_ended: bool


class Demonstration(Struct, frozen=True):
    """What is shown. While playing it stands at `anchor_s + rate * (t - anchor_at)` at server time t."""

    number: Number
    exercise: Slug
    version: Version
    dosage: Dosage
    aim: Aim
    mode: Mode
    is_playing: bool
    rate: Rate
    anchor_at: datetime
    anchor_s: Position
    answer: Answer | None = None
    clip: ShownClip | None = None
    """When a clip is shown, in place of an exercise: `exercise` is its id, and nothing of it is counted."""


class ShownSoFar(Struct, frozen=True):
    """An exercise that was shown in this visit, in the version of the last time, and how often."""

    exercise: Slug
    version: Version
    times: Annotated[int, Meta(ge=1)]
    clip: ShownClip | None = None


class Exertion(Struct, frozen=True):
    """Pain and effort of one set, as somebody said."""

    at: datetime
    exercise: Slug
    set: int
    pain: Score | None
    effort: Score | None


class Stop(Struct, frozen=True):
    """Somebody pressed Stop."""

    at: datetime
    by: ParticipantId


class Practice(Struct, frozen=True):
    """The exercise part of a visit: what is shown, planned, reported and given to take home."""

    demonstration: Demonstration | None = None
    stop: Stop | None = None
    camera_card: CameraCard | None = None
    is_step_back: bool = False
    programme: tuple[Planned, ...] = ()
    shown: tuple[ShownSoFar, ...] = ()
    """Everything that was shown so far, in the order of its first time."""
    planned: tuple[Planned, ...] = ()
    """For the therapist alone; empty for everybody else."""
    exertions: tuple[Exertion, ...] = ()
    """For the therapist alone; empty for everybody else."""


class RecordingAnswer(Struct, frozen=True):
    """What somebody has said last about a recording."""

    participant: ParticipantId
    is_agreed: bool
    at: datetime


class Recording(Struct, frozen=True):
    """The last recording that was asked for, also when it is over.

    While it is ready or running a therapist is in and connected and everybody who is in has agreed; while it runs the
    recorder is in.
    """

    number: Number
    purpose: Purpose
    keep_days: Days
    """So long after the appointment it is kept; 0: without end."""
    asked_by: ParticipantId
    asked_at: datetime
    state: RecordingState = RecordingState.WAITING
    answers: tuple[RecordingAnswer, ...] = ()
    parts: int = 0
    """So many have begun."""
    running_since: datetime | None = None
    recorded_s: float = 0.0
    """Length of the parts that are over."""
    pause: PauseReason | None = None
    fault: Fault | None = None
    text_version: TextVersion = ""
    """Of the text that everybody is asked to agree to. A yes has to name it."""
    is_attended: bool = True
    """Whether any therapist who is in is connected, or was a moment ago."""


class VisitView(Struct, frozen=True, tag_field="type", tag="visit"):
    """What somebody admitted sees. A therapist sees everybody, others see who is admitted."""

    you: ParticipantId
    participants: tuple[ParticipantView, ...]
    chat: tuple[ChatLine, ...]
    practice: Practice = Practice()
    began_at: datetime | None = None
    """When the first one was admitted to the therapist."""
    recording: Recording | None = None


View = OutsideView | VisitView


# Signals: relayed between two admitted participants and forgotten.


class Signal(Struct, frozen=True, tag_field="type", forbid_unknown_fields=True):
    """Base of everything that is relayed.

    `connection` numbers the RTCPeerConnections of a pair, each higher than all before it: a page that is loaded again
    has forgotten the last one, so it begins with tenths of a second.
    """


class Candidate(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """RTCIceCandidateInit (W3C webrtc 4.8.1)."""

    candidate: CandidateLine
    sdp_mid: Mid | None = None
    sdp_m_line_index: Annotated[int, Meta(ge=0, le=64)] | None = None
    username_fragment: Mid | None = None


class DescriptionKind(StrEnum):
    OFFER = "offer"
    ANSWER = "answer"


Count = Annotated[int, Meta(ge=0, le=1_000_000)]


class Description(Signal, frozen=True, tag="rtc.description"):
    """RTCSessionDescriptionInit; a description of an older `connection` is dropped by its receiver.

    `offer` counts the sender's offers on this connection; an answer names the one that it answers, so that an answer
    to an offer that was replaced meanwhile is not taken for an answer to the later one.
    """

    connection: Count
    offer: Count
    kind: DescriptionKind
    sdp: Sdp


class Candidates(Signal, frozen=True, tag="rtc.candidates"):
    connection: Count
    candidates: Annotated[tuple[Candidate, ...], Meta(max_length=32)]


class ConnectionWanted(Signal, frozen=True, tag="rtc.wanted"):
    """Asks the polite side, which opens, for an ICE restart (`connection` as it is) or a new connection (a higher one).

    0 says that the sender has no connection yet, for instance since its page was loaded again.
    """

    connection: Count


class Quality(StrEnum):
    GOOD = "good"
    WEAK = "weak"
    POOR = "poor"


class QualityReport(Signal, frozen=True, tag="quality.report"):
    """How well the sender receives the other side. `is_audio_only`: the sender sends no picture, to save the sound."""

    receiving: Quality
    is_audio_only: bool = False
    wants_picture: bool = True
    """False asks the other side to send no picture: the sender chose sound only."""


class Rendering(StrEnum):
    """What becomes of a demonstration on a screen."""

    LOADED = "loaded"
    PLAYING = "playing"
    HIDDEN = "hidden"
    STILLS = "stills"
    """The device cannot draw movement, or was asked not to: pictures of the key poses stand in."""
    FAILED = "failed"


class PlaybackReport(Signal, frozen=True, tag="playback.report"):
    """The proof that a demonstration plays: what the sender's screen does with it."""

    demonstration: Number
    rendering: Rendering


class ExerciseComing(Signal, frozen=True, tag="exercise.coming"):
    """Likely shown next: whoever hears it may fetch it now, so that it is there at once."""

    exercise: Slug
    version: Version


Digest = Annotated[str, Meta(min_length=64, max_length=64, pattern="^[0-9a-f]*$")]
"""32 bytes in hexadecimal."""


class WordsCommitted(Signal, frozen=True, tag="words.committed"):
    """The impolite side begins to make the words that both can read aloud: the SHA-256 of its nonce, unseen yet.

    Who chooses last cannot choose what comes out: so the words cannot be ground (RFC 6189 section 4.4.1.1).
    """

    commitment: Digest


class WordsAnswered(Signal, frozen=True, tag="words.answered"):
    """The polite side's nonce, one for each commitment."""

    commitment: Digest
    nonce: Digest


class WordsRevealed(Signal, frozen=True, tag="words.revealed"):
    """The impolite side's nonce; with it both know the words."""

    nonce: Digest


AnySignal = (
    Description
    | Candidates
    | ConnectionWanted
    | QualityReport
    | PlaybackReport
    | ExerciseComing
    | WordsCommitted
    | WordsAnswered
    | WordsRevealed
)


# Frames from the browser: Hello first, then commands, signals and clock pings.


class Hello(Struct, frozen=True, tag_field="type", tag="hello", forbid_unknown_fields=True):
    """First frame; `since` is the last event number seen, None for a fresh start.

    `opened_ms` is when the service sent the page, in Unix milliseconds: of two pages of one seat the later one has it,
    also when the earlier one comes back last. Without it the last to come has it.
    """

    protocol: Annotated[int, Meta(ge=1, le=1_000)]
    since: Annotated[int, Meta(ge=0)] | None = None
    opened_ms: Annotated[int, Meta(ge=0)] | None = None


class SignalTo(Struct, frozen=True, tag_field="type", tag="signal", forbid_unknown_fields=True):
    to: ParticipantId
    signal: AnySignal


class ClockPing(Struct, frozen=True, tag_field="type", tag="clock.ping", forbid_unknown_fields=True):
    """`sent_ms` is the sender's own clock and comes back untouched."""

    sent_ms: float


ClientFrame = Hello | AnyCommand | SignalTo | ClockPing


# Frames from the server.


class IceServer(Struct, frozen=True, omit_defaults=True):
    """RTCIceServer (W3C webrtc 4.2.4)."""

    urls: tuple[Url, ...]
    username: Secret | None = None
    credential: Secret | None = None


class IceTransportPolicy(StrEnum):
    ALL = "all"
    RELAY = "relay"


class IceServers(Struct, frozen=True, tag_field="type", tag="ice_servers"):
    """Sent on admission and again before the credentials expire; never before admission."""

    ice_servers: tuple[IceServer, ...]
    policy: IceTransportPolicy
    refresh_after_s: int | None
    """Seconds after which fresh ones will come; None when nothing expires."""


class Welcome(Struct, frozen=True, tag_field="type", tag="welcome"):
    """Answers Hello. `view` is None when the letters missed since `since` follow instead."""

    you: ParticipantId
    role: Role
    seq: int
    view: View | None
    server_time_ms: float


class Shown(Struct, frozen=True, tag_field="type", tag="view"):
    """A fresh view: what one may see has changed as a whole."""

    seq: int
    view: View


class Presence(Struct, frozen=True, tag_field="type", tag="presence"):
    """Who has a socket open right now, of those whom the receiver may see. Not part of the log."""

    connected: tuple[ParticipantId, ...]


class Lateness(Struct, frozen=True, tag_field="type", tag="lateness"):
    """The clinic has told the patient that the therapist is so late; 0 once the visit has begun. Not part of the log.

    For whoever is not admitted; nothing is said while nobody is late.
    """

    minutes: Annotated[int, Meta(ge=0, le=120)]


class Done(Struct, frozen=True, tag_field="type", tag="done"):
    """The command `id` has happened, once; its last event is `seq`."""

    id: CommandId
    seq: int


class RefusedFrame(Struct, frozen=True, tag_field="type", tag="refused"):
    """The command `id` has not happened and will not."""

    id: CommandId
    code: Code
    text: Sentence


class SignalFrom(Struct, frozen=True, tag_field="type", tag="signal"):
    sender: ParticipantId = field(name="from")
    signal: AnySignal


class SignalRefused(Struct, frozen=True, tag_field="type", tag="signal.refused"):
    """A signal to `to` was not relayed: `bad_description`, `bad_candidate` or `too_many_candidates`."""

    to: ParticipantId
    code: Code


class ClockPong(Struct, frozen=True, tag_field="type", tag="clock.pong"):
    """Four-timestamp clock exchange (RFC 5905 section 8); the server's times are Unix milliseconds."""

    sent_ms: float
    received_ms: float
    answered_ms: float


class Reason(StrEnum):
    """Why the server closes a socket; `CLOSE_CODES` gives the number and whether to come back."""

    SUPERSEDED = "superseded"
    REMOVED = "removed"
    ENDED = "ended"
    REVOKED = "revoked"
    CANCELLED = "cancelled"
    DRAINING = "draining"
    SLOW = "slow"
    TOO_MANY = "too_many"
    NO_HELLO = "no_hello"
    NO_SEAT = "no_seat"
    MALFORMED = "malformed"
    FAILED = "failed"


class Goodbye(Struct, frozen=True, tag_field="type", tag="goodbye"):
    """Last frame before the socket closes. `retry_after_ms` is None when coming back is of no use."""

    reason: Reason
    retry_after_ms: int | None = None


ServerFrame = (
    Welcome
    | Entry
    | Shown
    | Presence
    | Lateness
    | IceServers
    | Done
    | RefusedFrame
    | SignalFrom
    | SignalRefused
    | ClockPong
    | Goodbye
)

CLOSE_CODES: dict[Reason, tuple[int, bool]] = {
    Reason.SUPERSEDED: (4409, False),
    Reason.REMOVED: (4403, False),
    Reason.ENDED: (4404, False),
    Reason.REVOKED: (4410, False),
    Reason.CANCELLED: (4411, False),
    Reason.DRAINING: (4503, True),
    Reason.SLOW: (4413, True),
    Reason.TOO_MANY: (4429, True),
    Reason.NO_HELLO: (4408, True),
    Reason.NO_SEAT: (4401, False),
    Reason.MALFORMED: (1008, False),
    Reason.FAILED: (4500, True),
}
"""WebSocket close code (RFC 6455 section 7.4.2) of each reason, and whether the client should reconnect."""
