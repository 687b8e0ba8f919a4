"""Ledger entries: the closed table of kinds, and how one is written and read.

An entry is canonical JSON: `v`, `kind`, `at`, `actor` and exactly the members of its kind. It holds codes, numbers,
digests and blinded references, never content and no plain hash of a guessable value. What entries must say about each
other is in `exchange.ledger.rules`. Spec: docs/spec/ledger.md §2.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final, cast

from exchange.crypto.encoding import MAX_INT, canonical, read_shaped
from exchange.errors import BadInput, Code

Value = str | int | list[str]
"""What a member of an entry can be."""
Entry = dict[str, Value]
"""A read entry: the members of its kind, checked, with `kind`, `at` and `actor`."""

VERSION: Final = 1
MAX_ENTRY: Final = 1 << 20
"""Bytes of one entry at most: 5,000 references and some."""
MAX_REFS: Final = 5000

KINDS: Final[dict[str, frozenset[str]]] = {
    kind: frozenset(members.split())
    for kind, members in {
        "genesis": "node root",
        "key.changed": "descriptor_version",
        "person.added": "person role",
        "person.disabled": "person",
        "token.issued": "person",
        "session.opened": "method",
        "session.closed": "person",
        "enrolment.issued": "person",
        "enrolment.used": "person",
        "passkey.added": "credential",
        "passkey.removed": "person credential",
        "passkey.suspect": "credential",
        "approval.attested": "release digest method proof",
        "code.issued": "release digest commitment",
        "partner.added": "partner fingerprint",
        "partner.suspended": "partner",
        "partner.resumed": "partner",
        "partner.introduced": "partner fingerprint",
        "partner.compared": "partner fingerprint",
        "partner.misheard": "partner fingerprint",
        "partner.dismissed": "partner fingerprint",
        "partner.tested": "partner outcome",
        "revocation.asked": "partner reason",
        "revocation.withdrawn": "partner",
        "partner.revoked": "partner reason envelopes",
        "agreement.changed": "agreement version digest state",
        "agreement.failed": "agreement version digest code",
        "agreement.offered": "sender recipient agreement version digest",
        "agreement.declined": "partner agreement version digest",
        "agreement.simulated": "agreement version digest records",
        "termination.asked": "agreement version digest",
        "termination.withdrawn": "agreement version digest",
        "record.deposited": "refs manifests batch",
        "record.amended": "refs manifests batch",
        "release.proposed": "release recipient agreement digest records",
        "release.approved": "release digest",
        "approval.lapsed": "release person",
        "release.voided": "release reason",
        "release.denied": "recipient agreement code records",
        "release.released": "release recipient agreement version policy_digest purpose digest envelope epoch seq "
        "approvals refs",
        "record.destroyed": "held why message refs",
        "account.read": "held refs",
        "breach.noted": "partner code since until envelopes records",
        "message.sent": "message thread type recipient agreement version policy_digest purpose envelope epoch seq refs",
        "message.received": "message thread type sender agreement envelope epoch seq records refs",
        "message.read": "message type",
        "grant.given": "grant thread originator holder recipient expires refs",
        "grant.received": "grant thread originator holder recipient expires refs",
        "grant.revoked": "grant thread",
        "release.onward": "release recipient grants refs",
        "release.decided": "release digest",
        "decision.replayed": "release records",
        "decision.exported": "release records form",
        "bundle.exported": "release form",
        "waiver.asked": "waiver release digest reason expires",
        "waiver.granted": "waiver release digest reason administrator officer expires",
        "waiver.revoked": "waiver release",
        "waiver.used": "waiver release digest",
        "standing.asked": "standing agreement version digest marking expires",
        "standing.approved": "standing agreement version digest marking officers expires",
        "standing.revoked": "standing agreement",
        "standing.used": "standing release digest",
        "envelope.void": "recipient epoch seq envelope",
        "receipt.received": "recipient epoch seq envelope outcome receipt",
        "envelope.received": "sender epoch seq envelope records refused refs",
        "envelope.refused": "sender epoch seq envelope code",
        "arrival.noted": "sender epoch seq",
        "clock.confirmed": "ahead",
        "equivocation": "sender epoch seq envelope",
        "equivocation.resolved": "sender epoch seq reason",
        "head.contradiction": "partner code size digest",
        "head.settled": "partner size reason",
        "override.asked": "override reason hours",
        "override.given": "override person reason expires",
        "override.ended": "override",
        "epoch.opened": "epoch size root lost envelopes reason digest",
        "partner.epoch": "partner epoch size lost reason",
        "reconcile.done": "partner digest outcome matched in_flight lost phantom_receipt omitted equivocated unread",
        "reconcile.acknowledged": "partner digest reason",
        "record.read": "ref held",
        "record.listed": "count",
        "list.read": "what count",
        "network.read": "ref held hops lens count",
        "search.run": "query count",
        "match.decided": "refs decision",
        "match.evaluated": "partner epoch count",
        "match.prepared": "partner epoch count",
        "match.asked": "recipient agreement version purpose case digest",
        "match.told": "partner digest count",
        "match.answered": "sender agreement version purpose case digest refs",
        "match.probing": "partner case count",
        "match.settling": "partner thread",
        "match.settled": "partner thread count refs",
        "match.contact": "size",
        "release.read": "release",
        "audit.exported": "size",
        "audit.blind-exported": "size",
        "audit.tiles-exported": "size",
        "audit.opening-asked": "opening index reason expires",
        "audit.opening-confirmed": "opening index expires",
        "audit.opening-withdrawn": "opening index",
        "audit.opening-declined": "opening index",
        "audit.opened": "opening index reason asker confirmer refs",
        "import.done": "source added updated delisted oddities",
        "login.denied": "code",
        "access.denied": "code permission count",
    }.items()
}
"""Kind -> the members that it has beside `v`, `kind`, `at` and `actor`. All are required; there are no others."""

_ALWAYS: Final = frozenset({"v", "kind", "at", "actor"})
_MEMBERS: Final = {kind: members | _ALWAYS for kind, members in KINDS.items()}
_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_CODE: Final = re.compile(r"[A-Z]{2}")
_HEX: Final = re.compile(r"[0-9a-f]{64}")
_REF: Final = re.compile(r"[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=")
_WORD: Final = re.compile(r"[A-Za-z0-9_.:+-]{1,64}")
# An identity provider's subject: anything visible that a person could not mistake for another line or direction.
_ID: Final = re.compile(r"[!-~]{1,128}")


def _matches(pattern: re.Pattern[str]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _count(value: object) -> bool:
    return type(value) is int and 0 <= value <= MAX_INT


def _from_one(value: object) -> bool:
    return type(value) is int and 1 <= value <= MAX_INT


def _ref(value: object) -> bool:
    """What `b64` writes of 32 bytes: the two bits of the last digit that say nothing are 0."""
    return isinstance(value, str) and _REF.fullmatch(value) is not None


def _refs(value: object) -> bool:
    return isinstance(value, list) and len(value) <= MAX_REFS and all(map(_ref, value))


def _persons(value: object) -> bool:
    return isinstance(value, list) and len(value) <= 16 and all(map(_matches(_ID), value))


def _digests(value: object) -> bool:
    return isinstance(value, list) and 1 <= len(value) <= MAX_REFS and all(map(_matches(_HEX), value))


def _time(value: object) -> bool:
    """A real UTC second; text order is time order."""
    return isinstance(value, str) and _real(value)


@lru_cache(maxsize=64)
def _real(value: str) -> bool:
    """Entries of one transaction have the same time, and those of one second too."""
    if not _TIME.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


_FORMS: Final[dict[Callable[[object], bool], str]] = {
    _time: "at since until expires",
    _matches(_CODE): "node recipient sender partner originator holder",
    _matches(_HEX): "root fingerprint digest batch policy_digest envelope receipt grant credential proof commitment",
    _matches(_WORD): "role state reason code purpose outcome source held type why form marking what permission "
    "decision method lens",
    _matches(_ID): "actor person release agreement message thread waiver standing override administrator officer "
    "opening asker confirmer case",
    _from_one: "descriptor_version version seq hours hops",
    _count: "ahead epoch manifests records refused count size added updated delisted oddities envelopes lost index "
    "matched in_flight phantom_receipt omitted equivocated unread",
    _ref: "ref query",
    _refs: "refs",
    _persons: "approvals officers",
    _digests: "grants",
    lambda value: type(value) is int and value == VERSION: "v",
    lambda value: isinstance(value, str): "kind",
}
"""How each member must look; a name means the same in every kind."""
_CHECKS: Final = {name: form for form, names in _FORMS.items() for name in names.split()}


def entry(kind: str, *, at: str, actor: str, **fields: str | int | Sequence[str]) -> bytes:
    """The canonical bytes of one entry. `at`: `YYYY-MM-DDTHH:MM:SSZ`. BadInput(ENTRY_MALFORMED, at=member)."""
    value: dict[str, object] = {"v": VERSION, "kind": kind, "at": at, "actor": actor}
    for name, field in fields.items():
        value[name] = field if isinstance(field, (str, int)) else list(field)
    data = canonical(value)
    read(data)
    return data


def redated(line: bytes, at: str) -> bytes:
    """The same entry with another time: for a writer that finds a later entry before it."""
    value = read_shaped(line, limit=MAX_ENTRY)
    if not isinstance(value, dict):
        raise BadInput(Code.ENTRY_MALFORMED)
    return canonical({**value, "at": at})


def read(data: bytes) -> Entry:
    """The members of an entry, every one checked. BadInput(ENTRY_MALFORMED) with the member as `at`, if it has one."""
    try:
        value = read_shaped(data, limit=MAX_ENTRY)
    except BadInput as error:
        raise BadInput(Code.ENTRY_MALFORMED) from error
    if not isinstance(value, dict):
        raise BadInput(Code.ENTRY_MALFORMED)
    kind = value.get("kind")
    members = _MEMBERS.get(kind) if isinstance(kind, str) else None
    if members is None or value.keys() != members:
        raise BadInput(Code.ENTRY_MALFORMED)
    for name, member in value.items():
        if not _CHECKS[name](member):
            raise BadInput(Code.ENTRY_MALFORMED, at=name)
    return cast(Entry, value)


def text(entry: Entry, name: str) -> str:
    """The text member `name` of a read entry."""
    value = entry[name]
    if not isinstance(value, str):
        raise BadInput(Code.ENTRY_MALFORMED, at=name)
    return value


def number(entry: Entry, name: str) -> int:
    """The number member `name` of a read entry."""
    value = entry[name]
    if not isinstance(value, int):
        raise BadInput(Code.ENTRY_MALFORMED, at=name)
    return value


def texts(entry: Entry, name: str) -> list[str]:
    """The list member `name` of a read entry."""
    value = entry[name]
    if not isinstance(value, list):
        raise BadInput(Code.ENTRY_MALFORMED, at=name)
    return value
