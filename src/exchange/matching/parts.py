"""The words of a name as parts: ism, nasab, laqab, nisba, kunya, title; in either script. Pure; a suggestion.

It reads forms, not persons. Names in Arabic script are also divided, as they are written, by `model/arabic_names.py`;
here each word that is compared gets its part. Terms: docs/glossary.md.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from exchange.matching.names import Name

KINDS: Final = ("ism", "nasab", "laqab", "nisba", "kunya", "title")
_NISBA_ENDS: Final = ("i", "y", "ee", "ي", "يه")
_SON_OF: Final = ("ben", "bin", "bel", "بن", "بل")
_NISBA_SHORTEST: Final = 3


class Part(NamedTuple):
    kind: str
    sure: bool
    """Whether the form alone says so."""


def parts(name: Name) -> tuple[Part, ...]:
    """One for each token."""
    found: list[Part] = []
    for at, token in enumerate(name.tokens):
        last = at == len(name.tokens) - 1
        given = any(part.kind == "ism" for part in found)
        belongs = token.text.endswith(_NISBA_ENDS) and len(token.sound.places) >= _NISBA_SHORTEST
        if token.role in ("title", "kunya", "nasab"):
            found.append(Part(token.role, True))
        elif token.role == "faith":
            found.append(Part("laqab", True))
        elif token.role == "article" and given:
            found.append(Part("nisba" if belongs else "laqab", belongs))
        elif not given:
            found.append(Part("ism", token.role == "name"))
        elif token.text.startswith(_SON_OF) and len(token.forms) > 1:
            found.append(Part("nasab", False))
        elif last and belongs:
            found.append(Part("nisba", False))
        else:
            # Names in a row without a word of descent: father, grandfather; the last one may be the family's.
            found.append(Part("nasab", False))
    return tuple(found)
