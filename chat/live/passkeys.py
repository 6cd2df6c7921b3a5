"""Passkeys (WebAuthn) for one console: what a browser is asked, and whether its answer holds. The library does the checking.

Knows no account and keeps nothing: a challenge is an argument, and whoever calls sees to it that it is answered once.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from chat import errors
from chat.store.accounts import Passkey

ANSWER_SECONDS: Final = 300
_MILLISECONDS: Final = 1000 * ANSWER_SECONDS


class Passkeys:
    """Of the console at `origin`; its host name is what a passkey is bound to."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._host = urlsplit(origin).hostname or ""

    def creation(
        self, challenge: bytes, account: str, pseudonym: str, known: Iterable[Passkey]
    ) -> dict[str, Any]:
        """What `navigator.credentials.create` is asked; an authenticator that is `known` says so."""
        options = generate_registration_options(
            rp_id=self._host,
            rp_name="Varsam",
            user_id=account.encode(),
            user_name=pseudonym,
            challenge=challenge,
            timeout=_MILLISECONDS,
            exclude_credentials=[PublicKeyCredentialDescriptor(id=passkey.id) for passkey in known],
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
        )
        return _plain(options_to_json(options))

    def request(self, challenge: bytes) -> dict[str, Any]:
        """What `navigator.credentials.get` is asked: any passkey of this console, with its PIN, finger or face."""
        options = generate_authentication_options(
            rp_id=self._host,
            challenge=challenge,
            timeout=_MILLISECONDS,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return _plain(options_to_json(options))

    def made(self, credential: Mapping[str, Any], challenge: bytes, now: int) -> Passkey:
        """The passkey that was made for this challenge; NoPasskey."""
        try:
            verified = verify_registration_response(
                credential=dict(credential),
                expected_challenge=challenge,
                expected_rp_id=self._host,
                expected_origin=self._origin,
                require_user_verification=True,
            )
        except _UNREADABLE as error:
            raise errors.NoPasskey from error
        return Passkey(verified.credential_id, verified.credential_public_key, verified.sign_count, now)

    def used(self, credential: Mapping[str, Any], challenge: bytes, passkey: Passkey) -> int:
        """The signature counter after this answer; NoPasskey also where it went back, as a copy's does."""
        try:
            verified = verify_authentication_response(
                credential=dict(credential),
                expected_challenge=challenge,
                expected_rp_id=self._host,
                expected_origin=self._origin,
                credential_public_key=passkey.key,
                credential_current_sign_count=passkey.count,
                require_user_verification=True,
            )
        except _UNREADABLE as error:
            raise errors.NoPasskey from error
        return verified.new_sign_count


def answered_challenge(credential: Mapping[str, Any]) -> bytes:
    """Which challenge an answer says it is for; it counts only as far as it verifies."""
    try:
        client_data = json.loads(base64url_to_bytes(credential["response"]["clientDataJSON"]))
        return base64url_to_bytes(client_data["challenge"])
    except _UNREADABLE as error:
        raise errors.Malformed from error


def named_passkey(credential: Mapping[str, Any]) -> bytes:
    """Which passkey an answer says it is of."""
    try:
        return base64url_to_bytes(credential["id"])
    except _UNREADABLE as error:
        raise errors.Malformed from error


def named_account(credential: Mapping[str, Any]) -> str:
    """Whose passkey an answer says it is."""
    try:
        return base64url_to_bytes(credential["response"]["userHandle"]).decode()
    except _UNREADABLE as error:
        raise errors.NoPasskey from error


_UNREADABLE: Final = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""The library reads what a stranger wrote, and not every fault of shape has a class of its own there."""


def _plain(text: str) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(text)
    return plain
