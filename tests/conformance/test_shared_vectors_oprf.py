"""RFC 9497 vectors, VOPRF(ristretto255, SHA-512): all of them, through our door to the group and through an oracle."""

from __future__ import annotations

import json
import secrets
from typing import Any

import pytest

from exchange.errors import Code, Untrusted
from exchange.matching.blind.group import PROOF, Evaluator, blind
from tests.conformance import oprf_oracle as oracle
from tests.data import DATA

SUITES: list[dict[str, Any]] = json.loads((DATA / "vectors" / "oprf" / "rfc9497_allVectors.json").read_bytes())
(SUITE,) = [each for each in SUITES if each["identifier"] == "ristretto255-SHA512" and each["mode"] == 1]
VECTORS: list[dict[str, Any]] = SUITE["vectors"]


def parts(vector: dict[str, Any], name: str) -> list[bytes]:
    return [bytes.fromhex(each) for each in vector[name].split(",")]


def key() -> Evaluator:
    return Evaluator(bytes.fromhex(SUITE["seed"]), bytes.fromhex(SUITE["keyInfo"]))


def test_all_vectors_are_here() -> None:
    assert [each["Batch"] for each in VECTORS] == [1, 1, 2]
    assert SUITE["groupDST"] == (b"HashToGroup-" + oracle.CONTEXT).hex()


def test_derived_key() -> None:
    assert key().public.hex() == SUITE["pkSm"]
    made = oracle.derive_key(bytes.fromhex(SUITE["seed"]), bytes.fromhex(SUITE["keyInfo"]))
    assert made.to_bytes(32, "little").hex() == SUITE["skSm"]
    assert oracle.encode(oracle.mul(made, oracle.BASE)).hex() == SUITE["pkSm"]


@pytest.mark.parametrize("vector", VECTORS)
def test_evaluations_and_outputs(vector: dict[str, Any]) -> None:
    evaluated = key().evaluate(parts(vector, "BlindedElement"))
    assert evaluated[PROOF:] == b"".join(parts(vector, "EvaluationElement"))
    assert [key().output(given) for given in parts(vector, "Input")] == parts(vector, "Output")


@pytest.mark.parametrize("vector", VECTORS)
def test_the_oracle_makes_every_member(vector: dict[str, Any]) -> None:
    secret = int.from_bytes(bytes.fromhex(SUITE["skSm"]), "little")
    blinds = [int.from_bytes(each, "little") for each in parts(vector, "Blind")]
    inputs = parts(vector, "Input")
    blinded = [oracle.mul(r, oracle.hash_to_group(x)) for r, x in zip(blinds, inputs, strict=True)]
    assert [oracle.encode(each) for each in blinded] == parts(vector, "BlindedElement")
    evaluated = [oracle.mul(secret, each) for each in blinded]
    assert [oracle.encode(each) for each in evaluated] == parts(vector, "EvaluationElement")
    bare = [oracle.mul(pow(r, -1, oracle.L), each) for r, each in zip(blinds, evaluated, strict=True)]
    assert [oracle.finalize(x, each) for x, each in zip(inputs, bare, strict=True)] == parts(vector, "Output")
    made = oracle.proof(
        secret,
        int.from_bytes(bytes.fromhex(vector["Proof"]["r"]), "little"),
        parts(vector, "BlindedElement"),
        parts(vector, "EvaluationElement"),
    )
    assert made.hex() == vector["Proof"]["proof"]


def test_the_oracle_vouches_for_what_the_library_draws() -> None:
    """Its elements are of the group, its proofs verify, and it takes a proof that the oracle made."""
    inputs = [b"one", b"two"]
    taken, elements = blind(inputs)
    answer = key().evaluate(elements)
    evaluated = [answer[PROOF + 32 * at : PROOF + 32 * (at + 1)] for at in range(2)]
    assert oracle.verifies(key().public, elements, evaluated, answer[:PROOF])
    secret = int.from_bytes(bytes.fromhex(SUITE["skSm"]), "little")
    made = oracle.proof(secret, secrets.randbelow(oracle.L - 1) + 1, elements, evaluated)
    assert taken.outputs(made + b"".join(evaluated), key().public) == [key().output(each) for each in inputs]


def test_a_proof_with_another_key_for_one_element_is_refused() -> None:
    """The attack that the proof is there for: marking one element so that its record can be recognised later."""
    taken, elements = blind([b"one", b"two"])
    secret = int.from_bytes(bytes.fromhex(SUITE["skSm"]), "little")
    evaluated = [oracle.encode(oracle.mul(secret + at, oracle.decode(each))) for at, each in enumerate(elements)]
    made = oracle.proof(secret, 5, elements, evaluated)
    with pytest.raises(Untrusted) as refused:
        taken.outputs(made + b"".join(evaluated), key().public)
    assert refused.value.code is Code.EVALUATION_INVALID
