"""Signing in as the command line sees it: links, passkeys, sessions, codes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final

import pytest

from exchange.cli.output import Output
from exchange.cli.session import Options, Session
from exchange.errors import Unauthenticated
from exchange.model.sessions import Credential
from exchange.operations import enrolment, sessions
from exchange.operations.clock import safe_now
from exchange.ports import Node, Unit
from tests.cli import Desk, desk, make_node, run, staff

APPROVER: Final = "approver-dz"


@pytest.fixture(scope="module")
def dz(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    place = desk("DZ", tmp_path_factory.mktemp("sign-in"))
    make_node(place)
    staff(place)
    return place


@contextmanager
def inside(dz: Desk) -> Iterator[tuple[Node, Unit]]:
    """A transaction at the node that the commands work on."""
    options = Options(home=dz.home, passphrase_file=dz.folder / "passphrase", no_input=True)
    with Session("test", Output(as_json=True), options).node() as node, node.store.write() as unit:
        yield node, unit


def token_of(dz: Desk, address: str) -> str:
    origin, _, token = address.partition("/enrol/")
    assert origin == f"https://localhost:{dz.officer_port}"
    return token


def as_text(dz: Desk, who: str, *words: str) -> tuple[int, str, str]:
    """A command with its text for people: exit code, stdout, stderr."""
    secret = ("--passphrase-file", str(dz.folder / "passphrase"), "--token-file", str(dz.token(who)))
    ran = run(*words, "--home", str(dz.home), *secret)
    return ran.exit_code, ran.out, ran.err


def test_a_link_at_the_terminal_comes_with_a_warning_and_signs_in_once(dz: Desk) -> None:
    code, out, err = as_text(dz, "admin", "user", "link", APPROVER)
    assert code == 0
    assert err.startswith("warning: ")
    token = token_of(dz, out.strip())
    with inside(dz) as (node, unit):
        assert enrolment.redeem(node, unit, token).id == APPROVER
        with pytest.raises(Unauthenticated):
            enrolment.redeem(node, unit, token)


def test_a_link_in_a_file_is_for_its_owner_alone_and_counts_as_long_as_was_said(dz: Desk, tmp_path: Path) -> None:
    out = tmp_path / "link"
    made = dz("admin", "user", "link", APPROVER, "--lifetime-hours", "2", "--out", str(out))
    assert (made["person"], made["out"], made["hours"]) == (APPROVER, str(out), 2)
    assert out.stat().st_mode & 0o777 == 0o600
    token = token_of(dz, out.read_text("ascii").strip())
    assert token not in str(made)
    with inside(dz) as (_, unit):
        link = unit.sessions.take_enrolment(enrolment.hashed(token))
        assert link is not None
        assert link.ends_at - link.issued_at == timedelta(hours=2)


def test_a_secret_is_no_member_of_a_result(dz: Desk) -> None:
    dz("admin", "user", "link", APPROVER, expect=2)


@pytest.mark.parametrize("hours", ["0", "25", "-1"])
def test_no_link_lasts_longer_than_a_day(dz: Desk, tmp_path: Path, hours: str) -> None:
    dz("admin", "user", "link", APPROVER, "--lifetime-hours", hours, "--out", str(tmp_path / "link"), expect=2)


@pytest.mark.parametrize("who", ["officer", "approver", "auditor", ""])
def test_only_an_administrator_makes_links(dz: Desk, tmp_path: Path, who: str) -> None:
    out = tmp_path / "link"
    dz(who, "user", "link", "second-dz", "--out", str(out), expect=5)
    assert not out.exists()


def test_the_first_administrator_gets_a_link_without_a_token(tmp_path: Path) -> None:
    ae = desk("AE", tmp_path)
    make_node(ae)
    ae("", "user", "add", "admin-ae", "--role", "administrator")
    ae("", "user", "link", "admin-ae", "--out", str(tmp_path / "first"))
    ae("", "user", "token", "admin-ae", "--out", str(ae.token("admin")))
    ae("admin", "user", "add", "officer-ae", "--role", "officer")
    ae("", "user", "link", "admin-ae", "--out", str(tmp_path / "second"), expect=5)


def test_a_file_that_cannot_be_made_leaves_no_link(dz: Desk, tmp_path: Path) -> None:
    out = tmp_path / "link"
    out.touch()
    before = of_kind(dz, "enrolment.issued")
    dz("admin", "user", "link", APPROVER, "--out", str(out), expect=2)
    assert of_kind(dz, "enrolment.issued") == before


def of_kind(dz: Desk, kind: str) -> int:
    with sqlite3.connect(dz.home / "node.db") as database:
        rows = database.execute("SELECT entry FROM ledger_entries").fetchall()
    return sum(f'"kind":"{kind}"'.encode() in bytes(row[0]) for row in rows)


def test_passkeys_are_shown_to_oneself_and_to_an_administrator(dz: Desk) -> None:
    assert dz("approver", "user", "passkeys", APPROVER)["passkeys"] == []
    assert dz("admin", "user", "passkeys", APPROVER)["passkeys"] == []
    with inside(dz) as (node, unit):
        unit.sessions.add_credential(Credential("Aa-_", APPROVER, b"\x01", 7, "desk 4", False, safe_now(node, unit)))
    (line,) = dz("admin", "user", "passkeys", APPROVER)["passkeys"]
    assert (line["label"], line["used"], line["backed_up"]) == ("desk 4", None, False)
    assert line["passkey"] == sha256(b"Aa-_").hexdigest()
    assert "desk 4" in as_text(dz, "approver", "user", "passkeys", APPROVER)[1]
    dz("officer", "user", "passkeys", APPROVER, expect=5)
    dz("admin", "user", "passkeys", "nobody-dz", expect=3)


def test_sign_out_ends_every_session_of_one_person(dz: Desk) -> None:
    with inside(dz) as (node, unit):
        tokens = [sessions.open_session(node, unit, APPROVER, "link")[0] for _ in range(2)]
        other, _ = sessions.open_session(node, unit, "second-dz", "link")
    dz("officer", "user", "sign-out", APPROVER, expect=5)
    assert dz("admin", "user", "sign-out", APPROVER)["ended"] == 2
    assert dz("approver", "user", "sign-out", APPROVER)["ended"] == 0
    with inside(dz) as (node, unit):
        assert safe_now(node, unit)
        for token in tokens:
            with pytest.raises(Unauthenticated):
                sessions.resume(node, unit, token)
        assert sessions.resume(node, unit, other)[0].id == "second-dz"
