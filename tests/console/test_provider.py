"""Signing in, and proving who approves, at a real OpenID provider, through the pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from exchange.console.gate import COOKIE
from exchange.console.pages.provider import STATE
from exchange.model.state import Person, Proposal
from exchange.oidc import Client, HttpIdentityProvider
from exchange.operations.attested import verify
from tests.console.kit import Consoles, Desk, Shown, consoles
from tests.console.oidc import Provider, provider
from tests.databases import Sqlite
from tests.federation import State
from tests.invariants import entries
from tests.oidc_kit import BACK
from tests.subjects import gulf_person

NUMBERS = count(1)
PEOPLE = ("approver1-dz", "approver2-dz", "officer-dz")


@pytest.fixture(scope="module")
def agency() -> Iterator[Provider]:
    accounts: dict[str, dict[str, object]] = {name: {} for name in (*PEOPLE, "stranger")}
    with provider([BACK], accounts) as found:
        yield found


@pytest.fixture(scope="module")
def at_desks(agency: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Consoles]:
    client = Client(agency.issuer, agency.client_id, agency.client_secret, BACK)
    door = HttpIdentityProvider(client, loopback=True)
    databases = Sqlite(tmp_path_factory.mktemp("db"))
    with consoles(databases, tmp_path_factory.mktemp("tls"), door=door) as found:
        found.states.clock.time = datetime.now(tz=UTC).replace(microsecond=0)
        yield found


@pytest.fixture
def dz(at_desks: Consoles) -> State:
    """The provider signs the time that it is; the nodes' clock, which tests move, follows."""
    at_desks.states.clock.time = datetime.now(tz=UTC).replace(microsecond=0)
    return at_desks.states["DZ"]


def away(desk: Desk) -> str:
    """Where the page leads whoever wants to sign in."""
    answer = desk.client.get("/sign-in/provider", follow_redirects=False)
    assert answer.status_code == 303
    return answer.headers["location"]


def back(desk: Desk, address: str) -> Shown:
    """The browser comes back; the test's port is in place of the one that the provider knows."""
    assert address.startswith(f"{BACK}?")
    return desk.open(f"{urlsplit(BACK).path}?{urlsplit(address).query}")


def test_a_person_signs_in_and_stays(at_desks: Consoles, dz: State, agency: Provider) -> None:
    desk = at_desks.desk("DZ")
    assert "/sign-in/provider" in desk.open("/").links
    page = back(desk, agency.sign_in(away(desk), "approver1-dz"))
    assert (page.status, page.path) == (200, "/")
    assert desk.open("/preferences").path == "/preferences"
    line = entries(dz.node, "session.opened")[-1]
    assert (line["actor"], line["method"]) == ("approver1-dz", "oidc")
    assert STATE not in desk.client.cookies


def test_the_state_cookie_is_of_this_host_and_hidden_from_scripts(at_desks: Consoles, dz: State) -> None:
    answer = at_desks.desk("DZ").client.get("/sign-in/provider", follow_redirects=False)
    (line,) = [each for each in answer.headers.get_list("set-cookie") if each.startswith(STATE)]
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= {part.strip() for part in line.split(";")}
    assert "Domain" not in line


def entrance_says(page: Shown, text: str, status: int = 401) -> bool:
    return page.status == status and text in page.text and "/sign-in/provider" in page.links


def test_who_is_nobody_here_does_not_get_in(at_desks: Consoles, dz: State, agency: Provider) -> None:
    before = len(entries(dz.node, "login.denied"))
    desk = at_desks.desk("DZ")
    page = back(desk, agency.sign_in(away(desk), "stranger"))
    assert entrance_says(page, "You are not signed in by this.")
    assert COOKIE not in desk.client.cookies
    assert len(entries(dz.node, "login.denied")) == before + 1
    assert "stranger" not in str(entries(dz.node))
    with dz.node.store.read() as unit:
        assert unit.people.get("stranger") is None


def test_who_cancels_there_is_at_the_entrance_again(at_desks: Consoles, dz: State, agency: Provider) -> None:
    desk = at_desks.desk("DZ")
    page = back(desk, agency.sign_in(away(desk), "approver1-dz", cancel=True))
    assert entrance_says(page, "You are not signed in by this.")


def test_an_answer_is_good_once(at_desks: Consoles, dz: State, agency: Provider) -> None:
    desk = at_desks.desk("DZ")
    url = away(desk)
    cookie = desk.client.cookies[STATE]
    address = agency.sign_in(url, "approver1-dz")
    assert back(desk, address).path == "/"
    desk.client.cookies.clear()
    desk.client.cookies.set(STATE, cookie, domain="127.0.0.1", path="/")
    assert entrance_says(back(desk, address), "You are not signed in by this.")


