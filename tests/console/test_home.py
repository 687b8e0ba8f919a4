"""The first page: counts of what waits with their links, alarms, first steps of a new node, help for each role."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from exchange.console.page import GROUPS
from exchange.operations.people import disable_person
from exchange.operations.permissions import ROLES
from tests.console.kit import Consoles, Desk
from tests.console.release_kit import proposed, signer
from tests.invariants import entries
from tests.subjects import gulf_person


def desk(shared: Consoles, role: str, code: str = "DZ") -> Desk:
    staff = shared.states[code].staff
    people = {
        "officer": staff.officer,
        "releasing_officer": staff.approver,
        "auditor": staff.auditor,
        "administrator": staff.admin,
    }
    return shared.desk(code, people[role])


def test_it_counts_what_waits_for_this_role(shared: Consoles) -> None:
    dz = shared.states["DZ"]
    (ref,) = dz.deposit(gulf_person(1))
    proposed(dz, [ref], "AE")
    page = desk(shared, "releasing_officer").open("/")
    assert re.search(r"<title>\(1\) Home", page.html)
    assert "/inbox?kind=approve" in page.links
    assert any(re.fullmatch(r"/releases/rel-[0-9a-f]+/approve", link) for link in page.links)
    assert "The node works; nothing rings." in page.text
    other = desk(shared, "officer").open("/")
    assert "Nothing waits for you." in other.text
    assert "First steps" not in other.text
    assert entries(dz.node, "list.read")[-1]["what"] == "inbox"


def test_first_steps_are_an_administrator_s_and_go_when_they_are_done(shared: Consoles) -> None:
    dz = shared.states["DZ"]
    page = desk(shared, "administrator").open("/")
    assert "First steps" in page.text
    assert page.text.count("to do") >= 1
    signer(shared, "DZ", dz.staff.approvers[2])
    assert "First steps" not in desk(shared, "administrator").open("/").text
    with dz.node.store.write() as unit:
        disable_person(dz.node, unit, "admin-dz", dz.staff.auditor.id)
    again = desk(shared, "administrator").open("/")
    assert "/people" in again.links
    assert "First steps" in again.text


@pytest.mark.parametrize("role", ROLES)
def test_help_has_a_page_for_each_role(shared: Consoles, role: str) -> None:
    officer = desk(shared, "officer")
    page = officer.open(f"/help/{role}")
    assert page.status == 200
    assert page.html.count("<h1>") == 1
    for lang, word in (("ar", "إذا رنّ إنذار"), ("fr", "Quand une alarme retentit"), ("en", "When something rings")):
        officer.keep(lang=lang)
        assert word in officer.open(f"/help/{role}").text


def test_help_without_a_session_says_what_everybody_may_know(shared: Consoles) -> None:
    nobody = shared.desk("DZ")
    page = nobody.open("/help")
    assert page.status == 200
    assert "The page for my role" not in page.text
    assert 'id="keys"' in page.html
    assert nobody.open("/help/officer").path == "/sign-in"
    assert desk(shared, "officer").open("/help/stranger").status == 404
    mine = desk(shared, "officer").open("/help")
    assert "/help/officer" in mine.links
    seen = desk(shared, "officer").open("/help/officer")
    for link in {link for link in seen.links if link.startswith("/") and "/static/" not in link}:
        assert desk(shared, "officer").open(link).status == 200, link


def test_alarms_stand_on_the_first_page_of_everybody(shared: Consoles) -> None:
    shared.states.clock.forward(timedelta(hours=1))
    for role in ("officer", "releasing_officer", "administrator"):
        page = desk(shared, role).open("/")
        assert "PARTNER_SILENT" in page.text
        assert "Nothing was heard of this partner" in page.text
        assert "The node works. Something needs a look." in page.text
    officer = desk(shared, "officer")
    officer.keep(lang="ar")
    page = officer.open("/")
    assert "لم يصل من هذا الشريك شيء" in page.text
    assert '<bdi dir="ltr">exchange doctor --partners</bdi>' in page.html


@pytest.mark.parametrize("role", list(ROLES))
def test_the_groups_of_the_navigation_stand_in_one_order_for_everybody(fresh: Consoles, role: str) -> None:
    html = desk(fresh, role).open("/").html
    side = html[html.index('<nav class="side"') :]
    places = [place for place in (side.find(group) for group in GROUPS) if place >= 0]
    assert len(places) >= 3
    assert places == sorted(places)
