"""Answers a partner that reconciles with us. Its work for us is bounded: one run an hour, 8 blocks, 1,000 rows each.

What we say in a run is fixed with its first answer and stored, so that receipts that come meanwhile contradict nothing,
and so that any process of this node can answer the next call. Repeating a call gives the same answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from exchange.crypto.encoding import b64, canonical, read_canonical, unb64
from exchange.crypto.fields import Fields
from exchange.crypto.signed import document_of, wrap
from exchange.errors import BadInput, Code, Conflict, ExchangeError, Untrusted
from exchange.ledger import reconciled as results
from exchange.ledger.reconciled import Result, compute
from exchange.ledger.statements import MAX_READ, TYPE, Block, Row, Said, Statement, differing, read_statement
from exchange.model.reconciled import Reconciled, Run
from exchange.operations import journal
from exchange.operations.clock import safe_now, stamp
from exchange.operations.known_partners import partner_in_use
from exchange.operations.numbers import Held, read_block, snapshot
from exchange.operations.reconcile import (
    AGREED,
    DIFFERS,
    PENDING,
    done_entry,
    fits,
    heard,
    keep_broken,
    settled,
    signed_result,
)
from exchange.ports import Node, Unit

APART: Final = timedelta(hours=1)
"""Between two runs that one partner begins."""
_MAX_STATE: Final = 8 << 20
_MEMBERS: Final = ("asked", "answer", "equal", "blocks")
_BLOCK: Final = ("sender", "epoch", "number", "ours", "theirs")


@dataclass(slots=True)
class _State:
    """What was said in a run, as it is stored."""

    asked: bytes
    """The partner's signed question."""
    answer: bytes
    """Our signed answer."""
    equal: int
    ours: dict[Block, bytes] = field(default_factory=dict)
    theirs: dict[Block, bytes | None] = field(default_factory=dict)

    def statement(self, wire: bytes) -> Statement:
        found = read_statement(document_of(wire))
        if not isinstance(found, Statement):
            raise BadInput(Code.VALUE_NOT_ALLOWED, at="step")
        return found

    def to_bytes(self) -> bytes:
        blocks = [
            {**place._asdict(), "ours": b64(ours), "theirs": None if theirs is None else b64(theirs)}
            for (place, ours), theirs in zip(self.ours.items(), self.theirs.values(), strict=True)
        ]
        value = {"asked": b64(self.asked), "answer": b64(self.answer), "equal": self.equal, "blocks": blocks}
        return canonical(value)

    @classmethod
    def read(cls, data: bytes) -> _State:
        fields = Fields(read_canonical(data, limit=_MAX_STATE), _MEMBERS, Code.VALUE_NOT_ALLOWED)
        state = cls(fields.binary("asked"), fields.binary("answer"), fields.integer("equal"))
        for each in fields.objects("blocks", _BLOCK, MAX_READ):
            place = Block(each.free_text("sender", 2), each.integer("epoch"), each.integer("number"))
            state.ours[place] = each.binary("ours")
            theirs = each.raw("theirs")
            state.theirs[place] = None if theirs is None else unb64(theirs)
        return state

    def result(self) -> Result:
        """Conflict(STALE) while rows of the partner are missing."""
        asked, answered = self.statement(self.asked), self.statement(self.answer)
        rows: dict[tuple[str, Block], tuple[Row, ...]] = {}
        for place, theirs in self.theirs.items():
            if theirs is None:
                raise Conflict(Code.STALE, at="rows")
            rows[answered.node, place] = read_block(self.ours[place], place)
            rows[asked.node, place] = read_block(theirs, place)
        return compute(asked, answered, self.equal, rows, len(differing(asked, answered)) - len(self.ours))


def answer_reconcile(node: Node, partner_code: str, wire: bytes) -> bytes:
    """A partner's question or rows; returns our signed answer.

    TOO_MANY_REQUESTS for a run within an hour after the last; Conflict(STALE) for rows of another run than the last;
    Untrusted(RECONCILE_DIFFERS) for rows that the partner's own statement contradicts; what `heard` raises.
    """
    said = heard(node, partner_code, wire)
    return _open(node, said, wire) if isinstance(said, Statement) else _rows(node, said, wire)


def answer_reconciled(node: Node, partner_code: str, wire: bytes) -> bytes:
    """A partner's signed result of its last run; returns ours, which need not be the same. Both are stored."""
    with node.store.read() as unit:
        document = signed_result(node, unit, partner_code, wire)
        name = results.read_result(document).run
        known = unit.reconciles.get(partner_code, name)
    if known is None:
        known = _concluded(node, partner_code, name, document, wire)
    elif known.outcome == PENDING:
        known = settled(node, known, document, wire)
    if not known.ours:
        raise Untrusted(Code.RECONCILE_DIFFERS, partner=partner_code)
    return known.ours


