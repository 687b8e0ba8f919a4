"""Agreements that partners left to be looked at. Nothing in force is read from here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, delete, select

from exchange.model.state import Offer
from exchange.store import bulk
from exchange.store.agreements import signatures_of, signatures_row
from exchange.store.life_tables import offers
from exchange.store.session import Session
from exchange.store.statements import Statement
from exchange.store.times import micros, moment

_O = offers.c
_ONE = Statement(
    select(*_O).where(_O.partner == bindparam("partner"), _O.id == bindparam("id"), _O.version == bindparam("version"))
)


class SqlOffers:
    """Fits `ports.Offers`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, offer: Offer) -> None:
        row = (
            offer.partner, offer.agreement_id, offer.version, offer.digest, offer.document,
            signatures_row(offer.signatures), micros(offer.received_at),
        )  # fmt: skip
        bulk.put(self._session, offers, [row])

    def get(self, partner: str, id_: str, version: int) -> Offer | None:
        row = self._session.first(_ONE, partner=partner, id=id_, version=version)
        return None if row is None else _offer(row)

    def of(self, partner: str | None) -> list[Offer]:
        found = select(*_O) if partner is None else select(*_O).where(_O.partner == partner)
        rows = self._session.connection.execute(found.order_by(_O.partner, _O.id, _O.version))
        return [_offer(row) for row in rows]

    def drop(self, partner: str, id_: str, version: int) -> None:
        gone = delete(offers).where(_O.partner == partner, _O.id == id_, _O.version == version)
        self._session.connection.execute(gone)


def _offer(row: Sequence[Any]) -> Offer:
    partner, id_, version, digest, document, signatures, received_at = row
    return Offer(partner, id_, version, digest, document, signatures_of(signatures), moment(received_at))
