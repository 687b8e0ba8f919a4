"""why: the way to the answer for one claim, step by step: default, checks, clauses, precedence, outcome, remedy.

It goes through the rules in the order of the specification and comes to its own conclusion, which must be that of
`decide`; a property test holds the two together. It names the record's own words, so it is for the node's own officers
who may read the record: never for logs, errors or partners. Spec: docs/spec/policy.md §4, §5, §10.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import UTC
from functools import lru_cache
from typing import Final, NamedTuple

from exchange.errors import NotFound
from exchange.model.claims import Claim
from exchange.model.vocab import PathClass
from exchange.policies.agreement import NationalPolicy
from exchange.policies.clauses import Clause, Forbid, selected
from exchange.policies.compile import MASKED_ON_AID_CORRIDORS, Outcome
from exchange.policies.cures import Cure, cure_of
from exchange.policies.decide import Decision, Inputs, decide
from exchange.policies.explain import condition_text
from exchange.policies.facts import Answer, Facts, check_of, class_of
from exchange.policies.findings import Found, Tested, line_findings, tested
from exchange.policies.reasons import REMEDY_OF
from exchange.policies.safeguards import guard

LINES: Final = tuple(code for code in tuple(REMEDY_OF)[: tuple(REMEDY_OF).index("FORBIDDEN")] if code != "RECALLED")
"""The checks on the record before its forbids (spec §4, lines 1 to 18), in order. A recall is no check on the record:
`operations/propose.py` asks for it."""
AFTER_CLAIMS: Final = ("NOTHING_TO_RELEASE", "MARKING_NOT_COVERED")
"""The checks that need the claims' outcomes (lines 21 and 22)."""


class Step(NamedTuple):
    """One step. `code` is one of `trace_sentences.STEPS`."""

    code: str
    rule: str | None = None
    """The clause or forbid, `5.1` or `NP-DZ/2.1`."""
    reason: str | None = None
    """The reason code that this step speaks of."""
    condition: str | None = None
    """Of a rule that was looked at: its condition in the document's own words, if it has one."""
    tests: tuple[Tested, ...] = ()
    """Every test in that condition, with the value that decided."""
    found: tuple[Found, ...] = ()
    """Of a check on the record: what it looked at."""


class Trace(NamedTuple):
    """Why one claim leaves or stays."""

    claim: str
    path: str
    steps: tuple[Step, ...]
    outcome: Outcome
    """What the steps come to; the same as the decision's."""
    cure: Cure
    decision: Decision


def why(inputs: Inputs, claim_id: str) -> Trace:
    """The trace for one claim. NotFound when the record has no claim of that id."""
    claim = next((each for each in inputs.record.claims if each.id == claim_id), None)
    if claim is None:
        raise NotFound(at="claim")
    decision = decide(inputs)
    walk = _Walk(inputs, claim, decision)
    steps = (Step("DEFAULT"), *walk.steps())
    outcome = walk.outcome
    return Trace(claim.id, claim.path, steps, outcome, cure_of(decision, outcome), decision)


