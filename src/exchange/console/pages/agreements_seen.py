"""What pages show of an agreement: parties and signatures, examples, findings, differences; no page of its own."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from exchange.console.visit import Visit
from exchange.crypto.spoken import spoken
from exchange.model.paths import PATHS
from exchange.model.state import StoredAgreement
from exchange.operations.grounds import parsed, parsed_policy
from exchange.policies.agreement import Agreement, NationalPolicy, Party
from exchange.policies.changes import Change
from exchange.policies.diff import Reach, diff, national_effect
from exchange.policies.diff_sentences import change_sentence
from exchange.policies.examples import Failure, compare, decide_example
from exchange.policies.lint import Finding, lint
from exchange.policies.lint_sentences import finding_sentence
from exchange.ports import Unit
from exchange.sentences.law import MARKING, LawText, document_text
from exchange.sentences.law.clauses import fields
from exchange.sentences.law.countries import COUNTRIES
from exchange.sentences.law.examples import example_items
from exchange.sentences.law.fields import FIELDS
from exchange.sentences.law.grammar import Tongue, capital
from exchange.sentences.law.text import Item
from exchange.sentences.law.words import CLASSES, KINDS, PURPOSES

Meaning = Agreement | NationalPolicy


class PartySeen(NamedTuple):
    """One party as a row."""

    code: str
    name: str
    fingerprint: str
    groups: tuple[str, ...]
    """The digits to read out; empty for a placeholder."""
    known: str
    """`ours`, `same` (as people compared it), `other` or `stranger`."""
    signed: bool


class ExampleSeen(NamedTuple):
    """One example in prose, and what is decided differently; nothing where it holds."""

    item: Item
    failures: tuple[tuple[str, str, str], ...]
    """(member, expected, decided), values in words."""


class FindingSeen(NamedTuple):
    severity: str
    code: str
    at: str
    text: str


class ChangeSeen(NamedTuple):
    effect: str
    at: str
    text: str


class ReachSeen(NamedTuple):
    """What becomes possible or impossible in one direction for one kind of record."""

    sender: str
    recipient: str
    kind: str
    gained: str
    lost: str


def meaning_of(stored: StoredAgreement) -> Meaning:
    """The document as read."""
    return (parsed_policy if stored.kind == "policy" else parsed)(stored.document, stored.digest)


def title_of(visit: Visit, meaning: Meaning) -> str:
    tongue = Tongue(visit.lang)
    return tongue.prose(tongue.of(meaning.title))


def party_rows(meaning: Meaning) -> tuple[Party, ...]:
    return meaning.parties if isinstance(meaning, Agreement) else (meaning.party,)


def country(visit: Visit, code: str) -> str:
    """A state's name, as a label begins; the code where it has none."""
    return capital(Tongue(visit.lang).country(code)) if code in COUNTRIES else code


def parties_of(
    visit: Visit, unit: Unit, meaning: Meaning, signatures: Collection[str] | Mapping[str, bytes]
) -> list[PartySeen]:
    """Each party: who it is, whether its root is the one that people compared, whether it has signed."""
    found = []
    for party in party_rows(meaning):
        partner = unit.partners.get(party.code)
        if party.code == visit.node.code:
            known = "ours" if party.fingerprint == visit.node.keys.root_fingerprint else "other"
        elif partner is None:
            known = "stranger"
        else:
            known = "same" if partner.root_fingerprint == party.fingerprint else "other"
        groups = () if party.fingerprint.startswith("@") else spoken(party.fingerprint)
        found.append(
            PartySeen(
                party.code, country(visit, party.code), party.fingerprint, groups, known, party.code in signatures
            )
        )
    return found


def law_of(visit: Visit, meaning: Meaning, side: str = "") -> LawText:
    """The whole document as prose, in the language `side` or the reader's."""
    return _law(meaning, side or visit.lang)


@lru_cache(maxsize=64)
def _law(meaning: Meaning, lang: str) -> LawText:
    return document_text(meaning, lang, MARKING)


