"""Other software is told once of what happened, believes it, and nobody can send the service anywhere else."""

import asyncio
import secrets
import ssl
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web
from sqlalchemy import text

from telesession import certificates
from telesession.domain.attendance import Attendance
from telesession.domain.errors import NotFound, Refused
from telesession.domain.jobs import MAX_ATTEMPTS, PAUSES
from telesession.domain.patients import Details
from telesession.domain.webhooks import DISABLED_AFTER, OLD_SECRET_SIGNS, DeliveryState, Verdict, Webhook, Why
from telesession.post.caller import Caller, Resolve
from telesession.post.port import NotSent
from telesession.services import announcing
from telesession.services.announcing import Announcing
from telesession.services.erasing import Erasing
from telesession.services.jobs import Jobs
from telesession.services.scheduling import Booked, Scheduling
from telesession.services.webhooks import Webhooks
from telesession.store.database import Database
from tests.fakes import Clock
from tests.receiver import Receiver, listening
from tests.services import quill

LENGTH = timedelta(minutes=30)
HOUR = timedelta(hours=1)


class Clinic:
    """The services of one process; only this machine's own address may be called inside."""

    def __init__(self, database: Database, clock: Clock, caller: Caller | None = None) -> None:
        self.clock = clock
        self.jobs = Jobs(database, clock, secrets.token_bytes)
        announcer = Announcing(clock, secrets.token_bytes, self.jobs)
        inside = ["127.0.0.1", "records.clinic.lan"]
        self.scheduling = Scheduling(database, clock, secrets.token_bytes, announcer=announcer)
        self.webhooks = Webhooks(database, clock, secrets.token_bytes, self.jobs, caller or Caller(inside), inside)
        self.jobs.on(announcing.JOB, self.webhooks.deliver, self.webhooks.give_up, announcing.AT_ONCE)

    async def book(self) -> Booked:
        return await self.scheduling.book(self.clock() + HOUR, LENGTH, "Tess", Details("Pat Ñandú"), "Europe/Madrid")

    async def register(self, receiver: Receiver, *events: str, url: str = "") -> Webhook:
        receiver.secret, webhook = await self.webhooks.add(url or receiver.url, events)
        return webhook

    async def states(self, webhook: Webhook) -> list[tuple[str, int, str | None]]:
        """State, tries and error of each delivery, the oldest first."""
        _, deliveries = await self.webhooks.get(webhook.id)
        return [(one.state, one.tries, one.error) for one in reversed(deliveries)]


@pytest.fixture
async def receiver(clock: Clock) -> AsyncIterator[Receiver]:
    async with listening(clock) as receiver:
        yield receiver


@pytest.fixture
def clinic(database: Database, clock: Clock) -> Clinic:
    return Clinic(database, clock)


async def test_what_happens_to_an_appointment_is_told_once_in_ids_and_times(
    clinic: Clinic, receiver: Receiver, clock: Clock
) -> None:
    await clinic.register(receiver)
    visit = (await clinic.book()).appointment
    await clinic.jobs.catch_up()
    clock.pass_by(minutes=1)
    await clinic.scheduling.move(visit.id, visit.starts_at + HOUR)
    await clinic.scheduling.move(visit.id, visit.starts_at + HOUR)
    await clinic.scheduling.cancel(visit.id)
    await clinic.scheduling.cancel(visit.id)
    other = (await clinic.book()).appointment
    clock.pass_by(hours=2)
    await clinic.scheduling.miss(other.id)
    await clinic.jobs.catch_up()
    await clinic.jobs.catch_up()

    assert sorted(receiver.told) == sorted(
        ["appointment.booked"] * 2 + ["appointment.moved", "appointment.cancelled", "appointment.missed"]
    )
    assert receiver.taken[0].json == {
        "type": "appointment.booked",
        "timestamp": "2026-12-01T12:00:00Z",
        "data": {"appointment": visit.id},
    }
    assert receiver.asked == len(receiver.taken) == len({one.id for one in receiver.taken})
    sent = receiver.taken[0].headers
    assert sent["Content-Type"] == "application/json"
    assert sent["User-Agent"] == "telesession"


