"""T-50: a unique text in every claim, title and message; none of it, and no record's or claim's id, in the package of
a blind audit, as it is and decompressed. And an auditor sees a record by an opening only."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from zipfile import ZipFile

import pytest

from exchange.ledger.blind import verify_package
from exchange.model.messages import Recall, Request
from exchange.model.records import Ref
from exchange.operations.blind_audit import blind_package, note_blind
from exchange.operations.messages import MessageWish, propose_message
from exchange.operations.openings import ask_opening, confirm_opening, read_opening
from exchange.operations.release import send
from exchange.operations.replay_file import export_decisions
from tests import invariants
from tests.databases import Postgresql, Sqlite
from tests.federation import AGREEMENT, PURPOSE, State
from tests.second import module
from tests.threats.planted import MARKER, planted, tokens_of
from tests.threats.search import hits
from tests.threats.worlds import World, world

WITHOUT = frozenset({"record.flag", "record.signoff"})
SAID = f"{MARKER}-said"


@pytest.fixture
def place(databases: Sqlite | Postgresql) -> Iterator[World]:
    with world(databases, ("DZ", "KW")) as found:
        yield found


def released(place: World) -> list[Ref]:
    """A person and a network, sent to KW, with a recall and a question full of planted texts."""
    dz = place["DZ"]
    person, network = planted("person", without=WITHOUT), planted("network")
    refs = [*dz.deposit(person), *dz.deposit(network, kind="network")]
    assert [outcome.state for outcome in dz.push("KW", refs)] == ["released"]
    assert dz.deliver("KW").accepted == 1
    recall = Recall(PURPOSE, "", (refs[0],), "inaccurate", f"{SAID} note", "2027-01-01T00:00:00Z", None)
    question = Request(PURPOSE, "", f"{SAID} question", f"{SAID} basis", "8h", ())
    with dz.node.store.write() as unit:
        send(dz.node, unit, dz.staff.approver, MessageWish("KW", AGREEMENT, recall))
        proposal = propose_message(dz.node, unit, dz.staff.officer, MessageWish("KW", AGREEMENT, question))
    dz.approve(proposal)
    assert dz.release(proposal).state == "released"
    return refs


def package_of(state: State) -> bytes:
    size = note_blind(state.node, state.staff.auditor)
    return b"".join(blind_package(state.node, size))


def every(state: State, refs: list[Ref]) -> set[str]:
    """Tokens and ids."""
    with state.node.store.read() as unit:
        held = unit.records.current(refs, lock=False)
    claims = [claim for each in held for claim in each.record.claims]
    ids = {ref.id for ref in refs} | {f'"{claim.id}"' for claim in claims}
    return ids | {token for claim in claims for token in tokens_of(claim)} | {MARKER, SAID}


def test_no_name_no_value_no_id_is_in_the_package(place: World) -> None:
    dz, refs = place["DZ"], released(place)
    data = package_of(dz)
    fingerprint = dz.node.keys.root_fingerprint
    report = verify_package(BytesIO(data), len(data), fingerprint=fingerprint)
    assert report.ok, report
    assert report.counts["permitted"] == 2
    assert module().verify_package(BytesIO(data), fingerprint)["exit_code"] == 0
    hay = {"zip": data}
    with ZipFile(BytesIO(data)) as archive:
        hay |= {name: archive.read(name) for name in archive.namelist()}
    assert len(hay) == 5
    wanted = every(dz, refs)
    assert len(wanted) > 60
    assert hits(hay, wanted) == set()


def test_the_search_would_find_it(place: World) -> None:
    """The control: the replay file without values does name the records and their claims."""
    dz, refs = place["DZ"], released(place)
    release = str(invariants.entries(dz.node, "release.decided")[0]["release"])
    with dz.node.store.write() as unit:
        bare = export_decisions(dz.node, unit, dz.staff.auditor, release)
    found = {text for _, text in hits({"bare": bare}, every(dz, refs))}
    assert {ref.id for ref in refs} <= found
    assert sum(text.startswith('"c') for text in found) > 60


def test_after_an_opening_the_ledger_still_names_nobody(place: World) -> None:
    dz, refs = place["DZ"], released(place)
    kinds = [entry["kind"] for entry in invariants.entries(dz.node)]
    with dz.node.store.write() as unit:
        asked = ask_opening(dz.node, unit, dz.staff.auditor, kinds.index("release.released"), "COURT_ORDER")
    with dz.node.store.write() as unit:
        confirm_opening(dz.node, unit, dz.staff.admin, asked.id)
    opened = read_opening(dz.node, dz.staff.auditor, asked.id)
    assert {each.ref for each in opened.shown} == set(refs)
    data = package_of(dz)
    with ZipFile(BytesIO(data)) as archive:
        hay = {name: archive.read(name) for name in archive.namelist()}
    assert b"audit.opened" in hay["ledger.jsonl"]
    assert hits(hay, every(dz, refs)) == set()
