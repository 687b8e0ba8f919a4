"""Takes records in: validates, adds coarser claims, commits to every claim, signs one batch, stores, logs.

One call is one transaction, opened and committed by the edge. If the process dies before the commit, nothing happened.
"""

from __future__ import annotations

import base64
import secrets
import struct
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from exchange.crypto.commitments import commit, new_salts, padded
from exchange.crypto.encoding import b64, canonical, digest
from exchange.crypto.keys import random_bytes
from exchange.crypto.manifest import Manifest
from exchange.crypto.manifest import digest as manifest_digest
from exchange.crypto.signing import sign_batch
from exchange.errors import BadInput, Code, Conflict, NotFound
from exchange.ledger.entries import entry
from exchange.model.claim_json import claim_to_json
from exchange.model.claims import Claim
from exchange.model.derive import with_coarser
from exchange.model.records import HeldRecord, Pair, Record, Ref
from exchange.model.state import Person
from exchange.model.validate import check_record
from exchange.operations import journal
from exchange.operations.clock import safe_now, stamp
from exchange.operations.permissions import Permission, require
from exchange.policies.clocks import carried, check_clocks
from exchange.ports import Node, Unit

MAX_CLAIM_NUMBER = 900_000
"""Six digits each, so that ids say nothing by their length, and room behind the highest for the next version."""
_LEAST = 100_000
_NUMBERS = MAX_CLAIM_NUMBER - _LEAST
_FAIR = (1 << 32) // _NUMBERS * _NUMBERS
MAX_RECORDS = 5000
"""Records in one deposit at most."""


class Draft(NamedTuple):
    """A record as an officer enters it: claims without the coarser ones, which are added here."""

    kind: str
    claims: tuple[Claim, ...]


class Amendment(NamedTuple):
    """The whole new content of a record, and the version that its author saw."""

    ref: Ref
    seen_version: int
    claims: tuple[Claim, ...]


def new_record_id() -> str:
    """`rec-` and 26 characters of base32: 130 random bits, so that an id says nothing and is never guessed."""
    return "rec-" + base64.b32encode(secrets.token_bytes(17)).decode("ascii").lower()[:26]


def deposit(node: Node, unit: Unit, person: Person, drafts: Sequence[Draft]) -> list[Ref]:
    """Stores new records of ours, version 1. BadInput with the place of the first fault; nothing is stored then."""
    require(person, Permission.RECORD_WRITE)
    _check_count(drafts)
    now = safe_now(node, unit)
    records = [
        Record(node.code, new_record_id(), 1, draft.kind, stamp(now), with_coarser(draft.claims)) for draft in drafts
    ]
    held = commit_records(node, records, [None] * len(records))
    _store(unit, held, now)
    node.faults.reach("deposit.stored")
    _log(node, unit, "record.deposited", held, person, now)
    node.faults.reach("deposit.logged")
    return [each.record.ref for each in held]


def amend(node: Node, unit: Unit, person: Person, amendments: Sequence[Amendment]) -> list[int]:
    """Stores the next version of each record. Conflict(STALE) when somebody was faster; returns the new versions."""
    require(person, Permission.RECORD_WRITE)
    _check_count(amendments)
    now = safe_now(node, unit)
    olds = {held.record.ref: held for held in unit.records.current([a.ref for a in amendments], lock=True)}
    records, previous = [], []
    for amendment in amendments:
        old = olds.get(amendment.ref)
        if old is None:
            raise NotFound(record=amendment.ref.id)
        if old.record.version != amendment.seen_version:
            raise Conflict(Code.STALE, record=amendment.ref.id, version=old.record.version)
        claims = carried(with_coarser(amendment.claims), old.record)
        records.append(old.record._replace(version=old.record.version + 1, issued=stamp(now), claims=claims))
        previous.append(manifest_digest(old.manifest).hex())
    held = commit_records(node, records, previous)
    _store(unit, held, now)
    node.faults.reach("amend.stored")
    _log(node, unit, "record.amended", held, person, now)
    return [each.record.version for each in held]


def commit_records(node: Node, records: Sequence[Record], previous: Sequence[str | None]) -> list[HeldRecord]:
    """Validates and commits to every claim, then signs all manifests with one batch signature."""
    records = [_renumbered(record) for record in records]
    prepared = [_prepare(record, before) for record, before in zip(records, previous, strict=True)]
    root, proofs = sign_batch(
        node.keys.signing[node.suite], "exchange/manifest/1", [manifest for manifest, _ in prepared]
    )
    return [
        HeldRecord(record, manifest, root, proof, pairs)
        for record, (manifest, pairs), proof in zip(records, prepared, proofs, strict=True)
    ]


def _renumbered(record: Record) -> Record:
    """The record with claim ids drawn at random: consecutive ones would show a partner how many claims it is not
    shown, and where they stand."""
    numbers = _drawn(len(record.claims))
    ids = {claim.id: f"c{number}" for claim, number in zip(record.claims, numbers, strict=True)}
    if len(ids) != len(record.claims):
        raise BadInput(Code.RECORD_INVALID, reason="duplicate_claim_id")
    return record._replace(claims=tuple([_with_ids(claim, ids) for claim in record.claims]))


def _drawn(count: int) -> list[int]:
    """So many different numbers of six digits, each as likely as any other: of four random bytes, those that would make
    the lower numbers likelier are thrown away."""
    found: dict[int, None] = {}
    while len(found) < count:
        for (word,) in struct.iter_unpack("<I", random_bytes(4 * (count - len(found)))):
            if word < _FAIR:
                found[_LEAST + word % _NUMBERS] = None
    return list(found)


def _with_ids(claim: Claim, ids: dict[str, str]) -> Claim:
    return claim._replace(
        id=ids[claim.id],
        derived_from=None if claim.derived_from is None else ids.get(claim.derived_from, claim.derived_from),
        contests=None if claim.contests is None else ids.get(claim.contests, claim.contests),
    )


def _prepare(record: Record, previous: str | None) -> tuple[bytes, tuple[Pair, ...]]:
    check_record(record)
    check_clocks(record)
    salts = new_salts(len(record.claims))
    pairs = tuple(Pair(salt, canonical(claim_to_json(claim))) for salt, claim in zip(salts, record.claims, strict=True))
    manifest = Manifest(
        id=record.id,
        version=record.version,
        kind=record.kind,
        originator=record.originator,
        issued=record.issued,
        previous=previous,
        commitments=padded([commit(pair.salt, pair.claim) for pair in pairs]),
    )
    return manifest.to_bytes(), pairs


def _store(unit: Unit, held: Sequence[HeldRecord], now: datetime) -> None:
    """The versions, and their names for the standing rules, which look at them later (`operations/standing.py`)."""
    unit.records.add(held, now)
    unit.cadences.changed([(each.record.ref, each.record.version) for each in held])


def _log(node: Node, unit: Unit, kind: str, held: Sequence[HeldRecord], person: Person, now: datetime) -> None:
    refs = [b64(ref) for ref in unit.records.ledger_refs([each.record.ref for each in held])]
    batch = digest("exchange/batch/1", *(each.manifest for each in held)).hex()
    line = entry(kind, at=stamp(now), actor=person.id, refs=refs, manifests=len(held), batch=batch)
    journal.write(node, unit, [line], now)


def _check_count(items: Sequence[object]) -> None:
    if not 1 <= len(items) <= MAX_RECORDS:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="records", limit=MAX_RECORDS)
