"""What waits, by obligation: what came in, what is due, what others ask for; each role its own, in three languages."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from importlib import resources

import pytest

from exchange.console.pages.inbox_words import NAMES, STEPS
from exchange.model.claims import Claim
from exchange.model.messages import Request
from exchange.model.state import Person
from exchange.operations.messages import MessageWish, propose_message
from exchange.operations.openings import ask_opening, confirm_opening
from exchange.operations.override import ask_override
from exchange.operations.tasks import KINDS, Task, counted, tasks
from exchange.operations.terminate import ask_termination
from tests.console.kit import Consoles, Desk
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


def cleared(shared: Consoles) -> None:
    """Nothing that came in waits at AE any more."""
    with shared.states["AE"].node.store.write() as unit:
        for item in unit.streams.arrivals(None, 100):
            unit.streams.take_arrival(item.sender, item.epoch, item.seq)


def test_what_came_in_waits_until_somebody_has_noted_it(shared: Consoles) -> None:
    address = sent(shared, 1)
    officer, other = desk(shared, "AE"), desk(shared, "AE", "approver")
    page, second = officer.open("/inbox"), other.open("/inbox")
    assert re.search(r"<title>\(\d+\) Inbox", page.html)
    assert "Records from a partner" in page.text
    assert address in page.links
    assert f"{address}/noted" in second.actions
    done = officer.send(page, f"{address}/noted")
    assert (done.status, done.path) == (200, "/inbox?said=noted")
    assert address not in done.links
    (line,) = entries(shared.states["AE"].node, "arrival.noted")
    assert (line["sender"], line["epoch"], line["actor"]) == ("DZ", 1, "officer-ae")
    assert address.endswith(f"/1/{line['seq']}")
    late = other.send(second, f"{address}/noted")
    assert late.status == 412
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


def test_what_was_not_taken_in_says_why(shared: Consoles) -> None:
    """As a node stores the number of an envelope whose content it refused."""
    sent(shared, 3, "KW")
    kw = shared.states["KW"]
    with kw.node.store.write() as unit:
        (taken,) = unit.streams.inbox("DZ", None, 1)
        refused = replace(taken, seq=99, header_digest="9" * 64, state="refused", code="IMPORT_REFUSED", records=0)
        unit.streams.add_inbox(refused)
        unit.streams.arrived([refused])
    page = desk(shared, "KW").open("/inbox?kind=refused")
    assert "Refused: it was not taken in" in page.text
    assert "No agreement lets this content in." in page.text
    item = desk(shared, "KW").open("/inbox/DZ/1/99")
    assert "IMPORT_REFUSED" in item.text
    assert "It was not taken in:" in item.text


def test_it_is_filtered_by_kind_and_partner(shared: Consoles) -> None:
    message, address = asked(shared), sent(shared, 5)
    officer = desk(shared, "AE")
    assert address not in officer.open("/inbox?kind=request").links
    assert f"/messages/in/DZ/{message}" in officer.open("/inbox?kind=request&partner=DZ").links
    assert "Nothing of this kind waits" in officer.open("/inbox?kind=request&partner=KW").text
    for bad in ("kind=else", "from=x", "from=999999", "kind=a&kind=b"):
        assert officer.open(f"/inbox?{bad}").status == 422
    assert '<option value="DZ"' in officer.open("/inbox").html


def test_many_lines_come_in_pages(shared: Consoles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exchange.console.pages.inbox.LINES", 2)
    cleared(shared)
    addresses = [sent(shared, number) for number in (6, 7, 8)]
    first = desk(shared, "AE").open("/inbox?kind=records")
    assert [address for address in addresses if address in first.links] == addresses[:2]
    (more,) = (link for link in first.links if "from=2" in link)
    assert [address for address in addresses if address in desk(shared, "AE").open(more).links] == addresses[2:]


def test_a_possible_match_is_shown_with_its_reasons(shared: Consoles) -> None:
    ae = shared.states["AE"]
    (own,) = ae.deposit(gulf_person(10))
    sent(shared, 10)
    page = desk(shared, "AE").open("/inbox?kind=match")
    (link,) = {each for each in page.links if each.startswith(f"/matching/AE/{own.id}/DZ/")}
    assert "same full name" in page.text
    assert "TLP:" in page.html[page.html.index("data-line") :]
    assert desk(shared, "AE").open(link).status == 200
    assert "match" not in {task.kind for task in waiting(ae, ae.staff.approver)}


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


def test_names_in_it_are_text_and_nothing_else(shared: Consoles) -> None:
    dz = shared.states["DZ"]
    (ref,) = dz.deposit(tuple(hostile(claim) for claim in gulf_person(13)))
    (outcome,) = dz.push("AE", [ref])
    dz.deliver("AE")
    address = f"/inbox/DZ/1/{outcome.seq}"
    for path in ("/inbox", address, "/"):
        page = desk(shared, "AE").open(path)
        assert page.status == 200
        assert "<script>alert" not in page.html
    assert "&lt;script&gt;alert(1)" in desk(shared, "AE").open(address).html


def hostile(claim: Claim) -> Claim:
    if claim.path != "name.full" or not isinstance(claim.value, dict):
        return claim
    return claim._replace(value={**claim.value, "text": "<script>alert(1)</script> =1+1", "script": "Latn"})


def test_only_who_reads_records_opens_an_item(shared: Consoles) -> None:
    address = sent(shared, 14)
    for role, status in (("officer", 200), ("approver", 200), ("auditor", 403), ("admin", 403)):
        assert desk(shared, "AE", role).open(address).status == status


def test_every_kind_has_its_words_and_its_picture() -> None:
    assert NAMES.keys() == STEPS.keys() == set(KINDS)
    text = (resources.files("exchange.console") / "templates/inbox/parts.html").read_text(encoding="utf-8")
    assert all(f"'{kind}':" in text for kind in KINDS)


def test_what_is_overdue_comes_first_whenever_it_came(shared: Consoles) -> None:
    soon, later = asked(shared, "8h"), asked(shared, "7d")
    shared.states.clock.forward(timedelta(hours=9))
    sent(shared, 4)
    page = desk(shared, "AE").open("/inbox")
    order = [page.html.index(text) for text in (soon, later, "/inbox/DZ/1/")]
    assert order == sorted(order)
    heads = re.findall(r'<h2 id="g-(\w+)"', page.html)
    assert heads == ["overdue", "due", "open"]
    assert page.text.index("Overdue") < page.text.index("Answer by 2 Nov 2026, 16:00 UTC")
    assert "within 8 hours" in page.text
    assert "Who is he?" not in page.text
    found = waiting(shared.states["AE"], shared.states["AE"].staff.officer)
    assert {kind: late for kind, _, late in counted(found)}["request"] == 1
    late = waiting(shared.states["DZ"], shared.states["DZ"].staff.officer)
    assert "late" in {kind for kind, _, _ in counted(late)}
    assert f"/messages/out/AE/{soon}" in desk(shared, "DZ").open("/inbox?kind=late").links


def test_what_two_persons_decide_waits_for_the_second_one(shared: Consoles) -> None:
    dz = shared.states["DZ"]
    (ref,) = dz.deposit(gulf_person(11))
    staff = dz.staff
    with dz.node.store.write() as unit:
        ask_override(dz.node, unit, staff.admin, "COURIER_ONLY", 4)
        ask_termination(dz.node, unit, staff.admin, AGREEMENT)
        size = unit.ledger.head(lock=False).size
        index = next(at for at in range(size) if b"record.deposited" in unit.ledger.entries(at, 1)[0])
        opening = ask_opening(dz.node, unit, staff.auditor, index, "SAMPLE")
    approver, admin, auditor = (desk(shared, "DZ", role) for role in ("approver", "admin", "auditor"))
    page = approver.open("/inbox")
    for link in ("/node/witnesses", f"/agreements/{AGREEMENT}", "/audit/openings"):
        assert link in page.links
    assert "asked by admin-dz" in page.text
    assert {"override", "termination"}.isdisjoint(task.kind for task in waiting(dz, staff.admin))
    assert "opening" in {task.kind for task in waiting(dz, staff.admin)}
    assert "Opening of a ledger entry" in admin.open("/inbox").text
    assert "reading" not in {task.kind for task in waiting(dz, staff.auditor)}
    with dz.node.store.write() as unit:
        confirm_opening(dz.node, unit, staff.admin, opening.id)
    assert "An opening that you may read" in auditor.open("/inbox").text
    shared.states.clock.forward(timedelta(hours=25))
    left = {task.kind for task in waiting(dz, staff.approver)}
    assert "termination" in left
    assert {"override", "opening"}.isdisjoint(left)
    assert ref.originator == "DZ"


def test_alarms_wait_for_all_and_lead_to_the_partner(shared: Consoles) -> None:
    shared.states.clock.forward(timedelta(hours=1))
    for role in ("officer", "approver", "auditor", "admin"):
        page = desk(shared, "DZ", role).open("/inbox?kind=alarm")
        assert "Nothing was heard of this partner" in page.text
        assert "/partners/AE" in page.links


def test_an_approval_waits_for_everybody_but_who_proposed_or_gave_it(shared: Consoles) -> None:
    dz = shared.states["DZ"]
    (ref,) = dz.deposit(gulf_person(9))
    proposal = proposed(dz, [ref], "KW")
    link = f"/releases/{proposal.id}/approve"
    assert link in desk(shared, "DZ", "approver").open("/inbox").links
    assert link not in desk(shared, "DZ").open("/inbox").links
    assert "proposed by officer-dz" in desk(shared, "DZ", "approver").open("/inbox").text
    dz.approve(proposal)
    assert link not in desk(shared, "DZ", "approver").open("/inbox").links
    assert f"/releases/{proposal.id}" in desk(shared, "DZ").open("/inbox?kind=release").links
    shared.states.clock.forward(timedelta(days=30))
    assert f"/releases/{proposal.id}" not in desk(shared, "DZ").open("/inbox?kind=release").links
