"""What scripts add to pages, under the policy of real pages: passkeys, blur, keys, rows, copying, guards."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import webauthn
from playwright.sync_api import Dialog, Page
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from tests.console.browser import View, Watch, authenticator
from tests.console.checks import faults_of
from tests.console.little import Looking, looking, script

RP = "localhost"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Looking]:
    with looking(tmp_path_factory.mktemp("little")) as found:
        yield found


@contextmanager
def page_with(desk: Looking, body: str, view: View | None = None, **more: str) -> Iterator[tuple[Page, Watch]]:
    desk.site.posted.clear()
    desk.site.put("/page", f"<main><h1>A</h1>{body}</main>", head=script("app.js"), **more)
    with desk.at("/page", view) as found:
        yield found


def escaped(options: str) -> str:
    return options.replace("&", "&amp;").replace('"', "&quot;")


def passkey_form(kind: str, options: str, extra: str = "") -> str:
    return (
        f'<form method="post" action="/in" data-passkey="{kind}" data-options="{escaped(options)}" {extra}>'
        '<input type="hidden" name="csrf" value="token"><input type="hidden" name="response" value="">'
        '<button type="submit" name="go" value="yes">Go</button>'
        '<button type="submit" name="code" value="1" data-plain>By code</button></form>'
    )


def registration(challenge: bytes) -> str:
    options = webauthn.generate_registration_options(
        rp_id=RP, rp_name="Exchange", user_id=b"officer-dz", user_name="officer-dz", challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
    )  # fmt: skip
    return webauthn.options_to_json(options)


def assertion(challenge: bytes, allowed: bytes | None = None) -> str:
    options = webauthn.generate_authentication_options(
        rp_id=RP, challenge=challenge, user_verification=UserVerificationRequirement.REQUIRED,
        allow_credentials=[PublicKeyCredentialDescriptor(id=allowed)] if allowed else None,
    )  # fmt: skip
    return webauthn.options_to_json(options)


def sent(desk: Looking, page: Page, path: str = "/in") -> dict[str, list[str]]:
    page.wait_for_url(f"**{path}")
    return desk.site.posted[path]


def test_a_passkey_is_made_and_signs_in_and_steps_up(desk: Looking) -> None:
    """On a server whose certificate is its own, checked by the same library as the node's."""
    made, digest = b"m" * 32, bytes(range(32))
    with page_with(desk, passkey_form("register", registration(made))) as (page, watch):
        key = authenticator(page)
        page.get_by_role("button", name="Go").click()
        form = sent(desk, page)
        assert (form["csrf"], form["go"]) == (["token"], ["yes"])
        held = webauthn.verify_registration_response(
            credential=form["response"][0], expected_challenge=made, expected_rp_id=RP,
            expected_origin=desk.site.origin, require_user_verification=True,
        )  # fmt: skip
        assert len(key.credentials) == 1

        for kind, allowed in (("login", None), ("step-up", held.credential_id)):
            desk.site.put("/page", passkey_form(kind, assertion(digest, allowed)), head=script("app.js"))
            page.goto(f"{desk.site.origin}/page")
            page.get_by_role("button", name="Go").click()
            answer = sent(desk, page)["response"][0]
            proved = webauthn.verify_authentication_response(
                credential=answer, expected_challenge=digest, expected_rp_id=RP, expected_origin=desk.site.origin,
                credential_public_key=held.credential_public_key, credential_current_sign_count=0,
                require_user_verification=True,
            )  # fmt: skip
            assert proved.credential_id == held.credential_id
            with pytest.raises(webauthn.helpers.exceptions.InvalidAuthenticationResponse):
                webauthn.verify_authentication_response(
                    credential=answer, expected_challenge=b"x" * 32, expected_rp_id=RP,
                    expected_origin=desk.site.origin, credential_public_key=held.credential_public_key,
                    credential_current_sign_count=0,
                )  # fmt: skip
        assert watch.violations == []


def test_options_are_fetched_when_the_form_names_an_address(desk: Looking) -> None:
    desk.site.pages["POST /options"] = {"publicKey": json.loads(registration(b"f" * 32))}
    with page_with(desk, passkey_form("register", "/options")) as (page, _):
        authenticator(page)
        page.get_by_role("button", name="Go").click()
        assert sent(desk, page)["response"] != [""]
        assert desk.site.posted["/options"] == {"csrf": ["token"]}


