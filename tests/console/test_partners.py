"""Partners: the list, our card, a new one by two persons, the connection test, suspended and revoked; through forms."""

from __future__ import annotations

from dataclasses import replace

import pytest

from exchange.crypto import descriptor
from exchange.crypto.spoken import spoken
from exchange.ledger.entries import text
from exchange.model.connections import Probe
from exchange.operations import contradictions
from exchange.operations.equivocation import stop
from tests import invariants
from tests.console.kit import Consoles, Desk
from tests.federation import START, card_of, keys_of, root_of
from tests.integration.api_office import covered


def heard(code: str) -> str:
    return " ".join(spoken(root_of(code).fingerprint)[-2:])


def admin(fresh: Consoles) -> Desk:
    return fresh.desk("DZ", fresh.states["DZ"].staff.admin)


def releasing(fresh: Consoles, index: int = 0) -> Desk:
    return fresh.desk("DZ", fresh.states["DZ"].staff.approvers[index])


def test_a_new_partner_comes_in_by_two_persons(fresh: Consoles) -> None:
    one, two = admin(fresh), releasing(fresh)
    form = one.open("/partners/introduce")
    brought = one.send(form, "/partners/introduce", files={"card": card_of("QA")})
    assert (brought.status, brought.path) == (200, "/partners/introductions/QA?said=card_brought")
    shown, hidden = spoken(root_of("QA").fingerprint)[:10], spoken(root_of("QA").fingerprint)[10:]
    assert all(group in brought.text for group in shown)
    assert not any(group in brought.html for group in hidden)
    assert root_of("QA").fingerprint not in brought.html
    assert all(group in brought.text for group in spoken(root_of("DZ").fingerprint))
    action = "/partners/introductions/QA/heard"
    wrong = one.send(brought, action, {"digits": "11111 22222"})
    assert wrong.status == 422
    assert "fingerprint" in wrong.text
    assert 'value="11111 22222"' in wrong.html
    once = one.send(wrong, action, {"digits": heard("QA")})
    assert "One more person" in once.text
    assert action not in once.actions, "the same person is not asked again"
    listed = two.open("/partners")
    assert "heard by one person" in listed.text
    done = two.send(two.open("/partners/introductions/QA"), action, {"digits": heard("QA")})
    assert done.path == "/partners/QA?said=partner_verified"
    assert fresh.states["DZ"].staff.admin.id in done.text
    kinds = [each["kind"] for each in invariants.entries(fresh.states["DZ"].node)]
    assert kinds.count("partner.compared") == 2
    assert kinds.count("partner.misheard") == 1
    assert two.open("/partners/introductions/QA").status == 404


def test_nobody_is_both_persons_even_with_two_tabs(fresh: Consoles) -> None:
    one = admin(fresh)
    first = one.send(one.open("/partners/introduce"), "/partners/introduce", files={"card": card_of("QA")})
    action = "/partners/introductions/QA/heard"
    one.send(first, action, {"digits": heard("QA")})
    again = one.send(first, action, {"digits": heard("QA")})
    assert again.status == 403
    assert "Ask another person" in again.text
    with fresh.states["DZ"].node.store.read() as unit:
        assert unit.partners.get("QA") is None


def test_three_wrong_attempts_and_the_card_is_gone(fresh: Consoles) -> None:
    one = admin(fresh)
    page = one.send(one.open("/partners/introduce"), "/partners/introduce", files={"card": card_of("QA")})
    for digits in ("1", "2", "3"):
        page = one.send(page, "/partners/introductions/QA/heard", {"digits": digits}) if page.actions else page
    assert one.open("/partners/introductions/QA").status == 404
    assert "QA" not in one.open("/partners").text


def test_a_card_is_thrown_away_once(fresh: Consoles) -> None:
    one = admin(fresh)
    page = one.send(one.open("/partners/introduce"), "/partners/introduce", files={"card": card_of("QA")})
    assert one.send(page, "/partners/introductions/QA/dismiss").path == "/partners?said=card_dismissed"
    assert one.send(page, "/partners/introductions/QA/dismiss").path == "/partners?said=card_dismissed"
    assert len(invariants.entries(fresh.states["DZ"].node, "partner.dismissed")) == 1


@pytest.mark.parametrize("card", [b"", b"not a card", b'{"document":"","signatures":[]}'])
def test_what_is_no_card_is_refused_with_a_sentence(fresh: Consoles, card: bytes) -> None:
    one = admin(fresh)
    page = one.send(one.open("/partners/introduce"), "/partners/introduce", files={"card": card})
    assert page.status in (400, 422)
    assert 'role="alert"' in page.html


def test_our_own_card(shared: Consoles) -> None:
    desk = shared.desk("DZ", shared.states["DZ"].staff.officer)
    page = desk.open("/partners/card")
    assert all(group in page.text for group in spoken(root_of("DZ").fingerprint))
    file = desk.client.get("/partners/card/file")
    assert file.content == card_of("DZ")
    assert file.headers["content-disposition"] == 'attachment; filename="DZ-1.card"'
    picture = desk.client.get("/partners/card/qr")
    assert picture.headers["content-type"] == "image/svg+xml"
    assert b"<svg" in picture.content
    assert b"style" not in picture.content
    assert desk.client.get("/partners/AE/qr").status_code == 200
    assert desk.client.get("/partners/ZZ/qr").status_code == 404


