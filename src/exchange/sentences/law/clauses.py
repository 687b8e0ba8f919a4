"""Clauses and forbids as numbered articles: who sends what to whom, under which condition, bound by what.

Spec: docs/spec/policy.md §2, §12.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from exchange.model.paths import PATHS, paths_of
from exchange.model.vocab import COUNTRIES, PathClass
from exchange.policies.clauses import Clause, Forbid, Need, Terms
from exchange.policies.match_clauses import MatchClause
from exchange.policies.tests import Condition
from exchange.sentences.law.conditions import condition_item
from exchange.sentences.law.fields import FIELDS
from exchange.sentences.law.grammar import APPROVERS, DAYS, Hole, Listing, Tongue
from exchange.sentences.law.labels import label
from exchange.sentences.law.phrases import CLAUSE
from exchange.sentences.law.text import Article, Block, Item, Items, Paragraph
from exchange.sentences.law.words import CADENCES, CAVEATS, CLASSES, KINDS, ONWARD, PURPOSES


def clause_article(tongue: Tongue, clause: Clause, owner: str | None = None) -> Article:
    """One clause. `owner` is the state of a national policy, whose clauses name no sender."""
    scope = _scope(tongue, clause, owner)
    blocks: list[Block] = []
    if clause.disclose:
        blocks += [Paragraph(tongue.say(CLAUSE["disclose"], **scope)), _selectors(tongue, clause.disclose)]
    if clause.withhold:
        blocks += [Paragraph(tongue.say(CLAUSE["withhold"], **scope)), _selectors(tongue, clause.withhold)]
    blocks += _condition(tongue, clause.when)
    bound = _terms(tongue, clause.terms) + _approvals(tongue, clause.approvals)
    if clause.cadence is not None:
        bound.append(tongue.of(CADENCES[clause.cadence]))
    if bound:
        blocks += [Paragraph(tongue.of(CLAUSE["handling"])), listed(tongue, bound)]
    return Article(clause.id, heading(tongue, clause.id), tuple(blocks))


def forbid_article(tongue: Tongue, forbid: Forbid, owner: str | None = None) -> Article:
    said = tongue.say(CLAUSE["forbid"], **_scope(tongue, forbid, owner))
    return Article(forbid.id, heading(tongue, forbid.id), (Paragraph(said), *_condition(tongue, forbid.when)))


def match_article(tongue: Tongue, clause: MatchClause) -> Article:
    """One match clause: who answers whose blinded queries, with what, and how many a day."""
    said = tongue.say(CLAUSE[f"match_{clause.answer}"], **_scope(tongue, clause, None))
    limits = tongue.say(CLAUSE["match_limits"], case=str(clause.per_case), day=str(clause.per_day))
    purposes = tongue.say(CLAUSE["match_purposes"], purposes=_purposes(tongue, sorted(clause.purposes)))
    blocks = (Paragraph(said), *_condition(tongue, clause.when), Paragraph(purposes), Paragraph(limits))
    return Article(clause.id, heading(tongue, clause.id), blocks)


def heading(tongue: Tongue, id_: str) -> str:
    return tongue.say(CLAUSE["heading"], id=tongue.name(id_))


def listed(tongue: Tongue, texts: Sequence[str]) -> Items:
    """The texts as labelled items that end in semicolons and one full stop."""
    items = [Item(label(tongue.lang, 0, index), text) for index, text in enumerate(texts)]
    return Items(punctuated(tongue, items))


def punctuated(tongue: Tongue, items: Sequence[Item]) -> tuple[Item, ...]:
    """Full stop after the very last item of the tree, semicolons after the others; a lead keeps its colon."""
    return tuple(_ended(tongue, item, last=index == len(items) - 1) for index, item in enumerate(items))


def field(tongue: Tongue, path: str) -> str:
    return tongue.of(FIELDS[path])


def fields(tongue: Tongue, paths: Iterable[str]) -> str:
    """The fields' names, in the order of the register, joined by commas and `and`."""
    known = list(PATHS)
    return tongue.join([field(tongue, path) for path in sorted(paths, key=known.index)])


