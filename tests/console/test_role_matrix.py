"""Role × page × action, generated from the application: nothing opens that the role may not do, and a refusal is the
same whether the thing is there or not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import product

import pytest

from exchange.api.call import FORMS
from exchange.console.page import Page
from exchange.console.pages import PAGES
from exchange.model.records import Ref
from exchange.operations.permissions import ROLES
from tests.console.kit import Consoles, Desk, Shown
from tests.integration.api_office import covered

MOVING = re.compile(
    r'nonce="[^"]*"|<time.*?</time>|<bdi class="id" dir="ltr">[0-9a-f]{24}</bdi>|name="once" value="[^"]*"'
)
ABSENT: Mapping[str, str] = {
    "originator": "DZ",
    "partner": "ZZ",
    "record": "rec-0000000000000000000000000",
    "other_originator": "AE",
    "other": "rec-1111111111111111111111111",
    "kind": "person",
    "version": "1",
    "decision": "mtc-" + "0" * 16,
    "release": "rel-" + "0" * 32,
    "message": "msg-" + "0" * 32,
    "direction": "in",
    "origin": "0" * 64,
    "opening": "opn-" + "0" * 16,
    "standing": "sta-" + "0" * 16,
    "bulk": "blk-" + "0" * 16,
    "claim": "c1",
    "override": "ovr-" + "0" * 16,
    "waiver": "wvr-" + "0" * 16,
    "agreement": "AG-ZZ-YY",
    "digest": "0" * 64,
    "role": "officer",
    "epoch": "9",
    "seq": "999999",
    "index": "999999",
}
ANY = "x1-does-not-exist"


def people(shared: Consoles) -> dict[str, Desk]:
    staff = shared.states["DZ"].staff
    by_role = {
        "officer": staff.officer,
        "releasing_officer": staff.approver,
        "auditor": staff.auditor,
        "administrator": staff.admin,
    }
    return {role: shared.desk("DZ", person) for role, person in by_role.items()}


@pytest.fixture(scope="module")
def desks(shared: Consoles) -> dict[str, Desk]:
    return people(shared)


@pytest.fixture(scope="module")
def present(shared: Consoles) -> dict[str, str]:
    """Things that are there."""
    state = shared.states["DZ"]
    refs: list[Ref] = state.deposit(covered(3))
    proposed = state.propose("AE", refs)
    return {
        **ABSENT,
        "record": refs[0].id,
        "release": proposed.proposals[0].id if hasattr(proposed, "proposals") else ABSENT["release"],
        "partner": "AE",
        "agreement": "AG-DZ-AE-KW",
    }


def address(page: Page, values: Mapping[str, str]) -> str:
    names = re.findall(r"\{([a-z_]+)(?::[a-z]+)?\}", page.path)
    path = page.path
    for name in names:
        value = values.get(name, ANY)
        assert name not in FORMS or FORMS[name].fullmatch(value), name
        path = re.sub(rf"\{{{name}(?::[a-z]+)?\}}", value, path)
    return path


def call(desk: Desk, page: Page, values: Mapping[str, str]) -> Shown:
    path = address(page, values)
    if page.method == "GET":
        return desk.open(path)
    token = desk.open("/preferences").form("/preferences").fields["csrf"][0]
    answer = desk.client.post(path, data={"csrf": token, "once": "matrix-0123456789"})
    return Shown(answer.status_code, path, answer.text, answer.headers)


CLOSED = [
    (role, page)
    for role, page in product(ROLES, PAGES)
    if page.permission is not None and page.permission not in ROLES[role]
]


@pytest.mark.parametrize(("role", "page"), CLOSED, ids=lambda each: each if isinstance(each, str) else each.name)
def test_what_a_role_may_not_do_is_refused_alike(
    role: str, page: Page, desks: dict[str, Desk], present: dict[str, str]
) -> None:
    there, absent = call(desks[role], page, present), call(desks[role], page, ABSENT)
    assert there.status == absent.status == 403
    assert "PERMISSION_MISSING" in there.html
    assert still(there.html, present) == still(absent.html, present)


FINE = {
    "/sign-in/provider": (503,),  # there is no identity provider
    "/sign-in/provider/back": (404, 503),
    "/enrol/{token}": (403,),  # a link does nothing where somebody is signed in
}
"""What a page answers that is not as all others: found, not there, of another state, or a question is missing (422)."""
OPEN = [(role, page) for role, page in product(ROLES, PAGES) if (role, page) not in CLOSED and page.method == "GET"]


@pytest.mark.parametrize(("role", "page"), OPEN, ids=lambda each: each if isinstance(each, str) else each.name)
def test_what_a_role_may_open_never_breaks(
    role: str, page: Page, desks: dict[str, Desk], present: dict[str, str]
) -> None:
    for values in (present, ABSENT):
        assert call(desks[role], page, values).status in FINE.get(page.path, (200, 404, 409, 422))


def test_a_stranger_opens_the_entrance_only(shared: Consoles) -> None:
    nobody = shared.desk("DZ")
    for page in PAGES:
        if page.entrance or page.method != "GET":
            continue
        assert nobody.open(address(page, ABSENT)).path == "/sign-in", page.name


def test_the_navigation_offers_what_the_role_may_open_and_nothing_else(desks: dict[str, Desk]) -> None:
    lines = {page.path: page for page in PAGES if page.nav is not None}
    for role, desk in desks.items():
        html = desk.open("/preferences").html
        side = html[html.index('<nav class="side"') : html.index("</nav>")]
        offered = set(re.findall(r'href="([^"]+)"', side))
        expected = {path for path, page in lines.items() if page.permission is None or page.permission in ROLES[role]}
        assert offered == expected
        for path in offered:
            assert desk.open(path).status == 200, (role, path)


def still(html: str, present: Mapping[str, str]) -> str:
    """Without what differs between any two answers, and without the address itself."""
    text = MOVING.sub("", html)
    for name, value in present.items():
        if len(value) > 5:
            text = text.replace(value, ABSENT[name])
    return re.sub(r'name="from" value="[^"]*"', "", text)
