"""Every operation × every role, against a table that is written here by hand (T-50, ASVS 8.2.1)."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from exchange.errors import Code, ExchangeError
from exchange.model.claims import Claim
from exchange.model.matching import Pair
from exchange.model.messages import Message, Notice, Recall, Request
from exchange.model.records import Ref
from exchange.model.sessions import ConsoleSession, Preferences
from exchange.model.state import MessageKey, Person
from exchange.operations import (
    acquaint,
    agreements,
    attested,
    clock_confirm,
    codes,
    connection,
    contradictions,
    duplicates,
    epochs,
    equivocation,
    inbox,
    ledger_view,
    match_review,
    messages,
    node_checks,
    offers,
    onward,
    openings,
    override,
    overview,
    partner_view,
    partners,
    passkeys,
    preapprove,
    preferences,
    questions,
    read,
    reconcile_alarms,
    revoke,
    schedule,
    search,
    sessions,
    simulate,
    tasks,
    terminate,
    versions,
)
from exchange.operations.account import Account, account
from exchange.operations.approve import approvable, approve, withdraw
from exchange.operations.audit import note_export
from exchange.operations.blind_audit import note_blind
from exchange.operations.breach import Breach, affected, notify
from exchange.operations.bulk import approve_bulk, read_bulk
from exchange.operations.bundle import make_bundle
from exchange.operations.corrections import acknowledge, difference
from exchange.operations.course import course_of, message_course
from exchange.operations.deposit import Amendment, Draft, amend, deposit
from exchange.operations.holders import holders
from exchange.operations.import_list import OutsideList, import_list
from exchange.operations.leaving import moved_since, read_leaving
from exchange.operations.match_ask import MatchWish, match_ask
from exchange.operations.match_choices import match_ways
from exchange.operations.match_prepare import prepare_now
from exchange.operations.match_settle import match_settle
from exchange.operations.match_stats import answered, contact_line, match_stats, of_ticket, set_contact
from exchange.operations.matrix import matrix
from exchange.operations.messages import MessageWish, propose_message
from exchange.operations.network import neighbourhood
from exchange.operations.onward import GrantWish, OnwardWish
from exchange.operations.opening_notice import list_untold, tell_opening
from exchange.operations.permissions import ROLES
from exchange.operations.places import places
from exchange.operations.preview import Question, preview
from exchange.operations.preview_choices import choices
from exchange.operations.propose import Wish, propose
from exchange.operations.recalls import RecallAnswer, answer_recall
from exchange.operations.record_list import Listing, page_of
from exchange.operations.release import release, send
from exchange.operations.replay import replay
from exchange.operations.replay_file import export_decisions
from exchange.operations.replay_files import every_decision
from exchange.operations.tiles import note_tiles
from exchange.operations.timeline import timeline
from exchange.operations.waive import Emergency, ask_waiver, grant_waiver, list_waivers, revoke_waiver
from exchange.operations.why import WhyQuestion, why_claim
from exchange.operations.witnessing import witnessing
from exchange.policies.agreement import read as read_document
from exchange.policies.simulate import Simulation, simulation
from exchange.ports import Node, Unit
from tests.federation import AGREEMENT, PURPOSE, START, State, agreement_document, card_of, root_of

SESSION: Final = ConsoleSession("0" * 64, "nobody", "link", "", START, START, START.replace(hour=9))
REF: Final = Ref("DZ", "rec-nothing-here")
NOWHERE: Final = Account(REF, (), (), (), (), ())
PAIR: Final = Pair(REF, Ref("KW", "rec-nothing-there"))
URGENT: Final = Emergency("THREAT_TO_LIFE", "invented", 1)
CLAIM: Final = Claim("c1", "note", "x", "fact")
KEY: Final = MessageKey("msg-nothing-here", "KW", "in")
NOTICE: Final = Notice(PURPOSE, "", "breach", "suspected", (), None, None, None)
BREACH: Final = Breach("KW", START, START.replace(hour=9), "theft")
REQUEST: Final = Request(PURPOSE, "", "Is he known?", "Invented Act 1", "8h", ())
ASKED: Final = questions.Question("KW", AGREEMENT, PURPOSE, "Is he known?", "Invented Act 1", "8h")
REPLY: Final = questions.Reply("KW", "msg-x", "nothing")
RECALL: Final = Recall(PURPOSE, "", (REF,), "inaccurate", None, "2026-12-01T00:00:00Z", None)


def wish(message: Message) -> MessageWish:
    return MessageWish("KW", AGREEMENT, message)


Call = Callable[[Node, Unit, Person], object]
OFFICER, RELEASING, AUDITOR, ADMIN = "officer", "releasing_officer", "auditor", "administrator"
EVERYBODY = {OFFICER, RELEASING, AUDITOR, ADMIN}


def _task(node: Node) -> Simulation:
    candidate = read_document(agreement_document("dz-ae-kw.yaml"), "0" * 64)
    return simulation(candidate, None, (), node.code, START)


TABLE: Final[dict[str, tuple[set[str], Call]]] = {
    "match ask": ({OFFICER}, lambda n, u, p: match_ask(n, p, MatchWish("KW", AGREEMENT, PURPOSE, "C", ((CLAIM,),)))),
    "match settle": ({OFFICER}, lambda n, u, p: match_settle(n, p, "KW", "ab" * 16, (CLAIM,))),
    "prepare now": (EVERYBODY, lambda n, u, p: prepare_now(n, p, "KW")),
    "match stats": (EVERYBODY, match_stats),
    "match ways": ({OFFICER}, match_ways),
    "contact line": (EVERYBODY, lambda n, u, p: contact_line(u, p)),
    "of ticket": ({OFFICER, RELEASING}, lambda n, u, p: of_ticket(n, u, p, "KW", "ab" * 16)),
    "answered": (EVERYBODY, lambda n, u, p: answered(n, u, p, None)),
    "set contact": ({RELEASING, ADMIN}, lambda n, u, p: set_contact(n, u, p, "desk")),
    "deposit": ({OFFICER}, lambda n, u, p: deposit(n, u, p, [Draft("person", (CLAIM,))])),
    "amend": ({OFFICER}, lambda n, u, p: amend(n, u, p, [Amendment(REF, 1, (CLAIM,))])),
    "import": ({OFFICER}, lambda n, u, p: import_list(n, u, p, OutsideList("x", "", (), 0), CLAIM)),
    "propose": ({OFFICER}, lambda n, u, p: propose(n, u, p, Wish("KW", AGREEMENT, PURPOSE, (REF,)))),
    "approve": ({RELEASING}, lambda n, u, p: approve(n, u, p, "rel-x", "d")),
    "approvable": ({RELEASING}, lambda n, u, p: approvable(n, u, p, "rel-x", "d")),
    "withdraw": ({RELEASING}, lambda n, u, p: withdraw(n, u, p, "rel-x")),
    "read leaving": ({OFFICER, RELEASING}, lambda n, u, p: read_leaving(n, u, p, "rel-x", (0, 1))),
    "moved since": ({OFFICER, RELEASING, AUDITOR}, lambda n, u, p: moved_since(n, u, p, "rel-x")),
    "read bulk": ({OFFICER, RELEASING, AUDITOR}, lambda n, u, p: read_bulk(n, u, p, "blk-x")),
    "approve bulk": ({RELEASING}, lambda n, u, p: approve_bulk(n, u, p, "blk-x", "d")),
    "course of": ({OFFICER, RELEASING, AUDITOR}, lambda n, u, p: course_of(n, u, p, [])),
    "message course": ({OFFICER, RELEASING, AUDITOR}, lambda n, u, p: message_course(n, u, p, KEY)),
    "holders": ({OFFICER, RELEASING, AUDITOR}, lambda n, u, p: holders(n, u, p, NOWHERE)),
    "choices": ({OFFICER, RELEASING}, lambda n, u, p: choices(n, u, p, REF)),
    "release": ({OFFICER, RELEASING}, lambda n, u, p: release(n, u, p, "rel-x")),
    "send": ({OFFICER, RELEASING}, lambda n, u, p: send(n, u, p, wish(NOTICE))),
    "answer recall": ({RELEASING}, lambda n, u, p: answer_recall(n, u, p, RecallAnswer(KEY, "destroyed"))),
    "acknowledge": ({OFFICER, RELEASING}, lambda n, u, p: acknowledge(n, u, p, KEY)),
    "difference": ({OFFICER, RELEASING}, lambda n, u, p: difference(n, u, p, REF)),
    "account": ({OFFICER, RELEASING, AUDITOR}, lambda n, u, p: account(n, u, p, REF)),
    "affected": ({RELEASING}, lambda n, u, p: affected(n, u, p, BREACH)),
    "notify": ({RELEASING}, lambda n, u, p: notify(n, u, p, BREACH, "suspected", None)),
    "propose message": ({OFFICER}, lambda n, u, p: propose_message(n, u, p, wish(REQUEST))),
    "request onward": (
        {OFFICER},
        lambda n, u, p: onward.request_onward(n, u, p, OnwardWish("KW", AGREEMENT, PURPOSE, (REF,), "QA", "r")),
    ),
    "grant onward": ({OFFICER}, lambda n, u, p: onward.grant_onward(n, u, p, GrantWish("KW", "msg-x", (AGREEMENT,)))),
    "refuse onward": ({OFFICER}, lambda n, u, p: onward.refuse_onward(n, u, p, "KW", "msg-x", "court")),
    "revoke onward": ({OFFICER, RELEASING}, lambda n, u, p: onward.revoke_onward(n, u, p, "KW", "msg-x")),
    "list grants": ({OFFICER, RELEASING, AUDITOR}, lambda n, u, p: onward.list_grants(u, p, None, 5)),
    "ask": ({OFFICER}, lambda n, u, p: questions.ask(n, u, p, ASKED)),
    "answer": ({OFFICER}, lambda n, u, p: questions.answer(n, u, p, REPLY)),
    "list messages": ({OFFICER, RELEASING, AUDITOR}, lambda n, u, p: messages.list_messages(u, p, None, None, 5)),
    "read message": ({OFFICER, RELEASING}, lambda n, u, p: messages.read_message(n, u, p, KEY)),
    "preview": ({OFFICER, RELEASING}, lambda n, u, p: preview(n, u, p, Question(REF, "KW", PURPOSE))),
    "read own": ({OFFICER, RELEASING}, lambda n, u, p: read.read_own(n, u, p, REF)),
    "read received": ({OFFICER, RELEASING}, lambda n, u, p: read.read_received(n, u, p, REF)),
    "list own": ({OFFICER, RELEASING}, lambda n, u, p: read.list_own(u, p, None, None, 5)),
    "list received": ({OFFICER, RELEASING}, lambda n, u, p: read.list_received(u, p, None, None, 5)),
    "list inbox": ({OFFICER, RELEASING}, lambda n, u, p: read.list_inbox(u, p, None, None, 5)),
    "list releases": ({OFFICER, RELEASING, AUDITOR}, lambda n, u, p: overview.list_releases(u, p, None, None, 5)),
    "read release": ({OFFICER, RELEASING, AUDITOR}, lambda n, u, p: overview.read_release(u, p, "rel-x")),
    "list agreements": ({OFFICER, RELEASING, AUDITOR, ADMIN}, lambda n, u, p: overview.list_agreements(u, p)),
    "read agreement": ({OFFICER, RELEASING, AUDITOR, ADMIN}, lambda n, u, p: overview.read_agreement(u, p, AGREEMENT)),
    "list partners": ({OFFICER, RELEASING, AUDITOR, ADMIN}, lambda n, u, p: overview.list_partners(u, p)),
    "status": ({OFFICER, RELEASING, AUDITOR, ADMIN}, lambda n, u, p: overview.status(n, u, p)),
    "draft": ({ADMIN}, lambda n, u, p: agreements.draft(n, u, p, {})),
    "sign": ({ADMIN}, lambda n, u, p: agreements.sign(n, u, p, AGREEMENT, 1, root_of("DZ"))),
    "add signature": ({ADMIN}, lambda n, u, p: agreements.add_signature(n, u, p, AGREEMENT, 1, b"")),
    "activate": ({ADMIN}, lambda n, u, p: agreements.activate(n, u, p, AGREEMENT, 1)),
    "suspend": ({RELEASING, ADMIN}, lambda n, u, p: agreements.suspend(n, u, p, AGREEMENT)),
    "raise flag": ({RELEASING, ADMIN}, lambda n, u, p: agreements.raise_flag(u, p, AGREEMENT)),
    "resolve": ({ADMIN}, lambda n, u, p: equivocation.resolve(n, u, p, "KW", "PARTNER_RESTORED")),
    "confirm clock": ({ADMIN}, lambda n, u, p: clock_confirm.confirm_clock(n, u, p, n.clock.now())),
    "unschedule": ({ADMIN}, lambda n, u, p: schedule.unschedule(n, u, p, AGREEMENT, 1)),
    "ask termination": ({RELEASING, ADMIN}, lambda n, u, p: terminate.ask_termination(n, u, p, AGREEMENT)),
    "withdraw termination": ({RELEASING, ADMIN}, lambda n, u, p: terminate.withdraw_termination(n, u, p, AGREEMENT)),
    "confirm termination": ({RELEASING, ADMIN}, lambda n, u, p: terminate.confirm_termination(n, p, AGREEMENT)),
    "offer": ({ADMIN}, lambda n, u, p: offers.offer(n, p, "KW", AGREEMENT, 9)),
    "list offers": ({OFFICER, RELEASING, AUDITOR, ADMIN}, lambda n, u, p: offers.list_offers(u, p)),
    "take offer": ({ADMIN}, lambda n, u, p: offers.take_offer(n, u, p, "KW", "d")),
    "refuse offer": ({ADMIN}, lambda n, u, p: offers.refuse_offer(n, u, p, "KW", "d")),
    "begin simulation": (
        {OFFICER, RELEASING, AUDITOR, ADMIN},
        lambda n, u, p: simulate.begin_simulation(n, u, p, {}, 0),
    ),
    "simulated page": (
        {OFFICER, RELEASING, AUDITOR, ADMIN},
        lambda n, u, p: simulate.simulated_page(u, p, _task(n), None),
    ),
    "simulated pages": (
        {OFFICER, RELEASING, AUDITOR, ADMIN},
        lambda n, u, p: simulate.simulated_pages(n, p, _task(n)),
    ),
    "recent records": (
        {OFFICER, RELEASING, AUDITOR, ADMIN},
        lambda n, u, p: simulate.recent_records(n, p, _task(n).candidate),
    ),
    "add partner": ({ADMIN}, lambda n, u, p: partners.add_partner(n, u, p, card_of("QA"), root_of("QA").fingerprint)),
    "resume partner": ({ADMIN}, lambda n, u, p: partners.resume_partner(n, u, p, "KW")),
    "introduce": ({ADMIN}, lambda n, u, p: acquaint.introduce(n, u, p, card_of("QA"))),
    "list introductions": (
        {OFFICER, RELEASING, AUDITOR, ADMIN},
        lambda n, u, p: acquaint.list_introductions(u, p),
    ),
    "read introduction": (
        {OFFICER, RELEASING, AUDITOR, ADMIN},
        lambda n, u, p: acquaint.read_introduction(u, p, "QA"),
    ),
    "read partner": (
        {OFFICER, RELEASING, AUDITOR, ADMIN},
        lambda n, u, p: partner_view.read_partner(n, u, p, "KW"),
    ),
    "read evidence": ({AUDITOR}, lambda n, u, p: partner_view.read_evidence(n, u, p, "KW")),
    "compare": ({RELEASING, ADMIN}, lambda n, u, p: acquaint.compare(n, p, "QA", "")),
    "dismiss": ({RELEASING, ADMIN}, lambda n, u, p: acquaint.dismiss(n, u, p, "QA")),
    "ask revocation": ({RELEASING, ADMIN}, lambda n, u, p: revoke.ask_revocation(n, u, p, "KW", "OUR_DECISION")),
    "withdraw revocation": ({RELEASING, ADMIN}, lambda n, u, p: revoke.withdraw_revocation(n, u, p, "KW")),
    "confirm revocation": ({RELEASING, ADMIN}, lambda n, u, p: revoke.confirm_revocation(n, p, "KW")),
    "try connection": (
        {OFFICER, RELEASING, AUDITOR, ADMIN},
        lambda n, u, p: connection.try_connection(n, p, "QA"),
    ),
    "suspend partner": ({ADMIN}, lambda n, u, p: partners.suspend_partner(n, u, p, "KW")),
    "matrix": ({OFFICER, RELEASING}, lambda n, u, p: matrix(n, u, p, REF, PURPOSE)),
    "why claim": (
        {OFFICER, RELEASING},
        lambda n, u, p: why_claim(n, u, p, WhyQuestion(REF, "c1", "KW", AGREEMENT, PURPOSE)),
    ),
    "replay": ({OFFICER, RELEASING, AUDITOR}, lambda n, u, p: replay(n, u, p, "rel-x")),
    "export decisions": ({OFFICER, RELEASING, AUDITOR}, lambda n, u, p: export_decisions(n, u, p, "rel-x")),
    "every decision": ({OFFICER, RELEASING, AUDITOR}, lambda n, u, p: every_decision(n, p, values=False)),
    "ask waiver": ({RELEASING, ADMIN}, lambda n, u, p: ask_waiver(n, u, p, ("rel-x", "d"), URGENT)),
    "grant waiver": ({RELEASING, ADMIN}, lambda n, u, p: grant_waiver(n, u, p, "wvr-x", "d")),
    "revoke waiver": ({RELEASING, ADMIN}, lambda n, u, p: revoke_waiver(n, u, p, "wvr-x")),
    "list waivers": ({OFFICER, RELEASING, AUDITOR, ADMIN}, lambda n, u, p: list_waivers(u, p)),
    "ask standing": ({RELEASING}, lambda n, u, p: preapprove.ask_standing(n, u, p, AGREEMENT, "TLP:AMBER", 1)),
    "approve standing": ({RELEASING}, lambda n, u, p: preapprove.approve_standing(n, u, p, "sta-x", "d")),
    "revoke standing": ({RELEASING}, lambda n, u, p: preapprove.revoke_standing(n, u, p, "sta-x")),
    "list standing": ({OFFICER, RELEASING, AUDITOR, ADMIN}, lambda n, u, p: preapprove.list_standing(u, p)),
    "note blind": ({AUDITOR}, lambda n, u, p: note_blind(n, p)),
    "note tiles": ({AUDITOR}, lambda n, u, p: note_tiles(n, p)),
    "witnessing": ({OFFICER, RELEASING, AUDITOR, ADMIN}, lambda n, u, p: witnessing(n, u, p)),
    "ask opening": ({AUDITOR}, lambda n, u, p: openings.ask_opening(n, u, p, 0, "SAMPLE")),
    "confirm opening": ({RELEASING, ADMIN}, lambda n, u, p: openings.confirm_opening(n, u, p, "opn-x")),
    "decline opening": ({RELEASING, ADMIN}, lambda n, u, p: openings.decline_opening(n, u, p, "opn-x")),
    "withdraw opening": ({AUDITOR}, lambda n, u, p: openings.withdraw_opening(n, u, p, "opn-x")),
    "read opening": ({AUDITOR}, lambda n, u, p: openings.read_opening(n, p, "opn-x")),
    "list openings": ({RELEASING, AUDITOR, ADMIN}, lambda n, u, p: openings.list_openings(u, p)),
    "list untold": ({OFFICER, RELEASING}, lambda n, u, p: list_untold(n, u, p)),
    "tell opening": ({OFFICER, RELEASING}, lambda n, u, p: tell_opening(n, u, p, "opn-x", ("KW", AGREEMENT, PURPOSE))),
    "reconcile now": ({AUDITOR, ADMIN}, lambda n, u, p: reconcile_alarms.reconcile_now(n, p, "KW")),
    "list reconciled": (
        {OFFICER, RELEASING, AUDITOR, ADMIN},
        lambda n, u, p: reconcile_alarms.list_reconciled(u, p, "KW"),
    ),
    "acknowledge reconciled": (
        {AUDITOR, ADMIN},
        lambda n, u, p: reconcile_alarms.acknowledge_reconciled(n, u, p, "KW", "INVESTIGATED"),
    ),
    "ask override": ({RELEASING, ADMIN}, lambda n, u, p: override.ask_override(n, u, p, "COURIER_ONLY", 1)),
    "give override": ({RELEASING, ADMIN}, lambda n, u, p: override.give_override(n, u, p, "ovr-x")),
    "end override": ({RELEASING, ADMIN}, lambda n, u, p: override.end_override(n, u, p, "ovr-x")),
    "list overrides": ({OFFICER, RELEASING, AUDITOR, ADMIN}, lambda n, u, p: override.list_overrides(u, p)),
    "settle": ({ADMIN}, lambda n, u, p: contradictions.settle(n, u, p, "KW", "PARTNER_RESTORED")),
    "open epoch": ({ADMIN}, lambda n, u, p: epochs.open_epoch(n, u, p, "EXERCISE")),
    "make bundle": ({RELEASING}, lambda n, u, p: make_bundle(n, p, "rel-x")),
    "export": ({AUDITOR}, lambda n, u, p: note_export(n, p)),
    "close": (EVERYBODY, lambda n, u, p: sessions.close(n, u, p, SESSION)),
    "keep": (EVERYBODY, lambda n, u, p: preferences.keep(n, u, p, Preferences())),
    "registration options": (EVERYBODY, lambda n, u, p: passkeys.registration_options(n, u, p)),
    "register": (EVERYBODY, lambda n, u, p: passkeys.register(n, u, p, "{}", "desk")),
    "remove": (EVERYBODY, lambda n, u, p: passkeys.remove(n, u, p, "c")),
    "list of": (EVERYBODY, lambda n, u, p: passkeys.list_of(u, p)),
    "step up options": (EVERYBODY, lambda n, u, p: passkeys.step_up_options(n, u, p, "rel-x", "ab" * 32)),
    "step up": (EVERYBODY, lambda n, u, p: passkeys.step_up(n, u, p, "rel-x", "ab" * 32, "{}")),
    "issue code": (EVERYBODY, lambda n, u, p: codes.issue_code(n, u, p, "rel-x", "ab" * 32)),
    "attest by code": (EVERYBODY, lambda n, u, p: codes.attest_by_code(n, u, p, "rel-x", "ab" * 32, "x")),
    "require attested": (EVERYBODY, lambda n, u, p: attested.require_attested(n, u, p, "rel-x", "ab" * 32)),
    "search": ({OFFICER, RELEASING}, lambda n, u, p: search.search(n, u, p, search.Query("anybody"))),
    "page of": ({OFFICER, RELEASING}, lambda n, u, p: page_of(n, u, p, Listing())),
    "duplicates": ({OFFICER, RELEASING}, lambda n, u, p: duplicates.duplicates(n, u, p, REF)),
    "suggest": ({OFFICER, RELEASING}, lambda n, u, p: duplicates.suggest(n, u, p, [CLAIM])),
    "queue": ({OFFICER, RELEASING}, lambda n, u, p: match_review.queue(n, u, p)),
    "side by side": ({OFFICER, RELEASING}, lambda n, u, p: match_review.side_by_side(n, u, p, *PAIR)),
    "decide match": ({OFFICER}, lambda n, u, p: match_review.decide_match(n, u, p, PAIR, "same")),
    "undo": ({OFFICER}, lambda n, u, p: match_review.undo(n, u, p, "mtc-x")),
    "history": ({OFFICER, RELEASING}, lambda n, u, p: match_review.history(n, u, p, PAIR)),
    "neighbourhood": ({OFFICER, RELEASING}, lambda n, u, p: neighbourhood(n, u, p, REF)),
    "timeline": ({OFFICER, RELEASING}, lambda n, u, p: timeline(n, u, p, REF)),
    "places": ({OFFICER, RELEASING}, lambda n, u, p: places(n, u, p)),
    "arrivals": ({OFFICER, RELEASING}, lambda n, u, p: inbox.arrivals(u, p)),
    "arrival": ({OFFICER, RELEASING}, lambda n, u, p: inbox.arrival(u, p, "KW", 1, 1)),
    "note arrival": ({OFFICER, RELEASING}, lambda n, u, p: inbox.note_arrival(n, u, p, "KW", 1, 1)),
    "recent messages": ({OFFICER, RELEASING, AUDITOR}, lambda n, u, p: messages.recent_messages(u, p, (), None, 1)),
    "tasks": (EVERYBODY, lambda n, u, p: tasks.tasks(n, u, p)),
    "versions": ({OFFICER, RELEASING}, lambda n, u, p: versions.versions(n, u, p, REF)),
    "read version": ({OFFICER, RELEASING}, lambda n, u, p: versions.read_version(n, u, p, REF, 1)),
    "ledger page": ({AUDITOR}, lambda n, u, p: ledger_view.ledger_page(n, u, p, ledger_view.Filter())),
    "ledger entry": ({AUDITOR}, lambda n, u, p: ledger_view.ledger_entry(n, u, p, 0)),
    "note ledger": ({AUDITOR}, lambda n, u, p: ledger_view.note_ledger(n, p, ledger_view.Filter())),
    "node health": (EVERYBODY, lambda n, u, p: node_checks.node_health(n, p, node_checks.Seen())),
}
OPERATIONS: Final = Path(__file__).resolve().parents[2] / "src" / "exchange" / "operations"


def refused(state: State, call: Call, person: Person) -> bool:
    """True if the operation says that this person may not; any other error means that it let the person in."""
    try:
        with state.node.store.write() as unit:
            call(state.node, unit, person)
    except ExchangeError as error:
        return error.code is Code.PERMISSION_MISSING
    return False


@pytest.mark.parametrize("operation", sorted(TABLE))
def test_each_role_may_do_what_the_table_says_and_no_more(dz: State, operation: str) -> None:
    allowed, call = TABLE[operation]
    for role in (OFFICER, RELEASING, AUDITOR, ADMIN):
        person = Person(f"{role}-1", role, START)
        assert refused(dz, call, person) == (role not in allowed), role
        assert refused(dz, call, replace(person, disabled=True)), f"disabled {role}"
    for role in ("", "Officer", "officer ", "*", "root"):
        assert refused(dz, call, Person("somebody", role, START)), role


def test_only_a_releasing_officer_recalls(dz: State) -> None:
    for role in (OFFICER, RELEASING, AUDITOR, ADMIN):
        person = Person(f"{role}-1", role, START)
        assert refused(dz, lambda n, u, p: send(n, u, p, wish(RECALL)), person) == (role != RELEASING), role


def test_the_table_has_every_role() -> None:
    assert {role for roles, _ in TABLE.values() for role in roles} == set(ROLES)


def test_every_operation_that_knows_a_person_is_in_the_table() -> None:
    """Found in the sources, so that a new operation cannot be forgotten here; each of them calls `require`."""
    found = set()
    for file in sorted(set(OPERATIONS.glob("*.py")) - {OPERATIONS / "lookups.py"}):  # it logs what others allowed
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and node.name != "require":
                kinds = [ast.unparse(each.annotation) for each in node.args.args if each.annotation is not None]
                if "Person" in kinds:
                    found.add(node.name)
                    assert "require(person, Permission." in ast.unparse(node), f"{file.name}: {node.name}"
    named = {name.replace(" ", "_") for name in TABLE} - {"import", "export", "draft", "sign"}
    assert found - {"import_list", "note_export", "draft", "sign"} == named
