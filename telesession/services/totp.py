"""Codes of authenticator apps (RFC 6238), asked within the transaction of whoever needs one."""

import base64
import hmac
from datetime import datetime

import pyotp

from telesession.domain import second_factor as rules
from telesession.domain.ids import StaffId
from telesession.store import recovery_codes, staff
from telesession.store.database import Transaction


def written(secret: bytes) -> str:
    """The secret as people type it into an app: base 32."""
    return base64.b32encode(secret).decode("ascii")


def address(secret: bytes, email: str, clinic: str) -> str:
    """The `otpauth:` address that an app reads from a picture."""
    return pyotp.TOTP(written(secret)).provisioning_uri(name=email, issuer_name=clinic or "telesession")


async def use(tx: Transaction, who: StaffId, typed: str, now: datetime) -> bool:
    """Whether `typed` is a code of this person's app that was not used before; it cannot be used again.

    A right one confirms a secret that was only offered so far.
    """
    totp = await staff.totp(tx, who)
    code = rules.read_code(typed)
    if totp is None or code is None:
        return False
    codes = pyotp.HOTP(written(totp.secret))
    for counter in rules.counters(now.timestamp(), totp.counter):
        if hmac.compare_digest(codes.at(counter), code):
            await staff.use_totp(tx, who, counter)
            return True
    return False


async def use_any(tx: Transaction, who: StaffId, typed: str, now: datetime) -> bool:
    """Whether `typed` is a good code of the app or one of the recovery codes; good once."""
    recovery = rules.read_recovery_code(typed)
    if recovery is not None:
        return await recovery_codes.use(tx, who, recovery, now)
    return await use(tx, who, typed, now)
