"""Agreements through forms: read as law, written, signed, offered, put in force, suspended, ended by two persons."""

from __future__ import annotations

from datetime import timedelta

import pytest

from exchange.crypto.rootsign import root_signature
from exchange.ledger.entries import text
from exchange.model.claims import JsonObject, JsonValue
from exchange.model.state import StoredAgreement
from exchange.operations import agreements
from tests import invariants
from tests.console.kit import Consoles, Desk, Shown
from tests.federation import AGREEMENT, agreement_document, root_of
from tests.integration.api_office import covered

HERE = f"/agreements/{AGREEMENT}/1"


def admin(consoles: Consoles, code: str = "DZ") -> Desk:
    return consoles.desk(code, consoles.states[code].staff.admin)


def releasing(consoles: Consoles, index: int = 0) -> Desk:
    return consoles.desk("DZ", consoles.states["DZ"].staff.approvers[index])


def stored(consoles: Consoles, version: int, code: str = "DZ", id_: str = AGREEMENT) -> StoredAgreement:
    with consoles.states[code].node.store.read() as unit:
        found = unit.agreements.get(id_, version)
    assert found is not None
    return found


def signature(document: StoredAgreement, code: str) -> bytes:
    return root_signature(root_of(code), code, agreements.TYPES[document.kind], document.document)


def next_version(**changes: JsonValue) -> JsonObject:
    return {**agreement_document("dz-ae-kw.yaml"), "version": 2, "valid_until": "2029-01-01T00:00:00Z", **changes}


def draft(consoles: Consoles, code: str = "DZ") -> StoredAgreement:
    state = consoles.states[code]
    with state.node.store.write() as unit:
        return agreements.draft(state.node, unit, state.staff.admin, next_version())


@pytest.mark.parametrize("lang", ["ar", "fr", "en"])
def test_a_version_is_read_as_law_in_the_language_that_is_chosen(shared: Consoles, lang: str) -> None:
    desk = shared.desk("DZ", shared.states["DZ"].staff.officer)
    desk.keep(lang="en")
    page = desk.open(f"{HERE}?side={lang}")
    title = agreement_document("dz-ae-kw.yaml")["title"]
    assert isinstance(title, dict)
    law = page.html[page.html.index('<article class="law"') : page.html.index("</article>")]
    assert f'lang="{lang}" dir="{"rtl" if lang == "ar" else "ltr"}"' in law
    assert str(title[lang]).split()[0] in law
    assert not {"\u2066", "\u2068", "\u2069"} & set(page.html), "isolated by elements"
    pdf = desk.client.get(f"{HERE}/pdf?side={lang}")
    assert pdf.content.startswith(b"%PDF")


def test_the_list_and_one_version_say_what_there_is(shared: Consoles) -> None:
    desk = shared.desk("DZ", shared.states["DZ"].staff.auditor)
    page = desk.open("/agreements")
    assert AGREEMENT in page.text
    assert "There is no national policy" in page.text
    one = desk.open(f"/agreements/{AGREEMENT}")
    assert one.path == HERE
    assert one.text.count("signed") >= 3
    assert "all decided by this program" in one.text
    assert stored(shared, 1).digest in one.text
    for address in ("/agreements/AG-QA-SA", f"/agreements/{AGREEMENT}/9", "/agreements/nonsense/1"):
        assert desk.open(address).status == 404
    file = desk.client.get(f"{HERE}/document")
    assert file.content == stored(shared, 1).document
    assert desk.client.get(f"{HERE}/signatures/KW").content == stored(shared, 1).signatures["KW"]
    assert desk.client.get(f"{HERE}/signatures/QA").status_code == 404


def test_reading_is_in_the_ledger(fresh: Consoles) -> None:
    node = fresh.states["DZ"].node
    before = len(invariants.entries(node, "list.read"))
    admin(fresh).open(HERE)
    assert len(invariants.entries(node, "list.read")) == before + 1


def test_from_draft_to_force_with_every_signature(fresh: Consoles) -> None:
    desk = admin(fresh)
    page = desk.open(f"/agreements/edit?from={AGREEMENT}/1")
    shown = desk.send(page, "/agreements/edit", {"act": "show", "retention_days": "90"})
    assert "not decided as the parties wrote" in shown.text
    shown = desk.send(shown, "/agreements/edit", {"act": "show", "retention_days": "365", "valid_until": "2029-01-01"})
    assert "not decided as the parties wrote" not in shown.text
    assert "narrows" in shown.text
    kept = send_to(desk, shown, "/agreements/draft")
    assert kept.path == f"/agreements/{AGREEMENT}/2?said=draft_kept"
    assert "root key never comes here" in kept.text
    here = f"/agreements/{AGREEMENT}/2"
    for code in ("DZ", "AE", "KW"):
        kept = desk.send(kept, f"{here}/signature", files={"signature": signature(stored(fresh, 2), code)})
        assert "verified and kept" in kept.text
    assert "Every party has signed" in kept.text
    done = desk.send(kept, f"{here}/activate")
    assert done.path == f"{here}?said=agreement_in_force"
    assert (stored(fresh, 2).state, stored(fresh, 1).state) == ("active", "superseded")
    again = desk.send(kept, f"{here}/activate")
    assert again.path == done.path, "the same form leads to the same page"
    assert "has replaced it" in desk.open(HERE).text
    diff = desk.open(f"{here}/diff?with=1")
    assert "narrows" in diff.text
    assert "2029-01-01" in diff.text


