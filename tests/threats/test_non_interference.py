"""T-02: two senders that differ only in what they withhold look the same to their partner.

Two worlds with the same keys and clock, each a sender (DZ) and a partner (KW or AE). A record is deposited in both; the
disclosed claims are the same, the withheld ones differ in value, or some are absent in one world. Both are released,
delivered, receipted. Compared, exactly: the number, direction and length in bytes of all messages on the simulated
wire; every header member but the random ones (id, digests, commitment, checkpoint); every receipt member but digests
and checkpoint; the disclosed claims but for their random ids, in order; manifests but for id and commitments, and
their length; handling, purpose, states, error codes; the partner's ledger entries but for digests and refs, whose
number is compared.

Not compared, because they are random: salts, commitments, record and release ids, signatures, ciphertext. Not
compared at all: time, and the network below the simulated one.

What a partner does see of what is withheld, by design or by agreement, each shown by a test or said here:
* a withheld claim that crosses a commitment bucket (16, 32, 64, 128, 256) makes the manifest longer;
* a coarser claim says that a finer one exists (`derived_from`), and a contesting claim that it contests one;
* conditions of a clause (`source_grade_at_least`, `statement`, `observed_within`) read every claim of a record, the
  withheld ones too: where they differ, so does what is sent. Grades, statements and dates are therefore kept equal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, Final

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange.crypto.commitments import unpack
from exchange.crypto.encoding import b64, canonical, unb64
from exchange.crypto.envelope import BUCKETS
from exchange.crypto.frames import join
from exchange.crypto.opening import parse_outer
from exchange.crypto.sealing import finish, prepare
from exchange.model.claims import Claim, Grade, JsonObject, JsonValue
from exchange.model.messages import Recall
from exchange.model.records import Ref
from exchange.model.state import Copy
from exchange.operations.heartbeat import beat
from exchange.operations.known_partners import descriptor_of, partner_in_use
from exchange.operations.pull import pull
from exchange.operations.receive import receive
from tests.databases import Postgresql, Sqlite
from tests.federation import PURPOSE
from tests.integration.samples import copy as sample_copy
from tests.threats.worlds import Forger, World, parcels_of, world

RANDOM: Final = {
    "header": {"id", "previous", "commitment", "checkpoint"},
    "receipt": {"envelope", "checkpoint"},
    "manifest": {"id", "commitments", "previous"},
    "entry": {"envelope", "refs"},
}
"""Members that hold random values or digests of them. `previous` is a digest of the envelope before."""
HEADS: Final = ("yours", "seen")
"""Members of a heartbeat that hold heads of ledgers, whose roots are random: how many and how long is compared."""
GRADE: Final = Grade("admiralty", "B", "2")
DISCLOSED: Final[tuple[tuple[str, JsonValue], ...]] = (
    ("name.full", {"text": "Rifa Exempli", "script": "Latn", "type": "primary"}),
    ("nationality", {"country": "KW", "status": "confirmed"}),
    ("theatre", "SY"),
    ("route.to", "SY"),
    ("gender", "male"),
    ("role", "fighter"),
    ("record.marking", "TLP:AMBER"),
    ("record.legal_basis", "Invented Act 1"),
    ("record.purpose", "counter_terrorism.travel"),
    ("record.category", "suspect"),
    ("record.review", "2028-01-01"),
)
FINE: Final[tuple[tuple[str, tuple[JsonValue, JsonValue]], ...]] = (
    ("birth.date", ({"precision": "exact", "date": "1990-01-02"}, {"precision": "year", "year": 1990})),
    ("birth.place", ({"country": "KW", "city": "Specimen Town"}, {"country": "KW", "note": "said by two " * 40})),
    ("residence.address", ({"country": "TN", "street": "1 Specimen"}, {"country": "TN", "city": "Exempli"})),
    ("location.point", ({"lat": 33_000_001, "lon": 41_999_999}, {"lat": 33_999_999, "lon": 41_000_000})),
    ("fate", ({"state": "alive"}, {"state": "alive", "note": "seen at the crossing"})),
)
"""Withheld claims with a disclosed coarser one, and two values each that have the same coarser value."""
FREE: Final = (
    "note",
    "contact.phone",
    "contact.email",
    "family.contact",
    "family.note",
    "record.source",
    "source.reference",
    "record.assurance",
    "biometric.mark",
)
"""Withheld from every partner here, any text, present or absent."""
TEXT: Final = st.sampled_from(("a", "SYNTHETIC", "سري", "x" * 400, "line\nline", '"}]'))
CHOICE: Final = st.tuples(
    st.tuples(*(st.sampled_from((0, 1)) for _ in FINE)), st.tuples(*(st.none() | TEXT for _ in FREE)), st.booleans()
)
"""Which fine values, which free texts (None: absent), and whether the person is a refugee (withheld, and an input)."""
Choice = tuple[tuple[int, ...], tuple[str | None, ...], bool]


def record(choice: Choice, recipient: str) -> tuple[Claim, ...]:
    """The disclosed claims, and the withheld ones of `choice` under ids of their own."""
    fine, free, refugee = choice
    claims = [_claim(number, path, value) for number, (path, value) in enumerate(DISCLOSED, 100)]
    claims += [_claim(200 + at, path, both[fine[at]]) for at, (path, both) in enumerate(FINE)]
    claims += [_claim(300 + at, path, text) for at, (path, text) in enumerate(zip(FREE, free, strict=True)) if text]
    if refugee and recipient == "AE":
        claims.append(_claim(400, "record.flag", "refugee"))
    return (*claims, _claim(999, "listed.by", "UN"))  # the highest id, so that derived claims have the same numbers


def _claim(number: int, path: str, value: JsonValue) -> Claim:
    graded = not path.startswith("record.") or path == "record.source"
    return Claim(f"c{number}", path, value, "fact", GRADE if graded else None)


@dataclass(frozen=True, slots=True, repr=False)
class Pair:
    """Two worlds that should not be told apart."""

    one: World
    other: World


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def twins(request: pytest.FixtureRequest) -> Iterator[Pair]:
    databases = request.getfixturevalue(str(request.param))
    assert isinstance(databases, Sqlite | Postgresql)
    with ExitStack() as stack:
        yield Pair(*(stack.enter_context(world(databases)) for _ in range(2)))


def without(kind: str, value: JsonValue) -> JsonObject:
    assert isinstance(value, dict)
    return {name: each for name, each in value.items() if name not in RANDOM[kind]}


def message(data: bytes) -> tuple[int, Any]:
    """The length of a message and what in it is not random."""
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        return len(data), None if not data else "?"
    if isinstance(value, dict) and "sealed" in value:
        outer = parse_outer(data)
        return len(data), (without("header", orjson.loads(outer.header_bytes)), len(outer.ciphertext), len(outer.proof))
    if isinstance(value, dict) and "document" in value:
        document = orjson.loads(unb64(value["document"]))
        heads = {name: [len(note) for note in document[name]] for name in HEADS if name in document}
        return len(data), {**without("receipt", document), **heads}
    return len(data), value


def copy_shape(copy: Copy) -> tuple[Any, ...]:
    """What the partner's officer gets: the claims in order, with what points from one to another, and what came too."""
    claims = [orjson.loads(claim) for _, claim in unpack(copy.claims)]
    places = {claim.pop("id"): at for at, claim in enumerate(claims)}
    for claim in claims:
        claim |= {name: places.get(claim[name]) for name in ("derived_from", "contests") if name in claim}
    sizes = (len(copy.manifest), len(copy.root), len(copy.proof), len(copy.claims))
    manifest = without("manifest", orjson.loads(copy.manifest))
    return claims, manifest, sizes, copy.handling, copy.purpose, copy.version, copy.kind


