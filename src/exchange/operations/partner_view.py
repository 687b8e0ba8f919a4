"""Everything that a person is told of one partner: trust, keys, exchange each way, heads, alarms. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from exchange.crypto.descriptor import Descriptor
from exchange.crypto.tlscert import certificate_end
from exchange.errors import NotFound
from exchange.ledger.contradiction import contradiction_file
from exchange.model.connections import Tested
from exchange.model.heads import Cosigned, SeenHead, Witnessed
from exchange.model.state import InboxItem, OutboxItem, Partner, Person
from exchange.model.trust import Introduction, Revocation
from exchange.operations import contradictions
from exchange.operations.alarms import all_alarms
from exchange.operations.connection import Agreed, between, last_test
from exchange.operations.contradictions import Contradiction, contradicted
from exchange.operations.equivocation import Stopped, stopped
from exchange.operations.known_partners import descriptor_of
from exchange.operations.lookups import note_list
from exchange.operations.partners import kept_cards
from exchange.operations.permissions import Permission, require
from exchange.operations.reconcile_alarms import ReconcileAlarm, reconcile_alarms
from exchange.operations.seen_heads import partner_epoch, partner_origin
from exchange.operations.stream_alarms import Beat, StreamAlarm, last_beat
from exchange.ports import Node, Unit


@dataclass(frozen=True, slots=True)
class KeyEnd:
    """One kind of key of the partner's card, and when the last of it ends."""

    name: str
    """`card`, `signing`, `sealing` or `tls`."""
    suite: int
    """0 where there is one for all suites."""
    ends: datetime


@dataclass(frozen=True, slots=True)
class PartnerPage:
    """What is so now."""

    partner: Partner
    card: Descriptor
    keys: Sequence[KeyEnd]
    introduction: Introduction | None
    """How it became a partner, where two persons heard its digits."""
    revocation: Revocation | None
    agreements: Sequence[Agreed]
    """In force between us."""
    beat: Beat | None
    tested: Tested | None
    outbox: dict[str, int]
    """State -> our envelopes to it."""
    last_out: OutboxItem | None
    last_in: InboxItem | None
    alarms: Sequence[StreamAlarm]
    reconciles: Sequence[ReconcileAlarm]
    stopped: Stopped | None
    contradiction: Contradiction | None
    evidence: bool
    """Whether two heads of one size are kept that it signed."""
    epoch: int
    head: SeenHead | None
    """The newest head of its ledger that came in."""
    cosigned: Cosigned | None
    """The newest of our heads that it cosigned since our start."""
    witnessed: Witnessed | None
    """The newest of its heads that we cosigned."""


def read_partner(node: Node, unit: Unit, person: Person, code: str) -> PartnerPage:
    """NotFound."""
    require(person, Permission.PARTNER_READ)
    partner = unit.partners.get(code)
    if partner is None:
        raise NotFound(partner=code)
    now, card, origin = node.clock.now(), descriptor_of(partner), partner_origin(unit, code)
    end = unit.streams.end_in(code, lock=False)
    return PartnerPage(
        partner=partner,
        card=card,
        keys=key_ends(card),
        introduction=unit.trust.introduction(code),
        revocation=unit.trust.revocation(code),
        agreements=between(node, unit, code),
        beat=last_beat(unit, code),
        tested=last_test(unit, code),
        outbox=unit.streams.outbox_counts(code),
        last_out=unit.streams.last_out(code),
        last_in=unit.streams.inbox_item(code, end.epoch, end.seq) if end.seq else None,
        alarms=[each for each in all_alarms(node, unit, now) if each.partner == code],
        reconciles=[each for each in reconcile_alarms(unit, now) if each.partner == code],
        stopped=stopped(unit, code),
        contradiction=contradicted(unit, code),
        evidence=bool(contradictions.notes(unit, code)),
        epoch=partner_epoch(unit, code),
        head=unit.heads.newest(origin),
        cosigned=next((each for each in unit.heads.cosigned() if each.witness == code), None),
        witnessed=unit.heads.witnessed(origin),
    )


def read_evidence(node: Node, unit: Unit, person: Person, code: str) -> bytes:
    """Two heads of one size that the partner signed, with its cards: a file that anybody can check. NotFound."""
    require(person, Permission.AUDIT_EXPORT)
    partner, found = unit.partners.get(code), contradictions.notes(unit, code)
    if partner is None or len(found) < 2:
        raise NotFound(partner=code)
    note_list(node, unit, person, "contradictions", len(found))
    cards = [*kept_cards(unit, code), partner.descriptor]
    return contradiction_file(code, partner.root_fingerprint, cards, found)


def key_ends(card: Descriptor) -> list[KeyEnd]:
    """The card itself, the last signing key and the last prekey of each suite, the last certificate."""
    found = [KeyEnd("card", 0, card.expires)]
    for name, spans in (("signing", card.signing), ("sealing", card.sealing)):
        ends: dict[int, datetime] = {}
        for span in spans:
            suite = span.key.suite
            ends[suite] = max(span.end, ends.get(suite, span.end))
        found += [KeyEnd(name, suite, end) for suite, end in sorted(ends.items())]
    return [*found, KeyEnd("tls", 0, max(map(certificate_end, card.tls_certificates)))]
