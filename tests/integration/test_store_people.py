"""Partners with their certificates, people with their tokens, answers to idempotent requests."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from exchange.errors import BadInput, Code, Conflict, NotFound
from exchange.model.state import StoredAnswer
from exchange.store import SqlStore
from tests.integration.samples import NOW, hexes, partner, person


def test_partners(store: SqlStore) -> None:
    with store.write() as unit:
        unit.partners.put(partner("TN"))
        unit.partners.put(partner())
        unit.partners.put(partner(descriptor=b"{}", descriptor_version=4, suite_floor=2, suspended=True))
    with store.read() as unit:
        changed = partner(descriptor=b"{}", descriptor_version=4, suite_floor=2, suspended=True)
        assert unit.partners.get("MA") == changed
        assert unit.partners.all() == [changed, partner("TN")]
        assert unit.partners.get("FR") is None


def test_a_suite_floor_never_falls(store: SqlStore) -> None:
    with store.write() as unit:
        unit.partners.put(partner(suite_floor=2))
    with pytest.raises(Conflict) as caught, store.write() as unit:
        unit.partners.put(partner(suite_floor=1))
    assert caught.value.code is Code.SUITE_BELOW_FLOOR


def test_a_certificate_names_one_partner(store: SqlStore) -> None:
    with store.write() as unit:
        unit.partners.put(partner())
        unit.partners.put(partner("TN"))
        unit.partners.set_tls_pins("MA", [hexes(1), hexes(2), hexes(2)])
        unit.partners.set_tls_pins("MA", [hexes(2), hexes(3)])
        unit.partners.set_tls_pins("TN", [hexes(4)])
    with store.read() as unit:
        assert unit.partners.by_tls_pin(hexes(1)) is None
        assert unit.partners.by_tls_pin(hexes(3)) == partner()
        assert unit.partners.by_tls_pin(hexes(4)) == partner("TN")
    with pytest.raises(Conflict), store.write() as unit:
        unit.partners.set_tls_pins("TN", [hexes(3)])
    with pytest.raises(BadInput), store.write() as unit:
        unit.partners.set_tls_pins("FR", [hexes(9)])


def test_people_and_tokens(store: SqlStore) -> None:
    with store.write() as unit:
        unit.people.add(person("b"))
        unit.people.add(person("a", "auditor"))
        unit.people.add_token(hexes("token"), "a", NOW + timedelta(hours=1))
    with store.write() as unit:
        assert unit.people.all() == [person("a", "auditor"), person("b")]
        assert unit.people.get("c") is None
        assert unit.people.by_token(hexes("token"), NOW) == person("a", "auditor")
        assert unit.people.by_token(hexes("token"), NOW + timedelta(hours=1)) is None
        assert unit.people.by_token(hexes("other"), NOW) is None
        unit.people.disable("a")
        assert unit.people.by_token(hexes("token"), NOW) is None
        assert unit.people.get("a") == replace(person("a", "auditor"), disabled=True)


@pytest.mark.parametrize("role", ["officer", "root"])
def test_nobody_twice_and_no_other_roles(store: SqlStore, role: str) -> None:
    with store.write() as unit:
        unit.people.add(person())
    with pytest.raises(Conflict if role == "officer" else BadInput), store.write() as unit:
        unit.people.add(person("person-1" if role == "officer" else "person-2", role))
    with pytest.raises(NotFound), store.write() as unit:
        unit.people.disable("person-3")


def test_answers(store: SqlStore) -> None:
    answer = StoredAnswer("key-1", "person-1", hexes("request"), 201, b'{"id":1}', NOW)
    with store.write() as unit:
        unit.answers.put(answer)
        unit.answers.put(replace(answer, person="person-2", created_at=NOW - timedelta(days=1)))
    with pytest.raises(Conflict), store.write() as unit:
        unit.answers.put(replace(answer, body=b"other"))
    with store.write() as unit:
        assert unit.answers.get("person-1", "key-1", hexes("request")) == answer
        assert unit.answers.get("person-1", "key-2", hexes("request")) is None
        assert unit.answers.get("person-1", "key-1", hexes("another")) == replace(answer, request_digest="")
        unit.answers.drop_before(NOW)
        assert unit.answers.get("person-2", "key-1", hexes("request")) is None
        assert unit.answers.get("person-1", "key-1", hexes("request")) == answer
