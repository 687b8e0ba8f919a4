"""A person with a token of its own in every claim that can hold text, and the search for tokens in bytes.

Nothing here is about anybody: names, numbers and places are the tokens themselves.
"""

from __future__ import annotations

import base64
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy import MetaData, create_engine, select
from sqlalchemy.engine import make_url

from exchange.interop.synthetic_words import Sheet
from exchange.model.claims import Claim, JsonObject, JsonValue
from exchange.model.derive import with_coarser
from exchange.model.validate import with_governance

LETTERS = "BCDFGHJKLMNPQRSTVWXZ"


@dataclass(slots=True)
class Planted:
    """Claims as an officer would enter them, and the tokens of each by its path."""

    seed: int
    claims: tuple[Claim, ...] = ()
    tokens: dict[str, list[str]] = field(default_factory=dict)
    _sheet: Sheet = field(init=False)

    def __post_init__(self) -> None:
        self._sheet = Sheet(random.Random(self.seed))

    def token(self, path: str) -> str:
        """A fresh token, noted under `path`."""
        made = "ZQ" + "".join(self._sheet.rng.choice(LETTERS) for _ in range(18))
        self.tokens.setdefault(path, []).append(made)
        return made

    def name(self, path: str, type_: str = "primary") -> None:
        value: JsonObject = {"text": self.token(path), "script": "Latn", "type": type_, "quality": "good"}
        self._sheet.put(path, value)

    def text(self, *paths: str) -> None:
        for path in paths:
            self._sheet.put(path, self.token(path))

    def place(self, path: str, country: str) -> None:
        self._sheet.put(path, {"country": country, "city": self.token(path)})

    def put(self, path: str, value: JsonValue) -> None:
        self._sheet.put(path, value)

    def finish(self, marking: str = "TLP:AMBER") -> None:
        """Adds the governance and the coarser claims; the legal basis travels and holds a token too."""
        governed = with_governance(
            self._sheet.claims,
            legal_basis=self.token("record.legal_basis"),
            purpose="counter_terrorism.travel",
            marking=marking,
            review=date(2028, 1, 1),
            category="suspect",
        )
        self.claims = with_coarser(governed)

    def of(self, paths: Iterable[str]) -> list[str]:
        """The tokens under `paths`."""
        return [token for path in paths for token in self.tokens.get(path, [])]


def planted_person(seed: int) -> Planted:
    """A Kuwaiti in Syria, whom the example agreement covers, with about forty tokens."""
    made = Planted(seed)
    made.name("name.full")
    for part in ("given", "family", "father", "mother", "grandfather"):
        made.name(f"name.{part}")
    made.name("name.alias", "alias")
    made.name("name.kunya", "kunya")
    made.text("name.title", "occupation")
    made.put("birth.date", {"precision": "exact", "date": "1988-03-14", "note": made.token("birth.date")})
    made.place("birth.place", "KW")
    made.put("nationality", {"country": "KW", "status": "confirmed"})
    made.put(
        "document",
        {"type": "passport", "number": made.token("document"), "country": "KW", "note": made.token("document")},
    )
    made.put("theatre", "SY")
    made.put("route.to", "SY")
    made.put("role", "fighter")
    made.text("position", "affiliation.group", "affiliation.network", "biometric.mark")
    made.text("recruitment.by", "recruitment.recommended_by", "facilitation.by", "facilitation.payment")
    made.place("recruitment.place", "KW")
    made.text("training.camp", "training.skill", "offence", "movement.carrier", "movement.crossing")
    made.text("contact.phone", "contact.email", "contact.account", "family.contact", "family.note")
    made.place("residence.address", "TN")
    made.text("record.source", "source.reference", "note", "record.assurance", "record.best_interest")
    made.finish()
    return made


def forms(token: str) -> list[bytes]:
    """The token as it might show through: raw, upper and lower hex, base64 at each offset, UTF-16 both ways."""
    raw = token.encode()
    found = [raw, token.encode("utf-16-le"), token.encode("utf-16-be"), raw.hex().encode(), raw.hex().upper().encode()]
    for offset in range(3):
        inner = base64.b64encode(b"\0" * offset + raw)[4 if offset else 0 : -4]
        found += [inner, inner.replace(b"+", b"-").replace(b"/", b"_")]
    return found


def traces(tokens: Iterable[str], data: Iterable[bytes]) -> list[str]:
    """The tokens that some piece of `data` holds in some form."""
    pieces = list(data)
    return [token for token in tokens if any(form in piece for form in forms(token) for piece in pieces)]


def stolen(database: str) -> Iterator[bytes]:
    """Every byte a thief could take: all files of SQLite (WAL and index too), every row of PostgreSQL."""
    if database.startswith("sqlite"):
        path = Path(make_url(database).database or "")
        for file in path.parent.glob(f"{path.name}*"):
            yield file.read_bytes()
        return
    engine = create_engine(database)
    metadata = MetaData()
    metadata.reflect(engine)
    with engine.connect() as connection:
        for table in metadata.tables.values():
            for row in connection.execute(select(table)):
                yield b"\n".join(each if isinstance(each, bytes) else str(each).encode() for each in row)
    engine.dispose()
