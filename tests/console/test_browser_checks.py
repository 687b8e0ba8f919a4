"""Each check of a page finds what it is there to find: on pages that are broken on purpose, and on one that is not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.console.browser import VIEWS, View, watched
from tests.console.checks import axe_faults, faults_of, font_faults, language_faults, narrow_faults, tab_faults
from tests.console.little import Looking, looking, script

GOOD = """<a class="skip" href="#main">Skip</a><main id="main" tabindex="-1"><h1>Good</h1>
<p>Œuvre, ʿAbd ar-Raḥmān, Магомед, «ça», 1991–03, <code>A 123</code>
<span class="original" lang="ar">عبد الرحمن 7</span></p>
<p><bdi class="id" dir="ltr">ج ١٢٣ / DZ-1</bdi> · ٠١٢٣٤٥٦٧٨٩ · ،؛؟</p>
<form method="post" action="/in">
<div class="field"><label for="f">Name</label><input id="f" type="text" name="f" value="عبد الله" dir="auto"></div>
<fieldset><legend>One</legend><label><input type="radio" name="r" value="1"> a</label>
<label><input type="radio" name="r" value="2"> b</label></fieldset>
<details><summary>More</summary><p><a href="/x">inside</a></p></details>
<p><button type="submit" class="primary">Send</button></p></form>
<p class="marking"><bdi class="tlp tlp-amber" dir="ltr" lang="en">TLP:AMBER</bdi></p></main>"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Looking]:
    with looking(tmp_path_factory.mktemp("little")) as found:
        yield found


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_a_sound_page_has_no_fault(desk: Looking, view: View) -> None:
    """Also: our colours, fonts and parts are sound in each language and scheme."""
    desk.site.put("/good", GOOD, lang=view.lang, head=script("app.js"))
    with desk.at("/good", view) as (page, watch):
        assert faults_of(page, watch, view.lang) == []


def test_a_broken_policy_is_seen(desk: Looking) -> None:
    desk.site.put("/style", '<h1 style="color:red">A</h1>')
    desk.site.put("/inline", "<h1>A</h1><script>document.title = 'B'</script>")
    desk.site.put("/image", '<h1>A</h1><img alt="" src="https://example.org/a.png">')
    for path, part in (("/style", "style-src"), ("/inline", "script-src"), ("/image", "img-src")):
        with desk.at(path) as (page, watch):
            page.wait_for_timeout(100)
            assert any(part in each for each in watch.violations), (path, watch.violations)


def test_a_broken_policy_is_seen_without_scripts(desk: Looking) -> None:
    desk.site.put("/style", '<h1 style="color:red">A</h1>')
    with desk.at("/style", View(scripts=False)) as (page, watch):
        page.wait_for_timeout(100)
        assert watch.violations


def test_trusted_types_are_enforced(desk: Looking) -> None:
    desk.site.put("/sink", '<h1>A</h1><script src="/sink.js" nonce="bm9uY2U"></script>')
    desk.site.pages["/sink.js"] = "document.querySelector('h1').innerHTML = '<b>B</b>';"
    with desk.at("/sink") as (page, watch):
        page.wait_for_timeout(100)
        assert any("trusted-types" in each or "TrustedTypes" in each for each in watch.violations), watch.violations
        assert page.inner_text("h1") == "A"


def test_an_outside_request_is_seen(desk: Looking) -> None:
    desk.site.put("/out", '<h1>A</h1><img alt="" src="https://example.org/a.png">')
    desk.site.loose.add("/out")
    with desk.at("/out") as (_, watch):
        assert watch.outside == ["https://example.org/a.png"]


def test_an_error_of_a_script_is_seen(desk: Looking) -> None:
    desk.site.put("/throws", '<h1>A</h1><script src="/throws.js" nonce="bm9uY2U"></script>')
    desk.site.pages["/throws.js"] = "throw new Error('lost');"
    with desk.at("/throws") as (_, watch):
        assert any("lost" in each for each in watch.errors)


