"""The audit says who did what; what is done to it behind the service's back is found."""

import secrets
from datetime import timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from telesession.domain.audit import COMMAND_LINE, SERVICE, SOMEBODY, Action, Actor, chained
from telesession.domain.errors import NotFound, Refused
from telesession.domain.patients import Details
from telesession.services.audit import Audit, parse_seen
from telesession.services.invitations import Invitations
from telesession.services.patients import Patients
from telesession.services.scheduling import Scheduling
from telesession.store import audit as store
from telesession.store.audit import Filter
from telesession.store.database import Database
from tests.fakes import Clock

TESS = Actor("tess", "therapist", "192.0.2.0/24")
ANY = Filter()


@pytest.fixture
def audit(database: Database, clock: Clock) -> Audit:
    return Audit(database, clock)


@pytest.fixture
def patients(database: Database, clock: Clock) -> Patients:
    return Patients(database, clock, secrets.token_bytes)


async def done(audit: Audit, wanted: Filter = ANY) -> list[tuple[str, str, str]]:
    """Action, actor and outcome of each line, the oldest first, without the readings of the audit itself."""
    told = await audit.read(SERVICE, wanted)
    return [
        (one.line.action, one.line.actor, one.line.outcome)
        for one in reversed(told)
        if one.line.action != Action.AUDIT_READ
    ]


async def tamper(database: Database, *statements: str) -> None:
    """As somebody who can write to the file: triggers do not stop them."""
    async with database.transaction() as tx:
        triggers = (await tx.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))).all()
        for trigger in triggers:
            await tx.execute(text(f"DROP TRIGGER {trigger.name}"))
        for statement in statements:
            await tx.execute(text(statement))
        for trigger in triggers:
            await tx.exec_driver_sql(trigger.sql)


async def test_what_is_done_to_a_patient_and_by_whom_is_kept(audit: Audit, patients: Patients) -> None:
    pat = await patients.register(Details("Pat"), TESS)
    await patients.get(pat.id, TESS)
    await patients.change(pat.id, Details("Patricia"), pat.revision, TESS)
    await patients.find("pat", TESS)
    with pytest.raises(NotFound):
        await patients.get(pat.id.__class__("nobody"), TESS)

    assert await done(audit) == [
        ("patient.registered", "tess", "done"),
        ("patient.read", "tess", "done"),
        ("patient.changed", "tess", "done"),
        ("patient.searched", "tess", "done"),
    ]


async def test_what_is_done_to_an_appointment_and_its_links_is_kept(
    audit: Audit, scheduling: Scheduling, invitations: Invitations, clock: Clock
) -> None:
    booked = await scheduling.book(clock(), timedelta(hours=1), "Tess", Details("Pat"), "UTC", by=TESS)
    visit = booked.appointment.id
    moved = await scheduling.move(visit, clock() + timedelta(minutes=5), by=TESS)
    granted = await invitations.redeem(moved.patient_token, None)
    with pytest.raises(Refused):
        await invitations.redeem(booked.patient_token, None)
    await scheduling.cancel(visit, COMMAND_LINE)

    used = await audit.read(SERVICE, Filter(action=Action.LINK_USED))
    assert [(one.line.actor, one.line.role) for one in used] == [(granted.seat.participant, "patient")]
    assert [action for action, _, _ in await done(audit)] == [
        "patient.registered", "appointment.booked", "link.minted", "link.minted",
        "appointment.moved", "link.revoked", "link.revoked", "link.minted", "link.minted",
        "link.used", "link.refused", "appointment.cancelled",
    ]  # fmt: skip
    assert await done(audit, Filter(action=Action.LINK_REFUSED)) == [("link.refused", SOMEBODY.id, "moved")]
    assert await done(audit, Filter(subject=visit, action=Action.APPOINTMENT_CANCELLED)) == [
        ("appointment.cancelled", "operator", "done")
    ]


async def test_a_link_that_is_tried_again_and_again_fills_no_disk(
    audit: Audit, scheduling: Scheduling, invitations: Invitations, clock: Clock
) -> None:
    booked = await scheduling.book(clock(), timedelta(hours=1), "Tess", Details("Pat"), "UTC")
    await scheduling.cancel(booked.appointment.id)

    for _ in range(5):
        with pytest.raises(Refused):
            await invitations.redeem(booked.patient_token, None)
    for token in ("A" * 32, "nonsense"):
        with pytest.raises(Refused):
            await invitations.redeem(token, None)
    assert len(await audit.read(SERVICE, Filter(action=Action.LINK_REFUSED))) == 1

    clock.pass_by(minutes=2)
    with pytest.raises(Refused):
        await invitations.redeem(booked.patient_token, None)
    assert len(await audit.read(SERVICE, Filter(action=Action.LINK_REFUSED))) == 2


async def test_what_did_not_happen_is_not_in_the_audit(audit: Audit, scheduling: Scheduling, clock: Clock) -> None:
    with pytest.raises(Refused):
        await scheduling.book(clock(), timedelta(hours=1), "Tess", Details("Pat", email="no"), "UTC")

    assert await done(audit) == []


async def test_reasons_are_sealed_and_read_again(audit: Audit, database: Database) -> None:
    await audit.note(TESS, Action.GLASS_BROKEN, "pat", reason="a canary fell")

    assert (await audit.read(SERVICE, Filter(action=Action.GLASS_BROKEN)))[0].reason == "a canary fell"
    async with database.reading() as tx:
        stored = (await tx.execute(text("SELECT reason FROM audit"))).scalars().all()
    assert not any(b"canary" in (reason or b"") for reason in stored)


