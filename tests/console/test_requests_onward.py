"""Passing on, breaches, and telling a partner that an auditor was shown its record: the pages beside requests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from exchange.model.records import Ref
from exchange.operations.openings import ask_opening, confirm_opening, read_opening
from exchange.operations.propose import Wish, propose
from tests.console.kit import Consoles, Desk, consoles
from tests.databases import Sqlite
from tests.federation import AGREEMENT, PURPOSE, State, agreement_document, enact
from tests.invariants import entries, proposals
from tests.subjects import gulf_person

ONWARD = "AG-DZ-AE-KW-3"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Consoles]:
    """A federation with a second agreement, under which records may go on with their originator's consent."""
    with consoles(Sqlite(tmp_path_factory.mktemp("db")), tmp_path_factory.mktemp("tls")) as found:
        for code in ("DZ", "AE", "KW"):
            enact(
                found.states[code],
                {**agreement_document("dz-ae-kw.yaml"), "id": ONWARD, "onward": "ask", "examples": []},
            )
        yield found


def officer(shared: Consoles, code: str) -> Desk:
    return shared.desk(code, shared.states[code].staff.officer)


def approver(shared: Consoles, code: str) -> Desk:
    return shared.desk(code, shared.states[code].staff.approver)


def leave(state: State, to: str) -> None:
    for proposal in [each for each in proposals(state.node, "proposed") if each.recipient == to]:
        state.approve(proposal)
        state.release(proposal)
    assert state.deliver(to).stopped is None


def given(shared: Consoles, number: int) -> Ref:
    """A record of DZ that AE holds."""
    dz = shared.states["DZ"]
    (ref,) = dz.deposit(gulf_person(number))
    dz.push("AE", [ref])
    assert dz.deliver("AE").stopped is None
    return ref


def test_a_breach_is_listed_then_told(shared: Consoles) -> None:
    given(shared, 1)
    desk = approver(shared, "DZ")
    shared.states.clock.forward(timedelta(minutes=2))
    page = desk.send(desk.open("/notices/breach"), "/notices/breach", {"partner": "AE", "kind": "theft"})
    assert page.status == 200
    assert "1 envelope" in page.text
    assert "1 record" in page.text
    assert entries(shared.states["DZ"].node, "message.sent") == []
    told = desk.send(page, "/notices/breach/tell", {"outcome": "suspected", "note": "A laptop."})
    assert "The partner is told." in told.text
    assert desk.send(page, "/notices/breach/tell", {"outcome": "suspected", "note": "A laptop."}).path == told.path
    assert len(entries(shared.states["DZ"].node, "message.sent")) == 1
    assert shared.states["DZ"].deliver("AE").stopped is None
    inbox = officer(shared, "AE").open("/inbox?kind=notice")
    assert "a breach" in inbox.text
    item = officer(shared, "AE").open(next(link for link in inbox.links if link.startswith("/inbox/DZ/")))
    read = officer(shared, "AE").open(next(link for link in item.links if link.startswith("/messages/in/DZ/")))
    assert "A laptop." in read.text
    assert "suspected" in read.text


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"since": "yesterday"}, "From (UTC)"),
        ({"since": "2026-13-01T00:00"}, "From (UTC)"),
        ({"until": "2020-01-01T00:00"}, "Until (UTC)"),
        ({"kind": "rumour"}, "What happened"),
        ({"partner": "a"}, "Partner"),
    ],
)
def test_a_breach_out_of_form_is_refused(shared: Consoles, values: dict[str, str], field: str) -> None:
    desk = approver(shared, "DZ")
    page = desk.send(desk.open("/notices/breach"), "/notices/breach", {"partner": "AE", "kind": "theft", **values})
    assert page.status == 422
    assert f"Field: {field}" in page.text


def test_a_breach_of_nothing_says_so(shared: Consoles) -> None:
    desk = approver(shared, "DZ")
    page = desk.send(desk.open("/notices/breach"), "/notices/breach", {"partner": "KW", "kind": "lost"})
    assert "Nothing went to this partner or came from it in this time." in page.text
    assert desk.open(f"/notices/breach?untold={AGREEMENT}.SUSPENDED,x.y").text.count("nothing could be said") == 1
    assert officer(shared, "DZ").open("/notices/breach").status == 403


