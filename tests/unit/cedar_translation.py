"""Agreements and national policies as Cedar policies, records as Cedar contexts: a third reading of policy.md §2 to §6.

A condition is written twice, once "certainly true" and once "certainly false", so that the unknown is neither; every
attribute that a policy names is always there, because Cedar skips a policy that errors. Tests with date arithmetic
(`observed_within`, ages) are not translated. Cedar: https://docs.cedarpolicy.com/policies/syntax-grammar.html
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime
from typing import Any, Final, NamedTuple

from exchange.model import vocab
from exchange.model.claims import JsonValue
from exchange.model.paths import PATHS
from exchange.model.records import Record
from exchange.policies.agreement import Agreement, NationalPolicy
from exchange.policies.clauses import Clause, Forbid
from exchange.policies.tests import AllOf, AnyOf, Condition, Floor, Not, Test
from tests.unit.policy_cases import Case

LABELS: Final = tuple(label.value for label in vocab.Tlp)
"""Strictest first."""
UNREGISTERED: Final = "?"
_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "nationality": ("nationality",),
    "residence": ("residence.country",),
    "theatre": ("theatre", "presence.country", "location.country"),
    "route_from": ("route.from",),
    "route_to": ("route.to",),
    "group": ("affiliation.group", "group.name"),
    "role": ("role",),
    "listed_by": ("listed.by",),
    "subject_category": ("record.category",),
    "caveat": ("record.caveat",),
}


class Policies(NamedTuple):
    text: str
    clauses: dict[str, Clause]
    """Cedar's own name of a permit (`policy7`) -> the clause whose `disclose` it is."""


def entities() -> list[dict[str, Any]]:
    """Every path as a resource in its class; one more stands for all paths that are not registered."""
    classes = [{"uid": {"type": "Class", "id": name.value}, "attrs": {}, "parents": []} for name in vocab.PathClass]
    paths = [
        {
            "uid": {"type": "Path", "id": path},
            "attrs": {"kinds": sorted(spec.kinds)},
            "parents": [{"type": "Class", "id": spec.cls.value}],
        }
        for path, spec in PATHS.items()
    ]
    return [*classes, *paths, {"uid": {"type": "Path", "id": UNREGISTERED}, "attrs": {"kinds": []}, "parents": []}]


# rules


def policies(agreement: Agreement, own: Iterable[NationalPolicy], node: str) -> Policies:
    lines = [
        f"forbid (principal, action, resource) when {{ {line} }};" for line in (*_record_lines(agreement), *_MASKS)
    ]
    lines.append('permit (principal, action, resource in Class::"governance");')
    clauses: dict[str, Clause] = {}
    documents: list[Agreement | NationalPolicy] = [agreement, *(one for one in own if one.party.code == node)]
    for document in documents:
        for forbid in document.forbids:
            lines.append(_policy("forbid", [*_scope(forbid), f"!({_no(forbid.when)})"]))
        for clause in document.clauses:
            if clause.withhold:
                what = _selected(clause.withhold)
                lines.append(_policy("forbid", [*_scope(clause), what, f"!({_no(clause.when)})"]))
            if clause.disclose:
                clauses[f"policy{len(lines)}"] = clause
                lines.append(_policy("permit", [*_scope(clause), *_purposes(clause), _permitted(clause)]))
    return Policies("\n".join(lines), clauses)


def _policy(effect: str, conditions: Iterable[str]) -> str:
    return f"{effect} (principal, action, resource) when {{ {' && '.join(conditions)} }};"


def _permitted(clause: Clause) -> str:
    return f"resource.kinds.contains(context.kind) && {_selected(clause.disclose)} && {_yes(clause.when)}"


def _purposes(clause: Clause) -> list[str]:
    purposes = clause.terms.purposes
    return [] if purposes is None else [f"{_set(purposes)}.contains(context.purpose)"]


def _scope(rule: Clause | Forbid) -> list[str]:
    named = (("context.node", rule.from_), ("context.recipient", rule.to), ("context.kind", rule.kinds))
    return ["true", *(f"{_set(words)}.contains({who})" for who, words in named if words is not None)]


def _selected(selectors: Iterable[str]) -> str:
    parts = []
    for selector in selectors:
        if selector.endswith(".*"):
            parts.append(f"context.path like {json.dumps(selector)}")
        else:
            parts += [f"resource == Path::{json.dumps(selector)}", f"resource in Class::{json.dumps(selector)}"]
    return f"({' || '.join(parts)})"


def _set(words: Collection[str]) -> str:
    return json.dumps(sorted(words))


