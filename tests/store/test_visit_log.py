import asyncio
import sqlite3
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import fields
from sqlalchemy import text

from telesession.domain.dosage import Dosage
from telesession.domain.errors import Refused
from telesession.domain.ids import CommandId, ParticipantId, VisitId
from telesession.domain.messages import Aim, AnyEvent, ChatSent, Entry, Left, Planned
from telesession.store import bodies
from telesession.store.database import Database
from telesession.store.vault import Cipher, Unreadable
from telesession.store.visit_log import LogConflict, Logged, VisitLog
from tests.keys import KEYS, any_cipher

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
VISIT = VisitId("visit")
PAT = ParticipantId("pat")
TESS = ParticipantId("tess")


def line(seq: int, said: str = "hello", by: ParticipantId = PAT, command: str | None = None) -> Logged:
    at = NOON + timedelta(microseconds=seq)
    return Logged(Entry(seq, at, ChatSent(by, said)), by, None if command is None else CommandId(command))


async def outcomes(*appends: Coroutine[Any, Any, None]) -> list[str]:
    results = await asyncio.gather(*appends, return_exceptions=True)
    return ["written" if result is None else type(result).__name__ for result in results]


async def test_what_was_appended_is_read_in_order_and_exactly(database: Database) -> None:
    log = VisitLog(database, find_cipher=any_cipher)
    await log.append(VISIT, [line(1), line(2, command="c1")])
    await log.append(VISIT, [line(3, "¿qué tal? 🙂", by=TESS)])

    assert await log.read(VISIT) == [line(1), line(2, command="c1"), line(3, "¿qué tal? 🙂", by=TESS)]
    assert await log.read(VISIT, after=2) == [line(3, "¿qué tal? 🙂", by=TESS)]
    assert await log.read(VisitId("another")) == []


texts = st.text(min_size=1, max_size=64)
slugs = st.sampled_from(["bridge", "knee-to-chest-single"])
scores = st.none() | st.integers(0, 10)
dosages = st.builds(
    Dosage,
    sets=st.integers(1, 10),
    reps=st.integers(1, 50),
    hold_s=st.integers(0, 120),
    rest_s=st.integers(0, 300),
    tempo=st.floats(0.25, 1.5),
    load=st.none() | st.floats(0, 200) | texts,
    effort=scores,
    minutes=st.none() | st.integers(1, 120),
)
planned = st.builds(Planned, exercise=slugs, version=st.integers(1, 99), dosage=dosages)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys(["participant", "by", "invitation", "name", "text"], texts),
    **dict.fromkeys(["recording", "part"], st.integers(1, 10_000)),
    "keep_days": st.integers(0, 3_650),
    "text_version": st.text(max_size=32),
    "language": st.sampled_from(["en", "es"]),
    "exercise": slugs,
    "version": st.integers(1, 99),
    "set": st.integers(1, 10),
    "pain": scores,
    "effort": scores,
    "position_s": st.floats(0, 36_000),
    "rate": st.floats(0.25, 1.5),
    "lead_s": st.floats(0, 30),
    "shift_s": st.floats(-36_000, 36_000),
    "aim": st.builds(Aim, around=st.integers(-180, 180), above=st.integers(-60, 80), nearer=st.floats(0.6, 3.5)),
    "dosage": dosages,
    "planned": st.lists(planned, max_size=3).map(tuple),
}
"""What fields can hold that are narrower than their types; the rest is built from the types."""

events: st.SearchStrategy[AnyEvent] = st.sampled_from(get_args(AnyEvent)).flatmap(
    lambda kind: st.builds(kind, **{field.name: VALUES[field.name] for field in fields(kind) if field.name in VALUES})
)


@given(events)
def test_every_event_survives_being_stored(event: AnyEvent) -> None:
    cipher = Cipher(b"k" * 32)
    assert bodies.decode(bodies.encode(event, VISIT, 1, cipher), VISIT, 1, cipher) == event


async def test_a_line_tells_nothing_on_the_disk_and_opens_only_in_its_place(database: Database) -> None:
    log = VisitLog(database, find_cipher=any_cipher)
    await log.append(VISIT, [line(1, "my knee hurts"), line(2)])

    async with database.transaction() as tx:
        body = (await tx.execute(text("SELECT body FROM visit_log WHERE seq = 1"))).scalar_one()
        await tx.execute(text("UPDATE visit_log SET body = :body WHERE seq = 2"), {"body": body})
    assert b"knee" not in body
    with pytest.raises(Unreadable):
        await log.read(VISIT)