class _Walk:
    """One walk through the rules. `outcome` is complete when `steps` is exhausted."""

    def __init__(self, inputs: Inputs, claim: Claim, decision: Decision) -> None:
        self._inputs = inputs
        self._claim = claim
        self._decision = decision
        self._facts = Facts(inputs.record, inputs.now.astimezone(UTC).date())
        self.outcome = _withheld("RECORD_DENIED")

    def steps(self) -> Iterator[Step]:
        reason = self._decision.record_reason
        code = None if reason is None else reason.code
        yield from self._lines(code)
        if code in LINES:
            return
        stopped = yield from self._forbids()
        if stopped:
            yield Step("OUTCOME_WITHHELD", None, self.outcome.reason)
            return
        if code == "CLAIMS_AMBIGUOUS":
            yield from self._stopped(code)
            return
        yield from self._of_claim()
        yield from self._coarser()
        if reason is not None and code in AFTER_CLAIMS:
            if self.outcome.state != "withheld":
                self.outcome = _withheld("RECORD_DENIED")
            yield self._holds(reason.code)
        yield Step(f"OUTCOME_{self.outcome.state.upper()}", self.outcome.clause, self.outcome.reason)

    def _lines(self, code: str | None) -> Iterator[Step]:
        for line in LINES:
            if line == code:
                yield from self._stopped(line)
                return
            yield Step("LINE_CLEAR", None, line)

    def _stopped(self, code: str) -> Iterator[Step]:
        yield self._holds(code)
        if code == "ORIGINATOR_CONTROL":
            yield Step("ORIGINATOR_FIRST", None, code)
        yield Step("OUTCOME_WITHHELD", None, self.outcome.reason)

    def _holds(self, code: str) -> Step:
        return Step("LINE_HOLDS", None, code, found=line_findings(code, self._inputs, self._facts))

    def _forbids(self) -> Generator[Step, None, bool]:
        """Steps for every ban up to the one that holds. Returns (to `yield from`) whether one did."""
        for label, forbid in self._bans():
            aside = self._aside(forbid)
            if aside is not None:
                yield Step(f"FORBID_{aside}", label)
                continue
            answer = self._answer(forbid)
            yield self._looked(f"FORBID_{_WORD[answer]}", label, forbid)
            if answer is not False:
                yield Step("FORBID_OVERRIDES", label)
                return True
        return False

    def _of_claim(self) -> Iterator[Step]:
        """Spec §5: what a class decides, then the clauses, then who overrides whom."""
        cls = class_of(self._claim.path, self._inputs.record.kind)
        guarded = guard(self._facts, self._inputs.agreement, self._inputs.recipient)
        fixed = _fixed(cls, aid_corridor=guarded.aid_corridor, minor=guarded.minor)
        if fixed is not None:
            self.outcome = fixed
            yield Step(f"CLASS_{fixed.reason}", None, fixed.reason)
            return
        withheld: list[tuple[str, Answer]] = []
        permits: list[str] = []
        near: dict[str, str] = {}
        for label, clause in self._clauses():
            yield from self._clause(label, clause, withheld, permits, near)
        if withheld:
            label, answer = withheld[0]
            self.outcome = _withheld("WITHHELD" if answer else "WITHHELD_NOT_EVALUABLE", label)
            if permits:
                yield Step("DENY_OVERRIDES", label)
            if "/" in label:
                yield Step("NATIONAL_POLICY", label)
        elif permits:
            self.outcome = Outcome("sent", permits[0], "CLAUSE")
            yield Step("FIRST_CLAUSE", permits[0])
            if not self._granted():
                self.outcome = _withheld("NOT_GRANTED")
                yield Step("ORIGINATOR_LIMITS", None, "NOT_GRANTED")
        else:
            codes = ("CLAUSE_NOT_EVALUABLE", "PURPOSE_NOT_IN_CLAUSE", "CLAUSE_NOT_MET")
            code = next((each for each in codes if each in near), "NO_CLAUSE")
            self.outcome = _withheld(code, near.get(code))

    def _clause(
        self,
        label: str,
        clause: Clause,
        withheld: list[tuple[str, Answer]],
        permits: list[str],
        near: dict[str, str],
    ) -> Iterator[Step]:
        path = self._claim.path
        aside = self._aside(clause)
        discloses, withholds = _names(clause.disclose, path), _names(clause.withhold, path)
        if aside is not None or not (discloses or withholds):
            yield Step(f"CLAUSE_{aside or 'OTHER_FIELD'}", label)
            return
        answer = self._answer(clause)
        if withholds:
            if answer is not False:
                withheld.append((label, answer))
            yield self._looked(f"WITHHOLD_{_WORD[answer]}", label, clause)
        if discloses:
            fits = clause.terms.purposes is None or self._inputs.purpose in clause.terms.purposes
            if answer and not fits:
                near.setdefault("PURPOSE_NOT_IN_CLAUSE", label)
                yield self._looked("DISCLOSE_OTHER_PURPOSE", label, clause)
                return
            if answer:
                permits.append(label)
            else:
                near.setdefault("CLAUSE_NOT_EVALUABLE" if answer is None else "CLAUSE_NOT_MET", label)
            yield self._looked(f"DISCLOSE_{_WORD[answer]}", label, clause)

    def _coarser(self) -> Iterator[Step]:
        """A withheld claim from which one was derived that is sent."""
        instead = self._sent_instead() if self.outcome.state == "withheld" else None
        if instead is not None:
            self.outcome = self.outcome._replace(state="coarser", instead=instead)
            yield Step("COARSER_SENT")

    def _sent_instead(self) -> str | None:
        """The first claim, in record order, that a clause sends and that was derived from this one by any steps."""
        claims = self._inputs.record.claims
        parents = {claim.id: claim.derived_from for claim in claims}
        for claim in claims:
            if claim.derived_from is not None and self._claim.id in _finer(claim, parents) and self._sends(claim):
                return claim.id
        return None

    def _sends(self, claim: Claim) -> bool:
        other = _Walk(self._inputs, claim, self._decision)
        for _ in other._of_claim():
            pass
        return other.outcome.reason == "CLAUSE"

    def _clauses(self) -> Iterator[tuple[str, Clause]]:
        """All clauses, labelled: the agreement's, then those of our own policies."""
        yield from ((clause.id, clause) for clause in self._inputs.agreement.clauses)
        for policy in self._own_policies():
            yield from ((f"{policy.id}/{clause.id}", clause) for clause in policy.clauses)

    def _bans(self) -> Iterator[tuple[str, Forbid]]:
        """All forbids, in the same order."""
        yield from ((forbid.id, forbid) for forbid in self._inputs.agreement.forbids)
        for policy in self._own_policies():
            yield from ((f"{policy.id}/{forbid.id}", forbid) for forbid in policy.forbids)

    def _own_policies(self) -> list[NationalPolicy]:
        return [policy for policy in self._inputs.policies if policy.party.code == self._inputs.node]

    def _aside(self, rule: Clause | Forbid) -> str | None:
        inputs = self._inputs
        if (rule.from_ is not None and inputs.node not in rule.from_) or (
            rule.to is not None and inputs.recipient not in rule.to
        ):
            return "OTHER_DIRECTION"
        return "OTHER_KIND" if rule.kinds is not None and inputs.record.kind not in rule.kinds else None

    def _answer(self, rule: Clause | Forbid) -> Answer:
        return True if rule.when is None else check_of(rule.when)(self._facts)

    def _looked(self, code: str, label: str, rule: Clause | Forbid) -> Step:
        if rule.when is None:
            return Step(code, label)
        return Step(code, label, None, condition_text(rule.when), tuple(tested(rule.when, self._facts)))

    def _granted(self) -> bool:
        """Whether the originator's grant, where one is needed, covers this claim."""
        inputs = self._inputs
        asked = (inputs.record.ref, inputs.recipient, inputs.purpose)
        for grant in inputs.grants:
            if (grant.ref, grant.recipient, grant.purpose) == asked and inputs.now < grant.expires:
                return grant.claims is None or self._claim.id in grant.claims
        return True