@pytest.mark.parametrize("lang", ["ar", "fr", "en"])
def test_the_connection_is_tested_and_told_in_the_readers_language(shared: Consoles, lang: str) -> None:
    desk = shared.desk("DZ", shared.states["DZ"].staff.auditor)
    desk.keep(lang=lang)
    page = desk.send(desk.open("/partners/AE"), "/partners/AE/test")
    assert page.status == 200
    expected = {"ar": "النسخ نفسها", "fr": "Les mêmes versions", "en": "The same versions with the same digests"}
    assert expected[lang] in page.text
    shared.states.network.probes["AE"] = Probe("ae.example", 9441, ("192.0.2.1",), "reach", "timeout")
    try:
        page = desk.send(page, "/partners/AE/test")
    finally:
        del shared.states.network.probes["AE"]
    told = {"ar": "لا جواب", "fr": "Pas de réponse", "en": "No answer"}
    assert told[lang] in page.text
    assert "ae.example" in page.text


def test_suspended_and_resumed(fresh: Consoles) -> None:
    one = admin(fresh)
    page = one.open("/partners/KW")
    page = one.send(page, "/partners/KW/suspend")
    assert "The partner is suspended" in page.text
    officer = fresh.desk("DZ", fresh.states["DZ"].staff.officer)
    seen = officer.open("/partners/KW")
    assert "suspended" in seen.text
    assert "/partners/KW/resume" in seen.actions, "shown, and disabled for this role"
    assert officer.send(seen, "/partners/KW/resume").status == 403
    page = one.send(page, "/partners/KW/resume")
    assert "The suspension is lifted" in page.text


def test_two_persons_revoke(fresh: Consoles) -> None:
    one, two = admin(fresh), releasing(fresh)
    state = fresh.states["DZ"]
    state.push("KW", state.deposit(covered(1)))
    asked = one.send(one.open("/partners/KW"), "/partners/KW/revoke", {"reason": "ROOT_STOLEN"})
    assert "another person" in asked.text
    assert "/partners/KW/revoke/confirm" not in asked.actions
    page = two.open("/partners/KW")
    assert two.send(page, "/partners/KW/revoke/confirm").status == 422, "not before it is ticked"
    done = two.send(page, "/partners/KW/revoke/confirm", {"understood": "1"})
    assert "revoked for good" in done.text
    assert "Revoked for good" in two.open("/partners/KW").text
    with state.node.store.read() as unit:
        assert unit.streams.outbox_counts("KW") == {"void": 1}
    assert two.send(page, "/partners/KW/revoke/confirm", {"understood": "1"}).status == 404
    assert "revoked" in one.open("/partners").text


def test_a_revocation_is_taken_back(fresh: Consoles) -> None:
    one = admin(fresh)
    page = one.send(one.open("/partners/KW"), "/partners/KW/revoke", {"reason": "OUR_DECISION"})
    page = one.send(page, "/partners/KW/revoke/withdraw")
    assert "taken back" in page.text
    assert [text(each, "partner") for each in invariants.entries(fresh.states["DZ"].node, "revocation.withdrawn")] == [
        "KW"
    ]


def newer_card(code: str) -> bytes:
    card = descriptor.trusted(card_of(code))
    return descriptor.sign(descriptor.renew(card, keys_of(code), START), root_of(code))


def test_a_renewed_card(fresh: Consoles) -> None:
    one = admin(fresh)
    page = one.open("/partners/AE")
    kept = one.send(page, "/partners/AE/card", files={"card": newer_card("AE")})
    assert "newer card is verified" in kept.text
    old = one.send(page, "/partners/AE/card", files={"card": card_of("AE")})
    assert old.status == 409
    other = replace(descriptor.trusted(card_of("AE")), root=root_of("XX").public, version=9)
    forged = one.send(page, "/partners/AE/card", files={"card": descriptor.sign(other, root_of("XX"))})
    assert forged.status == 422


def test_alarms_and_evidence(fresh: Consoles) -> None:
    state = fresh.states["DZ"]
    one, auditor = admin(fresh), fresh.desk("DZ", state.staff.auditor)
    with state.node.store.write() as unit:
        stop(unit, "KW", 1, 7, START)
        for note in (b"one", b"two"):
            unit.streams.add_evidence("KW", 0, 9, contradictions.KIND, note, START)
        unit.set_setting("contradiction.KW", "HEADS_CONTRADICT 9 2026-11-02T08:00:00Z")
    page = one.open("/partners/KW")
    assert "signed two different ledgers" in page.text
    assert "Its stream is stopped" in page.text
    assert one.client.get("/partners/KW/evidence").status_code == 403
    file = auditor.client.get("/partners/KW/evidence")
    assert sorted(file.json()["heads"]) == ["one", "two"]
    page = one.send(page, "/partners/KW/settle", {"head_reason": "PARTNER_RESTORED"})
    assert "The evidence stays" in page.text
    page = one.send(page, "/partners/KW/resolve", {"stream_reason": "PARTNER_SOFTWARE"})
    assert "goes on" in page.text
    assert auditor.client.get("/partners/AE/evidence").status_code == 404


def test_strangers_and_roles(shared: Consoles) -> None:
    staff = shared.states["DZ"].staff
    officer = shared.desk("DZ", staff.officer)
    assert officer.open("/partners/ZZ").status == 404
    assert officer.open("/partners/aa").status == 404
    assert officer.open("/partners/introduce").status == 403
    page = officer.open("/partners")
    assert page.status == 200
    assert "disabled" in page.html
