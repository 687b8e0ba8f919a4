"""Pairs side by side: the queue, the decision, taking it back; it changes no record and no partner learns of it."""

from __future__ import annotations

import pytest

from exchange.model.claims import Claim, Grade
from exchange.model.records import Ref
from exchange.operations.compare_new import compare_new
from tests.console.entry_kit import GOVERNED, shown_text, typed
from tests.console.kit import Consoles, Desk, Shown
from tests.console.test_records import named
from tests.federation import State
from tests.subjects import gulf_person


@pytest.fixture(scope="module")
def ae(shared: Consoles) -> State:
    return shared.states["AE"]


@pytest.fixture(scope="module")
def desk(shared: Consoles, ae: State) -> Desk:
    return shared.desk("AE", ae.staff.officer)


@pytest.fixture(scope="module")
def pairs(shared: Consoles, ae: State) -> list[tuple[Ref, Ref]]:
    """Records of AE and of DZ, which AE holds, of the same invented people."""
    dz = shared.states["DZ"]
    theirs = dz.deposit(*[gulf_person(n) for n in range(20, 24)])
    dz.push("AE", theirs)
    assert dz.deliver("AE").accepted == 1
    ours = ae.deposit(*[gulf_person(n) for n in range(20, 24)])
    return list(zip(ours, theirs, strict=True))


def path_of(a: Ref, b: Ref) -> str:
    return f"/matching/{a.originator}/{a.id}/{b.originator}/{b.id}"


def decide(desk: Desk, pair: tuple[Ref, Ref], decision: str, note: str = "") -> Shown:
    path = path_of(*pair)
    return desk.send(desk.open(path), f"{path}/decide", {"decision": decision, "note": note})


def test_the_queue_leads_to_both_side_by_side(desk: Desk, pairs: list[tuple[Ref, Ref]]) -> None:
    queue = desk.open("/matching")
    assert queue.status == 200
    for pair in pairs:
        assert path_of(*pair) in queue.links
    assert "same full name" in queue.text
    page = desk.open(path_of(*pairs[0]))
    text = shown_text(page)
    for told in ("same", "unknown", "They share:", "ours", "from DZ", "Nobody has decided about these two yet"):
        assert told in text, told
    names = page.html[page.html.index("Full name") : page.html.index("Full name") + 2500]
    assert names.index('lang="ar"') < names.index("Latin script")


@pytest.fixture(scope="module")
def spellings(ae: State) -> tuple[Ref, Ref]:
    """One invented person of AE in two scripts, compared by the worker."""
    one, other = ae.deposit(
        named(("قسورة الزبيدي المثالي", "Arab", "primary")), named(("Qaswara Zoubaidi", "Latn", "primary"))
    )
    assert compare_new(ae.node).proposed >= 1
    return one, other


def test_two_scripts_are_laid_side_by_side_word_by_word(desk: Desk, spellings: tuple[Ref, Ref]) -> None:
    a, b = spellings
    queue = desk.open("/matching")
    path = next(path for path in (path_of(a, b), path_of(b, a)) if path in queue.links)
    assert "alike:" in queue.text
    page = desk.open(path_of(a, b))
    text = shown_text(page)
    for told in (
        "How alike they are",
        "on a pair is shown to somebody",
        "It reaches the threshold",
        "sounds the same",
        "on one side only",
        "no such word",
        "words in common",
        "For one person",
        "Against",
        "it decides nothing",
    ):
        assert told in text, told
    assert page.html.count('<span class="original"><bdi') >= 3
    table = page.html[page.html.index('class="cards alike"') :]
    assert table.index('lang="ar"') < table.index("zubaidi" if "zubaidi" in table else "qaswara")
    desk.send(page, f"{path_of(a, b)}/decide", {"decision": "different", "note": ""})
    assert path not in desk.open("/matching").links
    assert path in desk.open("/matching?state=different").links


