"""Places of a partner, and the limit on what failed log-ins write."""

from __future__ import annotations

from contextlib import ExitStack
from typing import cast

import pytest

from exchange.api.auth import PARTNER_REQUESTS, Caller, Gates
from exchange.errors import Code, ExchangeError
from exchange.ports import Node


def test_a_partner_has_so_many_places_and_no_more() -> None:
    gates = Gates(cast(Node, None))
    one, other = Caller(partner="AE"), Caller(partner="KW")
    with ExitStack() as stack:
        for _ in range(PARTNER_REQUESTS):
            stack.enter_context(gates.turn(one))
        with pytest.raises(ExchangeError) as caught, gates.turn(one):
            pass
        assert caught.value.code is Code.TOO_MANY_REQUESTS
        with gates.turn(other), gates.turn(Caller()):
            pass
    with gates.turn(one):
        pass


def test_a_place_is_free_again_after_a_failure() -> None:
    gates = Gates(cast(Node, None))
    for _ in range(PARTNER_REQUESTS + 1):
        with pytest.raises(ZeroDivisionError), gates.turn(Caller(partner="AE")):
            raise ZeroDivisionError
