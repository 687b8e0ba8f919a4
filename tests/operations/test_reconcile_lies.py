"""A partner that lies while it reconciles: what it signed is kept and rings, and it makes us do bounded work only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import cast

import pytest

from exchange.crypto.encoding import canonical, read_canonical
from exchange.crypto.signed import document_of, wrap
from exchange.errors import Code, ExchangeError
from exchange.ledger import reconciled as results
from exchange.ledger.classes import Class
from exchange.ledger.entries import read
from exchange.ledger.reconciled import read_result
from exchange.ledger.reconciled_file import check
from exchange.ledger.statements import MAX_WIRE, TYPE, Said, Statement, read_statement
from exchange.model.state import Partner
from exchange.operations.clock import stamp
from exchange.operations.reconcile import reconcile
from exchange.operations.reconcile_alarms import reconcile_alarms
from exchange.operations.reconcile_answer import answer_reconcile, answer_reconciled
from exchange.operations.reconcile_file import file_of
from exchange.ports import Node
from exchange.ports.peers import Peers
from tests.federation import Federation
from tests.operations.test_reconcile import DAY, forget_taken, rows_of, send, stored

Change = Callable[[bytes], bytes]


@dataclass(slots=True)
class Lying:
    """The partner's answers, changed and signed again by its own key."""

    inner: Peers
    partner: Node
    statement: Change | None = None
    rows: Change | None = None
    result: Change | None = None
    kept: bytes = b""

    def reconcile(self, partner: Partner, statement: bytes) -> bytes:
        wire = self.inner.reconcile(partner, statement)
        change = self.rows if isinstance(read_statement(document_of(wire)), Said) else self.statement
        return wire if change is None else self._sign(TYPE, change(document_of(wire)))

    def reconciled(self, partner: Partner, result: bytes) -> bytes:
        wire = self.inner.reconciled(partner, result)
        return wire if self.result is None else self._sign(results.TYPE, self.result(document_of(wire)))

    def _sign(self, type_: str, document: bytes) -> bytes:
        return wrap(type_, document, self.partner.keys.signing[1])


def against(house: Federation, **lies: Change) -> Node:
    """DZ, whose partner KW lies."""
    dz = house["DZ"].node
    lying = Lying(dz.peers, house["KW"].node, lies.get("statement"), lies.get("rows"), lies.get("result"))
    return replace(dz, peers=cast(Peers, lying))


def edited(**members: object) -> Change:
    def change(document: bytes) -> bytes:
        value = read_canonical(document, limit=MAX_WIRE)
        assert isinstance(value, dict)
        return canonical({**value, **members})

    return change


def alarms(house: Federation, code: str = "DZ") -> list[str]:
    node = house[code].node
    with node.store.read() as unit:
        return [each.code for each in reconcile_alarms(unit, house.clock.now()) if each.code != "NOT_RECONCILED"]


def refusal(call: Callable[[], object]) -> Code:
    with pytest.raises(ExchangeError) as refused:
        call()
    return refused.value.code


def other_digest(document: bytes) -> bytes:
    said = read_statement(document)
    assert isinstance(said, Statement)
    return replace(said, streams=tuple(each._replace(blocks=("0" * 64,)) for each in said.streams)).to_bytes()


def without_rows(document: bytes) -> bytes:
    said = read_statement(document)
    assert isinstance(said, Said)
    return replace(said, rows=said.rows[1:]).to_bytes()


@pytest.mark.parametrize("lie", ["another digest", "rows left out"])
def test_rows_that_its_own_statement_contradicts(house: Federation, lie: str) -> None:
    send(house, "DZ", "KW", 1, 2)
    if lie == "another digest":
        node = against(house, statement=other_digest)
        # The answerer's own run saw no difference, so it has no rows to give: the lie is told by its refusal.
        assert refusal(lambda: reconcile(node, "KW")) is Code.VALUE_NOT_ALLOWED
        assert stored(house["DZ"], "KW") == []
        return
    send(house, "DZ", "KW", 3, deliver=False)  # so that the block differs
    node = against(house, rows=without_rows)
    assert refusal(lambda: reconcile(node, "KW")) is Code.RECONCILE_DIFFERS
    (kept,) = stored(house["DZ"], "KW")
    assert (kept.outcome, kept.ours, alarms(house)) == ("broken", b"", ["STATEMENT_BROKEN"])
    assert kept.theirs is not None
    statement, rows = (read_statement(document_of(each)) for each in kept.theirs.split(b"\n"))
    assert isinstance(statement, Statement)
    assert isinstance(rows, Said)
    done = [read(line) for line, *_ in rows_of(house["DZ"]).rows.entries if b"reconcile.done" in line]
    assert [(each["outcome"], each["digest"]) for each in done] == [("broken", kept.digest)]


