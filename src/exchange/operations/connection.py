"""A test of the connection to one partner's node: name, TLS, identity, protocol, clock, agreements, ledger.

Seven rows, each with a cause; what a person does next is in `exchange.sentences.connection`. Rows behind one that fails
are `skipped` where they could not be looked at. It changes nothing at either side but what a heartbeat always changes.
Spec: docs/spec/transport.md §8.2.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from exchange.crypto.encoding import canonical, read_canonical
from exchange.crypto.fields import HEX32, NODE, Fields
from exchange.errors import BadInput, Code, ExchangeError, NotFound, Remote, Unavailable, UntrustedKey
from exchange.ledger.entries import entry
from exchange.model.claims import JsonObject, JsonValue
from exchange.model.connections import Probe, Row, Tested
from exchange.model.state import Partner, Person
from exchange.operations import journal
from exchange.operations.clock import SKEW, safe_now, stamp
from exchange.operations.contradictions import contradicted
from exchange.operations.grounds import parsed
from exchange.operations.heartbeat import beat
from exchange.operations.known_partners import card_in_use, partner_in_use
from exchange.operations.permissions import Permission, require
from exchange.operations.seen_heads import partner_origin
from exchange.ports import Node, Unit

NAMES: Final = ("names", "reach", "identity", "protocol", "clock", "agreements", "ledger")
"""Rows in their order."""
PROTOCOL: Final = 1
MOST: Final = 64
"""Agreements that one answer lists."""
MAX_ABOUT: Final = 64 << 10
CLOSE: Final = timedelta(seconds=60)
"""Clocks further apart are worth a look; further than the skew, they stop the exchange."""
_KEPT: Final = "tested."
"""Setting by partner: the newest test, canonical JSON."""
_ID: Final = re.compile(r"AG(?:-[A-Z0-9]{1,4}){2,17}", re.ASCII)
_MEMBERS: Final = ("v", "node", "time", "protocols", "agreements")

Agreed = tuple[str, int, str]
"""Id, version and digest of an agreement in force."""


class _About(NamedTuple):
    """What the partner says of itself."""

    time: datetime
    protocols: tuple[int, ...]
    agreements: frozenset[Agreed]
    apart: timedelta
    """How far its clock is ahead of ours."""


def answer_about(node: Node, partner_code: str) -> bytes:
    """Our clock, protocol versions, and the agreements in force between the caller and us."""
    with node.store.read() as unit:
        partner_in_use(unit, partner_code)
        agreed = sorted(between(node, unit, partner_code))[:MOST]
    value: JsonObject = {
        "v": 1,
        "node": node.code,
        "time": stamp(node.clock.now()),
        "protocols": [PROTOCOL],
        "agreements": [list[JsonValue](each) for each in agreed],
    }
    return canonical(value)


def between(node: Node, unit: Unit, partner_code: str) -> list[Agreed]:
    """Agreements in force here that both of us are parties to."""
    found = []
    for stored in unit.agreements.all():
        if stored.kind == "agreement" and stored.state == "active":
            meaning = parsed(stored.document, stored.digest)
            if meaning.party(node.code) is not None and meaning.party(partner_code) is not None:
                found.append((stored.id, stored.version, stored.digest))
    return found


def try_connection(node: Node, person: Person, partner_code: str) -> Tested:
    """Looks at the connection now, keeps the result, and says in the ledger that `person` did. NotFound."""
    require(person, Permission.PARTNER_READ)
    with node.store.read() as unit:
        if unit.partners.get(partner_code) is None:
            raise NotFound(partner=partner_code)
    rows = look(node, partner_code)
    with node.store.write() as unit:
        now = safe_now(node, unit)
        done = Tested(now, rows)
        unit.set_setting(_KEPT + partner_code, canonical(_written(done)).decode())
        line = entry("partner.tested", at=stamp(now), actor=person.id, partner=partner_code, outcome=done.outcome)
        journal.write(node, unit, [line], now)
    return done


def last_test(unit: Unit, partner_code: str) -> Tested | None:
    """The newest test, if there was one."""
    kept = unit.setting(_KEPT + partner_code)
    return None if kept is None else _read(kept)


def look(node: Node, partner_code: str) -> tuple[Row, ...]:
    """The seven rows. Keeps nothing of its own. NotFound for a stranger."""
    with node.store.read() as unit:
        partner = unit.partners.get(partner_code)
        if partner is None:
            raise NotFound(partner=partner_code)
        now = node.clock.now()
    rows = _wire(node.peers.probe(partner))
    if any(row.state == "fail" for row in rows):
        return _filled(rows)
    rows.append(_card(partner, now) or _row("identity", "ok", "PINNED"))
    if partner.suspended:
        return _filled([*rows, _row("protocol", "warn", "SUSPENDED_HERE")])
    return _filled([*rows, *_talk(node, partner)])


def _wire(probe: Probe) -> list[Row]:
    facts: dict[str, str | int] = {"host": probe.host, "port": probe.port, "addresses": ", ".join(probe.addresses)}
    if probe.failed == "names":
        return [_row("names", "fail", "NAME_UNKNOWN", facts)]
    if probe.failed == "address":
        return [_row("names", "fail", "ADDRESS_NOT_ALLOWED", facts)]
    numeric = probe.addresses == (probe.host,)
    rows = [_row("names", "ok", "ADDRESS_GIVEN" if numeric else "NAME_FOUND", facts)]
    if probe.failed in ("reach", "tls"):
        code = {"timeout": "NO_ANSWER", "refused": "PORT_CLOSED", "unreachable": "NO_ROUTE"}.get(probe.why, "NO_ANSWER")
        return [*rows, _row("reach", "fail", code if probe.failed == "reach" else "TLS_FAILED", facts)]
    if probe.failed == "identity":
        code = "CERTIFICATE_EXPIRED" if probe.why == "expired" else "CERTIFICATE_OTHER"
        shown = {"pin": probe.pin[:16]}
        return [*rows, _row("reach", "ok", "REACHED", {"tls": "TLS"}), _row("identity", "fail", code, shown)]
    return [*rows, _row("reach", "ok", "REACHED", {"tls": probe.tls})]


def _card(partner: Partner, now: datetime) -> Row | None:
    """What is wrong with the partner's card, which says which certificate is its own."""
    try:
        card_in_use(partner, now)
    except UntrustedKey:
        return _row("identity", "fail", "CARD_EXPIRED")
    return None


