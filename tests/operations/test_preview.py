"""Previews: every agreement side by side, nothing merged, and what is shown is what leaves (policies.md, case 16)."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from rich.console import Console

from exchange.cli.output import Output
from exchange.cli.side_by_side import show_side_by_side
from exchange.cli.words import word
from exchange.crypto.commitments import unpack
from exchange.errors import NotFound
from exchange.model.claims import Claim, Grade
from exchange.model.records import Ref
from exchange.operations.agreements import raise_flag
from exchange.operations.preview import NoAnswer, Preview, Question, preview, releasable, sent_claims
from exchange.operations.read import read_received
from tests import invariants
from tests.federation import AGREEMENT, PURPOSE, Federation, State, agreement_document, enact
from tests.subjects import gulf_person

OTHER = "AG-DZ-AE-KW-2"


def ask(state: State, ref: Ref, to: str = "KW", agreement: str | None = None) -> list[Preview | NoAnswer]:
    with state.node.store.write() as unit:
        return preview(state.node, unit, state.staff.officer, Question(ref, to, PURPOSE, agreement))


def narrower(house: Federation) -> None:
    """A second agreement beside the first that discloses names only."""
    document = agreement_document("dz-ae-kw.yaml") | {"id": OTHER, "examples": []}
    clauses = document["clauses"]
    assert isinstance(clauses, list)
    first = clauses[0]
    assert isinstance(first, dict)
    for state in house.states.values():
        enact(state, document | {"clauses": [first | {"disclose": ["identity.name", "nationality"]}]})


def test_agreements_stand_side_by_side_and_nothing_is_merged(house: Federation) -> None:
    dz = house["DZ"]
    narrower(house)
    (ref,) = dz.deposit(gulf_person(1))
    wide, narrow = ask(dz, ref)
    assert isinstance(wide, Preview)
    assert isinstance(narrow, Preview)
    assert (wide.agreement_id, narrow.agreement_id) == (AGREEMENT, OTHER)
    one, two = ({claim.path for claim in sent_claims(each)} for each in (wide, narrow))
    assert two < one
    assert "document" not in two


def test_an_agreement_without_an_answer_says_why(house: Federation) -> None:
    dz = house["DZ"]
    narrower(house)
    (ref,) = dz.deposit(gulf_person(1))
    with dz.node.store.write() as unit:
        raise_flag(unit, dz.staff.approver, OTHER)
    first, second = ask(dz, ref)
    assert isinstance(first, Preview)
    assert second == NoAnswer(OTHER, "SUSPENDED")
    assert ask(dz, ref, agreement="AG-UNKNOWN") == [NoAnswer("AG-UNKNOWN", "AGREEMENT_NOT_IN_FORCE")]


LISTED = "AG-DZ-AE-1"


def listed_gulf_person(house: Federation) -> Ref:
    """The Gulf agreement and the one on listed persons are both in force; an invented man falls under both."""
    for code in ("DZ", "AE"):
        enact(house[code], agreement_document("dz-ae-un.yaml"))
    claims = [claim for claim in gulf_person(1) if claim.path not in ("record.marking", "listed.by")]
    claims.append(Claim("c901", "listed.by", "UN", "fact", Grade("admiralty", "A", "1")))
    claims.append(Claim("c902", "record.marking", "TLP:AMBER", "fact"))
    (ref,) = house["DZ"].deposit(tuple(claims))
    return ref


def test_two_agreements_with_one_partner_and_only_those(house: Federation) -> None:
    """The Emirates are in both agreements, Kuwait in one of them, France in none."""
    dz, ref = house["DZ"], listed_gulf_person(house)
    listed, gulf = ask(dz, ref, "AE")
    assert isinstance(listed, Preview)
    assert isinstance(gulf, Preview)
    assert (listed.agreement_id, gulf.agreement_id) == (LISTED, AGREEMENT)
    assert releasable([listed, gulf]) == [LISTED, AGREEMENT]
    only_listed, only_gulf = ({claim.path for claim in sent_claims(each)} for each in (listed, gulf))
    assert {"document", "birth.date"} <= only_listed - only_gulf
    assert only_gulf - only_listed
    decisions = [each.view.decision for each in (listed, gulf)]
    assert [each.handling.retention_days for each in decisions if each.handling] == [730, 365]
    assert [each.agreement_id for each in ask(dz, ref, "KW")] == [AGREEMENT]
    assert ask(dz, ref, "FR") == []
    (named,) = ask(dz, ref, "FR", AGREEMENT)
    assert isinstance(named, Preview)
    assert named.view.reason.code == "NOT_A_PARTY"


@pytest.mark.parametrize(("lang", "request_"), [("en", "name it:"), ("fr", "nommez-le :"), ("ar", "فسمِّه:")])
def test_side_by_side_on_the_command_line(house: Federation, lang: str, request_: str) -> None:
    """A column for each agreement, the terms under it, and the request to name one; a release names exactly one."""
    dz, ref = house["DZ"], listed_gulf_person(house)
    answers = [each for each in ask(dz, ref, "AE") if isinstance(each, Preview)]
    page = io.StringIO()
    show_side_by_side(Output(lang=lang, out=Console(file=page, width=400)), answers, "AE")
    lines = page.getvalue().splitlines()
    head = next(line for line in lines if AGREEMENT in line and LISTED in line)
    assert head.index(LISTED) < head.index(AGREEMENT)
    birth = next(line for line in lines if "birth.date" in line)
    assert birth.index(word("sent", lang)) < birth.index(word("coarser", lang))
    assert "(1.1)" in birth
    assert "(5.4)" in birth
    kept = next(line for line in lines if word("retention_days", lang) in line)
    assert kept.index("730") < kept.index("365")
    approvers = next(line for line in lines if "releasing_officer" in line)
    assert word("approvals", lang) in approvers
    assert approvers.count("1 releasing_officer") == 2
    last = lines[-1]
    assert request_ in last
    assert f"--agreement {LISTED}  --agreement {AGREEMENT}" in last


def test_a_column_that_denies_has_its_reason_and_no_terms_and_is_not_offered(house: Federation) -> None:
    dz = house["DZ"]
    for code in ("DZ", "AE"):
        enact(house[code], agreement_document("dz-ae-un.yaml"))
    claims = [claim for claim in gulf_person(1) if claim.path not in ("record.marking", "listed.by")]
    (ref,) = dz.deposit((*claims, Claim("c902", "record.marking", "TLP:AMBER", "fact")))
    answers = [each for each in ask(dz, ref, "AE") if isinstance(each, Preview)]
    assert releasable(answers) == [AGREEMENT]
    page = io.StringIO()
    show_side_by_side(Output(out=Console(file=page, width=400)), answers, "AE")
    lines = page.getvalue().splitlines()
    name = next(line for line in lines if "name.full" in line)
    assert name.index("withheld (") < name.index("sent (5.1)")
    assert lines[-1].endswith(f"--agreement {AGREEMENT}")
    assert LISTED not in lines[-1]
    assert next(line for line in lines if "approvals" in line).count("releasing_officer") == 1


@pytest.mark.parametrize("to", ["KW", "AE"])
def test_what_is_shown_is_what_arrives(house: Federation, to: str) -> None:
    dz, partner = house["DZ"], house[to]
    for n in range(5):
        (ref,) = dz.deposit(gulf_person(n))
        (shown,) = ask(dz, ref, to)
        assert isinstance(shown, Preview)
        dz.push(to, [ref])
        assert dz.deliver(to).accepted == 1
        with partner.node.store.write() as unit:
            got = read_received(partner.node, unit, partner.staff.officer, ref)
        assert list(got.claims) == sent_claims(shown)
        assert len(unpack(got.copy.claims)) == len(got.claims)


def test_the_same_preview_later_is_the_same(house: Federation) -> None:
    dz = house["DZ"]
    (ref,) = dz.deposit(gulf_person(1))
    (before,) = ask(dz, ref)
    house.clock.forward(timedelta(hours=5))
    (after,) = ask(dz, ref)
    assert isinstance(before, Preview)
    assert isinstance(after, Preview)
    assert before.view.digest == after.view.digest


def test_a_preview_is_a_read_and_names_no_record(dz: State) -> None:
    (ref,) = dz.deposit(gulf_person(1))
    ask(dz, ref)
    (line,) = invariants.entries(dz.node, "record.read")
    assert line["held"] == "own"
    assert ref.id not in str(line)
    for other in (Ref("DZ", "rec-unknown"), Ref("KW", ref.id)):
        with pytest.raises(NotFound):
            ask(dz, other)
