"""`exchange user`: people of this node, their tokens and links. The first one is added at the node, without a token."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final

import typer

from exchange.cli.command import command
from exchange.cli.credentials import write_private
from exchange.cli.session import Session
from exchange.cli.words import word
from exchange.errors import BadInput, Code, NotFound, Unauthenticated
from exchange.operations import enrolment, people, sessions
from exchange.operations.clock import stamp
from exchange.operations.lookups import note_list
from exchange.operations.passkeys import named
from exchange.operations.permissions import Permission, require
from exchange.ports import Node, Unit

CONSOLE: Final = "console"
"""Actor in the ledger for the first administrator, added before anybody could hold a token."""
group = typer.Typer(name="user", help="People who may act at this node.", no_args_is_help=True)
_Id = Annotated[str, typer.Argument(metavar="ID", help="The identity provider's subject, for example a.officer.")]


@command(group, "add")
def add(
    session: Session,
    *,
    person: _Id,
    role: Annotated[str, typer.Option(help="officer, releasing_officer, auditor or administrator.")],
) -> None:
    """Add a person. On a fresh node the first one needs no token and must be an administrator."""
    with session.node() as node, node.store.write() as unit:
        added = people.add_person(node, unit, _actor(session, node, unit, role), person, role)
    session.out.line("added:", added.id, added.role)
    session.result(person=added.id, role=added.role)


@command(group, "list")
def list_(session: Session) -> None:
    """Everybody who may act here, and who no longer may."""
    with session.acting() as (node, person), node.store.write() as unit:
        require(person, Permission.STATUS_READ)
        everybody = unit.people.all()
        note_list(node, unit, person, "people", len(everybody))
    rows = [(each.id, each.role, "disabled" if each.disabled else "ok") for each in everybody]
    session.out.table(("person", "role", "state"), rows)
    session.result(people=[{"person": id_, "role": role, "state": state} for id_, role, state in rows])


@command(group, "disable")
def disable(session: Session, *, person: _Id) -> None:
    """Refuse a person and every token of theirs, from now on."""
    with session.acting() as (node, actor), node.store.write() as unit:
        require(actor, Permission.PERSON_WRITE)
        people.disable_person(node, unit, actor.id, person)
    session.out.line("disabled:", person)
    session.result(person=person, state="disabled")


@command(group, "token")
def token(
    session: Session,
    *,
    person: _Id,
    out: Annotated[Path, typer.Option(help="New file for the token, readable by its owner only.")],
) -> None:
    """Issue a token (90 days) into a file. It is shown nowhere else and only its hash is kept."""
    with session.node() as node, node.store.write() as unit:
        issued = people.issue_token(node, unit, _issuer(session, node, unit, person), person)
        write_private(out, issued.encode("ascii") + b"\n")
    session.out.line("token written:", out)
    session.result(person=person, out=str(out))


@command(group, "link")
def link(
    session: Session,
    *,
    person: _Id,
    lifetime_hours: Annotated[int, typer.Option(min=1, max=24, help="How long it counts, if nobody uses it.")] = 24,
    out: Annotated[
        Path | None, typer.Option(help="New file for the link, readable by its owner only; needed with --json.")
    ] = None,
) -> None:
    """Make a link with which a person signs in to the console once, to add a passkey. The one before it ends."""
    if out is None and session.out.as_json:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="out")
    with session.node() as node, node.store.write() as unit:
        actor = _issuer(session, node, unit, person)
        token = enrolment.invite(node, unit, actor, person, lifetime=timedelta(hours=lifetime_hours))
        address = f"{session.settings().origin}/enrol/{token}"
        if out is not None:
            write_private(out, address.encode("ascii") + b"\n")
    if out is None:
        session.out.line(address)
        session.out.warning(word("link_is_a_secret", session.out.lang))
    else:
        session.out.line("link written:", out)
    session.result(person=person, out=None if out is None else str(out), hours=lifetime_hours)


@command(group, "passkeys")
def passkeys(session: Session, *, person: _Id) -> None:
    """A person's passkeys: one's own, or anybody's for an administrator."""
    with session.acting() as (node, actor), node.store.write() as unit:
        require(actor, Permission.SIGN_IN if actor.id == person else Permission.PERSON_WRITE)
        if unit.people.get(person) is None:
            raise NotFound(person=person)
        found = unit.sessions.credentials(person)
        note_list(node, unit, actor, "passkeys", len(found))
    rows = [(each.label, stamp(each.added_at), None if each.used_at is None else stamp(each.used_at)) for each in found]
    session.out.table(("passkey", "added_on", "used_on"), [(name, added, used or "") for name, added, used in rows])
    session.result(
        person=person,
        passkeys=[
            {"passkey": named(each.id), "label": name, "added": added, "used": used, "backed_up": each.backed_up}
            for each, (name, added, used) in zip(found, rows, strict=True)
        ],
    )


@command(group, "sign-out")
def sign_out(session: Session, *, person: _Id) -> None:
    """End every session of a person in the console: one's own, or anybody's for an administrator."""
    with session.acting() as (node, actor), node.store.write() as unit:
        require(actor, Permission.SIGN_IN if actor.id == person else Permission.PERSON_WRITE)
        ended = sessions.sign_out(node, unit, actor.id, person)
    session.out.line("sessions ended:", ended)
    session.result(person=person, ended=ended)


def _actor(session: Session, node: Node, unit: Unit, role: str) -> str:
    """The administrator who acts, or the console while there is nobody yet."""
    actor = session.person(node, unit)
    if actor is not None:
        require(actor, Permission.PERSON_WRITE)
        return actor.id
    if unit.people.all() or role != "administrator":
        raise Unauthenticated(at="token_file")
    return CONSOLE


def _issuer(session: Session, node: Node, unit: Unit, person: str) -> str:
    """The console issues the first administrator's token while that person is alone; else an administrator does."""
    actor = session.person(node, unit)
    if actor is not None:
        require(actor, Permission.PERSON_WRITE)
        return actor.id
    if [each.id for each in unit.people.all()] != [person]:
        raise Unauthenticated(at="token_file")
    return CONSOLE
