import asyncio
import secrets
import sqlite3
from datetime import timedelta

import pytest

from telesession.domain.errors import NotFound, Refused
from telesession.domain.ids import InvitationId, ParticipantId, VisitId
from telesession.domain.invitations import MAX_SEATS, closes_at
from telesession.domain.messages import Reason, Relation, Role
from telesession.domain.patients import Details
from telesession.domain.seats import Seat
from telesession.services.invitations import MAX_GUEST_INVITATIONS, Invitations
from telesession.services.scheduling import Booked, Scheduling
from telesession.store.database import Database
from tests.fakes import Clock
from tests.keys import KEYS


@pytest.fixture
async def booked(scheduling: Scheduling, clock: Clock) -> Booked:
    return await scheduling.book(clock(), timedelta(hours=1), "Tess", Details("Pat"), "Europe/Madrid")


async def refused(invitations: Invitations, token: str) -> Refused:
    with pytest.raises(Refused) as peeked:
        await invitations.peek(token)
    with pytest.raises(Refused) as redeemed:
        await invitations.redeem(token, None)
    assert peeked.value.code == redeemed.value.code
    return peeked.value


async def test_looking_changes_nothing(invitations: Invitations, booked: Booked, database: Database) -> None:
    beside = sqlite3.connect(str(database.url.database), isolation_level=None)
    version = "PRAGMA data_version"  # moves whenever another connection commits a change
    before = beside.execute(version).fetchone()

    for _ in range(10):
        assert (await invitations.peek(booked.patient_token)).appointment == booked.appointment
    assert beside.execute(version).fetchone() == before

    await invitations.redeem(booked.patient_token, None)
    assert beside.execute(version).fetchone() != before
    beside.close()


async def test_the_same_browser_always_gets_the_same_seat(invitations: Invitations, booked: Booked) -> None:
    first = await invitations.redeem(booked.patient_token, None)
    again = await invitations.redeem(booked.patient_token, first.browser_key)

    assert again == first
    assert (first.seat.visit, first.seat.role, first.seat.name) == (booked.appointment.id, Role.PATIENT, "Pat")


async def test_another_browser_is_another_participant(invitations: Invitations, booked: Booked) -> None:
    phone = await invitations.redeem(booked.patient_token, None)
    laptop = await invitations.redeem(booked.patient_token, None)

    assert phone.seat.participant != laptop.seat.participant
    assert phone.seat.invitation == laptop.seat.invitation
    assert phone.browser_key != laptop.browser_key


async def test_one_browser_may_hold_seats_of_several_links(invitations: Invitations, booked: Booked) -> None:
    """As when somebody tries both of the demonstration's links in one browser."""
    patient = await invitations.redeem(booked.patient_token, None)
    therapist = await invitations.redeem(booked.therapist_token, patient.browser_key)

    assert therapist.browser_key == patient.browser_key
    for seat in (patient.seat, therapist.seat):
        assert await invitations.seat(seat.participant, patient.browser_key) == seat


async def test_a_key_that_is_not_ours_is_replaced(invitations: Invitations, booked: Booked) -> None:
    for planted in ("a" * 43, "", "short", "é" * 43, "a" * 5_000):
        assert (await invitations.redeem(booked.patient_token, planted)).browser_key != planted


async def test_clicking_twice_at_once_gives_one_seat(invitations: Invitations, booked: Booked) -> None:
    known = await invitations.redeem(booked.therapist_token, None)

    passes = await asyncio.gather(*(invitations.redeem(booked.patient_token, known.browser_key) for _ in range(10)))

    assert len({granted.seat.participant for granted in passes}) == 1


async def test_only_so_many_devices_sit_on_one_link(invitations: Invitations, booked: Booked) -> None:
    results = await asyncio.gather(
        *(invitations.redeem(booked.patient_token, None) for _ in range(MAX_SEATS + 2)), return_exceptions=True
    )
    passes = [result for result in results if not isinstance(result, BaseException)]
    refusals = [result for result in results if isinstance(result, Refused)]

    assert len(passes) == MAX_SEATS
    assert {refusal.code for refusal in refusals} == {"too_many_devices"}
    for granted in passes:  # and those who sit there still come back
        assert await invitations.redeem(booked.patient_token, granted.browser_key) == granted
    assert (await invitations.redeem(booked.therapist_token, None)).seat.role is Role.THERAPIST


async def test_a_seat_is_there_only_for_the_browser_that_holds_it(invitations: Invitations, booked: Booked) -> None:
    pat = await invitations.redeem(booked.patient_token, None)
    sam = await invitations.redeem(booked.patient_token, None)

    assert await invitations.seat(pat.seat.participant, pat.browser_key) == pat.seat
    for key in (sam.browser_key, "a" * 43, "", None, "é"):
        with pytest.raises(NotFound):
            await invitations.seat(pat.seat.participant, key)
    with pytest.raises(NotFound):
        await invitations.seat(ParticipantId("nobody"), pat.browser_key)


