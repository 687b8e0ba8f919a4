"""The house rules that a machine can hold (CONTRIBUTING.md). Who may import whom is import-linter's (`make check`)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from exchange.ledger.entries import KINDS
from tests.architecture.sources import PACKAGE, TESTS, called, modules, name_of

Function = ast.FunctionDef | ast.AsyncFunctionDef
CORE = ("errors.py", "model/", "crypto/", "policies/", "ledger/", "matching/", "interop/")
FORBIDDEN = {"os", "time", "socket", "ssl", "threading", "logging", "subprocess", "pathlib", "asyncio", "io"}
RANDOM = {"secrets", "random", "uuid"}
RANDOM_DOOR = "crypto/keys/randomness.py"
"""The generator of the operating system. Invented records (interop/synthetic…) take a seeded one."""
MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "model": {"errors"},
    "crypto": {"errors"},
    "policies": {"model", "errors"},
    "interop": {"model", "errors"},
    "ledger": {"crypto", "model", "errors"},
    "matching": {"crypto", "model", "errors"},
}
"""The core, row by row: stricter than the layers of import-linter, which let neighbours see each other."""
CLOCKS = {"now", "utcnow", "today", "time", "monotonic"}
PASSING = re.compile(
    r"(skip|bypass|no|without|disable|ignore)_?(check|access|auth|polic|approv|permission|verif)|^force$|^force_"
)
NOT_WRITTEN: set[str] = set()
"""Ledger kinds that the table has and nothing writes yet. Exact: who writes one takes it out of here."""


def functions() -> Iterator[tuple[str, Function]]:
    for name, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, Function):
                yield name, node


def is_command(function: Function) -> bool:
    """A command of the command line or its callback: its arguments are the command's options, each with its help."""
    decorators = [each.func if isinstance(each, ast.Call) else each for each in function.decorator_list]
    return any(
        (isinstance(each, ast.Name) and each.id == "command")
        or (isinstance(each, ast.Attribute) and each.attr == "callback")
        for each in decorators
    )


