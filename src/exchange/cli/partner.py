"""`exchange partner`: cards out, cards in, always under a fingerprint that people compared by voice."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from exchange.cli.command import command
from exchange.cli.files import read_file, write_file
from exchange.cli.session import Session
from exchange.crypto.descriptor import MAX_CARD, trusted
from exchange.crypto.spoken import spoken
from exchange.operations import equivocation, partners
from exchange.operations import own_card as cards
from exchange.operations.clock import stamp
from exchange.operations.lookups import note_list
from exchange.operations.permissions import Permission, require
from exchange.ports import Node
from exchange.sentences.fingerprints import grouped, plain

group = typer.Typer(name="partner", help="Other states' nodes.", no_args_is_help=True)
_Card = Annotated[Path, typer.Argument(metavar="CARD", help="The partner's card file, - for stdin.")]
_Code = Annotated[str, typer.Argument(metavar="CODE", help="Country code of the partner.")]


@command(group, "card")
def card(
    session: Session,
    *,
    out: Annotated[Path | None, typer.Option(help="File for the card; without it, stdout.")] = None,
) -> None:
    """Our own card, signed by our root: give it to partners, and read the fingerprint out by voice."""
    with session.node() as node:
        data, fingerprint = own_card(node), node.keys.root_fingerprint
    if out is None and not session.out.as_json:
        sys.stdout.buffer.write(data + b"\n")
        session.out.note("root fingerprint:", grouped(fingerprint))
        session.out.note("to be read out:", " ".join(spoken(fingerprint)))
        return
    if out is not None:
        write_file(out, data)
    session.out.line("card written:", out)
    session.out.line("root fingerprint:", grouped(fingerprint), style="bold")
    digits = " ".join(spoken(fingerprint))
    session.out.line("to be read out:", digits, style="bold")
    session.result(
        out=str(out) if out is not None else None, fingerprint=fingerprint, digits=digits, card=data.decode("ascii")
    )


@command(group, "add")
def add(
    session: Session,
    *,
    card: _Card,
    fingerprint: Annotated[str, typer.Option(help="The partner's root fingerprint as heard by voice, 64 hex digits.")],
) -> None:
    """Pin a partner. The card must carry exactly the fingerprint that you compared out of band."""
    data = read_file(card, MAX_CARD).strip()
    with session.acting() as (node, person), node.store.write() as unit:
        partner = partners.add_partner(node, unit, person, data, plain(fingerprint))
    session.out.line("partner added:", partner.code, "card version", partner.descriptor_version)
    session.result(partner=partner.code, fingerprint=partner.root_fingerprint, version=partner.descriptor_version)


@command(group, "update")
def update(session: Session, *, code: _Code, card: _Card) -> None:
    """Take a newer card of a known partner; it must be signed by the root that is pinned, and versions only rise."""
    data = read_file(card, MAX_CARD).strip()
    with session.acting() as (node, person), node.store.write() as unit:
        require(person, Permission.PARTNER_WRITE)
        partner = partners.update_partner(node, unit, data, code, person.id)
    session.out.line("card of", partner.code, "is now version", partner.descriptor_version)
    session.result(partner=partner.code, version=partner.descriptor_version)


@command(group, "list")
def list_(session: Session) -> None:
    """Partners with their fingerprints and the age of their cards."""
    with session.acting() as (node, person), node.store.write() as unit:
        require(person, Permission.PARTNER_READ)
        known = unit.partners.all()
        note_list(node, unit, person, "partners", len(known))
    rows = []
    for partner in known:
        card_ = trusted(partner.descriptor)
        rows.append(
            {
                "partner": partner.code,
                "state": "suspended" if partner.suspended else "ok",
                "address": card_.endpoints.get("partner", ""),
                "card": partner.descriptor_version,
                "expires": stamp(card_.expires),
                "fingerprint": partner.root_fingerprint,
            }
        )
    session.out.table(list(rows[0]) if rows else ["partner"], [list(row.values()) for row in rows])
    session.result(partners=rows)


@command(group, "suspend")
def suspend(session: Session, *, code: _Code) -> None:
    """Send nothing to a partner and take nothing from it, from now on."""
    with session.acting() as (node, person), node.store.write() as unit:
        partners.suspend_partner(node, unit, person, code)
    session.out.line("suspended:", code)
    session.result(partner=code, state="suspended")


@command(group, "resolve")
def resolve(
    session: Session, *, code: _Code, reason: Annotated[str, typer.Option(help=" ".join(equivocation.REASONS))]
) -> None:
    """Let the stream of a partner that contradicted itself go on, once both sides know why. It accepts nothing."""
    with session.acting() as (node, person), node.store.write() as unit:
        where = equivocation.resolve(node, unit, person, code, reason)
    session.out.line("resolved:", code, "· stopped at number", where.seq, "of epoch", where.epoch, "·", reason)
    session.result(partner=code, epoch=where.epoch, number=where.seq, stopped_at=where.at, reason=reason)


def own_card(node: Node) -> bytes:
    """Our newest card. Unavailable(CONFIG_INVALID) on a node that has none."""
    with node.store.read() as unit:
        return cards.own_card(unit)
