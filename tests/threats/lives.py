"""A record's whole life at two nodes, full of planted texts, and its end: what is left is what an attacker gets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Final

from exchange.crypto.descriptor import renew, sign, trusted
from exchange.crypto.encoding import canonical
from exchange.crypto.keys import NodeKeys
from exchange.model.claim_json import claim_to_json
from exchange.model.claims import Claim
from exchange.model.matching import Pair
from exchange.model.messages import Recall, Request
from exchange.model.records import Ref
from exchange.model.state import StoredAnswer
from exchange.model.vocab import KINDS
from exchange.operations.account import account
from exchange.operations.audit import OWN_DESCRIPTOR
from exchange.operations.compare_new import compare_new
from exchange.operations.corrections import acknowledge
from exchange.operations.deposit import Amendment, amend
from exchange.operations.match_review import decide_match, queue
from exchange.operations.messages import MessageWish, propose_message
from exchange.operations.partners import keep_card
from exchange.operations.preview import Question, preview
from exchange.operations.pull import pull
from exchange.operations.read import read_own, read_received
from exchange.operations.recalls import RecallAnswer, answer_recall
from exchange.operations.release import send
from exchange.operations.replay import replay
from exchange.operations.retention import retention
from exchange.operations.search import Query, search
from exchange.operations.tidy import tidy
from exchange.ports import Unit
from tests.federation import AGREEMENT, PURPOSE, State, card_of, keys_of, root_of
from tests.subjects import gulf_person
from tests.threats.planted import MARKER, planted
from tests.threats.worlds import World

SAID: Final = f"{MARKER}-said"
"""Stands in every text of a message."""
WITHOUT: Final = frozenset({"record.flag", "record.signoff", "record.renewal"})
FOREVER: Final = timedelta(days=4000)
"""Longer than any record, copy or text may be held."""
CROWD: Final = 150
"""Records beside those that matter: so many that the trees of a database are balanced again when they go."""
WITH_PLANTED: Final = tuple(sorted(KINDS))


def request_of(claims: Sequence[Claim], kind: str) -> bytes:
    """The body of the deposit of one record, as a caller of the API would send it."""
    return canonical({"records": [{"kind": kind, "claims": [claim_to_json(claim) for claim in claims]}]})


def request_digest(body: bytes) -> str:
    """As `api/answers.py` makes it of a deposit."""
    return sha256(b"POST\n/v1/records\n" + body).hexdigest()


def lived(place: World) -> tuple[list[Ref], list[Ref]]:
    """(records of DZ, records that KW sent to DZ): deposited, amended, released, read, asked about, recalled."""
    dz, kw = place["DZ"], place["KW"]
    own = [ref for kind in WITH_PLANTED for ref in dz.deposit(planted(kind, without=WITHOUT), kind=kind)]
    own += dz.deposit(*(gulf_person(n) for n in range(CROWD)))
    for ref, kind in zip(own, WITH_PLANTED, strict=False):
        remembered(dz, ref, request_of(planted(kind, without=WITHOUT), kind))
    person = own[WITH_PLANTED.index("person")]
    assert "released" in [each.state for each in dz.push("KW", own)]
    dz.deliver("KW")
    with dz.node.store.write() as unit:
        held = read_own(dz.node, unit, dz.staff.officer, person)
        amend(dz.node, unit, dz.staff.officer, [Amendment(person, 1, held.record.claims)])
        preview(dz.node, unit, dz.staff.officer, Question(person, "KW", PURPOSE, AGREEMENT))
    (again,) = [each for each in dz.push("KW", [person]) if each.state == "released"]
    dz.deliver("KW")
    acknowledged(kw, "DZ")
    asked(dz, "KW")
    with dz.node.store.write() as unit:
        account(dz.node, unit, dz.staff.officer, person)
        replay(dz.node, unit, dz.staff.auditor, again.proposal_id)
    theirs = [
        *kw.deposit(planted("person", without=WITHOUT)),
        *kw.deposit(*(gulf_person(n) for n in range(CROWD))),
    ]
    remembered(kw, theirs[0], request_of(planted("person", without=WITHOUT), "person"))
    kw.push("DZ", theirs)
    kw.deliver("DZ")
    pull(dz.node, "KW")
    with dz.node.store.write() as unit:
        read_received(dz.node, unit, dz.staff.officer, theirs[0])
    for state in (dz, kw):
        compare_new(state.node)
    found(dz, person, theirs)
    recalled(kw, dz, theirs[0])
    return own, theirs


def found(state: State, own: Ref, theirs: Sequence[Ref]) -> None:
    """A search for what is planted, and somebody who compares our person with two of theirs."""
    with state.node.store.write() as unit:
        assert search(state.node, unit, state.staff.officer, Query(MARKER, held="own")).lines
        assert queue(state.node, unit, state.staff.officer)
        for ref in theirs[:2]:
            decide_match(state.node, unit, state.staff.officer, Pair(own, ref), "unsure", f"{SAID} note")


def remembered(state: State, ref: Ref, body: bytes) -> None:
    """The answer to the deposit that made `ref`, as the API remembers it for a day."""
    said = canonical({"records": [{"id": ref.id, "originator": ref.originator, "version": 1}]})
    answer = StoredAnswer(
        f"key-{ref.id}", state.staff.officer.id, request_digest(body), 201, said, state.node.clock.now()
    )
    with state.node.store.write() as unit:
        unit.answers.put(answer)


def asked(state: State, to: str) -> None:
    """A question with planted texts, approved and sent."""
    question = Request(PURPOSE, "", f"{SAID} question", f"{SAID} basis", "8h", ())
    with state.node.store.write() as unit:
        proposal = propose_message(state.node, unit, state.staff.officer, MessageWish(to, AGREEMENT, question))
    state.approve(proposal)
    assert state.release(proposal).state == "released"
    state.deliver(to)


def acknowledged(state: State, to: str) -> None:
    """The correction that came, so that nothing waits for an answer: texts that wait are kept."""
    with state.node.store.read() as unit:
        (key,) = [each.key for each in unit.messages.page("in", None, 99) if each.type == "correction"]
    with state.node.store.write() as unit:
        acknowledge(state.node, unit, state.staff.officer, key)
    state.deliver(to)


def recalled(sender: State, holder: State, ref: Ref) -> None:
    """The sender takes it back; the holder destroys it and says so."""
    recall = Recall(PURPOSE, "", (ref,), "inaccurate", f"{SAID} note", "2027-01-01T00:00:00Z", None)
    with sender.node.store.write() as unit:
        send(sender.node, unit, sender.staff.approver, MessageWish(holder.node.code, AGREEMENT, recall))
    sender.deliver(holder.node.code)
    with holder.node.store.read() as unit:
        (key,) = [each.key for each in unit.messages.page("in", None, 99) if each.type == "recall"]
    with holder.node.store.write() as unit:
        answered = answer_recall(holder.node, unit, holder.staff.approver, RecallAnswer(key, "destroyed"))
    assert answered.destroyed == 1
    holder.deliver(sender.node.code)


def ended(place: World, *codes: str) -> None:
    """Years later: the worker of each has destroyed what had its time."""
    place.federation.clock.forward(FOREVER)
    for code in codes:
        renewed(place[code])
        retention(place[code].node)
        tidy(place[code].node)


def renewed(state: State) -> None:
    """New keys and a new card, so that what it signs now can be verified."""
    code, now = state.node.code, state.node.clock.now()
    before, old = trusted(card_of(code)), keys_of(code)
    fresh = NodeKeys.generate(code, root_of(code).fingerprint)
    keys = replace(old, signing=fresh.signing, sealing=fresh.sealing)
    state.node = replace(state.node, keys=keys)
    with state.node.store.write() as unit:
        keep_card(unit, before, card_of(code))
        unit.set_setting(OWN_DESCRIPTOR, sign(renew(before, keys, now), root_of(code)).decode("utf-8"))


def nothing_held(unit: Unit) -> bool:
    return unit.records.count() == 0 and unit.copies.count() == 0
