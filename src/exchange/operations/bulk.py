"""Proposals of one bulk push, approved together: as what they are, many records that nobody has read one by one.

One consent covers every proposal of the bulk that waits at that moment. Each is approved under its own digest, so a
release compares as ever; what the person consents to is one digest over all of them (docs/spec/policy.md §7).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from exchange.crypto.encoding import digest
from exchange.errors import Code, Conflict, NotFound
from exchange.model.state import Person, Proposal
from exchange.operations.approve import approve
from exchange.operations.clock import safe_now
from exchange.operations.lookups import note_list
from exchange.operations.permissions import Permission, require
from exchange.ports import Node, Unit


@dataclass(frozen=True, slots=True)
class Bulk:
    """The proposals of one push, in the order in which they were made."""

    id: str
    proposals: tuple[Proposal, ...]
    sizes: Mapping[str, int]
    """Proposal -> records."""
    open: tuple[Proposal, ...]
    """Those that this person may approve now: they wait, are not the person's own, nor approved by them."""

    @property
    def digest(self) -> str:
        """What an approval of all that is open consents to; empty when nothing is."""
        return bulk_digest(self.open) if self.open else ""


def bulk_digest(proposals: Sequence[Proposal]) -> str:
    """Hex digest over the digests of these proposals, in their order."""
    return digest("exchange/bulk/1", *(bytes.fromhex(each.digest) for each in proposals)).hex()


def read_bulk(node: Node, unit: Unit, person: Person, bulk_id: str) -> Bulk:
    """NotFound. Read as a list of proposals, and logged as one."""
    require(person, Permission.RELEASE_READ)
    found = _bulk(node, unit, person, bulk_id)
    note_list(node, unit, person, "releases", len(found.proposals))
    return found


def approve_bulk(node: Node, unit: Unit, person: Person, bulk_id: str, seen: str) -> int:
    """Approves every open proposal of the bulk, or none. How many. NotFound, Conflict(APPROVAL_STALE) when what is
    open is no longer what was `seen`, errors of `approve`."""
    require(person, Permission.RELEASE_APPROVE)
    found = _bulk(node, unit, person, bulk_id)
    if not found.open:
        raise Conflict(Code.RELEASE_STATE, release=bulk_id)
    if found.digest != seen:
        raise Conflict(Code.APPROVAL_STALE, release=bulk_id)
    for each in found.open:
        approve(node, unit, person, each.id, each.digest)
    return len(found.open)


def _bulk(node: Node, unit: Unit, person: Person, bulk_id: str) -> Bulk:
    proposals = tuple(unit.releases.of_bulk(bulk_id))
    if not proposals:
        raise NotFound(release=bulk_id)
    now = safe_now(node, unit)
    waiting = [each for each in proposals if each.state == "proposed" and now < each.expires_at]
    mine = {each.id for each in waiting if each.proposer == person.id or _approved(unit, each, person)}
    return Bulk(
        bulk_id,
        proposals,
        unit.releases.sizes([each.id for each in proposals]),
        tuple(each for each in waiting if each.id not in mine),
    )


def _approved(unit: Unit, proposal: Proposal, person: Person) -> bool:
    return any(each.person == person.id for each in unit.releases.approvals(proposal.id))
