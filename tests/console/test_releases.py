"""Proposals by state, what comes next for whom, releases, pushes of many, and what stands for approvals."""

from __future__ import annotations

from datetime import timedelta

import pytest

from exchange.model.messages import Request
from exchange.model.state import Proposal
from exchange.operations.messages import MessageWish, propose_message
from exchange.operations.people import disable_person
from tests.console.kit import Consoles, Desk
from tests.console.release_kit import change, main, proposed, signer
from tests.federation import AGREEMENT, PURPOSE, State
from tests.subjects import gulf_person


@pytest.fixture
def officer(shared: Consoles) -> Desk:
    return shared.desk("DZ", shared.states["DZ"].staff.officer)


def waiting(state: State, number: int, to: str = "KW") -> Proposal:
    (ref,) = state.deposit(gulf_person(number))
    return proposed(state, [ref], to)


def test_proposals_stand_in_lists_by_state_and_pages(shared: Consoles, officer: Desk) -> None:
    dz = shared.states["DZ"]
    one, two, three = (waiting(dz, number) for number in (1, 2, 3))
    dz.approve(two)
    dz.approve(three)
    dz.release(three)
    here = {state: officer.open(f"/releases?state={state}").html for state in ("proposed", "approved", "released")}
    for state, proposal in (("proposed", one), ("approved", two), ("released", three)):
        assert f"/releases/{proposal.id}" in here[state]
        assert all(f"/releases/{proposal.id}" not in html for other, html in here.items() if other != state)
    assert f"/releases/{one.id}" in officer.open("/releases?state=all").html
    assert "yours: somebody else approves" in officer.open("/releases").text
    assert officer.open("/releases?state=gone").status == 422
    assert officer.open("/releases?after=%27or%201").status == 422
    assert officer.open(f"/releases?state=proposed&after={one.id}").status == 200
    with dz.node.store.read() as unit:
        last = unit.ledger.entries(unit.ledger.head(lock=False).size - 1, 1)[0]
    assert b"list.read" in last


def test_each_role_sees_what_comes_next(shared: Consoles, officer: Desk) -> None:
    dz = shared.states["DZ"]
    proposal = waiting(dz, 4)
    path = f"/releases/{proposal.id}"
    approver, auditor, admin = (
        shared.desk("DZ", person) for person in (dz.staff.approver, dz.staff.auditor, dz.staff.admin)
    )
    assert "You proposed it" in officer.open(path).text
    assert f"{path}/approve" in approver.open(path).links
    seen = auditor.open(path)
    assert "It waits for approval by a releasing officer" in seen.text
    assert not any(link.startswith("/previews/") and "?to=" in link for link in seen.links)
    assert f"{path}/release" not in seen.actions
    assert admin.open(path).status == 403
    assert f"/waivers/new?release={proposal.id}" in approver.open(path).links
    assert f"/waivers/new?release={proposal.id}" not in auditor.open(path).links


def test_without_fresh_cosignatures_nothing_leaves_and_the_next_step_is_said(fresh: Consoles) -> None:
    dz = fresh.states["DZ"]
    proposal = waiting(dz, 5)
    dz.approve(proposal)
    with Unwitnessed(fresh) as desk:
        page = desk.open(f"/releases/{proposal.id}")
        assert "This node may not release anything now." in page.text
        assert "an administrator asks a partner to cosign" in page.text
        answer = desk.send(page, f"/releases/{proposal.id}/release")
        assert answer.status == 503
        assert "cosign" in answer.text
        with dz.node.store.read() as unit:
            kept = unit.releases.get(proposal.id)
        assert kept is not None
        assert kept.state == "approved"


class Unwitnessed:
    """DZ's console once more, for a node that asks for a cosignature and has none."""

    def __init__(self, consoles: Consoles) -> None:
        self.consoles = consoles

    def __enter__(self) -> Desk:
        state = self.consoles.states["DZ"]
        self.consoles.states.clock.forward(timedelta(hours=5))
        object.__setattr__(state.node, "quorum", 1)
        return self.consoles.desk("DZ", state.staff.officer)

    def __exit__(self, *_: object) -> None:
        object.__setattr__(self.consoles.states["DZ"].node, "quorum", 0)