async def test_a_restarted_service_finds_what_was_acknowledged(url: str) -> None:
    async with Database(url, KEYS) as before:
        await VisitLog(before, find_cipher=any_cipher).append(VISIT, [line(1)])
    async with Database(url, KEYS) as after:
        assert await VisitLog(after, find_cipher=any_cipher).read(VISIT) == [line(1)]


async def test_what_was_acknowledged_is_in_the_file_before_anybody_closes_it(database: Database) -> None:
    await VisitLog(database, find_cipher=any_cipher).append(VISIT, [line(1)])

    with sqlite3.connect(str(database.url.database)) as beside:
        assert beside.execute("select seq from visit_log").fetchall() == [(1,)]
    beside.close()


async def test_only_one_can_append_first(database: Database) -> None:
    log = VisitLog(database, find_cipher=any_cipher)

    results = await outcomes(*(log.append(VISIT, [line(1, f"I am {n}")]) for n in range(5)))

    assert sorted(results) == ["LogConflict"] * 4 + ["written"]
    assert len(await log.read(VISIT)) == 1


async def test_two_processes_cannot_take_the_same_number(url: str) -> None:
    async with Database(url, KEYS) as one, Database(url, KEYS) as other:
        results = await outcomes(
            VisitLog(one, find_cipher=any_cipher).append(VISIT, [line(1)]),
            VisitLog(other, find_cipher=any_cipher).append(VISIT, [line(1)]),
        )

    assert sorted(results) == ["LogConflict", "written"]


async def test_a_command_happens_once(database: Database) -> None:
    log = VisitLog(database, find_cipher=any_cipher)
    await log.append(VISIT, [line(1, command="c1")])

    with pytest.raises(LogConflict):
        await log.append(VISIT, [line(2, command="c1")])

    await log.append(VISIT, [line(2, by=TESS, command="c1")])  # another sender may choose the same id
    await log.append(VisitId("another"), [line(1, command="c1")])
    await log.append(VISIT, [line(3), line(4)])  # and lines without a command never clash


async def test_after_a_conflict_nothing_of_the_append_is_there(database: Database) -> None:
    log = VisitLog(database, find_cipher=any_cipher)
    await log.append(VISIT, [line(1), line(2)])

    with pytest.raises(LogConflict):
        await log.append(VISIT, [line(3), line(2), line(4)])

    assert [stored.entry.seq for stored in await log.read(VISIT)] == [1, 2]


async def test_a_conflict_in_one_visit_spares_the_others_of_its_group(database: Database) -> None:
    log = VisitLog(database, find_cipher=any_cipher)
    visits = [VisitId(f"v{n}") for n in range(20)]
    await log.append(visits[7], [line(1)])

    results = await outcomes(*(log.append(visit, [line(1), line(2)]) for visit in visits))

    assert results == ["written"] * 7 + ["LogConflict"] + ["written"] * 12
    assert [len(await log.read(visit)) for visit in visits] == [2] * 7 + [1] + [2] * 12


async def test_our_own_mistake_in_one_visit_spares_the_others_too(database: Database) -> None:
    log = VisitLog(database, find_cipher=any_cipher)
    naive = Logged(Entry(1, NOON.replace(tzinfo=None), Left(PAT)), PAT)

    results = await outcomes(
        log.append(VisitId("a"), [line(1)]), log.append(VISIT, [naive]), log.append(VisitId("b"), [line(1)])
    )

    assert results == ["written", "StatementError", "written"]


async def test_more_appends_than_the_queue_holds_are_all_written(database: Database) -> None:
    log = VisitLog(database, find_cipher=any_cipher, max_group=64)
    visits = [VisitId(f"v{n}") for n in range(1_500)]

    await asyncio.gather(*(log.append(visit, [line(1)]) for visit in visits))

    assert await log.read(visits[0]) == await log.read(visits[-1]) == [line(1)]


async def test_a_caller_that_goes_away_leaves_its_neighbours_alone(database: Database) -> None:
    log = VisitLog(database, find_cipher=any_cipher)
    gone = asyncio.create_task(log.append(VISIT, [line(1)]))
    stays = asyncio.create_task(log.append(VisitId("another"), [line(1)]))
    await asyncio.sleep(0)

    gone.cancel()
    await stays
    with pytest.raises(asyncio.CancelledError):
        await gone

    assert await log.read(VisitId("another")) == [line(1)]
    assert await log.read(VISIT) == [line(1)]  # it was handed in, so it is written: whoever reads again finds it


