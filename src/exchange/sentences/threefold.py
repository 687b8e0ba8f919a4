"""One text in the three languages."""

from __future__ import annotations

from typing import NamedTuple


class Words(NamedTuple):
    """One text in the three languages."""

    ar: str
    fr: str
    en: str

    def in_(self, lang: str) -> str:
        return {"ar": self.ar, "fr": self.fr}.get(lang, self.en)
