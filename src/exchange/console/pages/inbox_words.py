"""What waits, in words: what it is, what to do, where that is done. For the inbox and the first page."""

from __future__ import annotations

from typing import Final, NamedTuple

from exchange.console.pages.message_shown import outcome_of, reason_of
from exchange.console.visit import Visit
from exchange.console.words import mark, said
from exchange.errors import Code
from exchange.operations.agreement_alarms import ENDED
from exchange.operations.alarms import ROLLED_BACK, STALE
from exchange.operations.tasks import ALARM, ARRIVED, KINDS, LATE, MATCH, STOPPED, Task
from exchange.sentences import sentence
from exchange.sentences.alarms import ALARMS
from exchange.sentences.reconcile_alarms import SENTENCES

NAMES: Final = {
    "request": mark("Request for information"),
    "onward-request": mark("Request to pass our records on"),
    "recall": mark("Recall"),
    "correction": mark("Correction"),
    "tell": mark("An auditor was shown a partner’s record"),
    "late": mark("A partner is late"),
    "approve": mark("Approval"),
    "release": mark("Approved, not yet released"),
    "waiver": mark("Waiver of an approval"),
    "standing": mark("Standing approval"),
    "override": mark("Release without a witness"),
    "termination": mark("End of an agreement"),
    "opening": mark("Opening of a ledger entry"),
    "reading": mark("An opening that you may read"),
    "offer": mark("Offer of an agreement"),
    "match": mark("Two records that may be of one person or thing"),
    "found": mark("Records that answer our request"),
    "records": mark("Records from a partner"),
    "answer": mark("Answer to our request"),
    "notice": mark("Notice"),
    "onward-grant": mark("Answer to our request to pass records on"),
    "refused": mark("Refused: it was not taken in"),
    "alarm": mark("Alarm"),
}
"""The closed list of `operations.tasks.KINDS`."""
STEPS: Final = {
    "request": mark("Read and answer"),
    "onward-request": mark("Read and answer"),
    "recall": mark("Destroy, or say why it is kept"),
    "correction": mark("See what changed"),
    "tell": mark("Tell the partner"),
    "late": mark("See what is missing"),
    "approve": mark("See what would leave"),
    "release": mark("Release it now"),
    "waiver": mark("Look and decide"),
    "standing": mark("Look and decide"),
    "override": mark("Look and decide"),
    "termination": mark("Look and decide"),
    "opening": mark("Look and decide"),
    "reading": mark("Read it once"),
    "offer": mark("Read the offer"),
    "match": mark("Compare and decide"),
    "found": mark("See the records"),
    "records": mark("See the records"),
    "answer": mark("Read the answer"),
    "notice": mark("Read the notice"),
    "onward-grant": mark("Read the answer"),
    "refused": mark("See why"),
    "alarm": mark("See what to do"),
}
ABOUTS: Final = {
    "recall-outcome": mark("what became of a recall of ours"),
    "correction-acknowledged": mark("a correction of ours was seen"),
    "destroyed": mark("records were destroyed in their time"),
    "handed-over": mark("records were shown to a court or an authority"),
    "breach": mark("a breach"),
    "terminated": mark("the agreement has ended"),
    "waiver": mark("a waiver"),
    "grant-revoked": mark("a consent to pass records on was taken back"),
    "passed-on": mark("records of ours were passed on with our consent"),
}
"""What a notice can be about (`model.messages.NOTICES`)."""
OUTCOMES: Final = {
    "retention_end": mark("their time was over"),
    "review": mark("after a review"),
    "agreement_ended": mark("the agreement has ended"),
    "court": mark("a court"),
    "authority": mark("an authority"),
    "suspected": mark("suspected"),
    "confirmed": mark("confirmed"),
    "closed": mark("closed"),
    "expired": mark("its time was over"),
    "terminated": mark("a party ended it"),
    "suspended": mark("a party suspended it"),
    "opened": mark("opened"),
    "revoked": mark("taken back"),
    "other": mark("another reason"),
}
"""Outcomes of notices; those of answers are in `message_shown`."""
CODES: Final = {
    "no_record": mark("Nothing to tell"),
    "not_agreed": mark("The agreement does not cover it"),
    "source_protection": mark("A source must be protected"),
    "court": mark("A court’s decision stands against it"),
    "national_security": mark("National security"),
    "too_broad": mark("The question is too broad"),
    "later": mark("Later: the rest follows, or may be asked for again"),
    "other": mark("Another reason"),
}
"""Why an answer is not whole (`model.messages.ANSWER_CODES`)."""
SHARED: Final = {"document_number": mark("same document number"), "full_name": mark("same full name")}
"""Why two records may be of one person (`model.compare.reasons`)."""
ALIKE: Final = mark("alike: %(number)s of 100")
"""The probability that two records are of one person."""
URGENCIES: Final = {
    "8h": mark("within 8 hours"),
    "3d": mark("within 3 days"),
    "7d": mark("within 7 days"),
}


