"""Filling in the form of a record as it stands on a page, by path instead of by the number of a row."""

from __future__ import annotations

from collections.abc import Mapping

from tests.console.kit import Desk, Shown

Given = Mapping[str, str | Mapping[str, str]]
"""Path -> its value, or its members."""
GOVERNED: Given = {
    "record.marking": "TLP:AMBER",
    "record.legal_basis": "Example Act, section 2",
    "record.purpose": "counter_terrorism.travel",
    "record.review": "01/10/2027",
}
PERSON: Given = {**GOVERNED, "record.category": "suspect"}


def rows(page: Shown, action: str, path: str) -> list[str]:
    """Names of the rows of a path, such as `r.3`."""
    return all_rows(page, action).get(path, [])


def all_rows(page: Shown, action: str) -> dict[str, list[str]]:
    """Path -> names of its rows."""
    found: dict[str, list[str]] = {}
    for name, values in page.form(action).fields.items():
        if name.endswith(".path"):
            found.setdefault(values[0], []).append(name.removesuffix(".path"))
    return found


def typed(page: Shown, action: str, given: Given, row: int = 0) -> dict[str, str]:
    """The fields to send for `given`, in row number `row` of each path."""
    found: dict[str, str] = {}
    there = all_rows(page, action)
    for path, value in given.items():
        name = there[path][row]
        members = {"value": value} if isinstance(value, str) else value
        found |= {f"{name}.v.{member}": text for member, text in members.items()}
    return found


def enter(desk: Desk, kind: str, given: Given, **more: str) -> Shown:
    """Opens an empty form, fills it in and presses the button that checks."""
    action = f"/entry/{kind}"
    page = desk.open(action)
    there = all_rows(page, action)
    missing = {f"r.{500 + at}.path": path for at, path in enumerate(given) if path not in there}
    if missing:
        # As if each had been added by "Add another field".
        page = desk.send(page, action, {**missing, "do": "edit"})
    values = {"head.grade": "B2", **typed(page, action, given), **more}
    return desk.send(page, action, {**values, "do": "check"})


def stored(desk: Desk, kind: str, given: Given, **more: str) -> Shown:
    """As `enter`, and then stores: the page of the record."""
    checked = enter(desk, kind, given, **more)
    assert checked.status == 200, checked.text
    return desk.send(checked, f"/entry/{kind}", {"do": "store"})


def shown_text(page: Shown) -> str:
    """What stands in the middle of a page."""
    start, end = page.html.index("<main"), page.html.index("</main>")
    return Shown(page.status, page.path, page.html[start:end], page.headers).text
