"""A record as it stands in the form: rows of what was typed, whatever it is, and what is wrong with it.

From a form, from stored claims, from what was pasted; back to claims, with every fault at its field and nothing lost.
Names of fields: `r.NUMBER.MEMBER` and `r.NUMBER.v.MEMBER` for the value. Spec of claims: docs/spec/records.md §2.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from exchange.console import marks
from exchange.console.forms import MAX_FIELDS, Form
from exchange.console.pages import entry_typed as typed
from exchange.console.pages.entry_editors import Member, empty, members, texts_of
from exchange.console.pages.entry_typed import Wrong
from exchange.console.pages.entry_usual import USUAL
from exchange.errors import BadInput, Code
from exchange.model.claims import Claim
from exchange.model.derive import coarser_paths
from exchange.model.paths import PATHS
from exchange.model.vocab import Kind, PathClass

ROW: Final = re.compile(r"r\.([0-9]{1,4})\.path", re.ASCII)
HEAD: Final = ("statement", "grade", "observed", "scale")
PLAIN: Final = frozenset({PathClass.GOVERNANCE, PathClass.SAFEGUARD})
"""Classes whose claims need no grade and are facts by what they are."""
COMPUTED: Final = frozenset({"record.first_issued"})
"""Kept by the node itself, never typed."""
_FIRST: Final = {"name.alias": {"type": "alias"}, "name.kunya": {"type": "kunya"}, "name.other": {"type": "alias"}}
LOOKED_AT: Final = 1000
"""Characters of one field in which misleading letters are looked for. A name has fewer."""
_SPARE: Final = 100
"""Fields of the form beside its rows."""


@dataclass(slots=True)
class Row:
    """One claim in the making."""

    number: int
    path: str
    given: dict[str, str] = field(default_factory=dict)
    """Member -> as typed."""
    id: str = ""
    """Of the claim that it was, in the version that is amended."""
    statement: str = ""
    grade: str = ""
    observed: str = ""
    contests: str = ""
    """Number of another row."""
    derived: str = ""
    """Number of the finer row, for a claim that somebody else derived."""
    out: bool = False
    """Left out on purpose."""
    new: bool = False
    """Just added: the cursor goes there."""
    faults: dict[str, Wrong] = field(default_factory=dict)

    @property
    def members(self) -> tuple[Member, ...]:
        return members(PATHS[self.path].form)

    @property
    def plain(self) -> bool:
        return PATHS[self.path].cls in PLAIN

    @property
    def empty(self) -> bool:
        return self.out or empty(PATHS[self.path].form, self.cleaned())

    @property
    def opened(self) -> bool:
        """Whether the details hold something that a reader must see."""
        rest = any(self.given.get(each.name) for each in self.members if each.more)
        wrong = any(name not in {each.name for each in self.members if not each.more} for name in self.faults)
        return wrong or rest or bool(self.contests or self.out)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What may mislead the eye in what was typed."""
        texts = [text[:LOOKED_AT] for text in self.given.values() if text]
        return tuple(sorted({code for text in texts for code in marks.warnings(text)}))

    def cleaned(self) -> dict[str, str]:
        """What was typed, in normal form C, trimmed; one line where a line is typed."""
        lines = {each.name for each in self.members if each.kind == "long"}
        return {name: clean(text, lines=name in lines) for name, text in self.given.items()}


@dataclass(slots=True)
class Sheet:
    """The whole form. What stands in the head holds for every row that says nothing else."""

    kind: str
    rows: list[Row] = field(default_factory=list)
    statement: str = "fact"
    grade: str = ""
    observed: str = ""
    scale: str = "admiralty"
    faults: dict[str, Wrong] = field(default_factory=dict)

    def add(self, path: str, given: Mapping[str, str] | None = None, *, new: bool = False) -> Row:
        """Another row, behind those of its path; in place of an empty one when it comes filled. BadInput for a path
        that records of this kind do not have."""
        if path not in PATHS or Kind(self.kind) not in PATHS[path].kinds or path in COMPUTED:
            raise BadInput(Code.PATH_NOT_FOR_KIND)
        if given is not None:
            free = next((row for row in self.rows if row.path == path and row.empty and not row.out), None)
            if free is not None:
                free.given = {**_first(path), **given}
                return free
        row = Row(1 + max((each.number for each in self.rows), default=-1), path, {**_first(path), **(given or {})})
        row.new = new
        self.rows.append(row)
        return row

    def of(self, path: str) -> list[Row]:
        return [row for row in self.rows if row.path == path]

    @property
    def wrong(self) -> bool:
        return bool(self.faults) or any(row.faults for row in self.rows)

    @property
    def groups(self) -> list[tuple[str, list[tuple[str, list[Row]]]]]:
        """Class -> path -> rows, in the order in which a form asks."""
        order = list(USUAL[self.kind])
        rank = {path: order.index(path) if path in order else len(order) + at for at, path in enumerate(PATHS)}
        classes = {path: PATHS[path].cls for path in PATHS}
        sections = list(dict.fromkeys(classes[path] for path in (*order, *PATHS)))
        found: dict[str, dict[str, list[Row]]] = {}
        for row in sorted(self.rows, key=lambda row: (sections.index(classes[row.path]), rank[row.path], row.number)):
            found.setdefault(classes[row.path], {}).setdefault(row.path, []).append(row)
        return [(cls, list(paths.items())) for cls, paths in found.items()]

    @property
    def too_large(self) -> bool:
        """Whether the form would have more fields than one request may bring."""
        return sum(8 + len(row.members) for row in self.rows) > MAX_FIELDS - _SPARE


