"""What is looked at on every page: each check takes a page and returns its faults, in words; an empty list is a pass.

They leave the page as it was, except that `tab_faults` opens what is folded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page

from tests.console.browser import Watch

MODULES: Final = Path(__file__).resolve().parents[2] / "web" / "node_modules"
TAGS: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
NARROW: Final = 320
"""CSS pixels: 1280 at 400 % (WCAG 1.4.10)."""
RTL: Final = frozenset({"ar"})
_TAB: Final = {"type": "rawKeyDown", "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9}
_KEYS: Final = 24
"""How many keys are pressed before it is asked how far they went."""
_SKIPPED: Final = frozenset({"SCRIPT", "STYLE", "TITLE", "HEAD", "NOSCRIPT", "TEMPLATE"})


@lru_cache(maxsize=1)
def _axe() -> str:
    path = MODULES / "axe-core" / "axe.min.js"
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: run `make web`")
    return path.read_text("utf-8")


def _look(page: Page, what: str, given: object = None) -> Any:
    """Calls one of the functions of look.js in the page."""
    return page.evaluate(f"given => ({_script()}).{what}(given)", given)


@lru_cache(maxsize=1)
def _script() -> str:
    return (Path(__file__).parent / "look.js").read_text("utf-8")


def axe_faults(page: Page, rule: str = "") -> list[str]:
    """Violations of WCAG 2.2 A and AA that axe-core finds, or of one rule: the first elements that break it."""
    page.evaluate(_axe())
    only = {"type": "rule", "values": [rule]} if rule else {"type": "tag", "values": list(TAGS)}
    found = page.evaluate("only => axe.run(document, {runOnly: only, resultTypes: ['violations']})", only)
    return [
        f"axe {rule['id']}: {rule['help']}: {'; '.join(str(node['html'])[:200] for node in rule['nodes'][:3])}"
        for rule in found["violations"]
    ]


def font_faults(page: Page) -> list[str]:
    """Texts that are shown in a font of the machine and not in one of ours, asked of the browser itself.

    Of elements alike in style, one is asked about for each character: a page has hundreds of them.
    """
    page.evaluate("() => document.fonts.ready.then(() => null)")
    _look(page, "mark")
    session = page.context.new_cdp_session(page)
    try:
        session.send("DOM.enable")
        session.send("CSS.enable")
        root = session.send("DOM.getDocument", {"depth": -1, "pierce": True})["root"]
        faults = []
        for node, text in _texts(root):
            used = session.send("CSS.getPlatformFontsForNode", {"nodeId": node["nodeId"]})["fonts"]
            strange = sorted({str(font["familyName"]) for font in used if not font["isCustomFont"]})
            if strange:
                faults.append(f"font {', '.join(strange)} in <{node['nodeName'].lower()}>: {text[:80]!r}")
        return faults
    finally:
        session.detach()
        _look(page, "unmark")


def _texts(node: Mapping[str, Any], drawn: bool = False) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Elements that hold text themselves and are marked, and that text; whatever the browser draws by itself (`drawn`):
    pseudo-elements and the inside of form fields."""
    if node["nodeName"] in _SKIPPED:
        return
    below = [*node.get("children", ()), *node.get("pseudoElements", ())]
    inside = node.get("shadowRoots", ())
    text = " ".join(str(each["nodeValue"]).strip() for each in below if each["nodeType"] == 3).strip()
    if "pseudoType" in node or (text and (drawn or "data-look" in node.get("attributes", ()))):
        yield node, text
    for each in below:
        yield from _texts(each, drawn)
    for each in inside:
        yield from _texts(each, True)


def narrow_faults(page: Page) -> list[str]:
    """Whether the page must be scrolled sideways in a window of 320 pixels, and by what."""
    before = page.viewport_size
    page.set_viewport_size({"width": NARROW, "height": 800})
    found = _look(page, "wider")
    if before is not None:
        page.set_viewport_size(before)
    return [f"wider than {NARROW} px: {'; '.join(found)}"] if found else []


def tab_faults(page: Page) -> list[str]:
    """Actions that the Tab key does not reach, that show no focus, or whose focus lies under something.

    The page itself notes where each key has come from, so that keys need not be waited for one by one.
    """
    count = int(_look(page, "actions"))
    keys = page.context.new_cdp_session(page)
    reached: list[Mapping[str, Any]] = []
    pressed = 0
    while pressed < 2 * count + 10:
        for _ in range(min(_KEYS, count + 1)):
            keys.send("Input.dispatchKeyEvent", _TAB)
            pressed += 1
        at, round_again = page.evaluate("() => [window.__reached(), window.__again]")
        reached = at
        if round_again or len(reached) == count:
            break
    keys.detach()
    faults: list[str] = []
    for at in reached:
        if not at["ring"]:
            faults.append(f"focus is not shown: {at['told']}")
        if not at["seen"]:
            faults.append(f"focus lies under something: {at['told']}")
    unreached = _look(page, "unreached", [at["place"] for at in reached])
    return [*faults, *(f"not reached by Tab: {each}" for each in unreached)]


def language_faults(page: Page, lang: str) -> list[str]:
    """Whether the page says its language and runs in its direction."""
    said = page.evaluate("() => [document.documentElement.lang, getComputedStyle(document.body).direction]")
    meant = [lang, "rtl" if lang in RTL else "ltr"]
    return [] if said == meant else [f"language and direction are {said}, not {meant}"]


def faults_of(page: Page, watch: Watch, lang: str) -> list[str]:
    """Every check of a page with scripts, and what it did meanwhile."""
    page.evaluate("() => document.fonts.ready.then(() => null)")
    return [
        *language_faults(page, lang),
        *font_faults(page),
        *narrow_faults(page),
        *axe_faults(page),
        *tab_faults(page),
        *watch.faults,
    ]


def dark_faults(page: Page, watch: Watch) -> list[str]:
    """What the dark scheme can change on a page that was found sound in the light one: colours, and nothing else.

    `test_gate` shows of some pages that the node sends the same in both but for the scheme's name;
    `test_islands_browser` begins in the dark.
    """
    page.emulate_media(color_scheme="dark")
    _look(page, "darken")
    found = axe_faults(page, "color-contrast")
    page.emulate_media(color_scheme="light")
    return [*found, *watch.faults]
