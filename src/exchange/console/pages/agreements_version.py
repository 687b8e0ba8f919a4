"""One version of an agreement or national policy: what comes next, signatures, readable law, examples, history."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from exchange import paper
from exchange.console.page import Page
from exchange.console.pages.agreements_seen import (
    changes_of,
    examples_of,
    findings_of,
    law_of,
    meaning_of,
    parties_of,
    reach_of,
    title_of,
)
from exchange.console.visit import Visit
from exchange.errors import NotFound
from exchange.model.state import StoredAgreement, Termination
from exchange.operations.agreement_alarms import alarms
from exchange.operations.lookups import note_list
from exchange.operations.overview import list_agreements
from exchange.operations.permissions import Permission
from exchange.policies.agreement import Agreement
from exchange.ports import Unit
from exchange.sentences import LANGUAGES


def get_version(visit: Visit) -> Response:
    """One version: what comes next, signatures, the text, examples, findings, history."""
    side = _side(visit)
    with visit.write() as unit:
        stored = version_of(visit, unit)
        versions = [each for each in list_agreements(unit, visit.person) if each.id == stored.id]
        meaning = meaning_of(stored)
        parties = parties_of(visit, unit, meaning, stored.signatures)
        ringing = [each for each in alarms(unit) if each.agreement_id == stored.id]
        asked = unit.agreements.termination(stored.id, stored.version, lock=False)
        partners = [each.code for each in unit.partners.all() if not each.suspended]
    examples = examples_of(visit, meaning)
    return visit.page(
        "agreements/version.html",
        stored=stored,
        meaning=meaning,
        whole=isinstance(meaning, Agreement),
        title=title_of(visit, meaning),
        parties=parties,
        next=_next(visit, stored, [each.code for each in parties if not each.signed], asked),
        asked=None if asked is None or asked.confirmed_at is not None else asked,
        text=law_of(visit, meaning, side),
        side=side,
        examples=examples,
        wrong=sum(1 for each in examples if each.failures),
        findings=findings_of(visit, meaning),
        versions=sorted(versions, key=lambda each: -each.version),
        alarms=ringing,
        offerable=[(each.code, each.name) for each in parties if each.code in partners],
    )


def get_diff(visit: Visit) -> Response:
    """What this version means compared with another one of the same agreement."""
    with visit.write() as unit:
        new = version_of(visit, unit)
        others = [each for each in list_agreements(unit, visit.person) if each.id == new.id]
    wanted = visit.asked("with", limit=8)
    old = next((each for each in others if str(each.version) == wanted), None) or _before(new, others)
    if old is None or new.kind != "agreement":
        raise NotFound
    before, after = meaning_of(old), meaning_of(new)
    assert isinstance(before, Agreement)
    assert isinstance(after, Agreement)
    return visit.page(
        "agreements/diff.html",
        old=old,
        new=new,
        title=title_of(visit, after),
        changes=changes_of(visit, before, after),
        reach=reach_of(visit, before, after),
        others=sorted(each.version for each in others if each.version != new.version),
    )


def get_document(visit: Visit) -> Response:
    """The exact bytes that parties sign."""
    with visit.write() as unit:
        stored = version_of(visit, unit)
    return download(stored.document, f"{stored.id}-v{stored.version}.json", "application/json")


def get_pdf(visit: Visit) -> Response:
    """The readable text as PDF, in the language that is read."""
    side = _side(visit)
    with visit.write() as unit:
        stored = version_of(visit, unit)
    data = paper.pdf(law_of(visit, meaning_of(stored), side))
    return download(data, f"{stored.id}-v{stored.version}-{side or visit.lang}.pdf", "application/pdf")


def get_signature(visit: Visit) -> Response:
    """One party's signature, for the others. NotFound where it has not signed."""
    with visit.write() as unit:
        stored = version_of(visit, unit)
    code = visit.part("partner")
    if code not in stored.signatures:
        raise NotFound
    return download(stored.signatures[code], f"{stored.id}-v{stored.version}-{code}.signature.json", "application/json")


def version_of(visit: Visit, unit: Unit) -> StoredAgreement:
    """The version that the address names, and the entry that it was read. NotFound."""
    list_agreements(unit, visit.person)  # asks for the permission
    stored = unit.agreements.get(visit.part("agreement"), int(visit.part("version")))
    note_list(visit.node, unit, visit.person, "agreements", int(stored is not None))
    if stored is None:
        raise NotFound
    return stored


def download(data: bytes, name: str, media: str) -> Response:
    """A file to keep. `name` is made of codes and numbers only."""
    return Response(data, 200, {"content-disposition": f'attachment; filename="{name}"'}, media)


def _next(visit: Visit, stored: StoredAgreement, missing: list[str], asked: Termination | None) -> str:
    """Which obligation comes first: a name that the template has a sentence for."""
    waits = asked is not None and asked.confirmed_at is None
    if stored.state in ("active", "suspended") and waits and asked is not None:
        return "own-end" if asked.asked_by == visit.person.id else "confirm-end"
    if stored.state in ("active", "suspended", "scheduled", "superseded", "terminated"):
        return stored.state
    if visit.node.code in missing:
        return "sign"
    return "gather" if missing else "activate"


def _before(new: StoredAgreement, others: list[StoredAgreement]) -> StoredAgreement | None:
    """The version in force, else the one before."""
    lower = sorted((each for each in others if each.version < new.version), key=lambda each: each.version)
    in_force = next((each for each in others if each.state == "active" and each.version != new.version), None)
    return in_force or (lower[-1] if lower else None)


def _side(visit: Visit) -> str:
    side = visit.asked("side", limit=2)
    return side if side in LANGUAGES else ""


_ONE: Final = "/agreements/{agreement}/{version}"
_READ: Final = Permission.AGREEMENT_READ
PAGES: Final[tuple[Page, ...]] = (
    Page("GET", _ONE, get_version, _READ),
    Page("GET", f"{_ONE}/diff", get_diff, _READ),
    Page("GET", f"{_ONE}/document", get_document, _READ),
    Page("GET", f"{_ONE}/pdf", get_pdf, _READ),
    Page("GET", f"{_ONE}/signatures/{{partner}}", get_signature, _READ),
)
