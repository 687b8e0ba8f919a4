"""What of a network is looked at: from which record, how far, through whose eyes; and how much of it is not shown."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from exchange.api.call import FORMS
from exchange.console.pages.preview_asked import record_of
from exchange.console.visit import Visit
from exchange.errors import BadInput, Code, NotFound
from exchange.model.records import Ref
from exchange.operations.network import MAX_HOPS, Network, neighbourhood
from exchange.operations.preview_choices import choices
from exchange.ports import Unit
from exchange.sentences.record.network import Around

HOPS: Final = tuple(str(number) for number in range(1, MAX_HOPS + 1))


@dataclass(frozen=True, slots=True)
class Asked:
    """The address of a network. Nothing of it is personal."""

    ref: Ref
    hops: int
    lens: str | None

    @property
    def query(self) -> str:
        """For an address; every part has its form, so nothing needs quoting."""
        return f"hops={self.hops}" + (f"&lens={self.lens}" if self.lens else "")


def asked(visit: Visit) -> Asked:
    """From the address. BadInput for another number of hops or what is no state."""
    hops, lens = visit.asked("hops", HOPS[0], limit=2), visit.asked("lens", limit=4)
    if hops not in HOPS:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="/hops", limit=MAX_HOPS)
    if lens and FORMS["partner"].fullmatch(lens) is None:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="/lens")
    return Asked(record_of(visit), int(hops), lens or None)


def partners(visit: Visit, unit: Unit) -> list[str]:
    """Those with whom an agreement is in force: others would see nothing."""
    return list(choices(visit.node, unit, visit.person).partners)


def around(visit: Visit, unit: Unit, what: Asked) -> Around:
    """The network as asked, and for each item how many links of it lead further. NotFound.

    It looks one hop further than it shows, to count; behind the last hop that there is nothing is counted. Where a
    lens sees nothing of the record, the network is empty.
    """
    node, person = visit.node, visit.person
    if what.lens is not None and unit.partners.get(what.lens) is None:
        raise NotFound(partner=what.lens)
    reach = min(what.hops + 1, MAX_HOPS)
    try:
        found = neighbourhood(node, unit, person, what.ref, reach, what.lens)
    except NotFound:
        if what.lens is None:
            raise
        neighbourhood(node, unit, person, what.ref)  # is the record here at all?
        return Around(what.ref, what.hops, what.lens, Network([], [], False), {})
    return cut(what, found)


def cut(what: Asked, found: Network) -> Around:
    """Without what lies behind the last hop that is shown."""
    nodes = [each for each in found.nodes if each.hops <= what.hops]
    shown = {each.ref for each in nodes}
    edges = [each for each in found.edges if each.source in shown and each.target in shown]
    more: Counter[Ref] = Counter()
    for each in found.edges:
        if (each.source in shown) != (each.target in shown):
            more[each.source if each.source in shown else each.target] += 1
    return Around(what.ref, what.hops, what.lens, Network(nodes, edges, found.more), dict(more))
