"""Which fields the form of each kind shows at first; every other registered path is one choice away."""

from __future__ import annotations

from typing import Final

_ABOUT: Final = "record.source source.type note record.marking record.legal_basis record.purpose record.review"
_LAST: Final = "record.caveat record.flag"
_WORDS: Final = {
    "person": f"name.full name.alias name.kunya birth.date birth.place gender nationality document role "
    f"affiliation.group theatre route.from route.via route.to movement.date fate {_ABOUT} record.category {_LAST}",
    "group": f"name.full name.other group.type group.parent group.leader founded theatre location.country count "
    f"{_ABOUT} {_LAST}",
    "network": f"name.full name.other network.type network.member network.method route.from route.via route.to count "
    f"{_ABOUT} {_LAST}",
    "camp": f"name.full name.other camp.type group.name camp.training location.country location.point count {_ABOUT} "
    f"{_LAST}",
    "movement": f"movement.person movement.from movement.to movement.date movement.means route.via facilitation.by "
    f"count {_ABOUT} {_LAST}",
    "relation": f"relation.from relation.type relation.to relation.since relation.until {_ABOUT} {_LAST}",
    "assessment": f"assessment.text assessment.about assessment.likelihood assessment.confidence theatre {_ABOUT} "
    f"{_LAST}",
}
USUAL: Final[dict[str, tuple[str, ...]]] = {kind: tuple(words.split()) for kind, words in _WORDS.items()}
