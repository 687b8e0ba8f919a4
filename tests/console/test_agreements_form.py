"""The editor's form: every example document survives both ways, and what is typed lands where it belongs."""

from __future__ import annotations

from pathlib import Path

import pytest

from exchange.console.forms import Form
from exchange.console.pages.agreements_form import blank, from_fields, moment, number, to_fields
from exchange.errors import BadInput
from exchange.interop.documents import read_yaml, write_yaml
from exchange.model.claims import JsonObject, JsonValue
from exchange.policies.agreement import read, read_policy

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "examples" / "agreements"
EXAMPLES = sorted(FOLDER.glob("*.yaml"))


def document(path: Path) -> JsonObject:
    return read_yaml(path.read_bytes())


def sent(fields: dict[str, list[str]], **typed: str | list[str]) -> Form:
    """The form as a browser sends it, with `typed` in place of what stood there (`__` for a dot)."""
    values = {name: tuple(each) for name, each in fields.items()}
    for name, value in typed.items():
        values[name.replace("__", ".")] = (value,) if isinstance(value, str) else tuple(value)
    return Form(values)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_a_document_comes_back_as_it_was(path: Path) -> None:
    before = document(path)
    assert from_fields(before, sent(to_fields(before))) == before


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_its_source_comes_back_as_it_was(path: Path) -> None:
    before = document(path)
    assert read_yaml(write_yaml(before).encode()) == before


def gulf() -> JsonObject:
    return document(FOLDER / "dz-ae-kw.yaml")


def changed(**typed: str | list[str]) -> JsonObject:
    before = gulf()
    made = from_fields(before, sent(to_fields(before), **typed))
    read(made, "", draft=True)
    return made


def clause(made: JsonObject, index: int) -> JsonObject:
    clauses = made["clauses"]
    assert isinstance(clauses, list)
    found = clauses[index]
    assert isinstance(found, dict)
    return found


def test_terms() -> None:
    made = changed(
        retention_days="٩٠",
        valid_until="2030-05-01",
        title__fr="Accord modifié",
        after__rule="destroy",
        after__days="30",
        assurance_required=["KW"],
        **{"a.TLP:RED.count": "3"},
    )
    assert made["retention_days"] == 90
    assert made["valid_until"] == "2030-05-01T00:00:00Z"
    assert made["after_end"] == {"rule": "destroy", "days": 30}
    assert made["assurance_required"] == ["KW"]
    approvals = made["approvals"]
    assert isinstance(approvals, dict)
    assert approvals["TLP:RED"] == {"count": 3, "role": "releasing_officer"}


def test_a_clause_that_discloses_the_year_in_place_of_the_day() -> None:
    before = gulf()
    fields = to_fields(before)
    at = "c0"
    made = from_fields(
        before,
        sent(
            fields,
            **{
                f"{at}.k.identity.birth": "",
                f"{at}.g.birth.date": "coarser",
                f"{at}.k.contact": "withhold",
                f"{at}.disclose": "gender\nnationality، occupation",
                f"{at}.withhold": "",
            },
        ),
    )
    found = clause(made, 0)
    disclose, withhold = found["disclose"], found["withhold"]
    assert isinstance(disclose, list)
    assert isinstance(withhold, list)
    assert {"birth.year", "gender", "nationality", "occupation"} <= set(map(str, disclose))
    assert {"birth.date", "contact"} <= set(map(str, withhold))


def test_a_condition_by_rows() -> None:
    typed: dict[str, str | list[str]] = {
        "c0.joint": "any_of",
        "c0.t0.test": "nationality",
        "c0.t0.value": "KW، AE",
        "c0.t1.test": "observed_within",
        "c0.t1.value": "90",
        "c0.t1.not": "1",
        "c0.t2.test": "source_grade_at_least",
        "c0.t2.value": "admiralty C",
        "c0.t3.test": "marking_at_most",
        "c0.t3.value": "TLP:AMBER",
        "c0.t4.test": "",
        "c0.t4.value": "",
    }
    expected: JsonValue = {
        "any_of": [
            {"nationality": ["KW", "AE"]},
            {"not": {"observed_within": 90}},
            {"source_grade_at_least": {"scale": "admiralty", "grade": "C"}},
            {"marking_at_most": "TLP:AMBER"},
        ]
    }
    made = changed(**typed)
    assert clause(made, 0)["when"] == expected
    again = to_fields(made)
    assert [again[f"c0.t{index}.test"] for index in range(4)] == [
        ["nationality"],
        ["observed_within"],
        ["source_grade_at_least"],
        ["marking_at_most"],
    ]
    assert again["c0.t1.not"] == ["1"]
    assert "when" not in clause(changed(**{**typed, "c0.joint": ""}), 0)