def test_the_names_of_a_record_are_taken_apart(desk: Desk, spellings: tuple[Ref, Ref]) -> None:
    text = shown_text(desk.open(f"/records/AE/{spellings[0].id}/duplicates"))
    assert "The names, as they are compared" in text
    assert "ism (given name)" in text
    assert "قسوره" in text


def test_duplicates_and_the_inbox_have_the_same_number(desk: Desk, ae: State) -> None:
    one, other = ae.deposit(
        named(("عبد القادر الفلاني", "Arab", "primary")), named(("Abdelkader Foulani", "Latn", "primary"))
    )
    compare_new(ae.node)
    told = []
    for path in (f"/records/AE/{one.id}/duplicates", path_of(one, other), "/inbox"):
        text = shown_text(desk.open(path))
        told.append(text[text.index("alike:") :][:20] if path != "/inbox" else "")
        if path == "/inbox":
            assert "Two records that may be of one person or thing" in text
            assert told[0][: told[0].index(" of")] in text
    assert told[0][:12] == told[1][:12]


@pytest.mark.parametrize(
    ("lang", "told"),
    [("ar", ("مدى التشابه بينهما", "النطق نفسه", "كلمات مشتركة")), ("fr", ("même son", "mots communs"))],
)
def test_alignment_in_other_languages(desk: Desk, spellings: tuple[Ref, Ref], lang: str, told: tuple[str, ...]) -> None:
    desk.keep(lang=lang)
    try:
        text = desk.open(path_of(*spellings)).text
        assert [each for each in told if each not in text] == []
    finally:
        desk.keep()


def test_a_decision_with_its_note_and_the_way_back(desk: Desk, ae: State, pairs: list[tuple[Ref, Ref]]) -> None:
    pair = pairs[0]
    with ae.node.store.read() as unit:
        before = [held.record.version for held in unit.records.current([pair[0]], lock=False)]
        sent = unit.ledger.head(lock=False).size
    done = decide(desk, pair, "same", "seen both cards\nSYNTHETIC")
    assert "Kept: the same person or thing" in done.text
    assert "seen both cards" in done.text
    assert path_of(*pair) not in desk.open("/matching").links
    assert path_of(*pair) in desk.open("/matching?state=same").links
    undo = next(action for action in done.actions if "/undo/" in action)
    back = desk.send(done, undo)
    assert "The decision is taken back" in back.text
    assert "Taken back by officer-ae" in shown_text(back)
    assert path_of(*pair) in desk.open("/matching").links
    with ae.node.store.read() as unit:
        assert [held.record.version for held in unit.records.current([pair[0]], lock=False)] == before
        entries = unit.ledger.entries(sent, 100)
    assert any(b"match.decided" in line for line in entries)
    assert not any(b"SYNTHETIC" in line for line in entries)


def test_a_decision_becomes_a_relation_that_can_be_sent(desk: Desk, ae: State, pairs: list[tuple[Ref, Ref]]) -> None:
    pair = pairs[2]
    assert "/entry/relation" not in desk.open(path_of(*pair)).actions
    done = decide(desk, pair, "same")
    form = desk.send(done, "/entry/relation", {"do": "edit"})
    assert form.status == 200
    given = {**GOVERNED, "record.purpose": "counter_terrorism.travel"}
    fields = {**typed(form, "/entry/relation", given), "head.grade": "B2", "do": "check"}
    checked = desk.send(form, "/entry/relation", fields)
    assert "Check before storing" in checked.text, shown_text(checked)
    stored = desk.send(checked, "/entry/relation", {"do": "store"})
    assert "The record is stored" in stored.text
    with ae.node.store.read() as unit:
        ref = unit.records.lines("relation", None, 9)[-1].ref
        (held,) = unit.records.current([ref], lock=False)
    said = {claim.path: claim.value for claim in held.record.claims}
    assert said["relation.type"] == "same_as"
    assert [said["relation.from"], said["relation.to"]] == [
        {"originator": each.originator, "id": each.id} for each in pair
    ]
    undo = next(action for action in done.actions if "/undo/" in action)
    desk.send(done, undo)