def test_who_does_not_touch_the_key_is_told_so(desk: Looking) -> None:
    options = registration(b"m" * 32).replace('"timeout": 60000', '"timeout": 400')
    with page_with(desk, passkey_form("register", options, 'data-fault="Nothing was signed."')) as (page, _):
        authenticator(page).answers(willing=False)
        page.get_by_role("button", name="Go").click()
        page.get_by_role("alert").wait_for()
        assert page.inner_text("[role=alert]") == "Nothing was signed."
        assert desk.site.posted == {}


def test_without_such_words_the_server_says_it(desk: Looking) -> None:
    options = registration(b"m" * 32).replace('"timeout": 60000', '"timeout": 400')
    with page_with(desk, passkey_form("register", options)) as (page, _):
        authenticator(page).answers(willing=False)
        page.get_by_role("button", name="Go").click()
        assert sent(desk, page)["response"] == [""]


def test_another_way_is_open_beside_the_passkey(desk: Looking) -> None:
    with page_with(desk, passkey_form("step-up", assertion(b"m" * 32))) as (page, _):
        page.get_by_role("button", name="By code").click()
        assert sent(desk, page)["code"] == ["1"]


def test_forms_with_passkeys_are_sent_without_scripts(desk: Looking) -> None:
    body = passkey_form("login", assertion(b"m" * 32))
    with page_with(desk, body, View(scripts=False)) as (page, _):
        page.get_by_role("button", name="Go").click()
        assert sent(desk, page)["response"] == [""]


PRIVATE = "() => document.documentElement.classList.contains('private')"


