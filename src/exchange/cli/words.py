"""The few words of the command line itself in Arabic, French and English: heads of tables and states, no errors."""

from __future__ import annotations

from typing import Final

from exchange.cli.hints import Words

_WORDS: Final[dict[str, Words]] = {
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
HEADINGS: Final[dict[str, Words]] = {
    "field": Words("الحقل", "champ", "field"),
    "we_hold": Words("لدينا", "nous détenons", "we hold"),
    "partner_sees": Words("يرى الشريك", "le partenaire voit", "partner sees"),
    "rule": Words("القاعدة", "règle", "rule"),
    "id": Words("المعرّف", "identifiant", "id"),
    "version": Words("الإصدار", "version", "version"),
    "kind": Words("النوع", "type", "kind"),
    "state": Words("الحالة", "état", "state"),
    "signed_by": Words("الموقّعون", "signé par", "signed by"),
    "changed": Words("آخر تغيير", "modifié", "changed"),
    "claim": Words("البيان", "assertion", "claim"),
    "path": Words("المسار", "chemin", "path"),
    "value": Words("القيمة", "valeur", "value"),
    "statement": Words("الصيغة", "énoncé", "statement"),
    "grade": Words("درجة الموثوقية", "cotation", "grade"),
    "record": Words("السجل", "fiche", "record"),
    "records": Words("السجلات", "fiches", "records"),
    "check": Words("الفحص", "contrôle", "check"),
    "cause": Words("السبب", "cause", "cause"),
    "next_step": Words("الخطوة التالية", "étape suivante", "next step"),
    "class": Words("الفئة", "catégorie", "class"),
    "envelopes": Words("الظروف", "enveloppes", "envelopes"),
    "fault": Words("الخلل", "défaut", "fault"),
    "entry": Words("القيد", "entrée", "entry"),
    "before": Words("قبل", "avant", "before"),
    "line": Words("السطر", "ligne", "line"),
    "added": Words("أضيف", "ajoutées", "added"),
    "updated": Words("حُدّث", "mises à jour", "updated"),
    "unchanged": Words("بلا تغيير", "inchangées", "unchanged"),
    "delisted": Words("شُطب", "radiées", "delisted"),
    "oddities": Words("الملاحظات", "anomalies", "oddities"),
    "oddity": Words("الملاحظة", "anomalie", "oddity"),
    "places": Words("المواضع", "emplacements", "places"),
    "person": Words("الشخص", "personne", "person"),
    "role": Words("الدور", "rôle", "role"),
    "partner": Words("الشريك", "partenaire", "partner"),
    "address": Words("العنوان", "adresse", "address"),
    "card": Words("البطاقة", "carte", "card"),
    "expires": Words("تنتهي في", "expire le", "expires"),
    "fingerprint": Words("البصمة", "empreinte", "fingerprint"),
    "inbox": Words("الوارد", "boîte de réception", "inbox"),
    "releases": Words("الإحالات", "communications", "releases"),
    "from": Words("من", "de", "from"),
    "to": Words("إلى", "à", "to"),
    "number": Words("الرقم", "numéro", "number"),
    "code": Words("الرمز", "code", "code"),
    "agreement": Words("الاتفاق", "accord", "agreement"),
    "agreements": Words("الاتفاقات", "accords", "agreements"),
    "purpose": Words("الغرض", "finalité", "purpose"),
    "received": Words("تاريخ الاستلام", "reçu le", "received"),
    "approvals": Words("الموافقات", "approbations", "approvals"),
    "proposer": Words("المقترِح", "proposé par", "proposer"),
    "bulk": Words("الدفعة", "lot", "bulk"),
    "node": Words("العقدة", "nœud", "node"),
    "ledger": Words("السجل المحاسبي", "registre", "ledger"),
    "sent_up_to": Words("أُرسل حتى", "envoyé jusqu'à", "sent up to"),
    "taken_up_to": Words("استُلم حتى", "reçu jusqu'à", "taken up to"),
    "stopped_at": Words("متوقف عند", "arrêté à", "stopped at"),
    "waiting": Words("قيد الانتظار", "en attente", "waiting"),
    "accepted": Words("مقبولة", "acceptées", "accepted"),
    "refused": Words("مرفوضة", "refusées", "refused"),
    "records_held": Words("سجلات لدينا", "fiches détenues", "records held"),
    "last_heartbeat": Words("آخر نبضة", "dernier signal", "last heartbeat"),
}
"""Heads of tables, by the name that the same column has in JSON."""


def word(name: str, lang: str) -> str:
    """The word `name` in `lang`."""
    return _WORDS[name].in_(lang)


def heading(name: str, lang: str) -> str:
    """The head of the column `name` in `lang`. KeyError for one that has no words: nothing is shown untranslated."""
    return HEADINGS[name].in_(lang)
