"""Hostile texts on paper, map and network, and in table files: told as what they are, never run, never reordering."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pypdf import PdfReader

from exchange import paper
from exchange.console.files import BOM, cell, csv_file
from exchange.console.marks import BIDI
from exchange.model.claims import Claim, Grade
from exchange.model.messages import LegalReason, Notice, Request
from exchange.model.records import Record, Ref
from exchange.model.state import MessageKey, StoredMessage
from exchange.operations.deposit import Draft, deposit
from exchange.sentences.law.text import LawText
from exchange.sentences.record.letter import letter_text
from exchange.sentences.record.preview import Previewed, preview_text
from exchange.sentences.record.sheet import Shown, record_text
from exchange.sentences.visible import BREAK, visible
from tests.console.hostile import HOSTILE, LONG, Inert, kept, refused
from tests.console.kit import Consoles, Desk
from tests.console.test_places import draft, name
from tests.paper_kit import WATERMARK
from tests.unit.policies_kit import agreement, ask, record

LANGUAGES = ("ar", "fr", "en")
GRADE = Grade("admiralty", "B", "2")
NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
TYPST = [
    '#read("/etc/passwd")', '#panic("x")', "#sys.inputs.law", '#import "@preview/x:1.0.0": *', '#eval("1+1")',
    "#{1 + 1}",
    "#include \"/etc/hosts\"", "$ x^2 $", "= Heading", "- item", "+ item", "/ term: x", "*bold* _it_", "@label <label>",
    "// comment", "/* comment */", "`raw` ```block```", "~ --- -- ...", "\\u{41} \\ \\#", "#text(fill: red)[x]",
    "#set page(width: 1pt)", "#pagebreak()", "#link(\"http://x.invalid\")", "]", "[#x", "#let x = 1", "#counter(page)",
    '#image("/etc/passwd")', "#plugin(\"x.wasm\")", "#box(width: 9999pt)[x]",
]  # fmt: skip
TEXTS = [*TYPST, *HOSTILE]
SHOWN = [text for text in TEXTS if len(text) < LONG // 4]
REORDERING = re.compile("[\u061c\u200e\u200f\u202a-\u202e]")


def notes(texts: Iterable[str]) -> tuple[Claim, ...]:
    """A record may not hold all of these; paper must bear what it is given."""
    told = tuple(Claim(f"c{number}", "note", text, "hearsay", GRADE) for number, text in enumerate(texts, 1))
    return (*told, Claim("c9000", "record.marking", "TLP:RED", "fact"))


def raw(text: LawText) -> list[str]:
    data = paper.pdf(text, mono=True, watermark=WATERMARK)
    return [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]


def squeezed(text: str) -> str:
    return re.sub(f"[\\s{BREAK}\u2066-\u2069]", "", text)


def test_there_are_enough_of_them() -> None:
    assert len(TEXTS) > 200
    assert len(set(TEXTS)) == len(TEXTS)


def test_a_record_prints_every_text_as_what_it_is() -> None:
    shown = Shown(Ref("DZ", "rec-00000001"), 1, "person", NOW, notes(SHOWN), "cd" * 32)
    pages = raw(record_text(shown, "en"))
    whole = squeezed("".join(pages))
    for text in SHOWN:
        told = squeezed(visible(text))
        if told.isascii():
            assert told in whole, text
    for text in SHOWN:
        for sign in set(text) & BIDI:
            assert f"[U+{ord(sign):04X}]" in whole
    assert not REORDERING.search("".join(pages))
    for page in pages:
        assert page.count("TLP:RED") >= 2
        assert WATERMARK in page


def test_nothing_is_read_or_run() -> None:
    secrets = [line for line in Path("/etc/passwd").read_text(encoding="utf-8").splitlines() if ":" in line]
    assert secrets
    shown = Shown(Ref("DZ", "rec-00000001"), 1, "person", NOW, notes(TYPST), "cd" * 32)
    whole = squeezed("".join(raw(record_text(shown, "en"))))
    for text in TYPST:
        assert squeezed(text) in whole, text
    assert squeezed(secrets[0]) not in whole


@pytest.mark.parametrize("lang", LANGUAGES)
def test_ten_thousand_signs_are_all_there(lang: str) -> None:
    long = [text for text in TEXTS if len(text) >= LONG // 4]
    assert len(long) >= 5
    shown = Shown(Ref("DZ", "rec-00000001"), 1, "person", NOW, notes(long), "cd" * 32)
    data = paper.pdf(record_text(shown, lang), mono=True)
    reader = PdfReader(io.BytesIO(data))
    assert len(reader.pages) > 20
    if lang == "en":
        told = squeezed("".join(page.extract_text() for page in reader.pages[:12]))
        assert told.count("a") > LONG


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_kind_of_paper_bears_them(lang: str) -> None:
    shown = Shown(Ref("DZ", "rec-00000001"), 1, "person", NOW, notes(SHOWN), "cd" * 32)
    assert paper.pdf(record_text(shown, lang), watermark=WATERMARK).startswith(b"%PDF-")
    base = record()
    about = Record(
        "DZ",
        base.id,
        1,
        "person",
        base.issued,
        (*base.claims, *(each._replace(id=f"c{n}") for n, each in enumerate(notes(SHOWN)[:-1], 500))),
    )
    assert paper.pdf(preview_text(Previewed(about, ask(agreement(), about), "ef" * 32, 1), lang)).startswith(b"%PDF-")
    stored = StoredMessage(
        MessageKey("msg-" + "1" * 32, "AE", "in"), "msg-" + "1" * 32, "request", "AG-DZ-AE", "received", NOW, b"x"
    )
    asked = Request("border.checks", "msg-" + "1" * 32, "\n".join(SHOWN), "\u202elaw", "8h", ())
    pages = raw(letter_text(stored, asked, [], lang))
    assert not REORDERING.search("".join(pages))
    note = Notice(
        "border.checks",
        stored.thread,
        "breach",
        "closed",
        (),
        LegalReason("other", SHOWN[0]),
        None,
        "\u202e" + SHOWN[1],
    )
    assert raw(letter_text(stored, note, [], lang))


def test_no_cell_of_a_table_file_is_a_formula() -> None:
    response = csv_file("x.csv", ["text"], [[text] for text in TEXTS])
    rows = list(csv.reader(io.StringIO(bytes(response.body).decode("utf-8").removeprefix(BOM))))
    assert len(rows) == len(TEXTS) + 1
    for (found,), text in zip(rows[1:], TEXTS, strict=True):
        assert found == cell(text).replace("\r", "")
        assert not found.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.fixture(scope="module")
def officer(shared: Consoles) -> Desk:
    return shared.desk("DZ", shared.states["DZ"].staff.officer)


@pytest.fixture(scope="module")
def held(shared: Consoles) -> list[tuple[str, Ref]]:
    """Camps whose name, town and source are a text that a claim may hold, each linked to the first."""
    state = shared.states["DZ"]
    texts = [kept(text) for text in TEXTS if not refused(text)]
    drafts = [
        draft("camp", ("name.full", name(text, "Zyyy")), ("location.area", {"city": text, "lat": 31, "lon": 16}))
        for text in texts
    ]
    with state.node.store.write() as unit:
        refs = deposit(state.node, unit, state.staff.officer, drafts)
        ties = [tie(refs[0], ref, text) for ref, text in list(zip(refs, texts, strict=True))[1:]]
        deposit(state.node, unit, state.staff.officer, ties)
    assert len(refs) > 100
    return list(zip(texts, refs, strict=True))


def tie(first: Ref, second: Ref, text: str) -> Draft:
    ends = [{"originator": ref.originator, "id": ref.id} for ref in (first, second)]
    return draft(
        "relation",
        ("relation.type", "allied_with"),
        ("relation.from", ends[0]),
        ("relation.to", ends[1]),
        ("source.reference", text),
    )


def test_the_map_and_its_table_bear_them(officer: Desk, held: list[tuple[str, Ref]]) -> None:
    pages, path = [], "/places"
    while path:
        page = officer.open(path)
        assert page.status == 200
        pages.append(page)
        path = next((link for link in page.links if "from=" in link), "")
    for page in pages:
        assert Inert(page.html).faults == []
    data = json.loads(officer.client.get("/places/data").text)
    labels = {each["id"].rpartition("-")[0]: each["label"] for each in data["places"]}
    for text, ref in held:
        assert labels[f"DZ/{ref.id}"] == text
    rows = csv.reader(io.StringIO(officer.client.get("/places/csv").content.decode("utf-8-sig")))
    names = {row[0]: row[1] for row in rows}
    for text, ref in held:
        assert names[f"DZ/{ref.id}"] == cell(text)


def test_the_network_bears_them(officer: Desk, held: list[tuple[str, Ref]]) -> None:
    base = f"/records/DZ/{held[0][1].id}/network"
    page = officer.open(base)
    assert page.status == 200
    assert Inert(page.html).faults == []
    data = json.loads(officer.client.get(f"{base}/data").text)
    assert {each["label"] for each in data["nodes"]} >= {text for text, _ in held}
    rows = list(csv.reader(io.StringIO(officer.client.get(f"{base}/csv").content.decode("utf-8-sig"))))
    assert len(rows) == len(held)
    for row in rows:
        assert not any(each.lstrip(" ").startswith(("=", "+", "-", "@")) for each in row)
    answer = officer.client.get(f"{base}/pdf?lang=en")
    assert answer.status_code == 200
    whole = squeezed("".join(each.extract_text() for each in PdfReader(io.BytesIO(answer.content)).pages))
    for text, _ in held:
        if text.isascii():
            assert squeezed(text) in whole, text
