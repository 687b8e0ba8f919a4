"""The door to the group: what a hostile node may send, by attack, and what the arithmetic holds."""

from __future__ import annotations

import re

import pytest

from exchange.errors import BadInput, Code, ExchangeError, Untrusted
from exchange.matching.blind.group import MAX_BATCH, PROOF, Evaluator, blind, check_public

KEY = Evaluator(bytes(range(32)), b"a test")
OTHER = Evaluator(bytes(32), b"a test")
P = 2**255 - 19
BAD_ELEMENTS = {
    "identity": bytes(32),
    "too short": bytes([1]) * 31,
    "too long": bytes([1]) * 33,
    "empty": b"",
    "field element not reduced": P.to_bytes(32, "little"),
    "negative field element": (1).to_bytes(32, "little"),
    "high bit set": bytes(31) + b"\x80",
    "all ones": b"\xff" * 32,
    "not on the curve": (26).to_bytes(32, "little"),
}


def code_of(call: object, *given: object) -> Code:
    assert callable(call)
    with pytest.raises(ExchangeError) as refused:
        call(*given)
    return refused.value.code


@pytest.mark.parametrize("attack", BAD_ELEMENTS)
def test_a_malformed_element_is_refused_and_named_by_its_place(attack: str) -> None:
    _, (good,) = blind([b"x"])
    with pytest.raises(BadInput) as refused:
        KEY.evaluate([good, BAD_ELEMENTS[attack], good])
    assert (refused.value.code, refused.value.facts) == (Code.ELEMENT_MALFORMED, {"position": 1})


@pytest.mark.parametrize("attack", BAD_ELEMENTS)
def test_a_malformed_evaluation_is_refused(attack: str) -> None:
    taken, elements = blind([b"x", b"y"])
    answer = KEY.evaluate(elements)
    forged = answer[:PROOF] + BAD_ELEMENTS[attack] + answer[PROOF + 32 :]
    assert code_of(taken.outputs, forged, KEY.public) is Code.EVALUATION_INVALID


@pytest.mark.parametrize("attack", BAD_ELEMENTS)
def test_a_malformed_public_key_is_refused(attack: str) -> None:
    assert code_of(check_public, BAD_ELEMENTS[attack]) is Code.ELEMENT_MALFORMED
    taken, elements = blind([b"x"])
    assert code_of(taken.outputs, KEY.evaluate(elements), BAD_ELEMENTS[attack]) is Code.EVALUATION_INVALID


L = 2**252 + 27742317777372353535851937790883648493


@pytest.mark.parametrize("at", [0, 32])
@pytest.mark.parametrize("forged", [L.to_bytes(32, "little"), b"\xff" * 32, bytes(32), (1).to_bytes(32, "little")])
def test_a_forged_or_non_canonical_proof_is_refused(at: int, forged: bytes) -> None:
    """Adding the group's order to a scalar of a good proof would be a second proof of the same."""
    taken, elements = blind([b"x"])
    answer = KEY.evaluate(elements)
    assert code_of(taken.outputs, answer[:at] + forged + answer[at + 32 :], KEY.public) is Code.EVALUATION_INVALID


def test_a_scalar_with_the_order_added_is_refused() -> None:
    taken, elements = blind([b"x"])
    answer = KEY.evaluate(elements)
    for at in (0, 32):
        more = (int.from_bytes(answer[at : at + 32], "little") + L).to_bytes(32, "little")
        assert code_of(taken.outputs, answer[:at] + more + answer[at + 32 :], KEY.public) is Code.EVALUATION_INVALID


def test_the_key_of_another_epoch_is_refused() -> None:
    taken, elements = blind([b"x"])
    with pytest.raises(Untrusted) as refused:
        taken.outputs(OTHER.evaluate(elements), KEY.public)
    assert refused.value.code is Code.EVALUATION_INVALID


def test_swapped_evaluations_are_refused() -> None:
    taken, elements = blind([b"x", b"y"])
    answer = KEY.evaluate(elements)
    swapped = answer[:PROOF] + answer[PROOF + 32 :] + answer[PROOF : PROOF + 32]
    assert code_of(taken.outputs, swapped, KEY.public) is Code.EVALUATION_INVALID


@pytest.mark.parametrize("change", [-1, 1, 32, -32])
def test_a_wrong_number_of_evaluations_is_refused(change: int) -> None:
    taken, elements = blind([b"x", b"y"])
    answer = KEY.evaluate(elements)
    wrong = answer + bytes(change) if change > 0 else answer[:change]
    assert code_of(taken.outputs, wrong, KEY.public) is Code.EVALUATION_INVALID


def test_what_comes_out_is_what_the_key_says_of_the_input() -> None:
    inputs = [b"%d" % n for n in range(20)]
    taken, elements = blind(inputs)
    assert taken.outputs(KEY.evaluate(elements), KEY.public) == [KEY.output(each) for each in inputs]
    assert KEY.output(b"x") != OTHER.output(b"x")


def test_two_blindings_of_one_input_have_nothing_in_common() -> None:
    _, elements = blind([b"x"] * 50)
    assert len(set(elements)) == 50


@pytest.mark.parametrize("size", [0, MAX_BATCH + 1])
def test_a_batch_is_bounded(size: int) -> None:
    assert code_of(blind, [b"x"] * size) is Code.VALUE_NOT_ALLOWED
    assert code_of(KEY.evaluate, [bytes(32)] * size) is Code.VALUE_NOT_ALLOWED


@pytest.mark.parametrize("given", [b"", bytes(65536)])
def test_an_input_is_bounded(given: bytes) -> None:
    assert code_of(blind, [given]) is Code.VALUE_NOT_ALLOWED
    assert code_of(KEY.output, given) is Code.VALUE_NOT_ALLOWED


@pytest.mark.parametrize("seed", [b"", bytes(31), bytes(33)])
def test_a_seed_has_32_bytes(seed: bytes) -> None:
    assert code_of(Evaluator, seed, b"") is Code.KEY_MALFORMED


def test_no_secret_in_what_is_printed() -> None:
    taken, _ = blind([b"a guessable name"])
    shown = f"{KEY!r} {KEY._key!r} {taken!r} {taken._clients!r}"
    assert bytes(range(32)).hex() not in shown
    assert not re.search(r"guessable|[0-9a-f]{32}", shown.replace("0x", ""))
