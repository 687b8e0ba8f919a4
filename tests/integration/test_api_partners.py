"""Two nodes over real mutual TLS: push, pull, receipts and heartbeat as `exchange.peers` calls them; who may call."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest

from exchange.api.app import partner_app
from exchange.api.auth import PARTNER_REQUESTS
from exchange.api.declare import Audience, declared_routes
from exchange.api.tls_protocol import MAX_CONNECTIONS
from exchange.crypto import descriptor
from exchange.crypto.header import TYPES
from exchange.crypto.opening import parse_outer
from exchange.errors import Code, Remote
from exchange.model.messages import Answer, Message, Notice, OnwardGrant, OnwardRequest, Recall, Request
from exchange.model.state import Partner
from exchange.operations.agreements import draft, sign
from exchange.operations.deliver import deliver
from exchange.operations.deposit import Amendment, amend
from exchange.operations.heartbeat import beat
from exchange.operations.messages import MessageWish, propose_message
from exchange.operations.offers import offer, take_offer
from exchange.operations.pull import pull
from exchange.operations.release import send
from exchange.operations.stream_alarms import last_beat
from exchange.peers import ClientCertificate, HttpPeers
from exchange.ports import Node
from tests.api_kit import HOST, Identity, identity, serving, trusting
from tests.databases import Postgresql, Sqlite
from tests.federation import AGREEMENT, PURPOSE, Federation, State, agreement_document, enact, keys_of, root_of
from tests.integration.api_office import covered, federation
from tests.invariants import inbox_is_whole, ledger_verifies, ledgers_agree, nothing_under_way, numbers_are_whole, sent


@dataclass(frozen=True, slots=True)
class Line:
    """DZ and KW with a partner listener at each, and everybody's certificates."""

    states: Federation
    dz: Node
    kw: Node
    identities: dict[str, Identity]
    kw_port: int

    def call(
        self, who: str, method: str, path: str, content: bytes = b"", headers: dict[str, str] | None = None
    ) -> httpx.Response:
        """One request to KW with the certificate of `who`."""
        context = self.identities[who].client_context(self.identities["KW"])
        with httpx.Client(verify=context, trust_env=False, base_url=f"https://{HOST}:{self.kw_port}") as client:
            return client.request(method, path, content=content, headers=headers)


@pytest.fixture
def line(databases: Sqlite | Postgresql, tmp_path: Path) -> Iterator[Line]:
    with ExitStack() as stack:
        states = stack.enter_context(federation(databases))
        identities = {code: identity(tmp_path, code) for code in ("DZ", "AE", "KW", "XX")}
        clients = list(identities.values())  # the stranger too: its handshake succeeds, its requests must not
        ports = {
            code: stack.enter_context(
                serving(partner_app(states[code].node, hosts=[HOST]), identities[code].server_context(clients))
            )
            for code in ("DZ", "KW")
        }
        for code, state in states.states.items():
            for other in states.states.keys() - {code}:
                _recard(state.node, other, identities[other], ports.get(other, 1))
        nodes = {}
        for code in ("DZ", "KW"):
            peers = HttpPeers(
                ClientCertificate(identities[code].certificate, identities[code].key, None), loopback=True
            )
            stack.callback(peers.close)
            nodes[code] = replace(states[code].node, peers=peers)
        yield Line(states, nodes["DZ"], nodes["KW"], identities, ports["KW"])


def _recard(node: Node, other: str, identity_: Identity, port: int) -> None:
    """Gives `node` a card of `other` with its real address and certificate."""
    card = descriptor.make(
        keys_of(other),
        root_of(other).public,
        node.clock.now(),
        tls_certificates=[identity_.der],
        endpoints={"partner": f"https://{HOST}:{port}"},
    )
    with node.store.write() as unit:
        known = unit.partners.get(other)
        assert known is not None
        unit.partners.put(replace(known, descriptor=descriptor.sign(card, root_of(other))))
        unit.partners.set_tls_pins(other, [identity_.pin])


def _released(line: Line, *numbers: int) -> None:
    dz = line.states["DZ"]
    refs = dz.deposit(*(covered(number) for number in numbers))
    assert [outcome.state for outcome in dz.push("KW", refs)] == ["released"]