def _finer(claim: Claim, parents: dict[str, str | None]) -> set[str]:
    """Ids of the claims that `claim` was derived from, over any number of steps."""
    found: set[str] = set()
    finer = claim.derived_from
    while finer is not None and finer in parents and finer != claim.id and finer not in found:
        found.add(finer)
        finer = parents[finer]
    return found


_WORD: Final[dict[Answer, str]] = {True: "MET", False: "NOT_MET", None: "UNKNOWN"}


@lru_cache(maxsize=4096)
def _names(selectors: tuple[str, ...], path: str) -> bool:
    return any(path in selected(selector) for selector in selectors)


def _fixed(cls: PathClass | None, *, aid_corridor: bool, minor: bool) -> Outcome | None:
    """What the class of the field alone decides, whatever a clause says."""
    if cls is PathClass.GOVERNANCE:
        return Outcome("sent", None, "GOVERNANCE")
    if cls is None:
        return _withheld("PATH_UNKNOWN")
    if cls is PathClass.SAFEGUARD:
        return _withheld("SAFEGUARD")
    if aid_corridor and cls in MASKED_ON_AID_CORRIDORS:
        return _withheld("AID_CORRIDOR")
    return _withheld("MINOR_BIOMETRIC") if minor and cls is PathClass.BIOMETRIC else None


def _withheld(code: str, clause: str | None = None) -> Outcome:
    return Outcome("withheld", clause, code, None, REMEDY_OF[code])
