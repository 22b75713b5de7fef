"""Keys of other software: made, recognised, taken back."""

from collections.abc import Callable, Iterable
from datetime import datetime

from telesession.domain import api_keys as rules
from telesession.domain.api_keys import ApiKey, ApiKeyId
from telesession.domain.audit import COMMAND_LINE, Action, Actor, Draft
from telesession.services.identity import fresh_id
from telesession.store import api_keys, audit
from telesession.store.database import Database


class ApiKeys:
    def __init__(self, database: Database, now: Callable[[], datetime], random_bytes: Callable[[int], bytes]) -> None:
        self._database = database
        self._now = now
        self._random_bytes = random_bytes

    async def add(self, name: str, scopes: Iterable[str], by: Actor = COMMAND_LINE) -> tuple[str, ApiKey]:
        """A new key with its secret, which nobody can read again; raises `Refused` on bad input."""
        secret, key = rules.make(
            ApiKeyId(fresh_id(self._random_bytes)),
            name,
            scopes,
            self._random_bytes(rules.SECRET_BYTES),
            self._now(),
        )
        async with self._database.transaction() as tx:
            await api_keys.add(tx, key, rules.digest(secret))
            await audit.add(tx, Draft(by, Action.API_KEY_MADE, key.id), self._now())
        return secret, key

    async def recognise(self, secret: str) -> ApiKey | None:
        """The key that `secret` opens, noted as used; None for an unknown and for a revoked one alike."""
        if not rules.is_secret(secret):
            return None
        async with self._database.reading() as tx:
            known = await api_keys.find(tx, rules.digest(secret))
        if known is None or known.revoked_at is not None:
            return None
        if rules.used(known, self._now()) is not known:
            return await self._note_use(known.id)
        return known

    async def list_all(self) -> list[ApiKey]:
        """All keys, the oldest first, revoked ones too."""
        async with self._database.reading() as tx:
            return await api_keys.list_all(tx)

    async def revoke(self, key: ApiKeyId, by: Actor = COMMAND_LINE) -> None:
        """Take a key back: from the next request on it opens nothing. Raises `NotFound`."""
        async with self._database.transaction() as tx:
            await api_keys.save(tx, rules.revoked(await api_keys.get(tx, key), self._now()))
            await audit.add(tx, Draft(by, Action.API_KEY_REVOKED, key), self._now())

    async def _note_use(self, key: ApiKeyId) -> ApiKey | None:
        async with self._database.transaction() as tx:
            noted = rules.used(await api_keys.get(tx, key), self._now())
            await api_keys.save(tx, noted)
        return None if noted.revoked_at is not None else noted
