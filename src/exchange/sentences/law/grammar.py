"""What differs between the three languages besides words: lists, contractions, numbers with nouns, dates, direction.

Arabic: dual, 3 to 10 with the numeral's gender against the noun's, 11 to 99 with the accusative singular, hundreds with
the genitive singular; Latin text is isolated (Unicode TR9 §2.7). French: `à le` becomes `au`, and the preposition is
repeated before each item of a list, and no line begins with a colon. Spec: docs/spec/policy.md §12.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from string import Formatter
from typing import Final, NamedTuple

from exchange.model.texts import safe
from exchange.policies.agreement import LANGUAGES, Text
from exchange.policies.sentences import Sentence
from exchange.sentences.law.countries import COUNTRIES

LEFT_TO_RIGHT, FIRST_STRONG, POP = "\u2066", "\u2068", "\u2069"
_ISOLATED: Final = re.compile("[\u2066\u2068][^\u2066\u2068\u2069]*\u2069")
_LATIN: Final = re.compile(r"[A-Za-zÀ-ɏ](?:[!-~À-ɏ]*[0-9A-Za-zÀ-ɏ])?(?: +[A-Za-zÀ-ɏ](?:[!-~À-ɏ]*[0-9A-Za-zÀ-ɏ])?)*")
NO_BREAK: Final = "\u00a0"
_SPACE_BEFORE: Final = re.compile(r" (?=[:;?!»])")
"""French: the signs that no line may begin with."""
_BEFORE: Final = re.compile(r"(?:^|(?<=[\s«(]))(à|de|De|À) $")
_VOWELS: Final = "aeiouàâéèêîôûœæ"
MONTHS: Final = (
    Text("يناير", "janvier", "January"),
    Text("فبراير", "février", "February"),
    Text("مارس", "mars", "March"),
    Text("أبريل", "avril", "April"),
    Text("مايو", "mai", "May"),
    Text("يونيو", "juin", "June"),
    Text("يوليو", "juillet", "July"),
    Text("أغسطس", "août", "August"),
    Text("سبتمبر", "septembre", "September"),
    Text("أكتوبر", "octobre", "October"),
    Text("نوفمبر", "novembre", "November"),
    Text("ديسمبر", "décembre", "December"),
)
_NUMERALS: Final = {
    3: ("ثلاثة", "ثلاث"),
    4: ("أربعة", "أربع"),
    5: ("خمسة", "خمس"),
    6: ("ستة", "ست"),
    7: ("سبعة", "سبع"),
    8: ("ثمانية", "ثماني"),
    9: ("تسعة", "تسع"),
    10: ("عشرة", "عشر"),
}
"""Number -> the numeral before a masculine noun, before a feminine one."""
_AND: Final = Text(" و", " et ", " and ")
_OR: Final = Text(" أو ", " ou ", " or ")
_MOMENT: Final = Text(
    "{day} {month} {year}، الساعة {time} بالتوقيت العالمي",
    "{day} {month} {year} à {time} (temps universel)",
    "{day} {month} {year}, {time} UTC",
)


class Listing(NamedTuple):
    """Several values in one place of a sentence, joined by `and` or `or`."""

    items: tuple[str, ...]
    word: str = "and"


Hole = str | Listing
Phrase = Text | Sentence
"""One row in the three languages: ours, or a reason's."""


class Noun(NamedTuple):
    """A counted noun. Arabic, in the oblique case: one, two, 3 to 10, 11 to 99, hundreds; then singular and plural."""

    ar: tuple[str, str, str, str, str]
    feminine: bool
    fr: tuple[str, str]
    en: tuple[str, str]


DAYS: Final = Noun(("يوم واحد", "يومين", "أيام", "يوماً", "يوم"), False, ("jour", "jours"), ("day", "days"))
PERSONS: Final = Noun(
    ("شخص واحد", "شخصين", "أشخاص", "شخصاً", "شخص"), False, ("personne", "personnes"), ("person", "persons")
)
CLAIMS: Final = Noun(
    ("معلومة واحدة", "معلومتين", "معلومات", "معلومةً", "معلومة"), True, ("élément", "éléments"), ("item", "items")
)
APPROVERS: Final[dict[str, Noun]] = {
    "officer": Noun(
        ("ضابط اتصال واحد", "ضابطي اتصال", "ضباط اتصال", "ضابط اتصال", "ضابط اتصال"),
        False,
        ("officier de liaison", "officiers de liaison"),
        ("liaison officer", "liaison officers"),
    ),
    "releasing_officer": Noun(
        ("ضابط إرسال واحد", "ضابطي إرسال", "ضباط إرسال", "ضابط إرسال", "ضابط إرسال"),
        False,
        ("officier de transmission", "officiers de transmission"),
        ("releasing officer", "releasing officers"),
    ),
}


