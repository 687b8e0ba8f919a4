"""Forms are read strictly, and what was typed is never lost or told in an error."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.console.forms import Form
from exchange.errors import BadInput, Code


def form(**fields: str) -> Form:
    return Form({name: (value,) for name, value in fields.items()})


@pytest.mark.parametrize(
    ("read", "code"),
    [
        (lambda: form().text("a"), Code.MISSING_MEMBER),
        (lambda: form(a="  ").text("a"), Code.MISSING_MEMBER),
        (lambda: Form({"a": ("1", "2")}).text("a"), Code.VALUE_NOT_ALLOWED),
        (lambda: form(a="x" * 11).text("a", limit=10), Code.TEXT_NOT_ALLOWED),
        (lambda: form(a="x\ny").text("a"), Code.TEXT_NOT_ALLOWED),
        (lambda: form(a="x\x00y").text("a", lines=True), Code.TEXT_NOT_ALLOWED),
        (lambda: form(a="secret").choice("a", ("x", "y")), Code.VALUE_NOT_ALLOWED),
        (lambda: form(a="7.5").number("a", low=1, high=9), Code.VALUE_NOT_ALLOWED),
        (lambda: form(a="10").number("a", low=1, high=9), Code.VALUE_NOT_ALLOWED),
        (lambda: form(a="-1").number("a", low=-5, high=9), Code.VALUE_NOT_ALLOWED),
        (lambda: Form().file("a"), Code.MISSING_MEMBER),
        (lambda: Form({}, {"a": b""}).file("a"), Code.MISSING_MEMBER),
    ],
)
def test_refused_with_its_field_and_without_its_value(read: Callable[[], object], code: Code) -> None:
    with pytest.raises(BadInput) as refused:
        read()
    assert (refused.value.code, refused.value.facts) == (code, {"at": "/a"})


def test_what_is_allowed() -> None:
    assert form(a="  cafe\u0301 ").text("a") == "café"
    assert form(a="x\r\ny").text("a", lines=True) == "x\ny"
    assert form(a="").text("a", needed=False) == ""
    assert form(a="").choice("a", ("x",), default="x") == "x"
    assert form(a="٧").number("a", low=1, high=9) == 7
    assert form().number("a", low=1, high=9, default=3) == 3
    assert Form({"a": ("1", "", "3")}).many("a") == ("1", "", "3")
    assert form(a="1").ticked("a")
    assert not form().ticked("a")
    assert Form({}, {"a": b"x"}).file("a") == b"x"


@given(st.lists(st.text()))
def test_what_was_typed_is_shown_again_as_it_was(values: list[str]) -> None:
    typed = Form({"a": tuple(values)})
    assert [typed.typed("a", index) for index in range(len(values))] == values
    assert typed.typed("a", len(values)) == typed.typed("b") == ""
