"""Whose consent the second checker takes: the originator's own, for this record, these states and this moment.

Beside every answer stands what `decide` says of the same question.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from exchange.model.records import Record
from exchange.policies.check import Consent, Question, permitted
from tests.unit.policies_kit import (
    NAME,
    NOW,
    agreement,
    record,
)

GRANTED = Consent(
    originator="AE",
    holder="DZ",
    recipient="KW",
    purpose="border.checks",
    versions={"rec-test": 1},
    paths=None,
    agreements=("AG-DZ-AE-KW",),
    issued=NOW - timedelta(days=1),
    expires=NOW + timedelta(days=1),
    markings=("TLP:AMBER",),
    purposes=(("border.checks",),),
)


def consented(consent: Consent, about: Record, now: datetime = NOW) -> bool:
    return bool(permitted(Question(agreement(), (), about, "DZ", "KW", "border.checks", now, (consent,))))


def test_the_consent_of_the_originator() -> None:
    about = record(NAME, originator="AE")
    assert consented(GRANTED, about)
    assert consented(GRANTED._replace(versions={"rec-other": 9, "rec-test": 1}), about)
    for other in (
        GRANTED._replace(versions={}),
        GRANTED._replace(versions={"rec-other": 1}),
        GRANTED._replace(versions={"rec-test": 2}),
        GRANTED._replace(originator="TN"),
        GRANTED._replace(holder="KW"),
        GRANTED._replace(recipient="AE"),
        GRANTED._replace(purpose="counter_terrorism.travel"),
        GRANTED._replace(agreements=("AG-OTHER",)),
        GRANTED._replace(purposes=(("border.checks",), ())),
        GRANTED._replace(markings=("TLP:AMBER", "TLP:PINK")),
        GRANTED._replace(markings=("TLP:AMBER", "TLP:GREEN"), paths=("gender",)),
    ):
        assert not consented(other, about), other
    assert consented(GRANTED._replace(versions={"rec-test": 2}), about._replace(version=2))


def test_a_consent_from_its_first_moment_until_its_last() -> None:
    about = record(NAME, originator="AE")
    second = timedelta(seconds=1)
    for now, valid in (
        (GRANTED.issued - second, False),
        (GRANTED.issued, True),
        (GRANTED.expires - second, True),
        (GRANTED.expires, False),
    ):
        assert consented(GRANTED, about, now) is valid


def test_the_markings_of_a_consent_bind() -> None:
    """TLP:RED of the grant asks for approvals of TLP:RED."""
    about = record(NAME, originator="AE")
    rows = {"TLP:AMBER": {"count": 1, "role": "officer"}}
    question = Question(agreement(approvals=rows), (), about, "DZ", "KW", "border.checks", NOW, (GRANTED,))
    assert permitted(question)
    assert permitted(question._replace(consents=(GRANTED._replace(markings=("TLP:GREEN",)),)))
    assert permitted(question._replace(consents=(GRANTED._replace(markings=("TLP:AMBER", "TLP:RED")),))) == frozenset()


def test_no_consent_is_needed_for_what_is_ours() -> None:
    """A grant of ours to ourselves neither helps nor binds."""
    about = record(NAME)
    bound = GRANTED._replace(originator="DZ", markings=("TLP:RED",), paths=())
    given = agreement()
    with_it = permitted(Question(given, (), about, "DZ", "KW", "border.checks", NOW, (bound,)))
    assert with_it == permitted(Question(given, (), about, "DZ", "KW", "border.checks", NOW)) != frozenset()
