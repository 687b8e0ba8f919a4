"""Blinded matching of the store in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from exchange.errors import Code, Conflict
from exchange.model.blinded import ASKS, BlindEpoch, BlindQuery, BlindTicket
from tests.operations.fake_rows import Rows


class Blinded:
    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def epoch(self, partner: str, role: str, *, lock: bool) -> BlindEpoch | None:
        del lock
        return self._rows.blind_epochs.get((partner, role))

    def put_epoch(self, epoch: BlindEpoch) -> None:
        self._rows.blind_epochs[epoch.partner, epoch.role] = epoch

    def drop_epoch(self, partner: str, role: str) -> None:
        self._rows.blind_epochs.pop((partner, role), None)

    def tags(self, tokens: Sequence[bytes]) -> list[int]:
        return [int.from_bytes(sha256(token).digest()[:8], "big") >> 1 for token in tokens]

    def prepared(self, partner: str, ids: Sequence[str]) -> dict[str, int]:
        kept = self._rows.blind_prepared
        return {id_: kept[partner, id_] for id_ in ids if (partner, id_) in kept}

    def prepared_after(self, partner: str, after: str, limit: int) -> list[str]:
        return sorted(id_ for of, id_ in self._rows.blind_prepared if of == partner and id_ > after)[:limit]

    def keep(self, partner: str, versions: Sequence[tuple[str, int]], tokens: Sequence[tuple[bytes, str]]) -> None:
        self.forget(partner, [id_ for id_, _ in versions])
        self._rows.blind_tags |= {(partner, self.tags([token])[0], id_) for token, id_ in tokens}
        self._rows.blind_prepared.update({(partner, id_): version for id_, version in versions})

    def forget(self, partner: str, ids: Sequence[str] | None) -> None:
        gone = {id_ for of, id_ in self._rows.blind_prepared if of == partner} if ids is None else set(ids)
        self._rows.blind_tags = {each for each in self._rows.blind_tags if each[0] != partner or each[2] not in gone}
        for id_ in gone:
            self._rows.blind_prepared.pop((partner, id_), None)

    def find(self, partner: str, tags: Sequence[int], limit: int) -> list[tuple[int, str]]:
        wanted = set(tags)
        found: dict[int, list[str]] = {}
        for of, tag, id_ in sorted(self._rows.blind_tags):
            if of == partner and tag in wanted:
                found.setdefault(tag, []).append(id_)
        ranked = sorted((at, tag, id_) for tag, ids in found.items() for at, id_ in enumerate(ids))
        return sorted((tag, id_) for _, tag, id_ in ranked[:limit])

    def size(self, partner: str) -> int:
        return sum(1 for of, _ in self._rows.blind_prepared if of == partner)

    def add_query(self, query: BlindQuery) -> None:
        key = (query.partner, query.direction, query.run)
        if key in self._rows.blind_queries:
            raise Conflict(Code.ALREADY_EXISTS)
        self._rows.blind_queries[key] = query

    def answered(self, partner: str, run: str, hits: int) -> None:
        key = (partner, "out", run)
        self._rows.blind_queries[key] = replace(self._rows.blind_queries[key], hits=hits)

    def queries(self, direction: str, partner: str | None, since: datetime) -> list[BlindQuery]:
        mine = [each for each in self._rows.blind_queries.values() if each.direction == direction]
        found = [each for each in mine if each.at >= since and partner in (None, each.partner)]
        return sorted(found, key=lambda each: each.at, reverse=True)

    def forget_seen(self, before: datetime) -> None:
        for key, each in self._rows.blind_queries.items():
            if each.at < before:
                self._rows.blind_queries[key] = replace(each, seen=b"")

    def drop_before(self, before: datetime) -> None:
        rows = self._rows
        rows.blind_queries = {key: each for key, each in rows.blind_queries.items() if each.at >= before}
        rows.blind_tickets = {key: each for key, each in rows.blind_tickets.items() if each.at >= before}

    def end_keys(self, before: datetime) -> None:
        for key, each in self._rows.blind_epochs.items():
            if each.role == ASKS and each.opened_at <= before:
                self._rows.blind_epochs[key] = replace(each, seed=b"")

    def put_ticket(self, ticket: BlindTicket) -> None:
        self._rows.blind_tickets[ticket.partner, ticket.direction, ticket.ticket] = ticket

    def ticket(self, partner: str, direction: str, ticket: str, *, lock: bool) -> BlindTicket | None:
        del lock
        return self._rows.blind_tickets.get((partner, direction, ticket))
