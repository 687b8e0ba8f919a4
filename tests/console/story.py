"""Something on every page: records of several kinds, proposals in each state, what was delivered, a recall, a question.

Everybody in it is made up.
"""

from __future__ import annotations

from dataclasses import dataclass

from exchange.interop.synthetic_circle import subjects, ties
from exchange.model.messages import Recall, Request
from exchange.model.records import Ref
from exchange.operations.deposit import Draft, deposit
from exchange.operations.messages import MessageWish, propose_message
from exchange.operations.release import release, send
from tests.console.kit import Consoles
from tests.federation import AGREEMENT, PURPOSE
from tests.integration.api_office import covered
from tests.match_kit import ask, person, prepare

SENDER, RECEIVER = "DZ", "AE"


@dataclass(frozen=True, slots=True)
class Story:
    """What is there, by the names of parts of addresses; for the node that sends and for the one that got it."""

    sender: dict[str, str]
    receiver: dict[str, str]


def tell(shared: Consoles) -> Story:
    """Fills both nodes through their own operations."""
    _compare(shared)
    dz = shared.states[SENDER]
    refs: list[Ref] = dz.deposit(covered(3), covered(5), covered(8))
    with dz.node.store.write() as unit:
        known = deposit(dz.node, unit, dz.staff.officer, [Draft(*each) for each in subjects(7)])
        deposit(dz.node, unit, dz.staff.officer, [Draft(*each) for each in ties(7, known)])
    assert [outcome.state for outcome in dz.push(RECEIVER, refs[:1])] == ["released"]
    assert dz.deliver(RECEIVER).accepted == 1
    waiting = dz.propose(RECEIVER, refs[1:2]).proposals[0]
    recall = Recall(PURPOSE, "", (refs[0],), "inaccurate", "The date was wrong.", "2027-01-01T00:00:00Z", None)
    question = Request(PURPOSE, "", "Who travels with this person?", "case 7", "8h", ())
    with dz.node.store.write() as unit:
        sent = send(dz.node, unit, dz.staff.approver, MessageWish(RECEIVER, AGREEMENT, recall))
        asked = propose_message(dz.node, unit, dz.staff.officer, MessageWish(RECEIVER, AGREEMENT, question))
    dz.approve(asked)
    with dz.node.store.write() as unit:
        release(dz.node, unit, dz.staff.officer, asked.id)
    dz.deliver(RECEIVER)
    with dz.node.store.read() as unit:
        claims = unit.records.current([refs[0]], lock=False)[0].record.claims
    assert sent.key.id
    common = {
        "originator": SENDER,
        "record": refs[0].id,
        "agreement": AGREEMENT,
        "claim": claims[0].id,
        "role": "officer",
    }
    message = sent.key.id
    return Story(
        {**common, "partner": RECEIVER, "release": waiting.id, "message": message, "direction": "out"},
        {**common, "partner": SENDER, "message": message, "direction": "in", "epoch": "1", "seq": "1"},
    )


def _compare(shared: Consoles) -> None:
    """Both are prepared for each other, and the receiver has asked the sender."""
    sender, receiver = shared.states[SENDER], shared.states[RECEIVER]
    sender.deposit(person(41, "Salim Specimen Alpha"))
    receiver.deposit(person(41, "Salim Specimen Alpha"))
    prepare(sender, RECEIVER)
    prepare(receiver, SENDER)
    ask(receiver, SENDER, person(41, "Salim Specimen Alpha"))