def test_an_approver_who_has_left_does_not_count(fresh: Consoles) -> None:
    dz = fresh.states["DZ"]
    proposal = waiting(dz, 7, "AE")
    dz.approve(proposal)
    officer = fresh.desk("DZ", dz.staff.officer)
    page = officer.open(f"/releases/{proposal.id}")
    with dz.node.store.write() as unit:
        disable_person(dz.node, unit, dz.staff.admin.id, dz.staff.approver.id)
    answer = officer.send(page, f"/releases/{proposal.id}/release")
    assert answer.status == 403
    assert fresh.desk("DZ", dz.staff.approvers[1]).open(f"/releases/{proposal.id}/approve").status == 200


def test_a_message_is_approved_as_the_text_that_leaves(shared: Consoles) -> None:
    dz = shared.states["DZ"]
    question = "<b>Where</b> was he seen? \u0645\u062a\u0649"
    ask = Request(PURPOSE, "", question, "Article 9", "8h", ())
    with dz.node.store.write() as unit:
        proposal = propose_message(dz.node, unit, dz.staff.officer, MessageWish("KW", AGREEMENT, ask))
    approver = signer(shared, "DZ", dz.staff.approvers[2])
    page = approver.look(proposal.id)
    assert "What it says" in page.text
    assert question in page.text
    assert "<b>Where" not in page.html
    assert "Article 9" in page.text
    assert "approves" not in approver.approve(page).text


def test_a_push_of_many_is_approved_and_released_as_what_it_is(fresh: Consoles) -> None:
    dz = fresh.states["DZ"]
    refs = dz.deposit(*(gulf_person(number) for number in range(1, 4)))
    dz.push("KW", refs[:1])
    change(dz, refs[0], 1)
    officer = fresh.desk("DZ", dz.staff.officer)
    form = officer.open("/previews")
    values = {"kind": "person", "to": "KW", "agreement": AGREEMENT, "purpose": PURPOSE}
    page = officer.send(form, "/previews/kind", values)
    assert page.path.startswith("/releases/bulk/blk-")
    assert "2 proposals" in page.text
    assert "3 records" in page.text
    assert "nobody reads each of them" in page.text
    bulk = page.path.split("?")[0]
    first, second = (signer(fresh, "DZ", person) for person in dz.staff.approvers[:2])
    without = first.desk.send(first.desk.open(bulk), f"{bulk}/approve", {"response": "{}"})
    assert without.status == 422
    for each in (first, second):
        assert "Your approval would cover 3 records." in each.desk.open(bulk).text
        assert each.approve(each.desk.open(bulk)).status == 200
    change(dz, refs[1], 2)
    ready = officer.open(bulk)
    assert "Release 2 proposals" in ready.text
    done = officer.send(ready, f"{bulk}/release")
    assert "What had moved since it was proposed is voided" in done.text
    assert "released" in done.text
    assert "void" in done.text
    assert officer.open("/releases/bulk/blk-0000000000000000").status == 404


def test_a_bulk_that_grew_or_shrank_is_not_approved_by_an_old_page(fresh: Consoles) -> None:
    dz = fresh.states["DZ"]
    refs = dz.deposit(*(gulf_person(number) for number in range(1, 3)))
    dz.push("KW", refs[:1])
    change(dz, refs[0], 1)
    officer = fresh.desk("DZ", dz.staff.officer)
    values = {"kind": "person", "to": "KW", "agreement": AGREEMENT, "purpose": PURPOSE}
    bulk = officer.send(officer.open("/previews"), "/previews/kind", values).path.split("?")[0]
    one = signer(fresh, "DZ", dz.staff.approver)
    old = one.desk.open(bulk)
    with dz.node.store.read() as unit:
        (first, _) = unit.releases.of_bulk(bulk.split("/")[-1])
    one.approve(one.look(first.id))
    late = one.approve(old)
    assert late.status == 409
    assert "has changed since" in late.text


