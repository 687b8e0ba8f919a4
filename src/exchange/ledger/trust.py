"""The keys and agreements that an export brings along, and how far each may be believed.

From the one fingerprint that the auditor brings: it names the node's own root; that root signs the node's descriptors
(signing and ledger keys) and the agreements; each agreement names the root fingerprint of every other party; those
roots signed it as well, and sign their descriptors. A key that is not reached this way is unknown.
Spec: docs/spec/ledger.md §6.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from exchange.crypto import checkpoint, receipts, rootsign, signing
from exchange.crypto.descriptor import Descriptor, verified
from exchange.crypto.encoding import digest, read_canonical
from exchange.crypto.fields import HEX32, NODE, read_time
from exchange.crypto.keys import VerifyKey
from exchange.errors import BadInput, Code, ExchangeError, SignatureInvalid, Untrusted, UntrustedKey
from exchange.ledger.export import MAX_LINE
from exchange.ledger.report import Fault
from exchange.ledger.terms import Awaited, InForce, Terms
from exchange.model.claims import JsonObject, JsonValue
from exchange.model.vocab import TLP_BY_STRICTNESS

AGREEMENT_TYPE: Final = "exchange/agreement/1"
AUDIT_TYPE: Final = "exchange/audit/1"
ROOTS: Final = 64
"""Batch roots kept as verified: receipts of one batch stand close together."""
CheckHead = Callable[[checkpoint.Verifier, bytes, bytes], None]
"""Checks the signature of a head: key, signature, message; SignatureInvalid if it does not verify."""


class _Agreement(NamedTuple):
    """One document as it stands in the export; nothing is believed yet."""

    document: bytes
    signatures: Mapping[str, bytes]


class Trust:
    """Fits `exchange.ledger.rules.Agreements`."""

    def __init__(self, node: str, fingerprint: str, check: CheckHead = checkpoint.check) -> None:
        self._own = (node, fingerprint)
        self._check = check
        self._roots = signing.RootCache(ROOTS)
        self._descriptors: dict[tuple[str, str], list[Descriptor]] = {}
        self._agreements: dict[str, _Agreement] = {}

    @property
    def knows_node(self) -> bool:
        """Whether there is a descriptor of the node itself, under the expected root."""
        return self._own in self._descriptors

    def add_descriptor(self, party: str, fingerprint: str, data: bytes) -> bool:
        """False unless `data` is the card of `party` and signed by the root with `fingerprint`.

        It may have expired since: each key is judged at the time of what it signed.
        """
        try:
            descriptor = verified(data, fingerprint=fingerprint)
        except ExchangeError:
            return False
        if descriptor.node != party:
            return False
        self._descriptors.setdefault((party, fingerprint), []).append(descriptor)
        return True

    def add_agreement(self, document: bytes, signatures: Mapping[str, bytes]) -> None:
        """Keeps a document under its digest, to be verified when the ledger uses it."""
        self._agreements[digest(AGREEMENT_TYPE, document).hex()] = _Agreement(document, signatures)

    def check_ledger_signature(self, head: checkpoint.Checkpoint) -> None:
        """UntrustedKey unless a ledger key of the node signed; SignatureInvalid if the signature is not its own."""
        names = {(signature.name, signature.key_id) for signature in head.signatures}
        for descriptor in self._descriptors.get(self._own, ()):
            verifier = checkpoint.read_verifier(descriptor.ledger)
            if (verifier.name, verifier.key_id) in names:
                key, signatures = checkpoint.signed_by(head.note, descriptor.ledger)
                for signature in signatures:
                    self._check(key, signature, head.note.text)
                return
        raise UntrustedKey(Code.KEY_UNKNOWN)

    def cosigned(self, head: checkpoint.Checkpoint) -> dict[tuple[str, str], int]:
        """(party, fingerprint) of the witnesses that cosigned `head`, with every key that their card names, and when.

        SignatureInvalid if lines under a witness's name and key id verify under none of the keys that cards have for
        them: ids are four bytes, and a card may name a key whose id was made to meet another's. Lines of unknown keys
        are no business of ours (signed-note).
        """
        lines = {(each.name, each.key_id) for each in head.signatures}
        cards = [
            (place, card.witness)
            for place, held in self._descriptors.items()
            if place[0] != self._own[0]  # under whatever root: nobody is a witness of its own
            for card in held
        ]
        seen: dict[str, int | None] = {}
        judged: dict[tuple[str, bytes], bool] = {}
        for text in {text for _, texts in cards for text in texts}:
            key = checkpoint.read_verifier(text)
            who = key.name, key.key_id
            if who in lines:
                seen[text] = _cosigned_at(head, text)
                judged[who] = judged.get(who, False) or seen[text] is not None
        if not all(judged.values()):
            raise SignatureInvalid
        found: dict[tuple[str, str], int] = {}
        for place, texts in cards:
            times = [at for at in map(seen.get, texts) if at is not None]
            if times and len(times) == len(texts):
                found[place] = max(min(times), found.get(place, 0))
        return found

    def parties(self, agreement: str) -> frozenset[tuple[str, str]]:
        """(code, root fingerprint) of the parties that the document with this digest names; whether they signed it is
        for `terms`. None of one that is not here or cannot be read."""
        held = self._agreements.get(agreement)
        try:
            return frozenset() if held is None else frozenset(_terms(_document(held)).parties.items())
        except BadInput:
            return frozenset()

    def check_file(self, root: bytes, proof: bytes, signed: bytes, at: datetime, type_: str = AUDIT_TYPE) -> None:
        """UntrustedKey or SignatureInvalid unless the node signed `signed` with a key that was good at `at`."""
        signing.verify(root, proof, type_, signed, lambda kid: self._key(self._own, kid, at))

    def check_own(self, root: bytes, proof: bytes, type_: str, signed: bytes, at: datetime) -> str:
        """The same of any other batch signature of the node; the id of the key that signed."""
        return signing.verify(root, proof, type_, signed, lambda kid: self._key(self._own, kid, at)).kid

    def check_receipt(self, wire: bytes, awaited: Awaited) -> Fault | None:
        """What is wrong with a receipt document, if anything."""
        party = (awaited.recipient, awaited.fingerprint)
        used: list[str] = []

        def key_of(kid: str) -> VerifyKey:
            used.append(kid)
            return self._any_key(party, kid)

        try:
            receipt = receipts.read_receipt(wire, key_of, self._roots)
            for kid in used:  # only now is it known when the receipt says that it was issued
                self._once_good(party, kid, receipt.issued_at)
        except UntrustedKey:
            return Fault.PARTY_KEY_UNKNOWN
        except Untrusted:
            return Fault.RECEIPT_SIGNATURE
        except BadInput:
            return Fault.RECEIPT_MALFORMED
        said = (receipt.sender, receipt.node, receipt.epoch, receipt.seq, receipt.envelope, receipt.kind)
        place = (self._own[0], awaited.recipient, awaited.epoch, awaited.seq)
        expected = (*place, awaited.envelope.hex(), awaited.outcome)
        return None if said == expected else Fault.RECEIPT_DIFFERS

    def terms(self, agreement: InForce) -> Terms | Fault:
        """The terms of an agreement version, if its document is here and every party's root signed it."""
        held = self._agreements.get(agreement.digest)
        if held is None:
            return Fault.AGREEMENT_MISSING
        try:
            document = _document(held)
            terms = _terms(document)
        except BadInput:
            return Fault.AGREEMENT_DIFFERS
        if (document.get("id"), document.get("version")) != (agreement.id, agreement.version):
            return Fault.AGREEMENT_DIFFERS
        return _unsigned(held, terms.parties) or terms

    def _once_good(self, party: tuple[str, str], kid: str, at: datetime) -> None:
        """Some card said that `kid` was good at `at`. Our node checked revocations when the receipt came in: a card
        that a partner makes later, with a revocation dated back, must not break our own log."""
        spans = [span for card in self._descriptors.get(party, ()) for span in card.signing if span.key.kid == kid]
        if not any(span.start <= at < span.end for span in spans):
            raise UntrustedKey(Code.KEY_NOT_VALID)

    def _any_key(self, party: tuple[str, str], kid: str) -> VerifyKey:
        """The signing key `kid` of `party`, whenever it was good."""
        for descriptor in self._descriptors.get(party, ()):
            for span in descriptor.signing:
                if span.key.kid == kid:
                    return span.key
        raise UntrustedKey(Code.KEY_UNKNOWN)

    def _key(self, party: tuple[str, str], kid: str, at: datetime) -> VerifyKey:
        """The same, if every descriptor that knows the key says that it was good at `at`: a revocation wins."""
        found: VerifyKey | None = None
        for descriptor in self._descriptors.get(party, ()):
            if any(span.key.kid == kid for span in descriptor.signing):
                found = descriptor.signing_key(kid, at)
            elif kid in descriptor.revocations and at >= descriptor.revocations[kid]:
                raise UntrustedKey(Code.KEY_NOT_VALID)
        if found is None:
            raise UntrustedKey(Code.KEY_UNKNOWN)
        return found


