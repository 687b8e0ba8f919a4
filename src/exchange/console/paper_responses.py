"""Pages as files: what any area calls to hand out a PDF of what it has just read. The read is noted by the operation.

A file is kept by the browser and never opened inside a page; who asked for it and when stands across every sheet. No
name of a person is in the name of a file.
"""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from exchange import paper
from exchange.console.files import attachment
from exchange.console.visit import Visit, place_in_time
from exchange.crypto.encoding import read_canonical
from exchange.crypto.manifest import digest as manifest_digest
from exchange.ledger.report import Report
from exchange.model.records import HeldRecord
from exchange.operations.messages import MessageView
from exchange.operations.permits import MAX_HANDLING
from exchange.operations.preview import Preview
from exchange.operations.read import ReceivedRecord
from exchange.policies.import_rules import handling_of
from exchange.sentences import LANGUAGES
from exchange.sentences.audit.report import report_text
from exchange.sentences.guides.guide import guide
from exchange.sentences.law.text import LawText
from exchange.sentences.record.letter import letter_text
from exchange.sentences.record.preview import Previewed, preview_text
from exchange.sentences.record.sheet import Held, Shown, record_text

PDF: Final = "application/pdf"


def language(visit: Visit) -> str:
    """The language of a paper: `lang` of the form or the address, else that of the reader."""
    asked = visit.form.typed("lang") or visit.asked("lang", limit=2)
    return asked if asked in LANGUAGES else visit.lang


def paper_of(visit: Visit, text: LawText, name: str) -> Response:
    """Any text as a PDF, marked with who printed it and when. `name`: without its ending, ASCII, of ours."""
    data = paper.pdf(text, mono=True, watermark=visit.watermark())
    return attachment(f"{name}-{text.lang}.pdf", data, PDF)


def own_paper(visit: Visit, held: HeldRecord) -> Response:
    """A record of ours that was read in this visit."""
    return _record(visit, own_shown(held))


def received_paper(visit: Visit, found: ReceivedRecord) -> Response:
    """A partner's record that was read in this visit, with the terms under which we hold it."""
    return _record(visit, received_shown(found))


def preview_paper(visit: Visit, found: Preview) -> Response:
    """What a partner would see, with the digest of it; nothing was sent."""
    record = found.held.record
    previewed = Previewed(record, found.view.decision, found.view.digest.hex(), len(found.view.packed))
    recipient = found.view.decision.recipient
    text = preview_text(previewed, language(visit))
    return paper_of(visit, text, f"preview-{recipient}-{record.originator}-{record.id}")


def message_paper(visit: Visit, found: MessageView) -> Response:
    """A message that was read in this visit, with its thread."""
    key = found.stored.key
    text = letter_text(found.stored, found.message, found.thread, language(visit))
    return paper_of(visit, text, f"message-{key.direction}-{key.partner}-{key.id}")


def report_paper(visit: Visit, report: Report, fingerprint: str) -> Response:
    """The verification of an export. `fingerprint`: of the root in the file."""
    return paper_of(
        visit, report_text(report, fingerprint, language(visit)), f"verification-{report.node or 'unknown'}"
    )


def guide_paper(role: str, lang: str) -> Response:
    """The desk card of a role. KeyError for a role that does not exist."""
    return attachment(f"guide-{role}-{lang}.pdf", paper.card(guide(role, lang)), PDF)


def own_shown(held: HeldRecord) -> Shown:
    """A record of ours as paper shows it."""
    record = held.record
    manifest = manifest_digest(held.manifest).hex()
    return Shown(record.ref, record.version, record.kind, place_in_time(record.issued), record.claims, manifest)


def received_shown(found: ReceivedRecord) -> Shown:
    """A copy as paper shows it."""
    copy = found.copy
    held = Held(
        sender=copy.sender,
        number=f"{copy.epoch}/{copy.seq}",
        agreement=copy.agreement_id,
        purpose=copy.purpose,
        received_at=copy.received_at,
        expires_at=copy.expires_at,
        handling=handling_of(read_canonical(copy.handling, limit=MAX_HANDLING)),
    )
    manifest = manifest_digest(copy.manifest).hex()
    return Shown(copy.ref, copy.version, copy.kind, None, found.claims, manifest, held)


def _record(visit: Visit, shown: Shown) -> Response:
    return paper_of(visit, record_text(shown, language(visit)), f"record-{shown.ref.originator}-{shown.ref.id}")
