"""Routes for the exchange with partners, as officers run and watch it: deliver, pull, inbox, partners, agreements."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from exchange.api.answers import answer, page, page_answer, position
from exchange.api.call import Call
from exchange.api.declare import Audience, Route
from exchange.api.schemas.node import (
    AgreementLineOut,
    AgreementOut,
    AgreementsOut,
    DeliveredOut,
    HeartbeatOut,
    InboxQuery,
    PartnerOut,
    PartnersOut,
    PulledOut,
    ResolveIn,
    StoppedOut,
)
from exchange.api.schemas.records import InboxLineOut, InboxOut
from exchange.crypto.encoding import read_canonical
from exchange.model.state import InboxItem, StoredAgreement
from exchange.operations.agreements import raise_flag, suspend
from exchange.operations.clock import stamp
from exchange.operations.deliver import deliver
from exchange.operations.equivocation import Stopped, resolve
from exchange.operations.lookups import note_list
from exchange.operations.overview import PartnerView, list_agreements, list_partners, read_agreement
from exchange.operations.permissions import Permission
from exchange.operations.pull import pull
from exchange.operations.read import list_inbox

_MAX_AGREEMENT: Final = 1 << 20


def post_delivery(call: Call) -> Response:
    """Sends what is due to a partner now, instead of waiting for the worker."""
    done = deliver(call.node, call.path("partner"))
    stopped = None if done.stopped is None else done.stopped.value
    return answer(DeliveredOut(accepted=done.accepted, refused=done.refused, voided=done.voided, stopped=stopped))


def post_pull(call: Call) -> Response:
    """Fetches what a partner holds for us now."""
    done = pull(call.node, call.path("partner"))
    stopped = None if done.stopped is None else done.stopped.value
    return answer(PulledOut(envelopes=done.envelopes, pages=done.pages, stopped=stopped))


def post_resolution(call: Call) -> Response:
    """Lets a partner's stopped stream go on, with the reason; answers where it had stopped."""
    partner, asked = call.path("partner"), call.document(ResolveIn)
    with call.write() as unit:
        where = resolve(call.node, unit, call.person, partner, asked.reason)
    return answer(_stopped(where))


def get_inbox(call: Call) -> Response:
    """A page of received envelopes, in order of (sender, epoch, number)."""
    query = call.query(InboxQuery)
    found = position(query.after, str, int, int)
    after = None if found is None else (str(found[0]), int(found[1]), int(found[2]))
    with call.write() as unit:
        items = list_inbox(unit, call.person, query.sender, after, query.limit + 1)
        note_list(call.node, unit, call.person, "inbox", len(items[: query.limit]))
    links = page(call, items, query.limit, lambda item: (item.sender, item.epoch, item.seq))
    lines = [_inbox_line(item) for item in items[: query.limit]]
    return page_answer(InboxOut(items=lines, next=links.next, next_url=links.next_url))


def get_partners(call: Call) -> Response:
    """Every partner, and where its streams stood when it last said so."""
    with call.write() as unit:
        found = list_partners(unit, call.person)
        note_list(call.node, unit, call.person, "partners", len(found))
    return answer(PartnersOut(items=[_partner(each) for each in found]))


def get_agreements(call: Call) -> Response:
    """Every version of every agreement and national policy."""
    with call.write() as unit:
        found = list_agreements(unit, call.person)
        note_list(call.node, unit, call.person, "agreements", len(found))
    return answer(AgreementsOut(items=[_agreement_line(stored) for stored in found]))


def get_agreement(call: Call) -> Response:
    """The version in force, or the newest, with its document. Its ETag is the document's digest."""
    agreement_id = call.path("agreement")
    with call.write() as unit:
        stored = read_agreement(unit, call.person, agreement_id)
        note_list(call.node, unit, call.person, "agreements", 1)
    document = read_canonical(stored.document, limit=_MAX_AGREEMENT)
    return answer(AgreementOut(**dict(_agreement_line(stored)), document=document), etag=stored.digest)


def post_suspension(call: Call) -> Response:
    """Stops every release under the agreement. The flag goes first, alone, so that it never waits behind releases."""
    agreement_id = call.path("agreement")
    with call.write() as unit:
        raise_flag(unit, call.person, agreement_id)
    with call.write() as unit:
        stored = suspend(call.node, unit, call.person, agreement_id)
    return answer(_agreement_line(stored))


def _inbox_line(item: InboxItem) -> InboxLineOut:
    return InboxLineOut(
        sender=item.sender,
        epoch=item.epoch,
        seq=item.seq,
        state=item.state,
        code=item.code,
        records=item.records,
        agreement=item.agreement_id,
        purpose=item.purpose,
        envelope=item.envelope_digest,
        received_at=stamp(item.received_at),
    )


def _stopped(where: Stopped) -> StoppedOut:
    return StoppedOut(epoch=where.epoch, seq=where.seq, at=where.at)


def _partner(view: PartnerView) -> PartnerOut:
    partner, beat = view.partner, view.beat
    return PartnerOut(
        code=partner.code,
        root_fingerprint=partner.root_fingerprint,
        descriptor_version=partner.descriptor_version,
        suite_floor=partner.suite_floor,
        suspended=partner.suspended,
        added_at=stamp(partner.added_at),
        heartbeat=None if beat is None else HeartbeatOut(at=beat.at, head=beat.head, received=beat.received),
        stopped=None if view.stopped is None else _stopped(view.stopped),
    )


def _agreement_line(stored: StoredAgreement) -> AgreementLineOut:
    return AgreementLineOut(
        id=stored.id,
        version=stored.version,
        kind=stored.kind,
        state=stored.state,
        digest=stored.digest,
        changed_at=stamp(stored.changed_at),
        signed_by=sorted(stored.signatures),
    )


_RUN: Final = Permission.EXCHANGE_RUN
_AGREEMENT: Final = Permission.AGREEMENT_READ
ROUTES: Final = (
    Route("POST", "/v1/partners/{partner}/deliveries", post_delivery, Audience.OFFICER, _RUN, gives=DeliveredOut),
    Route("POST", "/v1/partners/{partner}/pulls", post_pull, Audience.OFFICER, _RUN, gives=PulledOut),
    Route(
        "POST",
        "/v1/partners/{partner}/resolution",
        post_resolution,
        Audience.OFFICER,
        Permission.PARTNER_WRITE,
        takes=ResolveIn,
        gives=StoppedOut,
    ),
    Route("GET", "/v1/inbox", get_inbox, Audience.OFFICER, Permission.RECORD_READ, query=InboxQuery, gives=InboxOut),
    Route("GET", "/v1/partners", get_partners, Audience.OFFICER, Permission.PARTNER_READ, gives=PartnersOut),
    Route("GET", "/v1/agreements", get_agreements, Audience.OFFICER, _AGREEMENT, gives=AgreementsOut),
    Route("GET", "/v1/agreements/{agreement}", get_agreement, Audience.OFFICER, _AGREEMENT, gives=AgreementOut),
    Route(
        "POST",
        "/v1/agreements/{agreement}/suspension",
        post_suspension,
        Audience.OFFICER,
        Permission.AGREEMENT_SUSPEND,
        gives=AgreementLineOut,
    ),
)