def test_login_csrf_an_answer_that_another_browser_asked_for_signs_nobody_in(
    at_desks: Consoles, dz: State, agency: Provider
) -> None:
    """An attacker signs in as themselves and has the victim's browser open the address that leads back."""
    attacker, victim = at_desks.desk("DZ"), at_desks.desk("DZ")
    planted = agency.sign_in(away(attacker), "officer-dz")
    assert entrance_says(back(victim, planted), "You are not signed in by this.")
    away(victim)  # also when the victim has just set out
    assert entrance_says(back(victim, planted), "You are not signed in by this.")
    assert COOKIE not in victim.client.cookies


def test_a_parameter_that_comes_twice_is_refused(at_desks: Consoles, dz: State, agency: Provider) -> None:
    desk = at_desks.desk("DZ")
    address = agency.sign_in(away(desk), "approver1-dz")
    assert back(desk, f"{address}&state=x").status == 422
    assert COOKIE not in desk.client.cookies


@pytest.fixture
def proposal(dz: State) -> Proposal:
    """One that waits for an approval."""
    records = dz.deposit(gulf_person(next(NUMBERS)))
    (made,) = dz.propose("AE", records).proposals
    return made


def stepping_up(desk: Desk, proposal: Proposal) -> str:
    """The form on the page of an approval; gives where it leads."""
    page = desk.open(f"/releases/{proposal.id}/approve")
    form = page.form(f"/releases/{proposal.id}/step-up")
    assert form.fields["digest"] == [proposal.digest]
    answer = desk.client.post(form.action, data=form.fields, follow_redirects=False)
    assert answer.status_code == 303
    return answer.headers["location"]


def attested(state: State, proposal: Proposal, person: Person) -> bool:
    with state.node.store.read() as unit:
        return any(each.person == person.id for each in unit.sessions.attestations(proposal.id))


def test_an_approver_proves_who_they_are_for_one_digest(
    at_desks: Consoles, dz: State, agency: Provider, proposal: Proposal
) -> None:
    approver = dz.staff.approver
    desk = at_desks.desk("DZ", approver)
    page = back(desk, agency.sign_in(stepping_up(desk, proposal), approver.id))
    assert page.path.startswith(f"/releases/{proposal.id}/approve")
    assert "You confirmed it at your identity provider." in page.text
    with dz.node.store.read() as unit:
        (kept,) = unit.sessions.attestations(proposal.id)
    verify(kept.evidence)
    line = entries(dz.node, "approval.attested")[-1]
    assert (line["actor"], line["method"], line["digest"]) == (approver.id, "oidc", proposal.digest)
    assert line["proof"] == sha256(kept.evidence).hexdigest()


def test_the_proof_is_good_for_one_approval(
    at_desks: Consoles, dz: State, agency: Provider, proposal: Proposal
) -> None:
    approver = dz.staff.approver
    desk = at_desks.desk("DZ", approver)
    approving = f"/releases/{proposal.id}/approve"
    ticked = {"way": "provider", "read": "1"}
    without = desk.send(desk.open(approving), approving, ticked)
    assert without.status == 403
    assert "not confirmed" in without.text
    page = back(desk, agency.sign_in(stepping_up(desk, proposal), approver.id))
    assert desk.send(page, approving, ticked).path.startswith(f"/releases/{proposal.id}?said=approved")
    line = entries(dz.node, "release.approved")[-1]
    assert (line["actor"], line["release"], line["digest"]) == (approver.id, proposal.id, proposal.digest)
    with dz.node.store.read() as unit:
        (kept,) = unit.sessions.attestations(proposal.id)
    assert kept.used_at is not None


def test_another_account_there_proves_nothing_here(
    at_desks: Consoles, dz: State, agency: Provider, proposal: Proposal
) -> None:
    approver, other = dz.staff.approvers[:2]
    desk = at_desks.desk("DZ", approver)
    page = back(desk, agency.sign_in(stepping_up(desk, proposal), other.id))
    assert page.status == 403
    assert "not confirmed" in page.text
    assert not attested(dz, proposal, approver)
    assert not attested(dz, proposal, other)
    assert desk.open("/preferences").path == "/preferences"


def test_only_who_may_approve_is_sent_there(at_desks: Consoles, dz: State, proposal: Proposal) -> None:
    desk = at_desks.desk("DZ", dz.staff.officer)
    token = desk.open("/preferences").form("/preferences").fields["csrf"][0]
    fields = {"csrf": token, "digest": proposal.digest}
    assert desk.client.post(f"/releases/{proposal.id}/step-up", data=fields).status_code == 403
    approver = at_desks.desk("DZ", dz.staff.approver)
    no_token = approver.client.post(f"/releases/{proposal.id}/step-up", data={"digest": proposal.digest})
    assert no_token.status_code == 400


def test_a_provider_that_is_down_is_said_at_the_entrance(tmp_path: Path) -> None:
    client = Client("http://127.0.0.1:9/agency", "exchange", "", BACK)
    door = HttpIdentityProvider(client, loopback=True, seconds=1)
    (tmp_path / "db").mkdir()
    with consoles(Sqlite(tmp_path / "db"), tmp_path, door=door) as found:
        page = found.desk("DZ").open("/sign-in/provider")
        assert entrance_says(page, "The identity provider does not answer", 503)
