"""What a person chose for their pages. It is kept at the node, so that it is the same at every desk."""

from __future__ import annotations

from dataclasses import asdict
from typing import Final

from exchange.crypto.encoding import canonical, read_canonical
from exchange.errors import BadInput, Code
from exchange.model.sessions import Preferences
from exchange.model.state import Person
from exchange.operations.permissions import Permission, require
from exchange.ports import Node, Unit

ALLOWED: Final[dict[str, frozenset[object]]] = {
    "lang": frozenset({"ar", "en", "fr"}),
    "theme": frozenset({"auto", "light", "dark"}),
    "digits": frozenset({"latn", "arab"}),
    "calendar": frozenset({"gregorian", "both"}),
    "density": frozenset({"default", "compact"}),
}
"""Member -> what may be chosen; `keys` is yes or no."""
_MOST: Final = 1024
"""Bytes."""


def of(unit: Unit, person_id: str) -> Preferences:
    """What this person chose, or what everybody begins with."""
    kept = unit.sessions.preferences(person_id)
    chosen = None if kept is None else read_canonical(kept.encode("utf-8"), limit=_MOST)
    if not isinstance(chosen, dict):
        return Preferences()
    words = {name: value for name, value in chosen.items() if name in ALLOWED and value in ALLOWED[name]}
    return Preferences(**{name: str(value) for name, value in words.items()}, keys=chosen.get("keys") is not False)


def keep(node: Node, unit: Unit, person: Person, preferences: Preferences) -> None:
    """Keeps a choice. BadInput names the member that nothing like it can be chosen for."""
    del node
    require(person, Permission.SIGN_IN)
    chosen = asdict(preferences)
    for name, allowed in ALLOWED.items():
        if chosen[name] not in allowed:
            raise BadInput(Code.VALUE_NOT_ALLOWED, at=name)
    if not isinstance(preferences.keys, bool):
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="keys")
    unit.sessions.prefer(person.id, canonical(chosen).decode("utf-8"))
