"""Keys of other software: the secret is with that software alone, and a key taken back opens nothing."""

import secrets
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesession.domain import api_keys as rules
from telesession.domain.api_keys import ApiKeyId, Scope
from telesession.domain.errors import NotFound, Refused
from telesession.services.api_keys import ApiKeys
from telesession.store.database import Database
from tests.fakes import Clock


@pytest.fixture
def keys(database: Database, clock: Clock) -> ApiKeys:
    return ApiKeys(database, clock, secrets.token_bytes)


async def test_a_secret_opens_its_key_until_it_is_taken_back(keys: ApiKeys) -> None:
    secret, made = await keys.add("Records", ["patients:read", "appointments:write"])

    known = await keys.recognise(secret)
    assert known is not None
    assert (known.id, known.scopes) == (made.id, (Scope.WRITE_APPOINTMENTS, Scope.READ_PATIENTS))
    assert await keys.recognise(secret[:-1] + ("a" if secret[-1] != "a" else "b")) is None

    await keys.revoke(made.id)
    await keys.revoke(made.id)
    assert await keys.recognise(secret) is None
    with pytest.raises(NotFound):
        await keys.revoke(ApiKeyId("nothing"))


async def test_a_use_is_noted_once_a_minute(keys: ApiKeys, clock: Clock) -> None:
    secret, _ = await keys.add("Records", ["patients:read"])
    first = clock()
    await keys.recognise(secret)
    clock.pass_by(seconds=59)
    await keys.recognise(secret)
    assert [one.used_at for one in await keys.list_all()] == [first]

    clock.pass_by(seconds=1)
    await keys.recognise(secret)
    assert [one.used_at for one in await keys.list_all()] == [first + timedelta(minutes=1)]


async def test_the_database_holds_no_secret(keys: ApiKeys, database: Database) -> None:
    secret, _ = await keys.add("Records", ["patients:read"])

    await database.close()
    folder = Path(str(database.url.database)).parent
    assert not any(secret.encode() in file.read_bytes() for file in folder.iterdir())


@pytest.mark.parametrize(("name", "scopes"), [("", ["patients:read"]), ("Records", []), ("Records", ["everything"])])
async def test_a_key_needs_a_name_and_scopes(keys: ApiKeys, name: str, scopes: list[str]) -> None:
    with pytest.raises(Refused):
        await keys.add(name, scopes)
    assert await keys.list_all() == []


@given(st.binary(min_size=rules.SECRET_BYTES, max_size=rules.SECRET_BYTES))
def test_every_secret_is_known_as_one(entropy: bytes) -> None:
    secret, _ = rules.make(ApiKeyId("k"), "Records", [Scope.READ_PATIENTS], entropy, Clock()())

    assert rules.is_secret(secret)


@given(st.text())
def test_nothing_else_is_taken_for_a_secret(text: str) -> None:
    assert not rules.is_secret(text)
