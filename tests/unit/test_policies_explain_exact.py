"""A decision in words and as a document: every sentence with its remedy, in three languages."""

from __future__ import annotations

import pytest

from exchange.policies.decide import Decision
from exchange.policies.explain import Explanation, Line, explain, explain_reason
from exchange.policies.reasons import Reason
from tests.unit.policies_kit import NAME, agreement, ask, clause, record

UNCLEAR = clause(id="5.2", disclose=["gender"], when={"nationality": ["KW"]})
"""Whether it applies cannot be told of a record without nationality."""
TRAVELS = "It always travels with the record."


def released() -> tuple[Decision, Explanation]:
    base = record(NAME, ("gender", "male"), ("birth.date", {"precision": "exact", "date": "1990-01-01"}))
    year = base.claims[0]._replace(id="c40", path="birth.year", value=1990, derived_from="c3")
    about = base._replace(claims=(*base.claims, year))
    decision = ask(agreement(clauses=[clause(disclose=["name.full", "birth.year"]), UNCLEAR]), about)
    return decision, explain(decision, about, "en")


def test_every_line_of_a_release() -> None:
    _, told = released()
    assert (told.state, told.why, told.remedy) == ("released", None, None)
    assert told.lines == (
        Line("c1", "name.full", "sent", "Sent under clause 5.1.", None),
        Line(
            "c2",
            "gender",
            "withheld",
            "Clause 5.2 covers it, but the record does not let its condition be checked.",
            "Complete in the record what the rule asks about.",
        ),
        Line(
            "c3",
            "birth.date",
            "coarser",
            "No clause lets it go to KW. The coarser claim c40 is sent in its place.",
            "It needs an amendment to AG-DZ-AE-KW, signed by all parties.",
        ),
        Line("c4", "record.marking", "sent", TRAVELS, None),
        Line("c5", "record.legal_basis", "sent", TRAVELS, None),
        Line("c6", "record.purpose", "sent", TRAVELS, None),
        Line("c7", "record.purpose", "sent", TRAVELS, None),
        Line("c8", "record.review", "sent", TRAVELS, None),
        Line("c9", "record.category", "sent", TRAVELS, None),
        Line("c40", "birth.year", "sent", "Sent under clause 5.1.", None),
    )


def test_a_denial_with_what_helps() -> None:
    about = record(NAME)
    told = explain(ask(agreement(), about, to="FR"), about, "en")
    assert (told.state, told.why) == ("denied", "Our state or FR is not a party to AG-DZ-AE-KW.")
    assert told.remedy == "See whether another agreement with FR permits it."
    assert {(line.state, line.why, line.remedy) for line in told.lines} == {
        ("withheld", "The record as a whole is not sent.", "See why the record is denied.")
    }
    forbid = {"id": "9", "from": "*", "to": "*", "kinds": "*"}
    forbidden = explain(ask(agreement(forbids=[forbid]), about), about, "en")
    assert (forbidden.why, forbidden.remedy) == ("Clause 9 forbids sending this record to KW.", None)


@pytest.mark.parametrize(
    ("reason", "language", "found"),
    [
        (Reason("FORBIDDEN", "9", None), "fr", ("L'article 9 interdit d'envoyer cette fiche à KW.", None)),
        (Reason("FORBIDDEN", None, None), "en", ("Clause  forbids sending this record to KW.", None)),
        (Reason("CLAUSE", "5.1", None), "ar", ("تُرسل بموجب البند 5.1.", None)),
        (
            Reason("PURPOSE_NOT_AGREED", None, "AMEND_AGREEMENT"),
            "fr",
            (
                "La finalité border.checks n'est pas prévue par AG-DZ-AE-KW.",
                "Il faut un avenant à AG-DZ-AE-KW, signé par toutes les Parties.",
            ),
        ),
        (
            Reason("NO_CLAUSE", None, "CHOOSE_AGREEMENT"),
            "ar",
            ("لا يسمح أي بند بإرسالها إلى KW.", "تحقّق مما إذا كان اتفاق آخر مع KW يسمح بذلك."),
        ),
    ],
)
def test_one_reason_and_its_remedy(reason: Reason, language: str, found: tuple[str, str | None]) -> None:
    decision, _ = released()
    assert explain_reason(reason, decision, language) == found


@pytest.mark.parametrize("language", ["de", "EN", ""])
def test_no_other_language(language: str) -> None:
    decision, _ = released()
    with pytest.raises(KeyError):
        explain_reason(Reason("NO_CLAUSE", None, None), decision, language)


def test_claims_that_are_written_already_are_taken_as_they_are() -> None:
    decision, _ = released()
    assert decision.document(["written"]) == {**decision.document(), "claims": ["written"]}
    assert decision.document([])["claims"] == []
    assert decision.document(decision.told()) == decision.document()
