"""What `web/` built is whole and small, nothing of it is committed, and it has every icon and every letter we use."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import unicodedata
from collections.abc import Iterator
from gzip import compress
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.console.checks import font_faults
from tests.console.little import REPO, STATIC, Looking, looking

VENDOR = STATIC / "vendor"
CONSOLE = STATIC.parent
HTMX = "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130"
KIB = 1000


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Looking]:
    with looking(tmp_path_factory.mktemp("little")) as found:
        yield found


def manifest() -> dict[str, dict[str, Any]]:
    path = VENDOR / "manifest.json"
    assert path.is_file(), "run `make web`"
    found: dict[str, dict[str, Any]] = json.loads(path.read_text("utf-8"))
    return found


def test_every_file_is_the_one_that_was_built() -> None:
    listed = manifest()
    assert {path.name for path in VENDOR.iterdir()} - {"manifest.json", ".stamp"} == set(listed)
    for name, facts in listed.items():
        body = (VENDOR / name).read_bytes()
        assert (sha256(body).hexdigest(), len(body)) == (facts["sha256"], facts["bytes"]), name
    assert listed["htmx.min.js"]["sha256"] == HTMX


def test_nothing_that_others_wrote_is_committed() -> None:
    files = subprocess.run(
        ["git", "-C", str(REPO), "ls-files"], capture_output=True, text=True, check=True
    ).stdout.split()
    assert [
        name for name in files if "node_modules" in name or "static/vendor" in name or name.endswith(".woff2")
    ] == []
    lock = (REPO / "web" / "package-lock.json").read_text("utf-8")
    packages = json.loads(lock)["packages"]
    assert '"resolved"' not in lock, "the lock names a registry"
    assert all(each["integrity"].startswith("sha512-") for name, each in packages.items() if name)
    wanted = json.loads((REPO / "web" / "package.json").read_text("utf-8"))
    for version in {**wanted["dependencies"], **wanted["devDependencies"]}.values():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)


def test_every_package_that_ships_has_its_licence() -> None:
    text = (VENDOR / "licences.txt").read_text("utf-8")
    wanted = json.loads((REPO / "web" / "package.json").read_text("utf-8"))["dependencies"]
    for name, version in wanted.items():
        assert f"{name} {version} (" in text
    assert "cose-base " in text, "also what is bundled behind them"
    assert "GPL" not in text


def test_first_load_of_an_arabic_page_is_small() -> None:
    """Fonts, style, scripts and icons of a page that uses every weight; issue 5 allows 350 kB with the page itself."""
    own = sum(len(compress((STATIC / name).read_bytes(), 9)) for name in _own())
    built = manifest()
    fonts = ("plex-arabic-400", "plex-arabic-600", "plex-sans-400", "plex-sans-600", "plex-mono-400", "naskh-400")
    files = ("fonts.css", "icons.svg", "htmx.min.js", "hx-csp.min.js", *(f"{name}.woff2" for name in fonts))
    total = own + sum(int(built[name]["gz"]) for name in files)
    assert total < 300 * KIB


def _own() -> list[str]:
    return [path.name for path in STATIC.iterdir() if path.suffix in (".css", ".js", ".svg")]


def test_every_icon_of_a_template_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'<symbol id="([^"]+)"', (VENDOR / "icons.svg").read_text("utf-8")))
    used = set()
    for path in (CONSOLE / "templates").rglob("*.html"):
        text = path.read_text("utf-8")
        used |= set(re.findall(r"icon\('([^']+)'\)", text))
        for table in re.findall(r"icon\((\{[^}]*\})\[", text):
            used |= set(ast.literal_eval(table).values())
    assert "check" in used
    assert used - sprite == set()


def test_every_letter_that_we_write_is_in_our_fonts(desk: Looking) -> None:
    """Catalogues, templates and sentences in three languages; names in Arabic, transliteration and Cyrillic."""
    letters = set("ʿʾḥṣḍṭẓṯḏḫẖǧġžčšāīūēōḤṢḌṬẒḪĠАаБбЙйЫыЭэЯяپچژگڤکیەءآأؤإئ٠١٢٣٤٥٦٧٨٩٪٫٬")
    for path in _texts():
        letters |= {
            sign for sign in path.read_text("utf-8") if not sign.isspace() and unicodedata.category(sign) != "Cf"
        }
    letters -= {"ɏ"}  # only the end of a range in a pattern
    lines = "".join(f"<p>&#{ord(sign)};</p>" for sign in sorted(letters) if unicodedata.combining(sign) == 0)
    for kind in ("", "original", "id"):
        desk.site.put("/letters", f'<main class="{kind}"><h1>A</h1>{lines}</main>')
        with desk.at("/letters") as (page, _):
            assert font_faults(page) == []


def _texts() -> Iterator[Path]:
    yield from (CONSOLE / "locale").rglob("*.po")
    yield from (CONSOLE / "templates").rglob("*.html")
    yield from (REPO / "src" / "exchange" / "sentences").rglob("*.py")
