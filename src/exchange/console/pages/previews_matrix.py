"""One record against every partner: which field would each see, under which clause?"""

from __future__ import annotations

from starlette.responses import Response

from exchange.console.pages.preview_asked import record_of, typed, wanted
from exchange.console.pages.preview_shown import marking_of
from exchange.console.pages.records_values import field_name
from exchange.console.pages.said_law import partner_of, purpose_of, told
from exchange.console.visit import Visit
from exchange.errors import Code
from exchange.model.titles import title
from exchange.operations.matrix import Column, matrix
from exchange.operations.preview_choices import choices


def get_matrix(visit: Visit) -> Response:
    """Fields by partners; a partner has a column for each agreement, and nothing is merged."""
    ref = record_of(visit)
    with visit.write() as unit:
        offered = choices(visit.node, unit, visit.person, ref)
        asked = wanted(visit, offered)
        purpose = typed(visit, "purpose") or (offered.recorded[0] if offered.recorded else "")
        purpose = purpose or ("" if asked is None else asked.purpose)
        found = matrix(visit.node, unit, visit.person, ref, purpose) if purpose else None
    claims = () if found is None else found.held.record.claims
    purposes = sorted({code for partner in offered.partners for code in offered.purposes(partner)})
    return visit.page(
        "previews/matrix.html",
        ref=ref,
        title=None if found is None else title(found.held.record.claims),
        purpose=purpose,
        purposes=[(code, purpose_of(visit, code)) for code in purposes],
        columns=[] if found is None else [_head(visit, column) for column in found.columns],
        claims=[(claim, field_name(claim.path, visit.lang)) for claim in claims],
        marking="TLP:RED" if found is None else marking_of(found.held),
    )


def _head(visit: Visit, column: Column) -> dict[str, object]:
    decision = column.decision
    reason = None if decision is None else decision.record_reason
    return {
        "code": column.recipient,
        "partner": partner_of(visit, column.recipient),
        "agreement": column.agreement_id or "",
        "outcomes": None if decision is None else decision.outcomes,
        "released": decision is not None and decision.record_state == "released",
        "tlp": None if decision is None or decision.handling is None else decision.handling.tlp,
        "why": told(visit, decision, reason).why
        if decision is not None and reason is not None
        else ""
        if column.code is None
        else visit.sentence(Code(column.code)),
    }
