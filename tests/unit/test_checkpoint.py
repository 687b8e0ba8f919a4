"""Signed notes and checkpoints: the specification's own examples, what a reader refuses, and that signatures bind."""

from __future__ import annotations

import base64
import re

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.crypto import checkpoint
from exchange.crypto.keys import LedgerKey
from exchange.errors import BadInput, Code, ExchangeError, SignatureInvalid, TooLarge, UntrustedKey
from tests.data import DATA

C2SP = DATA / "vectors" / "c2sp"
KEY = LedgerKey.from_seed("DZ.exchange", bytes(range(32)))
ROOT = bytes(range(100, 132))
NOTE = checkpoint.make("DZ.exchange", 7, ROOT, KEY)


def blocks(name: str) -> list[bytes]:
    """The fenced blocks of a specification that are notes."""
    text = (C2SP / name).read_text("utf-8")
    found = re.findall(r"^```\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [block.encode() for block in found if "\n\n— " in block]


def test_the_specifications_note_verifies() -> None:
    text = (C2SP / "signed-note.md").read_text("utf-8")
    (vkey,) = re.findall(r"\bexample\.com/foo\+\S+", text)
    poem, example = blocks("signed-note.md")
    note = checkpoint.read_note(example)
    assert note.text == b"This is an example message.\n"
    checkpoint.verify_note(note, vkey)
    assert checkpoint.read_note(poem).text.endswith("ed è subito sera.\n".encode())
    with pytest.raises(SignatureInvalid):
        checkpoint.verify_note(note._replace(text=b"This is another message.\n"), vkey)
    with pytest.raises(UntrustedKey):
        checkpoint.verify_note(checkpoint.read_note(poem), vkey)


@pytest.mark.parametrize("name", ["tlog-checkpoint.md", "tlog-cosignature.md"])
def test_the_specifications_checkpoints_are_read(name: str) -> None:
    (example,) = blocks(name)
    head = checkpoint.read(example)
    assert (head.origin, head.size) == ("example.com/behind-the-sofa", 20852163)
    assert base64.b64encode(head.root) == b"CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
    assert head.signatures[0].name == head.origin
    assert head.signatures[0].key_id.hex() == "033de0ae"
    names = [signature.name for signature in head.signatures[1:]]
    assert names == (["witness.example.com/w1"] if name == "tlog-cosignature.md" else [])


def test_made_and_verified() -> None:
    head = checkpoint.verify(NOTE, KEY.verifier)
    assert (head.origin, head.size, head.root, head.extensions) == ("DZ.exchange", 7, ROOT, ())
    assert NOTE.decode().split("\n")[:4] == ["DZ.exchange", "7", base64.b64encode(ROOT).decode(), ""]
    extended = checkpoint.make("DZ.exchange", 0, ROOT, KEY, ("one", "two"))
    assert checkpoint.verify(extended, KEY.verifier).extensions == ("one", "two")


@pytest.mark.parametrize(
    ("origin", "size", "root", "extensions"),
    [
        ("", 1, ROOT, ()),
        ("two\nlines", 1, ROOT, ()),
        ("DZ.exchange", -1, ROOT, ()),
        ("DZ.exchange", 2**53, ROOT, ()),
        ("DZ.exchange", 1, ROOT[:31], ()),
        ("DZ.exchange", 1, ROOT, ("",)),
        ("DZ.exchange", 1, ROOT, ("a\tb",)),
    ],
)
def test_what_could_not_be_read_is_not_made(origin: str, size: int, root: bytes, extensions: tuple[str, ...]) -> None:
    with pytest.raises(BadInput):
        checkpoint.make(origin, size, root, KEY, extensions)


def test_another_key_of_the_same_name_is_unknown() -> None:
    other = LedgerKey.from_seed("DZ.exchange", bytes(32))
    with pytest.raises(UntrustedKey):
        checkpoint.verify(NOTE, other.verifier)
    renamed = checkpoint.verifier_text("TN.exchange", KEY.public)
    with pytest.raises(UntrustedKey):
        checkpoint.verify(NOTE, renamed)


def test_unknown_signatures_are_ignored_and_every_known_one_counts() -> None:
    other = LedgerKey.from_seed("TN.exchange", bytes(32))
    text, _, line = NOTE.partition(b"\n\n")
    foreign = checkpoint.make("DZ.exchange", 7, ROOT, other).partition(b"\n\n")[2]
    both = text + b"\n\n" + foreign + line
    assert checkpoint.verify(both, KEY.verifier).size == 7
    wrong = base64.b64encode(KEY.key_id + bytes(64)).decode()
    with pytest.raises(SignatureInvalid):
        checkpoint.verify(NOTE + f"— DZ.exchange {wrong}\n".encode(), KEY.verifier)


def test_a_cosignature_is_over_time_and_text() -> None:
    witness = Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\1")
    public, at = witness.public_key().public_bytes_raw(), 1_700_000_000
    vkey = checkpoint.verifier_text("TN.exchange", public, checkpoint.COSIGNATURE)
    text = checkpoint.read(NOTE).note.text
    signature = at.to_bytes(8, "big") + witness.sign(f"cosignature/v1\ntime {at}\n".encode() + text)
    key_id = checkpoint.key_id("TN.exchange", public, checkpoint.COSIGNATURE)

    def cosigned(blob: bytes) -> checkpoint.Checkpoint:
        return checkpoint.read(NOTE + b"\xe2\x80\x94 TN.exchange " + base64.b64encode(key_id + blob) + b"\n")

    assert checkpoint.verify_cosignature(cosigned(signature), vkey) == at
    for bad in ((at + 1).to_bytes(8, "big") + signature[8:], signature[:-1], b"\xff" + signature[1:]):
        with pytest.raises(SignatureInvalid):
            checkpoint.verify_cosignature(cosigned(bad), vkey)
    with pytest.raises(UntrustedKey):  # the same key as a log's key is another key
        checkpoint.verify_cosignature(cosigned(signature), checkpoint.verifier_text("TN.exchange", public))


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"\n\n",
        NOTE[:-1],
        NOTE.replace(b"\n\n", b"\n"),
        NOTE.partition(b"\n\n")[0] + b"\n\n",
        NOTE.replace(b"\n7\n", b"\n07\n"),
        NOTE.replace(b"\n7\n", b"\n+7\n"),
        NOTE.replace(b"\n7\n", "\n٧\n".encode()),
        NOTE.replace(b"\n7\n", b"\n9007199254740992\n"),
        NOTE.replace(b"\n7\n", b"\n\n7\n"),
        NOTE.replace(b"=\n\n", b"\n\n"),
        NOTE.replace(b"M=\n\n", b"N=\n\n"),
        NOTE.replace(b"DZ.exchange\n", b"DZ\texchange\n"),
        NOTE.replace(b"DZ.exchange\n", b"\xff\n"),
        NOTE.replace("— DZ".encode(), b"- DZ"),
        NOTE.replace("— DZ".encode(), "—  DZ".encode()),
        NOTE.replace("— DZ.".encode(), "— DZ+".encode()),
        NOTE.replace("— DZ.".encode(), "— DZ\u00a0".encode()),
        NOTE + "— DZ.exchange AAAA\n".encode(),
        NOTE + b"\n",
    ],
)
def test_other_forms_are_refused(bad: bytes) -> None:
    assert bad != NOTE
    with pytest.raises(BadInput) as caught:
        checkpoint.read(bad)
    assert caught.value.code is Code.FILE_NOT_WELL_FORMED