def test_twice_sent_it_is_decided_once_and_taken_back_once(desk: Desk, pairs: list[tuple[Ref, Ref]]) -> None:
    path = path_of(*pairs[1])
    page = desk.open(path)
    for _ in range(2):
        done = desk.send(page, f"{path}/decide", {"decision": "different", "note": ""})
    undo = [action for action in done.actions if "/undo/" in action]
    assert len(undo) == 1
    desk.send(done, undo[0])
    assert desk.send(done, undo[0]).status == 409


@pytest.mark.parametrize("decision", ["", "maybe"])
def test_no_decision_is_refused_with_the_note_kept(desk: Desk, pairs: list[tuple[Ref, Ref]], decision: str) -> None:
    page = decide(desk, pairs[2], decision, "my reasons")
    assert page.status == 422
    assert page.form(f"{path_of(*pairs[2])}/decide").fields["note"] == ["my reasons"]
    assert "Your decision" in page.text


def test_two_kinds_are_never_the_same(desk: Desk, ae: State, pairs: list[tuple[Ref, Ref]]) -> None:
    claims = tuple(claim for claim in named(("Specimen Camp", "Latn", "primary")) if claim.path != "record.category")
    kind = Claim("c9", "camp.type", "training", "fact", Grade("admiralty", "B", "2"))
    (camp,) = ae.deposit((*claims, kind), kind="camp")
    pair = (camp, pairs[0][1])
    assert "records of two kinds" in desk.open(path_of(*pair)).text
    assert decide(desk, pair, "same").status == 422
    assert decide(desk, pair, "different").status == 200


def test_duplicates_of_one_record(desk: Desk, ae: State, pairs: list[tuple[Ref, Ref]]) -> None:
    page = desk.open(f"/records/{pairs[3][0].originator}/{pairs[3][0].id}/duplicates")
    assert path_of(*pairs[3]) in page.links
    (alone,) = ae.deposit(named(("Quite Alone", "Latn", "primary")))
    assert "No other record here shares" in desk.open(f"/records/AE/{alone.id}/duplicates").text


def test_who_may_not_and_what_is_not_there(
    shared: Consoles, desk: Desk, ae: State, pairs: list[tuple[Ref, Ref]]
) -> None:
    path = path_of(*pairs[2])
    for person in (ae.staff.auditor, ae.staff.admin):
        assert shared.desk("AE", person).open(path).status == 403
    reader = shared.desk("AE", ae.staff.approver)
    page = reader.open(path)
    assert f"{path}/decide" not in page.actions
    assert "Keep the decision Who can: officer" in shown_text(page)
    token = page.form("/sign-out").fields["csrf"][0]
    refused = reader.client.post(f"{path}/decide", data={"csrf": token, "once": "x" * 20, "decision": "same"})
    assert refused.status_code == 403
    gone = Ref("DZ", "rec-not-here-0001")
    assert desk.open(path_of(pairs[0][0], gone)).status == 404
    assert desk.open(path_of(pairs[0][0], pairs[0][0])).status == 422
    assert desk.open("/matching?state=all").status == 422
    assert desk.open("/matching?after=x").status == 422


def test_pages_of_the_queue_go_on(desk: Desk, pairs: list[tuple[Ref, Ref]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exchange.console.pages.matching.PAGE", 1)
    seen, path = [], "/matching?state=open"
    while path:
        page = desk.open(path)
        seen += [link for link in page.links if link.startswith("/matching/")]
        path = next((link for link in page.links if "after=" in link), "")
    assert len(seen) == len(set(seen)) > 1
    assert path_of(*pairs[3]) in seen


@pytest.mark.parametrize(("lang", "told"), [("ar", "أهو نفسه أم لا؟"), ("fr", "Le même cas, ou non ?")])
def test_in_other_languages(desk: Desk, pairs: list[tuple[Ref, Ref]], lang: str, told: str) -> None:
    desk.keep(lang=lang)
    try:
        assert told in desk.open(path_of(*pairs[3])).text
        assert desk.open("/matching").status == 200
    finally:
        desk.keep()
