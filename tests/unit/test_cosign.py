"""Cosignatures: what is made verifies, binds cosigner, log, time, size and root, and a note keeps the latest only."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.crypto import checkpoint
from exchange.crypto.cosign import cosign, read_line, with_cosignatures
from exchange.crypto.keys import LedgerKey, WitnessKey, witness_name
from exchange.errors import BadInput, Code, SignatureInvalid, TooLarge, UntrustedKey
from tests.unit.crypto_kit import code_of, flipped

LOG = LedgerKey.from_seed("DZ.exchange", bytes(range(32)))
KEY = WitnessKey.from_seeds(witness_name("TN"), bytes(31) + b"\1", bytes(31) + b"\2")
OTHER = WitnessKey.from_seeds(witness_name("KW"), bytes(31) + b"\3", bytes(31) + b"\4")
ROOT = bytes(range(100, 132))
NOTE = checkpoint.make("DZ.exchange", 7, ROOT, LOG)
HEAD = checkpoint.read(NOTE)
AT = 1_700_000_000
LINES = cosign(HEAD, KEY, AT)
BOTH = pytest.mark.parametrize("which", [0, 1], ids=["ed25519", "ml-dsa-44"])


def noted(*lines: str) -> checkpoint.Checkpoint:
    return checkpoint.read(NOTE + "".join(lines).encode())


def test_both_kinds_are_made_and_verify() -> None:
    assert len(LINES) == 2
    for line, verifier, size in zip(LINES, KEY.verifiers, (64, 2420), strict=True):
        assert checkpoint.verify_cosignature(noted(line), verifier) == AT
        signature = read_line(line)
        assert (signature.name, len(signature.signature)) == ("TN.exchange/witness", 8 + size)
        assert signature.key_id == checkpoint.read_verifier(verifier).key_id
    assert [checkpoint.read_verifier(text).type for text in KEY.verifiers] == [4, 6]
    assert len({text.split("+")[1] for text in KEY.verifiers}) == 2


def test_the_signed_bytes_are_those_of_the_specification() -> None:
    """Written out by hand from tlog-cosignature, and checked with the library alone."""
    first, second = (read_line(line).signature for line in LINES)
    root = base64.b64encode(ROOT)
    text = b"cosignature/v1\ntime 1700000000\nDZ.exchange\n7\n" + root + b"\n"
    Ed25519PublicKey.from_public_bytes(KEY.ed25519).verify(first[8:], text)
    message = (
        b"subtree/v1\n\0"
        + b"\x13TN.exchange/witness"
        + AT.to_bytes(8, "big")
        + b"\x0bDZ.exchange"
        + bytes(8)
        + (7).to_bytes(8, "big")
        + ROOT
    )
    MLDSA44PublicKey.from_public_bytes(KEY.mldsa).verify(second[8:], message)
    assert first[:8] == second[:8] == AT.to_bytes(8, "big")


@BOTH
def test_a_cosignature_is_over_time_log_size_and_root(which: int) -> None:
    line, verifier = LINES[which], KEY.verifiers[which]
    others = [
        checkpoint.make("DZ.exchange", 8, ROOT, LOG),
        checkpoint.make("DZ.exchange", 7, ROOT[::-1], LOG),
        checkpoint.make("AE.exchange", 7, ROOT, LOG),
    ]
    for note in others:
        with pytest.raises(SignatureInvalid):
            checkpoint.verify_cosignature(checkpoint.read(note + line.encode()), verifier)
    blob = read_line(line)
    later = blob._replace(signature=(AT + 1).to_bytes(8, "big") + blob.signature[8:])
    far = blob._replace(signature=b"\xff" + blob.signature[1:])
    for bad in (later, far, blob._replace(signature=blob.signature[:-1]), blob._replace(signature=blob.signature[:4])):
        with pytest.raises(SignatureInvalid):
            checkpoint.verify_cosignature(noted(bad.line()), verifier)
    for signature in flipped(blob.signature, 1 if which == 0 else 89):
        with pytest.raises(SignatureInvalid):
            checkpoint.verify_cosignature(noted(blob._replace(signature=signature).line()), verifier)


def test_only_ml_dsa_says_who_cosigned_and_only_ed25519_covers_extension_lines() -> None:
    """Why a witness's Ed25519 key is for one name only, and why our checkpoints have no extension lines."""
    renamed = []
    for line, public, type_ in zip(LINES, (KEY.ed25519, KEY.mldsa), (4, 6), strict=True):
        signature = read_line(line).signature
        id_ = checkpoint.key_id("XX.exchange/witness", public, type_)
        foreign = checkpoint.NoteSignature("XX.exchange/witness", id_, signature).line()
        verifier = checkpoint.verifier_text("XX.exchange/witness", public, type_)
        renamed.append(code_of(checkpoint.verify_cosignature, noted(foreign), verifier))
    assert renamed == [None, Code.SIGNATURE_INVALID]
    extended = checkpoint.read(checkpoint.make("DZ.exchange", 7, ROOT, LOG, ("more",)) + "".join(LINES).encode())
    found = [code_of(checkpoint.verify_cosignature, extended, text) for text in KEY.verifiers]
    assert found == [Code.SIGNATURE_INVALID, None]