@dataclass(frozen=True, slots=True)
class Tongue:
    """One of the three languages, and how it puts words together."""

    lang: str

    def of(self, words: Phrase) -> str:
        text = words[LANGUAGES.index(self.lang)]
        return _SPACE_BEFORE.sub(NO_BREAK, text) if self.lang == "fr" else text

    def say(self, phrase: Phrase, **holes: Hole) -> str:
        """The phrase with its holes filled; in Arabic no Latin text is left without isolation."""
        parts: list[str] = []
        for literal, name, _, _ in Formatter().parse(self.of(phrase)):
            parts.append(literal)
            if name is not None:
                value = holes[name]
                parts.append(self._joined(value if isinstance(value, Listing) else Listing((value,)), parts))
        return self._isolating("".join(parts))

    def join(self, items: Collection[str], word: str = "and") -> str:
        return self.say(Text("{items}", "{items}", "{items}"), items=Listing(tuple(items), word))

    def country(self, code: str) -> str:
        return self.of(COUNTRIES[code])

    def countries(self, codes: Collection[str], word: str = "and") -> Listing:
        return Listing(tuple(self.country(code) for code in codes), word)

    def count(self, number: int, noun: Noun) -> str:
        """`number` (at least 1) with its noun."""
        if self.lang == "ar":
            return _arabic_count(number, noun)
        singular, plural = noun.fr if self.lang == "fr" else noun.en
        return f"{number} {singular if number == 1 else plural}"

    def moment(self, at: datetime) -> str:
        """A UTC time to the minute."""
        day = "1er" if self.lang == "fr" and at.day == 1 else str(at.day)
        month, year = self.of(MONTHS[at.month - 1]), str(at.year)
        return self.say(_MOMENT, day=day, month=month, year=year, time=f"{at:%H:%M}")

    def name(self, text: str) -> str:
        """An identifier, label, digest: Latin, never translated, never reordered."""
        return f"{LEFT_TO_RIGHT}{text}{POP}" if self.lang == "ar" else text

    def authored(self, text: str) -> str:
        """Text that a state wrote, in whatever script: nothing hidden in it, its direction kept to itself."""
        shown = "".join(sign if safe(sign) and sign not in "\n\t" else _visible(sign) for sign in text)
        foreign = _has(shown, "L") if self.lang == "ar" else _has(shown, "R", "AL")
        return f"{FIRST_STRONG}{shown}{POP}" if foreign else shown

    def prose(self, text: str) -> str:
        """Text that a state wrote in this very language: only what is foreign in it is isolated."""
        return self._isolating("".join(sign if safe(sign) and sign not in "\n\t" else _visible(sign) for sign in text))

    def quoted(self, text: str) -> str:
        return self.say(Text("«{text}»", "«\u00a0{text}\u00a0»", "“{text}”"), text=text)

    def _joined(self, value: Listing, parts: list[str]) -> str:
        items = list(value.items)
        found = _BEFORE.search(parts[-1]) if self.lang == "fr" else None
        if found is not None:
            parts[-1] = parts[-1][: found.start(1)]
            items = [_contracted(found[1], item) for item in items]
        word = self.of(_OR if value.word == "or" else _AND)
        between = word if self.lang == "ar" else ", "
        return items[0] if len(items) == 1 else between.join(items[:-1]) + word + items[-1]

    def _isolating(self, text: str) -> str:
        if self.lang != "ar":
            return text
        return "".join(
            part if isolated else _LATIN.sub(rf"{LEFT_TO_RIGHT}\g<0>{POP}", part) for isolated, part in _pieces(text)
        )


def capital(text: str) -> str:
    """The text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def unisolated(text: str) -> str:
    """The text without its isolated parts: in Arabic, no Latin letter may be left."""
    return "".join(part for isolated, part in _pieces(text) if not isolated)


def _pieces(text: str) -> Iterator[tuple[bool, str]]:
    end = 0
    for found in _ISOLATED.finditer(text):
        yield False, text[end : found.start()]
        yield True, found[0]
        end = found.end()
    yield False, text[end:]


def _contracted(preposition: str, item: str) -> str:
    small = preposition.lower()
    article, _, rest = item.partition(" ")
    short = {("à", "le"): "au", ("à", "les"): "aux", ("de", "le"): "du", ("de", "les"): "des"}.get((small, article))
    if short is not None:
        told = f"{short} {rest}"
    elif small == "de" and item[:1].lower() in _VOWELS:
        told = f"d'{item}"
    else:
        told = f"{small} {item}"
    return told if preposition == small else capital(told)


def _arabic_count(number: int, noun: Noun) -> str:
    one, two, few, many, other = noun.ar
    if number in (1, 2):
        return one if number == 1 else two
    if number in _NUMERALS:
        return f"{_NUMERALS[number][noun.feminine]} {few}"
    rest = number % 100
    return f"{number} {few if 3 <= rest <= 10 else many if rest >= 11 else other}"


def _visible(sign: str) -> str:
    """White space as a space; a hidden or refused character as the replacement character."""
    return " " if sign in "\n\t" else "\ufffd"


def _has(text: str, *directions: str) -> bool:
    return any(unicodedata.bidirectional(sign) in directions for sign in text)
