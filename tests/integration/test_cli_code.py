"""`exchange user code`: it shows what would be approved, and makes codes for nothing that could not be."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from exchange.cli.output import Output
from exchange.cli.session import Options, Session
from exchange.operations.codes import attest_by_code
from tests.cli import Desk, run
from tests.integration.cli_pair import AGREEMENT, TRAVEL, Pair, traveller


@dataclass(frozen=True, slots=True)
class Open:
    """A proposal that waits for an approval."""

    dz: Desk
    id: str
    digest: str


@pytest.fixture(scope="module")
def proposal(agreed: Pair) -> Open:
    file = agreed.folder / "by-code.json"
    file.write_text(json.dumps(traveller(), ensure_ascii=False), encoding="utf-8")
    record = agreed.dz("officer", "record", "add", str(file))["records"][0]
    wish = ("--to", "AE", "--agreement", AGREEMENT, "--purpose", TRAVEL, "--record", record)
    (made,) = agreed.dz("officer", "push", *wish)["proposals"]
    return Open(agreed.dz, made["id"], made["digest"])


def test_it_says_what_would_be_approved(proposal: Open) -> None:
    made = proposal.dz("approver", "user", "code", "--release", proposal.id, "--digest", proposal.digest)
    said = {name: made[name] for name in ("release", "recipient", "agreement", "purpose", "records", "digest")}
    assert said == {
        "release": proposal.id,
        "recipient": "AE",
        "agreement": AGREEMENT,
        "purpose": TRAVEL,
        "records": 1,
        "digest": proposal.digest,
    }
    options = Options(home=proposal.dz.home, passphrase_file=proposal.dz.folder / "passphrase", no_input=True)
    with Session("test", Output(as_json=True), options).node() as node, node.store.write() as unit:
        person = unit.people.get("approver-dz")
        assert person is not None
        kept = attest_by_code(node, unit, person, proposal.id, proposal.digest, made["code"])
    assert kept is not None


def test_people_read_the_digest_beside_the_code(proposal: Open) -> None:
    dz = proposal.dz
    words = ("--home", str(dz.home), "--passphrase-file", str(dz.folder / "passphrase"))
    ran = run("user", "code", "--release", proposal.id, *words, "--token-file", str(dz.token("approver")))
    assert ran.exit_code == 0
    assert proposal.digest in ran.out
    assert "code: " in ran.out
    assert ran.err.startswith("warning: ")


def test_no_code_for_what_could_not_be_approved(proposal: Open) -> None:
    release = ("user", "code", "--release", proposal.id)
    assert proposal.dz("officer", *release, expect=5)["code"] == "PERMISSION_MISSING"
    assert proposal.dz("admin", *release, expect=5)["code"] == "PERMISSION_MISSING"
    assert proposal.dz("", *release, expect=5)["code"] == "TOKEN_UNKNOWN"
    stale = proposal.dz("approver", *release, "--digest", "0" * 64, expect=7)
    assert stale["code"] == "APPROVAL_STALE"
    proposal.dz("approver", "user", "code", "--release", "rel-none", expect=3)
    proposal.dz("approver", "approve", proposal.id)
    assert proposal.dz("second", *release, expect=7)["code"] == "RELEASE_STATE"
