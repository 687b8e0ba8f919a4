"""Two nodes by command line alone, from `init` to reconciled ledgers, with every exit code that a script may see."""

from __future__ import annotations

import json
import shutil
import ssl
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from exchange.config import load
from exchange.crypto.tlscert import make_certificate
from tests.cli import Desk, run
from tests.integration.cli_pair import AGREEMENT, TRAVEL, Pair, traveller


def test_init_makes_a_private_folder_and_refuses_to_make_it_again(pair: Pair) -> None:
    assert stat.S_IMODE(pair.dz.home.stat().st_mode) == 0o700
    files = [path for path in pair.dz.home.rglob("*") if path.is_file()]
    assert {"node.keys", "root.keys", "tls.key", "tls.crt", "config.toml"} <= {path.name for path in files}
    assert all(stat.S_IMODE(path.stat().st_mode) & 0o077 == 0 for path in files)
    pair.dz("", "init", "--node", "DZ", expect=7)


def test_nobody_acts_without_a_token_once_there_is_an_administrator(pair: Pair) -> None:
    pair.dz("", "user", "add", "intruder", "--role", "administrator", expect=5)
    pair.dz("", "user", "token", "admin-dz", "--out", str(pair.folder / "stolen"), expect=5)
    pair.dz("officer", "user", "add", "intruder", "--role", "officer", expect=5)
    assert not (pair.folder / "stolen").exists()
    assert stat.S_IMODE(pair.dz.token("admin").stat().st_mode) == 0o600


def test_a_card_under_another_fingerprint_is_refused(pair: Pair) -> None:
    wrong = pair.fingerprints["DZ"]
    pair.dz("admin", "partner", "add", str(pair.folder / "AE.card"), "--fingerprint", wrong, expect=13)
    listed = pair.dz("admin", "partner", "list")["partners"]
    assert [(each["partner"], each["fingerprint"]) for each in listed] == [("AE", pair.fingerprints["AE"])]


def test_a_locked_or_unknown_node_says_so(pair: Pair, tmp_path: Path) -> None:
    secret = tmp_path / "wrong"
    secret.write_text("not the passphrase\n", encoding="utf-8")
    secret.chmod(0o600)
    base = ["status", "--json", "--token-file", str(pair.dz.token("admin"))]
    assert run(*base, "--home", str(pair.dz.home), "--passphrase-file", str(secret)).exit_code == 5
    assert run(*base, "--home", str(tmp_path)).exit_code == 2
    secret.chmod(0o644)
    open_ = run(*base, "--home", str(pair.dz.home), "--passphrase-file", str(secret))
    assert (open_.exit_code, open_.json["code"]) == (2, "VALUE_NOT_ALLOWED")


def test_nothing_works_over_another_nodes_database(pair: Pair, tmp_path: Path) -> None:
    """DZ's keys and configuration, AE's ledger: refused before anything is read or written."""
    mixed = Desk("DZ", tmp_path, pair.dz.officer_port, pair.dz.partner_port)
    shutil.copytree(pair.dz.home, mixed.home)
    shutil.copy(pair.dz.folder / "passphrase", tmp_path)
    with (mixed.home / "config.toml").open("a", encoding="utf-8") as config:
        config.write(f'database_url = "{load(pair.ae.home).url}"\n')
    for words in (("partner", "card", "--out", str(tmp_path / "card")), ("user", "token", "x", "--out", "x")):
        mixed("", *words, expect=2)
    serve = [sys.executable, "-m", "exchange", "serve", "--home", str(mixed.home), "--no-input"]
    secret = ["--passphrase-file", str(tmp_path / "passphrase")]
    served = subprocess.run([*serve, *secret], capture_output=True, text=True, timeout=30, check=False)
    assert (served.returncode, "Place: database. [CONFIG_INVALID]" in served.stderr) == (2, True), served.stderr
    report = mixed("", "doctor", expect=75)
    assert [each["cause"] for each in report["checks"] if each["state"] == "fail"] == ["is another node's"]


def test_doctor_finds_a_fresh_node_fit(pair: Pair) -> None:
    report = pair.dz("", "doctor")
    states = {each["name"]: each["state"] for each in report["checks"]}
    assert report["ok"]
    assert states["ledger"] == states["card"] == states["database"] == "ok"
    assert states["root key"] == "warn"


