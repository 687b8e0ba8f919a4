"""Heads of messages: what is written is read, everything else is refused by code, and the gate denies by default."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.crypto.encoding import canonical
from exchange.crypto.header import TYPES
from exchange.errors import BadInput, Code, Denied
from exchange.ledger.rules import AT_ONCE as LEDGER_AT_ONCE
from exchange.model import messages as m
from exchange.model.claims import JsonObject, JsonValue
from exchange.model.message_json import read
from exchange.model.paths import PATHS
from exchange.model.records import Ref
from exchange.policies.agreement import Agreement
from exchange.policies.agreement import read as read_agreement
from exchange.policies.messages import REASONS, Facts, Opening, Sendable, allow, due_of, let_in
from tests.federation import agreement_document

PURPOSE: Final = "counter_terrorism.travel"
THREAD: Final = "msg-" + "ab" * 16
NOW: Final = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
OURS, THEIRS = Ref("DZ", "rec-example-0000"), Ref("KW", "rec-example-0001")
OTHER: Final = Ref("DZ", "rec-example-0002")
REFS: Final = st.lists(
    st.builds(Ref, st.sampled_from(("DZ", "KW", "AE")), st.from_regex(r"[a-z0-9-]{8,64}", fullmatch=True)),
    max_size=4,
    unique=True,
).map(tuple)
TEXT: Final = st.sampled_from(("a", "سؤال", "two\nlines", "x" * 900, '"}]'))
NOTE: Final = st.none() | TEXT
HEAD: Final[dict[str, Any]] = {"purpose": st.just(PURPOSE), "thread": st.just(THREAD)}
SOME: Final = REFS.filter(bool)


def _notice(about: str) -> st.SearchStrategy[m.Notice]:
    def whole(outcome: str) -> st.SearchStrategy[m.Notice]:
        kept = about == "recall-outcome" and outcome in m.KEPT
        reason = st.builds(m.LegalReason, st.sampled_from(sorted(m.LEGAL_REASONS)), TEXT) if kept else st.none()
        until = st.just("2027-01-31") if kept else st.none() | st.just("2027-01-31")
        refs = {"grant-revoked": st.just(()), "passed-on": SOME}.get(about, REFS)
        note = st.just("ab" * 32) if about == "passed-on" else NOTE
        return st.builds(
            m.Notice, **HEAD, about=st.just(about), outcome=st.just(outcome), refs=refs, legal_reason=reason,
            until=until, note=note,
        )  # fmt: skip

    return st.sampled_from(sorted(m.NOTICES[about])).flatmap(whole)


def _closing(make: Callable[..., m.Message], **members: Any) -> st.SearchStrategy[m.Message]:
    return st.builds(make, **HEAD, **members)


PATH_SETS: Final = st.sets(st.sampled_from(sorted(PATHS)), min_size=1, max_size=3).map(lambda s: tuple(sorted(s)))
CODES: Final = st.sampled_from(sorted(m.ANSWER_CODES))
MESSAGES: Final = st.one_of(
    st.builds(
        m.Recall, **HEAD, refs=SOME, reason=st.sampled_from(sorted(m.RECALL_REASONS)), note=NOTE,
        deadline=st.just("2026-12-01T00:00:00Z"), replaces=st.none() | st.just(Ref("DZ", "rec-other-one")),
    ),
    st.sampled_from(sorted(m.NOTICES)).flatmap(_notice),
    _closing(m.Request, question=TEXT, legal_basis=TEXT, urgency=st.sampled_from(sorted(m.URGENCIES)), refs=REFS),
    _closing(m.Answer, outcome=st.just("answered"), code=st.none(), note=NOTE),
    _closing(m.Answer, outcome=st.sampled_from(("partly", "refused", "nothing")), code=CODES, note=NOTE),
    _closing(
        m.OnwardRequest, refs=SOME, for_recipient=st.just("TN"), reason=TEXT,
        paths=st.none() | PATH_SETS,
    ),
    _closing(m.OnwardGrant, outcome=st.just("refused"), code=CODES, grant=st.none()),
    _closing(m.OnwardGrant, outcome=st.just("granted"), code=st.none(), grant=st.binary(min_size=1, max_size=50)),
    _closing(m.Correction, reason=st.sampled_from(sorted(m.CORRECTION_REASONS))),
)  # fmt: skip
JSON: Final = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def refused(value: JsonValue, type_: str) -> bool:
    try:
        read(value, type_)
    except BadInput as fault:
        return fault.code is Code.BODY_MALFORMED
    return False


@settings(max_examples=300, deadline=None, derandomize=True)
@given(message=MESSAGES)
def test_what_is_written_is_read(message: m.Message) -> None:
    assert read(message.document(), message.type) == message


@settings(max_examples=300, deadline=None, derandomize=True)
@given(message=MESSAGES, data=st.data())
def test_a_head_with_any_other_shape_is_refused(message: m.Message, data: st.DataObject) -> None:
    """A member more, a member less, another type: refused. Another value: refused, or read to exactly that value."""
    document = message.document()
    name = data.draw(st.sampled_from(sorted(document)))
    assert refused({each: value for each, value in document.items() if each != name}, message.type)
    assert refused({**document, "extra": None}, message.type)
    for other in sorted(TYPES - {message.type}):
        assert refused(document, other)
    changed: JsonObject = {**document, name: data.draw(JSON)}
    if not refused(changed, message.type):
        assert canonical(read(changed, message.type).document()) == canonical(changed)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(value=JSON, type_=st.sampled_from(sorted(TYPES)))
def test_whatever_comes_is_refused_by_code(value: JsonValue, type_: str) -> None:
    assert refused(value, type_)


@pytest.mark.parametrize("text", ["", " \n", "a\u202eb", "x" * 1001, "nul\x00", "\ud800", None, 5, ["a"]])
def test_texts_that_are_not_shown(text: JsonValue) -> None:
    recall = m.Recall(PURPOSE, THREAD, (OURS,), "inaccurate", "note", "2026-12-01T00:00:00Z", None).document()
    assert refused({**recall, "note": text}, "recall") == (text is not None)
    assert not refused({**recall, "note": "x" * 1000}, "recall")


def test_the_limits_of_references() -> None:
    recall = m.Recall(PURPOSE, THREAD, (OURS,), "inaccurate", None, "2026-12-01T00:00:00Z", None).document()
    many: list[JsonValue] = [["DZ", f"rec-{number:08d}"] for number in range(501)]
    assert not refused({**recall, "refs": many[:500]}, "recall")
    wrong: list[list[JsonValue]] = [
        [],
        many,
        [many[0], many[0]],
        [["DZ"]],
        [["dz", "rec-example"]],
        [["DZ", "short"]],
    ]
    for refs in wrong:
        assert refused({**recall, "refs": refs}, "recall")
    assert refused({**recall, "replaces": ["DZ", OURS.id]}, "recall")


def test_the_closed_lists_fit_one_another() -> None:
    types = {each.type for each in (m.Recall, m.Notice, m.Request, m.Answer, m.OnwardRequest, m.OnwardGrant)}
    assert types | {m.Correction.type} == TYPES - {"release", "void"}
    assert m.AT_ONCE == LEDGER_AT_ONCE
    assert set(m.NOTICE_REPLIES) <= set(m.NOTICES)


# the gate


def agreement(**changes: JsonValue) -> Agreement:
    return read_agreement({**agreement_document("dz-ae-kw.yaml"), **changes}, "00" * 32)


def facts(**changes: Any) -> Facts:
    made = Facts(agreement(), "DZ", "KW", NOW, None, frozenset({OURS}), frozenset({THEIRS}))
    return replace(made, **changes)


RECALL: Final = m.Recall(PURPOSE, THREAD, (OURS,), "inaccurate", None, "2026-12-01T00:00:00Z", None)
NOTICE: Final = m.Notice(PURPOSE, THREAD, "breach", "suspected", (), None, None, None)
REQUEST: Final = m.Request(PURPOSE, THREAD, "who?", "Act 1", "3d", ())
ANSWER: Final = m.Answer(PURPOSE, THREAD, "answered", None, None)
ONWARD: Final = m.OnwardRequest(PURPOSE, THREAD, (THEIRS,), "TN", "court", None)
GRANT: Final = m.OnwardGrant(PURPOSE, THREAD, "granted", None, b"x")
OUTCOME: Final = m.Notice(PURPOSE, THREAD, "recall-outcome", "destroyed", (THEIRS,), None, None, None)
ASK: Final = {"onward": "ask"}


def test_what_is_allowed() -> None:
    opened = {type_: Opening(type_, "in", "AG-DZ-AE-KW") for type_ in ("request", "recall", "onward-request")}
    for message, given_facts in (
        (RECALL, facts()),
        (replace(RECALL, replaces=OURS, refs=(Ref("DZ", "rec-example-0009"),)),
         facts(sent=frozenset({OURS, Ref("DZ", "rec-example-0009")}))),
        (NOTICE, facts()),
        (REQUEST, facts()),
        (ANSWER, facts(opening=opened["request"])),
        (OUTCOME, facts(opening=opened["recall"])),
        (ONWARD, facts(agreement=agreement(**ASK))),
        (GRANT, facts(opening=opened["onward-request"], grant_reads=True)),
        (m.Correction(PURPOSE, THREAD, "changed"), facts()),
    ):  # fmt: skip
        sendable = allow(message, given_facts)
        assert (sendable.message, sendable.recipient, sendable.agreement_id) == (message, "KW", "AG-DZ-AE-KW")


PASSED_ON: Final = m.Notice(PURPOSE, THREAD, "passed-on", "granted", (OURS,), None, None, "a" * 64)


DENIED: Final[list[tuple[str, m.Message, dict[str, Any]]]] = [
    ("PURPOSE_NOT_AGREED", replace(NOTICE, purpose="analysis.joint"), {}),
    ("NOT_SENT", RECALL, {"sent": frozenset()}),
    ("NOT_SENT", replace(RECALL, replaces=Ref("DZ", "rec-unsent-01")), {}),
    ("ORIGINATOR_CONTROL", replace(RECALL, refs=(THEIRS,)), {"sent": frozenset({THEIRS})}),
    ("ORIGINATOR_CONTROL", replace(RECALL, replaces=THEIRS), {"sent": frozenset({OURS, THEIRS})}),
    ("DEADLINE", replace(RECALL, deadline="2026-11-02T08:00:00Z"), {}),
    ("NOT_KNOWN", replace(REQUEST, refs=(OURS,)), {"sent": frozenset()}),
    ("NOT_KNOWN", replace(NOTICE, refs=(Ref("AE", "rec-of-another"),)), {}),
    ("TYPE_NOT_AGREED", REQUEST, {"agreement": "one way"}),
    ("TYPE_NOT_AGREED", ONWARD, {}),
    ("NOT_HELD", ONWARD, {"agreement": "ask", "held": frozenset()}),
    ("ORIGINATOR_CONTROL", replace(ONWARD, refs=(OURS,)), {"agreement": "ask"}),
    ("ONWARD_RECIPIENT", replace(ONWARD, for_recipient="KW"), {"agreement": "ask"}),
    ("ORIGINATOR_CONTROL", PASSED_ON, {}),
    ("GRANT_UNREADABLE", GRANT, {"opening": Opening("onward-request", "in", "AG-DZ-AE-KW")}),
    ("ORIGINATOR_CONTROL", replace(OUTCOME, refs=(OURS,)), {"opening": Opening("recall", "in", "AG-DZ-AE-KW")}),
]


@pytest.mark.parametrize(("reason", "message", "changes"), DENIED)
def test_what_is_denied(reason: str, message: m.Message, changes: dict[str, Any]) -> None:
    given_facts = facts(**{name: value for name, value in changes.items() if name != "agreement"})
    if changes.get("agreement") == "ask":
        given_facts = replace(given_facts, agreement=agreement(**ASK))
    if changes.get("agreement") == "one way":
        whole = agreement()
        one_way = tuple(replace(clause, from_=frozenset({"DZ"})) for clause in whole.clauses)
        given_facts = replace(given_facts, agreement=replace(whole, clauses=one_way))
    with pytest.raises(Denied) as denied:
        allow(message, given_facts)
    assert (denied.value.code, denied.value.facts) == (Code.MESSAGE_NOT_ALLOWED, {"reason": reason})


def test_every_reason_has_a_case() -> None:
    assert {reason for reason, _, _ in DENIED} == REASONS


@pytest.mark.parametrize("direction", ["in", "out"])
def test_an_answer_fits_its_thread_or_is_refused(direction: str) -> None:
    check: Callable[[m.Message, Facts], object] = allow if direction == "in" else let_in
    right = Opening("request", direction, "AG-DZ-AE-KW")
    check(ANSWER, facts(opening=right))
    other = "out" if direction == "in" else "in"
    for wrong in (None, right.__class__("recall", direction, "AG-DZ-AE-KW"), Opening("request", other, "AG-DZ-AE-KW")):
        with pytest.raises(Denied) as denied:
            check(ANSWER, facts(opening=wrong))
        assert denied.value.code is Code.THREAD_UNKNOWN
    with pytest.raises(Denied):
        check(ANSWER, facts(opening=replace(right, agreement_id="AG-DZ-EG")))


def test_nothing_leaves_outside_the_agreements_time_or_to_a_stranger() -> None:
    for given_facts in (
        facts(now=agreement().valid_until),
        facts(now=agreement().valid_from - timedelta(seconds=1)),
        facts(recipient="QA"),
        facts(sender="QA"),
    ):
        with pytest.raises(Denied) as denied:
            allow(NOTICE, given_facts)
        assert denied.value.code is Code.AGREEMENT_NOT_IN_FORCE


def test_a_recall_and_its_outcome_outlive_the_agreement_and_nothing_else_does() -> None:
    """ADR 13, on both sides; never for a stranger."""
    outcome = m.Notice(PURPOSE, "msg-1", "recall-outcome", "destroyed", (THEIRS,), None, None, None)
    opened = {"in": Opening("recall", "in", "AG-DZ-AE-KW"), "out": Opening("recall", "out", "AG-DZ-AE-KW")}
    for ended in ({"now": agreement().valid_until - timedelta(days=-1)}, {"in_force": False}):
        recall = replace(RECALL, deadline="2099-01-01T00:00:00Z")
        allow(recall, facts(**ended))
        let_in(recall, facts(**ended))
        allow(outcome, facts(**ended, opening=opened["in"]))
        let_in(outcome, facts(**ended, opening=opened["out"], named=frozenset({THEIRS})))
        for other in (NOTICE, REQUEST, replace(outcome, about="correction-acknowledged", outcome="applied")):
            for check in (allow, let_in):
                with pytest.raises(Denied) as denied:
                    check(other, facts(**ended))
                assert denied.value.code is Code.AGREEMENT_NOT_IN_FORCE
        with pytest.raises(Denied):
            allow(recall, facts(**ended, recipient="QA"))


def test_a_recall_of_others_records_goes_down_the_chain_only() -> None:
    """We hold it from KW and passed it on to AE: only after KW recalled it from us may we recall it there."""
    onward = replace(RECALL, refs=(THEIRS,))
    sent = frozenset({THEIRS})
    with pytest.raises(Denied) as denied:
        allow(onward, facts(recipient="AE", sent=sent))
    assert denied.value.facts == {"reason": "ORIGINATOR_CONTROL"}
    allow(onward, facts(recipient="AE", sent=sent, recalled=sent))
    with pytest.raises(Denied):
        allow(onward, facts(recipient="AE", sent=frozenset(), recalled=sent))
    let_in(onward, facts(recipient="AE"))
    with pytest.raises(Denied):
        let_in(onward, facts(recipient="KW"))


def test_what_is_let_in_and_what_is_not() -> None:
    """The recipient's reading: `sent` and `held` are not asked, so that a refusal tells nothing of what it holds."""
    let_in(RECALL, facts(sent=frozenset(), held=frozenset()))
    let_in(REQUEST, facts())
    for message in (
        replace(NOTICE, purpose="analysis.joint"),
        replace(RECALL, refs=(THEIRS,)),
        replace(NOTICE, refs=(Ref("QA", "rec-of-a-stranger"),)),
        ONWARD,
    ):
        with pytest.raises(Denied) as denied:
            let_in(message, facts())
        assert denied.value.code is Code.IMPORT_REFUSED


