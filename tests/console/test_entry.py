"""A new record through the form: every kind and every registered path, faults at their field, nothing lost."""

from __future__ import annotations

import pytest

from exchange.console.pages.entry_editors import members
from exchange.console.pages.entry_sheet import COMPUTED
from exchange.model.paths import PATHS
from exchange.model.records import Ref
from exchange.model.vocab import Kind
from exchange.operations.read import read_own
from tests.console.entry_kit import GOVERNED, PERSON, Given, enter, rows, shown_text, stored, typed
from tests.console.kit import Consoles, Desk, Shown
from tests.console.test_entry_editors import sample

NAME = {"name.full": {"text": "Rifa Exempli"}}


@pytest.fixture(scope="module")
def desk(shared: Consoles) -> Desk:
    return shared.desk("DZ", shared.states["DZ"].staff.officer)


def ref_of(page: Shown) -> Ref:
    _, _, originator, id_ = page.path.split("?")[0].split("/")
    return Ref(originator, id_)


def values_of(desk: Desk, page: Shown, path: str) -> list[object]:
    with desk.state.node.store.write() as unit:
        record = read_own(desk.state.node, unit, desk.state.staff.officer, ref_of(page)).record
    return [claim.value for claim in record.at(path)]


def everything(kind: str) -> dict[str, dict[str, str]]:
    """A sample of each path of a kind that an officer can type."""
    found = {}
    for path, spec in PATHS.items():
        if Kind(kind) in spec.kinds and path not in COMPUTED:
            found[path] = {each.name: sample(each) for each in members(spec.form)}
    found["record.review"] = {"value": "2027-10-01"}
    if "record.renewal" in found:
        found["record.renewal"]["until"] = "2027-10-01"
    if kind == "person":
        del found["nationality"]["region"]
        found["record.category"] = {"value": "suspect"}
    return found


@pytest.mark.parametrize("kind", [str(kind) for kind in Kind])
def test_every_registered_path_can_be_entered(desk: Desk, kind: str) -> None:
    given = everything(kind)
    record = stored(desk, kind, given)
    assert (record.status, record.path.split("?")[1]) == (200, "said=deposited"), shown_text(record)
    with desk.state.node.store.write() as unit:
        held = read_own(desk.state.node, unit, desk.state.staff.officer, ref_of(record)).record
    assert {claim.path for claim in held.claims if claim.derived_from is None} == given.keys()
    amend = desk.open(f"{record.path.split('?')[0]}/amend")
    assert amend.status == 200


def test_seven_kinds_are_offered_and_no_other_opens(desk: Desk) -> None:
    page = desk.open("/entry")
    assert {link for link in page.links if link.startswith("/entry/")} == {f"/entry/{kind}" for kind in Kind}
    assert desk.open("/entry/weather").status == 404


def test_nothing_is_stored_before_the_second_button(desk: Desk) -> None:
    before = desk.state.node.store
    with before.read() as unit:
        count = unit.records.count()
    checked = enter(desk, "person", {**NAME, **PERSON})
    assert "What would be stored" in checked.text
    assert "Rifa Exempli" in checked.text
    with before.read() as unit:
        assert unit.records.count() == count
    back = desk.send(checked, "/entry/person", {"do": "edit"})
    assert rows(back, "/entry/person", "name.full")
    assert typed_again(back, "name.full", "text") == "Rifa Exempli"


def typed_again(page: Shown, path: str, member: str, row: int = 0) -> str:
    return page.form("/entry/person").fields[f"{rows(page, '/entry/person', path)[row]}.v.{member}"][0]


