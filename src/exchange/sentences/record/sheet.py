"""A record as pages: what binds whoever holds it, then every claim by class with its value and how sure it is.

Caveats come before everything else (policies.md, Safeguards). Names stand in the table only, never in the title, which
programs show in lists of files. Spec: docs/spec/policy.md §12.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from exchange.model.claims import Claim
from exchange.model.paths import PATHS
from exchange.model.records import Ref
from exchange.model.vocab import TLP_BY_STRICTNESS, PathClass, Tlp
from exchange.policies.handling import Handling
from exchange.sentences.law.grammar import Tongue, capital
from exchange.sentences.law.labels import ordinal
from exchange.sentences.law.phrases import FRAME
from exchange.sentences.law.text import Article, Block, Grid, Item, Items, LawText, Section
from exchange.sentences.law.words import CAVEATS, CLASSES, ONWARD, PURPOSES, TLP
from exchange.sentences.record.phrases import SHEET
from exchange.sentences.record.values import certainty_lines, country, ltr, named_field, state, value_lines
from exchange.sentences.record.words import KIND

FACTS: Final = (2, 5)
"""Widths of a table of facts."""
CLAIMS: Final = (2, 5, 8, 6)
"""Widths: id, field, value, certainty."""


@dataclass(frozen=True, slots=True)
class Held:
    """The terms under which we hold a partner's record."""

    sender: str
    number: str
    """Epoch and number of the envelope."""
    agreement: str
    purpose: str
    received_at: datetime
    expires_at: datetime | None
    handling: Handling


@dataclass(frozen=True, slots=True)
class Shown:
    """One version of one record as it is held here."""

    ref: Ref
    version: int
    kind: str
    issued: datetime | None
    """None for a copy: it came with its manifest, not with a time to show."""
    claims: Sequence[Claim]
    manifest: str
    """Hex digest of the manifest."""
    held: Held | None = None
    """None for a record of ours."""

    @property
    def marking(self) -> str:
        """The label of the handling, else the strictest that the record says of itself, else TLP:RED."""
        if self.held is not None:
            return self.held.handling.tlp
        said = {claim.value for claim in self.claims if claim.path == "record.marking" and isinstance(claim.value, str)}
        return next((str(label) for label in TLP_BY_STRICTNESS if label in said), str(Tlp.RED))

    @property
    def caveats(self) -> list[str]:
        """Those of the record and those of its handling."""
        said = {str(claim.value) for claim in self.claims if claim.path == "record.caveat"}
        return sorted(said if self.held is None else said | set(self.held.handling.caveats))


def record_text(shown: Shown, lang: str) -> LawText:
    """The text in `ar`, `fr` or `en`."""
    tongue = Tongue(lang)
    parts: list[tuple[str, Sequence[Block], Sequence[Article]]] = [
        ("held", [facts(tongue, _holding(tongue, shown))], ()),
        ("claims", (), list(_classes(tongue, shown.claims))),
        ("basis", [facts(tongue, _basis(tongue, shown))], ()),
    ]
    if shown.caveats:
        parts.insert(0, ("first", [caveats(tongue, shown.caveats)], ()))
    return LawText(
        lang=lang,
        marking=shown.marking,
        title=tongue.say(SHEET["title"], kind=tongue.of(KIND[shown.kind])),
        line=tongue.say(SHEET["line"], ref=tongue.name(named(shown.ref)), version=str(shown.version)),
        notes=(tongue.of(SHEET["note"]),),
        sections=tuple(
            Section(numbered(tongue, number, tongue.of(SHEET[name])), tuple(blocks), tuple(articles))
            for number, (name, blocks, articles) in enumerate(parts, 1)
        ),
    )


def named(ref: Ref) -> str:
    """`DZ/rec-…`, the way people name a record."""
    return f"{ref.originator}/{ref.id}"


def numbered(tongue: Tongue, number: int, heading: str) -> str:
    """The heading of a part with its ordinal."""
    return tongue.say(FRAME["section"], ordinal=ordinal(tongue.lang, number), heading=heading)


