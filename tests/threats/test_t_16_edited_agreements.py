"""T-16: somebody edits an agreement or a national policy in the database. Nothing leaves under the edited text.

A document edited alone no longer has the digest that its parties signed and the ledger names: nobody reads it. Whoever
edits the digest as well changes what approvers signed and what the partner compares, and the export no longer verifies.
"""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text

from exchange.crypto.encoding import digest
from exchange.errors import Code
from exchange.ledger import verify as audit
from exchange.operations.audit import export_lines, note_export
from exchange.operations.preview import Question, preview
from exchange.operations.receive import receive
from tests import invariants
from tests.federation import AGREEMENT, PURPOSE, State
from tests.subjects import gulf_person
from tests.threats.worlds import World, caught

EDITS = (
    (b'"disclose":["identity.name","birth.year",', b'"disclose":["identity.name","birth.date",'),
    (b'"withhold":["birth.date",', b'"withhold":['),
)


def edit(url: str, *, digest_too: bool) -> None:
    """Lets the clauses disclose dates of birth. Only who may drop triggers gets so far (`guard_document_update`)."""
    engine = create_engine(url)
    named = {"id": AGREEMENT}
    with engine.begin() as connection:
        on = "" if url.startswith("sqlite") else " ON agreements"
        connection.execute(text(f"DROP TRIGGER guard_document_update{on}"))
        kept = connection.execute(text("SELECT document FROM agreements WHERE id = :id"), named).scalar_one()
        edited = bytes(kept)
        for before, after in EDITS:
            assert before in edited
            edited = edited.replace(before, after)
        change = text("UPDATE agreements SET document = :new WHERE id = :id")
        connection.execute(change, {**named, "new": edited})
        if digest_too:
            change = text("UPDATE agreements SET digest = :new WHERE id = :id")
            connection.execute(change, {**named, "new": digest("exchange/agreement/1", edited).hex()})
    engine.dispose()


def export_fails(state: State) -> bool:
    size = note_export(state.node, state.staff.auditor)
    lines = export_lines(state.node, size)
    return audit.verify(lines, fingerprint=state.node.keys.root_fingerprint).exit_code != 0


def test_an_edited_document_is_read_by_nobody(place: World) -> None:
    dz, kw = place["DZ"], place["KW"]
    refs = dz.deposit(gulf_person(1))
    (proposal,) = dz.propose("KW", refs).proposals
    dz.approve(proposal)
    edit(place.urls["DZ"], digest_too=False)

    def look() -> None:
        with dz.node.store.write() as unit:
            preview(dz.node, unit, dz.staff.officer, Question(refs[0], "KW", PURPOSE, AGREEMENT))

    for call in (lambda: dz.release(proposal), lambda: dz.propose("KW", refs), look):
        assert caught(call) is Code.AGREEMENT_INVALID
    assert invariants.sent(dz.node, "KW") == []
    assert invariants.entries(dz.node, "release.released") == []
    invariants.holds_exactly(dz.node, kw.node, [])


def test_what_was_queued_before_the_edit_does_not_go_out(place: World) -> None:
    dz, kw = place["DZ"], place["KW"]
    dz.push("KW", dz.deposit(gulf_person(1)))
    edit(place.urls["DZ"], digest_too=False)
    assert caught(lambda: dz.deliver("KW")) is Code.AGREEMENT_INVALID
    invariants.holds_exactly(dz.node, kw.node, [])


def test_a_recipient_with_an_edited_document_takes_nothing_in(place: World) -> None:
    dz, kw = place["DZ"], place["KW"]
    dz.push("KW", dz.deposit(gulf_person(1)))
    (item,) = invariants.sent(dz.node, "KW")
    edit(place.urls["KW"], digest_too=False)
    assert caught(lambda: receive(kw.node, "DZ", item.wire)) is Code.AGREEMENT_INVALID
    invariants.holds_exactly(dz.node, kw.node, [])


@pytest.mark.parametrize("approved_before", [True, False])
def test_an_edited_document_with_its_digest_reaches_no_partner(place: World, approved_before: bool) -> None:
    """The digest is what approvers signed and what the partner compares; and the ledger has the old one."""
    dz, kw = place["DZ"], place["KW"]
    refs = dz.deposit(gulf_person(1))
    if approved_before:
        (proposal,) = dz.propose("KW", refs).proposals
        dz.approve(proposal)
    edit(place.urls["DZ"], digest_too=True)
    if approved_before:
        assert dz.release(proposal).reason == Code.APPROVAL_STALE.value
    else:
        assert [outcome.state for outcome in dz.push("KW", refs)] == ["released"]
        assert dz.deliver("KW").stopped is Code.AGREEMENT_NOT_IN_FORCE
        assert export_fails(dz)
    invariants.holds_exactly(dz.node, kw.node, [])