async def test_a_seat_lasts_as_long_as_its_link(
    invitations: Invitations, scheduling: Scheduling, booked: Booked, clock: Clock
) -> None:
    pat = await invitations.redeem(booked.patient_token, None)

    clock.pass_by(hours=2, minutes=59)
    assert await invitations.seat(pat.seat.participant, pat.browser_key) == pat.seat
    clock.pass_by(minutes=1)
    with pytest.raises(Refused) as refusal:
        await invitations.seat(pat.seat.participant, pat.browser_key)
    assert refusal.value.code == "too_late"

    await scheduling.end(booked.appointment.id)
    with pytest.raises(Refused) as refusal:
        await invitations.seat(pat.seat.participant, pat.browser_key)
    assert refusal.value.code == "ended"


async def test_a_revoked_invitation_takes_its_seats_along(invitations: Invitations, booked: Booked) -> None:
    pat = await invitations.redeem(booked.patient_token, None)

    await invitations.revoke(pat.seat.invitation)
    await invitations.revoke(pat.seat.invitation)

    assert (await refused(invitations, booked.patient_token)).code == "revoked"
    with pytest.raises(Refused) as refusal:
        await invitations.seat(pat.seat.participant, pat.browser_key)
    assert refusal.value.code == "revoked"
    assert (await invitations.peek(booked.therapist_token)).appointment == booked.appointment


@pytest.mark.parametrize("token", ["", "x", "a" * 32, "a" * 33, "é" * 32, "\x00" * 32, "\ud800" * 32, "a" * 100_000])
async def test_a_link_that_nobody_minted_is_unknown(invitations: Invitations, booked: Booked, token: str) -> None:
    assert (await refused(invitations, token)).code == "unknown_link"


async def test_a_link_opens_only_in_its_time(invitations: Invitations, booked: Booked, clock: Clock) -> None:
    clock.pass_by(hours=-2)
    assert (await refused(invitations, booked.patient_token)).code == "too_early"
    clock.pass_by(hours=5)
    assert (await refused(invitations, booked.patient_token)).code == "too_late"
    clock.pass_by(days=1)
    assert (await refused(invitations, booked.patient_token)).code == "expired"


async def test_a_therapist_invites_a_guest(invitations: Invitations, booked: Booked) -> None:
    tess = await invitations.redeem(booked.therapist_token, None)

    token = await invitations.invite_guest(tess.seat, "  Gus\u202e ", Relation.INTERPRETER)

    gus = await invitations.redeem(token, None)
    assert (gus.seat.role, gus.seat.name, gus.seat.relation) == (Role.GUEST, "Gus", Relation.INTERPRETER)
    assert gus.seat.visit == booked.appointment.id
    assert [kept.invited_by for kept in await invitations.list_for_visit(booked.appointment.id)].count(
        tess.seat.participant
    ) == 1


async def test_nobody_else_invites_guests(invitations: Invitations, booked: Booked) -> None:
    tess = await invitations.redeem(booked.therapist_token, None)
    pat = await invitations.redeem(booked.patient_token, None)
    gus = await invitations.redeem(await invitations.invite_guest(tess.seat, "Gus", Relation.RELATIVE), None)

    for seat in (pat.seat, gus.seat):
        with pytest.raises(Refused) as refusal:
            await invitations.invite_guest(seat, "Sam", Relation.STUDENT)
        assert refusal.value.code == "not_allowed"


async def test_a_therapist_without_an_open_visit_invites_nobody(
    invitations: Invitations, scheduling: Scheduling, booked: Booked
) -> None:
    tess = await invitations.redeem(booked.therapist_token, None)
    await scheduling.end(booked.appointment.id)

    with pytest.raises(Refused) as refusal:
        await invitations.invite_guest(tess.seat, "Gus", Relation.RELATIVE)
    assert refusal.value.code == "ended"


async def test_guest_invitations_have_an_end(invitations: Invitations, booked: Booked) -> None:
    tess = await invitations.redeem(booked.therapist_token, None)
    for n in range(MAX_GUEST_INVITATIONS):
        await invitations.invite_guest(tess.seat, f"Guest {n}", Relation.STUDENT)

    with pytest.raises(Refused) as refusal:
        await invitations.invite_guest(tess.seat, "One more", Relation.STUDENT)
    assert refusal.value.code == "too_many_guests"


