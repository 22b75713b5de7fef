"""When staff are told by mail that a patient waits: nobody saw it on a screen. The mail names no patient."""

from datetime import datetime, timedelta

from telesession.domain.attendance import Slot, SlotState


def due_at(starts_at: datetime, waiting_since: datetime, late_minutes: int, after: timedelta) -> datetime:
    """When it is time to call somebody, who waits being let in `after` at the latest.

    Who comes early, or was told that the therapist is late, does not wait in vain before that is over.
    """
    return max(waiting_since, starts_at + timedelta(minutes=late_minutes)) + after


def due_for(slot: Slot, after: timedelta) -> datetime | None:
    """The same for a line of the schedule; None when nobody waits there."""
    if slot.state is not SlotState.WAITING or slot.since is None:
        return None
    return due_at(slot.appointment.starts_at, slot.since, slot.late_minutes, after)


def may_come_back(slot: Slot, now: datetime) -> bool:
    """Whether whoever waited is away and may wait again before their appointment is over: it is worth another look."""
    return slot.state is SlotState.AWAY and now < slot.appointment.ends_at
