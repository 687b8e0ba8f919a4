"""How claims become keys for blinded matching: the rules of names, as `exchange.ports.blinded.MatchKeys`. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from exchange.matching.keys import ASKER, HOLDER, Piece, key_version, keys, second_stage
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

    def pieces(self, claims: Sequence[Claim], *, asking: bool) -> Sequence[Piece]:
        """The tokens of each name and the parts of the births, one by one."""
        return second_stage(identity(claims), ASKER if asking else HOLDER)