def test_another_digest_from_the_first_question_on(house: Federation) -> None:
    """A partner whose rows are honest and whose statement is not."""
    send(house, "DZ", "KW", 1)
    send(house, "DZ", "KW", 2, deliver=False)
    node = against(house, statement=other_digest)
    assert refusal(lambda: reconcile(node, "KW")) is Code.RECONCILE_DIFFERS
    assert alarms(house) == ["STATEMENT_BROKEN"]


def test_it_signs_another_result(house: Federation) -> None:
    send(house, "DZ", "KW", 1)

    def all_well(document: bytes) -> bytes:
        result = read_result(document)
        return replace(result, counts={**result.counts, Class.MATCHED: 99}).to_bytes()

    found = reconcile(against(house, result=all_well), "KW")
    assert (found.outcome, alarms(house)) == ("differs", ["RESULTS_DIFFER"])
    assert found.theirs is not None
    assert read_result(document_of(found.theirs)).counts[Class.MATCHED] == 99
    with house["DZ"].node.store.read() as unit:
        assert not check(file_of(house["DZ"].node, unit, found), {}).same


def test_we_are_told_another_result(house: Federation) -> None:
    """The asker lies: the answerer keeps what it signed, and gives its own."""
    send(house, "DZ", "KW", 1, 2, 3)
    forget_taken(house, 2)
    house.clock.forward(timedelta(hours=2))
    dz, kw = house["DZ"].node, house["KW"].node

    class Denying(Lying):
        def reconciled(self, partner: Partner, result: bytes) -> bytes:
            truth = read_result(document_of(result))
            clean = replace(truth, counts={**truth.counts, Class.PHANTOM_RECEIPT: 0}, differences=())
            return self.inner.reconciled(partner, wrap(results.TYPE, clean.to_bytes(), dz.keys.signing[1]))

    found = reconcile(replace(dz, peers=cast(Peers, Denying(dz.peers, kw))), "KW")
    (there,) = stored(house["KW"], "DZ")
    assert (there.outcome, alarms(house, "KW")) == ("differs", ["PHANTOM_RECEIPT", "RESULTS_DIFFER"])
    assert found.theirs == there.ours
    assert there.theirs is not None
    assert read_result(document_of(there.theirs)).clean


def test_yesterdays_statement(house: Federation) -> None:
    send(house, "DZ", "KW", 1)
    heard: list[bytes] = []

    def listen(document: bytes) -> bytes:
        heard.append(document)
        return document

    reconcile(against(house, statement=listen), "KW")
    house.clock.forward(DAY)
    assert refusal(lambda: reconcile(against(house, statement=lambda _: heard[0]), "KW")) is Code.EXPIRED
    house.clock.forward(timedelta(hours=1))
    fresh = edited(**{**_members(heard[0]), "issued": stamp(house.clock.now())})
    assert refusal(lambda: reconcile(against(house, statement=fresh), "KW")) is Code.PARTNER_ANSWER  # of another run


