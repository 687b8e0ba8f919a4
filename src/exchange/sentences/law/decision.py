"""A decision as a text: for one record and one recipient, what is sent, what stays, why, and what would change that.

No value of a claim appears in it, only fields, clauses and reasons. Spec: docs/spec/policy.md §4 to §6, §12.
"""

from __future__ import annotations

from exchange.model.claims import Claim
from exchange.model.records import Record
from exchange.model.vocab import TLP_BY_STRICTNESS, Tlp
from exchange.policies.clauses import Need
from exchange.policies.decide import Decision
from exchange.policies.handling import Handling
from exchange.sentences.law.clauses import field, listed, people
from exchange.sentences.law.fields import FIELDS
from exchange.sentences.law.grammar import CLAIMS, DAYS, Listing, Tongue, capital
from exchange.sentences.law.labels import ordinal
from exchange.sentences.law.phrases import CLAUSE, FRAME
from exchange.sentences.law.phrases_decision import DECISION, HEADINGS
from exchange.sentences.law.reasons import Asked, remedy, who, why
from exchange.sentences.law.text import Block, Item, Items, LawText, Paragraph, Section
from exchange.sentences.law.words import CAVEATS, ONWARD, PURPOSES, TLP

STATES = ("sent", "coarser", "withheld")


def decision_text(decision: Decision, record: Record, lang: str) -> LawText:
    """The text in `ar`, `fr` or `en`. Its marking is that of the handling, else of the record, else TLP:RED."""
    tongue = Tongue(lang)
    ref = f"{decision.ref.originator}/{decision.ref.id}"
    parts: list[tuple[str, list[Block]]] = [
        ("question", question(tongue, decision)),
        ("answer", answer(tongue, decision)),
    ]
    if decision.handling is not None:
        parts.append(("handling", handling(tongue, decision.handling)))
    for state in STATES:
        items = _claims(tongue, decision, record, state)
        if items:
            parts.append((state, [Items(items)]))
    parts.append(("digests", digests(tongue, decision)))
    return LawText(
        lang=lang,
        marking=marking_of(decision, record),
        title=tongue.of(DECISION["title"]),
        line=tongue.say(DECISION["line"], ref=tongue.name(ref), version=str(decision.version)),
        notes=(tongue.of(DECISION["note"]),),
        sections=tuple(
            Section(
                tongue.say(FRAME["section"], ordinal=ordinal(lang, number), heading=tongue.of(HEADINGS[name])),
                tuple(blocks),
            )
            for number, (name, blocks) in enumerate(parts, 1)
        ),
    )


def marking_of(decision: Decision, record: Record) -> str:
    if decision.handling is not None:
        return decision.handling.tlp
    held = {claim.value for claim in record.claims if claim.path == "record.marking" and isinstance(claim.value, str)}
    return next((str(label) for label in TLP_BY_STRICTNESS if label in held), str(Tlp.RED))


def question(tongue: Tongue, decision: Decision) -> list[Block]:
    facts = [
        tongue.say(DECISION["sender"], x=tongue.country(decision.node)),
        tongue.say(DECISION["recipient"], x=tongue.country(decision.recipient)),
        tongue.say(
            DECISION["agreement"], x=tongue.name(decision.agreement_id), version=str(decision.agreement_version)
        ),
        tongue.say(DECISION["purpose"], x=tongue.of(PURPOSES[decision.purpose])),
        tongue.say(DECISION["moment"], x=tongue.moment(decision.decided_at)),
    ]
    return [listed(tongue, facts)]


def answer(tongue: Tongue, decision: Decision) -> list[Block]:
    reason = decision.record_reason
    if reason is None:
        need = Need(decision.approvals_needed, decision.approver_role)
        said = tongue.say(DECISION["approvals"], people=people(tongue, need))
        return [Paragraph(text) for text in (tongue.of(DECISION["released"]), *_totals(tongue, decision), said)]
    asked = asked_of(decision)
    told = tongue.say(DECISION["reason"], x=why(tongue, reason.code, reason.clause, asked))
    cures = _cures(tongue, reason.code, asked) or [tongue.of(DECISION["no_remedy"])]
    return [Paragraph(text) for text in (tongue.of(DECISION["denied"]), told, *cures)]


def _totals(tongue: Tongue, decision: Decision) -> list[str]:
    """How many claims leave, and how many stay; a claim in whose place a coarser one goes stays."""
    states = [outcome.state for outcome in decision.outcomes.values()]
    leaving = states.count("sent")
    counts = (("some_sent", leaving), ("some_stay", len(states) - leaving))
    return [tongue.say(DECISION[name], items=tongue.count(number, CLAIMS)) for name, number in counts if number]


def handling(tongue: Tongue, terms: Handling) -> list[Block]:
    purposes = Listing(tuple(tongue.of(PURPOSES[code]) for code in terms.purposes))
    bound = [
        *(tongue.of(CAVEATS[caveat]) for caveat in terms.caveats),
        tongue.say(DECISION["tlp"], tlp=tongue.name(terms.tlp), meaning=tongue.of(TLP[terms.tlp])),
        tongue.say(CLAUSE["purposes"], purposes=purposes),
        tongue.say(CLAUSE["retention"], days=tongue.count(terms.retention_days, DAYS)),
        tongue.of(ONWARD[terms.onward]),
    ]
    return [listed(tongue, bound)]


def _claims(tongue: Tongue, decision: Decision, record: Record, state: str) -> tuple[Item, ...]:
    claims = {claim.id: claim for claim in record.claims}
    chosen = [claim for claim in claims.values() if decision.outcomes[claim.id].state == state]
    return tuple(_claim(tongue, decision, claims, claim, f"{number}.") for number, claim in enumerate(chosen, 1))


def _claim(tongue: Tongue, decision: Decision, claims: dict[str, Claim], claim: Claim, number: str) -> Item:
    outcome = decision.outcomes[claim.id]
    asked = asked_of(decision)
    reason = why(tongue, outcome.reason, outcome.clause, asked)
    below: list[str] = []
    if outcome.instead is not None:
        less = _named(tongue, claims[outcome.instead].path)
        below.append(tongue.say(DECISION["instead"], field=less, id=tongue.name(outcome.instead)))
    if outcome.state != "sent":
        below += _cures(tongue, outcome.reason, asked)
    told = tongue.say(
        DECISION["claim"], field=capital(_named(tongue, claim.path)), id=tongue.name(claim.id), why=reason
    )
    return Item(number, told, tuple(Item("–", text) for text in below))


def _named(tongue: Tongue, path: str) -> str:
    """A path that is not registered is told as it is written: such a claim never leaves."""
    return field(tongue, path) if path in FIELDS else tongue.authored(path)


def _cures(tongue: Tongue, code: str, asked: Asked) -> list[str]:
    cure, person = remedy(tongue, code, asked), who(tongue, code)
    if cure is None or person is None:
        return []
    return [tongue.say(DECISION["remedy"], x=cure), tongue.say(DECISION["who"], x=person)]


def asked_of(decision: Decision) -> Asked:
    return Asked(decision.recipient, decision.agreement_id, decision.purpose)


def digests(tongue: Tongue, decision: Decision) -> list[Block]:
    known = {
        "manifest": decision.manifest_digest,
        "agreement_digest": decision.agreement_digest,
        "policy_digest": decision.policy_digest,
    }
    return [listed(tongue, [tongue.say(DECISION[name], x=tongue.name(hex_)) for name, hex_ in known.items() if hex_])]
