"""Cards: only the pinned root makes one good, versions rise, times hold, and keys are good only in their time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from exchange.crypto import checkpoint, descriptor
from exchange.crypto.descriptor import Descriptor
from exchange.crypto.descriptor_document import parse
from exchange.crypto.encoding import JsonObject, JsonValue, b64, canonical, pae, read_canonical, unb64
from exchange.crypto.rootsign import public_document
from exchange.errors import BadInput, Code, ExchangeError
from tests.second import module
from tests.unit.crypto_kit import NOW, card, code_of, flipped, node_keys, root_key, sealing_key, signing_key

_DAY = timedelta(days=1)
_PIN = root_key("DZ").fingerprint


def _file() -> bytes:
    return descriptor.sign(card("DZ"), root_key("DZ"))


def _small() -> Descriptor:
    """A card with one prekey a suite, so that a test may read it often."""
    return replace(card("DZ"), sealing=(card("DZ").sealing[0], card("DZ").sealing[13]))


def test_a_card_round_trips() -> None:
    read = descriptor.read(_file(), fingerprint=_PIN, now=NOW, newer_than=None)
    assert read == card("DZ")
    assert descriptor.trusted(_file()) == read
    assert descriptor.verified(_file(), fingerprint=_PIN) == read
    assert (read.fingerprint, read.suites) == (_PIN, frozenset({1, 2}))
    assert read.tls_pins == card("DZ").tls_pins
    assert len(read.tls_pins[0]) == 64
    assert len(_file()) < descriptor.MAX_CARD // 2


def test_only_the_pinned_root_makes_a_card_good() -> None:
    forged = descriptor.sign(replace(_small(), root=root_key("FR").public), root_key("FR"))
    assert code_of(descriptor.verified, forged, fingerprint=_PIN) is Code.ROOT_MISMATCH
    stranger = descriptor.sign(_small(), root_key("FR"))
    assert code_of(descriptor.verified, stranger, fingerprint=_PIN) is Code.ROOT_MISMATCH
    assert code_of(descriptor.verified, stranger, fingerprint=root_key("FR").fingerprint) is Code.ROOT_MISMATCH
    both = descriptor.sign(_small(), root_key("DZ"), root_key("FR"))
    assert code_of(descriptor.verified, both, fingerprint=root_key("FR").fingerprint) is Code.ROOT_MISMATCH
    twice = descriptor.sign(_small(), root_key("DZ"), root_key("DZ"))
    assert code_of(descriptor.verified, twice, fingerprint=_PIN) is Code.ROOT_MISMATCH
    nobody = descriptor.sign(_small())
    assert code_of(descriptor.verified, nobody, fingerprint=_PIN) is Code.ROOT_MISMATCH


def test_any_flipped_bit_of_a_card_is_refused() -> None:
    refused = 0
    for changed in flipped(descriptor.sign(_small(), root_key("DZ")), 211):
        try:
            found = descriptor.verified(changed, fingerprint=_PIN)
        except ExchangeError:
            refused += 1
            continue
        raise AssertionError(found.node)
    assert refused > 100


def test_a_signature_of_one_document_is_none_of_another() -> None:
    one = read_canonical(descriptor.sign(_small(), root_key("DZ")), limit=1 << 20)
    other = read_canonical(descriptor.sign(replace(_small(), version=2), root_key("DZ")), limit=1 << 20)
    assert isinstance(one, dict)
    assert isinstance(other, dict)
    mixed = canonical({**one, "signatures": other["signatures"]})
    assert code_of(descriptor.verified, mixed, fingerprint=_PIN) is Code.SIGNATURE_INVALID


def test_a_change_of_root_needs_both() -> None:
    old, new = root_key("DZ"), root_key("DZ next")
    changed = replace(_small(), version=2, root=new.public, previous_root=old.fingerprint)
    good = descriptor.sign(changed, new, old)
    for pin in (old.fingerprint, new.fingerprint):
        assert descriptor.verified(good, fingerprint=pin).fingerprint == new.fingerprint
        for half in (descriptor.sign(changed, new), descriptor.sign(changed, old)):
            assert code_of(descriptor.verified, half, fingerprint=pin) is Code.ROOT_MISMATCH


def test_versions_only_rise_and_times_hold() -> None:
    file, expires = _file(), card("DZ").expires
    read = descriptor.read
    assert code_of(read, file, fingerprint=_PIN, now=NOW, newer_than=0) is None
    for known in (1, 2):
        assert code_of(read, file, fingerprint=_PIN, now=NOW, newer_than=known) is Code.DESCRIPTOR_ROLLBACK
    assert code_of(read, file, fingerprint=_PIN, now=expires, newer_than=None) is Code.DESCRIPTOR_EXPIRED
    assert code_of(read, file, fingerprint=_PIN, now=expires - _DAY, newer_than=None) is None
    early = NOW - timedelta(minutes=11)
    assert code_of(read, file, fingerprint=_PIN, now=early, newer_than=None) is Code.NOT_YET_VALID


def test_signing_keys_are_good_in_their_time_only() -> None:
    kid = signing_key("DZ").kid
    known = card("DZ")
    assert known.signing_key(kid, NOW) == signing_key("DZ").public
    assert code_of(known.signing_key, kid, NOW - timedelta(seconds=1)) is Code.KEY_NOT_VALID
    assert code_of(known.signing_key, kid, NOW + timedelta(days=365)) is Code.KEY_NOT_VALID
    assert code_of(known.signing_key, signing_key("TN").kid, NOW) is Code.KEY_UNKNOWN
    revoked = replace(known, revocations={kid: NOW + _DAY})
    assert revoked.signing_key(kid, NOW) == signing_key("DZ").public
    assert code_of(revoked.signing_key, kid, NOW + _DAY) is Code.KEY_NOT_VALID


@pytest.mark.parametrize("suite", [1, 2])
def test_prekeys_follow_one_another_week_by_week(suite: int) -> None:
    known = card("DZ")
    used = [known.sealing_for(suite, NOW + week * 7 * _DAY).kid for week in range(13) if week * 7 < 90]
    assert used == [sealing_key(f"DZ {week}", suite).kid for week in range(13)]
    assert code_of(known.sealing_for, suite, known.expires) is Code.DESCRIPTOR_EXPIRED
    assert code_of(known.sealing_for, suite, NOW - _DAY) is Code.KEY_NOT_VALID
    assert code_of(known.sealing_for, 3, NOW) is Code.KEY_NOT_VALID
    revoked = replace(known, revocations={used[0]: NOW})
    assert code_of(revoked.sealing_for, suite, NOW) is Code.KEY_NOT_VALID


def test_prekeys_are_destroyed_two_weeks_after_their_end() -> None:
    known, keys, second = card("DZ"), node_keys("DZ"), timedelta(seconds=1)
    first, week = {sealing_key("DZ 0", suite).kid for suite in (1, 2)}, 7 * _DAY
    assert descriptor.destroyable_prekeys(known, keys, NOW + 3 * week - second) == set()
    assert descriptor.destroyable_prekeys(known, keys, NOW + 3 * week) == first
    left = keys.without_prekeys(first)
    assert descriptor.destroyable_prekeys(known, left, NOW + 3 * week) == set()
    # A card of four weeks later no longer lists the first four: they go two weeks after it was issued.
    renewed = descriptor.renew(known, keys, NOW + 4 * week)
    assert descriptor.destroyable_prekeys(renewed, keys, NOW + 6 * week - second) == set()
    gone = {sealing_key(f"DZ {number}", suite).kid for suite in (1, 2) for number in range(4)}
    assert descriptor.destroyable_prekeys(renewed, keys, NOW + 6 * week) == gone


def test_a_renewed_card_keeps_what_is_in_use() -> None:
    later = NOW + 80 * _DAY
    keys = node_keys("DZ").with_new_signing().with_new_prekeys(2)
    renewed = descriptor.renew(card("DZ"), keys, later)
    assert (renewed.version, renewed.expires) == (2, later + 90 * _DAY)
    parse(renewed.to_bytes())
    old = signing_key("DZ").kid
    assert renewed.signing_key(old, later + 29 * _DAY) == signing_key("DZ").public
    assert code_of(renewed.signing_key, old, later + 30 * _DAY) is Code.KEY_NOT_VALID
    for suite in (1, 2):
        assert renewed.signing_key(keys.signing[suite].kid, later).suite == suite
        assert renewed.sealing_for(suite, later) == card("DZ").sealing_for(suite, later)
        assert renewed.sealing_for(suite, NOW + 92 * _DAY).kid not in {span.key.kid for span in card("DZ").sealing}
    again = descriptor.renew(renewed, keys, later + _DAY)
    assert {span.key.kid for span in again.signing} == {span.key.kid for span in renewed.signing}
    assert {span.key.kid for span in again.sealing} == {span.key.kid for span in renewed.sealing}


def _document() -> JsonObject:
    value = read_canonical(_small().to_bytes(), limit=1 << 20)
    assert isinstance(value, dict)
    return value


def _first(document: JsonObject, name: str, **changes: JsonValue) -> JsonObject:
    items = document[name]
    assert isinstance(items, list)
    item = items[0]
    assert isinstance(item, dict)
    return {**document, name: [{**item, **changes}, *items[1:]]}


def test_a_document_of_another_form_is_refused() -> None:
    document = _document()
    signing, sealing = document["signing"], document["sealing"]
    assert isinstance(signing, list)
    assert isinstance(sealing, list)
    bad: list[JsonObject] = [
        {**document, "v": 2},
        {**document, "more": 1},
        {**document, "node": "dz"},
        {**document, "version": 0},
        {**document, "expires": document["issued"]},
        {**document, "expires": "2027-02-21T12:00:01Z"},
        {**document, "signing": []},
        {**document, "signing": [signing[0], signing[0]]},
        {**document, "signing": signing * 9},
        {**document, "sealing": []},
        {**document, "sealing": [*sealing, sealing[0]]},
        {**document, "ledger": node_keys("TN").ledger.verifier},
        {**document, "ledger": "DZ.exchange"},
        {**document, "tls": []},
        {**document, "tls": ["", ""]},
        {**document, "tls": [b64(bytes(9000))]},
        {**document, "endpoints": {}},
        {**document, "endpoints": {"partner": "http://127.0.0.1:8443"}},
        {**document, "endpoints": {"partner": "https://user@host"}},
        {**document, "endpoints": {"partner": "https://host/path"}},
        {**document, "endpoints": {"partner": "https://host\\@evil"}},
        {**document, "endpoints": {"partner": "https://host\n"}},
        {**document, "revocations": [{"kid": "x", "effective": "2026-11-23T12:00:00Z"}]},
        {**document, "previous_root": "x"},
        {**document, "root": {}},
        _first(document, "signing", kid="0" * 16),
        _first(document, "signing", suite=2),
        _first(document, "signing", suite=3),
        _first(document, "signing", ed25519=""),
        _first(document, "signing", until="2026-11-23T12:00:00Z"),
        _first(document, "sealing", kid="0" * 16),
        _first(document, "sealing", suite=2),
        _first(document, "sealing", public=b64(bytes(1216 - 1))),
        _first(document, "sealing", more=1),
    ]
    assert code_of(parse, canonical(document)) is None
    for index, each in enumerate(bad):
        assert code_of(parse, canonical(each)) is Code.DESCRIPTOR_MALFORMED, index
    for name in document.keys() - {"witness"}:
        left_out = {each: document[each] for each in document if each != name}
        assert code_of(parse, canonical(left_out)) is Code.DESCRIPTOR_MALFORMED


def test_a_file_of_another_form_is_refused() -> None:
    value = read_canonical(descriptor.sign(_small(), root_key("DZ")), limit=1 << 20)
    assert isinstance(value, dict)
    assert unb64(value["document"]) == _small().to_bytes()
    for bad in ({**value, "document": ""}, {**value, "signatures": {}}, {**value, "more": 1}, {}):
        assert code_of(descriptor.trusted, canonical(bad)) is Code.DESCRIPTOR_MALFORMED
    for data in (b"", b"\xff", b"[]", canonical(value) + b" "):
        assert code_of(descriptor.trusted, data) is Code.DESCRIPTOR_MALFORMED


def test_a_card_that_nobody_could_read_is_not_signed() -> None:
    with pytest.raises(BadInput):
        descriptor.sign(replace(_small(), endpoints={}), root_key("DZ"))


def test_a_card_older_than_witnessing_stays_readable_byte_for_byte() -> None:
    older = replace(_small(), witness=())
    assert b"witness" not in older.to_bytes()
    file = descriptor.sign(older, root_key("DZ"))
    assert descriptor.verified(file, fingerprint=_PIN) == older
    renewed = descriptor.renew(older, node_keys("DZ"), NOW + _DAY)
    assert renewed.witness == card("DZ").witness != ()
    without = replace(node_keys("DZ"), witness=None)
    assert descriptor.renew(older, without, NOW + _DAY).witness == ()


def test_a_card_names_exactly_its_witness_s_two_keys() -> None:
    document, own, foreign = _document(), _texts("DZ"), _texts("TN")
    ledger = node_keys("DZ").ledger.public
    as_ledger = checkpoint.verifier_text("DZ.exchange/witness", ledger, checkpoint.COSIGNATURE)
    as_note_key = checkpoint.verifier_text("DZ.exchange/witness", bytes(32))
    bad: list[JsonValue] = [
        None,
        [],
        "",
        own[:1],
        own[1:],
        own[::-1],
        [own[0], own[0]],
        [*own, own[1]],
        foreign,
        [own[0], foreign[1]],
        [as_ledger, own[1]],
        [as_note_key, own[1]],
        [own[0], card("DZ").witness[1][:-4]],
        [own[0], card("DZ").witness[1] + "A" * 2048],
        [own[0], 7],
    ]
    assert code_of(parse, canonical({**document, "witness": [*own]})) is None
    for index, each in enumerate(bad):
        assert code_of(parse, canonical({**document, "witness": each})) is Code.DESCRIPTOR_MALFORMED, index


def test_both_verifiers_read_both_forms_of_a_card() -> None:
    """docs/spec/verifier.py takes and refuses the same cards; each is signed by its root."""
    second = module()
    own = _texts("DZ")
    for witness in ((), card("DZ").witness):
        file = descriptor.sign(replace(_small(), witness=witness), root_key("DZ"))
        assert second.Card(file, "DZ", _PIN).ledger.name == "DZ.exchange"
        assert descriptor.verified(file, fingerprint=_PIN).witness == witness
    ledger = checkpoint.verifier_text("DZ.exchange/witness", node_keys("DZ").ledger.public, checkpoint.COSIGNATURE)
    bad: list[JsonValue] = [[], None, [own[0]], [own[1], own[0]], _texts("TN"), [ledger, own[1]]]
    for each in bad:
        file = _signed_as_is(canonical({**_document(), "witness": each}))
        assert code_of(descriptor.verified, file, fingerprint=_PIN) is Code.DESCRIPTOR_MALFORMED
        with pytest.raises(second.Bad):
            second.Card(file, "DZ", _PIN)


def _texts(code: str) -> list[JsonValue]:
    return list(card(code).witness)


def _signed_as_is(document: bytes) -> bytes:
    """By a root that does not look at what it signs."""
    ed25519, mldsa = root_key("DZ").sign(pae(descriptor.TYPE, document))
    signature = {"ed25519": b64(ed25519), "mldsa": b64(mldsa), "root": public_document(root_key("DZ").public)}
    return canonical({"document": b64(document), "signatures": [signature]})
