"""Signing in: who gets in, who does not, and what guessing leads to."""

import asyncio
import time
from pathlib import Path

import msgspec
import pytest

from telesession.domain.errors import Refused
from telesession.domain.staff import StaffRole
from telesession.services import guarding
from telesession.services.passwords import Passwords, Verdict
from telesession.services.sessions import Client
from telesession.store.database import Database
from tests.fakes import Clock
from tests.people import HERE, PASSWORD, People

ELSEWHERE = Client("198.51.100.0/24")


@pytest.fixture
def people(database: Database, clock: Clock) -> People:
    return People(database, clock)


async def refused(people: People, email: str, password: str = "wrong", client: Client = HERE) -> str:
    with pytest.raises(Refused) as refusal:
        await people.sign_in.with_password(email, password, client)
    return refusal.value.code


async def test_the_right_password_signs_in(people: People) -> None:
    tess = await people.hire()
    token, me = await people.enter(tess)

    assert me.staff == tess
    assert me.session.device == "Firefox, Linux"
    assert await people.sessions.whose(token[:-1] + "_") is None
    assert (await people.sign_in.with_password(" TESS@example.org", PASSWORD, HERE)).is_in


async def test_a_wrong_password_and_an_unknown_address_are_told_the_same(people: People) -> None:
    tess = await people.hire()

    assert await refused(people, tess.email) == await refused(people, "nobody@example.org") == "wrong"


async def test_an_account_without_a_password_is_never_opened_by_one(people: People) -> None:
    person, _ = await people.accounts.add("New Person", "new@example.org", StaffRole.THERAPIST)

    for password in ("", "None", PASSWORD):
        assert await refused(people, person.email, password) == "wrong"


async def test_a_closed_account_is_as_if_there_were_none_and_its_sessions_end(people: People) -> None:
    tess = await people.hire()
    token, _ = await people.enter(tess)

    await people.accounts.disable(tess.id)

    assert await people.sessions.whose(token) is None
    assert await refused(people, tess.email, PASSWORD) == "wrong"
    await people.accounts.enable(tess.id)
    await people.enter(tess)


async def test_five_wrong_guesses_from_one_place_wait_and_another_place_does_not(people: People, clock: Clock) -> None:
    tess = await people.hire()
    for _ in range(5):
        assert await refused(people, tess.email) == "wrong"

    assert await refused(people, tess.email, PASSWORD) == "wait"
    await people.enter(tess, ELSEWHERE)
    clock.pass_by(minutes=15)
    await people.enter(tess)


async def test_an_unknown_address_waits_like_a_known_one(people: People) -> None:
    codes = [await refused(people, "nobody@example.org") for _ in range(7)]

    assert codes == ["wrong"] * 5 + ["wait"] * 2


async def test_guesses_at_once_are_all_counted(people: People) -> None:
    tess = await people.hire()

    codes = await asyncio.gather(*(refused(people, tess.email) for _ in range(20)))

    assert codes.count("wrong") == 5


async def test_guesses_from_everywhere_lock_the_account_until_an_administrator_unlocks_it(
    people: People, database: Database, clock: Clock
) -> None:
    tess = await people.hire()
    async with database.transaction() as tx:
        for number in range(99):
            await guarding.count(tx, tess.email, f"place {number}", clock())
    assert await refused(people, tess.email) == "wrong"

    assert await refused(people, tess.email, PASSWORD, ELSEWHERE) == "wait"
    clock.pass_by(days=2)
    assert await refused(people, tess.email, PASSWORD, ELSEWHERE) == "wait"
    assert (await people.accounts.get(tess.id)).access.is_locked
    await people.accounts.unlock(tess.id)
    await people.enter(tess, ELSEWHERE)


async def test_a_right_password_forgives_what_was_mistyped_before(people: People) -> None:
    tess = await people.hire()
    for _ in range(3):
        for _ in range(4):
            await refused(people, tess.email)
        await people.enter(tess)