def test_limits() -> None:
    line = NOTE.partition(b"\n\n")[2]
    assert len(checkpoint.read(NOTE + line * (checkpoint.MAX_SIGNATURES - 1)).signatures) == checkpoint.MAX_SIGNATURES
    with pytest.raises(TooLarge):
        checkpoint.read(NOTE + line * checkpoint.MAX_SIGNATURES)
    with pytest.raises(TooLarge):
        checkpoint.read(b"x" * (checkpoint.MAX_NOTE + 1))


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "DZ.exchange",
        KEY.verifier.replace("+", " ", 1),
        KEY.verifier.replace("DZ", "TN"),
        KEY.verifier[:-4] + "AAA=",
        KEY.verifier.upper(),
        KEY.verifier + "=",
        checkpoint.verifier_text("DZ.exchange", KEY.public[:31]),
        checkpoint.verifier_text("DZ.exchange", KEY.public, 0x06),
    ],
)
def test_other_verifier_keys_are_refused(bad: str) -> None:
    with pytest.raises(BadInput) as caught:
        checkpoint.read_verifier(bad)
    assert caught.value.code is Code.KEY_MALFORMED


def test_every_changed_byte_is_caught() -> None:
    for at in range(len(NOTE)):
        changed = NOTE[:at] + bytes([NOTE[at] ^ 1]) + NOTE[at + 1 :]
        with pytest.raises(ExchangeError):
            checkpoint.verify(changed, KEY.verifier)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.one_of(st.binary(max_size=300), st.text("DZ.exchange\n —+7=A", max_size=200).map(str.encode)))
def test_only_our_errors_leave_the_parser(data: bytes) -> None:
    for candidate in (data, NOTE + data, data + NOTE):
        try:
            head = checkpoint.read(candidate)
        except BadInput:
            continue
        assert head.note.text in candidate
