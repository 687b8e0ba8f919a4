"""The words for every code that a claim can hold, in Arabic, French and English; those of agreements: `law.words`.

A test walks the vocabularies and names what has no word. Source of the codes: `exchange.model.vocab`.
"""

from __future__ import annotations

from typing import Final

from exchange.policies.agreement import Text

# fmt: off
KIND: Final[dict[str, Text]] = {
    "person": Text("شخص", "personne", "person"),
    "group": Text("جماعة", "groupe", "group"),
    "network": Text("شبكة", "réseau", "network"),
    "camp": Text("معسكر", "camp", "camp"),
    "movement": Text("تنقل", "déplacement", "movement"),
    "relation": Text("علاقة", "lien", "relation"),
    "assessment": Text("تقدير", "appréciation", "assessment"),
}
"""One record of the kind; several of it: `law.words.KINDS`."""
NAME_TYPES: Final[dict[str, Text]] = {
    "primary": Text("الاسم الأساسي", "nom principal", "main name"),
    "birth": Text("اسم الولادة", "nom de naissance", "name at birth"),
    "former": Text("اسم سابق", "ancien nom", "former name"),
    "maiden": Text("اسم العائلة قبل الزواج", "nom de jeune fille", "maiden name"),
    "alias": Text("اسم مستعار", "pseudonyme", "alias"),
    "kunya": Text("كنية", "kounya", "kunya"),
    "nom_de_guerre": Text("اسم حركي", "nom de guerre", "nom de guerre"),
    "transliteration": Text("نقل حرفي", "translittération", "transliteration"),
    "spelling": Text("كتابة أخرى", "autre graphie", "other spelling"),
    "acronym": Text("اختصار", "sigle", "acronym"),
}
NAME_QUALITIES: Final[dict[str, Text]] = {
    "good": Text("موثوق", "sûr", "good"),
    "low": Text("ضعيف الثبوت", "incertain", "low"),
}
SCRIPTS: Final[dict[str, Text]] = {
    "Arab": Text("الخط العربي", "écriture arabe", "Arabic script"),
    "Latn": Text("الخط اللاتيني", "écriture latine", "Latin script"),
    "Cyrl": Text("الخط السيريلي", "écriture cyrillique", "Cyrillic script"),
    "Grek": Text("الخط اليوناني", "écriture grecque", "Greek script"),
    "Hebr": Text("الخط العبري", "écriture hébraïque", "Hebrew script"),
    "Armn": Text("الخط الأرمني", "écriture arménienne", "Armenian script"),
    "Geor": Text("الخط الجورجي", "écriture géorgienne", "Georgian script"),
    "Deva": Text("الخط الديفاناغاري", "écriture dévanagari", "Devanagari script"),
    "Beng": Text("الخط البنغالي", "écriture bengalie", "Bengali script"),
    "Thaa": Text("خط ثانا", "écriture thaana", "Thaana script"),
    "Hans": Text("الخط الصيني المبسط", "écriture chinoise simplifiée", "simplified Chinese script"),
    "Hant": Text("الخط الصيني التقليدي", "écriture chinoise traditionnelle", "traditional Chinese script"),
    "Hani": Text("الخط الصيني", "écriture chinoise", "Chinese script"),
    "Jpan": Text("الخط الياباني", "écriture japonaise", "Japanese script"),
    "Kore": Text("الخط الكوري", "écriture coréenne", "Korean script"),
    "Thai": Text("الخط التايلندي", "écriture thaïe", "Thai script"),
    "Zyyy": Text("خط غير محدد", "écriture non précisée", "script not said"),
}
NATIONALITY_STATUSES: Final[dict[str, Text]] = {
    "confirmed": Text("مثبتة", "confirmée", "confirmed"),
    "claimed": Text("يدّعيها صاحبها", "déclarée par l'intéressé", "claimed"),
    "presumed": Text("مفترضة", "présumée", "presumed"),
    "former": Text("سابقة", "ancienne", "former"),
    "withdrawn": Text("مسحوبة", "retirée", "withdrawn"),
    "disputed": Text("متنازع فيها", "contestée", "disputed"),
    "undisclosed": Text("غير معلنة", "non communiquée", "not disclosed"),
}
GENDERS: Final[dict[str, Text]] = {
    "male": Text("ذكر", "homme", "male"),
    "female": Text("أنثى", "femme", "female"),
    "other": Text("غير ذلك", "autre", "other"),
    "unknown": Text("غير معروف", "inconnu", "unknown"),
}
PRECISIONS: Final[dict[str, Text]] = {
    "exact": Text("بالضبط", "exact", "exact"),
    "approximate": Text("تقريباً", "approximatif", "approximate"),
    "range": Text("مدى زمني", "intervalle", "range"),
    "year": Text("السنة فقط", "année seule", "year only"),
}
CALENDARS: Final[dict[str, Text]] = {
    "gregorian": Text("التقويم الميلادي", "calendrier grégorien", "Gregorian calendar"),
    "hijri": Text("التقويم الهجري", "calendrier hégirien", "Hijri calendar"),
}
DOCUMENT_TYPES: Final[dict[str, Text]] = {
    "passport": Text("جواز سفر", "passeport", "passport"),
    "national_number": Text("رقم وطني", "numéro national", "national number"),
    "identity_card": Text("بطاقة هوية", "carte d'identité", "identity card"),
    "residence_permit": Text("تصريح إقامة", "titre de séjour", "residence permit"),
    "travel_document": Text("وثيقة سفر", "document de voyage", "travel document"),
    "driving_licence": Text("رخصة قيادة", "permis de conduire", "driving licence"),
    "birth_certificate": Text("شهادة ميلاد", "acte de naissance", "birth certificate"),
    "refugee_document": Text("وثيقة لاجئ", "document de réfugié", "refugee document"),
    "military_card": Text("بطاقة عسكرية", "carte militaire", "military card"),
    "registration": Text("قيد تسجيل", "immatriculation", "registration"),
    "tax_number": Text("رقم ضريبي", "numéro fiscal", "tax number"),
    "other": Text("وثيقة أخرى", "autre document", "other document"),
}
FATES: Final[dict[str, Text]] = {
    "alive": Text("حي", "en vie", "alive"),
    "dead": Text("متوفى", "décédé", "dead"),
    "detained": Text("محتجز", "détenu", "detained"),
    "returned": Text("عاد إلى بلده", "revenu", "returned"),
    "missing": Text("مفقود", "disparu", "missing"),
    "unknown": Text("مصير مجهول", "sort inconnu", "fate unknown"),
}
RELATIONS: Final[dict[str, Text]] = {
    "member_of": Text("عضو في", "membre de", "member of"),
    "former_member_of": Text("عضو سابق في", "ancien membre de", "former member of"),
    "leads": Text("يقود", "dirige", "leads"),
    "works_with": Text("يعمل مع", "travaille avec", "works with"),
    "knows": Text("يعرف", "connaît", "knows"),
    "has_met": Text("التقى", "a rencontré", "has met"),
    "associated_with": Text("على صلة بـ", "en relation avec", "associated with"),
    "supports": Text("يدعم", "soutient", "supports"),
    "recruits": Text("يجنّد", "recrute", "recruits"),
    "recruited_by": Text("جنّده", "recruté par", "recruited by"),
    "facilitates_travel_of": Text("يسهّل سفر", "facilite le voyage de", "facilitates the travel of"),
    "smuggles": Text("يهرّب", "fait passer clandestinement", "smuggles"),
    "trains": Text("يدرّب", "entraîne", "trains"),
    "trained_at": Text("تدرّب في", "entraîné à", "trained at"),
    "finances": Text("يموّل", "finance", "finances"),
    "sibling_of": Text("شقيق أو شقيقة", "frère ou sœur de", "sibling of"),
    "spouse_of": Text("زوج أو زوجة", "conjoint de", "spouse of"),
    "child_of": Text("ولد", "enfant de", "child of"),
    "parent_of": Text("والد أو والدة", "parent de", "parent of"),
    "same_as": Text("هو نفسه", "le même que", "same as"),
    "not_same_as": Text("ليس هو", "différent de", "not the same as"),
    "travelled_with": Text("سافر مع", "a voyagé avec", "travelled with"),
    "part_of": Text("جزء من", "partie de", "part of"),
    "allied_with": Text("متحالف مع", "allié à", "allied with"),
    "split_from": Text("منشق عن", "scission de", "split from"),
    "hostile_to": Text("معادٍ لـ", "hostile à", "hostile to"),
    "operates_from": Text("ينشط انطلاقاً من", "opère depuis", "operates from"),
    "located_at": Text("موجود في", "situé à", "located at"),
    "controls": Text("يسيطر على", "contrôle", "controls"),
}
GROUP_TYPES: Final[dict[str, Text]] = {
    "armed_group": Text("جماعة مسلحة", "groupe armé", "armed group"),
    "cell": Text("خلية", "cellule", "cell"),
    "brigade": Text("كتيبة", "brigade", "brigade"),
    "media": Text("جهاز إعلامي", "organe de propagande", "media arm"),
    "charity": Text("جمعية خيرية", "association caritative", "charity"),
    "company": Text("شركة", "société", "company"),
    "other": Text("جماعة أخرى", "autre groupe", "other group"),
}
NETWORK_TYPES: Final[dict[str, Text]] = {
    "recruitment": Text("شبكة تجنيد", "filière de recrutement", "recruitment network"),
    "smuggling": Text("شبكة تهريب", "filière de passeurs", "smuggling network"),
    "finance": Text("شبكة تمويل", "réseau de financement", "finance network"),
    "documents": Text("شبكة وثائق", "filière de faux documents", "documents network"),
    "logistics": Text("شبكة إمداد", "réseau logistique", "logistics network"),
    "mixed": Text("شبكة متعددة الأغراض", "réseau mixte", "mixed network"),
}
CAMP_TYPES: Final[dict[str, Text]] = {
    "training": Text("معسكر تدريب", "camp d'entraînement", "training camp"),
    "transit": Text("معسكر عبور", "camp de transit", "transit camp"),
    "detention": Text("معسكر احتجاز", "camp de détention", "detention camp"),
    "displacement": Text("مخيم نازحين", "camp de déplacés", "displacement camp"),
    "base": Text("قاعدة", "base", "base"),
    "other": Text("معسكر آخر", "autre camp", "other camp"),
}
MEANS: Final[dict[str, Text]] = {
    "air": Text("جواً", "par avion", "by air"),
    "sea": Text("بحراً", "par mer", "by sea"),
    "land": Text("براً", "par la route", "by land"),
    "foot": Text("مشياً", "à pied", "on foot"),
    "rail": Text("بالقطار", "par train", "by rail"),
    "unknown": Text("وسيلة غير معروفة", "moyen inconnu", "means unknown"),
}
EDUCATION: Final[dict[str, Text]] = {
    "none": Text("بلا تعليم", "aucune", "none"),
    "primary": Text("ابتدائي", "primaire", "primary"),
    "secondary": Text("ثانوي", "secondaire", "secondary"),
    "university": Text("جامعي", "universitaire", "university"),
    "unknown": Text("مستوى غير معروف", "niveau inconnu", "level unknown"),
}
SHARIA_LEVELS: Final[dict[str, Text]] = {
    "basic": Text("أولي", "élémentaire", "basic"),
    "intermediate": Text("متوسط", "moyen", "intermediate"),
    "advanced": Text("متقدم", "avancé", "advanced"),
}
MARITAL: Final[dict[str, Text]] = {
    "single": Text("أعزب", "célibataire", "single"),
    "married": Text("متزوج", "marié", "married"),
    "divorced": Text("مطلق", "divorcé", "divorced"),
    "widowed": Text("أرمل", "veuf", "widowed"),
    "unknown": Text("حالة غير معروفة", "situation inconnue", "status unknown"),
}
WARNINGS: Final[dict[str, Text]] = {
    "armed": Text("مسلح", "armé", "armed"),
    "violent": Text("عنيف", "violent", "violent"),
    "absconded": Text("هارب", "en fuite", "absconded"),
    "suicide_risk": Text("خطر الانتحار", "risque de suicide", "risk of suicide"),
    "health_threat": Text("خطر صحي على الغير", "risque sanitaire pour autrui", "threat to others' health"),
    "terrorism_related": Text("صلة بالإرهاب", "lié au terrorisme", "related to terrorism"),
}
ACTIONS: Final[dict[str, Text]] = {
    "analysis_only": Text("للتحليل فقط", "pour analyse seulement", "for analysis only"),
    "discreet_check": Text("تفتيش سري", "contrôle discret", "discreet check"),
    "inquiry_check": Text("تحقق بالاستجواب", "contrôle d'investigation", "inquiry check"),
    "specific_check": Text("تفتيش محدد", "contrôle spécifique", "specific check"),
    "stop_and_contact": Text("إيقاف واتصال", "intercepter et contacter", "stop and contact"),
}
SOURCE_TYPES: Final[dict[str, Text]] = {
    "HUMINT": Text("مصدر بشري", "source humaine", "human source"),
    "SIGINT": Text("اعتراض إشارات", "interception de signaux", "signals"),
    "OSINT": Text("مصدر علني", "source ouverte", "open source"),
    "IMINT": Text("صور", "imagerie", "imagery"),
    "FININT": Text("معلومات مالية", "renseignement financier", "financial"),
    "SOCMINT": Text("وسائل التواصل الاجتماعي", "réseaux sociaux", "social media"),
    "TECHINT": Text("مصدر تقني", "source technique", "technical source"),
    "LIAISON": Text("جهاز شريك", "service partenaire", "liaison service"),
    "COURT": Text("جهة قضائية", "justice", "court"),
}
LIKELIHOODS: Final[dict[str, Text]] = {
    "almost_no_chance": Text("يكاد يكون منعدماً", "presque aucune chance", "almost no chance"),
    "very_unlikely": Text("مستبعد جداً", "très improbable", "very unlikely"),
    "unlikely": Text("مستبعد", "improbable", "unlikely"),
    "roughly_even_chance": Text("متساوي الاحتمال تقريباً", "chances à peu près égales", "roughly even chance"),
    "likely": Text("مرجح", "probable", "likely"),
    "very_likely": Text("مرجح جداً", "très probable", "very likely"),
    "almost_certain": Text("شبه مؤكد", "presque certain", "almost certain"),
}
CONFIDENCES: Final[dict[str, Text]] = {
    "low": Text("ثقة ضعيفة", "confiance faible", "low confidence"),
    "moderate": Text("ثقة متوسطة", "confiance moyenne", "moderate confidence"),
    "high": Text("ثقة عالية", "confiance élevée", "high confidence"),
}
FLAGS: Final[dict[str, Text]] = {
    "obtained_under_duress": Text("معلومة انتُزعت بالإكراه", "obtenu sous la contrainte", "obtained under duress"),
    "torture_risk": Text("خطر التعذيب", "risque de torture", "risk of torture"),
    "asylum": Text("طالب لجوء", "demandeur d'asile", "asylum seeker"),
    "refugee": Text("لاجئ", "réfugié", "refugee"),
    "humanitarian": Text("عامل إنساني", "travailleur humanitaire", "humanitarian worker"),
    "journalist": Text("صحفي", "journaliste", "journalist"),
    "lawyer": Text("محامٍ", "avocat", "lawyer"),
    "aid_corridor": Text("ممر مساعدات", "couloir humanitaire", "aid corridor"),
    "neutrality_political": Text("حياد: شأن سياسي", "neutralité : politique", "neutrality: political"),
    "neutrality_military": Text("حياد: شأن عسكري", "neutralité : militaire", "neutrality: military"),
    "neutrality_religious": Text("حياد: شأن ديني", "neutralité : religieux", "neutrality: religious"),
    "neutrality_racial": Text("حياد: شأن عرقي", "neutralité : racial", "neutrality: racial"),
}
SIGNOFFS: Final[dict[str, Text]] = {
    "neutrality": Text("الحياد", "neutralité", "neutrality"),
    "listing": Text("الإدراج في القائمة", "inscription sur la liste", "listing"),
    "best_interest": Text("مصلحة الطفل الفضلى", "intérêt supérieur de l'enfant", "best interest of the child"),
    "retention": Text("مدة الحفظ", "durée de conservation", "retention"),
    "torture_risk": Text("خطر التعذيب", "risque de torture", "risk of torture"),
}
SOURCE_GRADES: Final[dict[str, dict[str, Text]]] = {
    "admiralty": {
        "A": Text("مصدر موثوق كلياً", "source tout à fait fiable", "completely reliable source"),
        "B": Text("مصدر موثوق عادةً", "source habituellement fiable", "usually reliable source"),
        "C": Text("مصدر موثوق إلى حد ما", "source assez fiable", "fairly reliable source"),
        "D": Text("مصدر غير موثوق عادةً", "source habituellement peu fiable", "not usually reliable source"),
        "E": Text("مصدر غير موثوق", "source non fiable", "unreliable source"),
        "F": Text("موثوقية المصدر غير معروفة", "fiabilité inconnue", "reliability of the source unknown"),
    },
    "4x4": {
        "A": Text("مصدر لا شك فيه", "source ne faisant aucun doute", "source beyond doubt"),
        "B": Text("مصدر ثبتت موثوقيته غالباً", "source le plus souvent fiable", "source mostly reliable"),
        "C": Text("مصدر لم يثبت غالباً", "source le plus souvent non fiable", "source mostly unreliable"),
        "X": Text("موثوقية المصدر لا تُقدَّر", "fiabilité non évaluable", "reliability cannot be judged"),
    },
}
INFORMATION_GRADES: Final[dict[str, dict[str, Text]]] = {
    "admiralty": {
        "1": Text("أكدته مصادر أخرى", "confirmé par d'autres sources", "confirmed by other sources"),
        "2": Text("صحيح على الأرجح", "probablement vrai", "probably true"),
        "3": Text("قد يكون صحيحاً", "peut-être vrai", "possibly true"),
        "4": Text("صحته مشكوك فيها", "douteux", "doubtfully true"),
        "5": Text("مستبعد", "improbable", "improbable"),
        "6": Text("لا يمكن الحكم على صحته", "véracité non évaluable", "truth cannot be judged"),
    },
    "4x4": {
        "1": Text("لا شك في صحته", "exactitude certaine", "accuracy not in doubt"),
        "2": Text("يعرفه المصدر مباشرة", "connu directement de la source", "known personally to the source"),
        "3": Text("يؤيده ما سبق تسجيله", "corroboré par d'autres éléments", "corroborated by other information"),
        "4": Text("لا يمكن تأييده", "non corroborable", "cannot be corroborated"),
    },
}
# fmt: on
VOCABULARIES: Final[dict[str, dict[str, Text]]] = {
    "gender": GENDERS,
    "education": EDUCATION,
    "document type": DOCUMENT_TYPES,
    "sharia level": SHARIA_LEVELS,
    "fate": FATES,
    "warning": WARNINGS,
    "marital status": MARITAL,
    "action": ACTIONS,
    "flag": FLAGS,
    "source type": SOURCE_TYPES,
    "group type": GROUP_TYPES,
    "network type": NETWORK_TYPES,
    "camp type": CAMP_TYPES,
    "means": MEANS,
    "relation": RELATIONS,
    "likelihood": LIKELIHOODS,
    "confidence": CONFIDENCES,
}
"""By the name of the form in the register of paths (`code: NAME`); those that agreements share are in `law.words`."""
