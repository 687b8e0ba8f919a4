"""Who may see a page: sessions, CSRF, same origin, headers, cookies. Attacks are named."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx
import pytest

from exchange.console.gate import COOKIE, DOOR
from exchange.console.pages import PAGES
from exchange.operations import enrolment, people
from tests.console.kit import Consoles, Desk
from tests.federation import HandClock
from tests.invariants import entries

PREFERENCES = {"lang": "fr", "theme": "dark", "digits": "latn", "calendar": "both", "density": "compact", "keys": "1"}


@pytest.fixture
def desk(shared: Consoles) -> Desk:
    return shared.desk("DZ", shared.states["DZ"].staff.officer)


@pytest.fixture
def nobody(shared: Consoles) -> Desk:
    return shared.desk("DZ")


def forward(desk: Desk, by: timedelta) -> None:
    clock = desk.state.node.clock
    assert isinstance(clock, HandClock)
    clock.forward(by)


def test_every_page_has_the_headers(desk: Desk) -> None:
    page = desk.open("/preferences")
    policy = page.headers["content-security-policy"]
    nonce = re.findall(r"'nonce-([^']+)'", policy)[0]
    assert f'nonce="{nonce}"' in page.html
    assert "'unsafe" not in policy
    for part in (
        "default-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "require-trusted-types-for 'script'",
    ):
        assert part in policy
    expected = {
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "x-frame-options": "DENY",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
    }
    assert {name: page.headers[name] for name in expected} == expected
    assert desk.open("/preferences").headers["content-security-policy"] != policy


def test_errors_have_them_too(desk: Desk, nobody: Desk) -> None:
    for page in (desk.open("/nothing-here"), nobody.open("/sign-in"), nobody.open("/nothing-here")):
        assert page.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in page.headers["content-security-policy"]


def test_without_a_session_every_page_leads_to_the_entrance(nobody: Desk) -> None:
    for path in ("/", "/preferences", "/passkeys"):
        assert nobody.open(path).path == "/sign-in"


def test_a_forged_form_of_another_site_does_nothing(desk: Desk) -> None:
    before = desk.open("/preferences").html.count("selected")
    token = desk.open("/preferences").form("/preferences").fields["csrf"][0]
    for headers in (
        {"origin": "https://evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ):
        answer = desk.client.post("/preferences", data={"csrf": token, **PREFERENCES}, headers=headers)
        assert answer.status_code == 400
        assert "FORM_EXPIRED" in answer.text
    for forged in ("", "00" * 32, token[:-1]):
        answer = desk.client.post("/preferences", data={"csrf": forged, **PREFERENCES})
        assert answer.status_code == 400
    assert desk.open("/preferences").html.count("selected") == before


def test_the_token_of_another_session_does_not_fit(shared: Consoles, desk: Desk) -> None:
    other = shared.desk("DZ", shared.states["DZ"].staff.approver)
    token = other.open("/preferences").form("/preferences").fields["csrf"][0]
    assert desk.client.post("/preferences", data={"csrf": token, **PREFERENCES}).status_code == 400


def test_login_csrf_needs_the_token_of_the_entrance(nobody: Desk, shared: Consoles) -> None:
    state = shared.states["DZ"]
    with state.node.store.write() as unit:
        token = enrolment.invite(state.node, unit, state.staff.admin.id, state.staff.officer.id)
    assert nobody.client.post(f"/enrol/{token}", data={}).status_code == 400
    assert nobody.client.post(f"/enrol/{token}", data={"csrf": ""}).status_code == 400
    page = nobody.send(nobody.open(f"/enrol/{token}"), f"/enrol/{token}")
    assert page.path == "/passkeys"


def test_session_fixation_signing_in_gives_a_new_token(nobody: Desk, shared: Consoles) -> None:
    state = shared.states["DZ"]
    with state.node.store.write() as unit:
        token = enrolment.invite(state.node, unit, state.staff.admin.id, state.staff.officer.id)
    nobody.client.cookies.set(COOKIE, "planted-by-somebody-else-before-signing-in", domain="127.0.0.1", path="/")
    page = nobody.open(f"/enrol/{token}")
    assert nobody.send(page, f"/enrol/{token}").status == 200
    held = [cookie.value for cookie in nobody.client.cookies.jar if cookie.name == COOKIE]
    assert "planted-by-somebody-else-before-signing-in" not in held


def test_a_link_works_once_and_opening_it_uses_nothing_up(shared: Consoles) -> None:
    state = shared.states["DZ"]
    with state.node.store.write() as unit:
        token = enrolment.invite(state.node, unit, state.staff.admin.id, state.staff.officer.id)
    first, second = shared.desk("DZ"), shared.desk("DZ")
    assert first.open(f"/enrol/{token}").status == first.open(f"/enrol/{token}").status == 200
    page = second.open(f"/enrol/{token}")
    assert first.send(first.open(f"/enrol/{token}"), f"/enrol/{token}").path == "/passkeys"
    refused = second.send(page, f"/enrol/{token}")
    assert second.open("/").path == "/sign-in"
    assert refused.path != "/passkeys"
    assert entries(state.node, "login.denied")


def test_cookies_are_of_this_host_and_hidden_from_scripts(nobody: Desk, shared: Consoles) -> None:
    state = shared.states["DZ"]
    with state.node.store.write() as unit:
        token = enrolment.invite(state.node, unit, state.staff.admin.id, state.staff.officer.id)
    page = nobody.client.get(f"/enrol/{token}")
    answer = nobody.client.post(
        f"/enrol/{token}", data={"csrf": page.cookies[DOOR]}, follow_redirects=False, headers={"origin": "null"}
    )
    said = answer.headers.get_list("set-cookie")
    (line,) = [each for each in said if each.startswith(COOKIE)]
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= {part.strip() for part in line.split(";")}
    assert "Domain" not in line
    assert "expires" not in line.lower()


def test_signing_out_ends_the_session_at_the_node(desk: Desk) -> None:
    token = desk.client.cookies[COOKIE]
    page = desk.send(desk.open("/preferences"), "/sign-out")
    assert page.path.startswith("/sign-in")
    desk.client.cookies.set(COOKIE, token, domain="127.0.0.1", path="/")
    assert desk.open("/").path == "/sign-in"


def test_an_idle_session_ends_after_fifteen_minutes(fresh: Consoles) -> None:
    desk = fresh.desk("DZ", fresh.states["DZ"].staff.officer)
    for _ in range(3):
        forward(desk, timedelta(minutes=14))
        assert desk.open("/preferences").path == "/preferences"
    forward(desk, timedelta(minutes=15, seconds=1))
    assert desk.open("/preferences").path == "/sign-in"


def test_no_session_lasts_longer_than_eight_hours_and_its_token_changes_each_hour(fresh: Consoles) -> None:
    desk = fresh.desk("DZ", fresh.states["DZ"].staff.officer)
    tokens = set()
    for _ in range(47):
        forward(desk, timedelta(minutes=10))
        assert desk.open("/preferences").path == "/preferences"
        tokens.add(desk.client.cookies[COOKIE])
    assert 6 <= len(tokens) <= 9
    forward(desk, timedelta(minutes=11))
    assert desk.open("/preferences").path == "/sign-in"


def test_a_form_that_was_open_for_an_hour_is_still_good(fresh: Consoles) -> None:
    desk = fresh.desk("DZ", fresh.states["DZ"].staff.officer)
    page, before = desk.open("/preferences"), desk.client.cookies[COOKIE]
    for _ in range(7):
        forward(desk, timedelta(minutes=10))
        assert desk.open("/").path == "/"
    assert desk.client.cookies[COOKIE] != before
    sent = desk.send(page, "/preferences", {**PREFERENCES, "lang": "en"})
    assert (sent.status, "Your choices are kept." in sent.text) == (200, True)


def test_a_disabled_person_is_out_at_once(fresh: Consoles) -> None:
    state = fresh.states["DZ"]
    desk = fresh.desk("DZ", state.staff.officer)
    page = desk.open("/preferences")
    with state.node.store.write() as unit:
        people.disable_person(state.node, unit, state.staff.admin.id, state.staff.officer.id)
    assert desk.send(page, "/preferences", PREFERENCES).path.startswith("/sign-in")
    assert desk.open("/").path == "/sign-in"


def test_bodies_are_bounded_before_they_are_read(desk: Desk) -> None:
    answer = desk.client.post("/preferences", content=b"a" * (2 << 20), headers={"content-type": "text/plain"})
    assert answer.status_code == 413
    many = "&".join(f"f{number}=1" for number in range(3_100))
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert desk.client.post("/preferences", content=many.encode(), headers=form).status_code in (413, 422)
    assert (
        desk.client.post("/preferences", content=b"{}", headers={"content-type": "application/json"}).status_code == 422
    )


def test_another_host_is_refused(desk: Desk) -> None:
    assert desk.client.get("/preferences", headers={"host": "evil.example"}).status_code == 400


def test_an_open_redirect_leads_nowhere(desk: Desk) -> None:
    token = desk.open("/preferences").form("/preferences").fields["csrf"][0]
    for target in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
        answer = desk.client.post(
            "/preferences/language", data={"csrf": token, "lang": "en", "from": target}, follow_redirects=False
        )
        assert answer.headers["location"] == "/"


def test_the_page_says_only_sentences_of_ours(desk: Desk) -> None:
    assert "Your choices are kept." in desk.open("/preferences?said=kept").text
    for text in ("<b>pay</b>", "nothing", "kept'"):
        page = desk.open(f"/preferences?said={text}")
        assert 'class="said"' not in page.html
        assert text not in page.html


def test_choices_are_kept_and_the_page_speaks_the_language(desk: Desk) -> None:
    page = desk.send(desk.open("/preferences"), "/preferences", PREFERENCES)
    assert '<html lang="fr" dir="ltr" data-theme="dark" data-density="compact" data-keys="on">' in page.html
    page = desk.send(page, "/preferences/language", {"lang": "ar"})
    assert '<html lang="ar" dir="rtl"' in page.html
    desk.send(page, "/preferences", {**PREFERENCES, "lang": "en", "theme": "auto", "density": "default"})


@pytest.mark.parametrize("path", ["/", "/inbox", "/search", "/releases"])
def test_a_colour_scheme_changes_nothing_but_its_name(desk: Desk, path: str) -> None:
    """The browser's checks look at each page in one scheme, and at its colours in the other."""
    seen = []
    for theme in ("light", "dark"):
        desk.keep(theme=theme)
        page = desk.open(path)
        assert page.status == 200
        assert f'data-theme="{theme}"' in page.html
        named = page.html.replace(f'data-theme="{theme}"', "").replace(f'name="color-scheme" content="{theme}"', "")
        seen.append(re.sub(r'(nonce|value|content|datetime)="[^"]*"|\d', "", named))  # its reading is an entry
    desk.keep()
    assert seen[0] == seen[1]


