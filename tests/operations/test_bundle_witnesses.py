"""Cosignatures in an evidence bundle: both verifiers check them under the cards in it, and tell whose root it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256

import pytest

from exchange.crypto import checkpoint, descriptor
from exchange.crypto.cosign import cosign, with_cosignatures
from exchange.crypto.keys import NodeKeys, RootKey, WitnessKey
from exchange.crypto.tlscert import to_der
from exchange.errors import SignatureInvalid
from exchange.ledger import bundle as form
from exchange.ledger.bundle import Bundle
from exchange.ledger.export import DescriptorPart
from exchange.ledger.report import Fault
from exchange.ledger.trust import Trust
from exchange.model.stamps import DayHead
from exchange.operations.stamps import stamped_text
from exchange.sentences.law.evidence import bundle_text
from exchange.sentences.law.plain import lines as plain_lines
from tests.bundle_kit import both, bundle_of, document
from tests.databases import Postgresql, Sqlite
from tests.federation import card_of, certificate_of, keys_of, root_of
from tests.subjects import gulf_person
from tests.witness_kit import House, witnessing


@pytest.fixture
def house(databases: Sqlite | Postgresql) -> Iterator[House]:
    with witnessing(databases) as made:
        yield made


def released(house: House) -> str:
    """A release to KW that AE and KW cosigned, and then another one that nobody did."""
    dz = house["DZ"]
    (made,) = dz.push("KW", dz.deposit(gulf_person(1)))
    dz.deliver("KW")
    house.round("DZ")
    house.sends(number=2)
    return made.proposal_id


def signed_anew(data: bytes, change: Callable[[Bundle], Bundle]) -> bytes:
    """As a node would make it that changes what it hands out."""
    key = next(iter(keys_of("DZ").signing.values()))
    return form.build(change(form.read(data).bundle), key)


def signed_card(house: House, root: RootKey, keys: NodeKeys, version: int = 1) -> bytes:
    """A card of the node that `keys` are of."""
    made = descriptor.make(
        keys,
        root.public,
        house.federation.clock.now(),
        tls_certificates=[to_der(certificate_of(keys.code))],
        endpoints={"partner": "https://127.0.0.1:1"},
    )
    return descriptor.sign(replace(made, version=version), root)


def stranger(house: House, code: str) -> tuple[RootKey, WitnessKey, DescriptorPart]:
    """Somebody who calls itself `code`, under a root of its own."""
    root = RootKey.generate()
    keys = NodeKeys.generate(code, root.fingerprint)
    assert keys.witness is not None
    return root, keys.witness, DescriptorPart(code, root.fingerprint, signed_card(house, root, keys))


def lines_of(note: bytes) -> tuple[str, list[str]]:
    text, _, lines = note.decode().partition("\n\n")
    return text, lines.splitlines(keepends=True)


def test_who_cosigned_is_told_with_the_root_that_the_agreement_names(house: House) -> None:
    data = bundle_of(house["DZ"], released(house))
    told = both(data).told
    assert told is not None
    assert [(each.party, each.fingerprint, each.named) for each in told.witnesses] == [
        (code, root_of(code).fingerprint, True) for code in ("AE", "KW")
    ]
    assert all(each.at == int(house.federation.clock.now().timestamp()) for each in told.witnesses)
    assert told.cosigners == ()
    assert told.size < head_size(house)


def head_size(house: House) -> int:
    with house["DZ"].node.store.read() as unit:
        return unit.ledger.head(lock=False).size


def test_without_its_card_a_witness_is_only_a_name(house: House) -> None:
    data = bundle_of(house["DZ"], released(house))

    def without(held: Bundle) -> Bundle:
        return replace(held, descriptors=[each for each in held.descriptors if each.party != "AE"])

    told = both(signed_anew(data, without)).told
    assert told is not None
    assert [each.party for each in told.witnesses] == ["KW"]
    assert told.cosigners == ("AE.exchange/witness",)


def test_with_one_of_its_two_keys_it_is_no_witness(house: House) -> None:
    data = bundle_of(house["DZ"], released(house))

    def halved(held: Bundle) -> Bundle:
        text, lines = lines_of(held.checkpoint)
        first = next(each for each in lines if each.startswith("— AE.exchange/witness "))
        return replace(held, checkpoint=f"{text}\n\n{''.join(each for each in lines if each != first)}".encode())

    told = both(signed_anew(data, halved)).told
    assert told is not None
    assert ([each.party for each in told.witnesses], told.cosigners) == (["KW"], ("AE.exchange/witness",))


@pytest.mark.parametrize("line", [1, 2, 3, 4])
def test_a_cosignature_of_another_head_is_refused(house: House, line: int) -> None:
    data = bundle_of(house["DZ"], released(house))
    house.round("DZ")
    with house["DZ"].node.store.read() as unit:
        newer = unit.ledger.checkpoint()
    assert newer is not None

    def swapped(held: Bundle) -> Bundle:
        text, lines = lines_of(held.checkpoint)
        theirs = {each.split(" ")[1] + each.split(" ")[2][:5]: each for each in lines_of(newer)[1]}
        taken = lines[line]
        lines[line] = theirs[taken.split(" ")[1] + taken.split(" ")[2][:5]]
        assert lines[line] != taken
        return replace(held, checkpoint=f"{text}\n\n{''.join(lines)}".encode())

    report = both(signed_anew(data, swapped))
    assert (report.reason, report.member) == (Fault.COSIGNATURE_INVALID, "checkpoint")


def test_a_witness_made_up_by_the_node_is_told_with_its_own_root(house: House) -> None:
    """The file alone says whose it is, and both verifiers say so."""
    data = bundle_of(house["DZ"], released(house))
    root, witness, part = stranger(house, "AE")

    def made_up(held: Bundle) -> Bundle:
        note = checkpoint.only(checkpoint.read(held.checkpoint), "DZ.exchange")
        lines = cosign(checkpoint.read(note), witness, 1_800_000_000)
        ours = [each for each in held.descriptors if each.party != "AE"]
        return replace(held, checkpoint=with_cosignatures(note, lines, witness.verifiers), descriptors=[*ours, part])

    told = both(signed_anew(data, made_up)).told
    assert told is not None
    assert [(each.party, each.fingerprint, each.named) for each in told.witnesses] == [("AE", root.fingerprint, False)]


def test_a_node_is_no_witness_of_its_own_under_whatever_root(house: House) -> None:
    data = bundle_of(house["DZ"], released(house))
    _, witness, part = stranger(house, "DZ")

    def made_up(held: Bundle) -> Bundle:
        lines = cosign(checkpoint.read(held.checkpoint), witness, 1_800_000_000)
        known = [*witness.verifiers]
        return replace(
            held,
            checkpoint=with_cosignatures(held.checkpoint, lines, known),
            descriptors=[*held.descriptors, part],
        )

    told = both(signed_anew(data, made_up)).told
    assert told is not None
    assert [each.party for each in told.witnesses] == ["AE", "KW"]
    assert told.cosigners == ("DZ.exchange/witness",)


def test_a_time_that_no_calendar_has_is_refused(house: House) -> None:
    data = bundle_of(house["DZ"], released(house))
    witness = keys_of("AE").witness
    assert witness is not None

    def late(held: Bundle) -> Bundle:
        note = checkpoint.only(checkpoint.read(held.checkpoint), "DZ.exchange")
        at, id_ = checkpoint.MAX_TIME + 1, checkpoint.key_id(witness.name, witness.ed25519, checkpoint.COSIGNATURE)
        made = witness.sign_ed25519(checkpoint.cosigned_text(checkpoint.read(note), at))
        line = checkpoint.NoteSignature(witness.name, id_, at.to_bytes(8, "big") + made).line()
        return replace(held, checkpoint=note + line.encode())

    report = both(signed_anew(data, late))
    assert (report.reason, report.member) == (Fault.COSIGNATURE_INVALID, "checkpoint")


def test_the_last_time_there_is_can_be_printed(house: House) -> None:
    data = bundle_of(house["DZ"], released(house))
    witness = keys_of("AE").witness
    assert witness is not None

    def last(held: Bundle) -> Bundle:
        note = checkpoint.only(checkpoint.read(held.checkpoint), "DZ.exchange")
        lines = cosign(checkpoint.read(note), witness, checkpoint.MAX_TIME)
        return replace(held, checkpoint=note + "".join(lines).encode())

    report = both(signed_anew(data, last))
    assert "9999-12-31T23:59:59Z" in "".join(plain_lines(bundle_text(report, root_of("DZ").fingerprint, "en")))


def test_a_key_whose_id_was_made_to_meet_another_breaks_no_evidence(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A partner that grinds 2^32 keys could else block every bundle and export that it cosigned."""
    head = checkpoint.read(form.read(bundle_of(house["DZ"], released(house))).bundle.checkpoint)
    monkeypatch.setattr(checkpoint, "key_id", lambda _name, _public, type_=1: bytes([0, 0, 0, type_]))
    root = RootKey.generate()
    trust = Trust("DZ", root_of("DZ").fingerprint)
    honest, other = NodeKeys.generate("AE", root.fingerprint), NodeKeys.generate("AE", root.fingerprint)
    for version, keys in enumerate((other, honest, other), 1):
        assert trust.add_descriptor("AE", root.fingerprint, signed_card(house, root, keys, version))
    assert honest.witness is not None
    made = cosign(head, honest.witness, 1_800_000_000)
    note = checkpoint.only(head, "DZ.exchange") + "".join(made).encode()
    assert trust.cosigned(checkpoint.read(note)) == {("AE", root.fingerprint): 1_800_000_000}
    bad = made[0][:-20] + ("A" if made[0][-20] != "A" else "B") + made[0][-19:]
    with pytest.raises(SignatureInvalid):
        trust.cosigned(checkpoint.read(checkpoint.only(head, "DZ.exchange") + (bad + made[1]).encode()))


