"""Ids that nobody can guess and every URL, log and shell can carry."""

from collections.abc import Callable

from telesession.store.database import Transaction, vault_of

ID_BYTES = 16


def fresh_id(random_bytes: Callable[[int], bytes]) -> str:
    """128 random bits in hexadecimal: no sign that a command line takes for an option."""
    return random_bytes(ID_BYTES).hex()


def id_of(tx: Transaction, what: str, once: str) -> str:
    """The id that `what` of this name gets, the same each time; as hard to guess for who has not the clinic's key."""
    return vault_of(tx).clinic.derive(f"{what}:{once}")[:ID_BYTES].hex()
