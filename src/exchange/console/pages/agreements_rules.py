"""Clauses and forbids as fields of a form, and back: scope, fields disclosed or withheld, conditions, handling.

A condition of one level (all of, any of, perhaps negated) has rows; a deeper one is a piece of YAML. Field groups have
a choice each; a field that has a coarser form has one of its own; any other selector stands in a list.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from exchange.console.forms import Form
from exchange.errors import BadInput, Code, ExchangeError
from exchange.interop.documents import read_yaml, write_yaml
from exchange.model.claims import JsonObject, JsonValue
from exchange.model.derive import COARSER
from exchange.model.vocab import PathClass
from exchange.policies.tests import ARGUMENTS

CLASSES: Final = tuple(str(each) for each in PathClass if each not in (PathClass.GOVERNANCE, PathClass.SAFEGUARD))
TESTS: Final = tuple(ARGUMENTS)
GRADED: Final = ("source_grade_at_least", "information_grade_at_least")
JOINTS: Final = ("all_of", "any_of")
_SPLIT: Final = re.compile(r"\s*[,،;؛\n]\s*")
_ROWS: Final = 200
Fields = dict[str, list[str]]


def rules_fields(document: Mapping[str, JsonValue]) -> Fields:
    """The fields of every clause (`c0.…`) and forbid (`f0.…`)."""
    found: Fields = {}
    for prefix, member in (("c", "clauses"), ("f", "forbids")):
        listed = document.get(member)
        for index, each in enumerate(listed if isinstance(listed, list) else []):
            if isinstance(each, dict):
                found |= _rule_fields(f"{prefix}{index}", each)
    return found


def rules_from(document: Mapping[str, JsonValue], form: Form) -> JsonObject:
    """Members `clauses` and `forbids` with what was typed. A row without an id is left out."""
    policy = document.get("kind") == "policy"
    made: JsonObject = {}
    for prefix, member in (("c", "clauses"), ("f", "forbids")):
        before = document.get(member)
        old = before if isinstance(before, list) else []
        found: list[JsonValue] = []
        for index in _indexes(form, prefix):
            known = old[index] if index < len(old) else {}
            rule = _rule(f"{prefix}{index}", known if isinstance(known, dict) else {}, form, policy=policy)
            if rule["id"]:
                found.append(rule)
        if found or member in document or member == "clauses":
            made[member] = found
    return made


def _indexes(form: Form, prefix: str) -> list[int]:
    pattern = re.compile(rf"{prefix}([0-9]{{1,3}})\.id")
    return sorted(int(match[1]) for match in map(pattern.fullmatch, form.fields) if match is not None)[:_ROWS]


def _rule_fields(at: str, rule: JsonObject) -> Fields:
    found: Fields = {f"{at}.id": [_text(rule.get("id"))], f"{at}.cadence": [_text(rule.get("cadence"))]}
    for name in ("from", "to", "kinds"):
        value = rule.get(name)
        found[f"{at}.{name}"] = [] if value == "*" else _texts(value)
    found |= _selector_fields(at, _texts(rule.get("disclose")), _texts(rule.get("withhold")))
    found |= condition_fields(at, rule.get("when"))
    handling = rule.get("handling")
    terms = handling if isinstance(handling, dict) else {}
    for name in ("tlp", "retention_days", "onward"):
        found[f"{at}.{name}"] = [_text(terms.get(name))]
    for name in ("caveats", "purposes"):
        found[f"{at}.{name}"] = _texts(terms.get(name))
    rows = rule.get("approvals")
    for label, need in (rows if isinstance(rows, dict) else {}).items():
        known = need if isinstance(need, dict) else {}
        found[f"{at}.a.{label}.count"] = [_text(known.get("count"))]
        found[f"{at}.a.{label}.role"] = [_text(known.get("role"))]
    return found


def _rule(at: str, before: JsonObject, form: Form, *, policy: bool) -> JsonObject:
    made: JsonObject = {"id": form.typed(f"{at}.id").strip()}
    for name in ("from", "to", "kinds"):
        if name != "from" or not policy:
            made[name] = _any_or(form, f"{at}.{name}", before.get(name))
    condition = condition_from(form, at, before.get("when"))
    if condition is not None:
        made["when"] = condition
    if at.startswith("f"):
        return made
    disclose, withhold = _selectors(form, at)
    for name, found in (("disclose", disclose), ("withhold", withhold)):
        if found:
            made[name] = _kept(before.get(name), found)
    if policy:
        return made
    handling = _handling(form, at, before.get("handling"))
    if handling:
        made["handling"] = handling
    approvals = _approvals(form, at, before.get("approvals"))
    if approvals:
        made["approvals"] = approvals
    if form.typed(f"{at}.cadence"):
        made["cadence"] = form.typed(f"{at}.cadence")
    return made


def _selector_fields(at: str, disclose: Sequence[str], withhold: Sequence[str]) -> Fields:
    """Groups, fields with a coarser form, and the rest."""
    found: Fields = {}
    sides = {"disclose": list(disclose), "withhold": list(withhold)}
    for cls in CLASSES:
        side = next((name for name, selectors in sides.items() if cls in selectors), "")
        found[f"{at}.k.{cls}"] = [side]
        if side:
            sides[side].remove(cls)
    for fine, coarser in _pairs():
        if fine in sides["withhold"] and set(coarser) <= set(sides["disclose"]):
            found[f"{at}.g.{fine}"] = ["coarser"]
            sides["withhold"].remove(fine)
            sides["disclose"] = [each for each in sides["disclose"] if each not in coarser]
    for name, selectors in sides.items():
        found[f"{at}.{name}"] = ["\n".join(selectors)]
    return found


def _selectors(form: Form, at: str) -> tuple[list[str], list[str]]:
    sides: dict[str, list[str]] = {"disclose": [], "withhold": []}
    for cls in CLASSES:
        side = form.typed(f"{at}.k.{cls}")
        if side in sides:
            sides[side].append(cls)
    for fine, coarser in _pairs():
        if form.typed(f"{at}.g.{fine}") == "coarser":
            sides["withhold"].append(fine)
            sides["disclose"] += coarser
    for name, selectors in sides.items():
        selectors += [each for each in words(form.typed(f"{at}.{name}")) if each not in selectors]
    return sides["disclose"], sides["withhold"]


def condition_fields(at: str, value: JsonValue) -> Fields:
    """Rows of a condition of one level; a deeper one as YAML."""
    flat = _flat(value)
    if value is not None and flat is None:
        return {f"{at}.joint": ["source"], f"{at}.when": [write_yaml(value) if isinstance(value, dict) else str(value)]}
    joint, tests = flat or ("", [])
    found: Fields = {f"{at}.joint": [joint]}
    for index, (negated, name, argument) in enumerate(tests):
        found[f"{at}.t{index}.test"] = [name]
        found[f"{at}.t{index}.value"] = [_shown(argument)]
        if negated:
            found[f"{at}.t{index}.not"] = ["1"]
    return found


def condition_from(form: Form, at: str, before: JsonValue) -> JsonObject | None:
    """The condition as typed; the document's own where nothing of it was changed."""
    joint = form.typed(f"{at}.joint")
    if joint == "source":
        return _written(form, f"{at}.when", before)
    if joint not in JOINTS:
        return None
    parts: list[JsonValue] = []
    for index in range(_ROWS):
        if f"{at}.t{index}.test" not in form.fields:
            break
        name, typed = form.typed(f"{at}.t{index}.test"), form.typed(f"{at}.t{index}.value")
        if name:
            test: JsonObject = {name: _argument(name, typed)}
            parts.append({"not": test} if form.ticked(f"{at}.t{index}.not") else test)
    if not parts:
        return None
    made: JsonObject = {joint: parts}
    same = _flat(made) == _flat(before)
    return before if same and isinstance(before, dict) else made


