"""The words of a verification on paper. Faults and what a pass does not prove: `sentences.faults`, `…verification`."""

from __future__ import annotations

from typing import Final

from exchange.policies.agreement import Text

# fmt: off
REPORT: Final[dict[str, Text]] = {
    "title": Text("تقرير التحقق من سجل تدقيقي", "Rapport de vérification d'un journal", "Verification of a ledger"),
    "line": Text("السجل التدقيقي للعقدة {node}", "Journal du nœud {node}", "Ledger of node {node}"),
    "note": Text("أُعدّ هذا التقرير من ملف صدّرته العقدة. وكل من لديه الملف والبصمة يصل إلى النتيجة نفسها.",
                 "Ce rapport est tiré d'un fichier exporté par le nœud. Qui a le fichier et l'empreinte trouve la même "
                 "chose.",
                 "This report is made from a file that the node exported. Whoever has the file and the fingerprint "
                 "comes to the same result."),
    "result": Text("النتيجة", "Résultat", "Result"),
    "ok": Text("صحيح: كل ما فُحص سليم.", "Valable : tout ce qui a été contrôlé tient.",
               "Verified: everything that was checked holds."),
    "not_ok": Text("غير صحيح: {x}", "Non valable : {x}", "Not verified: {x}"),
    "whose": Text("لم تُعط بصمة: الملف متسق مع نفسه، ولا شيء يقول لمن هو.",
                  "Aucune empreinte n'a été donnée : le fichier s'accorde avec lui-même, rien ne dit à qui il est.",
                  "No fingerprint was brought: the file agrees with itself, and nothing says whose it is."),
    "first_at": Text("أول قيد فاسد: {x}", "Première écriture fautive : {x}", "First bad entry: {x}"),
    "between": Text("بين القيد {low} والقيد {high}", "entre les écritures {low} et {high}",
                    "between entries {low} and {high}"),
    "checked": Text("ما فُحص", "Ce qui a été contrôlé", "What was checked"),
    "findings": Text("ما وُجد", "Constats", "Findings"),
    "more": Text("ويوجد غيرها: {x} في المجموع.", "Il y en a d'autres : {x} en tout.", "There are more: {x} in all."),
    "witnesses": Text("الشهود", "Témoins", "Witnesses"),
    "not_proven": Text("ما لا يثبته هذا", "Ce que cela ne prouve pas", "What this does not prove"),
    "node": Text("العقدة", "Nœud", "Node"),
    "exported": Text("وقت التصدير", "Exporté le", "Exported"),
    "fingerprint": Text("بصمة الجذر في الملف", "Empreinte racine du fichier", "Root fingerprint in the file"),
    "brought": Text("بصمة جاء بها المدقق", "Empreinte apportée", "Fingerprint that was brought"),
    "yes": Text("نعم، وهي نفسها", "oui, la même", "yes, the same"),
    "no": Text("لا", "non", "no"),
    "size": Text("عدد القيود", "Nombre d'écritures", "Number of entries"),
    "root": Text("جذر الشجرة المحسوب", "Racine recalculée", "Root, recomputed"),
    "fault": Text("الخلل", "Défaut", "Fault"),
    "entry": Text("القيد", "Écriture", "Entry"),
    "in_line": Text("السطر", "Ligne", "Line"),
    "party": Text("الطرف", "Partie", "Party"),
    "at_size": Text("وقّع على سجل بحجم", "Taille contresignée", "Cosigned at size"),
    "at": Text("في", "Le", "At"),
    "entries": Text("قيود", "écritures", "entries"),
    "checkpoints": Text("رؤوس موقّعة", "états signés", "signed heads"),
    "agreements": Text("اتفاقات", "accords", "agreements"),
    "descriptors": Text("بطاقات", "cartes", "cards"),
    "receipts": Text("إيصالات", "accusés de réception", "receipts"),
    "releases": Text("عمليات إرسال", "transmissions", "releases"),
    "decisions": Text("قرارات", "décisions", "decisions"),
    "permitted": Text("سجلات أُذن بها", "fiches permises", "records permitted"),
    "denied": Text("سجلات رُفضت", "fiches refusées", "records denied"),
    "sent": Text("معلومات أُرسلت", "éléments transmis", "claims sent"),
    "coarser": Text("معلومات أُرسلت أقل دقة", "éléments transmis moins précis", "claims sent less precisely"),
    "withheld": Text("معلومات حُجبت", "éléments retenus", "claims withheld"),
    "lines": Text("أسطر", "lignes", "lines"),
    "findings_count": Text("أخطاء", "défauts", "faults"),
}
# fmt: on
