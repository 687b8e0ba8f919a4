"""“Why?”: the decision in words from any chip, what would change it, who may, and the file for the auditor."""

from __future__ import annotations

import json
import re

import pytest

from exchange.model.records import Ref
from exchange.operations.replay_file import check_file
from exchange.policies.reasons import REMEDY_OF
from tests.console.kit import Consoles, Desk
from tests.console.release_kit import QUERY, main, preview_page, proposed
from tests.subjects import gulf_person


@pytest.fixture
def officer(shared: Consoles) -> Desk:
    return shared.desk("DZ", shared.states["DZ"].staff.officer)


def claims_by_state(desk: Desk, ref: Ref) -> dict[str, str]:
    """State -> a claim of that state."""
    html = preview_page(desk, ref).html
    return {state: claim for claim, state in re.findall(r'data-claim="(c\d+)" data-state="(\w+)"', html)}


def test_each_chip_leads_to_its_reason_step_by_step(shared: Consoles, officer: Desk) -> None:
    (ref,) = shared.states["DZ"].deposit(gulf_person(21))
    heads = {
        "sent": "Why is this sent?",
        "coarser": "Why does this go less exact?",
        "withheld": "Why is this withheld?",
    }
    for state, claim in claims_by_state(officer, ref).items():
        page = officer.open(f"/previews/DZ/{ref.id}/why/{claim}?to=KW&{QUERY}")
        assert page.status == 200
        assert heads[state] in page.text
        assert "The default: nothing leaves unless a clause permits it." in page.text
        assert "Who may do that:" in page.text
        assert re.search(r"\d+ checks on the record: none stops it", page.text)
        assert "The outcome:" in page.text
        assert f"/previews/DZ/{ref.id}?to=KW" in " ".join(page.links)


def test_the_attribute_that_decided_is_named(shared: Consoles, officer: Desk) -> None:
    (ref,) = shared.states["DZ"].deposit(gulf_person(22))
    claim = claims_by_state(officer, ref)["sent"]
    page = officer.open(f"/previews/DZ/{ref.id}/why/{claim}?to=KW&{QUERY}")
    assert "nationality among" in page.text
    assert "in the record" in page.text


def test_a_record_that_stays_as_a_whole_names_the_check_that_stopped_it(shared: Consoles, officer: Desk) -> None:
    flagged = tuple(
        claim._replace(value="unknown") if claim.path == "record.category" else claim for claim in gulf_person(23)
    )
    (ref,) = shared.states["DZ"].deposit(flagged)
    claim = claims_by_state(officer, ref)["withheld"]
    page = officer.open(f"/previews/DZ/{ref.id}/why/{claim}?to=KW&{QUERY}")
    assert "It is so, and the record stays" in page.text
    assert "the author of the record" in page.text


def test_without_an_agreement_in_the_address_the_first_in_force_answers(shared: Consoles, officer: Desk) -> None:
    (ref,) = shared.states["DZ"].deposit(gulf_person(24))
    claim = claims_by_state(officer, ref)["sent"]
    assert officer.open(f"/previews/DZ/{ref.id}/why/{claim}?to=KW").status == 200
    assert officer.open(f"/previews/DZ/{ref.id}/why/c0?to=KW").status == 404
    assert officer.open(f"/previews/KW/{ref.id}/why/{claim}").status == 404
    assert officer.open(f"/previews/DZ/{ref.id}/why/{claim}?to=KW&purpose=nonsense").status == 422


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_the_trace_speaks_the_readers_language_and_keeps_identifiers(shared: Consoles, lang: str) -> None:
    desk = shared.desk("DZ", shared.states["DZ"].staff.second)
    desk.keep(lang=lang)
    (ref,) = shared.states["DZ"].deposit(gulf_person(25))
    claim = claims_by_state(desk, ref)["withheld"]
    page = desk.open(f"/previews/DZ/{ref.id}/why/{claim}?to=KW&{QUERY}")
    assert page.status == 200
    for english in ("Why is this withheld?", "The default", "Who may do that", "step by step"):
        assert english not in main(page)
    assert "AG-DZ-AE-KW" in page.text
    assert not any(code in page.text for code in REMEDY_OF if code in ("CLAUSE_NOT_MET", "NO_CLAUSE"))
    desk.keep(lang="en")


def test_the_auditor_gets_the_decisions_as_a_file_without_values(shared: Consoles, officer: Desk) -> None:
    dz = shared.states["DZ"]
    (ref,) = dz.deposit(gulf_person(26))
    proposal = proposed(dz, [ref])
    page = officer.open(f"/releases/{proposal.id}")
    assert "Share with the auditor" in page.text
    for desk in (officer, shared.desk("DZ", dz.staff.auditor)):
        answer = desk.client.get(f"/releases/{proposal.id}/decisions")
        assert answer.status_code == 200
        assert answer.headers["content-disposition"] == f'attachment; filename="{proposal.id}.decisions.json"'
        assert answer.headers["cache-control"] == "no-store"
        assert check_file(answer.content).sound
        assert json.loads(answer.content)["items"][0]["claims"] is None
    names = [claim.value["text"] for claim in gulf_person(26) if claim.path == "name.full"]
    assert not any(text in answer.text for text in names)
    with dz.node.store.read() as unit:
        last = unit.ledger.entries(unit.ledger.head(lock=False).size - 1, 1)
    assert b"decision.exported" in last[0]
