"""Blinded queries in the console: ask, hit, settle; none, not ready, used up; quotas, tickets, the line of contact."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any, Final

import httpx
import pytest

from exchange.model.records import Ref
from exchange.operations.match_answer import CONTACT_SETTING
from exchange.operations.match_stats import set_contact
from tests.console.entry_kit import shown_text
from tests.console.kit import Consoles, Desk, Shown, consoles
from tests.databases import Sqlite
from tests.federation import PURPOSE, State
from tests.match_kit import AGREEMENT, CLAUSE, person, prepare

ASKED: Final[dict[str, Any]] = {**CLAUSE, "from": ["AE", "KW"], "to": ["DZ"], "per_case": 2}
LEVEL: Final[dict[str, Any]] = {
    **CLAUSE,
    "id": "m2",
    "from": ["DZ"],
    "to": ["AE"],
    "answer": "level",
    "per_case": 1,
    "per_day": 1,
}
BOTH: Final = ("Salim Specimen Alpha", "Nadir Specimen Bravo", "Karim Specimen Charlie", "Tahar Specimen Delta")
ALONE: Final = "Quiet Canaryname Nobody"
DESK: Final = 'Desk <b>seven</b> "AE"'
TO_AE: Final = f"AE.{AGREEMENT}.{PURPOSE}"
TO_KW: Final = f"KW.{AGREEMENT}.{PURPOSE}"
TICKET: Final = re.compile(r'name="ticket" value="([0-9a-f]{32}-[0-9a-f]{8})"')


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Consoles]:
    """AE holds four persons of DZ and is prepared for it; KW is not; DZ tells AE one level a day."""
    databases, folder = Sqlite(tmp_path_factory.mktemp("db")), tmp_path_factory.mktemp("tls")
    with consoles(databases, folder, matching=(ASKED, LEVEL)) as found:
        ae, dz = found.states["AE"], found.states["DZ"]
        ae.deposit(*[person(number, name) for number, name in enumerate(BOTH, 1)])
        with ae.node.store.write() as unit:
            set_contact(ae.node, unit, ae.staff.approver, DESK)
        assert prepare(ae, "DZ").size == len(BOTH)
        dz.deposit(person(1, BOTH[0]))
        prepare(dz, "AE")
        yield found


@pytest.fixture(scope="module")
def dz(house: Consoles) -> State:
    return house.states["DZ"]


@pytest.fixture(scope="module")
def desk(house: Consoles, dz: State) -> Desk:
    return house.desk("DZ", dz.staff.officer)


@pytest.fixture
def ours(dz: State) -> list[Ref]:
    """The same four, and one whom nobody else has."""
    return dz.deposit(*[person(number, name) for number, name in enumerate((*BOTH, ALONE), 1)])


def path_of(ref: Ref) -> str:
    return f"/records/{ref.originator}/{ref.id}/ask-partners"


def ask(desk: Desk, ref: Ref, case: str, way: str = TO_AE) -> Shown:
    return desk.send(desk.open(path_of(ref)), path_of(ref), {"way": way, "case": case})


def settle(desk: Desk, page: Shown, ref: Ref) -> Shown:
    return desk.send(page, f"{path_of(ref)}/settle")


def kinds(state: State) -> list[str]:
    with state.node.store.read() as unit:
        lines = unit.ledger.entries(0, 10_000)
    return [found for line in lines for found in re.findall(r'"kind":"(match\.[a-z]+)"', line.decode("utf-8"))]


def test_from_the_record_to_a_hit_and_its_second_look(desk: Desk, house: Consoles, ours: list[Ref]) -> None:
    record = desk.open(f"/records/DZ/{ours[0].id}")
    assert path_of(ours[0]) in record.links
    form = desk.open(path_of(ours[0]))
    text = shown_text(form)
    for told in (
        "Left today: ",
        "of 40",
        "at most 2 a day",
        "not prepared",
        "entry in the ledger here",
        "Never a name",
    ):
        assert told in text, told
    assert f'value="{TO_KW}" required disabled' in form.html
    hit = ask(desk, ours[0], "2026-117")
    text = shown_text(hit)
    assert hit.status == 200
    assert hit.path == path_of(ours[0])
    for told in ("hit: strong", "nothing to act upon", "left today for this case: 1", "and nothing proves it"):
        assert told in text, told
    assert "Desk &lt;b&gt;seven&lt;/b&gt;" in hit.html
    assert "<b>seven" not in hit.html
    done = settle(desk, hit, ours[0])
    text = shown_text(done)
    assert "After comparing parts strong" in text
    assert "hit: strong" in text
    assert 'Desk <b>seven</b> "AE"' in text
    assert f"{path_of(ours[0])}/settle" not in done.actions
    assert {"match.asked", "match.told", "match.settled"} <= set(kinds(house.states["DZ"]))
    assert "match.answered" in kinds(house.states["AE"])


def test_a_contact_that_would_cover_the_page_is_written_out(desk: Desk, house: Consoles, ours: list[Ref]) -> None:
    """A hostile partner's node keeps no rule of ours about its own line."""
    ae = house.states["AE"]
    with ae.node.store.write() as unit:
        unit.set_setting(CONTACT_SETTING, "a" + "\u0301" * 50)
    try:
        page = ask(desk, ours[2], "2026-181")
    finally:
        with ae.node.store.write() as unit:
            set_contact(ae.node, unit, ae.staff.approver, DESK)
    assert "\u0301" * 9 not in page.html
    assert "[U+0301×42]" in page.html


