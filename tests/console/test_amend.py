"""The next version of a record: what is untouched stays exactly, partners are named, nobody overwrites anybody."""

from __future__ import annotations

import pytest

from exchange.console.forms import Form
from exchange.console.pages.amend_merge import merge
from exchange.console.pages.entry_claims import claims_of
from exchange.console.pages.entry_sheet import of_claims, read
from exchange.interop.synthetic import mixture
from exchange.model.claims import Claim
from exchange.model.records import HeldRecord, Record, Ref
from exchange.operations.corrections import changes
from exchange.operations.deposit import Amendment, amend
from exchange.operations.read import read_own
from tests.console.entry_kit import rows, shown_text
from tests.console.kit import Consoles, Desk, Shown
from tests.federation import State
from tests.subjects import gulf_person


@pytest.fixture(scope="module")
def dz(shared: Consoles) -> State:
    return shared.states["DZ"]


@pytest.fixture(scope="module")
def desk(shared: Consoles, dz: State) -> Desk:
    return shared.desk("DZ", dz.staff.officer)


def held(state: State, ref: Ref) -> Record:
    with state.node.store.write() as unit:
        found: HeldRecord = read_own(state.node, unit, state.staff.officer, ref)
    return found.record


def path_of(ref: Ref) -> str:
    return f"/records/{ref.originator}/{ref.id}/amend"


def field_of(page: Shown, action: str, path: str, member: str = "value") -> str:
    return f"{rows(page, action, path)[0]}.v.{member}"


def new(state: State, number: int) -> tuple[Ref, str]:
    (ref,) = state.deposit(gulf_person(number))
    return ref, path_of(ref)


def elsewhere(state: State, ref: Ref, **values: object) -> None:
    """Somebody else amends the record: path with `_` for `.` -> value."""
    record = held(state, ref)
    by_path = {name.replace("_", ".", 1): value for name, value in values.items()}
    claims = tuple(
        claim._replace(value=by_path[claim.path]) if claim.path in by_path else claim
        for claim in record.claims
        if claim.derived_from is None
    )
    with state.node.store.write() as unit:
        amend(state.node, unit, state.staff.second, [Amendment(ref, record.version, claims)])


@pytest.mark.parametrize("number", range(12))
def test_an_untouched_form_changes_nothing(number: int) -> None:
    kind, claims = mixture(number, number + 1)[-1]
    sheet = of_claims(kind, claims)
    olds = {claim.id: claim for claim in claims}
    assert not changes([c for c in claims if c.derived_from is None], claims_of(sheet, "DZ", olds))
    assert not sheet.wrong


def test_links_between_lines_survive(dz: State, desk: Desk) -> None:
    number = next(n for n in range(99) if any(c.contests for c in gulf_person(n)))
    ref, action = new(dz, number)
    page = desk.open(action)
    done = desk.send(desk.send(page, action, {"do": "check"}), action, {"do": "store"})
    assert "said=amended" in done.path
    after = held(dz, ref)
    contested = [claim for claim in after.claims if claim.contests is not None]
    assert len(contested) == sum(claim.contests is not None for claim in gulf_person(number))
    by_id = {claim.id: claim for claim in after.claims}
    assert all(by_id[str(claim.contests)].path == claim.path for claim in contested)


def test_what_changes_is_shown_and_then_stored(dz: State, desk: Desk) -> None:
    ref, action = new(dz, 1)
    page = desk.open(action)
    assert "No partner holds it" in page.text
    source = field_of(page, action, "record.source")
    checked = desk.send(page, action, {source: "Another source", "do": "check"})
    text = shown_text(checked)
    assert "What version 2 changes" in text
    assert "Source of the record changed" in text
    assert "Day of first issue" not in text
    assert held(dz, ref).version == 1
    done = desk.send(checked, action, {"do": "store"})
    assert (done.status, held(dz, ref).version) == (200, 2)
    assert held(dz, ref).texts("record.source") == ("Another source",)


