"""The phrases of a decision: one row a phrase, in Arabic, French and English. The structure: `decision`.

Spec: docs/spec/policy.md §12.
"""

from __future__ import annotations

from typing import Final

from exchange.policies.agreement import Text

# fmt: off
HEADINGS: Final[dict[str, Text]] = {
    "question": Text("السؤال", "La question posée", "The question"),
    "answer": Text("القرار", "La décision", "The decision"),
    "handling": Text("ما يلتزم به المستلم", "Ce à quoi le destinataire est tenu", "What binds the recipient"),
    "sent": Text("ما يُرسل", "Ce qui est transmis", "What is sent"),
    "coarser": Text("ما يُرسل أقل دقة", "Ce qui est transmis moins précis", "What is sent less precisely"),
    "withheld": Text("ما يُحجب", "Ce qui est retenu", "What is withheld"),
    "digests": Text("ما استند إليه القرار", "Ce sur quoi porte la décision", "What the decision stands on"),
}
DECISION: Final[dict[str, Text]] = {
    "title": Text("قرار بشأن سجل واحد ومستلم واحد", "Décision sur une fiche et un destinataire",
                  "Decision on one record and one recipient"),
    "line": Text("السجل {ref}، النسخة {version}", "Fiche {ref}, version {version}", "Record {ref}, version {version}"),
    "note": Text("لم يُرسل شيء بعد. يبيّن هذا النص ما الذي سيراه المستلم ولماذا.",
                 "Rien n'a été transmis. Ce texte dit ce que verrait le destinataire, et pourquoi.",
                 "Nothing has been sent. This text says what the recipient would see, and why."),
    "sender": Text("المرسل: {x}", "Expéditeur : {x}", "Sender: {x}"),
    "recipient": Text("المستلم: {x}", "Destinataire : {x}", "Recipient: {x}"),
    "agreement": Text("الاتفاق: {x}، النسخة {version}", "Accord : {x}, version {version}",
                      "Agreement: {x}, version {version}"),
    "purpose": Text("الغرض: {x}", "Finalité : {x}", "Purpose: {x}"),
    "moment": Text("وقت القرار: {x}", "Moment de la décision : {x}", "Decided at: {x}"),
    "released": Text("يجوز إرسال السجل إلى المستلم في الحدود المبيّنة أدناه.",
                     "La fiche peut être transmise au destinataire dans les limites indiquées ci-dessous.",
                     "The record may be sent to the recipient within the limits below."),
    "some_sent": Text("يقتصر الإرسال على {items}.", "La transmission porte sur {items}.", "What is sent: {items}."),
    "some_stay": Text("يشمل الحجب {items}.", "La rétention porte sur {items}.", "What stays: {items}."),
    "denied": Text("لا يُرسل السجل.", "La fiche n'est pas transmise.", "The record is not sent."),
    "reason": Text("السبب: {x}", "Motif : {x}", "Reason: {x}"),
    "remedy": Text("ما يجعل الإرسال ممكناً: {x}", "Ce qui permettrait la transmission : {x}",
                   "What would make it releasable: {x}"),
    "no_remedy": Text("لا سبيل إلى الإرسال في ظل الاتفاق والسياسات الحالية.",
                      "Rien ne le permettrait au titre de l'accord et des politiques actuels.",
                      "Nothing would make it releasable under the present agreement and policies."),
    "who": Text("من يجوز له ذلك: {x}.", "Qui peut le faire : {x}.", "Who may do that: {x}."),
    "tlp": Text("التصنيف {tlp}: {meaning}", "marquage {tlp} : {meaning}", "marking {tlp}: {meaning}"),
    "approvals": Text("تلزم موافقة {people}، وليس لمن اقترح الإرسال أن يوافق عليه.",
                      "Il faut l'approbation de {people} ; qui propose n'approuve jamais.",
                      "It needs the approval of {people}; who proposes never approves."),
    "claim": Text("{field} ({id}): {why}", "{field} ({id}) : {why}", "{field} ({id}): {why}"),
    "instead": Text("تُرسل بدلاً منها المعلومة الأعم: {field} ({id}).",
                    "L'élément moins précis suivant est transmis à sa place : {field} ({id}).",
                    "The coarser item sent in its place: {field} ({id})."),
    "manifest": Text("بصمة بيان السجل: {x}", "Empreinte du manifeste : {x}", "Digest of the manifest: {x}"),
    "agreement_digest": Text("بصمة الاتفاق: {x}", "Empreinte de l'accord : {x}", "Digest of the agreement: {x}"),
    "policy_digest": Text("بصمة الاتفاق والسياسات معاً: {x}", "Empreinte de l'accord et des politiques : {x}",
                          "Digest of the agreement and the policies: {x}"),
}
# fmt: on
