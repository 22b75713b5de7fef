"""What the virtual patient does: from what it sees and what time it is to what it says and asks for. Pure.

It is no model of a patient. It answers so that a therapist who is alone meets everything that a visit has, and the same
seed meets the same visit, so that a test can say what will happen. Its sentences need a licensed clinician's review.
"""

import random
import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from telesession.domain.dosage import Dosage
from telesession.domain.exercises import Exercise, Language, Region, cycle_s, is_mirrored
from telesession.domain.ids import CommandId
from telesession.domain.messages import (
    Answer,
    AnswerDemonstration,
    AnswerRecording,
    AnyCommand,
    ChatLine,
    Demonstration,
    DeviceState,
    Knock,
    Mode,
    OutsideView,
    ParticipantView,
    Recording,
    RecordingState,
    Rendering,
    ReportDevices,
    ReportExertion,
    Role,
    SendChat,
    Standing,
    StopExercise,
    View,
    VisitView,
)
from telesession.domain.playback import Moment, Phase, moment, position_at, sides_in_turn
from telesession.media.portrait import Doing

NO_ID = CommandId("")
"""The line chooses it."""

AWAY_S = 5.0
WAVES_S = 4.0
GREETING = "Hello! I can see and hear you."
CAN_DO = (
    "I am the virtual patient. I follow what you show me. "
    'Write "it hurts", "too hard", "press stop", "wave", "words" or "drop", and I do that.'
)
BACK = "I am back. My connection was gone for a moment."
BODY = {
    Region.LOW_BACK: "my lower back", Region.TRUNK: "my back", Region.UPPER_BACK: "my upper back",
    Region.NECK: "my neck", Region.SHOULDER: "my shoulder", Region.HIP: "my hip", Region.LEG: "my leg",
    Region.KNEE: "my knee", Region.ANKLE: "my ankle", Region.BALANCE: "my ankle", Region.WHOLE_BODY: "my back",
}  # fmt: skip


class Away(Struct, frozen=True):
    """Lose the line, and be back after so long."""

    for_s: float


class Wave(Struct, frozen=True):
    """Wave at the camera."""


class Proof(Struct, frozen=True):
    """Tell the others what becomes of the demonstration here."""

    demonstration: int
    rendering: Rendering


class ReadWords(Struct, frozen=True):
    """Write the four words that show that nobody stands between, to compare."""


Act = AnyCommand | Away | Wave | Proof | ReadWords


class Due(Struct, frozen=True):
    """Something to be done later: nobody answers within the same moment."""

    at: datetime
    act: Act


class Patient(Struct, frozen=True):
    """What it remembers; everything else is in what it sees."""

    seed: int
    due: tuple[Due, ...] = ()
    heard: int = 0
    """Number of the last line of the chat that it has dealt with."""
    answered: dict[int, Dosage] = {}
    """By the number of a demonstration, the dose that it has said something of."""
    reported: frozenset[tuple[int, int]] = frozenset()
    proven: int | None = None
    agreed: int | None = None
    """Number of the recording that it has answered."""
    has_knocked: bool = False
    has_greeted: bool = False
    devices_at: datetime | None = None


def decide(
    patient: Patient, view: View, now: datetime, exercise: Exercise | None = None
) -> tuple[Patient, tuple[Act, ...]]:
    """What it does now, and what it remembers of it. `exercise`: the one that is shown, once it is known."""
    if isinstance(view, OutsideView):
        if patient.has_knocked or view.is_ended or view.standing is not Standing.ARRIVING:
            return patient, ()
        works = ReportDevices(id=NO_ID, microphone=DeviceState.ON, camera=DeviceState.ON)
        return replace(patient, has_knocked=True), (Knock(id=NO_ID, answers_only=True), works)
    me = next(one for one in view.participants if one.id == view.you)
    acts: list[Act] = []
    if patient.devices_at != me.since and (me.microphone, me.camera) != (DeviceState.ON, DeviceState.ON):
        patient = replace(patient, devices_at=me.since)
        acts.append(ReportDevices(id=NO_ID, microphone=DeviceState.ON, camera=DeviceState.ON))
    patient = _agree(_listen(_greet(patient, view, me, now), view, now), view.recording, now)
    shown = view.practice.demonstration
    if shown is not None:
        if patient.proven != shown.number:
            patient = replace(patient, proven=shown.number)
            acts.append(Proof(shown.number, Rendering.PLAYING))
        if view.practice.stop is None:
            patient = _report(_answer(patient, shown, now, exercise), shown, now, exercise)
    now_due = [one.act for one in patient.due if one.at <= now]
    patient = replace(patient, due=tuple(one for one in patient.due if one.at > now))
    return patient, (*acts, *(act for act in now_due if _still_makes_sense(act, shown)))


