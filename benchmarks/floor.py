"""The bare floor: a plain pipeline of the same libraries without our features (performance.md).

Read JSON, rule check, Ed25519, HPKE seal, durable outbox, mutual TLS, verify, open, durable inbox, signed receipt, hash
log; sender and receiver are two processes on this machine. No claims, no agreements, no ML-DSA, no at-rest encryption,
no ledger proofs. Run by `benchmarks.run`; `python -m benchmarks.floor serve …` is its receiving half.
"""

from __future__ import annotations

import base64
import hashlib
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import orjson
import sqlalchemy as sa
import uvicorn
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric import ed25519, mlkem, x25519

from benchmarks.machine import free_port, wait_for_port
from exchange.crypto.tlscert import make_certificate

SUITE = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
INFO = b"floor"
SIGNING_SEED, RECEIPT_SEED = b"\x01" * 32, b"\x02" * 32
KEM_SEED, ECDH_SEED = b"\x03" * 64, b"\x04" * 32
BATCH = 100
"""Records of one request in the batched floor, as in performance.md."""


def kem_key() -> hpke.MLKEM768X25519PrivateKey:
    return hpke.MLKEM768X25519PrivateKey(
        mlkem.MLKEM768PrivateKey.from_seed_bytes(KEM_SEED), x25519.X25519PrivateKey.from_private_bytes(ECDH_SEED)
    )


@dataclass
class Box:
    """One durable table and a hash log, with commits as the node has them."""

    engine: sa.Engine
    name: str
    chain: bytes = b"\0" * 32

    def create(self) -> None:
        kind = "BLOB" if self.engine.dialect.name == "sqlite" else "BYTEA"
        with self.engine.begin() as connection:
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {self.name}")
            connection.exec_driver_sql(f"CREATE TABLE {self.name} (id BIGINT PRIMARY KEY, body {kind}, done BIGINT)")

    def add(self, first: int, bodies: Sequence[bytes]) -> None:
        for body in bodies:
            self.chain = hashlib.sha256(self.chain + hashlib.sha256(body).digest()).digest()
        rows = [{"id": first + index, "body": body} for index, body in enumerate(bodies)]
        with self.engine.begin() as connection:
            connection.execute(sa.text(f"INSERT INTO {self.name} (id, body, done) VALUES (:id, :body, 0)"), rows)

    def settle(self, first: int, count: int) -> None:
        with self.engine.begin() as connection:
            where = f"UPDATE {self.name} SET done = 1 WHERE id >= :first AND id < :last"
            connection.execute(sa.text(where), {"first": first, "last": first + count})


def open_box(url: str, name: str) -> Box:
    engine = sa.create_engine(url)
    if engine.dialect.name == "sqlite":

        @sa.event.listens_for(engine, "connect")
        def _pragmas(connection: Any, _record: object) -> None:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")

    return Box(engine, name)


def receiver(box: Box) -> Callable[..., Any]:
    """An ASGI application: verify, open, store, answer with a signed receipt."""
    verify = ed25519.Ed25519PrivateKey.from_private_bytes(SIGNING_SEED).public_key()
    signer = ed25519.Ed25519PrivateKey.from_private_bytes(RECEIPT_SEED)
    key = kem_key()

    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        parts = []
        while True:
            event = await receive()
            parts.append(event.get("body", b""))
            if not event.get("more_body"):
                break
        wire = orjson.loads(b"".join(parts))
        sealed = base64.b64decode(wire["sealed"])
        verify.verify(base64.b64decode(wire["signature"]), hashlib.sha256(sealed).digest())
        records = orjson.loads(SUITE.decrypt(sealed, key, info=INFO))
        box.add(wire["first"], [orjson.dumps(record) for record in records])
        receipt = hashlib.sha256(sealed).digest()
        answer = orjson.dumps({"receipt": receipt.hex(), "signature": signer.sign(receipt).hex()})
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": answer})

    return app