def test_a_hit_without_a_contact(desk: Desk, house: Consoles, ours: list[Ref]) -> None:
    ae = house.states["AE"]
    with ae.node.store.write() as unit:
        unit.set_setting(CONTACT_SETTING, "")
    try:
        page = ask(desk, ours[0], "2026-180")
    finally:
        with ae.node.store.write() as unit:
            set_contact(ae.node, unit, ae.staff.approver, DESK)
    assert "the partner has named none Call its liaison desk" in shown_text(page)


def test_no_hit_says_what_it_may_mean(desk: Desk, ours: list[Ref]) -> None:
    page = ask(desk, ours[4], "2026-118")
    assert "or may not tell us" in shown_text(page)
    assert TICKET.search(page.html) is None
    assert "/requests/new" not in page.links


def test_a_form_that_is_sent_twice_asks_once(desk: Desk, dz: State, ours: list[Ref]) -> None:
    form = desk.open(path_of(ours[1]))
    before = kinds(dz).count("match.asked")
    first, second = (desk.send(form, path_of(ours[1]), {"way": TO_AE, "case": "2026-119"}) for _ in range(2))
    assert kinds(dz).count("match.asked") == before + 1
    assert TICKET.findall(first.html) == TICKET.findall(second.html) != []
    done, again = (settle(desk, second, ours[1]) for _ in range(2))
    assert "After comparing parts" in done.text
    assert "After comparing parts" in again.text
    other = desk.send(form, path_of(ours[1]), {"way": TO_AE, "case": "2026-120"})
    assert other.status in (409, 422)
    assert other.form(path_of(ours[1])).fields["case"] == ["2026-120"]
    assert desk.send(other, path_of(ours[1]), {"way": TO_AE}).status == 200


@pytest.mark.parametrize("case", ["", "two words", "قضية", "x" * 65, "SALIM-7", "case-alpha"])
def test_a_wrong_case_number_keeps_what_was_typed(desk: Desk, dz: State, ours: list[Ref], case: str) -> None:
    before = kinds(dz).count("match.asked")
    page = ask(desk, ours[0], case)
    assert page.status == 422
    assert "Field: Case number" in page.text
    assert ("a word of this person’s name" in page.text) == bool(case)
    form = page.form(path_of(ours[0]))
    assert form.fields["case"] == [case]
    assert form.fields["way"] == [TO_AE]
    assert kinds(dz).count("match.asked") == before