def _cosigned_at(head: checkpoint.Checkpoint, text: str) -> int | None:
    try:
        return checkpoint.verify_cosignature(head, text)
    except SignatureInvalid:
        return None


def _document(held: _Agreement) -> JsonObject:
    return _object(read_canonical(held.document, limit=MAX_LINE))


def _terms(document: JsonObject) -> Terms:
    """What the log can be held against. BadInput(AGREEMENT_INVALID) if the document is no agreement."""
    parties: dict[str, str] = {}
    for party in _list(document.get("parties")):
        code = _text(_object(party).get("code"), NODE)
        if code in parties:  # two roots of one party: which of them signed could be read either way
            raise BadInput(Code.AGREEMENT_INVALID)
        parties[code] = _text(_object(party).get("fingerprint"), HEX32)
    rows = _object(document.get("approvals"))
    counts = [_object(row).get("count") for name, row in rows.items() if name in TLP_BY_STRICTNESS]
    if document.get("kind") != "agreement" or len(parties) < 2 or not counts:
        raise BadInput(Code.AGREEMENT_INVALID)
    return Terms(
        parties=parties,
        # Which marking a record had is not in the ledger: the fewest that any marking needs is what can be checked.
        approvals=min(_count(count) for count in counts),
        purposes=frozenset(_text(purpose) for purpose in _list(document.get("purposes"))),
        valid_from=_time(document.get("valid_from")),
        valid_until=_time(document.get("valid_until")),
        retention_days=_count(document.get("retention_days")),
    )


