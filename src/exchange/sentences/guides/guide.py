"""A role's guide as a value; `exchange.paper` writes it as one page. The words: `texts_*`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from exchange.model.vocab import Tlp
from exchange.policies.agreement import LANGUAGES
from exchange.sentences.guides.texts import CALL, FRAME, ROLE_TEXTS
from exchange.sentences.law.grammar import Tongue
from exchange.sentences.law.words import TLP_COLOURS

MARKING: Final = str(Tlp.CLEAR)
"""It says how to work, and nothing of any record, person or partner."""


@dataclass(frozen=True, slots=True)
class Guide:
    """One page. `call`: a function in the agency, with room for a name and a number in ink."""

    lang: str
    marking: str
    colour: str
    title: str
    line: str
    headings: tuple[str, str, str]
    do: tuple[str, ...]
    never: tuple[str, ...]
    call: tuple[str, ...]
    foot: str


def guide(role: str, lang: str) -> Guide:
    """The guide of a role in `ar`, `fr` or `en`. KeyError for a role that does not exist."""
    tongue, at = Tongue(lang), LANGUAGES.index(lang)
    texts = ROLE_TEXTS[role]
    return Guide(
        lang=lang,
        marking=MARKING,
        colour=TLP_COLOURS[MARKING],
        title=tongue.of(texts.title),
        line=tongue.of(FRAME["line"]),
        headings=(tongue.of(FRAME["do"]), tongue.of(FRAME["never"]), tongue.of(FRAME["call"])),
        do=tuple(tongue.say(each) for each in texts.do),
        never=tuple(tongue.say(each) for each in texts.never),
        call=tuple(tongue.of(CALL[name]) for name in texts.call),
        foot=FRAME["foot"][at],
    )
