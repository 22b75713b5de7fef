"""Ids that nobody can guess and every URL, log and shell can carry."""

from collections.abc import Callable

ID_BYTES = 16


def fresh_id(random_bytes: Callable[[int], bytes]) -> str:
    """128 random bits in hexadecimal: no sign that a command line takes for an option."""
    return random_bytes(ID_BYTES).hex()
