"""Makes the evidence bundle of one release: what was signed and logged of it, with proofs to one signed head.

It reads the ledger once, from the first entry to the last: a court is not in a hurry. A bundle is the act of a
releasing officer and an entry in the ledger, which is therefore not in the bundle. It is verified before it leaves
here: what we could not believe ourselves is not given to a court. Spec: docs/spec/bundle.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from itertools import islice

from exchange.crypto import checkpoint as notes
from exchange.crypto import descriptor as descriptors
from exchange.crypto.keys import witness_name
from exchange.crypto.opening import Outer, parse_outer
from exchange.crypto.signed import root_kid_of
from exchange.errors import Code, Conflict, ExchangeError, NotFound, Unavailable
from exchange.ledger import bundle as form
from exchange.ledger.book import Leaf
from exchange.ledger.bundle_belongs import AT, BEFORE, OF_AGREEMENT, PERSONS, PLACED
from exchange.ledger.bundle_report import BundleReport
from exchange.ledger.bundle_verify import verify
from exchange.ledger.entries import Entry, entry, number, read, text, texts
from exchange.ledger.export import AgreementPart, DescriptorPart
from exchange.model.stamps import DayHead
from exchange.model.state import OutboxItem, Person, Proposal
from exchange.operations import journal
from exchange.operations.audit import OWN_DESCRIPTOR, PAGE
from exchange.operations.clock import safe_now, stamp
from exchange.operations.partners import kept_cards
from exchange.operations.permissions import Permission, require
from exchange.operations.replay_file import decision_file
from exchange.operations.stamps import stamped_text
from exchange.operations.tree import tree
from exchange.ports import Node, Unit

_Found = dict[int, tuple[Leaf, Entry]]


def make_bundle(
    node: Node, person: Person, release_id: str, *, claims: bool = False, envelope: bool = False
) -> tuple[bytes, BundleReport]:
    """The file and what a verification of it says; `claims`: with the records' values, `envelope`: with its whole wire.

    Errors: NotFound, Conflict(RELEASE_STATE): it was not released, Forbidden, as `export_decisions` where a decision
    cannot be shown; Unavailable(LEDGER_BROKEN): what would be in it does not verify. Then nothing is logged.
    """
    require(person, Permission.BUNDLE_MAKE)
    if claims:
        require(person, Permission.RECORD_READ)
    with node.store.read() as unit:
        data = form.build(_bundle(node, unit, release_id, claims, envelope), node.keys.signing[node.suite])
    report = verify(data, fingerprint=node.keys.root_fingerprint)
    if not report.ok:
        raise Unavailable(Code.LEDGER_BROKEN, reason=str(report.reason), at=str(report.member))
    with node.store.write() as unit:
        now, shown = safe_now(node, unit), "values" if claims else "bare"
        line = entry("bundle.exported", at=stamp(now), actor=person.id, release=release_id, form=shown)
        journal.write(node, unit, [line], now)
    return data, report


def _bundle(node: Node, unit: Unit, release_id: str, claims: bool, envelope: bool) -> form.Bundle:
    proposal = unit.releases.get(release_id)
    if proposal is None:
        raise NotFound(release=release_id)
    if proposal.state != "released":
        raise Conflict(Code.RELEASE_STATE, release=release_id, state=proposal.state)
    agreement = unit.agreements.get(proposal.agreement_id, proposal.agreement_version)
    if agreement is None:
        raise NotFound(agreement=proposal.agreement_id)
    found = _entries(unit, proposal)
    item = _sent(unit, proposal, found)
    outer = parse_outer(item.wire)
    note, stamps = _head(unit, max(found))
    decided = any(each["kind"] == "release.decided" for _, each in found.values())
    return form.Bundle(
        node=node.code,
        root_fingerprint=node.keys.root_fingerprint,
        made=stamp(safe_now(node, unit)),
        release=release_id,
        descriptors=_cards(node, unit, proposal, (outer, item, note)),
        agreement=AgreementPart(agreement.document, agreement.signatures),
        checkpoint=note,
        entries=_proven(unit, notes.read(note).size, found),
        envelope=_envelope(outer, item.wire if envelope else None),
        decision=decision_file(node, unit, release_id, values=claims) if decided else None,
        receipt=item.receipt,
        stamps=stamps,
    )


def _entries(unit: Unit, proposal: Proposal) -> _Found:
    """Every entry that belongs to the release, by its index; persons as far as they are named."""
    found: _Found = {}
    persons: _Found = {}
    grants: dict[str, _Found] = {}
    before: list[tuple[int, Leaf]] = []
    place: dict[str, str | int] = {}
    for index, leaf in _leaves(unit):
        before = [*before[-2:], (index, leaf)]
        if not _maybe(leaf.entry, proposal):
            continue
        read_ = read(leaf.entry)
        kind = text(read_, "kind")
        if kind in PERSONS and not place:
            persons[index] = leaf, read_
        elif kind == "grant.received":
            grants[text(read_, "grant")] = {at: (each, read(each.entry)) for at, each in before}
        elif _belongs(kind, read_, proposal, place):
            found[index] = leaf, read_
        if kind == "release.released" and index in found:
            place = {"recipient": proposal.recipient, "epoch": number(read_, "epoch"), "seq": number(read_, "seq")}
        if kind == "release.onward" and index in found:
            for grant in texts(read_, "grants"):
                found |= grants.get(grant, {})
    if not place:
        raise NotFound(release=proposal.id)
    named = _named(found)
    found |= {at: each for at, each in persons.items() if text(each[1], "person") in named}
    return dict(sorted(found.items()))


def _leaves(unit: Unit) -> Iterator[tuple[int, Leaf]]:
    start = 0
    while page := unit.ledger.leaves(start, PAGE):
        yield from enumerate(page, start)
        start += len(page)


def _maybe(line: bytes, proposal: Proposal) -> bool:
    """Cheap: whether an entry can be of this release at all."""
    return (
        proposal.id.encode() in line
        or proposal.agreement_id.encode() in line
        or b'"kind":"person.' in line
        or b'"kind":"genesis"' in line
        or b'"kind":"grant.received"' in line
        or (b'"kind":"receipt.received"' in line or b'"kind":"envelope.void"' in line)
    )


def _belongs(kind: str, entry_: Entry, proposal: Proposal, place: dict[str, str | int]) -> bool:
    if kind == "genesis":
        return True
    if kind in OF_AGREEMENT:
        return entry_["agreement"] == proposal.agreement_id and not place
    if kind in PLACED:
        return bool(place) and all(entry_[name] == value for name, value in place.items())
    if kind in BEFORE or kind in AT:
        return entry_["release"] == proposal.id and (kind in AT or not place)
    return False


def _named(found: _Found) -> set[str]:
    persons: set[str] = set()
    for _, each in found.values():
        persons.add(text(each, "actor"))
        for name in ("administrator", "officer"):
            persons |= {text(each, name)} if name in each else set()
        for name in ("approvals", "officers"):
            persons |= set(texts(each, name)) if name in each else set()
    return persons


def _sent(unit: Unit, proposal: Proposal, found: _Found) -> OutboxItem:
    released = next(each for _, each in found.values() if each["kind"] == "release.released")
    item = unit.streams.out_item(proposal.recipient, number(released, "epoch"), number(released, "seq"))
    if item is None or not item.wire:
        raise NotFound(release=proposal.id)
    return item


def _head(unit: Unit, last: int) -> tuple[bytes, list[bytes]]:
    """The head to prove to, and its stamps: the first that is stamped and has all of it, else the one that most
    witnesses cosigned, of equal ones the first; else the newest."""
    stamped = unit.stamps.covering(last + 1)
    if stamped is not None and stamped.token is not None:
        return _cosigned_since(unit, stamped), [stamped.token]
    newest = unit.ledger.checkpoint()
    if newest is None:
        raise Unavailable(Code.LEDGER_BROKEN)
    best, most, all_ = newest, 0, len(unit.partners.all())
    for note in _notes(unit, last):
        witnesses = len({each.name for each in notes.read(note).signatures}) - 1
        if witnesses > most:
            best, most = note, witnesses
        if most >= all_:
            break
    return best, []


def _cosigned_since(unit: Unit, stamped: DayHead) -> bytes:
    """The stamped note as the ledger has it now: what is stamped is its text, and witnesses came later."""
    kept = dict(unit.ledger.checkpoints(stamped.size - 1, 1)).get(stamped.size, stamped.note)
    return kept if stamped_text(kept) == stamped_text(stamped.note) else stamped.note


def _notes(unit: Unit, last: int) -> Iterator[bytes]:
    """The ledger's checkpoints that have the entry `last`, the smallest first."""
    after = last
    while page := unit.ledger.checkpoints(after, PAGE):
        yield from (note for _, note in page)
        after = page[-1][0]