def facts(tongue: Tongue, rows: Iterable[tuple[str, str]]) -> Grid:
    """A table of two columns; rows without a content are left out."""
    head = (tongue.of(SHEET["item"]), tongue.of(SHEET["content"]))
    return Grid(head, tuple((label, value) for label, value in rows if value), FACTS)


def caveats(tongue: Tongue, codes: Sequence[str]) -> Items:
    """What the reader must know before anything else."""
    told = [tongue.say(SHEET["caveat"], x=tongue.of(CAVEATS[code]) if code in CAVEATS else ltr(code)) for code in codes]
    return Items(tuple(Item("!", text) for text in told))


def marked(tongue: Tongue, label: str) -> str:
    """A TLP label with what it allows."""
    return tongue.say(SHEET["marked"], tlp=tongue.name(label), meaning=tongue.of(TLP[label]))


def claims_table(tongue: Tongue, claims: Sequence[Claim], contested: dict[str, str]) -> Grid:
    """`contested`: id of a claim -> id of the one that contradicts it."""
    head = tuple(tongue.of(SHEET[name]) for name in ("id", "field", "value", "certainty"))
    rows = []
    for claim in claims:
        sure = [*certainty_lines(tongue, claim)]
        if claim.derived_from is not None:
            sure.append(tongue.say(SHEET["derived"], x=tongue.name(claim.derived_from)))
        if claim.contests is not None:
            sure.append(tongue.say(SHEET["contests"], x=tongue.name(claim.contests)))
        if claim.id in contested:
            sure.append(tongue.say(SHEET["contested"], x=tongue.name(contested[claim.id])))
        cells = (ltr(claim.id), named_field(tongue, claim.path), "\n".join(value_lines(tongue, claim)), "\n".join(sure))
        rows.append(cells)
    return Grid(head, tuple(rows), CLAIMS)


def _classes(tongue: Tongue, claims: Sequence[Claim]) -> Iterable[Article]:
    contested = {claim.contests: claim.id for claim in claims if claim.contests is not None}
    for cls in PathClass:
        of_class = [claim for claim in claims if _class(claim) == cls]
        if of_class:
            heading = capital(tongue.of(CLASSES[cls]))
            yield Article(str(cls), heading, (claims_table(tongue, of_class, contested),))


def _class(claim: Claim) -> PathClass:
    """A path that is not registered is shown among the free texts: it must be seen."""
    spec = PATHS.get(claim.path)
    return PathClass.FREE_TEXT if spec is None else spec.cls


def _holding(tongue: Tongue, shown: Shown) -> list[tuple[str, str]]:
    rows = [
        ("marking", marked(tongue, shown.marking)),
        ("originator", country(tongue, shown.ref.originator)),
        ("issued", "" if shown.issued is None else tongue.moment(shown.issued)),
    ]
    held = shown.held
    if held is None:
        rows.append(("holding", capital(tongue.of(SHEET["own"]))))
    else:
        end = tongue.of(SHEET["no_end"]) if held.expires_at is None else tongue.moment(held.expires_at)
        rows += [
            ("holding", capital(tongue.say(SHEET["received"], x=state(tongue, held.sender)))),
            ("number", ltr(held.number)),
            ("agreement", tongue.name(held.agreement)),
            ("purpose", capital(tongue.of(PURPOSES[held.purpose]) if held.purpose in PURPOSES else ltr(held.purpose))),
            ("received_at", tongue.moment(held.received_at)),
            ("expires_at", end),
            ("onward", capital(tongue.of(ONWARD[held.handling.onward]))),
        ]
    return [(tongue.of(SHEET[name]), value) for name, value in rows]


def _basis(tongue: Tongue, shown: Shown) -> list[tuple[str, str]]:
    return [
        (tongue.of(SHEET["count"]), str(len(shown.claims))),
        (tongue.of(SHEET["manifest"]), ltr(shown.manifest)),
    ]
