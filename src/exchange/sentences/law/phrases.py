"""The phrases of an agreement and of a national policy: one row a phrase, in Arabic, French and English.

The structure that uses them: `agreement` and `clauses`. The same holes in the three languages.
Spec: docs/spec/policy.md §12.
"""

from __future__ import annotations

from typing import Final

from exchange.policies.agreement import Text

# fmt: off
FRAME: Final[dict[str, Text]] = {
    "page": Text("الصفحة {page} من {pages}", "page {page} sur {pages}", "page {page} of {pages}"),
    "unwritable": Text("رموز لا تملكها خطوطنا كُتبت بأرقامها على شكل {x}.",
                       "Les signes qui manquent à nos polices sont écrits par leur numéro, ainsi : {x}.",
                       "Signs that our fonts lack are written by their number, like this: {x}."),
    "section": Text("الباب {ordinal}: {heading}", "Titre {ordinal}. {heading}", "Part {ordinal}. {heading}"),
    "agreement_line": Text("الاتفاق {id}، النسخة {version}", "Accord {id}, version {version}",
                           "Agreement {id}, version {version}"),
    "policy_line": Text("السياسة الوطنية {id}، النسخة {version}", "Politique nationale {id}, version {version}",
                        "National policy {id}, version {version}"),
    "digest": Text("البصمة الرقمية للوثيقة: {digest}", "Empreinte du document : {digest}",
                   "Digest of the document: {digest}"),
    "draft": Text("مشروع: لم تكتمل فيه بصمات الأطراف بعد، ولا يُلزم أحداً.",
                  "Projet : les empreintes des Parties n'y sont pas encore ; il ne lie personne.",
                  "Draft: the Parties' fingerprints are not in it yet; it binds nobody."),
    "reading": Text("وُضع هذا النص من الوثيقة نفسها لقراءتها. والوثيقة التي توقّعها الأطراف هي وحدها الملزمة.",
                    "Ce texte est tiré du document lui-même pour en permettre la lecture. "
                    "Seul le document que signent les Parties fait foi.",
                    "This text is made from the document itself so that it can be read. "
                    "Only the document that the Parties sign is binding."),
    "reading_policy": Text("وُضع هذا النص من الوثيقة نفسها لقراءتها. والوثيقة الموقّعة هي وحدها الملزمة.",
                           "Ce texte est tiré du document lui-même pour en permettre la lecture. "
                           "Seul le document signé fait foi.",
                           "This text is made from the document itself so that it can be read. "
                           "Only the signed document is binding."),
}
HEADINGS: Final[dict[str, Text]] = {
    "parties": Text("الأطراف", "Les Parties", "The Parties"),
    "state": Text("الدولة", "L'État", "The state"),
    "recitals": Text("الديباجة", "Préambule", "Preamble"),
    "basis": Text("الأساس القانوني والأغراض", "Base légale et finalités", "Legal basis and purposes"),
    "basis_policy": Text("الأساس القانوني", "Base légale", "Legal basis"),
    "validity": Text("السريان والانضمام", "Durée et adhésion", "Validity and accession"),
    "clauses": Text("ما يُرسل وما يُحجب", "Ce qui est transmis et ce qui est retenu",
                    "What is sent and what is withheld"),
    "reservations": Text("التحفظات الوطنية", "Réserves nationales", "National reservations"),
    "forbids": Text("الموانع", "Interdictions", "Prohibitions"),
    "handling": Text("معالجة ما يُرسل", "Traitement de ce qui est transmis", "Handling of what is sent"),
    "deadlines": Text("الآجال", "Délais", "Deadlines"),
    "approvals": Text("الموافقات", "Approbations", "Approvals"),
    "suites": Text("وسائل التشفير", "Moyens cryptographiques", "Cryptographic suites"),
    "classes": Text("معاني الفئات", "Sens des catégories", "Meaning of the categories"),
    "matching": Text("المطابقة دون إظهار القوائم", "Comparaison sans montrer les listes",
                     "Matching without showing the lists"),
    "examples": Text("أمثلة متفق عليها", "Exemples convenus", "Agreed examples"),
}
GENERAL: Final[dict[str, Text]] = {
    "recitals": Text("تعلن الأطراف ما يلي:", "Les Parties déclarent ce qui suit :", "The Parties state the following:"),
    "party": Text("{country} ({code})؛ بصمة المفتاح الجذر: {fingerprint}",
                  "{country} ({code}) ; empreinte de la clé racine : {fingerprint}",
                  "{country} ({code}); fingerprint of the root key: {fingerprint}"),
    "party_draft": Text("{country} ({code})؛ بصمة المفتاح الجذر لم تُدرج بعد",
                        "{country} ({code}) ; empreinte de la clé racine à inscrire",
                        "{country} ({code}); fingerprint of the root key not filled in yet"),
    "joined": Text("{party}؛ تاريخ الانضمام: {moment}", "{party} ; adhésion : {moment}", "{party}; joined: {moment}"),
    "basis": Text("الأساس القانوني: {basis}", "Base légale : {basis}", "Legal basis: {basis}"),
    "purposes": Text("لا تُتبادل السجلات إلا للأغراض التالية:", "Les fiches ne sont échangées qu'aux fins suivantes :",
                     "Records are exchanged for the following purposes only:"),
    "validity": Text("يسري هذا الاتفاق من {start} إلى {end}، وينتهي سريانه عند هذا الموعد.",
                     "Le présent accord est en vigueur du {start} jusqu'au {end} ; il cesse à cet instant.",
                     "This agreement is in force from {start} until {end}; at that moment it ends."),
    "default": Text("ما لا يأذن به بند من البنود التالية لا يُرسل.",
                    "Ce qu'aucun des articles suivants ne permet n'est pas transmis.",
                    "What none of the following clauses permits is not sent."),
    "unknown": Text("إذا لم يذكر السجل ما يلزم للتحقق من شرط ما، عُدّ الشرط غير متحقق في الإرسال، "
                    "ومتحققاً في الحجب والمنع.",
                    "Si la fiche ne permet pas de vérifier une condition, celle-ci est réputée non remplie pour "
                    "transmettre, et remplie pour retenir ou interdire.",
                    "If a record does not let a condition be checked, the condition counts as not met for sending, "
                    "and as met for withholding and for prohibiting."),
    "precedence": Text("إذا تعارض الحجب والإرسال قُدّم الحجب، وإذا ورد مانع لم يُرسل من السجل شيء.",
                       "La rétention l'emporte sur la transmission ; une interdiction arrête toute la fiche.",
                       "Withholding prevails over sending; a prohibition stops the whole record."),
    "safeguards": Text("تسري ضمانات حماية الأشخاص أياً كان نص البنود: معلومات الحماية لا تغادر أبداً، وبيانات تسيير "
                       "السجل ترافقه دائماً. ولكل طرف أن يزيد التضييق بسياسته الوطنية، لا أن يوسّع.",
                       "Les garanties qui protègent les personnes valent quel que soit l'article : les éléments de "
                       "protection ne sortent jamais, les données de gestion accompagnent toujours la fiche. La "
                       "politique nationale d'une Partie peut restreindre davantage, jamais élargir.",
                       "The safeguards that protect persons hold whatever a clause says: safeguards never leave, "
                       "governance always travels with the record. A Party's national policy may narrow further, never "
                       "widen."),
    "coarser": Text("إذا حُجبت معلومة جاز أن تُرسل بدلاً منها معلومة أقل دقة مشتقة منها، متى أذن بها أحد البنود.",
                    "À la place d'un élément retenu, un élément moins précis qui en est tiré peut être transmis si un "
                    "article le permet.",
                    "In place of an item that is withheld, a less precise one derived from it may be sent if a clause "
                    "permits it."),
    "nothing": Text("ليس في هذه الوثيقة أي بند، فلا يُرسل شيء.", "Ce document n'a aucun article : rien n'est transmis.",
                    "This document has no clause: nothing is sent."),
    "narrows": Text("لا تأذن هذه السياسة بأي إرسال؛ وهي تضيّق كل اتفاق تكون هذه الدولة طرفاً فيه.",
                    "Cette politique ne permet aucune transmission ; elle restreint tout accord auquel cet État est "
                    "partie.",
                    "This policy permits no sending; it narrows every agreement to which this state is a party."),
    "no_forbids": Text("لا موانع إضافية في هذه الوثيقة.", "Ce document n'ajoute aucune interdiction.",
                       "This document adds no prohibition."),
    "handling": Text("يخضع كل ما يُرسل بموجب هذا الاتفاق لما يلي، ما لم يكن أحد البنود أشد:",
                     "Tout ce qui est transmis au titre du présent accord est soumis à ce qui suit, sauf article plus "
                     "strict :",
                     "Everything sent under this agreement is bound by the following, unless a clause is stricter:"),
    "assurance": Text("لا يُرسل أي سجل إلى {countries} ما لم يذكر السجل ضماناً مكتوباً ضد التعذيب.",
                      "Aucune fiche n'est transmise à {countries} si elle ne cite pas d'assurance écrite contre la "
                      "torture.",
                      "No record is sent to {countries} unless it names a written assurance against torture."),
    "recall": Text("يُجاب عن طلب سحب السجل خلال {days}.", "Il est répondu à un rappel dans un délai de {days}.",
                   "A recall is answered within {days}."),
    "correction": Text("يُقَرّ باستلام التصحيح خلال {days}.",
                       "Il est accusé réception d'une correction dans un délai de {days}.",
                       "A correction is acknowledged within {days}."),
    "after_keep_until_retention": Text("إذا انتهى الاتفاق بقي لكل نسخة أجل حفظها.",
                                       "Si l'accord prend fin, chaque copie garde son propre terme de conservation.",
                                       "If the agreement ends, each copy keeps its own term of retention."),
    "after_destroy": Text("إذا انتهى الاتفاق أُتلفت النسخ خلال {days}.",
                          "Si l'accord prend fin, les copies sont détruites dans un délai de {days}.",
                          "If the agreement ends, copies are destroyed within {days}."),
    "approvals": Text("لا يُرسل شيء قبل موافقة العدد التالي من الأشخاص، وليس لمن اقترح الإرسال أن يوافق عليه:",
                      "Rien n'est transmis sans l'approbation des personnes suivantes ; qui propose n'approuve "
                      "jamais :",
                      "Nothing is sent before the following persons have approved; who proposed it never approves it:"),
    "uncovered": Text("التصنيف الذي لا يرد في هذا الجدول غير مشمول بالاتفاق، فلا يُرسل ما يحمله.",
                      "Un marquage absent de ce tableau n'est pas couvert : ce qui le porte n'est pas transmis.",
                      "A marking that is not in this table is not covered: what carries it is not sent."),
    "marking": Text("التصنيف", "Marquage", "Marking"),
    "meaning": Text("نطاق التداول", "Diffusion", "Circulation"),
    "approvers": Text("الموافقة اللازمة", "Approbation requise", "Approval required"),
    "approval_of": Text("موافقة {people}", "approbation de {people}", "approval by {people}"),
    "suites": Text("تُختم السجلات بإحدى المجموعات التالية:",
                   "Les fiches sont scellées au moyen d'une des suites suivantes :",
                   "Records are sealed with one of the following suites:"),
    "matching": Text("تُقارن العقد بوجود تطابق أو عدمه، ولا تُظهر أي منها قائمتها للأخرى.",
                     "Les nœuds comparent par concordance ou absence de concordance, sans se montrer leurs listes.",
                     "The nodes compare by hit or no hit; neither shows the other its list."),
    "matching_bound": Text("ما لا يجوز العلم به يُجاب عنه كما يُجاب عن عدم التطابق. وتبقى ضمانات حماية الأشخاص والموانع "
                           "الوطنية سارية.",
                           "Ce qui ne peut être su reçoit la même réponse qu'une absence de concordance. Les garanties "
                           "qui protègent les personnes et les interdictions nationales demeurent.",
                           "What may not be known is answered as no hit is. The safeguards that protect persons and "
                           "national prohibitions remain."),
    "classes": Text("تشمل الفئات المذكورة في هذا النص الحقول التالية:",
                    "Les catégories nommées dans ce texte comprennent les champs suivants :",
                    "The categories named in this text comprise the following fields:"),
    "class": Text("{name}: {fields}", "{name} : {fields}", "{name}: {fields}"),
}
CLAUSE: Final[dict[str, Text]] = {
    "heading": Text("البند {id}", "Article {id}", "Clause {id}"),
    "every": Text("كل طرف", "chaque Partie", "every Party"),
    "other": Text("كل طرف آخر", "toute autre Partie", "every other Party"),
    "any_state": Text("أي دولة", "tout État", "any state"),
    "all_records": Text("السجلات بجميع أنواعها", "les fiches de toute nature", "records of every kind"),
    "records": Text("سجلات {kinds}", "les fiches portant sur {kinds}", "records on {kinds}"),
    "disclose": Text("من {sender} إلى {recipient}: تُرسل من {records} المعلومات التالية:",
                     "De {sender} à {recipient} : dans {records}, sont transmis les éléments suivants :",
                     "From {sender} to {recipient}: out of {records}, the following is sent:"),
    "withhold": Text("من {sender} إلى {recipient}: لا تُرسل من {records} المعلومات التالية:",
                     "De {sender} à {recipient} : dans {records}, ne sont pas transmis les éléments suivants :",
                     "From {sender} to {recipient}: out of {records}, the following is not sent:"),
    "forbid": Text("من {sender} إلى {recipient}: لا يُرسل أي شيء من {records}.",
                   "De {sender} à {recipient} : rien n'est transmis dans {records}.",
                   "From {sender} to {recipient}: nothing is sent out of {records}."),
    "match_level": Text("من {sender} إلى {recipient}: يُجاب عن السؤال في {records} بوجود تطابق ودرجته، دون غير ذلك.",
                        "De {sender} à {recipient} : sur {records}, il est répondu par la concordance et son degré, "
                        "sans plus.",
                        "From {sender} to {recipient}: on {records}, a hit and its level are answered, and no more."),
    "match_contact": Text("من {sender} إلى {recipient}: يُجاب عن السؤال في {records} بوجود تطابق ودرجته، وبمن يُتصل به.",
                          "De {sender} à {recipient} : sur {records}, il est répondu par la concordance, son degré et "
                          "le service à contacter.",
                          "From {sender} to {recipient}: on {records}, a hit, its level and whom to contact are "
                          "answered."),
    "match_purposes": Text("ولا يُسأل إلا للأغراض التالية: {purposes}.",
                           "On n'interroge qu'aux fins suivantes : {purposes}.",
                           "Queries are made for the following only: {purposes}."),
    "match_limits": Text("الحد الأقصى للأسئلة في اليوم: {case} لكل قضية و{day} لكل طرف يسأل.",
                         "Interrogations par jour au plus : {case} par dossier, {day} par Partie qui interroge.",
                         "Queries a day at most: {case} for one case, {day} for one Party that asks."),
    "condition": Text("ولا ينطبق هذا البند إلا بشرط {condition}", "Le présent article ne s'applique que si {condition}",
                      "This clause applies only if {condition}"),
    "full_stop": Text("{text}.", "{text}.", "{text}."),
    "semicolon": Text("{text}؛", "{text} ;", "{text};"),
    "class": Text("كل ما يدخل في فئة {name}", "tout ce qui relève de la catégorie {name}",
                  "everything in the category {name}"),
    "handling": Text("ويخضع ما يُرسل بموجب هذا البند لما يلي:",
                     "Ce qui est transmis au titre du présent article est soumis à ce qui suit :",
                     "What is sent under this clause is bound by the following:"),
    "tlp": Text("يكون التصنيف {tlp} أو ما هو أشد", "le marquage est {tlp} ou plus strict",
                "the marking is {tlp} or a stricter one"),
    "purposes": Text("لا يُرسل ولا يُستعمل إلا للأغراض التالية: {purposes}",
                     "transmission et usage aux seules fins suivantes : {purposes}",
                     "it is sent and used for the following only: {purposes}"),
    "retention": Text("لا تزيد مدة الحفظ على {days}", "la fiche est conservée pendant {days} au plus",
                      "the record is kept for {days} at most"),
    "approval": Text("تلزم لما يحمل {tlp} موافقة {people}", "ce qui est marqué {tlp} exige l'approbation de {people}",
                     "what is marked {tlp} needs the approval of {people}"),
}
EXAMPLE: Final[dict[str, Text]] = {
    "lead": Text("اتفقت الأطراف على أن يُبتّ في الحالات التالية كما هو مبيّن:",
                 "Les Parties conviennent que les cas suivants sont tranchés ainsi :",
                 "The Parties agree that the following cases are decided as stated:"),
    "case": Text("{name} (من {sender} إلى {recipient}، للغرض التالي: {purpose}):",
                 "{name} (de {sender} à {recipient}, finalité : {purpose}) :",
                 "{name} (from {sender} to {recipient}, purpose: {purpose}):"),
    "denied": Text("لا يُرسل السجل", "la fiche n'est pas transmise", "the record is not sent"),
    "denied_because": Text("لا يُرسل السجل، والسبب: {reason}",
                           "la fiche n'est pas transmise, au motif suivant : {reason}",
                           "the record is not sent, for this reason: {reason}"),
    "sent": Text("يُرسل: {fields}", "transmis : {fields}", "sent: {fields}"),
    "coarser": Text("يُرسل أقل دقة: {fields}", "transmis moins précis : {fields}", "sent less precisely: {fields}"),
    "withheld": Text("يُحجب: {fields}", "retenu : {fields}", "withheld: {fields}"),
    "tlp": Text("التصنيف: {tlp}", "marquage : {tlp}", "marking: {tlp}"),
    "approvals": Text("تلزم موافقة {people}", "approbation de {people}", "approval of {people}"),
    "retention": Text("الحفظ لمدة {days}", "durée de conservation : {days}", "kept for: {days}"),
}
# fmt: on