def test_a_waiver_takes_two_persons_and_is_named(shared: Consoles, officer: Desk) -> None:
    dz = shared.states["DZ"]
    proposal = waiting(dz, 8)
    approver, admin = shared.desk("DZ", dz.staff.approver), shared.desk("DZ", dz.staff.admin)
    form = approver.open(f"/waivers/new?release={proposal.id}")
    assert proposal.digest in form.html
    words = {"reason": "THREAT_TO_LIFE", "text": "He boards at six. <script>", "hours": "\u0664"}
    wrong = approver.send(form, "/waivers/new", {**words, "hours": "48"})
    assert wrong.status == 422
    assert "Field: Hours" in wrong.text
    assert "He boards at six." in wrong.html
    asked = approver.send(form, "/waivers/new", words)
    assert "Your part is given." in asked.text
    assert "<script>" not in asked.html.split("</head>")[1].replace("<script src", "")
    path = asked.path.split("?")[0]
    page = admin.open(path)
    assert page.status == 200
    assert "The auditor sees" in page.text
    granted = admin.send(page, f"{path}/grant")
    assert "The waiver stands until its end." in granted.text
    assert path in officer.open(f"/releases/{proposal.id}").links
    sent = officer.send(officer.open(f"/releases/{proposal.id}"), f"/releases/{proposal.id}/release")
    assert "Released" in sent.text
    assert "It was used. It serves once." in admin.open(path).text
    assert path in shared.desk("DZ", dz.staff.auditor).open("/waivers").links


def test_a_waiver_of_ones_own_proposal_or_alone_is_none(shared: Consoles) -> None:
    dz = shared.states["DZ"]
    proposal = waiting(dz, 11)
    approver = shared.desk("DZ", dz.staff.approver)
    form = approver.open(f"/waivers/new?release={proposal.id}")
    words = {"reason": "IMMINENT_ATTACK", "text": "Tonight.", "hours": "2"}
    page = approver.send(form, "/waivers/new", words)
    path = page.path.split("?")[0]
    assert f"{path}/grant" not in page.actions
    second = shared.desk("DZ", dz.staff.approvers[1])
    assert second.send(second.open(path), f"{path}/grant").status == 409
    assert "The waiver is taken back." in second.send(second.open(path), f"{path}/revoke").text
    assert shared.desk("DZ", dz.staff.officer).open("/waivers/new").status == 403
    stale = approver.send(form, "/waivers/new", {**words, "once": "another-once-key", "digest": "cd" * 32})
    assert stale.status == 409
    assert approver.open("/waivers/wvr-0000000000000000").status == 404


def test_standing_approvals_take_two_officers(shared: Consoles) -> None:
    dz = shared.states["DZ"]
    first, second = (shared.desk("DZ", person) for person in dz.staff.approvers[:2])
    form = first.open("/standing-approvals/new")
    values = {"agreement": AGREEMENT, "marking": "TLP:AMBER", "days": "30"}
    assert first.send(form, "/standing-approvals/new", {**values, "days": "900"}).status == 422
    page = first.send(form, "/standing-approvals/new", values)
    assert "Your consent is stored." in page.text
    path = page.path.split("?")[0]
    assert f"{path}/grant" not in page.actions
    granted = second.send(second.open(path), f"{path}/grant")
    assert "in force until its end" in granted.text
    ended = first.send(first.open(path), f"{path}/revoke")
    assert "The standing approval has ended." in ended.text
    assert path in shared.desk("DZ", dz.staff.auditor).open("/standing-approvals").links
    assert shared.desk("DZ", dz.staff.officer).open("/standing-approvals/new").status == 403


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_the_pages_speak_the_readers_language(shared: Consoles, lang: str) -> None:
    dz = shared.states["DZ"]
    approver = shared.desk("DZ", dz.staff.approvers[2])
    approver.keep(lang=lang)
    proposal = waiting(dz, {"ar": 12, "fr": 14}[lang])
    paths = ["/releases", f"/releases/{proposal.id}", f"/releases/{proposal.id}/approve", "/waivers", "/waivers/new"]
    for path in [*paths, "/standing-approvals", "/standing-approvals/new"]:
        page = approver.open(path)
        assert page.status == 200
        for english in ("Proposal", "Waiver", "Approve", "approval", "withheld", "Agreement", "Who can"):
            assert english not in main(page), path
    approver.keep(lang="en")
