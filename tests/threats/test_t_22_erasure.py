"""T-22: after an erasure nobody gets the record back, with the whole database, the ledger and every key of the node.

A record of each kind and its copy live a whole life (`lives.py`), then their time is over. Searched: every column of
every table, and on SQLite the bytes of the files while the node still runs, free pages and journal included. Every
column is classified here; a new one makes the test fail until somebody has said what is in it.
"""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine

from exchange.crypto.encoding import canonical
from exchange.crypto.opening import header_of, parse_outer
from exchange.errors import BadInput
from exchange.model.claim_json import claim_to_json
from exchange.operations.audit import export_lines, note_export
from exchange.store.tables import metadata
from tests import invariants
from tests.conftest import KEK
from tests.federation import State, keys_of
from tests.threats.guessing import forms, guesses, hit, values
from tests.threats.lives import SAID, WITH_PLANTED, WITHOUT, ended, lived, nothing_held, request_digest, request_of
from tests.threats.planted import MARKER, PLAIN, planted, tokens_of
from tests.threats.search import hits, rest_of, standing, values_in
from tests.threats.worlds import World

CODES = "id code time number"
"""Ids are drawn at random; codes, times and numbers say nothing from inside a record."""
COLUMNS: dict[str, str] = {
    "approval_codes": "person_id:id subject:id digest:salted hash:salted issued_at:time ends_at:time wrong:number",
    "attestations": "proof:salted person_id:id subject:id digest:salted method:code mark:salted evidence:proof at:time "
    "used_at:time",
    "challenges": "id:salted purpose:code ends_at:time person_id:id subject:id digest:salted",
    "console_sessions": "id:salted person_id:id method:code csrf:code created_at:time seen_at:time ends_at:time",
    "enrolments": "id:salted person_id:id purpose:code issued_at:time ends_at:time",
    "passkeys": "id:id person_id:id public_key:document sign_count:number label:code backed_up:number added_at:time "
    "used_at:time",
    "preferences": "person_id:id chosen:document",
    "blind_epochs": "partner:code role:code epoch:number public:document opened_at:time wrapped:key seed:key "
    "elements:number key_version:code",
    "blind_prepared": "partner:gone id:gone version:gone",
    "blind_queries": "partner:code direction:code run:id at:time case_number:code officer:id agreement:id purpose:code "
    "hits:number seen:salted",
    "blind_tags": "partner:gone tag:gone id:gone",
    "blind_tickets": "partner:code direction:code ticket:id at:time agreement:id purpose:code record:id wrapped:key "
    "seed:key level:number",
    "cosigned": "witness:code size:number at:time",
    "epochs": "node:code epoch:number at:time wire:document",
    "introductions": "code:code card:document version:number fingerprint:document brought_by:id brought_at:time "
    "first_by:id first_at:time second_by:id second_at:time misheard:number",
    "ledger_nodes": "level:number position:number hash:ledger",
    "opening_records": "id:id originator:code opening:id held:code",
    "openings": "id:id position:number reason:code asked_by:id asked_at:time asked_until:time confirmed_by:id "
    "confirmed_at:time read_until:time opened_at:time ended_at:time ended_by:id",
    "overrides": "id:id reason:code asker:id asked_at:time hours:number confirmer:id expires_at:time ended_at:time",
    "partner_heads": "origin:code size:number root:ledger partner:code source:code at:time note:ledger",
    "reconcile_runs": "partner:code run:id opened_at:time state:document",
    "reconciled": "partner:code run:id day:time at:time outcome:code digest:document findings:document "
    "document:document ours:document theirs:document acknowledged_by:id acknowledged_at:time "
    "reason:code",
    "stamps": "day:time size:number note:ledger token:document at:time",
    "witnessed": "origin:code partner:code size:number root:ledger at:time note:ledger",
    "agreements": "id:id version:number kind:code document:document digest:document signatures:document state:code "
    "changed_at:time starts_at:time",
    "arrivals": "sender:code epoch:number seq:number at:time",
    "answers": "person:gone key:gone request_digest:gone status:gone created_at:gone wrapped:gone body:gone",
    "approvals": "proposal_id:id person:id role:code digest:salted at:time",
    "batches": "digest:salted root:salted",
    "changed_refs": "id:id originator:code version:number",
    "checkpoints": "size:number note:ledger",
    "copies": "id:gone originator:gone version:gone sender:gone epoch:gone seq:gone kind:gone batch:gone proof:gone "
    "agreement_id:gone purpose:gone received_at:gone expires_at:gone manifest:gone body:gone",
    "copy_heads": "id:gone originator:gone sender:gone version:gone kind:gone received_at:gone",
    "daily_refs": "agreement_id:id recipient:code id:id originator:code",
    "daily_runs": "day:time agreement_id:id recipient:code done:number",
    "decisions": "proposal_id:id stage:code at:time inputs:document manifests:salted digests:salted",
    "erased": "id:id originator:code held:code sender:code version:number at:time why:code",
    "evidence": "sender:code epoch:number seq:number kind:code digest:salted at:time wire:proof",
    "external_links": "key:tombstone scheme:code originator:code id:id digest:tombstone",
    "grants": "digest:salted originator:code holder:code recipient:code thread:id agreement_id:id wire:document "
    "expires_at:time stored_at:time revoked_at:time",
    "inbox": "sender:code epoch:number seq:number header_digest:salted envelope_digest:salted state:code code:code "
    "receipt:proof received_at:time records:number agreement_id:id purpose:code receipt_returned:number thread:id",
    "inbox_wires": "sender:code epoch:number seq:number wire:proof",
    "ledger_entries": "position:number leaf_hash:ledger entry:ledger",
    "ledger_head": "one:number size:number frontier:ledger at:time",
    "match_decisions": "id:gone a_id:gone a_originator:gone b_id:gone b_originator:gone decision:gone person:gone "
    "at:gone wrapped:gone note:gone undone_by:gone undone_at:gone",
    "match_pairs": "id:gone originator:gone other_id:gone other_originator:gone found_at:gone state:gone",
    "message_refs": "id:id originator:code message:id partner:code direction:code",
    "messages": "id:id partner:code direction:code thread:id type:code agreement_id:id state:code created_at:time "
    "due_at:time answered_at:time outcome:code epoch:number seq:number envelope_digest:salted proposal_id:id "
    "wrapped:shredded body:shredded",
    "offers": "partner:code id:id version:number digest:document document:document signatures:document "
    "received_at:time",
    "outbox": "recipient:code epoch:number seq:number header_digest:salted envelope_digest:salted size:number "
    "agreement_id:id agreement_version:number proposal_id:id state:code attempts:number next_attempt_at:time "
    "created_at:time receipt:proof",
    "outbox_wires": "recipient:code epoch:number seq:number wire:sealed",
    "partners": "code:code root_fingerprint:document descriptor:document descriptor_version:number "
    "suite_floor:number added_at:time added_by:id suspended:number",
    "people": "id:id role:code added_at:time disabled:number",
    "proposal_items": "proposal_id:id position:number originator:code id:id version:number view_digest:salted "
    "decision_digest:salted",
    "proposals": "id:id recipient:code agreement_id:id agreement_version:number purpose:code proposer:id "
    "created_at:time expires_at:time state:code digest:salted policy_digest:document approvals_needed:number "
    "bulk_id:id released_at:time envelope_digest:salted kind:code thread:id",
    "record_keys": "id:gone originator:gone held:gone wrapped:gone",
    "record_versions": "id:gone originator:gone version:gone kind:gone issued:gone batch:gone proof:gone "
    "manifest:gone body:gone",
    "records": "id:gone originator:gone version:gone kind:gone changed_at:gone",
    "revocations": "code:code reason:code asked_by:id asked_at:time confirmed_by:id confirmed_at:time",
    "search_records": "id:gone originator:gone held:gone doc:gone rules:gone terms:gone keyed:gone key_terms:gone",
    "search_state": "one:number rules:number",
    "search_terms": "term:gone segment:gone docs:gone",
    "sent_views": "id:id originator:code recipient:code version:number view_digest:salted",
    "settings": "name:code value:document",
    "standing_approvals": "id:id agreement_id:id agreement_version:number agreement_digest:document clauses:document "
    "marking:code digest:document created_at:time expires_at:time first_officer:id second_officer:id revoked_at:time",
    "standing_due": "proposal_id:id",
    "streams_in": "partner:code epoch:number seq:number header_digest:salted",
    "streams_out": "partner:code epoch:number seq:number header_digest:salted",
    "suspensions": "id:id",
    "terminations": "id:id version:number asked_by:id asked_at:time confirmed_by:id confirmed_at:time",
    "tls_pins": "pin:document code:code",
    "tokens": "token_hash:salted person_id:id expires_at:time",
    "waivers": "id:id proposal_id:id digest:salted reason:code wrapped:words text:words created_at:time "
    "expires_at:time administrator:id releasing_officer:id used_at:time revoked_at:time",
}
"""Table -> what each column holds once the records are erased (docs/threat-model.md, "What is left after an erasure").

`gone` no row is left; `shredded` null; `salted` a digest over something with random bytes that are gone or elsewhere;
`key` a key or seed of the node's own for blinded matching, sealed; `proof` signed headers and receipts without content;
`sealed` to a partner's key; `document` agreements and cards; `tombstone` a blinded outside key, so that a list does not
bring an erased person back; `words` of people about a waiver, under a key of their own; `ledger` what an export shows.
"""