def serve(url: str, port: int, folder: Path) -> None:
    box = open_box(url, "floor_inbox")
    box.create()
    config = uvicorn.Config(
        receiver(box),
        host="127.0.0.1",
        port=port,
        log_level="error",
        http="httptools",
        ssl_certfile=str(folder / "tls.crt"),
        ssl_keyfile=str(folder / "tls.key"),
        ssl_ca_certs=str(folder / "tls.crt"),
        ssl_cert_reqs=ssl.CERT_REQUIRED,
    )
    uvicorn.Server(config).run()


def rule_check(record: dict[str, Any]) -> bool:
    return record["marking"] != "TLP:RED" and record["nationality"] in {"AE", "KW", "SA", "QA"}


@dataclass
class Floor:
    """The sending half."""

    client: httpx.Client
    address: str
    box: Box
    next_id: int = 0

    def send(self, raw: Sequence[bytes]) -> None:
        """Records in, one verified receipt out."""
        records = [record for record in map(orjson.loads, raw) if rule_check(record)]
        sealed = SUITE.encrypt(orjson.dumps(records), kem_key_public(), info=INFO)
        digest = hashlib.sha256(sealed).digest()
        signature = _SIGNER.sign(digest)
        wire = orjson.dumps(
            {
                "first": self.next_id,
                "sealed": base64.b64encode(sealed).decode(),
                "signature": base64.b64encode(signature).decode(),
            }
        )
        self.box.add(self.next_id, raw)  # one outbox row and one log hash a record, as the receiver has them
        answer = self.client.post(self.address, content=wire).json()
        _RECEIPTS.verify(bytes.fromhex(answer["signature"]), bytes.fromhex(answer["receipt"]))
        self.box.settle(self.next_id, len(raw))
        self.next_id += len(raw)


_SIGNER = ed25519.Ed25519PrivateKey.from_private_bytes(SIGNING_SEED)
_RECEIPTS = ed25519.Ed25519PrivateKey.from_private_bytes(RECEIPT_SEED).public_key()
_PUBLIC = kem_key().public_key()


def kem_key_public() -> hpke.MLKEM768X25519PublicKey:
    return _PUBLIC


@dataclass(frozen=True)
class FloorRates:
    """Records a second."""

    batch: float
    single: float


def measure(sender_url: str, receiver_url: str, records: Sequence[bytes], singles: int) -> FloorRates:
    """Runs the floor with `records` (JSON bytes) in batches of 100, then `singles` one by one."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        certificate, key = make_certificate("floor", ["127.0.0.1"], datetime.now(tz=UTC))
        (folder / "tls.crt").write_bytes(certificate)
        (folder / "tls.key").write_bytes(key)
        port = free_port()
        command = [sys.executable, "-m", "benchmarks.floor", "serve", receiver_url, str(port), str(folder)]
        process = subprocess.Popen(command)
        try:
            wait_for_port(port)
            return _run(sender_url, port, folder, records, singles)
        finally:
            process.terminate()
            process.wait(10)


def _run(sender_url: str, port: int, folder: Path, records: Sequence[bytes], singles: int) -> FloorRates:
    context = ssl.create_default_context(cafile=str(folder / "tls.crt"))
    context.load_cert_chain(folder / "tls.crt", folder / "tls.key")
    box = open_box(sender_url, "floor_outbox")
    box.create()
    with httpx.Client(verify=context, trust_env=False) as client:
        floor = Floor(client, f"https://127.0.0.1:{port}/", box)
        floor.send(records[:BATCH])
        start = time.perf_counter()
        for first in range(0, len(records), BATCH):
            floor.send(records[first : first + BATCH])
        batch = len(records) / (time.perf_counter() - start)
        start = time.perf_counter()
        for record in records[:singles]:
            floor.send([record])
        single = singles / (time.perf_counter() - start)
    box.engine.dispose()
    return FloorRates(batch, single)


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(sys.argv[2], int(sys.argv[3]), Path(sys.argv[4]))
