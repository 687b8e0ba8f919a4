"""The second checker by itself, at its edges: who may ask, days to the day, whom it protects, whose consent it takes.

Beside every answer stands what `decide` says of the same question.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from exchange.model.claims import JsonValue
from exchange.model.records import Record
from exchange.model.vocab import PathClass
from exchange.policies import check
from exchange.policies.agreement import Agreement
from exchange.policies.check import Ask, Question, permitted
from tests.unit.policies_kit import (
    NAME,
    NOW,
    SIGNED,
    TUNISIAN,
    UNNAMED,
    agreement,
    ask,
    clause,
    kuwaiti,
    record,
    sent,
)

FLAG = "record.flag"
LISTED: tuple[str, JsonValue] = (
    "record.signoff",
    {"for": "listing", "authority": "an authority", "date": "2026-01-01"},
)
CHILD: tuple[tuple[str, JsonValue], ...] = (
    ("record.category", "minor"),
    ("record.best_interest", "a note"),
    ("record.signoff", {"for": "best_interest", "authority": "an authority", "date": "2026-01-01"}),
)
"""A minor with everything that a minor needs."""


def leaves(about: Record, given: Agreement | None = None, now: datetime = NOW) -> list[str]:
    """Paths of ours that may leave for KW, without governance; both checkers say the same."""
    given = agreement() if given is None else given
    decision = ask(given, about, now=now)
    ids = permitted(Question(given, (), about, "DZ", "KW", "border.checks", now))
    released = decision.record_state == "released"
    assert ids == {id_ for id_, outcome in decision.outcomes.items() if released and outcome.state == "sent"}
    found = [claim.path for claim in about.claims if claim.id in ids and not claim.path.startswith("record.")]
    assert found == (sent(decision, about) if released else [])
    return found


def wide(*paths: str, **changes: object) -> Agreement:
    """An agreement that discloses the name and `paths`."""
    return agreement(clauses=[clause(disclose=["name.full", *paths])], **changes)


def passes(*facts: tuple[str, JsonValue], now: datetime = NOW) -> bool:
    """Whether the name of a person with these facts may leave."""
    found = leaves(record(NAME, *facts), wide(), now)
    assert found in ([], ["name.full"])
    return bool(found)


def test_what_leaves_is_the_name_and_the_governance() -> None:
    about = record(NAME, ("gender", "male"))
    ids = permitted(Question(agreement(), (), about, "DZ", "KW", "border.checks", NOW))
    assert ids == {"c1", *(claim.id for claim in about.claims if claim.path.startswith("record."))}


def test_the_paths_of_some_classes() -> None:
    movement, precise = check._paths(PathClass.MOVEMENT), check._paths(PathClass.PRECISE)
    assert "movement.entry_point" in movement
    assert "residence.address" in precise
    assert movement.isdisjoint(precise | check._paths(PathClass.NAME))
    assert check._paths(PathClass.MOVEMENT, PathClass.PRECISE) == movement | precise


def test_an_agreement_of_two_is_enough() -> None:
    two = [{"code": "DZ", "fingerprint": "a" * 64}, {"code": "KW", "fingerprint": "c" * 64}]
    assert leaves(record(NAME), agreement(id="AG-DZ-KW", parties=two)) == ["name.full"]


@pytest.mark.parametrize(
    ("ours", "theirs", "old"),
    [
        (None, None, False),
        (None, "2026-05-01T00:00:00Z", False),
        (None, "2026-05-01T00:00:01Z", True),
        ("2026-05-20T00:00:00Z", None, False),
    ],
)
def test_what_is_older_than_the_accession_of_the_recipient_stays(
    gulf: None, ours: str | None, theirs: str | None, old: bool
) -> None:
    """The record was issued on 2026-05-01 at midnight, the agreement holds since January."""
    parties = [{"code": "AE", "fingerprint": "b" * 64}]
    for code, letter, joined in (("DZ", "a", ours), ("KW", "c", theirs)):
        party = {"code": code, "fingerprint": letter * 64}
        parties.append(party if joined is None else party | {"joined": joined})
    for catalogue in ("included", "excluded"):
        given = agreement(parties=parties, back_catalogue=catalogue)
        assert bool(leaves(record(NAME), given)) is not (old and catalogue == "excluded")


def test_before_the_agreement_itself_held() -> None:
    for since, found in (("2026-05-01T00:00:00Z", ["name.full"]), ("2026-05-01T00:00:01Z", [])):
        assert leaves(record(NAME), agreement(back_catalogue="excluded", valid_from=since)) == found


def test_today_is_the_day_in_utc(gulf: None) -> None:
    last = datetime(2026, 6, 1, 23, 59, 59, tzinfo=UTC)
    assert passes(("record.review", "2026-06-01"), now=last)
    assert not passes(("record.review", "2026-06-01"), now=last + timedelta(seconds=1))


def test_every_review_is_a_day_that_exists() -> None:
    for odd in ("2026-13-01", "soon", 20261231, None):
        assert not passes(("record.review", "2026-12-31"), ("record.review", odd))
    assert passes(("record.review", "2026-12-31"), ("record.review", "2026-12-30"))


@pytest.mark.parametrize("missing", ["record.marking", "record.legal_basis", "record.purpose", "record.review"])
def test_governance_is_whole(missing: str) -> None:
    assert leaves(record(NAME, without=missing)) == []


@pytest.mark.parametrize(
    ("born", "adult"),
    [
        ({"precision": "exact", "date": "2008-06-01"}, True),
        ({"precision": "exact", "date": "2008-06-02"}, False),
        ({"precision": "year", "year": 2007}, True),
        ({"precision": "year", "year": 2008}, False),
        ({"precision": "year", "year": 1427, "calendar": "hijri"}, True),
        ({"precision": "year", "year": 1428, "calendar": "hijri"}, False),
        ({"precision": "exact", "date": "1199-05-01"}, False),
        ({"precision": "exact", "date": "1200-05-01"}, True),
        ({"precision": "exact", "date": "1427-05-01", "calendar": "hijri"}, True),
        ({"precision": "range", "from": 1990, "to": 2007}, True),
        ({"precision": "range", "from": 1990, "to": 2008}, False),
        ({"precision": "range", "from": "1990-01-01", "to": "2008-06-01"}, True),
        ({"precision": "range", "from": "1990-01-01", "to": "2008-06-02"}, False),
    ],
)
def test_the_latest_day_of_birth_that_a_value_allows(born: JsonValue, adult: bool) -> None:
    """An adult is 18 today; a year is over on its last day."""
    assert passes(("birth.date", born)) is adult
    assert passes(("birth.date", {"precision": "year", "year": 1960}), ("birth.date", born)) is adult


@pytest.mark.parametrize(
    ("year", "adult"),
    [(1199, False), (1250, True), (1427, True), (1428, False), (1599, False), (1600, True), (2007, True)],
)
def test_between_1200_and_1600_a_year_is_of_the_other_calendar(year: int, adult: bool) -> None:
    assert passes(("birth.year", year)) is adult


@pytest.mark.parametrize("year", [2008, 1428])
def test_a_year_is_over_on_its_last_day(year: int) -> None:
    """1428 of the other calendar ends in 2008."""
    last = datetime(2026, 12, 31, tzinfo=UTC)
    assert passes(("birth.year", year), now=last)
    assert not passes(("birth.year", year), now=last - timedelta(days=1))


@pytest.mark.parametrize(
    ("value", "latest"),
    [
        (1199, None),
        (1200, "1787-12-31"),
        (1427, "2007-12-31"),
        (1599, "2174-12-31"),
        (1600, "1600-12-31"),
        (2008, "2008-12-31"),
        ("2008-06-01", "2008-06-01"),
        ("1427-06-01", "2007-12-31"),
        ({"from": 1990, "to": 1995}, "1995-12-31"),
        ({"from": "1990-01-01", "to": "1995-02-03"}, "1995-02-03"),
        ({"precision": "exact", "date": "1990-02-03"}, "1990-02-03"),
        ({"precision": "year", "year": 1990}, "1990-12-31"),
        ({"precision": "year"}, None),
        ("long ago", None),
        (80, None),
    ],
)
def test_the_latest_day_as_text(value: JsonValue, latest: str | None) -> None:
    assert check._latest(value) == latest


@pytest.mark.parametrize("born", [None, 5, "1980", {}, {"precision": "approximate"}, {"year": "1980"}])
def test_a_birth_that_cannot_be_read_may_be_a_child_s(born: JsonValue) -> None:
    assert not passes(("birth.date", born))


@pytest.mark.parametrize(
    ("facts", "kept"),
    [
        ([("record.first_issued", "2021-06-01")], True),
        ([("record.first_issued", "2021-05-31")], False),
        ([("record.first_issued", "2025-01-01"), ("record.first_issued", "2021-05-31")], False),
        ([("record.first_issued", "2021-05-31"), ("record.renewal", "2026-06-01")], True),
        ([("record.first_issued", "2021-05-31"), ("record.renewal", "2026-05-31")], False),
        ([("record.first_issued", "2021-06-01"), ("record.renewal", "2026-05-31")], True),
        (
            [("record.first_issued", "2021-05-31"), ("record.renewal", "2027-01-01"), ("record.renewal", "2026-05-31")],
            True,
        ),
        ([("record.first_issued", "2021-05-31"), ("record.renewal", "2031-05-01")], True),
        ([("record.first_issued", "2021-05-31"), ("record.renewal", "2031-05-02")], False),
    ],
)
def test_five_years_and_what_was_renewed(facts: list[tuple[str, str]], kept: bool) -> None:
    """Today is 2026-06-01; a renewal is of at most five years from 2026-05-01, and the best of all counts."""
    renewal = {"reason": "a reason", "authority": "an authority"}
    given: list[tuple[str, JsonValue]] = [
        (path, {**renewal, "until": day} if path == "record.renewal" else day) for path, day in facts
    ]
    assert passes(*given) is kept


@pytest.mark.parametrize("missing", ["record.best_interest", "record.signoff"])
def test_a_minor_needs_a_note_and_a_signature(missing: str) -> None:
    """No flag and no other signature stands in for them."""
    assert passes(*CHILD)
    assert not passes(*(fact for fact in CHILD if fact[0] != missing), (FLAG, "aid_corridor"))
    assert not passes(*(fact for fact in CHILD if fact[0] != missing))
    assert not passes(*(fact for fact in CHILD if fact[0] != missing), SIGNED, LISTED)


@pytest.mark.parametrize(("review", "leaving"), [("2027-05-01", True), ("2027-05-02", False)])
def test_a_minor_is_reviewed_within_a_year_of_issue(review: str, leaving: bool) -> None:
    assert passes(*CHILD, ("record.review", review)) is leaving
    assert passes(("record.review", review))


def test_no_biometry_of_a_minor() -> None:
    about = record(NAME, ("biometric.mark", "a scar"), *CHILD)
    assert leaves(about, wide("identity.biometric")) == ["name.full"]
    adult = record(NAME, ("biometric.mark", "a scar"), *CHILD[1:])
    assert leaves(adult, wide("identity.biometric")) == ["name.full", "biometric.mark"]


def test_no_movements_and_no_places_in_an_aid_corridor() -> None:
    facts: list[tuple[str, JsonValue]] = [
        NAME,
        ("movement.entry_point", "a border post"),
        ("residence.address", "a street"),
        ("biometric.mark", "a scar"),
    ]
    given = wide("movement", "location.precise", "identity.biometric")
    everything = [path for path, _ in facts]
    assert leaves(record(*facts), given) == everything
    assert leaves(record(*facts, (FLAG, "aid_corridor")), given) == ["name.full", "biometric.mark"]
    assert leaves(record(*facts, (FLAG, "aid_corridor"), *CHILD), given) == ["name.full"]


@pytest.mark.parametrize("flag", ["asylum", "refugee"])
def test_a_refugee_has_a_known_origin_that_is_not_the_recipient(flag: str) -> None:
    assert passes((FLAG, flag), TUNISIAN)
    for origin in ([], [kuwaiti()], [TUNISIAN, kuwaiti("presumed")], [UNNAMED], [TUNISIAN, UNNAMED]):
        assert not passes((FLAG, flag), *origin)
        assert passes(*origin)


def test_assurance_where_it_is_required() -> None:
    assurance: tuple[str, JsonValue] = ("record.assurance", "a reference")
    assert not passes((FLAG, "torture_risk"))
    assert passes((FLAG, "torture_risk"), assurance)
    given = agreement(assurance_required=["KW"])
    assert leaves(record(NAME), given) == []
    assert leaves(record(NAME, assurance), given) == ["name.full"]
    assert leaves(record(NAME), agreement(assurance_required=["AE"])) == ["name.full"]


@pytest.mark.parametrize(
    ("flag", "signed", "other"),
    [("neutrality_military", SIGNED, LISTED), ("journalist", LISTED, SIGNED), ("lawyer", LISTED, SIGNED)],
)
def test_a_signature_for_its_own_matter(flag: str, signed: tuple[str, JsonValue], other: tuple[str, JsonValue]) -> None:
    assert passes((FLAG, flag), signed)
    assert passes((FLAG, flag), other, signed)
    assert not passes((FLAG, flag))
    assert not passes((FLAG, flag), other)
    assert not passes((FLAG, flag), ("record.signoff", "neutrality"), ("record.signoff", "listing"))


@pytest.mark.parametrize("flag", ["nonsense", "", 5, None, ["asylum"]])
def test_a_flag_that_is_not_known_denies(flag: JsonValue) -> None:
    assert not passes((FLAG, flag))
    assert not passes((FLAG, "aid_corridor"), (FLAG, flag))
    assert passes((FLAG, "aid_corridor"))


def test_words_of_several_paths_answer_one_test() -> None:
    """`theatre` reads where somebody fights, is present or was located."""
    for order in (("SY", "IQ"), ("IQ", "SY")):
        about = record(NAME, ("theatre", order[0]), ("presence.country", order[1]))
        for country, found in (("SY", ["name.full"]), ("IQ", ["name.full"]), ("LY", [])):
            given = agreement(clauses=[clause(disclose=["name.full"], when={"theatre": [country]})])
            assert leaves(about, given) == found


@pytest.mark.parametrize(
    ("days", "leaving"), [(["2026-05-30"], True), (["2026-01-01"], False), (["soon"], False), ([None], False)]
)
def test_only_a_day_is_an_observation(days: list[str | None], leaving: bool) -> None:
    given = agreement(clauses=[clause(disclose=["name.full"], when={"observed_within": 30})])
    about = record(NAME)
    first = about.claims[0]
    claims = tuple(first._replace(id=f"c{40 + place}", observed=day) for place, day in enumerate(days))
    assert bool(leaves(about._replace(claims=(*claims, *about.claims[1:])), given)) is leaving


def hidden(region: JsonValue) -> tuple[str, JsonValue]:
    return ("nationality", {"status": "undisclosed", "region": region})


@pytest.mark.parametrize(
    ("facts", "leaving"),
    [
        ([UNNAMED], True),
        ([UNNAMED, hidden("AFRICA")], False),
        ([UNNAMED, hidden(None)], False),
        ([hidden(5)], False),
        ([("nationality", {"status": "undisclosed"})], False),
        ([TUNISIAN], True),
        ([("nationality", "TN")], False),
        ([], False),
    ],
)
def test_a_region_that_cannot_be_read_may_be_any(facts: list[tuple[str, JsonValue]], leaving: bool) -> None:
    hold = clause(id="6", disclose=None, withhold=["name.full"], when={"nationality_undisclosed": ["AFRICA"]})
    assert bool(leaves(record(NAME, *facts), agreement(clauses=[clause(), hold]))) is leaving


def test_what_a_record_says_is_looked_up_once() -> None:
    about = record(NAME)
    asked = Ask(
        agreement(), about, "DZ", "KW", "border.checks", NOW, "2026-06-01", {"role": ["a", 5, "b"]}, set(), False, {}
    )
    said = asked.says("role")
    assert said == {"a", "b"}
    assert asked.says("role") is said
    assert asked.says("gender") == set()
    assert asked.said == {"role": {"a", "b"}, "gender": set()}