def _unsigned(held: _Agreement, parties: Mapping[str, str]) -> Fault | None:
    """The fault, unless the root of every party signed exactly these bytes. Signatures of others do not matter."""
    for code, fingerprint in parties.items():
        signature = held.signatures.get(code)
        if signature is None:
            return Fault.AGREEMENT_UNSIGNED
        try:
            signer = rootsign.read_root_signature(signature, AGREEMENT_TYPE, held.document)
        except ExchangeError:
            return Fault.AGREEMENT_SIGNATURE
        if signer != (code, fingerprint):
            return Fault.PARTY_KEY_UNKNOWN
    return None


def _object(value: JsonValue) -> JsonObject:
    if not isinstance(value, dict):
        raise BadInput(Code.AGREEMENT_INVALID)
    return value


def _list(value: JsonValue) -> list[JsonValue]:
    if not isinstance(value, list):
        raise BadInput(Code.AGREEMENT_INVALID)
    return value


def _text(value: JsonValue, pattern: re.Pattern[str] | None = None) -> str:
    if not isinstance(value, str) or (pattern is not None and pattern.fullmatch(value) is None):
        raise BadInput(Code.AGREEMENT_INVALID)
    return value


def _time(value: JsonValue) -> str:
    read_time(_text(value))
    return _text(value)


def _count(value: JsonValue) -> int:
    if type(value) is not int or value < 0:
        raise BadInput(Code.AGREEMENT_INVALID)
    return value
