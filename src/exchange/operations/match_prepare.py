"""The holder's side of a preparation: brings our set for one partner up to date with our records.

    1 ask the partner which epoch it is; another one, or other rules of keys: the old set is forgotten
    2 take out what is no longer a record of ours
    3 keys of new and amended persons -> blinded, 4,096 a page filled with random inputs -> evaluated by the partner
    4 blinds off, behind the proof; tokens into the set with the versions that they are of, one transaction a page

A crash loses at most a page, which the next run makes again. Only our own persons are in it. Spec: matching.md §3, §5.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from exchange.crypto.keys import random_bytes
from exchange.errors import Code, Remote
from exchange.ledger.entries import entry
from exchange.matching.blind.group import blind
from exchange.matching.blind.messages import (
    PAGE,
    PREPARE,
    PREPARED,
    Prepare,
    Prepared,
    digest_of,
    read_prepared,
)
from exchange.matching.blind.slots import key_input, token
from exchange.model.blinded import HOLDS, BlindEpoch
from exchange.model.records import HeldRecord, Ref
from exchange.model.state import Partner, Person
from exchange.operations import journal
from exchange.operations.clock import safe_now, stamp
from exchange.operations.known_partners import partner_in_use
from exchange.operations.match_said import check_fresh, document_of, in_force, match_keys, signed
from exchange.operations.permissions import Permission, require
from exchange.ports import Node, Unit
from exchange.ports.blinded import MatchKeys

KEYS_MAX: Final = 256
"""Keys of one record that go into a set."""
_LINES: Final = 500


@dataclass(frozen=True, slots=True)
class Made:
    """What a run did."""

    records: int = 0
    """Records whose keys were made."""
    pages: int = 0
    removed: int = 0
    size: int = 0
    """Records in the set now."""


@dataclass(frozen=True, slots=True)
class _Work:
    node: Node
    partner: Partner
    epoch: BlindEpoch
    keys: MatchKeys


@dataclass(frozen=True, slots=True)
class _Batch:
    """Records whose keys fill one page."""

    versions: list[tuple[str, int]]
    inputs: list[tuple[bytes, str]]


def prepare_now(node: Node, person: Person, partner_code: str) -> Made:
    """As `match_prepare`, by a person with `match.read`."""
    require(person, Permission.MATCH_READ)
    return match_prepare(node, partner_code)


def match_prepare(node: Node, partner_code: str) -> Made:
    """Prepares for one partner; nothing where no agreement lets it ask us, and then nothing is kept either.

    Unavailable(MATCH_NOT_READY) without keys; Untrusted(EVALUATION_INVALID) for a proof that fails; Remote.
    """
    keys = match_keys(node)
    with node.store.read() as unit:
        partner, now = partner_in_use(unit, partner_code), safe_now(node, unit)
        wanted = any(in_force(unit, node.code, partner_code, now))
        known = unit.blinded.epoch(partner_code, HOLDS, lock=False)
    if not wanted:
        if known is not None:
            with node.store.write() as unit:
                unit.blinded.forget(partner_code, None)
                unit.blinded.drop_epoch(partner_code, HOLDS)
        return Made()
    work = _Work(node, partner, _epoch(node, partner, known, keys.version), keys)
    removed = _take_out(work)
    records = pages = 0
    for batch in _batches(work):
        _send(work, batch)
        records, pages = records + len(batch.versions), pages + 1
    return _noted(work, Made(records, pages, removed))


def _epoch(node: Node, partner: Partner, known: BlindEpoch | None, version: str) -> BlindEpoch:
    """The partner's epoch. What was made in another, or under other rules, is forgotten with it."""
    said = _ask(node, partner, 0, ())
    if known is not None and (known.epoch, known.public, known.key_version) == (said.epoch, said.public, version):
        return known
    with node.store.write() as unit:
        unit.blinded.forget(partner.code, None)
        fresh = BlindEpoch(partner.code, HOLDS, said.epoch, said.public, safe_now(node, unit), key_version=version)
        unit.blinded.put_epoch(fresh)
    return fresh


