"""The only door to the group of blinded matching: VOPRF(ristretto255, SHA-512) of RFC 9497, mode 1 (verifiable).

    who asks    Evaluator   keeps the key, evaluates elements that it cannot read, and its own inputs directly
    who holds   blind       one fresh blind for each input, drawn inside the library from the operating system
                Blinding    takes the blinds off again, after the proof that one and the same key was used for all

Elements are bytes here. A wrong size, an encoding that is not canonical and the identity element are refused before
any arithmetic (RFC 9497 §5.1). Nothing is kept. Spec: docs/spec/matching.md §3.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from voprf import ristretto

from exchange.errors import BadInput, Code, Untrusted

SEED: Final = 32
"""Bytes from which `DeriveKeyPair` makes the private key (RFC 9497 §3.2.1)."""
ELEMENT: Final = 32
PROOF: Final = 64
OUTPUT: Final = 64
MAX_BATCH: Final = 4096
MAX_INPUT: Final = 65535
_PANIC: Final = "PanicException"
"""Name of what `pyo3` raises for a panic; its class cannot be imported."""


class Evaluator:
    """A private key. Its `repr` shows nothing of it."""

    __slots__ = ("_key", "public")

    def __init__(self, seed: bytes, info: bytes) -> None:
        """BadInput(KEY_MALFORMED) unless the seed has 32 bytes."""
        if len(seed) != SEED:
            raise BadInput(Code.KEY_MALFORMED)
        self._key = ristretto.Evaluator.from_seed(seed, info)
        self.public: Final[bytes] = self._key.public_key.serialize()
        """32 bytes."""

    def evaluate(self, elements: Sequence[bytes]) -> bytes:
        """Proof (64 bytes), then the evaluated elements in order (32 each): RFC 9497 `BlindEvaluate`.

        BadInput(ELEMENT_MALFORMED, position=i) for the first that is no element; nothing is evaluated then.
        """
        _sized(elements)
        found = []
        for at, element in enumerate(elements):
            try:
                found.append(ristretto.BlindedInput.deserialize(element))
            except ValueError:
                raise BadInput(Code.ELEMENT_MALFORMED, position=at) from None
        return self._key.evaluate_batch(found).serialize()

    def output(self, given: bytes) -> bytes:
        """The 64-byte output for an input that we know ourselves: RFC 9497 `Evaluate`. Input: 1 to 65535 bytes."""
        _input(given)
        return self._key.evaluate_known_input(given)


class Blinding:
    """The blinds of one batch: what takes them off again. Used once."""

    __slots__ = ("_clients",)

    def __init__(self, clients: list[ristretto.Client]) -> None:
        self._clients = clients

    def outputs(self, evaluated: bytes, public: bytes) -> list[bytes]:
        """The outputs in the order of the inputs, 64 bytes each: RFC 9497 `Finalize`, behind `VerifyProof`.

        Untrusted(EVALUATION_INVALID): wrong size, an element that is none, or not all evaluated under `public`.
        """
        if len(evaluated) != PROOF + ELEMENT * len(self._clients):
            raise Untrusted(Code.EVALUATION_INVALID, at="size")
        try:
            found = ristretto.VerifiableBatchOutput.deserialize(evaluated)
            return ristretto.Client.finalize_batch(self._clients, found, ristretto.PublicKey.deserialize(public))
        except ValueError:
            raise Untrusted(Code.EVALUATION_INVALID) from None
        except BaseException as fault:  # where a proof fails the library panics, and a panic is no Exception
            if type(fault).__name__ != _PANIC:
                raise
            raise Untrusted(Code.EVALUATION_INVALID) from None


def blind(inputs: Sequence[bytes]) -> tuple[Blinding, list[bytes]]:
    """Blinds 1 to 4096 inputs: what takes the blinds off, and the blinded elements in order.

    Each element is uniform whatever its input is, even for somebody who can compute discrete logarithms.
    """
    _sized(inputs)
    clients, elements = [], []
    for given in inputs:
        _input(given)
        client, element = ristretto.Client.blind(given)
        clients.append(client)
        elements.append(element.serialize())
    return Blinding(clients), elements


def check_public(public: bytes) -> bytes:
    """The public key itself. BadInput(ELEMENT_MALFORMED) for what is no element, or the identity."""
    try:
        return ristretto.PublicKey.deserialize(public).serialize()
    except ValueError:
        raise BadInput(Code.ELEMENT_MALFORMED, at="public") from None


def _sized(batch: Sequence[bytes]) -> None:
    if not 1 <= len(batch) <= MAX_BATCH:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="elements")


def _input(given: bytes) -> None:
    if not 1 <= len(given) <= MAX_INPUT:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="input")
