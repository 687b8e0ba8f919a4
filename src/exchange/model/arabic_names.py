"""Divides a name in Arabic script into ism, nasab, laqab, nisba and kunya. Pure; a suggestion, and it says so.

It reads forms, not persons: what follows `بن` is descent, what begins with `أبو` and stands first is a kunya, what has
an article and ends in `ي` is belonging. A part that form alone does not settle is marked as not sure. The text is never
changed: the parts, joined by blanks, are the text as it was written, white space apart. Terms: docs/glossary.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from exchange.model.fold import fold
from exchange.model.texts import script_of

KINDS: Final = ("ism", "nasab", "laqab", "nisba", "kunya", "mark")
"""`mark`: a word that only says what follows, such as `الملقب`."""
WORDS_MAX: Final = 40
"""Words of a name that are divided; what has more is no name."""


class Part(NamedTuple):
    """One part, as written."""

    kind: str
    text: str
    sure: bool = True
    """Whether the form alone says so."""


def _folded(words: str) -> frozenset[str]:
    return frozenset(fold(word) for word in words.split())


_FATHER: Final = _folded("أبو أبي أبا بو")
_MOTHER: Final = _folded("أم")
_SON: Final = _folded("بن ابن بنت ابنة ولد منت بني ايت آيت")
_HOUSE: Final = fold("آل")
_SERVANT: Final = _folded("عبد عبيد أمة")
_OF_GOD: Final = _folded("الدين الله الإسلام الحق الإله")
"""Second words of names such as `نور الدين` and `نصر الله`."""
_TITLES: Final = _folded("الشيخ الشيخة السيد السيدة الدكتور الدكتورة الحاج الحاجة الأمير الأميرة الملا الأستاذ القاضي")
_CALLED: Final = _folded("الملقب الملقبة المعروف المعروفة الشهير الشهيرة المدعو المدعوة لقبه لقبها")
_KUNYA_CALLED: Final = _folded("المكنى المكناة المكنّى كنيته كنيتها")
_EPITHETS: Final = _folded("المهدي الهادي القاضي العالي الغازي الداعي الراضي الزاكي الباقي الساعي الراعي الشافي")
"""With an article and a last `ي`, and no belonging."""
_GIVEN: Final = _folded(
    "علي مهدي هادي سامي رامي فوزي فتحي شوقي صبري حلمي زكي حسني رشدي لطفي صبحي بدري وجدي مجدي شكري تقي نقي رضي صفي "
    "غني ولي وصفي حمدي عدي قصي لؤي يحيى مصطفى عيسى موسى مرتضى مجتبى هدى ليلى سلمى بشرى شادي فادي هاني غازي راضي رجائي "
    "خيري سعدي نجمي نوري كرمي شمسي قدري يسري نصري عزمي فخري ناجي راجي تيسير مكي حجازي"
)
"""Given names that end in `ي` and are no belonging, or are both."""
_LAST: Final = ("ي", "يه")
_SHORTEST_NISBA: Final = 5


def parts(text: str) -> tuple[Part, ...]:
    """The parts in their order; nothing for text that is not in Arabic script alone, or is no name by its length."""
    words = text.split()
    if script_of(text) != "Arab" or len(words) > WORDS_MAX:
        return ()
    reader = _Reader(words)
    while reader.left:
        reader.step()
    return tuple(reader.found)


class _Reader:
    """Walks over the words once."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words
        self._folded = [fold(word) for word in words]
        self._at = 0
        self.found: list[Part] = []

    @property
    def left(self) -> bool:
        return self._at < len(self._words)

    def step(self) -> None:
        word = self._folded[self._at]
        if word in _KUNYA_CALLED:
            self._called("kunya")
        elif word in _CALLED:
            self._called("laqab")
        elif word in _SON and self._more(1):
            self._take("nasab", 1 + self._size(self._at + 1))
        elif word == _HOUSE and self._more(1):
            self._take("nisba", 1 + self._size(self._at + 1))
        elif word in (_FATHER | _MOTHER) and self._more(1):
            # At the end of a name it may be the name of the family.
            self._take("kunya", 1 + self._size(self._at + 1), sure=not self._has("ism"))
        elif word in _TITLES and not self._has("ism") and self._more(1):
            self._take("laqab", 1)
        else:
            self._plain()

    def _plain(self) -> None:
        size, word = self._size(self._at), self._folded[self._at]
        last = self._at + size == len(self._words)
        if not self._has("ism"):
            self._take("ism", size)
        elif size > 1:
            self._take("laqab" if self._folded[self._at + 1] in _OF_GOD else "nasab", size, sure=False)
        elif _article(word):
            belongs = word.endswith(_LAST) and word not in _EPITHETS and len(word) >= _SHORTEST_NISBA
            self._take("nisba" if belongs else "laqab", 1, sure=belongs)
        elif last and word.endswith(_LAST) and word not in _GIVEN and len(word) >= _SHORTEST_NISBA:
            self._take("nisba", 1, sure=False)
        else:
            # Names in a row without `بن`: father, grandfather; the last one may be the family's.
            self._take("nasab", 1, sure=False)

    def _called(self, kind: str) -> None:
        """A word that says what the next part is."""
        self._take("mark", 1)
        if not self.left:
            return
        size = self._size(self._at)
        if self._folded[self._at] in (_FATHER | _MOTHER) and self._more(1):
            kind, size = "kunya", 1 + self._size(self._at + 1)
        self._take(kind, size)

    def _take(self, kind: str, size: int, *, sure: bool = True) -> None:
        self.found.append(Part(kind, " ".join(self._words[self._at : self._at + size]), sure))
        self._at += size

    def _size(self, at: int) -> int:
        """How many words from `at` are one name: `عبد الرحمن`, `نور الدين`, `أبو بكر` after `بن`."""
        word, following = self._folded[at], self._folded[at + 1] if at + 1 < len(self._folded) else ""
        if not following:
            return 1
        if word in _SERVANT or (following in _OF_GOD and not _article(word)):
            return 2
        if word in (_FATHER | _MOTHER):
            return 1 + self._size(at + 1)
        return 1

    def _more(self, count: int) -> bool:
        return self._at + count < len(self._words)

    def _has(self, kind: str) -> bool:
        return any(part.kind == kind for part in self.found)


def _article(word: str) -> bool:
    return word.startswith("ال") and len(word) > 3
