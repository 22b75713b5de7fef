"""What another process does than that of the sockets: a link is taken back, a visit called off, an account closed."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from telesession import master_keys
from telesession.domain.attendance import SlotState
from telesession.domain.ids import ParticipantId
from telesession.domain.messages import Role, Standing
from telesession.domain.staff import Staff, StaffRole
from telesession.server.keys import CATALOGUES, INVITATIONS, ROOMS, SCHEDULING, SETTINGS
from telesession.server.letters import Letters
from telesession.services.accounts import Accounts
from telesession.services.invitations import Invitations
from telesession.services.jobs import Jobs
from telesession.services.notifications import Notifications
from telesession.services.scheduling import Scheduling
from telesession.services.sessions import Sessions
from telesession.services.telling import Telling
from telesession.store.database import Database
from tests.server.conftest import LENGTH, Person, Service
from tests.server.test_socket import admitted
from tests.server.wire import Wire


@pytest.fixture
async def beside(service: Service) -> AsyncIterator[Database]:
    """The same database, as the command line opens it."""
    async with Database(
        service.app[SETTINGS].database, master_keys.load(service.app[SETTINGS].master_keys)
    ) as database:
        yield database


async def test_a_revoked_link_ends_its_sockets_and_nobody_elses(service: Service, beside: Database) -> None:
    invitations = Invitations(beside, service.clock, secrets.token_bytes)
    tess, pat = await admitted(service)
    async with tess.ws, pat.ws:
        listed = await invitations.list_for_visit(service.booked.appointment.id)
        await invitations.revoke(next(one.id for one in listed if one.role is Role.PATIENT))

        assert await pat.close_code() == 4410
        assert pat.frames[-1] == {"type": "goodbye", "reason": "revoked", "retry_after_ms": None}
        left = await tess.until("event", "view")
        assert "left" in str(left)
        assert (await tess.ask("chat.send", text="still here"))["type"] == "done"


async def test_a_cancelled_appointment_ends_every_socket(service: Service, beside: Database) -> None:
    tess, pat = await admitted(service)
    async with tess.ws, pat.ws:
        await Scheduling(beside, service.clock, secrets.token_bytes).cancel(service.booked.appointment.id)

        assert [await tess.close_code(), await pat.close_code()] == [4411, 4411]


async def test_a_patient_who_waits_for_an_appointment_that_moves_waits_no_more(
    service: Service, beside: Database
) -> None:
    pat, visit = await service.pat(), service.booked.appointment.id
    async with Wire(pat) as wire:
        await wire.hello()
        await wire.ask("participant.knock")
        assert (await service.app[SCHEDULING].slot(visit)).state is SlotState.WAITING

        moved = await Scheduling(beside, service.clock, secrets.token_bytes).move(visit, service.clock() + LENGTH)
        assert await wire.close_code() == 4410
    async with Wire(pat) as wire:
        assert await wire.close_code() == 4410, "and nothing else, whoever was first"

    again = await service.somebody().take_seat(moved.patient_token)
    async with Wire(again) as wire, Wire(await service.somebody().take_seat(moved.therapist_token)) as tess:
        for one in (wire, tess):
            await one.hello()
            await one.ask("participant.knock")
        room = await service.app[ROOMS].look_into(visit)
        standing = {one.id: one.standing for one in room.participants.values() if one.role is Role.PATIENT}
        assert standing == {pat.participant: Standing.LEFT, again.participant: Standing.WAITING}


async def test_whoever_was_shut_out_is_told_again_why_when_they_come_back(service: Service, beside: Database) -> None:
    invitations = Invitations(beside, service.clock, secrets.token_bytes)
    pat, tess = await service.pat(), await service.tess()
    for one in await invitations.list_for_visit(service.booked.appointment.id):
        if one.role is Role.PATIENT:
            await invitations.revoke(one.id)
    async with Wire(pat) as pats:
        assert await pats.close_code() == 4410
    async with pat.http.get(pat.visit_path) as answer:
        assert answer.status == 410
        assert "no longer in use" in await answer.text()
    await Scheduling(beside, service.clock, secrets.token_bytes).cancel(service.booked.appointment.id)
    async with Wire(tess) as wire:
        assert await wire.close_code() == 4411


async def test_whoever_waits_learns_at_once_that_the_therapist_is_late_wherever_that_was_said(
    service: Service, beside: Database
) -> None:
    pat = await service.pat()
    async with Wire(pat) as wire:
        await wire.hello()
        await wire.ask("participant.knock")
        await notifications_of(beside, service).late(service.booked.appointment.id, 15)

        assert (await wire.until("lateness"))["minutes"] == 15


def notifications_of(database: Database, service: Service) -> Notifications:
    """As another process has them."""
    jobs = Jobs(database, service.clock, secrets.token_bytes)
    telling = Telling(service.clock, secrets.token_bytes, jobs, ())
    return Notifications(database, service.clock, telling, Letters(service.app[SETTINGS], service.app[CATALOGUES]), {})


async def with_an_account(service: Service, name: str = "Tess Therapist") -> tuple[Staff, Person]:
    """Somebody signed in who has gone to the visit by its button."""
    staff = await service.hire(name)
    return staff, await gone_in(await service.somebody().sign_in(staff))


async def gone_in(person: Person) -> Person:
    path = f"/appointments/{person.service.booked.appointment.id}/open"
    async with person.http.post(path, allow_redirects=False) as answer:
        person.visit_path = answer.headers["Location"]
    return person


async def disabled(service: Service, beside: Database, staff: Staff) -> None:
    await Accounts(beside, service.clock, secrets.token_bytes).disable(staff.id)


async def begun_anew(service: Service, beside: Database, staff: Staff) -> None:
    await Accounts(beside, service.clock, secrets.token_bytes).reset(staff.id)


async def signed_out_elsewhere(service: Service, beside: Database, staff: Staff) -> None:
    sessions = Sessions(beside, service.clock)
    for one in await sessions.list_for(staff.id):
        await sessions.end(one.id, staff, "-")


@pytest.mark.parametrize("shut_out", [disabled, begun_anew, signed_out_elsewhere])
async def test_a_seat_ends_with_the_account_or_the_device_that_took_it(
    service: Service, beside: Database, shut_out: Callable[[Service, Database, Staff], Awaitable[None]]
) -> None:
    staff, tess = await with_an_account(service)
    async with Wire(tess) as wire, Wire(await service.pat()) as pat:
        await wire.hello()
        await wire.ask("participant.knock")
        await pat.hello()
        await shut_out(service, beside, staff)

        assert await wire.close_code() == 4401
        assert (await pat.ask("participant.knock"))["type"] == "done"
    async with Wire(tess) as again:
        assert await again.close_code() == 4401
    async with tess.http.get(tess.visit_path) as page:
        assert page.status == 404


async def test_whoever_signs_in_again_is_in_their_seat_again(service: Service, beside: Database) -> None:
    staff, tess = await with_an_account(service)
    before = tess.visit_path
    await signed_out_elsewhere(service, beside, staff)

    await gone_in(await tess.sign_in(staff))

    assert tess.visit_path == before
    async with Wire(tess) as wire:
        await wire.hello()
        assert (await wire.ask("participant.knock"))["type"] == "done"


async def test_nothing_but_that_ends_a_visit(service: Service, beside: Database) -> None:
    """Not the limits of a session, nor a proof of who one is in the middle of it, nor what happens to other devices."""
    staff, tess = await with_an_account(service)
    elsewhere = await service.somebody().sign_in(staff)
    by_link = await service.tess()
    async with Wire(tess) as wire, Wire(by_link) as other:
        await wire.hello()
        await other.hello()
        await tess.sign_in(staff)
        for path in ("/account/sessions/sign-out", "/sign-out"):
            person = tess if path.startswith("/account") else elsewhere
            async with person.http.post(path, allow_redirects=False) as answer:
                assert answer.status == 303
        for _ in range(3):  # a fourth place to be signed in at ends the one that was used least recently
            await service.somebody().sign_in(staff)
        service.clock.pass_by(minutes=20)

        for one in (tess, by_link):
            await service.app[INVITATIONS].seat(ParticipantId(one.participant), seat_key(one))
        assert await service.app[INVITATIONS].list_shut_out([service.booked.appointment.id]) == {}
        assert (await wire.ask("participant.knock"))["type"] == "done"

        await Accounts(beside, service.clock, secrets.token_bytes).disable(staff.id)
        assert await wire.close_code() == 4401
        assert (await other.ask("participant.knock"))["type"] == "done", "a link is taken back by itself"


async def test_somebody_else_at_the_same_browser_gets_no_visit_of_whoever_was_there(service: Service) -> None:
    _, tess = await with_an_account(service)
    async with Wire(tess) as wire:
        await wire.hello()

        await tess.sign_in(await service.hire("Fran Desk", StaffRole.FRONT_DESK))

        assert await wire.close_code() == 4401


def seat_key(person: Person) -> str:
    return next(str(cookie.value) for cookie in person.http.cookie_jar if cookie.key == "seat")
