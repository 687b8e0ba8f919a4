"""What the preview shows as “this partner sees” is, claim for claim, what the partner then receives (case 16)."""

from __future__ import annotations

import random
import re
from collections import Counter
from html import unescape
from typing import Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange.interop.synthetic import camp, group, movement, network, person
from exchange.model.claims import Claim
from exchange.model.records import Ref
from exchange.operations.propose import Wish, propose
from exchange.operations.read import read_received
from tests.console.kit import Consoles, Desk, Shown
from tests.console.release_kit import preview_page
from tests.federation import AGREEMENT, PURPOSE

ROW: Final = re.compile(
    r'<tr class="is-\w+" data-claim="(c\d+)" data-state="(\w+)">.*?<td class="we">(.*?)</td>\s*'
    r'<td class="they">(.*?)</td>',
    re.DOTALL,
)
TAG: Final = re.compile(r"<[^>]+>")
MAKERS: Final = {"person": person, "group": group, "network": network, "camp": camp, "movement": movement}
reached: Counter[str] = Counter()


@st.composite
def drafts(draw: st.DrawFn) -> tuple[str, tuple[Claim, ...]]:
    """An invented record that falls under the agreement more often than not, with some of its claims left out."""
    rng, number = draw(st.randoms(use_true_random=False)), draw(st.integers(0, 10_000))
    kind = draw(st.sampled_from(["person", "person", "person", "network", "movement", "group", "camp"]))
    if kind == "person":
        nationality, theatre = draw(st.sampled_from(["KW", "AE", "SA", "TN"])), draw(st.sampled_from(["SY", "LY"]))
        claims = person(rng, number, nationality=nationality, theatre=theatre)
        if draw(st.integers(0, 3)):
            claims = covered(claims)
    else:
        claims = made(kind, rng, number)
    needed = {claim.derived_from for claim in claims} | {claim.contests for claim in claims}
    spare = [claim.id for claim in claims if not claim.path.startswith("record.") and claim.id not in needed]
    dropped = draw(st.sets(st.sampled_from(spare), max_size=4)) if spare else set[str]()
    return kind, tuple(claim for claim in claims if claim.id not in dropped)


def covered(claims: tuple[Claim, ...]) -> tuple[Claim, ...]:
    """The same person as a suspect without safeguard flags, whom the agreement covers."""
    return tuple(
        claim._replace(value="suspect") if claim.path == "record.category" else claim
        for claim in claims
        if claim.path != "record.flag"
    )


def made(kind: str, rng: random.Random, number: int) -> tuple[Claim, ...]:
    claims = MAKERS[kind](rng, number)
    return tuple(claims)


def rows(page: Shown) -> dict[str, tuple[str, str, str]]:
    """Claim -> state, what we hold, what the partner sees: the words of the page."""
    return {claim: (state, words(held), words(seen)) for claim, state, held, seen in ROW.findall(page.html)}


def words(html: str) -> str:
    return " ".join(unescape(TAG.sub(" ", html)).split())


def received(shared: Consoles, ref: Ref, to: str) -> tuple[Claim, ...] | None:
    """What the partner has of it, after everything that may leave has left."""
    dz, there = shared.states["DZ"], shared.states[to]
    with dz.node.store.write() as unit:
        proposals = propose(dz.node, unit, dz.staff.officer, Wish(to, AGREEMENT, PURPOSE, (ref,))).proposals
    if not proposals:
        return None
    (proposal,) = proposals
    dz.approve(proposal)
    assert dz.release(proposal).state == "released"
    assert dz.deliver(to).accepted == 1
    with there.node.store.write() as unit:
        return read_received(there.node, unit, there.staff.officer, ref).claims


def test_the_preview_is_what_arrives(shared: Consoles) -> None:
    officer = shared.desk("DZ", shared.states["DZ"].staff.officer)
    desks = {code: shared.desk(code, shared.states[code].staff.officer) for code in ("AE", "KW")}

    @settings(
        max_examples=25,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.large_base_example, HealthCheck.data_too_large, HealthCheck.too_slow],
    )
    @given(drafts(), st.sampled_from(["AE", "KW"]))
    def hold(draft: tuple[str, tuple[Claim, ...]], to: str) -> None:
        compare(shared, (officer, desks[to]), draft, to)

    hold()
    assert reached["released"] >= 8
    assert reached["stays"] >= 5
    assert min(reached[state] for state in ("sent", "coarser", "withheld")) >= 10


def compare(shared: Consoles, desks: tuple[Desk, Desk], draft: tuple[str, tuple[Claim, ...]], to: str) -> None:
    officer, _ = desks
    (ref,) = shared.states["DZ"].deposit(draft[1], kind=draft[0])
    shown = rows(preview_page(officer, ref, to))
    arrived = received(shared, ref, to)
    promised = {claim for claim, (state, _, _) in shown.items() if state == "sent"}
    reached["stays" if arrived is None else "released"] += 1
    reached.update(state for state, _, _ in shown.values())
    if arrived is None:
        assert promised == set()
        return
    assert promised == {claim.id for claim in arrived}
    sent = {f"{held}" for state, held, _ in shown.values() if state == "sent"}
    for claim, (state, held, seen) in shown.items():
        if state == "sent":
            assert seen == f"sent {held}", claim
        elif state == "withheld":
            assert seen == "withheld", claim
        else:
            assert seen.startswith(f"less exact {held} becomes "), claim
            assert seen.removeprefix(f"less exact {held} becomes ") in sent, claim
    for came in arrived:
        assert said(came) in shown[came.id][2], came


def said(claim: Claim) -> str:
    """A part of the value that no wording changes: a name's text, a code, a number."""
    value = claim.value
    if isinstance(value, dict):
        return str(value.get("text") or value.get("id") or value.get("number") or "")
    return value if isinstance(value, str) and claim.path.startswith(("source.", "group.", "recruitment.by")) else ""