def _members(document: bytes) -> dict[str, object]:
    value = read_canonical(document, limit=MAX_WIRE)
    assert isinstance(value, dict)
    return dict(value)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (edited(node="AE"), Code.NOT_ADDRESSED),
        (edited(to="AE", streams=[]), Code.NOT_ADDRESSED),
        (edited(issued="2026-11-02T08:11:00Z"), Code.NOT_YET_VALID),
        (edited(issued="2026-11-02T07:49:00Z"), Code.EXPIRED),
        (edited(day="2026-11-01"), Code.PARTNER_ANSWER),
        (edited(day="yesterday"), Code.VALUE_NOT_ALLOWED),
        (edited(run="ab" * 32), Code.PARTNER_ANSWER),
        (edited(step="rows"), Code.VALUE_NOT_ALLOWED),
        (edited(step="?"), Code.VALUE_NOT_ALLOWED),
        (edited(more=1), Code.VALUE_NOT_ALLOWED),
        (edited(v=2), Code.VALUE_NOT_ALLOWED),
        (edited(streams=[{"sender": "AE", "epoch": 1, "first": 1, "last": 1, "blocks": ["0" * 64]}]), None),
        (edited(streams=[{"sender": "DZ", "epoch": 1, "first": 2, "last": 3, "blocks": ["0" * 64]}]), None),
        (edited(streams=[{"sender": "DZ", "epoch": 1, "first": 1, "last": 1, "blocks": ["0" * 64] * 2}]), None),
        (edited(streams=[{"sender": "DZ", "epoch": 1, "first": 1, "last": 2**50, "blocks": ["0" * 64]}]), None),
        (edited(streams=[{"sender": "DZ", "epoch": 1, "first": 1, "last": 70_000, "blocks": ["0" * 64] * 70}]), None),
        (edited(streams=[{"sender": "DZ", "epoch": 1, "first": 1, "last": 1, "blocks": [7]}]), None),
        (
            edited(
                streams=[
                    {"sender": "DZ", "epoch": epoch, "first": 1, "last": 1, "blocks": ["0" * 64]}
                    for epoch in range(1, 10)
                ]
            ),
            None,
        ),
    ],
)
def test_an_answer_of_another_form(house: Federation, change: Change, code: Code | None) -> None:
    send(house, "DZ", "KW", 1)
    expected = Code.VALUE_NOT_ALLOWED if code is None else code
    assert refusal(lambda: reconcile(against(house, statement=change), "KW")) is expected
    assert stored(house["DZ"], "KW") == []


@pytest.mark.parametrize(
    "rows",
    [
        [[1, "ab" * 32, "accepted", "2026-11-02T08:00:00Z", ""]] * 2,
        [[1001, "ab" * 32, "accepted", "2026-11-02T08:00:00Z", ""]],
        [[0, "ab" * 32, "accepted", "2026-11-02T08:00:00Z", ""]],
        [[1, "ab" * 32, "-", "2026-11-02T08:00:00Z", ""]],
        [[1, "ab" * 32, "perhaps", "2026-11-02T08:00:00Z", ""]],
        [[1, "AB" * 32, "accepted", "2026-11-02T08:00:00Z", ""]],
        [[1, "ab" * 32, "accepted", "now", ""]],
        [[1, "ab" * 32, "accepted", "2026-11-02T08:00:00Z", "cd" * 32]],
        [[1, "ab" * 32]],
        [7],
        [[seq, "ab" * 32, "accepted", "2026-11-02T08:00:00Z", ""] for seq in range(1, 1002)],
    ],
    ids=range(11),
)
def test_rows_of_another_form(house: Federation, rows: list[object]) -> None:
    send(house, "DZ", "KW", 1)
    send(house, "DZ", "KW", 2, deliver=False)
    node = against(house, rows=edited(rows=rows))
    assert refusal(lambda: reconcile(node, "KW")) is Code.VALUE_NOT_ALLOWED


def test_a_huge_answer_is_not_read(house: Federation) -> None:
    send(house, "DZ", "KW", 1)
    node = against(house, statement=edited(run="x" * (1 << 20)))
    assert refusal(lambda: reconcile(node, "KW")) is Code.SIGNATURE_INVALID  # not parsed


def asked(house: Federation, by: str = "KW", **changes: str) -> tuple[Statement, bytes]:
    """A question of KW to DZ, signed."""
    now = stamp(house.clock.now())
    fields = {"node": by, "to": "DZ", "issued": now, "day": now[:10], "run": "", **changes}
    statement = Statement(**fields, streams=())
    return statement, wrap(TYPE, statement.to_bytes(), house[by].node.keys.signing[1])