async def test_a_session_that_was_brought_along_is_dead_after_signing_in(people: People) -> None:
    tess = await people.hire()
    before, _ = await people.enter(tess)

    after, _ = await people.enter(tess, msgspec.structs.replace(HERE, token=before))

    assert after != before
    assert await people.sessions.whose(before) is None
    assert await people.sessions.whose(after) is not None


async def test_a_session_ends_alone_and_lives_while_it_is_used(people: People, clock: Clock) -> None:
    tess = await people.hire()
    token, _ = await people.enter(tess)

    for _ in range(3):
        clock.pass_by(minutes=14)
        assert await people.sessions.whose(token) is not None
    clock.pass_by(minutes=15)
    assert await people.sessions.whose(token) is None


async def test_no_session_outlives_its_twelve_hours(people: People, clock: Clock) -> None:
    tess = await people.hire()
    token, _ = await people.enter(tess)

    for _ in range(55):
        clock.pass_by(minutes=13)
        assert await people.sessions.whose(token) is not None
    clock.pass_by(minutes=5)
    assert await people.sessions.whose(token) is None


async def test_a_fourth_browser_signs_the_first_one_out(people: People, clock: Clock) -> None:
    tess = await people.hire()
    tokens = []
    for _ in range(4):
        clock.pass_by(seconds=61)
        tokens.append((await people.enter(tess))[0])

    alive = [await people.sessions.whose(token) is not None for token in tokens]

    assert alive == [False, True, True, True]


async def test_one_signs_out_one_browser_and_all_others(people: People) -> None:
    tess = await people.hire()
    (one, _), (two, other), (three, me) = [await people.enter(tess) for _ in range(3)]

    await people.sessions.end(other.session.id, tess, HERE.place)
    assert await people.sessions.whose(two) is None
    await people.sessions.end_all(tess, HERE.place, but=me.session.id)
    assert await people.sessions.whose(one) is None
    assert await people.sessions.whose(three) is not None


async def test_nobody_ends_the_session_of_somebody_else(people: People) -> None:
    tess, tom = await people.hire(), await people.hire("Tom Other")
    token, me = await people.enter(tess)

    await people.sessions.end(me.session.id, tom, HERE.place)

    assert await people.sessions.whose(token) is not None


async def test_a_hash_with_other_parameters_is_made_anew(people: People, database: Database, clock: Clock) -> None:
    tess = await people.hire()
    newer = People(database, clock, Passwords(memory_kib=128, passes=1))

    await newer.enter(tess)

    async with database.reading() as tx:
        hashed = (await tx.exec_driver_sql("SELECT password_hash FROM staff")).scalar_one()
    assert "m=128," in hashed
    await newer.enter(tess)


async def test_hashing_has_an_end_to_its_queue() -> None:
    passwords = Passwords(memory_kib=64, passes=1, most_waiting=3)
    answers = await asyncio.gather(*(passwords.compare(None, "x") for _ in range(9)), return_exceptions=True)

    assert answers.count(Verdict.WRONG) == 5
    assert [one.code for one in answers if isinstance(one, Refused)] == ["busy"] * 4
    assert await passwords.compare(None, "x") is Verdict.WRONG, "the queue is free again"
    passwords.close()


async def test_nobody_takes_as_long_as_somebody() -> None:
    passwords = Passwords()
    hashed = await passwords.hash(PASSWORD)

    async def seconds(known: str | None) -> float:
        """Of a processor, which is all there is to wait for: a busy machine does not change it."""
        times = []
        for _ in range(3):
            began = time.process_time()
            await passwords.compare(known, "wrong")
            times.append(time.process_time() - began)
        return min(times)

    assert 0.4 < await seconds(None) / await seconds(hashed) < 2.5
    passwords.close()


async def test_a_stolen_disk_has_neither_password_nor_token_nor_address_of_guesses(
    people: People, database: Database
) -> None:
    tess = await people.hire()
    token, _ = await people.enter(tess)
    await refused(people, "canary@example.org", client=ELSEWHERE)

    folder = Path(str(database.url.database)).parent
    stored = b"".join(file.read_bytes() for file in folder.iterdir() if file.is_file())

    for word in (PASSWORD, token, "canary@", "198.51.100"):
        assert word.encode() not in stored
