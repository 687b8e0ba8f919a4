"""The sentences for findings of `lint`, in Arabic, French and English.

Placeholders: `{clause}` and `{what}`; the same ones in the three languages. A test walks every code.
"""

from __future__ import annotations

from typing import Final

from exchange.policies.lint import Finding
from exchange.policies.sentences import Sentence

FINDINGS: Final[dict[str, Sentence]] = {
    "DIRECTION_IMPOSSIBLE": Sentence(
        "لا ينطبق البند {clause} على أي اتجاه: المرسل والمستلم دولة واحدة.",
        "L'article {clause} ne vaut dans aucun sens : l'expéditeur et le destinataire sont le même État.",
        "Clause {clause} applies in no direction: sender and recipient are the same state.",
    ),
    "KINDS_WITHOUT_PATHS": Sentence(
        "لا يسمّي البند {clause} أي حقل يوجد في أنواع السجلات التي يشملها.",
        "L'article {clause} ne nomme aucun champ des types de fiches qu'il vise.",
        "Clause {clause} names no field that records of its kinds can have.",
    ),
    "CLAUSE_SHADOWED": Sentence(
        "كل ما يتيحه البند {clause} تحجبه بنود أخرى بلا شرط.",
        "Tout ce que l'article {clause} communique est retenu sans condition par d'autres articles.",
        "Everything that clause {clause} discloses is withheld by clauses without condition.",
    ),
    "WHEN_CONTRADICTS": Sentence(
        "شرط البند {clause} يناقض نفسه ولا يتحقق في أي سجل.",
        "La condition de l'article {clause} se contredit ; aucune fiche ne peut la remplir.",
        "The condition of clause {clause} contradicts itself; no record can meet it.",
    ),
    "HANDLING_LOOSER": Sentence(
        "البند {clause} أوسع من الاتفاق في {what}، ولا أثر لذلك: المعالجة لا تُخفَّف.",
        "L'article {clause} est plus large que l'accord pour {what}, sans effet : le traitement ne peut être assoupli.",
        "Clause {clause} is looser than the agreement in {what}, without effect: handling is never loosened.",
    ),
    "APPROVALS_LOWER": Sentence(
        "يطلب البند {clause} موافقات أقل مما يطلبه الاتفاق لدرجة {what}، ولا أثر لذلك.",
        "L'article {clause} demande moins d'approbations que l'accord pour {what}, sans effet.",
        "Clause {clause} asks for fewer approvals than the agreement does for {what}, without effect.",
    ),
    "APPROVALS_MISSING": Sentence(
        "يعطي البند {clause} درجة {what}، والاتفاق لا يقول من يوافق عليها: لا شيء يخرج بهذا البند.",
        "L'article {clause} donne le marquage {what}, sans approbations prévues par l'accord : rien ne part.",
        "Clause {clause} marks {what}, and the agreement has no approvals for it: nothing leaves under this clause.",
    ),
    "EXAMPLES_NONE": Sentence(
        "ليس في الاتفاق أي مثال: لا شيء يثبت أن الأطراف فهمته فهماً واحداً.",
        "L'accord n'a aucun exemple : rien ne prouve que les parties l'entendent de même.",
        "The agreement has no example: nothing shows that the parties understand it alike.",
    ),
    "EXAMPLE_FAILS": Sentence(
        "القرار في المثال رقم {what} غير ما هو مكتوب فيه.",
        "L'exemple n° {what} n'est pas décidé comme il l'indique.",
        "Example number {what} is not decided as it says.",
    ),
    "SELECTOR_IDLE": Sentence(
        "لا يعني {what} في البند {clause} أي حقل من أنواع السجلات التي يشملها.",
        "Dans l'article {clause}, {what} ne désigne aucun champ des types de fiches visés.",
        "In clause {clause}, {what} means no field that records of its kinds can have.",
    ),
    "APPROVALS_IDLE": Sentence(
        "سطر الموافقات لدرجة {what} في البند {clause} لا يُستعمل أبداً.",
        "La ligne d'approbations pour {what} de l'article {clause} ne sert jamais.",
        "The row of approvals for {what} in clause {clause} is never used.",
    ),
    "MARKING_NOT_COVERED": Sentence(
        "لا يقول الاتفاق من يوافق على درجة {what}: سجلاتها لا تخرج.",
        "L'accord ne prévoit pas d'approbations pour {what} : ces fiches ne partent pas.",
        "The agreement has no approvals for {what}: records so marked do not leave.",
    ),
    "CLASS_NOT_MENTIONED": Sentence(
        "لا يذكر أي بند صنف الحقول {what}، لا إتاحةً ولا حجباً.",
        "Aucun article ne mentionne la classe de champs {what}, ni pour communiquer ni pour retenir.",
        "No clause mentions the field class {what}, neither disclosed nor withheld.",
    ),
    "PARTY_IN_NO_CLAUSE": Sentence(
        "الطرف {what} ليس في أي بند.",
        "La partie {what} ne figure dans aucun article.",
        "The party {what} is in no clause.",
    ),
    "PURPOSE_UNUSED": Sentence(
        "لا يتيح أي بند شيئاً للغرض {what}.",
        "Aucun article ne communique quoi que ce soit pour la finalité {what}.",
        "No clause discloses anything for the purpose {what}.",
    ),
    "EXAMPLES_FEW": Sentence(
        "في الاتفاق {what} من الأمثلة، والمنتظر 12 على الأقل.",
        "L'accord a {what} exemples ; on en attend au moins 12.",
        "The agreement has {what} examples; at least 12 are expected.",
    ),
    "CLAUSE_WITHOUT_EXAMPLE": Sentence(
        "لا يغيّر البند {clause} القرار في أي مثال.",
        "L'article {clause} ne change la décision d'aucun exemple.",
        "Clause {clause} makes no difference in any example.",
    ),
    "WHEN_MATCHES_NOTHING": Sentence(
        "لم يتحقق شرط البند {clause} في أي سجل من آخر {what} يوماً.",
        "La condition de l'article {clause} n'est remplie par aucune fiche des {what} derniers jours.",
        "The condition of clause {clause} was met by no record of the last {what} days.",
    ),
    "NO_RECENT_RECORDS": Sentence(
        "لا سجلات من آخر {what} يوماً تُقاس عليها الشروط.",
        "Aucune fiche des {what} derniers jours pour éprouver les conditions.",
        "There are no records of the last {what} days to hold the conditions against.",
    ),
}


def finding_sentence(finding: Finding, language: str) -> str:
    """The finding in `ar`, `fr` or `en`; KeyError for another language."""
    sentence = FINDINGS[finding.code]
    text = {"ar": sentence.ar, "fr": sentence.fr, "en": sentence.en}[language]
    return text.format(clause=finding.clause, what=finding.what)
