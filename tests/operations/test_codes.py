"""Codes that confirm a digest: for one person, one subject, one digest, once, for ten minutes; five wrong tries."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from exchange.crypto.encoding import canonical
from exchange.errors import BadInput, Code, Forbidden, SignatureInvalid
from exchange.model.sessions import Assertion
from exchange.model.state import Person
from exchange.operations.attested import require_attested, verify
from exchange.operations.codes import LASTS, MAX_WRONG, attest_by_code, issue_code
from tests import invariants
from tests.federation import Federation, State
from tests.operations.sign_in_kit import DIGEST, SUBJECT, write

OTHER = "cd" * 32


@pytest.fixture
def dz(house: Federation) -> State:
    return house["DZ"]


def issued(state: State, person: Person | None = None, digest: str = DIGEST, subject: str = SUBJECT) -> str:
    return write(state, lambda n, u: issue_code(n, u, person or state.staff.approver, subject, digest))


def typed(
    state: State, code: str, person: Person | None = None, digest: str = DIGEST, subject: str = SUBJECT
) -> Assertion | None:
    return write(state, lambda n, u: attest_by_code(n, u, person or state.staff.approver, subject, digest, code))


def other_than(code: str) -> str:
    return ("1" if code[0] != "1" else "2") + code[1:]


def test_a_code_confirms_once_and_the_approval_needs_nothing_more(dz: State) -> None:
    code = issued(dz)
    assert re.fullmatch(r"(?:[0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}", code)
    made = typed(dz, code)
    assert made is not None
    assert made.method == "code"
    assert typed(dz, code) is None
    write(dz, lambda n, u: require_attested(n, u, dz.staff.approver, SUBJECT, DIGEST))
    with pytest.raises(Forbidden):
        write(dz, lambda n, u: require_attested(n, u, dz.staff.approver, SUBJECT, DIGEST))


def test_people_type_as_they_read(dz: State) -> None:
    for change in (str.lower, lambda code: code.replace("-", " "), lambda code: code.replace("-", "")):
        assert typed(dz, change(issued(dz))) is not None
    for _ in range(40):
        code = issued(dz)
        assert typed(dz, code.replace("0", "o").replace("1", "l")) is not None


@pytest.mark.parametrize(
    "who",
    [
        lambda state: {"person": state.staff.approvers[1]},
        lambda state: {"digest": OTHER},
        lambda state: {"subject": "rel-2"},
    ],
    ids=["somebody else", "another digest", "another release"],
)
def test_a_code_is_for_nobody_and_nothing_else(dz: State, who: Callable[[State], dict[str, Any]]) -> None:
    code = issued(dz)
    assert typed(dz, code, **who(dz)) is None
    assert typed(dz, code) is not None


def test_the_next_code_ends_the_one_before(dz: State) -> None:
    first, second = issued(dz), issued(dz)
    assert typed(dz, first) is None
    assert typed(dz, second) is not None


def test_it_is_over_after_ten_minutes(house: Federation, dz: State) -> None:
    code = issued(dz)
    house.clock.forward(LASTS - timedelta(seconds=1))
    assert typed(dz, code) is not None
    code = issued(dz)
    house.clock.forward(LASTS)
    assert typed(dz, code) is None


def test_code_guessing_ends_after_five_wrong_tries_and_each_is_an_entry(dz: State) -> None:
    code = issued(dz)
    for _ in range(MAX_WRONG):
        assert typed(dz, other_than(code)) is None
    assert typed(dz, code) is None
    refused = invariants.entries(dz.node, "access.denied")
    assert [(line["actor"], line["code"]) for line in refused] == [(dz.staff.approver.id, "NOT_ATTESTED")] * MAX_WRONG


def test_the_fifth_try_may_still_be_right(dz: State) -> None:
    code = issued(dz)
    for _ in range(MAX_WRONG - 1):
        assert typed(dz, other_than(code)) is None
    assert typed(dz, code) is not None


@pytest.mark.parametrize("text", ["", "0", "é" * 12, "0" * 4000, "\x00", "----"])
def test_nonsense_is_a_wrong_code(dz: State, text: str) -> None:
    issued(dz)
    assert typed(dz, text) is None


def test_a_code_with_more_behind_it_is_wrong(dz: State) -> None:
    code = issued(dz)
    assert typed(dz, code + "0") is None


def test_only_its_commitment_is_kept(dz: State) -> None:
    code = issued(dz)
    with dz.node.store.read() as unit:
        kept = unit.sessions.code(dz.staff.approver.id, SUBJECT, lock=False)
    assert kept is not None
    assert code.replace("-", "") not in str(kept)
    line = invariants.entries(dz.node, "code.issued")[-1]
    assert (line["actor"], line["release"], line["digest"]) == (dz.staff.approver.id, SUBJECT, DIGEST)
    assert line["commitment"] == kept.hash


def test_anybody_can_check_the_evidence_against_the_ledger(dz: State) -> None:
    made = typed(dz, issued(dz))
    assert made is not None
    verify(made.evidence)
    said = json.loads(made.evidence)
    assert said["commitment"] == invariants.entries(dz.node, "code.issued")[-1]["commitment"]
    assert invariants.entries(dz.node, "approval.attested")[-1]["method"] == "code"


@pytest.mark.parametrize(
    "members",
    [
        {"digest": OTHER},
        {"person": "somebody"},
        {"subject": "rel-2"},
        {"code": "0" * 12},
        {"code": "short"},
        {"commitment": OTHER},
        {"issued": "yesterday"},
        {"at": ""},
        {"method": "passkey"},
        {"more": "members"},
    ],
    ids=str,
)
def test_changed_evidence_shows_nothing(dz: State, members: dict[str, Any]) -> None:
    made = typed(dz, issued(dz))
    assert made is not None
    with pytest.raises(SignatureInvalid):
        verify(canonical({**json.loads(made.evidence), **members}))


def test_a_disabled_person_has_no_codes(dz: State) -> None:
    code = issued(dz)
    gone = replace(dz.staff.approver, disabled=True)
    with pytest.raises(Forbidden) as refused:
        issued(dz, gone)
    assert refused.value.code is Code.PERMISSION_MISSING
    with pytest.raises(Forbidden):
        typed(dz, code, gone)


@pytest.mark.parametrize(("subject", "digest"), [("", DIGEST), ("rel 1", DIGEST), (SUBJECT, "AB" * 32)])
def test_what_is_confirmed_has_a_form(dz: State, subject: str, digest: str) -> None:
    with pytest.raises(BadInput):
        issued(dz, digest=digest, subject=subject)
