"""What a grant says: an originator's consent that a holder passes named records on to one third state. Pure values.

The signature is elsewhere (`exchange.crypto.grant`); here are the exact form of the document and the question whether
it covers what is asked. A grant may only tighten: `handling` binds beside everything else. Spec: docs/spec/onward.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from exchange.errors import BadInput, Code, Denied
from exchange.model.claims import JsonObject, JsonValue
from exchange.model.message_json import is_thread
from exchange.model.messages import MAX_REFS
from exchange.model.paths import PATHS, paths_of
from exchange.model.records import Ref
from exchange.model.vocab import COUNTRIES, PathClass
from exchange.policies.handling import Handling, no_looser
from exchange.policies.import_rules import handling_of

MAX_LIFETIME: Final = timedelta(days=366)
MAX_AGREEMENTS: Final = 16
SKEW: Final = timedelta(minutes=5)
"""How far the clock of whoever issued a grant may be ahead of ours."""
_NODE: Final = re.compile(r"[A-Z]{2}", re.ASCII)
_RECORD: Final = re.compile(r"[a-z0-9-]{8,64}", re.ASCII)
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}", re.ASCII)
_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", re.ASCII)
_GOVERNANCE: Final = paths_of(PathClass.GOVERNANCE)
_MEMBERS: Final = frozenset(
    {"v", "originator", "holder", "recipient", "thread", "refs", "paths", "purpose", "handling", "agreements"}
    | {"issued", "expires"}
)


class GrantDocument(NamedTuple):
    """One grant. `versions`: id of each record -> the first version that it covers."""

    originator: str
    holder: str
    recipient: str
    thread: str
    """The onward request that it answers; a revocation names it too."""
    versions: dict[str, int]
    paths: tuple[str, ...] | None
    """Claim paths that may go on beside governance; None for all that the holder holds."""
    purpose: str
    handling: Handling
    agreements: tuple[str, ...]
    """Agreements of holder and third state under which it may travel."""
    issued: str
    expires: str

    @property
    def issued_at(self) -> datetime:
        return datetime.fromisoformat(self.issued)

    @property
    def expires_at(self) -> datetime:
        return datetime.fromisoformat(self.expires)

    @property
    def refs(self) -> tuple[Ref, ...]:
        return tuple(Ref(self.originator, id_) for id_ in self.versions)

    def document(self) -> JsonObject:
        return {
            "v": 1,
            "originator": self.originator,
            "holder": self.holder,
            "recipient": self.recipient,
            "thread": self.thread,
            "refs": [[id_, version] for id_, version in sorted(self.versions.items())],
            "paths": None if self.paths is None else list(self.paths),
            "purpose": self.purpose,
            "handling": self.handling.document(),
            "agreements": list(self.agreements),
            "issued": self.issued,
            "expires": self.expires,
        }

    def covers(self, path: str) -> bool:
        return self.paths is None or path in self.paths or path in _GOVERNANCE


class Passing(NamedTuple):
    """One record on its way through a holder: what a grant is held against."""

    ref: Ref
    version: int
    holder: str
    recipient: str
    purpose: str
    agreement_id: str
    now: datetime


def read_grant(value: JsonValue) -> GrantDocument:
    """The grant in a parsed document, exactly. BadInput(GRANT_INVALID, at=member)."""
    if not isinstance(value, dict) or value.keys() != _MEMBERS or type(value["v"]) is not int or value["v"] != 1:
        raise _fault("members")
    try:
        handling = handling_of(value["handling"])
    except BadInput:
        raise _fault("handling") from None
    found = GrantDocument(
        originator=_text(value, "originator", _NODE.fullmatch),
        holder=_text(value, "holder", _NODE.fullmatch),
        recipient=_text(value, "recipient", COUNTRIES.__contains__),
        thread=_text(value, "thread", is_thread),
        versions=_versions(value["refs"]),
        paths=None if value["paths"] is None else _sorted(value, "paths", PATHS.__contains__, len(PATHS)),
        purpose=_text(value, "purpose", lambda text: 0 < len(text) <= 64),
        handling=handling,
        agreements=_sorted(value, "agreements", _NAME.fullmatch, MAX_AGREEMENTS),
        issued=_text(value, "issued", _moment),
        expires=_text(value, "expires", _moment),
    )
    if len({found.originator, found.holder, found.recipient}) != 3:
        raise _fault("recipient")
    if not found.issued_at < found.expires_at <= found.issued_at + MAX_LIFETIME:
        raise _fault("expires")
    if found.handling.onward != "none" or found.purpose not in found.handling.purposes:
        raise _fault("handling")
    return found


def covers(grant: GrantDocument, passing: Passing) -> bool:
    """Whether it speaks of this version of this record, these two states, this purpose, agreement and moment."""
    return (
        grant.originator == passing.ref.originator
        and (grant.holder, grant.recipient, grant.purpose) == (passing.holder, passing.recipient, passing.purpose)
        and passing.version >= grant.versions.get(passing.ref.id, passing.version + 1)
        and passing.agreement_id in grant.agreements
        and grant.issued_at - SKEW <= passing.now < grant.expires_at
    )


def let_pass(grant: GrantDocument, passing: Passing, paths: Iterable[str], handling: Handling) -> None:
    """The third state's reading. Denied(GRANT_INVALID) for a record that its originator did not let come here."""
    fits = covers(grant, passing) and all(grant.covers(path) for path in paths)
    if not fits or not no_looser(handling, grant.handling):
        raise Denied(Code.GRANT_INVALID)


def _versions(value: JsonValue) -> dict[str, int]:
    """`[[id, first version], …]`, rising by id."""
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_REFS:
        raise _fault("refs")
    found: dict[str, int] = {}
    for each in value:
        if not isinstance(each, list) or len(each) != 2:
            raise _fault("refs")
        id_, version = each
        if not isinstance(id_, str) or _RECORD.fullmatch(id_) is None or type(version) is not int or version < 1:
            raise _fault("refs")
        if found and id_ <= next(reversed(found)):
            raise _fault("refs")
        found[id_] = version
    return found


def _text(value: JsonObject, name: str, fits: Callable[[str], object]) -> str:
    text = value[name]
    if not isinstance(text, str) or not fits(text):
        raise _fault(name)
    return text


def _sorted(value: JsonObject, name: str, fits: Callable[[str], object], limit: int) -> tuple[str, ...]:
    """A list of distinct texts in order, not empty."""
    items = value[name]
    if not isinstance(items, list) or not 1 <= len(items) <= limit:
        raise _fault(name)
    found = tuple(each for each in items if isinstance(each, str) and fits(each))
    if list(found) != items or list(found) != sorted(set(found)):
        raise _fault(name)
    return found


def _moment(text: str) -> bool:
    if _TIME.fullmatch(text) is None:
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _fault(name: str) -> BadInput:
    return BadInput(Code.GRANT_INVALID, at=name)
