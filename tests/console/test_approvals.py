"""Four eyes in the console: what an approver reads, the proof, and every way in which it goes wrong."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from exchange.crypto.base64url import unb64url
from exchange.model.state import Proposal
from exchange.operations.attested import verify
from exchange.operations.codes import issue_code
from tests.console.kit import Consoles, Shown
from tests.console.release_kit import Signer, change, options_on, propose, proposed, release_id, signer
from tests.federation import State
from tests.subjects import gulf_person

STALE = {
    "en": "has changed since",
    "fr": "a changé depuis",
    "ar": "تغير ما كان سيُرسل",
}


@pytest.fixture(scope="module")
def signers(shared: Consoles) -> list[Signer]:
    """Two releasing officers with passkeys."""
    return [signer(shared, "DZ", person) for person in shared.states["DZ"].staff.approvers[:2]]


def waiting(state: State, number: int, to: str = "KW") -> Proposal:
    """A proposal of one record that needs two approvals."""
    (ref,) = state.deposit(gulf_person(number))
    return proposed(state, [ref], to)


def approvals(state: State, proposal: str) -> set[str]:
    with state.node.store.read() as unit:
        return {each.person for each in unit.releases.approvals(proposal)}


def entries(state: State, kind: str) -> list[dict[str, object]]:
    with state.node.store.read() as unit:
        size = unit.ledger.head(lock=False).size
        found = [json.loads(each) for each in unit.ledger.entries(0, size)]
    return [each for each in found if each["kind"] == kind]


def test_two_persons_approve_the_digest_and_it_leaves(shared: Consoles, signers: list[Signer]) -> None:
    dz, kw = shared.states["DZ"], shared.states["KW"]
    officer = shared.desk("DZ", dz.staff.officer)
    (ref,) = dz.deposit(gulf_person(34))
    page = propose(officer, ref)
    release = release_id(page)
    assert "You proposed it, so another person approves it." in page.text
    first = signers[0].look(release)
    assert "everything that is sent is new to it" in first.text
    assert "What is withheld, or goes less exact" in first.text
    with dz.node.store.read() as unit:
        found = unit.releases.get(release)
    assert found is not None
    assert found.digest in first.text
    assert unb64url(json.loads(options_on(first))["challenge"]) == bytes.fromhex(found.digest)
    done = signers[0].approve(first)
    assert "Another person must approve too" in done.text
    assert "You have approved it. It still needs another person." in done.text
    done = signers[1].approve(signers[1].look(release))
    assert "an officer releases it now" in done.text
    assert approvals(dz, release) == {person.id for person in dz.staff.approvers[:2]}
    page = officer.open(f"/releases/{release}")
    sent = officer.send(page, f"/releases/{release}/release")
    assert "Released: decided once more" in sent.text
    assert dz.deliver("KW").accepted == 1
    assert "its signed receipt is here" in officer.open(f"/releases/{release}").text
    with kw.node.store.read() as unit:
        assert unit.copies.latest(ref) is not None


def test_the_passkeys_answer_is_evidence_that_anybody_can_check(shared: Consoles, signers: list[Signer]) -> None:
    dz = shared.states["DZ"]
    proposal = waiting(dz, 35)
    signers[0].approve(signers[0].look(proposal.id))
    (line,) = (each for each in entries(dz, "approval.attested") if each["release"] == proposal.id)
    assert line["digest"] == proposal.digest
    assert line["method"] == "passkey"
    with dz.node.store.read() as unit:
        (kept,) = unit.sessions.attestations(proposal.id)
    assert (kept.proof, kept.person) == (line["proof"], dz.staff.approver.id)
    verify(kept.evidence)
    page = signers[1].desk.open(f"/releases/{proposal.id}")
    assert "passkey" in page.text
    assert kept.proof in page.text


def test_an_approver_reads_the_difference_to_what_the_partner_holds(shared: Consoles, signers: list[Signer]) -> None:
    dz = shared.states["DZ"]
    (ref,) = dz.deposit(gulf_person(36))
    dz.push("KW", [ref])
    change(dz, ref, 36)
    proposal = proposed(dz, [ref])
    assert proposal.kind == "correction"
    page = signers[0].look(proposal.id)
    assert "The partner holds version 1." in page.text
    assert "What changes for the partner" in page.text
    assert 'data-change="name.full"' in page.html
    assert 'data-change="nationality"' not in page.html
    assert "Newname Invented" in page.text
    assert "The record has changed" in page.text
    assert signers[0].approve(page).status == 200


def test_without_the_tick_or_the_proof_nothing_is_approved(shared: Consoles, signers: list[Signer]) -> None:
    dz = shared.states["DZ"]
    proposal = waiting(dz, 40)
    page = signers[0].look(proposal.id)
    without = signers[0].desk.send(page, f"/releases/{proposal.id}/approve", {"response": "{}"})
    assert without.status == 422
    assert "I have read what is withheld" in without.text
    forged = signers[0].desk.send(page, f"/releases/{proposal.id}/approve", {"response": "{}", "read": "1"})
    assert forged.status in (400, 401, 403, 422)
    other = signers[1].key.answer(options_on(signers[0].look(proposal.id)))
    stranger = signers[0].desk.send(
        signers[0].look(proposal.id), f"/releases/{proposal.id}/approve", {"response": other, "read": "1"}
    )
    assert stranger.status in (400, 401, 403, 422)
    assert approvals(dz, proposal.id) == set()


def test_nobody_approves_what_they_proposed(shared: Consoles) -> None:
    """A releasing officer cannot propose; who proposed and got the role since is refused all the same."""
    dz = shared.states["DZ"]
    officer = shared.desk("DZ", dz.staff.officer)
    (ref,) = dz.deposit(gulf_person(43))
    release = release_id(propose(officer, ref))
    assert officer.open(f"/releases/{release}/approve").status == 403
    answer = officer.client.post(f"/releases/{release}/approve", data={"csrf": csrf(officer.open("/preferences"))})
    assert answer.status_code == 403


@pytest.mark.parametrize("lang", ["en", "fr", "ar"])
def test_editing_after_the_proposal_leaves_nothing_to_approve(
    shared: Consoles, signers: list[Signer], lang: str
) -> None:
    dz, number = shared.states["DZ"], {"en": 44, "fr": 45, "ar": 46}[lang]
    (ref,) = dz.deposit(gulf_person(number))
    proposal = proposed(dz, [ref])
    signers[0].desk.keep(lang=lang)
    before = signers[0].look(proposal.id)
    change(dz, ref, number)
    answer = signers[0].approve(before)
    assert answer.status == 409
    assert STALE[lang] in answer.text
    assert approvals(dz, proposal.id) == set()
    again = signers[0].look(proposal.id)
    assert f"/releases/{proposal.id}/approve" not in again.actions
    assert STALE[lang] in again.text
    signers[0].desk.keep(lang="en")


@pytest.mark.parametrize("lang", ["en", "fr", "ar"])
def test_editing_after_approval_voids_it_and_says_what_to_do(
    shared: Consoles, signers: list[Signer], lang: str
) -> None:
    dz, number = shared.states["DZ"], {"en": 48, "fr": 49, "ar": 50}[lang]
    officer = shared.desk("DZ", dz.staff.officer)
    officer.keep(lang=lang)
    (ref,) = dz.deposit(gulf_person(number))
    proposal = proposed(dz, [ref])
    dz.approve(proposal)
    page = officer.open(f"/releases/{proposal.id}")
    change(dz, ref, number)
    answer = officer.send(page, f"/releases/{proposal.id}/release")
    assert answer.status == 200
    assert "APPROVAL_STALE" in answer.text
    assert STALE[lang] in answer.text
    later = officer.open(f"/releases/{proposal.id}")
    assert STALE[lang] in later.text
    with dz.node.store.read() as unit:
        voided = unit.releases.get(proposal.id)
    assert voided is not None
    assert voided.state == "voided"
    officer.keep(lang="en")


def test_the_same_form_twice_is_one_approval(shared: Consoles, signers: list[Signer]) -> None:
    dz = shared.states["DZ"]
    proposal = waiting(dz, 51)
    page = signers[0].look(proposal.id)
    answer = signers[0].key.answer(options_on(page))
    values = {"response": answer, "read": "1"}
    first, second = (signers[0].desk.send(page, f"/releases/{proposal.id}/approve", values) for _ in range(2))
    assert first.status == second.status == 200
    assert first.path == second.path
    assert len(approvals(dz, proposal.id)) == 1


def test_two_tabs_give_one_approval_and_a_clear_sentence(shared: Consoles, signers: list[Signer]) -> None:
    dz = shared.states["DZ"]
    proposal = waiting(dz, 52)
    one, two = signers[0].look(proposal.id), signers[0].look(proposal.id)
    assert signers[0].approve(two).status == 200
    late = signers[0].approve(one)
    assert late.status == 409
    assert "You have approved this already." in late.text
    assert len(approvals(dz, proposal.id)) == 1


def test_after_the_back_button_the_page_says_what_has_happened(shared: Consoles, signers: list[Signer]) -> None:
    dz = shared.states["DZ"]
    officer = shared.desk("DZ", dz.staff.officer)
    proposal = waiting(dz, 53)
    dz.approve(proposal)
    page = officer.open(f"/releases/{proposal.id}")
    assert page.headers["cache-control"] == "no-store"
    officer.send(page, f"/releases/{proposal.id}/release")
    again = officer.send(page, f"/releases/{proposal.id}/release")
    assert again.status == 200
    fresh = Shown(
        page.status, page.path, page.html.replace('name="once" value="', 'name="once" value="X'), page.headers
    )
    late = officer.send(fresh, f"/releases/{proposal.id}/release")
    assert late.status == 409
    assert "not in a state that allows this" in late.text
    assert signers[0].look(proposal.id).path == f"/releases/{proposal.id}"


def test_an_approval_is_withdrawn_and_given_again(shared: Consoles, signers: list[Signer]) -> None:
    dz = shared.states["DZ"]
    proposal = waiting(dz, 54)
    page = signers[0].approve(signers[0].look(proposal.id))
    gone = signers[0].desk.send(page, f"/releases/{proposal.id}/withdraw")
    assert "Your approval is withdrawn." in gone.text
    assert approvals(dz, proposal.id) == set()
    assert signers[0].approve(signers[0].look(proposal.id)).status == 200


def test_another_digest_than_the_proposals_is_refused(shared: Consoles, signers: list[Signer]) -> None:
    proposal = waiting(shared.states["DZ"], 55)
    page = signers[0].look(proposal.id)
    answer = signers[0].approve(page, {"digest": "ab" * 32})
    assert answer.status == 409
    assert "has changed since" in answer.text


def test_a_proposal_expires_by_itself(fresh: Consoles) -> None:
    dz = fresh.states["DZ"]
    proposal = waiting(dz, 1)
    fresh.states.clock.forward(timedelta(days=8))
    desk = fresh.desk("DZ", dz.staff.approver)
    assert "seven days" in desk.open(f"/releases/{proposal.id}").text
    assert desk.open(f"/releases/{proposal.id}/approve").path == f"/releases/{proposal.id}"


def csrf(page: Shown) -> str:
    return page.form("/preferences").fields["csrf"][0]


def test_a_code_from_the_command_line_serves_where_no_passkey_does(shared: Consoles) -> None:
    dz = shared.states["DZ"]
    person = dz.staff.approvers[2]
    desk, proposal = shared.desk("DZ", person), waiting(dz, 56)
    path = f"/releases/{proposal.id}/approve"
    page = desk.open(path)
    assert f"exchange user code --release {proposal.id}" in page.text
    assert 'data-passkey="step-up"' not in page.html
    with dz.node.store.write() as unit:
        code = issue_code(dz.node, unit, person, proposal.id, proposal.digest)
    wrong = desk.send(page, path, {"code": "0000-0000-0000", "read": "1"})
    assert "This approval was not confirmed" in wrong.text
    assert approvals(dz, proposal.id) == set()
    done = desk.send(wrong, path, {"code": code.lower(), "read": "1"})
    assert "Your approval is stored." in done.text
    assert approvals(dz, proposal.id) == {person.id}
    again = desk.send(wrong, path, {"code": code.lower(), "read": "1"})
    assert again.path == done.path
    (refused,) = (each for each in entries(dz, "access.denied") if each["code"] == "NOT_ATTESTED")
    assert refused["actor"] == person.id


def test_without_any_proof_the_page_says_which_are_missing(shared: Consoles) -> None:
    dz = shared.states["DZ"]
    desk, proposal = shared.desk("DZ", dz.staff.approvers[2]), waiting(dz, 58)
    path = f"/releases/{proposal.id}/approve"
    answer = desk.send(desk.open(path), path, {"way": "provider", "read": "1"})
    assert answer.status == 403
    assert "This approval was not confirmed" in answer.text
    assert approvals(dz, proposal.id) == set()
