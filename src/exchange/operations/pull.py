"""Pulls what a partner holds for us, and answers a partner's pull, with the stored bytes in both directions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import takewhile

from exchange.errors import BadInput, Code, ExchangeError, Remote, Untrusted
from exchange.model.state import OutboxItem, Partner, PulledPage
from exchange.operations.clock import safe_now
from exchange.operations.confirm import require_confirmed
from exchange.operations.deliver import cleared, expired, may_go_out, together
from exchange.operations.heartbeat import beat
from exchange.operations.known_partners import partner_in_use
from exchange.operations.ledger_state import able_to_sign
from exchange.operations.receipts import take_receipt
from exchange.operations.receive import receive_all
from exchange.ports import Node, Unit

PAGE = 100
PAGE_BYTES = 6 << 20
"""About so many bytes a page: two full envelopes, so that a page never fills memory."""


@dataclass(slots=True)
class Pulled:
    """What one pull brought."""

    envelopes: int = 0
    pages: int = 0
    stopped: Code | None = None
    """The error of the envelope that stopped the stream, if one did."""


def pull(node: Node, partner_code: str) -> Pulled:
    """Fetches page after page until the stream's head, takes each envelope in, and returns the receipts.

    A pull with nothing new moves less than 1 kB. Errors of the connection are raised (Remote); an envelope that
    cannot be taken stops the pull and is told in `stopped`.
    """
    result = Pulled()
    with node.store.read() as unit:
        partner = partner_in_use(unit, partner_code)
    _return_owed(node, partner)
    with ThreadPoolExecutor(1, thread_name_prefix="pull") as thread:
        pages = _Pages(node, partner, thread)
        end = _end(node, partner)
        while result.stopped is None:
            page = pages.behind(end)
            node.faults.reach("pull.fetched")
            if not page.envelopes:
                return result
            result.pages += 1
            _take_page(node, partner, page.envelopes, result)
            _return_owed(node, partner)
            before, end = end, _end(node, partner)
            if end == before and result.stopped is None:
                result.stopped = Code.PARTNER_ANSWER  # envelopes that we know already, for ever: nothing moves
    return result


def _end(node: Node, partner: Partner) -> tuple[int, int]:
    """(epoch, number) of the last envelope taken."""
    with node.store.read() as unit:
        end = unit.streams.end_in(partner.code, lock=False)
    return end.epoch, end.seq


@dataclass(slots=True)
class _Pages:
    """Fetches one page ahead, while the one before is taken in. At most two pages are in memory."""

    node: Node
    partner: Partner
    thread: ThreadPoolExecutor
    ahead: tuple[tuple[int, int], Future[PulledPage]] | None = None

    def behind(self, end: tuple[int, int]) -> PulledPage:
        """The page behind `end`. What was fetched for another place, because less was taken than came, is dropped."""
        ahead, self.ahead = self.ahead, None
        page = self._fetch(end) if ahead is None or ahead[0] != end else ahead[1].result()
        epoch, last = page.epoch, end[1] + len(page.envelopes)
        if page.envelopes and epoch == end[0] and last < page.head_seq:
            self.ahead = (epoch, last), self.thread.submit(self._fetch, (epoch, last))
        return page

    def _fetch(self, end: tuple[int, int]) -> PulledPage:
        try:
            return self.node.peers.pull(self.partner, *end, PAGE)
        except Remote as failure:
            if failure.code is not Code.NOT_CONFIRMED:
                raise
        beat(self.node, self.partner.code)  # it was started lately, and asks what we hold of it
        return self.node.peers.pull(self.partner, *end, PAGE)


def answer_pull(node: Node, partner_code: str, epoch: int, after: int, limit: int) -> PulledPage:
    """The stored envelopes behind `after`, at most `limit`. What may no longer go out is served as its void."""
    with node.store.read() as unit:
        partner_in_use(unit, partner_code)
        able_to_sign(unit)
        require_confirmed(unit, partner_code)
        items = unit.streams.out_after(partner_code, epoch, after, max(1, min(limit, PAGE)), PAGE_BYTES)
        head = unit.streams.end_out(partner_code, lock=False)
        if epoch < head.epoch:  # what was given up when the epoch was opened never leaves
            items = list(takewhile(lambda item: bool(item.receipt), items))
        now = safe_now(node, unit)
        fine = [
            item.state == "void" or (may_go_out(node, unit, item, now, lock=False) and not expired(item, now))
            for item in items
        ]
    if not all(fine):
        with node.store.write() as unit:
            items = list(_cleared(node, unit, items))
    return PulledPage(tuple(item.wire for item in items), head.epoch, head.seq)


def _cleared(node: Node, unit: Unit, items: Sequence[OutboxItem]) -> Iterator[OutboxItem]:
    """Up to the first envelope that was already receipted and may not go out again: that one stays here."""
    now = safe_now(node, unit)
    for item in items:
        if item.receipt is not None and item.state != "void" and not may_go_out(node, unit, item, now, lock=True):
            return
        yield cleared(node, unit, item)


def take_receipts(node: Node, partner_code: str, receipts: Sequence[bytes]) -> int:
    """Takes the receipts that a partner returns after a pull; returns how many were stored or known.

    One that does not verify or names no number of ours is passed over: it would keep back every receipt behind it,
    and with them the partner's pulls. Nothing is lost by it: the envelope stays unanswered and is sent again.
    """
    with node.store.read() as unit:
        partner = partner_in_use(unit, partner_code)
    taken = 0
    for receipt in receipts:
        try:
            take_receipt(node, partner, receipt)
        except (BadInput, Untrusted):
            continue
        taken += 1
    return taken


def _take_page(node: Node, partner: Partner, envelopes: Sequence[bytes], result: Pulled) -> None:
    left = list(envelopes)
    while left:
        try:
            taken = len(receive_all(node, partner.code, together(left)))
        except ExchangeError as fault:
            result.stopped = fault.code
            return
        node.faults.reach("pull.taken")
        result.envelopes += taken
        del left[:taken]


def _return_owed(node: Node, partner: Partner) -> None:
    """Receipts not yet with the sender, also those of a run that died in between."""
    while True:
        with node.store.read() as unit:
            owed = unit.streams.receipts_to_return(partner.code, PAGE)
        if not owed:
            return
        node.peers.return_receipts(partner, [item.receipt for item in owed])
        node.faults.reach("pull.returned")
        with node.store.write() as unit:
            for epoch in {item.epoch for item in owed}:
                unit.streams.receipts_returned(partner.code, epoch, [item.seq for item in owed if item.epoch == epoch])
