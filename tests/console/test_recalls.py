"""Recall and correction between two consoles: sent here, answered there, and what became of it told again here."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from exchange.model.records import Ref
from exchange.operations.agreements import raise_flag
from exchange.operations.propose import Wish, propose
from tests.console.kit import Consoles, Desk, Shown
from tests.console.release_kit import change, main
from tests.federation import AGREEMENT, PURPOSE, State
from tests.subjects import gulf_person

DAY = "2026-11-20"


def given(shared: Consoles, number: int, *partners: str) -> Ref:
    """A record of DZ that these partners hold."""
    dz = shared.states["DZ"]
    (ref,) = dz.deposit(gulf_person(number))
    for code in partners:
        dz.push(code, [ref])
        assert dz.deliver(code).stopped is None
    return ref


def approver(shared: Consoles, code: str) -> Desk:
    return shared.desk(code, shared.states[code].staff.approver)


def recall(desk: Desk, ref: Ref, *partners: str, reason: str = "wrong_person") -> Shown:
    path = f"/recalls/{ref.originator}/{ref.id}"
    values = {"to": list(partners), "reason": reason, "deadline": DAY, "note": "Another man of that name."}
    return desk.send(desk.open(path), f"{path}/send", values)


def incoming(desk: Desk, what: str = "recalls") -> str:
    """Address of the newest one that waits for an answer."""
    links = [link for link in desk.open("/recalls").links if link.startswith(f"/{what}/in/")]
    return links[-1]


def held(state: State, ref: Ref) -> bool:
    with state.node.store.read() as unit:
        return unit.copies.latest(ref) is not None


def test_a_recall_from_two_partners_is_followed_to_its_end(shared: Consoles) -> None:
    dz, ae, kw = (shared.states[code] for code in ("DZ", "AE", "KW"))
    ref = given(shared, 1, "AE", "KW")
    desk, path = approver(shared, "DZ"), f"/recalls/DZ/{ref.id}"
    before = desk.open(path)
    assert before.html.count("holds it</span>") == 2
    sent = recall(desk, ref, "AE", "KW")
    assert "The recall has left." in sent.text
    assert sent.text.count("waits for delivery") == 2
    assert "It is about the wrong person" in sent.text
    for code in ("AE", "KW"):
        assert dz.deliver(code).stopped is None
    assert desk.open(path).text.count("waits for the answer") == 2

    there = approver(shared, "KW")
    page = there.open(incoming(there))
    assert "Another man of that name." in page.text
    assert "Answer by" in page.text
    assert "version 1" in page.text
    action = page.path + "/answer"
    unsure = there.send(page, action, {"outcome": "destroyed"})
    assert unsure.status == 422
    assert "Field: Confirmation" in unsure.text
    assert held(kw, ref)
    done = there.send(page, action, {"outcome": "destroyed", "sure": "1"})
    assert "Destroyed, and the partner is told." in done.text
    assert not held(kw, ref)
    assert there.send(page, action, {"outcome": "destroyed", "sure": "1"}).path == done.path
    assert kw.deliver("DZ").accepted == 1

    emirates = approver(shared, "AE")
    page = emirates.open(incoming(emirates))
    wrong = emirates.send(page, page.path + "/answer", {"outcome": "retained"})
    assert wrong.status == 422
    kept = {"outcome": "retained", "law": "prosecution", "law_text": "Case 12, court of first instance"}
    answer = emirates.send(page, page.path + "/answer", {**kept, "until": "2027-03-01"})
    assert "by which law it is kept" in answer.text
    assert held(ae, ref)
    assert ae.deliver("DZ").accepted == 1

    told = desk.open(path)
    assert "attests that it is destroyed" in told.text
    assert "A prosecution needs it" in told.text
    assert "Case 12, court of first instance" in told.text
    assert f"{path}/send" in told.actions
    account = desk.open(f"/accounts/DZ/{ref.id}")
    assert "destroyed" in account.text


def test_silence_is_told_when_the_answer_is_overdue(fresh: Consoles) -> None:
    ref = given(fresh, 2, "KW")
    desk = approver(fresh, "DZ")
    recall(desk, ref, "KW")
    assert fresh.states["DZ"].deliver("KW").stopped is None
    fresh.states.clock.forward(timedelta(days=30))
    desk = approver(fresh, "DZ")
    page = desk.open(f"/recalls/DZ/{ref.id}")
    assert "silent: the answer is overdue" in page.text
    overview = desk.open("/recalls")
    assert "overdue" in overview.text
    (link,) = (each for each in overview.links if each.startswith("/recalls/out/KW/"))
    assert "silent" in desk.open(link).text
    assert "Another man of that name." in desk.open(link).text


def test_whom_a_recall_cannot_reach_is_named_and_the_others_still_get_it(fresh: Consoles) -> None:
    dz = fresh.states["DZ"]
    ref = given(fresh, 4, "AE", "KW")
    with dz.node.store.write() as unit:
        partner = unit.partners.get("AE")
        assert partner is not None
        object.__setattr__(partner, "suspended", True)
        unit.partners.put(partner)
    page = recall(approver(fresh, "DZ"), ref, "AE", "KW")
    assert page.status == 200
    assert "The recall could not leave to The United Arab Emirates" in page.text
    assert page.text.count("waits for delivery") == 1
    alone = recall(approver(fresh, "DZ"), ref, "AE")
    assert alone.status in (403, 409)
    assert "Another man of that name." in alone.text


def test_a_recall_outlives_a_suspended_agreement(fresh: Consoles) -> None:
    dz = fresh.states["DZ"]
    ref = given(fresh, 5, "KW")
    with dz.node.store.write() as unit:
        raise_flag(unit, dz.staff.approver, AGREEMENT)
    assert "The recall has left." in recall(approver(fresh, "DZ"), ref, "KW").text


def test_who_may_not_recall_sees_who_can(shared: Consoles) -> None:
    ref = given(shared, 7, "KW")
    officer = shared.desk("DZ", shared.states["DZ"].staff.officer)
    page = officer.open(f"/recalls/DZ/{ref.id}")
    assert "Who can: releasing officer" in page.text
    assert f"/recalls/DZ/{ref.id}/send" not in page.actions
    auditor = shared.desk("DZ", shared.states["DZ"].staff.auditor).open(f"/recalls/DZ/{ref.id}")
    assert auditor.status == 200
    admin = shared.desk("DZ", shared.states["DZ"].staff.admin)
    assert admin.open(f"/recalls/DZ/{ref.id}").status == 403
    assert officer.open(f"/recalls/DZ/rec-{'0' * 25}").status == 404


def test_a_wrong_form_comes_back_with_everything_typed(shared: Consoles) -> None:
    ref = given(shared, 8, "KW")
    desk, path = approver(shared, "DZ"), f"/recalls/DZ/{ref.id}"
    page = desk.open(path)
    values = {"reason": "inaccurate", "deadline": "2020-01-01", "note": "Kept \u0646\u0635"}
    late = desk.send(page, f"{path}/send", values)
    assert late.status == 422
    assert "Field: Deadline" in late.text
    assert "Kept \u0646\u0635" in late.text
    assert re.search(r'<option value="inaccurate" selected', late.html)
    nobody = desk.send(page, f"{path}/send", {**values, "deadline": DAY, "to": []})
    assert nobody.status == 422
    stranger = desk.send(page, f"{path}/send", {**values, "deadline": DAY, "to": "FR"})
    assert stranger.status == 422
    replaced = desk.send(page, f"{path}/send", {**values, "deadline": DAY, "to": "KW", "replaces": "nonsense"})
    assert replaced.status == 422


def test_a_correction_is_seen_as_a_difference_and_acknowledged(shared: Consoles) -> None:
    dz, kw = shared.states["DZ"], shared.states["KW"]
    ref = given(shared, 11, "KW")
    correct(dz, ref, 11, "changed")
    there = shared.desk("KW", kw.staff.officer)
    page = there.open(incoming(there, "corrections"))
    assert "Acknowledge by" in page.text
    assert "What changes" in page.text
    assert 'data-change="name.full"' in page.html
    assert "Newname Invented" in page.text
    done = there.send(page, page.path + "/acknowledge")
    assert "acknowledged" in done.text
    assert there.send(page, page.path + "/acknowledge").path == done.path
    assert kw.deliver("DZ").accepted == 1
    here = approver(shared, "DZ").open(f"/recalls/DZ/{ref.id}")
    assert "Correction – The record has changed" in here.text
    assert "in use" in here.text


def test_a_correction_of_what_was_wrong_leaves_nothing_to_compare(shared: Consoles) -> None:
    dz, kw = shared.states["DZ"], shared.states["KW"]
    ref = given(shared, 14, "KW")
    correct(dz, ref, 14, "inaccurate")
    there = shared.desk("KW", kw.staff.officer)
    page = there.open(incoming(there, "corrections"))
    assert "it was destroyed as this came in" in page.text
    assert "nothing to compare with" in page.text


def correct(state: State, ref: Ref, number: int, reason: str) -> None:
    change(state, ref, number)
    with state.node.store.write() as unit:
        wish = Wish("KW", AGREEMENT, PURPOSE, (ref,), reason=reason)
        (proposal,) = propose(state.node, unit, state.staff.officer, wish).proposals
    state.approve(proposal)
    assert state.release(proposal).state == "released"
    assert state.deliver("KW").accepted == 1


def test_messages_of_another_kind_are_not_found(shared: Consoles) -> None:
    desk = approver(shared, "DZ")
    for path in ("/recalls/in/KW/msg-", "/recalls/out/KW/msg-", "/corrections/in/KW/msg-", "/corrections/out/KW/msg-"):
        assert desk.open(path + "0" * 32).status == 404


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_the_pages_speak_the_readers_language(shared: Consoles, lang: str) -> None:
    ref = given(shared, {"ar": 15, "fr": 17}[lang], "KW")
    desk = approver(shared, "DZ")
    recall(desk, ref, "KW")
    assert shared.states["DZ"].deliver("KW").stopped is None
    there = shared.desk("KW", shared.states["KW"].staff.approvers[1])
    desk.keep(lang=lang)
    there.keep(lang=lang)
    pages = [desk.open("/recalls"), desk.open(f"/recalls/DZ/{ref.id}"), desk.open(f"/accounts/DZ/{ref.id}")]
    for page in [*pages, there.open("/recalls"), there.open(incoming(there))]:
        assert page.status == 200
        for english in ("Recall", "recall", "Answer", "Partner", "Reason", "holds it", "Who can", "Sent"):
            assert english not in main(page), page.path
    desk.keep(lang="en")
    there.keep(lang="en")
