#!/usr/bin/env python3
"""The console's messages: writes new ones into the catalogues, drops those that nothing says any more; or checks them.

    python scripts/words.py            adds and drops; then translate what is empty
    python scripts/words.py --check    says what is missing, fuzzy, unused or does not fit; ends with 1 if anything is

An area is one file `pages/AREA.py` with its templates below `templates/AREA/`; whatever else there is, is `base`.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

CONSOLE = Path(__file__).resolve().parents[1] / "src" / "exchange" / "console"
LANGUAGES = ("ar", "fr")
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
OPTIONS = {"templates/**.html": {"trimmed": "true", "newstyle_gettext": "true", "extensions": "jinja2.ext.do"}}
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "mark": None}
HOLE = re.compile(r"%\((\w+)\)[sd]")


def found() -> dict[str, dict[str | tuple[str, str], None]]:
    """Area -> its messages, in the order in which they come."""
    areas = {path.stem for path in (CONSOLE / "pages").glob("*.py") if path.stem != "__init__"}
    messages: dict[str, dict[str | tuple[str, str], None]] = {}
    for name, _, message, _, _ in sorted(
        extract_from_dir(str(CONSOLE), METHODS, OPTIONS, KEYWORDS, strip_comment_tags=True), key=lambda each: each[:2]
    ):
        parts = Path(name).parts
        area = Path(parts[1]).stem if parts[0] in ("pages", "templates") and len(parts) > 1 else "base"
        messages.setdefault(area if area in areas else "base", {})[message] = None
    return messages


def known(lang: str, area: str) -> Catalog:
    path = CONSOLE / "locale" / lang / f"{area}.po"
    if not path.exists():
        return Catalog(locale=lang)
    with path.open("rb") as opened:
        return read_po(opened, locale=lang, abort_invalid=True)


def write() -> None:
    """Every catalogue anew, with the translations that there are."""
    everywhere = {lang: merged(lang) for lang in LANGUAGES}
    wanted = found()
    for lang in LANGUAGES:
        folder = CONSOLE / "locale" / lang
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.glob("*.po"):
            if path.stem not in wanted:
                path.unlink()
        for area, messages in sorted(wanted.items()):
            before, made = known(lang, area), Catalog(locale=lang, header_comment=f"# Console: {area}.")
            for message in messages:
                old = before.get(first(message)) or everywhere[lang].get(first(message))
                made.add(message, old.string if old is not None and fits(message, old.id) else empty(message, made))
            with (folder / f"{area}.po").open("wb") as out:
                write_po(out, made, width=118, no_location=True, omit_header=True)


def merged(lang: str) -> dict[str, object]:
    return {
        first(message.id): message
        for path in sorted((CONSOLE / "locale" / lang).glob("*.po"))
        for message in known(lang, path.stem)
        if message.id and message.string
    }


def first(message: str | tuple[str, ...] | list[str]) -> str:
    return message if isinstance(message, str) else message[0]


def fits(new: object, old: object) -> bool:
    return isinstance(new, str) == isinstance(old, str)


def empty(message: str | tuple[str, str], catalog: Catalog) -> object:
    return "" if isinstance(message, str) else ("",) * catalog.num_plurals


def check() -> list[str]:
    """What is wrong, one line each."""
    faults: list[str] = []
    wanted = found()
    for lang in LANGUAGES:
        said: dict[str, object] = {}
        present = {path.stem for path in (CONSOLE / "locale" / lang).glob("*.po")}
        faults += [f"{lang}/{area}.po: no such area" for area in sorted(present - wanted.keys())]
        for area, messages in wanted.items():
            catalog = known(lang, area)
            for message in messages:
                faults += [f"{lang}/{area}.po: {fault}: {first(message)!r}" for fault in wrong(catalog, message)]
            used = {first(message) for message in messages}
            for each in catalog:
                if not each.id:
                    continue
                if first(each.id) not in used:
                    faults.append(f"{lang}/{area}.po: unused: {first(each.id)!r}")
                if said.setdefault(first(each.id), each.string) != each.string:
                    faults.append(f"{lang}/{area}.po: another translation elsewhere: {first(each.id)!r}")
    return faults


def wrong(catalog: Catalog, message: str | tuple[str, str]) -> list[str]:
    there = catalog.get(first(message))
    if there is None:
        return ["missing"]
    if there.fuzzy:
        return ["fuzzy"]
    texts = [there.string] if isinstance(there.string, str) else list(there.string)
    if not all(texts) or len(texts) != (1 if isinstance(message, str) else catalog.num_plurals):
        return ["empty"]
    holes = set(HOLE.findall(first(message) if isinstance(message, str) else message[1]))
    allowed = holes | {"num"} if not isinstance(message, str) else holes
    if any(not set(HOLE.findall(text)) <= allowed for text in texts):
        return ["other values in it"]
    if isinstance(message, str) and set(HOLE.findall(texts[0])) != holes:
        return ["values left out"]
    return []


if __name__ == "__main__":
    if "--check" in sys.argv:
        found_faults = check()
        sys.stdout.writelines(f"{fault}\n" for fault in found_faults)
        sys.exit(1 if found_faults else 0)
    write()
