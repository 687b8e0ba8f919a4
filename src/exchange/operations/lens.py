"""What one partner would be sent of records, under the agreements in force: decisions only, nothing leaves.

Of each record the claims that any agreement and purpose would let go now; a record of which none would is not seen.
The same decision as preview and release; another state's record goes under its originator's grant, as it would then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from exchange.errors import Denied, NotFound
from exchange.model.records import HeldRecord, Ref
from exchange.operations.clock import safe_now
from exchange.operations.found_lines import Inside
from exchange.operations.grounds import Grounds, grounds
from exchange.operations.permits import Way, held
from exchange.operations.preview import between
from exchange.operations.views import Asked, inputs_of
from exchange.policies.decide import decide
from exchange.ports import Node, Unit


class Lens:
    """One partner's eyes, for one transaction. NotFound for who is no partner."""

    def __init__(self, node: Node, unit: Unit, recipient: str) -> None:
        if unit.partners.get(recipient) is None:
            raise NotFound(partner=recipient)
        self._node, self._unit, self._recipient = node, unit, recipient
        self._now = safe_now(node, unit)
        self._grounds = [found for id_ in between(node, unit, recipient) for found in _in_force(unit, id_)]

    def see(self, records: Sequence[Inside]) -> list[Inside]:
        """Those of `records` of which something would be sent, with nothing but that in them."""
        sent: dict[Ref, set[str]] = {each.ref: set() for each in records}
        for ground in self._grounds:
            for purpose in ground.agreement.purposes:
                self._decide(ground, purpose, sent)
        seen = [
            replace(each, claims=tuple(claim for claim in each.claims if claim.id in sent[each.ref]))
            for each in records
        ]
        return [each for each in seen if each.claims]

    def _decide(self, ground: Grounds, purpose: str, sent: dict[Ref, set[str]]) -> None:
        way = Way(self._recipient, ground.agreement.id, purpose, self._now)
        found, permits = held(self._node, self._unit, list(sent), way, lock=False)
        asked = Asked(self._recipient, purpose, self._now, permits)
        for each in found:
            if _for(each, purpose):
                decision = decide(inputs_of(self._node.code, ground, each, asked))
                if decision.record_state == "released":
                    sent[each.record.ref] |= {id_ for id_, said in decision.outcomes.items() if said.state == "sent"}


def _for(each: HeldRecord, purpose: str) -> bool:
    """A record is released for its own purposes only: the others need no decision."""
    return purpose in each.record.texts("record.purpose")


def _in_force(unit: Unit, agreement_id: str) -> list[Grounds]:
    try:
        return [grounds(unit, agreement_id, lock=False)]
    except Denied:
        return []