def leave(page: Page) -> Page:
    """Another window comes to the front."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setFocusEmulationEnabled", {"enabled": False})
    other = page.context.new_page()
    other.bring_to_front()
    return other


@pytest.mark.parametrize(("marked", "blurred"), [("marked", True), ("", False)])
def test_a_record_is_blurred_while_nobody_looks(desk: Looking, marked: str, blurred: bool) -> None:
    with page_with(desk, "<p>Secret</p>") as (page, _):
        page.evaluate("name => { document.body.className = name; }", marked)
        other = leave(page)
        page.wait_for_timeout(200)
        assert page.evaluate(PRIVATE) is blurred
        other.close()
        page.bring_to_front()
        page.wait_for_timeout(200)
        assert page.evaluate(PRIVATE) is False


def test_escape_twice_shuts_and_opens_the_curtain(desk: Looking) -> None:
    with page_with(desk, "<p>Secret</p>") as (page, _):
        page.keyboard.press("Escape")
        page.wait_for_timeout(700)
        page.keyboard.press("Escape")
        assert page.evaluate(PRIVATE) is False
        page.keyboard.press("Escape")
        assert page.evaluate(PRIVATE) is True
        assert page.locator("main").evaluate("(main) => getComputedStyle(main).filter") == "blur(14px)"
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
        assert page.evaluate(PRIVATE) is False


LIST = """<label>Q <input type="search" name="q"></label><table data-list><caption>L</caption><tbody>
<tr><td><a href="/one">One</a></td></tr>
<tr><td><a href="/two">Two</a> <a href="/accepted" data-accept>Accept</a></td></tr></tbody></table>
<details data-keys-help><summary>Keys</summary><p>j, k</p></details>"""


def test_single_keys_walk_a_list(desk: Looking) -> None:
    focused = "() => document.activeElement.textContent"
    for path in ("/two", "/accepted"):
        desk.site.put(path, "<h1>There</h1>")
    with page_with(desk, LIST) as (page, watch):
        page.keyboard.press("j")
        assert page.evaluate(focused) == "One"
        page.keyboard.press("j")
        page.keyboard.press("j")
        assert page.evaluate(focused) == "Two"
        assert page.locator("tr.at").count() == 1
        page.keyboard.press("k")
        assert page.evaluate(focused) == "One"
        page.keyboard.press("?")
        assert page.locator("details").get_attribute("open") is not None
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.wait_for_url("**/two")
        page.go_back()
        page.keyboard.press("j")
        page.keyboard.press("j")
        page.keyboard.press("a")
        page.wait_for_url("**/accepted")
        assert watch.faults == []


def test_single_keys_can_be_switched_off_and_never_disturb_typing(desk: Looking) -> None:
    with page_with(desk, LIST, root='data-keys="off"') as (page, _):
        page.keyboard.press("j")
        assert page.locator("tr.at").count() == 0
    with page_with(desk, LIST, root='data-keys="on"') as (page, _):
        page.get_by_label("Q").press_sequentially("jka?")
        assert page.get_by_label("Q").input_value() == "jka?"
        assert page.locator("tr.at").count() == 0
        page.keyboard.press("Control+j")
        assert page.locator("tr.at").count() == 0


ROWS = """<form method="post" action="/in" data-guard><div data-rows="name">
<div data-entry><label for="name-0">Name 1</label><input id="name-0" name="name-0" data-follow="name"></div></div>
<template data-row="name"><div data-entry><label for="name-__n__">Name</label>
<input id="name-__n__" name="name-__n__" data-follow="name">
<button type="submit" name="drop" value="__n__" data-remove>Remove</button></div></template>
<button type="submit" name="add" value="name" data-add="name">Another</button>
<button type="submit" name="save" value="1">Save</button></form>"""


def test_rows_are_added_and_removed_in_place(desk: Looking) -> None:
    with page_with(desk, ROWS) as (page, watch):
        page.get_by_role("button", name="Another").click()
        page.keyboard.type("سعيد")
        page.get_by_role("button", name="Another").click()
        page.keyboard.type("Said")
        page.get_by_role("button", name="Another").click()
        page.get_by_role("button", name="Remove").last.click()
        assert page.locator("[data-entry]").count() == 3
        assert page.locator("#name-1").evaluate("(f) => [f.dir, f.lang, f.className]") == ["rtl", "ar", "original"]
        assert page.locator("#name-2").evaluate("(f) => [f.dir, f.lang, f.className]") == ["ltr", "", ""]
        assert faults_of(page, watch, "en") == []
        page.get_by_role("button", name="Save").click()
        assert sent(desk, page) == {"name-0": [""], "name-1": ["سعيد"], "name-2": ["Said"], "save": ["1"]}


def test_rows_are_asked_of_the_server_without_scripts(desk: Looking) -> None:
    with page_with(desk, ROWS, View(scripts=False)) as (page, _):
        page.get_by_role("button", name="Another").click()
        assert sent(desk, page)["add"] == ["name"]


def test_unsaved_entries_are_guarded_and_saved_ones_are_not(desk: Looking) -> None:
    with page_with(desk, ROWS + '<a href="/page">Away</a>') as (page, _):
        asked: list[str] = []

        def refuse(dialog: Dialog) -> None:
            asked.append(dialog.type)
            dialog.dismiss()

        page.on("dialog", refuse)
        page.get_by_label("Name 1").fill("Said")
        page.get_by_role("link", name="Away").click(no_wait_after=True)
        page.wait_for_timeout(200)
        assert asked == ["beforeunload"]
        page.get_by_role("button", name="Save").click()
        assert sent(desk, page)["name-0"] == ["Said"]
        assert asked == ["beforeunload"]


def test_what_is_copied(desk: Looking) -> None:
    body = '<code id="d"> abc-123 </code><button type="button" data-copy="#d" data-copied="Copied" hidden>Copy</button>'
    with page_with(desk, body) as (page, watch):
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.get_by_role("button", name="Copy").click()
        page.get_by_role("button", name="Copied").wait_for()
        assert page.evaluate("() => navigator.clipboard.readText()") == "abc-123"
        assert watch.faults == []
    with page_with(desk, body, View(scripts=False)) as (page, _):
        assert page.get_by_role("button", name="Copy").count() == 0


CHOICE = """<form method="post" action="/in" data-auto-submit><label>Language <select name="lang">
<option value="ar">ar</option><option value="fr">fr</option></select></label>
<button type="submit">Change</button></form>"""


def test_a_choice_by_hand_is_sent_and_one_by_key_waits_for_the_button(desk: Looking) -> None:
    with page_with(desk, CHOICE) as (page, _):
        page.get_by_label("Language").focus()
        page.keyboard.press("ArrowDown")
        page.wait_for_timeout(100)
        assert desk.site.posted == {}
        page.get_by_role("heading").click()
        page.get_by_label("Language").select_option("ar")
        assert sent(desk, page) == {"lang": ["ar"]}
    with page_with(desk, CHOICE, View(scripts=False)) as (page, _):
        page.get_by_label("Language").select_option("fr")
        page.get_by_role("button", name="Change").click()
        assert sent(desk, page) == {"lang": ["fr"]}
