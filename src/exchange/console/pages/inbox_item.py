"""One number that came in: who sent it, under what, what was taken in and what was refused, and our receipt."""

from __future__ import annotations

from typing import Final, NamedTuple

from starlette.responses import Response

from exchange.console.pages.inbox_words import about_of, any_outcome, code_of
from exchange.console.pages.message_shown import type_of
from exchange.console.pages.said_law import partner_of, purpose_of
from exchange.console.visit import Visit
from exchange.crypto.receipts import Receipt, stored_receipt
from exchange.errors import Code
from exchange.ledger.export import receipt_digest
from exchange.operations.inbox import Arrived, arrival, note_arrival
from exchange.operations.lookups import note_list, note_records
from exchange.sentences import sentence

NO_MARKING: Final = "TLP:AMBER"
"""What a page without a record is marked: it names partners and agreements."""


class Refused(NamedTuple):
    """A record of the envelope that was not taken in: its place in it, from 1, and why."""

    place: int
    why: str


def get_item(visit: Visit) -> Response:
    """The envelope, its records and the receipt; what it lists is noted."""
    partner, epoch, seq = _place(visit)
    with visit.write() as unit:
        found = arrival(unit, visit.person, partner, epoch, seq)
        note_list(visit.node, unit, visit.person, "inbox", 1)
        if found.records:
            note_records(visit.node, unit, visit.person, len(found.records))
    item, receipt = found.item, stored_receipt(found.item.receipt)
    return visit.page(
        "inbox/item.html",
        item=item,
        found=found,
        partner=partner_of(visit, partner),
        purpose=purpose_of(visit, item.purpose),
        marking=found.tlp or NO_MARKING,
        receipt=receipt,
        receipt_digest=receipt_digest(item.receipt),
        refused=_refused(visit, receipt),
        why=sentence(Code(item.code), visit.lang) if item.code in set(Code) else "",
        message="" if found.message is None else type_of(visit, found.message.type),
        message_page=_message_page(found),
        told=_told(visit, found),
        gone=max(0, item.records - len(found.records)),
    )


def post_noted(visit: Visit) -> Response:
    """This person has looked at it."""
    partner, epoch, seq = _place(visit)
    with visit.write() as unit:
        note_arrival(visit.node, unit, visit.person, partner, epoch, seq)
    return visit.to("/inbox", "noted")


def _place(visit: Visit) -> tuple[str, int, int]:
    return visit.part("partner"), int(visit.part("epoch")), int(visit.part("seq"))


def _refused(visit: Visit, receipt: Receipt) -> list[Refused]:
    return [Refused(index + 1, sentence(Code(code), visit.lang)) for index, code in receipt.refused]


def _message_page(found: Arrived) -> str:
    """Where the message itself is read."""
    if found.message is None:
        return ""
    key, type_ = found.message.key, found.message.type
    area = f"{type_}s" if type_ in ("recall", "correction") else "messages"
    return f"/{area}/in/{key.partner}/{key.id}"


def _told(visit: Visit, found: Arrived) -> list[str]:
    """What the message says in codes."""
    words = {"about": about_of, "outcome": any_outcome, "code": code_of}
    return [tell(visit, str(found.codes[name])) for name, tell in words.items() if name in found.codes]
