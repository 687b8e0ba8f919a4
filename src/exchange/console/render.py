"""Templates: jinja2 with escaping always on and undefined names refused, one environment for each language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, cast

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from exchange.console import marks
from exchange.console.statics import statics
from exchange.console.words import DIRECTIONS, NAMES, catalogue
from exchange.sentences import LANGUAGES

_ISOLATED: Final = re.compile("([\u2066\u2068][^\u2066\u2068\u2069]*\u2069)")
_COMMAND: Final = re.compile(r"(exchange(?: (?:--)?[a-z][a-z-]*)+|docs/[a-z]+\.md)")
TLP: Final = frozenset({"TLP:RED", "TLP:AMBER+STRICT", "TLP:AMBER", "TLP:GREEN", "TLP:CLEAR"})


@lru_cache(maxsize=len(LANGUAGES))
def environment(lang: str) -> Environment:
    """The templates in `lang`."""
    env = Environment(
        loader=PackageLoader("exchange.console", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        cache_size=400,
        auto_reload=False,
    )
    words, extended = catalogue(lang), cast(Any, env)
    # Newstyle: values are escaped as they are filled in, messages are ours.
    extended.install_gettext_callables(words.gettext, words.ngettext, newstyle=True)
    env.globals.update(lang=lang, dir=DIRECTIONS[lang], languages=NAMES, static=statics().address)
    env.filters.update(
        ident=ident, name=name, tlp=tlp, prose=prose, commands=commands, warnings=marks.warnings, visible=marks.visible
    )
    return env


def page(lang: str, template: str, values: Mapping[str, object]) -> str:
    """The page as HTML. A missing value or template is a programming error."""
    return environment(lang).get_template(template).render(values)


def ident(value: object) -> Markup:
    """An identifier: left to right, isolated, in signs of one width, whole when copied."""
    return Markup('<bdi class="id" dir="ltr">{}</bdi>').format(str(value))


def name(value: object, lang: str = "") -> Markup:
    """One form of a name, or any text from a record: isolated, in its own direction, with a mark if it may mislead."""
    text = str(value)
    flagged = any(code in ("bidi", "invisible") for code in marks.warnings(text))
    shown = marks.visible(text) if flagged else text
    return Markup('<bdi class="{}" lang="{}" dir="{}">{}</bdi>').format(
        "text misleading" if flagged else "text",
        lang or marks.language_of(text),
        marks.direction(shown),
        shown,
    )


def commands(value: object) -> Markup:
    """A sentence in which commands and files of ours keep their order: `exchange doctor --partners` inside Arabic."""
    parts = _COMMAND.split(str(value))
    told = (Markup('<bdi dir="ltr">{}</bdi>').format(part) if at % 2 else escape(part) for at, part in enumerate(parts))
    return Markup("").join(told)


def prose(value: object) -> Markup:
    """A text of law: what it isolates by hidden signs is isolated by elements, so that a copy holds no hidden sign."""
    parts = []
    for part in _ISOLATED.split(str(value)):
        inner = part[1:-1]
        if part.startswith("\u2066"):
            parts.append(Markup('<bdi dir="ltr">{}</bdi>').format(inner))
        elif part.startswith("\u2068"):
            parts.append(Markup('<bdi dir="auto">{}</bdi>').format(inner))
        else:
            parts.append(escape(part))
    return Markup("").join(parts)


def tlp(label: object) -> Markup:
    """A TLP 2.0 label: never translated, left to right, in FIRST's colours on black."""
    text = str(label)
    if text not in TLP:
        return Markup("<bdi>{}</bdi>").format(text)
    kind = text.removeprefix("TLP:").lower().replace("+", " tlp-")
    return Markup('<bdi class="tlp tlp-{}" dir="ltr" lang="en">{}</bdi>').format(kind, text)