def words(text: str) -> list[str]:
    """Words of a list, separated by commas of any script, semicolons or lines."""
    return list(dict.fromkeys(each for each in _SPLIT.split(text.strip()) if each))


def _flat(value: JsonValue) -> tuple[str, list[tuple[bool, str, JsonValue]]] | None:
    """(joint, tests) of a condition of one level; None for a deeper one, or none at all."""
    if not isinstance(value, dict) or len(value) != 1:
        return None
    ((name, inner),) = value.items()
    if name in JOINTS:
        tests = [_test(each) for each in inner] if isinstance(inner, list) else [None]
        found = [each for each in tests if each is not None]
        return (name, found) if found and len(found) == len(tests) else None
    single = _test(value)
    return None if single is None else ("all_of", [single])


def _test(value: JsonValue) -> tuple[bool, str, JsonValue] | None:
    if not isinstance(value, dict) or len(value) != 1:
        return None
    ((name, inner),) = value.items()
    if name == "not":
        found = _test(inner)
        return None if found is None or found[0] else (True, *found[1:])
    return (False, name, inner) if name in TESTS else None


def _shown(argument: JsonValue) -> str:
    if isinstance(argument, list):
        return ", ".join(map(str, argument))
    if isinstance(argument, dict):
        return " ".join(str(argument.get(name, "")) for name in ("scale", "grade"))
    return _text(argument)


