"""What patients are told outside the visit, at staff's request or when it is due; kept for staff to read."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from telesession import logs
from telesession.domain import notifications as rules
from telesession.domain.appointments import Appointment, require_open
from telesession.domain.audit import SERVICE, Action, Actor, Draft
from telesession.domain.errors import NotFound, Refused
from telesession.domain.ids import NotificationId, VisitId
from telesession.domain.jobs import Job
from telesession.domain.messages import Role
from telesession.domain.notifications import Channel, Facts, Kind, Letter, Notification, Sent, State
from telesession.post.port import NotSent, Post
from telesession.services import links
from telesession.services.jobs import Outcome
from telesession.services.telling import Telling
from telesession.store import appointments, audit, notifications, patients
from telesession.store.database import Database, Transaction

MOST_LISTED = 200

VISITS_AT_ONCE = 500
"""Asked for in one statement."""

BY_STAFF = (State.OUTBOX, State.FAILED)

AGAIN = (State.SENT, State.FAILED, State.OUTBOX)


class Writer(Protocol):
    """Puts facts into words."""

    def write(self, channel: Channel, facts: Facts) -> Letter:
        """The letter as it would go out now."""


class Listed(Struct, frozen=True):
    """A notification as staff read it. `sent` is None while nothing has been written."""

    notification: Notification
    patient_name: str
    appointment: Appointment
    sent: Sent | None


class Notifications:
    """`deliver` is the work of the jobs that `Telling` queues; the rest is for staff."""

    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime],
        telling: Telling,
        writer: Writer,
        post: Mapping[Channel, Post],
    ) -> None:
        self._database = database
        self._now = now
        self._telling = telling
        self._writer = writer
        self._post = post

    async def late(self, visit: VisitId, minutes: int, by: Actor = SERVICE) -> None:
        """Tell the patient that the therapist is running `minutes` late. Saying the same twice tells it once."""
        rules.require_minutes(minutes)
        async with self._database.transaction() as tx:
            appointment = await appointments.get(tx, visit, for_change=True)
            require_open(appointment)
            await appointments.note_late(tx, visit, minutes, self._now())
            await self._telling.queue(tx, appointment, Kind.LATE, again=str(minutes))
            await audit.add(tx, Draft(by, Action.MESSAGE_ASKED_FOR, visit), self._now())
        self._telling.poke()

    async def list_late(self, visits: Sequence[VisitId]) -> dict[VisitId, int]:
        """By how many minutes the therapist is late, of those of `visits` whose patients were told so."""
        late: dict[VisitId, int] = {}
        async with self._database.reading() as tx:
            for first in range(0, len(visits), VISITS_AT_ONCE):
                late |= await appointments.list_late(tx, visits[first : first + VISITS_AT_ONCE])
        return late

    async def ready(self, visit: VisitId) -> None:
        """Tell the patient that the therapist is there, once an appointment."""
        async with self._database.transaction() as tx:
            appointment = await appointments.get(tx, visit, for_change=True)
            require_open(appointment)
            await self._telling.queue(tx, appointment, Kind.READY)
        self._telling.poke()

    async def resend(self, notification: NotificationId, by: Actor = SERVICE) -> None:
        """Tell it once more, to where the patient is reached now; while that waits, asking again is harmless.

        Raises `Refused` when it has not been told yet, or is not true any more.
        """
        async with self._database.transaction() as tx:
            before = await notifications.get(tx, notification, for_change=True)
            appointment = await appointments.get(tx, before.visit)
            if before.state not in AGAIN:
                raise Refused("not_sent_yet", "This message waits to be sent, or is no longer needed.")
            if rules.is_overtaken(replace(before, due_at=self._now()), appointment, self._now()):
                raise Refused("overtaken", "The appointment has changed since. Look for the newer message.")
            count = sum(one.kind is before.kind for one in await notifications.list_for_visit(tx, before.visit))
            if not await self._is_waiting(tx, before):
                await self._telling.queue(tx, appointment, before.kind, again=f"again{count}")
                await audit.add(tx, Draft(by, Action.MESSAGE_ASKED_FOR, before.visit), self._now())
        self._telling.poke()

    async def note_sent(self, notification: NotificationId) -> None:
        """Staff have told it by themselves. Raises `Refused` when nobody has to."""
        async with self._database.transaction() as tx:
            before = await notifications.get(tx, notification, for_change=True)
            if before.state not in BY_STAFF:
                raise Refused("not_by_staff", "This message needs nothing from you.")
            await self._save(tx, replace(before, state=State.SENT, sent_at=self._now()))

    async def count_for_staff(self) -> int:
        """How many messages about appointments that are not over wait for staff to tell them by themselves."""
        async with self._database.reading() as tx:
            return await notifications.count_about_open(tx, BY_STAFF, self._now())

    async def list_for_visit(self, visit: VisitId) -> list[Listed]:
        """What the patient was and will be told about `visit`, the earliest first."""
        async with self._database.reading() as tx:
            return await self._listed(tx, await notifications.list_for_visit(tx, visit))

    async def list_outbox(self, by: Actor = SERVICE) -> list[Listed]:
        """What was due by now, the newest first, with what was written."""
        async with self._database.transaction() as tx:
            await audit.add(tx, Draft(by, Action.MESSAGES_READ, "outbox"), self._now())
            return await self._listed(tx, await notifications.list_due(tx, self._now(), MOST_LISTED))

    async def copy(self, notification: NotificationId) -> Sent:
        """The text to hand over by other means: as it was written, or as it would be now. Raises `NotFound`."""
        async with self._database.reading() as tx:
            found = await notifications.get(tx, notification)
            kept = await notifications.sent_of(tx, [found])
            if notification in kept:
                return kept[notification]
            letter = self._writer.write(found.channel, await self._facts(tx, found))
        return _sent(letter)

    async def deliver(self, job: Job) -> Outcome:
        """The work of one job: compose the notification as of now and hand it over."""
        async with self._database.reading() as tx:
            try:
                notification = await notifications.get(tx, NotificationId(job.subject))
            except NotFound:  # its time is over, or the patient was erased
                return Outcome()
            if notification.state is not State.WAITING:
                return Outcome()
            try:
                facts = await self._facts(tx, notification)
            except NotFound:
                return self._outcome(notification, State.DROPPED)
        if rules.is_overtaken(notification, facts.appointment, self._now()):
            return self._outcome(notification, State.DROPPED)
        if facts.kind is not Kind.CANCELLED and not facts.token:
            return self._outcome(notification, State.FAILED, error="no_link")
        letter = self._writer.write(notification.channel, facts)
        post = self._post.get(notification.channel)
        if post is None or not letter.to:
            return self._outcome(notification, State.OUTBOX, letter)
        try:
            await post.send(letter, notification.id)
        except NotSent as no:
            return self._outcome(notification, State.FAILED, letter, error=no.code, may_retry=no.may_retry)
        return self._outcome(notification, State.SENT, letter)

    async def give_up(self, tx: Transaction, job: Job, error: str) -> None:
        """Note that it was never told, for a job that broke."""
        with suppress(NotFound):  # the patient was erased meanwhile
            notification = await notifications.get(tx, NotificationId(job.subject))
            await self._save(tx, replace(notification, state=State.FAILED, error=error))

    def _outcome(
        self,
        notification: Notification,
        state: State,
        letter: Letter | None = None,
        error: str | None = None,
        may_retry: bool = False,
    ) -> Outcome:
        async def write(tx: Transaction, is_over: bool) -> None:
            now_so = replace(notification, error=error)
            if is_over:
                now_so = replace(now_so, state=state, sent_at=self._now() if state is State.SENT else None)
            if state is State.OUTBOX and await self._has_changed(tx, notification):
                now_so = replace(now_so, state=State.DROPPED)
            await self._save(tx, now_so)
            if letter is not None and is_over:
                await notifications.keep_sent(tx, notification, _sent(letter))
            logs.get().info(
                "notification", visit_id=notification.visit, kind=notification.kind, channel=notification.channel,
                reason=now_so.state, error=error,
            )  # fmt: skip

        return Outcome(error, may_retry, write)

    async def _save(self, tx: Transaction, notification: Notification) -> None:
        """Keep it, and have open pages of staff show it."""
        await notifications.save(tx, notification)
        await appointments.note_told(tx, notification.visit, self._now())

    async def _has_changed(self, tx: Transaction, notification: Notification) -> bool:
        """The appointment was moved or called off while this was written."""
        appointment = await appointments.get(tx, notification.visit)
        return rules.is_overtaken(notification, appointment, self._now())

    async def _facts(self, tx: Transaction, notification: Notification) -> Facts:
        """Everything that is true of it now; raises `NotFound` when the patient was erased."""
        appointment = await appointments.get(tx, notification.visit)
        patient = await patients.get(tx, appointment.patient)
        token = code = ""
        if notification.kind is not Kind.CANCELLED:
            invitation = await links.open_one(tx, notification.visit, Role.PATIENT)
            if invitation is not None:
                token, code = await links.token_of(tx, invitation), await links.code_of(tx, invitation)
        late_minutes = await appointments.late_minutes(tx, notification.visit)
        return Facts(notification.kind, appointment, patient.details, token, code, late_minutes)

    async def _is_waiting(self, tx: Transaction, like: Notification) -> bool:
        """Whether the same is about to go out already."""
        return any(
            (one.kind, one.revision, one.state) == (like.kind, like.revision, State.WAITING)
            for one in await notifications.list_for_visit(tx, like.visit)
        )

    async def _listed(self, tx: Transaction, found: list[Notification]) -> list[Listed]:
        sent = await notifications.sent_of(tx, found)
        planned = await appointments.by_id(tx, {one.visit for one in found})
        return [Listed(one, planned[one.visit].patient_name, planned[one.visit], sent.get(one.id)) for one in found]


def _sent(letter: Letter) -> Sent:
    return Sent(letter.to, letter.subject, letter.text)
