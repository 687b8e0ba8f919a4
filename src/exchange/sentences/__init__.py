"""One sentence for each error code in Arabic, French and English: what happened, then what to do next.

`sentence` makes it; HTTP answers, the command line and the console show it. It knows no HTTP, and it never shows a
submitted value: facts are identifiers, numbers and places only (`exchange.errors`). Why a record stays at home is told
by reasons (`exchange.policies`), not here. Spec: docs/spec/transport.md §5.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from exchange.errors import Code, Fact
from exchange.sentences import arabic, english, french

LANGUAGES: Final = ("ar", "fr", "en")
DEFAULT: Final = "en"

SENTENCES: Final[dict[str, dict[Code, str]]] = {
    "ar": arabic.SENTENCES,
    "fr": french.SENTENCES,
    "en": english.SENTENCES,
}
"""Language -> code -> sentence. Complete in every language; a test holds that."""

FACTS: Final[dict[str, dict[str, str]]] = {"ar": arabic.FACTS, "fr": french.FACTS, "en": english.FACTS}
"""Language -> fact name -> its label. A fact without a label is not told."""


def sentence(code: Code, lang: str, facts: Mapping[str, Fact] | None = None) -> str:
    """The sentence for `code` in `lang` (`ar`, `fr`, `en`; any other: English), then the facts that have a label."""
    known = lang if lang in SENTENCES else DEFAULT
    text = SENTENCES[known][code]
    labels = FACTS[known]
    told = [f"{labels[name]}: {value}." for name, value in (facts or {}).items() if name in labels and value != ""]
    return " ".join([text, *told])
