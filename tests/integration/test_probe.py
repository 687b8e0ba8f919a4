"""A look at a connection over real sockets: nothing there, something else, the wrong certificate, the right one."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from exchange.api.app import partner_app
from exchange.crypto import descriptor
from exchange.model.connections import Probe
from exchange.model.state import Partner
from exchange.operations.connection import look
from exchange.peers import ClientCertificate, HttpPeers
from exchange.ports import Node
from tests.api_kit import HOST, Identity, free_port, identity, serving
from tests.databases import Sqlite
from tests.federation import START, Federation, card_of, keys_of, root_of
from tests.integration.api_office import federation


def partner_at(address: str, certificate: Identity) -> Partner:
    """KW as its card says."""
    card = replace(
        descriptor.trusted(card_of("KW")), endpoints={"partner": address}, tls_certificates=(certificate.der,)
    )
    signed = descriptor.sign(card, root_of("KW"))
    return Partner("KW", root_of("KW").fingerprint, signed, 1, 1, START, "somebody")


@contextmanager
def peers(own: Identity, *, loopback: bool = True) -> Iterator[HttpPeers]:
    made = HttpPeers(ClientCertificate(own.certificate, own.key, None), loopback=loopback)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture
def own(tmp_path: Path) -> Identity:
    return identity(tmp_path, "DZ")


@pytest.fixture
def theirs(tmp_path: Path) -> Identity:
    return identity(tmp_path, "KW")


def probed(own: Identity, partner: Partner, *, loopback: bool = True) -> Probe:
    with peers(own, loopback=loopback) as made:
        return made.probe(partner)


def test_a_name_that_leads_nowhere(own: Identity, theirs: Identity) -> None:
    found = probed(own, partner_at("https://nobody.invalid:9441", theirs))
    assert (found.failed, found.host, found.addresses) == ("names", "nobody.invalid", ())


def test_an_address_where_no_partner_is(own: Identity, theirs: Identity) -> None:
    found = probed(own, partner_at(f"https://{HOST}:9441", theirs), loopback=False)
    assert (found.failed, found.addresses) == ("address", (HOST,))


def test_a_closed_port(own: Identity, theirs: Identity) -> None:
    found = probed(own, partner_at(f"https://{HOST}:{free_port()}", theirs))
    assert (found.failed, found.why) == ("reach", "refused")


def test_something_that_does_not_speak_tls(own: Identity, theirs: Identity) -> None:
    with socket.create_server((HOST, 0)) as server:

        def answer() -> None:
            line, _ = server.accept()
            with line:
                line.sendall(b"SSH-2.0-something\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        found = probed(own, partner_at(f"https://{HOST}:{server.getsockname()[1]}", theirs))
        thread.join()
    assert found.failed == "tls"


@contextmanager
def served(tmp_path: Path, shown: Identity, clients: list[Identity]) -> Iterator[tuple[Federation, int]]:
    """KW's partner listener with the certificate of `shown`."""
    (tmp_path / "db").mkdir()
    with ExitStack() as stack:
        states = stack.enter_context(federation(Sqlite(tmp_path / "db")))
        app = partner_app(states["KW"].node, hosts=[HOST])
        yield states, stack.enter_context(serving(app, shown.server_context(clients)))


def test_somebody_elses_certificate_is_told_and_nothing_is_sent(
    tmp_path: Path, own: Identity, theirs: Identity
) -> None:
    other = identity(tmp_path, "XX")
    with served(tmp_path, other, [own]) as (_, port):
        found = probed(own, partner_at(f"https://{HOST}:{port}", theirs))
    assert (found.failed, found.why, found.pin) == ("identity", "other", other.pin)


def test_everything_is_well_and_a_stranger_is_told_so(tmp_path: Path, own: Identity, theirs: Identity) -> None:
    with served(tmp_path, theirs, [own]) as (states, port):
        partner = partner_at(f"https://{HOST}:{port}", theirs)
        found = probed(own, partner)
        assert (found.failed, found.tls, found.pin) == ("", "TLSv1.3", theirs.pin)
        node = states["DZ"].node
        with node.store.write() as unit:
            unit.partners.put(partner)
        with peers(own) as made:
            asking = replace(node, peers=made)
            assert by_name(asking)["protocol"] == "UNKNOWN_THERE"
            introduce(states["KW"].node, own)
            assert by_name(asking) == {
                "names": "ADDRESS_GIVEN",
                "reach": "REACHED",
                "identity": "PINNED",
                "protocol": "PROTOCOL_SAME",
                "clock": "CLOCKS_APART",
                "agreements": "AGREEMENTS_SAME",
                "ledger": "HEAD_SEEN",
            }


def by_name(node: Node) -> dict[str, str]:
    return {row.name: row.code for row in look(node, "KW")}


def introduce(node: Node, own: Identity) -> None:
    """DZ's card with its certificate, at KW."""
    endpoints = {"partner": f"https://{HOST}:1"}
    card = descriptor.make(keys_of("DZ"), root_of("DZ").public, START, tls_certificates=[own.der], endpoints=endpoints)
    with node.store.write() as unit:
        known = unit.partners.get("DZ")
        assert known is not None
        unit.partners.put(replace(known, descriptor=descriptor.sign(card, root_of("DZ"))))
        unit.partners.set_tls_pins("DZ", [own.pin])