def test_a_question_is_answered_once_an_hour(house: Federation) -> None:
    """The same one gets the stored answer; another one has to wait, whatever becomes of the first."""
    dz = house["DZ"].node
    send(house, "DZ", "KW", 1)
    _, wire = asked(house)
    first = answer_reconcile(dz, "KW", wire)
    assert answer_reconcile(dz, "KW", wire) == first
    house.clock.forward(timedelta(seconds=1))
    _, other = asked(house)
    assert refusal(lambda: answer_reconcile(dz, "KW", other)) is Code.TOO_MANY_REQUESTS
    _, foreign = asked(house, by="AE")
    answer_reconcile(dz, "AE", foreign)  # another partner's hour is its own


def test_a_question_with_a_run_or_of_another_day_is_refused(house: Federation) -> None:
    dz = house["DZ"].node
    for changes in ({"run": "ab" * 32}, {"day": "2026-11-01"}):
        _, wire = asked(house, **changes)
        assert refusal(partial(answer_reconcile, dz, "KW", wire)) is Code.VALUE_NOT_ALLOWED


def rows_said(house: Federation, run: str, *seqs: int, block: int = 0) -> bytes:
    digests = [[seq, "ab" * 32, "accepted", stamp(house.clock.now()), ""] for seq in seqs]
    value = {"v": 1, "step": "rows", "node": "KW", "to": "DZ", "issued": stamp(house.clock.now()), "run": run}
    document = canonical({**value, "sender": "DZ", "epoch": 1, "block": block, "rows": digests})
    return wrap(TYPE, document, house["KW"].node.keys.signing[1])


def test_rows_of_no_run_of_no_block_and_of_a_lie(house: Federation) -> None:
    dz = house["DZ"].node
    send(house, "DZ", "KW", 1)
    assert refusal(lambda: answer_reconcile(dz, "KW", rows_said(house, "ab" * 32))) is Code.STALE
    statement, wire = asked(house)
    answer_reconcile(dz, "KW", wire)
    run = statement.digest
    assert refusal(lambda: answer_reconcile(dz, "KW", rows_said(house, run, block=1))) is Code.VALUE_NOT_ALLOWED
    assert stored(house["DZ"], "KW") == []
    for _ in range(3):  # its statement had nothing of this block
        assert refusal(lambda: answer_reconcile(dz, "KW", rows_said(house, run, 1))) is Code.RECONCILE_DIFFERS
    (kept,) = stored(house["DZ"], "KW")
    assert (kept.outcome, alarms(house)) == ("broken", ["STATEMENT_BROKEN"])


def test_a_result_without_its_rows_is_not_signed(house: Federation) -> None:
    dz, kw = house["DZ"].node, house["KW"].node
    send(house, "DZ", "KW", 1)
    statement, wire = asked(house)
    answer = read_statement(document_of(answer_reconcile(dz, "KW", wire)))
    assert isinstance(answer, Statement)
    result = results.compute(statement, answer, 0, {}, 0)
    signed = wrap(results.TYPE, result.to_bytes(), kw.keys.signing[1])
    assert refusal(lambda: answer_reconciled(dz, "KW", signed)) is Code.STALE
    third = replace(result, asker="AE")
    signed = wrap(results.TYPE, third.to_bytes(), kw.keys.signing[1])
    assert refusal(lambda: answer_reconciled(dz, "KW", signed)) is Code.NOT_ADDRESSED
    forged = wrap(results.TYPE, result.to_bytes(), house["AE"].node.keys.signing[1])
    assert refusal(lambda: answer_reconciled(dz, "KW", forged)) is Code.KEY_UNKNOWN


def test_a_suspended_partner_is_not_heard(house: Federation) -> None:
    dz = house["DZ"].node
    _, wire = asked(house)
    with dz.store.write() as unit:
        known = unit.partners.get("KW")
        assert known is not None
        unit.partners.put(replace(known, suspended=True))
    assert refusal(lambda: answer_reconcile(dz, "KW", wire)) is Code.SUSPENDED
    assert refusal(lambda: reconcile(dz, "KW")) is Code.SUSPENDED
