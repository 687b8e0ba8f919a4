"""The other journeys of the console, in a browser and three languages, each to what it leaves behind.

From the preview to a recall: `test_journey_browser.py`. Here: entry and search, why withheld, inbox and correction,
match review, name card, network, agreement editor, audit, partner, health, blinded query.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from exchange.model.records import Ref
from exchange.operations.compare_new import compare_new
from tests.console.browser import LANGUAGES, chromium
from tests.console.entry_kit import PERSON
from tests.console.journeys import latest, sat_down, submit, well
from tests.console.kit import Consoles, consoles
from tests.console.story import tell
from tests.console.test_recalls import correct
from tests.databases import Sqlite
from tests.federation import AGREEMENT, PURPOSE
from tests.match_kit import AGREEMENT as MATCHING
from tests.match_kit import CLAUSE, person
from tests.subjects import gulf_person

everywhere = pytest.mark.parametrize("lang", LANGUAGES)
TERMS = f"agreement={AGREEMENT}&purpose={PURPOSE}"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Consoles]:
    folder: Path = tmp_path_factory.mktemp("journeys")
    (folder / "db").mkdir()
    hosts = ("127.0.0.1", "localhost")
    with consoles(Sqlite(folder / "db"), folder, hosts=hosts, matching=(CLAUSE,)) as found:
        tell(found)
        yield found


@pytest.fixture(scope="module")
def browser(shared: Consoles) -> Iterator[Browser]:
    with chromium(*(each.certificate for each in shared.identities.values())) as found:
        yield found


def row(page: Page, path: str) -> str:
    """The first row of a path in the form of a record, such as `r.3`."""
    name = page.locator(f"input[name$='.path'][value='{path}']").first.get_attribute("name")
    assert name is not None
    return name.removesuffix(".path")


def fill(page: Page, name: str, text: str) -> None:
    """A field of any sort."""
    field = page.locator(f"[name='{name}']").first
    if field.evaluate("each => each.tagName") == "SELECT":
        field.select_option(text)
    else:
        field.fill(text)


@everywhere
def test_who_is_entered_in_arabic_is_found_by_a_latin_spelling(shared: Consoles, browser: Browser, lang: str) -> None:
    dz = shared.states["DZ"]
    with sat_down(browser, shared, "DZ", dz.staff.officer, lang) as (page, watch, home):
        page.goto(f"{home}/entry/person")
        well(page, watch, lang)
        for path, value in PERSON.items():
            fill(page, f"{row(page, path)}.v.value", str(value))
        fill(page, f"{row(page, 'name.full')}.v.text", "عبد القادر بن مراد المثالي")
        fill(page, "head.grade", "B2")
        submit(page, "/entry/person", "button[value=check]")
        well(page, watch, lang)
        submit(page, "/entry/person", "button[value=store]")
        page.wait_for_url("**/records/DZ/rec-*")
        well(page, watch, lang)
        record = page.url.split("?")[0].rsplit("/", 1)[1]

        compare_new(dz.node)
        page.goto(f"{home}/search")
        page.fill("[name=text]", "Abdelkader Ben Mourad El Mithali")
        submit(page, "/search")
        well(page, watch, lang)
        page.locator(f"a[href='/records/DZ/{record}']").first.click()
        page.wait_for_url(f"**/records/DZ/{record}")

        page.goto(f"{home}/records/DZ/{record}/names")
        well(page, watch, lang)
        card = page.locator(".namecard")
        assert card.locator(".original.large").inner_text().strip("\u2068\u2069 ") == "عبد القادر بن مراد المثالي"
        assert card.locator("dl.facts dd").count() >= 3
        (dating, timeline) = (f"{home}/records/DZ/{record}/timeline", f"{home}/accounts/DZ/{record}")
        for address in (dating, timeline):
            page.goto(address)
            well(page, watch, lang)


@everywhere
def test_why_a_field_is_withheld(shared: Consoles, browser: Browser, lang: str) -> None:
    dz = shared.states["DZ"]
    (ref,) = dz.deposit(gulf_person(30 + LANGUAGES.index(lang)))
    here = f"/previews/DZ/{ref.id}"
    with sat_down(browser, shared, "DZ", dz.staff.officer, lang) as (page, watch, home):
        page.goto(f"{home}{here}?to=AE&{TERMS}")
        well(page, watch, lang)
        page.locator("tr[data-state=withheld] td.they a").first.click()
        page.wait_for_url(f"**{here}/why/**")
        well(page, watch, lang)
        assert page.locator("main h1").count() == 1
        page.goto(f"{home}{here}/matrix?purpose={PURPOSE}")
        well(page, watch, lang)
        assert page.locator("main table").count() >= 1


@everywhere
def test_a_correction_is_read_in_the_inbox_and_acknowledged(shared: Consoles, browser: Browser, lang: str) -> None:
    dz, kw = shared.states["DZ"], shared.states["KW"]
    number = 40 + LANGUAGES.index(lang)
    (ref,) = dz.deposit(gulf_person(number))
    dz.push("KW", [ref])
    assert dz.deliver("KW").stopped is None
    correct(dz, ref, number, "changed")
    with sat_down(browser, shared, "KW", kw.staff.officer, lang) as (page, watch, home):
        page.goto(f"{home}/inbox")
        well(page, watch, lang)
        page.locator("a[href^='/corrections/in/DZ/']").last.click()
        page.wait_for_url("**/corrections/in/DZ/**")
        well(page, watch, lang)
        here = page.url.split("?")[0].removeprefix(home)
        assert page.locator("[data-change]").count() >= 1
        submit(page, f"{here}/acknowledge")
        well(page, watch, lang)
    assert kw.deliver("DZ").accepted == 1
    assert latest(dz, "message.received")["type"] == "notice"


@everywhere
def test_two_records_are_found_alike_decided_and_taken_back(shared: Consoles, browser: Browser, lang: str) -> None:
    dz = shared.states["DZ"]
    number = LANGUAGES.index(lang)
    name = ("Yahya Ibn Specimen Alqarib", "Tamim Ibn Specimen Albaid", "Hatim Ibn Specimen Aljadid")[number]
    refs: list[Ref] = dz.deposit(person(60 + number, name), person(70 + number, name))
    compare_new(dz.node)
    a, b = sorted(ref.id for ref in refs)
    here = f"/matching/DZ/{a}/DZ/{b}"
    with sat_down(browser, shared, "DZ", dz.staff.officer, lang) as (page, watch, home):
        page.goto(f"{home}/matching")
        well(page, watch, lang)
        page.locator(f"a[href='{here}']").first.click()
        page.wait_for_url(f"**{here}")
        well(page, watch, lang)
        assert page.locator("table.alike tbody tr").count() >= 3
        page.locator("[name=decision][value=different]").check()
        page.fill("[name=note]", "Two brothers.")
        submit(page, f"{here}/decide")
        well(page, watch, lang)
        assert latest(dz, "match.decided")["decision"] == "different"
        page.locator(f"form[action^='{here}/undo/'] button").first.click()
        page.wait_for_load_state("load")
        well(page, watch, lang)
    assert latest(dz, "match.decided")["decision"] == "undone"


@everywhere
def test_a_network_is_drawn_and_told_in_a_table(shared: Consoles, browser: Browser, lang: str) -> None:
    dz = shared.states["DZ"]
    with dz.node.store.read() as unit:
        relation = next(line.ref for line in unit.records.lines("relation", None, 1))
        held = unit.records.current([relation], lock=False)[0].record
    end = next(claim.value for claim in held.claims if claim.path == "relation.from")
    assert isinstance(end, dict)
    with sat_down(browser, shared, "DZ", dz.staff.officer, lang) as (page, watch, home):
        page.goto(f"{home}/records/{end['originator']}/{end['id']}/network?hops=2")
        page.locator("#graph[data-state=ready]").wait_for()
        well(page, watch, lang)
        assert page.locator("table.network tbody tr").count() >= 1
        page.select_option("select[name=lens]", "AE")
        page.locator("form[action$='/network'] button").click()
        page.wait_for_url("**lens=AE**")
        well(page, watch, lang)


@everywhere
def test_an_agreement_is_edited_simulated_and_kept(shared: Consoles, browser: Browser, lang: str) -> None:
    dz, version = shared.states["DZ"], 2 + LANGUAGES.index(lang)
    with sat_down(browser, shared, "DZ", dz.staff.admin, lang) as (page, watch, home):
        page.goto(f"{home}/agreements/edit?from={AGREEMENT}/1")
        well(page, watch, lang)
        fill(page, "version", str(version))
        fill(page, "valid_until", "2029-01-01")
        submit(page, "/agreements/edit", "button[value=show]")
        well(page, watch, lang)
        page.locator("button[formaction='/agreements/simulate']").first.click()
        page.wait_for_load_state("load")
        well(page, watch, lang)
        submit(page, "/agreements/edit")
        page.locator("button[formaction='/agreements/draft']").first.click()
        page.wait_for_url(f"**/agreements/{AGREEMENT}/{version}**")
        well(page, watch, lang)
        page.goto(f"{home}/agreements/{AGREEMENT}/{version}/diff")
        well(page, watch, lang)
    kept = latest(dz, "agreement.changed")
    assert (kept["version"], kept["state"]) == (version, "draft")


@everywhere
def test_a_ledger_is_taken_along_verified_and_reconciled(
    shared: Consoles, browser: Browser, lang: str, tmp_path: Path
) -> None:
    files = {}
    for code in ("DZ", "AE"):
        with sat_down(browser, shared, code, shared.states[code].staff.auditor, lang) as (page, watch, home):
            page.goto(f"{home}/audit/export")
            well(page, watch, lang)
            with page.expect_download() as taken:
                page.locator("form[action='/audit/export'] button").click()
            files[code] = tmp_path / f"{code}.zip"
            taken.value.save_as(files[code])
    dz = shared.states["DZ"]
    with sat_down(browser, shared, "DZ", dz.staff.auditor, lang) as (page, watch, home):
        page.goto(f"{home}/audit/verify")
        page.set_input_files("[name=file]", files["DZ"])
        page.fill("[name=fingerprint]", dz.node.keys.root_fingerprint)
        submit(page, "/audit/verify")
        well(page, watch, lang)
        assert page.locator("main .chip.ok").count() >= 5
        page.goto(f"{home}/audit/reconcile")
        page.set_input_files("[name=a]", files["DZ"])
        page.set_input_files("[name=b]", files["AE"])
        submit(page, "/audit/reconcile")
        well(page, watch, lang)


@everywhere
def test_a_partner_is_tested_and_the_node_looked_after(shared: Consoles, browser: Browser, lang: str) -> None:
    dz = shared.states["DZ"]
    with sat_down(browser, shared, "DZ", dz.staff.admin, lang) as (page, watch, home):
        page.goto(f"{home}/partners")
        page.locator("a[href='/partners/AE']").first.click()
        page.wait_for_url("**/partners/AE")
        well(page, watch, lang)
        submit(page, "/partners/AE/test")
        well(page, watch, lang)
        assert page.locator("main table tbody tr").count() >= 3
        page.goto(f"{home}/node")
        well(page, watch, lang)
        assert page.locator("main table tbody tr").count() >= 5


@everywhere
def test_a_partner_is_asked_without_a_name(shared: Consoles, browser: Browser, lang: str) -> None:
    dz = shared.states["DZ"]
    (ref,) = dz.deposit(person(41, "Salim Specimen Alpha"))
    here = f"/records/DZ/{ref.id}/ask-partners"
    with sat_down(browser, shared, "DZ", dz.staff.officer, lang) as (page, watch, home):
        page.goto(f"{home}/records/DZ/{ref.id}")
        page.locator(f"a[href='{here}']").click()
        page.wait_for_url(f"**{here}")
        well(page, watch, lang)
        page.locator(f"[name=way][value='AE.{MATCHING}.{PURPOSE}']").check()
        page.fill("[name=case]", f"2026-{lang}")
        submit(page, here)
        well(page, watch, lang)
        assert page.locator(f"form[action='{here}/settle']").count() == 1
        assert latest(dz, "match.told")
        page.goto(f"{home}/blinded")
        well(page, watch, lang)
