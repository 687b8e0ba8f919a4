"""What holds for any text: folding is done once, the score knows no order, hostile strings cost no more than others."""

from __future__ import annotations

import json
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.matching.classes import VARIANTS_MAX, readings
from exchange.matching.fold import LONGEST, fold
from exchange.matching.keys import ASKER, HOLDER, KEYS_MAX, keys
from exchange.matching.names import analyse
from exchange.matching.person import of_name
from exchange.matching.score import score
from exchange.matching.tokens import FORMS_MAX, WORDS_MAX, tokens
from tests.data import DATA

NAME_LETTERS = "abcdefghijklmnopqrstuvwxyzABDEHKMéèïçšğʿʾ' -'اأإآبتثجحخدذرزسشصضطظعغفقكلمنهويىةءئؤپچژگکیہےًٌَُِّْـ"
LATIN = ("ben", "bin", "al", "el", "abd", "abdul", "allah", "din", "abu", "oum", "bou", "sheikh", "benali", "mohamed")
ARABIC = ("بن", "ابن", "عبد", "الله", "الدين", "أبو", "أم", "محمد", "عمر", "حسن", "الشيخ")
LATIN = ("ben", "bin", "al", "el", "abd", "abdul", "allah", "din", "abu", "oum", "bou", "sheikh", "benali", "mohamed")
ARABIC = ("بن", "ابن", "عبد", "الله", "الدين", "أبو", "أم", "محمد", "عمر", "حسن", "الشيخ")
WORDS = st.sampled_from((*LATIN, *ARABIC))
TEXTS = st.one_of(
    st.text(max_size=80),
    st.text(NAME_LETTERS, max_size=60),
    st.lists(WORDS, max_size=9).map(" ".join),
)


def hostile() -> list[str]:
    found = json.loads((DATA / "names" / "blns.json").read_text("utf-8"))
    assert len(found) > 400
    return [str(each) for each in found]


@given(TEXTS)
def test_folding_twice_is_folding_once(text: str) -> None:
    once = fold(text)
    assert fold(once) == once
    assert len(once) <= LONGEST


@given(TEXTS, TEXTS)
@settings(max_examples=200)
def test_the_score_is_the_same_both_ways(a: str, b: str) -> None:
    one, other = analyse(a), analyse(b)
    there, back = score(one, other), score(other, one)
    assert there.nats == back.nats
    assert there.probability == back.probability
    assert there.by_group() == back.by_group()
    assert 0.0 <= there.probability <= 1.0


@given(TEXTS)
def test_what_comes_out_is_bounded(text: str) -> None:
    found = tokens(text)
    assert len(found) <= WORDS_MAX
    for token in found:
        assert 1 <= len(token.forms) <= FORMS_MAX
        for form in token.forms:
            assert len(form.vowels) == len(form.places) + 1
            assert 0 < len(readings(form.places)) <= VARIANTS_MAX or not form.places
    assert len(keys(of_name(text), ASKER)) <= KEYS_MAX


@given(st.permutations(["omar", "hachemi", "youcef", "tounsi"]))
def test_the_order_of_words_is_no_part_of_a_key(words: list[str]) -> None:
    assert keys(of_name(" ".join(words)), HOLDER) == keys(of_name("omar hachemi youcef tounsi"), HOLDER)


def test_hostile_strings_are_names_like_others() -> None:
    ours = analyse("Omar Tounsi")
    for text in hostile():
        name = analyse(text)
        assert 0.0 <= score(name, ours).probability <= 1.0
        assert score(name, name).nats == score(name, name).nats
        keys(of_name(text), ASKER)


def test_a_text_a_thousand_times_as_long_takes_no_longer() -> None:
    """Only the first `LONGEST` characters are looked at, and each of them once."""
    for part in ("a", "عبد ", "ben ", "أبو ", "gh", "x\u0301", "aei", "\u202e", "abdel"):
        assert fold(part * 1_000_000) == fold((part * LONGEST)[:LONGEST])
        began = time.process_time()
        analyse(part * 100_000)
        assert time.process_time() - began < 0.2, part
