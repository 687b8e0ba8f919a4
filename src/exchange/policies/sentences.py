"""The sentences for reasons and remedies, in Arabic, French and English. Codes come from `exchange.policies.reasons`.

Placeholders: `{clause}`, `{recipient}`, `{agreement}`, `{purpose}`, `{instead}`; the same ones in the three languages.
A test walks every code. Spec: docs/spec/policy.md §4, §5.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Sentence(NamedTuple):
    ar: str
    fr: str
    en: str


RECORD: Final[dict[str, Sentence]] = {
    "ORIGINATOR_CONTROL": Sentence(
        "صدر هذا السجل عن دولة أخرى، ولا يُحال إلى {recipient} إلا بموافقتها الموقّعة.",
        "Cette fiche a été émise par un autre État ; elle ne va à {recipient} qu'avec son accord signé.",
        "Another state issued this record; it goes to {recipient} only with that state's signed consent.",
    ),
    "RECIPIENT_IS_US": Sentence(
        "الجهة المستلمة هي عقدتنا نفسها.",
        "Le destinataire est notre propre nœud.",
        "The recipient is our own node.",
    ),
    "NOT_A_PARTY": Sentence(
        "دولتنا أو {recipient} ليست طرفاً في {agreement}.",
        "Notre État ou {recipient} n'est pas partie à {agreement}.",
        "Our state or {recipient} is not a party to {agreement}.",
    ),
    "AGREEMENT_NOT_IN_FORCE": Sentence(
        "الاتفاق {agreement} غير نافذ في هذا الوقت.",
        "L'accord {agreement} n'est pas en vigueur à ce moment.",
        "The agreement {agreement} is not in force at this time.",
    ),
    "PURPOSE_NOT_AGREED": Sentence(
        "الغرض {purpose} ليس من أغراض {agreement}.",
        "La finalité {purpose} n'est pas prévue par {agreement}.",
        "The purpose {purpose} is not among those of {agreement}.",
    ),
    "GOVERNANCE_MISSING": Sentence(
        "ينقص السجل التصنيف أو الأساس القانوني أو الغرض أو تاريخ المراجعة.",
        "Il manque à la fiche le marquage, la base légale, la finalité ou la date de réexamen.",
        "The record lacks its marking, legal basis, purpose or review date.",
    ),
    "PURPOSE_NOT_RECORDED": Sentence(
        "لم يُجمع هذا السجل للغرض {purpose}.",
        "Cette fiche n'a pas été établie pour la finalité {purpose}.",
        "This record was not made for the purpose {purpose}.",
    ),
    "BEFORE_ACCESSION": Sentence(
        "صدر السجل قبل انضمام {recipient}، والاتفاق {agreement} لا يشمل السجلات السابقة.",
        "La fiche est antérieure à l'adhésion de {recipient}, et {agreement} exclut les fiches antérieures.",
        "The record was issued before {recipient} joined, and {agreement} excludes earlier records.",
    ),
    "CATEGORY_MISSING": Sentence(
        "لم تُحدَّد صفة الشخص (مشتبه فيه، شاهد، ضحية…).",
        "La qualité de la personne (suspect, témoin, victime…) n'est pas indiquée.",
        "The record does not say what the person is (suspect, witness, victim…).",
    ),
    "REVIEW_PASSED": Sentence(
        "انقضى تاريخ مراجعة السجل.",
        "La date de réexamen de la fiche est dépassée.",
        "The review date of the record has passed.",
    ),
    "REVIEW_TOO_FAR": Sentence(
        "تاريخ المراجعة يقع بعد أكثر من ثلاث سنوات من إصدار السجل.",
        "La date de réexamen est à plus de trois ans de l'émission de la fiche.",
        "The review date is more than three years after the record was issued.",
    ),
    "RETENTION_PASSED": Sentence(
        "انقضت مدة حفظ السجل ولم تُجدَّد بقرار معلَّل.",
        "La durée de conservation de la fiche est écoulée, sans prolongation motivée.",
        "The record's retention has run out and was not renewed with reasons.",
    ),
    "MINOR": Sentence(
        "الشخص قاصر أو قد يكون قاصراً.",
        "La personne est mineure ou peut l'être.",
        "The person is a minor, or may be one.",
    ),
    "RECALLED": Sentence(
        "سُحب السجل من {recipient} بهذه النسخة، فلا يُرسل إليه إلا بنسخة جديدة.",
        "La fiche a été rappelée de {recipient} dans cette version ; seule une nouvelle version peut y partir.",
        "The record was recalled from {recipient} in this version; only a new version may go there.",
    ),
    "DURESS": Sentence(
        "في السجل معلومات انتُزعت بالإكراه، فلا يُرسل.",
        "La fiche contient des informations obtenues sous la contrainte ; elle ne part pas.",
        "The record holds information obtained under duress; it is not sent.",
    ),
    "ORIGIN_UNKNOWN": Sentence(
        "الشخص طالب لجوء أو لاجئ، وجنسيته غير مسجّلة أو لا يجوز ذكرها، فلا يمكن استبعاد بلده الأصلي.",
        "La personne demande l'asile ou est réfugiée, sa nationalité manque ou reste tue ; l'origine est incertaine.",
        "The person seeks asylum or is a refugee; a nationality is missing or not named, so the origin is not certain.",
    ),
    "ORIGIN_COUNTRY": Sentence(
        "الشخص طالب لجوء أو لاجئ، و{recipient} بلد جنسيته.",
        "La personne demande l'asile ou est réfugiée, et {recipient} est un pays dont elle a la nationalité.",
        "The person is an asylum seeker or refugee, and {recipient} is a country of their nationality.",
    ),
    "ASSURANCE_MISSING": Sentence(
        "يلزم ضمان مكتوب ضد التعذيب قبل الإرسال إلى {recipient}.",
        "L'envoi à {recipient} exige une assurance écrite contre la torture.",
        "Sending to {recipient} needs a written assurance against torture.",
    ),
    "NEUTRALITY": Sentence(
        "قد يتصل السجل بمسألة سياسية أو عسكرية أو دينية أو عرقية، ولم توقّع عليه السلطة المختصة.",
        "La fiche peut toucher à une question politique, militaire, religieuse ou raciale ; l'autorité n'a pas signé.",
        "The record may touch a political, military, religious or racial matter; the authority has not signed.",
    ),
    "PROTECTED_ROLE": Sentence(
        "الشخص عامل إنساني أو صحفي أو محامٍ، ولم توافق السلطة القانونية على إدراجه.",
        "La personne est humanitaire, journaliste ou avocate ; l'autorité juridique n'a pas signé.",
        "The person is a humanitarian worker, journalist or lawyer; the legal authority has not signed.",
    ),
    "FLAG_UNKNOWN": Sentence(
        "في السجل علامة حماية غير معروفة.",
        "La fiche porte un signal de protection inconnu.",
        "The record carries a safeguard flag that is not known.",
    ),
    "FORBIDDEN": Sentence(
        "يمنع البند {clause} إرسال هذا السجل إلى {recipient}.",
        "L'article {clause} interdit d'envoyer cette fiche à {recipient}.",
        "Clause {clause} forbids sending this record to {recipient}.",
    ),
    "FORBID_NOT_EVALUABLE": Sentence(
        "لا يذكر السجل ما يلزم للتحقق من المنع الوارد في البند {clause}.",
        "La fiche ne dit pas ce qu'il faut pour vérifier l'interdiction de l'article {clause}.",
        "The record does not say what is needed to check the ban in clause {clause}.",
    ),
    "CLAIMS_AMBIGUOUS": Sentence(
        "معلومتان في السجل تحملان المعرّف نفسه.",
        "Deux éléments de la fiche portent le même identifiant.",
        "Two claims of the record have the same identifier.",
    ),
    "NOTHING_TO_RELEASE": Sentence(
        "لا يسمح {agreement} بإرسال أي معلومة من هذا السجل إلى {recipient}.",
        "L'accord {agreement} ne permet d'envoyer aucun élément de cette fiche à {recipient}.",
        "The agreement {agreement} lets nothing of this record go to {recipient}.",
    ),
    "MARKING_NOT_COVERED": Sentence(
        "لا يشمل {agreement} هذا التصنيف من بروتوكول TLP.",
        "L'accord {agreement} ne couvre pas ce marquage TLP.",
        "The agreement {agreement} does not cover this TLP marking.",
    ),
}
CLAIM: Final[dict[str, Sentence]] = {
    "SAFEGUARD": Sentence(
        "معلومة حماية؛ لا تغادر العقدة أبداً.",
        "Élément de protection ; il ne quitte jamais le nœud.",
        "A safeguard; it never leaves the node.",
    ),
    "GOVERNANCE": Sentence(
        "ترافق السجل دائماً.",
        "Accompagne toujours la fiche.",
        "It always travels with the record.",
    ),
    "PATH_UNKNOWN": Sentence(
        "هذا الحقل غير معروف لهذا النوع من السجلات.",
        "Ce champ n'existe pas pour ce type de fiche.",
        "This field does not exist for this kind of record.",
    ),
    "NOT_GRANTED": Sentence(
        "إذن الدولة المصدرة لا يشمل هذه المعلومة.",
        "L'autorisation de l'État émetteur ne couvre pas cet élément.",
        "The originator's grant does not cover this claim.",
    ),
    "AID_CORRIDOR": Sentence(
        "تُحجب التحركات والمواقع الدقيقة على ممرات الإغاثة.",
        "Les mouvements et lieux précis le long des corridors d'aide sont masqués.",
        "Movements and precise places along aid corridors are masked.",
    ),
    "MINOR_BIOMETRIC": Sentence(
        "لا تُرسل البيانات البيومترية للقاصرين.",
        "Les données biométriques d'un mineur ne sont jamais envoyées.",
        "Biometric data of a minor are never sent.",
    ),
    "WITHHELD": Sentence(
        "محجوبة بموجب البند {clause}.",
        "Retenu par l'article {clause}.",
        "Withheld by clause {clause}.",
    ),
    "WITHHELD_NOT_EVALUABLE": Sentence(
        "محجوبة بموجب البند {clause}، لأن السجل لا يذكر ما يلزم للتحقق من شرطه.",
        "Retenu par l'article {clause}, car la fiche ne permet pas d'en vérifier la condition.",
        "Withheld by clause {clause}, because the record does not let its condition be checked.",
    ),
    "CLAUSE": Sentence(
        "تُرسل بموجب البند {clause}.",
        "Envoyé au titre de l'article {clause}.",
        "Sent under clause {clause}.",
    ),
    "CLAUSE_NOT_EVALUABLE": Sentence(
        "يتناولها البند {clause}، لكن السجل لا يذكر ما يلزم للتحقق من شرطه.",
        "L'article {clause} le vise, mais la fiche ne permet pas d'en vérifier la condition.",
        "Clause {clause} covers it, but the record does not let its condition be checked.",
    ),
    "PURPOSE_NOT_IN_CLAUSE": Sentence(
        "يتناولها البند {clause}، لكن ليس للغرض {purpose}.",
        "L'article {clause} le vise, mais pas pour la finalité {purpose}.",
        "Clause {clause} covers it, but not for the purpose {purpose}.",
    ),
    "CLAUSE_NOT_MET": Sentence(
        "يتناولها البند {clause}، لكن السجل لا يستوفي شرطه.",
        "L'article {clause} le vise, mais la fiche n'en remplit pas la condition.",
        "Clause {clause} covers it, but the record does not meet its condition.",
    ),
    "NO_CLAUSE": Sentence(
        "لا يسمح أي بند بإرسالها إلى {recipient}.",
        "Aucun article ne permet de l'envoyer à {recipient}.",
        "No clause lets it go to {recipient}.",
    ),
    "RECORD_DENIED": Sentence(
        "لا يُرسل السجل كله.",
        "La fiche entière ne part pas.",
        "The record as a whole is not sent.",
    ),
}
INSTEAD: Final = Sentence(
    "تُرسل بدلاً منها المعلومة الأعم {instead}.",
    "L'élément moins précis {instead} est envoyé à sa place.",
    "The coarser claim {instead} is sent in its place.",
)
REMEDY: Final[dict[str, Sentence]] = {
    "ASK_ORIGINATOR": Sentence(
        "اطلب إذن الدولة المصدرة.",
        "Demander l'autorisation de l'État émetteur.",
        "Ask the originating state for a grant.",
    ),
    "CHOOSE_AGREEMENT": Sentence(
        "تحقّق مما إذا كان اتفاق آخر مع {recipient} يسمح بذلك.",
        "Voir si un autre accord avec {recipient} le permet.",
        "See whether another agreement with {recipient} permits it.",
    ),
    "RENEW_AGREEMENT": Sentence(
        "يلزم أن يوقّع جميع الأطراف نسخة نافذة من {agreement}.",
        "Toutes les Parties doivent signer une version en vigueur de {agreement}.",
        "All parties must sign a version of {agreement} that is in force.",
    ),
    "CHOOSE_PURPOSE": Sentence(
        "اختر غرضاً يسمح به الاتفاق والسجل، إن كان هو الغرض الحقيقي.",
        "Choisir une finalité que l'accord et la fiche permettent, si c'est la vraie.",
        "Choose a purpose that the agreement and the record allow, if it is the true one.",
    ),
    "COMPLETE_GOVERNANCE": Sentence(
        "أكمل التصنيف والأساس القانوني والغرض وتاريخ المراجعة.",
        "Compléter le marquage, la base légale, la finalité et la date de réexamen.",
        "Complete the marking, legal basis, purpose and review date.",
    ),
    "AMEND_AGREEMENT": Sentence(
        "يلزم تعديل {agreement} بتوقيع جميع الأطراف.",
        "Il faut un avenant à {agreement}, signé par toutes les Parties.",
        "It needs an amendment to {agreement}, signed by all parties.",
    ),
    "SET_CATEGORY": Sentence(
        "حدّد صفة الشخص.",
        "Indiquer la qualité de la personne.",
        "Say what the person is.",
    ),
    "REVIEW_RECORD": Sentence(
        "راجع السجل وحدّد تاريخ مراجعة جديداً.",
        "Réexaminer la fiche et fixer une nouvelle date.",
        "Review the record and set a new date.",
    ),
    "RENEW_RECORD": Sentence(
        "يجب محو السجل، ما لم تُجدِّد سلطة حفظه بقرار معلَّل.",
        "La fiche doit être effacée, sauf si une autorité en prolonge la conservation par décision motivée.",
        "The record must be erased, unless an authority renews its retention with reasons.",
    ),
    "BEST_INTEREST": Sentence(
        "يلزم تقدير مكتوب لمصلحة الطفل الفضلى، وتوقيع السلطة، ومراجعة خلال سنة، وموافقة ثالثة.",
        "Il faut : avis écrit sur l'intérêt de l'enfant, signature de l'autorité, réexamen sous un an, 3e approbation.",
        "It needs a written best-interest note, an authority's signature, a review within a year and a third approval.",
    ),
    "COMPLETE_RECORD": Sentence(
        "أكمل في السجل ما يسأل عنه البند.",
        "Compléter dans la fiche ce que l'article demande.",
        "Complete in the record what the rule asks about.",
    ),
    "GET_ASSURANCE": Sentence(
        "سجّل مرجع الضمان المكتوب المقدّم من {recipient}.",
        "Inscrire la référence de l'assurance écrite donnée par {recipient}.",
        "Record the reference of the written assurance given by {recipient}.",
    ),
    "NEUTRALITY_SIGNOFF": Sentence(
        "اطلب توقيع السلطة المختصة بالحياد.",
        "Demander la signature de l'autorité chargée de la neutralité.",
        "Ask the authority for neutrality to sign.",
    ),
    "LISTING_SIGNOFF": Sentence(
        "اطلب توقيع السلطة القانونية.",
        "Demander la signature de l'autorité juridique.",
        "Ask the legal authority to sign.",
    ),
    "CORRECT_RECORD": Sentence(
        "صحّح السجل وأصدر نسخة جديدة.",
        "Corriger la fiche et en émettre une nouvelle version.",
        "Correct the record and issue a new version.",
    ),
    "SEE_RECORD": Sentence(
        "انظر سبب رفض السجل.",
        "Voir le motif du refus de la fiche.",
        "See why the record is denied.",
    ),
}
