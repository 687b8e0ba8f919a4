"""Conditions as prose: each test as a clause after `only if`, its opposite, and nested lists for all, any and none.

A test that cannot be evaluated is dealt with once, in the general part of the text (`agreement.UNKNOWN`).
Spec: docs/spec/policy.md §3, §12.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from exchange.policies.agreement import Text
from exchange.policies.tests import AllOf, AnyOf, Condition, Floor, Not, Test
from exchange.sentences.law.grammar import DAYS, Hole, Listing, Tongue
from exchange.sentences.law.labels import label
from exchange.sentences.law.text import Item
from exchange.sentences.law.words import CATEGORIES, CAVEATS, LISTS, REGIONS, ROLES, SCALES, STATEMENTS


class Both(NamedTuple):
    """A test that holds, and one that does not."""

    holds: Text
    fails: Text


TESTS: Final[dict[str, Both]] = {
    "nationality": Both(
        Text("أن يكون الشخص، وفق السجل، من مواطني {x}", "selon la fiche, la personne est ressortissante de {x}",
             "according to the record, the person is a national of {x}"),
        Text("أن تُذكر جنسية الشخص في السجل وألا يكون من مواطني {x}",
             "la fiche indique une nationalité et la personne n'est pas ressortissante de {x}",
             "the record gives a nationality and the person is not a national of {x}"),
    ),
    "nationality_undisclosed": Both(
        Text("أن تكون للشخص، وفق السجل، جنسية غير معلنة تنتمي دولتها إلى المنطقة التالية: {x}",
             "selon la fiche, la personne a une nationalité non divulguée, d'un État de la région suivante : {x}",
             "according to the record, the person has an undisclosed nationality, of a state in this region: {x}"),
        Text("أن تُذكر جنسية الشخص في السجل وألا تكون له جنسية غير معلنة تنتمي دولتها إلى المنطقة التالية: {x}",
             "la fiche indique une nationalité, mais aucune nationalité non divulguée d'un État de la région : {x}",
             "the record gives a nationality and no undisclosed nationality of a state in this region: {x}"),
    ),
    "residence": Both(
        Text("أن يكون بلد إقامة الشخص، وفق السجل، {x}", "selon la fiche, le pays de résidence est {x}",
             "according to the record, the country of residence is {x}"),
        Text("أن يُذكر بلد إقامة في السجل وألا يكون {x}",
             "la fiche indique un pays de résidence, sans que ce soit {x}",
             "the record gives a country of residence and it is not {x}"),
    ),
    "theatre": Both(
        Text("أن يكون مسرح القتال أو مكان الوجود، وفق السجل، {x}",
             "selon la fiche, le théâtre d'opérations ou le lieu de présence est {x}",
             "according to the record, the theatre of fighting or the place of presence is {x}"),
        Text("أن يُذكر مسرح قتال أو مكان وجود في السجل وألا يكون {x}",
             "la fiche indique un théâtre d'opérations ou un lieu de présence, sans que ce soit {x}",
             "the record gives a theatre of fighting or a place of presence and it is not {x}"),
    ),
    "route_from": Both(
        Text("أن يكون بلد الانطلاق، وفق السجل، {x}", "selon la fiche, le pays de départ est {x}",
             "according to the record, the country of departure is {x}"),
        Text("أن يُذكر بلد انطلاق في السجل وألا يكون {x}",
             "la fiche indique un pays de départ, sans que ce soit {x}",
             "the record gives a country of departure and it is not {x}"),
    ),
    "route_to": Both(
        Text("أن يكون بلد المقصد، وفق السجل، {x}", "selon la fiche, le pays de destination est {x}",
             "according to the record, the country of destination is {x}"),
        Text("أن يُذكر بلد مقصد في السجل وألا يكون {x}",
             "la fiche indique un pays de destination, sans que ce soit {x}",
             "the record gives a country of destination and it is not {x}"),
    ),
    "group": Both(
        Text("أن تكون الجماعة المذكورة في السجل {x}", "le groupe que nomme la fiche est {x}",
             "the group that the record names is {x}"),
        Text("أن تُذكر جماعة في السجل وألا تكون {x}", "la fiche nomme un groupe, sans que ce soit {x}",
             "the record names a group and it is not {x}"),
    ),
    "role": Both(
        Text("أن يكون دور الشخص، وفق السجل، {x}", "selon la fiche, le rôle de la personne est : {x}",
             "according to the record, the person's role is: {x}"),
        Text("أن يُذكر دور الشخص في السجل وألا يكون {x}",
             "la fiche indique un rôle, sans que ce soit : {x}", "the record gives a role and it is not: {x}"),
    ),
    "listed_by": Both(
        Text("أن تكون الجهة التي أدرجت الشخص أو الجماعة في قائمتها {x}",
             "l'inscription sur une liste est faite par {x}",
             "the listing was made by {x}"),
        Text("أن يُذكر إدراج في السجل وألا تكون جهته {x}",
             "la fiche indique une inscription sur une liste, qui n'est pas faite par {x}",
             "the record gives a listing and it was not made by {x}"),
    ),
    "subject_category": Both(
        Text("أن تكون صفة الشخص في السجل: {x}", "la qualité de la personne est : {x}",
             "the person's category is: {x}"),
        Text("أن تُذكر صفة الشخص في السجل وألا تكون: {x}",
             "la fiche indique la qualité de la personne, sans que ce soit : {x}",
             "the record gives the person's category and it is not: {x}"),
    ),
    "caveat": Both(
        Text("أن يحمل السجل التحفظ التالي: {x}", "la fiche porte la réserve suivante : {x}",
             "the record carries this caveat: {x}"),
        Text("ألا يحمل السجل التحفظ التالي: {x}", "la fiche ne porte pas la réserve suivante : {x}",
             "the record does not carry this caveat: {x}"),
    ),
    "originator": Both(
        Text("أن تكون الدولة المصدرة للسجل {x}", "l'État émetteur de la fiche est {x}",
             "the originator of the record is {x}"),
        Text("ألا تكون الدولة المصدرة للسجل {x}", "l'État émetteur de la fiche n'est pas {x}",
             "the originator of the record is not {x}"),
    ),
    "marking_at_most": Both(
        Text("ألا يكون تصنيف السجل أشد من {x}", "le marquage de la fiche n'est pas plus strict que {x}",
             "the record's marking is not stricter than {x}"),
        Text("أن يكون تصنيف السجل أشد من {x}", "le marquage de la fiche est plus strict que {x}",
             "the record's marking is stricter than {x}"),
    ),
    "statement": Both(
        Text("أن تكون كل معلومة في السجل من النوع التالي: {x}", "chaque élément de la fiche est donné comme : {x}",
             "every item of the record is given as: {x}"),
        Text("أن تكون في السجل معلومة واحدة على الأقل من غير النوع التالي: {x}",
             "un élément au moins de la fiche n'est pas donné comme : {x}",
             "at least one item of the record is not given as: {x}"),
    ),
    "source_grade_at_least": Both(
        Text("أن تكون درجة المصدر لكل معلومة مقدَّرة {x} أو أفضل، على {scale}",
             "toute cotation de source est {x} ou meilleure ({scale})",
             "every source grade is {x} or better ({scale})"),
        Text("أن تكون درجة المصدر لمعلومة واحدة على الأقل دون {x}، على {scale}",
             "une cotation de source au moins est inférieure à {x} ({scale})",
             "at least one source grade is lower than {x} ({scale})"),
    ),
    "information_grade_at_least": Both(
        Text("أن تكون درجة صحة كل معلومة مقدَّرة {x} أو أفضل، على {scale}",
             "toute cotation de renseignement est {x} ou meilleure ({scale})",
             "every information grade is {x} or better ({scale})"),
        Text("أن تكون درجة صحة معلومة واحدة على الأقل دون {x}، على {scale}",
             "une cotation de renseignement au moins est inférieure à {x} ({scale})",
             "at least one information grade is lower than {x} ({scale})"),
    ),
    "observed_within": Both(
        Text("أن تعود أحدث مشاهدة إلى مدة لا تزيد على {x}", "l'observation la plus récente date de {x} au plus",
             "the newest observation is at most {x} old"),
        Text("أن تعود أحدث مشاهدة إلى مدة تزيد على {x}", "l'observation la plus récente date de plus de {x}",
             "the newest observation is more than {x} old"),
    ),
}  # fmt: skip
ALL: Final = Both(
    Text("أن تتحقق جميع الشروط التالية:", "toutes les conditions suivantes sont remplies :",
         "all of the following conditions are met:"),
    Text("ألا تتحقق الشروط التالية مجتمعة:", "les conditions suivantes ne sont pas toutes remplies :",
         "the following conditions are not all met:"),
)  # fmt: skip
ANY: Final = Both(
    Text("أن يتحقق واحد على الأقل من الشروط التالية:", "l'une au moins des conditions suivantes est remplie :",
         "at least one of the following conditions is met:"),
    Text("ألا يتحقق أي من الشروط التالية:", "aucune des conditions suivantes n'est remplie :",
         "none of the following conditions is met:"),
)  # fmt: skip
_WORDS: Final[dict[str, Mapping[str, Text]]] = {
    "nationality_undisclosed": REGIONS,
    "role": ROLES,
    "listed_by": LISTS,
    "subject_category": CATEGORIES,
    "caveat": CAVEATS,
    "statement": STATEMENTS,
}
_COUNTRY_TESTS: Final = frozenset({"nationality", "residence", "theatre", "route_from", "route_to", "originator"})


def condition_item(tongue: Tongue, condition: Condition, name: str = "", depth: int = 0) -> Item:
    """The condition as one item: a sentence without its full stop, and below it the conditions that it joins."""
    return _item(tongue, condition, (name, depth, True))


def _item(tongue: Tongue, condition: Condition, at: tuple[str, int, bool]) -> Item:
    name, depth, holds = at
    if isinstance(condition, Not):
        return _item(tongue, condition.part, (name, depth, not holds))
    if isinstance(condition, AllOf | AnyOf):
        if len(condition.parts) == 1:
            return _item(tongue, condition.parts[0], at)
        lead = ALL if isinstance(condition, AllOf) else ANY
        parts = tuple(
            _item(tongue, part, (label(tongue.lang, depth, index), depth + 1, True))
            for index, part in enumerate(condition.parts)
        )
        return Item(name, tongue.of(lead.holds if holds else lead.fails), parts)
    both = TESTS[condition.name]
    return Item(name, tongue.say(both.holds if holds else both.fails, **_holes(tongue, condition)))


def _holes(tongue: Tongue, test: Test) -> dict[str, Hole]:
    argument = test.argument
    if isinstance(argument, Floor):
        return {"x": tongue.name(argument.grade), "scale": tongue.of(SCALES[argument.scale])}
    if isinstance(argument, int):
        return {"x": tongue.count(argument, DAYS)}
    if isinstance(argument, str):
        return {"x": tongue.name(argument)}
    if test.name in _COUNTRY_TESTS:
        return {"x": tongue.countries(argument, "or")}
    if test.name in _WORDS:
        return {"x": Listing(tuple(tongue.of(_WORDS[test.name][word]) for word in argument), "or")}
    return {"x": Listing(tuple(tongue.quoted(tongue.authored(word)) for word in argument), "or")}