async def test_closing_waits_for_what_was_handed_in(database: Database) -> None:
    log = VisitLog(database, find_cipher=any_cipher)
    append = asyncio.create_task(log.append(VISIT, [line(1)]))
    await asyncio.sleep(0)

    await log.close()

    assert await log.read(VISIT) == [line(1)]
    await append


async def test_a_full_disk_refuses_writes_nothing_and_recovers(database: Database) -> None:
    log = VisitLog(database, find_cipher=any_cipher)
    await log.append(VISIT, [line(1)])
    async with database.transaction() as tx:
        pages = (await tx.execute(text("PRAGMA page_count"))).scalar_one()
        await tx.execute(text(f"PRAGMA max_page_count = {pages}"))

    results = await outcomes(
        *(log.append(VisitId(f"v{n}"), [line(seq, "x" * 2_000) for seq in (1, 2, 3)]) for n in range(5))
    )
    assert results == ["Refused"] * 5
    assert [await log.read(VisitId(f"v{n}")) for n in range(5)] == [[]] * 5
    assert await log.read(VISIT) == [line(1)]

    async with database.transaction() as tx:
        await tx.execute(text("PRAGMA max_page_count = 1000000"))
    await log.append(VISIT, [line(2, "x" * 2_000)])
    assert len(await log.read(VISIT)) == 2


async def test_a_locked_database_refuses_and_recovers(database: Database) -> None:
    log = VisitLog(database, find_cipher=any_cipher)
    rival = sqlite3.connect(str(database.url.database), isolation_level=None)
    rival.execute("BEGIN IMMEDIATE")

    with pytest.raises(Refused) as refusal:
        await log.append(VISIT, [line(1)])
    assert refusal.value.code == "storage"
    assert await log.read(VISIT) == []

    rival.execute("ROLLBACK")
    rival.close()
    await log.append(VISIT, [line(1)])
    assert await log.read(VISIT) == [line(1)]


async def test_a_process_that_dies_between_commit_and_answer_lost_nothing(url: str) -> None:
    """The caller never learns; it reads again, finds its command and knows."""
    async with Database(url, KEYS) as dying:
        append = asyncio.create_task(VisitLog(dying, find_cipher=any_cipher).append(VISIT, [line(1, command="c1")]))
        await asyncio.sleep(0)
        append.cancel()
        await asyncio.gather(append, return_exceptions=True)
        for task in asyncio.all_tasks():
            if task.get_name() == "visit-log":
                await task

    async with Database(url, KEYS) as restarted:
        log = VisitLog(restarted, find_cipher=any_cipher)
        with pytest.raises(LogConflict):
            await log.append(VISIT, [line(1, command="c1")])
        assert [found.command for found in await log.read(VISIT)] == ["c1"]


appends = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c"]), st.integers(1, 4), st.integers(1, 3), st.sampled_from([None, "c1", "c2"])
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(appends, st.integers(1, 8), st.integers(0, 1_000_000))
async def test_however_appends_are_grouped_each_is_whole_or_absent(
    database: Database, steps: list[tuple[str, int, int, str | None]], max_group: int, salt: int
) -> None:
    log = VisitLog(database, find_cipher=any_cipher, max_group=max_group)
    runs = [
        (VisitId(f"{visit}{salt}.{max_group}"), [line(first + n, f"{index}.{n}") for n in range(count)], command)
        for index, (visit, first, count, command) in enumerate(steps)
    ]
    wholes = [
        (visit, [*lines[:-1], Logged(lines[-1].entry, PAT, CommandId(command) if command else None)])
        for visit, lines, command in runs
    ]
    before = {visit: await log.read(visit) for visit, _ in wholes}

    results = await outcomes(*(log.append(visit, lines) for visit, lines in wholes))

    for visit in before:
        stored = await log.read(visit)
        accepted = [
            part
            for (of, lines), result in zip(wholes, results, strict=True)
            if of == visit and result == "written"
            for part in lines
        ]
        assert sorted(stored, key=lambda found: found.entry.seq) == stored
        assert {found.entry.seq for found in stored} == {found.entry.seq for found in [*before[visit], *accepted]}
        assert len(stored) == len(before[visit]) + len(accepted)
