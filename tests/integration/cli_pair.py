"""Two nodes by command line, acquainted and with an agreement in force: fixtures of the modules that type commands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from exchange.crypto.keys import RootKey
from exchange.crypto.rootsign import root_signature
from tests.cli import Desk, desk, make_node, staff

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "examples" / "agreements" / "dz-ae-kw.yaml"
AGREEMENT = "AG-DZ-AE-KW"
TRAVEL = "counter_terrorism.travel"


@dataclass(slots=True)
class Pair:
    """DZ and AE, acquainted; KW is a party without a node here."""

    dz: Desk
    ae: Desk
    fingerprints: dict[str, str]
    kuwait: RootKey
    folder: Path

    def both(self) -> Iterator[Desk]:
        yield from (self.dz, self.ae)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    folder = tmp_path_factory.mktemp("flow")
    dz, ae = desk("DZ", folder), desk("AE", folder)
    kuwait = RootKey.generate()
    made = Pair(dz, ae, {"KW": kuwait.fingerprint}, kuwait, folder)
    for node in made.both():
        made.fingerprints[node.code] = make_node(node)
        staff(node)
        node("", "partner", "card", "--out", str(folder / f"{node.code}.card"))
    dz("admin", "partner", "add", str(folder / "AE.card"), "--fingerprint", made.fingerprints["AE"])
    ae("admin", "partner", "add", str(folder / "DZ.card"), "--fingerprint", made.fingerprints["DZ"])
    return made


@pytest.fixture(scope="module")
def agreed(pair: Pair) -> Pair:
    """The example agreement in force on both nodes, by the commands that people would type."""
    version = ["--version", "1"]
    given = ["--fingerprint", f"KW={pair.fingerprints['KW']}"]
    digests = {node("admin", "agreement", "draft", str(EXAMPLE), *given)["digest"] for node in pair.both()}
    assert len(digests) == 1, "both nodes hold the same bytes"
    pair.dz("admin", "agreement", "activate", AGREEMENT, *version, expect=4)
    document = pair.dz("admin", "agreement", "show", AGREEMENT, *version)["document"]
    data = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    signatures = {code: pair.folder / f"{code}.signature" for code in ("DZ", "AE", "KW")}
    signatures["KW"].write_bytes(root_signature(pair.kuwait, "KW", "exchange/agreement/1", data))
    for node in pair.both():
        key = str(node.home / "keys" / "root.keys")
        out = str(signatures[node.code])
        node("admin", "agreement", "sign", AGREEMENT, *version, "--root-key", key, "--out", out)
    forged = pair.folder / "forged.signature"
    forged.write_bytes(root_signature(RootKey.generate(), "AE", "exchange/agreement/1", data))
    add = ["agreement", "add-signature", "--id", AGREEMENT, *version]
    pair.dz("admin", *add, str(forged), expect=13)
    for node in pair.both():
        for code in {"DZ", "AE", "KW"} - {node.code}:
            node("admin", *add, str(signatures[code]))
        assert node("admin", "agreement", "activate", AGREEMENT, *version)["state"] == "active"
    return pair


def traveller() -> dict[str, object]:
    """An invented Kuwaiti bound for Libya, as an officer would write it down."""
    grade = {"scale": "admiralty", "source": "B", "information": "2"}
    graded = [
        ("name.full", {"text": "سالم بن راشد المثالي", "script": "Arab", "type": "primary"}),
        ("birth.date", {"precision": "exact", "date": "1996-03-14"}),
        ("nationality", {"country": "KW", "status": "confirmed"}),
        ("route.to", "LY"),
        ("contact.phone", "+000 00 000 000"),
    ]
    plain = [
        ("record.marking", "TLP:AMBER"),
        ("record.legal_basis", "SYNTHETIC Act 1"),
        ("record.purpose", TRAVEL),
        ("record.review", "2027-06-01"),
        ("record.category", "suspect"),
    ]
    claims = [
        {"id": f"c{n}", "path": path, "value": value, "statement": "fact"}
        | ({"grade": grade} if n <= len(graded) else {})
        for n, (path, value) in enumerate([*graded, *plain], 1)
    ]
    return {"kind": "person", "claims": claims}
