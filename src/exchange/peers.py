"""Every call to another node, over mutual TLS 1.3, to addresses from verified descriptors only.

No redirects, no proxies from the environment, no name-based trust: the only certificates trusted for a partner are
those that its descriptor carries. Every timeout and size is named. Spec: docs/spec/transport.md §2, §3.
"""

from __future__ import annotations

import errno
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from weakref import WeakSet

import httpcore
import httpx

from exchange.crypto.descriptor import Descriptor, trusted
from exchange.crypto.encoding import read_canonical, read_strict
from exchange.errors import BadInput, Code, Remote
from exchange.model.connections import Probe
from exchange.model.state import Partner, PulledPage

TIMEOUT = httpx.Timeout(connect=10.0, read=60.0, write=60.0, pool=10.0)
"""Seconds."""
LONG_CALL_S = 120.0
"""Seconds for a whole push or pull, however often a byte comes."""
SHORT_CALL_S = 30.0
"""The same for receipts and heartbeats."""
MAX_RECEIPT = 64 << 10
MAX_PROOFS = 1 << 20
MAX_ROWS = 384 << 10
"""Bytes of a signed statement, or of the rows of one block."""
MAX_PAGE = 20 << 20
MAX_PROBLEM = 16 << 10
MAX_ABOUT = 64 << 10
PROBE_S = 5.0
"""Seconds for each step of a look at the connection."""
PROBED = 4
"""Addresses of one name that are tried."""
CONNECTIONS = 4
"""Per partner; the partner allows 8."""
_EXPIRED = 10
"""X509_V_ERR_CERT_HAS_EXPIRED (OpenSSL)."""


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """Our own certificate as files, and what opens the key."""

    certificate: Path
    key: Path
    passphrase: bytes | None


@dataclass(slots=True)
class _Line:
    """The client for one partner under one card, and its open connections, so that they can be cut."""

    descriptor: bytes
    client: httpx.Client
    address: str
    loopback: bool
    sockets: WeakSet[socket.socket] = field(default_factory=WeakSet)

    def cut(self) -> None:
        """Ends what waits on these connections in any thread. Closing a socket would not wake a thread that reads."""
        for each in list(self.sockets):
            with suppress(OSError):
                socket.socket.shutdown(each, socket.SHUT_RDWR)  # not TLS's own, which takes the state from the reader

    @contextmanager
    def until(self, deadline: float) -> Iterator[dict[str, object]]:
        """Cuts at `deadline` (monotonic); yields the request's extensions, by which new connections become known."""

        def trace(event: str, facts: dict[str, object]) -> None:
            stream = facts.get("return_value")
            if event == "connection.connect_tcp.complete" and isinstance(stream, httpcore.NetworkStream):
                host, *_ = stream.get_extra_info("server_addr")
                if not may_be_partner(host, loopback=self.loopback):
                    stream.close()
                    raise _AddressError
            if event == "connection.start_tls.complete" and isinstance(stream, httpcore.NetworkStream):
                self.sockets.add(stream.get_extra_info("socket"))
                if time.monotonic() >= deadline:
                    self.cut()

        timer = threading.Timer(max(0.0, deadline - time.monotonic()), self.cut)
        timer.daemon = True
        timer.start()
        try:
            yield {"trace": trace}
        finally:
            timer.cancel()


class _AddressError(Exception):
    """The connection leads where no partner is. Control flow."""


def on_loopback(host: str) -> bool:
    """Whether a listener on `host` is reached from this machine only."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def may_be_partner(address: str, *, loopback: bool) -> bool:
    """Whether a partner's node may be at this address, as the connection shows it, whatever name led there (T-43)."""
    found = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    if found.is_loopback:
        return loopback
    return not (found.is_link_local or found.is_multicast or found.is_unspecified or found.is_reserved)


