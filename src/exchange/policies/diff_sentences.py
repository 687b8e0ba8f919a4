"""The sentences for changes between two versions of an agreement, in Arabic, French and English.

Placeholders: `{clause}`, `{what}`, `{before}`, `{after}`, `{paths}`; the same ones in the three languages. `{place}` is
the clause, or the agreement itself. A test walks every code.
"""

from __future__ import annotations

from typing import Final

from exchange.policies.changes import Change
from exchange.policies.sentences import Sentence

CHANGES: Final[dict[str, Sentence]] = {
    "PARTY_ADDED": Sentence(
        "طرف جديد: {what}، ابتداءً من {after}.",
        "Nouvelle partie : {what}, à compter du {after}.",
        "New party: {what}, from {after}.",
    ),
    "PARTY_REMOVED": Sentence("لم يعد {what} طرفاً.", "{what} n'est plus partie.", "{what} is no longer a party."),
    "PARTY_ROOT_CHANGED": Sentence(
        "تغيّر الجذر الذي يوقّع به {what}: كان {before} وصار {after}.",
        "La racine de {what} change : {before} devient {after}.",
        "The root of {what} changes from {before} to {after}.",
    ),
    "PARTY_JOINS_EARLIER": Sentence(
        "تُحسب سجلات {what} من {after} بدلاً من {before}.",
        "L'adhésion de {what} compte à partir du {after} au lieu du {before}.",
        "The accession of {what} counts from {after} instead of {before}.",
    ),
    "PARTY_JOINS_LATER": Sentence(
        "يُحسب انضمام {what} من {after} بدلاً من {before}: ما سبقه قد لا يُرسل.",
        "L'adhésion de {what} compte à partir du {after} au lieu du {before} : l'antérieur peut ne plus partir.",
        "The accession of {what} counts from {after} instead of {before}: what is older may no longer leave.",
    ),
    "PURPOSE_ADDED": Sentence("غرض جديد: {what}.", "Nouvelle finalité : {what}.", "New purpose: {what}."),
    "PURPOSE_REMOVED": Sentence(
        "سقط الغرض {what}.", "La finalité {what} est supprimée.", "The purpose {what} is removed."
    ),
    "STARTS_EARLIER": Sentence(
        "يبدأ النفاذ في {after} بدلاً من {before}.",
        "L'entrée en vigueur est avancée du {before} au {after}.",
        "Validity begins earlier: {after} instead of {before}.",
    ),
    "STARTS_LATER": Sentence(
        "يتأخر بدء النفاذ من {before} إلى {after}.",
        "L'entrée en vigueur est reportée du {before} au {after}.",
        "Validity begins later: {after} instead of {before}.",
    ),
    "ENDS_LATER": Sentence(
        "يمتد النفاذ إلى {after} بدلاً من {before}.",
        "La fin est reportée du {before} au {after}.",
        "Validity ends later: {after} instead of {before}.",
    ),
    "ENDS_EARLIER": Sentence(
        "ينتهي النفاذ قبل موعده: {after} بدلاً من {before}.",
        "La fin est avancée du {before} au {after}.",
        "Validity ends earlier: {after} instead of {before}.",
    ),
    "CLAUSE_ADDED": Sentence("بند جديد: {clause}.", "Nouvel article : {clause}.", "New clause: {clause}."),
    "CLAUSE_REMOVED": Sentence(
        "حُذف البند {clause}.", "L'article {clause} est supprimé.", "Clause {clause} is removed."
    ),
    "SCOPE_ADDED": Sentence(
        "يشمل البند {clause} الآن {after}.",
        "L'article {clause} vaut désormais aussi pour {after}.",
        "Clause {clause} now also applies to {after}.",
    ),
    "SCOPE_REMOVED": Sentence(
        "لم يعد البند {clause} يشمل {before}.",
        "L'article {clause} ne vaut plus pour {before}.",
        "Clause {clause} no longer applies to {before}.",
    ),
    "CONDITION_CHANGED": Sentence(
        "تغيّر شرط البند {clause}.",
        "La condition de l'article {clause} change.",
        "The condition of clause {clause} changes.",
    ),
    "PATHS_DISCLOSED": Sentence(
        "يتيح البند {clause} حقولاً جديدة: {paths}.",
        "L'article {clause} communique de nouveaux champs : {paths}.",
        "Clause {clause} newly discloses {paths}.",
    ),
    "PATHS_NO_LONGER_DISCLOSED": Sentence(
        "لم يعد البند {clause} يتيح {paths}.",
        "L'article {clause} ne communique plus {paths}.",
        "Clause {clause} no longer discloses {paths}.",
    ),
    "PATHS_WITHHELD": Sentence(
        "يحجب البند {clause} حقولاً جديدة: {paths}.",
        "L'article {clause} retient de nouveaux champs : {paths}.",
        "Clause {clause} newly withholds {paths}.",
    ),
    "PATHS_NO_LONGER_WITHHELD": Sentence(
        "لم يعد البند {clause} يحجب {paths}.",
        "L'article {clause} ne retient plus {paths}.",
        "Clause {clause} no longer withholds {paths}.",
    ),
    "FORBID_ADDED": Sentence("منع جديد: {clause}.", "Nouvelle interdiction : {clause}.", "New forbid: {clause}."),
    "FORBID_REMOVED": Sentence(
        "سقط المنع {clause}.", "L'interdiction {clause} est supprimée.", "The forbid {clause} is removed."
    ),
    "HANDLING_TIGHTENED": Sentence(
        "شُدّدت المعالجة في {place}: {what}، من «{before}» إلى «{after}».",
        "Traitement resserré ({place}) : {what}, de « {before} » à « {after} ».",
        "Handling is tightened in {place}: {what}, from “{before}” to “{after}”.",
    ),
    "HANDLING_LOOSENED": Sentence(
        "خُفّفت المعالجة في {place}: {what}، من «{before}» إلى «{after}».",
        "Traitement assoupli ({place}) : {what}, de « {before} » à « {after} ».",
        "Handling is loosened in {place}: {what}, from “{before}” to “{after}”.",
    ),
    "APPROVALS_RAISED": Sentence(
        "زادت الموافقات لدرجة {what} في {place}: من «{before}» إلى «{after}».",
        "Plus d'approbations pour {what} ({place}) : de « {before} » à « {after} ».",
        "More approvals for {what} in {place}: from “{before}” to “{after}”.",
    ),
    "APPROVALS_LOWERED": Sentence(
        "قلّت الموافقات لدرجة {what} في {place}: من «{before}» إلى «{after}».",
        "Moins d'approbations pour {what} ({place}) : de « {before} » à « {after} ».",
        "Fewer approvals for {what} in {place}: from “{before}” to “{after}”.",
    ),
    "MARKING_COVERED": Sentence(
        "صارت السجلات بدرجة {what} مشمولة: {after}.",
        "Les fiches marquées {what} sont désormais couvertes : {after}.",
        "Records marked {what} are now covered: {after}.",
    ),
    "MARKING_NO_LONGER_COVERED": Sentence(
        "لم تعد السجلات بدرجة {what} مشمولة.",
        "Les fiches marquées {what} ne sont plus couvertes.",
        "Records marked {what} are no longer covered.",
    ),
    "BACK_CATALOGUE_INCLUDED": Sentence(
        "يحصل الطرف الجديد على السجلات السابقة لانضمامه.",
        "Une nouvelle partie reçoit les fiches antérieures à son adhésion.",
        "A new party gets records from before it joined.",
    ),
    "BACK_CATALOGUE_EXCLUDED": Sentence(
        "لا يحصل الطرف الجديد على السجلات السابقة لانضمامه.",
        "Une nouvelle partie ne reçoit pas les fiches antérieures à son adhésion.",
        "A new party does not get records from before it joined.",
    ),
    "ASSURANCE_REQUIRED": Sentence(
        "يُطلب ضمان مكتوب قبل الإرسال إلى {what}.",
        "Une assurance est requise avant tout envoi à {what}.",
        "An assurance is required before anything goes to {what}.",
    ),
    "ASSURANCE_NO_LONGER_REQUIRED": Sentence(
        "لم يعد الضمان مطلوباً قبل الإرسال إلى {what}.",
        "Une assurance n'est plus requise pour {what}.",
        "An assurance is no longer required for {what}.",
    ),
    "CADENCE_CHANGED": Sentence(
        "تغيّر الإيقاع في {place}: من «{before}» إلى «{after}».",
        "La cadence change ({place}) : de « {before} » à « {after} ».",
        "The cadence changes in {place}: from “{before}” to “{after}”.",
    ),
    "TERM_CHANGED": Sentence(
        "تغيّر {what}: من {before} إلى {after}.",
        "{what} change : de {before} à {after}.",
        "{what} changes from {before} to {after}.",
    ),
    "AFTER_END_CHANGED": Sentence(
        "تغيّر ما يُفعل بالنسخ بعد الإنهاء: من {before} إلى {after}.",
        "Le sort des copies après la fin change : de {before} à {after}.",
        "What becomes of copies after the end changes from {before} to {after}.",
    ),
    "MATCHING_ADDED": Sentence(
        "بند مطابقة جديد: {clause}.", "Nouvel article de comparaison : {clause}.", "New clause on matching: {clause}."
    ),
    "MATCHING_REMOVED": Sentence(
        "سقط بند المطابقة {clause}.",
        "L'article de comparaison {clause} est supprimé.",
        "The clause on matching {clause} is removed.",
    ),
    "MATCHING_CHANGED": Sentence(
        "تغيّر {what} في بند المطابقة {clause}: من {before} إلى {after}.",
        "{what} change dans l'article de comparaison {clause} : de {before} à {after}.",
        "{what} changes in the clause on matching {clause}, from {before} to {after}.",
    ),
    "TEXT_CHANGED": Sentence("تغيّر نص {what}.", "Le texte de {what} change.", "The text of {what} changes."),
    "EXAMPLES_CHANGED": Sentence(
        "تغيّرت الأمثلة: كانت {before} وصارت {after}.",
        "Les exemples changent : ils étaient {before}, ils sont {after}.",
        "The examples change: there were {before}, there are {after}.",
    ),
}
PLACE: Final = Sentence("الاتفاق", "accord", "the agreement")
IN_CLAUSE: Final = Sentence("البند {clause}", "article {clause}", "clause {clause}")


def change_sentence(change: Change, language: str) -> str:
    """The change in `ar`, `fr` or `en`; KeyError for another language."""
    place = _in(IN_CLAUSE, language).format(clause=change.clause) if change.clause else _in(PLACE, language)
    return _in(CHANGES[change.code], language).format(
        clause=change.clause,
        what=change.what,
        before=change.before or "–",
        after=change.after or "–",
        paths=", ".join(change.paths),
        place=place,
    )


def _in(sentence: Sentence, language: str) -> str:
    return {"ar": sentence.ar, "fr": sentence.fr, "en": sentence.en}[language]
