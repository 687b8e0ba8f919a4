"""`exchange match ask`, `settle`, `answer`, `stats`, `prepare`: hit or no hit with a partner, lists unseen.

Names are read from a file or stdin, never from the command line, which other users of the machine can see.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from exchange.cli.command import command
from exchange.cli.files import read_file
from exchange.cli.record import reference
from exchange.cli.session import Session
from exchange.errors import BadInput, Code, NotFound
from exchange.matching.blind.slots import Told
from exchange.model.claims import Claim
from exchange.model.dates import span_of
from exchange.model.records import Ref
from exchange.model.state import Person
from exchange.operations.clock import stamp
from exchange.operations.match_ask import MatchWish, match_ask
from exchange.operations.match_prepare import prepare_now
from exchange.operations.match_settle import match_settle
from exchange.operations.match_stats import MatchStats, answered, match_stats, of_ticket, set_contact
from exchange.operations.read import read_own
from exchange.ports import Node
from exchange.sentences.matching import LEFT, LEVELS, MADE, NEXT, NO_HIT

group = typer.Typer(name="match", help="Blinded matching with partners: hit or no hit.", no_args_is_help=True)
_MAX_FILE: Final = 64 << 10
_Partner = Annotated[str, typer.Argument(metavar="PARTNER", help="Country code of the partner.")]


@command(group, "ask")
def ask(
    session: Session,
    *,
    partner: _Partner,
    agreement: Annotated[str, typer.Option(help="Id of the agreement that permits it.")],
    purpose: Annotated[str, typer.Option(help="Purpose, as the agreement names it.")],
    case: Annotated[str, typer.Option(help="Case number, without a name: the partner reads it.")],
    record: Annotated[list[str] | None, typer.Option(help="Own record; may be given again.")] = None,
    names: Annotated[
        Path | None, typer.Option(help="File with one person a line: name, tab, birth (optional); - for stdin.")
    ] = None,
) -> None:
    """Ask a partner hit or no hit about up to 16 persons. The partner learns no name."""
    with session.acting() as (node, person):
        persons = [_claims(node, person, each) for each in record or ()]
        persons += _typed(names) if names is not None else []
        found = match_ask(node, person, MatchWish(partner, agreement, purpose, case, tuple(persons)))
    pairs, lang = zip(found.told, found.tickets, strict=True), session.out.lang
    rows = [_told(number, told, ticket) for number, (told, ticket) in enumerate(pairs, 1)]
    session.out.table(
        ("person", "level", "contact", "ticket"),
        [
            [row["person"], _level(told.level, lang), row["contact"], row["ticket"]]
            for row, told in zip(rows, found.told, strict=True)
        ],
    )
    hits = [told for told in found.told if told.level]
    for said in ([NEXT] if hits else []) + ([NO_HIT] if len(hits) < len(found.told) else []):
        session.out.line(said.in_(lang))
    session.out.note(LEFT.in_(lang).format(case=found.left_case, day=found.left_day))
    session.result(persons=rows, left_case=found.left_case, left_day=found.left_day)


@command(group, "settle")
def settle(
    session: Session,
    *,
    partner: _Partner,
    ticket: Annotated[str, typer.Argument(metavar="TICKET", help="Of the hit, as ask showed it.")],
    record: Annotated[str | None, typer.Option(help="Own record that was asked about.")] = None,
    names: Annotated[Path | None, typer.Option(help="File with the person that was asked about; - for stdin.")] = None,
) -> None:
    """Settle one hit by which parts of names and births are equal: once for a ticket, within seven days."""
    with session.acting() as (node, person):
        persons = [_claims(node, person, record)] if record is not None else []
        persons += _typed(names) if names is not None else []
        if len(persons) != 1:  # the ticket is good once: nothing is tried with nobody, or with whoever stands first
            raise BadInput(Code.VALUE_NOT_ALLOWED, at="--record|--names", limit=1)
        (claims,) = persons
        level = match_settle(node, person, partner, ticket, claims)
    session.out.line(_level(level, session.out.lang))
    session.result(ticket=ticket, level=level)


@command(group, "answer")
def answer(
    session: Session,
    *,
    partner: Annotated[str | None, typer.Option(help="Only queries of this partner.")] = None,
    contact: Annotated[str | None, typer.Option(help="Set whom a hit tells to contact, at most 110 bytes.")] = None,
    ticket: Annotated[str | None, typer.Option(help="Which record of ours a partner's ticket is about.")] = None,
) -> None:
    """What this node answered in 30 days, by itself and under agreements; or set whom a hit tells to contact."""
    if ticket is not None:
        _show_ticket(session, partner, ticket)
        return
    with session.acting() as (node, person), node.store.write() as unit:
        if contact is not None:
            set_contact(node, unit, person, contact)
        found = answered(node, unit, person, partner)
    rows = [
        {
            "at": stamp(each.at),
            "partner": each.partner,
            "case": each.case,
            "officer": each.officer,
            "agreement": each.agreement,
            "purpose": each.purpose,
            "hits": each.hits,
        }
        for each in found
    ]
    session.out.table(
        ("at", "partner", "case", "officer", "agreement", "purpose", "hits"), [list(row.values()) for row in rows]
    )
    session.result(answered=rows)


def _show_ticket(session: Session, partner: str | None, ticket: str) -> None:
    if partner is None:
        raise BadInput(Code.MISSING_MEMBER, at="--partner")
    with session.acting() as (node, person), node.store.write() as unit:
        ref = of_ticket(node, unit, person, partner, ticket)
    session.out.line("record", f"{ref.originator}/{ref.id}")
    session.result(ticket=ticket, record=f"{ref.originator}/{ref.id}")


@command(group, "stats")
def stats(session: Session) -> None:
    """Quotas and use of both directions, partner by partner."""
    with session.acting() as (node, person), node.store.write() as unit:
        rows = [_line(each) for each in match_stats(node, unit, person)]
    session.out.table(
        ("partner", "may_ask", "asked_today", "hits", "may_be_asked", "answered_today", "prepared"),
        [
            [row[name] for name in ("partner", "may_ask", "asked_today", "hits")]
            + [row[name] for name in ("may_be_asked", "answered_today", "prepared")]
            for row in rows
        ],
    )
    session.result(partners=rows)


@command(group, "prepare")
def prepare(session: Session, *, partner: _Partner) -> None:
    """Bring our set for a partner's queries up to date now, instead of waiting for the worker."""
    with session.acting() as (node, person):
        made = prepare_now(node, person, partner)
    facts = {"records": made.records, "pages": made.pages, "removed": made.removed, "size": made.size}
    session.out.line(MADE.in_(session.out.lang).format(**facts))
    session.result(**facts)