def test_a_kind_is_never_taken_for_another() -> None:
    for verifier in (LOG.verifier, *OTHER.verifiers, KEY.verifiers[1]):
        with pytest.raises(UntrustedKey):
            checkpoint.verify_cosignature(noted(LINES[0]), verifier)
    with pytest.raises(UntrustedKey):
        checkpoint.verify_note(noted(*LINES).note, KEY.verifiers[1])


@pytest.mark.parametrize("at", [0, -1, 1 << 63])
def test_no_cosignature_without_a_time(at: int) -> None:
    assert code_of(cosign, HEAD, KEY, at) is Code.VALUE_NOT_ALLOWED


def test_the_ends_of_what_can_be_cosigned() -> None:
    last = cosign(HEAD, KEY, checkpoint.MAX_TIME)
    assert checkpoint.verify_cosignature(noted(*last), KEY.verifiers[1]) == checkpoint.MAX_TIME
    for at in (checkpoint.MAX_TIME + 1, (1 << 63) - 1, 1 << 63):
        beyond = at.to_bytes(8, "big") + KEY.sign_ed25519(checkpoint.cosigned_text(HEAD, at))
        with pytest.raises(SignatureInvalid):
            checkpoint.verify_cosignature(
                noted(read_line(LINES[0])._replace(signature=beyond).line()), KEY.verifiers[0]
            )
    longest = checkpoint.read(checkpoint.make("a" * 255, 7, ROOT, LOG))
    assert len(cosign(longest, KEY, AT)) == 2
    longer = checkpoint.read(checkpoint.make("a" * 256, 7, ROOT, LOG))
    assert code_of(cosign, longer, KEY, AT) is Code.FILE_NOT_WELL_FORMED
    forged = longer._replace(note=longer.note._replace(signatures=(read_line(LINES[1]),)))
    with pytest.raises(SignatureInvalid):
        checkpoint.verify_cosignature(forged, KEY.verifiers[1])


def test_a_time_of_zero_is_read_as_zero() -> None:
    """tlog-cosignature allows it where nothing is said about time; nobody can take it for a fresh one."""
    signature = bytes(8) + KEY.sign_mldsa(checkpoint.cosigned_message(KEY.name, HEAD, 0))
    id_ = checkpoint.key_id(KEY.name, KEY.mldsa, checkpoint.COSIGNATURE_MLDSA)
    line = checkpoint.NoteSignature(KEY.name, id_, signature).line()
    assert checkpoint.verify_cosignature(noted(line), KEY.verifiers[1]) == 0
    both = with_cosignatures(NOTE + line.encode(), LINES, KEY.verifiers)
    assert both == NOTE + (LINES[1] + LINES[0]).encode()


def test_lines_are_added_once() -> None:
    made = with_cosignatures(NOTE, LINES, KEY.verifiers)
    assert made == NOTE + "".join(LINES).encode()
    assert with_cosignatures(made, LINES, KEY.verifiers) == made
    assert with_cosignatures(made, [], []) == made
    assert with_cosignatures(NOTE, [*LINES, *LINES], KEY.verifiers) == made
    assert checkpoint.verify(made, LOG.verifier) == checkpoint.read(made)
    more = with_cosignatures(made, cosign(HEAD, OTHER, AT), [*KEY.verifiers, *OTHER.verifiers])
    assert more.startswith(made)
    assert len(checkpoint.read(more).signatures) == 5


def test_of_two_with_one_time_the_first_stays() -> None:
    """ML-DSA is hedged: the same head at the same time gives other bytes, and a note must not change for that."""
    again = cosign(HEAD, KEY, AT)
    assert again[1] != LINES[1]
    made = with_cosignatures(NOTE, LINES, KEY.verifiers)
    assert with_cosignatures(made, again, KEY.verifiers) == made


