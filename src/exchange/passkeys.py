"""Passkeys as browsers speak of them: the one door of the `webauthn` library. Fits `ports.sessions.Passkeys`.

Attestation of devices is not asked for: what is trusted is the session or link under which a passkey was added. User
verification is required everywhere. Source: W3C WebAuthn Level 2, §7.1 and §7.2.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    decode_credential_public_key,
    decoded_public_key_to_cryptography,
    parse_attestation_object,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from exchange.crypto.assertion import key_bytes
from exchange.crypto.base64url import b64url, unb64url
from exchange.errors import BadInput, Code
from exchange.ports.sessions import Claimed, NewPasskey, Shown

ALGORITHMS: Final = [
    COSEAlgorithmIdentifier.ML_DSA_65,
    COSEAlgorithmIdentifier.ML_DSA_44,
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
]
"""What is preferred comes first; ES256 is what nearly every device has."""
FORMATS: Final = frozenset({"none", "packed"})
"""Attestation statements that are read at all: none was asked for, and some devices sign their own."""
MAX_RESPONSE: Final = 1 << 15
"""Characters of a browser's answer."""
MAX_CREDENTIAL: Final = 1023
"""Bytes of a credential's id (WebAuthn §4)."""
TIMEOUT_MS: Final = 120_000


@dataclass(frozen=True, slots=True)
class WebAuthnPasskeys:
    """Passkeys of one place."""

    rp_id: str
    origin: str
    name: str
    """What the browser says whose passkey it is."""

    def making(self, person: str, handle: bytes, challenge: bytes, known: Sequence[str]) -> str:
        options = generate_registration_options(
            rp_id=self.rp_id,
            rp_name=self.name,
            user_name=person,
            user_id=handle,
            challenge=challenge,
            timeout=TIMEOUT_MS,
            attestation=AttestationConveyancePreference.NONE,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.REQUIRED
            ),
            exclude_credentials=_named(known),
            supported_pub_key_algs=ALGORITHMS,
        )
        return options_to_json(options)

    def asking(self, challenge: bytes, allowed: Sequence[str]) -> str:
        options = generate_authentication_options(
            rp_id=self.rp_id,
            challenge=challenge,
            timeout=TIMEOUT_MS,
            allow_credentials=_named(allowed),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return options_to_json(options)

    def claimed(self, response: str) -> Claimed:
        with _refusing(response):
            # Both answers say the challenge in the same place; the one to a new passkey names nobody.
            if '"attestationObject"' in response:
                made = parse_registration_credential_json(response)
                return Claimed(_id(made.raw_id), _challenge(made.response.client_data_json), None)
            given = parse_authentication_credential_json(response)
            return Claimed(
                _id(given.raw_id), _challenge(given.response.client_data_json), given.response.user_handle or None
            )

    def made(self, response: str, challenge: bytes) -> NewPasskey:
        with _refusing(response):
            parsed = parse_registration_credential_json(response)
            if parse_attestation_object(parsed.response.attestation_object).fmt not in FORMATS:
                raise BadInput(Code.PASSKEY_REFUSED)
            found = verify_registration_response(
                credential=parsed,
                expected_challenge=challenge,
                expected_rp_id=self.rp_id,
                expected_origin=self.origin,
                require_user_verification=True,
                supported_pub_key_algs=ALGORITHMS,
            )
            _key(found.credential_public_key)
            if found.credential_id != parsed.raw_id:
                raise BadInput(Code.PASSKEY_REFUSED)
            return NewPasskey(
                _id(found.credential_id),
                found.credential_public_key,
                found.sign_count,
                bool(found.credential_backed_up),
            )

    def shown(self, response: str, challenge: bytes, public_key: bytes) -> Shown:
        with _refusing(response):
            parsed = parse_authentication_credential_json(response)
            found = verify_authentication_response(
                credential=parsed,
                expected_challenge=challenge,
                expected_rp_id=self.rp_id,
                expected_origin=self.origin,
                credential_public_key=public_key,
                credential_current_sign_count=0,  # the caller compares, and tells a clone from a wrong signature
                require_user_verification=True,
            )
            answer = parsed.response
            return Shown(
                found.new_sign_count,
                bool(found.credential_backed_up),
                _key(public_key),
                bytes(answer.authenticator_data),
                bytes(answer.client_data_json),
                bytes(answer.signature),
            )


@contextmanager
def _refusing(response: str) -> Iterator[None]:
    """BadInput(PASSKEY_REFUSED), whatever the library stumbles over: an answer is bytes from outside."""
    if len(response) > MAX_RESPONSE:
        raise BadInput(Code.PASSKEY_REFUSED)
    try:
        yield
    except Exception:
        raise BadInput(Code.PASSKEY_REFUSED) from None


def _challenge(client_data: bytes) -> bytes:
    return bytes(parse_client_data_json(client_data).challenge)


def _id(raw: bytes) -> str:
    if not 1 <= len(raw) <= MAX_CREDENTIAL:
        raise BadInput(Code.PASSKEY_REFUSED)
    return b64url(raw)


def _key(public_key: bytes) -> bytes:
    """SubjectPublicKeyInfo of a COSE_Key."""
    return key_bytes(decoded_public_key_to_cryptography(decode_credential_public_key(public_key)))


def _named(ids: Sequence[str]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=unb64url(each)) for each in ids]
