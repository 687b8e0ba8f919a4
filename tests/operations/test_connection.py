"""The test of a connection: every way in which it can go wrong has a row, a cause and a next step."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from exchange.crypto.encoding import canonical
from exchange.errors import Code, ExchangeError, NotFound, Remote
from exchange.ledger.entries import text
from exchange.model.connections import Probe, Row
from exchange.model.state import Partner
from exchange.operations import agreements, connection, partners
from exchange.operations.connection import look, try_connection
from exchange.ports import Node, Unit
from exchange.sentences import connection as words
from tests import invariants
from tests.federation import AGREEMENT, Federation
from tests.simulator import SimulatedPeers

REACHED = Probe("ae.example", 9441, ("192.0.2.7",), tls="TLSv1.3", pin="ab" * 32)


def rows(house: Federation, code: str = "AE") -> dict[str, Row]:
    found = look(house["DZ"].node, code)
    assert [row.name for row in found] == list(connection.NAMES)
    return {row.name: row for row in found}


def said(house: Federation, name: str) -> tuple[str, str]:
    row = rows(house)[name]
    for lang in ("ar", "fr", "en"):
        assert words.name_of(row, lang)
        assert words.state_of(row, lang)
        assert "{" not in words.cause_of(row, lang) + words.step_of(row, lang)
        assert bool(words.step_of(row, lang)) == (row.state in ("fail", "warn"))
    return row.state, row.code


def test_everything_is_well(house: Federation) -> None:
    assert {row.state for row in rows(house).values()} == {"ok"}
    assert rows(house)["agreements"].facts == {"count": 1}
    assert said(house, "names") == ("ok", "ADDRESS_GIVEN")
    house.network.probes["AE"] = REACHED
    assert said(house, "names") == ("ok", "NAME_FOUND")


@pytest.mark.parametrize(
    ("probe", "name", "code"),
    [
        (replace(REACHED, failed="names", addresses=()), "names", "NAME_UNKNOWN"),
        (replace(REACHED, failed="address"), "names", "ADDRESS_NOT_ALLOWED"),
        (replace(REACHED, failed="reach", why="timeout"), "reach", "NO_ANSWER"),
        (replace(REACHED, failed="reach", why="refused"), "reach", "PORT_CLOSED"),
        (replace(REACHED, failed="reach", why="unreachable"), "reach", "NO_ROUTE"),
        (replace(REACHED, failed="tls", why="other"), "reach", "TLS_FAILED"),
        (replace(REACHED, failed="identity", why="other"), "identity", "CERTIFICATE_OTHER"),
        (replace(REACHED, failed="identity", why="expired"), "identity", "CERTIFICATE_EXPIRED"),
    ],
)
def test_what_the_wire_shows(house: Federation, probe: Probe, name: str, code: str) -> None:
    house.network.probes["AE"] = probe
    assert said(house, name) == ("fail", code)
    found = rows(house)
    behind = list(connection.NAMES)[connection.NAMES.index(name) + 1 :]
    assert {found[each].state for each in behind} == {"skipped"}
    assert not house.network.wire


def test_clocks_that_are_apart(house: Federation) -> None:
    ae = house["AE"].node
    for apart, state in ((30, "ok"), (90, "warn"), (-90, "warn"), (900, "fail"), (-900, "fail")):
        house.network.nodes["AE"] = replace(ae, clock=Ahead(house, timedelta(seconds=apart)))
        row = rows(house)["clock"]
        assert (row.state, row.facts["seconds"]) == (state, abs(apart)), apart
        assert said(house, "clock")[0] == state


class Ahead:
    """A clock that is ahead of the others."""

    def __init__(self, house: Federation, by: timedelta) -> None:
        self._clock, self._by = house.clock, by

    def now(self) -> datetime:
        return self._clock.now() + self._by


def test_an_agreement_that_only_one_has_in_force(house: Federation) -> None:
    ae = house["AE"]
    with ae.node.store.write() as unit:
        agreements.raise_flag(unit, ae.staff.approver, AGREEMENT)
        agreements.suspend(ae.node, unit, ae.staff.approver, AGREEMENT)
    assert said(house, "agreements") == ("fail", "AGREEMENTS_DIFFER")
    assert rows(house)["agreements"].facts == {"ids": AGREEMENT}
    dz = house["DZ"]
    with dz.node.store.write() as unit:
        agreements.suspend(dz.node, unit, dz.staff.approver, AGREEMENT)
    assert said(house, "agreements") == ("ok", "AGREEMENTS_NONE")


def suspend(unit: Unit, node: Node, house: Federation, code: str) -> None:
    partners.suspend_partner(node, unit, house[node.code].staff.admin, code)


def test_suspended_there_and_here(house: Federation) -> None:
    with house["AE"].node.store.write() as unit:
        suspend(unit, house["AE"].node, house, "DZ")
    assert said(house, "protocol") == ("fail", "SUSPENDED_THERE")
    with house["DZ"].node.store.write() as unit:
        suspend(unit, house["DZ"].node, house, "AE")
    assert said(house, "protocol") == ("warn", "SUSPENDED_HERE")
    assert said(house, "ledger") == ("skipped", "NOT_LOOKED_AT")


def test_a_card_that_has_expired(house: Federation) -> None:
    house.clock.forward(timedelta(days=91))
    assert said(house, "identity") == ("fail", "CARD_EXPIRED")


class Odd(SimulatedPeers):
    """A partner whose answer about itself is `answer`, or a refusal with that code."""

    answer: bytes | Code = b""

    def about(self, partner: Partner) -> bytes:
        if isinstance(self.answer, Code):
            raise Remote(self.answer, partner=partner.code)
        return self.answer


def answered(house: Federation, answer: bytes | Code) -> dict[str, Row]:
    peers = Odd("DZ", house.network)
    peers.answer = answer
    found = look(replace(house["DZ"].node, peers=peers), "AE")
    return {row.name: row for row in found}


def about(**changes: object) -> bytes:
    value: dict[str, object] = {
        "v": 1,
        "node": "AE",
        "time": "2026-11-02T08:00:00Z",
        "protocols": [1],
        "agreements": [],
    }
    return canonical({**value, **changes})


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"{}",
        about(node="KW"),
        about(time="yesterday"),
        about(protocols=1),
        about(agreements=[["AG-DZ-AE", 1, "x"]]),
        about(agreements=[["<b>AG</b>", 1, "0" * 64]]),
        about(agreements=[["AG-DZ-AE", True, "0" * 64]]),
        about(agreements=[["AG-DZ-AE", 1]]),
        about(agreements=[["AG-DZ-AE", 1, "0" * 64]] * 65),
        about(more=1),
    ],
)
def test_an_answer_in_another_form_is_said_to_be_one(house: Federation, answer: bytes) -> None:
    found = answered(house, answer)
    assert (found["protocol"].state, found["protocol"].code) == ("fail", "ANSWER_NOT_UNDERSTOOD")
    assert found["ledger"].state == "skipped"


def test_another_protocol(house: Federation) -> None:
    found = answered(house, about(protocols=[2, 3]))
    assert (found["protocol"].state, found["protocol"].facts["theirs"]) == ("fail", "2, 3")


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (Code.CERTIFICATE_UNKNOWN, "UNKNOWN_THERE"),
        (Code.PARTNER_UNREACHABLE, "CUT_OFF"),
        (Code.ROLLED_BACK, "ROLLED_BACK_THERE"),
        (Code.TOO_MANY_REQUESTS, "ANSWER_NOT_UNDERSTOOD"),
    ],
)
def test_a_node_that_says_no(house: Federation, code: Code, told: str) -> None:
    assert answered(house, code)["protocol"].code == told


def test_a_node_older_than_the_question_is_still_tested(house: Federation) -> None:
    found = answered(house, Code.NOT_FOUND)
    assert (found["agreements"].state, found["agreements"].code) == ("warn", "AGREEMENTS_NOT_TOLD")
    assert {found[name].state for name in ("protocol", "clock", "ledger")} == {"ok"}


def test_the_test_is_kept_and_logged(house: Federation) -> None:
    dz = house["DZ"]
    done = try_connection(dz.node, dz.staff.auditor, "AE")
    assert done.outcome == "ok"
    with dz.node.store.read() as unit:
        assert connection.last_test(unit, "AE") == done
        assert connection.last_test(unit, "KW") is None
    house.network.down.add("AE")
    assert try_connection(dz.node, dz.staff.auditor, "AE").outcome == "fail"
    assert [text(each, "outcome") for each in invariants.entries(dz.node, "partner.tested")] == ["ok", "fail"]
    with pytest.raises(NotFound):
        try_connection(dz.node, dz.staff.auditor, "QA")
    with pytest.raises(NotFound):
        look(dz.node, "QA")


def test_every_code_is_said_in_three_languages() -> None:
    for code, told in words.CODES.items():
        for each in (told.cause, told.step):
            assert each is None or all(each), code
            assert each is None or len({part.count("{") for part in each}) == 1, code


def test_nobody_unknown_is_told_anything(house: Federation) -> None:
    with pytest.raises(ExchangeError) as caught:
        connection.answer_about(house["DZ"].node, "QA")
    assert caught.value.code is Code.PARTNER_UNKNOWN