class HttpPeers:
    """One keep-alive client per partner and descriptor version."""

    def __init__(self, own: ClientCertificate, *, loopback: bool = False) -> None:
        """`loopback`: partners may be on this machine, because this node itself is reached there (a demonstration)."""
        self._own = own
        self._loopback = loopback
        self._lines: dict[str, _Line] = {}
        self._closed = False
        self._lock = threading.Lock()

    def push(self, partner: Partner, wires: Sequence[bytes]) -> list[bytes]:
        """Sends envelopes as JSON lines; returns the receipt documents of those taken, from the first on.

        Remote(PARTNER_UNREACHABLE, PARTNER_ANSWER).
        """
        limit = MAX_RECEIPT * len(wires)
        body = b"\n".join(wires)
        answer = self._call(partner, "POST", "/partner/v1/envelopes", body=body, limit=limit, seconds=LONG_CALL_S)
        return answer.removesuffix(b"\n").split(b"\n")

    def pull(self, partner: Partner, epoch: int, after: int, limit: int) -> PulledPage:
        """One page behind `after`."""
        path = f"/partner/v1/envelopes?epoch={epoch}&after={after}&limit={limit}"
        return _page(self._call(partner, "GET", path, limit=MAX_PAGE, seconds=LONG_CALL_S))

    def return_receipts(self, partner: Partner, receipts: Sequence[bytes]) -> None:
        """Receipt documents as JSON lines, at most 100."""
        self._call(partner, "POST", "/partner/v1/receipts", body=b"\n".join(receipts), limit=MAX_RECEIPT)

    def heartbeat(self, partner: Partner, beat: bytes) -> bytes:
        return self._call(partner, "POST", "/partner/v1/heartbeat", body=beat, limit=MAX_RECEIPT)

    def add_checkpoint(self, partner: Partner, request: bytes) -> tuple[int, bytes]:
        """The status and the body, whatever they are: the witness protocol has its own."""
        path = "/partner/v1/witness/add-checkpoint"
        return self._answer(partner, "POST", path, body=request, limit=MAX_RECEIPT)

    def witnessed(self, partner: Partner, origin_hash: str) -> bytes:
        return self._call(partner, "GET", f"/partner/v1/witness/{origin_hash}/checkpoint", limit=MAX_RECEIPT)

    def proofs(self, partner: Partner, request: bytes) -> bytes:
        return self._call(partner, "POST", "/partner/v1/ledger/proofs", body=request, limit=MAX_PROOFS)

    def offer(self, partner: Partner, offer: bytes) -> bytes:
        """Offers an agreement; returns the partner's answer, with the signatures that it holds."""
        return self._call(partner, "POST", "/partner/v1/agreements", body=offer, limit=MAX_PAGE)

    def about(self, partner: Partner) -> bytes:
        """The partner's clock, protocol versions and agreements in force with us; Remote(NOT_FOUND) of an older one."""
        return self._call(partner, "GET", "/partner/v1/about", limit=MAX_ABOUT)

    def probe(self, partner: Partner) -> Probe:
        """How far a fresh connection to the partner comes. Raises nothing."""
        card = trusted(partner.descriptor)
        place = httpx.URL(card.endpoints["partner"])
        found = Probe(place.host, place.port or 443)
        try:
            named = socket.getaddrinfo(found.host, found.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return replace(found, failed="names")
        found = replace(found, addresses=tuple(dict.fromkeys(str(each[4][0]) for each in named)))
        usable = [each for each in found.addresses if may_be_partner(each, loopback=self._loopback)]
        if not usable:
            return replace(found, failed="address")
        return self._handshake(card, found, usable[:PROBED])

    def _handshake(self, card: Descriptor, found: Probe, addresses: Sequence[str]) -> Probe:
        """The first address that answers counts. Without the pinned certificate, what is shown instead is told."""
        why = "other"
        for address in addresses:
            try:
                plain = socket.create_connection((address, found.port), PROBE_S)
            except OSError as fault:
                why = _why(fault)
                continue
            try:
                with self._context(card).wrap_socket(plain) as line:
                    pin = sha256(line.getpeercert(binary_form=True) or b"").hexdigest()
                    return replace(found, tls=line.version() or "", pin=pin)
            except ssl.SSLCertVerificationError as fault:
                why = "expired" if fault.verify_code == _EXPIRED else "other"
                return replace(found, failed="identity", why=why, pin=_shown(address, found.port))
            except OSError as fault:  # ssl.SSLError is one
                return replace(found, failed="tls", why=_why(fault))
        return replace(found, failed="reach", why=why)

    def reconcile(self, partner: Partner, statement: bytes) -> bytes:
        """Says what we have of the streams between us; returns what the partner has."""
        path = "/partner/v1/reconcile"
        return self._call(partner, "POST", path, body=statement, limit=MAX_ROWS, seconds=LONG_CALL_S)

    def reconciled(self, partner: Partner, result: bytes) -> bytes:
        """Sends our signed result; returns the partner's."""
        return self._call(partner, "POST", "/partner/v1/reconciled", body=result, limit=MAX_RECEIPT)

    def match_prepare(self, partner: Partner, page: bytes) -> bytes:
        path = "/partner/v1/match/prepare"
        return self._call(partner, "POST", path, body=page, limit=MAX_ROWS, seconds=LONG_CALL_S)

    def match_query(self, partner: Partner, query: bytes) -> bytes:
        return self._call(partner, "POST", "/partner/v1/match/query", body=query, limit=MAX_RECEIPT)

    def match_settle(self, partner: Partner, tokens: bytes) -> bytes:
        path = "/partner/v1/match/settle"
        return self._call(partner, "POST", path, body=tokens, limit=MAX_RECEIPT, seconds=LONG_CALL_S)

    def match_pieces(self, partner: Partner, elements: bytes) -> bytes:
        return self._call(partner, "POST", "/partner/v1/match/pieces", body=elements, limit=MAX_RECEIPT)

    def close(self) -> None:
        """Also ends calls at work in other threads, and refuses new ones."""
        with self._lock:
            self._closed = True
            for line in self._lines.values():
                line.cut()
                line.client.close()
            self._lines.clear()

    def _call(
        self,
        partner: Partner,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        limit: int,
        seconds: float | None = None,
    ) -> bytes:
        status, data = self._answer(partner, method, path, body=body, limit=limit, seconds=seconds)
        if status != httpx.codes.OK:
            raise Remote(_problem_code(data), partner=partner.code, status=status)
        return data

    def _answer(
        self,
        partner: Partner,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        limit: int,
        seconds: float | None = None,
    ) -> tuple[int, bytes]:
        deadline = time.monotonic() + (SHORT_CALL_S if seconds is None else seconds)
        headers = {"content-type": "application/jsonl"} if body is not None else {}
        try:
            line = self._line(partner)
            with (
                line.until(deadline) as extensions,
                line.client.stream(
                    method, line.address + path, content=body, headers=headers, extensions=extensions
                ) as answer,
            ):
                status = answer.status_code
                data = _read(answer, limit if status == httpx.codes.OK else MAX_PROBLEM, deadline)
        except _AddressError:
            raise Remote(Code.ADDRESS_NOT_ALLOWED, partner=partner.code) from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError, RuntimeError):  # the last: closed meanwhile
            raise Remote(Code.PARTNER_UNREACHABLE, partner=partner.code) from None
        return status, data

    def _line(self, partner: Partner) -> _Line:
        with self._lock:
            if self._closed:
                raise Remote(Code.PARTNER_UNREACHABLE, partner=partner.code)
            known = self._lines.get(partner.code)
            if known is not None and known.descriptor == partner.descriptor:
                return known
            card = trusted(partner.descriptor)
            client = httpx.Client(
                verify=self._context(card),
                trust_env=False,
                follow_redirects=False,
                timeout=TIMEOUT,
                limits=httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS),
                headers={"accept": "application/json", "accept-encoding": "identity", "user-agent": "exchange"},
            )
            line = _Line(partner.descriptor, client, card.endpoints["partner"].rstrip("/"), self._loopback)
            self._lines[partner.code] = line
            return line

    def _context(self, card: Descriptor) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.check_hostname = False  # the pinned certificate is the identity, not a name
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cadata=b"".join(card.tls_certificates))
        passphrase = self._own.passphrase
        context.load_cert_chain(self._own.certificate, self._own.key, password=passphrase)
        return context


