"""The recorder's seat is the service's alone, and what people said of a recording is kept where it stays."""

import secrets
from datetime import timedelta

import pytest

from telesession.domain import invitations as rules
from telesession.domain.audit import SERVICE
from telesession.domain.consent import Part
from telesession.domain.errors import NotFound, Refused
from telesession.domain.ids import ParticipantId, VisitId
from telesession.domain.invitations import closes_at
from telesession.domain.messages import (
    AnyEvent,
    Entry,
    Fault,
    Purpose,
    RecordingAnswered,
    RecordingAsked,
    RecordingEnded,
    RecordingPartBegan,
    Role,
)
from telesession.domain.patients import Details
from telesession.services.audit import Audit
from telesession.services.consents import Consents
from telesession.services.invitations import Invitations
from telesession.services.recordings import Recordings, recorder_token
from telesession.services.scheduling import Booked, Scheduling
from telesession.store.audit import Filter
from telesession.store.database import Database
from telesession.store.visit_log import Logged
from tests.domain.cast import PAT, REC, TESS
from tests.domain.test_recording import running
from tests.fakes import Clock

ROOM = running(PAT)
NUMBER = ROOM.recording.number if ROOM.recording else 0
PLACES = {TESS.participant: "192.0.2.0/24", PAT.participant: "198.51.100.0/24"}


@pytest.fixture
def recordings(database: Database, clock: Clock) -> Recordings:
    return Recordings(database, clock, secrets.token_bytes)


@pytest.fixture
async def booked(scheduling: Scheduling, clock: Clock) -> Booked:
    return await scheduling.book(clock(), timedelta(hours=1), "Tess", Details("Pat"), "Europe/Madrid")


def told(clock: Clock, seq: int, event: AnyEvent, by: ParticipantId) -> Logged:
    return Logged(Entry(seq, clock(), event), by, None)


def said(is_agreed: bool) -> RecordingAnswered:
    return RecordingAnswered(NUMBER, PAT.participant, is_agreed, "2026-12", "es")


async def test_a_recorder_gets_one_seat_for_one_recording(
    recordings: Recordings, booked: Booked, invitations: Invitations
) -> None:
    visit = booked.appointment.id
    first = await recordings.seat(visit, 4)

    assert await recordings.seat(visit, 4) == first
    assert (first.seat.role, first.seat.visit) == (Role.RECORDER, visit)
    assert await invitations.seat(first.seat.participant, first.browser_key) == first.seat
    assert (await recordings.seat(visit, 9)).seat.participant != first.seat.participant


async def test_nobody_else_can_take_or_make_a_recorders_seat(
    recordings: Recordings, booked: Booked, invitations: Invitations, database: Database
) -> None:
    visit = booked.appointment.id
    taken = await recordings.seat(visit, 4)

    with pytest.raises(NotFound):
        await invitations.seat(taken.seat.participant, "x" * 43)
    with pytest.raises(Refused) as refused:
        await invitations.invite(visit, Role.RECORDER, "Sam")
    assert refused.value.code == "not_allowed"
    async with database.reading() as tx:
        token = rules.readable(await recorder_token(tx, visit, 4))
    for door in (invitations.peek(token), invitations.redeem(token, None)):
        with pytest.raises(Refused) as closed:
            await door
        assert closed.value.code == "unknown_link"


async def test_there_is_no_seat_before_the_door_opens_or_after_it_closes(
    recordings: Recordings, booked: Booked, clock: Clock
) -> None:
    with pytest.raises(NotFound):
        await recordings.seat(VisitId("nobody"), 4)
    clock.now = closes_at(booked.appointment)
    with pytest.raises(Refused):
        await recordings.seat(booked.appointment.id, 4)


async def test_who_agreed_and_what_was_recorded_is_in_the_audit_once(
    recordings: Recordings, booked: Booked, database: Database, clock: Clock
) -> None:
    visit = booked.appointment.id
    lines = [
        told(clock, NUMBER, RecordingAsked(Purpose.MOVEMENT, 30, TESS.participant), TESS.participant),
        told(clock, NUMBER + 1, said(True), PAT.participant),
        told(clock, NUMBER + 3, RecordingPartBegan(NUMBER, 1), REC.participant),
        told(clock, NUMBER + 5, said(False), PAT.participant),
        told(clock, NUMBER + 6, RecordingPartBegan(NUMBER, 2), REC.participant),
        told(clock, NUMBER + 7, RecordingEnded(NUMBER, REC.participant, Fault.DISK_FULL), REC.participant),
    ]
    for _ in range(2):
        await recordings.note(ROOM, visit, lines, lambda who: PLACES.get(who, "-"))

    kept = [one.line for one in await Audit(database, clock).read(SERVICE, Filter())]
    about = [one for one in kept if one.subject.startswith(f"{visit}:{NUMBER}")]
    assert {one.actor: one.place for one in about} == PLACES | {REC.participant: "-"}
    assert [(one.action, one.actor, one.role, one.outcome) for one in reversed(about)] == [
        ("consent.given", TESS.participant, "therapist", "done"),
        ("consent.given", PAT.participant, "patient", "done"),
        ("recording.started", REC.participant, "recorder", "done"),
        ("consent.withdrawn", PAT.participant, "patient", "done"),
        ("recording.stopped", REC.participant, "recorder", "disk_full"),
    ]


async def test_what_the_patient_said_is_in_their_record_with_the_text_that_they_read(
    recordings: Recordings, booked: Booked, database: Database, clock: Clock
) -> None:
    lines = [told(clock, 7, said(True), PAT.participant)]
    await recordings.note(ROOM, booked.appointment.id, lines, lambda _: "-")

    kept = (await Consents(database, clock, secrets.token_bytes).state(booked.appointment.patient)).standing
    assert set(kept) == {Part.RECORDING}
    consent = kept[Part.RECORDING]
    assert (consent.is_given, consent.text_version, consent.language) == (True, "2026-12", "es")
    assert (consent.visit, consent.by) == (booked.appointment.id, PAT.participant)


async def test_when_a_recording_is_over_its_recorders_seat_is_taken_back(
    recordings: Recordings, booked: Booked, invitations: Invitations, clock: Clock
) -> None:
    visit = booked.appointment.id
    taken = await recordings.seat(visit, NUMBER)

    ended = RecordingEnded(NUMBER, TESS.participant)
    await recordings.note(ROOM, visit, [told(clock, 9, ended, TESS.participant)], lambda _: "-")
    with pytest.raises(Refused):
        await invitations.seat(taken.seat.participant, taken.browser_key)
    with pytest.raises(Refused):
        await recordings.seat(visit, NUMBER)