def _argument(name: str, typed: str) -> JsonValue:
    text = typed.strip()
    if name in GRADED:
        scale, _, grade = text.partition(" ")
        return {"scale": scale, "grade": grade.strip()}
    if name == "observed_within":
        return int(text) if text.isdecimal() and len(text) < 8 else text
    if name == "marking_at_most":
        return text
    return list[JsonValue](words(text))


def _written(form: Form, name: str, before: JsonValue) -> JsonObject | None:
    text = form.typed(name)
    if not text.strip():
        return None
    if isinstance(before, dict) and text.strip() == write_yaml(before).strip():
        return before
    try:
        return read_yaml(text.encode("utf-8"))
    except ExchangeError as fault:
        raise BadInput(Code.FILE_NOT_WELL_FORMED, at=f"/{name}", line=fault.facts.get("line")) from None


def _handling(form: Form, at: str, before: JsonValue) -> JsonObject:
    old = before if isinstance(before, dict) else {}
    made: JsonObject = {}
    if form.typed(f"{at}.tlp"):
        made["tlp"] = form.typed(f"{at}.tlp")
    for name in ("caveats", "purposes"):
        ticked = list(form.fields.get(f"{at}.{name}", ()))
        if ticked:
            made[name] = _kept(old.get(name), ticked)
    days = form.typed(f"{at}.retention_days").strip()
    if days:
        made["retention_days"] = int(days) if days.isdecimal() and len(days) < 8 else days
    if form.typed(f"{at}.onward"):
        made["onward"] = form.typed(f"{at}.onward")
    return made


def _approvals(form: Form, at: str, before: JsonValue) -> JsonObject:
    """Rows of the clause's own; their labels are those of the form's fields."""
    pattern = re.compile(rf"{re.escape(at)}\.a\.(.{{1,40}})\.count")
    labels = [match[1] for match in map(pattern.fullmatch, form.fields) if match is not None]
    known = list(before) if isinstance(before, dict) else []
    made: JsonObject = {}
    for label in sorted(labels, key=lambda each: known.index(each) if each in known else len(known)):
        count = form.typed(f"{at}.a.{label}.count").strip()
        if count:
            role = form.typed(f"{at}.a.{label}.role") or "releasing_officer"
            made[label] = {"count": int(count) if count.isdecimal() and len(count) < 8 else count, "role": role}
    return made


def _any_or(form: Form, name: str, before: JsonValue) -> JsonValue:
    """`*` where nothing is chosen; a list of codes may also be typed in one line."""
    chosen = [code for value in form.fields.get(name, ()) for code in words(value)]
    return _kept(before, chosen) if chosen else "*"


def _kept(before: JsonValue, chosen: list[str]) -> list[JsonValue]:
    """In the document's order where the same things are chosen: the bytes that people sign do not move for nothing."""
    if isinstance(before, list) and sorted(map(str, before)) == sorted(chosen):
        return before
    return list[JsonValue](chosen)


def _pairs() -> list[tuple[str, list[str]]]:
    """Every field that has a coarser form, with the coarser ones."""
    return [(fine, [path for path, _ in rules]) for fine, rules in COARSER.items()]


def _text(value: JsonValue) -> str:
    return "" if value is None else str(value)


def _texts(value: JsonValue) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []
