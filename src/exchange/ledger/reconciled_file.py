"""A result that two nodes signed, as a file that anybody can verify offline, with the cards that lead to the keys.

    {"cards": [{"data","fingerprint","party"}], "kind": "exchange-reconciled", "signed": [{"party","wire"}], "v": 1}

The fingerprints in it are only claims: who verifies brings those that people compared. Spec: docs/spec/ledger.md §8.3.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from exchange.crypto.descriptor import Descriptor, verified
from exchange.crypto.encoding import JsonValue, b64, canonical, read_canonical
from exchange.crypto.fields import HEX32, NODE, Fields
from exchange.crypto.keys import VerifyKey
from exchange.crypto.signed import document_of, unwrap
from exchange.errors import Code, Untrusted, UntrustedKey
from exchange.ledger.export import DescriptorPart
from exchange.ledger.reconciled import TYPE, Result, read_result

KIND: Final = "exchange-reconciled"
MAX_FILE: Final = 32 << 20
_MAX_CARDS: Final = 1000


@dataclass(frozen=True, slots=True)
class Checked:
    """What a file says once its signatures verified."""

    results: Mapping[str, Result]
    """Party -> what it signed."""
    fingerprints: Mapping[str, str]
    """Party -> the root under which its card is."""

    @property
    def same(self) -> bool:
        """Both signed the same result."""
        one, other = self.results.values()
        return one == other


def build(cards: Iterable[DescriptorPart], signed: Mapping[str, bytes]) -> bytes:
    """The file. `cards`: every version of both parties' cards; `signed`: party -> signed result."""
    listed: list[JsonValue] = [
        {"party": each.party, "fingerprint": each.fingerprint, "data": b64(each.data)} for each in cards
    ]
    wires: list[JsonValue] = [{"party": party, "wire": b64(wire)} for party, wire in sorted(signed.items())]
    return canonical({"v": 1, "kind": KIND, "cards": listed, "signed": wires})


def check(data: bytes, pinned: Mapping[str, str]) -> Checked:
    """Verifies a file. `pinned`: party -> root fingerprint (hex), as far as they are known.

    BadInput(EXPORT_MALFORMED or VALUE_NOT_ALLOWED), SignatureInvalid, Untrusted(ROOT_MISMATCH), UntrustedKey.
    """
    fields = Fields(read_canonical(data, limit=MAX_FILE), ("v", "kind", "cards", "signed"), Code.EXPORT_MALFORMED)
    fields.integer("v", 1, 1)
    fields.choice("kind", [KIND])
    cards: dict[str, list[Descriptor]] = {}
    fingerprints: dict[str, str] = {}
    for each in fields.objects("cards", ("party", "fingerprint", "data"), _MAX_CARDS):
        party, named = each.text("party", NODE), each.text("fingerprint", HEX32)
        if fingerprints.setdefault(party, named) != named or pinned.get(party, named) != named:
            raise Untrusted(Code.ROOT_MISMATCH, node=party)
        card = verified(each.binary("data"), fingerprint=named)
        if card.node != party:
            raise Untrusted(Code.ROOT_MISMATCH, node=party)
        cards.setdefault(party, []).append(card)
    results = {}
    for each in fields.objects("signed", ("party", "wire"), 2):
        party = each.text("party", NODE)
        results[party] = _signed(each.binary("wire"), cards.get(party, []))
    if len(results) != 2 or any({each.asker, each.answerer} != results.keys() for each in results.values()):
        raise fields.fault("signed")
    return Checked(results, {party: fingerprints[party] for party in results})


def _signed(wire: bytes, cards: list[Descriptor]) -> Result:
    at = datetime.fromisoformat(read_result(document_of(wire)).at)

    def key_of(kid: str) -> VerifyKey:
        """Every card that knows the key must say that it was good then: a revocation wins."""
        found: VerifyKey | None = None
        for card in cards:
            if any(span.key.kid == kid for span in card.signing):
                found = card.signing_key(kid, at)
            elif kid in card.revocations and at >= card.revocations[kid]:
                raise UntrustedKey(Code.KEY_NOT_VALID)
        if found is None:
            raise UntrustedKey(Code.KEY_UNKNOWN)
        return found

    return read_result(unwrap(TYPE, wire, key_of))
