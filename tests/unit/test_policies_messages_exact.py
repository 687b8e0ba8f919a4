"""The gate of messages at its edges: the fact that a refusal names, and the last message that still goes through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from exchange.errors import Code, Denied
from exchange.model.messages import Correction, Message, Notice, OnwardGrant, OnwardRequest, Recall, Request
from exchange.model.records import Ref
from exchange.policies.agreement import Agreement
from exchange.policies.messages import Facts, Opening, Sendable, allow, check_thread, let_in
from tests.unit.policies_kit import NOW, agreement, clause

PURPOSE = "border.checks"
THREAD = "msg-" + "ab" * 16
ID = "AG-DZ-AE-KW"
OURS, THEIRS, THIRD = Ref("DZ", "rec-example-0000"), Ref("KW", "rec-example-0001"), Ref("AE", "rec-example-0002")
STRANGE = Ref("QA", "rec-example-0003")
NOTICE = Notice(PURPOSE, THREAD, "breach", "suspected", (), None, None, None)
RECALL = Recall(PURPOSE, THREAD, (OURS,), "inaccurate", None, "2026-12-01T00:00:00Z", None)
REQUEST = Request(PURPOSE, THREAD, "who?", "Act 1", "3d", ())
ONWARD = OnwardRequest(PURPOSE, THREAD, (THEIRS,), "TN", "court", None)
GRANT = OnwardGrant(PURPOSE, THREAD, "granted", None, b"x")
PASSED_ON = Notice(PURPOSE, THREAD, "passed-on", "granted", (THEIRS,), None, None, "a" * 64)


def facts(given: Agreement | None = None) -> Facts:
    """DZ writes to KW; it sent it one record and holds one from it."""
    sent, held = frozenset({OURS}), frozenset({THEIRS})
    return Facts(agreement() if given is None else given, "DZ", "KW", NOW, None, sent, held)


def one_way(sender: str, recipient: str) -> Agreement:
    return agreement(clauses=[clause(**{"from": [sender], "to": [recipient]})])


def refused(
    check: Callable[[Message, Facts], object], message: Message, given: Facts
) -> tuple[Code, dict[str, object]]:
    with pytest.raises(Denied) as denied:
        check(message, given)
    return denied.value.code, dict(denied.value.facts)


def test_records_that_either_side_has_from_the_other() -> None:
    for refs in ((), (OURS,), (THEIRS,), (OURS, THEIRS)):
        for message in (replace(NOTICE, refs=refs), replace(REQUEST, refs=refs)):
            assert allow(message, facts(one_way("KW", "DZ"))).message == message
    unknown = replace(NOTICE, refs=(OURS, THEIRS, THIRD))
    assert refused(allow, unknown, facts()) == (Code.MESSAGE_NOT_ALLOWED, {"reason": "NOT_KNOWN"})


def test_a_question_goes_only_where_an_answer_may_come_from() -> None:
    allow(REQUEST, facts(one_way("KW", "DZ")))
    allow(REQUEST, facts(agreement(clauses=[clause(**{"from": "*", "to": "*"})])))
    let_in(REQUEST, facts(one_way("KW", "DZ")))
    hold = clause(**{"from": ["KW"], "to": ["DZ"]}, disclose=None, withhold=["gender"])
    for given in (
        one_way("DZ", "KW"),
        one_way("KW", "AE"),
        one_way("AE", "DZ"),
        one_way("AE", "KW"),
        agreement(clauses=[hold]),
    ):
        assert refused(allow, REQUEST, facts(given)) == (Code.MESSAGE_NOT_ALLOWED, {"reason": "TYPE_NOT_AGREED"})
        assert refused(let_in, REQUEST, facts(given)) == (Code.IMPORT_REFUSED, {"reason": "TYPE_NOT_AGREED"})


@pytest.mark.parametrize("check", [allow, let_in])
def test_what_an_agreement_out_of_force_still_carries(check: Callable[[Message, Facts], object]) -> None:
    """A recall goes between any two parties, were they the only ones; nothing else does, and nobody else."""
    parties = [{"code": "DZ", "fingerprint": "a" * 64}, {"code": "KW", "fingerprint": "c" * 64}]
    two = agreement(id="AG-DZ-KW", parties=parties)
    ended = replace(facts(two), in_force=False)
    check(RECALL, ended)
    assert refused(check, NOTICE, ended) == (Code.AGREEMENT_NOT_IN_FORCE, {"agreement": "AG-DZ-KW"})
    for other in (replace(ended, recipient="AE"), replace(ended, sender="AE"), replace(ended, sender="KW")):
        assert refused(check, RECALL, other) == (Code.AGREEMENT_NOT_IN_FORCE, {"agreement": "AG-DZ-KW"})
    late = replace(facts(), now=facts().agreement.valid_until)
    assert refused(check, NOTICE, late) == (Code.AGREEMENT_NOT_IN_FORCE, {"agreement": ID})
    check(NOTICE, replace(late, now=late.now - timedelta(seconds=1)))


def test_a_reply_belongs_to_one_thread_of_one_agreement() -> None:
    right = Opening("request", "in", ID)
    check_thread("request", replace(facts(), opening=right), "in")
    check_thread(None, facts(), "in")
    for wrong in (
        None,
        Opening("recall", "in", ID),
        Opening("request", "out", ID),
        Opening("request", "in", "AG-DZ-KW"),
    ):
        with pytest.raises(Denied) as denied:
            check_thread("request", replace(facts(), opening=wrong), "in")
        assert (denied.value.code, denied.value.facts) == (Code.THREAD_UNKNOWN, {})


def test_a_purpose_that_is_not_agreed_is_told_to_each_side_in_its_own_way() -> None:
    other = replace(NOTICE, purpose="contact")
    assert refused(allow, other, facts()) == (Code.MESSAGE_NOT_ALLOWED, {"reason": "PURPOSE_NOT_AGREED"})
    assert refused(let_in, other, facts()) == (Code.IMPORT_REFUSED, {"at": "/purpose"})


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (replace(RECALL, refs=(THEIRS,)), "ORIGINATOR_CONTROL"),
        (replace(RECALL, replaces=THEIRS), "ORIGINATOR_CONTROL"),
        (replace(ONWARD, refs=(OURS,)), "ORIGINATOR_CONTROL"),
        (replace(ONWARD, for_recipient="DZ"), "ONWARD_RECIPIENT"),
        (replace(ONWARD, for_recipient="KW"), "ONWARD_RECIPIENT"),
        (replace(PASSED_ON, refs=(OURS, THEIRS)), "ORIGINATOR_CONTROL"),
        (GRANT, "GRANT_UNREADABLE"),
    ],
)
def test_what_both_sides_can_tell_has_one_reason(message: Message, reason: str) -> None:
    for check, direction, code in ((allow, "in", Code.MESSAGE_NOT_ALLOWED), (let_in, "out", Code.IMPORT_REFUSED)):
        given = replace(facts(), opening=Opening("onward-request", direction, ID))
        assert refused(check, message, given) == (code, {"reason": reason})
    without = facts(agreement(onward="none"))
    assert refused(let_in, ONWARD, without) == (Code.IMPORT_REFUSED, {"reason": "TYPE_NOT_AGREED"})
    let_in(ONWARD, facts())
    let_in(PASSED_ON, facts())


def test_a_notice_of_its_own_is_about_records_of_the_parties() -> None:
    """Every party's at once; never a stranger's, whatever the thread that it names began with."""
    let_in(replace(NOTICE, refs=(OURS, THEIRS, THIRD)), facts())
    let_in(Correction(PURPOSE, THREAD, "changed"), facts())
    strange = replace(NOTICE, refs=(OURS, STRANGE))
    for named in (frozenset[Ref](), frozenset({STRANGE}), frozenset({OURS, STRANGE})):
        assert refused(let_in, strange, replace(facts(), named=named)) == (Code.IMPORT_REFUSED, {"at": "/refs"})
    let_in(replace(RECALL, refs=(STRANGE,)), facts())


def test_an_answer_may_name_a_strangers_record_if_it_was_asked_about_it() -> None:
    asked = replace(facts(), opening=Opening("recall", "out", ID), named=frozenset({STRANGE}))
    outcome = replace(NOTICE, about="recall-outcome", outcome="destroyed", refs=(STRANGE,))
    let_in(outcome, asked)
    assert refused(let_in, outcome, replace(asked, named=frozenset())) == (Code.IMPORT_REFUSED, {"at": "/refs"})
    revoked = replace(NOTICE, about="grant-revoked", outcome="revoked", refs=(STRANGE,))
    onward = replace(asked, opening=Opening("onward-request", "out", ID))
    let_in(revoked, onward)
    assert refused(let_in, revoked, replace(onward, named=frozenset())) == (Code.IMPORT_REFUSED, {"at": "/refs"})
    let_in(replace(revoked, refs=(THIRD,)), replace(onward, named=frozenset()))


def test_the_gate_keeps_what_it_lets_go() -> None:
    with pytest.raises(TypeError, match=r"^only allow\(\) makes Sendable$"):
        Sendable(object(), NOTICE, facts())
    made = allow(NOTICE, facts())
    with pytest.raises(AttributeError, match=r"^Sendable does not change$"):
        made.recipient = "AE"
    with pytest.raises(AttributeError, match=r"^Sendable does not change$"):
        del made.recipient
    assert (made.message, made.recipient, made.agreement_id) == (NOTICE, "KW", ID)
