"""Every vocabulary of a record's claims by one name, for forms and pages: what is offered, and what a code is called.

The words themselves stand in `record.words` and, where agreements use them too, in `law.words`. TLP labels have none.
"""

from __future__ import annotations

from typing import Final

from exchange.model.vocab import BLOOD_TYPES
from exchange.policies.agreement import Text
from exchange.sentences.law import words as law
from exchange.sentences.record import words as record

VOCABULARIES: Final[dict[str, dict[str, Text]]] = {
    **record.VOCABULARIES,
    "kind": record.KIND,
    "name type": record.NAME_TYPES,
    "name quality": record.NAME_QUALITIES,
    "script": record.SCRIPTS,
    "nationality status": record.NATIONALITY_STATUSES,
    "precision": record.PRECISIONS,
    "calendar": record.CALENDARS,
    "sign-off": record.SIGNOFFS,
    "region": law.REGIONS,
    "role": law.ROLES,
    "list": law.LISTS,
    "purpose": law.PURPOSES,
    "caveat": law.CAVEATS,
    "subject category": law.CATEGORIES,
    "statement": law.STATEMENTS,
    "blood type": {code: Text(code, code, code) for code in sorted(BLOOD_TYPES)},
}
"""Name of a vocabulary, as the register of paths calls it where it does -> code -> words."""


def word(vocabulary: str, code: str, lang: str) -> str:
    """The words for one code; what has none stands for itself: labels of TLP 2.0, codes of a later version."""
    found = VOCABULARIES.get(vocabulary, {}).get(code)
    return code if found is None else str(getattr(found, lang))


def words(vocabulary: str, lang: str) -> list[tuple[str, str]]:
    """(code, words) of a whole vocabulary, in the order in which it is offered."""
    return [(code, str(getattr(text, lang))) for code, text in VOCABULARIES[vocabulary].items()]