async def test_a_stranger_s_seat_invites_nobody(invitations: Invitations, booked: Booked) -> None:
    made_up = Seat(ParticipantId("p"), booked.appointment.id, InvitationId("nobody's"), Role.THERAPIST, "Sam")
    with pytest.raises(NotFound):
        await invitations.invite_guest(made_up, "Gus", Relation.RELATIVE)


async def test_the_clinic_can_make_another_link(invitations: Invitations, booked: Booked) -> None:
    token = await invitations.invite(booked.appointment.id, Role.PATIENT, "Pat")

    assert (await invitations.peek(token)).invitation.role is Role.PATIENT
    with pytest.raises(NotFound):
        await invitations.invite(VisitId("nobody"), Role.PATIENT, "Pat")


@pytest.mark.parametrize("code", ["cancelled", "ended", "too_late"])
async def test_no_link_is_made_that_would_never_open(
    invitations: Invitations, scheduling: Scheduling, booked: Booked, clock: Clock, code: str
) -> None:
    visit = booked.appointment.id
    before = await invitations.list_for_visit(visit)
    match code:
        case "cancelled":
            await scheduling.cancel(visit)
        case "ended":
            await scheduling.end(visit)
        case _:
            clock.now = closes_at(booked.appointment)

    with pytest.raises(Refused) as refusal:
        await invitations.invite(visit, Role.PATIENT, "Pat")

    assert refusal.value.code == code
    assert await invitations.list_for_visit(visit) == before


async def test_a_restarted_service_still_knows_every_seat(url: str, booked: Booked, clock: Clock) -> None:
    async with Database(url, KEYS) as before:
        pat = await Invitations(before, clock, secrets.token_bytes).redeem(booked.patient_token, None)
    async with Database(url, KEYS) as after:
        restarted = Invitations(after, clock, secrets.token_bytes)
        assert await restarted.seat(pat.seat.participant, pat.browser_key) == pat.seat
        assert await restarted.redeem(booked.patient_token, pat.browser_key) == pat


async def test_no_browser_key_is_in_the_database(invitations: Invitations, booked: Booked, database: Database) -> None:
    pat = await invitations.redeem(booked.patient_token, None)

    await database.close()
    with open(str(database.url.database), "rb") as file:  # noqa: ASYNC230, PTH123  a few pages, in a test
        assert pat.browser_key.encode() not in file.read()


async def test_two_processes_keep_the_number_of_devices(url: str, booked: Booked, clock: Clock) -> None:
    async with Database(url, KEYS) as one, Database(url, KEYS) as other:
        doors = [Invitations(database, clock, secrets.token_bytes) for database in (one, other)]
        results = await asyncio.gather(
            *(door.redeem(booked.patient_token, None) for door in doors for _ in range(MAX_SEATS)),
            return_exceptions=True,
        )
    assert len([result for result in results if isinstance(result, Refused)]) == MAX_SEATS


async def test_a_made_up_link_never_waits_for_whoever_writes(invitations: Invitations, database: Database) -> None:
    async with database.transaction(), asyncio.timeout(1):
        for token in ("nonsense", "A" * 32):
            with pytest.raises(Refused, match="unknown_link"):
                await invitations.redeem(token, None)


async def test_whoever_sits_on_a_link_that_was_taken_back_is_listed_with_the_reason(
    invitations: Invitations, scheduling: Scheduling, booked: Booked, clock: Clock
) -> None:
    other = await scheduling.book(clock(), timedelta(hours=1), "Tess", Details("Sam"), "UTC")
    visits = [booked.appointment.id, other.appointment.id]
    pat = (await invitations.redeem(booked.patient_token, None)).seat
    tess = (await invitations.redeem(booked.therapist_token, None)).seat
    sam = (await invitations.redeem(other.patient_token, None)).seat
    assert await invitations.list_shut_out(visits) == {}

    await invitations.revoke(pat.invitation)
    assert await invitations.list_shut_out(visits) == {pat.participant: Reason.REVOKED}
    await scheduling.cancel(booked.appointment.id)
    assert await invitations.list_shut_out(visits) == {
        pat.participant: Reason.REVOKED,
        tess.participant: Reason.CANCELLED,
    }
    assert await invitations.list_shut_out([other.appointment.id]) == {}
    await scheduling.end(other.appointment.id)
    assert sam.participant not in await invitations.list_shut_out(visits), "an end has its own way to be told"


async def test_thousands_of_visits_can_be_asked_about(invitations: Invitations, booked: Booked) -> None:
    tess = (await invitations.redeem(booked.therapist_token, None)).seat
    await invitations.revoke(tess.invitation)
    many = [VisitId(f"v{n}") for n in range(40_000)]

    assert await invitations.list_shut_out([*many, booked.appointment.id]) == {tess.participant: Reason.REVOKED}
