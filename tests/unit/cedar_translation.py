"""Agreements and national policies as Cedar policies, questions as principals: a third reading of policy.md §2 to §6.

A condition is written twice, once "certainly true" and once "certainly false", so that the unknown is neither; every
attribute that a policy names is always there, because Cedar skips a policy that errors. Ages are not translated: no
birth is asked about. Cedar: https://docs.cedarpolicy.com/policies/syntax-grammar.html
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final, NamedTuple

from exchange.model import vocab
from exchange.model.claims import JsonValue
from exchange.model.paths import PATHS
from exchange.model.records import Record
from exchange.policies.agreement import Agreement, NationalPolicy
from exchange.policies.clauses import Clause, Forbid
from exchange.policies.decide import Grant
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


def policies(agreement: Agreement, own: Iterable[NationalPolicy], node: str, grants: Sequence[Grant] = ()) -> Policies:
    always = (*_onward(grants), *_record_lines(agreement), *_MASKS)
    lines = [f"forbid (principal, action, resource) when {{ {line} }};" for line in always]
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


def _onward(grants: Sequence[Grant]) -> list[str]:
    """A record of another state leaves under the first grant that fits, and only the claims that this one names."""
    fits = [
        f"(principal.ref == {json.dumps('/'.join(grant.ref))} && principal.recipient == {json.dumps(grant.recipient)}"
        f" && principal.purpose == {json.dumps(grant.purpose)} && principal.now < {_seconds(grant.expires)})"
        for grant in grants
    ]
    lines = [f"{_FOREIGN} && !({' || '.join(['false', *fits])})"]
    for place, grant in enumerate(grants):
        if grant.claims is not None:
            first = " && ".join([*(f"!{one}" for one in fits[:place]), fits[place]])
            covered = f"{_set(grant.claims)}.contains(context.claim)" if grant.claims else "false"
            governed = 'resource in Class::"governance"'
            lines.append(f"{_FOREIGN} && {first} && !({covered}) && !({governed})")
    return lines


def _policy(effect: str, conditions: Iterable[str]) -> str:
    return f"{effect} (principal, action, resource) when {{ {' && '.join(conditions)} }};"


def _permitted(clause: Clause) -> str:
    return f"resource.kinds.contains(principal.kind) && {_selected(clause.disclose)} && {_yes(clause.when)}"


def _purposes(clause: Clause) -> list[str]:
    purposes = clause.terms.purposes
    return [] if purposes is None else [f"{_set(purposes)}.contains(principal.purpose)"]


def _scope(rule: Clause | Forbid) -> list[str]:
    named = (("principal.node", rule.from_), ("principal.recipient", rule.to), ("principal.kind", rule.kinds))
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
    said = f"principal.{test.name}"
    if isinstance(test.argument, Floor):
        index = 0 if test.name.startswith("source") else 1
        judged = sorted(vocab.GRADE_SCALES[test.argument.scale][index] - vocab.GRADE_UNKNOWN)
        good = [mark for mark in judged if mark <= test.argument.grade]
        high, known = (_set([f"{test.argument.scale}:{mark}" for mark in marks]) for marks in (good, judged))
        decided = f"!{said}.isEmpty() && {known}.containsAll({said})"
        return f"({decided} && {high}.containsAll({said}))", f"({decided} && !{high}.containsAll({said}))"
    if isinstance(test.argument, int):
        recent = f"principal.newest_observed >= principal.today - {test.argument}"
        return f"(principal.newest_observed > 0 && {recent})", f"(principal.newest_observed > 0 && !({recent}))"
    if test.name == "marking_at_most":
        words, match = _set(LABELS[LABELS.index(str(test.argument)) :]), "{0}.containsAll({1})"
    else:
        assert isinstance(test.argument, tuple)
        words = _set(test.argument)
        match = "{0}.containsAll({1})" if test.name == "statement" else "{1}.containsAny({0})"
    met = match.format(words, said)
    known = "true" if test.name == "caveat" else f"!{said}.isEmpty()"
    if test.name == "nationality":
        return met, f"({known} && principal.nationality_undisclosed.isEmpty() && !{met})"
    if test.name == "nationality_undisclosed":
        certain = f'!{said}.contains("") && !({said}.isEmpty() && principal.nationality.isEmpty())'
        return met, f"({certain} && !{met})"
    return f"({known} && {met})", f"({known} && !{met})"


_FOREIGN: Final = "!principal.originator.contains(principal.node)"
_MINOR: Final = '(principal.kind == "person" && principal.subject_category.contains("minor"))'
_ASYLUM: Final = 'principal.flags.containsAny(["asylum", "refugee"])'
_MASKS: Final = (
    'resource in Class::"safeguard"',
    'principal.flags.contains("aid_corridor") && resource in [Class::"movement", Class::"location.precise"]',
    f'{_MINOR} && resource in Class::"identity.biometric"',
)


def _record_lines(agreement: Agreement) -> tuple[str, ...]:
    """Spec §4, lines 2 to 18 and 20, but births."""
    assured = "false"
    if agreement.assurance_required:
        assured = f"{_set(agreement.assurance_required)}.contains(principal.recipient)"
    categories, protected = vocab.CATEGORIES - {"unknown"}, ("humanitarian", "journalist", "lawyer")
    neutral = sorted(flag for flag in vocab.Flag if flag.startswith("neutrality_"))
    return (
        "principal.recipient == principal.node",
        f"!{_set([party.code for party in agreement.parties])}.containsAll([principal.recipient, principal.node])",
        f"principal.now < {_seconds(agreement.valid_from)} || principal.now >= {_seconds(agreement.valid_until)}",
        f"!{_set(agreement.purposes)}.contains(principal.purpose)",
        f"principal.marking_at_most.isEmpty() || !{_set(LABELS)}.containsAll(principal.marking_at_most)",
        "!principal.legal_basis || !principal.reviews_readable",
        "!principal.purposes.contains(principal.purpose)",
        *_accession(agreement),
        f'principal.kind == "person" && !principal.subject_category.containsAny({_set(categories)})',
        "principal.first_review < principal.today",
        "principal.last_review > principal.issued_plus_three_years",
        "principal.retained_until < principal.today",
        f'{_MINOR} && !(principal.best_interest && principal.signed.contains("best_interest"))',
        f"{_MINOR} && principal.last_review > principal.issued_plus_year",
        'principal.flags.contains("obtained_under_duress")',
        f"{_ASYLUM} && (principal.nationality.isEmpty() || principal.nationality.contains(principal.recipient))",
        f"{_ASYLUM} && !principal.nationality_undisclosed.isEmpty()",
        f'!principal.assurance && (principal.flags.contains("torture_risk") || {assured})',
        f'principal.flags.containsAny({_set(neutral)}) && !principal.signed.contains("neutrality")',
        f'principal.flags.containsAny({_set(protected)}) && !principal.signed.contains("listing")',
        f"!{_set(vocab.FLAGS)}.containsAll(principal.flags)",
        "principal.ids_repeated",
    )


def _accession(agreement: Agreement) -> list[str]:
    if agreement.back_catalogue:
        return []
    joined = ((party.code, _seconds(party.joined or agreement.valid_from)) for party in agreement.parties)
    return [f"principal.recipient == {json.dumps(code)} && principal.issued < {since}" for code, since in joined]


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


# records


def attributes(case: Case) -> dict[str, Any]:
    """What the policies ask about a record and a question; `path` and `claim` come with each request."""
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
        "ref": "/".join(record.ref),
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


def _grading(record: Record) -> dict[str, list[str] | int]:
    ruled = {vocab.PathClass.GOVERNANCE, vocab.PathClass.SAFEGUARD}
    claims = [claim for claim in record.claims if claim.path not in PATHS or PATHS[claim.path].cls not in ruled]
    grades = [claim.grade for claim in claims if claim.grade is not None]
    return {
        "statement": [claim.statement for claim in claims],
        "source_grade_at_least": [f"{grade.scale}:{grade.source}" for grade in grades],
        "information_grade_at_least": [f"{grade.scale}:{grade.information}" for grade in grades],
        "newest_observed": max((day for claim in claims if (day := _day(claim.observed)) is not None), default=0),
    }
