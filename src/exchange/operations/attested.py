"""That a person confirmed one digest: kept as evidence which anybody can check offline, and good for one approval.

Evidence is a canonical JSON document; `proof` is its SHA-256, which the ledger has in `approval.attested`. An approval
in the console needs an attestation of the same person for exactly that digest, at most five minutes old, unused.
Spec: docs/spec/attested.md.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from exchange.crypto.assertion import check_answer
from exchange.crypto.base64url import b64url
from exchange.crypto.encoding import JsonObject, canonical, read_canonical, unb64
from exchange.crypto.idtoken import Expected, check_id_token
from exchange.errors import BadInput, Code, Conflict, Forbidden, SignatureInvalid
from exchange.ledger.entries import entry
from exchange.model.sessions import Assertion
from exchange.model.state import Person
from exchange.operations import journal
from exchange.operations.clock import safe_now, stamp
from exchange.operations.permissions import Permission, require
from exchange.ports import Node, Unit

LASTS: Final = timedelta(minutes=5)
VERSION: Final = 1
MAX_EVIDENCE: Final = 1 << 16
"""Bytes."""
ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Signs of a code: five bits each."""
CODE_LENGTH: Final = 12
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_SUBJECT: Final = re.compile(r"[!-~]{1,128}")
_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_ALWAYS: Final = frozenset({"v", "method", "person", "subject", "digest", "at"})


def verify(stored: bytes) -> None:
    """Checks evidence from its bytes alone. SignatureInvalid unless it shows what it says, in exactly this form."""
    try:
        said = read_canonical(stored, limit=MAX_EVIDENCE)
        if not isinstance(said, dict) or said.get("v") != VERSION:
            raise SignatureInvalid(at="v")
        members, check = _METHODS[str(said.get("method"))]
        if said.keys() != members | _ALWAYS or not all(isinstance(said[each], str) for each in said.keys() - {"v"}):
            raise SignatureInvalid(at="members")
        told = {name: str(value) for name, value in said.items()}
        well_formed(told["subject"], told["digest"])
        if not all(_TIME.fullmatch(told.get(name, told["at"])) for name in ("at", "issued", "asked")):
            raise SignatureInvalid(at="at")
        check(told)
    except (BadInput, KeyError, ValueError):
        raise SignatureInvalid(at="evidence") from None


def require_attested(node: Node, unit: Unit, person: Person, subject: str, digest: str) -> None:
    """Uses up the newest attestation of this person for exactly this digest. Forbidden(NOT_ATTESTED) without one.

    Call it in the transaction of what it is for, before that.
    """
    require(person, Permission.SIGN_IN)
    now = safe_now(node, unit)
    found = unit.sessions.unused(person.id, subject, digest, now - LASTS)
    if found is None:
        raise Forbidden(Code.NOT_ATTESTED, release=subject)
    unit.sessions.use(found.proof, now)


def keep_evidence(node: Node, unit: Unit, said: JsonObject, signed: bytes) -> Assertion:
    """Checks and keeps evidence, with its ledger entry. `signed` is what no second attestation may be made of.

    Conflict(ALREADY_EXISTS) when an approval was given on it before, or for the same evidence.
    """
    now = safe_now(node, unit)
    document: JsonObject = {**said, "v": VERSION, "at": stamp(now)}
    evidence = canonical(document)
    verify(evidence)
    person, subject, digest, method = (str(document[name]) for name in ("person", "subject", "digest", "method"))
    proof, mark = sha256(evidence).hexdigest(), sha256(signed).hexdigest()
    made = Assertion(proof, person, subject, digest, method, mark, evidence, now)
    if unit.sessions.spent(made.mark):
        raise Conflict(Code.ALREADY_EXISTS, at="attestation")
    unit.sessions.attest(made)
    line = entry(
        "approval.attested",
        at=stamp(now),
        actor=made.person,
        release=made.subject,
        digest=made.digest,
        method=made.method,
        proof=made.proof,
    )
    journal.write(node, unit, [line], now)
    return made


def well_formed(subject: str, digest: str) -> None:
    """BadInput(VALUE_NOT_ALLOWED) unless one names something and the other is a SHA-256 in lower-case hex."""
    if _SUBJECT.fullmatch(subject) is None:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="subject")
    if _DIGEST.fullmatch(digest) is None:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="digest")


def _passkey(said: Mapping[str, str]) -> None:
    """The challenge that the passkey signed is the digest itself."""
    check_answer(
        unb64(said["key"]),
        (unb64(said["authenticator_data"]), unb64(said["client_data"]), unb64(said["signature"])),
        challenge=bytes.fromhex(said["digest"]),
        rp_id=said["rp_id"],
        origin=said["origin"],
    )


def commitment(person: str, subject: str, digest: str, code: str) -> str:
    """What is kept of a one-use code: SHA-256 (hex) over what it is for, and the code without its hyphens."""
    return sha256(f"exchange/approval-code\0{person}\0{subject}\0{digest}\0{code}".encode()).hexdigest()


def nonce_for(person: str, subject: str, digest: str, salt: str) -> str:
    """What the identity provider is asked to sign: a hash over what is confirmed; empty texts for a mere signing in."""
    text = f"exchange/oidc-nonce\0{person}\0{subject}\0{digest}\0{salt}"
    return b64url(sha256(text.encode()).digest())


def _oidc(said: Mapping[str, str]) -> None:
    """The provider signed, about this person, a nonce that is the hash of what was confirmed."""
    nonce = nonce_for(said["person"], said["subject"], said["digest"], said["salt"])
    asked, now = (int(datetime.fromisoformat(said[name]).timestamp()) for name in ("asked", "at"))
    key = read_canonical(said["key"].encode(), limit=MAX_EVIDENCE)
    if not isinstance(key, dict):
        raise SignatureInvalid(at="key")
    expected = Expected(said["issuer"], said["client"], nonce, asked, now, fresh=True)
    if check_id_token(said["token"], key, expected) != said["person"]:
        raise SignatureInvalid(at="sub")


def _code(said: Mapping[str, str]) -> None:
    """The code is the one that the ledger had the commitment of."""
    code = said["code"]
    made = commitment(said["person"], said["subject"], said["digest"], code)
    if len(code) != CODE_LENGTH or not set(code) <= set(ALPHABET) or not hmac.compare_digest(made, said["commitment"]):
        raise SignatureInvalid(at="code")


_METHODS: Final[dict[str, tuple[frozenset[str], Callable[[Mapping[str, str]], None]]]] = {
    "passkey": (
        frozenset({"credential", "key", "rp_id", "origin", "authenticator_data", "client_data", "signature"}),
        _passkey,
    ),
    "oidc": (frozenset({"issuer", "client", "salt", "asked", "token", "key"}), _oidc),
    "code": (frozenset({"code", "commitment", "issued"}), _code),
}
"""Method -> the members that its evidence has beside those of every one, and how it is checked."""
