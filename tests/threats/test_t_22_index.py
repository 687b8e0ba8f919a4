"""T-22 and the index: without the node's key no word can be tested, and whatever destroys a record takes its words.

The attacker has the database and a dictionary that holds the right answers. One path each: recall, correction, the end
of a copy's time, the end of an agreement, the clock of a record of ours.
"""

from __future__ import annotations

import hmac
import struct
from collections.abc import Callable, Sequence
from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import create_engine, text

from exchange.crypto.atrest import AtRest, derive
from exchange.crypto.encoding import digest, pae
from exchange.matching.keys import HOLDER, keys
from exchange.matching.person import identity
from exchange.matching.sounds import sounds_of
from exchange.model.messages import Recall
from exchange.model.records import Ref
from exchange.operations import agreements
from exchange.operations.compare_new import compare_new
from exchange.operations.deposit import Amendment, amend
from exchange.operations.match_review import queue
from exchange.operations.messages import MessageWish
from exchange.operations.recalls import RecallAnswer, answer_recall
from exchange.operations.release import send
from exchange.operations.retention import retention
from exchange.operations.search import Query, search
from tests.conftest import KEK
from tests.federation import AGREEMENT, PURPOSE, State
from tests.operations.find_kit import covered, name, persons, record
from tests.threats.lives import FOREVER, renewed
from tests.threats.worlds import World

WORDS = ("zqsalim", "zqspecimen", "zqs", "zqsa", "zqsp", "syn0000001", "syn00", "1985", "KW/rec-zq", "person", "own")
GUESSED = ("w", "n", "l", "f", "k", "s", "", "search", "word")


def terms(place: World, code: str) -> set[int]:
    engine = create_engine(place.urls[code])
    with engine.connect() as connection:
        rows = {int(row[0]) for row in connection.execute(text("SELECT term FROM search_terms"))}
        packed = [bytes(row[0]) for row in connection.execute(text("SELECT terms FROM search_records"))]
    engine.dispose()
    return rows | {term for each in packed for term in struct.unpack(f"<{len(each) // 8}Q", each)}


def rows(place: World, code: str, table: str) -> int:
    engine = create_engine(place.urls[code])
    with engine.connect() as connection:
        count = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
    engine.dispose()
    return int(count)


def hits(state: State, question: str) -> list[Ref]:
    with state.node.store.write() as unit:
        return [line.ref for line in search(state.node, unit, state.staff.officer, Query(question)).lines]


def short(value: bytes) -> set[int]:
    """A digest as the index would write it, whatever part of it was taken."""
    return {int.from_bytes(value[at : at + 6], order) for at in (0, 26) for order in ("big", "little")}


def guesses(keys: list[bytes], words: Sequence[str] = WORDS) -> dict[int, str]:
    """What an attacker with a dictionary and these keys computes."""
    found: dict[int, str] = {}
    for word in words:
        for space in GUESSED:
            said = (space + word).encode()
            plain = [sha256(said).digest(), digest("exchange/at-rest/1", said), pae("exchange/at-rest/1", said)]
            keyed = [hmac.digest(key, each, "sha256") for key in keys for each in (said, *plain)]
            for value in (*plain, *keyed):
                found |= dict.fromkeys(short(value), f"{space} {word}")
    return found


def test_a_dictionary_without_the_key_finds_no_word(place: World) -> None:
    dz = place["DZ"]
    said = (name("Zqsalim Zqspecimen"), ("birth.date", {"precision": "year", "year": 1985}))
    dz.deposit(record(*said, ("document", {"type": "passport", "number": "SYN0000001"})))
    assert hits(dz, "zqsalim")
    held = terms(place, "DZ")
    assert len(held) > 20
    outside = [bytes(32), b"exchange", b"search", b"index", b"DZ", dz.node.keys.root_fingerprint.encode()]
    outside += [key.kid.encode() for key in dz.node.keys.sealing]
    outside += [derive(key, purpose) for key in (bytes(32), bytes([255]) * 32) for purpose in (b"index", b"blind")]
    assert held & guesses(outside).keys() == set()
    assert held & guesses([derive(KEK, b"blind"), derive(KEK, b"wrap"), KEK]).keys() == set(), "another key's work"
    inside = held & guesses([derive(KEK, b"index")]).keys()
    assert len(inside) >= len(WORDS) - 1, "the search would find nothing"


def test_a_dictionary_of_names_without_the_key_finds_no_key_and_no_sound(place: World) -> None:
    """The attacker has the rules and the public table, and so every key and skeleton that there can be."""
    dz = place["DZ"]
    said = (name("Zqsalim Zqspecimen"), ("birth.date", {"precision": "exact", "date": "1985-04-12"}))
    (ref,) = dz.deposit(record(*said))
    compare_new(dz.node)
    with dz.node.store.read() as unit:
        (held,) = unit.records.current([ref], lock=False)
    known = identity(held.record.claims)
    made = [*(each.hex() for each in keys(known, HOLDER)), *sounds_of(known.names)]
    there = terms(place, "DZ")
    outside = [bytes(32), b"exchange", KEK, derive(KEK, b"blind"), derive(KEK, b"wrap")]
    assert there & guesses(outside, made).keys() == set()
    inside = there & guesses([derive(KEK, b"index")], made).keys()
    assert len(inside) == len(made) > 5, "nobody would be found"


