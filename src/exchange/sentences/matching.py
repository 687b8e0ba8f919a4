"""What two names say for and against one person, in Arabic, French and English: parts, groups, dates, verdicts."""

from __future__ import annotations

from typing import Final

from exchange.sentences.threefold import Words

PARTS: Final[dict[str, Words]] = {
    "ism": Words("اسم", "ism (prénom)", "ism (given name)"),
    "nasab": Words("نسب", "nasab (filiation)", "nasab (descent)"),
    "laqab": Words("لقب", "laqab (surnom)", "laqab (epithet)"),
    "nisba": Words("نسبة", "nisba (origine)", "nisba (belonging)"),
    "kunya": Words("كنية", "kounya", "kunya"),
    "title": Words("صفة", "titre", "title"),
}
GROUPS: Final[dict[str, Words]] = {
    "base": Words("قبل أي دليل", "avant tout indice", "before any evidence"),
    "shared": Words("كلمات مشتركة", "mots communs", "words in common"),
    "vowels": Words("الحركات", "voyelles", "vowels"),
    "near": Words("كلمات متقاربة فقط", "mots seulement proches", "words that only come near"),
    "differ": Words("كلمات متعارضة", "mots qui s'opposent", "words that differ"),
    "spare": Words("كلمات زائدة في أحدهما", "mots en plus d'un côté", "words that one has more"),
    "first": Words("الكلمة الأولى", "premier mot", "first word"),
    "order": Words("ترتيب الكلمات", "ordre des mots", "order of the words"),
    "date": Words("تاريخ الميلاد", "date de naissance", "birth date"),
    "document": Words("الوثائق", "documents", "documents"),
    "nationality": Words("الجنسية", "nationalité", "nationality"),
    "place": Words("مكان الميلاد", "lieu de naissance", "birth place"),
}
RELATIONS: Final[dict[str, Words]] = {
    "day": Words("اليوم نفسه", "même jour", "the same day"),
    "swapped": Words("اليوم والشهر معكوسان", "jour et mois inversés", "day and month swapped"),
    "year": Words("السنة نفسها", "même année", "the same year"),
    "other_day": Words("السنة نفسها ويوم آخر", "même année, autre jour", "the same year, another day"),
    "meets": Words("المدتان متداخلتان", "périodes qui se recoupent", "spans that meet"),
    "one_off": Words("فرق سنة", "un an d'écart", "a year apart"),
    "few_off": Words("فرق سنتين أو ثلاث", "deux ou trois ans d'écart", "two or three years apart"),
    "apart": Words("فرق من أربع إلى تسع سنوات", "quatre à neuf ans d'écart", "four to nine years apart"),
    "far": Words("فرق عشر سنوات أو أكثر", "dix ans d'écart ou plus", "ten years apart or more"),
    "unknown": Words("غير معروف لأحدهما", "inconnue d'un côté", "one is not known"),
}
LEVELS: Final[tuple[Words, ...]] = (
    Words("لا تطابق", "aucune concordance", "no hit"),
    Words("ممكن", "possible", "possible"),
    Words("مرجّح", "probable", "likely"),
    Words("قوي", "fort", "strong"),
)
"""Of an answer between nodes, by its number."""
NEXT: Final = Words(
    "التطابق ليس أساسًا لأي إجراء: اتصل بالجهة المذكورة واذكر رقم التطابق واطلب السجل بموجب الاتفاق.",
    "Une concordance ne fonde aucun acte : appelez le contact, citez la référence et demandez la fiche selon l'accord.",
    "A hit is nothing to act upon: call the contact, name the ticket, and ask for the record under the agreement.",
)
NO_HIT: Final = Words(
    "لا تطابق: قد لا يكون الشخص لدى الشريك، أو لا يجوز له إخبارنا.",
    "Aucune concordance : le partenaire n'a pas la personne, ou ne peut pas nous le dire.",
    "No hit: the partner does not hold the person, or may not tell us.",
)
LEFT: Final = Words(
    "يبقى اليوم لهذه القضية: {case}؛ لهذا الشريك: {day}",
    "restent aujourd'hui pour ce dossier : {case} ; avec ce partenaire : {day}",
    "left today for this case: {case}; with this partner: {day}",
)
MADE: Final = Words(
    "حُضّر {records} سجل في {pages} صفحة، وحُذف {removed}؛ في المجموعة الآن {size}",
    "fiches préparées : {records}, pages : {pages}, retirées : {removed} ; dans l'ensemble : {size}",
    "records made: {records}, pages: {pages}, removed: {removed}; in the set: {size}",
)
PROPOSED: Final = Words(
    "يبلغ العتبة: يُعرض على من يقرر. لا يقرر البرنامج.",
    "Le seuil est atteint : à soumettre à une personne. Le programme ne décide pas.",
    "It reaches the threshold: a person looks at it. The program does not decide.",
)
NOT_PROPOSED: Final = Words(
    "دون العتبة: لا يُعرض.",
    "Sous le seuil : rien n'est proposé.",
    "Below the threshold: nothing is proposed.",
)
SOUNDS_ALIKE: Final = Words(
    "مكتوب بشكل آخر ويُنطق مثله", "Écrit autrement, même son", "Written differently, sounds alike"
)
KEYS: Final = Words(
    "مفاتيح مشتركة: {shared}؛ يسأل الأول عن {asked} ويحفظ الثاني {held}؛ إصدار المفاتيح {version}",
    "clés communes : {shared} ; le premier en demande {asked}, le second en garde {held} ; version des clés {version}",
    "keys in common: {shared}; the first asks for {asked}, the second holds {held}; key version {version}",
)
KUNYA_ALONE: Final = Words(
    "الكنية وحدها لا تكفي أبداً.",
    "Une kounya seule ne suffit jamais.",
    "A kunya alone is never enough.",
)
