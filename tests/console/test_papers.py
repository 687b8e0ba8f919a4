"""Papers from the console: what is asked for comes as a marked PDF, noted as a reading; nothing else opens it."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from exchange.model.messages import Recall
from exchange.model.records import Ref
from exchange.operations.messages import MessageWish
from exchange.operations.permissions import ROLES
from exchange.operations.release import send
from tests.console.kit import Consoles, Desk
from tests.federation import AGREEMENT, PURPOSE
from tests.integration.api_office import covered
from tests.invariants import entries
from tests.paper_kit import flat, pages

LANGUAGES = ("ar", "fr", "en")


@dataclass(frozen=True, slots=True)
class Told:
    """One record of DZ that AE holds, one that nobody holds, and a recall of the first."""

    sent: Ref
    kept: Ref
    message: str


@pytest.fixture(scope="module")
def told(shared: Consoles) -> Told:
    dz = shared.states["DZ"]
    sent, kept = dz.deposit(covered(3), covered(5))
    assert [outcome.state for outcome in dz.push("AE", [sent])] == ["released"]
    assert dz.deliver("AE").accepted == 1
    recall = Recall(PURPOSE, "", (sent,), "inaccurate", "note: ملاحظة", "2027-01-01T00:00:00Z", None)
    with dz.node.store.write() as unit:
        message = send(dz.node, unit, dz.staff.approver, MessageWish("AE", AGREEMENT, recall)).key
    dz.deliver("AE")
    return Told(sent, kept, message.id)


@pytest.fixture(scope="module")
def officer(shared: Consoles) -> Desk:
    return shared.desk("DZ", shared.states["DZ"].staff.officer)


def paper(desk: Desk, path: str) -> bytes:
    answer = desk.client.get(path)
    assert answer.status_code == 200, path
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "no-store"
    assert re.fullmatch(r'attachment; filename="[A-Za-z0-9._-]+\.pdf"', answer.headers["content-disposition"])
    return answer.content


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_record_of_ours_is_printed_and_the_reading_is_noted(
    lang: str, shared: Consoles, officer: Desk, told: Told
) -> None:
    node = shared.states["DZ"].node
    officer.keep(lang=lang)
    before = len(entries(node, "record.read"))
    data = paper(officer, f"/records/DZ/{told.kept.id}/pdf")
    noted = entries(node, "record.read")[before:]
    assert [(each["actor"], each["held"]) for each in noted] == [("officer-dz", "own")]
    assert f"DZ/{told.kept.id}" in flat(data)
    for page in pages(data):
        assert "DZ · officer-dz · " in page
        assert page.count("TLP:") >= 2
    officer.keep(lang="en")


def test_the_language_of_the_paper_may_be_another(officer: Desk, told: Told) -> None:
    answer = officer.client.get(f"/records/DZ/{told.kept.id}/pdf?lang=fr")
    assert answer.headers["content-disposition"] == f'attachment; filename="record-DZ-{told.kept.id}-fr.pdf"'
    assert "Copiesurpapier" in flat(answer.content)
    assert "Apapercopy" in flat(paper(officer, f"/records/DZ/{told.kept.id}/pdf?lang=xx"))


def test_a_partners_record_is_printed_with_its_terms(shared: Consoles, told: Told) -> None:
    state = shared.states["AE"]
    desk = shared.desk("AE", state.staff.officer)
    before = len(entries(state.node, "record.read"))
    whole = flat(paper(desk, f"/records/DZ/{told.sent.id}/pdf"))
    assert "CopyreceivedfromAlgeria(DZ)" in whole
    assert AGREEMENT in whole
    assert [each["held"] for each in entries(state.node, "record.read")[before:]] == ["received"]


def test_a_preview_is_printed_with_its_digest_and_says_that_nothing_was_sent(
    shared: Consoles, officer: Desk, told: Told
) -> None:
    page = officer.open(f"/previews/DZ/{told.kept.id}?to=KW&purpose={PURPOSE}&agreement={AGREEMENT}")
    (digest,) = page.form(f"/previews/DZ/{told.kept.id}/propose").fields["seen"]
    assert len(digest) == 64
    query = f"to=KW&purpose={PURPOSE}&agreement={AGREEMENT}"
    whole = flat(paper(officer, f"/previews/DZ/{told.kept.id}/pdf?{query}"))
    assert digest in whole
    assert "Nothinghasbeensent." in whole
    assert "WhatKuwaitwouldsee" in whole
    first = flat(paper(officer, f"/previews/DZ/{told.kept.id}/pdf"))
    assert "WhattheUnitedArabEmirateswouldsee" in first


def test_a_preview_under_what_is_not_in_force_is_refused_with_the_reason(officer: Desk, told: Told) -> None:
    page = officer.open(f"/previews/DZ/{told.kept.id}/pdf?to=KW&purpose={PURPOSE}&agreement=AG-DZ-KW")
    assert page.status in (403, 409)
    assert "AGREEMENT_NOT_IN_FORCE" in page.html
    assert officer.open(f"/previews/DZ/{told.kept.id}/pdf?to=ZZ").status == 404
    assert officer.open(f"/previews/DZ/{told.kept.id}/pdf?to=nobody").status == 422


def test_a_message_is_printed_by_both_sides(shared: Consoles, told: Told) -> None:
    for code, partner, direction, words in (
        ("DZ", "AE", "out", "senttotheUnited"),
        ("AE", "DZ", "in", "receivedfromAlgeria"),
    ):
        state = shared.states[code]
        desk = shared.desk(code, state.staff.approver)
        before = len(entries(state.node, "message.read"))
        whole = flat(paper(desk, f"/messages/{direction}/{partner}/{told.message}/pdf"))
        assert words.lower() in whole.lower()
        assert "itisnotaccurate" in whole.lower()
        assert len(entries(state.node, "message.read")) == before + 1


@pytest.mark.parametrize("role", ROLES)
def test_everybody_may_print_a_desk_card(role: str, shared: Consoles) -> None:
    desk = shared.desk("DZ", shared.states["DZ"].staff.auditor)
    for lang in LANGUAGES:
        assert len(pages(paper(desk, f"/help/guides/{role}/{lang}"))) == 1
    assert desk.open("/help/guides/spy/en").status == 404
    assert desk.open(f"/help/guides/{role}/de").status == 404


def test_what_is_not_there_is_not_found_and_what_a_role_may_not_read_is_refused(
    shared: Consoles, officer: Desk, told: Told
) -> None:
    gone = "rec-0000000000000000000000000"
    for path in (f"/records/DZ/{gone}/pdf", f"/records/KW/{gone}/pdf", f"/previews/DZ/{gone}/pdf", "/records/DZ/x/pdf"):
        assert officer.open(path).status == 404, path
    assert officer.open(f"/messages/in/AE/{told.message}/pdf").status == 404
    auditor = shared.desk("DZ", shared.states["DZ"].staff.auditor)
    there, absent = (auditor.open(f"/records/DZ/{each}/pdf") for each in (told.kept.id, gone))
    assert (there.status, absent.status) == (403, 403)
    assert shared.desk("DZ").open(f"/records/DZ/{told.kept.id}/pdf").path == "/sign-in"