def test_two_nodes_write_a_word_differently() -> None:
    assert AtRest(bytes(32)).index_term(b"wsalim") != AtRest(KEK).index_term(b"wsalim")
    assert AtRest(KEK).index_term(b"wsalim") == AtRest(KEK).index_term(b"wsalim") < 1 << 48


def test_what_is_asked_is_in_no_row(place: World) -> None:
    dz = place["DZ"]
    persons(dz, "Somebody Else")
    assert hits(dz, "zqsalim") == []
    with dz.node.store.read() as unit:
        entries = unit.ledger.entries(0, 9999)
    assert not [line for line in entries if b"zqsalim" in line]
    asked = sha256(b"zqsalim").digest()
    assert not [line for line in entries if asked in line or asked.hex().encode() in line]


@pytest.fixture
def held(place: World) -> tuple[World, State, Ref]:
    """DZ with a record of KW's, released and taken in, and one of its own with the same name."""
    kw, dz = place["KW"], place["DZ"]
    (ref,) = kw.deposit(covered("Zqsalim Zqspecimen", "SYN0000001"))
    assert [each.state for each in kw.push("DZ", [ref])] == ["released"]
    assert kw.deliver("DZ").accepted == 1
    persons(dz, "Zqsalim Zqspecimen")
    compare_new(dz.node)
    assert len(hits(dz, "zqsalim")) == 2
    with dz.node.store.write() as unit:
        assert len(queue(dz.node, unit, dz.staff.officer)) == 1
    return place, dz, ref


def recalled(place: World, dz: State, ref: Ref) -> None:
    kw = place["KW"]
    recall = Recall(PURPOSE, "", (ref,), "inaccurate", None, "2027-01-01T00:00:00Z", None)
    with kw.node.store.write() as unit:
        send(kw.node, unit, kw.staff.approver, MessageWish("DZ", AGREEMENT, recall))
    kw.deliver("DZ")
    with dz.node.store.read() as unit:
        (key,) = [each.key for each in unit.messages.page("in", None, 99) if each.type == "recall"]
    with dz.node.store.write() as unit:
        answer_recall(dz.node, unit, dz.staff.approver, RecallAnswer(key, "destroyed"))


def expired(_place: World, dz: State, _ref: Ref) -> None:
    with dz.node.store.write() as unit:
        unit.copies.end_by(AGREEMENT, dz.node.clock.now())
    retention(dz.node)


PATHS: dict[str, Callable[[World, State, Ref], None]] = {"recall": recalled, "end of its time": expired}


@pytest.mark.parametrize("path", sorted(PATHS))
def test_a_copy_that_is_destroyed_leaves_the_index(held: tuple[World, State, Ref], path: str) -> None:
    place, dz, ref = held
    before = terms(place, "DZ")
    PATHS[path](place, dz, ref)
    (left,) = hits(dz, "zqsalim")
    assert left.originator == "DZ"
    assert hits(dz, "syn0000001") == hits(dz, ref.id) == []
    assert (rows(place, "DZ", "search_records"), rows(place, "DZ", "match_pairs")) == (1, 0)
    assert len(terms(place, "DZ")) < len(before)
    with dz.node.store.read() as unit:
        assert unit.search.naming([ref], 9) == []


def test_a_correction_takes_the_old_words(held: tuple[World, State, Ref]) -> None:
    place, dz, ref = held
    kw = place["KW"]
    with kw.node.store.write() as unit:
        amend(kw.node, unit, kw.staff.officer, [Amendment(ref, 1, covered("Zqkarim Zqspecimen", "SYN0000002"))])
    assert [each.state for each in kw.push("DZ", [ref])] == ["released"]
    kw.deliver("DZ")
    assert hits(dz, "zqkarim") == [ref]
    assert [each.originator for each in hits(dz, "zqsalim")] == ["DZ"]
    assert hits(dz, "syn0000001") == []
    assert rows(place, "DZ", "match_pairs") == 0


def test_the_clock_of_our_own_record_takes_its_words(place: World) -> None:
    dz = place["DZ"]
    persons(dz, "Zqsalim Zqspecimen")
    assert terms(place, "DZ")
    place.federation.clock.forward(FOREVER)
    renewed(dz)
    retention(dz.node)
    assert hits(dz, "zqsalim") == []
    assert terms(place, "DZ") == set()
    assert rows(place, "DZ", "search_records") == rows(place, "DZ", "search_terms") == 0


def test_a_damaged_record_leaves_the_index_too(place: World) -> None:
    """Its words are not read again: the index knows its own."""
    dz = place["DZ"]
    (ref,) = persons(dz, "Zqsalim Zqspecimen")
    engine = create_engine(place.urls["DZ"])
    with engine.begin() as connection:
        connection.execute(text("UPDATE record_versions SET body = :body"), {"body": bytes(64)})
    engine.dispose()
    with dz.node.store.write() as unit:
        unit.records.erase([ref])
    assert rows(place, "DZ", "search_records") == rows(place, "DZ", "search_terms") == 0


def test_the_end_of_an_agreement_ends_what_is_found_under_it(held: tuple[World, State, Ref]) -> None:
    place, dz, ref = held
    with dz.node.store.write() as unit:
        agreements.suspend(dz.node, unit, dz.staff.admin, AGREEMENT)
    assert ref in hits(dz, "zqsalim"), "suspension destroys nothing"
    with dz.node.store.write() as unit:
        unit.copies.end_by(AGREEMENT, dz.node.clock.now() + timedelta(days=1))
    place.federation.clock.forward(timedelta(days=2))
    retention(dz.node)
    assert ref not in hits(dz, "zqsalim")