def test_all_faults_at_once_each_at_its_field_and_nothing_lost(desk: Desk) -> None:
    given: Given = {
        "name.full": {"text": "Rifa Exempli"},
        "birth.date": {"when": "the day before"},
        "nationality": {"country": "Atlantis", "status": "claimed"},
        "document": {"type": "passport"},
        "record.review": "2099-01-01",
    }
    page = enter(desk, "person", given, **{"head.grade": "Z9"})
    assert page.status == 422
    text = shown_text(page)
    for told in (
        "This is no date. Write as much as is known",
        "This country is not known",
        "Write the number of the document",
        "This is needed.",
        "This is no grade",
    ):
        assert told in text
    name = rows(page, "/entry/person", "birth.date")[0]
    assert f'href="#f-{name}.v.when"' in page.html
    assert f'aria-describedby="e-{name}.v.when"' in page.html
    assert typed_again(page, "birth.date", "when") == "the day before"
    assert typed_again(page, "nationality", "country") == "Atlantis"
    fixed = {"head.grade": "B2", **typed(page, "/entry/person", {
        **PERSON, "birth.date": {"when": "vers 1991"}, "nationality": {"country": "Algérie"},
        "document": {"number": "SYN0000001"}, "record.review": "2099-01-01",
    })}  # fmt: skip
    page = desk.send(page, "/entry/person", {**fixed, "do": "check"})
    assert (page.status, "At most three years from today" in page.text) == (422, True)
    page = desk.send(
        page, "/entry/person", {**typed(page, "/entry/person", {"record.review": "1.10.2027"}), "do": "check"}
    )
    record = desk.send(page, "/entry/person", {"do": "store"})
    assert values_of(desk, record, "birth.date") == [{"precision": "approximate", "year": 1991}]
    assert values_of(desk, record, "nationality") == [{"country": "DZ", "status": "claimed"}]


def test_another_line_another_field_and_a_line_left_out(desk: Desk) -> None:
    action = "/entry/person"
    page = desk.open(action)
    page = desk.send(page, action, {"do": "add:name.full"})
    assert len(rows(page, action, "name.full")) == 2
    assert page.html.count(" autofocus") == 1
    page = desk.send(page, action, {"do": "more", "path": "biometric.mark"})
    assert rows(page, action, "biometric.mark")
    left_out = f"{rows(page, action, 'biometric.mark')[0]}.out"
    values = {
        "head.grade": "B2",
        **typed(page, action, {**NAME, **PERSON, "biometric.mark": "a scar"}),
        **typed(page, action, {"name.full": {"text": "ريفا إكسمبلي"}}, row=1),
        left_out: "1",
    }
    record = desk.send(desk.send(page, action, {**values, "do": "check"}), action, {"do": "store"})
    scripts = [value["script"] for value in values_of(desk, record, "name.full") if isinstance(value, dict)]
    assert sorted(scripts) == ["Arab", "Latn"]
    assert values_of(desk, record, "biometric.mark") == []
    assert desk.send(page, action, {"do": "add:camp.type"}).status == 422
    assert desk.send(page, action, {"do": "burn"}).status == 422


def test_pasting_fills_rows_and_says_what_it_understood(desk: Desk) -> None:
    action = "/entry/person"
    page = desk.open(action)
    text = "Name: Rifa Exempli\nالاسم: ريفا إكسمبلي\nDOB: 14/03/1991\nPassport: SYN0000002 (Kuwait)\nhe said nothing"
    page = desk.send(page, action, {"do": "paste", "pasted": text})
    assert page.status == 200
    assert "This was understood" in page.text
    assert page.form(action).fields["pasted"] == ["he said nothing"]
    values = {"head.grade": "4x4 B2", "do": "check", **typed(page, action, PERSON)}
    record = desk.send(desk.send(page, action, values), action, {"do": "store"})
    assert values_of(desk, record, "document") == [{"type": "passport", "number": "SYN0000002", "country": "KW"}]
    with desk.state.node.store.write() as unit:
        held = read_own(desk.state.node, unit, desk.state.staff.officer, ref_of(record)).record
    assert {claim.grade.scale for claim in held.claims if claim.grade is not None} == {"4x4"}


