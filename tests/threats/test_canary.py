"""T-01, T-02, T-03, T-21, T-49: a unique text in every claim, and where it may be found: in the partner's reading only.

Searched in every encoding that `search.py` knows: all that crossed the simulated wire, both sides' databases (rows,
and for SQLite its files with the journal), logs at DEBUG, stdout and stderr, error texts and tracebacks of operations
that fail, and both audit exports. Not searched: the memory of processes, and the TLS connection of the real transport.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

import pytest

from exchange.crypto.encoding import canonical
from exchange.errors import ExchangeError
from exchange.model.claims import Claim, JsonObject
from exchange.model.messages import LegalReason, Recall, Request
from exchange.model.paths import PATHS
from exchange.model.records import Ref
from exchange.operations import agreements, people
from exchange.operations.audit import export_lines, note_export
from exchange.operations.breach import Breach, notify
from exchange.operations.deposit import Amendment, Draft, amend, deposit
from exchange.operations.heartbeat import answer_heartbeat, beat
from exchange.operations.known_partners import partner_in_use
from exchange.operations.messages import MessageWish, propose_message
from exchange.operations.preview import Question, preview
from exchange.operations.pull import pull
from exchange.operations.read import read_received
from exchange.operations.recalls import RecallAnswer, answer_recall
from exchange.operations.receipts import take_receipt
from exchange.operations.receive import receive
from exchange.operations.release import send
from tests.federation import AGREEMENT, PURPOSE, START, State
from tests.threats.planted import MARKER, PLAIN, planted, token, tokens_of
from tests.threats.search import hits, rest_of
from tests.threats.worlds import World

SAID = f"{MARKER}-said"
"""Stands in every text of a message."""
WITHOUT = frozenset({"record.flag", "record.signoff"})
"""A flagged person is another case; and a sign-off lifts what is not there."""


def tokens(claims: Iterable[Claim]) -> set[str]:
    return {each for claim in claims for each in tokens_of(claim)}


def everything(place: World) -> dict[str, bytes]:
    """What a partner, a thief of disks or an eavesdropper can get hold of."""
    found = {f"database {code}": rest_of(url) for code, url in place.urls.items()}
    found["wire"] = b"\n".join(data for _, _, data in place.federation.network.wire)
    for code in ("DZ", "KW"):
        state = place[code]
        size = note_export(state.node, state.staff.auditor)
        found[f"audit {code}"] = b"\n".join(export_lines(state.node, size))
    return found


@pytest.fixture(autouse=True)
def _listening(caplog: pytest.LogCaptureFixture) -> None:
    """Every logger at DEBUG before a node is made: the database library's logs each statement and the rows it got."""
    for name in (None, "sqlalchemy", "alembic", "psycopg"):
        caplog.set_level(logging.DEBUG, logger=name)


def disclosed(state: State, refs: list[Ref]) -> set[str]:
    """The tokens that the partner's officer reads."""
    found: set[str] = set()
    for ref in refs:
        with state.node.store.write() as unit:
            found |= tokens(read_received(state.node, unit, state.staff.officer, ref).claims)
    return found


def released(place: World) -> list[Ref]:
    """A person and a network, by push to KW and by pull to AE, with receipts and heartbeats."""
    dz = place["DZ"]
    refs = [*dz.deposit(planted("person", without=WITHOUT)), *dz.deposit(planted("network"), kind="network")]
    for code in ("AE", "KW"):
        assert [outcome.state for outcome in dz.push(code, refs)] == ["released"]
    assert dz.deliver("KW").accepted == 1
    told(place, refs[0])
    assert dz.deliver("KW").accepted == 2
    assert pull(place["AE"].node, "DZ").envelopes == 1
    beat(dz.node, "KW")
    return refs


def told(place: World, ref: Ref) -> None:
    """A recall and a question from DZ to KW, full of planted texts."""
    dz = place["DZ"]
    recall = Recall(PURPOSE, "", (ref,), "inaccurate", f"{SAID} note", "2027-01-01T00:00:00Z", None)
    question = Request(PURPOSE, "", f"{SAID} question", f"{SAID} basis", "8h", ())
    with dz.node.store.write() as unit:
        send(dz.node, unit, dz.staff.approver, MessageWish("KW", AGREEMENT, recall))
        proposal = propose_message(dz.node, unit, dz.staff.officer, MessageWish("KW", AGREEMENT, question))
    dz.approve(proposal)
    assert dz.release(proposal).state == "released"