async def test_a_visit_is_told_from_its_waiting_to_its_end(clinic: Clinic, receiver: Receiver, clock: Clock) -> None:
    await clinic.register(receiver, "visit.waiting", "visit.started", "visit.ended")
    visit = (await clinic.book()).appointment.id
    note = clinic.scheduling.note_attendance
    knocked, began = clock(), clock() + timedelta(minutes=2)

    for seen in (
        Attendance(waiting_since=knocked),
        Attendance(waiting_since=knocked, live_since=None),  # a camera was switched on
        Attendance(live_since=began),
        Attendance(),  # the patient's line broke
        Attendance(waiting_since=knocked + HOUR, live_since=began),  # another device knocks
        Attendance(live_since=began),
        Attendance(is_ended=True),
        Attendance(is_ended=True),
    ):
        await note(visit, seen)
    await clinic.jobs.catch_up()

    assert sorted(receiver.told) == ["visit.ended", "visit.started", "visit.waiting", "visit.waiting"]
    assert {one.json["timestamp"] for one in receiver.taken if one.json["type"] == "visit.waiting"} == {
        "2026-12-01T12:00:00Z", "2026-12-01T13:00:00Z",
    }  # fmt: skip


async def test_nothing_is_told_of_what_was_not_done(database: Database, clinic: Clinic, receiver: Receiver) -> None:
    """A booking that breaks at its last step leaves neither appointment nor message."""
    webhook = await clinic.register(receiver)
    async with database.transaction() as tx:
        await tx.execute(text("ALTER TABLE jobs RENAME TO away"))
    with pytest.raises(Refused):
        await clinic.book()
    async with database.transaction() as tx:
        await tx.execute(text("ALTER TABLE away RENAME TO jobs"))

    assert await clinic.scheduling.list_current() == []
    assert await clinic.states(webhook) == []


async def test_erasing_a_patient_tells_that_their_appointments_are_off(
    database: Database, clock: Clock, clinic: Clinic, receiver: Receiver, tmp_path: Path
) -> None:
    await clinic.register(receiver, "appointment.cancelled")
    booked = (await clinic.book()).appointment
    announcer = Announcing(clock, secrets.token_bytes, clinic.jobs)
    await Erasing(database, clock, tmp_path / "clips", announcer).erase(booked.patient)
    await clinic.jobs.catch_up()

    assert [one.json["data"] for one in receiver.taken] == [{"appointment": booked.id}]


async def test_what_is_not_taken_is_sent_again_as_the_same_message_and_given_up_in_the_end(
    clinic: Clinic, receiver: Receiver, clock: Clock
) -> None:
    webhook = await clinic.register(receiver)
    receiver.answers = [503] * MAX_ATTEMPTS
    await clinic.book()
    await clinic.jobs.catch_up()
    assert await clinic.states(webhook) == [("waiting", 1, "webhook_refused")]
    for pause in PAUSES:
        clock.now += pause
        await clinic.jobs.catch_up()

    assert await clinic.states(webhook) == [("failed", MAX_ATTEMPTS, "webhook_refused")]
    assert len({one.id for one in receiver.taken}) == 1
    assert receiver.taken[-1].at - receiver.taken[0].at == sum(PAUSES, timedelta()).total_seconds()

    assert await clinic.webhooks.redeliver_failed(webhook.id) == 1
    await clinic.jobs.catch_up()
    assert await clinic.states(webhook) == [("delivered", MAX_ATTEMPTS + 1, None)]
    assert len({one.id for one in receiver.taken}) == 1

    [delivery] = (await clinic.webhooks.get(webhook.id))[1]
    await clinic.webhooks.redeliver(delivery.id)
    with pytest.raises(Refused):
        await clinic.webhooks.redeliver(delivery.id)
    await clinic.jobs.catch_up()
    assert receiver.asked == MAX_ATTEMPTS + 2


async def test_a_receiver_that_is_gone_is_left_alone_and_what_it_missed_is_kept(
    clinic: Clinic, receiver: Receiver, clock: Clock
) -> None:
    webhook = await clinic.register(receiver)
    receiver.answers = [503, 410]
    first = await clinic.book()
    await clinic.jobs.catch_up()
    clock.pass_by(seconds=1)
    await clinic.book()
    await clinic.jobs.catch_up()
    clock.pass_by(hours=20)
    await clinic.scheduling.cancel(first.appointment.id)
    await clinic.jobs.catch_up()

    assert receiver.asked == 2
    assert (await clinic.webhooks.get(webhook.id))[0].disabled_why is Why.GONE
    assert [(state, error) for state, _, error in await clinic.states(webhook)] == [
        ("failed", "webhook_disabled"), ("failed", "webhook_refused"), ("failed", "webhook_disabled"),
    ]  # fmt: skip
    with pytest.raises(Refused):
        await clinic.webhooks.redeliver_failed(webhook.id)

    await clinic.webhooks.enable(webhook.id)
    assert await clinic.webhooks.redeliver_failed(webhook.id) == 3
    await clinic.jobs.catch_up()
    assert sorted(receiver.told[2:]) == ["appointment.booked", "appointment.booked", "appointment.cancelled"]
    assert {state for state, *_ in await clinic.states(webhook)} == {DeliveryState.DELIVERED}


