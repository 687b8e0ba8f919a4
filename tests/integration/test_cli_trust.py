"""Partners in and out by the command line, and signing where the root key is, without any node."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from exchange.crypto.spoken import spoken
from tests.cli import desk, make_node, run, staff
from tests.integration.cli_pair import AGREEMENT, Pair


@pytest.fixture(scope="module")
def kuwait(pair: Pair) -> str:
    """A third node's card beside the pair's; its fingerprint."""
    node = desk("KW", pair.folder)
    fingerprint = make_node(node)
    staff(node)
    node("", "partner", "card", "--out", str(pair.folder / "KW.card"))
    return str(fingerprint)


def heard(fingerprint: str) -> str:
    return " ".join(spoken(fingerprint)[-2:])


def test_signing_where_the_root_key_is(agreed: Pair, tmp_path: Path) -> None:
    document = agreed.dz("admin", "agreement", "show", AGREEMENT, "--version", "1")
    data = json.dumps(document["document"], sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    file, out = tmp_path / "agreement.json", tmp_path / "signature"
    file.write_bytes(data)
    key = ["--root-passphrase-file", str(agreed.folder / "passphrase"), "--json"]
    words = ["agreement", "sign-file", str(file), "--root-key", str(agreed.dz.home / "keys" / "root.keys")]
    ran = run(*words, "--out", str(out), *key)
    assert ran.exit_code == 0, ran.err
    assert (ran.json["party"], ran.json["digest"]) == ("DZ", document["digest"])
    kept = agreed.ae("admin", "agreement", "add-signature", "--id", AGREEMENT, "--version", "1", str(out))
    assert "DZ" in kept["signed_by"]
    file.write_bytes(data.replace(agreed.fingerprints["DZ"].encode(), b"0" * 64))
    assert run(*words, "--out", str(tmp_path / "other"), *key).exit_code == 4
    file.write_bytes(b"{ }")
    assert run(*words, "--out", str(tmp_path / "third"), *key).exit_code == 2


def test_a_card_by_two_persons(pair: Pair, kuwait: str) -> None:
    dz, card = pair.dz, str(pair.folder / "KW.card")
    dz("officer", "partner", "introduce", card, expect=5)
    told = dz("admin", "partner", "introduce", card)
    assert told["digits"] == " ".join(spoken(kuwait)[:10])
    dz("admin", "partner", "heard", "KW", "--groups", "1 2", expect=13)
    assert dz("admin", "partner", "heard", "KW", "--groups", heard(kuwait))["state"] == "heard"
    dz("admin", "partner", "heard", "KW", "--groups", heard(kuwait), expect=7)
    assert dz("approver", "partner", "heard", "KW", "--groups", heard(kuwait))["state"] == "verified"
    assert {each["partner"] for each in dz("admin", "partner", "list")["partners"]} == {"AE", "KW"}
    dz("admin", "partner", "introduce", card, expect=7)


def test_a_card_is_dismissed(pair: Pair, kuwait: str) -> None:
    ae = pair.ae
    ae("admin", "partner", "introduce", str(pair.folder / "KW.card"))
    assert ae("approver", "partner", "dismiss", "KW")["state"] == "dismissed"
    ae("admin", "partner", "heard", "KW", "--groups", heard(kuwait), expect=3)


def test_the_own_card_comes_with_digits(pair: Pair) -> None:
    told = pair.dz("", "partner", "card")
    assert told["digits"] == " ".join(spoken(pair.fingerprints["DZ"]))


def test_suspended_resumed_revoked(pair: Pair, kuwait: str) -> None:
    dz = pair.dz
    assert kuwait
    dz("admin", "partner", "suspend", "KW")
    assert dz("admin", "partner", "resume", "KW")["state"] == "ok"
    dz("admin", "partner", "revoke", "KW", expect=2)
    assert dz("admin", "partner", "revoke", "KW", "--reason", "OUR_DECISION")["state"] == "asked"
    assert dz("approver", "partner", "revoke", "KW", "--withdraw")["state"] == "withdrawn"
    dz("admin", "partner", "revoke", "KW", "--reason", "STATE_WITHDREW")
    dz("admin", "partner", "revoke", "KW", "--confirm", expect=7)
    done = dz("approver", "partner", "revoke", "KW", "--confirm")
    assert (done["state"], done["proposals"], done["envelopes"]) == ("revoked", 0, 0)
    dz("admin", "partner", "resume", "KW", expect=7)


def test_a_connection_is_tested(pair: Pair) -> None:
    down = pair.dz("officer", "partner", "test", "AE", expect=75)
    assert {row["name"]: row["state"] for row in down["rows"]}["reach"] == "fail"
    with pair.ae.served():
        told = pair.dz("officer", "partner", "test", "AE")
        assert told["outcome"] in ("ok", "warn")
        options = ["--home", str(pair.dz.home), "--passphrase-file", str(pair.folder / "passphrase")]
        shown = run("partner", "test", "AE", "--lang", "fr", "--token-file", str(pair.dz.token("officer")), *options)
        assert "Version du protocole" in shown.out
