"""Requests that carried an `Idempotency-Key`, with what was answered, sealed with the clinic's key, for a day."""

import hashlib
from datetime import datetime

from msgspec import Struct
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from telesession.domain.api_keys import ApiKeyId
from telesession.store.database import Transaction, vault_of
from telesession.store.schema import idempotency


class AlreadyClaimed(Exception):
    """Another process was first; the transaction can only be given up."""


class Claim(Struct, frozen=True):
    """A request that came before. Without an `answer` it is being worked on, or its process died meanwhile."""

    is_same_request: bool
    claimed_at: datetime
    answer: bytes | None


async def find(tx: Transaction, api_key: ApiKeyId, key: str, request: bytes) -> Claim | None:
    """What is known of `key`."""
    wanted = select(idempotency.c.request_digest, idempotency.c.claimed_at, idempotency.c.answer).where(
        idempotency.c.api_key == api_key, idempotency.c.key_digest == _digest(tx, key.encode())
    )
    row = (await tx.execute(wanted)).one_or_none()
    if row is None:
        return None
    place = _place(api_key, _digest(tx, key.encode()))
    answer = None if row.answer is None else vault_of(tx).clinic.open(row.answer, place)
    return Claim(row.request_digest == _digest(tx, request), row.claimed_at, answer)


async def add(tx: Transaction, api_key: ApiKeyId, key: str, request: bytes, now: datetime) -> None:
    """Claim `key` for `request`; raises `AlreadyClaimed`."""
    fields = {
        "api_key": api_key,
        "key_digest": _digest(tx, key.encode()),
        "request_digest": _digest(tx, request),
        "claimed_at": now,
    }
    try:
        await tx.execute(insert(idempotency), fields)
    except IntegrityError as taken:
        raise AlreadyClaimed from taken


async def save_answer(tx: Transaction, api_key: ApiKeyId, key: str, answer: bytes) -> None:
    """Keep what was answered."""
    digest = _digest(tx, key.encode())
    sealed = vault_of(tx).clinic.seal(answer, _place(api_key, digest))
    await tx.execute(
        update(idempotency)
        .where(idempotency.c.api_key == api_key, idempotency.c.key_digest == digest)
        .values(answer=sealed)
    )


async def remove(tx: Transaction, api_key: ApiKeyId, key: str) -> None:
    """Forget a claim: nothing came of it."""
    await tx.execute(
        delete(idempotency).where(
            idempotency.c.api_key == api_key, idempotency.c.key_digest == _digest(tx, key.encode())
        )
    )


async def forget_answers(tx: Transaction) -> None:
    """Forget what was answered, since it may tell about somebody who is erased; that it was stays known."""
    await tx.execute(update(idempotency).values(answer=None))


async def remove_before(tx: Transaction, moment: datetime) -> None:
    """Forget what was claimed before `moment`."""
    await tx.execute(delete(idempotency).where(idempotency.c.claimed_at < moment))


def _digest(tx: Transaction, text: bytes) -> bytes:
    """Keyed, since a request tells about a patient and could be guessed."""
    return vault_of(tx).clinic.derive(f"idempotency:{hashlib.sha256(text).hexdigest()}")


def _place(api_key: ApiKeyId, digest: bytes) -> str:
    return f"idempotency.answer:{api_key}:{digest.hex()}"
