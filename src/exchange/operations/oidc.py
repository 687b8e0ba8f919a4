"""Signing in, and confirming one digest, at the agency's identity provider.

Nobody is created by it: the provider's subject is the id of a person whom an administrator added. The provider is asked
over the network between transactions, so these open their own. All secrets of an attempt come from one cookie of the
browser that began it; its hash is kept for five minutes and taken once. For a confirmation the nonce is a hash over
person, subject and digest, so the ID token that the provider signs is the evidence.
Source: OpenID Connect Core 1.0; RFC 9700.
"""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from exchange.crypto.base64url import b64url
from exchange.crypto.encoding import JsonObject
from exchange.crypto.idtoken import Expected, check_id_token
from exchange.errors import BadInput, Code, SignatureInvalid, Unauthenticated, Unavailable
from exchange.model.sessions import Challenge
from exchange.model.state import Person
from exchange.operations.attested import keep_evidence, nonce_for, well_formed
from exchange.operations.clock import safe_now, stamp
from exchange.operations.permissions import Permission, require
from exchange.ports import Node, Unit
from exchange.ports.oidc import Attempt, IdentityProvider, IdToken

LASTS: Final = timedelta(minutes=5)
_PURPOSE: Final = "oidc"
_PREFIX: Final = "exi_"


@dataclass(frozen=True, slots=True)
class OidcResult:
    """Who came back, and what they confirmed there, (subject, digest), if that was asked."""

    person: Person
    step_up: tuple[str, str] | None


def begin(node: Node, *, step_up: tuple[str, str] | None, person: str | None) -> tuple[str, str]:
    """(where the browser goes, the cookie that it must bring back). `person`: who confirms; None to sign in.

    Errors: Unavailable(CONFIG_INVALID, IDENTITY_PROVIDER); Unauthenticated or Forbidden for who may not confirm.
    """
    if (step_up is None) != (person is None):
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="person")
    provider = _provider(node)
    subject, digest = (None, None) if step_up is None else step_up
    if subject is not None and digest is not None:
        well_formed(subject, digest)
    cookie = _PREFIX + secrets.token_urlsafe(32)
    with node.store.read() as unit:
        if person is not None:
            require(_known(unit, person), Permission.SIGN_IN)
        now = safe_now(node, unit)
    asked = Challenge(_hashed(cookie), _PURPOSE, now + LASTS, person, subject, digest)
    address = provider.asking(_attempt(cookie, asked))
    with node.store.write() as unit:
        unit.sessions.add_challenge(asked)
    return address, cookie


def finish(node: Node, state_cookie: str, query: Mapping[str, str]) -> OidcResult:
    """Who has come back. The attempt is used up, whatever comes of it.

    Errors: Unauthenticated for all that is wrong with cookie, answer, token or person; Unavailable(IDENTITY_PROVIDER).
    """
    provider = _provider(node)
    asked, now = _taken(node, state_cookie)
    attempt = _attempt(state_cookie, asked)
    if not hmac.compare_digest(query.get("state", "").encode(), attempt.state.encode()):
        raise Unauthenticated
    answer = provider.answered(attempt, query, now)
    with node.store.write() as unit:
        person = _known(unit, _subject(provider, attempt, answer, safe_now(node, unit)))
        if asked.subject is None or asked.digest is None:
            return OidcResult(person, None)
        if person.id != asked.person:
            raise Unauthenticated
        require(person, Permission.SIGN_IN)
        said: JsonObject = {
            "method": "oidc",
            "person": person.id,
            "subject": asked.subject,
            "digest": asked.digest,
            "issuer": provider.issuer,
            "client": provider.client,
            "salt": _derived(state_cookie, "salt"),
            "asked": stamp(attempt.asked_at),
            "token": answer.token,
            "key": answer.key,
        }
        keep_evidence(node, unit, said, answer.token.encode("ascii"))
        return OidcResult(person, (asked.subject, asked.digest))


def _provider(node: Node) -> IdentityProvider:
    if node.identity is None:
        raise Unavailable(Code.CONFIG_INVALID, at="oidc_issuer")
    return node.identity


def _taken(node: Node, cookie: str) -> tuple[Challenge, datetime]:
    """What the browser with this cookie was sent for; nobody gets it again."""
    if not cookie.startswith(_PREFIX) or len(cookie) > 128:
        raise Unauthenticated
    with node.store.write() as unit:
        now = safe_now(node, unit)
        asked = unit.sessions.take_challenge(_hashed(cookie))
    if asked is None or asked.purpose != _PURPOSE or now >= asked.ends_at:
        raise Unauthenticated
    return asked, now


def _subject(provider: IdentityProvider, attempt: Attempt, answer: IdToken, now: datetime) -> str:
    """The token once more, by other code than the provider's door."""
    expected = Expected(
        provider.issuer,
        provider.client,
        attempt.nonce,
        int(attempt.asked_at.timestamp()),
        int(now.timestamp()),
        attempt.fresh,
    )
    try:
        return check_id_token(answer.token, json.loads(answer.key), expected)
    except SignatureInvalid:
        raise Unauthenticated from None


def _known(unit: Unit, person_id: str) -> Person:
    person = unit.people.get(person_id)
    if person is None or person.disabled:
        raise Unauthenticated
    return person


def _attempt(cookie: str, asked: Challenge) -> Attempt:
    salt = _derived(cookie, "salt")
    fresh = asked.subject is not None
    nonce = nonce_for(asked.person or "", asked.subject or "", asked.digest or "", salt)
    return Attempt(_derived(cookie, "state"), nonce, _derived(cookie, "verifier"), asked.ends_at - LASTS, fresh)


def _derived(cookie: str, name: str) -> str:
    """43 signs that tell nothing of the cookie, nor of each other."""
    return b64url(hmac.digest(cookie.encode("ascii"), name.encode("ascii"), "sha256"))


def _hashed(cookie: str) -> str:
    return sha256(cookie.encode("utf-8")).hexdigest()
