"""T-02, T-03, T-21: texts of onward requests and questions stay sealed; an answer tells nothing of what exists."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial

import pytest

from exchange.crypto.atrest import AtRest
from exchange.errors import Code
from exchange.model.claims import Claim
from exchange.model.messages import Answer
from exchange.model.records import Ref
from exchange.operations.audit import export_lines, note_export
from exchange.operations.message_facts import read_stored
from exchange.operations.onward import OnwardWish, grant_onward, request_onward
from exchange.operations.questions import Question, Reply, answer, ask
from exchange.store import SqlStore, open_engine
from tests.conftest import KEK
from tests.databases import Postgresql, Sqlite
from tests.federation import PURPOSE, Federation, State
from tests.onward_kit import AE_KW, DZ_AE, in_a_row, pass_to, settle, shared, wish_for
from tests.subjects import gulf_person
from tests.threats.planted import MARKER
from tests.threats.search import hits, rest_of
from tests.threats.worlds import caught

SAID = f"{MARKER}-said"


@pytest.fixture
def placed(databases: Sqlite | Postgresql) -> Iterator[tuple[Federation, dict[str, str]]]:
    with ExitStack() as stack:
        urls = {code: stack.enter_context(databases.fresh()) for code in ("DZ", "AE", "KW")}
        stores = {code: SqlStore(open_engine(url), AtRest(KEK)) for code, url in urls.items()}
        for store in stores.values():
            stack.callback(store.close)
        yield in_a_row(stores), urls


def asked_of_dz(ae: State, text: str) -> str:
    with ae.node.store.write() as unit:
        proposal = ask(ae.node, unit, ae.staff.officer, Question("DZ", DZ_AE, PURPOSE, text, f"{text} law", "3d"))
    settle(ae, proposal)
    return proposal.thread or ""


def say(dz: State, reply: Reply) -> None:
    with dz.node.store.write() as unit:
        found = answer(dz.node, unit, dz.staff.officer, reply)
    assert found.answer is not None
    settle(dz, found.answer)


def test_no_text_is_found_outside_its_reading(placed: tuple[Federation, dict[str, str]]) -> None:
    house, urls = placed
    dz, ae = house["DZ"], house["AE"]
    refs = shared(house, 1)
    with ae.node.store.write() as unit:
        wish = OnwardWish("DZ", DZ_AE, PURPOSE, tuple(refs), "KW", f"{SAID} reason")
        proposal = request_onward(ae.node, unit, ae.staff.officer, wish)
    settle(ae, proposal)
    with dz.node.store.write() as unit:
        given = grant_onward(dz.node, unit, dz.staff.officer, wish_for(proposal.thread or ""))
    settle(dz, given)
    pass_to(ae, "KW", AE_KW, refs)
    say(dz, Reply("AE", asked_of_dz(ae, f"{SAID} question"), "refused", "too_broad", f"{SAID} note"))
    with dz.node.store.read() as unit:
        kept = [unit.messages.get(each.key) for each in unit.messages.page(None, None, 50)]
    assert sum(each is not None and SAID.encode() in each.body for each in kept) == 3
    hay = {f"database {code}": rest_of(url) for code, url in urls.items()}
    hay["wire"] = b"\n".join(data for _, _, data in house.network.wire)
    for code, state in house.states.items():
        size = note_export(state.node, state.staff.auditor)
        hay[f"audit {code}"] = b"\n".join(export_lines(state.node, size))
    assert hits(hay, [MARKER]) == set()
    assert {name for name, _ in hits(hay, [AE_KW])} >= {"database AE", "wire", "audit AE"}


def answers(ae: State) -> list[Answer]:
    """The answers that AE holds, oldest first."""
    with ae.node.store.read() as unit:
        found = [unit.messages.get(each.key) for each in unit.messages.page("in", None, 50) if each.type == "answer"]
    said = [read_stored(each.body, each.type) for each in found if each is not None]
    return [each for each in said if isinstance(each, Answer)]


def test_nothing_is_the_same_whether_a_record_exists_or_not(placed: tuple[Federation, dict[str, str]]) -> None:
    house, _ = placed
    dz, ae = house["DZ"], house["AE"]
    first = asked_of_dz(ae, "Is he known to you?")
    before = len(house.network.wire)
    say(dz, Reply("AE", first, "nothing", "no_record"))
    without = [len(data) for _, _, data in house.network.wire[before:]]
    dz.deposit(gulf_person(1), gulf_person(2))
    second = asked_of_dz(ae, "Is he known to you?")
    before = len(house.network.wire)
    say(dz, Reply("AE", second, "nothing", "no_record"))
    assert [len(data) for _, _, data in house.network.wire[before:]] == pytest.approx(without, abs=8)
    one, other = answers(ae)
    assert (one.outcome, one.code, one.note) == (other.outcome, other.code, other.note)


def test_nothing_takes_no_other_form(placed: tuple[Federation, dict[str, str]]) -> None:
    house, _ = placed
    dz, ae = house["DZ"], house["AE"]
    thread = asked_of_dz(ae, "Is he known to you?")
    (ref,) = dz.deposit(gulf_person(1))

    def tell(reply: Reply) -> None:
        with dz.node.store.write() as unit:
            answer(dz.node, unit, dz.staff.officer, reply)

    wrong = [
        Reply("AE", thread, "nothing", "source_protection"),
        Reply("AE", thread, "nothing", "no_record", "we know him"),
        Reply("AE", thread, "nothing", "no_record", None, (ref,)),
        Reply("AE", thread, "refused", "no_record"),
        Reply("AE", thread, "refused", "court", None, (ref,)),
    ]
    assert {caught(partial(tell, each)) for each in wrong} == {Code.VALUE_NOT_ALLOWED}
    assert caught(lambda: tell(Reply("AE", "msg-" + "1" * 32, "nothing", "no_record"))) is Code.NOT_FOUND


def test_a_record_that_may_not_leave_is_not_promised(placed: tuple[Federation, dict[str, str]]) -> None:
    house, _ = placed
    dz, ae = house["DZ"], house["AE"]
    thread = asked_of_dz(ae, "Is he known to you?")
    refs: list[Ref] = dz.deposit((*gulf_person(1), Claim("c900", "record.flag", "obtained_under_duress", "fact")))
    with dz.node.store.write() as unit:
        found = answer(dz.node, unit, dz.staff.officer, Reply("AE", thread, "answered", refs=tuple(refs)))
    assert found.answer is None
    assert [ref for ref, _ in found.records.denied] == refs