def answered(place: World) -> None:
    """KW keeps what was recalled, with a legal reason; DZ tells of a breach; and what is refused, with its texts."""
    dz, kw = place["DZ"], place["KW"]
    with kw.node.store.read() as unit:
        (key,) = [each.key for each in unit.messages.page("in", None, 9) if each.type == "recall"]
    law = LegalReason("statute", f"{SAID} law")
    wish = RecallAnswer(key, "retained", (), law, "2027-01-01", f"{SAID} note")
    with pytest.raises(ExchangeError) as refused, kw.node.store.write() as unit:
        answer_recall(kw.node, unit, kw.staff.approver, replace(wish, outcome="destroyed"))
    assert MARKER not in "".join(traceback.format_exception(refused.value))
    with kw.node.store.write() as unit:
        answer_recall(kw.node, unit, kw.staff.approver, wish)
    assert kw.deliver("DZ").accepted == 1
    breach = Breach("KW", START - timedelta(hours=1), START + timedelta(hours=1), "theft")
    with dz.node.store.write() as unit:
        notify(dz.node, unit, dz.staff.approver, breach, "suspected", f"{SAID} breach")
        (row,) = [each for each in unit.messages.page("in", None, 9) if each.type == "notice"]
        got = unit.messages.get(row.key)
        assert got is not None
        assert f"{SAID} law".encode() in got.body
    assert dz.deliver("KW").accepted == 1


def test_every_form_of_value_is_planted_or_cannot_hold_a_text() -> None:
    for kind in ("person", "network"):
        for claim in planted(kind):
            assert bool(tokens_of(claim)) != (PATHS[claim.path].form in PLAIN), claim.path


