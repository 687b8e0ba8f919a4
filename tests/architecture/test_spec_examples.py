"""The examples of docs/spec are made by the code, and the files behind them verify, member by member.

A page that shows something else than the code does fails here. After a wanted change of a format:
`.venv/bin/python docs/spec/make_examples.py --new`.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import fields, replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric import mldsa

from docs.spec import make_examples as made
from exchange.crypto import checkpoint, descriptor, keyfile, opening, suites
from exchange.crypto import header as headers
from exchange.crypto.commitments import all_open, unpack
from exchange.crypto.encoding import TYPES, digest
from exchange.crypto.frames import split
from exchange.crypto.keys import VerifyKey
from exchange.crypto.manifest import read as read_manifest
from exchange.crypto.receipts import Receipt, read_receipt
from exchange.crypto.rootsign import Party, read_root_signature
from exchange.crypto.signed import unwrap
from exchange.crypto.signing import verify
from exchange.errors import Code, UntrustedKey
from exchange.operations import receive
from exchange.operations.parcels import Cards, read_release
from tests.architecture.sources import quoted, rows, section
from tests.unit.crypto_kit import code_of

SOON = made.NOW + timedelta(minutes=1)


def card(code: str) -> descriptor.Descriptor:
    data = made.load(f"card-{code.lower()}.json")
    return descriptor.read(data, fingerprint=made.root(code).fingerprint, now=SOON, newer_than=None)


def signing_key(code: str, kid: str) -> VerifyKey:
    return card(code).signing_key(kid, SOON)


@pytest.mark.parametrize("name", made.PAGES)
def test_the_blocks_are_what_the_code_makes(name: str) -> None:
    page = (made.SPEC / name).read_text("utf-8")
    assert "<!-- example: " in page
    assert made.filled(page) == page


def test_every_block_is_on_a_page_and_no_file_is_left_over() -> None:
    text = "".join((made.SPEC / name).read_text("utf-8") for name in made.PAGES)
    assert sorted(re.findall(r"<!-- example: ([\w-]+) -->", text)) == sorted(made.blocks())
    assert {path.name for path in made.EXAMPLES.iterdir()} == set(made.make_files())


def test_the_envelope_is_the_one_described() -> None:
    outer = opening.parse_outer(made.load("envelope.json"))
    assert outer.header == replace(made.header(), commitment=outer.header.commitment)
    opening.check_suite(outer.header, made.agreement().suites, 1)
    opening.check_addressed(outer.header, "AE", "DZ")
    opening.verify_signature(outer, card("DZ"), SOON)
    opening.check_times(outer.header, SOON)
    body = opening.open_body(outer, made.keys("AE").sealing)
    head, manifest, proof, packed = split(body, limit=4)
    root = base64.b64decode(json.loads(head)["roots"][0])
    assert body == made.body(root, proof)
    assert manifest == made.manifest()
    verify(root, proof, "exchange/manifest/1", manifest, lambda kid: signing_key("DZ", kid))
    disclosed = unpack(packed)
    assert all_open(read_manifest(manifest).commitments, disclosed)
    assert [json.loads(claim)["path"] for _, claim in disclosed] == [
        "name.full", "record.marking", "record.legal_basis", "record.purpose", "record.category", "record.review",
    ]  # fmt: skip


def test_a_partner_takes_the_envelope() -> None:
    outer, body = made.opened()
    taken = read_release(body, outer.header, made.agreement(), Cards(card("DZ"), card), SOON)
    assert ([parcel.ref for parcel in taken.parcels], taken.refused) == ([made.record().ref], [])


def test_a_changed_envelope_is_refused() -> None:
    wire = made.load("envelope.json")
    place = wire.index(b'"sealed":"') + 400
    changed = opening.parse_outer(
        wire[:place] + (b"B" if wire[place : place + 1] == b"A" else b"A") + wire[place + 1 :]
    )
    assert code_of(opening.verify_signature, changed, card("DZ"), SOON) is Code.SIGNATURE_INVALID
    assert code_of(opening.open_body, changed, made.keys("AE").sealing) is Code.DECRYPT_FAILED


def test_the_void_stands_for_the_envelope() -> None:
    original, void = (opening.parse_outer(made.load(name)) for name in ("envelope.json", "void.json"))
    assert void.header == made.void_header(original)
    assert (void.ciphertext, void.chain_digest) == (b"", original.header_digest)
    opening.verify_signature(void, card("DZ"), SOON + timedelta(hours=1))


def test_the_receipt_answers_the_envelope() -> None:
    found = read_receipt(made.load("receipt.json"), lambda kid: signing_key("AE", kid))
    envelope = opening.parse_outer(made.load("envelope.json")).envelope_digest
    assert found == made.receipt(envelope)
    head = checkpoint.verify(found.checkpoint.encode(), card("AE").ledger)
    assert (head.origin, head.size) == ("AE.exchange", found.ledger_index + 1)


def test_the_heartbeat_says_what_the_page_shows() -> None:
    document = unwrap("exchange/heartbeat/1", made.load("heartbeat.json"), lambda kid: signing_key("AE", kid))
    assert document == made.heartbeat()


@pytest.mark.parametrize("code", ["DZ", "AE"])
def test_the_card_holds_the_keys(code: str) -> None:
    found = card(code)
    (certificate,) = found.tls_certificates
    assert found.to_bytes() == made.card(code, certificate).to_bytes()
    other = made.root("AE" if code == "DZ" else "DZ").fingerprint
    assert code_of(descriptor.verified, made.load(f"card-{code.lower()}.json"), fingerprint=other) is Code.ROOT_MISMATCH


def test_the_party_signature_is_over_the_agreement() -> None:
    signature = made.load("party-signature.json")
    party = read_root_signature(signature, "exchange/agreement/1", made.agreement_document())
    assert party == Party("DZ", made.root("DZ").fingerprint)
    assert code_of(read_root_signature, signature, "exchange/policy/1", made.agreement_document()) is (
        Code.SIGNATURE_INVALID
    )


def test_the_key_file_opens() -> None:
    assert keyfile.unlock(made.load("node.keys"), made.PASSPHRASE) == made.keys("DZ").to_bytes()
    assert code_of(keyfile.unlock, made.load("node.keys"), b"another") is Code.KEYFILE_LOCKED


def test_the_algorithms_are_those_of_the_suites() -> None:
    assert made.ALGORITHMS.keys() == suites.SUITES.keys()
    for number, (kem, kdf, aead, ml_dsa, hash_) in made.ALGORITHMS.items():
        suite = suites.SUITES[number]
        assert suite.kem == getattr(hpke.KEM, kem)
        assert suite.kdf == getattr(hpke.KDF, kdf)
        assert suite.aead == getattr(hpke.AEAD, aead)
        assert suite.mldsa_private is getattr(mldsa, ml_dsa.replace("-", "") + "PrivateKey")
        assert suite.hash_size * 8 == int(hash_.removeprefix("SHA-"))


def members(page: str, title: str, first: str = "v") -> set[str]:
    """Names in the first column of the table that has a row for `first`, in one section."""
    found = rows(section(made.SPEC / page, title))
    tables: list[list[list[str]]] = []
    for row in found:
        if set(row[0]) <= set("-"):
            continue
        if not quoted(row[0]):
            tables.append([])
        else:
            tables[-1].append(row)
    (table,) = [each for each in tables if any(first in quoted(row[0]) for row in each)]
    return {name for row in table for name in quoted(row[0])}


def names(data: bytes) -> set[str]:
    return set(json.loads(data))


def test_the_tables_name_every_member() -> None:
    outer, body = made.opened()
    assert members("envelope.md", "3 ") == {field.name for field in fields(headers.Header)} | {"v"}
    assert members("envelope.md", "3 ") == names(outer.header_bytes)
    assert members("envelope.md", "2 ", "kid") == names(outer.root)
    assert members("envelope.md", "5 ") == names(split(body, limit=4)[0])
    assert members("envelope.md", "7 ", "ledger_index") == {field.name for field in fields(Receipt)} | {"v"}
    assert members("envelope.md", "7 ", "received") == names(made.heartbeat())
    (certificate,) = card("DZ").tls_certificates
    assert members("keys.md", "3 ") == names(made.card("DZ", certificate).to_bytes())
    assert members("keys.md", "4 ") == names(made.keys("DZ").to_bytes())
    assert members("keys.md", "5 ", "kdf") == names(made.load("node.keys"))
    assert members("keys.md", "2.2 ") == names(made.load("party-signature.json"))


def test_the_table_of_types_is_the_registry() -> None:
    listed = [name for row in rows(section(made.SPEC / "encoding.md", "1.1 ")) for name in quoted(row[0])]
    assert sorted(listed) == sorted(TYPES)


def test_the_reading_steps_are_those_of_the_code() -> None:
    """Numbers run 1 to 17 in the page, in `opening` and in `receive`, and every code in the page exists."""
    found = rows(section(made.SPEC / "envelope.md", "4 "))
    steps = [row for row in found if row[0].isdigit()]
    assert [int(row[0]) for row in steps] == list(range(1, 18))
    codes = {code for row in steps for code in quoted(row[2])}
    assert codes <= {code.value for code in Code}
    assert len(codes) >= 19
    told = re.findall(r"^ ?(\d+) ", receive.__doc__ or "", re.MULTILINE)
    assert [int(number) for number in told] == list(range(1, 18))


def test_every_code_on_a_page_of_the_specification_exists() -> None:
    known = {code.value for code in Code}
    seen = 0
    for name in made.PAGES:
        for code in re.findall(r"`([A-Z]+(?:_[A-Z]+)+)`", (made.SPEC / name).read_text("utf-8")):
            seen += 1
            assert code in known, (name, code)
    assert seen > 40


def test_an_unknown_key_is_refused() -> None:
    """The examples are signed by these keys and no others."""
    with pytest.raises(UntrustedKey):
        read_receipt(made.load("receipt.json"), lambda kid: signing_key("DZ", kid))
    assert digest("exchange/fingerprint/1", made.root("DZ").public.ed25519, made.root("DZ").public.mldsa).hex() == (
        made.root("DZ").fingerprint
    )
