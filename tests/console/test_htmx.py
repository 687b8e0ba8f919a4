"""htmx with its own guard works under the policy of real pages, and does nothing for markup that has no nonce."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.console.little import NONCE, Looking, looking

HEAD = (
    """<meta name="htmx-config" content='{"includeIndicatorStyles":false,"extensions":"hx-csp"}'>"""
    f'<script src="/static/vendor/htmx.min.js" nonce="{NONCE}"></script>'
    f'<script src="/static/vendor/hx-csp.min.js" nonce="{NONCE}"></script>'
)
BODY = '<h1>A</h1><button hx-get="/part" hx-target="#part" {nonce}>Go</button><p id="part">Old</p>'


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Looking]:
    with looking(tmp_path_factory.mktemp("little")) as found:
        yield found


def test_a_part_is_swapped_without_a_fault(desk: Looking) -> None:
    desk.site.pages["/part"] = "<p id='part'>New <b>part</b></p>"
    desk.site.put("/page", BODY.format(nonce=f'hx-nonce="{NONCE}"'), head=HEAD)
    with desk.at("/page") as (page, watch):
        page.get_by_role("button").click()
        page.get_by_text("New part").wait_for()
        assert watch.faults == []


@pytest.mark.parametrize("nonce", ["", 'hx-nonce="guessed"'])
def test_markup_that_was_smuggled_in_does_nothing(desk: Looking, nonce: str) -> None:
    desk.site.pages["/part"] = "<p>New</p>"
    desk.site.put("/page", BODY.format(nonce=nonce), head=HEAD)
    desk.site.asked.clear()
    with desk.at("/page") as (page, watch):
        page.get_by_role("button").click()
        page.wait_for_timeout(200)
        assert page.inner_text("#part") == "Old"
        assert "/part" not in desk.site.asked
        assert any("hx-csp" in each for each in watch.errors), "and it says so"