def entry_shape(line: bytes) -> JsonObject:
    value = orjson.loads(line)
    return {**without("entry", value), "refs": len(value.get("refs", ()))}


def seen(place: World, recipient: str, claims: Sequence[Claim], *, pulled: bool) -> tuple[Any, ...]:
    """Releases a record with these claims and returns all that `recipient` could see of it."""
    sender, partner = place["DZ"], place[recipient]
    network = place.federation.network
    mark = len(network.wire)
    with partner.node.store.read() as unit:
        size = unit.ledger.head(lock=False).size
    (ref,) = sender.deposit(tuple(claims))
    outcomes = [(outcome.state, outcome.records) for outcome in sender.push(recipient, [ref])]
    assert outcomes == [("released", 1)]
    came = pull(partner.node, "DZ") if pulled else sender.deliver(recipient)
    beat(partner.node, "DZ")
    with partner.node.store.read() as unit:
        copy = unit.copies.latest(ref)
        end = unit.streams.end_in("DZ", lock=False)
        item = unit.streams.inbox_item("DZ", end.epoch, end.seq)
        lines = unit.ledger.entries(size, 100)
    assert copy is not None
    assert item is not None
    inbox = (item.state, item.code, item.records, item.purpose, len(item.receipt), item.received_at)
    wire = [(one, two, *message(data)) for one, two, data in network.wire[mark:]]
    assert [size for _, _, size, _ in wire if size > 3000], "no envelope crossed the wire"
    return repr(came), wire, copy_shape(copy), inbox, [entry_shape(line) for line in lines]


