"""Nothing that comes from a record, a file or a partner can steer a terminal or reverse what a person reads."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.cli.output import Output, isolated_by_line, print_json
from exchange.cli.safe import LIMIT, shown

ALLOWED = {"\u2068", "\u2069", "\u200c", "\u200d"}
HOSTILE = {
    "clear the screen": "\x1b[2J",
    "set the title": "\x1b]0;owned\x07",
    "8-bit control sequence": "\x9b31m",
    "carriage return": "safe\rfake",
    "line feed": "first\nerror: second",
    "backspaces": "deny\b\b\b\bsend",
    "right-to-left override": "\u202egpj.exe",
    "unclosed isolate": "\u2067abc",
    "closes ours": "\u2069\u2069abc",
    "line separator": "a\u2028b",
    "tag characters": "a\U000e0041b",
    "zero width": "pass\u200bport",
    "byte order mark": "\ufeffDZ",
    "lone surrogate": "\ud800",
    "soft hyphen": "Al\u00adgiers",
    "delete": "a\x7f",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_shown_as_what_it_is(text: str) -> None:
    safe = shown(text)
    assert harmless(safe)
    assert "\\u{" in safe


@given(st.text(alphabet=st.characters(), max_size=60))
def test_no_text_at_all_gets_through_unescaped(text: str) -> None:
    assert harmless(shown(text))


def harmless(safe: str) -> bool:
    inner = safe[1:-1] if safe.startswith("\u2068") else safe
    hidden = {char for char in inner if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")}
    return hidden <= {"\u200c", "\u200d"} and safe.count("\u2068") == safe.count("\u2069") <= 1


def test_names_stay_names() -> None:
    assert shown("Salim bin Rashid") == "Salim bin Rashid"
    assert shown("سالم") == "\u2068سالم\u2069"
    assert shown("می\u200cخواهم") == "\u2068می\u200cخواهم\u2069"
    assert shown("ab\u200cc") == "ab\\u{200c}c"
    assert shown("عَبْدُ الرَّحْمٰن") == "\u2068عَبْدُ الرَّحْمٰن\u2069"


def test_an_escape_was_never_in_the_text_itself() -> None:
    assert shown("\\u{202e}") == "\\\\u{202e}"


def test_long_texts_and_towers_of_marks_end() -> None:
    assert len(shown("a" * 10_000)) == LIMIT + 1
    assert shown("e" + "\u0301" * 40).count("\\u{301}") == 32


def test_tables_lines_and_errors_are_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    output = Output()
    output.line("\x1b[2J", "[bold]markup[/bold]")
    output.table(("field",), [("\x1b[31m\u202e",)])
    output.error("\x1b]0;x\x07", "\r")
    told = capsys.readouterr()
    assert not set(told.out + told.err) & {"\x1b", "\x07", "\r", "\u202e"}
    assert "[bold]markup[/bold]" in told.out


def test_a_folded_cell_is_isolated_line_by_line(capsys: pytest.CaptureFixture[str]) -> None:
    Output().table(("field", "value"), [("سالم " * 40, "x")])
    lines = [line for line in capsys.readouterr().out.split("\n") if "سالم" in line]
    assert len(lines) > 1
    assert all(line.count("\u2068") == line.count("\u2069") == 1 for line in lines)
    assert all(line.index("\u2069") < line.rindex("│") for line in lines)


def test_json_is_ascii_and_says_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    value = {"text": "".join(HOSTILE.values())}
    print_json(value)
    told = capsys.readouterr().out
    assert told.isascii()
    assert told.rstrip("\n").isprintable()
    assert json.loads(told) == value


def test_an_isolate_that_a_line_break_cuts_is_closed_and_opened_again() -> None:
    cut = list(isolated_by_line(["ا \u2066one", "two\u2069 ب", "ج"]))
    assert cut == ["ا \u2066one\u2069", "\u2066two\u2069 ب", "ج"]
    assert list(isolated_by_line(["\u2068a \u2066b", "c"])) == [
        "\u2068a \u2066b\u2069\u2069",
        "\u2068\u2066c\u2069\u2069",
    ]