def test_a_planted_text_is_found_nowhere_but_in_the_partners_reading(
    place: World, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    refs = released(place)
    every = tokens([*planted("person", without=WITHOUT), *planted("network")])
    for code, withheld_at_least in (("KW", 30), ("AE", 30)):
        read = disclosed(place[code], refs)
        assert len(read) > 10, "nothing was disclosed: the search below would prove nothing"
        assert len(every - read) > withheld_at_least
    with place["KW"].node.store.read() as unit:
        messages = [unit.messages.get(each.key) for each in unit.messages.page("in", None, 9)]
    assert [each is not None and SAID.encode() in each.body for each in messages] == [True, True]
    answered(place)
    hay = everything(place)
    hay["log"] = caplog.text.encode("utf-8")
    out, err = capfd.readouterr()
    hay["output"] = b"captured:" + out.encode("utf-8") + err.encode("utf-8")
    assert hits(hay, [MARKER, *every]) == set()
    for store in place.stores.values():
        store.close()  # the journal is folded into the file now
    hay = {f"closed {code}": rest_of(url) for code, url in place.urls.items()}
    assert hits(hay, [MARKER, *every]) == set()


def test_the_search_finds_what_is_there(place: World, caplog: pytest.LogCaptureFixture) -> None:
    """The control: texts that do stand in each of these places are found, and so is a token planted in the clear."""
    dz, spilled = place["DZ"], f"{MARKER}-spilled"
    released(place)
    hay = everything(place)
    assert {name for name, _ in hits(hay, [AGREEMENT])} == set(hay)
    assert {name for name, _ in hits(hay, ["KW.exchange"])} >= {"wire", "database KW", "audit KW"}
    assert hits({"log": caplog.text.encode("utf-8")}, ["commit"])
    with dz.node.store.write() as unit:
        people.add_person(dz.node, unit, "DZ", spilled, "officer")
    place.federation.network.wire.append(("DZ", "KW", canonical({"note": spilled})))
    assert {name for name, _ in hits(everything(place), [MARKER])} == {"database DZ", "audit DZ", "wire"}


@pytest.mark.parametrize("before", range(8))
def test_every_encoding_is_found_at_every_offset(before: int) -> None:
    import base64

    text, lead = token("note"), b"x" * before
    raw = lead + text.encode("ascii") + b"tail"
    once = base64.b64encode(raw)
    forms = {
        "raw": raw.upper(),
        "hex": raw.hex().upper().encode(),
        "base64": once,
        "urlsafe": base64.urlsafe_b64encode(raw),
        "twice": base64.b64encode(lead + once),
        "base32": base64.b32encode(raw),
        "utf-16-le": raw.decode().encode("utf-16-le"),
        "utf-16-be": raw.decode().encode("utf-16-be"),
    }
    assert {name for name, _ in hits(forms, [text])} == set(forms)
    assert hits(forms, ["zqcannot-be-there"]) == set()


def test_errors_name_places_and_never_values(place: World, caplog: pytest.LogCaptureFixture) -> None:
    hay = {name: "\n".join(_texts_of(name, call)).encode("utf-8") for name, call in failing(place)}
    hay["log"] = caplog.text.encode("utf-8")
    hay |= {f"database {code}": rest_of(url) for code, url in place.urls.items()}
    assert hits(hay, [MARKER, *tokens(planted("person"))]) == set()


def _texts_of(name: str, call: Callable[[], object]) -> list[str]:
    """Everything that an error could show: its text, its facts and the traceback with whatever stands behind it."""
    with pytest.raises(ExchangeError) as caught:
        call()
    error = caught.value
    return [name, str(error), repr(error), repr(error.args), repr(error.facts), *traceback.format_exception(error)]


def failing(place: World) -> list[tuple[str, Callable[[], object]]]:
    """Operations that fail on input full of planted texts."""
    dz, kw = place["DZ"], place["KW"]
    claims = planted("person", without=WITHOUT)
    spill = token("note")
    name = next(claim for claim in claims if claim.path == "name.full")
    at = claims.index(name)

    def instead(claim: Claim) -> Callable[[], object]:
        return lambda: dz.deposit((*claims[:at], claim, *claims[at + 1 :]))

    (ref,) = dz.deposit(claims)
    (refused,) = dz.deposit((*claims, Claim("c400", "record.flag", "refugee", "fact")))
    proposal = dz.propose("KW", [ref]).proposals[0]
    assert dz.propose("KW", [refused]).denied
    nested: JsonObject = {"text": f"{spill}\u202e", "script": "Latn", "type": "primary"}
    return [
        ("value", instead(name._replace(value=spill))),
        ("text", instead(name._replace(value=nested))),
        ("control", instead(name._replace(value={**nested, "text": f"{spill}\x00"}))),
        ("path", instead(name._replace(path=spill))),
        ("other kind", instead(name._replace(path="camp.trainer", value=spill))),
        ("id", instead(name._replace(id=spill))),
        ("statement", instead(name._replace(statement=spill))),
        ("observed", instead(name._replace(observed=spill))),
        ("derived", instead(name._replace(derived_from=spill))),
        ("contests", instead(name._replace(contests=spill))),
        ("no grade", instead(name._replace(grade=None))),
        ("long", instead(name._replace(value={**nested, "text": spill * 100}))),
        ("kind", lambda: dz.deposit(claims, kind=spill)),
        ("governance", lambda: dz.deposit(claims[:5])),
        ("too many", lambda: dz.deposit(tuple(name._replace(id=f"c{n}") for n in range(1, 300)))),
        (
            "stale",
            lambda: _written(dz, lambda unit: amend(dz.node, unit, dz.staff.officer, [Amendment(ref, 9, claims)])),
        ),
        ("unknown", lambda: dz.propose("KW", [Ref("DZ", f"rec-{spill}")])),
        ("not approved", lambda: dz.release(proposal)),
        (
            "forbidden",
            lambda: _written(dz, lambda unit: deposit(dz.node, unit, dz.staff.auditor, [Draft("person", claims)])),
        ),
        (
            "preview",
            lambda: _written(
                dz, lambda unit: preview(dz.node, unit, dz.staff.auditor, Question(ref, spill, spill, spill))
            ),
        ),
        (
            "person",
            lambda: _written(dz, lambda unit: people.add_person(dz.node, unit, "DZ", f"{spill} {spill}", "officer")),
        ),
        ("token", lambda: _written(dz, lambda unit: people.who(dz.node, unit, f"exo_{spill}"))),
        (
            "agreement",
            lambda: _written(
                dz,
                lambda unit: agreements.draft(
                    dz.node, unit, dz.staff.admin, {"kind": "agreement", "id": spill, "version": spill}
                ),
            ),
        ),
        ("envelope", lambda: receive(kw.node, "DZ", spill.encode())),
        ("members", lambda: receive(kw.node, "DZ", canonical({spill: spill, "header": spill}))),
        (
            "heartbeat",
            lambda: answer_heartbeat(kw.node, "DZ", canonical({"document": spill, "proof": spill, "root": {}})),
        ),
        ("receipt", lambda: _taken(dz, canonical({"document": spill, "proof": spill, "root": {}}))),
        ("old proposal", lambda: dz.approve(replace(proposal, digest=spill))),
    ]


def _written(state: State, work: Callable[..., object]) -> object:
    with state.node.store.write() as unit:
        return work(unit)


def _taken(state: State, wire: bytes) -> str:
    with state.node.store.read() as unit:
        partner = partner_in_use(unit, "KW")
    return take_receipt(state.node, partner, wire)
