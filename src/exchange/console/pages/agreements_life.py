"""What changes the state of a version: signatures, offering, activation, suspension, the end by two persons."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from starlette.responses import Response

from exchange.console.page import Page
from exchange.console.pages.agreements_version import get_version
from exchange.console.visit import Visit
from exchange.console.words import mark
from exchange.crypto.rootsign import MAX_SIGNATURE
from exchange.errors import BadInput, Code, Conflict, NotFound, TooLarge
from exchange.operations import agreements, offers, terminate
from exchange.operations.overview import list_agreements
from exchange.operations.permissions import Permission
from exchange.operations.schedule import unschedule
from exchange.ports import Unit

SAID: Final[dict[str, str]] = {
    "agreement_signed": mark("The signature is verified and kept."),
    "agreement_offered": mark("It was offered. The partner’s answer brought the signatures that it holds."),
    "agreement_in_force": mark("It is in force from now on."),
    "agreement_scheduled": mark("It comes into force at that time, if every check still holds then."),
    "agreement_unscheduled": mark("The date is taken back. It is a draft again, with its signatures."),
    "agreement_suspended": mark("It is suspended. Nothing leaves under it from now on."),
    "agreement_lifted": mark("The suspension is lifted. It is in force again."),
    "agreement_end_asked": mark("The end is asked for. It takes effect when another person confirms it."),
    "agreement_end_withdrawn": mark("The request to end it is taken back."),
    "agreement_ended": mark("It has ended. Nothing leaves under it any more, and the other parties are told."),
}
_TIME: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]([0-9]{2}:[0-9]{2})(?::[0-9]{2})?Z?", re.ASCII)


def post_signature(visit: Visit) -> Response:
    """Takes a party's signature, ours made where the root key is, or a partner's."""
    data = visit.form.file("signature").strip()
    if len(data) > MAX_SIGNATURE:
        raise TooLarge(limit=MAX_SIGNATURE)
    id_, version = _which(visit)
    with visit.write() as unit:
        agreements.add_signature(visit.node, unit, visit.person, id_, version, data)
    return visit.to(_path(visit), "agreement_signed")


def post_offer(visit: Visit) -> Response:
    """Offers it to a partner, and fetches the signatures that the partner holds."""
    id_, version = _which(visit)
    code = visit.form.text("partner", limit=2)
    if re.fullmatch("[A-Z]{2}", code, re.ASCII) is None:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="/partner")
    offers.offer(visit.node, visit.person, code, id_, version)
    return visit.to(_path(visit), "agreement_offered")


def post_activate(visit: Visit) -> Response:
    """Puts it in force, now or at a time; lifts a suspension."""
    id_, version = _which(visit)
    starts = _starts(visit)

    def act(unit: Unit) -> Response:
        before = agreements.get_version(unit, id_, version)
        _same(visit, before.digest)
        stored = agreements.activate(visit.node, unit, visit.person, id_, version, starts)
        if stored.state == "scheduled":
            return visit.to(_path(visit), "agreement_scheduled")
        return visit.to(_path(visit), "agreement_lifted" if before.state == "suspended" else "agreement_in_force")

    return visit.once(act)


def post_unschedule(visit: Visit) -> Response:
    """Takes the date back."""
    id_, version = _which(visit)

    def act(unit: Unit) -> Response:
        unschedule(visit.node, unit, visit.person, id_, version)
        return visit.to(_path(visit), "agreement_unscheduled")

    return visit.once(act)


def post_suspend(visit: Visit) -> Response:
    """Stops every release under it, at once, by one person."""
    id_, _ = _in_force(visit)
    with visit.write() as unit:  # a unit of its own: releases see the flag before they lock
        agreements.raise_flag(unit, visit.person, id_)
    with visit.write() as unit:
        agreements.suspend(visit.node, unit, visit.person, id_)
    return visit.to(_path(visit), "agreement_suspended")


def post_end(visit: Visit) -> Response:
    """Asks that it ends."""
    id_, _ = _in_force(visit)

    def act(unit: Unit) -> Response:
        terminate.ask_termination(visit.node, unit, visit.person, id_)
        return visit.to(_path(visit), "agreement_end_asked")

    return visit.once(act)


def post_end_withdraw(visit: Visit) -> Response:
    """Takes the request back."""
    id_, _ = _in_force(visit)

    def act(unit: Unit) -> Response:
        terminate.withdraw_termination(visit.node, unit, visit.person, id_)
        return visit.to(_path(visit), "agreement_end_withdrawn")

    return visit.once(act)


def post_end_confirm(visit: Visit) -> Response:
    """Ends what another person asked to end."""
    if not visit.form.ticked("understood"):
        raise BadInput(Code.MISSING_MEMBER, at="/understood")
    id_, _ = _in_force(visit)
    terminate.confirm_termination(visit.node, visit.person, id_)
    return visit.to(_path(visit), "agreement_ended")


def _which(visit: Visit) -> tuple[str, int]:
    return visit.part("agreement"), int(visit.part("version"))


def _in_force(visit: Visit) -> tuple[str, int]:
    """The version of the address, which must be the one that stands: two tabs may show two versions. NotFound."""
    id_, version = _which(visit)
    with visit.read() as unit:
        stands = [
            each.version
            for each in list_agreements(unit, visit.person)
            if each.id == id_ and each.state in ("active", "suspended")
        ]
    if version not in stands:
        raise NotFound
    return id_, version


def _same(visit: Visit, digest: str) -> None:
    """A draft can be replaced between looking and acting: what is put in force is what was looked at."""
    if visit.form.text("digest", limit=64) != digest:
        raise Conflict(Code.STALE, at="/digest")


def _starts(visit: Visit) -> datetime | None:
    """`YYYY-MM-DD HH:MM` in UTC, or nothing."""
    text = visit.form.text("starts", limit=24, needed=False)
    if not text:
        return None
    found = _TIME.fullmatch(text)
    try:
        if found is not None:
            return datetime.fromisoformat(f"{found[1]}T{found[2]}:00").replace(tzinfo=UTC)
    except ValueError:
        pass
    raise BadInput(Code.VALUE_NOT_ALLOWED, at="/starts")


def _path(visit: Visit) -> str:
    return f"/agreements/{visit.part('agreement')}/{int(visit.part('version'))}"


_ONE: Final = "/agreements/{agreement}/{version}"
_WRITE: Final = Permission.AGREEMENT_WRITE
_END: Final = Permission.AGREEMENT_TERMINATE
PAGES: Final[tuple[Page, ...]] = (
    Page("POST", f"{_ONE}/signature", post_signature, _WRITE, again=get_version, fresh=True),
    Page("POST", f"{_ONE}/offer", post_offer, _WRITE, again=get_version),
    Page("POST", f"{_ONE}/activate", post_activate, _WRITE, again=get_version, fresh=True),
    Page("POST", f"{_ONE}/unschedule", post_unschedule, _WRITE, again=get_version),
    Page("POST", f"{_ONE}/suspend", post_suspend, Permission.AGREEMENT_SUSPEND, again=get_version),
    Page("POST", f"{_ONE}/end", post_end, _END, again=get_version),
    Page("POST", f"{_ONE}/end/withdraw", post_end_withdraw, _END, again=get_version),
    Page("POST", f"{_ONE}/end/confirm", post_end_confirm, _END, again=get_version, fresh=True),
)
