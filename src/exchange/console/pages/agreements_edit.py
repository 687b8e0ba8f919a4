"""The editor: the rule source, or the form for the usual parts, beside the readable law, its findings and examples.

One of the two is edited at a time and the other is made from it, so that they cannot drift apart. Every submit renders
the text anew; nothing is stored before "keep draft".
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from starlette.responses import Response

from exchange.console.forms import Form
from exchange.console.page import Page
from exchange.console.pages.agreements_candidate import Candidate, candidate_of, of_document, source_of
from exchange.console.pages.agreements_form import LABELS, blank, to_fields
from exchange.console.pages.agreements_rules import CLASSES, JOINTS, TESTS
from exchange.console.pages.agreements_seen import changes_of, country, examples_of, findings_of, law_of
from exchange.console.visit import Visit
from exchange.console.words import mark
from exchange.crypto.encoding import read_canonical
from exchange.errors import BadInput, Code, ExchangeError, NotFound
from exchange.interop.documents import write_yaml
from exchange.model.claims import JsonObject, JsonValue
from exchange.model.derive import COARSER
from exchange.model.vocab import CAVEATS, KINDS, PURPOSES, TLP_BY_STRICTNESS
from exchange.operations import agreements
from exchange.operations.grounds import MAX_DOCUMENT, parsed
from exchange.operations.lookups import note_list
from exchange.operations.overview import list_agreements
from exchange.operations.permissions import Permission, require
from exchange.policies.clauses import APPROVER_ROLES
from exchange.ports import Unit
from exchange.sentences import LANGUAGES, sentence
from exchange.sentences.law import words as law_words
from exchange.sentences.law.fields import FIELDS
from exchange.sentences.law.grammar import Tongue, capital

SAID: Final[dict[str, str]] = {
    "draft_kept": mark("The draft is kept. It binds nobody before every party has signed it."),
}
MODES: Final = ("form", "source")
LISTS: Final = {"c": "clauses", "f": "forbids", "e": "examples"}
"""Rows that are added and taken out by a button; parties and recitals have an empty row at the end."""


def get_edit(visit: Visit) -> Response:
    """Begins with a version that is stored here, or with nothing."""
    base = visit.asked("from", limit=80)
    with visit.write() as unit:
        require(visit.person, Permission.AGREEMENT_READ)
        document = _base(visit, unit, base) if base else blank(visit.node.code)
        return _shown(visit, unit, of_document(visit, unit, write_yaml(document), document), "form")


def post_edit(visit: Visit) -> Response:
    """Reads what was typed and renders everything anew; nothing is stored."""
    mode = visit.form.choice("mode", MODES, default="form")
    act = visit.form.text("act", limit=40, needed=False)
    with visit.write() as unit:
        require(visit.person, Permission.AGREEMENT_READ)
        try:
            candidate = candidate_of(visit, unit, source_of(visit))
        except ExchangeError as fault:  # a part of the form that is no YAML: everything typed stays
            return _again(visit, unit, mode, fault)
        candidate = _changed(visit, unit, candidate, act)
        wanted = {"to-source": "source", "to-form": "form"}.get(act, "source" if visit.form.files else mode)
        if candidate.document is None:
            wanted = "source"
        return _shown(_cleared(visit), unit, candidate, wanted)


def post_draft(visit: Visit) -> Response:
    """Keeps the draft. Every party's fingerprint must be known by then."""
    source = source_of(visit)

    def act(unit: Unit) -> Response:
        candidate = candidate_of(visit, unit, source)
        if candidate.document is None or candidate.meaning is None:
            raise candidate.fault or BadInput(Code.AGREEMENT_INVALID, at="/source")
        stored = agreements.draft(visit.node, unit, visit.person, candidate.document)
        return visit.to(f"/agreements/{stored.id}/{stored.version}", "draft_kept")

    return visit.once(act)


def again_draft(visit: Visit) -> Response:
    """The editor with everything typed, after a draft was refused."""
    mode = visit.form.choice("mode", MODES, default="form")
    with visit.write() as unit:
        try:
            candidate = candidate_of(visit, unit, source_of(visit))
        except ExchangeError as fault:
            return _again(visit, unit, mode, fault)
        return _shown(_cleared(visit), unit, candidate, mode if candidate.document else "source")


def _again(visit: Visit, unit: Unit, mode: str, fault: ExchangeError) -> Response:
    """What was typed, with the fault above it and at its field."""
    candidate = candidate_of(visit, unit, visit.form.typed("source"))
    faulted = visit.faulted(fault)
    fields = {name: list(values) for name, values in visit.form.fields.items()}
    return _shown(faulted, unit, candidate, mode if candidate.document else "source", fields)


def _base(visit: Visit, unit: Unit, base: str) -> JsonObject:
    """A stored version as the beginning of the next one; a draft that nobody has signed goes on as it is. NotFound."""
    id_, _, version = base.rpartition("/")
    known = [each for each in list_agreements(unit, visit.person) if each.id == id_]
    stored = next((each for each in known if str(each.version) == version), None)
    note_list(visit.node, unit, visit.person, "agreements", int(stored is not None))
    if stored is None:
        raise NotFound
    value = read_canonical(stored.document, limit=MAX_DOCUMENT)
    if not isinstance(value, dict):
        raise NotFound
    if stored.state == "draft" and not stored.signatures:
        return value
    return {**value, "version": max(each.version for each in known) + 1}


