"""Paths of groups, networks, camps, movements, relations and assessments, and those shared by several kinds."""

from __future__ import annotations

from typing import Final

from exchange.model import vocab
from exchange.model.paths.checks import (
    AREA,
    COUNT,
    COUNTRY,
    DATE,
    MONTH,
    NAME,
    NOTE,
    PARTIAL_DATE,
    PLACE,
    POINT,
    REF,
    TEXT,
    code,
)
from exchange.model.paths.entry import entries
from exchange.model.vocab import PathClass

_NAMED: Final = "person group network camp"
_PLACED: Final = "person group network camp movement assessment"
_ROUTED: Final = "person group network movement assessment"

ENTRIES: Final = (
    *entries(PathClass.NAME, _NAMED, {"name.full": NAME}),
    *entries(PathClass.NAME, "group network camp", {"name.other": NAME}),
    *entries(
        PathClass.AFFILIATION,
        "group",
        {
            "group.type": code("group type", vocab.GROUP_TYPES),
            "group.parent": TEXT,
            "group.ally": TEXT,
            "group.rival": TEXT,
            "group.leader": TEXT,
            "group.record": REF,
        },
    ),
    *entries(PathClass.AFFILIATION, "group network camp", {"founded": PARTIAL_DATE, "dissolved": PARTIAL_DATE}),
    *entries(PathClass.AFFILIATION, "network camp movement assessment", {"group.name": TEXT}),
    *entries(
        PathClass.FACILITATION,
        "network",
        {
            "network.type": code("network type", vocab.NETWORK_TYPES),
            "network.member": REF,
            "network.method": TEXT,
            "network.price": TEXT,
        },
    ),
    *entries(
        PathClass.FACILITATION,
        "person movement",
        {"facilitation.by": TEXT, "facilitation.record": REF, "facilitation.payment": TEXT},
    ),
    *entries(
        PathClass.TRAINING,
        "camp",
        {"camp.type": code("camp type", vocab.CAMP_TYPES), "camp.training": TEXT, "camp.trainer": TEXT},
    ),
    *entries(
        PathClass.MOVEMENT,
        _ROUTED,
        {
            "route.from": COUNTRY,
            "route.to": COUNTRY,
            "route.via": COUNTRY,
            "movement.means": code("means", vocab.MEANS),
        },
    ),
    *entries(
        PathClass.MOVEMENT,
        "person movement",
        {"movement.date": DATE, "movement.month": MONTH, "movement.carrier": TEXT, "movement.crossing": TEXT},
    ),
    *entries(PathClass.MOVEMENT, "movement", {"movement.person": REF}),
    *entries(PathClass.COARSE, _PLACED, {"theatre": COUNTRY, "location.area": AREA}),
    *entries(PathClass.PRECISE, _PLACED, {"location.point": POINT}),
    *entries(PathClass.PRECISE, "group network camp", {"location.address": PLACE}),
    *entries(PathClass.COARSE, "group network camp", {"location.country": COUNTRY}),
    *entries(PathClass.PRECISE, "movement", {"movement.from": PLACE, "movement.to": PLACE}),
    *entries(
        PathClass.ASSESSMENT,
        "group network camp movement assessment",
        {"count": COUNT, "count.rounded": COUNT},
    ),
    *entries(
        PathClass.ASSESSMENT,
        "person group network",
        {
            "listed.by": code("list", vocab.LISTS),
            "listed.regime": TEXT,
            "listed.reference": TEXT,
            "listed.on": DATE,
            "listed.updated": DATE,
            "listed.until": DATE,
        },
    ),
    *entries(
        PathClass.ASSESSMENT,
        "relation",
        {"relation.type": code("relation", vocab.RELATIONS), "relation.from": REF, "relation.to": REF},
    ),
    *entries(PathClass.ASSESSMENT, "relation", {"relation.since": PARTIAL_DATE, "relation.until": PARTIAL_DATE}),
    *entries(
        PathClass.ASSESSMENT,
        "assessment",
        {
            "assessment.text": NOTE,
            "assessment.about": REF,
            "assessment.likelihood": code("likelihood", vocab.LIKELIHOODS),
            "assessment.confidence": code("confidence", vocab.CONFIDENCES),
        },
    ),
)