class Row(NamedTuple):
    """One line of the inbox as its template shows it."""

    task: Task
    name: str
    reasons: list[str]
    """What it says in codes, in words; two at most."""
    step: str
    page: str
    """Where the step is done."""


def row_of(visit: Visit, task: Task) -> Row:
    """The line of a described task."""
    return Row(
        task,
        said(visit.lang, NAMES[task.kind]),
        reasons_of(visit, task)[:2],
        said(visit.lang, STEPS[task.kind]),
        page_of(task),
    )


def names(visit: Visit) -> list[tuple[str, str]]:
    """(kind, name) of everything that can wait."""
    return [(kind, said(visit.lang, NAMES[kind])) for kind in KINDS]


def page_of(task: Task) -> str:
    """The address of the next step."""
    if task.kind == ALARM:
        return _alarm_page(task)
    if task.kind in ARRIVED:
        return f"/inbox/{task.partner}/{task.subject}"
    way, key = ("out" if task.kind == LATE else "in"), f"{task.partner}/{task.subject}"
    if task.kind == MATCH:
        return f"/matching/{task.subject}"
    type_ = str(task.facts.get("type", task.kind))
    if task.kind == "tell":
        return f"/notices/opening/{task.subject}"
    if type_ in ("recall", "correction"):
        return f"/{type_}s/{way}/{key}"
    places = {
        "request": f"/messages/{way}/{key}",
        "onward-request": f"/messages/{way}/{key}",
        "approve": f"/releases/{task.subject}/approve",
        "release": f"/releases/{task.subject}",
        "waiver": f"/waivers/{task.facts.get('waiver')}",
        "standing": f"/standing-approvals/{task.subject}",
        "override": "/node/witnesses",
        "termination": f"/agreements/{task.subject}",
        "opening": "/audit/openings",
        "reading": "/audit/openings",
        "offer": f"/agreements/offers/{task.partner}/{task.subject}",
    }
    return places[type_]


def reasons_of(visit: Visit, task: Task) -> list[str]:
    """What a line says beside its name, most telling first."""
    facts = task.facts
    if task.kind == ALARM:
        return [alarm_text(visit, task)]
    if task.kind == MATCH:
        shared = [said(visit.lang, text) for code, text in SHARED.items() if code in facts]
        strength = [said(visit.lang, ALIKE, number=visit.number(int(facts["percent"])))] if "percent" in facts else []
        return [*strength, *shared]
    found: list[str] = []
    if task.kind == LATE:
        found.append(said(visit.lang, NAMES[str(facts["type"])]))
    codes = task.arrived.codes if task.arrived is not None else facts
    if "about" in codes:
        found.append(about_of(visit, str(codes["about"])))
    if "outcome" in codes:
        found.append(any_outcome(visit, str(codes["outcome"])))
    if "code" in codes:
        found.append(code_of(visit, str(codes["code"])))
    if "urgency" in codes:
        found.append(urgency_of(visit, str(codes["urgency"])))
    if "reason" in codes and task.kind in ("recall", "correction", LATE):
        found.append(reason_of(visit, str(codes["reason"])))
    refused = task.arrived.item.code if task.arrived is not None else None
    if refused is not None and refused in set(Code):
        found.append(sentence(Code(refused), visit.lang))
    return found


def about_of(visit: Visit, code: str) -> str:
    """What a notice is about."""
    return said(visit.lang, ABOUTS[code]) if code in ABOUTS else code


def any_outcome(visit: Visit, code: str) -> str:
    """An outcome of an answer or of a notice."""
    return said(visit.lang, OUTCOMES[code]) if code in OUTCOMES else outcome_of(visit, code)


def code_of(visit: Visit, code: str) -> str:
    """Why an answer is not whole."""
    return said(visit.lang, CODES[code]) if code in CODES else code


def urgency_of(visit: Visit, code: str) -> str:
    """Within what time an answer is asked for."""
    return said(visit.lang, URGENCIES[code]) if code in URGENCIES else code


def alarm_text(visit: Visit, task: Task) -> str:
    """What an alarm means and what a person does now."""
    code = str(task.facts["code"])
    if code == STOPPED:
        return said(visit.lang, STOPPED_TEXT)
    if code == ENDED:
        return said(visit.lang, ENDED_TEXT)
    if task.facts.get("reconcile"):
        return SENTENCES[code].in_(visit.lang)
    return ALARMS[code].in_(visit.lang) if code in ALARMS else sentence(Code(code), visit.lang)


STOPPED_TEXT: Final = mark(
    "This partner sent two different things under one number. Nothing of it is taken in until an administrator has "
    "called the partner and said why it may go on."
)
ENDED_TEXT: Final = mark(
    "Another party says that this agreement has ended for it. Read its notice; then an administrator ends or suspends "
    "the agreement here."
)


def _alarm_page(task: Task) -> str:
    code = str(task.facts["code"])
    if task.facts.get("agreement"):
        return f"/agreements/{task.subject}"
    if task.facts.get("reconcile"):
        return "/audit/reconcile"
    if code in (STALE, ROLLED_BACK):
        return "/node/witnesses"
    return f"/partners/{task.partner}"
