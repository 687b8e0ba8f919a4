"""The points of a verification, and what a pass of a ledger does not prove, in Arabic, French and English.

Points: `ledger.checklist`, and the steps of a bundle. Faults have their own sentences (`faults.py`); what a pass of a
bundle does not prove is in `law.phrases_evidence`. Spec: docs/spec/ledger.md §6 and §7.
"""

from __future__ import annotations

from typing import Final

from exchange.sentences.law.phrases_evidence import NOT_PROVEN as OF_BUNDLES
from exchange.sentences.threefold import Words

POINTS: Final[dict[str, Words]] = {
    "file": Words("صيغة الملف", "Forme du fichier", "Form of the file"),
    "whose": Words("لمن هذا الملف", "À qui est ce fichier", "Whose file it is"),
    "keys": Words("البطاقات والمفاتيح", "Cartes et clés", "Cards and keys"),
    "chain": Words(
        "السلسلة: لا قيد محذوف ولا مبدّل",
        "Chaîne : aucune écriture ôtée ni changée",
        "Chain: no entry removed or changed",
    ),
    "entries": Words("صيغة القيود وأوقاتها", "Forme et heures des écritures", "Form and times of the entries"),
    "checkpoints": Words("نقاط التحقق (رؤوس السجل)", "Points de contrôle (têtes)", "Checkpoints (signed heads)"),
    "cosignatures": Words("تواقيع الشهود", "Signatures des témoins", "Witnesses' signatures"),
    "streams": Words(
        "الأرقام إلى كل شريك بلا فجوة", "Numéros sans trou vers chaque partenaire", "Streams without gaps"
    ),
    "releases": Words("كل إرسال كما اقتُرح", "Chaque envoi tel que proposé", "Every release as it was proposed"),
    "approvals": Words(
        "موافقات من أشخاص مختلفين", "Approbations par des personnes distinctes", "Approvals by distinct persons"
    ),
    "decisions": Words("قرارات كل إرسال", "Décisions de chaque envoi", "Decisions of every release"),
    "agreements": Words("اتفاقات سارية وموقّعة", "Accords en vigueur et signés", "Agreements in force and signed"),
    "messages": Words(
        "الرسائل، وإتلاف النسخ حين طُلب",
        "Messages, et destruction des copies quand elle fut demandée",
        "Messages, and copies destroyed when asked",
    ),
    "retention": Words(
        "سجلات الشركاء أُتلفت بعد مدتها",
        "Fiches des partenaires détruites à leur terme",
        "Partners' records destroyed after their time",
    ),
    "onward": Words("الإرسال اللاحق بإذن", "Transmission avec permission", "Passed on with permission"),
    "openings": Words("قيود فُتحت للمدقق", "Écritures ouvertes à l'auditeur", "Entries opened to an auditor"),
    "receipts": Words("إيصالات الشركاء", "Reçus des partenaires", "Receipts of partners"),
    "stamps": Words("الأختام الزمنية", "Horodatages", "Time-stamps"),
    "signature": Words("توقيع الملف كله", "Signature de tout le fichier", "Signature of the whole file"),
    "story": Words("ما حدث، بترتيبه ومن فعله", "Les faits, leur ordre et leurs auteurs", "What happened, and by whom"),
    "envelope": Words("المظروف الذي غادر", "L'enveloppe partie", "The envelope that left"),
    "replayed": Words("القرارات أُعيد اتخاذها", "Décisions rejouées", "Decisions taken again"),
}
NOT_PROVEN: Final[dict[str, Words]] = {
    **{code: Words(*text) for code, text in OF_BUNDLES.items()},
    "NOT_PROVEN_CONTENT": Words(
        "ما حملته المظاريف: في الملف بصمات فقط.",
        "Ce que portaient les enveloppes : le fichier n'a que des empreintes.",
        "What the envelopes carried: the file has digests only.",
    ),
    "NOT_PROVEN_NOTHING_UNLOGGED": Words(
        "أن لا شيء غادر بطريق آخر غير هذا البرنامج.",
        "Que rien ne soit parti par une autre voie que ce programme.",
        "That nothing left by another way than this program.",
    ),
    "NOT_PROVEN_SINGLE_HISTORY": Words(
        "أن غيرك رأى السجل نفسه: اسأل الشهود.",
        "Que d'autres aient vu le même registre : demandez aux témoins.",
        "That others were shown the same ledger: ask the witnesses.",
    ),
    "NOT_PROVEN_LATEST": Words(
        "أن السجل لا يستمر بعد هذا الملف.",
        "Que le registre ne continue pas après ce fichier.",
        "That the ledger does not go on after this file.",
    ),
    "NOT_PROVEN_CLOCK": Words(
        "صحة الأوقات: ثبت فقط أنها لا ترجع إلى الوراء.",
        "Que les heures soient justes : seulement qu'elles ne reculent jamais.",
        "That times are right: only that they never go back.",
    ),
    "NOT_PROVEN_DECISIONS": Words(
        "أن الاتفاق أجاز كل بيان: أعد اتخاذ القرارات.",
        "Que l'accord permettait chaque élément : rejouez les décisions.",
        "That the agreement permitted each field: take the decisions again.",
    ),
    "NOT_PROVEN_SHOWN": Words(
        "أن السجلات والبيانات المعروضة للقرارات، والسياسات الوطنية المذكورة فيها، هي كل ما كان.",
        "Que les fiches, éléments et règles nationales montrés pour les décisions soient tous ceux qu'il y avait.",
        "That the records, fields and national policies shown for the decisions are all that there were.",
    ),
    "NOT_PROVEN_RECEIVED_COMPLETE": Words(
        "أن كل مظروف من الشريك مسجَّل: طابق السجلين.",
        "Que chaque enveloppe d'un partenaire soit inscrite : rapprochez les deux registres.",
        "That every envelope of a partner is logged: reconcile the two ledgers.",
    ),
}
"""Of a ledger, by code."""


def not_proven(code: str, lang: str, *, bundle: bool) -> str:
    """One thing that a pass does not prove."""
    return (Words(*OF_BUNDLES[code]) if bundle else NOT_PROVEN[code]).in_(lang)