def examples_of(visit: Visit, meaning: Meaning) -> tuple[ExampleSeen, ...]:
    """Every example with what this program decides. A national policy has none."""
    return _examples(meaning, visit.lang) if isinstance(meaning, Agreement) else ()


def findings_of(visit: Visit, meaning: Meaning) -> tuple[FindingSeen, ...]:
    """What lint says, errors first."""
    return _findings(meaning, visit.lang)


@lru_cache(maxsize=64)
def _examples(meaning: Agreement, lang: str) -> tuple[ExampleSeen, ...]:
    """Kept per document as read, which compares by identity: what is decided of an example never changes."""
    items = example_items(Tongue(lang), meaning)
    return tuple(
        ExampleSeen(item, tuple(_failed(lang, each) for each in compare(example, decide_example(meaning, example))))
        for item, example in zip(items, meaning.examples, strict=True)
    )


@lru_cache(maxsize=64)
def _findings(meaning: Meaning, lang: str) -> tuple[FindingSeen, ...]:
    found = [
        FindingSeen(each.severity, each.code, each.at, finding_sentence(_in_words(lang, each), lang))
        for each in lint(meaning)
    ]
    return tuple(sorted(found, key=lambda each: each.severity != "error"))


def changes_of(visit: Visit, old: Agreement, new: Agreement) -> list[ChangeSeen]:
    """Every difference in words, what widens first."""
    order = ("wider", "narrower", "other")
    found = [ChangeSeen(each.effect, each.at, _changed(visit, each)) for each in diff(old, new)]
    return sorted(found, key=lambda each: order.index(each.effect))


def reach_of(visit: Visit, old: Agreement | None, new: Agreement) -> list[ReachSeen]:
    """What our node could newly send or receive at most."""
    return [_reach(visit, each) for each in national_effect(old, new, visit.node.code)]


def fields_of(visit: Visit, paths: Sequence[str]) -> str:
    """Names of fields, joined."""
    known = [path for path in paths if path in FIELDS]
    return fields(Tongue(visit.lang), known) if known else ", ".join(paths)


def kind_of(visit: Visit, kind: str) -> str:
    return capital(Tongue(visit.lang).of(KINDS[kind])) if kind in KINDS else kind


def _in_words(lang: str, finding: Finding) -> Finding:
    """The finding with a name in place of a code of the vocabulary."""
    return finding._replace(what=_named(lang, finding.what))


def _changed(visit: Visit, change: Change) -> str:
    named = change
    if change.code.startswith(("PURPOSE_", "PARTY_", "ASSURANCE_")):
        named = change._replace(what=_named(visit.lang, change.what))
    text = change_sentence(named._replace(paths=()), visit.lang)
    if not change.paths:
        return text
    # The sentence ends in its list of fields: they are put in by their names.
    return change_sentence(named._replace(paths=(fields_of(visit, change.paths),)), visit.lang)


def _named(lang: str, what: str) -> str:
    tongue = Tongue(lang)
    if what in PURPOSES:
        return tongue.quoted(tongue.of(PURPOSES[what]))
    if what in CLASSES:
        return tongue.quoted(tongue.of(CLASSES[what]))
    if what in COUNTRIES:
        return tongue.country(what)
    return tongue.name(what)


def _failed(lang: str, failure: Failure) -> tuple[str, str, str]:
    return failure.member, _values(lang, failure.expected), _values(lang, failure.actual)


def _values(lang: str, text: str) -> str:
    """Paths by the names of their fields; anything else as it stands."""
    parts = [part for part in text.split(", ") if part]
    return fields(Tongue(lang), parts) if parts and all(part in PATHS for part in parts) else text


def _reach(visit: Visit, move: Reach) -> ReachSeen:
    sides = (fields_of(visit, move.gained) if move.gained else "", fields_of(visit, move.lost) if move.lost else "")
    return ReachSeen(move.sender, move.recipient, kind_of(visit, move.kind), *sides)