def _changed(visit: Visit, unit: Unit, candidate: Candidate, act: str) -> Candidate:
    """Adds a row, or takes one out: `add-c`, `drop-c3`."""
    verb, _, place = act.partition("-")
    name = LISTS.get(place[:1]) if verb in ("add", "drop") else None
    if candidate.document is None or name is None:
        return candidate
    listed = candidate.document.get(name)
    rows = list(listed) if isinstance(listed, list) else []
    if verb == "add":
        rows.append(_new(place[:1], len(rows), candidate.document))
    elif place[1:].isdecimal() and int(place[1:]) < len(rows):
        del rows[int(place[1:])]
    made: JsonObject = {**candidate.document, name: rows}
    return of_document(visit, unit, write_yaml(made), made)


def _new(kind: str, count: int, document: JsonObject) -> JsonObject:
    """A row to be filled in."""
    if kind == "c":
        scope: JsonObject = {"id": str(count + 1), "to": "*", "kinds": ["person"], "withhold": ["source"]}
        return scope if document.get("kind") == "policy" else {"from": "*", **scope}
    if kind == "f":
        scope = {"id": f"F{count + 1}", "to": "*", "kinds": "*"}
        return scope if document.get("kind") == "policy" else {"from": "*", **scope}
    value: JsonObject = {"text": "Exemple", "script": "Latn", "type": "primary"}
    record: JsonObject = {"kind": "person", "claims": [{"path": "name.full", "value": value}]}
    codes = [str(each["code"]) for each in _objects(document.get("parties")) if each.get("code")]
    purposes = document.get("purposes")
    return {
        "name": str(count + 1),
        "from": codes[0] if codes else "",
        "to": codes[-1] if codes else "",
        "purpose": str(purposes[0]) if isinstance(purposes, list) and purposes else "",
        "now": str(document.get("valid_from") or ""),
        "record": record,
        "expect": {"record": "denied", "reason": "NOTHING_TO_RELEASE"},
    }


def _objects(value: JsonValue) -> list[JsonObject]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _cleared(visit: Visit) -> Visit:
    """The visit without what was typed, which stands in the candidate now; the language of the text stays."""
    return replace(visit, form=Form({"side": (_side(visit),)}))


def _shown(
    visit: Visit, unit: Unit, candidate: Candidate, mode: str, typed: dict[str, list[str]] | None = None
) -> Response:
    meaning, side = candidate.meaning, _side(visit)
    current = None if meaning is None else unit.agreements.active(meaning.id, lock=False)
    before = parsed(current.document, current.digest) if current is not None and current.kind == "agreement" else None
    new = candidate.agreement
    examples = () if meaning is None else examples_of(visit, meaning)
    fault = candidate.fault
    document = candidate.document or {}
    return visit.page(
        "agreements/edit.html",
        200 if fault is None and visit.fault is None else 422,
        candidate=candidate,
        told="" if fault is None else sentence(fault.code, visit.lang),
        mode=mode,
        fields=typed or to_fields(document),
        policy=document.get("kind") == "policy",
        counts={name: _count(document.get(name)) for name in (*LISTS.values(), "parties", "recitals")},
        text=None if meaning is None else law_of(visit, meaning, side),
        side=side,
        examples=examples,
        wrong=sum(1 for each in examples if each.failures),
        findings=[] if meaning is None else findings_of(visit, meaning),
        current=current,
        changes=[] if before is None or new is None else changes_of(visit, before, new),
        partners=[(each.code, country(visit, each.code)) for each in unit.partners.all()],
        vocabulary=_vocabulary(visit),
    )


def _count(value: JsonValue) -> int:
    return len(value) if isinstance(value, list) else 0


def _vocabulary(visit: Visit) -> dict[str, object]:
    """Codes with their words, for the choices of the form."""
    tongue = Tongue(visit.lang)
    return {
        "labels": LABELS,
        "tlp": [(str(each), str(each)) for each in TLP_BY_STRICTNESS],
        "roles": sorted(APPROVER_ROLES, reverse=True),
        "purposes": [(code, capital(tongue.of(law_words.PURPOSES[code]))) for code in sorted(PURPOSES)],
        "kinds": [(code, capital(tongue.of(law_words.KINDS[code]))) for code in law_words.KINDS if code in KINDS],
        "classes": [(code, capital(tongue.of(law_words.CLASSES[code]))) for code in CLASSES],
        "caveats": [(code, capital(tongue.of(law_words.CAVEATS[code]))) for code in sorted(CAVEATS)],
        "pairs": [
            (fine, capital(tongue.of(FIELDS[fine])), ", ".join(tongue.of(FIELDS[path]) for path, _ in rules))
            for fine, rules in COARSER.items()
        ],
        "tests": TESTS,
        "joints": JOINTS,
    }


def _side(visit: Visit) -> str:
    """The language of the readable text: kept through submits, which clear the form."""
    side = str(visit.request.query_params.get("side", "")) or visit.form.typed("side")
    return side if side in LANGUAGES else ""


_READ: Final = Permission.AGREEMENT_READ
PAGES: Final[tuple[Page, ...]] = (
    Page("GET", "/agreements/edit", get_edit, _READ),
    Page("POST", "/agreements/edit", post_edit, _READ, upload=True),
    Page("POST", "/agreements/draft", post_draft, Permission.AGREEMENT_WRITE, again=again_draft, upload=True),
)
