"""Queues what patients are to be told, in the transaction of whatever it tells of. Nothing is written or sent here."""

from collections.abc import Callable, Collection
from datetime import datetime

from telesession.config import Settings
from telesession.domain import notifications as rules
from telesession.domain.appointments import Appointment
from telesession.domain.ids import NotificationId, VisitId
from telesession.domain.notifications import Channel, Kind, Notification, State
from telesession.services.identity import fresh_id
from telesession.services.jobs import Jobs
from telesession.store import appointments, notifications, patients
from telesession.store.database import Transaction

JOB = "notification"


def channels_of(settings: Settings) -> set[Channel]:
    """By what the service can send, as the operator has set it up."""
    served = {Channel.MAIL: settings.smtp_host, Channel.SMS: settings.sms_url}
    return {channel for channel, address in served.items() if address}


class Telling:
    """`served`: the channels by which the running service can send."""

    def __init__(
        self,
        now: Callable[[], datetime],
        random_bytes: Callable[[int], bytes],
        jobs: Jobs,
        served: Collection[Channel],
    ) -> None:
        self._now = now
        self._random_bytes = random_bytes
        self._jobs = jobs
        self._served = served

    async def booked(self, tx: Transaction, appointment: Appointment) -> None:
        """Invite the patient, and remind them in time."""
        await self.queue(tx, appointment, Kind.INVITATION)
        await self._queue_reminders(tx, appointment)

    async def moved(self, tx: Transaction, appointment: Appointment) -> None:
        """Tell the new time; what was to be said of the old one is dropped."""
        await self._drop_waiting(tx, appointment.id)
        await appointments.note_late(tx, appointment.id, 0, self._now())
        await self.queue(tx, appointment, Kind.MOVED)
        await self._queue_reminders(tx, appointment)

    async def cancelled(self, tx: Transaction, appointment: Appointment) -> None:
        """Tell that it is off; everything else that was to be said is dropped."""
        await self._drop_waiting(tx, appointment.id)
        await self.queue(tx, appointment, Kind.CANCELLED)

    def poke(self) -> None:
        """Whoever queued something says so once its transaction is over."""
        self._jobs.poke()

    async def queue(
        self, tx: Transaction, appointment: Appointment, kind: Kind, due_at: datetime | None = None, again: str = ""
    ) -> None:
        """Tell it at `due_at`, or now; nothing when the same was queued before."""
        now = self._now()
        details = (await patients.get(tx, appointment.patient)).details
        for channel in rules.channels(kind, details, self._served):
            notification = Notification(
                id=NotificationId(fresh_id(self._random_bytes)),
                visit=appointment.id,
                revision=appointment.revision,
                kind=kind,
                channel=channel,
                due_at=due_at or now,
                created_at=now,
            )
            key = rules.once_key(notification, again)
            if await self._jobs.add(tx, JOB, notification.id, notification.due_at, once=key):
                await notifications.add(tx, notification)
                await appointments.note_told(tx, appointment.id, now)

    async def _queue_reminders(self, tx: Transaction, appointment: Appointment) -> None:
        for kind, due_at in rules.reminders(appointment.starts_at, self._now()):
            await self.queue(tx, appointment, kind, due_at)

    async def _drop_waiting(self, tx: Transaction, visit: VisitId) -> None:
        """Drop what nobody is sending this moment, and what staff have not copied yet."""
        known = await notifications.list_for_visit(tx, visit)
        waiting = [one.id for one in known if one.state is State.WAITING]
        called_off = await self._jobs.call_off(tx, waiting)
        await notifications.drop(
            tx, [NotificationId(one) for one in called_off] + [one.id for one in known if one.state is State.OUTBOX]
        )
