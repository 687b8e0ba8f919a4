"""Collects the claims and oddities of one entry of the UN list; whatever fits no field becomes a note.

It knows claims, not the list's fields (`un_list_fields`). Spec: docs/spec/records.md §7.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from exchange.interop.countries import country
from exchange.interop.un_list_schema import Oddity, places
from exchange.model.claims import Claim, Grade, JsonObject, JsonValue
from exchange.model.paths import PATHS
from exchange.model.paths.checks import LONG
from exchange.model.texts import cleaned, safe


class Draft:
    """Claims in the making, numbered from `c1` in the order in which they are put."""

    def __init__(self, grade: Grade) -> None:
        self._grade = grade
        self.claims: list[Claim] = []
        self.oddities: list[Oddity] = []

    def odd(self, place: str, code: str) -> None:
        self.oddities.append(Oddity(place, code))

    def put(self, path: str, value: JsonValue, place: str) -> str:
        """Adds a claim and returns its id. A value that the path does not take is kept as a note, and reported."""
        if PATHS[path].check(value):
            self.claims.append(Claim(f"c{len(self.claims) + 1}", path, value, "fact", self._grade))
        else:
            self.odd(place, "VALUE_NOT_TAKEN")
            self.note(path, _flat(value))
        return self.claims[-1].id

    def note(self, label: str, text: str) -> None:
        """Keeps text as one note, or several if it is longer than a note may be."""
        whole = f"{label}: {text}" if label else text
        for start in range(0, len(whole), LONG):
            piece = whole[start : start + LONG]
            self.claims.append(Claim(f"c{len(self.claims) + 1}", "note", piece, "fact", self._grade))

    def text(self, element: Element, place: str, *, lines: bool = False) -> str:
        """The element's text, white space collapsed (line breaks kept if `lines`), unsafe characters taken out."""
        raw = "".join(element.itertext())
        parts = [" ".join(line.split()) for line in raw.split("\n")]
        joined = "\n".join(part for part in parts if part) if lines else " ".join(raw.split())
        normal = cleaned(joined)
        if not safe(joined):
            self.odd(place, "TEXT_CLEANED")
        elif normal != joined:
            self.odd(place, "TEXT_NORMALISED")
        return normal.strip()


def _flat(value: JsonValue) -> str:
    """All that a value says, on one line."""
    if isinstance(value, dict):
        return "; ".join(f"{name} {_flat(item)}" for name, item in value.items())
    if isinstance(value, list):
        return ", ".join(_flat(item) for item in value)
    return str(value)


def put_country(draft: Draft, value: JsonObject, text: str, place: str) -> list[str]:
    """Sets `country` in `value` if the text names one; returns what must be kept as text."""
    if not text:
        return []
    found = country(text)
    if found is None:
        draft.odd(place, "COUNTRY_NOT_MAPPED")
        return [text]
    value["country"] = found.code
    if found.whole:
        return []
    draft.odd(place, "COUNTRY_QUALIFIED")
    return [text]


class Fields:
    """The children of one element, taken one by one; `finish` keeps what nobody took."""

    def __init__(self, element: Element, place: str, draft: Draft) -> None:
        self.place = place
        self.draft = draft
        self._element = element
        self._left = list(places(element, place))

    def take(self, tag: str, *, lines: bool = False) -> str:
        """The text of the first child named `tag` that is still there; empty if there is none."""
        for number, (child, place) in enumerate(self._left):
            if child.tag == tag:
                del self._left[number]
                return self.draft.text(child, place, lines=lines)
        return ""

    def all(self, tag: str) -> Iterator[Fields]:
        """Every child named `tag`, each finished when the next is asked for."""
        found = [(child, place) for child, place in self._left if child.tag == tag]
        self._left = [(child, place) for child, place in self._left if child.tag != tag]
        for child, place in found:
            fields = Fields(child, place, self.draft)
            yield fields
            fields.finish()

    def values(self, tag: str) -> Iterator[tuple[str, str]]:
        """The texts of all `VALUE` in all children named `tag`, and their places; empty ones are left out."""
        for fields in self.all(tag):
            inner = [(child, place) for child, place in fields._left if child.tag == "VALUE"]
            fields._left = [(child, place) for child, place in fields._left if child.tag != "VALUE"]
            for child, place in inner:
                text = self.draft.text(child, place)
                if text:
                    yield text, place

    def drop(self, *tags: str) -> None:
        """Leaves technical children out on purpose."""
        self._left = [(child, place) for child, place in self._left if child.tag not in tags]

    def finish(self) -> None:
        """Keeps, as notes, what no field has taken: nothing of a file is lost."""
        for child, place in self._left:
            text = self.draft.text(child, place)
            if text:
                self.draft.odd(place, "KEPT_AS_NOTE")
                self.draft.note(place.rsplit("/", 1)[-1], text)
        loose = [self._element.text, *(child.tail for child in self._element)]
        for part in loose:
            if part is not None and part.strip():
                holder = Element(self._element.tag)
                holder.text = part
                self.draft.note("text", self.draft.text(holder, self.place))
