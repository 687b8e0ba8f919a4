"""What a search keeps of what it found: by nationality, theatre, group and date. Looked at inside, after opening.

So nothing more has to lie in the index, and a page looks at a bounded number of records. Meanings: docs/spec/search.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from exchange.errors import BadInput, Code
from exchange.model.claims import Claim, JsonValue
from exchange.model.paths.checks import COUNTRY
from exchange.model.terms import named
from exchange.model.words import Words
from exchange.operations.found_lines import Inside

GROUP_MAX: Final = 200
"""Characters."""
_GROUPS: Final = frozenset({"affiliation.group", "affiliation.network", "group.name", "group.parent"})
_RECORDS: Final = frozenset({"affiliation.record", "group.record"})
_NAMES: Final = frozenset({"name.full", "name.other"})


@dataclass(frozen=True, slots=True)
class Filters:
    """Nothing asked for keeps everything."""

    nationality: str | None = None
    """A country that one nationality of the record names."""
    theatre: str | None = None
    """A country that is a theatre of the record."""
    group: str | None = None
    """Every word stands in the group or network that the record says it belongs to or is about, or in the name of the
    group; or the id of that group's record."""
    since: date | None = None
    """Issued here, or received, on this day (UTC) or later."""
    until: date | None = None

    def check(self) -> None:
        """BadInput for what is no country, too long, or ends before it begins."""
        for at, country in (("nationality", self.nationality), ("theatre", self.theatre)):
            if country is not None and not COUNTRY.check(country):
                raise BadInput(Code.VALUE_NOT_ALLOWED, at=at)
        if self.group is not None and (len(self.group) > GROUP_MAX or not _words(self.group)):
            raise BadInput(Code.VALUE_NOT_ALLOWED, at="group")
        if self.since is not None and self.until is not None and self.since > self.until:
            raise BadInput(Code.VALUE_NOT_ALLOWED, at="until")

    def keep(self, inside: Inside) -> bool:
        """Whether the record is what was asked for."""
        day = inside.changed_at.date()
        return (
            (self.since is None or day >= self.since)
            and (self.until is None or day <= self.until)
            and (self.nationality is None or _nationality(inside.claims, self.nationality))
            and (self.theatre is None or any(c.path == "theatre" and c.value == self.theatre for c in inside.claims))
            and (self.group is None or _group(inside, self.group))
        )


def _nationality(claims: Sequence[Claim], country: str) -> bool:
    values = (claim.value for claim in claims if claim.path == "nationality")
    return any(isinstance(value, dict) and value.get("country") == country for value in values)


def _group(inside: Inside, asked: str) -> bool:
    wanted, id_ = _words(asked), asked.strip().rpartition("/")[2]
    if inside.kind == "group" and inside.ref.id == id_:
        return True
    for claim in inside.claims:
        if claim.path in _RECORDS:
            ref = named(claim.value)
            if ref is not None and ref.id == id_:
                return True
        else:
            says = claim.path in _GROUPS or (inside.kind == "group" and claim.path in _NAMES)
            if says and wanted <= _words(_text(claim.value)):
                return True
    return False


def _text(value: JsonValue) -> str:
    return str(value.get("text", "")) if isinstance(value, dict) else str(value)


def _words(text: str) -> frozenset[str]:
    return frozenset(Words().asked(text))
