"""The score: every term is shown, the sum is the score, and the numbers of the package fit the code."""

from __future__ import annotations

import json
from importlib import resources
from itertools import pairwise
from math import exp, isclose

import pytest

from exchange.matching.coefficients import coefficients, read
from exchange.matching.dates import RELATIONS, UNKNOWN
from exchange.matching.explain import explain
from exchange.matching.features import NAMES
from exchange.matching.keys import key_version
from exchange.matching.likeness import alike
from exchange.matching.names import analyse
from exchange.matching.person import of_name
from exchange.matching.rarity import information, table
from exchange.matching.score import GROUPS, compare_names, score
from exchange.matching.tokens import tokens
from exchange.sentences.matching import GROUPS as SAID_GROUPS
from exchange.sentences.matching import PARTS
from exchange.sentences.matching import RELATIONS as SAID_RELATIONS


def probability(a: str, b: str, relation: str = UNKNOWN) -> float:
    return score(analyse(a), analyse(b), relation).probability


def test_the_contributions_are_the_score() -> None:
    found = score(analyse("Omar Ben Hachemi"), analyse("عمر بن الهاشمي"), "year")
    assert isclose(sum(each.nats for each in found.contributions), found.nats, abs_tol=1e-5)
    assert isclose(sum(found.by_group().values()), found.nats, abs_tol=1e-4)
    assert isclose(found.probability, 1 / (1 + exp(-found.nats)))
    assert found.contributions[0].name == "base"
    assert found.alike == (found.probability >= coefficients().threshold)


def test_every_term_has_a_group_and_every_group_its_words() -> None:
    assert {name for names in GROUPS.values() for name in names} == set(NAMES)
    assert {*GROUPS, "base", "date", "document", "nationality", "place"} == SAID_GROUPS.keys()
    assert {*RELATIONS, UNKNOWN} == SAID_RELATIONS.keys()
    assert len(PARTS) == 6


@pytest.mark.parametrize(
    ("nearer", "further"),
    [
        (("Omar Tounsi", "عمر التونسي"), ("Omar Tounsi", "عمر الليبي")),
        (("Hassan Hachemi", "حسن الهاشمي"), ("Hassan Hachemi", "حسين الهاشمي")),
        (("Salem Hachemi", "سالم الهاشمي"), ("Salem Hachemi", "سليم الهاشمي")),
        (("Mohamed Hachemi", "محمد الهاشمي"), ("Mohamed Hachemi", "محمود الهاشمي")),
        (("Omar Ghazali Tounsi", "Omar Ghazali Tounsi"), ("Omar Ghazali Tounsi", "Omar Tounsi")),
        (("Omar Hachemi", "Hachemi Omar"), ("Omar Hachemi", "Omar Halabi")),
        (("Mokhtar Qotaibi", "Mokhtar Qotaibi"), ("Mohamed Ali", "Mohamed Ali")),
    ],
)
def test_what_is_nearer_scores_higher(nearer: tuple[str, str], further: tuple[str, str]) -> None:
    assert probability(*nearer) > probability(*further)


def test_the_child_is_not_the_father() -> None:
    father, child, brother = "Salman Ghazali Qotaibi", "Khaled Salman Ghazali Qotaibi", "Rached Salman Ghazali Qotaibi"
    itself = probability(child, child)
    assert probability(father, child) < itself
    assert probability(child, brother) < itself


def test_dates_speak_in_order() -> None:
    found = [
        probability("Omar Hachemi", "عمر الهاشمي", relation) for relation in ("day", "year", "one_off", "apart", "far")
    ]
    assert found == sorted(found, reverse=True)
    assert found[-1] < coefficients().threshold <= found[0]


def test_names_alone_never_outweigh_what_dates_say() -> None:
    long = "Abderrahmane Ghazali Zahrani Otaibi Tamimi Qotaibi"
    found = score(analyse(long), analyse(long), "far")
    known = coefficients()
    assert any(each.name == "namesakes" for each in found.contributions)
    assert isclose(found.nats, known.names_at_most * known.names_with_date + known.dates["far"], abs_tol=1e-5)


def test_the_coefficients_hold_numbers_only() -> None:
    raw = resources.files("exchange.matching").joinpath("coefficients.json").read_bytes()
    document = json.loads(raw)
    assert document["names"].keys() == {"intercept", *NAMES}
    assert document["dates"].keys() == {"names", "names_at_most", *RELATIONS}
    texts = [value for value in document.values() if isinstance(value, str)]
    assert len(texts) == 2
    assert int(document["input_sha256"], 16) > 0
    assert read(raw) == coefficients()


def test_evidence_points_the_right_way() -> None:
    known = coefficients()
    order = [known.dates[name] for name in ("day", "year", "one_off", "few_off", "apart", "far")]
    assert all(first > second for first, second in pairwise(order))
    weights = dict(zip(NAMES, known.names, strict=True))
    assert weights["shared"] > 0 < weights["vowels"]
    assert all(weights[name] < 0 for name in ("differ", "order", "first_spare", "first_differ_long", "near_common"))


def test_the_table_is_public_counts() -> None:
    known = table()
    assert known.names > 50_000
    assert 5_000 < len(known.counts) < 20_000
    assert all(each.isascii() and each.isalpha() and count >= 2 for each, count in known.counts.items())
    common, rare = (information(tokens(name)[0].sound.places) for name in ("Mohamed", "Qotaibi"))
    assert common < 3 < 7 < rare


def test_words_that_differ_are_different_words() -> None:
    omar, *others = (tokens(name)[0] for name in ("Omar", "Rachid", "Habib", "Ghazi"))
    assert all(alike(omar, other) is None for other in others)


def test_two_words_are_one_of_the_other() -> None:
    found, _ = compare_names(analyse("Gholam Reza Ansari"), analyse("Gholamreza Ansari"))
    assert ((0, 1), (0,)) in [(match.a, match.b) for match in found.matches]
    back, _ = compare_names(analyse("Gholamreza Ansari"), analyse("Gholam Reza Ansari"))
    assert ((0,), (0, 1)) in [(match.a, match.b) for match in back.matches]
    assert not found.left_a
    assert not found.left_b


def test_an_explanation_shows_all() -> None:
    found = explain(of_name("Omar Ghazali Tounsi"), of_name("عمر التونسي"))
    assert found is not None
    assert [row.b for row in found.rows if row.a == "ghazali"] == [""]
    assert [word.part for word in found.a] == ["ism", "nasab", "nisba"]
    assert found.shared_keys >= 1
    assert found.key_version == key_version()
    assert explain(of_name("Omar"), of_name("عمر"))
