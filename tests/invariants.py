"""What must hold whatever happened: nothing lost, nothing twice, no gap, one content a number, logs that verify.

Read from the outside: stored rows, the bytes that were sent, and the audit export as an auditor would get it. Each
function raises AssertionError with the invariant's number of threats.md §3 (I1 …).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from exchange.crypto.header import NO_PREVIOUS
from exchange.crypto.opening import parse_outer
from exchange.crypto.receipts import Receipt, read_receipt
from exchange.ledger.entries import Entry, read
from exchange.ledger.reconcile import reconcile
from exchange.ledger.report import Report
from exchange.model.records import Ref
from exchange.model.state import InboxItem, OutboxItem, Person, Proposal
from exchange.operations.audit import export_lines, note_export
from exchange.operations.known_partners import descriptor_of, partner_in_use
from exchange.ports import Node
from tests.federation import State
from tests.second import both

ALL = 1_000_000
SETTLED = {"accepted", "refused", "void"}


def entries(node: Node, *kinds: str) -> list[Entry]:
    """Ledger entries in order, of `kinds` if any are named."""
    with node.store.read() as unit:
        lines = unit.ledger.entries(0, ALL)
    found = [read(line) for line in lines]
    return [entry for entry in found if not kinds or entry["kind"] in kinds]


def sent(node: Node, recipient: str) -> list[OutboxItem]:
    """Everything numbered for `recipient`, all epochs, with its bytes."""
    with node.store.read() as unit:
        end = unit.streams.end_out(recipient, lock=False)
        return [
            item
            for epoch in range(1, end.epoch + 1)
            for item in unit.streams.out_after(recipient, epoch, 0, ALL, 1 << 40)
        ]


def taken(node: Node, sender: str) -> list[InboxItem]:
    """Everything that came from `sender`, in order."""
    with node.store.read() as unit:
        return unit.streams.inbox(sender, None, ALL)


def proposals(node: Node, state: str | None = None) -> list[Proposal]:
    with node.store.read() as unit:
        return unit.releases.page(state, None, ALL)


def receipt_of(node: Node, item: OutboxItem) -> Receipt:
    """The receipt that `node` holds for its envelope, verified under the partner's keys."""
    assert item.receipt is not None
    with node.store.read() as unit:
        card = descriptor_of(partner_in_use(unit, item.recipient))
    return read_receipt(item.receipt, lambda kid: card.signing_key(kid, node.clock.now()))


def ledger_verifies(node: Node, auditor: Person) -> Report:
    """I4: an export verifies offline, from the root fingerprint alone."""
    size = note_export(node, auditor)
    report = both(export_lines(node, size), fingerprint=node.keys.root_fingerprint)
    assert report.exit_code == 0, ("I4", node.code, report)
    return report


def ledgers_agree(one: State, other: State) -> None:
    """I5: two exports name the same envelopes, and nothing is under way."""
    lines = []
    for state in (one, other):
        size = note_export(state.node, state.staff.auditor)
        lines.append(list(export_lines(state.node, size)))
    found = reconcile(*lines)
    assert found.agrees, ("I5", found)
    assert found.in_flight.count == 0, ("I5", found.in_flight)


def numbers_are_whole(node: Node, recipient: str) -> None:
    """I7, I8: numbers run 1, 2, 3 …, each header names the one before, and the end is the last of them."""
    before = NO_PREVIOUS
    items = sent(node, recipient)
    for place, item in enumerate(items, 1):
        outer = parse_outer(item.wire)
        assert item.seq == place == outer.header.seq, ("I7", item.seq, place)
        assert outer.header.previous == before, ("I8", item.seq)
        assert outer.chain_digest == item.header_digest, ("I8", item.seq)
        before = item.header_digest
    with node.store.read() as unit:
        end = unit.streams.end_out(recipient, lock=False)
    assert (end.seq, end.header_digest) == (len(items), before), ("I7", end)