def _why(fault: OSError) -> str:
    if isinstance(fault, TimeoutError):
        return "timeout"
    if isinstance(fault, ConnectionRefusedError):
        return "refused"
    return "unreachable" if fault.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH) else "other"


def _shown(address: str, port: int) -> str:
    """The pin of whatever certificate is shown there; nothing is sent but the hello, and nothing of it is trusted."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with (
            socket.create_connection((address, port), PROBE_S) as plain,
            context.wrap_socket(plain) as line,
        ):
            return sha256(line.getpeercert(binary_form=True) or b"").hexdigest()
    except OSError:
        return ""


def _read(answer: httpx.Response, limit: int, deadline: float) -> bytes:
    parts, size = [], 0
    for part in answer.iter_raw():
        size += len(part)
        if time.monotonic() >= deadline:
            raise httpx.ReadTimeout("deadline")
        if size > limit:
            raise Remote(Code.TOO_LARGE, limit=limit)
        parts.append(part)
    return b"".join(parts)


def _page(data: bytes) -> PulledPage:
    """JSON lines: `{"count":n,"epoch":e,"head":h,"v":1}`, then n envelopes, each as the sender stored it."""
    first, *envelopes = data.removesuffix(b"\n").split(b"\n")
    try:
        value = read_canonical(first, limit=1 << 12)
    except BadInput:
        raise Remote(Code.PARTNER_ANSWER, at="page") from None
    if not isinstance(value, dict) or value.keys() != {"count", "epoch", "head", "v"} or value["v"] != 1:
        raise Remote(Code.PARTNER_ANSWER, at="page")
    epoch, seq = value["epoch"], value["head"]
    if not isinstance(epoch, int) or not isinstance(seq, int) or value["count"] != len(envelopes):
        raise Remote(Code.PARTNER_ANSWER, at="page")
    return PulledPage(tuple(envelopes), epoch, seq)


def _problem_code(data: bytes) -> Code:
    """The partner's error code if it is one that we know; its words are never shown or logged."""
    try:
        value = read_strict(data, limit=MAX_PROBLEM)
        return Code(str(value.get("code"))) if isinstance(value, dict) else Code.PARTNER_ANSWER
    except (BadInput, ValueError):
        return Code.PARTNER_ANSWER
