"""Other states' nodes as pinned here, and the TLS certificates that their current descriptors pin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, delete, select

from exchange.model.state import Partner
from exchange.store import bulk
from exchange.store.session import Session
from exchange.store.statements import Statement
from exchange.store.tables import partners, tls_pins
from exchange.store.times import micros, moment

_P = partners.c
_ONE = Statement(select(*partners.c).where(_P.code == bindparam("code")))
_PINNED = Statement(
    select(*partners.c).join(tls_pins, tls_pins.c.code == _P.code).where(tls_pins.c.pin == bindparam("pin"))
)


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
        bulk.put(self._session, partners, [row])

    def get(self, code: str) -> Partner | None:
        row = self._session.first(_ONE, code=code)
        return None if row is None else _partner(row)

    def by_tls_pin(self, pin: str) -> Partner | None:
        row = self._session.first(_PINNED, pin=pin)
        return None if row is None else _partner(row)

    def set_tls_pins(self, code: str, pins: Sequence[str]) -> None:
        """Replaces the pins. Conflict(ALREADY_EXISTS) when another partner has one: a certificate names one node."""
        self._session.connection.execute(delete(tls_pins).where(tls_pins.c.code == code))
        bulk.add(self._session, tls_pins, [(pin, code) for pin in sorted(set(pins))])

    def all(self) -> list[Partner]:
        rows = self._session.connection.execute(select(*partners.c).order_by(partners.c.code))
        return [_partner(row) for row in rows]


def _partner(row: Sequence[Any]) -> Partner:
    code, root_fingerprint, descriptor, descriptor_version, suite_floor, added_at, added_by, suspended = row
    return Partner(
        code=code,
        root_fingerprint=root_fingerprint,
        descriptor=descriptor,
        descriptor_version=descriptor_version,
        suite_floor=suite_floor,
        added_at=moment(added_at),
        added_by=added_by,
        suspended=bool(suspended),
    )