def blank(kind: str) -> Sheet:
    """An empty form: the usual fields of this kind."""
    sheet = Sheet(kind)
    for path in USUAL[kind]:
        sheet.add(path)
    return sheet


def read(kind: str, form: Form) -> Sheet:
    """What came with a form. BadInput for fields that no form of ours has."""
    one = {name: _one(form, name) for name in form.fields if name.startswith(("r.", "head."))}
    head = {name: one.get(f"head.{name}", "") for name in HEAD}
    sheet = Sheet(
        kind, statement=head["statement"], grade=head["grade"], observed=head["observed"], scale=head["scale"]
    )
    if sheet.scale not in ("admiralty", "4x4"):
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="/head.scale")
    for name in one:
        found = ROW.fullmatch(name)
        if found is not None:
            sheet.rows.append(_row(kind, int(found[1]), one))
    return sheet


def of_claims(kind: str, claims: Sequence[Claim]) -> Sheet:
    """A stored version, as it is typed. Coarser claims are left out: the node makes them again."""
    paths = {claim.id: claim.path for claim in claims}
    kept = [
        claim
        for claim in claims
        if claim.path not in COMPUTED and claim.path not in coarser_paths(paths.get(claim.derived_from or "", ""))
    ]
    numbers = {claim.id: str(number) for number, claim in enumerate(kept)}
    sheet = Sheet(kind)
    for number, claim in enumerate(kept):
        row = Row(number, claim.path, {**_first(claim.path), **texts_of(claim.path, claim.value)}, claim.id)
        row.statement, row.observed = claim.statement, claim.observed or ""
        grade = claim.grade
        row.grade = "" if grade is None else typed.grade_text(grade.scale, grade.source, grade.information)
        row.contests = numbers.get(claim.contests or "", "")
        row.derived = numbers.get(claim.derived_from or "", "")
        sheet.rows.append(row)
    for path in USUAL[kind]:
        if not sheet.of(path):
            sheet.add(path)
    return sheet


def scrubbed(sheet: Sheet, clean_text: Iterable[str]) -> None:
    """Takes the characters in `clean_text` out of everything that was typed."""
    table = {ord(sign): None for sign in clean_text}
    for row in sheet.rows:
        row.given = {name: text.translate(table) for name, text in row.given.items()}


def clean(text: str, *, lines: bool) -> str:
    """Normal form C, trimmed; line ends made one kind, or blanks."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    if not lines:
        plain = plain.replace("\n", " ").replace("\t", " ")
    return unicodedata.normalize("NFC", plain).strip()


def _first(path: str) -> dict[str, str]:
    """What stands in an empty row."""
    return {each.name: each.default for each in members(PATHS[path].form)} | _FIRST.get(path, {})


def _row(kind: str, number: int, one: Mapping[str, str]) -> Row:
    def part(name: str) -> str:
        return one.get(f"r.{number}.{name}", "")

    path = part("path")
    if path not in PATHS or Kind(kind) not in PATHS[path].kinds or path in COMPUTED:
        raise BadInput(Code.PATH_NOT_FOR_KIND)
    given = {each.name: part(f"v.{each.name}") for each in members(PATHS[path].form)}
    row = Row(number, path, given, part("id"), part("statement"), part("grade"), part("observed"))
    row.contests, row.derived, row.out = part("contests"), part("derived"), bool(part("out"))
    return row


def _one(form: Form, name: str) -> str:
    values = form.fields[name]
    if len(values) > 1:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at=f"/{name}")
    return values[0]
