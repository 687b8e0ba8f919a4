"""Paths about the record itself: the governance that always travels, the safeguards that never do, the source."""

from __future__ import annotations

from typing import Final

from exchange.model import vocab
from exchange.model.paths.checks import DATE, NOTE, REF, RENEWAL, SIGNOFF, TEXT, code
from exchange.model.paths.entry import entries
from exchange.model.vocab import PathClass

_ALL: Final = " ".join(vocab.Kind)

ENTRIES: Final = (
    *entries(
        PathClass.GOVERNANCE,
        _ALL,
        {
            "record.marking": code("TLP 2.0", vocab.TLP_BY_STRICTNESS),
            "record.legal_basis": TEXT,
            "record.purpose": code("purpose", vocab.PURPOSES),
            "record.review": DATE,
            "record.caveat": code("caveat", vocab.CAVEATS),
            "record.action": code("action", vocab.ACTIONS),
        },
    ),
    *entries(PathClass.GOVERNANCE, "person", {"record.category": code("subject category", vocab.CATEGORIES)}),
    *entries(
        PathClass.SAFEGUARD,
        _ALL,
        {
            "record.flag": code("flag", vocab.FLAGS),
            "record.assurance": TEXT,
            "record.signoff": SIGNOFF,
            "record.best_interest": NOTE,
            "record.first_issued": DATE,
            "record.renewal": RENEWAL,
        },
    ),
    *entries(
        PathClass.SOURCE,
        _ALL,
        {
            "record.source": TEXT,
            "source.type": code("source type", vocab.SOURCE_TYPES),
            "source.reference": TEXT,
            "source.record": REF,
        },
    ),
    *entries(PathClass.FREE_TEXT, _ALL, {"note": NOTE}),
)
