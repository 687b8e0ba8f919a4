"""A replay file that was made once under rules 1: every later version of the program must come to the same decisions.

Where it does not, `policies.decide.RULES` must rise; then an old decision is called `other_rules`, never a forgery.
"""

from __future__ import annotations

from pathlib import Path

from exchange.operations.replay import EQUAL, OTHER_RULES
from exchange.operations.replay_file import check_file
from exchange.policies.decide import RULES

FILE = Path(__file__).with_name("decisions-rules-1.json")
STAGES = ("proposed", "released")


def test_decisions_of_rules_1_are_still_taken_so_or_the_rules_have_a_new_number() -> None:
    found = check_file(FILE.read_bytes())
    assert [stage.stage for stage in found.stages] == list(STAGES)
    assert [stage.inputs.rules for stage in found.stages] == [1, 1]
    items = [item for stage in found.stages for item in stage.items]
    assert len(items) == 6
    assert all(item.decision is not None and len(item.decision.outcomes) > 20 for item in items)
    allowed = {EQUAL, OTHER_RULES} if max(stage.inputs.rules for stage in found.stages) < RULES else {EQUAL}
    assert {item.state for item in items} <= allowed, "the rules have changed: RULES must rise"