def _later(patient: Patient, now: datetime, after_s: float, *acts: Act) -> Patient:
    """One after the other, with time to breathe between them."""
    new = (Due(now + timedelta(seconds=after_s + n * 1.2), act) for n, act in enumerate(acts))
    return replace(patient, due=(*patient.due, *new))


def _still_makes_sense(act: Act, shown: Demonstration | None) -> bool:
    if isinstance(act, AnswerDemonstration | ReportExertion):
        return shown is not None and shown.number == act.demonstration
    return True


def _say(text: str) -> SendChat:
    return SendChat(id=NO_ID, text=text)


def _chance(patient: Patient, *of: object) -> random.Random:
    """The same for the same seed and occasion."""
    return random.Random(f"{patient.seed} {of}")  # noqa: S311  it hides nothing


def _greet(patient: Patient, view: VisitView, me: ParticipantView, now: datetime) -> Patient:
    has_spoken = any(line.participant == view.you for line in view.chat)
    is_with_therapist = any(one.role is Role.THERAPIST for one in view.participants)
    if patient.has_greeted or has_spoken or not is_with_therapist or now - me.since < timedelta(seconds=1):
        return patient
    return _later(replace(patient, has_greeted=True), now, 0.5, Wave(), _say(GREETING))


def _agree(patient: Patient, recording: Recording | None, now: datetime) -> Patient:
    """Say yes to a recording, once; who wants a no asks for it."""
    if recording is None or recording.state is RecordingState.ENDED or patient.agreed == recording.number:
        return patient
    return _later(replace(patient, agreed=recording.number), now, 3.0, _said_of(recording, is_agreed=True))


def _said_of(recording: Recording, *, is_agreed: bool) -> AnswerRecording:
    return AnswerRecording(recording.number, is_agreed, recording.text_version, Language.EN.value, id=NO_ID)


def _listen(patient: Patient, view: VisitView, now: datetime) -> Patient:
    """Deal with the lines of the therapist that are new."""
    therapists = {one.id for one in view.participants if one.role is Role.THERAPIST}
    for line in view.chat:
        if line.seq > patient.heard:
            patient = replace(patient, heard=line.seq)
            if line.participant in therapists:
                delay_s = _chance(patient, line.seq).uniform(1.0, 2.0)
                patient = _later(patient, now, delay_s, *replies(line, view.practice.demonstration, view.recording))
    return patient


def replies(line: ChatLine, shown: Demonstration | None, recording: Recording | None = None) -> tuple[Act, ...]:
    """What to do about one line."""
    text = line.text.lower()
    is_question = "?" in text
    if re.search(r"\bdrop\b", text):
        return _say("All right, I am gone for a moment."), Away(AWAY_S), _say(BACK)
    if re.search(r"\bhelp\b|what can you", text):
        return (_say(CAN_DO),)
    if re.search(r"\bpress stop\b|\bemergency\b", text):
        return (StopExercise(id=NO_ID),)
    if re.search(r"\bwords\b", text):
        return (ReadWords(),)
    if re.search(r"\brecord", text) and recording is not None and not is_question:
        is_agreed = not re.search(r"\b(stop|no|not|don't)\b", text)
        words = "You may record." if is_agreed else "Please do not record any more."
        return _said_of(recording, is_agreed=is_agreed), _say(words)
    if re.search(r"\bwave\b", text):
        return (Wave(),)
    for pattern, answer, said in (
        (r"\bhurt|\bpain", Answer.HURTS, "It hurts now."),
        (r"\btoo hard\b|\bdifficult", Answer.TOO_HARD, "This is too hard for me."),
        (r"\bagain\b", Answer.AGAIN, "Please show me once more."),
    ):
        if re.search(pattern, text) and not is_question:
            if shown is None:
                return (_say("Nothing hurts right now. Please show me an exercise."),)
            return AnswerDemonstration(id=NO_ID, demonstration=shown.number, answer=answer), _say(said)
    return (_say(next((reply for pattern, reply in SMALL_TALK if re.search(pattern, text)), _default(is_question))),)


SMALL_TALK = (
    (r"\bhurt|\bpain", "A little, about 2 of 10. It is not getting worse."),
    (r"\bhear\b.*\bsee\b|\bsee\b.*\bhear\b", "Yes, I can see and hear you well."),
    (r"\bhear\b", "Yes, I can hear you well."),
    (r"\bsee\b.*\?", "Yes, I can see you well."),
    (r"\bready\b", "Yes, I am ready."),
    (r"how (are|do) you|feel", "Quite well today. A little stiff in the morning."),
    (r"\b(bye|goodbye|see you|next time)\b", "Thank you. See you next time!"),
    (r"\bthank", "You are welcome."),
    (r"\b(well done|great|good job|very good|perfect)\b", "Thank you!"),
    (r"\b(hello|hi|good (morning|afternoon|evening)|welcome)\b", "Hello! Nice to see you."),
)


