"""why, the matrix and decisions of the past by command line, with --json, in three languages, with their exit codes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from exchange.cli.founding import read_root
from exchange.crypto.keys import RootKey
from exchange.crypto.rootsign import root_signature
from tests.cli import Desk, desk, make_node, run, staff
from tests.integration.cli_pair import AGREEMENT, EXAMPLE, TRAVEL, traveller

WISH = ["--purpose", TRAVEL, "--agreement", AGREEMENT]


@dataclass(frozen=True, slots=True)
class Place:
    dz: Desk
    record: str
    release: str
    folder: Path


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """DZ with the example agreement in force, and one record released to AE."""
    folder = tmp_path_factory.mktemp("explain")
    dz, ae = desk("DZ", folder), desk("AE", folder)
    fingerprint = {node.code: make_node(node) for node in (dz, ae)}
    staff(dz)
    ae("", "partner", "card", "--out", str(folder / "AE.card"))
    dz("admin", "partner", "add", str(folder / "AE.card"), "--fingerprint", fingerprint["AE"])
    kuwait = RootKey.generate()
    version = ["--version", "1"]
    dz("admin", "agreement", "draft", str(EXAMPLE), "--fingerprint", f"KW={kuwait.fingerprint}")
    document = dz("admin", "agreement", "show", AGREEMENT, *version)["document"]
    data = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    emirates = read_root(ae.home / "keys" / "root.keys", (folder / "passphrase").read_bytes().strip())
    for code, root in (("AE", emirates), ("KW", kuwait)):
        (folder / f"{code}.signature").write_bytes(root_signature(root, code, "exchange/agreement/1", data))
    key = ["--root-key", str(dz.home / "keys" / "root.keys"), "--out", str(folder / "DZ.signature")]
    dz("admin", "agreement", "sign", AGREEMENT, *version, *key)
    for code in ("AE", "KW"):
        dz("admin", "agreement", "add-signature", "--id", AGREEMENT, *version, str(folder / f"{code}.signature"))
    dz("admin", "agreement", "activate", AGREEMENT, *version)
    file = folder / "record.json"
    file.write_text(json.dumps(traveller()), encoding="utf-8")
    record = dz("officer", "record", "add", str(file))["records"][0]
    proposal = dz("officer", "push", "--record", record, "--to", "AE", *WISH)["proposals"][0]
    dz("approver", "approve", proposal["id"], "--digest", proposal["digest"])
    dz("officer", "release", proposal["id"])
    return Place(dz, record, proposal["id"], folder)


def claims_of(place: Place) -> dict[str, dict[str, Any]]:
    """Path -> what the preview for AE says of it."""
    answer = place.dz("officer", "preview", place.record, "--to", "AE", *WISH)["answers"][0]
    return {claim["path"]: claim for claim in answer["claims"]}


@pytest.mark.parametrize("path", ["name.full", "birth.date", "contact.phone", "record.marking"])
def test_why_says_what_the_preview_says_and_how_it_came_to_it(place: Place, path: str) -> None:
    claim = claims_of(place)[path]
    found = place.dz("officer", "why", place.record, claim["claim"], "--to", "AE", *WISH)
    assert found["schema"] == "exchange.cli/1"
    assert {name: found[name] for name in ("path", "state", "reason", "clause", "instead")} == {
        name: claim[name] for name in ("path", "state", "reason", "clause", "instead")
    }
    assert found["steps"][0]["code"] == "DEFAULT"
    assert found["steps"][-1]["code"] == f"OUTCOME_{claim['state'].upper()}"
    assert all(step["text"] for step in found["steps"])
    if path == "name.full":
        (met,) = [step for step in found["steps"] if step["code"] == "DISCLOSE_MET" and step["rule"] == "5.1"]
        tested = {each["test"]: (each["answer"], each["found"]) for each in met["tests"]}
        assert tested["nationality"] == ("MET", [["nationality", "KW"]])
        assert tested["theatre"] == ("UNKNOWN", [])
        assert found["cure"] == {"what": "APPROVE", "who": ["RELEASING_OFFICER"], "people": 1}
    if path == "contact.phone":
        assert found["cure"] == {"what": "AMEND_AGREEMENT", "who": ["ADMINISTRATOR", "PARTIES"], "people": 0}


@pytest.mark.parametrize(("lang", "word"), [("ar", "القاعدة"), ("fr", "Règle"), ("en", "The default")])
def test_why_for_people_in_three_languages(place: Place, lang: str, word: str) -> None:
    claim = claims_of(place)["name.full"]["claim"]
    dz = place.dz
    options = ["--home", str(dz.home), "--passphrase-file", str(dz.folder / "passphrase"), "--lang", lang]
    ran = run("why", place.record, claim, "--to", "AE", *WISH, *options, "--token-file", str(dz.token("officer")))
    assert ran.exit_code == 0
    assert word in ran.out
    assert "{" not in ran.out


def test_why_refuses_who_may_not_read_and_what_is_not_there(place: Place) -> None:
    claim = claims_of(place)["name.full"]["claim"]
    for who in ("auditor", "admin"):
        place.dz(who, "why", place.record, claim, "--to", "AE", *WISH, expect=5)
    place.dz("officer", "why", place.record, "c000001", "--to", "AE", *WISH, expect=3)
    other = ["--purpose", TRAVEL, "--agreement", "AG-DZ-FR"]
    place.dz("officer", "why", place.record, claim, "--to", "AE", *other, expect=4)


def test_the_matrix(place: Place) -> None:
    found = place.dz("officer", "preview", place.record, "--matrix", "--purpose", TRAVEL)
    assert [(each["to"], each["agreement"], each["state"]) for each in found["columns"]] == [
        ("AE", AGREEMENT, "released"),
        ("KW", AGREEMENT, "released"),
    ]
    seen = {claim["path"]: (claim["state"], claim["clause"]) for claim in found["columns"][0]["claims"]}
    assert seen == {path: (claim["state"], claim["clause"]) for path, claim in claims_of(place).items()}
    named = place.dz("officer", "preview", place.record, "--matrix", "--purpose", TRAVEL, "--to", "FR", expect=4)
    assert [(each["to"], each["code"]) for each in named["columns"]] == [("FR", "NOT_A_PARTY")]
    place.dz("officer", "preview", place.record, "--purpose", TRAVEL, expect=2)
    place.dz("officer", "preview", place.record, "--purpose", TRAVEL, "--to", "AE", "--to", "KW", expect=2)


def test_decisions_are_replayed_exported_and_checked(place: Place) -> None:
    dz, file = place.dz, place.folder / "decisions.json"
    found = dz("auditor", "decision", "replay", place.release)
    assert [(each["stage"], [item["state"] for item in each["items"]]) for each in found["stages"]] == [
        ("proposed", ["equal"]),
        ("released", ["equal"]),
    ]
    dz("auditor", "decision", "export", place.release, "-o", str(file), "--values", expect=5)
    assert not file.exists()
    dz("auditor", "decision", "export", place.release, "-o", str(file))
    checked = run("decision", "check", str(file), "--json")
    assert (checked.exit_code, checked.json["stages"][1]["items"][0]["state"]) == (0, "not_retaken")
    assert "+000 00 000 000" not in file.read_text("utf-8")

    dz("officer", "decision", "export", place.release, "-o", str(file), "--values", "--item", "1")
    checked = run("decision", "check", str(file), "--json")
    assert (checked.exit_code, checked.json["stages"][1]["items"][0]["state"]) == (0, "equal")
    digest = found["stages"][1]["digest"]
    assert (checked.json["stages"][1]["digest"], checked.json["pinned"]) == (digest, False)
    pinned = run("decision", "check", str(file), "--json", "--digest", digest)
    assert (pinned.exit_code, pinned.json["pinned"]) == (0, True)
    assert run("decision", "check", str(file), "--json", "--digest", "0" * 64).exit_code == 13

    value = json.loads(file.read_bytes())
    value["stages"][1]["at"] = "2020-01-01T00:00:00Z"
    file.write_text(json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    other = run("decision", "check", str(file), "--json")
    assert (other.exit_code, other.json["stages"][1]["items"][0]["state"]) == (11, "different")
    file.write_bytes(file.read_bytes()[:-1])
    assert run("decision", "check", str(file), "--json").json["code"] == "REPLAY_MALFORMED"
    dz("auditor", "decision", "replay", "rel-" + "0" * 32, expect=3)
    dz("auditor", "decision", "replay", place.release, "--item", "2", expect=3)
    dz("admin", "decision", "replay", place.release, expect=5)


def test_an_export_is_verified_with_its_decisions(place: Place) -> None:
    dz, folder, export = place.dz, place.folder / "all-decisions", place.folder / "with-decisions.zip"
    dz("auditor", "decision", "export-all", "-o", str(folder), "--values", expect=5)
    assert not folder.exists()
    dz("officer", "decision", "export-all", "-o", str(folder), "--values")
    assert f"{place.release}.json" in {each.name for each in folder.iterdir()}
    dz("officer", "decision", "export-all", "-o", str(folder), expect=7)
    fingerprint = dz("auditor", "audit", "export", "-o", str(export))["fingerprint"]
    verify = ("audit", "verify", str(export), "--fingerprint", fingerprint, "--json")

    without = run(*verify)
    assert (without.exit_code, "NOT_PROVEN_DECISIONS" in without.json["not_proven"]) == (0, True)
    whole = run(*verify, "--decisions", str(folder))
    assert (whole.exit_code, whole.json["counts"]["releases_without_decisions"]) == (0, 0)
    assert whole.json["counts"]["decisions_equal"] >= 1
    assert "NOT_PROVEN_DECISIONS" not in whole.json["not_proven"]

    file = folder / f"{place.release}.json"
    value = json.loads(file.read_bytes())
    value["items"][0]["decisions"]["released"]["claims"] = []
    file.write_text(json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    told = run(*verify, "--decisions", str(file))
    assert (told.exit_code, told.json["reason"]) == (11, "DECISION_DIFFERS")
    assert told.json["first_bad_index"] is None, "it is not that file"
    assert run(*verify, "--decisions", str(folder / "nothing.json")).exit_code == 3
    assert run("audit", "verify", str(export), "--decisions", str(export)).exit_code == 11