def test_a_partner_that_has_not_prepared(desk: Desk, ours: list[Ref]) -> None:
    page = ask(desk, ours[0], "2026-121", TO_KW)
    assert page.status == 409
    text = shown_text(page)
    assert "has not made its set for us" in text
    assert page.form(path_of(ours[0])).fields["case"] == ["2026-121"]


def test_a_case_is_used_up(desk: Desk, ours: list[Ref]) -> None:
    assert [ask(desk, ours[n], "2026-122").status for n in (2, 3, 4)] == [200, 200, 403]
    page = ask(desk, ours[4], "2026-122")
    assert "used up" in page.text
    assert page.form(path_of(ours[4])).fields["case"] == ["2026-122"]


def test_a_refused_form_that_is_loaded_anew_is_refused_alike(desk: Desk, dz: State, ours: list[Ref]) -> None:
    form, before = desk.open(path_of(ours[0])), kinds(dz).count("match.asked")
    for given, status in (({"way": TO_KW, "case": "2026-170"}, 409), ({"way": TO_AE, "case": "2 words"}, 422)):
        pages = [desk.send(form, path_of(ours[0]), given) for _ in range(2)]
        assert [page.status for page in pages] == [status, status]
        assert len({page.html[page.html.index('role="alert"') :][:300] for page in pages}) == 1
        form = pages[1]
    assert kinds(dz).count("match.asked") == before


def test_a_partner_out_of_reach_and_a_ticket_that_is_burnt(desk: Desk, house: Consoles, ours: list[Ref]) -> None:
    network = house.states.network
    network.down.add("AE")
    try:
        page = ask(desk, ours[2], "2026-123")
        assert page.status == 502
        assert page.form(path_of(ours[2])).fields["case"] == ["2026-123"]
        network.down.clear()
        hit = desk.send(page, path_of(ours[2]), {"way": TO_AE, "case": "2026-124"})
        network.down.add("AE")
        lost = settle(desk, hit, ours[2])
    finally:
        network.down.clear()
    assert lost.status == 502
    assert "Desk &lt;b&gt;seven" in lost.html
    burnt = settle(desk, lost, ours[2])
    assert "This ticket was used already" in burnt.text
    assert "Desk &lt;b&gt;seven" in burnt.html


def test_a_ticket_typed_later(desk: Desk, ours: list[Ref]) -> None:
    (ticket,) = TICKET.findall(ask(desk, ours[3], "2026-125").html)
    form, action = desk.open(path_of(ours[3])), f"{path_of(ours[3])}/settle"
    wrong = desk.send(form, action, {"partner": "AE", "ticket": "ab" * 16})
    assert wrong.status == 422
    assert wrong.form(action).fields["ticket"] == ["ab" * 16]
    spoken = f" {ticket[:16].upper()} {ticket[16:]} "
    done = desk.send(wrong, action, {"partner": "AE", "ticket": spoken})
    text = shown_text(done)
    assert "After comparing parts strong" in text
    assert "hit:" not in text


def test_a_ticket_of_another_person_is_refused_in_place_and_stays_good(desk: Desk, ours: list[Ref]) -> None:
    (ticket,) = TICKET.findall(ask(desk, ours[3], "2026-127").html)
    other = f"{path_of(ours[0])}/settle"
    refused = desk.send(desk.open(path_of(ours[0])), other, {"partner": "AE", "ticket": ticket})
    assert refused.status == 422
    assert "another person" in shown_text(refused)
    assert refused.form(other).fields["ticket"] == [ticket]
    done = desk.send(desk.open(path_of(ours[3])), f"{path_of(ours[3])}/settle", {"partner": "AE", "ticket": ticket})
    assert "After comparing parts strong" in shown_text(done)


