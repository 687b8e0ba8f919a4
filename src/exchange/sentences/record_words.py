"""Words for the codes inside a record's claims, in Arabic, French and English: what a page or a form shows for them.

Vocabularies that agreements use too (roles, categories, purposes …) are those of `sentences.law.words`. A test walks
`exchange.model.vocab` and names what has no word. Countries: `sentences.law.countries`.
"""

from __future__ import annotations

from typing import Final

from exchange.policies.agreement import Text
from exchange.sentences.law import words as law


def _rows(text: str) -> dict[str, Text]:
    """Lines of `code|Arabic|French|English`."""
    found = {}
    for line in text.strip().splitlines():
        code, ar, fr, en = line.split("|")
        found[code] = Text(ar, fr, en)
    return found


KIND: Final = _rows("""
person|شخص|personne|person
group|جماعة|groupe|group
network|شبكة|réseau|network
camp|معسكر|camp|camp
movement|تنقل|déplacement|movement
relation|علاقة|lien|relation
assessment|تقدير|appréciation|assessment
""")
NAME_TYPE: Final = _rows("""
primary|الاسم الرئيسي|nom principal|main name
birth|الاسم عند الميلاد|nom de naissance|name at birth
former|اسم سابق|ancien nom|former name
maiden|اسم ما قبل الزواج|nom de jeune fille|maiden name
alias|اسم مستعار|pseudonyme|alias
kunya|كنية|kounya|kunya
nom_de_guerre|اسم حركي|nom de guerre|nom de guerre
transliteration|نقل حرفي إلى كتابة أخرى|translittération|transliteration
spelling|رسم آخر للاسم|autre graphie|other spelling
acronym|مختصر|sigle|acronym
""")
QUALITY: Final = _rows("""
good|موثوق|bonne qualité|good quality
low|ضعيف|qualité faible|low quality
""")
SCRIPT: Final = _rows("""
Arab|الكتابة العربية|écriture arabe|Arabic script
Latn|الكتابة اللاتينية|écriture latine|Latin script
Cyrl|الكتابة السيريلية|écriture cyrillique|Cyrillic script
Grek|الكتابة اليونانية|écriture grecque|Greek script
Hebr|الكتابة العبرية|écriture hébraïque|Hebrew script
Armn|الكتابة الأرمنية|écriture arménienne|Armenian script
Geor|الكتابة الجورجية|écriture géorgienne|Georgian script
Deva|كتابة الديفاناغري|écriture devanagari|Devanagari script
Beng|الكتابة البنغالية|écriture bengalie|Bengali script
Thaa|كتابة ثانا|écriture thâna|Thaana script
Hans|الكتابة الصينية المبسطة|écriture chinoise simplifiée|simplified Chinese script
Hant|الكتابة الصينية التقليدية|écriture chinoise traditionnelle|traditional Chinese script
Hani|الكتابة الصينية|écriture chinoise|Chinese script
Jpan|الكتابة اليابانية|écriture japonaise|Japanese script
Kore|الكتابة الكورية|écriture coréenne|Korean script
Thai|الكتابة التايلندية|écriture thaïe|Thai script
Zyyy|كتابة مختلطة أو غير معروفة|écriture mixte ou inconnue|mixed or unknown script
""")
NATIONALITY_STATUS: Final = _rows("""
confirmed|مثبتة|confirmée|confirmed
claimed|مدعاة|revendiquée|claimed
presumed|مفترضة|présumée|presumed
former|سابقة|ancienne|former
withdrawn|مسحوبة|retirée|withdrawn
disputed|محل خلاف|contestée|disputed
undisclosed|غير مفصح عنها|non communiquée|not disclosed
""")
GENDER: Final = _rows("""
male|ذكر|masculin|male
female|أنثى|féminin|female
other|آخر|autre|other
unknown|غير معروف|inconnu|unknown
""")
PRECISION: Final = _rows("""
exact|بالضبط|exacte|exact
approximate|تقريباً|approximative|approximate
range|بين تاريخين|entre deux dates|between two dates
year|السنة فقط|année seulement|year only
""")
CALENDAR: Final = _rows("""
gregorian|التقويم الميلادي|calendrier grégorien|Gregorian calendar
hijri|التقويم الهجري|calendrier hégirien|Hijri calendar
""")
DOCUMENT_TYPE: Final = _rows("""
passport|جواز سفر|passeport|passport
national_number|رقم التعريف الوطني|numéro national d'identité|national identity number
identity_card|بطاقة هوية|carte d'identité|identity card
residence_permit|رخصة إقامة|titre de séjour|residence permit
travel_document|وثيقة سفر|titre de voyage|travel document
driving_licence|رخصة سياقة|permis de conduire|driving licence
birth_certificate|شهادة ميلاد|acte de naissance|birth certificate
refugee_document|وثيقة لاجئ|document de réfugié|refugee document
military_card|بطاقة عسكرية|carte militaire|military card
registration|تسجيل|immatriculation|registration
tax_number|رقم ضريبي|numéro fiscal|tax number
other|وثيقة أخرى|autre document|other document
""")
FATE: Final = _rows("""
alive|على قيد الحياة|en vie|alive
dead|متوفى|décédé|dead
detained|محتجز|détenu|detained
returned|عائد|revenu|returned
missing|مفقود|disparu|missing
unknown|مجهول المصير|sort inconnu|fate unknown
""")
RELATION: Final = _rows("""
member_of|عضو في|membre de|member of
former_member_of|عضو سابق في|ancien membre de|former member of
leads|يقود|dirige|leads
works_with|يعمل مع|travaille avec|works with
knows|يعرف|connaît|knows
has_met|التقى بـ|a rencontré|has met
associated_with|على صلة بـ|en relation avec|associated with
supports|يدعم|soutient|supports
recruits|يجنّد|recrute|recruits
recruited_by|جنّده|recruté par|recruited by
facilitates_travel_of|يسهّل سفر|facilite le voyage de|facilitates the travel of
smuggles|يهرّب|fait passer|smuggles
trains|يدرّب|entraîne|trains
trained_at|تدرّب في|entraîné à|trained at
finances|يموّل|finance|finances
sibling_of|أخ أو أخت لـ|frère ou sœur de|sibling of
spouse_of|زوج أو زوجة لـ|conjoint de|spouse of
child_of|ابن أو ابنة لـ|enfant de|child of
parent_of|والد أو والدة لـ|parent de|parent of
same_as|هو نفسه|identique à|same as
not_same_as|ليس هو نفسه|distinct de|not the same as
travelled_with|سافر مع|a voyagé avec|travelled with
part_of|جزء من|fait partie de|part of
allied_with|متحالف مع|allié à|allied with
split_from|منشق عن|issu d'une scission de|split from
hostile_to|معادٍ لـ|hostile à|hostile to
operates_from|ينشط انطلاقاً من|opère depuis|operates from
located_at|موجود في|situé à|located at
controls|يسيطر على|contrôle|controls
""")
GROUP_TYPE: Final = _rows("""
armed_group|جماعة مسلحة|groupe armé|armed group
cell|خلية|cellule|cell
brigade|كتيبة|brigade|brigade
media|جهة إعلامية|organe de propagande|media outlet
charity|جمعية خيرية|association caritative|charity
company|شركة|société|company
other|نوع آخر|autre type|other type
""")
NETWORK_TYPE: Final = _rows("""
recruitment|تجنيد|recrutement|recruitment
smuggling|تهريب|passage clandestin|smuggling
finance|تمويل|financement|finance
documents|وثائق|documents|documents
logistics|إمداد|logistique|logistics
mixed|متعددة الأغراض|mixte|mixed
""")
CAMP_TYPE: Final = _rows("""
training|معسكر تدريب|camp d'entraînement|training camp
transit|مركز عبور|camp de transit|transit camp
detention|مكان احتجاز|lieu de détention|place of detention
displacement|مخيم نازحين|camp de déplacés|displacement camp
base|قاعدة|base|base
other|نوع آخر|autre type|other type
""")
MEANS: Final = _rows("""
air|جواً|par avion|by air
sea|بحراً|par mer|by sea
land|براً|par la route|by road
foot|سيراً على الأقدام|à pied|on foot
rail|بالقطار|par le train|by rail
unknown|وسيلة غير معروفة|moyen inconnu|means unknown
""")
EDUCATION: Final = _rows("""
none|دون تعليم|sans scolarité|none
primary|ابتدائي|primaire|primary
secondary|ثانوي|secondaire|secondary
university|جامعي|universitaire|university
unknown|غير معروف|inconnu|unknown
""")
SHARIA_LEVEL: Final = _rows("""
basic|مبتدئ|élémentaire|basic
intermediate|متوسط|moyen|intermediate
advanced|متقدم|avancé|advanced
""")
MARITAL: Final = _rows("""
single|أعزب أو عزباء|célibataire|single
married|متزوج أو متزوجة|marié ou mariée|married
divorced|مطلق أو مطلقة|divorcé ou divorcée|divorced
widowed|أرمل أو أرملة|veuf ou veuve|widowed
unknown|غير معروف|inconnu|unknown
""")
WARNING: Final = _rows("""
armed|مسلح|armé|armed
violent|عنيف|violent|violent
absconded|فار|en fuite|absconded
suicide_risk|خطر انتحار|risque de suicide|suicide risk
health_threat|خطر صحي|risque sanitaire|health threat
terrorism_related|صلة بالإرهاب|lien avec le terrorisme|related to terrorism
""")
ACTION: Final = _rows("""
analysis_only|للتحليل فقط|pour analyse seulement|analysis only
discreet_check|مراقبة خفية|contrôle discret|discreet check
inquiry_check|استجواب عند المراقبة|contrôle d'investigation|inquiry check
specific_check|تفتيش خاص|contrôle spécifique|specific check
stop_and_contact|إيقاف واتصال بالدولة المصدرة|retenir et contacter l'État émetteur|stop and contact the originator
""")
SOURCE_TYPE: Final = _rows("""
HUMINT|مصدر بشري (HUMINT)|source humaine (HUMINT)|human source (HUMINT)
SIGINT|إشارات (SIGINT)|signaux (SIGINT)|signals (SIGINT)
OSINT|مصدر مفتوح (OSINT)|source ouverte (OSINT)|open source (OSINT)
IMINT|صور (IMINT)|imagerie (IMINT)|imagery (IMINT)
FININT|مالي (FININT)|financier (FININT)|financial (FININT)
SOCMINT|شبكات اجتماعية (SOCMINT)|réseaux sociaux (SOCMINT)|social media (SOCMINT)
TECHINT|تقني (TECHINT)|technique (TECHINT)|technical (TECHINT)
LIAISON|سلطة أجنبية|service étranger|foreign authority
COURT|القضاء|justice|court
""")
LIKELIHOOD: Final = _rows("""
almost_no_chance|شبه منعدم|presque exclu|almost no chance
very_unlikely|مستبعد جداً|très improbable|very unlikely
unlikely|مستبعد|improbable|unlikely
roughly_even_chance|متساوي الاحتمال تقريباً|à peu près une chance sur deux|roughly even chance
likely|مرجح|probable|likely
very_likely|مرجح جداً|très probable|very likely
almost_certain|شبه مؤكد|presque certain|almost certain
""")
CONFIDENCE: Final = _rows("""
low|ثقة ضعيفة|confiance faible|low confidence
moderate|ثقة متوسطة|confiance moyenne|moderate confidence
high|ثقة عالية|confiance élevée|high confidence
""")
FLAG: Final = _rows("""
obtained_under_duress|انتُزع تحت الإكراه|obtenu sous la contrainte|obtained under duress
torture_risk|خطر التعذيب|risque de torture|risk of torture
asylum|طالب لجوء|demandeur d'asile|asylum seeker
refugee|لاجئ|réfugié|refugee
humanitarian|عامل إنساني|acteur humanitaire|humanitarian worker
journalist|صحفي|journaliste|journalist
lawyer|محامٍ|avocat|lawyer
aid_corridor|ممر إغاثة|couloir humanitaire|aid corridor
neutrality_political|قد يكون الدافع سياسياً|motif politique possible|motive may be political
neutrality_military|قد يكون الدافع عسكرياً|motif militaire possible|motive may be military
neutrality_religious|قد يكون الدافع دينياً|motif religieux possible|motive may be religious
neutrality_racial|قد يكون الدافع عنصرياً|motif racial possible|motive may be racial
""")
SIGNOFF: Final = _rows("""
neutrality|الحياد|neutralité|neutrality
listing|الإدراج في القائمة|inscription sur la liste|listing
best_interest|مصلحة الطفل الفضلى|intérêt supérieur de l'enfant|best interest of the child
retention|مدة الحفظ|durée de conservation|retention
torture_risk|خطر التعذيب|risque de torture|risk of torture
""")
BLOOD_TYPE: Final = {code: Text(code, code, code) for code in ("A+", "A-", "B+", "B-", "AB+", "AB-", "O+", "O-")}
LIST: Final = {code: Text(each.ar, each.fr, each.en) for code, each in law.LISTS.items()}
SOURCES: Final = {
    "admiralty": _rows("""
A|موثوق تماماً|tout à fait fiable|completely reliable
B|موثوق عادةً|habituellement fiable|usually reliable
C|موثوق إلى حد ما|assez fiable|fairly reliable
D|غير موثوق عادةً|généralement peu fiable|not usually reliable
E|غير موثوق|non fiable|unreliable
F|لا يمكن الحكم على موثوقيته|fiabilité impossible à apprécier|reliability cannot be judged
"""),
    "4x4": _rows("""
A|لا شك في المصدر|source sans aucun doute|no doubt about the source
B|مصدر موثوق في معظم الحالات|source fiable le plus souvent|source mostly reliable
C|مصدر غير موثوق في معظم الحالات|source peu fiable le plus souvent|source mostly unreliable
X|لا يمكن تقييم المصدر|source impossible à évaluer|source cannot be assessed
"""),
}
"""Scale -> letter -> what it says of the source."""
INFORMATION: Final = {
    "admiralty": _rows("""
1|أكدته مصادر أخرى|confirmé par d'autres sources|confirmed by other sources
2|صحيح على الأرجح|probablement vrai|probably true
3|قد يكون صحيحاً|peut-être vrai|possibly true
4|مشكوك فيه|douteux|doubtful
5|بعيد الاحتمال|improbable|improbable
6|لا يمكن الحكم على صحته|véracité impossible à apprécier|truth cannot be judged
"""),
    "4x4": _rows("""
1|صحته مؤكدة|exact sans réserve|known to be true without reservation
2|عاينه المصدر دون الجهة المبلِّغة|connu de la source, non du service|known to the source, not to the service
3|لم يعاينه المصدر، وتسنده معلومات أخرى|inconnu de la source, mais corroboré|not known to the source, but corroborated
4|لم يعاينه المصدر، ولا يسنده شيء|inconnu de la source et non corroboré|not known to the source, not corroborated
"""),
}
"""Scale -> figure -> what it says of the information."""

