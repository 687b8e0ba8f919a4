"""Dates, times and numbers as a reader wants them: Gregorian or with Hijri beside it, Latin or Arabic digits.

Times are told in UTC and say so: officers of several states read the same page. Digits inside identifiers never
change. Sources: CLDR (babel), Umm al-Qura calendar (hijridate).
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Final

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from hijridate import Gregorian

from exchange.model.sessions import Preferences

_TO_ARABIC: Final = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_TO_LATIN: Final = str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")
_MONTH_NAMES: Final = {
    "ar": "محرم صفر ربيع_الأول ربيع_الآخر جمادى_الأولى جمادى_الآخرة رجب شعبان رمضان شوال ذو_القعدة ذو_الحجة",
    "fr": "mouharram safar rabia_al_awal rabia_ath_thani joumada_al_oula joumada_ath_thania rajab chaabane ramadan "
    "chawwal dhou_al_qi`da dhou_al_hijja",
    "en": "Muharram Safar Rabi`_I Rabi`_II Jumada_I Jumada_II Rajab Sha`ban Ramadan Shawwal Dhu_al-Qa`da Dhu_al-Hijja",
}
_MONTHS: Final = {
    lang: [name.replace("_", " ").replace("`", "’") for name in names.split()] for lang, names in _MONTH_NAMES.items()
}
_MOMENTS: Final = {"ar": "d MMM y، HH:mm", "fr": "d MMM y, HH:mm", "en": "d MMM y, HH:mm"}
_ERA: Final = {"ar": "هـ", "fr": "H.", "en": "AH"}
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MONTH: Final = re.compile(r"\d{4}-\d{2}", re.ASCII)
_YEAR: Final = re.compile(r"\d{4}", re.ASCII)
HIJRI_FROM, HIJRI_TO = date(1924, 8, 1), date(2077, 11, 16)
"""What the tables of Umm al-Qura cover."""


def digits(text: str, wanted: Preferences) -> str:
    """The text with the digits that the reader chose."""
    latin = text.translate(_TO_LATIN)
    return latin.translate(_TO_ARABIC) if wanted.digits == "arab" else latin


def number(value: int, wanted: Preferences) -> str:
    """A count, grouped as the language groups."""
    return digits(format_decimal(value, locale=_locale(wanted)), wanted)


def moment(at: datetime, wanted: Preferences) -> str:
    """Day and time in UTC, to the minute."""
    local = at.astimezone(UTC)
    told = format_datetime(local, _MOMENTS[wanted.lang], tzinfo=UTC, locale=_locale(wanted))
    return _with_hijri(digits(told, wanted) + " UTC", local.date(), wanted)


def day(at: date, wanted: Preferences) -> str:
    """One day."""
    return _with_hijri(digits(format_date(at, "d MMMM y", locale=_locale(wanted)), wanted), at, wanted)


def partial(text: str, wanted: Preferences) -> str:
    """An ISO date of a record, as exact as it is: a day, a month or a year. Anything else is told as it stands."""
    try:
        if _DAY.fullmatch(text):
            return day(date.fromisoformat(text), wanted)
        if _MONTH.fullmatch(text):
            return digits(format_date(date.fromisoformat(f"{text}-01"), "MMMM y", locale=_locale(wanted)), wanted)
    except ValueError:
        return text
    return digits(text, wanted) if _YEAR.fullmatch(text) else text


def hijri(at: date, wanted: Preferences) -> str:
    """The day in the Umm al-Qura calendar; empty outside what its tables cover."""
    if not HIJRI_FROM <= at <= HIJRI_TO:
        return ""
    found = Gregorian.fromdate(at).to_hijri()
    told = f"{found.day} {_MONTHS[wanted.lang][found.month - 1]} {found.year} {_ERA[wanted.lang]}"
    return digits(told, wanted)


def _with_hijri(told: str, at: date, wanted: Preferences) -> str:
    other = hijri(at, wanted) if wanted.calendar == "both" else ""
    return f"{told} ({other})" if other else told


def _locale(wanted: Preferences) -> str:
    """Arabic with the month names of the Maghreb or Mashriq would need a country; the common ones are used."""
    return wanted.lang