async def test_a_receiver_that_takes_nothing_for_days_is_given_up_and_that_is_on_record(
    database: Database, clinic: Clinic, receiver: Receiver, clock: Clock
) -> None:
    webhook = await clinic.register(receiver)
    receiver.answers = [500] * 100
    await clinic.book()
    await clinic.jobs.catch_up()
    clock.now += DISABLED_AFTER
    await clinic.book()
    await clinic.jobs.catch_up()

    found = (await clinic.webhooks.get(webhook.id))[0]
    assert (found.disabled_why, found.disabled_at) == (Why.FAILING, clock())
    async with database.reading() as tx:
        actions = [
            row.action for row in await tx.execute(text("SELECT action FROM audit WHERE action LIKE 'webhook.%'"))
        ]
    assert actions == ["webhook.added", "webhook.disabled"]


async def test_a_secret_is_replaced_without_a_gap_and_lies_nowhere_in_the_clear(
    clinic: Clinic, receiver: Receiver, clock: Clock, tmp_path: Path
) -> None:
    webhook = await clinic.register(receiver)
    old, new = receiver.secret, await clinic.webhooks.replace_secret(webhook.id)
    for receiver.secret in (old, new):
        assert (await clinic.webhooks.try_out(webhook.id)).verdict is Verdict.DELIVERED
    clock.now += OLD_SECRET_SIGNS
    receiver.secret = old
    assert (await clinic.webhooks.try_out(webhook.id)).status == 401
    receiver.secret = new
    assert (await clinic.webhooks.try_out(webhook.id)).status == 204
    assert receiver.told == ["webhook.test"] * 3

    kept = quill.lying_in(tmp_path)
    assert not any(secret.removeprefix("whsec_").encode() in kept for secret in (old, new))


async def test_a_webhook_that_was_removed_hears_nothing_more(clinic: Clinic, receiver: Receiver) -> None:
    webhook = await clinic.register(receiver)
    await clinic.book()
    await clinic.webhooks.remove(webhook.id)
    await clinic.jobs.catch_up()

    assert receiver.asked == 0
    assert await clinic.webhooks.list_all() == []
    for lost in (
        clinic.webhooks.get(webhook.id),
        clinic.webhooks.remove(webhook.id),
        clinic.webhooks.enable(webhook.id),
    ):
        with pytest.raises(NotFound):
            await lost


# --- nowhere else ---------------------------------------------------------------------------------------------------


def resolver(*answers: Sequence[str]) -> tuple[Resolve, list[str]]:
    """A name server that answers each time otherwise; and what it was asked."""
    asked: list[str] = []

    async def resolve(name: str, _port: int) -> Sequence[str]:
        asked.append(name)
        return answers[min(len(asked), len(answers)) - 1]

    return resolve, asked


async def sent_to(caller: Caller, url: str) -> str:
    """The status, or why there is none."""
    try:
        return str(
            await caller.post(url, b"{}", {"webhook-id": "m", "webhook-timestamp": "0", "webhook-signature": ""})
        )
    except NotSent as no:
        return no.code


@pytest.mark.parametrize("inside", ["127.0.0.1", "::1", "10.0.0.1", "::ffff:127.0.0.1", "169.254.169.254"])
async def test_a_name_that_leads_inside_is_not_called(receiver: Receiver, inside: str) -> None:
    for answer in ([inside], ["93.184.216.34", inside]):
        resolve, _ = resolver(answer)
        assert await sent_to(Caller([], resolve), f"http://records.example.org:{receiver.port}/") == "url_closed"
    assert receiver.asked == 0


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "localhost", "[::ffff:127.0.0.1]"])
async def test_no_spelling_of_this_machine_is_called(receiver: Receiver, host: str) -> None:
    assert await sent_to(Caller([]), f"http://{host}:{receiver.port}/") in ("url_closed", "url_unknown")
    assert receiver.asked == 0


