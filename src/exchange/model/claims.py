"""A claim: one statement about one field of a record, with its source grade. Pure values; nothing here knows crypto.

Wire form (docs/spec/records.md §2): a canonical JSON object
`{"id","path","value","statement"[,"grade"][,"observed"][,"derived_from"][,"contests"]}`.
"""

from __future__ import annotations

from typing import Any

import msgspec

JsonValue = None | bool | int | str | list["JsonValue"] | dict[str, "JsonValue"]
JsonObject = dict[str, JsonValue]


class Grade(msgspec.Struct, frozen=True, gc=False, order=True):
    """The original pair of a source grade and the scale that it belongs to; never converted (vocabulary §3, §4)."""

    scale: str
    """`admiralty` (A-F, 1-6) or `4x4` (A B C X, 1-4)."""
    source: str
    information: str


class Claim(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, forbid_unknown_fields=True):
    """One statement. Several claims may share a path: lists and contested statements stand side by side.

    A struct of msgspec, so that the wire form is read and written without a step in Python (ADR 0014).
    """

    id: str
    """Unique within the record, `c` and digits."""
    path: str
    """A registered path of `exchange.model.paths`."""
    value: Any
    """JSON, in the form of its path."""
    statement: str
    """`fact`, `assessment` or `hearsay`."""
    grade: Grade | None = None
    observed: str | None = None
    """When it was observed, an ISO 8601 date (UTC)."""
    derived_from: str | None = None
    """Id of the finer claim that this one generalises."""
    contests: str | None = None
    """Id of the claim that this one contradicts."""

    def _replace(self, **changes: Any) -> Claim:
        """The same claim with other members."""
        return msgspec.structs.replace(self, **changes)