def _partner(node: Node, code: str) -> Partner:
    with node.store.read() as unit:
        found = unit.partners.get(code)
    assert found is not None
    return found


def test_each_type_of_message_crosses_once_and_both_logs_prove_it(line: Line) -> None:
    """Over mutual TLS: recall, notice, request, answer, onward request and refusal, correction; receipts for all."""
    for state in line.states.states.values():
        enact(state, {**agreement_document("dz-ae-kw.yaml"), "version": 2, "onward": "ask", "examples": []})
    dz, kw = replace(line.states["DZ"], node=line.dz), replace(line.states["KW"], node=line.kw)
    (ref,) = dz.deposit(covered(1))
    dz.push("KW", [ref])
    assert deliver(dz.node, "KW").accepted == 1
    with dz.node.store.write() as unit:
        amend(dz.node, unit, dz.staff.officer, [Amendment(ref, 1, covered(2))])
    assert [outcome.state for outcome in dz.push("KW", [ref])] == ["released"]
    assert deliver(dz.node, "KW").accepted == 1  # behind its own recall it would not leave any more
    recall = Recall(PURPOSE, "", (ref,), "inaccurate", None, "2026-12-01T00:00:00Z", None)
    with dz.node.store.write() as unit:
        thread = send(dz.node, unit, dz.staff.approver, MessageWish("KW", AGREEMENT, recall)).key.id
    assert deliver(dz.node, "KW").accepted == 1
    question = _approved(kw, "DZ", Request(PURPOSE, "", "Is he known?", "Invented Act 1", "3d", ()))
    onward = _approved(kw, "DZ", OnwardRequest(PURPOSE, "", (ref,), "TN", "a court asks", None))
    with kw.node.store.write() as unit:
        done = Notice(PURPOSE, thread, "recall-outcome", "destroyed", (ref,), None, None, None)
        send(kw.node, unit, kw.staff.officer, MessageWish("DZ", AGREEMENT, done))
    assert deliver(kw.node, "DZ").accepted == 3
    _approved(dz, "KW", Answer(PURPOSE, question, "answered", None, None))
    _approved(dz, "KW", OnwardGrant(PURPOSE, onward, "refused", "not_agreed", None))
    assert deliver(dz.node, "KW").accepted == 2
    types = [parse_outer(item.wire).header.type for one, to in ((dz, "KW"), (kw, "DZ")) for item in sent(one.node, to)]
    assert set(types) == TYPES - {"void"}
    for one, other in ((dz, kw), (kw, dz)):
        numbers_are_whole(one.node, other.node.code)
        inbox_is_whole(other.node, one.node.code)
        nothing_under_way(one.node, other.node)
        ledgers_agree(one, other)
        ledger_verifies(one.node, one.staff.auditor)


def _approved(state: State, to: str, message: Message) -> str:
    """Proposes, approves and releases a message; returns its id."""
    with state.node.store.write() as unit:
        proposal = propose_message(state.node, unit, state.staff.officer, MessageWish(to, AGREEMENT, message))
    state.approve(proposal)
    assert state.release(proposal).state == "released"
    return f"msg-{proposal.id[4:]}"


def test_push_pull_receipts_and_heartbeat(line: Line) -> None:
    _released(line, 1, 2)
    assert deliver(line.dz, "KW").accepted == 1
    _released(line, 3)
    pulled = pull(line.kw, "DZ")
    assert (pulled.envelopes, pulled.stopped) == (1, None)
    with line.dz.store.read() as unit:
        assert unit.streams.outbox_counts("KW") == {"accepted": 2}
    beat(line.dz, "KW")
    with line.kw.store.read() as unit:
        said = last_beat(unit, "DZ")
        assert unit.copies.count("DZ") == 3
    assert said is not None
    assert said.head == 2


