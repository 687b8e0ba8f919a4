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
    "partner": Words("الشريك", "partenaire", "partner"),
    "agreement": Words("الاتفاق", "accord", "agreement"),
    "would_help": Words("ما يجعله قابلاً للإرسال", "ce qui le rendrait communicable", "what would make it releasable"),
    "who": Words("من", "qui", "who"),
    "stage": Words("المرحلة", "étape", "stage"),
    "proposed": Words("عند الاقتراح", "à la proposition", "as proposed"),
    "at_release": Words("عند الإحالة", "à la communication", "as released"),
    "record": Words("السجل", "fiche", "record"),
    "result": Words("النتيجة", "résultat", "result"),
    "equal": Words("مطابق", "identique", "equal"),
    "different": Words("مختلف", "différent", "different"),
    "other_rules": Words("قواعد برنامج أخرى", "règles d'un autre logiciel", "other rules of software"),
    "erased": Words("مُحي السجل", "fiche effacée", "record erased"),
    "not_retaken": Words("لم يُعد اتخاذه", "non repris", "not taken again"),
    "documents_hold": Words(
        "الوثائق والتواقيع كما كانت",
        "documents et signatures conformes",
        "documents and signatures are those of the time",
    ),
    "without_values": Words(
        "لا يمكن إعادة اتخاذ القرار بلا قيم السجل: الاختبارات والضمانات تقرؤها. فُحصت البصمات والمدخلات والوثائق.",
        "Sans les valeurs de la fiche la décision ne peut être reprise : les critères et garanties les lisent. "
        "Empreintes, entrées et documents sont vérifiés.",
        "Without the record's values the decision cannot be taken again: tests and safeguards read them. "
        "Digests, inputs and documents were checked.",
    ),
    "ledger_says": Words(
        "قارنها بما في السجل التدقيقي (release.decided)",
        "à comparer au registre (release.decided)",
        "compare with the ledger (release.decided)",
    ),
    "nothing_sent": Words("لم يُرسل شيء.", "Rien n'a été transmis.", "Nothing has been sent."),
}


def word(name: str, lang: str) -> str:
    """The word `name` in `lang`."""
    return _WORDS[name].in_(lang)