def _yes(condition: Condition | None) -> str:
    """When the condition is certainly true."""
    if condition is None:
        return "true"
    if isinstance(condition, Not):
        return _no(condition.part)
    if isinstance(condition, Test):
        return _test(condition)[0]
    word = " && " if isinstance(condition, AllOf) else " || "
    return f"({word.join(_yes(part) for part in condition.parts)})"


def _no(condition: Condition | None) -> str:
    """When the condition is certainly false."""
    if condition is None:
        return "false"
    if isinstance(condition, Not):
        return _yes(condition.part)
    if isinstance(condition, Test):
        return _test(condition)[1]
    word = " && " if isinstance(condition, AnyOf) else " || "
    return f"({word.join(_no(part) for part in condition.parts)})"


def _test(test: Test) -> tuple[str, str]:
    """When one test is certainly true, and when certainly false."""
    said = f"context.{test.name}"
    if isinstance(test.argument, Floor):
        index = 0 if test.name.startswith("source") else 1
        judged = sorted(vocab.GRADE_SCALES[test.argument.scale][index] - vocab.GRADE_UNKNOWN)
        good = [mark for mark in judged if mark <= test.argument.grade]
        high, known = (_set([f"{test.argument.scale}:{mark}" for mark in marks]) for marks in (good, judged))
        decided = f"!{said}.isEmpty() && {known}.containsAll({said})"
        return f"({decided} && {high}.containsAll({said}))", f"({decided} && !{high}.containsAll({said}))"
    if test.name == "marking_at_most":
        words, match = _set(LABELS[LABELS.index(str(test.argument)) :]), "{0}.containsAll({1})"
    elif isinstance(test.argument, tuple):
        words = _set(test.argument)
        match = "{0}.containsAll({1})" if test.name == "statement" else "{1}.containsAny({0})"
    else:
        raise AssertionError(f"not translated: {test.name}")
    met = match.format(words, said)
    known = "true" if test.name == "caveat" else f"!{said}.isEmpty()"
    if test.name == "nationality":
        return met, f"({known} && context.nationality_undisclosed.isEmpty() && !{met})"
    if test.name == "nationality_undisclosed":
        certain = f'!{said}.contains("") && !({said}.isEmpty() && context.nationality.isEmpty())'
        return met, f"({certain} && !{met})"
    return f"({known} && {met})", f"({known} && !{met})"


_MINOR: Final = '(context.kind == "person" && context.subject_category.contains("minor"))'
_ASYLUM: Final = 'context.flags.containsAny(["asylum", "refugee"])'
_MASKS: Final = (
    'resource in Class::"safeguard"',
    'context.flags.contains("aid_corridor") && resource in [Class::"movement", Class::"location.precise"]',
    f'{_MINOR} && resource in Class::"identity.biometric"',
)


def _record_lines(agreement: Agreement) -> tuple[str, ...]:
    """Spec §4, lines 1 to 18 and 20, but births."""
    assured = "false"
    if agreement.assurance_required:
        assured = f"{_set(agreement.assurance_required)}.contains(context.recipient)"
    neutral = sorted(flag for flag in vocab.Flag if flag.startswith("neutrality_"))
    return (
        "!context.originator.contains(context.node)",
        "context.recipient == context.node",
        f"!{_set([party.code for party in agreement.parties])}.containsAll([context.recipient, context.node])",
        f"context.now < {_seconds(agreement.valid_from)} || context.now >= {_seconds(agreement.valid_until)}",
        f"!{_set(agreement.purposes)}.contains(context.purpose)",
        f"context.marking_at_most.isEmpty() || !{_set(LABELS)}.containsAll(context.marking_at_most)",
        "!context.legal_basis || !context.reviews_readable",
        "!context.purposes.contains(context.purpose)",
        *_accession(agreement),
        f'context.kind == "person" && !context.subject_category.containsAny({_set(vocab.CATEGORIES - {"unknown"})})',
        "context.first_review < context.today",
        "context.last_review > context.issued_plus_three_years",
        "context.retained_until < context.today",
        f'{_MINOR} && !(context.best_interest && context.signed.contains("best_interest"))',
        f"{_MINOR} && context.last_review > context.issued_plus_year",
        'context.flags.contains("obtained_under_duress")',
        f"{_ASYLUM} && (context.nationality.isEmpty() || context.nationality.contains(context.recipient))",
        f"{_ASYLUM} && !context.nationality_undisclosed.isEmpty()",
        f'!context.assurance && (context.flags.contains("torture_risk") || {assured})',
        f'context.flags.containsAny({_set(neutral)}) && !context.signed.contains("neutrality")',
        'context.flags.containsAny(["humanitarian", "journalist", "lawyer"]) && !context.signed.contains("listing")',
        f"!{_set(vocab.FLAGS)}.containsAll(context.flags)",
        "context.ids_repeated",
    )


