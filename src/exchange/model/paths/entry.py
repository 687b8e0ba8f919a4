"""One line of the path register, as the tables write it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from exchange.model.paths.checks import Form
from exchange.model.vocab import PathClass


class Entry(NamedTuple):
    path: str
    cls: PathClass
    kinds: tuple[str, ...]
    form: Form


def entries(cls: PathClass, kinds: str, forms: Mapping[str, Form]) -> tuple[Entry, ...]:
    """Entries of one class and the kinds named in `kinds` (separated by blanks)."""
    return tuple(Entry(path, cls, tuple(kinds.split()), form) for path, form in forms.items())
