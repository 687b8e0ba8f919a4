"""The register of claim paths: which fields exist, for which kinds, in which disclosure class, in which form.

A path that is not here is an error wherever it appears, never a permit (policies.md, Decision). The table in
docs/spec/records.md §3 is made from `table()` and a test compares them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from exchange.model.paths import checks, governance, person, subjects
from exchange.model.paths.entry import Entry
from exchange.model.vocab import KINDS, Kind, PathClass


class PathSpec(NamedTuple):
    """One registered path."""

    path: str
    cls: PathClass
    kinds: frozenset[Kind]
    check: checks.Check
    """True if a value has the form; never raises."""
    form: str
    """How the specification names that form."""


def _register(entries: Iterable[Entry]) -> dict[str, PathSpec]:
    found: dict[str, PathSpec] = {}
    for entry in entries:
        if entry.path in found:
            raise ValueError(f"path registered twice: {entry.path}")
        kinds = frozenset(Kind(kind) for kind in entry.kinds)
        found[entry.path] = PathSpec(entry.path, entry.cls, kinds, entry.form.check, entry.form.name)
    return found


PATHS: Final[dict[str, PathSpec]] = _register((*governance.ENTRIES, *person.ENTRIES, *subjects.ENTRIES))


def paths_of(cls: str) -> frozenset[str]:
    """The paths of one disclosure class; empty for an unknown class."""
    return frozenset(spec.path for spec in PATHS.values() if spec.cls == cls)


def table() -> str:
    """The register as a Markdown table, by class and path."""
    lines = ["| path | class | kinds | value |", "|---|---|---|---|"]
    for spec in sorted(PATHS.values(), key=lambda spec: (list(PathClass).index(spec.cls), spec.path)):
        kinds = "all" if spec.kinds == KINDS else ", ".join(kind for kind in Kind if kind in spec.kinds)
        lines.append(f"| `{spec.path}` | {spec.cls} | {kinds} | {spec.form} |")
    return "\n".join(lines) + "\n"
