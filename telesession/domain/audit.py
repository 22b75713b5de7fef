"""The audit of access: who did what to what, each line bound to all lines before it. No names, no words of anybody."""

import hashlib
from base64 import b64encode
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

SIGN_AFTER = 1_000
"""Lines without a signature."""
SIGN_EVERY = timedelta(hours=1)

GENESIS = hashlib.sha256(b"telesession audit 1").digest()
"""What the first line is bound to."""

_ENCODER = msgspec.json.Encoder()


class Action(StrEnum):
    """Everything that is audited; what happens inside a visit is in the visit's own log (ADR 90)."""

    SIGNED_IN = "session.began"
    SIGNED_OUT = "session.ended"
    SIGN_IN_REFUSED = "session.refused"
    FACTOR_ADDED = "factor.added"
    FACTOR_REMOVED = "factor.removed"
    PASSWORD_CHANGED = "password.changed"  # noqa: S105  an action
    STAFF_ADDED = "staff.added"
    STAFF_CHANGED = "staff.changed"
    STAFF_DISABLED = "staff.disabled"
    STAFF_ENABLED = "staff.enabled"
    STAFF_RESET = "staff.reset"
    STAFF_UNLOCKED = "staff.unlocked"
    API_KEY_MADE = "api_key.made"
    API_KEY_REVOKED = "api_key.revoked"
    GLASS_BROKEN = "emergency.began"
    GLASS_REVIEWED = "emergency.reviewed"
    ACCESS_DENIED = "access.denied"
    RATE_REACHED = "rate.reached"

    PATIENT_REGISTERED = "patient.registered"
    PATIENT_READ = "patient.read"
    PATIENT_CHANGED = "patient.changed"
    PATIENTS_SEARCHED = "patient.searched"
    PATIENT_HELD = "patient.held"
    PATIENT_RELEASED = "patient.released"
    PATIENT_EXPORTED = "patient.exported"
    PATIENT_ERASED = "patient.erased"
    CONSENT_GIVEN = "consent.given"
    CONSENT_WITHDRAWN = "consent.withdrawn"

    APPOINTMENT_READ = "appointment.read"
    """By other software, once an hour."""
    APPOINTMENT_BOOKED = "appointment.booked"
    APPOINTMENT_MOVED = "appointment.moved"
    APPOINTMENT_CANCELLED = "appointment.cancelled"
    APPOINTMENT_MISSED = "appointment.missed"
    LINK_MINTED = "link.minted"
    LINK_SHOWN = "link.shown"
    LINK_USED = "link.used"
    LINK_REFUSED = "link.refused"
    LINK_REVOKED = "link.revoked"
    MESSAGES_READ = "message.read"
    MESSAGE_ASKED_FOR = "message.asked_for"
    VISIT_ENDED = "visit.ended"
    VISIT_LOG_READ = "visit.log_read"
    VISIT_LOG_REMOVED = "visit.log_removed"
    RECORDING_STARTED = "recording.started"
    RECORDING_STOPPED = "recording.stopped"
    RECORDING_VIEWED = "recording.viewed"
    RECORDING_EXPORTED = "recording.exported"
    RECORDING_REMOVED = "recording.removed"
    RECORDING_DAMAGED = "recording.damaged"
    """Somebody or something changed a film; written once, when it is noticed."""

    WEBHOOK_ADDED = "webhook.added"
    WEBHOOK_CHANGED = "webhook.changed"
    WEBHOOK_DISABLED = "webhook.disabled"
    WEBHOOK_REMOVED = "webhook.removed"

    AUDIT_READ = "audit.read"
    AUDIT_EXPORTED = "audit.exported"
    AUDIT_PRUNED = "audit.pruned"
    RETENTION_SWEPT = "retention.swept"
    KEYS_ROTATED = "keys.rotated"
    BACKUP_MADE = "backup.made"
    BACKUP_RESTORED = "backup.restored"


DONE = "done"
"""The outcome of what was not refused; else it is the code of the refusal."""


class Actor(Struct, frozen=True):
    """Who acts: their id, what they are here, and from where (the network of their address, or "command line")."""

    id: Annotated[str, Meta(max_length=64)]
    role: Annotated[str, Meta(max_length=16)]
    place: Annotated[str, Meta(max_length=64)]


SERVICE = Actor("service", "service", "service")
"""The service by itself, as at night."""
COMMAND_LINE = Actor("operator", "operator", "command line")
"""Whoever has a shell on the machine."""
SOMEBODY = Actor("-", "-", "-")
"""Not known yet: whoever brings a link is told by the link."""


class Draft(Struct, frozen=True):
    """What is to be written. `subject` is the id of what it was done to, `reason` somebody's words (stored sealed)."""

    actor: Actor
    action: Action
    subject: Annotated[str, Meta(max_length=128)]
    outcome: Annotated[str, Meta(max_length=32)] = DONE
    reason: str | None = None


class Line(Struct, frozen=True):
    """One stored line. `reason` is as it is stored: sealed."""

    seq: int
    at: datetime
    actor: str
    role: str
    action: str
    subject: str
    place: str
    outcome: str
    reason: bytes | None
    digest: bytes


class SealKind(StrEnum):
    CHECKPOINT = "checkpoint"
    TOMBSTONE = "tombstone"
    """Everything up to here was removed when its time was over."""


class Checkpoint(Struct, frozen=True):
    """Signed by the clinic's key: the chain had this digest at this line."""

    seq: int
    kind: SealKind
    at: datetime
    digest: bytes
    signature: bytes = b""

    @property
    def message(self) -> bytes:
        """What is signed."""
        return _ENCODER.encode(
            ["telesession audit", self.kind, self.seq, self.at.astimezone(UTC).isoformat(), self.digest.hex()]
        )


class Head(Struct, frozen=True):
    """Where the chain stands."""

    seq: int
    digest: bytes


def canonical(line: Line) -> bytes:
    """The bytes of a line that its digest is over, its own digest left out: no two lines share them."""
    reason = None if line.reason is None else b64encode(line.reason).decode()
    return _ENCODER.encode(
        [
            line.seq,
            line.at.astimezone(UTC).isoformat(),
            line.actor,
            line.role,
            line.action,
            line.subject,
            line.place,
            line.outcome,
            reason,
        ]
    )


def chained(previous: bytes, line: Line) -> bytes:
    """The digest of `line` where it follows a line with the digest `previous`."""
    return hashlib.sha256(previous + canonical(line)).digest()


def first_broken(head: Head, lines: Iterable[Line]) -> int | None:
    """The number of the first line that does not follow from what is before it; None when all do."""
    seq, digest = head.seq, head.digest
    for line in lines:
        seq += 1
        if line.seq != seq or chained(digest, line) != line.digest:
            return seq
        digest = line.digest
    return None


def is_due(head: Head, last: Checkpoint | None, now: datetime) -> bool:
    """Whether the chain is to be signed again: after so many lines, or an hour after the last signature."""
    if last is None:
        return head.seq > 0
    if head.seq <= last.seq:
        return False
    return head.seq - last.seq >= SIGN_AFTER or now - last.at >= SIGN_EVERY
