"""The second verifier, docs/spec/verifier.py, as a module: one file of plain Python that shares nothing with ours.

`both` runs the two over the same lines; where they disagree, one of them does not do what the specification says.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from types import ModuleType

from exchange.ledger.report import Report
from exchange.ledger.verify import verify

FILE = Path(__file__).resolve().parents[1] / "docs" / "spec" / "verifier.py"


@cache
def module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("second_verifier", FILE)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def both(lines: Iterable[bytes], *, fingerprint: str) -> Report:
    """Our report, once the second verifier came to the same: exit code, reason, place, and every finding."""
    held = list(lines)
    ours = verify(iter(held), fingerprint=fingerprint)
    theirs = module().verify(iter(held), fingerprint)
    said = (int(ours.exit_code), ours.reason, ours.first_bad_index, ours.bad_before, ours.root)
    found = tuple(theirs[name] for name in ("exit_code", "reason", "first_bad_index", "bad_before", "root"))
    assert found == said, (found, said)
    places = [(each["fault"], each["index"], each["before"], each["line"]) for each in theirs["findings"]]
    assert [(each.fault.value, each.index, each.before, each.line) for each in ours.findings] == places[:100]
    return ours
