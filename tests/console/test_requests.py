"""Requests for information between two consoles: asked, answered with records, in part, with nothing, refused."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from exchange.model.messages import Answer
from exchange.model.records import Ref
from exchange.model.state import MessageKey, Person
from exchange.operations.message_facts import read_stored
from tests.console.kit import Consoles, Desk, Shown
from tests.federation import AGREEMENT, PURPOSE, State
from tests.invariants import entries, proposals
from tests.subjects import gulf_person

QUESTION = "Does this man travel?\nريفا نموذج"


def officer(shared: Consoles, code: str) -> Desk:
    return shared.desk(code, shared.states[code].staff.officer)


def leave(state: State, to: str) -> None:
    """Everything that was proposed for `to` is approved, released and delivered, records before answers."""
    waiting = [each for each in proposals(state.node, "proposed") if each.recipient == to]
    for proposal in sorted(waiting, key=lambda each: each.kind != "release"):
        state.approve(proposal)
        state.release(proposal)
    assert state.deliver(to).stopped is None


def ask(shared: Consoles, urgency: str = "3d", question: str = QUESTION) -> str:
    """DZ asks AE through the form; the id of the request, which AE has."""
    desk = officer(shared, "DZ")
    values = {"way": f"AE.{AGREEMENT}", "purpose": PURPOSE, "question": question, "legal_basis": "Law 1, art. 2"}
    page = desk.send(desk.open("/requests/new"), "/requests/new", {**values, "urgency": urgency})
    assert "Proposed. Nothing has left yet" in page.text
    release = page.path.split("/")[2].split("?")[0]
    leave(shared.states["DZ"], "AE")
    return release.replace("rel-", "msg-")


def answered(shared: Consoles, message: str, **values: str) -> Shown:
    desk = officer(shared, "AE")
    path = f"/messages/in/DZ/{message}"
    return desk.send(desk.open(path), f"{path}/answer", values)


def said(shared: Consoles, message: str) -> tuple[bytes, Answer]:
    """The answer as DZ has it: its bytes and what they say."""
    with shared.states["DZ"].node.store.read() as unit:
        rows = unit.messages.of_thread("AE", message)
        (key,) = [row.key for row in rows if row.type == "answer"]
        stored = unit.messages.get(key)
    assert stored is not None
    found = read_stored(stored.body, "answer")
    assert isinstance(found, Answer)
    return stored.body.replace(message.encode(), b"THREAD"), found


def test_a_question_goes_through_two_persons_and_is_answered_with_a_record(shared: Consoles) -> None:
    ae = shared.states["AE"]
    message = ask(shared, "8h")
    page = officer(shared, "AE").open(f"/messages/in/DZ/{message}")
    for text in ("Answer by 2 Nov 2026, 16:00 UTC", "ريفا نموذج", "Law 1, art. 2", "within 8 hours"):
        assert text in page.text
    assert f"/messages/in/DZ/{message}" in officer(shared, "AE").open("/requests").links
    (ref,) = ae.deposit(gulf_person(1))
    done = answered(shared, message, outcome="answered", records=f"AE/{ref.id}", note="One man.")
    assert "the records and the answer, each with its own proposal" in done.text
    assert len({link for link in done.links if re.fullmatch(r"/releases/rel-[0-9a-f]+", link)}) == 2
    leave(ae, "DZ")
    dz = officer(shared, "DZ")
    inbox = dz.open("/inbox")
    assert "Records that answer our request" in inbox.text
    assert "Answer to our request" in inbox.text
    item = dz.open(next(link for link in dz.open("/inbox?kind=found").links if link.startswith("/inbox/AE/")))
    assert f"/messages/out/AE/{message}" in item.links
    thread = dz.open(f"/messages/out/AE/{message}")
    assert "answered" in thread.text
    (answer,) = {link for link in thread.links if link.startswith("/messages/in/AE/")}
    read = dz.open(answer)
    assert "One man." in read.text
    assert "The question was" in read.text
    assert "message.read" in {line["kind"] for line in entries(shared.states["DZ"].node)}


def test_nothing_and_may_not_say_are_the_same_bytes(shared: Consoles) -> None:
    """Once nothing is there; once a record is there that the agreement keeps at home."""
    absent = ask(shared, question="About somebody who is nowhere")
    assert "Proposed" in answered(shared, absent, outcome="nothing").text
    leave(shared.states["AE"], "DZ")
    hidden = ask(shared, question="About somebody who may not be told of")
    ref = kept_at_home(shared)
    denied = answered(shared, hidden, outcome="answered", records=f"AE/{ref.id}", note="He is known.")
    assert denied.status == 409
    assert "No record may leave, so nothing was proposed." in denied.text
    assert any(link.startswith(f"/previews/AE/{ref.id}?to=DZ") for link in denied.links)
    assert "He is known." in denied.html
    assert [each for each in proposals(shared.states["AE"].node, "proposed") if each.recipient == "DZ"] == []
    assert "Proposed" in answered(shared, hidden, outcome="nothing").text
    leave(shared.states["AE"], "DZ")
    (one, first), (two, second) = said(shared, absent), said(shared, hidden)
    assert one == two
    assert (first.outcome, first.code, first.note) == ("nothing", "no_record", None)
    assert first == Answer(second.purpose, absent, second.outcome, second.code, second.note)
    page = officer(shared, "DZ").open(f"/messages/out/AE/{hidden}")
    assert "Nothing to tell" in page.text or "nothing to tell" in page.text


@pytest.fixture(scope="module")
def known(shared: Consoles) -> str:
    """One request that nobody answers."""
    return ask(shared)


def kept_at_home(shared: Consoles) -> Ref:
    """A record of AE of a witness, which the agreement forbids to send."""
    claims = [claim._replace(value="witness") if claim.path == "record.category" else claim for claim in gulf_person(2)]
    (ref,) = shared.states["AE"].deposit(tuple(claims))
    return ref


def test_what_may_not_leave_is_told_and_the_rest_goes(shared: Consoles) -> None:
    message = ask(shared)
    good, bad = shared.states["AE"].deposit(gulf_person(3))[0], kept_at_home(shared)
    records = f"AE/{good.id}\nAE/{bad.id}"
    page = answered(shared, message, outcome="partly", code="source_protection", records=records, note="One of two.")
    assert "These records may not leave and were left out of the proposal:" in page.text
    assert f"AE/{bad.id}" in page.text
    assert f"denied=AE.{bad.id}." in page.path
    assert "Proposals of this thread" in page.text
    forged = officer(shared, "AE").open(f"/messages/in/DZ/{message}?denied=AE.{bad.id}.NO_SUCH_CODE,x,DZ.%3Cb%3E.MINOR")
    assert forged.status == 200
    assert "were left out" not in forged.text


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "Kind of answer"),
        ({"outcome": "else"}, "Kind of answer"),
        ({"outcome": "nothing", "note": "x"}, "Note"),
        ({"outcome": "nothing", "records": "AE/rec-00000000", "note": ""}, "Records that go with it"),
        ({"outcome": "answered", "code": "court"}, "Why it is not whole"),
        ({"outcome": "refused"}, "Why it is not whole"),
        ({"outcome": "answered", "records": "not a record"}, "Records that go with it"),
    ],
)
def test_an_answer_that_does_not_go_together_is_refused_with_all_that_was_typed(
    shared: Consoles, known: str, values: dict[str, str], field: str
) -> None:
    page = answered(shared, known, **{"note": "kept while correcting", **values})
    assert page.status == 422
    assert f"Field: {field}" in page.text
    if "note" not in values:
        assert "kept while correcting" in page.html
    assert [each for each in proposals(shared.states["AE"].node, "proposed") if each.thread == known] == []


def test_the_same_form_twice_proposes_once(shared: Consoles) -> None:
    message = ask(shared)
    desk, path = officer(shared, "AE"), f"/messages/in/DZ/{message}"
    page = desk.open(path)
    first = desk.send(page, f"{path}/answer", {"outcome": "refused", "code": "too_broad"})
    second = desk.send(page, f"{path}/answer", {"outcome": "refused", "code": "too_broad"})
    assert first.path == second.path
    assert len([each for each in proposals(shared.states["AE"].node, "proposed") if each.thread == message]) == 1
    leave(shared.states["AE"], "DZ")
    late = desk.send(desk.open("/requests/new"), "/requests/new", {"way": "ZZ.AG-ZZ-YY", "purpose": PURPOSE})
    assert late.status == 422
    assert "Field: Partner and agreement" in late.text
    assert said(shared, message)[1].code == "too_broad"
    assert "/answer" not in " ".join(desk.open(path).actions)


def test_who_may_read_and_answer(shared: Consoles, known: str) -> None:
    message = known
    staff = shared.states["AE"].staff
    path = f"/messages/in/DZ/{message}"

    def at(person: Person) -> Desk:
        return shared.desk("AE", person)

    assert at(staff.approver).open(path).status == 200
    assert "Who can: officer" in at(staff.approver).open(path).text
    assert at(staff.auditor).open(path).status == 403
    assert at(staff.admin).open("/requests").status == 403
    listed = at(staff.auditor).open("/messages")
    assert listed.status == 200
    assert path not in listed.links
    assert QUESTION.splitlines()[0] not in listed.text
    for missing in (f"/messages/in/KW/{message}", f"/messages/out/DZ/{message}", "/messages/in/DZ/msg-1"):
        assert at(staff.officer).open(missing).status == 404


@pytest.mark.usefixtures("known")
def test_messages_are_listed_newest_first_by_type_and_page(shared: Consoles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exchange.console.pages.requests.LINES", 1)
    desk = officer(shared, "AE")
    first = desk.open("/messages?type=request")
    assert first.html.count("data-line") == 1
    (more,) = (link for link in first.links if "before=" in link)
    behind = desk.open(more)
    assert behind.status == 200
    assert [link for link in first.links if "/messages/in/" in link] != [
        link for link in behind.links if "/messages/in/" in link
    ]
    for bad in ("type=else", "before=a.b", "before=...", "type=a&type=b"):
        assert desk.open(f"/messages?{bad}").status == 422


def test_it_speaks_arabic_and_french(shared: Consoles, known: str) -> None:
    desk = officer(shared, "AE")
    for lang, words in (("ar", ("لا شيء يُقال", "الرد قبل")), ("fr", ("Rien à dire", "Répondre avant le"))):
        desk.keep(lang=lang)
        page = desk.open(f"/messages/in/DZ/{known}")
        assert all(word in page.text for word in words)
        assert "Nothing to tell" not in page.text
        assert desk.open("/requests").status == desk.open("/requests/new").status == 200
    desk.keep(lang="en")


def test_what_is_overdue_rings_on_both_sides(shared: Consoles) -> None:
    message = ask(shared, "8h")
    shared.states.clock.forward(timedelta(hours=9))
    ours, theirs = officer(shared, "AE"), officer(shared, "DZ")
    assert "Overdue since 2 Nov 2026, 16:00 UTC" in ours.open(f"/messages/in/DZ/{message}").text
    assert "overdue" in ours.open("/requests").text
    assert "Call the partner’s liaison officer." in theirs.open("/requests").text
    with shared.states["DZ"].node.store.read() as unit:
        assert unit.messages.get(MessageKey(message, "AE", "out")) is not None
