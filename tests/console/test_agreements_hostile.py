"""What partners write into agreements is shown as text, in the order in which it is stored, and never as markup."""

from __future__ import annotations

import pytest

from exchange.crypto.rootsign import root_signature
from exchange.interop.documents import write_yaml
from exchange.model.claims import JsonObject
from exchange.operations import agreements, offers
from tests.console.kit import Consoles
from tests.federation import agreement_document, root_of

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}{% raw %}",
    "safe\u202egnp.exe",
    "\u2066hidden\u2069 \u200eleft",
    "=HYPERLINK(1)",
    "%(number)s %s {0}",
    "عقد\u200f <b>غليظ</b>",
    "x" * 10_000,
)


def written(text: str) -> JsonObject:
    """The example agreement with `text` wherever a state writes freely."""
    made = agreement_document("dz-ae-kw.yaml")
    said: JsonObject = {"ar": text, "fr": text, "en": text}
    examples = made["examples"]
    assert isinstance(examples, list)
    first = examples[0]
    assert isinstance(first, dict)
    return {
        **made,
        "version": 2,
        "title": said,
        "recitals": [said],
        "legal_basis": text,
        "examples": [{**first, "name": text}, *examples[1:]],
    }


def harmless(html: str, text: str) -> None:
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "<b>" not in html
    assert not {"\u202e", "\u200e", "\u200f", "\u2066", "\u2069"} & set(html)
    assert "7*7" not in text or "{{ 7*7 }}" in html


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_an_offer_with_it_is_read_taken_and_listed(fresh: Consoles, text: str) -> None:
    kw, dz = fresh.states["KW"], fresh.states["DZ"]
    with kw.node.store.write() as unit:
        made = agreements.draft(kw.node, unit, kw.staff.admin, written(text))
        signature = root_signature(root_of("KW"), "KW", agreements.TYPES["agreement"], made.document)
        agreements.add_signature(kw.node, unit, kw.staff.admin, made.id, 2, signature)
    offers.offer(kw.node, kw.staff.admin, "DZ", made.id, 2)
    desk = fresh.desk("DZ", dz.staff.admin)
    address = f"/agreements/offers/KW/{made.digest}"
    for lang in ("ar", "fr", "en"):
        page = desk.open(f"{address}?side={lang}")
        assert page.status == 200
        harmless(page.html, text)
    harmless(desk.open("/agreements").html, text)
    taken = desk.send(desk.open(address), f"{address}/take")
    assert taken.status == 200
    harmless(taken.html, text)


@pytest.mark.parametrize("text", HOSTILE[:4], ids=range(4))
def test_the_editor_keeps_it_as_it_is_and_shows_it_as_text(shared: Consoles, text: str) -> None:
    desk = shared.desk("DZ", shared.states["DZ"].staff.officer)
    page = desk.send(desk.open("/agreements/edit"), "/agreements/edit", {"act": "to-source"})
    shown = desk.send(page, "/agreements/edit", {"act": "show", "source": write_yaml(written(text))})
    assert shown.status == 200
    law = shown.html[shown.html.index('<article class="law"') :]
    harmless(law, text)