def test_from_a_record_to_reconciled_ledgers(agreed: Pair) -> None:
    dz, ae, folder = agreed.dz, agreed.ae, agreed.folder
    file = folder / "record.json"
    file.write_text(json.dumps(traveller()), encoding="utf-8")
    record = dz("officer", "record", "add", str(file))["records"][0]
    wish = ["--to", "AE", "--purpose", TRAVEL, "--agreement", AGREEMENT]

    seen = dz("officer", "preview", record, *wish)["answers"][0]
    states = {claim["path"]: claim["state"] for claim in seen["claims"]}
    assert (states["contact.phone"], states["birth.date"], states["birth.year"]) == ("withheld", "coarser", "sent")

    printed = dz("officer", "preview", record, *wish, "--pdf", str(folder / "decision.pdf"), "--lang", "ar")
    assert printed["answers"][0]["agreement"] == AGREEMENT
    assert (folder / "decision.pdf").read_bytes().startswith(b"%PDF-")
    explained = dz("officer", "agreement", "explain", AGREEMENT, "--lang", "fr")
    assert f"Empreinte du document\u00a0: {explained['digest']}" in explained["text"]

    pushed = dz("officer", "push", "--record", record, *wish)
    proposal = pushed["proposals"][0]
    dz("officer", "approve", proposal["id"], expect=5)
    dz("officer", "release", proposal["id"], expect=4)
    dz("approver", "approve", proposal["id"], "--digest", "0" * 64, expect=7)
    approved = dz("approver", "approve", proposal["id"], "--digest", proposal["digest"])["approved"]
    assert approved == [{"id": proposal["id"], "digest": proposal["digest"], "state": "approved"}]

    offline = dz("officer", "release", "--bulk", pushed["bulk"])
    assert offline["delivered"]["AE"]["stopped"] == "PARTNER_UNREACHABLE"
    dz("officer", "release", proposal["id"], expect=7)
    ae("officer", "pull", expect=6)

    with dz.served():
        assert ae("officer", "pull", "--from", "DZ")["pulled"] == [{"partner": "DZ", "envelopes": 1, "code": None}]
    inbox = ae("officer", "inbox")["inbox"]
    assert [(each["from"], each["number"], each["state"], each["records"]) for each in inbox] == [
        ("DZ", 1, "accepted", 1)
    ]
    received = ae("officer", "record", "show", record)
    paths = {claim["path"] for claim in received["claims"]}
    assert {path for path, state in states.items() if state == "sent"} == paths
    assert received["handling"]["tlp"] == "TLP:AMBER"

    assert dz("officer", "push", "--record", record, *wish)["unchanged"] == [record]
    nothing = dz(
        "officer", "push", "--record", record, "--to", "AE", "--purpose", "contact", "--agreement", AGREEMENT, expect=4
    )
    assert nothing["denied"][0]["code"] == "PURPOSE_NOT_AGREED"
    dz("officer", "record", "show", "DZ/rec-there-is-no-such", expect=3)
    dz("auditor", "record", "show", record, expect=5)

    _check_audits(agreed)


def _check_audits(pair: Pair) -> None:
    exports = {}
    for node in pair.both():
        exports[node.code] = pair.folder / f"{node.code}.jsonl"
        node("auditor", "audit", "export", "--out", str(exports[node.code]))
        own = pair.fingerprints[node.code]
        assert run("audit", "verify", str(exports[node.code]), "--fingerprint", own).exit_code == 0
    both = run("audit", "reconcile", str(exports["DZ"]), str(exports["AE"]), "--json")
    assert (both.exit_code, both.json["agrees"], both.json["matched"]) == (0, True, 1)

    good = exports["DZ"]
    pin = pair.fingerprints["DZ"]
    _check_unpinned(good)
    _check_zip(pair)
    assert run("audit", "verify", str(good), "--fingerprint", pair.fingerprints["AE"]).exit_code == 13
    assert run("audit", "verify", str(pair.folder / "none")).exit_code == 3
    for begins, code in ((b'{"entry":', 11), (b'{"signature":', 10), (b'{"checkpoint":', 12)):
        spoilt = pair.folder / "spoilt.jsonl"
        spoilt.write_bytes(_one_byte_changed(good.read_bytes(), begins))
        ran = run("audit", "verify", str(spoilt), "--fingerprint", pin, "--json")
        assert ran.exit_code == code, (begins, ran.out)
        assert not ran.json["ok"]


