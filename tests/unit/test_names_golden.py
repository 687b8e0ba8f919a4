"""Five styles of writing one name: one skeleton, one person; and no two of the names are one."""

from __future__ import annotations

from itertools import combinations

import pytest

from exchange.matching.classes import readings
from exchange.matching.names import analyse
from exchange.matching.score import score
from exchange.matching.tokens import tokens
from tests.unit.names_golden import GOLDEN, Golden

STYLES = ("maghrebi", "gulf", "academic", "arabic", "persian")


def test_there_are_enough_of_each_style() -> None:
    assert len({golden.skeleton for golden in GOLDEN}) >= 25
    for style in STYLES:
        assert len({getattr(golden, style) for golden in GOLDEN}) >= 25


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: golden.skeleton)
def test_a_spelling_has_the_skeleton(golden: Golden, style: str) -> None:
    found = [readings(token.sound.places) for token in tokens(getattr(golden, style))]
    wanted = golden.skeleton.split()
    assert len(found) == len(wanted)
    assert all(skeleton in each for skeleton, each in zip(wanted, found, strict=True)), found


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: golden.skeleton)
def test_any_two_spellings_are_one(golden: Golden) -> None:
    for a, b in combinations(golden.spellings, 2):
        assert score(analyse(a), analyse(b)).alike, (a, b)


def test_no_two_names_are_one() -> None:
    for one, other in combinations(GOLDEN, 2):
        for a in one.spellings:
            for b in other.spellings:
                assert not score(analyse(a), analyse(b)).alike, (a, b)