def test_an_agreement_is_signed_over_the_wire(line: Line) -> None:
    """DZ offers, KW's administrator takes and signs, DZ fetches the signature: mutual TLS, nothing activated."""
    document = {**agreement_document("dz-ae-kw.yaml"), "version": 2}
    dz, kw = line.states["DZ"], line.states["KW"]
    with line.dz.store.write() as unit:
        drafted = draft(line.dz, unit, dz.staff.admin, document)
        sign(line.dz, unit, dz.staff.admin, AGREEMENT, 2, root_of("DZ"))
    assert offer(line.dz, dz.staff.admin, "KW", AGREEMENT, 2).added == ()
    with line.kw.store.write() as unit:
        taken = take_offer(line.kw, unit, kw.staff.admin, "DZ", drafted.digest)
        assert (taken.state, sorted(taken.signatures)) == ("draft", ["DZ"])
        sign(line.kw, unit, kw.staff.admin, AGREEMENT, 2, root_of("KW"))
    done = offer(line.dz, dz.staff.admin, "KW", AGREEMENT, 2)
    assert (done.added, sorted(done.agreement.signatures)) == (("KW",), ["DZ", "KW"])
    assert (done.agreement.state, done.agreement.document) == ("draft", drafted.document)
    for content, status in ((b"{}", 422), (b"x" * ((1 << 20) + 1), 413)):
        assert line.call("DZ", "POST", "/partner/v1/agreements", content=content).status_code == status
    assert line.call("XX", "POST", "/partner/v1/agreements", content=b"{}").status_code == 403


def test_the_stored_bytes_leave_verbatim(line: Line) -> None:
    _released(line, 1)
    with line.dz.store.read() as unit:
        wire = unit.streams.wire("KW", unit.streams.end_out("KW", lock=False).epoch, 1)
    page = line.kw.peers.pull(_partner(line.kw, "DZ"), 1, 0, 100)
    assert page.envelopes == (wire,)
    first, second = (line.dz.peers.push(_partner(line.dz, "KW"), [wire or b""]) for _ in range(2))
    assert first == second


def test_a_partner_posts_only_its_own_envelopes(line: Line) -> None:
    """T-31: AE posts DZ's valid envelope."""
    _released(line, 1)
    with line.dz.store.read() as unit:
        wire = unit.streams.wire("KW", 1, 1)
    assert wire is not None
    answer = line.call("AE", "POST", "/partner/v1/envelopes", content=wire)
    assert (answer.status_code, answer.json()["code"]) == (403, "TRANSPORT_MISMATCH")
    assert line.call("DZ", "POST", "/partner/v1/envelopes", content=wire).status_code == 200


def test_a_certificate_that_no_card_pins_gets_nowhere(line: Line) -> None:
    """T-30: also with headers that claim to be somebody."""
    app = partner_app(line.kw, hosts=[HOST])
    claims = {
        "x-ssl-client-cert": "DZ",
        "x-ssl-client-verify": "SUCCESS",
        "x-client-cert-sha256": line.identities["DZ"].pin,
    }
    bodies = set()
    for route in declared_routes(app):
        assert route.audience is Audience.PARTNER
        for headers in ({}, claims):
            answer = line.call("XX", route.method, route.path, headers=headers)
            bodies.add((answer.status_code, answer.json()["code"]))
    assert bodies == {(403, "CERTIFICATE_UNKNOWN")}


def test_a_withdrawn_pin_ends_at_the_next_request(line: Line) -> None:
    path = "/partner/v1/envelopes?epoch=1&after=0&limit=1"
    assert line.call("DZ", "GET", path).status_code == 200
    with line.kw.store.write() as unit:
        unit.partners.set_tls_pins("DZ", ["0" * 64])
    assert line.call("DZ", "GET", path).status_code == 403


def test_without_a_certificate_there_is_no_handshake(line: Line) -> None:
    with (
        pytest.raises(httpx.TransportError),
        httpx.Client(verify=trusting(line.identities["KW"]), trust_env=False) as client,
    ):
        client.get(f"https://{HOST}:{line.kw_port}/partner/v1/envelopes")


def test_only_the_envelope_route_takes_more_than_a_mebibyte(line: Line) -> None:
    for path, size, status in (
        ("/partner/v1/envelopes", 5 << 20, 400),
        ("/partner/v1/envelopes", (6 << 20) + 8192, 413),
        ("/partner/v1/receipts", (1 << 20) + 1, 413),
        ("/partner/v1/heartbeat", (1 << 20) + 1, 413),
    ):
        assert line.call("DZ", "POST", path, content=b"x" * size).status_code == status, (path, size)


