"""Exit codes: a row for every class of errors, the same numbers as the auditor's report, and the documented table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from exchange import errors
from exchange.cli.exits import MEANING, OF_CLASS, Exit, exit_of, table
from exchange.cli.faults import StopError, guarded
from exchange.cli.output import Output
from exchange.errors import Code, ExchangeError
from exchange.ledger import report
from exchange.sentences import sentence

OPERATIONS = Path(__file__).resolve().parents[2] / "docs" / "operations.md"


def tree(kind: type[ExchangeError]) -> Iterator[type[ExchangeError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from tree(below)


def test_every_class_of_errors_has_a_row() -> None:
    assert set(tree(ExchangeError)) == set(OF_CLASS)


def test_every_exit_code_has_a_meaning_and_nothing_else() -> None:
    assert list(MEANING) == list(Exit)
    assert [int(each) for each in Exit] == [0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 13, 75]


def test_the_auditors_report_has_the_same_numbers() -> None:
    ours = {"OK": Exit.OK, "SIGNATURE": Exit.SIGNATURE, "CHAIN": Exit.CHAIN}
    ours |= {"CHECKPOINT": Exit.CHECKPOINT, "UNTRUSTED": Exit.UNTRUSTED}
    assert {each.name: int(each) for each in report.Exit} == {name: int(each) for name, each in ours.items()}


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (errors.BadInput(), 2),
        (errors.TooLarge(), 2),
        (errors.NotFound(), 3),
        (errors.Denied(), 4),
        (errors.Forbidden(Code.SELF_APPROVAL), 5),
        (errors.Unauthenticated(), 5),
        (errors.Unavailable(Code.KEYFILE_LOCKED), 5),
        (errors.Remote(), 6),
        (errors.Conflict(), 7),
        (errors.Conflict(Code.SEQUENCE_GAP), 11),
        (errors.SignatureInvalid(), 10),
        (errors.ChainBroken(), 11),
        (errors.CheckpointMismatch(), 12),
        (errors.Untrusted(Code.ROOT_MISMATCH), 13),
        (errors.UntrustedKey(), 13),
        (errors.Unavailable(), 75),
        (ExchangeError(), 1),
    ],
)
def test_an_error_ends_with_its_code(error: ExchangeError, expected: int) -> None:
    assert exit_of(error) == expected


@pytest.mark.parametrize("code", list(Code))
@pytest.mark.parametrize("lang", ["ar", "fr", "en"])
def test_every_code_is_told_without_a_traceback(code: Code, lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        raise errors.BadInput(code, at="place")

    assert guarded(Output(lang=lang), "test", fail) in list(Exit)
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("error: ")
    assert f"[{code.value}" in told.err
    assert sentence(code, lang, {})[:20] in told.err


def test_what_nobody_foresaw_shows_its_kind_and_place_but_no_value(capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        raise KeyError("a secret value")

    assert guarded(Output(as_json=True), "test", fail) is Exit.UNEXPECTED
    told = capsys.readouterr()
    assert "secret" not in told.out + told.err
    assert "Traceback" not in told.err
    assert "kind=KeyError" in told.err


def test_a_command_may_end_with_the_meaning_of_its_result() -> None:
    def stop() -> None:
        raise StopError(Exit.DENIED)

    assert guarded(Output(), "test", stop) is Exit.DENIED


def test_the_documented_table_is_the_table() -> None:
    assert table() in OPERATIONS.read_text("utf-8")
