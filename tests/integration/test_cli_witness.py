"""`exchange witness …` and `exchange epoch open` as people type them: results, refusals by role, exit codes, text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from exchange.cli.session import close
from exchange.config import load
from exchange.crypto import checkpoint
from exchange.ledger.entries import KINDS
from exchange.operations.ledger_state import Behind, LedgerState, keep_state
from exchange.operations.seen_heads import note_heads
from exchange.operations.watch import watch
from exchange.ports import Node
from exchange.wiring import build
from tests.cli import Desk, run
from tests.follower import follow
from tests.integration.cli_pair import Pair

SECRET = b"a passphrase for tests"
ASK = ("witness", "override-ask", "--reason")


@contextmanager
def opened(place: Desk) -> Iterator[Node]:
    node = build(load(place.home), SECRET)
    try:
        yield node
    finally:
        close(node)


def spoken(place: Desk, who: str, *words: str) -> str:
    """What a person reads."""
    secret = ("--passphrase-file", str(place.folder / "passphrase"))
    ran = run(*words, "--home", str(place.home), *secret, "--token-file", str(place.token(who)))
    assert ran.exit_code == 0, ran.err
    return ran.out


def test_a_partner_is_asked_and_shown(pair: Pair) -> None:
    before = pair.dz("officer", "witness", "show")
    assert (before["fresh"], before["quorum"], before["stale"], before["witnesses"]) == (0, 1, False, [])
    assert (before["epoch"], before["behind"], before["override"]) == (1, None, None)
    pair.dz("officer", "witness", "ask", "AE", expect=6)
    pair.dz("auditor", "witness", "ask", "AE", expect=5)
    with pair.ae.served():
        pair.dz("", "doctor", "--partners")  # a heartbeat: a witness cosigns for nobody whom it has not heard
        found = pair.dz("officer", "witness", "ask", "AE")
    after = pair.dz("auditor", "witness", "show")
    assert after["witnesses"] == [{"witness": "AE", "size": found["size"], "at": found["at"]}]
    assert after["fresh"] == 1
    told = spoken(pair.dz, "officer", "witness", "show")
    assert "1 of 1 needed within 4 hours; epoch 1" in told
    checks = {each["name"]: each for each in pair.dz("", "doctor")["checks"]}
    assert (checks["witnesses"]["state"], checks["witnesses"]["cause"]) == ("ok", "1 of 1 needed")


def test_two_persons_give_an_override_and_one_ends_it(pair: Pair) -> None:
    dz = pair.dz
    dz("officer", *ASK, "COURIER_ONLY", expect=5)
    dz("auditor", *ASK, "COURIER_ONLY", expect=5)
    dz("approver", *ASK, "BORED", expect=2)
    dz("approver", *ASK, "COURIER_ONLY", "--hours", "25", expect=2)
    asked = dz("approver", *ASK, "COURIER_ONLY", "--hours", "3")
    id_ = asked["override"]
    assert (asked["asker"], asked["confirmer"], asked["hours"]) == ("approver-dz", None, 3)
    dz("approver", "witness", "override-give", id_, expect=5)
    dz("officer", "witness", "override-give", id_, expect=5)
    dz("admin", "witness", "override-give", "ovr-x", expect=3)
    assert dz("officer", "witness", "show")["override"] is None
    assert "waits for the second person" in spoken(dz, "officer", "witness", "overrides")
    assert dz("admin", "witness", "override-give", id_)["confirmer"] == "admin-dz"
    dz("second", "witness", "override-give", id_, expect=7)
    assert dz("officer", "witness", "show")["override"] == id_
    assert "stands until" in spoken(dz, "officer", "witness", "overrides")
    dz("officer", "witness", "override-end", id_, expect=5)
    dz("second", "witness", "override-end", "ovr-x", expect=3)
    assert dz("second", "witness", "override-end", id_)["ended_at"] is not None
    dz("second", "witness", "override-end", id_, expect=7)
    (row,) = dz("auditor", "witness", "overrides")["overrides"]
    assert (row["override"], row["reason"], row["asker"]) == (id_, "COURIER_ONLY", "approver-dz")


def split(dz: Desk, ae: Desk) -> None:
    """AE signs two heads of one size, and both come to DZ."""
    with opened(ae) as node:
        notes = [checkpoint.make("AE.exchange", 7, bytes([byte]) * 32, node.keys.ledger).decode() for byte in (1, 2)]
    with opened(dz) as node:
        with node.store.write() as unit:
            unit.heads.forget(unit.heads.seen("AE.exchange", 99))
            note_heads(unit, "AE", "AE", notes, node.clock.now())
        watch(node, "AE")


def test_evidence_is_written_checked_by_anybody_and_settled(pair: Pair, tmp_path: Path) -> None:
    dz, out = pair.dz, tmp_path / "evidence.json"
    write = ("witness", "evidence", "AE", "--out", str(out))
    dz("auditor", *write, expect=3)
    dz("admin", "witness", "settle", "AE", "--reason", "PARTNER_SOFTWARE", expect=7)
    split(dz, pair.ae)
    dz("officer", *write, expect=5)
    assert not out.exists()
    made = dz("auditor", *write)
    assert made["fingerprint"] == pair.fingerprints["AE"]
    check = ("witness", "check", str(out), "--fingerprint")
    found = run(*check, pair.fingerprints["AE"], "--json")
    assert (found.exit_code, found.json["node"], found.json["size"], found.json["fault"]) == (0, "AE", 7, None)
    assert "PROVEN: AE signed two ledgers of 7 entries" in run(*check, pair.fingerprints["AE"]).out
    assert run(*check, pair.fingerprints["DZ"]).exit_code == 13
    assert run("witness", "check", str(tmp_path / "none"), "--fingerprint", "00").exit_code == 3
    value = json.loads(out.read_bytes())
    value["heads"] = [value["heads"][0]] * 2
    out.write_text(json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n", "utf-8")
    same = run(*check, pair.fingerprints["AE"])
    assert same.exit_code == 11
    assert "NOT PROVEN" in same.out
    for lang, part in (("en", "signed two different ledgers"), ("fr", "deux journaux"), ("ar", "سجلّين")):
        shown = spoken(dz, "officer", "status", "--lang", lang)
        assert "HEADS_CONTRADICT" in shown
        assert part in shown
    dz("officer", "witness", "settle", "AE", "--reason", "PARTNER_SOFTWARE", expect=5)
    dz("admin", "witness", "settle", "AE", "--reason", "BORED", expect=2)
    dz("admin", "witness", "settle", "XX", "--reason", "PARTNER_SOFTWARE", expect=3)
    assert dz("admin", "witness", "settle", "AE", "--reason", "PARTNER_SOFTWARE")["size"] == 7
    assert dz("officer", "status")["streams"] == []


def test_tiles_are_written_for_strangers(pair: Pair, tmp_path: Path) -> None:
    folder = tmp_path / "tiles"
    pair.dz("officer", "audit", "tiles", "--out", str(folder), expect=5)
    made = pair.dz("auditor", "audit", "tiles", "--out", str(folder))
    found = follow(lambda path: (folder / path).read_bytes(), "DZ.exchange", made["verifier"])
    assert len(found) == made["entries"]
    pair.dz("auditor", "audit", "tiles", "--out", str(folder), expect=7)
    assert "audit.tiles-exported" in KINDS
    assert (folder / "checkpoint").stat().st_mode & 0o077 == 0


def test_an_epoch_is_opened_by_an_administrator_who_means_it(pair: Pair) -> None:
    dz, open_ = pair.dz, ("epoch", "open", "--reason")
    with opened(dz) as node, node.store.write() as unit:
        keep_state(unit, LedgerState(1, Behind(900, 1, "AE", "2026-11-02T08:00:00Z")))
    shown = dz("officer", "witness", "show")
    assert shown["behind"] == {"size": 900, "partner": "AE"}
    assert "ROLLED_BACK" in spoken(dz, "officer", "witness", "show")
    dz("approver", *ASK, "COURIER_ONLY", expect=75)
    for lang, part in (("en", "older than what we signed"), ("fr", "plus ancien"), ("ar", "أقدم")):
        assert part in spoken(dz, "officer", "status", "--lang", lang)
    dz("admin", *open_, "RESTORED_BACKUP", expect=2)
    dz("admin", *open_, "BORED", "--yes", expect=2)
    made = dz("admin", *open_, "RESTORED_BACKUP", "--yes")
    assert (made["epoch"], made["lost"], made["reason"]) == (2, 900, "RESTORED_BACKUP")
    dz("officer", *open_, "EXERCISE", "--yes", expect=5)
    assert (dz("officer", "witness", "show")["epoch"], dz("officer", "status")["streams"]) == (2, [])


@pytest.mark.parametrize("words", [("override-ask",), ("check", "x"), ("settle", "AE"), ("evidence", "AE")])
def test_what_is_missing_is_a_usage_error(words: tuple[str, ...]) -> None:
    assert run("witness", *words, "--json").exit_code == 2