def test_a_line_that_is_emptied_is_taken_out(dz: State, desk: Desk) -> None:
    ref, action = new(dz, 2)
    page = desk.open(action)
    checked = desk.send(page, action, {field_of(page, action, "note"): "", "do": "check"})
    assert "Note removed" in shown_text(checked)
    desk.send(checked, action, {"do": "store"})
    assert held(dz, ref).at("note") == ()


def test_who_holds_it_and_what_they_will_be_told(fresh: Consoles) -> None:
    dz = fresh.states["DZ"]
    ref, action = new(dz, 3)
    dz.push("AE", [ref])
    dz.deliver("AE")
    desk = fresh.desk("DZ", dz.staff.officer)
    page = desk.open(action)
    assert "AE has version 1" in shown_text(page)
    role = field_of(page, action, "role")
    checked = desk.send(page, action, {role: "medic", field_of(page, action, "note"): "SYNTHETIC two", "do": "check"})
    assert "AE : a correction would show it what changed in: Role Nothing leaves" in shown_text(checked)
    again = desk.open(action)
    checked = desk.send(again, action, {field_of(again, action, "note"): "SYNTHETIC two", "do": "check"})
    assert "nothing of what it was sent changes" in shown_text(checked)


def test_sent_twice_it_is_stored_once_and_the_back_button_stores_no_more(dz: State, desk: Desk) -> None:
    ref, action = new(dz, 4)
    page = desk.open(action)
    checked = desk.send(page, action, {field_of(page, action, "record.source"): "Once", "do": "check"})
    first, second = (desk.send(checked, action, {"do": "store"}) for _ in range(2))
    assert (first.path, first.status) == (second.path, second.status)
    assert held(dz, ref).version == 2
    assert desk.send(page, action, {"do": "check"}).status == 412


def test_two_tabs_the_slower_one_keeps_what_was_typed(dz: State, desk: Desk) -> None:
    ref, action = new(dz, 5)
    page = desk.open(action)
    fields = {
        field_of(page, action, "record.source"): "My own source",
        field_of(page, action, "birth.date", "when"): "1979",
    }
    checked = desk.send(page, action, {**fields, "do": "check"})
    elsewhere(dz, ref, record_source="Their source", role="medic")
    late = desk.send(checked, action, {"do": "store"})
    assert late.status == 412
    text = shown_text(late)
    assert "Somebody stored version 2 while you worked on version 1" in text
    assert "Taken over, because you had not touched these fields: Role" in text
    assert "Source of the record Their source" in text
    assert held(dz, ref).version == 2
    form = late.form(action).fields
    assert form["seen"] == ["2"]
    assert form[field_of(late, action, "record.source")] == ["My own source"]
    assert form[field_of(late, action, "birth.date", "when")] == ["1979"]
    done = desk.send(desk.send(late, action, {"do": "check"}), action, {"do": "store"})
    assert "said=amended" in done.path
    record = held(dz, ref)
    assert record.texts("record.source") == ("My own source",)
    assert [claim.value for claim in record.at("role")] == ["medic"]
    assert {"precision": "year", "year": 1979} in [claim.value for claim in record.at("birth.date")]


def test_the_button_that_only_adds_a_line_says_it_too(dz: State, desk: Desk) -> None:
    ref, action = new(dz, 6)
    page = desk.open(action)
    elsewhere(dz, ref, record_source="Their source")
    assert desk.send(page, action, {"do": "add:name.full"}).status == 412


def test_faults_keep_everything(dz: State, desk: Desk) -> None:
    ref, action = new(dz, 7)
    page = desk.open(action)
    wrong = field_of(page, action, "birth.date", "when")
    refused = desk.send(page, action, {wrong: "never", "do": "check"})
    assert refused.status == 422
    assert refused.form(action).fields[wrong] == ["never"]
    assert refused.form(action).fields["seen"] == ["1"]
    assert held(dz, ref).version == 1


