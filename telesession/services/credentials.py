"""WebAuthn itself, as its library speaks it. Imported when the first passkey is: it takes half a second to load."""

import json
from collections.abc import Iterable, Sequence
from datetime import timedelta

import webauthn
from msgspec import Struct
from webauthn.helpers import parse_authentication_credential_json, parse_client_data_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from telesession.domain.errors import Refused
from telesession.domain.staff import Staff

MALFORMED = (WebAuthnException, ValueError, TypeError, KeyError, AttributeError, RecursionError)
"""What the library raises for something that is no credential."""


class Place(Struct, frozen=True):
    """Where passkeys are for: the name they are bound to, and the pages that may ask for them."""

    name: str
    origins: Sequence[str]
    clinic: str


class Made(Struct, frozen=True):
    """A credential that a browser has just made."""

    id: bytes
    public_key: bytes
    sign_count: int


def refused() -> Refused:
    """What does not check out, whatever it is."""
    return Refused("passkey_refused", "This passkey did not work here. Please try again, or sign in another way.")


def creation_options(place: Place, person: Staff, challenge: bytes, known: Iterable[bytes], within: timedelta) -> str:
    """What the browser needs to make a passkey, as JSON."""
    options = webauthn.generate_registration_options(
        rp_id=place.name,
        rp_name=place.clinic,
        user_name=person.email,
        user_id=person.id.encode(),
        user_display_name=person.name,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
        timeout=int(within.total_seconds() * 1_000),
    )
    return webauthn.options_to_json(options)


def request_options(place: Place, challenge: bytes, within: timedelta) -> str:
    """What the browser needs to ask for any passkey of this service, as JSON."""
    options = webauthn.generate_authentication_options(
        rp_id=place.name,
        challenge=challenge,
        user_verification=UserVerificationRequirement.REQUIRED,
        timeout=int(within.total_seconds() * 1_000),
    )
    return webauthn.options_to_json(options)


def challenge_of(credential: str) -> bytes:
    """The question that the browser answered. Only one that we asked is looked at further."""
    try:
        response = json.loads(credential)["response"]["clientDataJSON"]
        return parse_client_data_json(webauthn.base64url_to_bytes(response)).challenge
    except MALFORMED as wrong:
        raise refused() from wrong


def check_made(place: Place, credential: str, challenge: bytes) -> Made:
    """The credential, when it was made for us and for this question; raises `Refused`."""
    try:
        made = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=place.name,
            expected_origin=list(place.origins),
            require_user_verification=True,
        )
    except MALFORMED as wrong:
        raise refused() from wrong
    return Made(made.credential_id, made.credential_public_key, made.sign_count)


def named_by(credential: str) -> tuple[bytes, bytes | None]:
    """The credential that somebody says was used, and the account that it names."""
    try:
        parsed = parse_authentication_credential_json(credential)
    except MALFORMED as wrong:
        raise refused() from wrong
    return parsed.raw_id, parsed.response.user_handle


def check_used(place: Place, credential: str, challenge: bytes, public_key: bytes, sign_count: int) -> int:
    """How often this passkey has signed by now, when it signed this question for us; raises `Refused`."""
    try:
        return webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=place.name,
            expected_origin=list(place.origins),
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        ).new_sign_count
    except MALFORMED as wrong:
        raise refused() from wrong
