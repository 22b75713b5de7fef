"""Names of things, one type each, so that one cannot be handed over for another."""

from typing import Annotated, NewType

from msgspec import Meta

Text64 = Annotated[str, Meta(min_length=1, max_length=64)]

VisitId = NewType("VisitId", Text64)
"""Names an appointment and the visit that happens at it: they are one to one."""

InvitationId = NewType("InvitationId", Text64)

ParticipantId = NewType("ParticipantId", Text64)
"""Names a seat: one person on one device in one visit, the same over every reconnect."""

CommandId = NewType("CommandId", Text64)
"""Chosen by the sender of a command, unique for that sender in that visit."""

PatientId = NewType("PatientId", Text64)

StaffId = NewType("StaffId", Text64)
"""Somebody who works at the clinic and signs in."""
