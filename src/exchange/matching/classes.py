"""Letters to classes of consonants. A place holds a set of classes, as bits: letters that may be read in two ways.

Two words sound alike when the sets meet in every place. Between the consonants stand the vowels, as sets too, which are
weak evidence only. Rules: docs/spec/names.md §2. Pure.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice, product
from typing import Final, NamedTuple

CLASSES: Final = "btjhxdrzsSgfklmnAWYC"
"""One letter for each class: `x` kh, `S` sh, `g` gh, `A` any vowel, alef or ayn at the start, `W` and `Y` at the start,
`C` the servant (`abd`)."""
BIT: Final = {letter: 1 << at for at, letter in enumerate(CLASSES)}
SERVANT: Final = BIT["C"]
START: Final = BIT["A"] | BIT["W"] | BIT["Y"]
OPEN, CLOSE, ROUND, EITHER, LONG = 1, 2, 4, 8, 16
"""Sets of vowels: a, i, u; `e`, which is a or i; and what is long for sure, and so written in Arabic too."""
PLACES_MAX: Final = 16
VARIANTS_MAX: Final = 12
"""Readings of one word, at most."""
_VOWELS: Final = "aeiouyw"


class Sounds(NamedTuple):
    """One word."""

    places: tuple[int, ...]
    """Sets of classes."""
    vowels: tuple[int, ...]
    """What stands before each place and after the last: one more than `places`."""
    script: str
    """`l` Latin, `a` Arabic, `o` other: how its vowels are written."""


def _sets(table: dict[str, str]) -> dict[str, tuple[int, ...]]:
    """`th: "ts"` is one place that is t or s."""
    return {
        letters: tuple(sum(BIT[each] for each in place) for place in classes.split())
        for letters, classes in table.items()
    }


_LATIN: Final = _sets(
    {
        "dsch": "j", "tsch": "Sj", "tch": "Sj", "sch": "S", "ssh": "S", "ddh": "dz", "tth": "ts", "kkh": "x",
        "ggh": "g", "cch": "Sx", "ddj": "j", "dj": "j", "dg": "j", "sh": "S", "ch": "Sx", "kh": "x", "gh": "g",
        "th": "ts", "dh": "dz", "zh": "jz", "ph": "f", "ck": "k", "cq": "k", "b": "b", "c": "k", "d": "d", "f": "f",
        "g": "jkg", "h": "h", "j": "j", "k": "k", "l": "l", "m": "m", "n": "n", "p": "b", "q": "k", "r": "r",
        "s": "s", "t": "t", "x": "hk", "z": "z",
    }
)  # fmt: skip
_SOFT_C: Final = _sets({"c": "sj"})["c"]
_ARABIC: Final = _sets(
    {
        "ب": "b", "پ": "b", "ت": "t", "ط": "t", "ث": "ts", "ج": "j", "چ": "jS", "ژ": "jz", "ح": "h", "ه": "h",
        "خ": "x", "د": "d", "ذ": "dz", "ض": "dz", "ظ": "dz", "ر": "r", "ز": "z", "س": "s", "ص": "s", "ش": "S",
        "غ": "g", "ف": "f", "ق": "k", "ك": "k", "گ": "kg", "ل": "l", "م": "m", "ن": "n",
    }
)  # fmt: skip
_ARABIC_VOWELS: Final = {"ا": OPEN, "و": ROUND, "ي": CLOSE, "ع": 0}
_ARABIC_START: Final = {"ا": BIT["A"], "ع": BIT["A"], "و": BIT["W"], "ي": BIT["Y"]}
_LATIN_WORD: Final = re.compile(r"[a-z]+", re.ASCII)
_LATIN_PIECE: Final = re.compile("|".join([f"[{_VOWELS}v]+", *sorted(_LATIN, key=len, reverse=True)]))
"""A run of vowels, or the most letters that are one sound."""
_H: Final = BIT["h"]


@lru_cache(maxsize=8192)
def sounds(word: str) -> Sounds:
    """The sounds of one folded word without blanks."""
    if _LATIN_WORD.fullmatch(word):
        return _latin(word)
    if any(each in _ARABIC or each in _ARABIC_START for each in word):
        return _arabic(word)
    # Of other scripts each letter is a class of its own: found again as it is written, and no other way.
    places = tuple(1 << (24 + ord(each)) for each in word if each.isalnum())[:PLACES_MAX]
    return Sounds(places, (0,) * (len(places) + 1), "o")


def _latin(word: str) -> Sounds:
    places: list[int] = []
    vowels = [0]
    last = ""
    for piece in _LATIN_PIECE.finditer(word):
        if len(places) >= PLACES_MAX:
            break
        letters = piece[0]
        made = _LATIN.get(letters)
        if made is None:
            last = ""
            if places:
                vowels[-1] |= _run(letters)
            else:
                first, said = _opening(letters)
                places.append(first)
                vowels.append(said)
            continue
        if letters == "c" and word[piece.end() : piece.end() + 1] in ("e", "i", "y"):
            made = _SOFT_C
        if letters != last:
            for each in made:
                places.append(each)
                vowels.append(0)
        last = letters
    return _ended(places, vowels, "l")


def _opening(run: str) -> tuple[int, int]:
    """The first place of a word that begins with vowels, and the vowels behind it."""
    if run[0] in "wv":
        return BIT["W"], _run(run[1:])
    if run.startswith("ou") and len(run) > 2:
        return BIT["W"], _run(run[2:])
    if run[0] == "y" and len(run) > 1:
        return BIT["Y"], _run(run[1:])
    # `Ounes` is Wannas, `Oussama` is Usama.
    return BIT["A"] | BIT["W"] if run == "ou" else BIT["A"], _run(run)


@lru_cache(maxsize=2048)
def _run(run: str) -> int:
    """The set of a run of Latin vowels."""
    said = run.replace("v", "w")
    if said in ("ai", "ay", "ei", "ey", "ee", "ae", "iy", "aee", "aei", "aie", "eye", "aye"):
        return CLOSE | LONG
    if said in ("aw", "ow", "au", "oo", "uw", "aou", "awu", "awo", "owo", "ouo", "aoo"):
        return ROUND | LONG
    said = said.replace("ee", "i").replace("oo", "u").replace("ou", "u")
    found = 0
    for each in said:
        found |= {"a": OPEN, "e": EITHER, "i": CLOSE, "y": CLOSE}.get(each, ROUND)
    return found | LONG if found & OPEN and "aa" in run else found


def _arabic(word: str) -> Sounds:
    places: list[int] = []
    vowels = [0]
    for each in word:
        if len(places) >= PLACES_MAX:
            break
        if each in _ARABIC:
            for place in _ARABIC[each]:
                places.append(place)
                vowels.append(0)
        elif each in _ARABIC_START:
            if places:
                vowels[-1] |= _ARABIC_VOWELS[each]
            else:
                places.append(_ARABIC_START[each])
                vowels.append(0)
    return _ended(places, vowels, "a")


def _ended(places: list[int], vowels: list[int], script: str) -> Sounds:
    """A last h falls, with no vowel behind it."""
    if len(places) > 1 and places[-1] == _H and not vowels[-1]:
        places.pop()
        vowels.pop()
    return Sounds(tuple(places), tuple(vowels), script)


@lru_cache(maxsize=8192)
def readings(places: tuple[int, ...]) -> tuple[str, ...]:
    """The ways to read it as letters of `CLASSES`, at most `VARIANTS_MAX`, in one order for all who ask."""
    choices = [_letters(place) for place in places]
    return tuple("".join(each) for each in islice(product(*choices), VARIANTS_MAX))


@lru_cache(maxsize=1024)
def _letters(place: int) -> tuple[str, ...]:
    known = tuple(letter for letter, bit in BIT.items() if place & bit)
    return known or (chr((place.bit_length() - 1) - 24),)


def joined(first: Sounds, second: Sounds) -> Sounds:
    """Two words as if written as one: what only counts at the start does not in the middle."""
    places, vowels = second.places, second.vowels
    if places and places[0] & START and not places[0] & ~START:
        extra = {BIT["W"]: ROUND, BIT["Y"]: CLOSE}.get(places[0], OPEN if second.script == "a" else EITHER)
        places, vowels = places[1:], (vowels[1] | extra, *vowels[2:])
    both = (*first.vowels[:-1], first.vowels[-1] | vowels[0], *vowels[1:])
    script = first.script if first.script == second.script else "o"
    return Sounds((*first.places, *places)[:PLACES_MAX], both[: PLACES_MAX + 1], script)