def test_a_wrong_choice_comes_back_with_its_field(desk: Desk) -> None:
    page = desk.send(desk.open("/preferences"), "/preferences", {**PREFERENCES, "theme": "pink", "lang": "en"})
    assert page.status == 422
    assert 'role="alert"' in page.html


def test_a_stranger_chooses_a_language(nobody: Desk) -> None:
    page = nobody.send(nobody.open("/sign-in"), "/language", {"lang": "ar"})
    assert 'dir="rtl"' in page.html
    asked = httpx.Headers({"accept-language": "fr-DZ, en;q=0.5"})
    nobody.client.cookies.clear()
    assert 'lang="fr"' in nobody.client.get("/sign-in", headers=asked).text


def test_files_are_served_whole_and_only_those(desk: Desk) -> None:
    page = desk.open("/preferences")
    paths = re.findall(r'(?:href|src)="(/static/[^"#]+\.(?:css|js|svg))"', page.html)
    assert any(path.endswith("/base.css") for path in paths)
    for path in paths:
        answer = desk.client.get(path)
        assert answer.status_code == 200, path
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["x-content-type-options"] == "nosniff"
    base = next(path for path in paths if path.endswith("/base.css"))
    for path in (
        base.replace("base.css", "../../app.py"),
        base.replace("base.css", "%2e%2e/app.py"),
        "/static/0/base.css",
    ):
        assert desk.client.get(path).status_code == 404