def of_class(name: str) -> list[tuple[str, str]]:
    """(table, column) of a class."""
    pairs = [(table, *each.split(":")) for table, columns in COLUMNS.items() for each in columns.split()]
    return [(table, column) for table, column, found in pairs if found == name]


def column(url: str, table: str, name: str) -> list[object]:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return [row[0] for row in connection.exec_driver_sql(f'SELECT "{name}" FROM "{table}"')]
    finally:
        engine.dispose()


def secrets_of(url: str) -> list[bytes]:
    """What must not be found again: wrapped keys, sealed bodies and manifests, as they lie in the rows now."""
    places = [
        ("record_keys", "wrapped"),
        ("record_versions", "body"),
        ("record_versions", "manifest"),
        ("copies", "body"),
        ("copies", "manifest"),
        ("messages", "wrapped"),
        ("messages", "body"),
        ("answers", "wrapped"),
        ("answers", "body"),
        ("search_records", "terms"),
        ("search_records", "key_terms"),
    ]
    found: list[bytes] = []
    for table, name in places:
        rows = [bytes(each) for each in column(url, table, name) if isinstance(each, bytes | memoryview)]
        rows = [row for row in rows if row]  # nobody's keys are empty
        assert rows, (table, name)
        found += rows
    return found


def assert_shredded(state: State) -> None:
    """No text is left but what the erasure itself said to partners: codes and refs."""
    assert of_class("shredded") == [("messages", "wrapped"), ("messages", "body")]
    with state.node.store.read() as unit:
        rows = [unit.messages.get(line.key) for line in unit.messages.page(None, None, 999)]
    left = [row for row in rows if row is not None and row.body]
    assert len(left) < len(rows)
    assert {row.created_at for row in left} <= {state.node.clock.now()}
    assert {row.type for row in left} <= {"notice", "recall"}
    assert not left or hits({"texts": b"\n".join(row.body for row in left)}, [MARKER]) == set()


