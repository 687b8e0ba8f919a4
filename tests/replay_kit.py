"""What happens to a node in the years after a release: new agreement, own policy, new keys, new card, new versions."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from exchange.crypto import descriptor
from exchange.crypto.keys import NodeKeys
from exchange.crypto.tlscert import to_der
from exchange.model.claims import JsonObject
from exchange.model.records import Ref
from exchange.operations import agreements, partners
from exchange.operations.deposit import Amendment, amend
from exchange.operations.replay import ReplayedStage, replay
from tests.federation import Federation, State, agreement_document, certificate_of, enact, keys_of, root_of
from tests.subjects import gulf_person


def national_policy(version: int, withhold: str) -> JsonObject:
    """A reservation of DZ's own."""
    return {
        "v": 1,
        "kind": "policy",
        "id": "NP-DZ",
        "version": version,
        "title": {"ar": "تحفظ", "fr": "Réserve", "en": "Reservation"},
        "party": {"code": "DZ", "fingerprint": root_of("DZ").fingerprint},
        "legal_basis": "example",
        "clauses": [{"id": "1", "to": "*", "kinds": "*", "withhold": [withhold]}],
        "forbids": [],
    }


def put_in_force(state: State, policy: JsonObject) -> None:
    """Draft, our own signature, activation."""
    node, admin = state.node, state.staff.admin
    with node.store.write() as unit:
        stored = agreements.draft(node, unit, admin, policy)
        agreements.sign(node, unit, admin, stored.id, stored.version, root_of(node.code))
        agreements.activate(node, unit, admin, stored.id, stored.version)


def years_later(house: Federation, state: State, ref: Ref) -> State:
    """Agreement replaced, policy changed, record amended, partner's and own keys rotated. The node as it is then."""
    document = agreement_document("dz-ae-kw.yaml") | {"version": 2, "examples": []}
    clauses = document["clauses"]
    assert isinstance(clauses, list)
    enact(state, document | {"clauses": clauses[:1]})
    put_in_force(state, national_policy(2, "identity.name"))
    with state.node.store.write() as unit:
        amend(state.node, unit, state.staff.officer, [Amendment(ref, 1, gulf_person(2))])
    house.clock.forward(timedelta(days=20))
    keys = NodeKeys.generate("KW", root_of("KW").fingerprint)
    card = descriptor.make(
        keys,
        root_of("KW").public,
        house.clock.now(),
        tls_certificates=[to_der(certificate_of("KW"))],
        endpoints={"partner": "https://127.0.0.1:1"},
    )
    newer = replace(card, version=card.version + 1)
    with state.node.store.write() as unit:
        partners.update_partner(state.node, unit, descriptor.sign(newer, root_of("KW")), "KW", "admin")
    house.clock.forward(timedelta(days=700))
    own = NodeKeys.generate(state.node.code, root_of(state.node.code).fingerprint)
    assert own.signing[1].kid != keys_of(state.node.code).signing[1].kid
    return replace(state, node=replace(state.node, keys=own))


def states_of(state: State, release: str, item: int | None = None) -> dict[str, list[tuple[str, str | None]]]:
    """Stage -> (state, reason) of its items."""
    return {
        stage.stage: [(each.state, each.reason) for each in stage.items] for stage in stages_of(state, release, item)
    }


def stages_of(state: State, release: str, item: int | None = None) -> list[ReplayedStage]:
    """A replay by the auditor, who may read no record."""
    with state.node.store.write() as unit:
        return replay(state.node, unit, state.staff.auditor, release, item)
