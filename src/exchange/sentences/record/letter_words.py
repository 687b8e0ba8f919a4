"""The words of messages between nodes: their types, what they ask, why, and how they were answered.

A test walks the closed words of `exchange.model.messages` and names what has none here. Spec: docs/spec/messages.md.
"""

from __future__ import annotations

from typing import Final

from exchange.policies.agreement import Text

# fmt: off
TYPES: Final[dict[str, Text]] = {
    "recall": Text("سحب", "Rappel", "Recall"),
    "notice": Text("إشعار", "Notification", "Notice"),
    "request": Text("طلب معلومات", "Demande d'informations", "Request for information"),
    "answer": Text("جواب عن طلب", "Réponse à une demande", "Answer to a request"),
    "onward-request": Text("طلب نقل إلى دولة ثالثة", "Demande de retransmission", "Request to pass records on"),
    "onward-grant": Text("جواب عن طلب النقل", "Réponse à une demande de retransmission",
                         "Answer to a request to pass records on"),
    "correction": Text("تصحيح", "Rectification", "Correction"),
}
DIRECTIONS: Final[dict[str, Text]] = {
    "in": Text("واردة من {x}", "reçu de {x}", "received from {x}"),
    "out": Text("صادرة إلى {x}", "adressé à {x}", "sent to {x}"),
}
STATES: Final[dict[str, Text]] = {
    "draft": Text("تنتظر الموافقة", "attend une approbation", "waits for approval"),
    "dropped": Text("أُهملت", "abandonné", "dropped"),
    "sent": Text("أُرسلت", "transmis", "sent"),
    "refused": Text("رفضتها عقدة الشريك", "refusé par le nœud partenaire", "refused by the partner's node"),
    "void": Text("أُلغي رقمها", "numéro annulé", "number voided"),
    "received": Text("وردت", "reçu", "received"),
}
REASONS: Final[dict[str, Text]] = {
    "wrong_person": Text("يتعلق بشخص آخر", "concerne une autre personne", "it is about the wrong person"),
    "inaccurate": Text("غير دقيق", "inexact", "it is not accurate"),
    "unlawful": Text("لا يجوز قانوناً حفظه", "détention illégale", "it may not lawfully be held"),
    "court_order": Text("أمر قضائي", "décision de justice", "a court ordered it"),
    "source_protection": Text("حماية مصدر", "protection d'une source", "a source must be protected"),
    "agreement_ended": Text("انتهى الاتفاق", "fin de l'accord", "the agreement ended"),
    "retention": Text("انتهت مدة الحفظ", "fin de la conservation", "its retention ended"),
    "changed": Text("تغيّر السجل", "la fiche a changé", "the record changed"),
    "marking": Text("تغيّر التصنيف", "le marquage a changé", "the marking changed"),
    "prosecution": Text("ملاحقة قضائية جارية", "poursuites en cours", "a prosecution"),
    "appeal": Text("طعن قضائي", "recours", "an appeal"),
    "statute": Text("نص قانوني", "obligation légale", "a statute"),
    "other": Text("سبب آخر", "autre motif", "another reason"),
}
CODES: Final[dict[str, Text]] = {
    "no_record": Text("لا سجل لدينا", "aucune fiche", "no record is held"),
    "not_agreed": Text("خارج نطاق الاتفاق", "hors du champ de l'accord", "the agreement does not cover it"),
    "source_protection": Text("حماية مصدر", "protection d'une source", "a source must be protected"),
    "court": Text("القضاء", "justice saisie", "it is before a court"),
    "national_security": Text("الأمن الوطني", "sécurité nationale", "national security"),
    "too_broad": Text("الطلب واسع جداً", "demande trop large", "the question is too broad"),
    "later": Text("يأتي لاحقاً", "suivra", "it comes later"),
    "other": Text("سبب آخر", "autre motif", "another reason"),
}
URGENCIES: Final[dict[str, Text]] = {
    "8h": Text("ثماني ساعات", "huit heures", "eight hours"),
    "3d": Text("ثلاثة أيام", "trois jours", "three days"),
    "7d": Text("سبعة أيام", "sept jours", "seven days"),
}
ABOUT: Final[dict[str, Text]] = {
    "recall-outcome": Text("مآل طلب سحب", "suite donnée à un rappel", "what became of a recall"),
    "correction-acknowledged": Text("الإقرار بتصحيح", "rectification prise en compte", "a correction was taken in"),
    "destroyed": Text("إتلاف نسخ", "destruction de copies", "copies were destroyed"),
    "handed-over": Text("تسليم إلى سلطة", "remise à une autorité", "something was handed over"),
    "breach": Text("خرق أمني", "incident de sécurité", "a breach"),
    "terminated": Text("نهاية اتفاق", "fin d'un accord", "the end of an agreement"),
    "waiver": Text("إعفاء عاجل", "dispense d'urgence", "an emergency waiver"),
    "grant-revoked": Text("سحب إذن بالنقل", "retrait d'une autorisation", "a grant was revoked"),
    "passed-on": Text("نقل إلى دولة ثالثة", "retransmission faite", "something was passed on"),
}
OUTCOMES: Final[dict[str, Text]] = {
    "destroyed": Text("أُتلفت", "détruites", "destroyed"),
    "retained": Text("استُبقيت", "conservées", "kept"),
    "partly": Text("جزئياً", "en partie", "in part"),
    "not_held": Text("لم تكن لدينا", "non détenues", "not held"),
    "applied": Text("أُخذ به", "appliquée", "applied"),
    "retention_end": Text("انتهاء مدة الحفظ", "fin de la conservation", "end of retention"),
    "review": Text("مراجعة", "réexamen", "review"),
    "agreement_ended": Text("انتهى الاتفاق", "fin de l'accord", "the agreement ended"),
    "court": Text("إلى القضاء", "à la justice", "to a court"),
    "authority": Text("إلى سلطة أخرى", "à une autre autorité", "to another authority"),
    "suspected": Text("مشتبه فيه", "soupçonné", "suspected"),
    "confirmed": Text("مؤكد", "confirmé", "confirmed"),
    "closed": Text("أُغلق", "clos", "closed"),
    "expired": Text("انقضت مدته", "arrivé à terme", "expired"),
    "terminated": Text("أُنهي", "résilié", "terminated"),
    "suspended": Text("عُلّق", "suspendu", "suspended"),
    "opened": Text("فُتح", "ouverte", "opened"),
    "revoked": Text("سُحب", "retirée", "revoked"),
    "granted": Text("أُذن به", "accordée", "granted"),
    "answered": Text("أُجيب عنه", "répondu", "answered"),
    "refused": Text("رُفض", "refusé", "refused"),
    "nothing": Text("لا شيء يُقدَّم", "rien à communiquer", "nothing to give"),
    "other": Text("غير ذلك", "autre", "other"),
}
LETTER: Final[dict[str, Text]] = {
    "line": Text("الرسالة {id}", "Message {id}", "Message {id}"),
    "note": Text("نسخة ورقية من رسالة بين عقدتين. قراءتها مسجَّلة باسم من طبعها.",
                 "Copie sur papier d'un message entre deux nœuds. Sa lecture est inscrite au journal au nom de qui l'a "
                 "imprimée.",
                 "A paper copy of a message between two nodes. That it was read stands in the ledger under the name of "
                 "whoever printed it."),
    "head": Text("الرسالة", "Le message", "The message"),
    "text": Text("ما تقوله", "Ce qu'il dit", "What it says"),
    "thread": Text("المراسلة كلها", "Toute la correspondance", "The whole thread"),
    "gone": Text("أُتلف نص هذه الرسالة.", "Le texte de ce message a été détruit.",
                 "The text of this message was destroyed."),
    "type": Text("النوع", "Nature", "Type"),
    "direction": Text("الاتجاه", "Sens", "Direction"),
    "state": Text("الحالة", "État", "State"),
    "agreement": Text("الاتفاق", "Accord", "Agreement"),
    "created": Text("التاريخ", "Date", "Date"),
    "due": Text("يُجاب قبل", "Réponse due avant le", "Answer due by"),
    "answered": Text("أُجيب في", "Répondu le", "Answered"),
    "outcome": Text("النتيجة", "Issue", "Outcome"),
    "number": Text("رقم المظروف", "Numéro de l'enveloppe", "Number of the envelope"),
    "purpose": Text("الغرض", "Finalité", "Purpose"),
    "refs": Text("السجلات", "Fiches", "Records"),
    "reason": Text("السبب", "Motif", "Reason"),
    "note_text": Text("ملاحظة", "Note", "Note"),
    "deadline": Text("الأجل", "Échéance", "Deadline"),
    "replaces": Text("يحل محلها", "Remplacée par", "What stands in their place"),
    "about": Text("الموضوع", "Objet", "About"),
    "legal_reason": Text("الأساس القانوني للاستبقاء", "Motif légal de conservation", "Legal ground for keeping"),
    "until": Text("حتى", "Jusqu'au", "Until"),
    "question": Text("السؤال", "Question", "Question"),
    "legal_basis": Text("الأساس القانوني", "Base légale", "Legal basis"),
    "urgency": Text("المهلة", "Délai", "Urgency"),
    "code": Text("لماذا ليس كاملاً", "Pourquoi pas tout", "Why it is not whole"),
    "for_recipient": Text("الدولة الثالثة", "État tiers", "Third state"),
    "paths": Text("الحقول المطلوبة", "Champs demandés", "Fields asked for"),
    "grant": Text("وثيقة الإذن", "Acte d'autorisation", "Grant document"),
    "signed": Text("موقّعة، {x} بايت", "signée, {x} octets", "signed, {x} bytes"),
    "one_message": Text("{at}: {type}، {direction} ({state})", "{at} : {type}, {direction} ({state})",
                        "{at}: {type}, {direction} ({state})"),
    "reason_text": Text("{code}؛ {text}", "{code} ; {text}", "{code}; {text}"),
}
# fmt: on
