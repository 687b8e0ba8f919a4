"""T-43: a partner's card cannot make this node reach other hosts: not by an address, and not by a name."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from exchange import peers
from exchange.errors import Code, Remote
from exchange.peers import ClientCertificate, HttpPeers, may_be_partner, on_loopback
from tests.api_kit import HOST, identity
from tests.threats.test_t_44_redirects import CALLS, canary

NEVER = {
    "metadata_of_a_cloud": "169.254.169.254",
    "link_local": "fe80::1",
    "link_local_with_zone": "fe80::1%eth0",
    "unspecified": "0.0.0.0",
    "unspecified_6": "::",
    "multicast": "224.0.0.1",
    "multicast_6": "ff02::1",
    "broadcast": "255.255.255.255",
    "mapped_metadata": "::ffff:169.254.169.254",
}
ONLY_BESIDE_US = {
    "loopback": "127.0.0.1",
    "other_loopback": "127.8.9.1",
    "loopback_6": "::1",
    "mapped": "::ffff:127.0.0.1",
}


@pytest.mark.parametrize("name", NEVER)
def test_no_partner_is_at_a_special_address(name: str) -> None:
    assert not may_be_partner(NEVER[name], loopback=False)
    assert not may_be_partner(NEVER[name], loopback=True)


@pytest.mark.parametrize("name", ONLY_BESIDE_US)
def test_a_partner_is_on_loopback_only_if_we_are(name: str) -> None:
    assert not may_be_partner(ONLY_BESIDE_US[name], loopback=False)
    assert may_be_partner(ONLY_BESIDE_US[name], loopback=True)


def test_private_lines_and_the_net_are_where_partners_are() -> None:
    assert all(
        may_be_partner(each, loopback=False)
        for each in ("10.1.2.3", "192.168.7.1", "198.51.100.7", "2001:db8::7", "fd12::3")
    )
    assert [on_loopback(host) for host in ("127.0.0.1", "::1", "localhost", "0.0.0.0", "10.0.0.1", "node.example")] == [
        True, True, True, False, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize("host", [HOST, "localhost"])
@pytest.mark.parametrize("call", CALLS)
def test_nothing_is_sent_to_a_service_on_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, host: str
) -> None:
    own = identity(tmp_path, "DZ")
    with canary() as (port, called):
        card = SimpleNamespace(tls_certificates=(own.der,), endpoints={"partner": f"https://{host}:{port}"})
        monkeypatch.setattr(peers, "trusted", lambda _card: card)
        line = HttpPeers(ClientCertificate(own.certificate, own.key, None))
        with pytest.raises(Remote) as refused:
            CALLS[call](line, cast(Any, SimpleNamespace(code="KW", descriptor=b"")))
        assert refused.value.code is Code.ADDRESS_NOT_ALLOWED
        assert len(called) <= 1, "one connection, closed before its first byte, and no second try"
        line.close()
