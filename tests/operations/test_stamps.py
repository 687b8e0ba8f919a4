"""Time-stamps from `openssl ts` over HTTP: what is believed, what is not, and a week without any."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from exchange.authority import HttpAuthority
from exchange.crypto import stamps
from exchange.errors import BadInput, Code, ExchangeError, Remote, TooLarge, Unavailable, Untrusted
from exchange.ledger.bundle_verify import verify
from exchange.ledger.report import Exit, Fault
from exchange.model.stamps import DayHead
from exchange.operations.stamps import LONGEST, stamp_heads, stamped_text
from tests.authority_kit import Authority, served
from tests.bundle_kit import both, bundle_of, changed, document
from tests.cli import run
from tests.federation import Federation, State, root_of
from tests.subjects import gulf_person

TEXT = b"DZ.exchange\n1\nroot\n"


@pytest.fixture(scope="module")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Authority, Authority]]:
    """The one that is trusted, and another."""
    folder = tmp_path_factory.mktemp("authorities")
    one, other = Authority(folder / "one"), Authority(folder / "other")
    one.make()
    other.make()
    with served(one):
        yield one, other


@pytest.fixture
def authority(authorities: tuple[Authority, Authority]) -> Authority:
    authorities[0].mode, authorities[0].asked = "good", 0
    return authorities[0]


@pytest.fixture
def stamping(dz: State, authority: Authority) -> State:
    return replace(dz, node=replace(dz.node, authority=HttpAuthority(authority.url, authority.certificates)))


def trusted(authority: Authority) -> bytes:
    return authority.certificates.read_bytes()


def kept(state: State) -> list[DayHead]:
    with state.node.store.read() as unit:
        found = [unit.stamps.covering(size) for size in range(1, unit.ledger.head(lock=False).size + 1)]
    return list(dict.fromkeys(each for each in found if each is not None))


def test_an_answer_is_believed_and_so_is_its_token(authority: Authority) -> None:
    asked = stamps.ask(TEXT)
    made = stamps.read_answer(authority.answer(asked.request), TEXT, asked.nonce, trusted(authority))
    assert stamps.verify(made.token, TEXT, trusted(authority)) == made
    assert stamps.ask(TEXT).nonce != asked.nonce


def test_openssl_reads_the_token_that_is_kept(authority: Authority, tmp_path: Path) -> None:
    asked = stamps.ask(TEXT)
    made = stamps.read_answer(authority.answer(asked.request), TEXT, asked.nonce, trusted(authority))
    (tmp_path / "text").write_bytes(TEXT)
    (tmp_path / "token").write_bytes(made.token)
    command = ["openssl", "ts", "-verify", "-data", "text", "-in", "token", "-token_in", "-CAfile"]
    done = subprocess.run([*command, str(authority.certificates)], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_what_is_not_believed(authorities: tuple[Authority, Authority], authority: Authority) -> None:
    asked, roots = stamps.ask(TEXT), trusted(authority)
    good = authority.answer(asked.request)
    cases: dict[str, tuple[bytes, bytes, bytes, type[ExchangeError]]] = {
        "another nonce": (authority.answer(authority.query(TEXT)), TEXT, roots, Untrusted),
        "another digest": (good, TEXT + b"\n", roots, Untrusted),
        "another root": (good, TEXT, trusted(authorities[1]), Untrusted),
        "truncated": (good[: len(good) // 2], TEXT, roots, BadInput),
        "nothing": (b"", TEXT, roots, BadInput),
        "oversize": (bytes(stamps.MAX_ANSWER + 1), TEXT, roots, TooLarge),
        "no certificate": (good, TEXT, b"", BadInput),
    }
    for what, (answer, text, certificates, kind) in cases.items():
        with pytest.raises(kind) as refused:
            stamps.read_answer(answer, text, asked.nonce, certificates)
        assert refused.type is kind, what
    for at in range(0, len(good), 37):
        spoilt = good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :]
        try:
            found = stamps.read_answer(spoilt, TEXT, asked.nonce, roots)
        except (BadInput, Untrusted):
            continue
        assert stamps.verify(found.token, TEXT, roots).at == found.at, "what is not signed says nothing"


@pytest.mark.parametrize("mode", ["down", "wrong digest", "truncated", "oversize"])
def test_a_bad_answer_stops_nothing_and_is_asked_for_again(
    house: Federation, stamping: State, authority: Authority, mode: str
) -> None:
    stamp_heads(stamping.node)
    house.clock.forward(timedelta(days=1))
    authority.mode = mode
    with pytest.raises(ExchangeError):
        stamp_heads(stamping.node)
    assert (kept(stamping), authority.asked) == ([], 1)
    stamping.deposit(gulf_person(1))
    assert (stamp_heads(stamping.node), authority.asked) == (0, 1), "not before its time"
    authority.mode = "good"
    house.clock.forward(timedelta(minutes=11))
    assert stamp_heads(stamping.node) == 1
    assert len(kept(stamping)) == 1


def test_a_week_without_the_authority(house: Federation, stamping: State, authority: Authority) -> None:
    """Every day has its releases; afterwards every day has its stamp, over its newest head."""
    authority.mode, newest = "down", []
    for day in range(7):
        for hour in range(0, 24, 3):
            if hour == 9:
                assert [each.state for each in stamping.push("KW", stamping.deposit(gulf_person(day)))] == ["released"]
            with suppress(Remote):
                assert stamp_heads(stamping.node) == 0
            house.clock.forward(timedelta(hours=3))
        with stamping.node.store.read() as unit:
            newest.append(unit.ledger.head(lock=False).size)
    assert kept(stamping) == []
    assert authority.asked < 40, "attempts lie further and further apart"
    authority.mode = "good"
    house.clock.forward(LONGEST)
    assert stamp_heads(stamping.node) == 7
    found = kept(stamping)
    assert [each.size for each in found] == newest
    for each in found:
        assert each.token is not None
        stamps.verify(each.token, stamped_text(each.note), trusted(authority))
    asked = authority.asked
    assert (stamp_heads(stamping.node), authority.asked) == (0, asked)


def test_a_bundle_brings_the_stamp(
    house: Federation, stamping: State, authorities: tuple[Authority, Authority], tmp_path: Path
) -> None:
    authority = authorities[0]
    (outcome,) = stamping.push("KW", stamping.deposit(gulf_person(1)))
    stamping.deliver("KW")
    stamp_heads(stamping.node)
    house.clock.forward(timedelta(days=1))
    assert stamp_heads(stamping.node) == 1
    stamping.deposit(gulf_person(2))
    data, pin = bundle_of(stamping, outcome.proposal_id), root_of("DZ").fingerprint
    told = both(data).told
    assert told is not None
    assert (told.stamps, told.stamped) == (1, "")
    full = verify(data, fingerprint=pin, certificates=trusted(authority))
    assert full.told is not None
    assert full.told.stamped
    assert "NOT_PROVEN_STAMPS" not in full.not_proven
    file, words = tmp_path / "bundle.json", ["--fingerprint", pin, "--stamp-certificates"]
    file.write_bytes(data)
    assert run("audit", "verify", str(file), *words, str(authority.certificates)).exit_code == 0
    ran = run("audit", "verify", str(file), *words, str(authorities[1].certificates), "--json")
    assert (ran.exit_code, ran.json["reason"]) == (13, "STAMP_UNTRUSTED")
    token = document(data)["stamps"][0]
    spoilt = changed(data, stamps=[token[:-8] + ("AAAA" if token[-8:-4] != "AAAA" else "BBBB") + token[-4:]])
    assert both(spoilt).reason is Fault.FILE_SIGNATURE


def test_a_stamp_of_a_stranger_is_told(
    house: Federation, stamping: State, authorities: tuple[Authority, Authority]
) -> None:
    (outcome,) = stamping.push("KW", stamping.deposit(gulf_person(1)))
    stamp_heads(stamping.node)
    house.clock.forward(timedelta(days=1))
    stamp_heads(stamping.node)
    data = bundle_of(stamping, outcome.proposal_id)
    report = verify(data, fingerprint=root_of("DZ").fingerprint, certificates=trusted(authorities[1]))
    assert (report.exit_code, report.reason, report.member) == (Exit.UNTRUSTED, Fault.STAMP_UNTRUSTED, "stamps.0")


def test_nobody_is_asked_without_an_authority(dz: State) -> None:
    assert stamp_heads(dz.node) == 0
    with dz.node.store.read() as unit:
        assert unit.stamps.waiting("9999-12-31", 1) == []


def test_an_address_where_nobody_answers(authority: Authority, tmp_path: Path) -> None:
    with pytest.raises(Remote) as silent:
        HttpAuthority("http://127.0.0.1:1/", authority.certificates).ask(b"")
    assert silent.value.code is Code.PARTNER_UNREACHABLE
    with pytest.raises(Unavailable):
        HttpAuthority(authority.url, tmp_path / "none")
