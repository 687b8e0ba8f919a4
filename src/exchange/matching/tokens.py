"""A name's words: particles and titles fall, compounds become one, articles go, and a kunya is marked. Pure.

Each word keeps the ways in which it may also be meant (`Benounes` and `Ben Ounes`), so that both sides need not have
been written by one hand. Rules: docs/spec/names.md §3.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from exchange.matching.classes import BIT, SERVANT, Sounds, joined, sounds
from exchange.matching.fold import LONGEST, fold
from exchange.matching.particles import (
    ARTICLES,
    FAITH,
    FAITH_NAMES,
    FATHERS,
    GOD,
    MOTHERS,
    OTHERS,
    PLAIN_ARTICLES,
    SONS,
    TITLES,
)

WORDS_MAX: Final = 12
"""Words of a name that count."""
FORMS_MAX: Final = 4
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")
_SERVANT: Final = re.compile(r"(?:abd|abed)(?:[aeiou]|ou)?(?:[lrsnzdt]|ll|sh|ch)?h?", re.ASCII)
_DIN: Final = re.compile(r"([a-z]{2,}?)(?:[aeiou]|ou|)h?(?:dd|ld)(?:i|ee|y)ne?", re.ASCII)
_DIN_ONE: Final = re.compile(r"([a-z]{2,}?)(?:[aeu]|ou)?d(?:i|ee)ne?", re.ASCII)
_BEN: Final = re.compile(r"(?:b[ei]n|bel)(?=[a-z]{3})", re.ASCII)
_BEN_ARABIC: Final = re.compile("(?:بن|بل)(?=.{2})")
_ABU: Final = re.compile(r"(?:a?bou?l?|abul?)(?=[a-z]{3})", re.ASCII)
_ABU_ARABIC: Final = re.compile("ا?بو(?:ال)?(?=.{2})")
_GLUED_ARTICLE: Final = re.compile(
    r"(?:[ae]l(?=[a-z]{4})|[ae](?=([dnrstz])\1)|[ae](?=sh[a-z]{2}|ch[a-z]{2}))", re.ASCII
)
_TAKEN: Final = re.compile(r"e([dnrstz])\1[a-z]{4}", re.ASCII)
"""`Ennaceur`: an article that became the first letter."""
_SOMALI: Final = re.compile(r"c(?=[aiu][a-z]{2})", re.ASCII)
"""`Cumar`: c is ayn there."""
_ENDED: Final = re.compile(r"([a-z]{3,}?)u[lrdsz]", re.ASCII)
"""`Matiur Rahman`: the next word's article."""
_L: Final = re.compile(r"l(?=[aeiou][a-z]{3})", re.ASCII)
_L_ARABIC: Final = re.compile("ل(?=.{3})")
_LAH: Final = {True: sounds("lah"), False: sounds("لاه")}
_VOWELS: Final = "aeiouy"
_THREE: Final = 3


@dataclass(frozen=True, slots=True, eq=False)
class Token:
    """One word as it counts. Compared by identity: `_token` makes one for each word."""

    text: str
    """As folded; compounds with a blank."""
    forms: tuple[Sounds, ...]
    """The first is what it is; the others what it may also be."""
    role: str
    """`name`, `nasab` (behind a word of descent), `article`, `kunya`, or `faith` (din)."""

    @property
    def sound(self) -> Sounds:
        return self.forms[0]


def tokens(text: str) -> tuple[Token, ...]:
    """The words of a name, in their order."""
    return _read(fold(_CAMEL.sub(" ", text[:LONGEST])).split()[: 3 * WORDS_MAX])


def _read(words: list[str]) -> tuple[Token, ...]:
    found: list[Token] = []
    role, prefix = "name", ""
    at = 0
    while at < len(words) and len(found) < WORDS_MAX:
        word, more = words[at], at + 1 < len(words)
        at += 1
        if word in GOD and found and not prefix and found[-1].role != "faith":
            found[-1] = _with_god(found[-1])
        elif more and (word in FATHERS or word in MOTHERS):
            role, prefix = "kunya", word
        elif more and word in SONS:
            role, prefix = "nasab", word
        elif more and word in ARTICLES and (word in PLAIN_ARTICLES or word[-1] == words[at][0] or word[1:] in ("ch",)):
            role = "article" if role == "name" else role
        elif word in OTHERS or _initial(word, words):
            continue
        elif word in TITLES and len(words) > 1:
            found.append(_token(word, "", "title"))
        elif word in FAITH and (found or more):
            found.append(_token("din" if word.isascii() else "دين", "", "faith"))
            role, prefix = "name", ""
        elif more and _is_servant(word):
            at = _past_articles(words, at)
            found.append(_servant(word, words[at] if at < len(words) else "", role))
            at, role, prefix = at + 1, "name", ""
        else:
            found += _parted(word, prefix, role)
            role, prefix = "name", ""
    if all(token.role == "title" for token in found):
        return tuple(_token(word, "", "name") for word in words[:WORDS_MAX])
    if len(found) > 1 and _is_servant(words[-1]):
        found = _turned(found)
    return tuple(found[:WORDS_MAX])


def _is_servant(word: str) -> bool:
    return word == "عبد" or (word.startswith("ab") and _SERVANT.fullmatch(word) is not None)


def _turned(found: list[Token]) -> list[Token]:
    """`Majeed Abdul`: a list by family names took the servant from before the first word."""
    return [_servant("abd", found[0].text.split()[-1], found[0].role), *found[1:-1]]


def _initial(word: str, words: list[str]) -> bool:
    return len(word) == 1 and len(words) > 1


