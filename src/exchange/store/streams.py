"""Both directions of every stream: `SqlStreams` joins the outbox, the inbox and what is kept as evidence."""

from __future__ import annotations

from exchange.store.arrivals import Arrivals
from exchange.store.inbox import Inbox
from exchange.store.outbox import Outbox


class SqlStreams(Outbox, Inbox, Arrivals):
    """Fits `ports.Streams`."""
