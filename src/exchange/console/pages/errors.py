"""The page for whatever was refused: what happened, what to do next, who can. It never quotes what was submitted."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from exchange.api.problems import SHOWN, status_of
from exchange.console.visit import SEE_OTHER, Visit
from exchange.errors import Code, ExchangeError, Unauthenticated
from exchange.operations.permissions import ROLES, Permission
from exchange.sentences import sentence


def error_page(visit: Visit, fault: ExchangeError) -> Response:
    """The page with the status of the error. Whoever is not signed in is led to the entrance."""
    if isinstance(fault, Unauthenticated) and visit.request.scope["path"] != "/sign-in":
        return RedirectResponse("/sign-in", SEE_OTHER)
    facts = {name: fact for name, fact in fault.facts.items() if name in SHOWN}
    return visit.page(
        "error.html",
        status_of(fault),
        title=sentence(fault.code, visit.lang),
        detail=sentence(fault.code, visit.lang, facts),
        code=fault.code.value,
        who=_who_can(fault),
        correlation=str(visit.request.scope.get("state", {}).get("correlation_id", "")),
    )


def _who_can(fault: ExchangeError) -> list[str]:
    """Roles that hold the permission that was missing."""
    wanted = fault.facts.get("permission")
    if fault.code is not Code.PERMISSION_MISSING or wanted not in set(Permission):
        return []
    return [role for role, held in ROLES.items() if Permission(str(wanted)) in held]