def test_what_cannot_be_asked_about(desk: Desk, house: Consoles, dz: State, ours: list[Ref]) -> None:
    assert desk.open(path_of(Ref("AE", "rec-not-here-0001"))).status == 404
    for way in ("", "AE", f"ZZ.{AGREEMENT}.{PURPOSE}", f"AE.AG-DZ-AE-KW.{PURPOSE}", f"AE.{AGREEMENT}.unknown"):
        page = desk.send(desk.open(path_of(ours[0])), path_of(ours[0]), {"way": way, "case": "2026-126"})
        assert page.status in (403, 422), way
        assert page.form(path_of(ours[0])).fields["case"] == ["2026-126"]
    kw = house.states["KW"]
    (ref,) = kw.deposit(person(1, BOTH[0]))
    page = house.desk("KW", kw.staff.officer).open(path_of(ref))
    assert "No partner can be asked" in page.text
    assert path_of(ref) not in page.actions


@pytest.mark.parametrize("role", ["approver", "auditor", "admin"])
def test_who_may_not_ask(house: Consoles, dz: State, ours: list[Ref], role: str) -> None:
    other = house.desk("DZ", getattr(dz.staff, role))
    assert other.open(path_of(ours[0])).status == 403
    token = other.open("/preferences").form("/preferences").fields["csrf"][0]
    for path in (path_of(ours[0]), f"{path_of(ours[0])}/settle"):
        assert other.client.post(path, data={"csrf": token, "once": "x" * 20}).status_code == 403
    assert path_of(ours[0]) not in other.open(f"/records/DZ/{ours[0].id}").links


def test_a_level_alone_a_day_used_up_and_its_alarms(house: Consoles) -> None:
    ae = house.states["AE"]
    (ref,) = ae.deposit(person(1, BOTH[0]))
    desk = house.desk("AE", ae.staff.officer)
    way = f"DZ.{AGREEMENT}.{PURPOSE}"
    page = ask(desk, ref, "ae-1", way)
    text = shown_text(page)
    assert "hit: strong" in text
    assert "tells the level alone" in text
    assert TICKET.search(page.html) is None
    form = desk.open(path_of(ref))
    assert "used up for today" in form.text
    assert f'value="{way}" required disabled' in form.html
    assert "We have used up our blinded queries" in desk.open("/blinded").text
    holder = house.desk("DZ", house.states["DZ"].staff.admin)
    assert "This partner has used up its blinded queries" in holder.open("/blinded").text


def test_quotas_and_answers_of_both_directions(desk: Desk, house: Consoles, ours: list[Ref]) -> None:
    ask(desk, ours[1], "2026-127")
    page = desk.open("/blinded")
    text = shown_text(page)
    for told in ("We ask", "We are asked", "May ask a day", "AE", "40", "not prepared by the partner", "no agreement"):
        assert told in text, told
    ae = house.states["AE"]
    for person_ in (ae.staff.officer, ae.staff.approver, ae.staff.auditor, ae.staff.admin):
        found = house.desk("AE", person_).open("/blinded")
        assert found.status == 200
        assert "2026-127" in found.text
        assert "/blinded" in found.links
    held = house.desk("AE", ae.staff.auditor)
    assert "None in 30 days" in held.open("/blinded?partner=KW").text
    assert "2026-127" in held.open("/blinded?partner=DZ").text
    assert held.open("/blinded?partner=ZZ").status == 422
    assert held.open("/blinded?from=x").status == 422


def test_answers_come_page_by_page(
    house: Consoles, monkeypatch: pytest.MonkeyPatch, desk: Desk, ours: list[Ref]
) -> None:
    for number in (2, 3):
        ask(desk, ours[number], f"2026-13{number}")
    monkeypatch.setattr("exchange.console.pages.blinded.PAGE", 1)
    held, path, seen = house.desk("AE", house.states["AE"].staff.auditor), "/blinded?partner=DZ", 0
    while path and seen < 30:
        page = held.open(path)
        seen += 1
        path = next((link for link in page.links if "from=" in link), "")
    assert 1 < seen < 30


