"""diff: each change by its code, place and direction; nothing changes between equal meanings; sentences for all."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from exchange.policies import changes as changes_module
from exchange.policies.agreement import read
from exchange.policies.changes import EFFECT, NARROWER, OTHER, WIDER, Change
from exchange.policies.diff import Reach, diff, national_effect
from exchange.policies.diff_sentences import CHANGES, change_sentence
from exchange.policies.scope import Cell, Direction, reach
from tests.unit.policies_kit import Document, agreement, ask, clause, document, sent
from tests.unit.policy_documents import an_agreement
from tests.unit.policy_records import a_record
from tests.unit.test_policies_boundaries_examples import example

NEED = {"count": 1, "role": "officer"}


def between(old: Document, new: Document) -> list[tuple[object, ...]]:
    """Code, place, clause and whatever else is told, without empty ends."""
    found = diff(read(document(**old), "0" * 64), read(document(**new), "1" * 64))
    rows = []
    for each in found:
        row: list[object] = list(each)
        while row and row[-1] in ("", ()):
            row.pop()
        rows.append(tuple(row))
    return rows


def of_clause(old: Document, new: Document) -> list[tuple[object, ...]]:
    return between({"clauses": [clause(**old)]}, {"clauses": [clause(**new)]})


DAYS = "/clauses/0/handling/retention_days"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({}, {}, []),
        ({"disclose": ["identity.name"]}, {"disclose": ["name.*", "identity.name"]}, []),
        (
            {"disclose": ["identity.name"]},
            {"disclose": ["identity.name", "birth.year"]},
            [("PATHS_DISCLOSED", "/clauses/0/disclose", "5.1", "", "", "", ("birth.year",))],
        ),
        (
            {"disclose": ["identity.name", "birth.year"]},
            {"disclose": ["identity.name"]},
            [("PATHS_NO_LONGER_DISCLOSED", "/clauses/0/disclose", "5.1", "", "", "", ("birth.year",))],
        ),
        (
            {},
            {"withhold": ["birth.year"]},
            [("PATHS_WITHHELD", "/clauses/0/withhold", "5.1", "", "", "", ("birth.year",))],
        ),
        (
            {"withhold": ["birth.year"]},
            {},
            [("PATHS_NO_LONGER_WITHHELD", "/clauses/0/withhold", "5.1", "", "", "", ("birth.year",))],
        ),
        ({}, {"when": {"nationality": ["KW"]}}, [("CONDITION_CHANGED", "/clauses/0/when", "5.1")]),
        ({}, {"to": ["KW", "AE"]}, [("SCOPE_ADDED", "/clauses/0", "5.1", "direction", "", "DZ-AE")]),
        (
            {"kinds": "*"},
            {"kinds": ["person", "group", "network", "camp", "movement", "relation"]},
            [("SCOPE_REMOVED", "/clauses/0", "5.1", "kinds", "assessment")],
        ),
        (
            {},
            {"handling": {"retention_days": 30}},
            [("HANDLING_TIGHTENED", DAYS, "5.1", "retention_days", "365", "30")],
        ),
        ({}, {"handling": {"retention_days": 400}}, []),
        (
            {"handling": {"retention_days": 30}},
            {"handling": {"retention_days": 60}},
            [("HANDLING_LOOSENED", DAYS, "5.1", "retention_days", "30", "60")],
        ),
        (
            {"handling": {"tlp": "TLP:RED"}},
            {"handling": {"tlp": "TLP:AMBER"}},
            [("HANDLING_LOOSENED", "/clauses/0/handling/tlp", "5.1", "tlp", "TLP:RED", "TLP:AMBER")],
        ),
        (
            {"handling": {"caveats": ["NO_REMOVAL_BASIS"]}},
            {"handling": {"caveats": ["NO_ARREST_BASIS"]}},
            [
                ("HANDLING_TIGHTENED", "/clauses/0/handling/caveats", "5.1", "caveats", "", "NO_ARREST_BASIS"),
                ("HANDLING_LOOSENED", "/clauses/0/handling/caveats", "5.1", "caveats", "NO_REMOVAL_BASIS"),
            ],
        ),
        (
            {},
            {"handling": {"purposes": ["border.checks"]}},
            [("HANDLING_TIGHTENED", "/clauses/0/handling/purposes", "5.1", "purposes", "counter_terrorism.travel")],
        ),
        (
            {"handling": {"purposes": ["border.checks"]}},
            {},
            [("HANDLING_LOOSENED", "/clauses/0/handling/purposes", "5.1", "purposes", "", "counter_terrorism.travel")],
        ),
        (
            {},
            {"handling": {"onward": "none"}},
            [("HANDLING_TIGHTENED", "/clauses/0/handling/onward", "5.1", "onward", "ask", "none")],
        ),
        (
            {"approvals": {"TLP:RED": {"count": 3, "role": "releasing_officer"}}},
            {"approvals": {"TLP:RED": {"count": 4, "role": "officer"}}},
            [
                (
                    "APPROVALS_RAISED",
                    "/clauses/0/approvals/TLP:RED",
                    "5.1",
                    "TLP:RED",
                    "3 releasing_officer",
                    "4 officer",
                ),
                (
                    "APPROVALS_LOWERED",
                    "/clauses/0/approvals/TLP:RED",
                    "5.1",
                    "TLP:RED",
                    "3 releasing_officer",
                    "4 officer",
                ),
            ],
        ),
        ({"cadence": "daily"}, {}, [("CADENCE_CHANGED", "/clauses/0/cadence", "5.1", "", "daily")]),
    ],
)
def test_one_clause(old: Document, new: Document, expected: list[tuple[object, ...]]) -> None:
    assert of_clause(old, new) == expected


FORBID = {"id": "2", "from": "*", "to": "*", "kinds": "*", "when": {"nationality": ["SY"]}}
KW = {"code": "KW", "fingerprint": "c" * 64}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({}, {"clauses": []}, ["CLAUSE_REMOVED", "PATHS_NO_LONGER_DISCLOSED"]),
        ({"clauses": []}, {}, ["CLAUSE_ADDED", "PATHS_DISCLOSED"]),
        ({}, {"clauses": [clause(id="5.2"), clause()]}, ["CLAUSE_ADDED", "PATHS_DISCLOSED"]),
        ({}, {"forbids": [FORBID]}, ["FORBID_ADDED"]),
        ({"forbids": [FORBID]}, {}, ["FORBID_REMOVED"]),
        ({"forbids": [FORBID]}, {"forbids": [{**FORBID, "when": {"nationality": ["LY"]}}]}, ["CONDITION_CHANGED"]),
        ({}, {"purposes": ["counter_terrorism.travel"]}, ["PURPOSE_REMOVED"]),
        ({}, {"valid_until": "2028-01-01T00:00:00Z"}, ["ENDS_LATER"]),
        ({}, {"valid_from": "2026-02-01T00:00:00Z"}, [*["PARTY_JOINS_LATER"] * 3, "STARTS_LATER"]),
        ({}, {"retention_days": 400}, ["HANDLING_LOOSENED"]),
        ({}, {"onward": "none"}, ["HANDLING_TIGHTENED"]),
        ({}, {"back_catalogue": "excluded"}, ["BACK_CATALOGUE_EXCLUDED"]),
        ({}, {"recall_days": 9}, ["TERM_CHANGED"]),
        ({}, {"suites": [1, 2]}, ["TERM_CHANGED"]),
        ({}, {"cadence": "daily"}, ["CADENCE_CHANGED"]),
        ({}, {"assurance_required": ["KW"]}, ["ASSURANCE_REQUIRED"]),
        ({}, {"after_end": {"rule": "destroy", "days": 30}}, ["AFTER_END_CHANGED"]),
        ({}, {"after_end": {"rule": "keep_until_retention"}}, []),
        ({}, {"legal_basis": "other"}, ["TEXT_CHANGED"]),
        ({}, {"approvals": {"TLP:RED": NEED}}, ["MARKING_NO_LONGER_COVERED", "APPROVALS_LOWERED", "APPROVALS_LOWERED"]),
        ({"approvals": {"TLP:RED": NEED}}, {"approvals": {"TLP:RED": NEED, "TLP:CLEAR": NEED}}, ["MARKING_COVERED"]),
        ({}, {"examples": [example()]}, ["EXAMPLES_CHANGED"]),
        ({}, {"parties": [*document()["parties"][:2], {**KW, "fingerprint": "d" * 64}]}, ["PARTY_ROOT_CHANGED"]),
        (
            {},
            {"parties": [*document()["parties"][:2], {**KW, "joined": "2026-03-01T00:00:00Z"}]},
            ["PARTY_JOINS_LATER"],
        ),
    ],
)
def test_the_agreement(old: Document, new: Document, expected: list[str]) -> None:
    found = [row[0] for row in between(old, new)]
    assert found == expected or sorted(map(str, found)) == sorted({*expected})


def test_a_change_tells_its_effect() -> None:
    (found,) = diff(agreement(), agreement(retention_days=400))
    assert (found.code, found.effect) == ("HANDLING_LOOSENED", EFFECT["HANDLING_LOOSENED"])


def test_a_party_that_leaves_and_one_that_comes() -> None:
    wide = {"clauses": [clause(**{"from": "*", "to": "*"})]}
    tunisia = {"code": "TN", "fingerprint": "e" * 64, "joined": "2026-05-01T00:00:00Z"}
    found = between(wide, {**wide, "parties": [*document()["parties"][:2], tunisia]})
    assert found == [
        ("PARTY_ADDED", "/parties/2", "", "TN", "", "2026-05-01T00:00:00Z"),
        ("PARTY_REMOVED", "/parties/2", "", "KW"),
    ], "a clause for everybody did not change"


def test_what_a_state_could_newly_send_or_receive() -> None:
    old = agreement(clauses=[clause(), clause(id="9", disclose=None, withhold=["name.alias"])])
    new = agreement(clauses=[clause(disclose=["identity.name", "birth.year"]), clause(id="6", **{"from": ["AE"]})])
    gained = ("birth.year", "name.alias")
    assert national_effect(old, new, "DZ") == (Reach("DZ", "KW", "person", gained, ()),)
    (received,) = [move for move in national_effect(old, new, "KW") if move.sender == "AE"]
    assert "name.full" in received.gained
    assert national_effect(new, old, "DZ") == (Reach("DZ", "KW", "person", (), gained),)
    assert national_effect(None, new, "DZ")[0].lost == ()


def test_what_is_said_to_be_out_of_reach_never_leaves() -> None:
    """The sums of `national_effect` stand on `reach`: every claim that any record sends lies in it."""
    seen = 0
    now = datetime(2026, 3, 15, 12, tzinfo=UTC)
    for seed in range(1000):
        rng = Random(seed)
        made, about = an_agreement(rng), a_record(rng)
        reached = reach(made)
        for to in ("AE", "KW", "TN"):
            for path in sent(ask(made, about, to=to, purpose="analysis.joint", now=now), about):
                seen += 1
                assert Cell(Direction("DZ", to), about.kind, path) in reached, seed
    assert seen > 50


def test_equal_meanings_have_no_difference() -> None:
    for seed in range(50):
        made = an_agreement(Random(seed))
        assert diff(made, made) == ()


def test_every_code_has_a_direction_a_sentence_and_a_use() -> None:
    folder = Path(changes_module.__file__).parent
    source = "".join(
        (folder / f"{name}.py").read_text("utf-8") for name in ("changes", "diff", "diff_match", "diff_rules")
    )
    used = {code for code in EFFECT if len(re.findall(rf'"{code}"', source)) > 1}
    assert used == EFFECT.keys() == CHANGES.keys()
    assert set(EFFECT.values()) == {WIDER, NARROWER, OTHER}


@pytest.mark.parametrize("code", sorted(CHANGES))
def test_sentences(code: str) -> None:
    sentence = CHANGES[code]
    holes = [set(re.findall(r"\{(\w+)\}", text)) for text in sentence]
    assert holes[0] == holes[1] == holes[2] <= {"clause", "what", "before", "after", "paths", "place"}
    assert re.search(r"[\u0600-\u06ff]", sentence.ar)
    assert not re.search(r"[\u0600-\u06ff]", sentence.fr + sentence.en)
    for language in ("ar", "fr", "en"):
        told = change_sentence(Change(code, "", "5.1", "TLP:RED", "1", "2", ("birth.year",)), language)
        assert "{" not in told
        assert told.endswith(".")
