"""What the form for a new record and the form that amends one have in common: the buttons, and what they do.

A button that only changes the form (another row, what was pasted, hidden signs) gives the page back with everything
typed. Checking shows what would be stored; only then is there a button that stores.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from starlette.responses import Response

from exchange.console.pages.entry_claims import checked, claims_of, hidden_signs
from exchange.console.pages.entry_paste import Pasted, paste
from exchange.console.pages.entry_sheet import COMPUTED, Row, Sheet, scrubbed
from exchange.console.pages.entry_typed import Wrong, country_name, grade_text
from exchange.console.pages.records_shown import sections_of
from exchange.console.pages.records_values import field_name
from exchange.console.visit import Visit
from exchange.errors import BadInput, Code
from exchange.model.claims import Claim
from exchange.model.derive import with_coarser
from exchange.model.paths import PATHS
from exchange.model.records import Record, Ref
from exchange.model.texts import safe
from exchange.model.titles import marking
from exchange.model.validate import check_record
from exchange.model.vocab import COUNTRIES, GRADE_SCALES, Kind, PathClass, Tlp
from exchange.operations.clock import stamp
from exchange.policies.clocks import check_clocks
from exchange.sentences.law.words import CLASSES, SCALES
from exchange.sentences.record.vocabularies import VOCABULARIES, words
from exchange.sentences.record.words import INFORMATION_GRADES, SOURCE_GRADES

DOINGS: Final = frozenset({"check", "store", "edit", "paste", "clean", "more", "carry"})
ADD: Final = "add:"
UNCHECKED: Final = Ref("ZZ", "rec-unchecked")
"""Stands for the id that the record has not got yet."""
_REFUSED: Final = 422


@dataclass(slots=True)
class Worked:
    """The form after a button was pressed."""

    sheet: Sheet
    do: str
    pasted: Pasted | None = None
    left: str = ""
    """Of a pasted text, the lines that were not understood."""
    fields: Mapping[str, object] = field(default_factory=dict)


def doing(visit: Visit) -> str:
    """Which button was pressed. BadInput for none of ours."""
    do = visit.form.text("do", limit=80, needed=False) or "check"
    if do not in DOINGS and not do.startswith(ADD):
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="/do")
    return do


def worked(visit: Visit, sheet: Sheet) -> Worked:
    """Does what only changes the form."""
    do = doing(visit)
    done = Worked(sheet, do)
    if do.startswith(ADD):
        sheet.add(do.removeprefix(ADD), new=True)
    elif do == "more":
        sheet.add(visit.form.text("path", limit=80), new=True)
    elif do == "paste":
        pasted = paste(sheet, visit.form.typed("pasted"), visit.node.code)
        done.pasted, done.left = pasted, "\n".join(pasted.left)
    elif do == "clean":
        scrubbed(sheet, _unsafe(sheet))
    if done.pasted is None:
        done.left = visit.form.typed("pasted")
    return done


def claims_checked(
    visit: Visit, sheet: Sheet, ref: Ref, version: int, olds: Mapping[str, Claim] | None = None
) -> tuple[Claim, ...] | None:
    """The claims as they would be stored, coarser ones too; None when something is wrong, which stands in the sheet."""
    claims = claims_of(sheet, visit.node.code, olds)
    if sheet.wrong:
        return None
    record = Record(*ref, version, sheet.kind, stamp(visit.node.clock.now()), with_coarser(claims))
    if not checked(sheet, lambda: check_record(record)) or not checked(sheet, lambda: check_clocks(record)):
        return None
    return claims


def form_page(visit: Visit, done: Worked, template: str, **more: object) -> Response:
    """The form, with everything typed. 422 when something in it is wrong."""
    sheet = done.sheet
    return visit.page(
        template,
        _REFUSED if sheet.wrong else 200,
        sheet=sheet,
        tlp=_marking(sheet),
        groups=_groups(visit, sheet),
        faults=_faults(visit, sheet),
        mixed=any("mixed" in row.warnings for row in sheet.rows),
        hidden=any(hidden_signs(text) for row in sheet.rows for text in row.cleaned().values()),
        pasted=done.pasted,
        left=done.left,
        choices=_choices(visit, sheet),
        options={name: words(name, visit.lang) for name in VOCABULARIES}
        | {"TLP 2.0": [(label, label) for label in Tlp]},
        countries=sorted(((code, country_name(code, visit.lang)) for code in COUNTRIES), key=lambda each: each[1]),
        grades=_grades(visit.lang),
        scales=[(code, str(getattr(text, visit.lang))) for code, text in SCALES.items()],
        field_name=lambda path: field_name(path, visit.lang),
        **more,
    )


def confirm_page(visit: Visit, sheet: Sheet, claims: Sequence[Claim], template: str, **more: object) -> Response:
    """What would be stored, and the button that stores it. Everything typed goes along, hidden."""
    left_out = ("csrf", "once", "do", "pasted", "path")
    kept = [(name, value) for name, values in visit.form.fields.items() if name not in left_out for value in values]
    return visit.page(
        template,
        200,
        sheet=sheet,
        tlp=marking(claims) or "",
        sections=sections_of(visit, with_coarser(claims)),
        mixed=[
            (field_name(row.path, visit.lang), text)
            for row in sheet.rows
            if not row.empty and "mixed" in row.warnings
            for text in row.given.values()
            if text
        ],
        kept=kept,
        **more,
    )


def _marking(sheet: Sheet) -> str:
    """The label that was chosen so far."""
    chosen = [row.given.get("value", "") for row in sheet.of("record.marking")]
    return next((label for label in chosen if label in set(Tlp)), "")


def _groups(visit: Visit, sheet: Sheet) -> list[tuple[str, str, list[tuple[str, str, list[Row]]]]]:
    return [
        (cls, _class_name(visit, cls), [(path, field_name(path, visit.lang), rows) for path, rows in paths])
        for cls, paths in sheet.groups
    ]


def _class_name(visit: Visit, cls: str) -> str:
    name = str(getattr(CLASSES[cls], visit.lang))
    return name[:1].upper() + name[1:]


def _choices(visit: Visit, sheet: Sheet) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every path of this kind by class, to add another field."""
    kind = Kind(sheet.kind)
    there = [spec for spec in PATHS.values() if kind in spec.kinds and spec.path not in COMPUTED]
    return [
        (_class_name(visit, cls), [(spec.path, field_name(spec.path, visit.lang)) for spec in there if spec.cls == cls])
        for cls in PathClass
        if any(spec.cls == cls for spec in there)
    ]


