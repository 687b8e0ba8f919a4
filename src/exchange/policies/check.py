"""The second, independently written release checker: which claims may leave, by table. It must agree with `decide`.

It answers yes or no and nothing else: no reasons, no handling, no grants (a record of another originator never
passes). Anything odd denies. Spec: docs/spec/policy.md §4, §5.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Final, NamedTuple

from exchange.model.claims import Claim, JsonValue
from exchange.model.paths import PATHS
from exchange.model.paths.checks import is_date
from exchange.model.records import Record
from exchange.model.vocab import CATEGORIES, FLAGS, PathClass
from exchange.policies.agreement import Agreement, NationalPolicy
from exchange.policies.check_table import CLASS_OF, RANK, WORD_OF, Facts, Scope, Verdict, sheet, texts, verdict

_NOBODY: Final[frozenset[str]] = frozenset()
_RULED: Final = frozenset({PathClass.GOVERNANCE, PathClass.SAFEGUARD})
"""Classes that do not make a claim substantive; a path that is not registered has none, and does."""
_CORRIDOR: Final = frozenset({PathClass.MOVEMENT, PathClass.PRECISE})
_ASYLUM: Final = frozenset({"asylum", "refugee"})
_PROTECTED: Final = frozenset({"humanitarian", "journalist", "lawyer"})
_YEAR: Final = re.compile(r"[0-9]{4}", re.ASCII)
_MOMENT: Final = re.compile(r"([0-9-]{10})T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", re.ASCII)
_HIJRI_FROM: Final = 1200
_HIJRI_BELOW: Final = 1600

Values = dict[str, list[JsonValue]]


class Ask(NamedTuple):
    """One question: what was asked, and what the record says, by path."""

    agreement: Agreement
    record: Record
    node: str
    recipient: str
    purpose: str
    now: datetime
    today: str
    values: Values
    flags: set[str]
    minor: bool

    def says(self, path: str) -> set[str]:
        return texts(self.values.get(path, ()))

    def signed(self, matter: str) -> bool:
        """Whether a named authority has signed off on `matter`."""
        signoffs = self.values.get("record.signoff", ())
        return any(isinstance(signoff, dict) and signoff.get("for") == matter for signoff in signoffs)


class Question(NamedTuple):
    """Everything that the answer depends on; the fields mean what they mean in `decide.Inputs`."""

    agreement: Agreement
    policies: tuple[NationalPolicy, ...]
    record: Record
    node: str
    recipient: str
    purpose: str
    now: datetime


def permitted(question: Question) -> frozenset[str]:
    """Ids of the claims that may leave, governance included; empty when the record is denied.

    `now` is an aware datetime; a naive one denies. Never raises for a well-formed record, whatever its values.
    """
    agreement, policies, record, node, recipient, purpose, now = question
    if now.tzinfo is None:
        return _NOBODY
    ask = _ask(agreement, record, (node, recipient, purpose), now.astimezone(UTC))
    if any(line(ask) for line in LINES):
        return _NOBODY
    ruling = verdict(sheet(agreement, policies, Scope(node, recipient, record.kind, purpose)), _facts(ask))
    return _NOBODY if ruling.forbidden else _leaving(ask, ruling)


def _ask(agreement: Agreement, record: Record, asked: tuple[str, str, str], now: datetime) -> Ask:
    values: Values = {}
    for claim in record.claims:
        values.setdefault(claim.path, []).append(claim.value)
    node, recipient, purpose = asked
    minor = record.kind == "person" and _is_minor(values, now.date())
    flags = texts(values.get("record.flag", ()))
    return Ask(agreement, record, node, recipient, purpose, now, now.date().isoformat(), values, flags, minor)


def _is_minor(values: Values, today: date) -> bool:
    """Whether one claim calls or allows the person to be under 18 (spec §4, minor)."""
    if "minor" in texts(values.get("record.category", ())):
        return True
    grown = f"{today.year - 18:04d}-{today.month:02d}-{today.day:02d}"
    births = ((path, value) for path in ("birth.date", "birth.year") for value in values.get(path, ()))
    latest = (_latest(value) if PATHS[path].check(value) else None for path, value in births)
    return any(day is None or day > grown for day in latest)


def _latest(value: JsonValue) -> str | None:
    """The latest day of birth that a well-formed value allows, `YYYY-MM-DD`; None where it names none."""
    if isinstance(value, dict):
        value = next((value[name] for name in ("to", "date", "year") if name in value), None)
    found = _YEAR.match(f"{value}")
    if found is None or int(found[0]) < _HIJRI_FROM:
        return None
    year = int(found[0])
    if year < _HIJRI_BELOW:
        return f"{year * 97 // 100 + 623:04d}-12-31"
    return value if isinstance(value, str) else f"{year:04d}-12-31"


def _nationalities(ask: Ask) -> set[str]:
    return texts(value.get("country") for value in ask.values.get("nationality", ()) if isinstance(value, dict))


def _no_party(ask: Ask) -> bool:
    codes = {party.code for party in ask.agreement.parties}
    return ask.recipient == ask.node or not {ask.node, ask.recipient} <= codes


def _ungoverned(ask: Ask) -> bool:
    markings = ask.values.get("record.marking", ())
    if not markings or any(not isinstance(label, str) or label not in RANK for label in markings):
        return True
    reviews = ask.values.get("record.review", ())
    if not reviews or not all(is_date(review) for review in reviews):
        return True
    return not (ask.says("record.legal_basis") and ask.says("record.purpose"))


def _before_accession(ask: Ask) -> bool:
    if ask.agreement.back_catalogue:
        return False
    joined = next(party.joined for party in ask.agreement.parties if party.code == ask.recipient)
    since = (joined or ask.agreement.valid_from).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return _MOMENT.fullmatch(ask.record.issued) is None or ask.record.issued < since


def _uncategorised(ask: Ask) -> bool:
    return ask.record.kind == "person" and not ask.says("record.category") & (CATEGORIES - {"unknown"})


def _review_too_far(ask: Ask) -> bool:
    issued = _MOMENT.fullmatch(ask.record.issued)
    return issued is None or any(review > _years_after(issued[1], 3) for review in ask.says("record.review"))


def _kept_too_long(ask: Ask) -> bool:
    """Today is behind five years from the first issue and behind every renewal of at most five years."""
    issued = ask.record.issued[:10]
    first = {day for day in ask.says("record.first_issued") if is_date(day)} | {issued}
    ends = {_years_after(day, 5) for day in first if day == min(first)}
    for renewal in ask.values.get("record.renewal", ()):
        if PATHS["record.renewal"].check(renewal) and isinstance(renewal, dict):
            ends |= texts([renewal["until"]]) if f"{renewal['until']}" <= _years_after(issued, 5) else set()
    return all(end < ask.today for end in ends)


def _years_after(day: str, years: int) -> str:
    return f"{int(day[:4]) + years:04d}{day[4:]}"


def _unguarded_minor(ask: Ask) -> bool:
    """A minor without the note, the signature, or a review within a year of issue."""
    if not ask.minor:
        return False
    issued = _MOMENT.fullmatch(ask.record.issued)
    if issued is None or not ask.says("record.best_interest") or not ask.signed("best_interest"):
        return True
    last = f"{int(issued[1][:4]) + 1:04d}{issued[1][4:]}"
    return any(review > last for review in ask.says("record.review"))


def _unassured(ask: Ask) -> bool:
    needed = "torture_risk" in ask.flags or ask.recipient in ask.agreement.assurance_required
    return needed and not ask.says("record.assurance")


def _unknown_flag(ask: Ask) -> bool:
    return any(not isinstance(flag, str) or flag not in FLAGS for flag in ask.values.get("record.flag", ()))


def _origin(ask: Ask) -> bool:
    """A refugee or asylum seeker whose origin is unknown, or is the recipient."""
    origins = _nationalities(ask) if ask.flags & _ASYLUM else {""}
    return not origins or ask.recipient in origins


LINES: Final[tuple[Callable[[Ask], bool], ...]] = (
    lambda ask: ask.record.originator != ask.node,
    _no_party,
    lambda ask: not ask.agreement.valid_from <= ask.now < ask.agreement.valid_until,
    lambda ask: ask.purpose not in ask.agreement.purposes,
    _ungoverned,
    lambda ask: ask.purpose not in ask.says("record.purpose"),
    _before_accession,
    _uncategorised,
    lambda ask: any(review < ask.today for review in ask.says("record.review")),
    _review_too_far,
    _kept_too_long,
    _unguarded_minor,
    lambda ask: "obtained_under_duress" in ask.flags,
    _origin,
    _unassured,
    lambda ask: any(flag.startswith("neutrality_") for flag in ask.flags) and not ask.signed("neutrality"),
    lambda ask: bool(ask.flags & _PROTECTED) and not ask.signed("listing"),
    _unknown_flag,
    lambda ask: len({claim.id for claim in ask.record.claims}) != len(ask.record.claims),
)
"""Spec §4, lines 1 to 18 and 20: one that holds denies the record."""


def _facts(ask: Ask) -> Facts:
    words: dict[str, set[str]] = {name: set() for name in (*WORD_OF.values(), "statement", "observed")}
    words["originator"] = {ask.record.originator}
    for path, name in WORD_OF.items():
        if path in ask.values:
            words[name] |= _nationalities(ask) if path == "nationality" else ask.says(path)
    facts = Facts(ask.now.date(), words)
    facts.marking = max((RANK[label] for label in ask.says("record.marking") if label in RANK), default=None)
    for claim in ask.record.claims:
        if CLASS_OF.get(claim.path) not in _RULED:
            words["statement"].add(claim.statement)
            if claim.grade is not None:
                facts.grades.add(claim.grade)
            if claim.observed is not None and is_date(claim.observed):
                words["observed"].add(claim.observed)
    return facts


def _leaving(ask: Ask, ruling: Verdict) -> frozenset[str]:
    """Spec §5, then lines 21 and 22."""
    masked = _masked(ask)
    marking = max(RANK[label] for label in ask.says("record.marking"))
    substantive: list[Claim] = []
    governance: list[Claim] = []
    for claim in ask.record.claims:
        cls = CLASS_OF.get(claim.path)
        if cls == PathClass.GOVERNANCE:
            governance.append(claim)
        elif claim.path in ruling.open and cls not in masked:
            substantive.append(claim)
            marking = max(marking, ruling.open[claim.path])
    covered = any(RANK[label] == marking for label in ask.agreement.approvals)
    if not substantive or not covered:
        return _NOBODY
    return frozenset(claim.id for claim in (*substantive, *governance))


def _masked(ask: Ask) -> frozenset[PathClass | None]:
    corridor = _CORRIDOR if "aid_corridor" in ask.flags else frozenset()
    return corridor | ({PathClass.BIOMETRIC} if ask.minor else frozenset())
