"""The second, independently written release checker: which claims may leave, by table. It must agree with `decide`.

It answers yes or no and nothing else: no reasons, no handling. A record of another originator passes only under its
originator's consent, which is read here a second time. Anything odd denies. Spec: docs/spec/policy.md §4, §5.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Final, NamedTuple

from exchange.model.claims import JsonValue
from exchange.model.paths import PATHS
from exchange.model.paths.checks import is_date
from exchange.model.records import Record
from exchange.model.vocab import CATEGORIES, FLAGS, PathClass
from exchange.policies.agreement import Agreement, NationalPolicy
from exchange.policies.check_table import CLASS_OF, RANK, WORD_OF, Facts, Scope, Sheet, Verdict, sheet, texts, verdict

_NOBODY: Final[frozenset[str]] = frozenset()


def _paths(*classes: PathClass) -> frozenset[str]:
    return frozenset(path for path, cls in CLASS_OF.items() if cls in classes)


_GOVERNANCE: Final = _paths(PathClass.GOVERNANCE)
_RULED: Final = _GOVERNANCE | _paths(PathClass.SAFEGUARD)
"""Paths that do not make a claim substantive; one that is not registered does."""
_CORRIDOR: Final = _paths(PathClass.MOVEMENT, PathClass.PRECISE)
_BIOMETRIC: Final = _paths(PathClass.BIOMETRIC)
_OF_EVERY_CLAIM: Final = frozenset(
    {"statement", "observed_within", "source_grade_at_least", "information_grade_at_least"}
)
"""Tests that look at every claim, whatever its path."""
_ASYLUM: Final = frozenset({"asylum", "refugee"})
_PROTECTED: Final = frozenset({"humanitarian", "journalist", "lawyer"})
_YEAR: Final = re.compile(r"[0-9]{4}", re.ASCII)
_MOMENT: Final = re.compile(r"([0-9-]{10})T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", re.ASCII)
_HIJRI_FROM: Final = 1200
_HIJRI_BELOW: Final = 1600

Values = dict[str, list[JsonValue]]


class Consent(NamedTuple):
    """An originator's grant as it was signed, and what our copy is bound by."""

    originator: str
    holder: str
    recipient: str
    purpose: str
    versions: dict[str, int]
    """Record id -> the first version that it covers."""
    paths: tuple[str, ...] | None
    agreements: tuple[str, ...]
    issued: datetime
    expires: datetime
    markings: tuple[str, ...]
    """TLP labels of the grant and of our copy."""
    purposes: tuple[tuple[str, ...], ...]
    """Purposes of the grant's handling and of our copy's."""


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
    said: dict[str, set[str]]
    """What `says` has found so far."""
    consent: Consent | None = None

    def says(self, path: str) -> set[str]:
        found = self.said.get(path)
        if found is None:
            found = self.said[path] = texts(self.values.get(path, ()))
        return found

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
    consents: tuple[Consent, ...] = ()


def permitted(question: Question) -> frozenset[str]:
    """Ids of the claims that may leave, governance included; empty when the record is denied.

    `now` is an aware datetime; a naive one denies. Never raises for a well-formed record, whatever its values.
    """
    agreement, policies, record, node, recipient, purpose, now, consents = question
    if now.tzinfo is None:
        return _NOBODY
    ask = _ask(agreement, record, (node, recipient, purpose), now.astimezone(UTC))
    ask = ask._replace(consent=next((each for each in consents if _consents(each, ask)), None))
    if any(line(ask) for line in LINES):
        return _NOBODY
    table = sheet(agreement, policies, Scope(node, recipient, record.kind, purpose))
    ruling = verdict(table, _facts(ask, table))
    return _NOBODY if ruling.forbidden else _leaving(ask, ruling)


