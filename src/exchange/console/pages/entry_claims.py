"""From the form to claims: every fault is found at once and stands at its field, in words.

What the record check of the house finds beyond single fields is brought to the row that it is about. Whoever amends
keeps untouched values exactly as they are stored, however they would be written today.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from exchange.console.pages import entry_typed as typed
from exchange.console.pages.entry_editors import texts_of, value_of
from exchange.console.pages.entry_sheet import Row, Sheet, clean
from exchange.console.pages.entry_typed import Wrong
from exchange.console.words import mark
from exchange.errors import BadInput, Code, ExchangeError, Fact
from exchange.model.claims import Claim, Grade, JsonValue
from exchange.model.texts import safe
from exchange.model.validate import MANDATORY
from exchange.model.vocab import STATEMENTS

_NEEDED: Final = mark("This is needed.")
_GRADE_NEEDED: Final = mark(
    "Say how good the source is: B2, for example; F6 when it cannot be judged. It holds for every line without its own."
)
_HIDDEN: Final = mark(
    "There is a hidden sign in this text (%(signs)s). It can make a reader see something else than what is stored. "
    "Delete it, or let the form take out all hidden signs."
)
_OTHER_ROW: Final = mark("The line that this one contradicts is empty.")
_ONLY_ONE: Final = mark("Only one of these may stand in a record. Empty one of them.")
_REVIEW_FAR: Final = mark("This day is too far away. At most three years from today, and one year for a minor.")
_RENEWAL_FAR: Final = mark("This day is too far away. At most five years from today.")
_NOTHING: Final = mark("Nothing is said about the subject yet. Fill in at least one field above the legal basis.")
_TOO_MANY: Final = mark("This is too much for one record: %(count)d statements, and %(limit)d fit.")
_NOT_OFFERED: Final = mark("This is not one of the words that are offered. Choose one.")
_OTHERWISE: Final = mark("The record cannot be stored as it stands here (%(code)s).")
_SIGNS: Final = 4


def claims_of(sheet: Sheet, own: str, olds: Mapping[str, Claim] | None = None) -> tuple[Claim, ...]:
    """The claims of the filled rows, numbered as the rows; faults go to the rows. `olds`: claims by id, as stored."""
    _check_head(sheet)
    filled = {str(row.number): row for row in sheet.rows if not row.empty}
    made = [_claim(sheet, row, filled, own, olds or {}) for row in filled.values()]
    wanted = (*MANDATORY, "record.category") if sheet.kind == "person" else MANDATORY
    for path in wanted:
        if not any(row.path == path for row in filled.values()):
            row = next(iter(sheet.of(path)), None) or sheet.add(path)
            row.out = False
            row.faults.setdefault("value", Wrong(_NEEDED))
    return tuple(claim for claim in made if claim is not None)


def checked(sheet: Sheet, check: Callable[[], object]) -> bool:
    """Runs a check of the whole record; what it refuses stands at a row, or above all."""
    try:
        check()
    except BadInput as fault:
        _place(sheet, fault)
        return False
    return True


def hidden_signs(text: str) -> str:
    """The characters that a claim may not hold, as code points; empty when there is none."""
    if safe(text):
        return ""
    found = dict.fromkeys(f"U+{ord(sign):04X}" for sign in text if not safe(sign))
    return " ".join(list(found)[:_SIGNS]) or "U+200C"


def _check_head(sheet: Sheet) -> None:
    if sheet.statement not in STATEMENTS:
        sheet.faults["statement"] = Wrong(_NOT_OFFERED)
    for name, reader in (("grade", lambda text: typed.grade(text, sheet.scale)), ("observed", typed.day)):
        text = clean(str(getattr(sheet, name)), lines=False)
        if text:
            try:
                reader(text)
            except Wrong as wrong:
                sheet.faults[name] = wrong


def _claim(sheet: Sheet, row: Row, filled: Mapping[str, Row], own: str, olds: Mapping[str, Claim]) -> Claim | None:
    value = _value(row, own, olds)
    statement = row.statement or ("fact" if row.plain else sheet.statement)
    if statement not in STATEMENTS and row.statement:
        row.faults["statement"] = Wrong(_NOT_OFFERED)
    grade, observed = _grade(sheet, row), _observed(sheet, row)
    contests, derived = _link(row, row.contests, filled), _link(row, row.derived, filled)
    if row.faults or sheet.faults:
        return None
    return Claim(f"c{row.number}", row.path, value, statement, grade, observed, derived, contests)


def _value(row: Row, own: str, olds: Mapping[str, Claim]) -> JsonValue:
    given = row.cleaned()
    for name, text in given.items():
        signs = hidden_signs(text)
        if signs:
            row.faults[name] = Wrong(_HIDDEN, name, signs=signs)
    old = olds.get(row.id)
    if old is not None and old.path == row.path and untouched(given, texts_of(old.path, old.value)):
        row.faults.clear()
        kept: JsonValue = old.value
        return kept
    try:
        return value_of(row.path, given, own)
    except Wrong as wrong:
        row.faults.setdefault(wrong.member, wrong)
        return None


def untouched(given: Mapping[str, str], stored: Mapping[str, str]) -> bool:
    """Whether the fields of a row hold what the stored value is typed as."""
    lines = {name: clean(text, lines="\n" in text) for name, text in stored.items()}
    return all(given.get(name, "") == lines.get(name, "") for name in {*given, *lines})


def _grade(sheet: Sheet, row: Row) -> Grade | None:
    text = clean(row.grade, lines=False) or ("" if row.plain else clean(sheet.grade, lines=False))
    if not text:
        if not row.plain:
            sheet.faults.setdefault("grade", Wrong(_GRADE_NEEDED))
        return None
    try:
        return Grade(*typed.grade(text, sheet.scale))
    except Wrong as wrong:
        if row.grade:
            row.faults["grade"] = wrong
        return None


def _observed(sheet: Sheet, row: Row) -> str | None:
    text = clean(row.observed, lines=False) or ("" if row.plain else clean(sheet.observed, lines=False))
    if not text:
        return None
    try:
        return typed.day(text)
    except Wrong as wrong:
        if row.observed:
            row.faults["observed"] = wrong
        return None


def _link(row: Row, number: str, filled: Mapping[str, Row]) -> str | None:
    if not number:
        return None
    if number not in filled or number == str(row.number):
        row.faults["contests"] = Wrong(_OTHER_ROW)
        return None
    return f"c{number}"


_REASONS: Final = {"review_too_far": _REVIEW_FAR, "renewal_too_far": _RENEWAL_FAR, "more_than_one": _ONLY_ONE}


def _place(sheet: Sheet, fault: ExchangeError) -> None:
    facts = fault.facts
    message = _REASONS.get(str(facts.get("reason")))
    row = _row_of(sheet, facts)
    if facts.get("reason") == "only_governance":
        sheet.faults["whole"] = Wrong(_NOTHING)
    elif fault.code is Code.TOO_MANY_CLAIMS:
        sheet.faults["whole"] = Wrong(_TOO_MANY, count=int(facts.get("count") or 0), limit=int(facts.get("limit") or 0))
    elif row is not None and message is not None:
        row.faults["value"] = Wrong(message)
    else:
        sheet.faults["whole"] = Wrong(_OTHERWISE, code=fault.code.value)


def _row_of(sheet: Sheet, facts: Mapping[str, Fact]) -> Row | None:
    rows = [row for row in sheet.rows if not row.empty]
    claim = str(facts.get("claim") or "")
    found = [row for row in rows if f"c{row.number}" == claim] or [row for row in rows if row.path == facts.get("path")]
    return found[-1] if found else None
