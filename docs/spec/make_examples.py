"""Makes the examples of docs/spec with the program's own code, so that a page never shows what the code does not do.

    python docs/spec/make_examples.py          writes the blocks `<!-- example: name -->` … `<!-- end -->` anew
    python docs/spec/make_examples.py --new    makes the files in docs/spec/examples anew first

Keys, record, header and body come from fixed seeds. What is random by nature (ML-DSA signatures, HPKE, salts, a
certificate) is in the committed files, which tests/architecture/test_spec_examples.py verifies member by member.
Everything is invented: no key here is used anywhere, no such person or agreement exists.
"""

from __future__ import annotations

import base64
import json
import re
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256, sha512
from pathlib import Path

from exchange.crypto import checkpoint, keyfile, opening, suites
from exchange.crypto.commitments import commit, pack
from exchange.crypto.descriptor import Descriptor, make, sign
from exchange.crypto.encoding import canonical, digest, pae
from exchange.crypto.envelope import BUCKETS, MAX_BODY
from exchange.crypto.frames import join
from exchange.crypto.header import NO_PREVIOUS, Header
from exchange.crypto.keys import LedgerKey, NodeKeys, RootKey, SealingKey, SigningKey, WitnessKey, witness_name
from exchange.crypto.manifest import Manifest
from exchange.crypto.manifest import digest as manifest_digest
from exchange.crypto.receipts import Receipt, sign_receipt
from exchange.crypto.rootsign import root_signature
from exchange.crypto.sealing import finish, prepare, void
from exchange.crypto.signed import wrap
from exchange.crypto.signing import sign_batch
from exchange.crypto.spoken import spoken
from exchange.crypto.tlscert import make_certificate, to_der
from exchange.ledger import book
from exchange.ledger.entries import entry
from exchange.model.claim_json import claim_to_json
from exchange.model.claims import Claim, Grade, JsonObject, JsonValue
from exchange.model.records import HeldRecord, Pair, Record
from exchange.operations.bodies import Cover, release_body
from exchange.operations.release import LIFETIME
from exchange.operations.views import View
from exchange.policies.agreement import Agreement, read
from exchange.policies.decide import Inputs, decide
from exchange.policies.select import select

SPEC = Path(__file__).resolve().parent
EXAMPLES = SPEC / "examples"
PAGES = ("encoding.md", "envelope.md", "keys.md")
NOW = datetime(2026, 11, 23, 18, 0, 0, tzinfo=UTC)
PASSPHRASE = b"an example, not a secret"
PURPOSE = "counter_terrorism.travel"
ALGORITHMS = {
    1: ("MLKEM768_X25519", "HKDF_SHA256", "AES_256_GCM", "ML-DSA-65", "SHA-256"),
    2: ("MLKEM1024_P384", "HKDF_SHA384", "AES_256_GCM", "ML-DSA-87", "SHA-384"),
}
"""Names of what `exchange.crypto.suites` has as objects; the test compares them."""
_BLOCK = re.compile(r"<!-- example: ([\w-]+) -->\n.*?<!-- end -->", re.DOTALL)