def _check_unpinned(good: Path) -> None:
    unpinned = run("audit", "verify", str(good), "--json")
    assert (unpinned.exit_code, unpinned.json["pinned"], unpinned.json["not_proven"][0]) == (
        0,
        False,
        "NOT_PROVEN_WHOSE",
    )
    assert "NOTHING SAYS WHOSE IT IS" in unpinned.err
    assert run("audit", "verify", str(good), "--require-fingerprint").exit_code == 13


def _check_zip(pair: Pair) -> None:
    """As issue 4 has it: `export -o x.zip && verify x.zip && python docs/spec/verifier.py x.zip`."""
    file, pin = pair.folder / "x.zip", pair.fingerprints["DZ"]
    done = pair.dz("auditor", "audit", "export", "-o", str(file))
    assert done["bytes"] == file.stat().st_size
    assert run("audit", "verify", str(file)).exit_code == 0
    assert run("audit", "verify", str(file), "--fingerprint", pin).exit_code == 0
    assert subprocess.run([sys.executable, "docs/spec/verifier.py", str(file)], check=False).returncode == 0
    cut = pair.folder / "cut.zip"
    cut.write_bytes(file.read_bytes()[:-40])
    ran = run("audit", "verify", str(cut), "--fingerprint", pin, "--json")
    assert (ran.exit_code, ran.json["reason"]) == (11, "FILE_ARCHIVE")
    assert run("audit", "reconcile", str(cut), str(file)).exit_code == 2


def _one_byte_changed(data: bytes, begins: bytes) -> bytes:
    lines = data.splitlines(keepends=True)
    numbers = [number for number, line in enumerate(lines) if line.startswith(begins)]
    assert numbers
    changed = bytearray(lines[numbers[-1]])
    place = len(changed) // 2
    changed[place] = ord("A") if changed[place] != ord("A") else ord("B")
    lines[numbers[-1]] = bytes(changed)
    return b"".join(lines)


def test_a_renewed_card_and_certificate_keep_the_connection(agreed: Pair) -> None:
    dz, ae = agreed.dz, agreed.ae
    card = agreed.folder / "DZ-2.card"
    key = str(dz.home / "keys" / "root.keys")
    other = str(ae.home / "keys" / "root.keys")
    dz("admin", "renew", "--root-key", other, "--out", str(card), expect=13)
    dz("officer", "renew", "--root-key", key, "--out", str(card), expect=5)
    dz("admin", "renew", "--switch", expect=7)
    assert dz("admin", "renew", "--root-key", key, "--out", str(card))["version"] == 2
    before = (dz.home / "keys" / "tls.crt").read_bytes()
    with dz.served():
        ae("officer", "pull", "--from", "DZ")  # before AE knows: the old certificate is still in use
    with ae.served():
        assert ae("admin", "partner", "update", "DZ", str(card))["version"] == 2
        ae("admin", "partner", "update", "DZ", str(card), expect=13)
        dz("admin", "renew", "--switch")
        assert (dz.home / "keys" / "tls.crt").read_bytes() != before
        assert eventually(lambda: connection(dz, "AE") == "ok"), "AE's listener takes the new certificate while it runs"
    with dz.served():
        ae("officer", "pull", "--from", "DZ")
        assert connection(ae, "DZ") == "ok"
    assert dz("", "doctor")["ok"]


def connection(place: Desk, partner: str) -> str:
    """What `doctor --partners` says of the connection, whatever else it finds."""
    words = ["doctor", "--partners", "--json", "--home", str(place.home)]
    report = run(*words, "--passphrase-file", str(place.folder / "passphrase")).json
    states = {each["name"]: str(each["state"]) for each in report["checks"]}
    return states[f"connection {partner}"]