def send_to(desk: Desk, page: Shown, action: str, **values: str) -> Shown:
    """The editor's one form, sent by a button that names another address."""
    fields = {**page.form("/agreements/edit").fields, **values}
    answer = desk.client.post(action, data=fields)
    return Shown(answer.status_code, answer.url.raw_path.decode(), answer.text, answer.headers)


def test_a_signature_of_something_else_is_refused(fresh: Consoles) -> None:
    desk = admin(fresh)
    draft(fresh)
    page = desk.open(f"/agreements/{AGREEMENT}/2")
    for data in (signature(stored(fresh, 1), "KW"), b"{}", b"", signature(stored(fresh, 2), "KW")[:-9]):
        refused = desk.send(page, f"/agreements/{AGREEMENT}/2/signature", files={"signature": data})
        assert refused.status == 422, data[:20]
        assert 'role="alert"' in refused.html
    assert stored(fresh, 2).signatures == {}
    early = desk.client.post(
        f"/agreements/{AGREEMENT}/2/activate", data=page.form(f"/agreements/{AGREEMENT}/2/activate").fields
    )
    assert early.status_code == 403
    assert "signed" in early.text


def test_what_is_put_in_force_is_what_was_looked_at(fresh: Consoles) -> None:
    desk = admin(fresh)
    first = draft(fresh)
    page = desk.open(f"/agreements/{AGREEMENT}/2")
    state = fresh.states["DZ"]
    with state.node.store.write() as unit:
        other = agreements.draft(state.node, unit, state.staff.admin, next_version(recall_days=30))
        for code in ("DZ", "AE", "KW"):
            agreements.add_signature(state.node, unit, state.staff.admin, AGREEMENT, 2, signature(other, code))
    assert first.digest != other.digest
    answer = desk.send(page, f"/agreements/{AGREEMENT}/2/activate")
    assert answer.status == 412
    assert stored(fresh, 2).state == "draft"


def test_it_comes_into_force_at_a_time_and_the_time_is_taken_back(fresh: Consoles) -> None:
    desk = admin(fresh)
    made, here = draft(fresh), f"/agreements/{AGREEMENT}/2"
    state = fresh.states["DZ"]
    with state.node.store.write() as unit:
        for code in ("DZ", "AE", "KW"):
            agreements.add_signature(state.node, unit, state.staff.admin, AGREEMENT, 2, signature(made, code))
    page = desk.open(here)
    wrong = desk.send(page, f"{here}/activate", {"starts": "tomorrow"})
    assert wrong.status == 422
    assert 'value="tomorrow"' in wrong.html
    starts = (fresh.states.clock.now() + timedelta(days=3)).strftime("%Y-%m-%d %H:%M")
    done = desk.send(desk.open(here), f"{here}/activate", {"starts": starts})
    assert "said=agreement_scheduled" in done.path
    assert "comes into force by itself" in done.text
    back = desk.send(done, f"{here}/unschedule")
    assert "said=agreement_unscheduled" in back.path
    assert stored(fresh, 2).state == "draft"


def test_suspended_by_one_person_and_lifted_by_an_administrator(fresh: Consoles) -> None:
    desk, officer = releasing(fresh), fresh.desk("DZ", fresh.states["DZ"].staff.officer)
    seen = officer.open(HERE)
    assert officer.send(seen, f"{HERE}/suspend").status == 403
    page = desk.send(desk.open(HERE), f"{HERE}/suspend")
    assert "Nothing leaves under it from now on" in page.text
    assert desk.send(page, f"{HERE}/activate").status == 403, "a releasing officer does not lift it"
    lifted = admin(fresh)
    done = lifted.send(lifted.open(HERE), f"{HERE}/activate")
    assert "The suspension is lifted" in done.text
    assert stored(fresh, 1).state == "active"


