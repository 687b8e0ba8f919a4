"""T-22: a full export, and an attacker with the list of all answers (names, document numbers): he learns nothing.

He computes every hash that the system could have made of an answer: plain, as a claim, with record ids and message ids,
under every code and key id that the export shows, in every encoding of ours. The control plants one such hash and finds
it.
"""

from __future__ import annotations

import json
import random
from hashlib import sha256
from itertools import islice
from typing import Final

import pytest

from exchange.crypto.encoding import b64, canonical, digest
from exchange.interop.synthetic import person
from exchange.model.claim_json import claim_to_json
from exchange.model.claims import Claim
from exchange.operations.audit import export_lines, note_export
from exchange.operations.read import read_own
from tests.federation import State
from tests.operations.in_memory import enacted
from tests.subjects import gulf_person
from tests.threats.guessing import guesses, hit, values
from tests.threats.lives import asked
from tests.threats.worlds import World

PEOPLE: Final = 60
"""Whose records the node handled."""
STRANGERS: Final = 200
"""More on the list, whom it never saw."""
PATHS: Final = ("name", "identity", "document", "birth")


def answers() -> list[Claim]:
    """Many names, numbers and dates; those of the node's own records among them."""
    people = [gulf_person(n) for n in range(PEOPLE)]
    people += [person(random.Random(n), n) for n in range(STRANGERS)]
    return [claim for claims in people for claim in claims if claim.path.startswith(PATHS)]


def handled(place: World) -> list[bytes]:
    """The export of a node that deposited, amended, read, released and was asked; the lines as an auditor has them."""
    dz = place["DZ"]
    refs = dz.deposit(*(gulf_person(n) for n in range(PEOPLE)))
    dz.push("KW", refs)
    dz.deliver("KW")
    asked(dz, "KW")
    with dz.node.store.write() as unit:
        for ref in refs[:5]:
            read_own(dz.node, unit, dz.staff.officer, ref)
    return exported(dz)


def exported(state: State) -> list[bytes]:
    return list(export_lines(state.node, note_export(state.node, state.staff.auditor)))


def dictionary() -> set[bytes]:
    """How an answer could have been written before it was hashed."""
    found: set[bytes] = set()
    for claim in answers():
        told = claim_to_json(claim)
        found |= {canonical(told), canonical(claim.value)}
        found.add(canonical({"path": claim.path, "value": claim.value}))
        if isinstance(claim.value, dict):
            texts = (text for text in claim.value.values() if isinstance(text, str) and len(text) > 3)
            found |= {form for text in texts for form in (text.encode(), text.upper().encode(), text.lower().encode())}
    return found


def names(place: World, lines: list[bytes]) -> list[bytes]:
    """What may stand beside an answer: codes, ids that the export shows, and ids of records, though it shows none."""
    with place["DZ"].node.store.read() as unit:
        ids = [line.ref.id.encode() for line in unit.records.lines(None, None, 2)]
    entries = [json.loads(line).get("entry", {}) for line in lines]
    shown = {str(entry[name]) for entry in entries for name in ("message", "release") if name in entry}
    return [b"DZ", *ids, *(each.encode() for each in islice(sorted(shown), 2))]


def test_a_ledger_answers_no_guess(lone: World) -> None:
    lines = handled(lone)
    kept, candidates = values(lines), dictionary()
    assert len(candidates) > 1000
    assert len(kept) > 500
    keys = [lone["DZ"].node.keys.root_fingerprint.encode(), bytes(32)]
    assert hit(kept, guesses(candidates, names(lone, lines), keys)) == set()


@pytest.mark.parametrize("form", ["hex", "base64", "list", "inside"])
@pytest.mark.parametrize("how", ["plain", "claim", "typed", "with an id"])
def test_the_search_finds_one_plain_hash(how: str, form: str) -> None:
    """The control: an entry that held a hash of one answer, in any of these forms, would be found."""
    lines = exported(enacted()["DZ"])
    claim = next(each for each in gulf_person(3) if each.path.startswith("name"))
    told, message = canonical(claim_to_json(claim)), b"msg-" + b"0" * 32
    made = {
        "plain": sha256(canonical(claim.value)).digest(),
        "claim": sha256(told).digest(),
        "typed": digest("exchange/claim/1", told),
        "with an id": sha256(message + told).digest(),
    }[how]
    planted = {
        "hex": canonical({"entry": {"digest": made.hex()}}),
        "base64": canonical({"entry": {"ref": b64(made)}}),
        "list": canonical({"entry": {"refs": [b64(bytes(32)), b64(made)]}}),
        "inside": canonical({"receipt": b64(b"before" + made + b"after, and so long that it is taken apart")}),
    }[form]
    candidates = [told, canonical(claim.value)]
    assert hit(values(lines), guesses(candidates, [message], [])) == set()
    assert hit(values([*lines, planted]), guesses(candidates, [message], []))