def _faults(visit: Visit, sheet: Sheet) -> list[tuple[str, str, Wrong]]:
    """(anchor, field, what is wrong), in the order of the page."""
    found = [(f"f-head.{name}", "", wrong) for name, wrong in sheet.faults.items()]
    for _, paths in sheet.groups:
        for path, rows in paths:
            for row in rows:
                found += [
                    (_anchor(row, name), field_name(path, visit.lang), wrong) for name, wrong in row.faults.items()
                ]
    return found


def _anchor(row: Row, name: str) -> str:
    names = [each.name for each in row.members]
    if name in names:
        return f"f-r.{row.number}.v.{name}"
    return f"f-r.{row.number}.{name}" if name in ("grade", "observed", "contests") else f"f-r.{row.number}.v.{names[0]}"


def _grades(lang: str) -> list[tuple[str, str]]:
    """(as it is typed, in words), for the list that the field offers."""
    return [
        (
            grade_text(scale, source, figure),
            f"{getattr(SOURCE_GRADES[scale][source], lang)} · {getattr(INFORMATION_GRADES[scale][figure], lang)}",
        )
        for scale, (sources, figures) in GRADE_SCALES.items()
        for source in sorted(sources)
        for figure in sorted(figures)
    ]


def _unsafe(sheet: Sheet) -> str:
    texts = [text for row in sheet.rows for text in row.given.values() if not safe(text)]
    return "".join(sorted({sign for text in texts for sign in text if not safe(sign) and sign not in "\r"}))