def test_the_api_takes_no_cookie(desk: Desk) -> None:
    assert desk.client.get("/v1/records").status_code == 401


def test_a_passkey_is_added_only_soon_after_signing_in(fresh: Consoles) -> None:
    desk = fresh.desk("DZ", fresh.states["DZ"].staff.approver)
    page = desk.open("/passkeys")
    assert 'data-passkey="register"' in page.html
    forward(desk, timedelta(minutes=10))
    refused = desk.send(page, "/passkeys", {"label": "of somebody else", "response": "{}"})
    assert refused.status == 403
    assert "more than ten minutes ago" in refused.html
    assert 'data-passkey="register"' not in desk.open("/passkeys").html


def test_a_strangers_body_is_not_read(nobody: Desk) -> None:
    large = {"content-type": "application/x-www-form-urlencoded"}
    answer = nobody.client.post(
        "/audit/verify", content=b"a=" + b"%41" * 700_000, headers=large, follow_redirects=False
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


def test_text_fields_are_small_where_files_may_be_large(shared: Consoles) -> None:
    desk = shared.desk("DZ", shared.states["DZ"].staff.auditor)
    large = {"content-type": "application/x-www-form-urlencoded"}
    answer = desk.client.post("/audit/verify", content=b"a=" + b"%41" * 700_000, headers=large)
    assert answer.status_code == 413


def test_a_desk_that_was_left_open_gives_nobody_a_waiver(fresh: Consoles) -> None:
    """Every form that needs a fresh sign-in says so beforehand and is refused; nothing of it is done."""
    desk = fresh.desk("DZ", fresh.states["DZ"].staff.admin)
    before = desk.open("/people")
    assert "more than ten minutes ago" not in before.html
    forward(desk, timedelta(minutes=10))
    page = desk.open("/people")
    assert "more than ten minutes ago" in page.html
    refused = desk.send(page, "/people", {"person": "planted", "role": "administrator"})
    assert refused.status == 403
    with fresh.states["DZ"].node.store.read() as unit:
        assert unit.people.get("planted") is None
    assert entries(fresh.states["DZ"].node, "access.denied")[-1]["code"] == "SIGN_IN_STALE"


def test_what_gives_power_needs_a_fresh_sign_in() -> None:
    """By their addresses: whoever adds such a form must decide."""
    declared = {page.path for page in PAGES if page.fresh}
    assert declared == {
        "/agreements/{agreement}/{version}/activate",
        "/agreements/{agreement}/{version}/end/confirm",
        "/agreements/{agreement}/{version}/signature",
        "/blinded/contact",
        "/node/witnesses",
        "/node/witnesses/{override}/give",
        "/partners/introduce",
        "/partners/introductions/{partner}/heard",
        "/partners/{partner}/revoke/confirm",
        "/passkeys",
        "/people",
        "/people/link",
        "/standing-approvals/new",
        "/standing-approvals/{standing}/grant",
        "/waivers/new",
        "/waivers/{waiver}/grant",
    }


def test_a_link_that_was_slipped_to_somebody_does_not_change_who_acts(shared: Consoles) -> None:
    state = shared.states["DZ"]
    desk = shared.desk("DZ", state.staff.admin)
    with state.node.store.write() as unit:
        token = enrolment.invite(state.node, unit, state.staff.admin.id, state.staff.officer.id)
    opened = desk.open(f"/enrol/{token}")
    assert (opened.status, "Sign out first" in opened.html) == (403, True)
    csrf = desk.open("/preferences").form("/preferences").fields["csrf"][0]
    assert desk.client.post(f"/enrol/{token}", data={"csrf": csrf}).status_code == 403
    other = shared.desk("DZ")
    assert other.send(other.open(f"/enrol/{token}"), f"/enrol/{token}").path == "/passkeys"


def test_whoever_types_stays_signed_in(fresh: Consoles) -> None:
    """What `stay` of app.js does while somebody fills in a long form."""
    desk = fresh.desk("DZ", fresh.states["DZ"].staff.officer)
    for _ in range(3):
        forward(desk, timedelta(minutes=10))
        assert desk.client.get("/preferences").status_code == 200
    assert desk.open("/preferences").path == "/preferences"