def _past_articles(words: list[str], at: int) -> int:
    while at + 1 < len(words) and words[at] in ARTICLES:
        at += 1
    return at


def _parted(word: str, prefix: str, role: str) -> list[Token]:
    """One word, or the two of a name in -din."""
    first = ""
    if word.isascii():
        if not word.endswith(("n", "ne")):
            return [_token(word, prefix, role)]
        found = _DIN.fullmatch(word)
        if found is None:
            found = _DIN_ONE.fullmatch(word)
            found = found if found is not None and found[1] in FAITH_NAMES else None
        first = "" if found is None else found[1]
    elif word.endswith("الدين") and len(word) > len("الدين") + 1:
        first = word[: -len("الدين")]
    if not first:
        return [_token(word, prefix, role)]
    return [_token(first, prefix, role), _token("din" if word.isascii() else "دين", "", "faith")]


@lru_cache(maxsize=4096)
def _with_god(token: Token) -> Token:
    latin = token.text.isascii()
    return Token(f"{token.text} allah", tuple(joined(form, _LAH[latin]) for form in token.forms), token.role)


@lru_cache(maxsize=4096)
def _servant(word: str, name: str, role: str) -> Token:
    """`abd` and whose servant."""
    if not name:
        return _token(word, "", role)
    bare = name[2:] if name.startswith("ال") and len(name) > _THREE else name
    rest = _LAH[name.isascii()] if name in GOD else sounds(bare)
    return Token(f"abd {name}", (_of_servant(rest),), role)


def _of_servant(rest: Sounds) -> Sounds:
    return Sounds((SERVANT, *rest.places), (0, *rest.vowels), rest.script)


@lru_cache(maxsize=16384)
def _token(word: str, prefix: str, role: str) -> Token:
    """A word, with the particle before it."""
    forms = _forms(word)
    if prefix:
        # `Ben Ounes` may be `Benounes` elsewhere, and `Abou Bakr` `Boubakeur`.
        forms = [*forms[:2], joined(sounds(prefix), forms[0])]
        if prefix in FATHERS and forms[-1].places[0] == BIT["A"]:
            forms.append(Sounds(forms[-1].places[1:], forms[-1].vowels[1:], forms[-1].script))
    if not word.isascii() and word.startswith("ال") and role == "name":
        role = "article"
    unique = list(dict.fromkeys(form for form in forms if form.places))
    return Token(f"{prefix} {word}" if prefix else word, tuple(unique[:FORMS_MAX]) or (sounds(word),), role)


def _forms(word: str) -> list[Sounds]:
    if word.isascii():
        return _latin_forms(word)
    return _arabic_forms(word)


def _latin_forms(word: str) -> list[Sounds]:
    servant = _latin_servant(word)
    if servant is not None:
        return [servant]
    whole = sounds(word)
    ben = _BEN.match(word)
    if ben is not None:
        bare = _latin_forms(word[ben.end() :])[0]
        if bare.places[0] == SERVANT or _consonants(bare) >= _THREE:
            return [bare, whole]
        return [whole, bare]
    if _TAKEN.match(word):
        return [sounds(word[2:]), whole]
    forms = [whole]
    for pattern in (_GLUED_ARTICLE, _L, _ABU, _SOMALI):
        found = pattern.match(word)
        if found is not None:
            bare = sounds(word[found.end() :])
            if _consonants(bare) > 1:
                forms += _latin_forms(word[1:])[:1] if pattern is _SOMALI else [bare]
    ended = _ENDED.fullmatch(word)
    if ended is not None:
        bare = sounds(ended[1])
        if _consonants(bare) > 1:
            forms.append(bare)
    return forms


def _arabic_forms(word: str) -> list[Sounds]:
    if word.startswith("ال") and len(word) > _THREE:
        return [*_arabic_forms(word[2:])[:2], sounds(word)]
    if word.startswith("عبد") and len(word) > 5:
        rest = word[3:]
        if rest.endswith("الله"):
            return [_of_servant(_LAH[False])]
        return [_of_servant(sounds(rest[2:] if rest.startswith("ال") else rest))]
    if word.endswith("الله") and len(word) > 5:
        return [joined(sounds(word[:-4]), _LAH[False])]
    whole = sounds(word)
    ben = _BEN_ARABIC.match(word)
    if ben is not None:
        bare = _arabic_forms(word[2:])[0]
        return [bare, whole] if bare.places[0] == SERVANT or _consonants(bare) >= _THREE else [whole, bare]
    forms = [whole]
    for pattern in (_ABU_ARABIC, _L_ARABIC):
        found = pattern.match(word)
        if found is not None:
            bare = sounds(word[found.end() :])
            if _consonants(bare) > 1:
                forms.append(bare)
    return forms


def _consonants(form: Sounds) -> int:
    return len(form.places)


def _latin_servant(word: str) -> Sounds | None:
    """`Abdelmalek`, `Abdurrahman`, `Abdallah` in one word."""
    if not word.startswith("abd") or len(word) < 6:
        return None
    rest = word[3:].lstrip(_VOWELS)
    if rest.startswith("l"):
        rest = rest[1:]
        if rest.startswith("atif") or rest.startswith("ateef"):
            rest = "l" + rest
        elif rest.rstrip("h") in ("", "a", "la", "lla") or rest in ("aye", "aie", "ahi"):
            rest = "lah"
    elif not rest:
        return None
    if len(rest) > 1 and rest[0] == rest[1]:
        rest = rest[1:]
    found = sounds(rest)
    return _of_servant(found) if found.places else None
