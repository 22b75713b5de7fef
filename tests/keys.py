"""The clinic's keys in tests: fixed, so that one test's database opens in another process of the same test."""

from telesession.domain.ids import VisitId
from telesession.master_keys import MasterKeys
from telesession.store.vault import Cipher

KEYS = MasterKeys(clinic=b"c" * 32, masters=(b"m" * 32,))


async def any_cipher(_visit: VisitId) -> Cipher:
    """For logs of visits that nobody booked."""
    return Cipher(b"k" * 32)
