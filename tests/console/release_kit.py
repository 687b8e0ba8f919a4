"""What the tests of previews, proposals and recalls share: people with passkeys, and forms filled in by them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape

from exchange.model.claims import Claim
from exchange.model.records import Ref
from exchange.model.state import Person, Proposal
from exchange.operations.deposit import Amendment, amend
from exchange.operations.passkeys import register, registration_options
from tests.console.kit import Consoles, Desk, Shown, Values
from tests.federation import AGREEMENT, PURPOSE, State
from tests.passkey_kit import Authenticator
from tests.subjects import gulf_person

QUERY = f"purpose={PURPOSE}&agreement={AGREEMENT}"


@dataclass(slots=True)
class Signer:
    """A desk whose person has a passkey."""

    desk: Desk
    key: Authenticator

    def look(self, release: str) -> Shown:
        return self.desk.open(f"/releases/{release}/approve")

    def approve(self, page: Shown, values: Values | None = None) -> Shown:
        """Signs the challenge that stands on the page and sends the passkey's form."""
        action = next(each for each in page.actions if each.endswith("/approve"))
        answer = self.key.answer(options_on(page))
        return self.desk.send(page, action, {"response": answer, "read": "1", **(values or {})})


def signer(shared: Consoles, code: str, person: Person) -> Signer:
    """Signed in, with a passkey of their own."""
    state, key = shared.states[code], Authenticator()
    with state.node.store.write() as unit:
        answer = key.make(registration_options(state.node, unit, person))
        register(state.node, unit, person, answer, "test")
    return Signer(shared.desk(code, person), key)


def options_on(page: Shown) -> str:
    """What the browser's passkey dialogue would be given."""
    (found,) = re.findall(r'data-passkey="step-up" data-options="([^"]*)"', page.html)
    return unescape(found)


def main(page: Shown) -> str:
    """What stands in the page itself, without the frame around it."""
    inside = page.html[page.html.index("<main") : page.html.index("</main>")]
    return Shown(page.status, page.path, inside, page.headers).text


def preview_page(desk: Desk, ref: Ref, to: str = "KW") -> Shown:
    return desk.open(f"/previews/{ref.originator}/{ref.id}?to={to}&{QUERY}")


def propose(desk: Desk, ref: Ref, to: str = "KW", values: Values | None = None) -> Shown:
    """Through the preview; the page of the proposal."""
    page = preview_page(desk, ref, to)
    return desk.send(page, f"/previews/{ref.originator}/{ref.id}/propose", values)


def release_id(page: Shown) -> str:
    found = re.search(r"rel-[0-9a-f]{32}", page.path)
    assert found, page.path
    return found[0]


def proposed(state: State, refs: Sequence[Ref], to: str = "KW") -> Proposal:
    (proposal,) = state.propose(to, refs).proposals
    return proposal


def renamed(claims: tuple[Claim, ...], text: str) -> tuple[Claim, ...]:
    """The same person under another name, where the agreement lets names out."""
    return tuple(
        claim._replace(value={**claim.value, "text": text})
        if claim.path.startswith("name.") and isinstance(claim.value, dict) and claim.value.get("script") == "Latn"
        else claim
        for claim in claims
    )


def change(state: State, ref: Ref, number: int, text: str = "Newname Invented", version: int = 1) -> None:
    """The next version of the record of `gulf_person(number)`."""
    with state.node.store.write() as unit:
        amend(state.node, unit, state.staff.officer, [Amendment(ref, version, renamed(gulf_person(number), text))])
