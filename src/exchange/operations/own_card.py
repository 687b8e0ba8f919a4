"""Our own card as partners get it: the newest descriptor with our root's signatures. Nothing in it is secret."""

from __future__ import annotations

from exchange.errors import Code, Unavailable
from exchange.operations.audit import OWN_DESCRIPTOR
from exchange.ports import Unit


def own_card(unit: Unit) -> bytes:
    """The file's bytes. Unavailable(CONFIG_INVALID) on a node that has none."""
    kept = unit.setting(OWN_DESCRIPTOR)
    if kept is None:
        raise Unavailable(Code.CONFIG_INVALID, at=OWN_DESCRIPTOR)
    return kept.encode("utf-8")
