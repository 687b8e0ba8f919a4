"""From the preview to the partner and back, in a browser and three languages: a passkey that the browser makes,
another person's approval, the release, the inbox there, a recall, and its answer by the other country's officer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from exchange.model.claims import Claim
from tests.console.browser import LANGUAGES, View, authenticator, chromium, page_of
from tests.console.journeys import WIDE, cookie, latest, origin, submit, well
from tests.console.kit import Consoles, consoles
from tests.databases import Sqlite
from tests.federation import AGREEMENT
from tests.integration.api_office import covered
from tests.invariants import entries


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Consoles]:
    folder: Path = tmp_path_factory.mktemp("journey")
    (folder / "db").mkdir()
    with consoles(Sqlite(folder / "db"), folder, hosts=("127.0.0.1", "localhost"), real_passkeys=True) as found:
        yield found


@pytest.fixture(scope="module")
def browser(shared: Consoles) -> Iterator[Browser]:
    with chromium(*(each.certificate for each in shared.identities.values())) as found:
        yield found


def for_one_approver(number: int) -> tuple[Claim, ...]:
    """A person whose marking asks for one approval."""
    found = (covered(100 * (number + 1) + step) for step in range(99))
    return next(
        claims for claims in found if any((each.path, each.value) == ("record.marking", "TLP:AMBER") for each in claims)
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_from_the_preview_to_a_recall_that_is_answered(shared: Consoles, browser: Browser, lang: str) -> None:
    dz, ae = shared.states["DZ"], shared.states["AE"]
    (ref,) = dz.deposit(for_one_approver(LANGUAGES.index(lang)))
    view = View(lang, width=WIDE)

    # The officer looks at what the Emirates would see, and proposes it.
    with page_of(browser, origin(shared, "DZ"), view, [cookie(shared, "DZ", dz.staff.officer, lang)]) as (page, watch):
        path = f"/previews/{ref.originator}/{ref.id}"
        page.goto(f"{origin(shared, 'DZ')}{path}?to=AE&agreement={AGREEMENT}&purpose=counter_terrorism.travel")
        well(page, watch, lang)
        submit(page, f"{path}/propose")
        well(page, watch, lang)
        release = page.url.split("?")[0].rsplit("/", 1)[1]
        assert release.startswith("rel-")

        # Another person adds a passkey, and approves exactly this digest with it.
        approve(shared, browser, view, release)

        page.goto(f"{origin(shared, 'DZ')}/releases/{release}")
        submit(page, f"/releases/{release}/release")
        well(page, watch, lang)
    assert latest(dz, "release.released")["release"] == release
    assert dz.deliver("AE").accepted == 1

    # It is in the inbox there.
    with page_of(browser, origin(shared, "AE"), view, [cookie(shared, "AE", ae.staff.officer, lang)]) as (page, watch):
        page.goto(f"{origin(shared, 'AE')}/inbox")
        well(page, watch, lang)
        assert page.locator("main").get_by_text("DZ").count() >= 1
        page.goto(f"{origin(shared, 'AE')}/records/DZ/{ref.id}")
        well(page, watch, lang)
    recalled(shared, browser, view, ref.id)


def approve(shared: Consoles, browser: Browser, view: View, release: str) -> None:
    dz = shared.states["DZ"]
    approver = dz.staff.approver
    home = origin(shared, "DZ")
    with page_of(browser, home, view, [cookie(shared, "DZ", approver, view.lang)]) as (page, watch):
        authenticator(page)
        page.goto(f"{home}/passkeys")
        page.fill("#f-label", f"desk {view.lang}")
        page.locator("form[data-passkey=register] button[type=submit]").click()
        page.wait_for_url("**/passkeys?said=passkey_added")
        # Out, and in again with nothing but the passkey.
        page.locator("form[action='/sign-out'] button").click()
        page.wait_for_url("**/sign-in**")
        page.locator("form[data-passkey=login] button[type=submit]").click()
        page.wait_for_url(f"{home}/")
        assert latest(dz, "session.opened")["method"] == "passkey"
        page.goto(f"{home}/releases/{release}/approve")
        well(page, watch, view.lang)
        form = page.locator("form[data-passkey=step-up]")
        form.locator("button[type=submit]").click()
        page.wait_for_load_state("load")
        assert not [each for each in entries(dz.node, "release.approved") if each["release"] == release]
        form = page.locator("form[data-passkey=step-up]")
        form.locator("input[name=read]").check()
        form.locator("button[type=submit]").click()
        page.wait_for_url(lambda url: "said=" in url)
    approved, attested = latest(dz, "release.approved"), latest(dz, "approval.attested")
    assert (approved["release"], approved["actor"]) == (release, approver.id)
    assert (attested["digest"], attested["method"], attested["actor"]) == (approved["digest"], "passkey", approver.id)


def recalled(shared: Consoles, browser: Browser, view: View, record: str) -> None:
    dz, ae = shared.states["DZ"], shared.states["AE"]
    path = f"/recalls/DZ/{record}"
    with page_of(browser, origin(shared, "DZ"), view, [cookie(shared, "DZ", dz.staff.approver, view.lang)]) as (
        page,
        watch,
    ):
        page.goto(origin(shared, "DZ") + path)
        page.locator("input[name=to][value=AE]").check()
        page.select_option("select[name=reason]", "wrong_person")
        page.fill("[name=deadline]", "2026-11-20")
        page.fill("[name=note]", "Another man of that name.")
        submit(page, f"{path}/send")
        well(page, watch, view.lang)
    dz.deliver("AE")
    with page_of(browser, origin(shared, "AE"), view, [cookie(shared, "AE", ae.staff.approver, view.lang)]) as (
        page,
        watch,
    ):
        page.goto(f"{origin(shared, 'AE')}/recalls")
        page.locator("a[href^='/recalls/in/']").last.click()
        page.wait_for_load_state("load")
        well(page, watch, view.lang)
        where = page.url.split("?")[0].removeprefix(origin(shared, "AE"))
        form = page.locator(f"form[action='{where}/answer']").first
        form.locator("[name=outcome][value=destroyed]").check() if form.locator("[type=radio]").count() else None
        form.locator("[name=sure]").first.check()
        form.locator("button[type=submit]").first.click()
        page.wait_for_load_state("load")
        well(page, watch, view.lang)
    with ae.node.store.read() as unit:
        assert all(line.ref.id != record for line in unit.copies.lines("DZ", None, 200))
    assert ae.deliver("DZ").accepted == 1
