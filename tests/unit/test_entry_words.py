"""Every kind of entry, every member, class, outcome and reason has its words in three languages."""

from __future__ import annotations

from exchange.ledger.classes import Class
from exchange.ledger.entries import KINDS
from exchange.operations import openings, reconcile, reconcile_alarms
from exchange.sentences import LANGUAGES, classes, entry_kinds, entry_members


def test_every_kind_says_something_of_its_own() -> None:
    assert set(entry_kinds.KINDS) == set(KINDS)
    for lang in LANGUAGES:
        texts = [words.in_(lang) for words in entry_kinds.KINDS.values()]
        assert all(texts)
        assert len(set(texts)) == len(texts)


def test_every_member_has_a_name() -> None:
    members = {"v", "kind", "at", "actor"}.union(*KINDS.values())
    assert set(entry_members.MEMBERS) == members
    assert all(words.in_(lang) for words in entry_members.MEMBERS.values() for lang in LANGUAGES)


def test_what_reconciling_and_opening_say_is_complete() -> None:
    assert set(classes.CLASSES) == set(classes.MEANINGS) == set(Class)
    outcomes = {reconcile.AGREED, reconcile.DIFFERS, reconcile.PENDING, reconcile.BROKEN}
    assert set(classes.OUTCOMES) == outcomes
    assert set(classes.REASONS) == set(reconcile_alarms.REASONS)
    assert set(classes.OPENING_REASONS) == openings.REASONS