def _ask(agreement: Agreement, record: Record, asked: tuple[str, str, str], now: datetime) -> Ask:
    values: Values = {}
    for claim in record.claims:
        if claim.path in values:
            values[claim.path].append(claim.value)
        else:
            values[claim.path] = [claim.value]
    node, recipient, purpose = asked
    minor = record.kind == "person" and _is_minor(values, now.date())
    flags = texts(values.get("record.flag", ()))
    return Ask(agreement, record, node, recipient, purpose, now, now.date().isoformat(), values, flags, minor, {})


def _consents(consent: Consent, ask: Ask) -> bool:
    """Whether this grant speaks of this record, this pair of states, this agreement, this purpose and this moment."""
    record = ask.record
    named = (consent.originator, consent.holder, consent.recipient, consent.purpose)
    return (
        named == (record.originator, ask.node, ask.recipient, ask.purpose)
        and record.originator not in (ask.node, ask.recipient)
        and record.version >= consent.versions.get(record.id, record.version + 1)
        and ask.agreement.id in consent.agreements
        and consent.issued <= ask.now < consent.expires
        and all(ask.purpose in allowed for allowed in consent.purposes)
        and all(label in RANK for label in consent.markings)
    )


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


def _unnamed(ask: Ask) -> set[str]:
    """Regions of the nationalities that may not be named; one without a region is the empty text."""
    hidden = [
        value.get("region")
        for value in ask.values.get("nationality", ())
        if isinstance(value, dict) and value.get("status") == "undisclosed"
    ]
    return texts(hidden) | ({""} if any(not isinstance(region, str) for region in hidden) else set())


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
    """A refugee or asylum seeker whose origin is unknown, may not be named, or is the recipient."""
    if not ask.flags & _ASYLUM:
        return False
    origins = _nationalities(ask)
    return not origins or ask.recipient in origins or bool(_unnamed(ask))


LINES: Final[tuple[Callable[[Ask], bool], ...]] = (
    lambda ask: ask.record.originator != ask.node and ask.consent is None,
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


def _facts(ask: Ask, table: Sheet) -> Facts:
    """What the table's tests ask for; a word that no claim says is left out."""
    words: dict[str, set[str]] = {"originator": {ask.record.originator}, "nationality_undisclosed": _unnamed(ask)}
    for path, name in WORD_OF.items():
        if path in ask.values:
            said = _nationalities(ask) if path == "nationality" else ask.says(path)
            words[name] = words[name] | said if name in words else said
    facts = Facts(ask.now.date(), words)
    facts.marking = max((RANK[label] for label in ask.says("record.marking") if label in RANK), default=None)
    if not table.names.isdisjoint(_OF_EVERY_CLAIM):
        claims = [claim for claim in ask.record.claims if claim.path not in _RULED]
        words["statement"] = {claim.statement for claim in claims}
        words["observed"] = {
            claim.observed for claim in claims if claim.observed is not None and is_date(claim.observed)
        }
        facts.grades.update(claim.grade for claim in claims if claim.grade is not None)
    return facts


def _leaving(ask: Ask, ruling: Verdict) -> frozenset[str]:
    """Spec §5, then lines 21 and 22."""
    masked, opened = _masked(ask), dict(ruling.open)
    bound: tuple[str, ...] = ()
    if ask.record.originator != ask.node and ask.consent is not None:
        bound = ask.consent.markings
        if ask.consent.paths is not None:
            opened = {path: rank for path, rank in opened.items() if path in ask.consent.paths}
    substantive = [claim for claim in ask.record.claims if claim.path in opened and claim.path not in masked]
    labels = (*ask.says("record.marking"), *bound)
    marking = max([*(RANK[label] for label in labels), *(opened[claim.path] for claim in substantive)])
    covered = any(RANK.get(name) == marking for name in ask.agreement.approvals)
    if not substantive or not covered:
        return _NOBODY
    return frozenset(
        claim.id
        for claim in ask.record.claims
        if claim.path in _GOVERNANCE or (claim.path in opened and claim.path not in masked)
    )


def _masked(ask: Ask) -> frozenset[str]:
    corridor = _CORRIDOR if "aid_corridor" in ask.flags else _NOBODY
    return corridor | _BIOMETRIC if ask.minor else corridor