def test_a_condition_of_several_levels_is_typed_as_yaml() -> None:
    nested = "all_of:\n- nationality: [KW]\n- any_of:\n  - route_to: [LY]\n  - theatre: [SY]\n"
    made = changed(**{"c0.joint": "source", "c0.when": nested})
    assert clause(made, 0)["when"] == read_yaml(nested.encode())
    with pytest.raises(BadInput) as caught:
        changed(**{"c0.joint": "source", "c0.when": "all_of: ["})
    assert caught.value.facts["at"] == "/c0.when"


def test_rows_come_and_go() -> None:
    before = gulf()
    fields = to_fields(before)
    made = from_fields(before, sent(fields, c0__id="", p3__code="tn", p3__fingerprint="", p3__joined="2026-12-01"))
    clauses, parties = made["clauses"], made["parties"]
    assert isinstance(clauses, list)
    assert isinstance(parties, list)
    assert len(clauses) == len(fields_of(before, "clauses")) - 1
    assert parties[-1] == {"code": "TN", "fingerprint": "@TN", "joined": "2026-12-01T00:00:00Z"}
    without = from_fields(before, sent(fields, p2__code=" "))
    assert len(fields_of(without, "parties")) == 2
    more = from_fields(before, sent(fields, r9__ar="ن", r9__fr="t", r9__en="t"))
    assert len(fields_of(more, "recitals")) == len(fields_of(before, "recitals")) + 1


def fields_of(made: JsonObject, name: str) -> list[JsonValue]:
    found = made[name]
    assert isinstance(found, list)
    return found


def test_scope_and_handling() -> None:
    typed: dict[str, str | list[str]] = {
        "c0.from": [],
        "c0.to": ["KW"],
        "c0.kinds": [],
        "c0.tlp": "TLP:RED",
        "c0.retention_days": "30",
        "c0.onward": "none",
        "c0.caveats": ["NO_ARREST_BASIS"],
        "c0.purposes": ["border.checks"],
        "c0.cadence": "daily",
        "c0.a.TLP:RED.count": "4",
        "c0.a.TLP:RED.role": "releasing_officer",
    }
    made = changed(**typed)
    found = clause(made, 0)
    assert (found["from"], found["to"], found["kinds"], found["cadence"]) == ("*", ["KW"], "*", "daily")
    assert found["handling"] == {
        "tlp": "TLP:RED",
        "caveats": ["NO_ARREST_BASIS"],
        "purposes": ["border.checks"],
        "retention_days": 30,
        "onward": "none",
    }
    assert found["approvals"] == {"TLP:RED": {"count": 4, "role": "releasing_officer"}}


def test_examples_are_yaml_of_their_own() -> None:
    made = changed(**{"e0.name": "Renamed", "e1.name": "", "e1.from": "", "e1.to": "", "e1.purpose": "", "e1.now": ""})
    first = fields_of(made, "examples")[0]
    assert isinstance(first, dict)
    assert first["name"] == "Renamed"
    assert len(fields_of(made, "examples")) == len(fields_of(gulf(), "examples")) - 1
    with pytest.raises(BadInput) as caught:
        changed(**{"e0.expect": "record: ["})
    assert caught.value.facts["at"] == "/e0.expect"


def test_a_policy_is_edited_by_what_it_has() -> None:
    path = next(path for path in EXAMPLES if document(path)["kind"] == "policy")
    before = document(path)
    made = from_fields(before, sent(to_fields(before), **{"c0.to": "QA, SA", "title.en": "Other"}))
    read_policy(made, "", draft=True)
    found = clause(made, 0)
    assert (found["to"], "from" in found) == (["QA", "SA"], False)


def test_a_new_document_says_what_is_missing_and_nothing_more() -> None:
    made = blank("DZ")
    assert from_fields(made, sent(to_fields(made))) == made
    with pytest.raises(BadInput):
        read(made, "", draft=True)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("2026-12-01", "2026-12-01T00:00:00Z"),
        ("2026-12-01 08:05", "2026-12-01T08:05:00Z"),
        ("2026-12-01T08:05:09Z", "2026-12-01T08:05:09Z"),
        (" tomorrow ", "tomorrow"),
    ],
)
def test_moments(typed: str, written: str) -> None:
    assert moment(typed) == written


def test_numbers() -> None:
    assert [number(text) for text in ("12", " 7 ", "x", "-1", "1.5", "9" * 12)] == [12, 7, "x", "-1", "1.5", "9" * 12]