def _open(node: Node, asked: Statement, wire: bytes) -> bytes:
    if asked.run or asked.day != asked.issued[:10]:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="run")
    partner = asked.node
    with node.store.write() as unit:  # the hour counts from here, whatever becomes of the answer
        now = safe_now(node, unit)
        before = unit.reconciles.run(partner, lock=True)
        if before is not None and before.id == asked.digest and before.state:
            return _State.read(before.state).answer
        if before is not None and now - before.opened_at < APART:
            raise ExchangeError(Code.TOO_MANY_REQUESTS, partner=partner)
        run = Run(partner, asked.digest, now, b"")
        unit.reconciles.put_run(run)
    with node.store.read() as unit:
        found = snapshot(node, unit, partner)
        said = stamp(safe_now(node, unit))
    answered = Statement(node.code, partner, said, asked.day, asked.digest, found.streams)
    answer = wrap(TYPE, answered.to_bytes(), node.keys.signing[node.suite])
    state = _State(wire, answer, found.equal(asked))
    for place in differing(asked, answered)[:MAX_READ]:
        state.ours[place] = found.blocks.get(place, Held("", 0, b"[]")).rows
        state.theirs[place] = None
    with node.store.write() as unit:
        _last_run(unit, partner, asked.digest)
        unit.reconciles.put_run(replace(run, state=state.to_bytes()))
    return answer


def _rows(node: Node, said: Said, wire: bytes) -> bytes:
    partner = said.node
    with node.store.read() as unit:  # a call that is repeated, or a lie, takes nobody's turn to write
        state = _state(_last_run(unit, partner, said.run, lock=False))
        issued = stamp(safe_now(node, unit))
    if said.place not in state.ours:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="block")
    if fits(state.statement(state.asked), said):
        if state.theirs[said.place] is None:
            _keep_rows(node, said)
    else:
        keep_broken(node, partner, state.statement(state.asked), (state.asked, wire))
        raise Untrusted(Code.RECONCILE_DIFFERS, partner=partner)
    ours = read_block(state.ours[said.place], said.place)
    answer = Said(node.code, partner, issued, said.run, said.place, ours)
    return wrap(TYPE, answer.to_bytes(), node.keys.signing[node.suite])


def _keep_rows(node: Node, said: Said) -> None:
    """The first rows of a block stay."""
    with node.store.write() as unit:
        run = _last_run(unit, said.node, said.run)
        state = _state(run)
        if state.theirs[said.place] is None:
            state.theirs[said.place] = canonical([list(row) for row in said.rows])
            unit.reconciles.put_run(replace(run, state=state.to_bytes()))


def _concluded(node: Node, partner: str, name: str, theirs: bytes, wire: bytes) -> Reconciled:
    """Computes our result, signs it and stores it with the partner's, in one transaction."""
    with node.store.write() as unit:
        known = unit.reconciles.get(partner, name)
        if known is not None:
            return known
        partner_in_use(unit, partner)
        result = _state(_last_run(unit, partner, name)).result()
        now = safe_now(node, unit)
        found = _found(node, partner, result, (theirs, wire), now)
        unit.reconciles.keep(found)
        journal.write(node, unit, [done_entry(found, found.outcome, now)], now)
    return found


def _found(node: Node, partner: str, result: Result, theirs: tuple[bytes, bytes], now: datetime) -> Reconciled:
    document = result.to_bytes()
    return Reconciled(
        partner=partner,
        run=result.run,
        day=result.day,
        at=now,
        outcome=AGREED if document == theirs[0] else DIFFERS,
        digest=results.digest_of(document),
        findings=result.findings,
        document=document,
        ours=wrap(results.TYPE, document, node.keys.signing[node.suite]),
        theirs=theirs[1],
    )


def _last_run(unit: Unit, partner: str, name: str, *, lock: bool = True) -> Run:
    """The partner's last run, if that is its name. Conflict(STALE)."""
    run = unit.reconciles.run(partner, lock=lock)
    if run is None or run.id != name:
        raise Conflict(Code.STALE, at="run")
    return run


def _state(run: Run) -> _State:
    """Conflict(STALE) while the answer is being made."""
    if not run.state:
        raise Conflict(Code.STALE, at="run")
    return _State.read(run.state)
