"""Country names, demonyms and obsolete forms, as outside lists write them, to ISO 3166-1 alpha-2.

Only what the UN list was seen to hold, plus the names of the states that the project is about. A name that is not
here is reported by the importer and kept as text; nothing is guessed. Spec: docs/spec/records.md §7.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Found(NamedTuple):
    """A country read from a text."""

    code: str
    whole: bool
    """False where the text says more than the country: then the text must be kept too."""
    status: str = "confirmed"
    """What the text says of a nationality."""


_NAMES: Final = {
    "AE": "United Arab Emirates|UAE|Emirati",
    "AF": "Afghanistan|Afghan",
    "AL": "Albania|Albanian",
    "BA": "Bosnia and Herzegovina|Bosnian",
    "BD": "Bangladesh|Bangladeshi",
    "BE": "Belgium|Belgian",
    "BF": "Burkina Faso",
    "BG": "Bulgaria|Bulgarian",
    "BH": "Bahrain|Bahraini",
    "BR": "Brazil|Brazilian",
    "CD": "Democratic Republic of the Congo|DRC",
    "CF": "Central African Republic|Central African",
    "CG": "Congo|Republic of the Congo",
    "CH": "Switzerland|Swiss",
    "CI": "Côte d'Ivoire|Ivory Coast|Ivorian",
    "CN": "China|Chinese",
    "CY": "Cyprus|Cypriot",
    "DE": "Germany|German",
    "DZ": "Algeria|Algerian",
    "EG": "Egypt|Egyptian",
    "ER": "Eritrea|Eritrean",
    "ET": "Ethiopia|Ethiopian",
    "FR": "France|French",
    "GA": "Gabon|Gabonese",
    "GB": "United Kingdom|United Kingdom of Great Britain and Northern Ireland|UK|British",
    "GE": "Georgia|Georgian",
    "GM": "Gambia|The Gambia|Gambian",
    "GQ": "Equatorial Guinea",
    "GR": "Greece|Greek",
    "GW": "Guinea-Bissau",
    "HK": "Hong Kong Special Administrative Region|China, Hong Kong Special Administrative Region",
    "HT": "Haiti|Haitian",
    "ID": "Indonesia|Indonesian",
    "IN": "India|Indian",
    "IQ": "Iraq|Iraqi",
    "IR": "Iran|Iran (Islamic Republic of)|Iranian",
    "IT": "Italy|Italian",
    "JO": "Jordan|Jordanian",
    "KE": "Kenya|Kenyan",
    "KM": "Comoros|Union of the Comoros|Comorian",
    "KP": "Democratic People's Republic of Korea|DPRK|RPDC",
    "KW": "Kuwait|Kuwaiti",
    "KZ": "Kazakhstan|Khazakhstan",
    "LB": "Lebanon|Lebanese",
    "LI": "Liechtenstein",
    "LR": "Liberia|Liberian",
    "LY": "Libya|Libyan|Libyan Arab Jamahiriya",
    "MA": "Morocco|Moroccan",
    "MD": "Moldova|Moldovan",
    "MH": "Marshall Islands",
    "ML": "Mali|Malian",
    "MM": "Myanmar",
    "MR": "Mauritania|Mauritanian",
    "MY": "Malaysia|Malaysian",
    "NE": "Niger",
    "NG": "Nigeria|Nigerian",
    "NL": "Netherlands|The Netherlands|Dutch",
    "NO": "Norway|Norwegian",
    "OM": "Oman|Sultanate of Oman|Omani",
    "PA": "Panama|Panamanian",
    "PH": "Philippines|The Philippines|Filipino",
    "PK": "Pakistan|Pakistani",
    "PS": "State of Palestine|Palestinian Territories|Palestinian",
    "QA": "Qatar|Qatari",
    "RS": "Serbia|Serbian",
    "RU": "Russian Federation|Russia|Russian",
    "RW": "Rwanda|Rwandan",
    "SA": "Saudi Arabia|Saudi Arabian|Saudi",
    "SD": "Sudan|Sudanese",
    "SE": "Sweden|Swedish",
    "SG": "Singapore|Singaporean",
    "SN": "Senegal|Senegalese",
    "SO": "Somalia|Somali",
    "SS": "South Sudan|South Sudanese",
    "SY": "Syrian Arab Republic|Syria|Syrian",
    "TD": "Chad|Chadian",
    "TJ": "Tajikistan|Tajik",
    "TN": "Tunisia|Tunisian",
    "TR": "Turkey|Türkiye|Turkish",
    "TT": "Trinidad and Tobago",
    "TZ": "United Republic of Tanzania|Tanzania|Tanzanian",
    "UG": "Uganda|Ugandan",
    "US": "United States of America|United States|USA|US|American",
    "UZ": "Uzbekistan|Uzbek",
    "VG": "British Virgin Islands",
    "VN": "Viet Nam|Vietnamese",
    "YE": "Yemen|Yemeni",
    "ZA": "South Africa|South African",
}
_MORE: Final = {
    "amman, jordan": Found("JO", False),
    "bahrain (citizenship revoked in jan. 2015)": Found("BH", False, "withdrawn"),
    "branch office 11: iran": Found("IR", False),
    "congolese": Found("CD", False, "presumed"),
    "in prision in germany": Found("DE", False),
    "in prison in germany": Found("DE", False),
    "indonesia (as at dec. 2003)": Found("ID", False),
    "indonesian passport": Found("ID", False),
    "iran / unknown": Found("IR", False, "presumed"),
    "jordanian of palestinian origin": Found("JO", False),
    "kuwait, (residence as at march 2009 and at december 2013)": Found("KW", False),
    "kuwaiti citizenship withdrawn in 2002": Found("KW", False, "withdrawn"),
    "libya (in custody)": Found("LY", False),
    "located in syria": Found("SY", False),
    "milan": Found("IT", False),
    "operates in syria": Found("SY", False),
    "possibly ethiopian": Found("ET", False, "presumed"),
    "reportedly located in waziristan, federally administered tribal areas, pakistan": Found("PK", False),
    "stateless palestinian": Found("PS", False, "disputed"),
    "sudanese by birth": Found("SD", False, "presumed"),
    "support network in iraq": Found("IQ", False),
    "tunisian passport": Found("TN", False),
    "unconfirmed (likely iran)": Found("IR", False, "presumed"),
    "united arab emirates (possibly)": Found("AE", False, "presumed"),
    "united states. also believed to hold syrian nationality": Found("US", False),
    "department of internal affairs (ovd), kirovskiy district, republic of dagestan, the russian federation": Found(
        "RU", False
    ),
    "federal migration service of the russian federation": Found("RU", False),
}


def _fold(text: str) -> str:
    return " ".join(text.replace("’", "'").casefold().split())


_ALL: Final = _MORE | {_fold(name): Found(code, True) for code, names in _NAMES.items() for name in names.split("|")}


def country(text: str) -> Found | None:
    """The country that a text names, or None."""
    return _ALL.get(_fold(text))
