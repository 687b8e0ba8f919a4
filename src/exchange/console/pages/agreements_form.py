"""A document of agreement as fields of a form, and back. Values are carried as typed: the reader of agreements judges.

Both ways are pure. What the fields do not show stays as it is in the document, so that nothing is lost by editing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from exchange.console.forms import Form
from exchange.console.pages.agreements_rules import rules_fields, rules_from
from exchange.errors import BadInput, Code, ExchangeError
from exchange.interop.documents import read_yaml, write_yaml
from exchange.model.claims import JsonObject, JsonValue
from exchange.model.vocab import TLP_BY_STRICTNESS, Caveat

LANGUAGES: Final = ("ar", "fr", "en")
LABELS: Final = (*map(str, TLP_BY_STRICTNESS), *map(str, Caveat))
"""What a row of approvals can be about."""
NUMBERS: Final = ("recall_days", "correction_days", "retention_days", "version")
CHOICES: Final = ("onward", "back_catalogue", "cadence")
ROWS_MAX: Final = 400
_MOMENT: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[ T]([0-9]{2}:[0-9]{2})(?::([0-9]{2}))?Z?)?", re.ASCII)
Fields = dict[str, list[str]]


def blank(code: str) -> JsonObject:
    """A document to begin with: this state and nobody else, nothing disclosed."""
    return {
        "v": 1,
        "kind": "agreement",
        "id": "",
        "version": 1,
        "title": {"ar": "", "fr": "", "en": ""},
        "recitals": [],
        "parties": [{"code": code, "fingerprint": f"@{code}"}],
        "legal_basis": "",
        "purposes": [],
        "valid_from": "",
        "valid_until": "",
        "suites": [1],
        "clauses": [],
        "onward": "none",
        "back_catalogue": "excluded",
        "recall_days": 14,
        "correction_days": 14,
        "retention_days": 365,
        "cadence": "manual",
        "approvals": {
            "TLP:RED": {"count": 2, "role": "releasing_officer"},
            "TLP:AMBER+STRICT": {"count": 1, "role": "releasing_officer"},
            "TLP:AMBER": {"count": 1, "role": "releasing_officer"},
        },
        "examples": [],
    }


def to_fields(document: Mapping[str, JsonValue]) -> Fields:
    """Field -> its values, as the form shows them."""
    found: Fields = {}
    for name in ("id", "legal_basis", *NUMBERS, *CHOICES):
        found[name] = [_text(document.get(name))]
    for name in ("valid_from", "valid_until"):
        found[name] = [_shown_moment(document.get(name))]
    title = _object(document.get("title"))
    for lang in LANGUAGES:
        found[f"title.{lang}"] = [_text(title.get(lang))]
    for index, recital in enumerate(_list(document.get("recitals"))):
        for lang in LANGUAGES:
            found[f"r{index}.{lang}"] = [_text(_object(recital).get(lang))]
    for index, party in enumerate(_list(document.get("parties"))):
        for name in ("code", "fingerprint"):
            found[f"p{index}.{name}"] = [_text(_object(party).get(name))]
        found[f"p{index}.joined"] = [_shown_moment(_object(party).get("joined"))]
    for name in ("purposes", "suites", "assurance_required"):
        found[name] = [_text(each) for each in _list(document.get(name))]
    after = _object(document.get("after_end"))
    found["after.rule"], found["after.days"] = [_text(after.get("rule"))], [_text(after.get("days"))]
    found |= approvals_fields("a", document.get("approvals"))
    found |= rules_fields(document)
    for index, each in enumerate(_list(document.get("examples"))):
        example = _object(each)
        for name in ("name", "from", "to", "purpose", "now"):
            found[f"e{index}.{name}"] = [_text(example.get(name))]
        for name in ("record", "expect"):
            value = example.get(name)
            found[f"e{index}.{name}"] = [write_yaml(value) if isinstance(value, dict) else _text(value)]
    return found


def from_fields(document: JsonObject, form: Form) -> JsonObject:
    """The document with what was typed. BadInput names a field whose own YAML cannot be read."""
    policy = document.get("kind") == "policy"
    made: JsonObject = {**document}
    for name in ("id", "legal_basis"):
        made[name] = form.typed(name)
    made["title"] = {lang: form.typed(f"title.{lang}") for lang in LANGUAGES}
    made["version"] = number(form.typed("version"))
    if policy:
        party = _object(document.get("party"))
        typed = form.typed("p0.fingerprint").strip()
        made["party"] = {**party, "fingerprint": typed or _text(party.get("fingerprint"))}
    else:
        _terms(made, form)
    made |= rules_from(document, form)
    if not policy:
        made["examples"] = _examples(_list(document.get("examples")), form)
    return made


def approvals_fields(prefix: str, value: JsonValue) -> Fields:
    """Rows of approvals: how many, of which role."""
    rows = _object(value)
    found: Fields = {}
    for label in LABELS:
        need = _object(rows.get(label))
        found[f"{prefix}.{label}.count"] = [_text(need.get("count"))]
        found[f"{prefix}.{label}.role"] = [_text(need.get("role"))]
    return found


def approvals_from(prefix: str, before: JsonValue, form: Form) -> JsonObject:
    """The rows that have a count, in the order in which the document had them."""
    known = _object(before)
    labels = [*(label for label in known if label in LABELS), *(label for label in LABELS if label not in known)]
    found: JsonObject = {}
    for label in labels:
        count = form.typed(f"{prefix}.{label}.count").strip()
        if count:
            found[label] = {"count": number(count), "role": form.typed(f"{prefix}.{label}.role") or "releasing_officer"}
    return found


def number(text: str) -> JsonValue:
    """A whole number if it is one, Arabic digits too; otherwise the text, which the reader refuses at its place."""
    stripped = text.strip()
    return int(stripped) if stripped.isdecimal() and len(stripped) < 10 else stripped


def moment(text: str) -> str:
    """`2026-11-02` or `2026-11-02 08:00` as the document writes it; anything else as typed."""
    found = _MOMENT.fullmatch(text.strip())
    return text.strip() if found is None else f"{found[1]}T{found[2] or '00:00'}:{found[3] or '00'}Z"


def rows(form: Form, prefix: str, member: str) -> list[int]:
    """Indexes of the rows that the form has, in order, by the field that every row has."""
    pattern = re.compile(rf"{re.escape(prefix)}([0-9]{{1,3}})\.{re.escape(member)}")
    found = sorted(int(match[1]) for match in map(pattern.fullmatch, form.fields) if match is not None)
    return found[:ROWS_MAX]


def _terms(made: JsonObject, form: Form) -> None:
    for name in NUMBERS:
        made[name] = number(form.typed(name))
    for name in CHOICES:
        made[name] = form.typed(name)
    for name in ("valid_from", "valid_until"):
        made[name] = moment(form.typed(name))
    made["parties"] = _parties(_list(made.get("parties")), form)
    recitals: list[JsonValue] = []
    for index in rows(form, "r", "ar"):
        texts: JsonObject = {lang: form.typed(f"r{index}.{lang}") for lang in LANGUAGES}
        if any(str(text).strip() for text in texts.values()):
            recitals.append(texts)
    made["recitals"] = recitals
    made["purposes"] = _ordered(made.get("purposes"), list(form.fields.get("purposes", ())))
    suites = [number(each) for each in form.fields.get("suites", ())]
    if sorted(map(str, suites)) != sorted(map(str, _list(made.get("suites")))):
        made["suites"] = suites
    made["approvals"] = approvals_from("a", made.get("approvals"), form)
    _optional(
        made,
        "assurance_required",
        _ordered(made.get("assurance_required"), [*form.fields.get("assurance_required", ())]),
    )
    rule = form.typed("after.rule")
    after: JsonObject = {"rule": rule} if rule else {}
    if rule == "destroy":
        after["days"] = number(form.typed("after.days"))
    _optional(made, "after_end", after)


def _parties(before: list[JsonValue], form: Form) -> list[JsonValue]:
    """Rows with a code. A new one begins with its placeholder, which the node fills in where it knows the root."""
    known = {_text(_object(each).get("code")): _object(each) for each in before}
    found: list[JsonValue] = []
    for index in rows(form, "p", "code"):
        code = form.typed(f"p{index}.code").strip().upper()
        if not code:
            continue
        fingerprint = "".join(form.typed(f"p{index}.fingerprint").split()).lower()
        joined = form.typed(f"p{index}.joined").strip()
        party: JsonObject = {**known.get(code, {}), "code": code, "fingerprint": fingerprint or f"@{code}"}
        if fingerprint.startswith("@"):
            party["fingerprint"] = f"@{code}"
        party.pop("joined", None)
        found.append({**party, "joined": moment(joined)} if joined else party)
    return found


def _examples(before: list[JsonValue], form: Form) -> list[JsonValue]:
    found: list[JsonValue] = []
    for index in rows(form, "e", "name"):
        typed = {name: form.typed(f"e{index}.{name}") for name in ("name", "from", "to", "purpose", "now")}
        if not any(text.strip() for text in typed.values()):
            continue
        old = _object(before[index]) if index < len(before) else {}
        example: JsonObject = {**typed, "now": moment(typed["now"])}
        for name in ("record", "expect"):
            example[name] = part_yaml(form, f"e{index}.{name}", old.get(name))
        found.append(example)
    return found


def part_yaml(form: Form, name: str, before: JsonValue) -> JsonObject:
    """A part that is typed as YAML. BadInput names the field."""
    text = form.typed(name)
    if isinstance(before, dict) and text.strip() == write_yaml(before).strip():
        return before
    try:
        return read_yaml(text.encode("utf-8"))
    except ExchangeError as fault:
        raise BadInput(Code.FILE_NOT_WELL_FORMED, at=f"/{name}", line=fault.facts.get("line")) from None


def _optional(made: JsonObject, name: str, value: JsonValue) -> None:
    """A member that may be left out is left out where it is empty."""
    if value:
        made[name] = value
    else:
        made.pop(name, None)


def _ordered(before: JsonValue, ticked: list[str]) -> list[JsonValue]:
    """What is ticked: in the document's order what it had, then what is new."""
    old = [each for each in _list(before) if each in ticked]
    return [*old, *(each for each in ticked if each not in old)]


def _shown_moment(value: JsonValue) -> str:
    found = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    if found is None or found[3] not in (None, "00"):
        return _text(value)
    return found[1] if found[2] in (None, "00:00") else f"{found[1]} {found[2]}"


def _text(value: JsonValue) -> str:
    return "" if value is None else str(value)


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []


def _object(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}