def _ask(node: Node, partner: Partner, epoch: int, elements: Sequence[bytes]) -> Prepared:
    """One call. Remote(PARTNER_ANSWER) for an answer to something else."""
    with node.store.read() as unit:
        issued = stamp(safe_now(node, unit))
    document = Prepare(node.code, partner.code, issued, epoch, tuple(elements)).to_bytes()
    wire = node.peers.match_prepare(partner, signed(node, PREPARE, document))
    with node.store.read() as unit:
        answer, now = document_of(node, unit, partner.code, PREPARED, wire)
    said = read_prepared(answer, elements)
    check_fresh(node, partner.code, said, now)
    if said.run != digest_of(document):
        raise Remote(Code.PARTNER_ANSWER, partner=partner.code)
    return said


def _take_out(work: _Work) -> int:
    """Records that are no longer ours to tell of leave the set."""
    after, removed = "", 0
    while True:
        with work.node.store.read() as unit:
            ids = unit.blinded.prepared_after(work.partner.code, after, _LINES)
            refs = [Ref(work.node.code, id_) for id_ in ids]
            held = {each.record.id for each in unit.records.current(refs, lock=False)}
        gone = [id_ for id_ in ids if id_ not in held]
        if gone:
            with work.node.store.write() as unit:
                unit.blinded.forget(work.partner.code, gone)
        removed += len(gone)
        if len(ids) < _LINES:
            return removed
        after = ids[-1]


def _batches(work: _Work) -> Iterator[_Batch]:
    """Pages of what is new or was amended, each as full as whole records make it."""
    batch = _Batch([], [])
    for record in _changed(work):
        made = sorted(work.keys.keys(record.record.claims, asking=False))[:KEYS_MAX]
        if len(batch.inputs) + len(made) > PAGE:
            yield batch
            batch = _Batch([], [])
        batch.versions.append((record.record.id, record.record.version))
        batch.inputs.extend((key_input(work.keys.version, key), record.record.id) for key in made)
    if batch.versions:
        yield batch


def _changed(work: _Work) -> Iterator[HeldRecord]:
    """Own persons whose current version is not in the set, in key order."""
    after: Ref | None = None
    while True:
        with work.node.store.read() as unit:
            lines = unit.records.lines("person", after, _LINES)
            there = unit.blinded.prepared(work.partner.code, [each.ref.id for each in lines])
            new = [each.ref for each in lines if there.get(each.ref.id) != each.version]
            found = unit.records.current(new, lock=False)
        yield from found
        if len(lines) < _LINES:
            return
        after = lines[-1].ref


def _send(work: _Work, batch: _Batch) -> None:
    filler = [random_bytes(32) for _ in range(PAGE - len(batch.inputs))]
    blinding, elements = blind([*(given for given, _ in batch.inputs), *filler])
    said = _ask(work.node, work.partner, work.epoch.epoch, elements)
    if (said.epoch, said.public) != (work.epoch.epoch, work.epoch.public):
        raise Remote(Code.STALE, partner=work.partner.code, epoch=said.epoch)
    outputs = blinding.outputs(said.evaluated, work.epoch.public)
    tokens = [(token(output), id_) for output, (_, id_) in zip(outputs, batch.inputs, strict=False)]
    with work.node.store.write() as unit:
        unit.blinded.keep(work.partner.code, batch.versions, tokens)


def _noted(work: _Work, made: Made) -> Made:
    """An entry where something changed."""
    with work.node.store.write() as unit:
        size = unit.blinded.size(work.partner.code)
        if made.records or made.removed:
            _write(work, unit, size)
    return Made(made.records, made.pages, made.removed, size)


def _write(work: _Work, unit: Unit, size: int) -> None:
    now = safe_now(work.node, unit)
    line = entry(
        "match.prepared",
        at=stamp(now),
        actor=work.node.code,
        partner=work.partner.code,
        epoch=work.epoch.epoch,
        count=size,
    )
    journal.write(work.node, unit, [line], now)