@pytest.fixture(scope="module")
def after(shared: World) -> tuple[World, dict[str, list[bytes]]]:
    """DZ and KW after everything was erased, and what their rows had held. The tests read."""
    place = shared
    lived(place)
    held = {code: secrets_of(place.urls[code]) for code in ("DZ", "KW")}
    for table, name in (("match_decisions", "wrapped"), ("match_decisions", "note")):
        notes = [bytes(each) for each in column(place.urls["DZ"], table, name) if isinstance(each, bytes | memoryview)]
        assert notes
        held["DZ"] += notes
    ended(place, "DZ", "KW")
    return place, held


def test_every_column_is_classified() -> None:
    told = {table: [each.partition(":")[0] for each in columns.split()] for table, columns in COLUMNS.items()}
    assert told == {name: [each.name for each in table.columns] for name, table in metadata.tables.items()}
    known = {
        *CODES.split(),
        "gone",
        "shredded",
        "salted",
        "key",
        "proof",
        "sealed",
        "document",
        "tombstone",
        "words",
        "ledger",
    }
    assert {each.partition(":")[2] for columns in COLUMNS.values() for each in columns.split()} == known


def test_nothing_of_an_erased_record_is_left(after: tuple[World, dict[str, list[bytes]]]) -> None:
    place, held = after
    texts = {each for kind in WITH_PLANTED for claim in planted(kind, without=WITHOUT) for each in tokens_of(claim)}
    for code, secrets in held.items():
        url = place.urls[code]
        with place[code].node.store.read() as unit:
            assert nothing_held(unit)
        for table, name in of_class("gone"):
            assert column(url, table, name) == [], (code, table, name)
        assert_shredded(place[code])
        rest = rest_of(url)
        assert hits({code: rest}, [MARKER, SAID, *texts]) == set()
        assert standing(rest, secrets) == []
        invariants.ledger_verifies(place[code].node, place[code].staff.auditor)


