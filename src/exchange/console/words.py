"""The catalogues: English msgids in templates and pages, Arabic and French in `locale/<lang>/<area>.po`.

They are read as they are, so that there is nothing to compile. A test holds that no message is missing, fuzzy or
unused. Errors, reasons and law have their own sentences (`exchange.sentences`).
"""

from __future__ import annotations

from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from importlib import resources
from importlib.resources.abc import Traversable
from io import BytesIO
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from exchange.sentences import DEFAULT, LANGUAGES

LOCALES: Final = {"ar": "ar", "fr": "fr", "en": "en"}
NAMES: Final = {"ar": "العربية", "fr": "Français", "en": "English"}
"""Each language in itself; never translated."""
DIRECTIONS: Final = {"ar": "rtl", "fr": "ltr", "en": "ltr"}


def mark(msgid: str) -> str:
    """Marks a message that is translated where it is shown; the test of the catalogues looks for this name."""
    return msgid


@lru_cache(maxsize=len(LANGUAGES))
def catalogue(lang: str) -> NullTranslations:
    """The translations into `lang`; English is the msgids themselves."""
    if lang == DEFAULT:
        return NullTranslations()
    merged = Catalog(locale=LOCALES[lang])
    for file in files(lang):
        for message in read(file, lang):
            if message.id and any(message.string or ()):  # one that is still empty hides none that is not
                merged[message.id] = message
    binary = BytesIO()
    write_mo(binary, merged)
    binary.seek(0)
    return GNUTranslations(binary)


def files(lang: str) -> list[Traversable]:
    """The catalogues of a language, one for each area of the console, by name."""
    folder = resources.files("exchange.console") / "locale" / lang
    return sorted((file for file in folder.iterdir() if file.name.endswith(".po")), key=lambda file: file.name)


def read(file: Traversable, lang: str) -> Catalog:
    """One catalogue. ValueError for one that is not well-formed."""
    with file.open("rb") as opened:
        return read_po(opened, locale=LOCALES[lang], abort_invalid=True)


def said(lang: str, msgid: str, **values: object) -> str:
    """The message in `lang`, with `%(name)s` filled in."""
    text = catalogue(lang).gettext(msgid)
    return text % values if values else text
