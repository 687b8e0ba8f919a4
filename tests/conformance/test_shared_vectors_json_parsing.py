"""JSONTestSuite through `read_strict`: every n_ file is refused, every y_ file is read, or refused as listed here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from exchange.crypto.encoding import canonical, read_canonical, read_strict
from exchange.errors import Code
from tests.data import DATA
from tests.unit.crypto_kit import code_of

FOLDER = DATA / "vectors" / "json_parsing" / "test_parsing"
FILES = sorted(FOLDER.iterdir())
N_CODES = {Code.JSON_MALFORMED, Code.JSON_NUMBER, Code.JSON_TEXT, Code.JSON_TOO_DEEP}

OUTSIDE_OUR_PROFILE = {
    "y_number.json": Code.JSON_NUMBER,
    "y_number_0e+1.json": Code.JSON_NUMBER,
    "y_number_0e1.json": Code.JSON_NUMBER,
    "y_number_double_close_to_zero.json": Code.JSON_NUMBER,
    "y_number_int_with_exp.json": Code.JSON_NUMBER,
    "y_number_minus_zero.json": Code.JSON_NUMBER,
    "y_number_negative_zero.json": Code.JSON_NUMBER,
    "y_number_real_capital_e.json": Code.JSON_NUMBER,
    "y_number_real_capital_e_neg_exp.json": Code.JSON_NUMBER,
    "y_number_real_capital_e_pos_exp.json": Code.JSON_NUMBER,
    "y_number_real_exponent.json": Code.JSON_NUMBER,
    "y_number_real_fraction_exponent.json": Code.JSON_NUMBER,
    "y_number_real_neg_exp.json": Code.JSON_NUMBER,
    "y_number_real_pos_exponent.json": Code.JSON_NUMBER,
    "y_number_simple_real.json": Code.JSON_NUMBER,
    "y_object_duplicated_key.json": Code.JSON_DUPLICATE_KEY,
    "y_object_duplicated_key_and_value.json": Code.JSON_DUPLICATE_KEY,
    "y_object_escaped_null_in_key.json": Code.JSON_TEXT,
    "y_object_extreme_numbers.json": Code.JSON_NUMBER,
    "y_string_null_escape.json": Code.JSON_TEXT,
    "y_structure_lonely_negative_real.json": Code.JSON_NUMBER,
}
"""Valid JSON that our profile does not have: floats, exponents, minus zero, duplicate members, U+0000."""


def _expected_of_an_i_file(name: str) -> Code:
    """Where RFC 8259 leaves the choice, we always refuse."""
    if name.startswith("i_number_"):
        return Code.JSON_NUMBER
    return Code.JSON_TOO_DEEP if name == "i_structure_500_nested_arrays.json" else Code.JSON_TEXT


def test_the_vectors_are_all_there() -> None:
    assert len(FILES) == 318
    counts = {letter: sum(path.name.startswith(letter + "_") for path in FILES) for letter in "yni"}
    assert counts == {"y": 95, "n": 188, "i": 35}
    assert {path.name for path in FILES} >= OUTSIDE_OUR_PROFILE.keys()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_file_is_read_or_refused(path: Path) -> None:
    data, code = path.read_bytes(), code_of(read_strict, path.read_bytes())
    if path.name.startswith("n_"):
        assert code in N_CODES
    elif path.name.startswith("i_"):
        assert code is _expected_of_an_i_file(path.name)
    else:
        assert code is OUTSIDE_OUR_PROFILE.get(path.name)
    if code is None:
        value = read_strict(data)
        assert value == json.loads(data)
        assert read_canonical(canonical(value), limit=1 << 20) == value
    else:
        assert code_of(read_canonical, data, limit=1 << 20) is not None


TRANSFORM = {
    "number_-9223372036854775808.json": Code.JSON_NUMBER,
    "number_-9223372036854775809.json": Code.JSON_NUMBER,
    "number_1.0.json": Code.JSON_NUMBER,
    "number_1.000000000000000005.json": Code.JSON_NUMBER,
    "number_1000000000000000.json": None,
    "number_10000000000000000999.json": Code.JSON_NUMBER,
    "number_1e-999.json": Code.JSON_NUMBER,
    "number_1e6.json": Code.JSON_NUMBER,
    "number_9223372036854775807.json": Code.JSON_NUMBER,
    "number_9223372036854775808.json": Code.JSON_NUMBER,
    "object_key_nfc_nfd.json": Code.JSON_TEXT,
    "object_key_nfd_nfc.json": Code.JSON_TEXT,
    "object_same_key_different_values.json": Code.JSON_DUPLICATE_KEY,
    "object_same_key_same_value.json": Code.JSON_DUPLICATE_KEY,
    "object_same_key_unclear_values.json": Code.JSON_NUMBER,  # its second value is -0
    "string_1_escaped_invalid_codepoint.json": Code.JSON_TEXT,
    "string_1_invalid_codepoint.json": Code.JSON_TEXT,
    "string_2_escaped_invalid_codepoints.json": Code.JSON_TEXT,
    "string_2_invalid_codepoints.json": Code.JSON_TEXT,
    "string_3_escaped_invalid_codepoints.json": Code.JSON_TEXT,
    "string_3_invalid_codepoints.json": Code.JSON_TEXT,
    "string_with_escaped_NULL.json": Code.JSON_TEXT,
}
"""Files that parsers are known to change silently: we change none."""


def test_what_other_parsers_change_silently_is_refused() -> None:
    found = {
        path.name: code_of(read_strict, path.read_bytes()) for path in (FOLDER.parent / "test_transform").iterdir()
    }
    assert found == TRANSFORM
