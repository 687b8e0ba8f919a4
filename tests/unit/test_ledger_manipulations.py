"""Random manipulations of an exported ledger: every one is caught, at the right place, by both verifiers alike.

An outsider changes the file; an insider with the node's signing key signs the changed file again. What the last
checkpoint before and the first one behind the change leave open is said as a range.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import pytest

from exchange.crypto.encoding import b64
from exchange.crypto.signing import sign_batch
from exchange.ledger.book import leaf_of
from exchange.ledger.export import EntryPart, entry_line, split_entry, summary
from tests.second import both
from tests.unit.ledger_kit import Story, agreement, hex_of, party

EVERY = 25
"""Entries between two checkpoints."""


@cache
def export(entries: int) -> tuple[bytes, ...]:
    """The lines of a faultless export of about so many entries, at least; every third release has its receipt."""
    story, seq = Story(agreements=[agreement(until=2 * entries)]).begin(), 0
    while len(story.entries) < entries - 1:
        seq += 1
        story.whole(f"rel-{seq}", seq)
        story.write("release.decided", "p-officer", release=f"rel-{seq}", digest=hex_of("decided", seq))
        if seq % 3 == 0:
            story.receipt(seq)
    story.write("audit.exported", "p-auditor", size=len(story.entries))
    story.ends = [*range(EVERY, len(story.entries), EVERY), len(story.entries)]
    return tuple(story.lines())


@dataclass(frozen=True, slots=True)
class Change:
    """A changed file, and the entry at which the change begins; None for a line that is no entry."""

    kind: str
    lines: list[bytes]
    index: int | None
    exact: bool = True
    """Whether the place must be named exactly; else it must lie in the range that is told."""


def places(lines: list[bytes]) -> list[int]:
    """Line numbers (from 0) of the entries, in index order."""
    return [at for at, line in enumerate(lines) if line.startswith(b'{"entry":')]


def flip(rng: random.Random, lines: list[bytes]) -> Change:
    at = rng.randrange(len(lines))
    line = bytearray(lines[at])
    line[rng.randrange(len(line))] ^= 1 << rng.randrange(8)
    entries = places(lines)
    lines[at] = bytes(line)
    pieces = b"".join(lines).splitlines(keepends=True)
    return Change("flip", pieces, entries.index(at) if at in entries else None)


def delete(rng: random.Random, lines: list[bytes]) -> Change:
    entries = places(lines)
    index = rng.randrange(len(entries))
    del lines[entries[index]]
    return Change("delete", lines, index)


def swap(rng: random.Random, lines: list[bytes]) -> Change:
    entries = places(lines)
    one, other = sorted(rng.sample(range(len(entries)), 2))
    first, second = entries[one], entries[other]
    lines[first], lines[second] = lines[second], lines[first]
    return Change("swap", lines, one)


def insert(rng: random.Random, lines: list[bytes]) -> Change:
    entries = places(lines)
    index, copied = rng.randrange(len(entries)), rng.randrange(len(entries))
    lines.insert(entries[index], lines[entries[copied]])
    return Change("insert", lines, index + (copied == index))


def truncate(rng: random.Random, lines: list[bytes]) -> Change:
    entries = places(lines)
    end = rng.randrange(1, len(lines))
    left = sum(at < end for at in entries)
    return Change("truncate", lines[:end], left if left < len(entries) else None)


def resign(rng: random.Random, lines: list[bytes]) -> Change:
    """One entry is rewritten, with its hash made anew, and the node signs the file."""
    entries = places(lines)
    index = rng.randrange(len(entries))
    found = split_entry(lines[entries[index]])
    assert found is not None
    entry, salt = found
    value = json.loads(entry)
    value["actor"] = "p-nobody"
    changed = json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
    lines[entries[index]] = entry_line(index, EntryPart(changed, leaf_of(salt, changed), salt))
    return Change("resign", signed_again(lines, len(entries)), index, exact=False)


def resign_without(rng: random.Random, lines: list[bytes]) -> Change:
    """One entry is taken out, all behind it are renumbered, and the node signs the file."""
    entries = places(lines)
    gone = rng.randrange(len(entries) - 1)
    kept: list[bytes] = []
    index = 0
    for at, line in enumerate(lines):
        found = split_entry(line)
        if found is None:
            kept.append(line)
        elif at != entries[gone]:
            kept.append(entry_line(index, EntryPart(found[0], leaf_of(found[1], found[0]), found[1])))
            index += 1
    head = json.loads(kept[0])
    head["size"] = index
    kept[0] = json.dumps(head, sort_keys=True, separators=(",", ":")).encode() + b"\n"
    return Change("resign without", signed_again(kept, index), gone, exact=False)


def signed_again(lines: list[bytes], size: int) -> list[bytes]:
    body = lines[:-1]
    told = summary("DZ", size, len(body), hashlib.sha256(b"".join(body)).digest())
    root, proofs = sign_batch(party("DZ").signing, "exchange/audit/1", [told])
    value = {"signature": {"proof": b64(proofs[0]), "root": b64(root)}}
    return [*body, json.dumps(value, sort_keys=True, separators=(",", ":")).encode() + b"\n"]


KINDS = (flip, delete, swap, insert, truncate, resign, resign_without)


def manipulate(entries: int, runs: int, seed: int) -> Counter[str]:
    rng, seen = random.Random(seed), Counter[str]()
    lines = export(entries)
    fingerprint = party("DZ").root.fingerprint
    assert both(lines, fingerprint=fingerprint).ok
    for _ in range(runs):
        change = rng.choice(KINDS)(rng, list(lines))
        report = both(change.lines, fingerprint=fingerprint)
        assert not report.ok, change.kind
        if change.index is not None:
            first, before = report.first_bad_index, report.bad_before
            assert first is not None, change.kind
            assert before is not None, change.kind
            if change.exact:
                assert first == change.index, (change.kind, change.index, report.findings[:3])
            else:
                assert first <= change.index < before, (change.kind, change.index, report.findings[:3])
        seen[change.kind] += 1
    return seen


def test_every_manipulation_is_caught_at_its_place() -> None:
    assert set(manipulate(300, 210, 1)) == {"flip", "delete", "swap", "insert", "truncate", "resign", "resign without"}


class At(random.Random):
    """Takes one place instead of a random one."""

    def __init__(self, place: int) -> None:
        super().__init__()
        self._place = place

    def randrange(self, *_: object) -> int:  # every caller here asks for one place
        return self._place


@pytest.mark.parametrize("change", [resign, resign_without])
def test_each_single_entry_changed_or_taken_out_and_signed_again(change: Callable[..., Change]) -> None:
    """Also a decision that stands right behind the head which covers its release: that release is not what is wrong."""
    lines = export(160)
    fingerprint = party("DZ").root.fingerprint
    last = len(places(list(lines))) - 1
    for index in range(last):
        made = change(At(index), list(lines))
        report = both(made.lines, fingerprint=fingerprint)
        first, before = report.first_bad_index, report.bad_before
        assert first is not None, index
        assert before is not None, index
        assert first <= index < before, (index, report.reason, first, before)


@pytest.mark.trials
@pytest.mark.timeout(4 * 3600)
@pytest.mark.parametrize("seed", range(10))
def test_five_thousand_manipulations_of_ten_thousand_entries(seed: int) -> None:
    assert manipulate(10_000, 500, 100 + seed).total() == 500