def stamp(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def seed(*parts: str) -> bytes:
    return sha256("/".join(("exchange example", *parts)).encode()).digest()


@cache
def root(code: str) -> RootKey:
    return RootKey(SigningKey.from_seeds(1, seed(code, "root ed25519"), seed(code, "root mldsa")))


@cache
def keys(code: str) -> NodeKeys:
    """Suite 1 only and one prekey, to keep the examples short."""
    prekey = sha512(seed(code, "mlkem")).digest() + seed(code, "x25519")
    return NodeKeys(
        code=code,
        root_fingerprint=root(code).fingerprint,
        signing={1: SigningKey.from_seeds(1, seed(code, "ed25519"), seed(code, "mldsa"))},
        sealing=(SealingKey.from_seed(1, prekey),),
        ledger=LedgerKey.from_seed(f"{code}.exchange", seed(code, "ledger")),
        at_rest=seed(code, "at rest"),
        witness=WitnessKey.from_seeds(witness_name(code), seed(code, "witness ed25519"), seed(code, "witness mldsa")),
    )


def card(code: str, certificate: bytes) -> Descriptor:
    """Version 1 of a node's card. `certificate`: DER."""
    return make(keys(code), root(code).public, NOW, [certificate], {"partner": f"https://{code.lower()}.example:9441"})


@cache
def agreement_document() -> bytes:
    text: JsonObject = {"ar": "مثال", "fr": "Exemple", "en": "Example"}
    value: JsonObject = {
        "v": 1,
        "kind": "agreement",
        "id": "AG-DZ-AE",
        "version": 1,
        "title": text,
        "recitals": [],
        "parties": [{"code": code, "fingerprint": root(code).fingerprint} for code in ("DZ", "AE")],
        "legal_basis": "Example only",
        "purposes": [PURPOSE],
        "valid_from": "2026-01-01T00:00:00Z",
        "valid_until": "2031-01-01T00:00:00Z",
        "suites": [1],
        "clauses": [{"id": "5.1", "from": ["DZ"], "to": ["AE"], "kinds": ["person"], "disclose": ["name.full"]}],
        "onward": "none",
        "back_catalogue": "included",
        "recall_days": 3,
        "correction_days": 3,
        "retention_days": 365,
        "cadence": "manual",
        "approvals": {"TLP:AMBER": {"count": 1, "role": "releasing_officer"}},
        "examples": [],
    }
    return canonical(value)


def agreement() -> Agreement:
    value = json.loads(agreement_document())
    return read(value, digest("exchange/agreement/1", agreement_document()).hex())


def policy_digest() -> str:
    return digest("exchange/policy/1", bytes.fromhex(agreement().digest)).hex()


def record() -> Record:
    grade = Grade("admiralty", "B", "2")
    name: JsonObject = {"script": "Latn", "text": "Rifa Exempli", "type": "primary"}
    claims = (
        Claim("c1", "name.full", name, "fact", grade),
        Claim("c2", "birth.year", 1991, "fact", grade),
        Claim("c3", "record.marking", "TLP:AMBER", "fact"),
        Claim("c4", "record.legal_basis", "Example only", "fact"),
        Claim("c5", "record.purpose", PURPOSE, "fact"),
        Claim("c6", "record.category", "suspect", "fact"),
        Claim("c7", "record.review", "2027-11-01", "fact"),
    )
    return Record("DZ", "rec-k3v9q2m7c4x8w5z1b6n0s2d4fa", 1, "person", stamp(NOW), claims)


def pairs() -> tuple[Pair, ...]:
    return tuple(Pair(seed("salt", claim.id)[:16], canonical(claim_to_json(claim))) for claim in record().claims)


def manifest() -> bytes:
    """As `commitments.padded` makes it, with decoys that are always the same."""
    known = [commit(pair.salt, pair.claim) for pair in pairs()]
    blob = b"".join(sorted((*known, *(seed("decoy", str(number)) for number in range(16 - len(known))))))
    one = record()
    return Manifest(one.id, one.version, one.kind, one.originator, one.issued, None, blob).to_bytes()


def seen(batch_root: bytes, proof: bytes) -> tuple[HeldRecord, View]:
    """The record as it is held, and what AE may see of it."""
    held = HeldRecord(record(), manifest(), batch_root, proof, pairs())
    decision = decide(
        Inputs(
            agreement=agreement(),
            policies=(),
            record=held.record,
            node="DZ",
            recipient="AE",
            purpose=PURPOSE,
            now=NOW,
            manifest_digest=manifest_digest(held.manifest).hex(),
            policy_digest=policy_digest(),
        )
    )
    released = select(held, decision)
    packed = pack(released.pairs)
    terms = canonical(released.handling.document())
    shown = digest("exchange/view/1", manifest_digest(held.manifest), packed, terms)
    return held, View(decision, released, packed, shown)


def body(batch_root: bytes, proof: bytes) -> bytes:
    return release_body(Cover(PURPOSE), [seen(batch_root, proof)])


def header() -> Header:
    """Without its commitment, which `prepare` fills in."""
    return Header(
        suite=1,
        type="release",
        id="rel-0f1e2d3c4b5a69788796a5b4c3d2e1f0",
        sender="DZ",
        recipient="AE",
        agreement="AG-DZ-AE",
        agreement_digest=agreement().digest,
        stream="DZ-AE",
        epoch=1,
        seq=1,
        previous=NO_PREVIOUS,
        issued=stamp(NOW),
        expires=stamp(NOW + LIFETIME),
        commitment="",
        policy_digest=policy_digest(),
        signing_kid=keys("DZ").signing[1].kid,
        sealing_kid=keys("AE").sealing[0].kid,
        checkpoint="",
    )


def void_header(original: opening.Outer) -> Header:
    """As `operations.release.fill_with_void` makes it, one hour later."""
    later = NOW + timedelta(hours=1)
    issued, expires = stamp(later), stamp(later + LIFETIME)
    return replace(original.header, type="void", issued=issued, expires=expires, commitment=original.header_digest)


def ledger_note(code: str) -> str:
    """A checkpoint over a ledger that has its first entry only."""
    line = entry("genesis", at=stamp(NOW), actor=code, node=code, root=root(code).fingerprint)
    head, _ = book.extend(book.EMPTY, [line], [bytes(range(book.SALT))])
    return checkpoint.make(f"{code}.exchange", head.size, book.root(head), keys(code).ledger).decode()


def receipt(envelope: str) -> Receipt:
    return Receipt(
        kind="accepted",
        envelope=envelope,
        sender="DZ",
        node="AE",
        epoch=1,
        seq=1,
        code=None,
        refused=(),
        ledger_index=0,
        checkpoint=ledger_note("AE"),
        issued=stamp(NOW + timedelta(seconds=2)),
    )


def heartbeat() -> bytes:
    return canonical(
        {
            "v": 1,
            "node": "AE",
            "to": "DZ",
            "issued": stamp(NOW + timedelta(minutes=5)),
            "epoch": 1,
            "head": 0,
            "received": 1,
            "checkpoint": ledger_note("AE"),
            "yours": [],
            "seen": [],
            "opened": "",
        }
    )


def make_files() -> dict[str, bytes]:
    """The files that hold something random, by name."""
    signer, reader = keys("DZ").signing[1], keys("AE").signing[1]
    batch_root, (proof,) = sign_batch(signer, "exchange/manifest/1", [manifest()])
    envelope = finish([prepare(header(), body(batch_root, proof), keys("AE").sealing[0].public)], signer)[0]
    files = {"envelope.json": envelope.wire}
    files["void.json"] = void(void_header(opening.parse_outer(envelope.wire)), signer).wire
    files["receipt.json"] = sign_receipt(receipt(envelope.envelope_digest), reader)
    files["heartbeat.json"] = wrap("exchange/heartbeat/1", heartbeat(), reader)
    for code in ("DZ", "AE"):
        pem, _ = make_certificate(f"{code} exchange", [f"{code.lower()}.example"], NOW)
        files[f"card-{code.lower()}.json"] = sign(card(code, to_der(pem)), root(code))
    files["party-signature.json"] = root_signature(root("DZ"), "DZ", "exchange/agreement/1", agreement_document())
    files["node.keys"] = keyfile.lock(keys("DZ").to_bytes(), PASSPHRASE)
    return files


def load(name: str) -> bytes:
    return (EXAMPLES / name).read_bytes()


def opened() -> tuple[opening.Outer, bytes]:
    """The committed envelope and its body."""
    outer = opening.parse_outer(load("envelope.json"))
    return outer, opening.open_body(outer, keys("AE").sealing)


def short(value: JsonValue) -> JsonValue:
    """A value with its long texts cut, for a page."""
    if isinstance(value, str):
        return value if len(value) <= 80 else value[:24] + "…"
    if isinstance(value, list):
        return [short(each) for each in value]
    if isinstance(value, dict):
        return {name: short(each) for name, each in value.items()}
    return value


def shown(data: bytes) -> str:
    """A document for a page: one member a line, long texts cut."""
    return json.dumps(short(json.loads(data)), indent=1, ensure_ascii=False)


def inner(name: str) -> str:
    """The document inside a committed file."""
    return shown(base64.b64decode(json.loads(load(name))["document"]))


def suite_rows() -> list[str]:
    rows = []
    for number, suite in sorted(suites.SUITES.items()):
        kem, kdf, aead, mldsa, hash_ = ALGORITHMS[number]
        sizes = f"{suite.sealing_public_size} B | 64 + {suite.mldsa_signature_size} B"
        rows.append(f"| {number} | {kem}, {kdf}, {aead} | Ed25519 and {mldsa} | {hash_} | {sizes} |")
    return rows


def blocks() -> dict[str, str]:
    """What stands between the markers, by name; from the code and the committed files."""
    outer, plain = opened()
    head_size = int.from_bytes(plain[:4], "big")
    claim = pairs()[2]
    encoded = pae("exchange/claim/1", claim.salt, claim.claim)
    void_ = opening.parse_outer(load("void.json"))
    first = "\n".join((f"salt   {claim.salt.hex()}", f"claim  {claim.claim.decode()}", f"PAE    {encoded.hex()}"))
    return {
        "pae": _code(f"{first}\nSHA-256 of it: {sha256(encoded).hexdigest()}"),
        "canonical": _code(canonical({"b": "é", "a": [1, None, True]}).decode(), "json"),
        "suites": "\n".join(
            (
                "| id | sealing: HPKE base mode | signatures, both must verify | tree hash | prekey | signatures |",
                "|---|---|---|---|---|---|",
                *suite_rows(),
            )
        ),
        "buckets": _code(f"{' '.join(str(size >> 10) for size in BUCKETS)} KiB; the largest body has {MAX_BODY} bytes"),
        "wire": _code(shown(load("envelope.json")), "json"),
        "header": _code(outer.header_bytes.decode(), "json"),
        "digests": _code(
            f"header digest    {outer.header_digest}\nenvelope digest  {outer.envelope_digest}\n"
            f"commitment       {outer.header.commitment}\nwire             {len(load('envelope.json'))} bytes, "
            f"ciphertext {len(outer.ciphertext)} bytes, body {len(plain)} bytes"
        ),
        "root": _code(shown(outer.root) + f"\n\nproof: {outer.proof.hex()}", "json"),
        "body": _code(shown(plain[4 : 4 + head_size]), "json"),
        "frames": _code(join([b"ab", b"", b"c"]).hex()),
        "void": _code(f"{shown(void_.header_bytes)}\n\nchain digest  {void_.chain_digest}", "json"),
        "receipt": _code(inner("receipt.json"), "json"),
        "signed": _code(shown(load("receipt.json")), "json"),
        "heartbeat": _code(inner("heartbeat.json"), "json"),
        "kids": _code(
            f"root fingerprint  {root('DZ').fingerprint}\n"
            f"to be read out    {' '.join(spoken(root('DZ').fingerprint))}\n"
            f"signing kid       {keys('DZ').signing[1].kid}\n"
            f"sealing kid       {keys('DZ').sealing[0].kid}\nledger key        {keys('DZ').ledger.verifier}"
        ),
        "card": _code(inner("card-dz.json"), "json"),
        "card-file": _code(shown(load("card-dz.json")), "json"),
        "party-signature": _code(shown(load("party-signature.json")), "json"),
        "node-keys": _code(shown(keys("DZ").to_bytes()), "json"),
        "keyfile": _code(shown(load("node.keys")), "json"),
    }


def _code(text: str, language: str = "") -> str:
    return f"```{language}\n{text}\n```"


def filled(page: str) -> str:
    """A page with every block made anew. KeyError for a block that nothing makes."""
    made = blocks()
    return _BLOCK.sub(lambda found: f"<!-- example: {found[1]} -->\n{made[found[1]]}\n<!-- end -->", page)


def main(arguments: list[str]) -> None:
    if arguments == ["--new"]:
        EXAMPLES.mkdir(exist_ok=True)
        for name, data in make_files().items():
            (EXAMPLES / name).write_bytes(data)
    for name in PAGES:
        page = SPEC / name
        page.write_text(filled(page.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
