"""docs/spec/matching.md has the code's numbers."""

from __future__ import annotations

from pathlib import Path

from exchange.api.matching import FLOOR_S, STEP_S
from exchange.matching import second
from exchange.matching.blind import messages, probing, settling, slots
from exchange.matching.blind.group import ELEMENT, PROOF
from exchange.matching.keys import TAU
from exchange.operations import match_answer, match_key, match_limits, match_prepare, match_settle

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "spec"
SPEC = (FOLDER / "matching.md").read_text("utf-8")
TEXT = " ".join(SPEC.split())


def test_sizes_and_bounds_are_those_of_the_code() -> None:
    told = {
        f"base64: {messages.PAGE * ELEMENT:,} bytes or none",
        f"`evaluated` ({messages.PAGE * ELEMENT + PROOF:,} bytes",
        f"`tokens` ({slots.QUERY:,} bytes)",
        f"`answers` ({slots.ANSWER:,} bytes)",
        f"query has {messages.QUERY_SIZE:,} bytes",
        f"{slots.SLOTS} slots of {slots.TOKENS} tokens",
        f"to {slots.MAX_CONTACT} bytes), ticket ({slots.TICKET} bytes)",
        f"leaves {FLOOR_S * 1000:.0f} ms after",
        f"multiple of {STEP_S * 1000:.0f} ms",
        f"at most {match_answer.LIKELIEST} records decided on",
        f"reads {match_answer.FOUND_MAX:,} rows at most",
        f"at most {match_key.MAX_ELEMENTS:,} elements",
        f"lasts {match_key.LIFE.days} days",
        f"at most {match_prepare.KEYS_MAX} keys",
        f"a person may meet {probing.NEIGHBOURS};",
        f"last {match_limits.LOOKED_AT} queries",
        f"{slots.SLOTS * slots.TOKENS * 8:,} bytes",
        f"once for a ticket, within {'seven' if match_settle.KEPT.days == 7 else '?'} days",
        f"person {settling.PIECES} parts are compared at most",
        f"`shape` ({settling.PIECES * settling.SHAPE} bytes)",
        f"{settling.POSSIBLE_FROM:.0f} nats together are level 1, {settling.LIKELY_FROM:.0f} level 2,",
        f"{settling.STRONG_FROM:.0f} level 3; below {settling.POSSIBLE_FROM:.0f}",
    }
    assert {each for each in told if each not in TEXT} == set()


def test_the_nats_of_the_second_stage_are_those_of_the_code() -> None:
    names = (FOLDER / "names.md").read_text("utf-8")
    for nats in (*second.OF_NAMES.values(), *second.OF_DATES.values()):
        assert f"| {nats:g} |".replace("-", "−") in names
    assert f"tau is {TAU:g}" in names


def test_every_document_type_is_there() -> None:
    for type_ in (messages.PREPARE, messages.PREPARED, messages.QUERY_TYPE, messages.ANSWER_TYPE):
        assert f"`{type_}`" in SPEC
    for type_ in (settling.SETTLE, settling.PIECES_TYPE, settling.EVALUATED, settling.SETTLED):
        assert f"`{type_}`" in SPEC