async def test_a_name_that_changes_its_mind_is_believed_once(receiver: Receiver, clock: Clock) -> None:
    """DNS rebinding: what was looked at is what is connected to."""
    resolve, asked = resolver(["127.0.0.1"], ["127.0.0.2"])
    async with listening(clock, "127.0.0.2", receiver.port) as other:
        url = f"http://records.clinic.lan:{receiver.port}/"
        assert await sent_to(Caller(["records.clinic.lan"], resolve), url) == "401"
        assert (receiver.asked, other.asked, asked) == (1, 0, ["records.clinic.lan"])


async def test_a_name_in_another_script_is_found_by_how_it_is_written_on_the_wire(receiver: Receiver) -> None:
    resolve, asked = resolver(["127.0.0.1"])
    name = "xn--bcher-kva.clinic.lan"
    assert await sent_to(Caller([name], resolve), f"http://{name}:{receiver.port}/") == "401"
    assert asked == [name]


async def test_a_redirect_leads_nowhere(clinic: Clinic, receiver: Receiver, clock: Clock) -> None:
    async def elsewhere(_request: web.BaseRequest) -> web.Response:
        return web.Response(status=307, headers={"Location": other.url})

    async with listening(clock) as other:
        webhook = await clinic.register(receiver)
        receiver.answers = [elsewhere]
        tried = await clinic.webhooks.try_out(webhook.id)
        assert (tried.status, tried.error) == (307, "webhook_refused")
        assert (receiver.asked, other.asked) == (1, 0)


async def test_an_answer_without_end_or_without_beginning_holds_nobody_up(
    database: Database, receiver: Receiver, clinic: Clinic
) -> None:
    is_gone, may_end = asyncio.Event(), asyncio.Event()

    async def endless(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(b"x" * 65_536)
        except ConnectionError:
            is_gone.set()
            raise

    async def shouting(_request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(headers={"X-Much": "x" * 20_000})

    async def silent(_request: web.BaseRequest) -> web.StreamResponse:
        await may_end.wait()
        return web.Response()

    webhook = await clinic.register(receiver)
    receiver.answers = [endless, shouting]
    assert (await clinic.webhooks.try_out(webhook.id)).status == 200
    async with asyncio.timeout(5):
        await is_gone.wait()
    assert (await clinic.webhooks.try_out(webhook.id)).error == "webhook_unreachable"

    receiver.answers = [silent]
    hasty = Caller(["127.0.0.1"], within_s=0.2)
    webhooks = Webhooks(database, clinic.clock, secrets.token_bytes, clinic.jobs, hasty)
    assert (await webhooks.try_out(webhook.id)).error == "webhook_slow"
    may_end.set()


async def test_a_receiver_is_known_by_the_certificate_of_its_name(clock: Clock, tmp_path: Path) -> None:
    made = certificates.make(tmp_path / "certs", ["records.clinic.lan"])
    theirs = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    theirs.load_cert_chain(made.host, made.host_key)
    ours = ssl.create_default_context(cafile=str(made.authority))
    resolve, _ = resolver(["127.0.0.1"])
    names = ["records.clinic.lan", "other.clinic.lan"]
    async with listening(clock, trust=theirs) as receiver:
        for name, trust, came in (
            ("records.clinic.lan", ours, "401"),
            ("other.clinic.lan", ours, "webhook_certificate"),
            ("records.clinic.lan", None, "webhook_certificate"),
        ):
            assert await sent_to(Caller(names, resolve, trust), f"https://{name}:{receiver.port}/") == came
        assert receiver.asked == 1


async def test_nothing_there_is_said_so(receiver: Receiver, clinic: Clinic) -> None:
    async def nobody(_name: str, _port: int) -> list[str]:
        raise OSError

    assert await sent_to(Caller([], nobody), "https://records.example.org/") == "url_unknown"
    webhook = await clinic.register(receiver, url="http://127.0.0.1:1/")
    await clinic.book()
    await clinic.jobs.catch_up()
    assert await clinic.states(webhook) == [("waiting", 1, "webhook_unreachable")]
    for wrong in ("http://records.example.org", "https://10.0.0.1/", "x"):
        with pytest.raises(Refused):
            await clinic.webhooks.add(wrong, [])
    with pytest.raises(Refused):
        await clinic.webhooks.add("https://records.example.org", ["visit.paused"])
