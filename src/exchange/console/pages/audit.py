"""The auditor: what can be done here, and how far our ledger has come. Each thing has a page of its own beside this."""

from __future__ import annotations

from typing import Final, NamedTuple

from starlette.responses import Response

from exchange.console.page import Nav, Page
from exchange.console.pages import audit_entries, audit_openings, audit_reconcile, audit_take, audit_verify
from exchange.console.visit import Visit
from exchange.console.words import mark
from exchange.crypto import checkpoint
from exchange.operations.permissions import Permission

SAID: Final[dict[str, str]] = {**audit_openings.SAID, **audit_reconcile.SAID}


class Task(NamedTuple):
    """Something to do here: where, who may, msgids of what it is called and what it is for."""

    path: str
    permission: Permission
    label: str
    about: str


TASKS: Final = (
    Task("/audit/verify", Permission.AUDIT_OPENING_READ, mark("Verify a file"),
         mark("An export, an evidence bundle or a blind package, of this node or of any other.")),
    Task("/audit/reconcile", Permission.RECONCILE_RUN, mark("Reconcile two ledgers"),
         mark("What one side sent beside what the other took in: from two exports, or with a partner now.")),
    Task("/audit/entries", Permission.AUDIT_EXPORT, mark("Read the ledger"),
         mark("Every act at this node, newest first. What it was about stays hidden.")),
    Task("/audit/openings", Permission.AUDIT_OPENING_READ, mark("Open one entry"),
         mark("One person asks, another confirms, the first reads once.")),
    Task("/audit/export", Permission.AUDIT_EXPORT, mark("Take the ledger along"),
         mark("One file that anybody can verify without this node.")),
    Task("/audit/bundle", Permission.BUNDLE_MAKE, mark("Evidence of one release"),
         mark("One file for a court, and what it says on paper.")),
)  # fmt: skip


def get_audit(visit: Visit) -> Response:
    """The overview."""
    with visit.read() as unit:
        size, note = unit.ledger.head(lock=False).size, unit.ledger.checkpoint()
    head = None if note is None else checkpoint.read(note)
    return visit.page(
        "audit/audit.html",
        size=size,
        head=head,
        root="" if head is None else head.root.hex(),
        fingerprint=visit.node.keys.root_fingerprint,
        tasks=[(task, visit.may(task.permission)) for task in TASKS],
    )


PAGES: Final[tuple[Page, ...]] = (
    Page("GET", "/audit", get_audit, Permission.AUDIT_OPENING_READ, nav=Nav(mark("Audit"), mark("Overview"), 0)),
    *audit_verify.PAGES,
    *audit_reconcile.PAGES,
    *audit_entries.PAGES,
    *audit_openings.PAGES,
    *audit_take.PAGES,
)
