"""What another process does than the one that has the sockets: a link is taken back, a visit called off or late."""

import secrets
from collections.abc import AsyncIterator

import pytest

from telesession import master_keys
from telesession.domain.attendance import SlotState
from telesession.domain.messages import Role, Standing
from telesession.server.keys import CATALOGUES, ROOMS, SCHEDULING, SETTINGS
from telesession.server.letters import Letters
from telesession.services.invitations import Invitations
from telesession.services.jobs import Jobs
from telesession.services.notifications import Notifications
from telesession.services.scheduling import Scheduling
from telesession.services.telling import Telling
from telesession.store.database import Database
from tests.server.conftest import LENGTH, Service
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