def _level(level: int | str, lang: str) -> str:
    return f"{level} {LEVELS[int(level)].in_(lang)}"


def _line(found: MatchStats) -> dict[str, str | int]:
    return {
        "partner": found.partner,
        "may_ask": found.may_ask,
        "asked_today": found.asked_today,
        "asked": found.asked,
        "hits": found.hits,
        "unanswered": found.unanswered,
        "may_be_asked": found.may_be_asked,
        "answered_today": found.answered_today,
        "answered": found.answered,
        "hits_told": found.hits_told,
        "prepared": found.prepared,
        "elements": found.elements,
    }


def _told(number: int, told: Told, ticket: str) -> dict[str, str | int]:
    return {"person": number, "level": told.level, "contact": told.contact, "ticket": ticket}


def _claims(node: Node, person: Person, id_: str) -> tuple[Claim, ...]:
    """An own record, `rec-…` or `DZ/rec-…`, read and noted as every reading is."""
    ref = reference(id_) if "/" in id_ else Ref(node.code, id_)
    with node.store.write() as unit:
        held = read_own(node, unit, person, ref)
    return held.record.claims


def _typed(path: Path) -> list[tuple[Claim, ...]]:
    try:
        text = read_file(path, _MAX_FILE).decode("utf-8")
    except UnicodeDecodeError:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="names") from None
    found = [_person(line) for line in text.splitlines() if line.strip()]
    if not found:
        raise NotFound(at="names")
    return found


def _person(line: str) -> tuple[Claim, ...]:
    name, _, birth = (part.strip() for part in line.partition("\t"))
    if not name:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="names")
    script = "Arab" if any("\u0600" <= sign <= "\u06ff" for sign in name) else "Latn"
    claim = Claim("c1", "name.full", {"text": name, "script": script, "type": "primary"}, "fact")
    if not birth:
        return (claim,)
    year = birth.isdigit()
    value: str | int = int(birth) if year else birth
    if span_of(value) is None:  # asked without it, somebody would go by an answer about another question
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="names")
    return (claim, Claim("c2", "birth.year" if year else "birth.date", value, "fact"))