def same_bucket(claims: Sequence[Claim]) -> bool:
    """With its derived claims, one for each of FINE, between 17 and 32: one commitment bucket for every choice."""
    return 17 <= len(claims) + len(FINE) <= 32


@pytest.mark.parametrize("recipient", ["KW", "AE"])
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(one=CHOICE, other=CHOICE, pulled=st.booleans())
def test_what_is_withheld_changes_nothing_that_the_partner_sees(
    twins: Pair, recipient: str, one: Choice, other: Choice, pulled: bool
) -> None:
    first, second = record(one, recipient), record(other, recipient)
    assert same_bucket(first)
    assert same_bucket(second)
    assert seen(twins.one, recipient, first, pulled=pulled) == seen(twins.other, recipient, second, pulled=pulled)


EMPTY: Final[Choice] = ((0,) * len(FINE), (None,) * len(FREE), False)


def test_a_disclosed_difference_is_seen(twins: Pair) -> None:
    """The control: the comparison is not blind."""
    claims = record(EMPTY, "KW")
    other = tuple(claim._replace(value="female") if claim.path == "gender" else claim for claim in claims)
    assert seen(twins.one, "KW", claims, pulled=False) != seen(twins.other, "KW", other, pulled=False)


def test_a_record_that_is_denied_reaches_the_partner_as_nothing(twins: Pair) -> None:
    """Whether a record is refused for what it withholds or does not exist at all: not a byte."""
    refugee = (*record(EMPTY, "KW"), _claim(400, "record.flag", "refugee"))
    for place, claims in ((twins.one, refugee), (twins.other, None)):
        mark = len(place.federation.network.wire)
        sender = place["DZ"]
        refs: list[Ref] = [] if claims is None else sender.deposit(claims)
        assert claims is None or len(sender.propose("KW", refs).denied) == 1
        assert sender.deliver("KW").accepted == 0
        assert place.federation.network.wire[mark:] == []


