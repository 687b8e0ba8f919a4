"""Under which words a record is found: by parts of names and places, numbers, years of birth, and its own id.

Words leave this file in clear; the store keeps them blinded. What one record may bring is bounded: `TERMS_MAX` words
and beginnings, numbers before names, so that neither 256 claims nor names of 10,000 letters fill the index; and where
there is no room for all, each claim gives a word before one gives a second. Spec: docs/spec/search.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice, zip_longest
from typing import Final, NamedTuple

from exchange.model.claims import Claim, JsonValue
from exchange.model.paths import PATHS
from exchange.model.paths.checks import REF
from exchange.model.records import Ref
from exchange.model.words import LONGEST, Words, beginnings, squeezed

RULES: Final = 1
"""Version of everything here and in `words.py` and `fold.py`: an index made under another is made anew."""
TERMS_MAX: Final = 600
"""Words and beginnings of one record."""
_SURELY: Final = 2 * TERMS_MAX
"""Characters in which there are never more: a form has one at least, and a blank behind it."""
LINKS_MAX: Final = 256
"""Records that one record names."""
MARKS_MAX: Final = 64
_NUMBER_MIN: Final = 5
"""Letters and digits of the shortest number that two records share by more than chance, and of the shortest beginning
of a number that finds it."""
_CODE: Final = 3
"""Letters of the longest word that may be a part of a number."""
_WEAK: Final = frozenset({"kunya", "nom_de_guerre", "alias", "acronym"})
"""Types of a full name that never alone say that two records are of one person."""

Forms = list[str]
"""Words and beginnings in parts, with blanks between: the parts of a batch repeat, and may share words."""


class Gathered(NamedTuple):
    """Everything under which a record is found."""

    forms: Forms
    marks: list[str]
    """What it shares with another by more than chance: see `marks`."""
    links: list[Ref]
    """The records that its claims name, `LINKS_MAX` at most."""


def gather(kind: str, claims: Sequence[Claim], words: Words) -> Gathered:
    """One look at every claim. `words` is shared by a batch."""
    found: Forms = []
    marked: list[Claim] = []
    refs: dict[Ref, None] = {}
    for claim in claims:
        path = claim.path
        form = _FORMS.get(path)
        if form is not None:
            found += form(claim.value, words)
            if path in _MARKED:
                marked.append(claim)
        elif path in _LINKED:
            ref = named(claim.value)
            if ref is not None:
                refs[ref] = None
    if sum(map(len, found)) + len(found) > _SURELY:
        found = _bounded(claims, words, found)
    named_ = list(refs) if len(refs) <= LINKS_MAX else list(islice(refs, LINKS_MAX))
    return Gathered(list(dict.fromkeys(found)), marks(kind, marked, words) if marked else [], named_)


def terms(claims: Sequence[Claim], words: Words | None = None) -> frozenset[str]:
    """The words and beginnings of a record's claims, `TERMS_MAX` at most."""
    return frozenset(" ".join(gather("", claims, words or Words()).forms).split())


def _bounded(claims: Sequence[Claim], words: Words, found: Forms) -> Forms:
    """All of numbers and births as far as there is room; of the rest one form of each claim, turn by turn, words before
    their beginnings."""
    if len(set(" ".join(found).split())) <= TERMS_MAX:
        return found
    every = [(claim.path in _FIRST, _FORMS[claim.path](claim.value, words)) for claim in claims if claim.path in _FORMS]
    first = [form for is_first, forms in every if is_first for part in forms for form in part.split()]
    turns = zip_longest(*(" ".join(forms).split() for is_first, forms in every if not is_first))
    rest = [form for turn in turns for form in turn if form]
    return [" ".join(islice(dict.fromkeys([*first, *rest]), TERMS_MAX))]


def questions(text: str) -> list[list[str]]:
    """What is asked for: rows of words that must all be there; the first row that finds something counts.

    A number is found however it is spaced. No row: there is nothing to look for.
    """
    words = Words().asked(text)
    rows = []
    if len(words) > 1 and all(len(word) <= _CODE or any(map(str.isdigit, word)) for word in words):
        rows.append([squeezed(text)[:LONGEST]])
    return [*rows, words] if words else rows


def asked_id(text: str) -> str | None:
    """The record that is asked for by its whole id, as ids are written (`paths/checks.py`)."""
    id_ = text.strip().rpartition("/")[2]
    fits = 8 <= len(id_) <= 64 and id_.isascii() and id_ == id_.lower() and id_.replace("-", "").isalnum()
    return id_ if fits else None


