"""Steps 17 and 18 of the tour: hit or no hit with a partner, lists unseen; and a partner that is told a level only."""

from __future__ import annotations

import time
from typing import Any, Final

from exchange.cli.demo import processes
from exchange.cli.demo.place import CONTACT_ONLY, Place
from exchange.cli.demo.stage import TRAVEL, Facts, Tour, check
from exchange.cli.demo.terminal import Terminal

BLINDED: Final = "AG-DZ-KW"
LEVEL_ONLY: Final = "AG-DZ-QA"
CONTACT: Final = "contact"
KNOWN_S: Final = 30.0
_CASE: Final = "SYNTHETIC-2026-7"


def blinded(tour: Tour) -> Facts:
    """17: in Arabic at KW, in French at DZ; found although neither shows its list."""
    tour.run("approver-kw", "match", "answer", "--contact", "SYNTHETIC desk, +000 00 000 001")
    tour.run("officer-kw", "match", "prepare", "DZ")
    cast = tour.place.cast
    shown = {code: tour.run(f"officer-{code.lower()}", "record", "show", cast[part]) for code, part in _SAME.items()}
    for code, record in shown.items():
        tour.show(f"    {code}:", _name(record))
    found = _ask(tour, "KW", BLINDED, TRAVEL, cast[_SAME["DZ"]], cast["victim"])
    hit, none = found
    check(hit["level"] > 0 and bool(hit["contact"]), "no hit")
    check(none["level"] == 0 and not none["contact"], "a hit about somebody whom KW does not hold")
    return {"level": hit["level"], "contact": bool(hit["contact"]), "other": none["level"]}


def level(tour: Tour) -> Facts:
    """18: Qatar comes in; its agreement answers with a level: no contact, no record, no name."""
    place = tour.place
    processes.start(place, [CONTACT_ONLY], only=["web", "partner"])
    try:
        _meet(tour, "DZ", CONTACT_ONLY)
        _meet(tour, CONTACT_ONLY, "DZ")
        _prepared(tour)
        (hit,) = _ask(tour, CONTACT_ONLY, LEVEL_ONLY, CONTACT, place.cast[_SAME["DZ"]])
    finally:
        processes.stop(place, [CONTACT_ONLY])
    check(hit["level"] > 0 and not hit["contact"], "not a level alone")
    return {"level": hit["level"], "contact": bool(hit["contact"])}


_SAME: Final = {"DZ": "french", "KW": "arabic"}
"""Node -> its record of the same person."""


def _ask(tour: Tour, partner: str, agreement: str, purpose: str, *records: str) -> Any:
    words = [word for record in records for word in ("--record", record)]
    asked = ("match", "ask", partner, "--agreement", agreement, "--purpose", purpose, "--case", _CASE)
    found = tour.run("officer-dz", *asked, *words)["persons"]
    for row in found:
        tour.show(f"    {partner}: {row['level']}", row["contact"] or "-")
    return found


def _prepared(tour: Tour) -> None:
    """Qatar's set for Algeria, as soon as the listener there has taken the new partner's certificate in."""
    words = ("match", "prepare", "DZ")
    end = time.monotonic() + KNOWN_S
    while Terminal(tour.place, tour.out.lang).run("officer-qa", *words).exit_code and time.monotonic() < end:
        time.sleep(0.5)
    tour.run("officer-qa", *words)


def _meet(tour: Tour, code: str, other: str) -> None:
    """`code` takes the card of `other`, whose fingerprint was compared by voice."""
    card = _card(tour.place, other)
    tour.run(f"admin-{other.lower()}", "partner", "card", "--out", card)
    fingerprint = tour.place.fingerprints[other]
    tour.run(f"admin-{code.lower()}", "partner", "add", card, "--fingerprint", fingerprint)


def _card(place: Place, code: str) -> str:
    return str(place.folder / f"{code.lower()}.card")


def _name(record: Any) -> str:
    return str(next(claim["value"]["text"] for claim in record["claims"] if claim["path"] == "name.full"))
