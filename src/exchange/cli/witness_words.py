"""What `exchange witness` and `exchange epoch` say, and what a person does next, in Arabic, French and English."""

from __future__ import annotations

from typing import Final

from exchange.cli.hints import Words

NEEDED: Final = Words(
    "{fresh} من {quorum} مطلوبة خلال 4 ساعات؛ الحقبة {epoch}",
    "{fresh} sur {quorum} nécessaires en 4 heures ; époque {epoch}",
    "{fresh} of {quorum} needed within 4 hours; epoch {epoch}",
)
STALE: Final = Words(
    "WITNESS_STALE: لا يُرسل شيء. جرّب exchange witness ask مع شريك، أو ليأذن شخصان: exchange witness override-ask",
    "WITNESS_STALE : rien n'est transmis. Essayez exchange witness ask avec un partenaire, ou à deux personnes : "
    "exchange witness override-ask",
    "WITNESS_STALE: nothing is released. Try exchange witness ask with a partner, or two persons allow it: "
    "exchange witness override-ask",
)
OVERRIDDEN: Final = Words(
    "الإذن {id} قائم؛ لإنهائه: exchange witness override-end {id}",
    "la dérogation {id} tient ; pour y mettre fin : exchange witness override-end {id}",
    "override {id} stands; to end it: exchange witness override-end {id}",
)
BEHIND: Final = Words(
    "ROLLED_BACK: لا يُوقَّع شيء ولا يُرسل؛ على المسؤول: exchange epoch open (docs/operations.md)",
    "ROLLED_BACK : rien n'est signé ni envoyé ; l'administrateur : exchange epoch open (docs/operations.md)",
    "ROLLED_BACK: nothing is signed or sent; exchange epoch open (docs/operations.md)",
)
COSIGNED: Final = Words(
    "{partner}: وقّع على {size} من القيود في {at}",
    "{partner} a contresigné {size} entrées le {at}",
    "{partner} cosigned {size} entries at {at}",
)
ENDED: Final = Words("انتهى {at}", "terminée le {at}", "ended {at}")
WAITS: Final = Words(
    "ينتظر شخصاً ثانياً: exchange witness override-give {id}",
    "attend la seconde personne : exchange witness override-give {id}",
    "waits for the second person: exchange witness override-give {id}",
)
STANDS: Final = Words(
    "قائم حتى {at}؛ لإنهائه: exchange witness override-end {id}",
    "tient jusqu'au {at} ; pour y mettre fin : exchange witness override-end {id}",
    "stands until {at}; to end it: exchange witness override-end {id}",
)
WRITTEN: Final = Words(
    "كُتب {bytes} بايت: {out}\nللتحقق: exchange witness check {out} --fingerprint {fingerprint}",
    "écrit {bytes} octets : {out}\nvérifier : exchange witness check {out} --fingerprint {fingerprint}",
    "written {bytes} bytes: {out}\ncheck: exchange witness check {out} --fingerprint {fingerprint}",
)
PROVEN: Final = Words(
    "ثابت: وقّعت {node} سجلين مختلفين من {size} من القيود. اتصل بالشريك وبالمدقق.",
    "PROUVÉ : {node} a signé deux registres de {size} entrées. Appelez le partenaire et l'auditeur.",
    "PROVEN: {node} signed two ledgers of {size} entries. Call the partner and the auditor.",
)
NOT_PROVEN: Final = Words(
    "غير ثابت: {fault}. قارن البصمة هاتفياً، واطلب الملف من جديد ممن كتبه.",
    "NON PROUVÉ : {fault}. Comparez l'empreinte par téléphone, et redemandez le fichier à qui l'a écrit.",
    "NOT PROVEN: {fault}. Compare the fingerprint by telephone, and ask whoever wrote the file for it again.",
)
SETTLED: Final = Words(
    "أُنهي التنبيه: {partner} {code} عند {size} من القيود · {reason}. يبقى الدليل محفوظاً.",
    "réglé : {partner} {code} à {size} entrées · {reason}. La preuve reste conservée.",
    "settled: {partner} {code} at {size} entries · {reason}. The evidence stays.",
)
OPENED: Final = Words(
    "الحقبة {epoch} · يستمر السجل من {size} من القيود · المفقود حتى {lost}. ما كان في الانتظار أُلغي: اقترحه من جديد.",
    "époque {epoch} · le registre continue à partir de {size} entrées · perdues jusqu'à {lost}. Ce qui attendait est "
    "abandonné : proposez-le de nouveau.",
    "epoch {epoch} · the ledger goes on from {size} entries · lost up to {lost}. What was queued is given up: propose "
    "it again.",
)
