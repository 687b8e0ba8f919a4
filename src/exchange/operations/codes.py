"""One-use codes: a person confirms a digest at the command line, with their token, and types the code into a page.

A code is for one person, one subject and one digest, lasts ten minutes, and ends with the next one for the same
subject. Five wrong tries end it. Only its commitment is kept, and the ledger has it from when the code was made.
Alphabet: Crockford's base 32, which has no letters that look like digits.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import replace
from datetime import timedelta
from typing import Final

from exchange.crypto.encoding import JsonObject
from exchange.errors import Code
from exchange.ledger.entries import entry
from exchange.model.sessions import ApprovalCode, Assertion
from exchange.model.state import Person
from exchange.operations import journal
from exchange.operations.attested import ALPHABET, CODE_LENGTH, commitment, keep_evidence, well_formed
from exchange.operations.clock import safe_now, stamp
from exchange.operations.lookups import NO_PERMISSION
from exchange.operations.permissions import Permission, require
from exchange.ports import Node, Unit

LASTS: Final = timedelta(minutes=10)
MAX_WRONG: Final = 5
"""Tries at one code."""
_GROUP: Final = 4
_ALIKE: Final = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


def issue_code(node: Node, unit: Unit, person: Person, subject: str, digest: str) -> str:
    """A new code of 60 random bits in three groups, shown once; the one before it for `subject` ends."""
    require(person, Permission.SIGN_IN)
    well_formed(subject, digest)
    now = safe_now(node, unit)
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    kept = commitment(person.id, subject, digest, code)
    unit.sessions.put_code(ApprovalCode(person.id, subject, digest, kept, now, now + LASTS))
    line = entry("code.issued", at=stamp(now), actor=person.id, release=subject, digest=digest, commitment=kept)
    journal.write(node, unit, [line], now)
    return "-".join(code[start : start + _GROUP] for start in range(0, CODE_LENGTH, _GROUP))


def attest_by_code(node: Node, unit: Unit, person: Person, subject: str, digest: str, code: str) -> Assertion | None:
    """Keeps the confirmation; the code is used up. None for a wrong code, which is counted: end the unit, then tell.

    Unknown, over and wrong are the same to whoever types. A wrong try at a living code is a ledger entry.
    """
    require(person, Permission.SIGN_IN)
    well_formed(subject, digest)
    now = safe_now(node, unit)
    known = unit.sessions.code(person.id, subject, lock=True)
    if known is None:
        return None
    if now >= known.ends_at:
        unit.sessions.drop_code(person.id, subject)
        return None
    typed = code.upper().translate(_ALIKE)[: CODE_LENGTH + 1]
    given = commitment(person.id, subject, digest, typed)
    if not hmac.compare_digest(given, known.hash):
        _count(node, unit, known)
        return None
    unit.sessions.drop_code(person.id, subject)
    said: JsonObject = {
        "method": "code",
        "person": person.id,
        "subject": subject,
        "digest": digest,
        "code": typed,
        "commitment": known.hash,
        "issued": stamp(known.issued_at),
    }
    return keep_evidence(node, unit, said, known.hash.encode("ascii"))


def _count(node: Node, unit: Unit, known: ApprovalCode) -> None:
    wrong = known.wrong + 1
    if wrong < MAX_WRONG:
        unit.sessions.put_code(replace(known, wrong=wrong))
    else:
        unit.sessions.drop_code(known.person, known.subject)
    now = safe_now(node, unit)
    refused = {"code": Code.NOT_ATTESTED.value, "permission": NO_PERMISSION}
    journal.write(node, unit, [entry("access.denied", at=stamp(now), actor=known.person, count=1, **refused)], now)