def _default(is_question: bool) -> str:
    return "I think so. Please show me." if is_question else "All right."


def _answer(patient: Patient, shown: Demonstration, now: datetime, exercise: Exercise | None) -> Patient:
    """Say once how it is, and once more when the dose was changed because of it."""
    before = patient.answered.get(shown.number)
    if before == shown.dosage or (before is not None and shown.answer in (None, Answer.GOT_IT)):
        return patient
    said = Answer.GOT_IT if before is not None else _first_answer(patient, shown)
    patient = replace(patient, answered={**patient.answered, shown.number: shown.dosage})
    acts: list[Act] = [AnswerDemonstration(id=NO_ID, demonstration=shown.number, answer=said)]
    if before is not None:
        acts.append(_say("Yes, that is better."))
    elif said is Answer.HURTS:
        acts.append(_say(f"I feel it in {BODY[exercise.regions[0]] if exercise else 'my back'} when I do that."))
    return _later(patient, now, _chance(patient, shown.number).uniform(3.0, 5.0), *acts)


def _first_answer(patient: Patient, shown: Demonstration) -> Answer:
    """The first exercise goes well, so that a visit begins well; later ones do mostly."""
    if not patient.answered:
        return Answer.GOT_IT
    return _chance(patient, shown.number, "answer").choices(
        (Answer.GOT_IT, Answer.HURTS, Answer.TOO_HARD, Answer.AGAIN), weights=(6, 2, 1, 1)
    )[0]


def _report(patient: Patient, shown: Demonstration, now: datetime, exercise: Exercise | None) -> Patient:
    """Pain and effort of the set that is done."""
    done = sets_done(shown, now, exercise)
    if done == 0 or (shown.number, done) in patient.reported:
        return patient
    chance = _chance(patient, shown.number, done, "exertion")
    is_sore = shown.answer in (Answer.HURTS, Answer.TOO_HARD)
    pain = chance.randint(1, 2) + (4 if is_sore else 0)
    effort = min(10, 3 + done + chance.randint(0, 1) + (1 if is_sore else 0))
    said = ReportExertion(id=NO_ID, demonstration=shown.number, set=done, pain=pain, effort=effort)
    return _later(replace(patient, reported=patient.reported | {(shown.number, done)}), now, 1.5, said)


def sets_done(shown: Demonstration, now: datetime, exercise: Exercise | None) -> int:
    """How many sets are behind the patient; 0 while nothing is counted."""
    at = moment_of(shown, now, exercise)
    if at is None or exercise is None:
        return 0
    is_whole = at.phase is Phase.DONE or (
        at.phase is Phase.REST and at.side is sides_in_turn(exercise, shown.dosage.side)[-1]
    )
    return at.set if is_whole else at.set - 1


def moment_of(shown: Demonstration, now: datetime, exercise: Exercise | None) -> Moment | None:
    """Where a counted exercise stands; None while nothing is counted."""
    if shown.mode is not Mode.TOGETHER or exercise is None or not exercise.timeline:
        return None
    return moment(exercise, shown.dosage, _position_s(shown, now))


def doing(view: View | None, now: datetime, exercise: Exercise | None, *, is_waving: bool) -> Doing:
    """What its camera sees."""
    shown = view.practice.demonstration if isinstance(view, VisitView) else None
    if shown is None or exercise is None or not exercise.timeline:
        return Doing(is_waving=is_waving)
    counted = moment_of(shown, now, exercise)
    side, count, at_s = shown.dosage.side, None, 0.0
    if counted is not None:
        side, at_s = counted.side, counted.cycle_s
        count = counted.rep if counted.phase in (Phase.MOVE, Phase.HOLD) else None
    elif (rep_s := cycle_s(exercise, shown.dosage)) > 0:
        position_s = _position_s(shown, now)
        at_s = min(position_s, rep_s) if shown.mode is Mode.ONCE else position_s % rep_s
    return Doing(
        exercise,
        shown.dosage,
        at_s,
        is_mirrored=is_mirrored(exercise, side),
        view=exercise.views[0] if exercise.views else shown.aim.view,
        count=count,
        is_hurting=shown.answer is Answer.HURTS,
    )


def _position_s(shown: Demonstration, now: datetime) -> float:
    return position_at(shown.is_playing, shown.anchor_at, shown.anchor_s, shown.rate, now)


def sentences() -> Iterator[str]:
    """Everything that it may say by itself, for whoever reviews it."""
    yield from (GREETING, CAN_DO, BACK)
    yield from (reply for _, reply in SMALL_TALK)
