"""Sealing: what tells about a patient is stored only under that patient's key, and that key only under the master key.

Erasing the key erases the patient, in every copy of the database too. Algorithms: AES-256-GCM with random 96-bit nonces
(NIST SP 800-38D), HMAC-SHA256 to derive (RFC 5869, expansion of a key that is uniform already).
"""

import hashlib
import hmac
import os
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import Struct

from telesession.master_keys import KEY_BYTES, MasterKeys

NONCE_BYTES = 12


class Unreadable(Exception):
    """Sealed under another key, for another place, or changed since. The operator has to know: nothing is guessed."""


class Cipher:
    """Seals and opens what belongs to one owner: a patient, or the clinic."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._aead = AESGCM(self.derive("seal"))

    def seal(self, plain: bytes, place: str) -> bytes:
        """`plain` as it may be stored. It opens only for the same `place`, so that nobody can move it elsewhere."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._aead.encrypt(nonce, plain, place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """What was sealed; raises `Unreadable`."""
        try:
            return self._aead.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place.encode())
        except (InvalidTag, ValueError) as wrong:
            raise Unreadable(place.partition(":")[0]) from wrong

    def derive(self, purpose: str) -> bytes:
        """32 bytes that only the owner of this key can name, always the same for one purpose."""
        return hmac.digest(self._key, purpose.encode(), "sha256")


class Wrapped(Struct, frozen=True):
    """A key as it is stored. `master` says which master key opens it."""

    master: str
    key: bytes


class Vault:
    """Opens and closes with the clinic's keys; knows no table.

    Keys may be rotated meanwhile, and nothing may be wrapped by one that goes: then give what says what they are now.
    """

    def __init__(self, keys: MasterKeys | Callable[[], MasterKeys]) -> None:
        self._ask = _always(keys) if isinstance(keys, MasterKeys) else keys
        self._keys = self._ask()
        self._masters = _ciphers(self._keys)
        self.clinic = Cipher(self._keys.clinic)

    @property
    def master(self) -> str:
        """The name of the master key that wraps new keys. Ask inside the transaction that stores what it wraps."""
        self._look()
        return _name(self._keys.masters[0])

    def new_key(self, owner: str) -> Wrapped:
        """A fresh key for `owner`, wrapped for the table."""
        return self._wrap(owner, os.urandom(KEY_BYTES))

    def cipher(self, owner: str, wrapped: Wrapped) -> Cipher:
        """What seals and opens for `owner`; raises `Unreadable`."""
        return Cipher(self._unwrap(owner, wrapped))

    def rewrap(self, owner: str, wrapped: Wrapped) -> Wrapped:
        """The same key under the newest master key."""
        return self._wrap(owner, self._unwrap(owner, wrapped))

    def _wrap(self, owner: str, key: bytes) -> Wrapped:
        nonce, master = os.urandom(NONCE_BYTES), self.master
        return Wrapped(master, nonce + self._masters[master].encrypt(nonce, key, owner.encode()))

    def _unwrap(self, owner: str, wrapped: Wrapped) -> bytes:
        if wrapped.master not in self._masters:
            self._look()
        master = self._masters.get(wrapped.master)
        if master is None:
            raise Unreadable("master key")
        try:
            return master.decrypt(wrapped.key[:NONCE_BYTES], wrapped.key[NONCE_BYTES:], owner.encode())
        except (InvalidTag, ValueError) as wrong:
            raise Unreadable("key") from wrong

    def _look(self) -> None:
        """Older keys stay at hand: a reader may hold a row of before."""
        now = self._ask()
        if now is not self._keys:
            self._keys = now
            self._masters |= _ciphers(now)


def _always(keys: MasterKeys) -> Callable[[], MasterKeys]:
    return lambda: keys


def _ciphers(keys: MasterKeys) -> dict[str, AESGCM]:
    return {_name(master): AESGCM(master) for master in keys.masters}


def _name(master: bytes) -> str:
    """Tells master keys apart and tells nothing about them."""
    return hashlib.sha256(b"telesession master key" + master).hexdigest()[:16]
