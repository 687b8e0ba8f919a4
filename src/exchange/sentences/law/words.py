"""The words for every code that an agreement or a decision can hold, in Arabic, French and English.

A test walks the vocabularies and names what has no word. Field names: `exchange.sentences.law.fields`.
Spec: docs/spec/policy.md §12.
"""

from __future__ import annotations

from typing import Final

from exchange.policies.agreement import Text

PURPOSES: Final[dict[str, Text]] = {
    "counter_terrorism.travel": Text(
        "مكافحة سفر المقاتلين الإرهابيين", "lutte contre les déplacements de combattants terroristes",
        "countering the travel of terrorist fighters",
    ),
    "counter_terrorism.networks": Text(
        "مكافحة الشبكات الإرهابية", "lutte contre les réseaux terroristes", "countering terrorist networks"
    ),
    "counter_terrorism.prosecution": Text(
        "الملاحقة القضائية لجرائم الإرهاب", "poursuite des infractions terroristes", "prosecuting terrorist offences"
    ),
    "border.checks": Text("مراقبة الحدود", "contrôles aux frontières", "border checks"),
    "analysis.joint": Text("التحليل المشترك", "analyse conjointe", "joint analysis"),
    "contact": Text("الاتصال بين السلطات", "contact entre autorités", "contact between authorities"),
}  # fmt: skip
KINDS: Final[dict[str, Text]] = {
    "person": Text("الأشخاص", "des personnes", "persons"),
    "group": Text("الجماعات", "des groupes", "groups"),
    "network": Text("الشبكات", "des réseaux", "networks"),
    "camp": Text("المعسكرات", "des camps", "camps"),
    "movement": Text("التنقلات", "des déplacements", "movements"),
    "relation": Text("العلاقات", "des liens", "relations"),
    "assessment": Text("التقديرات", "des appréciations", "assessments"),
}
CLASSES: Final[dict[str, Text]] = {
    "identity.name": Text("الأسماء", "noms", "names"),
    "identity.birth": Text("الميلاد والحالة المدنية", "naissance et état civil", "birth and civil status"),
    "identity.document": Text("وثائق الهوية", "documents d'identité", "identity documents"),
    "identity.biometric": Text("البيانات البيومترية", "données biométriques", "biometric data"),
    "affiliation": Text("الانتماء", "appartenance", "affiliation"),
    "recruitment": Text("التجنيد", "recrutement", "recruitment"),
    "facilitation": Text("التسهيل والتهريب", "facilitation et filières", "facilitation and smuggling"),
    "training": Text("التدريب", "entraînement", "training"),
    "movement": Text("التنقل", "déplacements", "movement"),
    "location.precise": Text("الأماكن الدقيقة", "lieux précis", "precise places"),
    "location.coarse": Text("الأماكن التقريبية", "lieux approximatifs", "approximate places"),
    "assessment": Text("التقدير", "appréciation", "assessment"),
    "source": Text("المصادر", "origine des renseignements", "sources"),
    "contact": Text("وسائل الاتصال", "coordonnées", "contact details"),
    "family": Text("الأسرة", "famille", "family"),
    "free_text": Text("النص الحر", "texte libre", "free text"),
    "governance": Text("بيانات تسيير السجل", "données de gestion de la fiche", "governance of the record"),
    "safeguard": Text("معلومات الحماية", "éléments de protection", "safeguards"),
}
CAVEATS: Final[dict[str, Text]] = {
    "NO_ARREST_BASIS": Text(
        "السجل ليس أساساً للتوقيف", "la fiche n'est pas un motif d'arrestation", "the record is no ground for arrest"
    ),
    "NO_REMOVAL_BASIS": Text(
        "السجل ليس أساساً للإبعاد", "la fiche n'est pas un motif d'éloignement", "the record is no ground for removal"
    ),
    "COURT_USE_NEEDS_CONSENT": Text(
        "لا يُستعمل السجل أمام القضاء إلا بموافقة الدولة المصدرة",
        "la fiche ne sert en justice qu'avec l'accord de l'État émetteur",
        "the record is used in court only with the originator's consent",
    ),
}
CATEGORIES: Final[dict[str, Text]] = {
    "suspect": Text("مشتبه فيه", "personne soupçonnée", "suspect"),
    "convicted": Text("محكوم عليه", "personne condamnée", "convicted person"),
    "associate": Text("شخص على صلة", "personne en relation", "associate"),
    "victim": Text("ضحية", "victime", "victim"),
    "witness": Text("شاهد", "témoin", "witness"),
    "minor": Text("قاصر", "personne mineure", "minor"),
    "unknown": Text("غير محدَّد", "qualité inconnue", "not known"),
}
STATEMENTS: Final[dict[str, Text]] = {
    "fact": Text("واقعة", "fait", "fact"),
    "assessment": Text("تقدير", "appréciation", "assessment"),
    "hearsay": Text("قول منقول", "ouï-dire", "hearsay"),
}
ROLES: Final[dict[str, Text]] = {
    "fighter": Text("مقاتل", "combattant", "fighter"),
    "suicide_attacker": Text("انتحاري", "auteur d'attentat-suicide", "suicide attacker"),
    "inghimasi": Text(
        "انغماسي", "combattant d'assaut sans retour (inghimasi)", "no-return assault fighter (inghimasi)"
    ),
    "commander": Text("قائد ميداني", "chef de terrain", "commander"),
    "leader": Text("زعيم", "dirigeant", "leader"),
    "member": Text("عضو", "membre", "member"),
    "supporter": Text("مناصر", "sympathisant", "supporter"),
    "recruiter": Text("مجنِّد", "recruteur", "recruiter"),
    "facilitator": Text("مسهِّل", "facilitateur", "facilitator"),
    "smuggler": Text("مهرِّب", "passeur", "smuggler"),
    "trainer": Text("مدرِّب", "instructeur", "trainer"),
    "financier": Text("ممول", "bailleur de fonds", "financier"),
    "courier": Text("ناقل رسائل", "messager", "courier"),
    "bomb_maker": Text("صانع متفجرات", "artificier", "bomb maker"),
    "propagandist": Text("داعية إعلامي", "propagandiste", "propagandist"),
    "medic": Text("مسعف", "soignant", "medic"),
    "sharia_official": Text("مسؤول شرعي", "responsable religieux", "sharia official"),
    "security_official": Text("مسؤول أمني", "responsable de la sécurité", "security official"),
    "administrator": Text("إداري", "administrateur", "administrator"),
    "family_member": Text("فرد من الأسرة", "membre de la famille", "family member"),
    "unknown": Text("دور غير معروف", "rôle inconnu", "unknown role"),
}
LISTS: Final[dict[str, Text]] = {
    "UN": Text(
        "مجلس الأمن التابع للأمم المتحدة", "le Conseil de sécurité des Nations Unies", "the UN Security Council"
    ),
    "EU": Text("الاتحاد الأوروبي", "l'Union européenne", "the European Union"),
    "ARAB_LEAGUE": Text("جامعة الدول العربية", "la Ligue des États arabes", "the League of Arab States"),
    "INTERPOL": Text("الإنتربول", "l'Organisation internationale de police criminelle (INTERPOL)", "INTERPOL"),
    "NATIONAL": Text("سلطة وطنية", "une autorité nationale", "a national authority"),
}
REGIONS: Final[dict[str, Text]] = {
    "AFRICA": Text("أفريقيا", "l'Afrique", "Africa"),
    "AMERICAS": Text("الأمريكتان", "les Amériques", "the Americas"),
    "ASIA": Text("آسيا", "l'Asie", "Asia"),
    "EUROPE": Text("أوروبا", "l'Europe", "Europe"),
    "OCEANIA": Text("أوقيانوسيا", "l'Océanie", "Oceania"),
}
SCALES: Final[dict[str, Text]] = {
    "admiralty": Text("سلم الأميرالية", "échelle de l'Amirauté", "Admiralty scale"),
    "4x4": Text("سلم اليوروبول الرباعي", "échelle 4 × 4 d'Europol", "Europol 4 × 4 scale"),
}
TLP: Final[dict[str, Text]] = {
    "TLP:RED": Text("للمستلمين المعيَّنين شخصياً دون غيرهم", "pour les seuls destinataires nommés",
                    "for the named recipients only"),
    "TLP:AMBER+STRICT": Text("داخل الجهاز المستلم وحده", "au sein du seul service destinataire",
                             "within the recipient's agency only"),
    "TLP:AMBER": Text("داخل الجهاز المستلم والأجهزة الوطنية التي تعمل معه",
                      "au sein du service destinataire et des services nationaux qu'il sert",
                      "within the recipient's agency and the national services it works for"),
    "TLP:GREEN": Text("داخل أطراف الاتفاق", "entre les Parties à l'accord", "within the Parties to the agreement"),
    "TLP:CLEAR": Text("دون قيد على النشر", "sans limite de diffusion", "without limit"),
}  # fmt: skip
"""What each label allows, in the words of docs/glossary.md. The labels themselves are never translated."""
TLP_COLOURS: Final[dict[str, str]] = {
    "TLP:RED": "#FF2B2B",
    "TLP:AMBER+STRICT": "#FFC000",
    "TLP:AMBER": "#FFC000",
    "TLP:GREEN": "#33FF00",
    "TLP:CLEAR": "#FFFFFF",
}
"""TLP 2.0 (FIRST): the label's colour, always on black."""
CADENCES: Final[dict[str, Text]] = {
    "manual": Text("يُرسل كل سجل باقتراح من ضابط", "chaque fiche est transmise sur proposition d'un officier",
                   "each record is sent when an officer proposes it"),
    "standing": Text("يُرسل السجل المطابق فوراً", "toute fiche qui y répond est transmise aussitôt",
                     "every record that matches is sent at once"),
    "daily": Text("تُرسل السجلات المطابقة كل يوم", "les fiches qui y répondent sont transmises chaque jour",
                  "the records that match are sent every day"),
}  # fmt: skip
ONWARD: Final[dict[str, Text]] = {
    "none": Text("لا يُنقل السجل إلى أي دولة ثالثة", "la fiche n'est retransmise à aucun État tiers",
                 "the record is not passed on to any third state"),
    "ask": Text("لا يُنقل السجل إلى دولة ثالثة إلا بموافقة مسبقة من الدولة المصدرة",
                "la fiche n'est retransmise à un État tiers qu'avec l'accord préalable de l'État émetteur",
                "the record is passed on to a third state only with the originator's prior consent"),
}  # fmt: skip
BACK_CATALOGUE: Final[dict[str, Text]] = {
    "included": Text("يتلقى الطرف أيضاً السجلات الصادرة قبل انضمامه.",
                     "Une Partie reçoit aussi les fiches émises avant son adhésion.",
                     "A Party also receives records that were issued before it joined."),
    "excluded": Text("لا يتلقى الطرف أي سجل صدر قبل انضمامه.",
                     "Une Partie ne reçoit aucune fiche émise avant son adhésion.",
                     "A Party receives no record that was issued before it joined."),
}  # fmt: skip
SUITES: Final[dict[int, Text]] = {
    1: Text("المجموعة الأولى: {names}", "première suite : {names}", "suite one: {names}"),
    2: Text("المجموعة الثانية: {names}", "seconde suite : {names}", "suite two: {names}"),
}
