"""The sentences for the steps of a trace, in Arabic, French and English. Codes come from `trace`, `findings`, `cures`.

Placeholders: `{clause}`, `{recipient}`, `{agreement}`, `{purpose}`, `{why}` (the sentence of the reason that a step
speaks of), `{people}`. A test walks every code. Spec: docs/spec/policy.md §10.
"""

from __future__ import annotations

from typing import Final

from exchange.policies.sentences import Sentence

STEPS: Final[dict[str, Sentence]] = {
    "DEFAULT": Sentence(
        "القاعدة: لا يغادر شيء ما لم يسمح به بند.",
        "Règle : rien ne part sans un article qui le permet.",
        "The default: nothing leaves unless a clause permits it.",
    ),
    "LINE_CLEAR": Sentence(
        "فُحص ولا ينطبق: {why}",
        "Vérifié, ne s'applique pas : {why}",
        "Checked, and it is not so: {why}",
    ),
    "LINE_HOLDS": Sentence(
        "ينطبق، فلا يغادر السجل: {why}",
        "S'applique, la fiche ne part pas : {why}",
        "It is so, and the record stays: {why}",
    ),
    "ORIGINATOR_FIRST": Sentence(
        "حق الدولة المصدرة يسبق كل بند.",
        "Le droit de l'État émetteur prime tout article.",
        "The originator's right goes before every clause.",
    ),
    "FORBID_OTHER_DIRECTION": Sentence(
        "المنع {clause} ليس لهذا الاتجاه.",
        "L'interdiction {clause} ne vise pas ce sens.",
        "Ban {clause} is not for this direction.",
    ),
    "FORBID_OTHER_KIND": Sentence(
        "المنع {clause} ليس لهذا النوع من السجلات.",
        "L'interdiction {clause} ne vise pas ce type de fiche.",
        "Ban {clause} is not for this kind of record.",
    ),
    "FORBID_NOT_MET": Sentence(
        "شرط المنع {clause} غير متحقق.",
        "La condition de l'interdiction {clause} n'est pas remplie.",
        "The condition of ban {clause} is not met.",
    ),
    "FORBID_MET": Sentence(
        "شرط المنع {clause} متحقق.",
        "La condition de l'interdiction {clause} est remplie.",
        "The condition of ban {clause} is met.",
    ),
    "FORBID_UNKNOWN": Sentence(
        "لا يمكن التحقق من شرط المنع {clause}؛ فيُعدّ متحققاً.",
        "La condition de l'interdiction {clause} n'est pas vérifiable ; elle vaut comme remplie.",
        "The condition of ban {clause} cannot be checked; it counts as met.",
    ),
    "FORBID_OVERRIDES": Sentence(
        "المنع يغلب كل إذن.",
        "L'interdiction l'emporte sur toute permission.",
        "A ban overrides every permission.",
    ),
    "CLASS_SAFEGUARD": Sentence(
        "معلومة حماية: تبقى مهما قال بند.",
        "Élément de protection : il reste, quoi que dise un article.",
        "A safeguard: it stays, whatever a clause says.",
    ),
    "CLASS_GOVERNANCE": Sentence(
        "معلومة ضبط: ترافق كل سجل يُرسل.",
        "Élément de gestion : il accompagne toute fiche qui part.",
        "Governance: it goes with every record that is sent.",
    ),
    "CLASS_PATH_UNKNOWN": Sentence(
        "حقل غير معروف لهذا النوع: يبقى.",
        "Champ inconnu pour ce type de fiche : il reste.",
        "A field that this kind of record does not have: it stays.",
    ),
    "CLASS_AID_CORRIDOR": Sentence(
        "حماية ممرات الإغاثة تغلب كل بند.",
        "La protection des corridors d'aide l'emporte sur tout article.",
        "The safeguard for aid corridors overrides every clause.",
    ),
    "CLASS_MINOR_BIOMETRIC": Sentence(
        "حماية القاصرين تغلب كل بند.",
        "La protection des mineurs l'emporte sur tout article.",
        "The safeguard for minors overrides every clause.",
    ),
    "CLAUSE_OTHER_DIRECTION": Sentence(
        "البند {clause} ليس لهذا الاتجاه.",
        "L'article {clause} ne vise pas ce sens.",
        "Clause {clause} is not for this direction.",
    ),
    "CLAUSE_OTHER_KIND": Sentence(
        "البند {clause} ليس لهذا النوع من السجلات.",
        "L'article {clause} ne vise pas ce type de fiche.",
        "Clause {clause} is not for this kind of record.",
    ),
    "CLAUSE_OTHER_FIELD": Sentence(
        "البند {clause} لا يذكر هذا الحقل.",
        "L'article {clause} ne nomme pas ce champ.",
        "Clause {clause} does not name this field.",
    ),
    "WITHHOLD_MET": Sentence(
        "البند {clause} يحجبه.",
        "L'article {clause} le retient.",
        "Clause {clause} withholds it.",
    ),
    "WITHHOLD_NOT_MET": Sentence(
        "البند {clause} قد يحجبه، لكن شرطه غير متحقق.",
        "L'article {clause} pourrait le retenir, mais sa condition n'est pas remplie.",
        "Clause {clause} could withhold it, but its condition is not met.",
    ),
    "WITHHOLD_UNKNOWN": Sentence(
        "لا يمكن التحقق من شرط البند {clause} الذي يحجبه؛ فيُعدّ متحققاً.",
        "La condition de l'article {clause}, qui le retient, n'est pas vérifiable ; elle vaut comme remplie.",
        "The condition of clause {clause}, which withholds it, cannot be checked; it counts as met.",
    ),
    "DISCLOSE_MET": Sentence(
        "البند {clause} يسمح به.",
        "L'article {clause} le permet.",
        "Clause {clause} permits it.",
    ),
    "DISCLOSE_NOT_MET": Sentence(
        "البند {clause} قد يسمح به، لكن شرطه غير متحقق.",
        "L'article {clause} pourrait le permettre, mais sa condition n'est pas remplie.",
        "Clause {clause} could permit it, but its condition is not met.",
    ),
    "DISCLOSE_UNKNOWN": Sentence(
        "البند {clause} قد يسمح به، لكن شرطه لا يمكن التحقق منه؛ فلا يسمح.",
        "L'article {clause} pourrait le permettre, mais sa condition n'est pas vérifiable ; il ne permet rien.",
        "Clause {clause} could permit it, but its condition cannot be checked; it permits nothing.",
    ),
    "DISCLOSE_OTHER_PURPOSE": Sentence(
        "البند {clause} يذكره، لكن ليس للغرض {purpose}.",
        "L'article {clause} le nomme, mais pas pour la finalité {purpose}.",
        "Clause {clause} names it, but not for the purpose {purpose}.",
    ),
    "DENY_OVERRIDES": Sentence(
        "الحجب في البند {clause} يغلب الإذن.",
        "La réserve de l'article {clause} l'emporte sur la permission.",
        "The reservation of clause {clause} overrides the permission.",
    ),
    "NATIONAL_POLICY": Sentence(
        "تحفظ وطني لدولتنا: {clause}. لا يوسّعه أي اتفاق.",
        "Réserve nationale de notre État : {clause}. Aucun accord ne l'élargit.",
        "A national reservation of our state: {clause}. No agreement widens it.",
    ),
    "FIRST_CLAUSE": Sentence(
        "أول بند يسمح به هو {clause}.",
        "Le premier article qui le permet est {clause}.",
        "The first clause that permits it is {clause}.",
    ),
    "ORIGINATOR_LIMITS": Sentence(
        "إذن الدولة المصدرة لا يشمله، وهو يغلب البند.",
        "L'autorisation de l'État émetteur ne le couvre pas ; elle l'emporte sur l'article.",
        "The originator's grant does not cover it, and goes before the clause.",
    ),
    "COARSER_SENT": Sentence(
        "تُرسل معلومة أعم مشتقة منه.",
        "Un élément moins précis, qui en est tiré, part.",
        "A coarser claim that was derived from it is sent.",
    ),
    "OUTCOME_SENT": Sentence("النتيجة: يُرسل.", "Résultat : il part.", "The outcome: it is sent."),
    "OUTCOME_COARSER": Sentence(
        "النتيجة: يُرسل أقل دقة.",
        "Résultat : il part moins précis.",
        "The outcome: it is sent in a coarser form.",
    ),
    "OUTCOME_WITHHELD": Sentence("النتيجة: يبقى. {why}", "Résultat : il reste. {why}", "The outcome: it stays. {why}"),
}
"""Every step code."""

