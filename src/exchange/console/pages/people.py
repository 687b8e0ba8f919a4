"""Who may act here: added, disabled, let in by a one-use link. Who made a link for whom is in the ledger."""

from __future__ import annotations

from typing import Final, NamedTuple

from starlette.responses import Response

from exchange.console.page import Nav, Page
from exchange.console.visit import Visit
from exchange.console.words import mark
from exchange.errors import Code, Forbidden, NotFound
from exchange.model.sessions import Credential
from exchange.model.state import Person
from exchange.operations import passkeys, people, sessions
from exchange.operations.enrolment import LIFETIME, invite
from exchange.operations.lookups import note_list
from exchange.operations.permissions import ROLES, Permission
from exchange.ports import Unit

_ID: Final = 64
"""Characters of a person's id at most."""
SAID: Final[dict[str, str]] = {
    "person_added": mark("Added. Make a link, so that this person can sign in and add a passkey."),
    "person_disabled": mark("Disabled. Sessions, tokens and approvals that were not used have ended."),
    "person_signed_out": mark("Every session of this person has ended."),
    "lost_passkey_removed": mark("The passkey is removed."),
}


class Row(NamedTuple):
    """One person and what they sign in with."""

    person: Person
    keys: list[Credential]


def get_people(visit: Visit) -> Response:
    """Everybody, also who may no longer act."""
    with visit.write() as unit:
        everybody = unit.people.all()
        note_list(visit.node, unit, visit.person, "people", len(everybody))
        rows = [Row(each, unit.sessions.credentials(each.id)) for each in everybody]
    return visit.page("people/people.html", rows=rows, roles=ROLES)


def post_person(visit: Visit) -> Response:
    """Adds one."""
    id_, role = visit.form.text("person", limit=_ID), visit.form.choice("role", ROLES)

    def act(unit: Unit) -> Response:
        people.add_person(visit.node, unit, visit.person.id, id_, role)
        return visit.to("/people", "person_added")

    return visit.once(act)


def post_disabled(visit: Visit) -> Response:
    """Ends everything that a person could do, now."""
    with visit.write() as unit:
        people.disable_person(visit.node, unit, visit.person.id, _other(visit, unit).id)
    return visit.to("/people", "person_disabled")


def post_link(visit: Visit) -> Response:
    """Makes a link and shows it once, on this answer alone; no address of ours holds it."""
    with visit.write() as unit:
        person = _other(visit, unit)
        token = invite(visit.node, unit, visit.person.id, person.id)
    link = f"{visit.place.origin}/enrol/{token}"
    return visit.page("people/link.html", person=person, link=link, until=visit.node.clock.now() + LIFETIME)


def post_signed_out(visit: Visit) -> Response:
    """Ends all sessions of a person."""
    with visit.write() as unit:
        sessions.sign_out(visit.node, unit, visit.person.id, _somebody(visit, unit).id)
    return visit.to("/people", "person_signed_out")


def post_key_removed(visit: Visit) -> Response:
    """A passkey that was lost."""
    with visit.write() as unit:
        person = _somebody(visit, unit)
        passkeys.remove_of(visit.node, unit, visit.person.id, person.id, visit.form.text("credential", limit=1400))
    return visit.to("/people", "lost_passkey_removed")


def get_roles(visit: Visit) -> Response:
    """Who may do what."""
    return visit.page("people/roles.html", roles=ROLES, permissions=list(Permission))


def _somebody(visit: Visit, unit: Unit) -> Person:
    person = unit.people.get(visit.form.text("person", limit=_ID))
    if person is None:
        raise NotFound
    return person


def _other(visit: Visit, unit: Unit) -> Person:
    """Nobody makes a link for themselves or disables themselves: it takes another administrator."""
    person = _somebody(visit, unit)
    if person.id == visit.person.id:
        raise Forbidden(Code.SELF_APPROVAL)
    return person


_WRITE: Final = Permission.PERSON_WRITE
PAGES: Final[tuple[Page, ...]] = (
    Page("GET", "/people", get_people, _WRITE, nav=Nav(mark("Node"), mark("People"), 30)),
    Page("POST", "/people", post_person, _WRITE, again=get_people, fresh=True),
    Page("POST", "/people/disable", post_disabled, _WRITE, again=get_people),
    Page("POST", "/people/link", post_link, _WRITE, again=get_people, fresh=True),
    Page("POST", "/people/sign-out", post_signed_out, _WRITE, again=get_people),
    Page("POST", "/people/passkey", post_key_removed, _WRITE, again=get_people),
    Page("GET", "/people/roles", get_roles, Permission.STATUS_READ, nav=Nav(mark("Node"), mark("Roles"), 40)),
)
