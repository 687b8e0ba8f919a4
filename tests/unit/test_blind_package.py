"""The package of a blind audit (ledger.md §10): sound ones pass, everything else is named, by both verifiers alike."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from hashlib import sha256
from io import BytesIO
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import pytest

from exchange.crypto.encoding import b64, canonical, unb64
from exchange.crypto.signing import sign_batch
from exchange.errors import TooLarge
from exchange.ledger import package
from exchange.ledger.blind import claimed_fingerprint, verify_package
from exchange.ledger.package import LEDGER, MANIFEST, SIGNATURE, TYPE, Contents, build
from exchange.ledger.report import Exit, Fault, Report
from exchange.operations.blind_audit import blind_package, note_blind
from tests.federation import keys_of
from tests.operations.in_memory import enacted
from tests.second import module
from tests.subjects import gulf_person
from tests.unit.ledger_kit import good

Members = dict[str, bytes]


@cache
def made() -> tuple[bytes, str]:
    """(package, fingerprint) of a node that released three records in two releases, and refused some."""
    states = enacted()
    dz = states["DZ"]
    dz.push("KW", dz.deposit(gulf_person(1), gulf_person(2)))
    dz.push("AE", dz.deposit(gulf_person(3)))
    size = note_blind(dz.node, dz.staff.auditor)
    return b"".join(blind_package(dz.node, size)), dz.node.keys.root_fingerprint


def opened() -> Members:
    with ZipFile(BytesIO(made()[0])) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(members: Mapping[str, bytes], method: int = ZIP_DEFLATED) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def signed(given: Members, **changes: object) -> Members:
    """The same members with a manifest and a signature of the node over them: what a lying node would give."""
    manifest = json.loads(given[MANIFEST])
    rest = {name: data for name, data in given.items() if name not in (MANIFEST, SIGNATURE)}
    listed = [{"name": name, "sha256": sha256(data).hexdigest()} for name, data in rest.items()]
    data = canonical({**manifest, "members": listed, **changes})
    root, proofs = sign_batch(keys_of("DZ").signing[1], TYPE, [data])
    return rest | {MANIFEST: data, SIGNATURE: canonical({"root": b64(root), "proof": b64(proofs[0])})}


def both(data: bytes) -> Report:
    """Our report, once the second verifier came to the same."""
    ours = verify_package(BytesIO(data), len(data), fingerprint=made()[1])
    theirs = module().verify_package(BytesIO(data), made()[1])
    said = (int(ours.exit_code), ours.reason, ours.first_bad_index, ours.bad_before)
    assert tuple(theirs[name] for name in ("exit_code", "reason", "first_bad_index", "bad_before")) == said
    found = [(each["fault"], each["index"], each["before"], each["line"]) for each in theirs["findings"]]
    assert [(each.fault.value, each.index, each.before, each.line) for each in ours.findings] == found
    assert {name: count for name, count in ours.counts.items() if name in theirs["counts"]} == theirs["counts"]
    return ours


def faults(data: bytes) -> list[tuple[Fault, int | None]]:
    return [(each.fault, each.index) for each in both(data).findings]


def decisions(members: Members) -> list[str]:
    return sorted(name for name in members if name.startswith("decisions/"))


def index_of(name: str) -> int:
    return int(name.removeprefix("decisions/").removesuffix(".json"))


def edited(members: Members, edit: Callable[[dict[str, object]], None]) -> Members:
    """With the first decision file changed, signed by the node again."""
    name = decisions(members)[0]
    file = json.loads(members[name])
    edit(file)
    return signed(members | {name: canonical(file)})


def test_a_sound_package_passes_and_counts() -> None:
    report = both(made()[0])
    assert report.ok
    assert (report.counts["decisions"], report.counts["permitted"], report.counts["releases"]) == (2, 3, 2)
    assert report.counts["sent"] > report.counts["withheld"] > 0
    assert both(zipped(opened(), ZIP_STORED)).ok
    assert both(zipped(signed(opened()))).ok
    assert claimed_fingerprint(BytesIO(made()[0]), len(made()[0])) == made()[1]


def test_another_fingerprint_is_not_this_node() -> None:
    data = made()[0]
    assert verify_package(BytesIO(data), len(data), fingerprint="0" * 64).exit_code is Exit.UNTRUSTED
    assert module().verify_package(BytesIO(data), "0" * 64)["exit_code"] == 13
    assert module().verify_package(BytesIO(data), "")["exit_code"] == 0


def test_a_ledger_that_does_not_hold_is_the_result() -> None:
    members = opened()
    bad = members[LEDGER].replace(b'"seq":1', b'"seq":2', 1)
    report = both(zipped(signed(members | {LEDGER: bad})))
    assert report.reason is Fault.ENTRY_HASH
    assert "decisions" not in report.counts


@pytest.mark.parametrize(
    ("name", "old", "found"),
    [
        (MANIFEST, b':00Z"', {Fault.FILE_SIGNATURE}),
        (SIGNATURE, b'"proof":"AAAA', {Fault.FILE_SIGNATURE}),
        ("decisions", b'"CLAUSE":1', {Fault.FILE_SIGNATURE}),
    ],
)
def test_every_member_is_signed(name: str, old: bytes, found: set[Fault]) -> None:
    members = opened()
    name = decisions(members)[0] if name == "decisions" else name
    assert old in members[name]
    new = old.replace(b":00Z", b":01Z").replace(b":1", b":2").replace(b"AAAA", b"AAAB")
    data = zipped(members | {name: members[name].replace(old, new, 1)})
    assert {fault for fault, _ in faults(data)} == found
    assert both(data).exit_code is Exit.SIGNATURE


def test_without_manifest_or_signature_nobody_signed_it() -> None:
    for name in (MANIFEST, SIGNATURE):
        assert faults(zipped({each: data for each, data in opened().items() if each != name})) == [
            (Fault.FILE_UNSIGNED, None)
        ]


def test_a_stranger_signs_in_vain() -> None:
    members = opened()
    key = keys_of("KW").signing[1]
    root, proofs = sign_batch(key, TYPE, [members[MANIFEST]])
    forged = members | {SIGNATURE: canonical({"root": b64(root), "proof": b64(proofs[0])})}
    assert faults(zipped(forged)) == [(Fault.SIGNING_KEY_UNKNOWN, None)]
    root, proofs = sign_batch(keys_of("DZ").signing[1], "exchange/audit/1", [members[MANIFEST]])
    forged = members | {SIGNATURE: canonical({"root": b64(root), "proof": b64(proofs[0])})}
    assert faults(zipped(forged)) == [(Fault.FILE_SIGNATURE, None)]
    old = signed(members, made="2020-01-01T00:00:00Z")
    assert faults(zipped(old)) == [(Fault.SIGNING_KEY_UNKNOWN, None)]


@pytest.mark.parametrize(
    "changes", [{"node": "KW"}, {"root_fingerprint": "0" * 64}, {"size": 3}, {"kind": "x"}, {"v": 2}, {"made": "now"}]
)
def test_a_manifest_of_another_ledger(changes: dict[str, object]) -> None:
    assert faults(zipped(signed(opened(), **changes)))[0] == (Fault.FILE_MALFORMED, None)


def test_what_is_listed_is_there_and_what_is_there_is_listed() -> None:
    members = opened()
    listed = json.loads(members[MANIFEST])["members"]
    more = [*listed, {"name": "decisions/1.json", "sha256": "0" * 64}]
    assert faults(zipped(signed(members, members=more))) == [(Fault.FILE_SIGNATURE, None)]
    assert faults(zipped(signed(members, members=listed[1:]))) == [(Fault.FILE_SIGNATURE, None)]
    assert faults(zipped(signed(members, members=[*listed, listed[0]]))) == [(Fault.FILE_MALFORMED, None)]


def test_each_release_has_its_file_and_each_file_its_release() -> None:
    members = opened()
    first, second = decisions(members)
    absent = {name: data for name, data in members.items() if name != first}
    assert faults(zipped(signed(absent))) == [(Fault.DECISION_ABSENT, index_of(first))]
    swapped = members | {first: members[second], second: members[first]}
    at = sorted((index_of(first), index_of(second)))
    assert faults(zipped(signed(swapped))) == [(Fault.DECISION_DIFFERS, each) for each in at]
    extra = members | {"decisions/1.json": members[first]}
    assert faults(zipped(signed(extra))) == [(Fault.DECISION_DIFFERS, 1)]


def outcome(file: dict[str, object], at: int = 0) -> dict[str, object]:
    outcomes = file["outcomes"]
    assert isinstance(outcomes, list)
    found = outcomes[at]
    assert isinstance(found, dict)
    return found


def stage(file: dict[str, object]) -> dict[str, object]:
    stages = file["stages"]
    assert isinstance(stages, list)
    found = stages[-1]
    assert isinstance(found, dict)
    return found


def flip(name: str) -> Callable[[dict[str, object]], None]:
    def edit(file: dict[str, object]) -> None:
        data = bytearray(unb64(str(stage(file)[name])))
        data[5] ^= 1
        stage(file)[name] = b64(bytes(data))

    return edit


EDITS: dict[str, Callable[[dict[str, object]], None]] = {
    "another manifest": flip("manifests"),
    "another decision": flip("digests"),
    "other inputs": flip("inputs"),
    "another time": lambda file: stage(file).update(at="2026-11-02T07:00:00Z"),
    "another release": lambda file: file.update(release="rel-x"),
    "one record fewer": lambda file: file.update(outcomes=[outcome(file)]),
    "positions": lambda file: outcome(file).update(position=2),
    "no stage": lambda file: file.update(stages=[]),
    "only what was proposed": lambda file: file.update(stages=[{**stage(file), "stage": "proposed"}]),
    "a state of its own": lambda file: outcome(file).update(state="denied"),
    "that differs": lambda file: outcome(file).update(state="different", claims=None),
    "released without claims": lambda file: outcome(file).update(claims=None),
    "erased with claims": lambda file: outcome(file).update(state="erased"),
    "nothing sent": lambda file: outcome(file).update(claims={"sent": {}, "coarser": {}, "withheld": {"NO_CLAUSE": 1}}),
    "too many": lambda file: outcome(file).update(claims={"sent": {"CLAUSE": 257}, "coarser": {}, "withheld": {}}),
    "words": lambda file: outcome(file).update(claims={"sent": {"Ahmed": 1}, "coarser": {}, "withheld": {}}),
    "a name": lambda file: outcome(file).update(id="rec-1"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_a_file_that_the_ledger_does_not_bear_out(edit: str) -> None:
    members = opened()
    name = decisions(members)[0]
    changed = edited(members, EDITS[edit])
    assert changed[name] != members[name]
    assert faults(zipped(changed)) == [(Fault.DECISION_DIFFERS, index_of(name))]


@pytest.mark.parametrize("state", ["erased", "not_retaken", "other_rules"])
def test_what_cannot_be_taken_again_is_said_and_no_fault(state: str) -> None:
    report = both(zipped(edited(opened(), lambda file: outcome(file).update(state=state, claims=None))))
    assert report.ok
    assert report.counts["sent"] < both(made()[0]).counts["sent"]


def renamed(name: str) -> bytes:
    return zipped(opened() | {name: b"x"})


def encrypted() -> bytes:
    """The flag in both headers of the first member."""
    data = bytearray(made()[0])
    data[6] |= 1
    at = data.rindex(b"PK\x01\x02", 0, data.index(b"PK\x01\x02") + 4)
    data[at + 8] |= 1
    return bytes(data)


def commented() -> bytes:
    out = BytesIO(zipped(opened()))
    with ZipFile(out, "a") as archive:
        archive.comment = b"hidden"
    return out.getvalue()


def twice() -> bytes:
    out = BytesIO(zipped(opened()))
    with pytest.warns(UserWarning, match="Duplicate"), ZipFile(out, "a") as archive:
        archive.writestr(MANIFEST, b"{}")
    return out.getvalue()


def bomb(name: str, size: int) -> bytes:
    return zipped(opened() | {name: bytes(size)})


ODD: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "no zip": lambda: b"PK\x03\x04 but nothing more",
    "cut": lambda: made()[0][:-30],
    "no ledger": lambda: zipped({name: data for name, data in opened().items() if name != LEDGER}),
    "a path up": lambda: renamed("../ledger.jsonl"),
    "an absolute path": lambda: renamed("/etc/passwd"),
    "a backslash": lambda: renamed("decisions\\1.json"),
    "a folder": lambda: renamed("decisions/"),
    "another member": lambda: renamed("notes.txt"),
    "a leading zero": lambda: renamed("decisions/01.json"),
    "other digits": lambda: renamed("decisions/\u0661.json"),
    "a zero byte": lambda: made()[0].replace(b"signature.json", b"signature\0json"),
    "another method": lambda: zipped(opened(), ZIP_BZIP2),
    "encrypted": encrypted,
    "a comment": commented,
    "one name twice": twice,
    "a bomb as the ledger": lambda: bomb(LEDGER, 40 << 20),
    "a bomb as a decision": lambda: bomb("decisions/1.json", (16 << 20) + 1),
    "a bomb as the signature": lambda: bomb(SIGNATURE, (64 << 10) + 1),
}


@pytest.mark.parametrize("case", ODD)
def test_odd_archives_are_not_read_at_all(case: str) -> None:
    assert faults(ODD[case]()) == [(Fault.FILE_MALFORMED, None)]


def test_damaged_bytes_of_a_member_are_found() -> None:
    data = bytearray(zipped(opened(), ZIP_STORED))
    data[data.index(b'"kind":"exchange-blind-decisions"') + 3] ^= 1
    assert faults(bytes(data)) == [(Fault.FILE_MALFORMED, None)]


def test_a_size_that_lies_does_not_make_it_read_more() -> None:
    """The directory says 10 bytes; the data goes on. What is read is what the directory says, and it is not the sum."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, data in opened().items():
            archive.writestr(ZipInfo(name), data)
        archive.filelist[0].file_size = 10
    assert not both(out.getvalue()).ok


def test_a_plain_export_in_a_zip_is_unsigned_as_a_package() -> None:
    report = verify_package(BytesIO(zipped({LEDGER: b"".join(good())})), 1 << 20, fingerprint=made()[1])
    assert report.reason is Fault.ROOT_MISMATCH
    members = {LEDGER: opened()[LEDGER]}
    first = (Fault.FILE_UNSIGNED, None)
    absent = [(Fault.DECISION_ABSENT, index_of(name)) for name in decisions(opened())]
    assert faults(zipped(members)) == [first, *sorted(absent, key=lambda each: each[1])]


def test_a_package_that_nobody_could_read_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    def written(decisions_: list[tuple[int, bytes]]) -> bytes:
        key = keys_of("DZ").signing[1]
        return b"".join(build(Contents("DZ", "0" * 64, "2026-11-02T08:00:00Z", 1, [b"{}\n"], decisions_), key))

    with pytest.raises(TooLarge):
        written([(1, bytes((16 << 20) + 1))])
    monkeypatch.setattr(package, "MAX_MEMBERS", 5)
    assert written([(at, b"{}") for at in range(2)])
    with pytest.raises(TooLarge):
        written([(at, b"{}") for at in range(3)])
