"""The phrases of records on paper: one row a phrase, in Arabic, French and English, with the same holes.

The structure that uses them: `values`, `sheet`, `preview`, `letter`.
"""

from __future__ import annotations

from typing import Final

from exchange.policies.agreement import Text

# fmt: off
VALUE: Final[dict[str, Text]] = {
    "fact": Text("{label}: {x}", "{label} : {x}", "{label}: {x}"),
    "day": Text("{day} {month} {year}", "{day} {month} {year}", "{day} {month} {year}"),
    "month": Text("{month} {year}", "{month} {year}", "{month} {year}"),
    "about": Text("نحو {x}", "vers {x}", "about {x}"),
    "in_year": Text("سنة {x}", "année {x}", "year {x}"),
    "between": Text("بين {low} و{high}", "entre {low} et {high}", "between {low} and {high}"),
    "hijri": Text("{x} بالتقويم الهجري", "{x} du calendrier hégirien", "{x} in the Hijri calendar"),
    "from_to": Text("من {low} إلى {high}", "de {low} à {high}", "{low} to {high}"),
    "at_least": Text("{low} على الأقل", "au moins {low}", "at least {low}"),
    "country": Text("{name} ({code})", "{name} ({code})", "{name} ({code})"),
    "cell": Text("مربع من درجة واحدة عند {x}", "carré d'un degré à {x}", "cell of one degree at {x}"),
    "number": Text("الرقم", "numéro", "number"),
    "issued_by": Text("جهة الإصدار", "délivré par", "issued by"),
    "city": Text("المدينة", "ville", "city"),
    "region": Text("المنطقة", "région", "region"),
    "street": Text("الشارع", "rue", "street"),
    "postcode": Text("الرمز البريدي", "code postal", "postcode"),
    "issued": Text("تاريخ الإصدار", "délivré le", "issued"),
    "expires": Text("تاريخ الانتهاء", "valable jusqu'au", "valid until"),
    "note": Text("ملاحظة", "note", "note"),
    "parts": Text("أجزاء الاسم", "parties du nom", "parts of the name"),
    "quality": Text("ثبوت الاسم", "qualité du nom", "quality of the name"),
    "language": Text("اللغة", "langue", "language"),
    "reason": Text("السبب", "motif", "reason"),
    "authority": Text("السلطة", "autorité", "authority"),
    "until": Text("حتى", "jusqu'au", "until"),
    "date": Text("التاريخ", "date", "date"),
    "rank": Text("الترتيب", "rang", "rank"),
}
SHEET: Final[dict[str, Text]] = {
    "title": Text("سجل: {kind}", "Fiche : {kind}", "Record: {kind}"),
    "line": Text("السجل {ref}، النسخة {version}", "Fiche {ref}, version {version}", "Record {ref}, version {version}"),
    "note": Text("نسخة ورقية من سجل. تُحفظ وتُتلف كما يُحفظ السجل ويُتلف؛ وقراءتها مسجَّلة باسم من طبعها.",
                 "Copie sur papier d'une fiche. Elle se garde et se détruit comme la fiche ; sa lecture est inscrite "
                 "au journal au nom de qui l'a imprimée.",
                 "A paper copy of a record. It is kept and destroyed like the record; that it was read stands in the "
                 "ledger under the name of whoever printed it."),
    "first": Text("قبل كل شيء", "Avant toute chose", "Before anything else"),
    "caveat": Text("تحفظ: {x}.", "Réserve : {x}.", "Caveat: {x}."),
    "held": Text("كيف يُحفظ هذا السجل", "Comment cette fiche est détenue", "How this record is held"),
    "claims": Text("المعلومات", "Les éléments", "The claims"),
    "basis": Text("ما تستند إليه هذه الصفحات", "Ce sur quoi reposent ces pages", "What these pages stand on"),
    "item": Text("البند", "Élément", "Item"),
    "content": Text("المضمون", "Contenu", "Content"),
    "id": Text("الرقم", "N°", "No."),
    "field": Text("الحقل", "Champ", "Field"),
    "value": Text("القيمة", "Valeur", "Value"),
    "certainty": Text("مدى الثبوت", "Degré de certitude", "How sure"),
    "originator": Text("الدولة المصدرة", "État émetteur", "Originating state"),
    "issued": Text("صدرت هذه النسخة", "Version émise", "This version issued"),
    "holding": Text("صفة الحيازة", "Détention", "Held"),
    "own": Text("سجلنا", "fiche propre", "our own record"),
    "received": Text("نسخة وردت من {x}", "copie reçue de {x}", "copy received from {x}"),
    "number": Text("رقم المظروف", "Numéro de l'enveloppe", "Number of the envelope"),
    "agreement": Text("الاتفاق", "Accord", "Agreement"),
    "purpose": Text("الغرض", "Finalité", "Purpose"),
    "received_at": Text("تاريخ الورود", "Reçue le", "Received"),
    "expires_at": Text("تُتلف في موعد أقصاه", "À détruire au plus tard le", "To be destroyed by"),
    "no_end": Text("لم يُحدَّد موعد", "aucun terme fixé", "no end set"),
    "marking": Text("التصنيف", "Marquage", "Marking"),
    "marked": Text("{tlp}: {meaning}", "{tlp} : {meaning}", "{tlp}: {meaning}"),
    "onward": Text("النقل إلى دولة ثالثة", "Retransmission", "Passing on"),
    "manifest": Text("بصمة بيان السجل", "Empreinte du manifeste", "Digest of the manifest"),
    "count": Text("عدد المعلومات", "Nombre d'éléments", "Number of claims"),
    "grade": Text("{grade} ({scale}): {source}؛ {information}", "{grade} ({scale}) : {source} ; {information}",
                  "{grade} ({scale}): {source}; {information}"),
    "observed": Text("رُصد في {x}", "observé le {x}", "observed {x}"),
    "derived": Text("صيغة أقل دقة من {x}", "forme moins précise de {x}", "less precise form of {x}"),
    "contests": Text("يناقض {x}", "contredit {x}", "contradicts {x}"),
    "contested": Text("يناقضه {x}", "contredit par {x}", "contradicted by {x}"),
}
PREVIEW: Final[dict[str, Text]] = {
    "title": Text("ما الذي ستراه {x}", "Ce que verrait {x}", "What {x} would see"),
    "nothing": Text("لم يُرسل شيء.", "Rien n'a été transmis.", "Nothing has been sent."),
    "note": Text("يبيّن هذا النص ما في السجل وما كان سيراه المستلم منه لو أُرسل الآن. وهو ليس موافقة.",
                 "Ce texte montre ce que contient la fiche et ce que le destinataire en verrait si elle partait "
                 "maintenant. Il ne vaut pas approbation.",
                 "This text shows what the record holds and what the recipient would see of it if it left now. "
                 "It is no approval."),
    "table": Text("حقلاً حقلاً", "Champ par champ", "Field by field"),
    "we_hold": Text("ما لدينا", "Nous détenons", "We hold"),
    "sees": Text("ما يراه المستلم", "Le destinataire voit", "The recipient sees"),
    "rule": Text("القاعدة", "Règle", "Rule"),
    "sent": Text("يُرسل كما هو", "transmis tel quel", "sent as it is"),
    "coarser": Text("يُرسل أقل دقة", "transmis moins précis", "sent less precisely"),
    "withheld": Text("محجوب", "retenu", "withheld"),
    "size": Text("حجم ما سيُرسل من المعلومات", "Taille des éléments transmis", "Size of what would be sent"),
    "bytes": Text("{x} بايت", "{x} octets", "{x} bytes"),
    "view": Text("بصمة ما سيُرسل (وهي ما يُوافق عليه)", "Empreinte de ce qui partirait (c'est elle qu'on approuve)",
                 "Digest of what would leave (it is what is approved)"),
}
# fmt: on