def test_only_our_own_and_only_officers(shared: Consoles, desk: Desk) -> None:
    (theirs,) = shared.states["AE"].deposit(gulf_person(8))
    assert desk.open(path_of(theirs)).status == 404
    assert desk.open(path_of(Ref("DZ", "rec-not-here-0001"))).status == 404
    ref, action = new(shared.states["DZ"], 9)
    staff = shared.states["DZ"].staff
    for person in (staff.approver, staff.auditor, staff.admin):
        assert shared.desk("DZ", person).open(action).status == 403
    text = shown_text(shared.desk("DZ", staff.approver).open(f"/records/DZ/{ref.id}"))
    assert "Amend Who can: officer" in text


def test_a_form_without_its_version_is_refused(dz: State, desk: Desk) -> None:
    _, action = new(dz, 10)
    page = desk.open(action)
    assert desk.send(page, action, {"seen": "", "do": "check"}).status == 422
    assert desk.send(page, action, {"seen": "7", "do": "check"}).status == 404


@pytest.mark.parametrize(("lang", "told"), [("ar", "حفظ شخص آخر النسخة"), ("fr", "Quelqu'un a enregistré la version")])
def test_stale_in_other_languages(dz: State, desk: Desk, lang: str, told: str) -> None:
    ref, action = new(dz, 11)
    page = desk.open(action)
    elsewhere(dz, ref, record_source="Their source")
    desk.keep(lang=lang)
    try:
        assert told in desk.send(page, action, {"do": "check"}).text
    finally:
        desk.keep()


def claim(number: int, path: str, value: object) -> Claim:
    return Claim(f"c{number}", path, value, "fact")


def test_merging_takes_what_was_not_touched_and_leaves_what_was() -> None:
    seen = [claim(1, "record.source", "a"), claim(2, "note", "n"), claim(3, "occupation", "o")]
    stored = [claim(11, "record.source", "b"), claim(12, "note", "m"), claim(13, "occupation", "o")]
    sheet = of_claims("person", seen)
    (note,) = (row for row in sheet.rows if row.id == "c2")
    note.given["value"] = "mine"
    found = merge(sheet, seen, stored)
    assert [change.path for change in found.taken] == ["record.source"]
    assert [change.path for change in found.both] == ["note"]
    ids = {row.path: (row.id, row.given["value"]) for row in sheet.rows if not row.empty}
    assert ids == {"record.source": ("c11", "b"), "note": ("", "mine"), "occupation": ("c13", "o")}


def test_a_field_that_was_removed_elsewhere_goes_and_one_that_came_is_there() -> None:
    seen = [claim(1, "note", "n"), claim(2, "note", "m")]
    stored = [claim(11, "note", "m"), claim(12, "occupation", "o")]
    sheet = of_claims("person", seen)
    merge(sheet, seen, stored)
    assert [(row.path, row.given["value"]) for row in sheet.rows if row.path in ("note", "occupation") and row.id] == [
        ("note", "m"),
        ("occupation", "o"),
    ]


def test_the_form_reads_back_what_it_shows() -> None:
    sheet = of_claims("person", gulf_person(1))
    fields: dict[str, tuple[str, ...]] = {"head.scale": ("admiralty",), "head.statement": ("fact",)}
    for row in sheet.rows:
        name = f"r.{row.number}"
        fields |= {f"{name}.{part}": (getattr(row, part),) for part in ("path", "id", "statement", "grade", "observed")}
        fields |= {f"{name}.contests": (row.contests,), f"{name}.derived": (row.derived,)}
        fields |= {f"{name}.v.{member}": (text,) for member, text in row.given.items()}
    again = read("person", Form(fields))
    assert [(row.path, row.cleaned()) for row in again.rows if not row.empty] == [
        (row.path, row.cleaned()) for row in sheet.rows if not row.empty
    ]