VOCABULARIES: Final[dict[str, dict[str, Text]]] = {
    "kind": KIND,
    "name type": NAME_TYPE,
    "name quality": QUALITY,
    "script": SCRIPT,
    "nationality status": NATIONALITY_STATUS,
    "region": law.REGIONS,
    "precision": PRECISION,
    "calendar": CALENDAR,
    "document type": DOCUMENT_TYPE,
    "gender": GENDER,
    "education": EDUCATION,
    "blood type": BLOOD_TYPE,
    "role": law.ROLES,
    "sharia level": SHARIA_LEVEL,
    "fate": FATE,
    "warning": WARNING,
    "marital status": MARITAL,
    "group type": GROUP_TYPE,
    "network type": NETWORK_TYPE,
    "camp type": CAMP_TYPE,
    "means": MEANS,
    "list": LIST,
    "relation": RELATION,
    "likelihood": LIKELIHOOD,
    "confidence": CONFIDENCE,
    "purpose": law.PURPOSES,
    "caveat": law.CAVEATS,
    "action": ACTION,
    "subject category": law.CATEGORIES,
    "flag": FLAG,
    "source type": SOURCE_TYPE,
    "sign-off": SIGNOFF,
    "statement": law.STATEMENTS,
}
"""Name of a vocabulary, as the register of paths calls it where it does -> code -> words. TLP labels have none."""


def word(vocabulary: str, code: str, lang: str) -> str:
    """The words for one code; what has none stands for itself: labels of TLP 2.0, codes of a later version."""
    found = VOCABULARIES.get(vocabulary, {}).get(code)
    return code if found is None else str(getattr(found, lang))


def words(vocabulary: str, lang: str) -> list[tuple[str, str]]:
    """(code, words) of a whole vocabulary, in the order in which it is offered."""
    return [(code, str(getattr(text, lang))) for code, text in VOCABULARIES[vocabulary].items()]
