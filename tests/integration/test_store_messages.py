"""Messages in both databases: what is stored comes back, texts are encrypted, and a destroyed text is gone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from exchange.errors import Code, Conflict, NotFound
from exchange.model.state import MessageKey
from exchange.store import SqlStore
from tests.databases import succeeds
from tests.integration.samples import NOW, copy, hexes, items, message, proposal, ref
from tests.threats.search import hits, rest_of


def test_what_is_stored_comes_back(store: SqlStore) -> None:
    whole = message(
        direction="out", epoch=1, seq=4, envelope_digest=hexes("e"), proposal_id="rel-1", answered_at=NOW, outcome="x"
    )
    with store.write() as unit:
        unit.messages.add(whole)
        unit.messages.add(message())
    with store.read() as unit:
        assert unit.messages.get(whole.key) == whole
        assert unit.messages.get(message().key) == message()
        assert unit.messages.of_proposal("rel-1") == whole
        assert unit.messages.at("MA", "out", 1, 4) == whole
        assert unit.messages.at("MA", "in", 1, 4) is None
        assert unit.messages.get(MessageKey("msg-2", "MA", "in")) is None


def test_keys_numbers_and_proposals_are_taken_once(store: SqlStore) -> None:
    first = message(direction="out", epoch=1, seq=4, proposal_id="rel-1")
    with store.write() as unit:
        unit.messages.add(first)
    for other in (
        first,
        message("msg-2", "out", epoch=1, seq=4),
        message("msg-2", "out", proposal_id="rel-1"),
    ):
        with pytest.raises(Conflict) as caught, store.write() as unit:
            unit.messages.add(other)
        assert caught.value.code is Code.ALREADY_EXISTS


def test_a_draft_leaves_and_is_answered(store: SqlStore) -> None:
    draft = message(direction="out", state="draft", due_at=None)
    gone = replace(draft, state="sent", epoch=1, seq=1, envelope_digest=hexes("e"), due_at=NOW)
    with store.write() as unit:
        unit.messages.add(draft)
        assert unit.messages.waiting(9) == []
        unit.messages.sent(gone)
        assert unit.messages.get(draft.key) == gone
        assert [each.key for each in unit.messages.waiting(9)] == [draft.key]
        unit.messages.answered(draft.key, NOW, "partly")
        unit.messages.answered(draft.key, NOW + timedelta(days=1), "destroyed")
        assert unit.messages.get(draft.key) == replace(gone, answered_at=NOW, outcome="destroyed")
        assert unit.messages.waiting(9) == []
        unit.messages.reopen(draft.key)
        assert unit.messages.get(draft.key) == gone
        unit.messages.set_state(draft.key, "void")
        assert unit.messages.waiting(9) == []
        with pytest.raises(NotFound):
            unit.messages.reopen(MessageKey("msg-9", "MA", "in"))
        with pytest.raises(NotFound):
            unit.messages.set_state(MessageKey("msg-1", "MA", "in"), "sent")


def test_recalls_that_keep_something(store: SqlStore) -> None:
    recall, other = message("msg-1", type="recall"), message("msg-2", type="correction")
    with store.write() as unit:
        for each in (recall, other):
            unit.messages.add(each)
            unit.messages.answered(each.key, NOW, "retained")
        assert [each.key for each in unit.messages.kept(9)] == [recall.key]
        unit.messages.answered(recall.key, NOW, "destroyed")
        assert unit.messages.kept(9) == []


def test_pages_threads_and_what_is_due(store: SqlStore) -> None:
    rows = [
        message(f"msg-{number}", thread="msg-0", created_at=NOW, due_at=NOW + timedelta(days=9 - number))
        for number in range(5)
    ]
    with store.write() as unit:
        for each in rows:
            unit.messages.add(each)
    bare = [replace(each, body=b"") for each in rows]
    with store.read() as unit:
        assert unit.messages.page(None, None, 9) == bare
        assert unit.messages.page("in", rows[1].key, 2) == bare[2:4]
        assert unit.messages.page("out", None, 9) == []
        assert unit.messages.of_thread("MA", "msg-0") == bare
        assert unit.messages.of_thread("KW", "msg-0") == []
        assert unit.messages.waiting(2) == [bare[4], bare[3]]


def test_the_newest_come_first_by_type_and_page(store: SqlStore) -> None:
    with store.write() as unit:
        for number in range(6):
            type_, at = "request" if number % 2 else "notice", NOW + timedelta(hours=number)
            unit.messages.add(message(f"msg-{number}", type=type_, created_at=at))
    with store.read() as unit:
        everything = unit.messages.recent([], None, 10)
        assert [each.created_at for each in everything] == sorted((e.created_at for e in everything), reverse=True)
        assert len(everything) == 6
        assert all(each.body == b"" for each in everything)
        asked = unit.messages.recent(["request"], None, 2)
        assert [each.type for each in asked] == ["request", "request"]
        behind = unit.messages.recent(["request"], asked[-1].key, 2)
        assert [each.key for each in behind] == [everything[-2].key]
        assert unit.messages.recent(["recall"], None, 2) == []


def test_texts_are_encrypted_and_can_be_destroyed(store: SqlStore, database: str) -> None:
    with store.write() as unit:
        unit.messages.add(message(body=b"zqcanary-text"))
        assert unit.messages.page(None, None, 1)[0].body == b""
    assert hits({"database": rest_of(database)}, ["zqcanary-text"]) == set()
    with store.write() as unit:
        unit.messages.shred(message().key)
        found = unit.messages.get(message().key)
    assert found == replace(message(), body=b"")
    engine_rows = "SELECT 1 / count(*) FROM messages WHERE wrapped IS NULL AND body IS NULL"
    assert succeeds(database, engine_rows)


def test_what_a_proposal_sends_is_fixed(store: SqlStore, database: str) -> None:
    sent = proposal(kind="request", thread="msg-1")
    with store.write() as unit:
        unit.releases.add(sent, items([1]))
        assert unit.releases.get("rel-1") == sent
    for change in ("kind = 'recall'", "thread = 'msg-2'", "thread = NULL"):
        assert not succeeds(database, f"UPDATE proposals SET {change}")
    assert succeeds(database, "UPDATE proposals SET state = 'voided'")


def test_what_we_hold_from_whom(store: SqlStore) -> None:
    with store.write() as unit:
        unit.copies.add([copy(1), copy(2)])
        known = [ref(1, "MA"), ref(2, "MA")]
        assert unit.copies.held_from("MA", [*known, ref(3, "MA"), ref(1, "DZ")]) == set(known)
        assert unit.copies.held_from("KW", known) == set()
        assert unit.copies.held_from("MA", []) == set()
