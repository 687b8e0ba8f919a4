"""What a thief of the database finds: no claim, no handling, no outside key, no answer, in any encoding."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import MetaData, create_engine, select
from sqlalchemy.engine import make_url

from exchange.crypto.atrest import AtRest
from exchange.errors import Code, Unavailable
from exchange.model.state import StoredAnswer
from exchange.store import SqlStore, open_engine
from tests.integration.samples import NOW, copy, held, hexes, ref

CANARY = "Xylophagous-canary-7361"
CLEAR = "clear-text-marker"


def forms(token: str) -> list[bytes]:
    """The token as it might show through: raw, upper and lower hex, base64 at each offset, UTF-16."""
    raw = token.encode()
    texts = [raw, token.encode("utf-16-le"), token.encode("utf-16-be")]
    texts += [raw.hex().encode(), raw.hex().upper().encode()]
    for offset in range(3):
        whole = base64.b64encode(b"\0" * offset + raw)
        inner = whole[4 if offset else 0 : -4]
        texts += [inner, inner.replace(b"+", b"-").replace(b"/", b"_")]
    return texts


def stolen(database: str) -> Iterator[bytes]:
    """Every byte a thief could take: the files of SQLite, every row of PostgreSQL."""
    if database.startswith("sqlite"):
        path = Path(make_url(database).database or "")
        for file in path.parent.glob(f"{path.name}*"):
            yield file.read_bytes()
        return
    engine = create_engine(database)
    metadata = MetaData()
    metadata.reflect(engine)
    with engine.connect() as connection:
        for table in metadata.tables.values():
            for row in connection.execute(select(table)):
                yield b"\n".join(each if isinstance(each, bytes) else str(each).encode() for each in row)
    engine.dispose()


def found(database: str, token: str) -> bool:
    taken = list(stolen(database))
    return any(form in piece for form in forms(token) for piece in taken)


def fill(store: SqlStore) -> None:
    with store.write() as unit:
        unit.set_setting("marker", CLEAR)
        unit.records.add([held(number, text=CANARY) for number in range(20)], NOW)
        unit.records.add([held(1, version=2, text=CANARY)], NOW)
        unit.records.link_external("un", [(CANARY, ref(1), hexes("content"))])
        secret = replace(copy(1), claims=CANARY.encode(), handling=CANARY.encode())
        unit.copies.add([secret, replace(secret, ref=ref(2, "MA"))])
        unit.answers.put(StoredAnswer("key", "person-1", hexes("request"), 200, CANARY.encode(), NOW))


def test_the_search_finds_every_form() -> None:
    """Else the next test would prove nothing."""
    raw = CANARY.encode()
    for wrapped in (raw, raw.hex().encode(), raw.hex().upper().encode(), CANARY.encode("utf-16-le")):
        assert any(form in b"ab" + wrapped + b"cd" for form in forms(CANARY))
    for before in range(6):
        encoded = base64.b64encode(b"\xff" * before + raw + b"\xfe\xff\xfe")
        assert any(form in encoded for form in forms(CANARY))
        assert any(form in base64.urlsafe_b64encode(base64.b64decode(encoded)) for form in forms(CANARY))
        assert not any(form in base64.b64encode(b"\xff" * before + raw[::-1]) for form in forms(CANARY))


def test_nothing_shows_through(store: SqlStore, database: str) -> None:
    fill(store)
    assert found(database, CLEAR)
    assert found(database, ref(1).id)
    assert not found(database, CANARY)
    store.close()
    assert not found(database, CANARY)


def test_another_key_opens_nothing(store: SqlStore, database: str) -> None:
    fill(store)
    thief = SqlStore(open_engine(database), AtRest(bytes(32)))
    with thief.read() as unit:
        for attempt in (
            lambda: unit.records.current([ref(1)], lock=False),
            lambda: unit.copies.latest(ref(1, "MA")),
            lambda: unit.answers.get("person-1", "key", "00"),
            lambda: unit.records.ledger_refs([ref(1)]),
        ):
            with pytest.raises(Unavailable) as caught:
                attempt()
            assert caught.value.code is Code.AT_REST_CORRUPT
        assert unit.records.external("un", [CANARY]) == {}
    thief.close()