def _accession(agreement: Agreement) -> list[str]:
    if agreement.back_catalogue:
        return []
    joined = ((party.code, _seconds(party.joined or agreement.valid_from)) for party in agreement.parties)
    return [f"context.recipient == {json.dumps(code)} && context.issued < {since}" for code, since in joined]


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


# records


def context(case: Case) -> dict[str, Any]:
    """What the policies ask about a record and a question; `path` is added per request."""
    record, issued = case.record, datetime.strptime(case.record.issued, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    days = [_day(value) for value in _values(record, "record.review")]
    reviews = [day for day in days if day is not None]
    return {
        **{name: _texts(record, *paths) for name, paths in _WORDS.items()},
        "nationality": [
            value["country"]
            for value in _values(record, "nationality")
            if isinstance(value, dict) and isinstance(value.get("country"), str)
        ],
        "nationality_undisclosed": [
            value["region"] if isinstance(value.get("region"), str) else ""
            for value in _values(record, "nationality")
            if isinstance(value, dict) and value.get("status") == "undisclosed"
        ],
        **_grading(record),
        "marking_at_most": _texts_or_mark(record, "record.marking"),
        "flags": _texts_or_mark(record, "record.flag"),
        "legal_basis": bool(_texts(record, "record.legal_basis")),
        "purposes": _texts(record, "record.purpose"),
        "best_interest": bool(_texts(record, "record.best_interest")),
        "assurance": bool(_texts(record, "record.assurance")),
        "signed": [
            value["for"]
            for value in _values(record, "record.signoff")
            if isinstance(value, dict) and isinstance(value.get("for"), str)
        ],
        "reviews_readable": bool(days) and None not in days,
        "first_review": min(reviews, default=0),
        "last_review": max(reviews, default=0),
        "issued": _seconds(issued),
        "issued_plus_year": issued.date().replace(year=issued.year + 1).toordinal(),
        "issued_plus_three_years": issued.date().replace(year=issued.year + 3).toordinal(),
        "retained_until": _retained_until(record, issued.date()),
        "ids_repeated": len({claim.id for claim in record.claims}) < len(record.claims),
        "kind": record.kind,
        "originator": [record.originator],
        "node": case.node,
        "recipient": case.recipient,
        "purpose": case.purpose,
        "now": _seconds(case.now),
        "today": case.now.astimezone(UTC).date().toordinal(),
    }


def _retained_until(record: Record, issued: date) -> int:
    """Five years from the first issue, or a renewal that reaches no further than five years from this issue."""
    written = [day for value in _texts(record, "record.first_issued") if (day := _day(value)) is not None]
    first = date.fromordinal(min([issued.toordinal(), *written]))
    furthest = issued.replace(year=issued.year + 5).toordinal()
    renewals = [value for value in _values(record, "record.renewal") if isinstance(value, dict)]
    whole = [value for value in renewals if value.keys() == {"reason", "authority", "until"}]
    until = [day for value in whole if (day := _day(value["until"])) is not None and day <= furthest]
    return max([first.replace(year=first.year + 5).toordinal(), *until])


def _values(record: Record, *paths: str) -> list[JsonValue]:
    return [claim.value for claim in record.claims if claim.path in paths]


def _texts(record: Record, *paths: str) -> list[str]:
    return [value for value in _values(record, *paths) if isinstance(value, str)]


def _texts_or_mark(record: Record, path: str) -> list[str]:
    return [value if isinstance(value, str) else "(no text)" for value in _values(record, path)]


def _day(value: JsonValue) -> int | None:
    try:
        return datetime.strptime(str(value), "%Y-%m-%d").replace(tzinfo=UTC).toordinal()
    except ValueError:
        return None


def _grading(record: Record) -> dict[str, list[str]]:
    ruled = {vocab.PathClass.GOVERNANCE, vocab.PathClass.SAFEGUARD}
    claims = [claim for claim in record.claims if claim.path not in PATHS or PATHS[claim.path].cls not in ruled]
    grades = [claim.grade for claim in claims if claim.grade is not None]
    return {
        "statement": [claim.statement for claim in claims],
        "source_grade_at_least": [f"{grade.scale}:{grade.source}" for grade in grades],
        "information_grade_at_least": [f"{grade.scale}:{grade.information}" for grade in grades],
    }
