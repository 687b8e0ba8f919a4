"""Caveats travel with the record and are the first thing that is shown of it (policies.md, Safeguards)."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from exchange.cli.output import Output
from exchange.cli.preview import show_preview
from exchange.cli.record import caveats_of, warn
from exchange.cli.safe import shown
from exchange.cli.words import word
from exchange.model.claims import Claim
from exchange.model.vocab import CAVEATS
from exchange.operations.preview import Preview, Question, preview
from exchange.operations.read import read_received
from tests.federation import AGREEMENT, PURPOSE, Federation
from tests.subjects import gulf_person

SAID = ("NO_ARREST_BASIS", "NO_REMOVAL_BASIS")


def with_caveats() -> tuple[Claim, ...]:
    claims = [claim for claim in gulf_person(1) if claim.path != "record.caveat"]
    return (*claims, *(Claim(f"c{900 + place}", "record.caveat", each, "fact") for place, each in enumerate(SAID)))


@pytest.mark.parametrize("lang", ["ar", "fr", "en"])
def test_the_caveats_come_first_in_a_preview_and_travel(house: Federation, lang: str) -> None:
    dz, kw = house["DZ"], house["KW"]
    (ref,) = dz.deposit(with_caveats())
    with dz.node.store.write() as unit:
        (answer,) = preview(dz.node, unit, dz.staff.officer, Question(ref, "KW", PURPOSE, AGREEMENT))
    assert isinstance(answer, Preview)
    told = StringIO()
    show_preview(Output(lang=lang, out=Console(file=told, width=200)), answer, "KW")
    lines = told.getvalue().splitlines()
    assert lines[:2] == [f"{caveat}: {shown(word(caveat, lang))}" for caveat in SAID]
    dz.push("KW", [ref])
    dz.deliver("KW")
    with kw.node.store.write() as unit:
        received = read_received(kw.node, unit, kw.staff.officer, ref)
    assert caveats_of(received.claims) == list(SAID)


def test_what_the_handling_adds_is_shown_too_and_only_codes_count() -> None:
    claims = [Claim("c1", "record.caveat", "NO_REMOVAL_BASIS", "fact"), Claim("c2", "record.caveat", 5, "fact")]
    assert caveats_of(claims, {"caveats": ["COURT_USE_NEEDS_CONSENT"]}) == [
        "COURT_USE_NEEDS_CONSENT",
        "NO_REMOVAL_BASIS",
    ]
    assert caveats_of([], None) == []
    told = StringIO()
    warn(Output(out=Console(file=told)), sorted(CAVEATS))
    assert len(told.getvalue().splitlines()) == len(CAVEATS)