def people(tongue: Tongue, need: Need) -> str:
    return tongue.count(need.people, APPROVERS[need.role])


def class_names(selectors: Iterable[str]) -> tuple[PathClass, ...]:
    """The disclosure classes among the selectors, in the order of the vocabulary."""
    named = set(selectors)
    return tuple(cls for cls in PathClass if cls in named)


def _ended(tongue: Tongue, item: Item, *, last: bool) -> Item:
    if item.items:
        inner = punctuated(tongue, item.items)
        return Item(item.label, item.text, inner if last else (*inner[:-1], _ended(tongue, item.items[-1], last=False)))
    sign = "full_stop" if last else "semicolon"
    text = item.text.rstrip(".")
    return Item(item.label, tongue.say(CLAUSE[sign], text=text))


def _scope(tongue: Tongue, rule: Clause | Forbid | MatchClause, owner: str | None) -> dict[str, Hole]:
    every = tongue.of(CLAUSE["every"]) if owner is None else tongue.country(owner)
    other = tongue.of(CLAUSE["other" if owner is None else "any_state"])
    return {
        "sender": every if rule.from_ is None else tongue.countries(sorted(rule.from_)),
        "recipient": other if rule.to is None else tongue.countries(sorted(rule.to & COUNTRIES)),
        "records": _records(tongue, rule.kinds),
    }


def _records(tongue: Tongue, kinds: frozenset[str] | None) -> str:
    if kinds is None:
        return tongue.of(CLAUSE["all_records"])
    names = tuple(tongue.of(words) for kind, words in KINDS.items() if kind in kinds)
    return tongue.say(CLAUSE["records"], kinds=Listing(names))


def _selectors(tongue: Tongue, selectors: Sequence[str]) -> Items:
    """A class is named as a category, a path as its field, a prefix as the fields it means."""
    texts: list[str] = []
    for selector in selectors:
        if paths_of(selector):
            texts.append(tongue.say(CLAUSE["class"], name=tongue.quoted(tongue.of(CLASSES[selector]))))
        if selector in PATHS:
            texts.append(field(tongue, selector))
        if selector.endswith(".*"):
            texts += [field(tongue, path) for path in PATHS if path.startswith(selector[:-1])]
    return listed(tongue, texts)


def _condition(tongue: Tongue, condition: Condition | None) -> list[Block]:
    if condition is None:
        return []
    item = condition_item(tongue, condition)
    said = tongue.say(CLAUSE["condition"], condition=item.text)
    if item.items:
        return [Paragraph(said), Items(punctuated(tongue, item.items))]
    return [Paragraph(tongue.say(CLAUSE["full_stop"], text=said))]


def _terms(tongue: Tongue, terms: Terms) -> list[str]:
    texts: list[str] = []
    if terms.tlp is not None:
        texts.append(tongue.say(CLAUSE["tlp"], tlp=tongue.name(terms.tlp)))
    texts += [tongue.of(CAVEATS[caveat]) for caveat in terms.caveats]
    if terms.purposes is not None:
        texts.append(tongue.say(CLAUSE["purposes"], purposes=_purposes(tongue, terms.purposes)))
    if terms.retention_days is not None:
        texts.append(tongue.say(CLAUSE["retention"], days=tongue.count(terms.retention_days, DAYS)))
    if terms.onward is not None:
        texts.append(tongue.of(ONWARD[terms.onward]))
    return texts


def _purposes(tongue: Tongue, codes: Sequence[str]) -> Listing:
    return Listing(tuple(tongue.of(PURPOSES[code]) for code in codes))


def _approvals(tongue: Tongue, rows: dict[str, Need]) -> list[str]:
    return [
        tongue.say(CLAUSE["approval"], tlp=tongue.name(tlp), people=people(tongue, need)) for tlp, need in rows.items()
    ]