def test_a_lost_file_is_seen(desk: Looking) -> None:
    desk.site.put("/lost", '<h1>A</h1><img alt="" src="/nowhere.png">')
    with desk.at("/lost") as (page, watch):
        page.wait_for_timeout(100)
        assert any("404" in each for each in watch.errors)


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ('<img src="/static/icon.svg">', "image-alt"),
        ('<input type="text">', "label"),
        ('<a href="/a"><svg class="icon" aria-hidden="true"></svg></a>', "link-name"),
        ('<p class="faint">Hardly there</p>', "color-contrast"),
        ('<button class="tiny" type="button">a</button><button class="tiny" type="button">b</button>', "target-size"),
        ('<p id="a">x</p><table><tr><td headers="none">x</td></tr></table>', "td-headers-attr"),
    ],
)
def test_axe_finds(desk: Looking, body: str, rule: str) -> None:
    desk.site.pages["/axe.css"] = (
        ".faint { color: light-dark(#ccc, #333); }"
        ".tiny { min-block-size: 0; padding: 0; inline-size: 9px; block-size: 9px; }"
    )
    desk.site.put("/axe", f"<main><h1>A</h1>{body}</main>", head='<link rel="stylesheet" href="/axe.css">')
    with desk.at("/axe") as (page, _):
        found = axe_faults(page)
        assert [each for each in found if each.startswith(f"axe {rule}:")], found


def test_a_font_of_the_machine_is_found(desk: Looking) -> None:
    """Signs that none of our fonts has: a check mark, an arrow, Chinese; in a text, in a field, before a paragraph."""
    desk.site.pages["/font.css"] = ".ticked::before { content: '\\2713'; }"
    head = '<link rel="stylesheet" href="/font.css">'
    for body in (
        "<p>done ✓</p>",
        "<p>1991 → 1992</p>",
        '<label>A <input value="漢"></label>',
        '<p class="ticked"></p>',
    ):
        desk.site.put("/font", f"<main><h1>A</h1>{body}</main>", head=head)
        with desk.at("/font") as (page, _):
            assert len(font_faults(page)) == 1, body


def test_a_font_that_did_not_load_is_found(desk: Looking) -> None:
    desk.site.put("/plain", "<main><h1>A</h1></main>")
    page_without = str(desk.site.pages["/plain"]).replace("vendor/fonts.css", "icon.svg")
    desk.site.pages["/plain"] = page_without
    with desk.at("/plain") as (page, _):
        assert font_faults(page)


def test_a_page_that_is_too_wide_is_found(desk: Looking) -> None:
    desk.site.put("/wide", '<main><h1>A</h1><svg width="900" height="9"></svg></main>')
    desk.site.put("/long", f"<main><h1>A</h1><div class='scroll'><pre>{'x' * 400}</pre></div></main>", lang="ar")
    with desk.at("/wide") as (page, _):
        assert narrow_faults(page)
        assert page.viewport_size == {"width": 1280, "height": 900}
    with desk.at("/long") as (page, _):
        assert narrow_faults(page) == []


TRAP = "document.querySelector('#trap').addEventListener('keydown', (event) => event.preventDefault());"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('<a href="/a">a</a><button type="button" tabindex="-1">b</button>', "not reached"),
        ('<a href="/a">a</a><div role="button">b</div>', "not reached"),
        ('<a href="/a">a</a><input id="trap" aria-label="t"><a href="/b">b</a>', "not reached"),
        ('<a href="/a">a</a><a class="bare" href="/b">b</a>', "not shown"),
        ('<a href="/a">a</a><div class="over"></div>', "under something"),
    ],
)
def test_what_the_keyboard_does_not_reach_is_found(desk: Looking, body: str, said: str) -> None:
    desk.site.pages["/tab.css"] = (
        ".bare:focus-visible { outline: none; } .over { position: fixed; inset: 0; background: Canvas; z-index: 9; }"
    )
    desk.site.pages["/trap.js"] = TRAP if "trap" in body else ""
    head = '<link rel="stylesheet" href="/tab.css"><script src="/trap.js" type="module" nonce="bm9uY2U"></script>'
    desk.site.put("/tab", f"<main><h1>A</h1>{body}</main>", head=head)
    with desk.at("/tab") as (page, _):
        found = tab_faults(page)
        assert [each for each in found if said in each], found


def test_a_page_in_the_wrong_direction_is_found(desk: Looking) -> None:
    desk.site.pages["/lang"] = '<!doctype html><html lang="ar"><title>A</title><h1>A</h1></html>'
    with desk.at("/lang") as (page, _):
        assert language_faults(page, "ar")
        assert language_faults(page, "en")


def test_readers_are_set_up_as_asked(desk: Looking) -> None:
    desk.site.put("/view", "<h1>A</h1>", lang="fr")
    with desk.at("/view", View("fr", "dark")) as (page, _):
        assert page.evaluate("() => [navigator.language, matchMedia('(prefers-color-scheme: dark)').matches]") == [
            "fr",
            True,
        ]
        assert language_faults(page, "fr") == []
        other, _ = watched(page.context, desk.site.origin)
        assert other.goto(f"{desk.site.origin}/view") is not None