def eventually(holds: Callable[[], bool]) -> bool:
    """Whether it holds within ten seconds."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.3)
    return False


def test_the_listeners_talk_tls_1_3_and_partners_show_a_pinned_certificate(agreed: Pair) -> None:
    dz, ae = agreed.dz, agreed.ae
    stranger = agreed.folder / "stranger"
    certificate, key = make_certificate("stranger", ["127.0.0.1"], datetime.now(tz=UTC))
    stranger.write_bytes(certificate + key)
    secret = (agreed.folder / "passphrase").read_text("utf-8").strip()
    with dz.served():
        officers = client(dz)
        answer = httpx.get(f"https://127.0.0.1:{dz.officer_port}/healthz", verify=officers, trust_env=False)
        assert (answer.status_code, "server" in answer.headers) == (200, False)
        old = client(dz)
        old.maximum_version = ssl.TLSVersion.TLSv1_2
        known, unknown = client(dz), client(dz)
        known.load_cert_chain(ae.home / "keys" / "tls.crt", ae.home / "keys" / "tls.key", password=secret)
        unknown.load_cert_chain(stranger)
        partners = f"https://127.0.0.1:{dz.partner_port}/partner/v1/envelopes?epoch=1&after=0&limit=1"
        assert httpx.get(partners, verify=known, trust_env=False).status_code == 503, (
            "it was started: it hears AE first"
        )
        ae("officer", "pull", "--from", "DZ")
        assert httpx.get(partners, verify=known, trust_env=False).status_code == 200
        for refused, url in ((old, str(answer.url)), (client(dz), partners), (unknown, partners)):
            with pytest.raises(httpx.TransportError):
                httpx.get(url, verify=refused, trust_env=False)


def client(place: Desk) -> ssl.SSLContext:
    """A client that trusts exactly this node's certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.load_verify_locations(place.home / "keys" / "tls.crt")
    return context


def test_an_emergency_and_a_standing_approval_by_command(agreed: Pair) -> None:
    """Each of the two with a token of their own; the auditor's verification takes the ledger with both."""
    dz, folder = agreed.dz, agreed.folder
    file, why = folder / "urgent.json", folder / "why.txt"
    file.write_text(json.dumps(traveller()), encoding="utf-8")
    why.write_text("invented", encoding="utf-8")
    record = dz("officer", "record", "add", str(file))["records"][0]
    wish = ["--to", "AE", "--purpose", TRAVEL, "--agreement", AGREEMENT]
    proposal = dz("officer", "push", "--record", record, *wish)["proposals"][0]
    digest = ["--digest", proposal["digest"]]
    emergency = ["--reason", "THREAT_TO_LIFE", "--text-file", str(why), "--hours", "1"]
    dz("officer", "waiver", "grant", proposal["id"], *digest, *emergency, expect=5)
    dz("approver", "waiver", "grant", proposal["id"], *digest, expect=2)
    waiver = dz("approver", "waiver", "grant", proposal["id"], *digest, *emergency)
    assert waiver["state"] == "asked"
    dz("second", "waiver", "grant", waiver["id"], *digest, expect=7)
    dz("officer", "release", proposal["id"], "--no-deliver", expect=4)
    assert dz("admin", "waiver", "grant", waiver["id"], *digest)["state"] == "granted"
    dz("officer", "release", proposal["id"], "--no-deliver")
    assert [each["state"] for each in dz("auditor", "waiver", "list")["waivers"]] == ["used"]
    dz("admin", "waiver", "revoke", waiver["id"], expect=7)
    asked = dz("approver", "standing", "approve", AGREEMENT, "--marking", "TLP:AMBER")
    dz("approver", "standing", "approve", asked["id"], "--digest", asked["digest"], expect=7)
    dz("second", "standing", "approve", asked["id"], "--digest", "0" * 64, expect=7)
    assert dz("second", "standing", "approve", asked["id"], "--digest", asked["digest"])["state"] == "granted"
    status = dz("auditor", "status")
    assert (status["waivers"], status["standing_approvals"]) == ({"used": 1}, {"granted": 1})
    dz("approver", "standing", "revoke", asked["id"])
    assert [each["state"] for each in dz("officer", "standing", "list")["standing"]] == ["revoked"]
    export = folder / "with-waiver.jsonl"
    dz("auditor", "audit", "export", "--out", str(export))
    dz("", "audit", "verify", str(export), "--fingerprint", agreed.fingerprints["DZ"])


def test_a_suspended_agreement_lets_nothing_out(agreed: Pair) -> None:
    ae = agreed.ae
    ae("approver", "agreement", "suspend", AGREEMENT)
    wish = ["--to", "DZ", "--purpose", TRAVEL, "--agreement", AGREEMENT]
    file = agreed.folder / "ae-record.json"
    file.write_text(json.dumps(traveller()), encoding="utf-8")
    record = ae("officer", "record", "add", str(file))["records"][0]
    assert ae("officer", "push", "--record", record, *wish, expect=4)["code"] == "AGREEMENT_NOT_IN_FORCE"
    ae("admin", "agreement", "activate", AGREEMENT, "--version", "1")
