"""What a record is called: Arabic first, one Latin form beside it, and something for records without a name."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.interop import synthetic
from exchange.interop.synthetic_subjects import relation
from exchange.model.claims import Claim
from exchange.model.records import Ref
from exchange.model.titles import NONE, TEXT_MAX, Title, marking, title
from exchange.model.vocab import SCRIPTS

FROM, TO = ({"originator": "DZ", "id": f"rec-0000000{end}"} for end in (1, 2))


def claim(path: str, value: Any) -> Claim:
    return Claim("c1", path, value, "fact")


def name(text: str, script: str, path: str = "name.full", type_: str = "primary", **more: str) -> Claim:
    return claim(path, {"text": text, "script": script, "type": type_} | more)


def test_arabic_is_the_original_and_latin_stands_beside_it() -> None:
    found = title([name("Salim Specimen", "Latn"), name("سالم سبيسيمن", "Arab")])
    assert found == Title("سالم سبيسيمن", "Salim Specimen", "Arab", "ar")


def test_another_script_comes_before_latin_too() -> None:
    assert title([name("Ivan", "Latn"), name("Иван", "Cyrl", lang="ru")]) == Title("Иван", "Ivan", "Cyrl", "ru")


def test_latin_alone_is_the_original() -> None:
    assert title([name("Salim", "Latn")]) == Title("Salim", "", "Latn")


def test_main_names_come_before_spellings_and_full_names_before_aliases() -> None:
    found = title(
        [
            name("Abu Salim", "Latn", "name.alias", "alias"),
            name("Saleem", "Latn", type_="spelling"),
            name("Salim", "Latn"),
            name("أبو سالم", "Arab", "name.kunya", "kunya"),
        ]
    )
    assert found == Title("أبو سالم", "Salim", "Arab", "ar")


def test_a_name_is_put_together_from_its_parts_script_by_script() -> None:
    parts = [
        name("Specimen", "Latn", "name.family"),
        name("Salim", "Latn", "name.given"),
        name("Karim", "Latn", "name.father"),
        name("سالم", "Arab", "name.given"),
        name("Selim", "Latn", "name.given"),
    ]
    assert title(parts) == Title("سالم", "Salim Karim Specimen", "Arab", "ar")
    assert title([*parts, name("Whole Name", "Latn")]).latin == "Whole Name"


def test_the_script_is_looked_at_where_it_is_not_said() -> None:
    assert title([name("سالم", "Zyyy")]) == Title("سالم", "", "Arab", "ar")


def test_a_relation_a_movement_an_assessment() -> None:
    ends = [claim("relation.from", FROM), claim("relation.to", TO), claim("relation.type", "recruits")]
    assert title(ends) == Title("rec-00000001 – rec-00000002", "", "Latn", None, "recruits")
    way = [claim("route.from", "SY"), claim("movement.to", {"country": "TR", "city": "Hatay"})]
    assert title([*way, claim("movement.date", "2016-05-01")]).original == "SY – Hatay, TR 2016-05-01"
    assert title([claim("movement.month", "2016-05")]).original == "2016-05"
    said = title([claim("assessment.text", "word " * 100)])
    assert said.original.endswith("word …")
    assert len(said.original) <= TEXT_MAX + 2
    assert title([claim("assessment.text", "قصير")]) == Title("قصير", "", "Arab")
    assert title([claim("camp.type", "transit")]) == Title("", "", "Zyyy", None, "transit")


def test_of_a_withheld_record_there_is_nothing_to_say() -> None:
    assert title([]) == title([claim("record.marking", "TLP:RED")]) == NONE


def test_one_end_that_was_withheld_is_a_question_mark() -> None:
    assert title([claim("relation.to", TO)]).original == "? – rec-00000002"


@pytest.mark.parametrize("kind", ["person", "group", "network", "camp", "movement", "relation", "assessment"])
def test_every_kind_of_record_has_a_title(kind: str) -> None:
    rng = random.Random(7)
    if kind == "relation":
        claims = relation(rng, 1, Ref("DZ", "rec-00000001"), Ref("DZ", "rec-00000002"))
    else:
        claims = getattr(synthetic, kind)(rng, 1)
    assert title(claims).original


@given(
    st.lists(
        st.builds(
            name,
            st.text(max_size=20),
            st.sampled_from(sorted(SCRIPTS)),
            st.sampled_from(["name.full", "name.given", "name.family", "name.alias", "name.other"]),
            st.sampled_from(["primary", "alias", "spelling"]),
        ),
        max_size=8,
    )
)
def test_a_title_is_made_of_what_is_there(claims: list[Claim]) -> None:
    found = title(claims)
    texts = {claim_.value["text"] for claim_ in claims}
    for text in (found.original, found.latin):
        assert (
            not text
            or all(word in texts for word in [text])
            or set(text.split()) <= {word for each in texts for word in each.split()}
        )
    assert found.original or not any(text for text in texts)
    assert not (found.latin and found.script == "Latn")


def test_an_empty_full_name_hides_no_other() -> None:
    """Found by the property above."""
    assert title([name("", "Arab"), name("سالم", "Arab", "name.given")]).original == "سالم"
    assert title([name("", "Latn", "name.given"), name("Salim", "Latn", "name.given")]).original == "Salim"


def test_the_strictest_label_counts() -> None:
    assert marking([claim("record.marking", "TLP:GREEN"), claim("record.marking", "TLP:AMBER+STRICT")]) == (
        "TLP:AMBER+STRICT"
    )
    assert marking([claim("record.marking", "TLP:PURPLE")]) is marking([]) is None