def releases_are_whole(node: Node, recipient: str) -> None:
    """I1, I3: a release is a proposal, a number and a ledger entry, all three or none, each once."""
    released = {each.id: each for each in proposals(node, "released") if each.recipient == recipient}
    queued = {item.proposal_id: item for item in sent(node, recipient) if item.proposal_id is not None}
    logged = [each for each in entries(node, "release.released") if each["recipient"] == recipient]
    substituted = {each["release"] for each in entries(node, "waiver.used", "standing.used")}
    assert released.keys() == queued.keys(), ("I1", released.keys() ^ queued.keys())
    assert Counter(each["release"] for each in logged) == Counter(list(released)), "I1"
    for each in logged:
        item = queued[str(each["release"])]
        assert (each["epoch"], each["seq"]) == (item.epoch, item.seq), ("I1", item.seq)
        if each["release"] not in substituted:
            assert len(set(_texts(each["approvals"]))) >= released[str(each["release"])].approvals_needed, "I6"


def inbox_is_whole(node: Node, sender: str) -> None:
    """I2, I7: numbers of the inbox run 1, 2, 3 …, and each is one ledger entry."""
    items = taken(node, sender)
    assert [item.seq for item in items] == list(range(1, len(items) + 1)), ("I7", [item.seq for item in items])
    logged = [
        (each["epoch"], each["seq"], each["envelope"])
        for each in entries(node, "envelope.received", "envelope.refused")
        if each["sender"] == sender
    ]
    assert logged == [(item.epoch, item.seq, item.envelope_digest) for item in items], "I2"


def nothing_under_way(one: Node, other: Node) -> None:
    """I1, I2, I5 once all is quiet: both sides count the same envelopes, with the same receipts."""
    out, came = sent(one, other.code), taken(other, one.code)
    assert {item.state for item in out} <= SETTLED, ("I1", Counter(item.state for item in out))
    assert [(item.seq, item.header_digest) for item in out] == [(item.seq, item.header_digest) for item in came], "I1"
    assert [item.receipt for item in out] == [item.receipt for item in came], "I5"
    logged = [each for each in entries(one, "receipt.received") if each["recipient"] == other.code]
    assert sorted((each["epoch"], each["seq"]) for each in logged) == [(item.epoch, item.seq) for item in out], "I5"


def holds_exactly(one: Node, other: Node, refs: Iterable[Ref]) -> None:
    """I1, I2: `other` holds these records of `one`, each of them and no other."""
    expected = set(refs)
    with other.store.read() as unit:
        expected -= unit.erasures.versions(one.code, sorted(expected)).keys()  # recalled, or its time was over
        lines = unit.copies.lines(one.code, None, ALL)
        counted = unit.copies.count(one.code)
    assert sorted(line.ref for line in lines) == sorted(expected), ("I1", len(lines), len(expected))
    assert counted == len(expected), ("I2", counted, len(expected))


def delivered_refs(one: Node, other: Node) -> set[Ref]:
    """What the sender's own rows say that `other` was sent and took."""
    taken_by_them = [item.proposal_id for item in sent(one, other.code) if item.state == "accepted"]
    with one.store.read() as unit:
        return {each.ref for id_ in taken_by_them if id_ is not None for each in unit.releases.items(id_)}


def always(one: Node, other: Node) -> None:
    """What holds at every moment, also right after a kill."""
    numbers_are_whole(one, other.code)
    releases_are_whole(one, other.code)
    inbox_is_whole(other, one.code)


def quiet(one: State, other: State) -> None:
    """What holds when nothing is left to do."""
    always(one.node, other.node)
    nothing_under_way(one.node, other.node)
    holds_exactly(one.node, other.node, delivered_refs(one.node, other.node))
    for state in (one, other):
        ledger_verifies(state.node, state.staff.auditor)
    ledgers_agree(one, other)


def _texts(value: object) -> Sequence[str]:
    assert isinstance(value, list)
    return [str(each) for each in value]
