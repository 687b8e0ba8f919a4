"""kill -9 between a witness's commit and its answer: asked again it cosigns the same head, and never a second one."""

from __future__ import annotations

from exchange.crypto import checkpoint, witness_wire
from exchange.operations.tree import tree
from exchange.operations.witness import Answer, add_checkpoint
from exchange.ports import Node
from tests.faults import test_kill
from tests.faults.test_kill import KILLED, Rig
from tests.faults.victim import RECIPIENT, SENDER
from tests.federation import keys_of

rig = test_kill.rig
ORIGIN = f"{SENDER}.exchange"


def ask(rig: Rig, old: int, root: bytes | None = None) -> Answer:
    """Asks the witness for the sender's newest head, or for another root of that size, from `old` on."""
    node = rig.federation[SENDER].node
    with node.store.read() as unit:
        size = unit.ledger.head(lock=False).size
        note = unit.ledger.checkpoint() if root is None else checkpoint.make(ORIGIN, size, root, keys_of(SENDER).ledger)
        assert note is not None
        proof = tree(unit, size).consistency(old, size)
    return add_checkpoint(rig.federation[RECIPIENT].node, SENDER, witness_wire.write_request(old, proof, note))


def kept(node: Node) -> tuple[int, bytes]:
    """(size, root) of what the witness cosigned last."""
    with node.store.read() as unit:
        found = unit.heads.witnessed(ORIGIN)
    return (0, b"") if found is None else (found.size, found.root)


def newest(node: Node) -> tuple[int, bytes]:
    with node.store.read() as unit:
        head = checkpoint.read(unit.ledger.checkpoint() or b"")
    return head.size, head.root


def test_killed_before_the_answer_a_witness_cosigns_the_same_head_and_no_other(rig: Rig) -> None:
    sender, witness = rig.federation[SENDER].node, rig.federation[RECIPIENT].node
    for _ in range(3):
        old = kept(witness)
        rig.ready("witness")
        assert rig.victim("witness", "witness.committed")[0] == KILLED
        size, root = newest(sender)
        assert kept(witness) == (size, root) != old
        again = ask(rig, old[0])
        assert (again.status, again.body, again.type) == (409, b"%d\n" % size, "text/x.tlog.size")
        assert len(witness_wire.read_answer(ask(rig, size).body)) == 2
        assert ask(rig, old[0], b"\x07" * 32).status == 409
        assert kept(witness) == (size, root)
    assert ask(rig, size, b"\x07" * 32).status == 422
    assert kept(witness) == (size, root)


def test_killed_before_the_commit_nothing_was_cosigned(rig: Rig) -> None:
    witness = rig.federation[RECIPIENT].node
    rig.ready("witness")
    assert rig.victim("witness", "witness.kept")[0] == KILLED
    assert kept(witness) == (0, b"")
    assert ask(rig, 0).status == 200
    assert kept(witness) == newest(rig.federation[SENDER].node)