def test_a_pull_names_exactly_its_three_numbers(line: Line) -> None:
    for query in (
        "",
        "epoch=1&after=0",
        "epoch=1&after=0&limit=x",
        "epoch=1&after=-1&limit=1",
        "epoch=1&after=0&limit=1&x=1",
        "epoch=1&after=99999999999999999&limit=1",
        "epoch=1&after=0&after=0&limit=1",
    ):
        answer = line.call("DZ", "GET", f"/partner/v1/envelopes?{query}")
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json"), query


def test_the_client_shows_the_partners_code(line: Line) -> None:
    with pytest.raises(Remote) as caught:
        line.dz.peers.push(_partner(line.dz, "KW"), [b"{}"])
    assert caught.value.code is Code.ENVELOPE_MALFORMED


def test_one_partner_cannot_take_every_place(line: Line) -> None:
    """T-53: requests whose bodies never end hold no place; the limit is on work."""
    context = line.identities["DZ"].client_context(line.identities["KW"])
    head = f"POST /partner/v1/envelopes HTTP/1.1\r\nhost: {HOST}\r\ncontent-length: 1000\r\n\r\n".encode()
    with ExitStack() as stack:
        for _ in range(PARTNER_REQUESTS + 4):
            raw = socket.create_connection((HOST, line.kw_port), timeout=10)
            tls = stack.enter_context(context.wrap_socket(raw, server_hostname=HOST))
            tls.sendall(head)
        started = time.monotonic()
        assert line.call("AE", "GET", "/partner/v1/envelopes?epoch=1&after=0&limit=1").status_code == 200
        assert time.monotonic() - started < 5


def test_tls_12_is_refused(line: Line) -> None:
    context = line.identities["DZ"].client_context(line.identities["KW"])
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with socket.create_connection((HOST, line.kw_port), timeout=10) as raw, pytest.raises(ssl.SSLError):
        context.wrap_socket(raw, server_hostname=HOST)


def test_an_answer_does_not_wait_for_the_acknowledgement_of_its_headers(line: Line) -> None:
    """With Nagle's algorithm on, every small answer on a kept connection takes 40 ms."""
    context = line.identities["DZ"].client_context(line.identities["KW"])
    address = f"https://{HOST}:{line.kw_port}/partner/v1/envelopes?epoch=1&after=0&limit=1"
    took = []
    with httpx.Client(verify=context, trust_env=False) as client:
        for _ in range(41):
            started = time.perf_counter()
            assert client.get(address).status_code == 200
            took.append(time.perf_counter() - started)
    assert sorted(took)[len(took) // 2] < 0.03


def test_connections_of_one_certificate_are_capped_and_others_still_get_in(line: Line) -> None:
    """T-53: one more than the cap is cut, another partner's certificate is served."""
    context = line.identities["DZ"].client_context(line.identities["KW"])
    with ExitStack() as stack:
        opened = []
        for _ in range(MAX_CONNECTIONS + 1):
            raw = stack.enter_context(socket.create_connection((HOST, line.kw_port), timeout=10))
            opened.append(stack.enter_context(context.wrap_socket(raw, server_hostname=HOST)))
        try:
            last = opened[-1].recv(1)
        except OSError:
            last = b""
        assert last == b""
        assert line.call("AE", "GET", "/partner/v1/envelopes?epoch=1&after=0&limit=1").status_code == 200


def test_a_body_is_read_only_with_a_turn_in_hand(line: Line) -> None:
    """T-53: unfinished bodies hold all turns, so the next request is told to come back before its body is read."""
    context = line.identities["DZ"].client_context(line.identities["KW"])
    head = f"POST /partner/v1/envelopes HTTP/1.1\r\nhost: {HOST}\r\ncontent-length: 5000000\r\n\r\nx".encode()
    with ExitStack() as stack:
        for number in range(PARTNER_REQUESTS + 1):
            raw = stack.enter_context(socket.create_connection((HOST, line.kw_port), timeout=10))
            tls = stack.enter_context(context.wrap_socket(raw, server_hostname=HOST))
            tls.sendall(head)
            if number < PARTNER_REQUESTS:
                time.sleep(0.05)
        assert tls.recv(65536).startswith(b"HTTP/1.1 429 ")
