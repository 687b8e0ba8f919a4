"""Names of states and territories in Arabic, French (with the article) and English, by ISO 3166-1 alpha-2 code.

Short forms as the United Nations use them where it uses one. A name takes no position on anybody's status.
Spec: docs/spec/policy.md §12.
"""

from __future__ import annotations

from typing import Final

from exchange.policies.agreement import Text

_ROWS: Final = """
AD|أندورا|Andorre|Andorra
AE|الإمارات العربية المتحدة|les Émirats arabes unis|the United Arab Emirates
AF|أفغانستان|l'Afghanistan|Afghanistan
AG|أنتيغوا وبربودا|Antigua-et-Barbuda|Antigua and Barbuda
AI|أنغويلا|Anguilla|Anguilla
AL|ألبانيا|l'Albanie|Albania
AM|أرمينيا|l'Arménie|Armenia
AO|أنغولا|l'Angola|Angola
AQ|أنتاركتيكا|l'Antarctique|Antarctica
AR|الأرجنتين|l'Argentine|Argentina
AS|ساموا الأمريكية|les Samoa américaines|American Samoa
AT|النمسا|l'Autriche|Austria
AU|أستراليا|l'Australie|Australia
AW|أروبا|Aruba|Aruba
AX|جزر آلاند|les îles Åland|the Åland Islands
AZ|أذربيجان|l'Azerbaïdjan|Azerbaijan
BA|البوسنة والهرسك|la Bosnie-Herzégovine|Bosnia and Herzegovina
BB|بربادوس|la Barbade|Barbados
BD|بنغلاديش|le Bangladesh|Bangladesh
BE|بلجيكا|la Belgique|Belgium
BF|بوركينا فاسو|le Burkina Faso|Burkina Faso
BG|بلغاريا|la Bulgarie|Bulgaria
BH|البحرين|Bahreïn|Bahrain
BI|بوروندي|le Burundi|Burundi
BJ|بنين|le Bénin|Benin
BL|سان بارتليمي|Saint-Barthélemy|Saint Barthélemy
BM|برمودا|les Bermudes|Bermuda
BN|بروناي|le Brunéi Darussalam|Brunei Darussalam
BO|بوليفيا|la Bolivie|Bolivia
BQ|بونير وسينت أوستاتيوس وسابا|Bonaire, Saint-Eustache et Saba|Bonaire, Sint Eustatius and Saba
BR|البرازيل|le Brésil|Brazil
BS|جزر البهاما|les Bahamas|the Bahamas
BT|بوتان|le Bhoutan|Bhutan
BV|جزيرة بوفيه|l'île Bouvet|Bouvet Island
BW|بوتسوانا|le Botswana|Botswana
BY|بيلاروس|le Bélarus|Belarus
BZ|بليز|le Belize|Belize
CA|كندا|le Canada|Canada
CC|جزر كوكوس|les îles Cocos|the Cocos Islands
CD|جمهورية الكونغو الديمقراطية|la République démocratique du Congo|the Democratic Republic of the Congo
CF|جمهورية أفريقيا الوسطى|la République centrafricaine|the Central African Republic
CG|الكونغو|le Congo|Congo
CH|سويسرا|la Suisse|Switzerland
CI|كوت ديفوار|la Côte d'Ivoire|Côte d'Ivoire
CK|جزر كوك|les îles Cook|the Cook Islands
CL|تشيلي|le Chili|Chile
CM|الكاميرون|le Cameroun|Cameroon
CN|الصين|la Chine|China
CO|كولومبيا|la Colombie|Colombia
CR|كوستاريكا|le Costa Rica|Costa Rica
CU|كوبا|Cuba|Cuba
CV|كابو فيردي|Cabo Verde|Cabo Verde
CW|كوراساو|Curaçao|Curaçao
CX|جزيرة كريسماس|l'île Christmas|Christmas Island
CY|قبرص|Chypre|Cyprus
CZ|التشيك|la Tchéquie|Czechia
DE|ألمانيا|l'Allemagne|Germany
DJ|جيبوتي|Djibouti|Djibouti
DK|الدانمرك|le Danemark|Denmark
DM|دومينيكا|la Dominique|Dominica
DO|الجمهورية الدومينيكية|la République dominicaine|the Dominican Republic
DZ|الجزائر|l'Algérie|Algeria
EC|الإكوادور|l'Équateur|Ecuador
EE|إستونيا|l'Estonie|Estonia
EG|مصر|l'Égypte|Egypt
EH|الصحراء الغربية|le Sahara occidental|Western Sahara
ER|إريتريا|l'Érythrée|Eritrea
ES|إسبانيا|l'Espagne|Spain
ET|إثيوبيا|l'Éthiopie|Ethiopia
FI|فنلندا|la Finlande|Finland
FJ|فيجي|les Fidji|Fiji
FK|جزر فوكلاند (مالفيناس)|les îles Falkland (Malvinas)|the Falkland Islands (Malvinas)
FM|ميكرونيزيا|la Micronésie|Micronesia
FO|جزر فارو|les îles Féroé|the Faroe Islands
FR|فرنسا|la France|France
GA|الغابون|le Gabon|Gabon
GB|المملكة المتحدة|le Royaume-Uni|the United Kingdom
GD|غرينادا|la Grenade|Grenada
GE|جورجيا|la Géorgie|Georgia
GF|غويانا الفرنسية|la Guyane française|French Guiana
GG|غيرنزي|Guernesey|Guernsey
GH|غانا|le Ghana|Ghana
GI|جبل طارق|Gibraltar|Gibraltar
GL|غرينلاند|le Groenland|Greenland
GM|غامبيا|la Gambie|the Gambia
GN|غينيا|la Guinée|Guinea
GP|غوادلوب|la Guadeloupe|Guadeloupe
GQ|غينيا الاستوائية|la Guinée équatoriale|Equatorial Guinea
GR|اليونان|la Grèce|Greece
GS|جورجيا الجنوبية وجزر ساندويتش|la Géorgie du Sud et les Sandwich du Sud|South Georgia and the South Sandwich Islands
GT|غواتيمالا|le Guatemala|Guatemala
GU|غوام|Guam|Guam
GW|غينيا - بيساو|la Guinée-Bissau|Guinea-Bissau
GY|غيانا|le Guyana|Guyana
HK|هونغ كونغ|Hong Kong|Hong Kong
HM|جزيرة هيرد وجزر ماكدونالد|les îles Heard-et-MacDonald|the Heard Island and McDonald Islands
HN|هندوراس|le Honduras|Honduras
HR|كرواتيا|la Croatie|Croatia
HT|هايتي|Haïti|Haiti
HU|هنغاريا|la Hongrie|Hungary
ID|إندونيسيا|l'Indonésie|Indonesia
IE|أيرلندا|l'Irlande|Ireland
IL|إسرائيل|Israël|Israel
IM|جزيرة مان|l'île de Man|the Isle of Man
IN|الهند|l'Inde|India
IO|الإقليم البريطاني في المحيط الهندي|le Territoire britannique de l'océan Indien|the British Indian Ocean Territory
IQ|العراق|l'Iraq|Iraq
IR|إيران|l'Iran|Iran
IS|آيسلندا|l'Islande|Iceland
IT|إيطاليا|l'Italie|Italy
JE|جيرسي|Jersey|Jersey
JM|جامايكا|la Jamaïque|Jamaica
JO|الأردن|la Jordanie|Jordan
JP|اليابان|le Japon|Japan
KE|كينيا|le Kenya|Kenya
KG|قيرغيزستان|le Kirghizistan|Kyrgyzstan
KH|كمبوديا|le Cambodge|Cambodia
KI|كيريباتي|Kiribati|Kiribati
KM|جزر القمر|les Comores|the Comoros
KN|سانت كيتس ونيفيس|Saint-Christophe-et-Niévès|Saint Kitts and Nevis
KP|كوريا الشعبية الديمقراطية|la République populaire démocratique de Corée|the Democratic People's Republic of Korea
KR|جمهورية كوريا|la République de Corée|the Republic of Korea
KW|الكويت|le Koweït|Kuwait
KY|جزر كايمان|les îles Caïmans|the Cayman Islands
KZ|كازاخستان|le Kazakhstan|Kazakhstan
LA|لاوس|le Laos|Laos
LB|لبنان|le Liban|Lebanon
LC|سانت لوسيا|Sainte-Lucie|Saint Lucia
LI|ليختنشتاين|le Liechtenstein|Liechtenstein
LK|سريلانكا|Sri Lanka|Sri Lanka
LR|ليبيريا|le Liberia|Liberia
LS|ليسوتو|le Lesotho|Lesotho
LT|ليتوانيا|la Lituanie|Lithuania
LU|لوكسمبورغ|le Luxembourg|Luxembourg
LV|لاتفيا|la Lettonie|Latvia
LY|ليبيا|la Libye|Libya
MA|المغرب|le Maroc|Morocco
MC|موناكو|Monaco|Monaco
MD|جمهورية مولدوفا|la République de Moldova|the Republic of Moldova
ME|الجبل الأسود|le Monténégro|Montenegro
MF|سان مارتن|Saint-Martin|Saint Martin
MG|مدغشقر|Madagascar|Madagascar
MH|جزر مارشال|les îles Marshall|the Marshall Islands
MK|مقدونيا الشمالية|la Macédoine du Nord|North Macedonia
ML|مالي|le Mali|Mali
MM|ميانمار|le Myanmar|Myanmar
MN|منغوليا|la Mongolie|Mongolia
MO|ماكاو|Macao|Macao
MP|جزر ماريانا الشمالية|les îles Mariannes du Nord|the Northern Mariana Islands
MQ|المارتينيك|la Martinique|Martinique
MR|موريتانيا|la Mauritanie|Mauritania
MS|مونتسرات|Montserrat|Montserrat
MT|مالطا|Malte|Malta
MU|موريشيوس|Maurice|Mauritius
MV|ملديف|les Maldives|the Maldives
MW|ملاوي|le Malawi|Malawi
MX|المكسيك|le Mexique|Mexico
MY|ماليزيا|la Malaisie|Malaysia
MZ|موزمبيق|le Mozambique|Mozambique
NA|ناميبيا|la Namibie|Namibia
NC|كاليدونيا الجديدة|la Nouvelle-Calédonie|New Caledonia
NE|النيجر|le Niger|Niger
NF|جزيرة نورفولك|l'île Norfolk|Norfolk Island
NG|نيجيريا|le Nigeria|Nigeria
NI|نيكاراغوا|le Nicaragua|Nicaragua
NL|هولندا|les Pays-Bas|the Netherlands
NO|النرويج|la Norvège|Norway
NP|نيبال|le Népal|Nepal
NR|ناورو|Nauru|Nauru
NU|نيوي|Niue|Niue
NZ|نيوزيلندا|la Nouvelle-Zélande|New Zealand
OM|عُمان|Oman|Oman
PA|بنما|le Panama|Panama
PE|بيرو|le Pérou|Peru
PF|بولينيزيا الفرنسية|la Polynésie française|French Polynesia
PG|بابوا غينيا الجديدة|la Papouasie-Nouvelle-Guinée|Papua New Guinea
PH|الفلبين|les Philippines|the Philippines
PK|باكستان|le Pakistan|Pakistan
PL|بولندا|la Pologne|Poland
PM|سان بيير ومكويلون|Saint-Pierre-et-Miquelon|Saint Pierre and Miquelon
PN|جزر بيتكيرن|les îles Pitcairn|the Pitcairn Islands
PR|بورتوريكو|Porto Rico|Puerto Rico
PS|فلسطين|la Palestine|Palestine
PT|البرتغال|le Portugal|Portugal
PW|بالاو|les Palaos|Palau
PY|باراغواي|le Paraguay|Paraguay
QA|قطر|le Qatar|Qatar
RE|روينيون|la Réunion|Réunion
RO|رومانيا|la Roumanie|Romania
RS|صربيا|la Serbie|Serbia
RU|روسيا|la Russie|Russia
RW|رواندا|le Rwanda|Rwanda
SA|المملكة العربية السعودية|l'Arabie saoudite|Saudi Arabia
SB|جزر سليمان|les îles Salomon|the Solomon Islands
SC|سيشل|les Seychelles|Seychelles
SD|السودان|le Soudan|Sudan
SE|السويد|la Suède|Sweden
SG|سنغافورة|Singapour|Singapore
SH|سانت هيلينا|Sainte-Hélène|Saint Helena
SI|سلوفينيا|la Slovénie|Slovenia
SJ|سفالبارد وجان ماين|le Svalbard et Jan Mayen|Svalbard and Jan Mayen
SK|سلوفاكيا|la Slovaquie|Slovakia
SL|سيراليون|la Sierra Leone|Sierra Leone
SM|سان مارينو|Saint-Marin|San Marino
SN|السنغال|le Sénégal|Senegal
SO|الصومال|la Somalie|Somalia
SR|سورينام|le Suriname|Suriname
SS|جنوب السودان|le Soudan du Sud|South Sudan
ST|ساو تومي وبرينسيبي|Sao Tomé-et-Principe|Sao Tome and Principe
SV|السلفادور|le Salvador|El Salvador
SX|سينت مارتن|Saint-Martin (partie néerlandaise)|Sint Maarten
SY|سوريا|la Syrie|Syria
SZ|إسواتيني|l'Eswatini|Eswatini
TC|جزر تركس وكايكوس|les îles Turques-et-Caïques|the Turks and Caicos Islands
TD|تشاد|le Tchad|Chad
TF|الأقاليم الجنوبية الفرنسية|les Terres australes françaises|the French Southern Territories
TG|توغو|le Togo|Togo
TH|تايلاند|la Thaïlande|Thailand
TJ|طاجيكستان|le Tadjikistan|Tajikistan
TK|توكيلاو|les Tokélaou|Tokelau
TL|تيمور ليشتي|le Timor-Leste|Timor-Leste
TM|تركمانستان|le Turkménistan|Turkmenistan
TN|تونس|la Tunisie|Tunisia
TO|تونغا|les Tonga|Tonga
TR|تركيا|la Turquie|Türkiye
TT|ترينيداد وتوباغو|Trinité-et-Tobago|Trinidad and Tobago
TV|توفالو|Tuvalu|Tuvalu
TW|تايوان|Taïwan|Taiwan
TZ|تنزانيا|la Tanzanie|Tanzania
UA|أوكرانيا|l'Ukraine|Ukraine
UG|أوغندا|l'Ouganda|Uganda
UM|جزر الولايات المتحدة البعيدة|les îles mineures éloignées des États-Unis|the United States Minor Outlying Islands
US|الولايات المتحدة الأمريكية|les États-Unis d'Amérique|the United States of America
UY|أورغواي|l'Uruguay|Uruguay
UZ|أوزبكستان|l'Ouzbékistan|Uzbekistan
VA|الكرسي الرسولي|le Saint-Siège|the Holy See
VC|سانت فنسنت وجزر غرينادين|Saint-Vincent-et-les Grenadines|Saint Vincent and the Grenadines
VE|فنزويلا|le Venezuela|Venezuela
VG|جزر فيرجن البريطانية|les îles Vierges britanniques|the British Virgin Islands
VI|جزر فيرجن الأمريكية|les îles Vierges des États-Unis|the United States Virgin Islands
VN|فيتنام|le Viet Nam|Viet Nam
VU|فانواتو|le Vanuatu|Vanuatu
WF|جزر والس وفوتونا|Wallis-et-Futuna|Wallis and Futuna
WS|ساموا|le Samoa|Samoa
XK|كوسوفو|le Kosovo|Kosovo
YE|اليمن|le Yémen|Yemen
YT|مايوت|Mayotte|Mayotte
ZA|جنوب أفريقيا|l'Afrique du Sud|South Africa
ZM|زامبيا|la Zambie|Zambia
ZW|زيمبابوي|le Zimbabwe|Zimbabwe
"""

COUNTRIES: Final[dict[str, Text]] = {
    code: Text(arabic, french, english)
    for code, arabic, french, english in (row.split("|") for row in _ROWS.split("\n") if row)
}
"""Code -> name inside a sentence: `the United Arab Emirates`, `les Émirats arabes unis`."""
