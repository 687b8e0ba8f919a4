"""The classes of a reconciliation, its outcomes and the reasons of who acknowledges, in Arabic, French and English."""

from __future__ import annotations

from typing import Final

from exchange.ledger.classes import Class
from exchange.sentences.threefold import Words

CLASSES: Final[dict[Class, Words]] = {
    Class.MATCHED: Words("متطابق", "concordant", "matched"),
    Class.IN_FLIGHT: Words("في الطريق", "en chemin", "on its way"),
    Class.LOST: Words("مفقود", "perdu", "lost"),
    Class.PHANTOM_RECEIPT: Words("إيصال بلا أصل", "reçu sans envoi", "receipt for nothing"),
    Class.OMITTED: Words("غير مذكور", "omis", "left out"),
    Class.EQUIVOCATED: Words("متناقض", "contradictoire", "two versions"),
}
MEANINGS: Final[dict[Class, Words]] = {
    Class.MATCHED: Words(
        "الطرفان يذكران المظروف نفسه.",
        "Les deux côtés nomment la même enveloppe.",
        "Both sides name the same envelope.",
    ),
    Class.IN_FLIGHT: Words(
        "أُرسل ولم يحن وقت جوابه بعد.",
        "Parti, et la réponse n'est pas encore due.",
        "Sent, and its answer is not yet due.",
    ),
    Class.LOST: Words(
        "أُرسل ومضى وقته، وليس لدى المستلم.",
        "Parti, le délai est passé, et le destinataire ne l'a pas.",
        "Sent, its time is over, and the recipient does not have it.",
    ),
    Class.PHANTOM_RECEIPT: Words(
        "لدى المرسل إيصال، والمستلم لا يذكره.",
        "L'expéditeur a un reçu, et le destinataire ne le nomme pas.",
        "The sender holds a receipt, and the recipient does not name it.",
    ),
    Class.OMITTED: Words(
        "استلمه المستلم، والمرسل لا يذكره.",
        "Le destinataire l'a reçu, et l'expéditeur ne le nomme pas.",
        "The recipient took it in, and the sender does not name it.",
    ),
    Class.EQUIVOCATED: Words(
        "تحت رقم واحد مظروفان مختلفان، أو يقول الإيصال غير ذلك.",
        "Sous un même numéro deux enveloppes différentes, ou le reçu dit autre chose.",
        "Under one number two different envelopes, or the receipt says something else.",
    ),
}
OUTCOMES: Final[dict[str, Words]] = {
    "pending": Words("ينتظر توقيع الشريك", "attend la signature du partenaire", "waits for the partner's signature"),
    "agreed": Words("وقّع الطرفان النتيجة نفسها", "les deux ont signé le même résultat", "both signed the same result"),
    "differs": Words(
        "وقّع الشريك غيرها أو رفض", "le partenaire a signé autre chose, ou refusé", "the partner signed another, or none"
    ),
    "broken": Words(
        "ما وقّعه الشريك يناقض بعضه بعضاً", "ce que le partenaire a signé se contredit", "the partner contradicts itself"
    ),
}
REASONS: Final[dict[str, Words]] = {
    "PARTNER_RESTORED": Words(
        "استعاد الشريك نسخة احتياطية", "le partenaire a restauré une sauvegarde", "the partner restored a backup"
    ),
    "PARTNER_SOFTWARE": Words("خلل عند الشريك", "une panne chez le partenaire", "a fault at the partner's"),
    "OWN_RESTORED": Words("استعدنا نسخة احتياطية", "nous avons restauré une sauvegarde", "we restored a backup"),
    "OWN_SOFTWARE": Words("خلل عندنا", "une panne chez nous", "a fault of ours"),
    "INVESTIGATED": Words("حقق الطرفان فيه", "les deux côtés ont enquêté", "both sides have looked into it"),
}
PROOFS: Final[dict[str, Words]] = {
    "receipt": Words("بإيصال وقّعه", "par un reçu qu'il a signé", "by a receipt that it signed"),
    "envelope": Words("بمظروف وقّعه", "par une enveloppe qu'il a signée", "by an envelope that it signed"),
}
"""By what a node's word is contradicted (`Proof.by`)."""
OPENING_REASONS: Final[dict[str, Words]] = {
    "COMPLAINT": Words("شكوى", "plainte", "complaint"),
    "COURT_ORDER": Words("أمر قضائي", "décision de justice", "court order"),
    "INCIDENT": Words("حادث", "incident", "incident"),
    "OVERSIGHT": Words("رقابة", "contrôle", "oversight"),
    "SAMPLE": Words("عيّنة", "échantillon", "sample"),
    "SUBJECT_REQUEST": Words(
        "طلب صاحب البيانات", "demande de la personne concernée", "request of the person concerned"
    ),
}
