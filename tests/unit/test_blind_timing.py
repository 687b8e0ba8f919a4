"""The grid of time on which answers to blinded queries leave."""

from __future__ import annotations

import time

import pytest

from exchange.api.matching import FLOOR_S, STEP_S, at_a_fixed_time, wait_for
from exchange.errors import Denied


@pytest.mark.parametrize("spent", [0.0, 0.001, 0.149, 0.15, 0.151, 0.199, 0.2, 0.2001, 0.777])
def test_every_answer_leaves_on_the_grid(spent: float) -> None:
    leaves = spent + wait_for(spent)
    steps = (leaves - FLOOR_S) / STEP_S
    assert leaves >= FLOOR_S - 1e-9
    assert abs(steps - round(steps)) < 1e-6
    assert leaves - spent <= max(FLOOR_S, STEP_S)


def test_a_refusal_waits_as_an_answer_does() -> None:
    def refuse() -> bytes:
        raise Denied

    began = time.monotonic()
    with pytest.raises(Denied):
        at_a_fixed_time(refuse)
    refused = time.monotonic() - began
    began = time.monotonic()
    assert at_a_fixed_time(lambda: b"x") == b"x"
    answered = time.monotonic() - began
    assert min(refused, answered) >= FLOOR_S
