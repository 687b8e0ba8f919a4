"""How claims become keys for blinded matching: the rules of names, as `exchange.ports.blinded.MatchKeys`. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from exchange.matching.blind.settling import Part
from exchange.matching.keys import ASKER, HOLDER, key_version, keys, second_stage
from exchange.matching.person import identity
from exchange.model.claims import Claim


class NameKeys:
    """Fits `ports.MatchKeys`."""

    @property
    def version(self) -> str:
        """Rules, frequency table and bound in one: 16 hex digits."""
        return key_version()

    def keys(self, claims: Sequence[Claim], *, asking: bool) -> frozenset[bytes]:
        return keys(identity(claims), ASKER if asking else HOLDER)

    def parts(self, claims: Sequence[Claim]) -> list[Part]:
        """The tokens of each name and the parts of the births, one by one."""
        found = second_stage(identity(claims), HOLDER)
        return [Part(each.element, f"{each.kind} {each.name} {each.at}", each.nats) for each in found]
