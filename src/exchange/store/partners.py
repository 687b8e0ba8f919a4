"""Other states' nodes as pinned here, and the TLS certificates that their current descriptors pin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select

from exchange.model.state import Partner
from exchange.store import bulk
from exchange.store.session import Session
from exchange.store.tables import micros, moment, partners, tls_pins


class SqlPartners:
    """Fits `ports.Partners`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, partner: Partner) -> None:
        """Inserts or replaces. Conflict(SUITE_BELOW_FLOOR) when the floor would fall."""
        row = (
            partner.code, partner.root_fingerprint, partner.descriptor, partner.descriptor_version,
            partner.suite_floor, micros(partner.added_at), partner.added_by, int(partner.suspended),
        )  # fmt: skip
        bulk.put(self._session.connection, partners, [row])

    def get(self, code: str) -> Partner | None:
        row = self._session.connection.execute(select(*partners.c).where(partners.c.code == code)).first()
        return None if row is None else _partner(row)

    def by_tls_pin(self, pin: str) -> Partner | None:
        pinned = select(*partners.c).join(tls_pins, tls_pins.c.code == partners.c.code).where(tls_pins.c.pin == pin)
        row = self._session.connection.execute(pinned).first()
        return None if row is None else _partner(row)

    def set_tls_pins(self, code: str, pins: Sequence[str]) -> None:
        """Replaces the pins. Conflict(ALREADY_EXISTS) when another partner has one: a certificate names one node."""
        self._session.connection.execute(delete(tls_pins).where(tls_pins.c.code == code))
        bulk.add(self._session.connection, tls_pins, [(pin, code) for pin in sorted(set(pins))])

    def all(self) -> list[Partner]:
        rows = self._session.connection.execute(select(*partners.c).order_by(partners.c.code))
        return [_partner(row) for row in rows]


def _partner(row: Any) -> Partner:
    return Partner(
        code=row.code,
        root_fingerprint=row.root_fingerprint,
        descriptor=row.descriptor,
        descriptor_version=row.descriptor_version,
        suite_floor=row.suite_floor,
        added_at=moment(row.added_at),
        added_by=row.added_by,
        suspended=bool(row.suspended),
    )