CURES: Final[dict[str, Sentence]] = {
    "AMEND_POLICY": Sentence(
        "لا يغيّره إلا تعديل التحفظ الوطني لدولتنا.",
        "Seule une modification de la réserve nationale de notre État le changerait.",
        "Only a change of our state's own reservation would change it.",
    ),
    "APPROVE": Sentence(
        "عدد الموافقات اللازمة: {people}، من أشخاص آخرين.",
        "Approbations nécessaires : {people}, par d'autres personnes.",
        "Approvals needed: {people}, by other persons.",
    ),
    "NOTHING": Sentence(
        "لا شيء يجعله قابلاً للإرسال.",
        "Rien ne le rend communicable.",
        "Nothing makes it releasable.",
    ),
}
"""What would help, beside the remedies of `sentences.REMEDY`."""

ACTORS: Final[dict[str, Sentence]] = {
    "AUTHOR": Sentence("محرر السجل", "l'auteur de la fiche", "the author of the record"),
    "PROPOSER": Sentence("الضابط الذي يقترح", "l'officier qui propose", "the officer who proposes"),
    "OFFICER": Sentence("ضابط", "un officier", "an officer"),
    "RELEASING_OFFICER": Sentence("ضابط الإحالة", "un officier de communication", "a releasing officer"),
    "ADMINISTRATOR": Sentence("المدير", "l'administrateur", "the administrator"),
    "PARTIES": Sentence("جميع الأطراف بتوقيعها", "toutes les Parties, par leur signature", "all parties, by signature"),
    "AUTHORITY": Sentence("السلطة المختصة المسماة", "l'autorité désignée", "the named authority"),
    "ORIGINATOR": Sentence("الدولة المصدرة", "l'État émetteur", "the originating state"),
    "RECIPIENT": Sentence("الدولة المستلمة", "l'État destinataire", "the receiving state"),
}
"""Who may do it."""

