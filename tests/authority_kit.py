"""A time-stamp authority for tests: `openssl ts` with its own CA, behind HTTP on loopback, with faults on demand."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_CONFIG = """
[req]
distinguished_name = dn
[dn]
[ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
[stamping]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = mine
[mine]
serial = {folder}/serial
default_policy = 1.2.3.4.1
digests = sha256
signer_digest = sha256
ess_cert_id_chain = no
"""


@dataclass(slots=True)
class Authority:
    """`mode`: what the next answers are; `asked`: how many requests came."""

    folder: Path
    mode: str = "good"
    asked: int = 0
    url: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def certificates(self) -> Path:
        return self.folder / "ca.pem"

    def answer(self, query: bytes) -> bytes:
        """A granted answer to `query`, DER."""
        with self.lock:
            (self.folder / "query").write_bytes(query)
            self._run("ts", "-reply", "-queryfile", "query", "-signer", "tsa.pem", "-inkey", "tsa.key", "-out", "reply",
                      "-config", "openssl.cnf", "-section", "mine")  # fmt: skip
            return (self.folder / "reply").read_bytes()

    def query(self, data: bytes) -> bytes:
        """Another request over `data`, with a nonce of its own."""
        with self.lock:
            self._run("ts", "-query", "-digest", sha256(data).hexdigest(), "-sha256", "-cert", "-out", "other")
            return (self.folder / "other").read_bytes()

    def _run(self, *words: str) -> None:
        subprocess.run(["openssl", *words], cwd=self.folder, check=True, capture_output=True)

    def make(self) -> None:
        """The CA, the authority's certificate, and the configuration."""
        self.folder.mkdir()
        (self.folder / "openssl.cnf").write_text(_CONFIG.format(folder=self.folder))
        (self.folder / "serial").write_text("01\n")
        new = ("-newkey", "rsa:2048", "-nodes", "-config", "openssl.cnf")
        self._run("req", "-x509", *new, "-keyout", "ca.key", "-out", "ca.pem", "-days", "30", "-subj",
                  f"/CN=Test root {self.folder.name}", "-extensions", "ca")  # fmt: skip
        self._run("req", *new, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=Test stamps")
        self._run("x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out",
                  "tsa.pem", "-days", "30", "-extfile", "openssl.cnf", "-extensions", "stamping")  # fmt: skip

    def respond(self, query: bytes) -> tuple[int, bytes]:
        """(status, body) as the mode says."""
        self.asked += 1
        if self.mode == "down":
            return 503, b""
        if self.mode == "wrong digest":
            query = self.query(b"something else")
        good = self.answer(query)
        if self.mode == "truncated":
            return 200, good[: len(good) // 2]
        if self.mode == "oversize":
            return 200, good + bytes(1 << 20)
        return 200, good


@contextmanager
def served(authority: Authority) -> Iterator[Authority]:
    """The authority behind HTTP, until the context ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers.get("content-length", "0"))
            status, body = authority.respond(self.rfile.read(size))
            self.send_response(status)
            self.send_header("content-type", "application/timestamp-reply")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            try:
                self.wfile.write(body)
            except OSError:
                return

        def log_message(self, *_: object) -> None:
            """Nothing on the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    authority.url = f"http://127.0.0.1:{server.server_port}/"
    try:
        yield authority
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
