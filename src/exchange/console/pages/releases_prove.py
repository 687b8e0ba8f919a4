"""A fresh proof of who approves: a passkey over the digest, the identity provider, or a one-use code."""

from __future__ import annotations

from typing import Final

from exchange.console.visit import Visit
from exchange.errors import Code, Forbidden
from exchange.operations import codes, passkeys
from exchange.ports import Unit

WAYS: Final = ("passkey", "code", "provider")


def options_for(visit: Visit, unit: Unit, subject: str, digest: str) -> str:
    """What the browser's passkey dialogue is given: its challenge is the digest. Empty for whoever has no passkey."""
    if visit.node.passkeys is None or not passkeys.list_of(unit, visit.person):
        return ""
    return passkeys.step_up_options(visit.node, unit, visit.person, subject, digest)


def prove(visit: Visit, unit: Unit, subject: str, digest: str, way: str) -> bool:
    """Stores the proof that the form brings. That of the identity provider was stored on the way back from there.

    False for a wrong code: the try is counted, so the transaction must end and the reader be told after that.
    """
    if way == "passkey":
        answer = visit.form.text("response")
        passkeys.step_up(visit.node, unit, visit.person, subject, digest, answer)
    elif way == "code":
        code = visit.form.text("code", limit=40)
        return codes.attest_by_code(visit.node, unit, visit.person, subject, digest, code) is not None
    return True


def unproven(visit: Visit) -> Visit:
    """The page after a wrong code, with the sentence above it."""
    return visit.faulted(Forbidden(Code.NOT_ATTESTED)) if visit.asked("wrong", limit=8) == "code" else visit
