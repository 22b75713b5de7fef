"""The same request sent twice is done once."""

import secrets
from pathlib import Path

import pytest

from telesession.domain.api_keys import ApiKeyId
from telesession.domain.errors import Refused
from telesession.services.api_keys import ApiKeys
from telesession.services.idempotency import Answer, Idempotency
from telesession.store.database import Database
from tests.fakes import Clock

CREATED = Answer(201, {"ETag": '"1"'}, b'{"name": "Canary Quill"}')


@pytest.fixture
def once(database: Database, clock: Clock) -> Idempotency:
    return Idempotency(database, clock)


@pytest.fixture
async def records(database: Database, clock: Clock) -> ApiKeyId:
    return (await ApiKeys(database, clock, secrets.token_bytes).add("Records", ["patients:write"]))[1].id


async def refusal(once: Idempotency, api_key: ApiKeyId, key: str, request: bytes) -> str:
    with pytest.raises(Refused) as no:
        await once.claim(api_key, key, request)
    return no.value.code


async def test_a_repeated_request_hears_the_first_answer(once: Idempotency, records: ApiKeyId) -> None:
    assert await once.claim(records, "k", b"request") is None
    await once.keep(records, "k", CREATED)

    assert await once.claim(records, "k", b"request") == CREATED
    assert await refusal(once, records, "k", b"another") == "key_reused"


async def test_what_is_being_worked_on_is_not_begun_again(once: Idempotency, records: ApiKeyId, clock: Clock) -> None:
    await once.claim(records, "k", b"request")

    assert await refusal(once, records, "k", b"request") == "in_progress"
    clock.pass_by(minutes=1)
    assert await refusal(once, records, "k", b"request") == "outcome_unknown", "its process died: nobody can tell"


async def test_what_came_to_nothing_may_be_sent_again(once: Idempotency, records: ApiKeyId) -> None:
    await once.claim(records, "k", b"request")
    await once.release(records, "k")

    assert await once.claim(records, "k", b"mended request") is None


async def test_answers_are_kept_for_a_day(once: Idempotency, records: ApiKeyId, clock: Clock) -> None:
    await once.claim(records, "k", b"request")
    await once.keep(records, "k", CREATED)

    clock.pass_by(hours=24)
    assert await once.claim(records, "k", b"request") == CREATED
    clock.pass_by(seconds=1)
    assert await once.claim(records, "k", b"request") is None


async def test_keys_of_different_software_do_not_meet(
    once: Idempotency, records: ApiKeyId, database: Database, clock: Clock
) -> None:
    other = (await ApiKeys(database, clock, secrets.token_bytes).add("Other", ["patients:write"]))[1].id
    await once.claim(records, "k", b"request")

    assert await once.claim(other, "k", b"request") is None


async def test_a_stolen_disk_tells_nothing_of_what_was_asked_and_answered(
    once: Idempotency, records: ApiKeyId, database: Database
) -> None:
    await once.claim(records, "canary-key", b"canary request")
    await once.keep(records, "canary-key", CREATED)

    folder = Path(str(database.url.database)).parent
    stored = b"".join(file.read_bytes() for file in folder.iterdir()).lower()
    assert b"canary" not in stored
