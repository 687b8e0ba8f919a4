"""Envelopes: what is sealed opens for one recipient under one header, and every step refuses with its own code."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.crypto import envelope, opening
from exchange.crypto import header as headers
from exchange.crypto.encoding import JsonObject, b64, canonical, pae, read_canonical
from exchange.crypto.envelope import BUCKETS, FRAME, MAX_BODY, MAX_WIRE
from exchange.crypto.header import Header, header_digest
from exchange.crypto.keys import SealingKey
from exchange.crypto.opening import (
    Outer,
    check_addressed,
    check_suite,
    check_times,
    header_of,
    open_body,
    parse_outer,
    verify_signature,
)
from exchange.crypto.sealing import SealedEnvelope, Unsigned, finish, prepare, void
from exchange.crypto.signing import RootCache
from exchange.errors import BadInput, Code, TooLarge
from tests.unit.crypto_kit import NOW, card, code_of, flipped, header, node_keys, sealing_key, signing_key

_BOTH = pytest.mark.parametrize("suite", [1, 2])
BODY = b'{"type":"release","v":1}'


def _recipient(suite: int) -> SealingKey:
    return sealing_key("TN 0", suite)


def _sealed(suite: int = 1, body: bytes = BODY) -> SealedEnvelope:
    return finish([prepare(header(suite), body, _recipient(suite).public)], signing_key("DZ", suite))[0]


def _read(wire: bytes, now: datetime = NOW) -> bytes:
    """All pure steps, in order."""
    outer = parse_outer(wire)
    check_suite(outer.header, (1, 2), 1)
    check_addressed(outer.header, "TN", "DZ")
    verify_signature(outer, card("DZ"), now)
    check_times(outer.header, now)
    return open_body(outer, node_keys("TN").sealing)


@_BOTH
@pytest.mark.parametrize("size", [0, 1, 1024 - FRAME, 1025 - FRAME, 70_000])
def test_what_is_sealed_is_read(suite: int, size: int) -> None:
    body = bytes(range(256)) * (size // 256 + 1)
    sealed = _sealed(suite, body[:size])
    assert _read(sealed.wire) == body[:size]
    outer = parse_outer(sealed.wire)
    assert outer.header == replace(header(suite), commitment=outer.header.commitment)
    assert (outer.header_digest, outer.envelope_digest) == (sealed.header_digest, sealed.envelope_digest)
    assert outer.header_bytes == sealed.header
    assert outer.chain_digest == sealed.header_digest
    assert canonical(read_canonical(sealed.wire, limit=MAX_WIRE)) == sealed.wire


@_BOTH
def test_many_envelopes_share_one_signature_and_stand_alone(suite: int) -> None:
    drafts = [replace(header(suite), seq=seq) for seq in range(1, 6)]
    unsigned = [prepare(each, b"body %d" % each.seq, _recipient(suite).public) for each in drafts]
    sealed = finish(unsigned, signing_key("DZ", suite))
    assert [_read(each.wire) for each in sealed] == [b"body %d" % seq for seq in range(1, 6)]
    cache = RootCache(8)
    for each in sealed:
        verify_signature(parse_outer(each.wire), card("DZ"), NOW, cache)
    assert len(cache) == 1
    assert len({each.envelope_digest for each in sealed}) == 5


def test_the_largest_body_fits_and_one_byte_more_does_not() -> None:
    sealed = _sealed(1, bytes(MAX_BODY))
    assert len(sealed.wire) <= MAX_WIRE
    assert _read(sealed.wire) == bytes(MAX_BODY)
    with pytest.raises(TooLarge):
        prepare(header(), bytes(MAX_BODY + 1), _recipient(1).public)


@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.integers(0, 40_000))
def test_the_wire_shows_only_a_bucket(size: int) -> None:
    unsigned = prepare(header(), bytes(size), _recipient(1).public)
    assert len(unsigned.ciphertext) - 1120 - 16 in BUCKETS
    assert len(unsigned.ciphertext) - 1120 - 16 < max(1025, 2 * (size + FRAME))


def test_there_are_thirteen_buckets() -> None:
    assert (len(BUCKETS), BUCKETS[0], BUCKETS[-1]) == (13, 1024, 4096 * 1024)
    assert envelope.bucket_of(1) == 1024
    assert envelope.bucket_of(1025) == 2048


@_BOTH
def test_any_flipped_bit_of_the_wire_is_refused(suite: int) -> None:
    wire = _sealed(suite).wire
    codes = set()
    for changed in flipped(wire, 53):
        code = code_of(_read, changed)
        assert code is not None
        codes.add(code)
    assert Code.SIGNATURE_INVALID in codes


@_BOTH
def test_any_flipped_bit_of_the_inner_bytes_is_refused(suite: int) -> None:
    outer = parse_outer(_sealed(suite).wire)
    for changed in flipped(outer.header_bytes, 3):
        assert code_of(_read, _wire(outer, header=changed)) is not None
    for changed in flipped(outer.ciphertext, 31):
        assert code_of(_read, _wire(outer, sealed=changed)) is Code.SIGNATURE_INVALID


def _wire(outer: Outer, header: bytes | None = None, sealed: bytes | None = None) -> bytes:
    value: JsonObject = {
        "header": b64(outer.header_bytes if header is None else header),
        "sealed": b64(outer.ciphertext if sealed is None else sealed),
        "signature": {"proof": b64(outer.proof), "root": read_canonical(outer.root, limit=1 << 15)},
    }
    return canonical(value)


def test_1_size() -> None:
    assert code_of(parse_outer, b" " * (MAX_WIRE + 1)) is Code.ENVELOPE_TOO_LARGE


def test_2_outer_parse() -> None:
    wire = _sealed().wire
    value = read_canonical(wire, limit=MAX_WIRE)
    assert isinstance(value, dict)
    signature = value["signature"]
    assert isinstance(signature, dict)
    bad: list[object] = [
        {**value, "more": 1},
        {name: value[name] for name in ("header", "sealed")},
        {**value, "sealed": ""},
        {**value, "sealed": "*"},
        {**value, "sealed": 1},
        {**value, "header": None},
        {**value, "signature": {**signature, "more": 1}},
        {**value, "signature": {"root": signature["root"]}},
        {**value, "signature": {**signature, "root": {}}},
        {**value, "signature": {**signature, "proof": "A"}},
        [],
        "text",
    ]
    assert code_of(parse_outer, canonical(value)) is None
    for each in bad:
        assert code_of(parse_outer, canonical(each)) is Code.ENVELOPE_MALFORMED
    for data in (b"", b"{", wire + b"\n", b" " + wire, wire[:-1], wire.replace(b'"sealed"', b'"header"'), b"\xff"):
        assert code_of(parse_outer, data) is Code.ENVELOPE_MALFORMED


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("v", 2),
        ("suite", 0),
        ("suite", "1"),
        ("suite", True),
        ("type", "gossip"),
        ("id", ""),
        ("id", "a b"),
        ("id", "a" * 129),
        ("sender", "dz"),
        ("recipient", "TNX"),
        ("recipient", "DZ"),
        ("agreement", "../x"),
        ("agreement_digest", "ab"),
        ("stream", "\n"),
        ("stream", "TN-DZ"),
        ("stream", "DZ-TN-2"),
        ("epoch", -1),
        ("seq", 0),
        ("previous", "CD" * 32),
        ("issued", "2026-11-23 12:00:00Z"),
        ("issued", "2026-11-23T24:00:01Z"),
        ("expires", "2026-12-23T12:00:00+00:00"),
        ("commitment", ""),
        ("policy_digest", None),
        ("signing_kid", "0" * 15),
        ("sealing_kid", "G" * 16),
        ("checkpoint", 7),
        ("checkpoint", "x" * 9000),
        ("extra", 1),
    ],
)
def test_3_header_parse(name: str, value: object) -> None:
    document = read_canonical(_sealed().header, limit=1 << 15)
    assert isinstance(document, dict)
    changed: JsonObject = {**document}
    assert code_of(headers.read, canonical(changed)) is None
    assert code_of(headers.read, canonical({**changed, name: value})) is Code.HEADER_MALFORMED
    if name != "extra":
        left_out = {each: changed[each] for each in changed if each != name}
        assert code_of(headers.read, canonical(left_out)) is Code.HEADER_MALFORMED
    outer = parse_outer(_sealed().wire)
    bad = _wire(outer, header=canonical({**changed, name: value}))
    assert code_of(parse_outer, bad) is Code.HEADER_MALFORMED


def test_4_suite() -> None:
    assert code_of(check_suite, header(1), (1, 2), 1) is None
    assert code_of(check_suite, header(2), (1, 2), 2) is None
    assert code_of(check_suite, header(1), (2,), 1) is Code.SUITE_NOT_ALLOWED
    assert code_of(check_suite, header(1), (), 1) is Code.SUITE_NOT_ALLOWED
    assert code_of(check_suite, header(1), (1, 2), 2) is Code.SUITE_BELOW_FLOOR


def test_5_addressed() -> None:
    assert code_of(check_addressed, header(), "TN", "DZ") is None
    assert code_of(check_addressed, header(), "FR", "DZ") is Code.NOT_ADDRESSED
    assert code_of(check_addressed, header(), "TN", "FR") is Code.TRANSPORT_MISMATCH


def test_7_keys() -> None:
    outer = parse_outer(_sealed().wire)
    before, after = NOW - timedelta(seconds=1), NOW + timedelta(days=366)
    assert code_of(verify_signature, outer, card("DZ"), NOW) is None
    assert code_of(verify_signature, outer, card("TN"), NOW) is Code.KEY_UNKNOWN
    assert code_of(verify_signature, outer, card("DZ"), before) is Code.KEY_NOT_VALID
    assert code_of(verify_signature, outer, card("DZ"), after) is Code.KEY_NOT_VALID
    borrowed = replace(card("DZ"), node="FR")
    assert code_of(verify_signature, outer, borrowed, NOW) is Code.KEY_UNKNOWN
    kid = outer.header.signing_kid
    revoked = replace(card("DZ"), revocations={kid: NOW - timedelta(days=1)})
    # The header's own date lies before the revocation; what counts is when it was received.
    old = parse_outer(_with(issued="2026-11-20T12:00:00Z").wire)
    assert code_of(verify_signature, old, revoked, NOW) is Code.KEY_NOT_VALID
    assert code_of(verify_signature, old, revoked, NOW - timedelta(days=1, seconds=1)) is Code.KEY_NOT_VALID
    assert code_of(verify_signature, old, replace(card("DZ"), revocations={kid: after}), NOW) is None


def _with(
    suite: int = 1, issued: str = "2026-11-23T12:00:00Z", expires: str = "2026-12-20T12:00:00Z"
) -> SealedEnvelope:
    draft = replace(header(suite), issued=issued, expires=expires)
    return finish([prepare(draft, BODY, _recipient(suite).public)], signing_key("DZ", suite))[0]


def test_8_signatures() -> None:
    one, other = parse_outer(_sealed().wire), parse_outer(_with().wire)
    for changed in (_wire(one, header=other.header_bytes), _wire(one, sealed=other.ciphertext)):
        assert code_of(_read, changed) is Code.SIGNATURE_INVALID


def test_8_a_header_may_not_name_another_key_or_suite_than_signed_it() -> None:
    strange = finish([prepare(header(1), BODY, _recipient(1).public)], signing_key("DZ", 2))[0]
    assert code_of(_read, strange.wire) is Code.SIGNATURE_INVALID
    forged = finish([prepare(header(1), BODY, _recipient(1).public)], signing_key("FR", 1))[0]
    assert code_of(_read, forged.wire) is Code.SIGNATURE_INVALID


def test_9_times() -> None:
    issued, minute = header(), timedelta(minutes=1)
    assert code_of(check_times, issued, NOW - 10 * minute) is None
    assert code_of(check_times, issued, NOW - 10 * minute - timedelta(seconds=1)) is Code.NOT_YET_VALID
    end = NOW + timedelta(days=30)
    assert code_of(check_times, issued, end + 10 * minute) is None
    assert code_of(check_times, issued, end + 10 * minute + timedelta(seconds=1)) is Code.EXPIRED
    assert code_of(check_times, replace(issued, expires="2026-12-23T12:00:01Z"), NOW) is Code.EXPIRED
    assert code_of(check_times, replace(issued, expires=issued.issued), NOW) is Code.EXPIRED


@_BOTH
def test_11_surreptitious_forwarding_and_stripping_fail(suite: int) -> None:
    """T-04, T-05: nobody can put another header, sender or signature around a ciphertext."""
    outer = parse_outer(_sealed(suite).wire)
    for draft in (
        replace(outer.header, sender="FR", stream="FR-TN", signing_kid=signing_key("FR", suite).kid),
        replace(outer.header, seq=8),
        replace(outer.header, agreement="agreement-8"),
    ):
        signer = signing_key("FR" if draft.sender == "FR" else "DZ", suite)
        again = finish([Unsigned(draft.to_bytes(), outer.ciphertext)], signer)[0]
        stolen = parse_outer(again.wire)
        verify_signature(stolen, card(draft.sender), NOW)
        assert code_of(open_body, stolen, node_keys("TN").sealing) is Code.DECRYPT_FAILED


@_BOTH
def test_11_only_the_named_prekey_opens(suite: int) -> None:
    outer = parse_outer(_sealed(suite).wire)
    assert code_of(open_body, outer, ()) is Code.KEY_UNKNOWN
    assert code_of(open_body, outer, node_keys("DZ").sealing) is Code.KEY_UNKNOWN
    destroyed = node_keys("TN").without_prekeys({outer.header.sealing_kid})
    assert code_of(open_body, outer, destroyed.sealing) is Code.KEY_UNKNOWN
    assert open_body(outer, node_keys("TN").sealing) == BODY


def test_11_a_prekey_of_another_suite_does_not_open() -> None:
    outer = parse_outer(_sealed(1).wire)
    claimed = replace(outer, header=replace(outer.header, suite=2))
    assert code_of(open_body, claimed, node_keys("TN").sealing) is Code.DECRYPT_FAILED


def _sealed_plaintext(plaintext: bytes, commitment: str) -> Outer:
    data = replace(header(), commitment=commitment).to_bytes()
    ciphertext = _recipient(1).public.seal(plaintext, envelope.seal_info(data))
    return parse_outer(finish([Unsigned(data, ciphertext)], signing_key("DZ"))[0].wire)


def _frame(salt: bytes, body: bytes, padding: bytes) -> bytes:
    return pae("exchange/body/1", salt, body, padding)


def test_12_commitment() -> None:
    salt, room = bytes(32), 1024 - FRAME - len(BODY)
    right = envelope.commitment_of(salt, BODY)
    good = _sealed_plaintext(_frame(salt, BODY, bytes(room)), right)
    assert open_body(good, node_keys("TN").sealing) == BODY
    other = _sealed_plaintext(_frame(salt, BODY.swapcase(), bytes(room)), right)
    assert code_of(open_body, other, node_keys("TN").sealing) is Code.COMMITMENT_MISMATCH


def test_12_a_dishonest_frame_is_refused() -> None:
    salt, room = bytes(32), 1024 - FRAME - len(BODY)
    right = envelope.commitment_of(salt, BODY)
    for plaintext in (
        _frame(salt, BODY, bytes(room - 1)),
        _frame(salt, BODY, bytes(room - 1) + b"\x01"),
        _frame(salt[:16], BODY, bytes(room + 16)),
        pae("exchange/claim/1", salt, BODY, bytes(room)),
        pae("exchange/body/1", salt, BODY),
        b"",
        bytes(1024),
    ):
        outer = _sealed_plaintext(plaintext, right)
        assert code_of(open_body, outer, node_keys("TN").sealing) is Code.BODY_MALFORMED


@_BOTH
def test_a_void_closes_a_number_and_carries_nothing(suite: int) -> None:
    original = parse_outer(_sealed(suite).wire)
    closing = void(replace(original.header, commitment=original.header_digest), signing_key("DZ", suite))
    outer = parse_outer(closing.wire)
    verify_signature(outer, card("DZ"), NOW)
    assert (outer.header.type, outer.ciphertext) == ("void", b"")
    assert outer.chain_digest == original.chain_digest
    assert outer.header_digest != original.header_digest
    assert code_of(open_body, outer, node_keys("TN").sealing) is Code.DECRYPT_FAILED
    assert code_of(parse_outer, _wire(outer, sealed=b"content")) is Code.ENVELOPE_MALFORMED


def test_a_header_and_its_key_belong_together() -> None:
    for draft in (header(2), replace(header(1), sealing_kid=sealing_key("TN 1").kid)):
        with pytest.raises(ValueError, match="differ"):
            prepare(draft, BODY, _recipient(1).public)


def test_only_readable_headers_are_sealed() -> None:
    with pytest.raises(BadInput):
        prepare(replace(header(), recipient="DZ"), BODY, _recipient(1).public)


def test_headers_round_trip() -> None:
    draft: Header = replace(header(), commitment="12" * 32)
    assert headers.read(draft.to_bytes()) == draft
    assert header_digest(draft.to_bytes()) != header_digest(replace(draft, seq=8).to_bytes())
    assert draft.issued_at == NOW
    assert draft.expires_at - draft.issued_at == opening.MAX_LIFETIME


@_BOTH
def test_the_header_of_our_own_envelope_is_read_alone(suite: int) -> None:
    wire = _sealed(suite).wire
    assert header_of(wire) == parse_outer(wire).header
    closing = void(replace(header(suite), commitment="ab" * 32), signing_key("DZ", suite)).wire
    assert header_of(closing) == parse_outer(closing).header
    for other in (b"", wire[1:], wire[:40], b'{"sealed":' + wire[9:], b'{"header":"' + b"A" * 8):
        assert code_of(header_of, other) is not None