async def test_lines_stay_as_they_were_written(audit: Audit, database: Database) -> None:
    await audit.note(TESS, Action.SIGNED_IN, "tess")
    for statement in (
        "UPDATE audit SET actor = 'sam'",
        "DELETE FROM audit",
        "UPDATE audit_checkpoints SET seq = 9",
        "DELETE FROM audit_checkpoints",
    ):
        with pytest.raises(IntegrityError):
            async with database.transaction() as tx:
                await tx.execute(text(statement))


async def written(audit: Audit, clock: Clock, lines: int = 6) -> None:
    for number in range(lines):
        await audit.note(TESS, Action.SIGNED_IN, f"subject {number}")
        clock.pass_by(minutes=30)


@pytest.mark.parametrize(
    ("statement", "broken", "cause"),
    [
        ("UPDATE audit SET actor = 'sam' WHERE seq = 3", 3, "line"),
        ("DELETE FROM audit WHERE seq = 2", 2, "line"),
        ("DELETE FROM audit WHERE seq < 3", 1, "line"),
        ("DELETE FROM audit WHERE seq > 4", 5, "cut off"),
        ("UPDATE audit_checkpoints SET digest = x'00' WHERE seq = 3", 3, "signature"),
        ("UPDATE audit_checkpoints SET seq = 2 WHERE seq = 3", 2, "signature"),
        ("UPDATE audit SET reason = x'00' WHERE seq = 4", 4, "line"),
    ],
)
async def test_what_was_done_behind_its_back_is_found(
    audit: Audit, database: Database, clock: Clock, statement: str, broken: int, cause: str
) -> None:
    await written(audit, clock)
    assert (await audit.verify()).is_whole

    await tamper(database, statement)

    verdict = await audit.verify()
    assert (verdict.broken, verdict.cause) == (broken, cause)


async def test_a_chain_that_was_computed_anew_does_not_agree_with_what_was_signed(
    audit: Audit, database: Database, clock: Clock
) -> None:
    await written(audit, clock)
    async with database.reading() as tx:
        lines = [line async for chunk in store.chunks(tx) for line in chunk]
    forged, digest = [], lines[0].digest
    for line in lines[1:]:
        digest = chained(digest, replace(line, actor="sam"))
        forged.append(f"UPDATE audit SET actor = 'sam', digest = x'{digest.hex()}' WHERE seq = {line.seq}")

    await tamper(database, *forged)

    verdict = await audit.verify()
    assert (verdict.broken, verdict.cause) == (3, "rewritten")


async def test_what_is_not_signed_yet_is_missed_by_whoever_noted_it(
    audit: Audit, database: Database, clock: Clock
) -> None:
    await audit.note(TESS, Action.SIGNED_IN, "a")
    await audit.note(TESS, Action.SIGNED_IN, "b")
    head = (await audit.verify()).head
    seen = parse_seen(f"{head.seq}:{head.digest.hex()}")
    assert (await audit.verify(seen)).is_whole

    await tamper(database, "DELETE FROM audit WHERE seq = 2")

    assert (await audit.verify()).is_whole, "no signature covers it"
    assert (await audit.verify(seen)).broken == 2


async def test_what_is_removed_in_time_leaves_a_signed_end_to_go_on_from(
    audit: Audit, database: Database, clock: Clock
) -> None:
    await written(audit, clock)
    async with database.transaction() as tx:
        assert await store.count_before(tx, clock() - timedelta(hours=2)) == 2
        assert await store.prune(tx, clock() - timedelta(hours=2), clock()) == 2
        assert await store.prune(tx, clock() - timedelta(hours=2), clock()) == 0
    assert (await audit.verify()).lines == 4

    await tamper(database, "DELETE FROM audit WHERE seq = 3")
    assert (await audit.verify()).broken == 3


async def test_an_audit_of_which_everything_was_removed_goes_on_with_the_next_number(
    audit: Audit, database: Database, clock: Clock
) -> None:
    await written(audit, clock, 3)
    clock.pass_by(days=9)
    async with database.transaction() as tx:
        assert await store.prune(tx, clock(), clock()) == 3
    await audit.note(TESS, Action.SIGNED_OUT, "tess")

    verdict = await audit.verify()
    assert (verdict.is_whole, verdict.lines, verdict.head.seq) == (True, 1, 4)


async def test_nobody_can_pretend_that_the_beginning_was_removed_in_time(
    audit: Audit, database: Database, clock: Clock
) -> None:
    await written(audit, clock)
    await tamper(
        database,
        "INSERT INTO audit_checkpoints SELECT seq, 'tombstone', at, digest, signature "
        "FROM audit_checkpoints WHERE seq = 3",
        "DELETE FROM audit WHERE seq <= 3",
    )

    assert not (await audit.verify()).is_whole


async def test_everything_can_be_taken_away_and_checked_with_the_public_key(audit: Audit, clock: Clock) -> None:
    await written(audit, clock, 3)

    lines = [told.line.seq async for told in audit.export()]

    assert lines == [1, 2, 3, 4]
    assert (await audit.public_key()).startswith("-----BEGIN PUBLIC KEY-----")