def arguments(function: Function) -> list[str]:
    """Names of all arguments but self and cls."""
    given = function.args
    names = [each.arg for each in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    names += [each.arg for each in (given.vararg, given.kwarg) if each is not None]
    return [name for name in names if name not in ("self", "cls")]


def test_no_file_is_long() -> None:
    long = {name: size for name in modules() if (size := len((PACKAGE / name).read_text("utf-8").splitlines())) > 400}
    assert not long


def test_no_file_of_tests_is_long() -> None:
    sizes = {path.name: len(path.read_text("utf-8").splitlines()) for path in TESTS.rglob("*.py")}
    assert len(sizes) > 100
    assert not {name for name, size in sizes.items() if size > 400}


def test_no_function_is_long() -> None:
    long = [
        (name, node.name, size) for name, node in functions() if (size := (node.end_lineno or 0) - node.lineno + 1) > 60
    ]
    assert not long


def test_no_function_takes_many_arguments() -> None:
    many = [
        (name, node.name, len(arguments(node)))
        for name, node in functions()
        if len(arguments(node)) > 6 and not (name.startswith("cli/") and is_command(node))
    ]
    assert not many


def test_every_module_says_what_it_is() -> None:
    assert not [name for name, tree in modules().items() if not ast.get_docstring(tree)]


def test_only_the_command_line_prints() -> None:
    printing = {name for name, tree in modules().items() for call in called(tree) if name_of(call) == "print"}
    assert {name for name in printing if not name.startswith("cli/")} == set()


def test_no_argument_goes_round_access_control() -> None:
    """policies.md, case 10: no parameter anywhere skips it."""
    seen = [(name, node.name, each) for name, node in functions() for each in arguments(node)]
    assert len(seen) > 1000
    assert not [found for found in seen if PASSING.search(found[2])]


@pytest.mark.parametrize("name", ["skip_checks", "bypass_auth", "force", "no_approval", "disable_policy"])
def test_such_an_argument_would_be_found(name: str) -> None:
    assert PASSING.search(name)


def imported(tree: ast.Module) -> set[str]:
    """First parts of the names of imported modules."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {each.name.partition(".")[0] for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            found.add(node.module.partition(".")[0])
    return found


def core() -> dict[str, ast.Module]:
    found = {name: tree for name, tree in modules().items() if name.startswith(CORE)}
    assert len(found) > 50
    return found


def test_the_core_has_no_edge() -> None:
    """Law 3: no clock, environment, file, socket, thread or logging. Also not by a function that needs no import."""
    for name, tree in core().items():
        assert not imported(tree) & FORBIDDEN, name
        assert not [
            call.lineno
            for call in called(tree)
            if name_of(call) in {"open", "input", "eval", "exec"} and isinstance(call.func, ast.Name)
        ], name


def of_ours(tree: ast.Module) -> set[str]:
    """Packages of ours that a module imports: `crypto` for `from exchange.crypto.merkle import …`."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module is not None and node.level == 0:
            names = [f"{node.module}.{each.name}" for each in node.names]
        elif isinstance(node, ast.Import):
            names = [each.name for each in node.names]
        else:
            continue
        found |= {name.split(".")[1] for name in names if name.startswith("exchange.")}
    return found


@pytest.mark.parametrize("package", sorted(MAY_IMPORT))
def test_the_core_imports_what_the_table_says(package: str) -> None:
    mine = {name: tree for name, tree in modules().items() if name.split("/")[0].removesuffix(".py") == package}
    assert mine
    for name, tree in mine.items():
        assert of_ours(tree) - {package} <= MAY_IMPORT[package], name


def test_the_core_asks_no_clock() -> None:
    for name, tree in core().items():
        for call in called(tree):
            if isinstance(call.func, ast.Attribute) and call.func.attr in CLOCKS:
                owner = call.func.value
                assert not (isinstance(owner, ast.Name) and owner.id in {"datetime", "date", "time"}), (
                    name,
                    call.lineno,
                )


def test_randomness_has_one_door() -> None:
    doors = {name for name, tree in core().items() if imported(tree) & RANDOM}
    assert {name for name in doors if not name.startswith("interop/synthetic")} == {RANDOM_DOOR}


def test_the_group_has_one_door() -> None:
    """Blinds and proofs are drawn inside that library (ADR 0038): only one file may reach it."""
    assert {name for name, tree in modules().items() if "voprf" in imported(tree)} == {"matching/blind/group.py"}


def test_invented_records_are_seeded() -> None:
    """Of `random` they use the class with a seed, never the functions of the module, which share hidden state."""
    uses = {
        node.attr
        for name, tree in core().items()
        if name.startswith("interop/synthetic")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "random"
    }
    assert uses <= {"Random"}


def test_only_select_makes_what_may_leave() -> None:
    """Law 1: `Released` is constructed in one place, and that place is in the policies."""
    makers = [
        (name, node.name)
        for name, node in functions()
        for call in ast.walk(node)
        if isinstance(call, ast.Call) and name_of(call) == "Released"
    ]
    assert makers == [("policies/select.py", "select")]


def writers() -> dict[str, set[str]]:
    """Ledger kind -> modules that write it: a kind stands as text in a call's arguments there."""
    found: dict[str, set[str]] = {kind: set() for kind in KINDS}
    for name, tree in modules().items():
        if not name.startswith(("operations/", "cli/")):
            continue
        for call in called(tree):
            for given in (*call.args, *(each.value for each in call.keywords)):
                if isinstance(given, ast.Constant) and given.value in found:
                    found[str(given.value)].add(name)
    return found


def test_every_ledger_kind_is_written_somewhere() -> None:
    assert {kind for kind, places in writers().items() if not places} == NOT_WRITTEN


def test_entries_are_made_with_kinds_of_the_table_only() -> None:
    """A kind that nobody registered would fail when it is written: it fails here first."""
    made = [
        given.value
        for name, tree in modules().items()
        if name.startswith(("operations/", "cli/"))
        for call in called(tree)
        if name_of(call) == "entry" and call.args
        for given in call.args[:1]
        if isinstance(given, ast.Constant)
    ]
    assert len(made) > 15
    assert set(made) <= KINDS.keys()