def test_the_latest_of_a_key_stays_in_its_place() -> None:
    made = with_cosignatures(NOTE, [*LINES, *cosign(HEAD, OTHER, AT)], [*KEY.verifiers, *OTHER.verifiers])
    newer, older = cosign(HEAD, KEY, AT + 1), cosign(HEAD, KEY, AT - 1)
    assert with_cosignatures(made, older, KEY.verifiers) == made
    changed = with_cosignatures(made, newer, KEY.verifiers)
    assert [each.line() for each in checkpoint.read(changed).signatures[1:3]] == newer
    assert checkpoint.read(changed).signatures[3:] == checkpoint.read(made).signatures[3:]
    assert with_cosignatures(NOTE, [*older, *newer, *LINES], KEY.verifiers) == NOTE + "".join(newer).encode()
    assert with_cosignatures(NOTE + "".join(older).encode(), newer, KEY.verifiers) == NOTE + "".join(newer).encode()


def test_a_strangers_line_is_left_out_and_a_wrong_one_of_a_known_key_is_refused() -> None:
    assert with_cosignatures(NOTE, cosign(HEAD, OTHER, AT), KEY.verifiers) == NOTE
    kept = NOTE + "".join(cosign(HEAD, OTHER, AT)).encode()
    assert with_cosignatures(kept, LINES, KEY.verifiers) == kept + "".join(LINES).encode()
    elsewhere = cosign(checkpoint.read(checkpoint.make("DZ.exchange", 8, ROOT, LOG)), KEY, AT)
    for line in elsewhere:
        with pytest.raises(SignatureInvalid):
            with_cosignatures(NOTE, [line], KEY.verifiers)
        with pytest.raises(SignatureInvalid):
            with_cosignatures(NOTE + line.encode(), LINES, KEY.verifiers)
    assert code_of(with_cosignatures, NOTE, LINES, [LOG.verifier]) is Code.KEY_UNKNOWN
    assert code_of(with_cosignatures, NOTE, LINES, ["?"]) is Code.KEY_MALFORMED


@pytest.mark.parametrize("bad", ["", "\n", LINES[0][:-1], LINES[0] + "\n", LINES[0] * 2, "x\n", "\n" + LINES[0]])
def test_only_whole_lines_are_added(bad: str) -> None:
    assert code_of(with_cosignatures, NOTE, [bad], KEY.verifiers) is Code.FILE_NOT_WELL_FORMED


def test_limits_hold() -> None:
    own = checkpoint.read(NOTE).signatures[0].line()
    full = NOTE + own.encode() * (checkpoint.MAX_SIGNATURES - 2)
    assert len(checkpoint.read(with_cosignatures(full, LINES[:1], KEY.verifiers)).signatures) == 64
    with pytest.raises(TooLarge):
        with_cosignatures(full, LINES, KEY.verifiers)
    blob = checkpoint.NoteSignature("a", b"abcd", bytes(97_000)).line().encode()
    with pytest.raises(TooLarge):
        with_cosignatures(NOTE + blob, LINES, KEY.verifiers)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.sampled_from([KEY, OTHER]), st.integers(1, 5)), max_size=6))
def test_any_order_of_adding_keeps_the_latest(made: list[tuple[WitnessKey, int]]) -> None:
    verifiers = [*KEY.verifiers, *OTHER.verifiers]
    note = NOTE
    for key, at in made:
        note = with_cosignatures(note, cosign(HEAD, key, at), verifiers)
    for key in (KEY, OTHER):
        times = [at for by, at in made if by is key]
        for verifier in key.verifiers:
            if times:
                assert checkpoint.verify_cosignature(checkpoint.read(note), verifier) == max(times)
            else:
                assert code_of(checkpoint.verify_cosignature, checkpoint.read(note), verifier) is Code.KEY_UNKNOWN
    assert len(checkpoint.read(note).signatures) == 1 + 2 * len({key.name for key, _ in made})


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.one_of(st.text(max_size=60), st.text("DZ.exchange\n —+7=A", max_size=120)))
def test_only_our_errors_leave_it(line: str) -> None:
    for candidate in (line, LINES[0] + line, line + LINES[0]):
        try:
            assert with_cosignatures(NOTE, [candidate], KEY.verifiers).startswith(NOTE)
        except BadInput:
            continue


@pytest.mark.parametrize(
    "bad",
    [
        checkpoint.verifier_text("TN", KEY.mldsa[:-1], 6),
        checkpoint.verifier_text("TN", KEY.mldsa, 4),
        checkpoint.verifier_text("TN", KEY.mldsa, 1),
        checkpoint.verifier_text("TN", KEY.ed25519, 6),
        checkpoint.verifier_text("TN", KEY.ed25519, 5),
        KEY.verifiers[1].replace("TN.", "DZ."),
    ],
)
def test_the_length_of_a_key_belongs_to_its_type(bad: str) -> None:
    assert code_of(checkpoint.read_verifier, bad) is Code.KEY_MALFORMED
