"""T-01, T-02, T-03, T-21: a token in every claim, and where tokens are found afterwards.

What is withheld is found nowhere outside the sender's memory, in no encoding; what is disclosed is found in the
partner's hands, and in clear neither on the wire nor at rest. Wire, databases with their side files, logs at DEBUG,
output and error messages are searched.
"""

from __future__ import annotations

import base64
import logging
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from exchange.crypto.atrest import AtRest
from exchange.crypto.opening import open_body, parse_outer
from exchange.errors import ExchangeError
from exchange.model.claim_json import claims_from_json
from exchange.model.claims import Claim
from exchange.model.records import Ref
from exchange.operations.deposit import Draft, deposit
from exchange.operations.pull import pull
from exchange.operations.read import read_own, read_received
from exchange.store import SqlStore, open_engine
from tests.conftest import KEK
from tests.databases import Postgresql, Sqlite
from tests.federation import Federation, State, federate
from tests.threats.planting import Planted, forms, planted_person, stolen, traces

RECORDS = 5
"""Enough for bulk statements, and more than one page of a database."""


@dataclass(slots=True)
class Scene:
    """What was planted, and everything that can be searched."""

    federation: Federation
    databases: dict[str, str]
    planted: list[Planted]
    refs: list[Ref]
    disclosed: list[list[str]]
    """The tokens of each record that the partner reads."""

    @property
    def every(self) -> list[str]:
        return [token for each in self.planted for tokens in each.tokens.values() for token in tokens]

    @property
    def withheld(self) -> list[str]:
        shown = {token for tokens in self.disclosed for token in tokens}
        return [token for token in self.every if token not in shown]

    @property
    def wire(self) -> list[bytes]:
        return [data for _, _, data in self.federation.network.wire]

    @property
    def dz(self) -> State:
        return self.federation["DZ"]


def play(federation: Federation, databases: dict[str, str]) -> Scene:
    """Deposit, release, push one half, pull the other, and read what arrived."""
    dz, kw = federation["DZ"], federation["KW"]
    planted = [planted_person(seed) for seed in range(RECORDS)]
    refs = dz.deposit(*(each.claims for each in planted))
    dz.push("KW", refs[:3])
    assert dz.deliver("KW").accepted == 1
    dz.push("KW", refs[3:])
    assert pull(kw.node, "DZ").envelopes == 1
    disclosed = [_tokens_read(kw, ref, each) for ref, each in zip(refs, planted, strict=True)]
    return Scene(federation, databases, planted, refs, disclosed)


def _tokens_read(kw: State, ref: Ref, planted: Planted) -> list[str]:
    with kw.node.store.write() as unit:
        claims = read_received(kw.node, unit, kw.staff.officer, ref).claims
    text = "\n".join(str(claim.value) for claim in claims)
    return [token for tokens in planted.tokens.values() for token in tokens if token in text]


@pytest.fixture
def logged() -> Iterator[list[str]]:
    """Every log line of every logger at DEBUG, the database's statements and rows included."""
    lines: list[str] = []

    class Keeping(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))
            lines.append(repr(record.args))

    handler, root = Keeping(), logging.getLogger()
    loggers = [root, *(logging.getLogger(name) for name in ("sqlalchemy.engine", "sqlalchemy.pool", "exchange"))]
    before = [each.level for each in loggers]
    root.addHandler(handler)
    for each in loggers:
        each.setLevel(logging.DEBUG)
    yield lines
    root.removeHandler(handler)
    for each, level in zip(loggers, before, strict=True):
        each.setLevel(level)


@pytest.fixture
def scene(logged: list[str], databases: Sqlite | Postgresql) -> Iterator[Scene]:
    with ExitStack() as stack:
        urls = {code: stack.enter_context(databases.fresh()) for code in ("DZ", "KW")}
        stores = {code: SqlStore(open_engine(url), AtRest(KEK)) for code, url in urls.items()}
        yield play(federate(stores), urls)
        for store in stores.values():
            store.close()


def test_the_search_finds_every_form() -> None:
    """Else nothing here would prove anything."""
    token = planted_person(99).tokens["note"][0]
    raw = token.encode()
    hidden = [raw, raw.hex().encode(), raw.hex().upper().encode(), token.encode("utf-16-le"), token.encode("utf-16-be")]
    for before in range(6):
        encoded = base64.b64encode(b"\xff" * before + raw + b"\xfe\xff\xfe")
        hidden += [encoded, base64.urlsafe_b64encode(base64.b64decode(encoded))]
    for piece in hidden:
        assert traces([token], [b"ab" + piece + b"cd"]) == [token]
    assert traces([token], [raw[::-1], base64.b64encode(raw[::-1])]) == []
    assert all(len(form) >= 16 for form in forms(token))