def matched(claims: Iterable[Claim], wanted: Iterable[str]) -> tuple[str, ...]:
    """The paths whose claims hold one of the words `wanted`, in order of the claims."""
    words, looked = Words(), frozenset(wanted)
    found: dict[str, None] = {}
    for claim in claims:
        form = _FORMS.get(claim.path)
        if form is not None and not looked.isdisjoint(" ".join(form(claim.value, words)).split()):
            found[claim.path] = None
    return tuple(found)


def links(claims: Sequence[Claim]) -> list[Ref]:
    """The records that the claims name, `LINKS_MAX` at most."""
    return gather("", claims, Words()).links


def named(value: JsonValue) -> Ref | None:
    """The record that a claim's value names."""
    if type(value) is dict and len(value) == 2 and "originator" in value and "id" in value:
        return Ref(str(value["originator"]), str(value["id"]))
    return None


def marks(kind: str, claims: Sequence[Claim], words: Words | None = None) -> list[str]:
    """What two records of one kind share by more than chance, `MARKS_MAX` at most: numbers of documents and full names,
    as they are compared. The kind stands before a name, so that records of one kind only share one."""
    numbers = (document_number(claim.value) for claim in claims if claim.path == "document")
    found = [f"document:{number}" for number in numbers if number is not None]
    return list(islice(dict.fromkeys([*found, *full_names(kind, claims, words)]), MARKS_MAX))


def full_names(kind: str, claims: Iterable[Claim], words: Words | None = None) -> list[str]:
    """Full names as they are compared, the kind before them. A kunya, an alias or a single word says of no two persons
    that they are one. `MARKS_MAX` at most."""
    words = words or Words()
    found: dict[str, None] = {}
    for claim in claims:
        if claim.path == "name.full":
            mark = full_name(kind, claim.value, words)
            if mark is not None:
                found[mark] = None
    return list(islice(found, MARKS_MAX))


def full_name(kind: str, value: JsonValue, words: Words) -> str | None:
    if not isinstance(value, dict) or value.get("type") in _WEAK:
        return None
    said = words.plain(str(value.get("text", "")))
    return f"{kind}:{said}" if " " in said or (said and kind != "person") else None


def document_number(value: JsonValue) -> str | None:
    """A document's number as it is compared, where it is long enough to mean something."""
    number = squeezed(str(value.get("number", ""))) if isinstance(value, dict) else ""
    return number if len(number) >= _NUMBER_MIN else None


def _name(value: JsonValue, words: Words) -> Forms:
    if not isinstance(value, dict):
        return []
    found = words.forms(str(value.get("text", "")))
    split = value.get("parts")
    if isinstance(split, list):
        found = [*found, *(form for part in split for form in words.forms(str(part)))]
    return found


def _place(value: JsonValue, words: Words) -> Forms:
    if not isinstance(value, dict):
        return []
    return [form for member in ("city", "region") if member in value for form in words.forms(str(value[member]))]


def _text(value: JsonValue, words: Words) -> Forms:
    return words.forms(str(value))


def _document(value: JsonValue, words: Words) -> Forms:
    return _number(value["number"], words) if isinstance(value, dict) and "number" in value else []


def _number(value: JsonValue, words: Words) -> Forms:
    """As one, with its beginnings; and its parts, as it is written."""
    text = str(value)
    whole = " ".join(beginnings(squeezed(text)[:LONGEST], _NUMBER_MIN))
    return [whole] if text.isalnum() else [whole, *words.asked(text)]


def _birth(value: JsonValue, _words: Words) -> Forms:
    """Years as they are written, in either calendar, and a date in its parts."""
    if not isinstance(value, dict):
        return [str(value)]
    found = [str(value[name]) for name in ("date", "year", "from", "to") if name in value]
    return [part for said in found for part in said.split("-")]


_NAMES: Final = ("full", "other", "given", "family", "father", "mother", "grandfather", "alias", "kunya")
_FORMS: Final[dict[str, Callable[[JsonValue, Words], Forms]]] = {
    "document": _document,
    **dict.fromkeys(("birth.date", "birth.year"), _birth),
    **dict.fromkeys(("contact.phone", "contact.email", "contact.account", "listed.reference"), _number),
    **dict.fromkeys((f"name.{part}" for part in _NAMES), _name),
    **dict.fromkeys(("birth.place", "residence.address", "location.address", "location.area"), _place),
    **dict.fromkeys(("recruitment.place", "movement.from", "movement.to"), _place),
    **dict.fromkeys(("training.camp", "movement.entry_point", "movement.crossing"), _text),
}
_MARKED: Final = frozenset({"document", "name.full"})
_LINKED: Final = frozenset(path for path, spec in PATHS.items() if spec.form == REF.name)
_FIRST: Final = frozenset(path for path, of in _FORMS.items() if of in (_document, _birth, _number))
