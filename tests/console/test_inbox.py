"""What waits, by obligation: what came in, what is due, what others ask for; each role its own, in three languages."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from exchange.model.claims import Claim
from exchange.model.messages import Request
from exchange.model.state import Person
from exchange.operations.messages import MessageWish, propose_message
from exchange.operations.openings import ask_opening, confirm_opening
from exchange.operations.override import ask_override
from exchange.operations.tasks import KINDS, Task, counted, tasks
from exchange.operations.terminate import ask_termination
from tests.console.kit import Consoles, Desk, Shown
from tests.console.release_kit import proposed
from tests.federation import AGREEMENT, PURPOSE, State
from tests.invariants import entries
from tests.subjects import gulf_person


def desk(shared: Consoles, code: str, role: str = "officer") -> Desk:
    staff = shared.states[code].staff
    people = {"officer": staff.officer, "approver": staff.approver, "auditor": staff.auditor, "admin": staff.admin}
    return shared.desk(code, people[role])


def sent(shared: Consoles, number: int, to: str = "AE") -> str:
    """A record of DZ that `to` has taken in; its address in the inbox there."""
    dz = shared.states["DZ"]
    (ref,) = dz.deposit(gulf_person(number))
    (outcome,) = dz.push(to, [ref])
    assert dz.deliver(to).stopped is None
    return f"/inbox/DZ/1/{outcome.seq}"


def asked(shared: Consoles, urgency: str = "3d", text: str = "Who is he?") -> str:
    """A request of DZ that AE has taken in; its id."""
    dz = shared.states["DZ"]
    message = Request(PURPOSE, "", text, "Law 1", urgency, ())
    with dz.node.store.write() as unit:
        proposal = propose_message(dz.node, unit, dz.staff.officer, MessageWish("AE", AGREEMENT, message))
    dz.approve(proposal)
    dz.release(proposal)
    assert dz.deliver("AE").stopped is None
    return proposal.id.replace("rel-", "msg-")


def waiting(state: State, person: Person) -> list[Task]:
    with state.node.store.read() as unit:
        return tasks(state.node, unit, person)


def test_what_came_in_waits_until_somebody_has_noted_it(fresh: Consoles) -> None:
    address = sent(fresh, 1)
    officer, other = desk(fresh, "AE"), desk(fresh, "AE", "approver")
    page, second = officer.open("/inbox"), other.open("/inbox")
    assert "(1) Inbox" in page.html
    assert "Records from a partner" in page.text
    assert address in page.links
    assert f"{address}/noted" in second.actions
    done = officer.send(page, f"{address}/noted")
    assert (done.status, done.path) == (200, "/inbox?said=noted")
    assert "Nothing waits for you" in done.text
    assert [line["seq"] for line in entries(fresh.states["AE"].node, "arrival.noted")] == [1]
    late = other.send(second, f"{address}/noted")
    assert late.status == 409
    assert "Somebody changed it meanwhile" in late.text
    assert "noted" in other.open(address).text
    assert f"{address}/noted" not in other.open(address).actions


def test_an_item_tells_the_envelope_its_records_and_our_receipt(shared: Consoles) -> None:
    address = sent(shared, 2)
    page = desk(shared, "AE").open(address)
    assert page.status == 200
    for text in ("Received from Algeria", "Taken in", AGREEMENT, "accepted", "Our receipt", "Ledger entry"):
        assert text in page.text
    (record,) = {link for link in page.links if re.fullmatch(r"/records/DZ/rec-[a-z0-9]+", link)}
    assert f"{record}/duplicates" in page.links
    assert page.html.count("TLP:") >= 2
    assert "watermark" in page.html
    whats = [line["what"] for line in entries(shared.states["AE"].node, "list.read")]
    assert whats[-1] == "inbox"
    for missing in ("/inbox/KW/1/1", "/inbox/DZ/9/1", "/inbox/dz/1/1", "/inbox/DZ/01/1"):
        assert desk(shared, "AE").open(missing).status == 404


def test_what_was_not_taken_in_says_why(fresh: Consoles) -> None:
    dz, ae = fresh.states["DZ"], fresh.states["AE"]
    (ref,) = dz.deposit(gulf_person(3))
    dz.push("AE", [ref])
    with ae.node.store.write() as unit:
        stored = unit.agreements.active(AGREEMENT, lock=False)
        assert stored is not None
        unit.agreements.put(replace(stored, state="terminated"))
    dz.deliver("AE")
    page = desk(fresh, "AE").open("/inbox")
    assert "Refused: it was not taken in" in page.text
    item = desk(fresh, "AE").open(next(link for link in page.links if link.startswith("/inbox/DZ")))
    assert "AGREEMENT_NOT_IN_FORCE" in item.text
    assert "It was not taken in:" in item.text


def test_what_is_overdue_comes_first_whenever_it_came(fresh: Consoles) -> None:
    soon, later = asked(fresh, "8h"), asked(fresh, "7d")
    fresh.states.clock.forward(timedelta(hours=9))
    sent(fresh, 4)
    page = desk(fresh, "AE").open("/inbox")
    order = [page.html.index(text) for text in (soon, later, "/inbox/DZ/1/")]
    assert order == sorted(order)
    heads = re.findall(r'<h2 id="g-(\w+)"', page.html)
    assert heads == ["overdue", "due", "open"]
    assert page.text.index("Overdue") < page.text.index("Answer by 2 Nov 2026, 16:00 UTC")
    assert "within 8 hours" in page.text
    assert "Who is he?" not in page.text
    found = waiting(fresh.states["AE"], fresh.states["AE"].staff.officer)
    assert ("request", 2, 1) in counted(found)
    late = waiting(fresh.states["DZ"], fresh.states["DZ"].staff.officer)
    assert ("late", 1, 0) in counted(late)
    assert f"/messages/out/AE/{soon}" in desk(fresh, "DZ").open("/inbox?kind=late").links


def test_it_is_filtered_by_kind_and_partner(fresh: Consoles) -> None:
    message, address = asked(fresh), sent(fresh, 5)
    officer = desk(fresh, "AE")
    assert address not in officer.open("/inbox?kind=request").links
    assert f"/messages/in/DZ/{message}" in officer.open("/inbox?kind=request&partner=DZ").links
    assert "Nothing of this kind waits" in officer.open("/inbox?partner=KW").text
    for bad in ("kind=else", "from=x", "from=999999", "kind=a&kind=b"):
        assert officer.open(f"/inbox?{bad}").status == 422
    form = officer.open("/inbox").html
    assert '<option value="DZ"' in form
    assert '<option value="KW"' not in form


def test_many_lines_come_in_pages(fresh: Consoles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exchange.console.pages.inbox.LINES", 2)
    addresses = [sent(fresh, number) for number in (6, 7, 8)]
    first = desk(fresh, "AE").open("/inbox?kind=records")
    assert [address for address in addresses if address in first.links] == addresses[:2]
    (more,) = (link for link in first.links if "from=2" in link)
    assert [address for address in addresses if address in desk(fresh, "AE").open(more).links] == addresses[2:]


def test_an_approval_waits_for_everybody_but_who_proposed_or_gave_it(fresh: Consoles) -> None:
    dz = fresh.states["DZ"]
    (ref,) = dz.deposit(gulf_person(9))
    proposal = proposed(dz, [ref], "KW")
    link = f"/releases/{proposal.id}/approve"
    assert link in desk(fresh, "DZ", "approver").open("/inbox").links
    assert link not in desk(fresh, "DZ").open("/inbox").links
    assert "proposed by officer-dz" in desk(fresh, "DZ", "approver").open("/inbox").text
    dz.approve(proposal)
    assert link not in desk(fresh, "DZ", "approver").open("/inbox").links
    assert f"/releases/{proposal.id}" in desk(fresh, "DZ").open("/inbox?kind=release").links
    fresh.states.clock.forward(timedelta(days=30))
    assert f"/releases/{proposal.id}" not in desk(fresh, "DZ").open("/inbox?kind=release").links


def test_a_possible_match_is_shown_with_its_reasons(fresh: Consoles) -> None:
    ae = fresh.states["AE"]
    (own,) = ae.deposit(gulf_person(10))
    sent(fresh, 10)
    page = desk(fresh, "AE").open("/inbox?kind=match")
    (link,) = {each for each in page.links if each.startswith(f"/matching/AE/{own.id}/DZ/")}
    assert "same full name" in page.text
    assert "TLP:" in page.html[page.html.index("data-line") :]
    assert desk(fresh, "AE").open(link).status == 200
    assert "match" not in {task.kind for task in waiting(ae, ae.staff.approver)}


def test_what_two_persons_decide_waits_for_the_second_one(fresh: Consoles) -> None:
    dz = fresh.states["DZ"]
    (ref,) = dz.deposit(gulf_person(11))
    staff = dz.staff
    with dz.node.store.write() as unit:
        ask_override(dz.node, unit, staff.admin, "COURIER_ONLY", 4)
        ask_termination(dz.node, unit, staff.admin, AGREEMENT)
        size = unit.ledger.head(lock=False).size
        index = next(at for at in range(size) if b"record.deposited" in unit.ledger.entries(at, 1)[0])
        opening = ask_opening(dz.node, unit, staff.auditor, index, "SAMPLE")
    approver, admin, auditor = (desk(fresh, "DZ", role) for role in ("approver", "admin", "auditor"))
    page = approver.open("/inbox")
    for link in ("/node/witnesses", f"/agreements/{AGREEMENT}", "/audit/openings"):
        assert link in page.links
    assert "asked by admin-dz" in page.text
    assert {"override", "termination"}.isdisjoint(task.kind for task in waiting(dz, staff.admin))
    assert "opening" in {task.kind for task in waiting(dz, staff.admin)}
    assert "Opening of a ledger entry" in admin.open("/inbox").text
    assert [task.kind for task in waiting(dz, staff.auditor)] == []
    with dz.node.store.write() as unit:
        confirm_opening(dz.node, unit, staff.admin, opening.id)
    assert "An opening that you may read" in auditor.open("/inbox").text
    fresh.states.clock.forward(timedelta(hours=25))
    assert {task.kind for task in waiting(dz, staff.approver)} == {"termination", "alarm"}
    assert ref.originator == "DZ"


def test_alarms_wait_for_all_and_lead_to_the_partner(fresh: Consoles) -> None:
    fresh.states.clock.forward(timedelta(hours=1))
    for role in ("officer", "approver", "auditor", "admin"):
        page = desk(fresh, "DZ", role).open("/inbox?kind=alarm")
        assert "Nothing was heard of this partner" in page.text
        assert "/partners/AE" in page.links


def test_it_speaks_arabic_and_french(shared: Consoles) -> None:
    address = sent(shared, 12)
    officer = desk(shared, "AE")
    officer.keep(lang="ar")
    page = officer.open("/inbox")
    assert 'lang="ar" dir="rtl"' in page.html
    assert "سجلات من شريك" in page.text
    assert "Records from a partner" not in page.text
    assert re.search(r'class="tlp [^"]*" dir="ltr" lang="en">TLP:', page.html)
    officer.keep(lang="fr")
    assert "Fiches d’un partenaire" in officer.open("/inbox").text
    assert "Notre reçu" in officer.open(address).text
    officer.keep(lang="en")


def test_names_in_it_are_text_and_nothing_else(fresh: Consoles) -> None:
    dz = fresh.states["DZ"]
    claims = [hostile(claim) for claim in gulf_person(13)]
    (ref,) = dz.deposit(tuple(claims))
    dz.push("AE", [ref])
    dz.deliver("AE")
    for path in ("/inbox", "/inbox/DZ/1/1", "/"):
        page = desk(fresh, "AE").open(path)
        assert page.status == 200
        assert "<script>alert" not in page.html
    assert "&lt;script&gt;alert(1)" in desk(fresh, "AE").open("/inbox/DZ/1/1").html


def hostile(claim: Claim) -> Claim:
    if claim.path != "name.full" or not isinstance(claim.value, dict):
        return claim
    return replace(claim, value={**claim.value, "text": "<script>alert(1)</script> =1+1", "script": "Latn"})


def test_only_who_reads_records_opens_an_item(shared: Consoles) -> None:
    address = sent(shared, 14)
    for role, status in (("officer", 200), ("approver", 200), ("auditor", 403), ("admin", 403)):
        assert desk(shared, "AE", role).open(address).status == status


def test_every_kind_has_its_words_and_its_picture(shared: Consoles) -> None:
    from exchange.console.pages.inbox_words import NAMES, STEPS

    assert NAMES.keys() == STEPS.keys() == set(KINDS)
    template = "src/exchange/console/templates/inbox/parts.html"
    with open(template, encoding="utf-8") as file:
        text = file.read()
    assert all(f"'{kind}':" in text for kind in KINDS)
    assert isinstance(desk(shared, "AE").open("/inbox"), Shown)