def opened(shared: Consoles, ref: Ref) -> str:
    """An auditor of AE has read what a record of DZ is; the opening's id."""
    ae = shared.states["AE"]
    staff = ae.staff
    with ae.node.store.write() as unit:
        size = unit.ledger.head(lock=False).size
        index = max(at for at in range(size) if b'"envelope.received"' in unit.ledger.entries(at, 1)[0])
        opening = ask_opening(ae.node, unit, staff.auditor, index, "OVERSIGHT")
    with ae.node.store.write() as unit:
        confirm_opening(ae.node, unit, staff.approver, opening.id)
    shown = read_opening(ae.node, staff.auditor, opening.id)
    assert [each.ref for each in shown.shown] == [ref]
    return opening.id


def test_a_partner_is_told_which_of_its_records_an_auditor_saw(shared: Consoles) -> None:
    ref = given(shared, 2)
    opening = opened(shared, ref)
    desk, path = officer(shared, "AE"), f"/notices/opening/{opening}"
    assert path in desk.open("/inbox?kind=tell").links
    page = desk.open(path)
    assert f"DZ/{ref.id}" in page.text
    wrong = desk.send(page, path, {"way": f"KW.{AGREEMENT}", "purpose": PURPOSE})
    assert wrong.status == 404
    done = desk.send(page, path, {"way": f"DZ.{AGREEMENT}", "purpose": PURPOSE})
    assert "The partner is told which of its records" in done.text
    assert desk.open(path).status == 404
    assert shared.states["AE"].deliver("DZ").stopped is None
    assert "records were shown to a court or an authority" in officer(shared, "DZ").open("/inbox?kind=notice").text
    assert shared.desk("AE", shared.states["AE"].staff.auditor).open(path).status == 403


def test_a_record_goes_on_with_a_grant_and_no_longer_when_it_is_taken_back(shared: Consoles) -> None:
    dz, ae = shared.states["DZ"], shared.states["AE"]
    (ref,) = dz.deposit(gulf_person(3))
    with dz.node.store.write() as unit:
        (proposal,) = propose(dz.node, unit, dz.staff.officer, Wish("AE", ONWARD, PURPOSE, (ref,))).proposals
    leave(dz, "AE")
    assert proposal.agreement_id == ONWARD
    holder = officer(shared, "AE")
    asked = {
        "way": f"DZ.{ONWARD}",
        "recipient": "KW",
        "purpose": PURPOSE,
        "records": f"DZ/{ref.id}",
        "reason": "Border",
    }
    page = holder.send(holder.open("/onward"), "/onward", asked)
    assert "Proposed. Nothing has left yet" in page.text
    leave(ae, "DZ")
    originator = officer(shared, "DZ")
    (link,) = {each for each in originator.open("/inbox?kind=onward-request").links if "/messages/in/AE/" in each}
    thread = originator.open(link)
    assert "Border" in thread.text
    refused = originator.send(thread, f"{link}/grant", {"agreements": ONWARD, "days": "900"})
    assert refused.status == 422
    assert "Field: Days that it holds" in refused.text
    granted = originator.send(thread, f"{link}/grant", {"agreements": ONWARD, "days": "30", "tlp": "TLP:AMBER"})
    assert "The grant leaves once another person has approved it." in granted.text
    leave(dz, "AE")
    assert "in force" in originator.open("/onward").text
    assert re.search(r"/messages/out/DZ/msg-[0-9a-f]+", " ".join(holder.open("/onward").links))
    assert "Answer to our request to pass records on" in holder.open("/inbox").text
    taken = originator.send(originator.open(link), f"{link}/revoke")
    assert "Taken back." in taken.text
    assert "taken back" in originator.open("/onward").text
    assert entries(dz.node, "grant.revoked")
    assert holder.open(f"/onward?after={'f' * 64}").status == 200


def test_a_request_to_pass_on_can_be_refused(shared: Consoles) -> None:
    dz, ae = shared.states["DZ"], shared.states["AE"]
    ref = given(shared, 4)
    holder = officer(shared, "AE")
    asked = {
        "way": f"DZ.{AGREEMENT}",
        "recipient": "KW",
        "purpose": PURPOSE,
        "records": f"DZ/{ref.id}",
        "reason": "Why",
    }
    denied = holder.send(holder.open("/onward"), "/onward", asked)
    assert denied.status in (403, 409, 422)
    assert "Why" in denied.html
    assert [each for each in proposals(ae.node, "proposed") if each.recipient == "DZ"] == []
    assert [each for each in proposals(dz.node, "proposed") if each.kind == "onward-grant"] == []
