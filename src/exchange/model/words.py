"""Words of names and places, for the index and for what is asked of it: both sides go through this file.

A name stands in the index under every way in which it is commonly split or joined (`Al-Qaʿida`, `Al Qaida`, `Alqaida`);
what is asked for is only split. So every part of a name finds it, and so does the beginning of each part.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice, zip_longest
from typing import Final

import msgspec

from exchange.model.fold import fold

SHORTEST: Final = 3
"""Letters of the shortest beginning that finds a word. A shorter word is found whole."""
LONGEST: Final = 12
"""Letters that count: of a longer word, there or asked for, only so many are looked at."""
WORDS_MAX: Final = 16
"""Words of one text that are looked at."""
TEXT_MAX: Final = 200
"""Characters of one text that are looked at."""
FORMS_MAX: Final = 120
"""Words and beginnings that one text gives."""

_APOSTROPHES: Final = "'`‘’‛ʹʻʼʽʾʿˈ՚"
_HYPHENS: Final = "-‐‒–—−."
_APART: Final = re.compile(rf"(?:[^\w{_APOSTROPHES}{re.escape(_HYPHENS)}]|_)+")
_SPLIT: Final = re.compile(rf"[{_APOSTROPHES}]+")
_HYPHEN: Final = re.compile(rf"[{re.escape(_HYPHENS)}]+")
_ARTICLES: Final = frozenset({"al", "el", "ال"})
_LEADING: Final = (
    *("abd", "abou", "abu", "bou", "umm", "oum", "bint", "ben", "bin", "ibn", "ould", "ait"),
    *("عبد", "ابو", "ابي", "بنت", "بن", "ابن", "ولد", "ايت"),
)
"""Words that are often written as one with the next."""
_STARTS: Final = ("al", "el", "ال", *_LEADING)
_BEFORE: Final = _ARTICLES | frozenset(_LEADING)
_WITHIN: Final = re.compile(rf"({'|'.join(_LEADING)})(\w{{3,}})")
_ARTICLE: Final = re.compile(r"(?:al|el|ال)(\w{3,})")
_SERVANT: Final = re.compile(r"(abd(?=[aeuo][lrs])|عبد(?=ال))\w\w(\w{3,})")
_SERVANT_OF: Final = re.compile(r"abd[aeuo][lrs]")


class Spelled(msgspec.Struct, frozen=True, gc=False):
    """What becomes of a text between two blanks: words with blanks between. A bulk makes thousands of these, and what
    the garbage collector need not look at costs nothing."""

    pieces: str
    """Its words: hyphens part, apostrophes do not."""
    asked: str
    """What somebody who asks for it asks for."""
    forms: str
    """Every word under which it stands in the index, and their beginnings, each once."""
    count: int
    """How many forms; more than any text may have where one of its words is often written as one with the next, so that
    somebody looks closer."""


class Words:
    """Spells texts. Words repeat from name to name, so what was found out is kept for as long as this object lives:
    one batch, because it is text of records in memory."""

    def __init__(self) -> None:
        self._known: dict[str, Spelled] = {}
        self._made: dict[str, str] = {}

    def forms(self, text: str) -> list[str]:
        """The words of `text` with their beginnings, in parts: each some of them with blanks between. `FORMS_MAX` at
        most; where there are more, whole words come before beginnings."""
        known = self._known
        parts, count = [], 0
        for part in text[:TEXT_MAX].split():
            each = known.get(part)
            if each is None:
                each = known[part] = _spelled(part)
            parts.append(each.forms)
            count += each.count
        return parts if count <= FORMS_MAX else self._closer(text)

    def _closer(self, text: str) -> list[str]:
        row = self._row(text)
        pieces = " ".join([each.pieces for each in row]).split()
        parts = [each.forms for each in row]
        for word in _together(pieces):
            parts.append(self.once(f"+{word}", lambda joined: _forms((joined[1:], *_apart(joined[1:])))))
        count = sum([part.count(" ") + 1 for part in parts])
        return parts if count <= FORMS_MAX else _cut(parts)

    def asked(self, text: str) -> list[str]:
        """The words that must all be there, in order. Whoever holds a text of which `text` is a part has each of them,
        or a longer word that begins with it."""
        return list(dict.fromkeys(self.plain(text).split()))[:WORDS_MAX]

    def plain(self, text: str) -> str:
        """The words that would be asked for, with blanks between: `text` in the one spelling."""
        return " ".join([each.asked for each in self._row(text) if each.asked])

    def once(self, text: str, make: Callable[[str], str]) -> str:
        """`make(text)`, made once; for a text that no name can be."""
        found = self._made.get(text)
        if found is None:
            found = self._made[text] = make(text)
        return found

    def _row(self, text: str) -> list[Spelled]:
        known = self._known
        row = text[:TEXT_MAX].split()[:WORDS_MAX]
        try:
            return [known[part] for part in row]
        except KeyError:
            known.update([(part, _spelled(part)) for part in row if part not in known])
            return [known[part] for part in row]


def beginnings(word: str, shortest: int = SHORTEST) -> Iterator[str]:
    """The word, and its beginnings from `shortest` letters on."""
    yield word
    for size in range(shortest, len(word)):
        yield word[:size]


def squeezed(text: str) -> str:
    """Letters and digits only: numbers of documents and telephones."""
    folded = fold(text[:TEXT_MAX])
    return folded if folded.isalnum() else "".join([letter for letter in folded if letter.isalnum()])


def _spelled(text: str) -> Spelled:
    folded = fold(text)
    if folded.isalnum():
        pieces, found = [folded], [folded]
    else:
        pieces, found = _split(folded)
    for word in found[:]:
        if word.startswith(_STARTS):
            found += _apart(word)
    forms = _forms(found)
    asked = [word[:LONGEST] for piece in pieces if piece not in _ARTICLES for word in _servant(piece)]
    count = forms.count(" ") + 1 if _BEFORE.isdisjoint(pieces) and len(pieces) < WORDS_MAX else FORMS_MAX + 1
    return Spelled(" ".join(pieces), " ".join(asked), forms, count)


def _split(folded: str) -> tuple[list[str], list[str]]:
    """(words, everything that it may be taken for): apostrophes part and join, hyphens too."""
    pieces: list[str] = []
    found: list[str] = []
    for word in _APART.split(folded):
        parts = _HYPHEN.split(word)
        own = [piece for piece in (_SPLIT.sub("", part) for part in parts) if piece]
        pieces += own
        found += ("".join(own), *(piece for part in parts for piece in _SPLIT.split(part)))
    pieces = pieces[:WORDS_MAX]
    return pieces, [word for word in dict.fromkeys([*pieces, *found]) if word]


def _forms(words: Iterable[str]) -> str:
    """Words before beginnings, articles left out."""
    whole = dict.fromkeys([word[:LONGEST] for word in words if word not in _ARTICLES])
    begun = [word[:size] for word in whole for size in range(SHORTEST, len(word))]
    return " ".join({**whole, **dict.fromkeys(begun)})


def _cut(parts: Iterable[str]) -> list[str]:
    """By turns, the first of each part first."""
    turns = zip_longest(*(part.split() for part in parts))
    every = dict.fromkeys(form for turn in turns for form in turn if form)
    return [" ".join(islice(every, FORMS_MAX))]


def _together(pieces: Sequence[str]) -> Iterator[str]:
    """An article or a leading word, with the next one, or with an article and the next one."""
    for at, word in enumerate(pieces[:-1]):
        if word in _BEFORE:
            yield word + pieces[at + 1]
            if pieces[at + 1] in _ARTICLES and at + 2 < len(pieces):
                yield word + pieces[at + 1] + pieces[at + 2]


def _apart(word: str) -> Iterator[str]:
    """What a word is made of that was written as one."""
    yield from _servant(word)
    article = _ARTICLE.fullmatch(word)
    if article:
        yield article[1]
    within = _WITHIN.fullmatch(word)
    if within:
        yield within[1]
        yield within[2]


def _servant(word: str) -> tuple[str, ...]:
    """`abd` with an article in it, in its many spellings, is two words; everything else is itself."""
    found = _SERVANT.fullmatch(word)
    if found:
        return (found[1], found[2])
    return ("abd",) if _SERVANT_OF.fullmatch(word) else (word,)