def _talk(node: Node, partner: Partner) -> list[Row]:
    """A question and a heartbeat."""
    before = node.clock.now()
    try:
        about = _about(node, partner, before)
    except ExchangeError as failure:
        if failure.code is not Code.NOT_FOUND:
            return [_refused(failure)]
        about = None  # a node that is older than the question
    rows = []
    if about is not None:
        spoken = PROTOCOL in about.protocols
        facts: dict[str, str | int] = {"theirs": ", ".join(map(str, about.protocols)), "ours": PROTOCOL}
        rows = [_row("protocol", "ok" if spoken else "fail", "PROTOCOL_SAME" if spoken else "PROTOCOL_OTHER", facts)]
        rows += [_clock(about.apart), _agreements(node, partner.code, about)]
        if not spoken or abs(about.apart) > SKEW:
            return rows
    try:
        said = beat(node, partner.code)
    except ExchangeError as failure:
        if failure.code is Code.ROLLED_BACK:
            return [*rows, _row("ledger", "fail", "LEDGER_BEHIND")]
        return [_refused(failure), *(row for row in rows if row.name != "protocol")]
    if about is None:
        apart = datetime.fromisoformat(said.at) - node.clock.now()
        rows = [
            _row("protocol", "ok", "PROTOCOL_SAME", {"theirs": str(PROTOCOL), "ours": PROTOCOL}),
            _clock(apart),
            _row("agreements", "warn", "AGREEMENTS_NOT_TOLD"),
        ]
    return [*rows, _ledger(node, partner.code)]


def _about(node: Node, partner: Partner, before: datetime) -> _About:
    """Remote(PARTNER_ANSWER) for an answer in another form."""
    wire = node.peers.about(partner)
    middle = before + (node.clock.now() - before) / 2
    try:
        fields = Fields(read_canonical(wire, limit=MAX_ABOUT), _MEMBERS, Code.PARTNER_ANSWER)
        fields.integer("v", 1, 1)
        if fields.text("node", NODE) != partner.code:
            raise BadInput(Code.PARTNER_ANSWER)
        time, protocols, listed = fields.time("time"), fields.raw("protocols"), fields.raw("agreements")
        if not isinstance(protocols, list) or not isinstance(listed, list) or len(listed) > MOST:
            raise BadInput(Code.PARTNER_ANSWER)
        spoken = tuple(each for each in protocols[:16] if type(each) is int)
        return _About(time, spoken, frozenset(map(_agreed, listed)), time - middle)
    except BadInput:
        raise Remote(Code.PARTNER_ANSWER, partner=partner.code) from None


