"""Fingerprints as digits: the same for everybody, different for different roots, and only the right ones are right."""

from __future__ import annotations

import re
from hashlib import sha256, sha512
from pathlib import Path

import pytest

from exchange.crypto.encoding import pae
from exchange.crypto.spoken import GROUPS, heard_right, spoken

ROOT = "093e6c9d470f966df6a316d93266e74ae7d348aba3e38bbfcb5070887ee7f31b"
SPEC = (Path(__file__).resolve().parents[2] / "docs" / "spec" / "keys.md").read_text("utf-8")


def test_twelve_groups_of_five_digits_by_the_rule_of_the_spec() -> None:
    stream = sha512(pae("exchange/spoken/1", bytes.fromhex(ROOT))).digest()
    assert spoken(ROOT) == tuple(f"{int(stream[at : at + 5].hex(), 16) % 100_000:05d}" for at in range(0, 60, 5))
    assert len(spoken(ROOT)) == GROUPS
    assert all(re.fullmatch("[0-9]{5}", group) for group in spoken(ROOT))


def test_the_example_of_the_spec_is_real() -> None:
    (told,) = re.findall(r"^to be read out +([0-9 ]+)$", SPEC, re.MULTILINE)
    assert tuple(told.split()) == spoken(ROOT)


def test_other_roots_sound_different_in_every_group() -> None:
    heads = {spoken(sha256(bytes([number])).hexdigest()) for number in range(200)}
    assert len(heads) == 200
    assert all(len({each[at] for each in heads}) > 190 for at in range(GROUPS))


@pytest.mark.parametrize("fingerprint", ["", "ab", ROOT[:-2], ROOT + "00", "z" * 64])
def test_what_is_no_fingerprint_has_no_digits(fingerprint: str) -> None:
    with pytest.raises(ValueError, match=r"fingerprint|fromhex"):
        spoken(fingerprint)


def test_the_last_two_groups_are_right_however_they_are_typed() -> None:
    one, two = spoken(ROOT)[-2:]
    arabic = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
    for typed in (f"{one} {two}", one + two, f" {one}-{two}. ", f"{one}\u00a0{two}", f"{one} {two}".translate(arabic)):
        assert heard_right(ROOT, typed), typed


def test_anything_else_is_wrong() -> None:
    *_, before, one, two = spoken(ROOT)
    for typed in ("", one, two, f"{two} {one}", f"{before} {one} {two}", f"{one} {two} 1", f"{one} {two}a", "0 0"):
        assert not heard_right(ROOT, typed), typed
