"""What every page of a node has in common: its code, its address, what the operator chose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from exchange.operations.node_checks import Seen


@dataclass(frozen=True, slots=True)
class Place:
    """`origin`: how browsers address this console, such as `https://localhost:8441`."""

    code: str
    origin: str
    demonstration: bool = False
    """Synthetic people only; every page says so."""
    seen: Callable[[], Seen] = Seen
    """What only the edge sees of the machine: certificate, disk, migrations."""
    boundaries: str = "none"
    """Borders on the map: `none` or `un`."""
    oidc_name: str = ""
    """What the agency calls its identity provider; empty: there is none."""
    oidc_origin: str = ""

    @property
    def form_targets(self) -> str:
        """Origins beside ours that a form may lead to."""
        return self.oidc_origin
