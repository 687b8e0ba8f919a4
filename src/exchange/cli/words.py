"""The few words of the command line itself in Arabic, French and English: headings and states, no errors."""

from __future__ import annotations

from typing import Final

from exchange.cli.hints import Words

_WORDS: Final[dict[str, Words]] = {
    "field": Words("الحقل", "champ", "field"),
    "we_hold": Words("لدينا", "nous détenons", "we hold"),
    "partner_sees": Words("يرى الشريك", "le partenaire voit", "partner sees"),
    "rule": Words("القاعدة", "règle", "rule"),
    "sent": Words("يُرسل", "transmis", "sent"),
    "coarser": Words("يُرسل أقل دقة", "transmis moins précis", "coarser"),
    "withheld": Words("محجوب", "retenu", "withheld"),
    "released": Words("يمكن إحالته", "communicable", "releasable"),
    "denied": Words("مرفوض", "refusé", "denied"),
    "handling": Words("المعالجة", "traitement", "handling"),
    "digest": Words("البصمة الرقمية", "empreinte", "digest"),
    "nothing_sent": Words("لم يُرسل شيء.", "Rien n'a été transmis.", "Nothing has been sent."),
}


def word(name: str, lang: str) -> str:
    """The word `name` in `lang`."""
    return _WORDS[name].in_(lang)