def test_no_key_of_the_node_opens_what_is_left(after: tuple[World, dict[str, list[bytes]]]) -> None:
    """Envelopes to partners are sealed to their prekeys; of those that came only proofs without content are kept."""
    place, _ = after
    for code in ("DZ", "KW"):
        url, keys = place.urls[code], keys_of(code)  # those of that time, had nobody destroyed them
        ours = {key.kid for key in keys.sealing}
        wires = [bytes(each) for each in column(url, "outbox_wires", "wire") if isinstance(each, bytes | memoryview)]
        assert wires
        assert [wire for wire in wires if header_of(wire).sealing_kid in ours] == []
        proofs = column(url, "inbox_wires", "wire") + column(url, "evidence", "wire")
        assert proofs
        for proof in proofs:
            assert isinstance(proof, bytes | memoryview)
            with pytest.raises(BadInput):
                parse_outer(bytes(proof))


def kept(place: World, state: State) -> set[bytes]:
    """Every 32 bytes of the database and of an export."""
    hays = [each if isinstance(each, bytes) else str(each).encode() for each in values_in(place.urls[state.node.code])]
    return values([*hays, *export_lines(state.node, note_export(state.node, state.staff.auditor))])


def test_no_guess_of_a_claim_a_request_or_a_text_can_be_tested(
    after: tuple[World, dict[str, list[bytes]]],
) -> None:
    """The dictionary holds the right answers: every claim, every deposit as it was sent, every text of a message."""
    place, _ = after
    claims = [claim for kind in WITH_PLANTED for claim in planted(kind, without=WITHOUT)]
    candidates = [canonical(claim_to_json(claim)) for claim in claims]
    candidates += [canonical(claim.value) for claim in claims]
    candidates += forms(
        [*(each for claim in claims for each in tokens_of(claim)), *(f"{SAID} question", f"{SAID} basis")]
    )
    bodies = [request_of(planted(kind, without=WITHOUT), kind) for kind in WITH_PLANTED]
    candidates += bodies
    state = place["DZ"]
    there = kept(place, state)
    with state.node.store.read() as unit:
        ids = [each.key.id.encode() for each in unit.messages.page("out", None, 3)]
    names = [b"DZ", b"KW", b"un-list", *ids]
    assert (
        hit(there, guesses(set(candidates), names, [KEK, *(key.kid.encode() for key in state.node.keys.sealing)]))
        == set()
    )
    requests = [bytes.fromhex(request_digest(body)) for body in bodies]
    assert not there & set(requests)
    assert PLAIN
    spilled = next(iter(guesses(candidates[:1], names, [KEK])))
    assert hit(there | {spilled[0]}, guesses(candidates[:1], names, [KEK])) == {spilled[1]}, "the search finds nothing"
