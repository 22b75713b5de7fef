"""What the front desk sees of a visit: who waits since when, whether it runs, how the patient's devices are."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from telesession.domain.appointments import Appointment, AppointmentStatus
from telesession.domain.messages import DeviceState, Role, Standing
from telesession.domain.precall import Outcome
from telesession.domain.room import Room, people_in
from telesession.domain.webhooks import WebhookEvent


class Devices(StrEnum):
    """How the patient's devices are, as their browser reported it last."""

    GOOD = "good"
    NO_PICTURE = "no_picture"
    NO_SOUND = "no_sound"


class Attendance(Struct, frozen=True):
    """Nothing here tells what happens inside a visit."""

    waiting_since: datetime | None = None
    live_since: datetime | None = None
    devices: Devices | None = None
    is_ended: bool = False
    away_since: datetime | None = None
    """Since when the patient, who waited, has not been in touch."""


class SlotState(StrEnum):
    """What an appointment's line on the schedule says, the furthest that is true."""

    BOOKED = "booked"
    OPENED = "opened"
    CHECKED = "checked"
    AWAY = "away"
    WAITING = "waiting"
    LIVE = "live"
    DONE = "done"
    MISSED = "missed"
    CANCELLED = "cancelled"


class Slot(Struct, frozen=True):
    """One line of the schedule."""

    appointment: Appointment
    state: SlotState
    since: datetime | None = None
    """Since when they wait, are away, or talk."""
    devices: Devices | None = None
    late_minutes: int = 0
    """By how much the patient was told that the therapist runs late."""
    precall: Outcome | None = None
    """What the patient's last check of their line has shown."""


def attendance(room: Room) -> Attendance:
    """How the visit of `room` stands; of who has left, the devices are as they were."""
    if room.ended_at is not None:
        return Attendance(is_ended=True)
    patients = [one for one in room.participants.values() if one.role is Role.PATIENT]
    waiting = [one for one in patients if one.standing is Standing.WAITING]
    is_live = any(one.role is not Role.THERAPIST for one in people_in(room))
    here = [one for one in patients if one.standing in (Standing.WAITING, Standing.ADMITTED)] or patients
    return Attendance(
        waiting_since=min((one.since for one in waiting if one.away_since is None), default=None),
        live_since=room.began_at if is_live else None,
        devices=_devices(here[-1].microphone, here[-1].camera) if here else None,
        away_since=max((one.away_since for one in waiting if one.away_since is not None), default=None),
    )


def news(before: Attendance, now: Attendance) -> list[tuple[WebhookEvent, datetime]]:
    """What began between the two, and when."""
    began = []
    if now.waiting_since is not None and before.waiting_since is None:
        began.append((WebhookEvent.VISIT_WAITING, now.waiting_since))
    if now.live_since is not None and before.live_since is None:
        began.append((WebhookEvent.VISIT_STARTED, now.live_since))
    return began


def slot(
    appointment: Appointment, seen: Attendance, *, is_opened: bool, late_minutes: int, precall: Outcome | None = None
) -> Slot:
    """The line of `appointment`."""
    state = _state(appointment, seen, is_opened)
    since = {
        SlotState.WAITING: seen.waiting_since,
        SlotState.LIVE: seen.live_since,
        SlotState.AWAY: seen.away_since,
    }.get(state)
    return Slot(appointment, state, since, seen.devices, late_minutes, precall)


def _state(appointment: Appointment, seen: Attendance, is_opened: bool) -> SlotState:
    closed = {
        AppointmentStatus.CANCELLED: SlotState.CANCELLED,
        AppointmentStatus.FULFILLED: SlotState.DONE,
        AppointmentStatus.NOSHOW: SlotState.MISSED,
    }.get(appointment.status)
    if closed is not None:
        return closed
    if seen.waiting_since is not None:
        return SlotState.WAITING
    if seen.live_since is not None:
        return SlotState.LIVE
    if seen.away_since is not None:
        return SlotState.AWAY
    if seen.devices is not None:
        return SlotState.CHECKED
    return SlotState.OPENED if is_opened else SlotState.BOOKED


def _devices(microphone: DeviceState, camera: DeviceState) -> Devices | None:
    """None while both are off: then nothing was reported yet, or nobody can tell."""
    if microphone in _BROKEN:
        return Devices.NO_SOUND
    if camera in _BROKEN:
        return Devices.NO_PICTURE
    return Devices.GOOD if DeviceState.ON in (microphone, camera) else None


_BROKEN = (DeviceState.BLOCKED, DeviceState.MISSING, DeviceState.BUSY, DeviceState.INTERRUPTED)