def _agreed(value: JsonValue) -> Agreed:
    if not isinstance(value, list) or len(value) != 3:
        raise BadInput(Code.PARTNER_ANSWER)
    id_, version, digest = value
    texts = isinstance(id_, str) and _ID.fullmatch(id_) and isinstance(digest, str) and HEX32.fullmatch(digest)
    if not texts or type(version) is not int:
        raise BadInput(Code.PARTNER_ANSWER)
    return str(id_), version, str(digest)


def _refused(failure: ExchangeError) -> Row:
    """The connection stands, and the node behind it says no."""
    codes = {
        Code.SUSPENDED: "SUSPENDED_THERE",
        Code.CERTIFICATE_UNKNOWN: "UNKNOWN_THERE",
        Code.PARTNER_UNKNOWN: "UNKNOWN_THERE",
        Code.PARTNER_UNREACHABLE: "CUT_OFF",
        Code.ROLLED_BACK: "ROLLED_BACK_THERE",
    }
    if isinstance(failure, Unavailable):
        return _row("protocol", "fail", "NOT_ABLE_HERE", {"code": failure.code.value})
    return _row("protocol", "fail", codes.get(failure.code, "ANSWER_NOT_UNDERSTOOD"), {"code": failure.code.value})


def _clock(apart: timedelta) -> Row:
    seconds = round(apart.total_seconds())
    facts = {"seconds": abs(seconds), "ahead": "ahead" if seconds > 0 else "behind"}
    if abs(apart) > SKEW:
        return _row("clock", "fail", "CLOCKS_TOO_FAR", facts)
    return _row("clock", "warn" if abs(apart) > CLOSE else "ok", "CLOCKS_APART", facts)


def _agreements(node: Node, code: str, about: _About) -> Row:
    """The same versions with the same digests; else the ids that differ, ours or theirs."""
    with node.store.read() as unit:
        ours = frozenset(between(node, unit, code))
    if ours == about.agreements:
        return _row("agreements", "ok", "AGREEMENTS_SAME" if ours else "AGREEMENTS_NONE", {"count": len(ours)})
    told = {each[0]: each for each in about.agreements}
    mine = {each[0]: each for each in ours}
    differ = sorted(id_ for id_ in told.keys() | mine.keys() if told.get(id_) != mine.get(id_))
    return _row("agreements", "fail", "AGREEMENTS_DIFFER", {"ids": ", ".join(differ[:8])})


def _ledger(node: Node, code: str) -> Row:
    with node.store.read() as unit:
        wrong = contradicted(unit, code)
        newest = unit.heads.newest(partner_origin(unit, code))
    if wrong is not None:
        return _row("ledger", "fail", wrong.code, {"size": wrong.size})
    return _row("ledger", "ok", "HEAD_SEEN", {"size": 0 if newest is None else newest.size})


def _row(name: str, state: str, code: str, facts: Mapping[str, str | int] | None = None) -> Row:
    return Row(name, state, code, dict(facts or {}))


def _filled(rows: list[Row]) -> tuple[Row, ...]:
    """Every row in its place; those that could not be looked at say so."""
    known = {row.name: row for row in rows}
    return tuple(known.get(name, _row(name, "skipped", "NOT_LOOKED_AT")) for name in NAMES)


def _written(done: Tested) -> JsonObject:
    rows: list[JsonValue] = [
        {"name": row.name, "state": row.state, "code": row.code, "facts": dict[str, JsonValue](row.facts)}
        for row in done.rows
    ]
    return {"at": stamp(done.at), "rows": rows}


def _read(kept: str) -> Tested:
    value = read_canonical(kept.encode(), limit=MAX_ABOUT)
    assert isinstance(value, dict)  # ours, written above
    rows = []
    for each in value["rows"] if isinstance(value["rows"], list) else []:
        assert isinstance(each, dict)
        facts = each["facts"] if isinstance(each["facts"], dict) else {}
        told = {name: fact for name, fact in facts.items() if isinstance(fact, str | int)}
        rows.append(Row(str(each["name"]), str(each["state"]), str(each["code"]), told))
    return Tested(datetime.fromisoformat(str(value["at"])), tuple(rows))