def test_a_caller_s_ticket_leads_to_the_record(desk: Desk, house: Consoles, ours: list[Ref]) -> None:
    (ticket,) = TICKET.findall(ask(desk, ours[0], "2026-140").html)
    ae = house.states["AE"]
    held = house.desk("AE", ae.staff.approver)
    page = held.open("/blinded")
    found = held.send(page, "/blinded/ticket", {"partner": "DZ", "ticket": f"{ticket[:8].upper()} {ticket[8:]}"})
    assert found.path == "/blinded/ticket"
    (link,) = [each for each in found.links if each.startswith("/records/AE/")]
    assert held.open(link).status == 200
    none = held.send(page, "/blinded/ticket", {"partner": "KW", "ticket": ticket})
    assert none.status == 404
    assert "was given no such ticket" in none.text
    wrong = held.send(page, "/blinded/ticket", {"partner": "DZ", "ticket": "xyz"})
    assert wrong.status == 422
    assert wrong.form("/blinded/ticket").fields["ticket"] == ["xyz"]
    for refused in (ae.staff.auditor, ae.staff.admin):
        other = house.desk("AE", refused)
        shown = other.open("/blinded")
        assert "Which record of ours is it about? Who can: officer" in shown_text(shown)
        assert other.send(shown, "/blinded/ticket", {"partner": "DZ", "ticket": ticket}).status == 403


def test_the_line_of_contact_is_set_by_who_may(house: Consoles) -> None:
    kw = house.states["KW"]
    officer = house.desk("KW", kw.staff.officer)
    page = officer.open("/blinded")
    assert "nobody: set a line" in page.text
    assert officer.send(page, "/blinded/contact", {"contact": "mine"}).status == 403
    desk = house.desk("KW", kw.staff.approver)
    page = desk.open("/blinded")
    for text in ("x" * 111, "مكتب " * 20, "", "turned \u202e round"):
        wrong = desk.send(page, "/blinded/contact", {"contact": text})
        assert wrong.status == 422, text
        assert "Field: Line of contact" in wrong.text
    done = desk.send(desk.open("/blinded"), "/blinded/contact", {"contact": "مكتب الاتصال"})
    assert "Kept. Whoever asks" in done.text
    assert "مكتب الاتصال" in officer.open("/blinded").text


@pytest.mark.parametrize(
    ("lang", "told"), [("ar", "اسأل الشركاء هل لديهم هذا الشخص"), ("fr", "Demander aux partenaires")]
)
def test_in_other_languages(desk: Desk, ours: list[Ref], lang: str, told: str) -> None:
    desk.keep(lang=lang)
    try:
        assert told in desk.open(path_of(ours[4])).text
        assert desk.open("/blinded").status == 200
        page = ask(desk, ours[4], f"2026-{lang}")
        assert {"ar": "لا تطابق", "fr": "aucune concordance"}[lang] in page.text
        assert "This node" not in ask(desk, ours[4], "2026-150", TO_KW).text
    finally:
        desk.keep()


def test_no_name_and_no_ticket_in_an_address_or_a_log(
    house: Consoles, dz: State, ours: list[Ref], caplog: pytest.LogCaptureFixture
) -> None:
    addresses: list[str] = []
    desk = house.desk("DZ", dz.staff.second)

    def note(request: httpx.Request) -> None:
        addresses.append(str(request.url))

    desk.client.event_hooks["request"].append(note)
    with caplog.at_level(logging.DEBUG):
        tickets = TICKET.findall(ask(desk, ours[1], "2026-160").html)
        ask(desk, ours[4], "2026-161")
        ask(desk, ours[4], "not nameless Canaryname")
        desk.send(desk.open("/blinded"), "/blinded/ticket", {"partner": "AE", "ticket": tickets[0]})
    said = "\n".join([*addresses, caplog.text]).casefold()
    assert len(addresses) > 5
    for canary in ("canaryname", "bravo", "specimen", *tickets, "2026-160"):
        assert canary not in said, canary