def test_two_persons_end_it(fresh: Consoles) -> None:
    one, two = releasing(fresh), releasing(fresh, 1)
    asked = one.send(one.open(HERE), f"{HERE}/end")
    assert "another person confirms" in asked.text
    assert f"{HERE}/end/confirm" not in asked.actions
    with pytest.raises(AssertionError):
        one.send(asked, f"{HERE}/end/confirm")
    listed = two.open("/agreements")
    assert "its end is asked for" in listed.text
    page = two.open(HERE)
    assert two.send(page, f"{HERE}/end/confirm").status == 422
    own = one.client.post(
        f"{HERE}/end/confirm", data={"csrf": one.open(HERE).form("/sign-out").fields["csrf"], "understood": "1"}
    )
    assert own.status_code == 403
    done = two.send(page, f"{HERE}/end/confirm", {"understood": "1"})
    assert "It has ended" in done.text
    assert stored(fresh, 1).state == "terminated"
    assert two.send(page, f"{HERE}/end/confirm", {"understood": "1"}).status == 404, "the back button"
    assert "No agreement is in force" in one.open("/agreements").text


def test_a_request_to_end_it_is_taken_back(fresh: Consoles) -> None:
    one = releasing(fresh)
    page = one.send(one.open(HERE), f"{HERE}/end")
    page = one.send(page, f"{HERE}/end/withdraw")
    assert "taken back" in page.text
    assert stored(fresh, 1).state == "active"


def test_offered_read_taken_and_signed_by_both(fresh: Consoles) -> None:
    dz, kw = admin(fresh), admin(fresh, "KW")
    made, here = draft(fresh), f"/agreements/{AGREEMENT}/2"
    page = dz.send(dz.open(here), f"{here}/signature", files={"signature": signature(made, "DZ")})
    page = dz.send(page, f"{here}/offer", {"partner": "KW"})
    assert "It was offered" in page.text
    listed = kw.open("/agreements")
    assert "Offered by partners" in listed.text
    offer = f"/agreements/offers/DZ/{made.digest}"
    assert offer in listed.links
    read = kw.open(offer)
    assert made.digest in read.text
    assert "narrows" in read.text
    assert kw.client.get(f"{offer}/document").content == made.document
    officer = fresh.desk("KW", fresh.states["KW"].staff.officer)
    assert officer.send(officer.open(offer), f"{offer}/take").status == 403
    taken = kw.send(read, f"{offer}/take")
    assert taken.path == f"{here}?said=offer_taken"
    assert kw.send(read, f"{offer}/take").path == taken.path, "sent again"
    kw.send(taken, f"{here}/signature", files={"signature": signature(made, "KW")})
    fetched = dz.send(page, f"{here}/offer", {"partner": "KW"})
    assert sorted(stored(fresh, 2).signatures) == ["DZ", "KW"]
    assert fetched.status == 200
    assert kw.open(offer).status == 404


def test_an_offer_is_thrown_away(fresh: Consoles) -> None:
    dz, kw = admin(fresh), admin(fresh, "KW")
    made, here = draft(fresh), f"/agreements/{AGREEMENT}/2"
    dz.send(dz.open(here), f"{here}/offer", {"partner": "KW"})
    offer = f"/agreements/offers/DZ/{made.digest}"
    assert kw.send(kw.open(offer), f"{offer}/refuse").path == "/agreements?said=offer_refused"
    assert [text(each, "partner") for each in invariants.entries(fresh.states["KW"].node, "agreement.declined")] == [
        "DZ"
    ]
    fresh.states.network.down.add("KW")
    away = dz.send(dz.open(here), f"{here}/offer", {"partner": "KW"})
    assert away.status == 502


def test_a_partners_copy_is_compared_hash_for_hash(shared: Consoles) -> None:
    desk = shared.desk("DZ", shared.states["DZ"].staff.officer)
    page = desk.open(f"{HERE}/compare")
    same = desk.send(page, f"{HERE}/compare", files={"copy": stored(shared, 1).document})
    assert "the same, hash for hash" in same.text
    changed = stored(shared, 1).document.replace(b'"retention_days":365', b'"retention_days":730', 1)
    other = desk.send(page, f"{HERE}/compare", files={"copy": changed})
    assert "The copies are not the same" in other.text
    assert "widens" in other.text
    for broken in (b"", b"{", b"[]", b"a: [", b"\xff\xfe"):
        assert desk.send(page, f"{HERE}/compare", files={"copy": broken}).status in (400, 422)


def test_only_who_may_writes(shared: Consoles) -> None:
    officer = shared.desk("DZ", shared.states["DZ"].staff.officer)
    page = officer.open(f"/agreements/edit?from={AGREEMENT}/1")
    assert page.status == 200
    assert send_to(officer, page, "/agreements/draft").status == 403
    assert "Who can" in page.text
    assert covered(1)
