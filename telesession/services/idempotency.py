"""The same request sent twice is done once: the second time it hears what the first one heard (`Idempotency-Key`)."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import msgspec
from msgspec import Struct

from telesession.domain.api_keys import ApiKeyId
from telesession.domain.errors import Refused
from telesession.store import idempotency
from telesession.store.database import Database
from telesession.store.idempotency import AlreadyClaimed, Claim

KEPT = timedelta(hours=24)
WORKED_ON_AT_MOST = timedelta(minutes=1)


class Answer(Struct, frozen=True):
    """What was answered, to be said again."""

    status: int
    headers: Mapping[str, str]
    body: bytes


_DECODER = msgspec.json.Decoder(Answer)


class Idempotency:
    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    async def claim(self, api_key: ApiKeyId, key: str, request: bytes) -> Answer | None:
        """What `request` was answered before under `key`; None when it is new, and then it is the caller's to do.

        Whoever gets None calls `keep` or `release`. Raises `Refused` when the key stands for another request, when the
        first one is still being worked on, and when nobody knows what came of it.
        """
        try:
            async with self._database.transaction() as tx:
                await idempotency.remove_before(tx, self._now() - KEPT)
                before = await idempotency.find(tx, api_key, key, request)
                if before is None:
                    await idempotency.add(tx, api_key, key, request, self._now())
        except AlreadyClaimed:
            raise _in_progress() from None
        return None if before is None else self._answer(before)

    async def keep(self, api_key: ApiKeyId, key: str, answer: Answer) -> None:
        """Say this whenever the same request comes again within a day."""
        async with self._database.transaction() as tx:
            await idempotency.save_answer(tx, api_key, key, msgspec.json.encode(answer))

    async def release(self, api_key: ApiKeyId, key: str) -> None:
        """Nothing came of the request, so it may be sent again."""
        async with self._database.transaction() as tx:
            await idempotency.remove(tx, api_key, key)

    async def forget_old(self) -> None:
        """Drop what is older than a day. Every claim does so too; this is for clinics where none comes."""
        async with self._database.transaction() as tx:
            await idempotency.remove_before(tx, self._now() - KEPT)

    def _answer(self, before: Claim) -> Answer:
        if not before.is_same_request:
            raise Refused("key_reused", "This Idempotency-Key was used for another request.")
        if before.answer is not None:
            return _DECODER.decode(before.answer)
        if self._now() - before.claimed_at < WORKED_ON_AT_MOST:
            raise _in_progress()
        raise Refused("outcome_unknown", "This request broke off. Look whether it was done before sending it anew.")


def _in_progress() -> Refused:
    return Refused("in_progress", "The same request is being worked on. Please try again in a moment.")
