"""The candidate that a form carries: its source, read, or why it cannot be read. No page of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from exchange.console.pages.agreements_form import from_fields
from exchange.console.visit import Visit
from exchange.crypto.encoding import canonical, digest
from exchange.errors import BadInput, Code, ExchangeError, TooLarge
from exchange.interop.documents import MAX_YAML, read_yaml, write_yaml
from exchange.model.claims import JsonObject
from exchange.operations.agreements import TYPES
from exchange.policies.agreement import Agreement, NationalPolicy, placeholders, read, read_policy, with_fingerprints
from exchange.ports import Unit

SOURCE: Final = "source"


@dataclass(frozen=True, slots=True)
class Candidate:
    """What stands in the source. `document` None: no YAML; `meaning` None: no agreement. `fault` says why."""

    source: str
    document: JsonObject | None = None
    meaning: Agreement | NationalPolicy | None = None
    fault: ExchangeError | None = None

    @property
    def agreement(self) -> Agreement | None:
        return self.meaning if isinstance(self.meaning, Agreement) else None

    @property
    def missing(self) -> tuple[str, ...]:
        """Parties whose root fingerprint is still a placeholder."""
        return () if self.meaning is None else placeholders(self.meaning)

    @property
    def at(self) -> str:
        """Where the reader stopped: a JSON pointer, or a line of the source."""
        if self.fault is None:
            return ""
        place, line = self.fault.facts.get("at"), self.fault.facts.get("line")
        return str(place or "") or ("" if line is None else f"{line}")


def candidate_of(visit: Visit, unit: Unit, source: str) -> Candidate:
    """The source as read, with the fingerprints that people compared here filled in."""
    try:
        written = read_yaml(source.encode("utf-8"))
    except ExchangeError as fault:
        return Candidate(source, fault=fault)
    return of_document(visit, unit, source, written)


def of_document(visit: Visit, unit: Unit, source: str, written: JsonObject) -> Candidate:
    """The same for a document that was read already."""
    try:
        document = with_fingerprints(written, known_roots(visit, unit))
        kind = "policy" if document.get("kind") == "policy" else "agreement"
        reader = read_policy if kind == "policy" else read
        meaning = reader(document, digest(TYPES[kind], canonical(document)).hex(), draft=True)
    except ExchangeError as fault:
        return Candidate(source, written, None, fault)
    if placeholders(meaning):  # a text without its parties' roots has no digest yet
        meaning = reader(document, "", draft=True)
    return Candidate(source, document, meaning)


def known_roots(visit: Visit, unit: Unit) -> dict[str, str]:
    """Fingerprints that this node has pinned, and its own."""
    partners = {partner.code: partner.root_fingerprint for partner in unit.partners.all()}
    return partners | {visit.node.code: visit.node.keys.root_fingerprint}


def source_of(visit: Visit) -> str:
    """The source as the form carries it, with what was typed into fields; a file that was uploaded comes first."""
    if visit.form.files.get("file"):
        data = visit.form.file("file")
        if len(data) > MAX_YAML:
            raise TooLarge(limit=MAX_YAML)
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            raise BadInput(Code.FILE_NOT_WELL_FORMED, at="/file") from None
    source = visit.form.text(SOURCE, limit=MAX_YAML, lines=True)
    if visit.form.typed("mode") != "form":
        return source
    before = read_yaml(source.encode("utf-8"))
    made = from_fields(before, visit.form)
    return source if made == before else write_yaml(made)
