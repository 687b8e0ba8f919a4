"""diff: what a new version of an agreement means compared with the old one, as codes with places.

It compares meanings, not texts: clauses by their id, selectors by the paths they resolve to. What a change does to
records is for `simulate`. Sentences: `diff_sentences`. Spec: docs/spec/policy.md §14.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from exchange.policies.agreement import KEEP, AfterEnd, Agreement, Party
from exchange.policies.changes import Change, approval_changes, onward_change, retention_change
from exchange.policies.diff_match import match_changes
from exchange.policies.diff_rules import rules
from exchange.policies.scope import Cell, reach


class Reach(NamedTuple):
    """What becomes possible, or impossible, for one kind of record in one direction, seen from one state."""

    sender: str
    recipient: str
    kind: str
    gained: tuple[str, ...]
    lost: tuple[str, ...]


def diff(old: Agreement, new: Agreement) -> tuple[Change, ...]:
    """Every difference in meaning, in the order of the document."""
    return (
        *_parties(old, new),
        *_words("PURPOSE_ADDED", "PURPOSE_REMOVED", "/purposes", old.purposes, new.purposes),
        *_validity(old, new),
        *_terms_of_all(old, new),
        *approval_changes("/approvals", "", old.approvals, new.approvals),
        *rules(old, new),
        *match_changes(old.matching, new.matching),
        *_texts(old, new),
    )


def national_effect(old: Agreement | None, new: Agreement, node: str) -> tuple[Reach, ...]:
    """What `node` could newly send or receive at most, and what no longer; conditions are not weighed."""
    before = frozenset[Cell]() if old is None else reach(old)
    after = reach(new)
    moved: dict[tuple[str, str, str], tuple[list[str], list[str]]] = {}
    for side, cells_ in enumerate((after - before, before - after)):
        for cell in cells_:
            if node in cell.direction:
                moved.setdefault((*cell.direction, cell.kind), ([], []))[side].append(cell.path)
    return tuple(
        Reach(*place, tuple(sorted(gained)), tuple(sorted(lost))) for place, (gained, lost) in sorted(moved.items())
    )


def _parties(old: Agreement, new: Agreement) -> Iterator[Change]:
    known = {party.code: party for party in old.parties}
    for index, party in enumerate(new.parties):
        at, before = f"/parties/{index}", known.pop(party.code, None)
        if before is None:
            yield Change("PARTY_ADDED", at, what=party.code, after=_joined(new, party))
            continue
        if before.fingerprint != party.fingerprint:
            yield Change(
                "PARTY_ROOT_CHANGED", f"{at}/fingerprint", "", party.code, before.fingerprint, party.fingerprint
            )
        first, then = _joined(old, before), _joined(new, party)
        if first != then:
            code = "PARTY_JOINS_LATER" if first < then else "PARTY_JOINS_EARLIER"
            yield Change(code, at, what=party.code, before=first, after=then)
    for index, party in enumerate(old.parties):
        if party.code in known:
            yield Change("PARTY_REMOVED", f"/parties/{index}", what=party.code)


def _joined(agreement: Agreement, party: Party) -> str:
    return f"{party.joined or agreement.valid_from:%Y-%m-%dT%H:%M:%SZ}"


def _words(added: str, removed: str, at: str, old: Collection[str], new: Collection[str]) -> Iterator[Change]:
    yield from (Change(added, at, what=word) for word in sorted(set(new) - set(old)))
    yield from (Change(removed, at, what=word) for word in sorted(set(old) - set(new)))


def _validity(old: Agreement, new: Agreement) -> Iterator[Change]:
    for member, later, earlier in (
        ("valid_from", "STARTS_LATER", "STARTS_EARLIER"),
        ("valid_until", "ENDS_LATER", "ENDS_EARLIER"),
    ):
        was, is_ = getattr(old, member), getattr(new, member)
        if was != is_:
            form = "%Y-%m-%d" if was.date() != is_.date() else "%Y-%m-%dT%H:%M:%SZ"
            told = (f"/{member}", "", "", was.strftime(form), is_.strftime(form))
            yield Change(later if was < is_ else earlier, *told)


def _terms_of_all(old: Agreement, new: Agreement) -> Iterator[Change]:
    yield from retention_change("/retention_days", "", old.retention_days, new.retention_days)
    yield from onward_change("/onward", "", old.onward, new.onward)
    if old.back_catalogue != new.back_catalogue:
        yield Change("BACK_CATALOGUE_INCLUDED" if new.back_catalogue else "BACK_CATALOGUE_EXCLUDED", "/back_catalogue")
    yield from _words(
        "ASSURANCE_REQUIRED",
        "ASSURANCE_NO_LONGER_REQUIRED",
        "/assurance_required",
        old.assurance_required,
        new.assurance_required,
    )
    for member in ("recall_days", "correction_days"):
        before, after = getattr(old, member), getattr(new, member)
        if before != after:
            yield Change("TERM_CHANGED", f"/{member}", "", member, str(before), str(after))
    if old.suites != new.suites:
        yield Change("TERM_CHANGED", "/suites", "", "suites", _list(old.suites), _list(new.suites))
    if old.cadence != new.cadence:
        yield Change("CADENCE_CHANGED", "/cadence", "", "", old.cadence, new.cadence)
    if old.after_end != new.after_end:
        yield Change("AFTER_END_CHANGED", "/after_end", "", "", _after_end(old.after_end), _after_end(new.after_end))


def _after_end(rule: AfterEnd) -> str:
    return rule.rule if rule == KEEP else f"{rule.rule} {rule.days}"


def _texts(old: Agreement, new: Agreement) -> Iterator[Change]:
    for member in ("title", "recitals", "legal_basis"):
        if getattr(old, member) != getattr(new, member):
            yield Change("TEXT_CHANGED", f"/{member}", what=member)
    if old.examples != new.examples:
        yield Change("EXAMPLES_CHANGED", "/examples", "", "", str(len(old.examples)), str(len(new.examples)))


def _list(values: Collection[object]) -> str:
    return ", ".join(map(str, values))
