"""As `test_api_looked_up.py`, for commands: one that shows something of the node is an entry, or says why not."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from tests.cli import run
from tests.integration.cli_pair import AGREEMENT, TRAVEL, Pair, traveller
from tests.unit.test_cli_commands import ALL

CHANGES: Final = {
    *("agreement activate", "agreement add-signature", "agreement draft", "agreement offer", "agreement sign"),
    *("agreement suspend", "agreement terminate", "agreement unschedule", "answer", "approve", "ask", "clock confirm"),
    *("corrections ack", "import un-list", "messages show", "onward grant", "onward refuse", "onward request"),
    *("onward revoke", "partner add", "partner resolve", "partner suspend", "partner update", "pull", "push"),
    *("partner dismiss", "partner heard", "partner introduce", "partner resume", "partner revoke", "partner test"),
    *("recall answer", "recall send", "record add", "record amend", "record diff", "release", "renew"),
    *("audit bundle", "audit open", "audit open-confirm", "audit open-decline", "audit open-read", "audit open-tell"),
    *("audit open-withdraw", "audit reconcile-ack", "audit reconcile-now"),
    *("epoch open", "witness override-ask", "witness override-end", "witness override-give", "witness settle"),
    "witness evidence",  # with evidence to write: test_cli_witness.py
    *("standing approve", "standing revoke", "user add", "user code", "user disable", "user link", "user sign-out"),
    *("user token", "waiver grant", "waiver revoke"),
    *("match ask", "match settle", "match prepare"),
    "decision export-all",  # an entry for each release that there is: test_cli_explain.py
}
"""Each is an entry by its operation. Two that read need a partner's envelope first: `messages show` and `record diff`
are `message.read` and `record.read` in `test_api_looked_up.py`, by the same operations."""
NOTHING: Final = {
    *("status", "doctor", "partner card", "init", "serve", "migrate up", "migrate down", "migrate status"),
    *("witness ask", "witness check", "witness show"),
    *(
        "audit verify",
        "audit reconcile",
        "audit reconcile-check",
        "decision check",
        "demo run",
        "demo tour",
        "demo up",
        "demo down",
    ),
    *("agreement lint", "agreement sign-file", "search rebuild", "guide"),
    *("names explain", "names score"),
}
"""Numbers, our own card, files that somebody has already, and the node's own life. `agreement lint` reads a file; with
records it is `agreement.simulated`."""
WISH: Final = ("--agreement", AGREEMENT, "--purpose", TRAVEL)


TIMES: Final = ("--since", "2026-01-01T00:00:00Z", "--until", "2026-01-02T00:00:00Z")


class Place(NamedTuple):
    pair: Pair
    record: str
    release: str
    claim: str


@pytest.fixture(scope="module")
def place(agreed: Pair) -> Place:
    file = agreed.folder / "looked-up.json"
    file.write_text(json.dumps(traveller(), ensure_ascii=False), encoding="utf-8")
    record = agreed.dz("officer", "record", "add", str(file))["records"][0]
    release = agreed.dz("officer", "push", "--to", "AE", *WISH, "--record", record)["proposals"][0]["id"]
    claim = agreed.dz("officer", "preview", record, "--to", "AE", *WISH)["answers"][0]["claims"][0]["claim"]
    return Place(agreed, record, release, claim)


def reading(place: Place, folder: Path) -> dict[str, tuple[str, tuple[str, ...], str]]:
    """Command -> (who, the rest of the line, the kind of its entry)."""
    out = str(folder / "out")
    return {
        "account": ("officer", (place.record,), "account.read"),
        "agreement diff": ("admin", (AGREEMENT, AGREEMENT), "list.read"),
        "agreement explain": ("admin", (AGREEMENT,), "list.read"),
        "agreement list": ("admin", (), "list.read"),
        "agreement offers": ("admin", (), "list.read"),
        "agreement show": ("admin", (AGREEMENT,), "list.read"),
        "audit export": ("auditor", ("--out", out), "audit.exported"),
        "audit tiles": ("auditor", ("--out", out + ".zip"), "audit.tiles-exported"),
        "audit blind": ("auditor", ("--out", out + ".blind.zip"), "audit.blind-exported"),
        "audit openings": ("auditor", (), "list.read"),
        "audit reconciled": ("auditor", (), "list.read"),
        "inbox": ("officer", (), "list.read"),
        "match answer": ("officer", (), "list.read"),
        "match stats": ("officer", (), "list.read"),
        "messages list": ("officer", (), "list.read"),
        "onward list": ("officer", (), "list.read"),
        "partner list": ("admin", (), "list.read"),
        "preview": ("officer", (place.record, "--to", "AE", *WISH), "record.read"),
        "record list": ("officer", (), "record.listed"),
        "record search": ("officer", ("nothing",), "search.run"),
        "record show": ("officer", (place.record,), "record.read"),
        "releases": ("officer", (), "list.read"),
        "standing list": ("officer", (), "list.read"),
        "user list": ("admin", (), "list.read"),
        "user passkeys": ("approver", ("approver-dz",), "list.read"),
        "waiver list": ("officer", (), "list.read"),
        "witness overrides": ("officer", (), "list.read"),
        "why": ("officer", (place.record, place.claim, "--to", "AE", *WISH), "record.read"),
        "decision replay": ("officer", (place.release,), "decision.replayed"),
        "decision export": ("officer", (place.release, "-o", out + ".json"), "decision.exported"),
        "breach": ("approver", ("--partner", "AE", *TIMES, "--kind", "theft"), "breach.noted"),
        "agreement simulate": ("admin", (str(folder / "candidate.json"),), "agreement.simulated"),
        "agreement take": ("admin", ("AE", "--digest", "0" * 64, "--out", out + ".offer"), "list.read"),
    }


def entries(place: Place) -> list[dict[str, Any]]:
    with sqlite3.connect(place.pair.dz.home / "node.db") as database:
        rows = database.execute("SELECT entry FROM ledger_entries ORDER BY position").fetchall()
    return [json.loads(row[0] if row[0][:1] == b"{" else row[0][17:]) for row in rows]


def test_every_command_is_classified(place: Place, tmp_path: Path) -> None:
    told = [*reading(place, tmp_path), *CHANGES, *NOTHING]
    assert sorted(told) == sorted(" ".join(words) for words in ALL)


def test_every_command_that_reads_writes_an_entry(place: Place, tmp_path: Path) -> None:
    document = place.pair.dz("admin", "agreement", "show", AGREEMENT)["document"]
    (tmp_path / "candidate.json").write_text(json.dumps(document | {"version": 2}), encoding="utf-8")
    for command, (who, rest, kind) in reading(place, tmp_path).items():
        before = len(entries(place))
        absent = {"agreement take": 3}.get(command, 0)  # there is no such offer, and the list of them was read
        place.pair.dz(who, *command.split(), *rest, expect=absent)
        new = entries(place)[before:]
        assert new, command
        assert {(each["kind"], each["actor"]) for each in new} == {(kind, f"{who}-dz")}, command


def test_who_is_refused_at_the_console_is_an_entry(place: Place, tmp_path: Path) -> None:
    before = len(entries(place))
    place.pair.dz("auditor", "record", "list", expect=5)
    unknown = tmp_path / "token"
    unknown.touch(mode=0o600)
    unknown.write_text("exo_" + "0" * 43, encoding="utf-8")
    words = ["--home", str(place.pair.dz.home), "--passphrase-file", str(place.pair.folder / "passphrase")]
    assert run("record", "list", *words, "--token-file", str(unknown)).exit_code != 0
    denied, login = entries(place)[before:]
    assert (denied["kind"], denied["actor"], denied["permission"]) == ("access.denied", "auditor-dz", "record.read")
    assert (login["kind"], login["code"]) == ("login.denied", "TOKEN_UNKNOWN")
