"""`exchange guide`: one page for a role, without a node."""

from __future__ import annotations

from pathlib import Path

import pytest

from exchange.operations.permissions import ROLES
from tests.cli import run
from tests.paper_kit import pages


@pytest.mark.parametrize("lang", ["ar", "fr", "en"])
@pytest.mark.parametrize("role", ROLES)
def test_the_card_is_written(role: str, lang: str, tmp_path: Path) -> None:
    file = tmp_path / "card.pdf"
    ran = run("guide", role, "--lang", lang, "--out", str(file), "--json")
    assert ran.exit_code == 0
    assert (ran.json["role"], ran.json["lang"], ran.json["out"]) == (role, lang, str(file))
    assert len(pages(file.read_bytes())) == 1


def test_a_role_that_does_not_exist(tmp_path: Path) -> None:
    ran = run("guide", "spy", "--out", str(tmp_path / "card.pdf"))
    assert ran.exit_code == 2
    assert not (tmp_path / "card.pdf").exists()