def test_a_row_says_its_own_grade_statement_day_and_rival(desk: Desk) -> None:
    action = "/entry/person"
    page = desk.send(desk.open(action), action, {"do": "add:fate"})
    first, second = rows(page, action, "fate")
    values = {
        "head.grade": "B2",
        "head.observed": "2019-04-01",
        **typed(page, action, {**NAME, **PERSON, "fate": {"state": "dead"}}),
        f"{second}.v.state": "detained",
        f"{second}.statement": "hearsay",
        f"{second}.grade": "4x4 C4",
        f"{second}.observed": "2/4/2019",
        f"{second}.contests": first.removeprefix("r."),
    }
    record = desk.send(desk.send(page, action, {**values, "do": "check"}), action, {"do": "store"})
    assert "Contested" in record.text
    with desk.state.node.store.write() as unit:
        held = read_own(desk.state.node, unit, desk.state.staff.officer, ref_of(record)).record
    dead, detained = held.at("fate")
    assert (dead.statement, dead.observed, detained.contests) == ("fact", "2019-04-01", dead.id)
    assert (detained.statement, detained.observed) == ("hearsay", "2019-04-02")
    assert detained.grade is not None
    assert (detained.grade.scale, detained.grade.source, detained.grade.information) == ("4x4", "C", "4")


def test_sent_twice_it_is_stored_once(desk: Desk) -> None:
    checked = enter(desk, "group", {"name.full": {"text": "Specimen Group Twice"}, **GOVERNED})
    first = desk.send(checked, "/entry/group", {"do": "store"})
    second = desk.send(checked, "/entry/group", {"do": "store"})
    assert (first.path, second.status) == (second.path, 200)


def test_hidden_signs_are_told_and_taken_out_on_request(desk: Desk) -> None:
    page = enter(desk, "person", {**PERSON, "name.full": {"text": "Rifa \u202eilpmexE"}})
    assert page.status == 422
    assert "U+202E" in page.text
    page = desk.send(page, "/entry/person", {"do": "clean"})
    assert typed_again(page, "name.full", "text") == "Rifa ilpmexE"
    assert desk.send(page, "/entry/person", {"do": "check"}).status == 200


def test_look_alike_letters_are_told_and_may_stay(desk: Desk) -> None:
    page = enter(desk, "person", {**PERSON, "name.full": {"text": "Rif\u0430 Exempli"}})
    assert page.status == 200
    assert "Letters of two scripts stand in one word" in page.text


def test_who_is_here_already_is_offered_and_takes_the_lines(desk: Desk) -> None:
    number = {"document": {"type": "passport", "number": "SYN7654321", "country": "KW"}}
    known = stored(desk, "person", {**PERSON, **number, "name.full": {"text": "Known Specimenperson"}})
    again = enter(desk, "person", {**PERSON, **number, "name.full": {"text": "Other Spelling"}})
    assert "same document number" in again.text
    amend = f"{known.path.split('?')[0]}/amend"
    form = desk.send(again, amend, {"do": "carry"})
    assert form.status == 200
    names = [form.form(amend).fields[f"{row}.v.text"][0] for row in rows(form, amend, "name.full")]
    assert names == ["Known Specimenperson", "Other Spelling"]
    assert len(rows(form, amend, "document")) == 1
    done = desk.send(desk.send(form, amend, {"do": "check"}), amend, {"do": "store"})
    assert "said=amended" in done.path
    assert len(values_of(desk, done, "name.full")) == 2


def test_nobody_else_enters_records(shared: Consoles) -> None:
    staff = shared.states["DZ"].staff
    for person in (staff.approver, staff.auditor, staff.admin):
        other = shared.desk("DZ", person)
        assert other.open("/entry").status == other.open("/entry/person").status == 403


@pytest.mark.parametrize(
    ("lang", "told"), [("ar", "ليس هذا تاريخاً"), ("fr", "Ce n'est pas une date"), ("en", "This is no date")]
)
def test_faults_are_told_in_the_readers_language(desk: Desk, lang: str, told: str) -> None:
    desk.keep(lang=lang)
    try:
        page = enter(desk, "person", {**NAME, **PERSON, "birth.date": {"when": "?"}})
    finally:
        desk.keep()
    assert page.status == 422
    assert told in page.text


def test_fields_that_no_form_of_ours_has_are_refused(desk: Desk) -> None:
    page = desk.open("/entry/person")
    for fields in ({"r.900.path": "no.such.path"}, {"r.900.path": "camp.type"}, {"head.scale": "stars"}):
        assert desk.send(page, "/entry/person", {**fields, "do": "check"}).status == 422
    twice = desk.send(page, "/entry/person", {"r.0.v.text": ["one", "two"], "do": "check"})
    assert twice.status == 422
