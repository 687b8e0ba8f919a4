"""`exchange match`: from an amended agreement to a hit across scripts, as people type it, between served nodes."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from exchange.crypto.rootsign import root_signature
from tests.examples import example
from tests.integration import cli_pair
from tests.integration.cli_pair import AGREEMENT, EXAMPLE, TRAVEL, Pair, traveller

agreed, pair = cli_pair.agreed, cli_pair.pair


@pytest.fixture(scope="module")
def matching(agreed: Pair) -> Pair:
    """Version 2 of the agreement, with a match clause, in force on both nodes."""
    clause = {"id": "m1", "from": "*", "to": "*", "kinds": ["person"], "purposes": [TRAVEL]}
    document = example(EXAMPLE.stem)
    document |= {"version": 2, "matching": [{**clause, "answer": "contact", "per_case": 3, "per_day": 50}]}
    draft = agreed.folder / "matching.yaml"
    draft.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), encoding="utf-8")
    version = ["--version", "2"]
    for node in agreed.both():
        node("admin", "agreement", "draft", str(draft), "--fingerprint", f"KW={agreed.fingerprints['KW']}")
    shown = agreed.dz("admin", "agreement", "show", AGREEMENT, *version)["document"]
    data = json.dumps(shown, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    signatures = {code: agreed.folder / f"{code}.matching" for code in ("DZ", "AE", "KW")}
    signatures["KW"].write_bytes(root_signature(agreed.kuwait, "KW", "exchange/agreement/1", data))
    for node in agreed.both():
        key = str(node.home / "keys" / "root.keys")
        out = str(signatures[node.code])
        node("admin", "agreement", "sign", AGREEMENT, *version, "--root-key", key, "--out", out)
    for node in agreed.both():
        for code in {"DZ", "AE", "KW"} - {node.code}:
            add = ["agreement", "add-signature", "--id", AGREEMENT, *version]
            node("admin", *add, str(signatures[code]))
        node("admin", "agreement", "activate", AGREEMENT, *version)
    return agreed


def test_from_a_deposit_in_arabic_to_a_hit_in_french(matching: Pair) -> None:
    dz, ae, folder = matching.dz, matching.ae, matching.folder
    file, names = folder / "held.json", folder / "names.txt"
    file.write_text(json.dumps(traveller()), encoding="utf-8")
    names.write_text("Salem Ben Rached El Mithali\t1996\nYacine Boussaadi\n", encoding="utf-8")
    ae("officer", "record", "add", str(file))
    wish = ["--agreement", AGREEMENT, "--purpose", TRAVEL, "--case", "2026-117"]
    assert dz("officer", "match", "ask", "AE", *wish, "--names", str(names), expect=7)["code"] == "MATCH_NOT_READY"
    ae("officer", "match", "answer", "--contact", "Liaison desk", expect=5)
    ae("admin", "match", "answer", "--contact", "Liaison desk, +000")
    with dz.served():
        made = ae("officer", "match", "prepare", "DZ")
    assert (made["records"], made["pages"], made["size"]) == (1, 1, 1)
    with ae.served(), dz.served():
        found = dz("officer", "match", "ask", "AE", *wish, "--names", str(names))
        record = dz("officer", "record", "add", str(file))["records"][0]
        own = ["--record", record.split("/")[-1]]
        again = dz("officer", "match", "ask", "AE", *wish, *own)
        ticket = again["persons"][0]["ticket"]
        assert dz("officer", "match", "settle", "AE", ticket, expect=2)["code"] == "VALUE_NOT_ALLOWED"
        assert dz("officer", "match", "settle", "AE", ticket, "--names", str(names), expect=2)
        assert dz("officer", "match", "settle", "AE", f"{ticket[:-1]}{int(ticket[-1], 16) ^ 1:x}", *own, expect=2)
        assert dz("officer", "match", "settle", "AE", ticket, *own)["level"] == 3
        assert dz("officer", "match", "settle", "AE", ticket, *own, expect=7)["code"] == "STALE"
    about = ae("officer", "match", "answer", "--partner", "DZ", "--ticket", ticket)["record"]
    assert about == ae("officer", "record", "list")["records"][0]["record"]
    assert ae("officer", "match", "answer", "--ticket", ticket, expect=2)["code"] == "MISSING_MEMBER"
    assert ae("officer", "match", "answer", "--partner", "DZ", "--ticket", "ab" * 16, expect=3)
    first, second = found["persons"]
    assert (first["level"] > 0, first["contact"], len(first["ticket"])) == (True, "Liaison desk, +000", 41)
    assert second == {"person": 2, "level": 0, "contact": "", "ticket": ""}
    assert again["persons"][0]["level"] == 3
    assert (found["left_case"], again["left_case"]) == (2, 1)
    _what_both_see(matching)


def _what_both_see(matching: Pair) -> None:
    (ours,) = [each for each in matching.dz("officer", "match", "stats")["partners"] if each["partner"] == "AE"]
    (theirs,) = [each for each in matching.ae("auditor", "match", "stats")["partners"] if each["partner"] == "DZ"]
    assert (ours["asked"], ours["hits"], ours["may_ask"]) == (theirs["answered"], theirs["hits_told"], 50) == (2, 2, 50)
    lines: list[Any] = matching.ae("auditor", "match", "answer", "--partner", "DZ")["answered"]
    assert {(each["case"], each["purpose"], each["hits"]) for each in lines} == {("2026-117", TRAVEL, 1)}
    for desk in matching.both():
        desk("auditor", "match", "ask", "AE", "--agreement", AGREEMENT, "--purpose", TRAVEL, "--case", "X", expect=5)


def test_what_cannot_be_asked(matching: Pair) -> None:
    dz, folder = matching.dz, matching.folder
    wish = ["--agreement", AGREEMENT, "--purpose", TRAVEL]
    empty = folder / "empty.txt"
    empty.write_text("\n", encoding="utf-8")
    assert dz("officer", "match", "ask", "AE", *wish, "--case", "X", "--names", str(empty), expect=3)
    assert dz("officer", "match", "ask", "AE", *wish, "--case", "two words", expect=2)["code"] == "VALUE_NOT_ALLOWED"
    for line in ("Somebody Invented\t1990-31-12", "Somebody Invented\tabout 1990", "\t1990"):
        empty.write_text(line, encoding="utf-8")
        refused = dz("officer", "match", "ask", "AE", *wish, "--case", "X", "--names", str(empty), expect=2)
        assert refused["code"] == "VALUE_NOT_ALLOWED"
    other = ["--agreement", AGREEMENT, "--purpose", "contact", "--case", "X"]
    empty.write_text("Somebody Quite Invented", encoding="utf-8")
    assert dz("officer", "match", "ask", "AE", *other, "--names", str(empty), expect=4)["code"] == "RELEASE_DENIED"