ANSWERS: Final[dict[str, Sentence]] = {
    "MET": Sentence("نعم", "oui", "yes"),
    "NOT_MET": Sentence("لا", "non", "no"),
    "UNKNOWN": Sentence("لا يذكر السجل ذلك", "la fiche ne le dit pas", "the record does not say"),
}
FOUND: Final = Sentence("في السجل", "dans la fiche", "in the record")
CLASSES: Final[dict[str, Sentence]] = {
    "WITHIN": Sentence("ضمن المدة", "dans le délai", "within that time"),
    "OLDER": Sentence("أقدم", "plus ancien", "older"),
    "PASSED": Sentence("انقضى", "dépassé", "passed"),
    "AHEAD": Sentence("لم يحن بعد", "à venir", "still ahead"),
    "BEFORE_JOINED": Sentence("قبل الانضمام", "avant l'adhésion", "before it joined"),
    "MISSING": Sentence("غير موجود", "absent", "missing"),
    "PRESENT": Sentence("موجود", "présent", "present"),
    "UNREADABLE": Sentence("غير مقروء", "illisible", "unreadable"),
    "MAY_BE_MINOR": Sentence("قد يكون قاصراً", "peut être mineur", "may be a minor"),
    "ADULT": Sentence("بالغ", "majeur", "of age"),
}
"""Classes of dates and of texts that are not shown."""

TESTS: Final[dict[str, Sentence]] = {
    "nationality": Sentence("الجنسية من بين", "nationalité parmi", "nationality among"),
    "residence": Sentence("بلد الإقامة من بين", "résidence parmi", "residence among"),
    "theatre": Sentence("ساحة الوجود من بين", "théâtre parmi", "theatre among"),
    "route_from": Sentence("المسار من بين", "itinéraire depuis", "route from one of"),
    "route_to": Sentence("المسار إلى أحد", "itinéraire vers", "route to one of"),
    "group": Sentence("الجماعة من بين", "groupe parmi", "group among"),
    "role": Sentence("الدور من بين", "rôle parmi", "role among"),
    "listed_by": Sentence("مدرج لدى", "inscrit par", "listed by one of"),
    "subject_category": Sentence("صفة الشخص من بين", "qualité parmi", "subject category among"),
    "caveat": Sentence("تحفظ من بين", "réserve parmi", "caveat among"),
    "originator": Sentence("الدولة المصدرة من بين", "émetteur parmi", "originator among"),
    "marking_at_most": Sentence("التصنيف لا يتجاوز", "marquage au plus", "marking at most"),
    "statement": Sentence("طبيعة كل معلومة من بين", "nature de chaque élément parmi", "kind of statement among"),
    "source_grade_at_least": Sentence("تقدير المصدر على الأقل", "cote de source au moins", "source grade at least"),
    "information_grade_at_least": Sentence(
        "تقدير المعلومة على الأقل", "cote d'information au moins", "information grade at least"
    ),
    "observed_within": Sentence("الرصد خلال عدد الأيام", "observé depuis (jours)", "observed within (days)"),
}
"""Every test of the closed vocabulary, before its argument."""