def test_a_partner_reads_what_is_permitted_and_no_other_claim(scene: Scene) -> None:
    for planted, read in zip(scene.planted, scene.disclosed, strict=True):
        permitted = ["name.full", "name.given", "name.family", "name.father", "name.mother", "name.grandfather"]
        permitted += ["name.alias", "name.kunya", "name.title", "document", "movement.carrier", "movement.crossing"]
        permitted += ["record.legal_basis"]
        assert sorted(read) == sorted(planted.of(permitted))
    assert len(scene.withheld) >= 25 * RECORDS


def test_the_wire_shows_nothing(scene: Scene) -> None:
    assert sum(len(data) for data in scene.wire) > 10_000
    assert traces(scene.every, scene.wire) == []


def test_what_the_partner_can_decrypt_holds_nothing_that_is_withheld(scene: Scene) -> None:
    keys = scene.federation["KW"].node.keys.sealing
    envelopes = [data for sender, _, data in scene.federation.network.wire if sender == "DZ" and b'"sealed"' in data]
    assert len(envelopes) == 2
    bodies = [open_body(parse_outer(data), keys) for data in envelopes]
    assert traces(scene.withheld, bodies) == []
    assert sorted(traces(scene.every, bodies)) == sorted(token for read in scene.disclosed for token in read)


@pytest.mark.parametrize("code", ["DZ", "KW"])
def test_a_stolen_database_shows_nothing(scene: Scene, code: str) -> None:
    url = scene.databases[code]
    assert any(scene.refs[0].id.encode() in piece for piece in stolen(url)), "the search looked at nothing"
    assert traces(scene.every, stolen(url)) == []
    store = scene.federation[code].node.store
    with store.write() as unit:
        unit.set_setting("touched", "yes")
    assert traces(scene.every, stolen(url)) == []


def test_logs_and_output_show_nothing(scene: Scene, logged: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert any("INSERT INTO" in line for line in logged), "the database logged nothing"
    assert traces(scene.every, [line.encode() for line in logged]) == []
    out, err = capfd.readouterr()
    assert traces(scene.every, [out.encode(), err.encode()]) == []


def _spoilt(planted: Planted, path: str, **changes: object) -> tuple[Claim, ...]:
    return tuple(claim._replace(**changes) if claim.path == path else claim for claim in planted.claims)


def bad_inputs(planted: Planted) -> list[Callable[[State], object]]:
    """Calls that must fail, each with tokens in what it is given."""
    token = planted.tokens["note"][0]

    def depositing(claims: tuple[Claim, ...]) -> Callable[[State], object]:
        def run(state: State) -> object:
            with state.node.store.write() as unit:
                return deposit(state.node, unit, state.staff.officer, [Draft("person", claims)])

        return run

    raw = {"id": "c1", "path": "note", "value": token, "statement": "fact"}

    def reading(state: State) -> object:
        with state.node.store.write() as unit:
            return read_own(state.node, unit, state.staff.officer, Ref("DZ", token))

    return [
        depositing(_spoilt(planted, "note", value=f"\u202e{token}")),
        depositing(_spoilt(planted, "note", path=f"note.{token}")),
        depositing(_spoilt(planted, "note", statement=token)),
        depositing(_spoilt(planted, "note", observed=token)),
        depositing(_spoilt(planted, "note", value={"text": token})),
        depositing(_spoilt(planted, "document", value={"type": token, "number": token})),
        depositing(_spoilt(planted, "nationality", value={"country": token, "status": "confirmed"})),
        depositing(_spoilt(planted, "name.full", value={"text": f"{token}e\u0301", "script": "Latn", "type": "alias"})),
        depositing(_spoilt(planted, "record.legal_basis", path="note")),
        depositing(_spoilt(planted, "note", id=token)),
        depositing(_spoilt(planted, "note", derived_from=token)),
        lambda _: claims_from_json([{**raw, token: 1}]),
        lambda _: claims_from_json([{**raw, "path": token}]),
        lambda _: claims_from_json([token]),
        lambda state: state.propose("KW", [Ref("DZ", "rec-unknown-1234")], purpose=token),
        lambda state: state.propose(token, [Ref("DZ", "rec-unknown-1234")]),
        reading,
    ]


def test_errors_of_failing_operations_show_nothing(scene: Scene) -> None:
    """T-03: neither the message nor the facts nor the traceback, and nothing is stored by a call that failed."""
    planted = planted_person(1000)
    tokens = [token for each in planted.tokens.values() for token in each]
    with scene.dz.node.store.read() as unit:
        before = unit.records.count()
    for number, call in enumerate(bad_inputs(planted)):
        with pytest.raises(ExchangeError) as failed:
            call(scene.dz)
        said = [str(failed.value), repr(failed.value), repr(failed.value.facts)]
        said += traceback.format_exception(failed.value)
        assert traces(tokens, [text.encode() for text in said]) == [], number
    with scene.dz.node.store.read() as unit:
        assert unit.records.count() == before
    assert traces(tokens, [*stolen(scene.databases["DZ"]), *scene.wire]) == []