def _proven(unit: Unit, size: int, found: _Found) -> list[form.ProvenEntry]:
    known = tree(unit, size)
    return [
        form.ProvenEntry(index, leaf.entry, leaf.salt, tuple(known.inclusion(index, size)))
        for index, (leaf, _) in found.items()
    ]


def _envelope(outer: Outer, wire: bytes | None) -> form.SentEnvelope:
    sealed = sha256(outer.ciphertext).digest()
    return form.SentEnvelope(outer.header_bytes, sealed, outer.root, outer.proof, wire)


def _cards(node: Node, unit: Unit, proposal: Proposal, signed: tuple[Outer, OutboxItem, bytes]) -> list[DescriptorPart]:
    """The newest card of either side, the oldest that has each key that is needed, and those of witnesses."""
    outer, item, note = signed
    own = unit.setting(OWN_DESCRIPTOR)
    partner = unit.partners.get(proposal.recipient)
    if own is None or partner is None:
        raise Unavailable(Code.CONFIG_INVALID, at=OWN_DESCRIPTOR)
    ours = list(dict.fromkeys([*kept_cards(unit, node.code), own.encode("utf-8")]))
    theirs = list(dict.fromkeys([*kept_cards(unit, partner.code), partner.descriptor]))
    keys = {outer.header.signing_kid, node.keys.signing[node.suite].kid}
    under = {each.key_id.hex() for each in notes.read(note).signatures}
    answered = set() if item.receipt is None else {root_kid_of(item.receipt)}
    needed = [
        *_needed(node.code, node.keys.root_fingerprint, ours, keys | under),
        *_needed(partner.code, partner.root_fingerprint, theirs, answered),
        *_witnesses(unit, notes.read(note)),
    ]
    return list(dict.fromkeys(needed))[: form.MAX_DESCRIPTORS]


