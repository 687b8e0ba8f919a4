"""What each alarm of a reconciliation means, and what a person does now, in Arabic, French and English."""

from __future__ import annotations

from typing import Final

from exchange.ledger.classes import Class
from exchange.operations.reconcile_alarms import NONE_YET, RESULTS, STATEMENT, UNREAD
from exchange.sentences.threefold import Words

SENTENCES: Final[dict[str, Words]] = {
    Class.LOST.value.upper(): Words(
        "ما أُرسل بين هذا الشريك وبيننا لم يصل، وقد مضى وقته (exchange audit reconciled). اتصل به.",
        "Ce qui a été envoyé entre ce partenaire et nous n'est pas arrivé, et le délai est passé "
        "(exchange audit reconciled). Appelez-le.",
        "What was sent between this partner and us did not arrive, and its time is over (exchange audit reconciled). "
        "Call it.",
    ),
    Class.PHANTOM_RECEIPT.value.upper(): Words(
        "يوجد إيصال موقّع لما ليس لدى من وقّعه (exchange audit reconciled). اتصل بالشريك وبالمدقق.",
        "Il existe un reçu signé pour un envoi que son signataire n'a pas (exchange audit reconciled). Appelez le "
        "partenaire et l'auditeur.",
        "There is a signed receipt for what its signer does not have (exchange audit reconciled). Call the partner "
        "and the auditor.",
    ),
    Class.OMITTED.value.upper(): Words(
        "استلم أحد الطرفين ما لا يذكره مُرسله (exchange audit reconciled). اتصل بالشريك وبالمدقق.",
        "L'un a reçu ce que son expéditeur ne mentionne pas (exchange audit reconciled). Appelez le partenaire et "
        "l'auditeur.",
        "One side took in what its sender does not name (exchange audit reconciled). Call the partner and the auditor.",
    ),
    Class.EQUIVOCATED.value.upper(): Words(
        "تحت رقم واحد شيئان مختلفان (exchange audit reconciled). اتصل بالشريك وبالمدقق.",
        "Sous un même numéro, deux choses différentes (exchange audit reconciled). Appelez le partenaire et "
        "l'auditeur.",
        "Under one number there are two different things (exchange audit reconciled). Call the partner and the "
        "auditor.",
    ),
    UNREAD: Words(
        "الفروق أكثر مما تقرؤه مطابقة واحدة. طابق السجلين المصدَّرين (exchange audit reconcile).",
        "Il y a plus de différences qu'un rapprochement n'en lit. Comparez les deux exports "
        "(exchange audit reconcile).",
        "More differs than one run reads. Compare the two exports (exchange audit reconcile).",
    ),
    RESULTS: Words(
        "وقّع هذا الشريك نتيجة غير نتيجتنا. حُفظ الاثنان. اتصل بالشريك وبالمدقق.",
        "Ce partenaire a signé un autre résultat que le nôtre. Les deux sont conservés. Appelez le partenaire et "
        "l'auditeur.",
        "This partner signed another result than ours. Both are kept. Call the partner and the auditor.",
    ),
    STATEMENT: Words(
        "ما وقّعه هذا الشريك يناقض بعضه بعضاً. حُفظ الدليل. اتصل بالمدقق.",
        "Ce que ce partenaire a signé se contredit. La preuve est conservée. Appelez l'auditeur.",
        "What this partner signed contradicts itself. The evidence is kept. Call the auditor.",
    ),
    NONE_YET: Words(
        "منذ ثلاثة أيام لا توجد نتيجة موقّعة من الطرفين. جرّب exchange audit reconcile-now ثم اتصل بالشريك.",
        "Depuis trois jours, aucun résultat signé par les deux. Essayez exchange audit reconcile-now, puis appelez "
        "le partenaire.",
        "For three days there is no result that both signed. Try exchange audit reconcile-now, then call the partner.",
    ),
}
"""By the code of the alarm."""
