"""A page of a record on paper: its marking above and below on every sheet, in FIRST's colours, also where a browser
prints no backgrounds; who printed it across every sheet; no navigation and no forms."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from pypdf import PageObject, PdfReader

from exchange.console.gate import COOKIE
from exchange.model.claims import Claim, Grade
from exchange.model.records import Ref
from exchange.model.sessions import Preferences
from exchange.operations import preferences, sessions
from exchange.sentences.law.words import TLP_COLOURS
from tests.console.browser import View, chromium, context_of, signed_in
from tests.console.kit import Consoles, consoles
from tests.databases import Sqlite
from tests.integration.api_office import covered

GRADE = Grade("admiralty", "B", "2")
CLASSES = {
    "TLP:RED": "red",
    "TLP:AMBER+STRICT": "strict",
    "TLP:AMBER": "amber",
    "TLP:GREEN": "green",
    "TLP:CLEAR": "clear",
}


@pytest.fixture(scope="module")
def printing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Consoles, Browser]]:
    folder: Path = tmp_path_factory.mktemp("print")
    (folder / "db").mkdir()
    with ExitStack() as stack:
        shared = stack.enter_context(consoles(Sqlite(folder / "db"), folder, hosts=("127.0.0.1", "localhost")))
        browser = stack.enter_context(chromium(*(each.certificate for each in shared.identities.values())))
        yield shared, browser


def long_record(shared: Consoles, label: str) -> Ref:
    """More than one sheet."""
    claims = [claim for claim in covered(3) if claim.path != "record.marking"]
    notes = [
        Claim(f"c{number}", "note", f"note {number} " + "words " * 40, "fact", GRADE) for number in range(500, 530)
    ]
    (ref,) = shared.states["DZ"].deposit((*claims, *notes, Claim("c900", "record.marking", label, "fact")))
    return ref


def sheets(printing: tuple[Consoles, Browser], ref: Ref, view: View) -> list[PageObject]:
    shared, browser = printing
    state = shared.states["DZ"]
    origin = shared.addresses["DZ"].replace("127.0.0.1", "localhost")
    with state.node.store.write() as unit:
        preferences.keep(state.node, unit, state.staff.officer, Preferences(lang=view.lang, theme=view.scheme))
        token, _ = sessions.open_session(state.node, unit, state.staff.officer.id, "passkey")
    with context_of(browser, view, [signed_in(origin, COOKIE, token)]) as context:
        page = context.new_page()
        answer = page.goto(f"{origin}/records/{ref.originator}/{ref.id}")
        assert answer is not None
        assert answer.status == 200
        data = page.pdf(prefer_css_page_size=True, print_background=False)
    return list(PdfReader(io.BytesIO(data)).pages)


def heights(sheet: PageObject, label: str) -> list[float]:
    """How high on the sheet (of 842 points) the label stands, each time it does."""
    found: list[float] = []

    def see(text: str, matrix: list[float], text_matrix: list[float], *_more: Any) -> None:
        if text.strip() == label:
            found.append(matrix[5] + matrix[3] * text_matrix[5])

    sheet.extract_text(visitor_text=see)
    return found


def patterned(sheet: PageObject) -> bool:
    """Whether something drawn on the sheet is filled with a pattern."""
    resources: Any = sheet["/Resources"]
    forms = [each.get_object() for each in resources.get("/XObject", {}).values()]
    return any("/Pattern" in form.get("/Resources", {}) for form in forms)


READERS = (View("ar"), View("en", "dark"), View("fr", scripts=False), View("ar", "dark"), View("en"))


@pytest.mark.parametrize(("label", "view"), list(zip(TLP_COLOURS, READERS, strict=True)), ids=str)
def test_the_marking_stands_above_and_below_on_every_sheet(
    label: str, view: View, printing: tuple[Consoles, Browser]
) -> None:
    shared, _ = printing
    found = sheets(printing, long_record(shared, label), view)
    assert len(found) > 1
    wanted = tuple(round(int(TLP_COLOURS[label][at : at + 2], 16) / 255, 2) for at in (1, 3, 5))
    for sheet in found:
        places = heights(sheet, label)
        assert [place for place in places if place > 842 - 24 * 72 / 25.4], places
        assert [place for place in places if place < 24 * 72 / 25.4], places
        assert patterned(sheet), "the watermark is a pattern across the sheet"
        text = sheet.extract_text()
        assert not set(CLASSES) - {label} & set(re.findall(r"^TLP:[A-Z+]+$", text, re.M))
        contents = sheet.get_contents()
        assert contents is not None
        drawn = contents.get_data().decode("latin-1")
        boxes = re.findall(r"\b0 0 0 rg\s(?:/\w+ gs\s)?[-\d. ]+ re\s+f\s+([\d.]+) ([\d.]+) ([\d.]+) RG", drawn)
        assert [tuple(round(float(each), 2) for each in colour) for colour in boxes][:2] == [wanted, wanted]
    assert "DZ · officer-dz · " in found[-1].extract_text()


def test_navigation_and_forms_stay_on_the_screen(printing: tuple[Consoles, Browser]) -> None:
    shared, _ = printing
    text = "\n".join(sheet.extract_text() for sheet in sheets(printing, long_record(shared, "TLP:GREEN"), View()))
    for unwanted in ("Sign out", "Preferences", "Skip to the content", "Change"):
        assert unwanted not in text
    assert "note 529" in text


def test_a_page_without_a_record_carries_no_marking(printing: tuple[Consoles, Browser]) -> None:
    css = Path(__file__).resolve().parents[2] / "src/exchange/console/static/print.css"
    rules = css.read_text(encoding="utf-8")
    for label, kind in CLASSES.items():
        assert rules.count(f'content: "{label}"') == 2
        assert f"body:has(.foot .tlp-{kind}) {{ page: {kind}; }}" in rules
