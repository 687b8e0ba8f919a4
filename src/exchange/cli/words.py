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
    "approvals": Words("الموافقات", "approbations", "approvals"),
    "marking": Words("التصنيف", "marquage", "marking"),
    "caveats": Words("القيود", "réserves", "caveats"),
    "purposes": Words("الأغراض", "finalités", "purposes"),
    "retention_days": Words("أيام الحفظ", "conservation (jours)", "retention (days)"),
    "onward": Words("الإحالة إلى طرف ثالث", "transmission ultérieure", "onward"),
    "name_one": Words(
        "لا تقوم الإحالة إلا على اتفاق واحد، فسمِّه:",
        "Une communication se fonde sur un seul accord ; nommez-le :",
        "A release names exactly one agreement; name it:",
    ),
    "no_agreement": Words(
        "لا اتفاق نافذ مع هذه الدولة.",
        "Aucun accord n'est en vigueur avec cet État.",
        "No agreement is in force with this state.",
    ),
    "digest": Words("البصمة الرقمية", "empreinte", "digest"),
    "partner": Words("الشريك", "partenaire", "partner"),
    "time": Words("الوقت", "heure", "time"),
    "version": Words("النسخة", "version", "version"),
    "agreement": Words("الاتفاق", "accord", "agreement"),
    "purpose": Words("الغرض", "finalité", "purpose"),
    "state": Words("الحالة", "état", "state"),
    "claims": Words("الحقول المرسلة", "champs transmis", "claims sent"),
    "direction": Words("الاتجاه", "sens", "direction"),
    "number": Words("الرقم", "numéro", "number"),
    "records": Words("السجلات", "fiches", "records"),
    "destroyed": Words("أُتلف", "détruit", "destroyed"),
    "outstanding": Words("لم يُجب بعد", "sans réponse", "outstanding"),
    "added": Words("أُضيف", "ajouté", "added"),
    "removed": Words("حُذف", "supprimé", "removed"),
    "changed": Words("تغيّر", "modifié", "changed"),
    "nothing_sent": Words("لم يُرسل شيء.", "Rien n'a été transmis.", "Nothing has been sent."),
}


def word(name: str, lang: str) -> str:
    """The word `name` in `lang`."""
    return _WORDS[name].in_(lang)
