"""Signing over the wire: an agreement is offered to a partner with the signatures so far, and signatures come back.

A message never makes a draft, signs or activates anything. What comes in is checked exactly as a file is (policies.md,
case 6): every signature against the fingerprint that the document names, those against what people compared. It then
waits here until an administrator takes it by its digest. Offering again is how signatures are fetched.
Spec: docs/spec/transport.md §8.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from exchange.crypto.encoding import b64, canonical, digest, read_canonical, unb64
from exchange.crypto.rootsign import MAX_SIGNATURE, read_root_signature
from exchange.errors import BadInput, Code, Conflict, Denied, NotFound, Remote, TooLarge, Untrusted
from exchange.ledger.entries import entry
from exchange.model.claims import JsonObject, JsonValue
from exchange.model.state import Offer, Person, StoredAgreement
from exchange.operations import journal
from exchange.operations.agreements import TYPES, draft, get_version, put_version
from exchange.operations.clock import safe_now, stamp
from exchange.operations.grounds import parsed
from exchange.operations.known_partners import partner_in_use
from exchange.operations.permissions import Permission, require
from exchange.policies.agreement import Agreement
from exchange.ports import Node, Unit

MAX_DOCUMENT = 512 << 10
"""Bytes of an offered document."""
MAX_OFFER = 1 << 20
"""Bytes of an offer and of its answer."""
OFFERS_MAX = 8
"""Offers that one partner may leave here until somebody looks at them."""
_MEMBERS = {"v", "document", "signatures"}
_ANSWER = {"v", "digest", "signatures"}
_OPEN = ("draft", "scheduled")


@dataclass(frozen=True, slots=True)
class Offered:
    """What came of offering. `added`: parties whose signature is new here."""

    agreement: StoredAgreement
    added: tuple[str, ...]


def offer(node: Node, person: Person, partner_code: str, agreement_id: str, version: int) -> Offered:
    """Offers our draft to a partner and adds the signatures that it holds. Two transactions around one call.

    Remote errors leave everything as it was; offering again is safe at any time.
    """
    require(person, Permission.AGREEMENT_WRITE)
    with node.store.write() as unit:
        partner = partner_in_use(unit, partner_code)
        stored = get_version(unit, agreement_id, version)
        if stored.kind != "agreement" or parsed(stored.document, stored.digest).party(partner_code) is None:
            raise Denied(Code.NOT_A_PARTY, agreement=agreement_id)
        if len(stored.document) > MAX_DOCUMENT:
            raise TooLarge(limit=MAX_DOCUMENT)
        _log(node, unit, person.id, (node.code, partner_code), stored.id, (stored.version, stored.digest))
    answer = node.peers.offer(partner, _wire(stored.document, stored.signatures))
    signatures = _answered(answer, stored)
    with node.store.write() as unit:
        return _add(node, unit, partner_code, get_version(unit, agreement_id, version), signatures)


def answer_offer(node: Node, partner_code: str, wire: bytes) -> bytes:
    """Takes a partner's offer in and answers with the signatures that we hold for the same bytes.

    TooLarge, BadInput(BODY_MALFORMED, AGREEMENT_INVALID), Denied(NOT_A_PARTY), Untrusted(SIGNATURE_INVALID,
    ROOT_MISMATCH): nothing is stored then.
    """
    document, signatures = _read(wire)
    offered_digest = digest(TYPES["agreement"], document).hex()
    meaning = parsed(document, offered_digest)
    with node.store.write() as unit:
        partner_in_use(unit, partner_code)
        _check_parties(node, unit, partner_code, meaning)
        for code, signature in signatures.items():
            _check_signature(meaning, document, code, signature)
        known = unit.agreements.get(meaning.id, meaning.version)
        if known is not None and known.digest == offered_digest:
            known = _add(node, unit, partner_code, known, signatures).agreement
            return _answer(offered_digest, known.signatures)
        held = _keep(
            node,
            unit,
            Offer(
                partner_code, meaning.id, meaning.version, offered_digest, document, signatures, safe_now(node, unit)
            ),
        )
        return _answer(offered_digest, held)


def list_offers(unit: Unit, person: Person) -> list[Offer]:
    """What partners left to be looked at."""
    require(person, Permission.AGREEMENT_READ)
    return unit.offers.of(None)


def take_offer(node: Node, unit: Unit, person: Person, partner_code: str, document_digest: str) -> StoredAgreement:
    """Makes an offer that somebody has read a draft of ours, with its signatures; `document_digest` says which.

    NotFound when no offer of the partner has this digest, so that nobody takes what was exchanged meanwhile.
    """
    require(person, Permission.AGREEMENT_WRITE)
    found = next((each for each in unit.offers.of(partner_code) if each.digest == document_digest), None)
    if found is None:
        raise NotFound(partner=partner_code)
    document = read_canonical(found.document, limit=MAX_DOCUMENT)
    if not isinstance(document, dict):
        raise BadInput(Code.AGREEMENT_INVALID, at="")
    stored = draft(node, unit, person, document)
    _check_parties(node, unit, partner_code, parsed(stored.document, stored.digest))
    unit.offers.drop(partner_code, found.agreement_id, found.version)
    return _add(node, unit, person.id, stored, found.signatures).agreement


def refuse_offer(node: Node, unit: Unit, person: Person, partner_code: str, document_digest: str) -> None:
    """Throws an offer away, and says so in the ledger; the partner is not told. NotFound."""
    require(person, Permission.AGREEMENT_WRITE)
    found = [each for each in unit.offers.of(partner_code) if each.digest == document_digest]
    if not found:
        raise NotFound(partner=partner_code)
    for each in found:
        unit.offers.drop(partner_code, each.agreement_id, each.version)
    now = safe_now(node, unit)
    lines = [
        entry(
            "agreement.declined",
            at=stamp(now),
            actor=person.id,
            partner=partner_code,
            agreement=each.agreement_id,
            version=each.version,
            digest=each.digest,
        )
        for each in found
    ]
    journal.write(node, unit, lines, now)


def _keep(node: Node, unit: Unit, offered: Offer) -> Mapping[str, bytes]:
    """The offer with the signatures that this partner left before for the same bytes. Limits count here."""
    before = unit.offers.get(offered.partner, offered.agreement_id, offered.version)
    if before is None and len(unit.offers.of(offered.partner)) >= OFFERS_MAX:
        raise Conflict(Code.TOO_MANY_REQUESTS, limit=OFFERS_MAX)
    if before is not None and before.digest == offered.digest:
        merged = {**before.signatures, **offered.signatures}
        if merged == before.signatures:
            return merged
        offered = replace(offered, signatures=merged)
    unit.offers.put(offered)
    way = (offered.partner, node.code)
    _log(node, unit, offered.partner, way, offered.agreement_id, (offered.version, offered.digest))
    return offered.signatures


def _add(node: Node, unit: Unit, actor: str, stored: StoredAgreement, signatures: Mapping[str, bytes]) -> Offered:
    """Adds verified signatures to a version that is not in force yet; one that is there is never replaced."""
    meaning = parsed(stored.document, stored.digest)
    for code, signature in signatures.items():
        _check_signature(meaning, stored.document, code, signature)
    new = {code: signature for code, signature in signatures.items() if code not in stored.signatures}
    if not new or stored.state not in _OPEN:
        return Offered(stored, ())
    kept = put_version(node, unit, actor, replace(stored, signatures={**stored.signatures, **new}))
    return Offered(kept, tuple(sorted(new)))


def _check_parties(node: Node, unit: Unit, partner_code: str, meaning: Agreement) -> None:
    """We and whoever offers are parties; every root that people compared here is the one that the document names."""
    if meaning.party(node.code) is None or meaning.party(partner_code) is None:
        raise Denied(Code.NOT_A_PARTY, agreement=meaning.id)
    for party in meaning.parties:
        known = unit.partners.get(party.code)
        pinned = node.keys.root_fingerprint if party.code == node.code else known and known.root_fingerprint
        if pinned and pinned != party.fingerprint:
            raise Untrusted(Code.ROOT_MISMATCH, party=party.code)


def _check_signature(meaning: Agreement, document: bytes, code: str, signature: bytes) -> None:
    signer = read_root_signature(signature, TYPES["agreement"], document)
    party = meaning.party(code)
    if party is None or signer.code != code:
        raise Denied(Code.NOT_A_PARTY, agreement=meaning.id)
    if signer.fingerprint != party.fingerprint:
        raise Untrusted(Code.ROOT_MISMATCH, party=code)


def _wire(document: bytes, signatures: Mapping[str, bytes]) -> bytes:
    value: JsonObject = {"v": 1, "document": b64(document), "signatures": _texts(signatures)}
    return canonical(value)


def _answer(document_digest: str, signatures: Mapping[str, bytes]) -> bytes:
    value: JsonObject = {"v": 1, "digest": document_digest, "signatures": _texts(signatures)}
    return canonical(value)


def _read(wire: bytes) -> tuple[bytes, dict[str, bytes]]:
    value = read_canonical(wire, limit=MAX_OFFER)
    if not isinstance(value, dict) or value.keys() != _MEMBERS or value["v"] != 1:
        raise BadInput(Code.BODY_MALFORMED, at="offer")
    document = value["document"]
    if not isinstance(document, str):
        raise BadInput(Code.BODY_MALFORMED, at="document")
    data = unb64(document)
    if len(data) > MAX_DOCUMENT:
        raise TooLarge(limit=MAX_DOCUMENT)
    return data, _signatures(value["signatures"])


def _answered(wire: bytes, stored: StoredAgreement) -> dict[str, bytes]:
    """The partner's signatures. Remote(PARTNER_ANSWER) when it is no answer to what we offered."""
    try:
        value = read_canonical(wire, limit=MAX_OFFER)
        if not isinstance(value, dict) or value.keys() != _ANSWER or value["v"] != 1:
            raise BadInput(Code.BODY_MALFORMED)
        if value["digest"] != stored.digest:
            raise BadInput(Code.BODY_MALFORMED, at="digest")
        return _signatures(value["signatures"])
    except BadInput:
        raise Remote(Code.PARTNER_ANSWER, at="offer") from None


def _signatures(value: JsonValue) -> dict[str, bytes]:
    if not isinstance(value, dict) or len(value) > 16:
        raise BadInput(Code.BODY_MALFORMED, at="signatures")
    found = {code: unb64(text) for code, text in value.items() if isinstance(text, str)}
    if len(found) != len(value) or any(len(signature) > MAX_SIGNATURE for signature in found.values()):
        raise BadInput(Code.BODY_MALFORMED, at="signatures")
    return found


def _texts(signatures: Mapping[str, bytes]) -> JsonObject:
    return {code: b64(signature) for code, signature in signatures.items()}


def _log(
    node: Node, unit: Unit, actor: str, way: tuple[str, str], agreement_id: str, version_digest: tuple[int, str]
) -> None:
    now = safe_now(node, unit)
    line = entry(
        "agreement.offered",
        at=stamp(now),
        actor=actor,
        sender=way[0],
        recipient=way[1],
        agreement=agreement_id,
        version=version_digest[0],
        digest=version_digest[1],
    )
    journal.write(node, unit, [line], now)
