"""The words of networks and places: how sure a link is, whether it may go on, how it is held, how exact a place is.

Pages and papers say the same. Codes: `exchange.model.sources`, `exchange.operations.network`, `…places`.
"""

from __future__ import annotations

from typing import Final

from exchange.policies.agreement import Text

# fmt: off
CERTAINTIES: Final[dict[str, Text]] = {
    "contested": Text("متنازع فيه", "contesté", "contested"),
    "corroborated": Text("أكدته مصادر مستقلة", "corroboré", "corroborated"),
    "stated": Text("واقعة من مصدر واحد", "fait d'une seule source", "fact from one source"),
    "assessed": Text("تقدير", "appréciation", "assessment"),
    "hearsay": Text("قول منقول", "ouï-dire", "hearsay"),
}
ONWARD: Final[dict[str, Text]] = {
    "own": Text("القرار لنا", "à nous d'en décider", "ours to decide"),
    "ask": Text("يُستأذن المصدر أولاً", "demander d'abord à l'émetteur", "ask its originator first"),
    "none": Text("لا يُنقل", "ne doit pas être retransmis", "must not go on"),
}
HELD: Final[dict[str, Text]] = {
    "own": Text("سجلنا", "à nous", "ours"),
    "received": Text("نسخة واردة", "copie reçue", "a copy that we received"),
    "named": Text("مذكور فقط، وليس لدينا", "seulement nommé, non détenu", "only named, not held here"),
}
PRECISIONS: Final[dict[str, Text]] = {
    "point": Text("نقطة", "point", "a point"),
    "cell": Text("مربع من درجة واحدة", "carré d'un degré", "a cell of one degree"),
    "place": Text("اسم مكان", "nom de lieu", "the name of a place"),
    "country": Text("دولة", "un pays", "a country"),
}
NETWORK: Final[dict[str, Text]] = {
    "title": Text("شبكة سجل", "Réseau autour d'une fiche", "Network around a record"),
    "lens_title": Text("شبكة سجل كما ستراها {x}", "Réseau autour d'une fiche, tel que le verrait {x}",
                       "Network around a record as {x} would see it"),
    "line": Text("السجل {ref}، {hops} من الخطوات", "Fiche {ref}, étendue {hops}", "Record {ref}, hops {hops}"),
    "nothing": Text("لم يُرسل شيء.", "Rien n'a été transmis.", "Nothing has been sent."),
    "note": Text("ما تعرفه هذه العقدة عن الصلات. غياب صلة لا يعني أنها غير موجودة.",
                 "Ce que ce nœud sait des liens. L'absence d'un lien ne veut pas dire qu'il n'existe pas.",
                 "What this node knows of links. That a link is not here does not mean that there is none."),
    "cut": Text("توجد صلات أكثر مما تتسع له الصورة.", "Il y a plus de liens que l'image n'en contient.",
                "There are more links than a picture can hold."),
    "items": Text("السجلات", "Les fiches", "The records"),
    "links": Text("الصلات", "Les liens", "The links"),
    "no_links": Text("لا تُعرف هنا أي صلة.", "Aucun lien n'est connu ici.", "No link is known here."),
    "record": Text("السجل", "Fiche", "Record"),
    "kind": Text("النوع", "Nature", "Kind"),
    "held": Text("الحيازة", "Détention", "Held"),
    "marking": Text("التصنيف", "Marquage", "Marking"),
    "hops": Text("الخطوات", "Pas", "Hops"),
    "more": Text("غير معروض", "Non montré", "Not shown"),
    "link": Text("الصلة", "Lien", "Link"),
    "sources": Text("مصادر مستقلة", "Sources indépendantes", "Independent sources"),
    "certainty": Text("مدى الثبوت", "Certitude", "How sure"),
    "statements": Text("ما قيل", "Énoncés", "Statements"),
    "seen": Text("رُصد في {x}", "observé le {x}", "observed {x}"),
    "from": Text("من {x}", "de {x}", "from {x}"),
    "source": Text("المصدر: {x}", "source : {x}", "source: {x}"),
    "since": Text("منذ: {x}", "depuis : {x}", "since: {x}"),
    "until": Text("حتى: {x}", "jusqu'à : {x}", "until: {x}"),
    "both": Text("{a} – {b}", "{a} – {b}", "{a} – {b}"),
    "unknown": Text("غير معروف", "inconnu", "unknown"),
}
# fmt: on
