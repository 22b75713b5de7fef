"""A security key in software (WebAuthn Level 3): makes one passkey and signs with it, touched or verified as told."""

import hashlib
import json
import secrets
from urllib.parse import urlsplit

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import bytes_to_base64url

TOUCHED, VERIFIED, MADE = 0x01, 0x04, 0x40
"""Flags of authenticator data (section 6.1)."""


class SecurityKey:
    """`origin` is of the page that asks."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._id = secrets.token_bytes(16)
        self._key = ec.generate_private_key(ec.SECP256R1())

    def make(self, options: str, *, is_verified: bool) -> str:
        """The passkey, as a browser sends it."""
        point = self._key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        about = bytes(16) + len(self._id).to_bytes(2, "big") + self._id + cbor2.dumps(public)
        stated = self._stated(MADE, is_verified=is_verified) + about
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": stated})
        return self._answer(
            {
                "clientDataJSON": bytes_to_base64url(self._client("webauthn.create", options)),
                "attestationObject": bytes_to_base64url(attestation),
            }
        )

    def use(self, options: str, *, is_verified: bool) -> str:
        """What signs in, as a browser sends it."""
        client, stated = self._client("webauthn.get", options), self._stated(0, is_verified=is_verified)
        signature = self._key.sign(stated + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            {
                "clientDataJSON": bytes_to_base64url(client),
                "authenticatorData": bytes_to_base64url(stated),
                "signature": bytes_to_base64url(signature),
            }
        )

    def _client(self, what: str, options: str) -> bytes:
        challenge = json.loads(options)["challenge"]
        return json.dumps({"type": what, "challenge": challenge, "origin": self._origin}).encode()

    def _stated(self, flags: int, *, is_verified: bool) -> bytes:
        name = urlsplit(self._origin).hostname or ""
        flags |= TOUCHED | (VERIFIED if is_verified else 0)
        return hashlib.sha256(name.encode()).digest() + bytes([flags]) + bytes(4)

    def _answer(self, response: dict[str, str]) -> str:
        name = bytes_to_base64url(self._id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})