def test_a_kept_card_that_no_root_vouches_for_stops_no_bundle(house: House) -> None:
    """As after a partner has changed its root, or where the disk has lost a byte."""
    release = released(house)
    with house["DZ"].node.store.write() as unit:
        unit.set_setting("card.AE.000000000", card_of("KW").decode())
        unit.set_setting("card.KW.000000000", "{}")
    told = both(bundle_of(house["DZ"], release)).told
    assert told is not None
    assert [each.party for each in told.witnesses] == ["AE", "KW"]


def test_a_stamped_head_has_the_cosignatures_that_came_later(house: House) -> None:
    dz = house["DZ"]
    (made,) = dz.push("KW", dz.deposit(gulf_person(1)))
    with dz.node.store.write() as unit:
        note = unit.ledger.checkpoint()
        assert note is not None
        size = checkpoint.read(note).size
        token = b"token" + sha256(stamped_text(note)).digest()
        row = DayHead("2026-11-01", size, note)
        unit.stamps.note_head(row)
        unit.stamps.put_token(row._replace(token=token, at=house.federation.clock.now()))
    house.round("DZ")
    data = bundle_of(dz, made.proposal_id)
    told = both(data).told
    assert told is not None
    assert ([each.party for each in told.witnesses], told.stamps, told.size) == (["AE", "KW"], 1, size)
    assert document(data)["checkpoint"] != note.decode()
