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
    "severity": Words("الدرجة", "gravité", "severity"),
    "error": Words("خطأ", "erreur", "error"),
    "warning": Words("تنبيه", "avertissement", "warning"),
    "code": Words("الرمز", "code", "code"),
    "place": Words("الموضع", "endroit", "place"),
    "finding": Words("ما وُجد", "constat", "finding"),
    "no_findings": Words("لا ملاحظات.", "Aucun constat.", "No findings."),
    "effect": Words("الأثر", "effet", "effect"),
    "wider": Words("أوسع", "élargit", "wider"),
    "narrower": Words("أضيق", "restreint", "narrower"),
    "other": Words("آخر", "autre", "other"),
    "no_changes": Words("لا فرق في المعنى.", "Aucune différence de sens.", "No difference in meaning."),
    "direction": Words("الاتجاه", "sens", "direction"),
    "kind": Words("نوع السجل", "type de fiche", "kind"),
    "gained": Words("ما يزيد", "en plus", "gained"),
    "lost": Words("ما ينقص", "en moins", "lost"),
    "record": Words("السجل", "fiche", "record"),
    "recipient": Words("المستلم", "destinataire", "recipient"),
    "sim_records": Words("سجلات فُحصت", "fiches examinées", "records looked at"),
    "sim_released": Words("يُحال من جديد", "nouvellement communiquées", "newly released"),
    "sim_stopped": Words("يتوقف", "ne partent plus", "would stop"),
    "sim_changed": Words("يتغيّر", "changées", "changed"),
    "sim_claims_gained": Words("معلومات تُحال من جديد", "éléments en plus", "claims newly released"),
    "sim_claims_lost": Words("معلومات تتوقف", "éléments en moins", "claims that would stop"),
    "sim_handling": Words("سجلات تتغيّر معالجتها", "fiches au traitement changé", "records with changed handling"),
    "signed_by": Words("وقّع عليه:", "signé par :", "signed by:"),
    "terminated": Words("انتهى الاتفاق. النسخ:", "a pris fin. Copies :", "has ended. Copies:"),
    "end_asked": Words(
        "طُلب إنهاؤه؛ يؤكده شخص آخر.",
        "fin demandée ; une autre personne confirme.",
        "its end is asked for; another person confirms.",
    ),
    "nothing_sent": Words("لم يُرسل شيء.", "Rien n'a été transmis.", "Nothing has been sent."),
}


def word(name: str, lang: str) -> str:
    """The word `name` in `lang`."""
    return _WORDS[name].in_(lang)
