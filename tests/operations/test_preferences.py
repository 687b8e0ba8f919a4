"""Preferences: kept for each person, only what may be chosen, and never in the way when what was kept is odd."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest

from exchange.errors import BadInput, Forbidden
from exchange.model.sessions import Preferences
from exchange.operations import preferences
from exchange.operations.preferences import ALLOWED
from tests.federation import State
from tests.operations.sign_in_kit import write

CHOSEN = Preferences("ar", "dark", "arab", "both", "compact", False)


def test_what_was_chosen_is_kept_for_that_person(dz: State) -> None:
    write(dz, lambda n, u: preferences.keep(n, u, dz.staff.officer, CHOSEN))
    with dz.node.store.read() as unit:
        assert preferences.of(unit, dz.staff.officer.id) == CHOSEN
        assert preferences.of(unit, dz.staff.second.id) == Preferences()
    write(dz, lambda n, u: preferences.keep(n, u, dz.staff.officer, replace(CHOSEN, lang="fr")))
    with dz.node.store.read() as unit:
        assert preferences.of(unit, dz.staff.officer.id).lang == "fr"


def test_the_defaults_are_among_what_may_be_chosen() -> None:
    chosen = asdict(Preferences())
    assert {name: value for name, value in chosen.items() if name != "keys"}.keys() == ALLOWED.keys()
    assert all(chosen[name] in allowed for name, allowed in ALLOWED.items())


@pytest.mark.parametrize(
    ("at", "wrong"),
    [
        ("lang", replace(CHOSEN, lang="de")),
        ("theme", replace(CHOSEN, theme="sepia")),
        ("digits", replace(CHOSEN, digits="thai")),
        ("calendar", replace(CHOSEN, calendar="hijri")),
        ("density", replace(CHOSEN, density="tiny")),
    ],
)
def test_nothing_else_is_kept(dz: State, at: str, wrong: Preferences) -> None:
    with pytest.raises(BadInput) as refused:
        write(dz, lambda n, u: preferences.keep(n, u, dz.staff.officer, wrong))
    assert refused.value.facts == {"at": at}


def test_what_is_odd_is_passed_over(dz: State) -> None:
    for kept, expected in (
        ('{"lang":"de","theme":"dark"}', Preferences(theme="dark")),
        ("[]", Preferences()),
        ('{"keys":false,"more":1}', Preferences(keys=False)),
    ):
        with dz.node.store.write() as unit:
            unit.sessions.prefer(dz.staff.officer.id, kept)
        with dz.node.store.read() as unit:
            assert preferences.of(unit, dz.staff.officer.id) == expected


def test_only_for_oneself_while_one_may_act(dz: State) -> None:
    with pytest.raises(Forbidden):
        write(dz, lambda n, u: preferences.keep(n, u, replace(dz.staff.officer, disabled=True), CHOSEN))
