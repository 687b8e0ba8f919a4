"""Both sides make the same keys, from the public table alone; what few share is a key, what many share is none."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import combinations, islice, product
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.matching.classes import VARIANTS_MAX, readings
from exchange.matching.keys import (
    ASKER,
    HOLDER,
    KEYS_MAX,
    TAU,
    TOKENS_MAX,
    WHOLE_MAX,
    YEARS,
    Piece,
    key_version,
    keys,
    second_stage,
)
from exchange.matching.names import analyse
from exchange.matching.pairs import birth
from exchange.matching.person import Identity, of_name
from exchange.matching.rarity import probability
from exchange.matching.second import settle


def shared(a: Identity, b: Identity, tau: float = TAU) -> int:
    return len(keys(a, ASKER, tau) & keys(b, HOLDER, tau))


@pytest.mark.parametrize(
    ("asked", "held"),
    [
        ("Omar Ghazali Tounsi", "عمر الغزالي التونسي"),
        ("Ghazali Omar", "عمر الغزالي"),
        ("Abd al-Rahman Zahrani", "Abderrahmane Ez-Zahrani"),
        ("Mokhtar Belmokhtar", "مختار بلمختار"),
        ("Youcef Benounes", "يوسف بن وناس"),
        ("Sheikh Omar Hachemi", "عمر الهاشمي"),
        ("Omar bin Rached al-Ghazali", "Omar Ghazali"),
    ],
)
def test_a_name_is_found_in_another_spelling(asked: str, held: str) -> None:
    assert shared(of_name(asked), of_name(held))
    assert shared(of_name(held), of_name(asked))


@pytest.mark.parametrize(
    ("asked", "held"),
    [("Omar Ghazali", "Rachid Zahrani"), ("Mohamed Ali Tounsi", "Mohamed Ali Libi"), ("Omar", "Omar"), ("", "")],
)
def test_others_are_not_found(asked: str, held: str) -> None:
    assert not shared(of_name(asked), of_name(held))


def test_a_kunya_alone_is_no_key() -> None:
    assert not keys(of_name("Abu Ahmad", birth("1970-03-05")), HOLDER)


def test_one_word_needs_a_full_date() -> None:
    assert shared(of_name("Omar Tounsi", birth("1970-03-05")), of_name("Omar Libi", birth("1970-03-05")))
    assert not shared(of_name("Omar Tounsi", birth("1970")), of_name("Omar Libi", birth("1970")))
    assert not shared(of_name("Omar Tounsi", birth("1970-01-01")), of_name("Omar Libi", birth("1970-01-01")))


def test_the_asker_adds_years_beside_and_swaps_day_and_month() -> None:
    held = of_name("Mohamed Ahmed Ali", birth("1970-03-05"))
    assert shared(of_name("Mohamed Tounsi", birth("1970-05-03")), held)
    assert not shared(of_name("Mohamed Tounsi", birth("1970-06-03")), held)
    for year, found in (("1969", True), ("1970", True), ("1971", True), ("1973", False)):
        some = keys(of_name("Hassan Omar Tounsi", birth(year)), ASKER)
        assert bool(some & keys(of_name("Hassan Omar Libi", birth("1970")), HOLDER)) is found, year
    assert keys(held, HOLDER) < keys(held, ASKER)


def test_a_smaller_tau_needs_more() -> None:
    name = of_name("Hassan Omar Ali Mahmoud", birth("1970"))
    assert len({key_version(tau) for tau in (1e-3, 1e-4, 1e-5)}) == 3
    assert not keys(name, HOLDER, 1e-3) & keys(name, HOLDER, 1e-4)


def test_what_is_enough_is_not_said_longer() -> None:
    """Minimal: a pair below tau is a key, and no three words that hold it are another."""
    found = keys(of_name("Ghazali Zahrani Otaibi"), HOLDER)
    assert len(found) == 4
    assert len(keys(of_name("Ghazali Zahrani"), HOLDER)) == 1


def test_documents_are_keys() -> None:
    a = Identity((analyse("Omar Ghazali"),), documents=frozenset({"DZ AB12345"}))
    b = Identity((analyse("Rachid Zahrani"),), documents=frozenset({"DZ AB12345"}))
    assert shared(a, b) == 1


def test_keys_are_of_one_size_and_bounded() -> None:
    names = tuple(analyse(f"Omar{chr(97 + at % 26)}g{chr(97 + at // 26)}r Ghazali Zahrani Otaibi") for at in range(200))
    found = keys(Identity(names, birth("1970-03-05")), ASKER)
    assert len(found) == KEYS_MAX
    assert {len(key) for key in found} == {32}
    with pytest.raises(ValueError):
        keys(Identity(()), "both")


def test_the_version_and_a_key_are_these() -> None:
    """Any change here is another `key_version`: raise RULES or say so in docs/spec/names.md §6, on purpose."""
    assert key_version() == "4fb659149ffbe498"
    assert sorted(key.hex()[:16] for key in keys(of_name("Omar Ghazali", birth("1970-03-05")), HOLDER)) == [
        "12552d903c587bfd",
        "ab04afbc4d0fa5a6",
        "f12bb5223f2469b8",
    ]


def test_pieces_are_equal_where_words_are() -> None:
    one = second_stage(of_name("Omar Ghazali", birth("1970-03-05")), ASKER)
    other = second_stage(of_name("عمر التونسي", birth("1970-03-09")), HOLDER)

    def of(pieces: tuple[Piece, ...], kind: str) -> set[bytes]:
        return {piece.element for piece in pieces if piece.kind == kind}

    assert len(of(one, "token") & of(other, "token")) == 1
    assert of(one, "year") == of(other, "year")
    assert of(one, "month") == of(other, "month")
    assert not of(one, "day") & of(other, "day")
    assert all(len(piece.element) == 32 and (piece.nats > 0) is (piece.kind == "token") for piece in one)
    assert not {piece.element for piece in one} & keys(of_name("Omar Ghazali", birth("1970-03-05")), HOLDER)


def test_the_second_stage_settles_by_equality_alone() -> None:
    def nats(asked: str, born: str, held: str, their: str) -> float:
        return settle(
            second_stage(of_name(asked, birth(born)), ASKER), second_stage(of_name(held, birth(their)), HOLDER)
        )

    same = nats("Omar Ghazali", "1970-03-05", "عمر الغزالي", "1970-03-05")
    no_date = nats("Omar Ghazali", "", "عمر الغزالي", "1970")
    assert same > nats("Omar Ghazali", "1970", "عمر الغزالي", "1970") > no_date
    assert (
        nats("Omar Ghazali", "1970", "عمر الغزالي", "1970")
        > nats("Omar Ghazali", "1971", "عمر الغزالي", "1970")
        > no_date
    )
    assert no_date > nats("Omar Ghazali", "1990", "عمر الغزالي", "1970")
    assert no_date > nats("Omar Ghazali", "", "عمر رشيد الغزالي", "") > nats("Omar Ghazali", "", "رشيد الغزالي", "")
    assert nats("Omar Zahrani", "", "رشيد الغزالي", "") < 0
    assert nats("", "", "رشيد الغزالي", "") == 0.0


def settled(asked: str, held: str, born: str = "", their: str = "") -> float:
    return settle(second_stage(of_name(asked, birth(born)), ASKER), second_stage(of_name(held, birth(their)), HOLDER))


def test_the_asker_adds_what_a_word_may_also_be_and_the_holder_does_not() -> None:
    one, other = of_name("Larbi Ghazali", birth("1970-03-05")), of_name("العربي الغزالي", birth("1970-05-03"))
    kinds = {side: {piece.kind for piece in second_stage(one, side)} for side in (ASKER, HOLDER)}
    assert kinds[ASKER] - kinds[HOLDER] == {"other", "beside", "swapped"}
    without = [piece for piece in second_stage(one, ASKER) if piece.kind != "other"]
    held = second_stage(other, HOLDER)
    assert settle(second_stage(one, ASKER), held) > settle(without, held)
    assert settled("Arbi Ghazali", "العربي الغزالي") > settled("Larbi Ghazali", "العربي الغزالي") > 0


def test_the_order_of_words_and_a_swapped_date_count() -> None:
    assert settled("Omar Ghazali", "عمر الغزالي") > settled("Ghazali Omar", "عمر الغزالي")
    here = [settled("Omar Ghazali", "Omar Ghazali", "1970-03-05", their) for their in ("1970-05-03", "1970-06-03")]
    assert here[0] > here[1]
    assert settled("Omar Ghazali", "Omar Ghazali", "1970-03-03", "1970-03-03") > here[1]


WORDS = ("Omar", "Ghazali", "Tounsi", "Thabit", "Chaker", "Mohamed", "Ahmed", "Abdelmalek", "رشيد", "ظافر", "Rached")


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=7), st.sampled_from(("", "1970", "1970-03-05")))
def test_keys_are_what_the_rule_says(words: list[str], born: str) -> None:
    """The rule of docs/spec/names.md §6 in plain words: slow, and with nothing left out."""
    start = b"exchange.matching.key\x00" + key_version().encode()
    said = {hashlib.sha256(start + text.encode()).digest() for text in plain(words, born)}
    assert keys(of_name(" ".join(words), birth(born)), HOLDER) == said


def plain(words: list[str], born: str) -> Iterator[str]:
    def read(tokens: tuple[tuple[str, ...], ...]) -> list[str]:
        return [" ".join(sorted(each)) for each in islice(product(*tokens), VARIANTS_MAX)]

    def rare(chosen: tuple[tuple[str, ...], ...], years: int) -> bool:
        return prod(chance[each] for each in chosen) / years < TAU

    tokens = tuple(readings(token.sound.places) for token in analyse(" ".join(words)).tokens)
    chance = {each: max(map(probability, each)) for each in tokens}
    if len(tokens) > 1:
        yield from (f"words  {text}" for text in read(tokens[:WHOLE_MAX]))
    rarest = sorted(set(tokens), key=lambda each: (chance[each], each))[:TOKENS_MAX]
    if len(born) > 4:
        yield from (f"day {born} {text}" for token in rarest for text in read((token,)))
    for size in (2, 3):
        for chosen in combinations(rarest, size):
            pairs = [two for two in combinations(chosen, 2) if size == 3]
            if any(rare(two, 1) for two in pairs):
                continue
            if rare(chosen, 1):
                yield from (f"words  {text}" for text in read(chosen))
            elif born and rare(chosen, YEARS) and not any(rare(two, YEARS) for two in pairs):
                yield from (f"year {born[:4]} {text}" for text in read(chosen))
