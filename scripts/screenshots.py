#!/usr/bin/env python3
"""Pictures of the console for the README, from a demonstration of its own: synthetic people only.   make screenshots

Starts three nodes in a temporary folder, takes the tour so that there is something to see, signs in by links, and
writes docs/pictures/console-*.png. Look at every picture before you commit it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

REPO = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(REPO), str(REPO / "src")]
PICTURES = REPO / "docs" / "pictures"

PREVIEW = "/previews/{traveller}?to=AE&agreement=AG-DZ-AE-KW&purpose=counter_terrorism.travel"


@dataclass(frozen=True)
class Shot:
    """One picture: whose desk, in which language and colours, and the page. `{traveller}` is a record of the tour."""

    name: str
    who: str
    lang: str
    theme: str
    path: str


SHOTS = (
    Shot("preview-ar", "officer-dz", "ar", "light", PREVIEW),
    Shot("preview-en", "officer-dz", "en", "dark", PREVIEW),
    Shot("record-ar", "officer-dz", "ar", "light", "/records/{traveller}"),
    Shot("inbox-fr", "officer-ae", "fr", "light", "/inbox"),
    Shot("network-en", "officer-dz", "en", "dark", "/records/{circle}/network"),
    Shot("agreement-fr", "officer-dz", "fr", "light", "/agreements/AG-DZ-AE-KW"),
    Shot("audit-en", "auditor-dz", "en", "light", "/audit"),
    Shot("node-ar", "admin-dz", "ar", "dark", "/node"),
)


def main() -> int:
    """Writes every picture; ends with 1 when a page does not open."""
    from tests.console.browser import View, chromium, context_of

    failed = 0
    with tempfile.TemporaryDirectory(prefix="exchange-shots-") as name:
        demo = Path(name) / "demo"
        command = [sys.executable, "-m", "exchange", "demo"]
        subprocess.run([*command, "run", "--keep", "--folder", str(demo)], check=True)
        try:
            cast = json.loads((demo / "demo.json").read_text("utf-8"))["cast"]
            links = dict(line.split("\t") for line in (demo / "links.txt").read_text("ascii").splitlines())
            with chromium(*(demo / code / "keys" / "tls.crt" for code in ("dz", "ae", "kw"))) as browser:
                for who in dict.fromkeys(shot.who for shot in SHOTS):
                    with context_of(browser, View(width=1280, height=860)) as context:
                        page = context.new_page()
                        page.goto(links[who])
                        page.click("main button")
                        origin = links[who].split("/enrol/")[0]
                        for shot in (each for each in SHOTS if each.who == who):
                            page.goto(f"{origin}/preferences")
                            page.select_option("#f-lang", shot.lang)
                            page.select_option("#f-theme", shot.theme)
                            page.click("main form button")
                            answer = page.goto(origin + shot.path.format(**cast))
                            page.wait_for_timeout(1500 if "network" in shot.path else 300)
                            failed += answer is None or answer.status != 200
                            page.screenshot(path=PICTURES / f"console-{shot.name}.png")
                            print(f"{shot.name}: {page.url} {answer.status if answer else '-'}")
        finally:
            subprocess.run([*command, "down", "--folder", str(demo), "--wipe"], check=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