def test_crossing_a_commitment_bucket_is_visible_and_nothing_else_is(twins: Pair) -> None:
    """The known exception: 32 claims and 33 give manifests of 32 and 64 commitments. The size bucket may hold both."""
    texts = tuple(f"text {at}" for at in range(len(FREE)))
    full = record(((0,) * len(FINE), texts, False), "KW")
    more = [Claim(f"c{500 + at}", "note", f"note {at}", "fact", GRADE) for at in range(10)]
    assert (same_bucket(full), same_bucket((*full, *more))) == (True, False)
    shapes = [
        seen(place, "KW", claims, pulled=False) for place, claims in ((twins.one, full), (twins.other, (*full, *more)))
    ]
    (claims, head, sizes, *rest), (claims_more, head_more, sizes_more, *rest_more) = (shape[2] for shape in shapes)
    assert (claims, head, rest) == (claims_more, head_more, rest_more)
    assert sizes[1:] == sizes_more[1:]
    assert sizes_more[0] - sizes[0] == len(b64(bytes(64 * 32))) - len(b64(bytes(32 * 32)))


def recalled(place: World, ref: Ref) -> tuple[int, Any]:
    """KW tells DZ to destroy a record of KW, under the next number; returns what KW sees: the receipt, as compared."""
    kw, dz = place["KW"], place["DZ"]
    forger = Forger(kw, dz)
    thread = f"msg-{0:032x}"
    body = canonical(Recall(PURPOSE, thread, (ref,), "inaccurate", None, "2027-01-01T00:00:00Z", None).document())
    header = replace(forger.header(), type="recall", id=thread)
    with kw.node.store.read() as unit:
        card = descriptor_of(partner_in_use(unit, "DZ"))
    key = card.sealing_for(1, kw.node.clock.now())
    sealed = finish([prepare(header, join([body]), key)], kw.node.keys.signing[1])[0]
    return message(receive(dz.node, "KW", sealed.wire))


def test_a_recall_is_taken_the_same_whether_we_hold_the_record_or_not(twins: Pair) -> None:
    """T-34: nobody finds out what a node holds by telling it to destroy this and that."""
    named = Ref("KW", "rec-held-or-not-000")
    with twins.one["DZ"].node.store.write() as unit:
        unit.copies.add([replace(sample_copy(1), ref=named, sender="KW")])
    answers = [recalled(place, named) for place in (twins.one, twins.other)]
    for _, answer in answers:
        answer.pop("ledger_index")  # what earlier tests logged at each place
    assert answers[0] == answers[1]
    sizes = []
    for place in (twins.one, twins.other):
        with place["DZ"].node.store.read() as unit:
            sizes.append(len(unit.copies.held_from("KW", [named])))
    assert sizes == [1, 0]


def test_claim_numbers_tell_nothing(lone: World) -> None:
    """Ids that leave are drawn at random: neither their gaps nor their size follow the author's numbers."""
    dz, claims = lone["DZ"], record(EMPTY, "KW")
    hidden = tuple(Claim(f"c{5000 + at}", "note", "withheld", "fact", GRADE) for at in range(8))
    drawn: list[set[int]] = []
    for each in (claims, (*claims, *hidden)):
        for parcel in parcels_of(dz, "KW", dz.deposit(each, each)):
            drawn.append({int(orjson.loads(claim)["id"][1:]) for _, claim in unpack(parcel.claims)})
    authors = {int(claim.id[1:]) for claim in (*claims, *hidden)}
    assert all(len(ids) == len(drawn[0]) for ids in drawn)
    assert all(max(ids) > 10_000 and len(ids & authors) < 3 for ids in drawn)
    assert all(len(one & two) < 3 for one, two in combinations(drawn, 2))


def test_sizes_on_the_wire_are_buckets(twins: Pair) -> None:
    """T-58: whatever was sent above, a sealed part has one of 13 sizes (and the seal's own bytes)."""
    sizes = set()
    for place in (twins.one, twins.other):
        for state in (place["KW"], place["AE"]):
            seen(place, state.node.code, record(EMPTY, state.node.code), pulled=False)
        for _, _, data in place.federation.network.wire:
            if b'"sealed"' in data[:40_000] and b'"header"' in data[:20]:
                sizes.add(len(parse_outer(data).ciphertext))
    assert sizes
    overhead = {size - max(bucket for bucket in BUCKETS if bucket <= size) for size in sizes}
    assert len(overhead) == 1, overhead