@pytest.mark.parametrize(
    ("about", "outcome", "opened", "right", "wrong"),
    [
        ("recall-outcome", "destroyed", "recall", [(OURS, OTHER)], [(), (OURS,), (OURS, OTHER, THEIRS)]),
        ("correction-acknowledged", "applied", "correction", [(OURS,), (OURS, OTHER)], [(), (OURS, THEIRS)]),
    ],
)
def test_an_outcome_says_it_of_everything_that_was_named(
    about: str, outcome: str, opened: str, right: list[tuple[Ref, ...]], wrong: list[tuple[Ref, ...]]
) -> None:
    asked = facts(opening=Opening(opened, "out", "AG-DZ-AE-KW"), named=frozenset({OURS, OTHER}))
    notice = replace(NOTICE, about=about, outcome=outcome)
    for refs in right:
        let_in(replace(notice, refs=refs), asked)
    for refs in wrong:
        with pytest.raises(Denied) as denied:
            let_in(replace(notice, refs=refs), asked)
        assert (denied.value.code, denied.value.facts["at"]) == (Code.IMPORT_REFUSED, "/refs")


def test_only_the_gate_makes_what_may_leave() -> None:
    with pytest.raises(TypeError):
        Sendable(object(), NOTICE, facts())
    made = allow(NOTICE, facts())
    with pytest.raises(AttributeError):
        made.message = RECALL
    with pytest.raises(AttributeError):
        del made.message


def test_when_answers_are_due() -> None:
    whole = agreement()
    assert due_of(RECALL, NOW, whole) == datetime(2026, 12, 1, tzinfo=UTC)
    assert due_of(REQUEST, NOW, whole) == NOW + timedelta(days=3)
    assert due_of(ONWARD, NOW, whole) == NOW + timedelta(days=7)
    assert due_of(m.Correction(PURPOSE, THREAD, "changed"), NOW, whole) == NOW + timedelta(days=whole.correction_days)
    assert [due_of(each, NOW, whole) for each in (NOTICE, ANSWER, GRANT)] == [None] * 3