def _witnesses(unit: Unit, head: notes.Checkpoint) -> Iterator[DescriptorPart]:
    """Of each partner whose name stands under the head, the newest card under whose keys its lines verify."""
    names = {each.name for each in head.signatures}
    for partner in unit.partners.all():
        if witness_name(partner.code) in names:
            cards = reversed(kept_cards(unit, partner.code))
            found = (card for card in cards if _cosigned(head, card) and _keys_of(card, partner.root_fingerprint))
            yield from (DescriptorPart(partner.code, partner.root_fingerprint, card) for card in islice(found, 1))


def _cosigned(head: notes.Checkpoint, card: bytes) -> bool:
    try:
        texts = descriptors.trusted(card).witness
        return bool(texts) and all(notes.verify_cosignature(head, text) for text in texts)
    except ExchangeError:
        return False


def _needed(party: str, fingerprint: str, cards: list[bytes], keys: set[str]) -> list[DescriptorPart]:
    left, found = set(keys), []
    for place, card in enumerate(cards):
        has = _keys_of(card, fingerprint)
        if has & left or (has and place == len(cards) - 1):
            found.append(DescriptorPart(party, fingerprint, card))
        left -= has
    return found


def _keys_of(card: bytes, fingerprint: str) -> set[str]:
    """Ids of the keys that a card names; none of one that its root does not vouch for: it would prove nothing."""
    try:
        read_ = descriptors.verified(card, fingerprint=fingerprint)
    except ExchangeError:
        return set()
    return {span.key.kid for span in read_.signing} | {notes.read_verifier(read_.ledger).key_id.hex()}
