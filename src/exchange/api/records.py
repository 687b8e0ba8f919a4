"""Routes for records: our own and those that partners disclosed to us."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from starlette.responses import Response

from exchange.api.answers import after_ref, answer, once, page, page_answer
from exchange.api.call import Call
from exchange.api.declare import Audience, Route
from exchange.api.schemas.records import (
    AmendIn,
    DepositIn,
    DepositOut,
    ReceivedOut,
    ReceivedQuery,
    RecordLineOut,
    RecordOut,
    RecordsOut,
    RecordsQuery,
    VersionOut,
)
from exchange.crypto.encoding import read_canonical
from exchange.errors import BadInput, Code, Conflict, NotFound
from exchange.model.claim_json import claim_to_json, claims_from_json
from exchange.model.claims import Claim, JsonValue
from exchange.model.records import HeldRecord, Ref
from exchange.model.state import RecordLine
from exchange.operations.clock import stamp
from exchange.operations.deposit import Amendment, Draft, amend, deposit
from exchange.operations.lookups import note_records
from exchange.operations.permissions import Permission
from exchange.operations.read import ReceivedRecord, list_own, list_received, read_own, read_received
from exchange.ports import Unit

_MAX_HANDLING: Final = 1 << 16


def post_records(call: Call) -> Response:
    """Deposits new records, all or none."""
    asked = call.document(DepositIn)
    drafts = [
        Draft(draft.kind, _claims(draft.claims, f"/records/{number}")) for number, draft in enumerate(asked.records)
    ]

    def act(unit: Unit) -> Response:
        refs = deposit(call.node, unit, call.person, drafts)
        return answer(
            DepositOut(records=[VersionOut(originator=ref.originator, id=ref.id, version=1) for ref in refs]), 201
        )

    return once(call, act)


def get_records(call: Call) -> Response:
    """A page of our records, without anything from inside them."""
    query = call.query(RecordsQuery)
    with call.write() as unit:
        lines = list_own(unit, call.person, query.kind, after_ref(query.after), query.limit + 1)
        note_records(call.node, unit, call.person, len(lines[: query.limit]))
    return _lines(call, lines, query.limit)


def get_record(call: Call) -> Response:
    """One of our records, with its ETag. A ledger entry says that it was read."""
    with call.write() as unit:
        held = read_own(call.node, unit, call.person, _own_ref(call))
    return answer(_record(held), etag=str(held.record.version))


def put_record(call: Call) -> Response:
    """Stores the next version of a record whose current version is the one in If-Match."""
    ref, seen = _own_ref(call), call.if_match()
    if not seen.isdigit():
        raise Conflict(Code.STALE)
    claims = _claims(call.document(AmendIn).claims, "")
    with call.write() as unit:
        version = amend(call.node, unit, call.person, [Amendment(ref, int(seen), claims)])[0]
    return answer(VersionOut(originator=ref.originator, id=ref.id, version=version), etag=str(version))


def get_received(call: Call) -> Response:
    """A page of the records that partners disclosed to us."""
    query = call.query(ReceivedQuery)
    with call.write() as unit:
        lines = list_received(unit, call.person, query.sender, after_ref(query.after), query.limit + 1)
        note_records(call.node, unit, call.person, len(lines[: query.limit]))
    return _lines(call, lines, query.limit)


def get_received_record(call: Call) -> Response:
    """The newest copy of a partner's record, its handling first."""
    ref = Ref(call.path("originator"), call.path("record"))
    with call.write() as unit:
        found = read_received(call.node, unit, call.person, ref)
    return answer(_received(found), etag=f"{found.copy.version}x{found.copy.epoch}x{found.copy.seq}")


def _own_ref(call: Call) -> Ref:
    """The record named in the address; another state's is not found among ours."""
    ref = Ref(call.path("originator"), call.path("record"))
    if ref.originator != call.node.code:
        raise NotFound
    return ref


def _claims(items: Sequence[JsonValue], place: str) -> tuple[Claim, ...]:
    """The claims at `place` of the body. BadInput says which one, never what it said."""
    try:
        return claims_from_json(items)
    except BadInput as fault:
        facts = {name: fact for name, fact in fault.facts.items() if name != "position"}
        position = fault.facts.get("position")
        at = f"{place}/claims" if position is None else f"{place}/claims/{position}"
        raise BadInput(fault.code, **{**facts, "at": at}) from None


def _lines(call: Call, lines: Sequence[RecordLine], limit: int) -> Response:
    links = page(call, lines, limit, lambda line: line.ref)
    items = [
        RecordLineOut(
            originator=line.ref.originator,
            id=line.ref.id,
            version=line.version,
            kind=line.kind,
            changed_at=stamp(line.changed_at),
            held=line.held,
        )
        for line in lines[:limit]
    ]
    return page_answer(RecordsOut(items=items, next=links.next, next_url=links.next_url))


def _record(held: HeldRecord) -> RecordOut:
    record = held.record
    return RecordOut(
        originator=record.originator,
        id=record.id,
        version=record.version,
        kind=record.kind,
        issued=record.issued,
        claims=[claim_to_json(claim) for claim in record.claims],
    )


def _received(found: ReceivedRecord) -> ReceivedOut:
    copy = found.copy
    return ReceivedOut(
        originator=copy.ref.originator,
        id=copy.ref.id,
        version=copy.version,
        kind=copy.kind,
        handling=read_canonical(copy.handling, limit=_MAX_HANDLING),
        sender=copy.sender,
        epoch=copy.epoch,
        seq=copy.seq,
        agreement=copy.agreement_id,
        purpose=copy.purpose,
        received_at=stamp(copy.received_at),
        expires_at=None if copy.expires_at is None else stamp(copy.expires_at),
        claims=[claim_to_json(claim) for claim in found.claims],
    )


_READ: Final = Permission.RECORD_READ
_WRITE: Final = Permission.RECORD_WRITE
ROUTES: Final = (
    Route(
        "POST",
        "/v1/records",
        post_records,
        Audience.OFFICER,
        _WRITE,
        takes=DepositIn,
        gives=DepositOut,
        status=201,
        headers=("Idempotency-Key",),
    ),
    Route("GET", "/v1/records", get_records, Audience.OFFICER, _READ, query=RecordsQuery, gives=RecordsOut),
    Route("GET", "/v1/records/{originator}/{record}", get_record, Audience.OFFICER, _READ, gives=RecordOut),
    Route(
        "PUT",
        "/v1/records/{originator}/{record}",
        put_record,
        Audience.OFFICER,
        _WRITE,
        takes=AmendIn,
        gives=VersionOut,
        headers=("If-Match",),
    ),
    Route("GET", "/v1/received", get_received, Audience.OFFICER, _READ, query=ReceivedQuery, gives=RecordsOut),
    Route("GET", "/v1/received/{originator}/{record}", get_received_record, Audience.OFFICER, _READ, gives=ReceivedOut),
)
