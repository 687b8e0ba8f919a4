"""Writes tests/conformance/vectors from the attacks in attacks*.py. Run once, then committed.

    python -m tests.conformance.make_vectors          writes the folders that are missing, and README.md's list
    python -m tests.conformance.make_vectors --new    writes all of them anew, with keys.json

Signatures and ciphertexts are random by nature, so a second run gives other bytes for the same attacks: readers verify
the files, never this program. The keys are for tests only: their seeds are hashes of names.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from hashlib import sha256, sha512

from exchange.crypto.encoding import b64
from exchange.crypto.keys import LedgerKey, NodeKeys, RootKey, SealingKey, SigningKey
from exchange.crypto.tlscert import make_certificate, to_der
from tests.conformance.vector_world import NODES, START, VECTORS

WARNING = "TEST ONLY. These seeds are published and made from names. Never use them for anything but these vectors."
TABLE = "| vector | step | code | |\n|---|---|---|---|\n"
"""Where README.md's list begins; what stands above it is written by hand."""


def seed(*parts: str) -> bytes:
    return sha256("/".join(("exchange vectors, test only", *parts)).encode()).digest()


def signing(code: str, name: str, suite: int) -> SigningKey:
    return SigningKey.from_seeds(suite, seed(code, name, str(suite), "ed25519"), seed(code, name, str(suite), "mldsa"))


def prekey(code: str, suite: int) -> SealingKey:
    # A P-384 scalar has 48 bytes and must stay below the order: 16 zero bytes in front.
    curve = seed(code, "curve") if suite == 1 else bytes(16) + seed(code, "curve")
    return SealingKey.from_seed(suite, sha512(seed(code, "mlkem", str(suite))).digest() + curve)


def node_keys(code: str, name: str) -> NodeKeys:
    return NodeKeys(
        code=code,
        root_fingerprint=RootKey(signing(code, "root", 1)).fingerprint,
        signing={suite: signing(code, name, suite) for suite in (1, 2)},
        sealing=tuple(prekey(code, suite) for suite in (1, 2)),
        ledger=LedgerKey.from_seed(f"{code}.exchange", seed(code, "ledger")),
        at_rest=seed(code, "at rest"),
    )


def write_keys() -> None:
    nodes = {
        code: {
            "root": json.loads(RootKey(signing(code, "root", 1)).to_bytes()),
            "keys": json.loads(node_keys(code, "signing").to_bytes()),
            "certificate": b64(to_der(make_certificate(f"{code} exchange", [f"{code.lower()}.example"], START)[0])),
        }
        for code in NODES
    }
    nodes["DZ"]["next_keys"] = json.loads(node_keys("DZ", "next signing").to_bytes())
    _write("keys.json", {"v": 1, "warning": WARNING, "nodes": nodes})


def write_vectors(*, anew: bool) -> None:
    # The attacks are built when they are imported, with the keys that were written before.
    from tests.conformance.attacks import Vector, unsigned
    from tests.conformance.attacks_inside import inside
    from tests.conformance.attacks_messages import messages
    from tests.conformance.attacks_onward import onward
    from tests.conformance.attacks_parcels import each_parcel
    from tests.conformance.attacks_signed import signed

    def all_vectors() -> Iterator[Vector]:
        for made in (unsigned(), signed(), inside(), each_parcel(), messages(), onward()):
            yield from made

    lines = []
    for vector in all_vectors():
        folder = VECTORS / vector.name
        if anew or not folder.exists():
            folder.mkdir(exist_ok=True)
            given = {
                "envelope": b64(vector.envelope),
                "spaces_after": vector.spaces_after,
                "tls_identity": vector.tls_identity,
                "time": vector.time.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "state": vector.state,
                "before": list(vector.before),
            }
            _write(f"{vector.name}/input.json", given)
            _write(f"{vector.name}/expected.json", {"step": vector.step, "code": vector.code, "parcel": vector.parcel})
        code = "" if vector.code is None else f"`{vector.code}`"
        lines.append(f"| {vector.name} | {vector.step} | {code} | {vector.what} |\n")
    page = VECTORS / "README.md"
    above, head, _ = page.read_text("utf-8").partition(TABLE)
    page.write_text(above + head + "".join(lines), encoding="utf-8")


def _write(name: str, value: object) -> None:
    (VECTORS / name).write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")


def main(arguments: list[str]) -> None:
    anew = arguments == ["--new"]
    if anew or not (VECTORS / "keys.json").exists():
        write_keys()
    write_vectors(anew=anew)


if __name__ == "__main__":
    main(sys.argv[1:])
