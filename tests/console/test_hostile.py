"""Hostile texts through the form, the list, a record's pages, the search and the terminal: refused with a sentence or
shown as what they are; never executed, never reordering."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack

import httpx
import pytest

from exchange.config import load
from exchange.console.app import console_app
from exchange.console.gate import COOKIE
from exchange.console.place import Place
from exchange.interop.synthetic import REVIEW
from exchange.model.claims import Claim, Grade
from exchange.model.validate import with_governance
from exchange.operations import sessions
from exchange.operations.deposit import Draft, deposit
from exchange.wiring import build
from tests import cli
from tests.api_kit import HOST, identity, serving, trusting
from tests.console.entry_kit import GOVERNED, typed
from tests.console.hostile import HOSTILE, LONG, Inert, kept, refused
from tests.console.kit import Desk, Shown
from tests.federation import Staff, State
from tests.unit.test_cli_safe import harmless

ACTION = "/entry/group"
FIRST = 1000
GOOD = [text for text in HOSTILE if not refused(text)]
BAD = [text for text in HOSTILE if refused(text)]
_NAME = {"name.full": {"text": "Specimen Group"}}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> cli.Desk:
    """A node made by the command line, so that a terminal and a browser look at the same records."""
    found = cli.desk("DZ", tmp_path_factory.mktemp("dz"))
    cli.make_node(found)
    found("", "user", "add", "admin-dz", "--role", "administrator")
    found("", "user", "token", "admin-dz", "--out", str(found.token("admin")))
    found("admin", "user", "add", "officer-dz", "--role", "officer")
    found("admin", "user", "token", "officer-dz", "--out", str(found.token("officer")))
    return found


@pytest.fixture(scope="module")
def desk(place: cli.Desk) -> Iterator[Desk]:
    """Its officer before the console."""
    node = build(load(place.home), (place.folder / "passphrase").read_bytes().strip())
    own = identity(place.folder, "DZ")
    app = console_app(node, Place("DZ", f"https://{HOST}"), hosts=[HOST])
    with node.store.read() as unit:
        people = {person.id: person for person in unit.people.all()}
    officer = people["officer-dz"]
    staff = Staff(officer, officer, [officer], officer, people["admin-dz"])
    with ExitStack() as stack:
        port = stack.enter_context(serving(app, own.server_context()))
        client = stack.enter_context(
            httpx.Client(base_url=f"https://{HOST}:{port}", verify=trusting(own), follow_redirects=True, timeout=60)
        )
        with node.store.write() as unit:
            token, _ = sessions.open_session(node, unit, officer.id, "passkey")
        client.cookies.set(COOKIE, token, domain=HOST, path="/")
        yield Desk(client, State(node, staff), officer)


def lines(texts: Sequence[str]) -> dict[str, str]:
    """One more name for each text."""
    found: dict[str, str] = {}
    for number, text in enumerate(texts, FIRST):
        found |= {f"r.{number}.path": "name.other", f"r.{number}.v.type": "alias", f"r.{number}.v.text": text}
    return found


def checked(desk: Desk, texts: Sequence[str]) -> Shown:
    page = desk.open(ACTION)
    known = {"head.grade": "B2", **typed(page, ACTION, {**GOVERNED, **_NAME})}
    return desk.send(page, ACTION, {**known, **lines(texts), "do": "check"})


def inert(page: Shown) -> Inert:
    found = Inert(page.html)
    assert found.faults == []
    return found


def test_there_are_two_hundred_of_each_sort() -> None:
    assert len(HOSTILE) >= 200
    assert len(GOOD) > 80
    assert len(BAD) > 80
    assert any(len(text) == LONG for text in HOSTILE)


def test_what_may_not_stand_is_refused_at_its_field_and_kept_as_typed(desk: Desk) -> None:
    page = checked(desk, HOSTILE)
    assert page.status == 422
    inert(page)
    form = page.form(ACTION).fields
    for number, text in enumerate(HOSTILE, FIRST):
        name = f"r.{number}.v.text"
        assert (f'id="e-{name}"' in page.html) == refused(text), ascii(text[:60])
        assert [each.replace("\r", "") for each in form[name]] == [text.replace("\r", "")] or "\x00" in text
    told = page.text
    assert "There is a hidden sign in this text" in told
    assert f"{LONG} characters, and at most 500 fit" in told


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_refused_in_the_readers_language(desk: Desk, lang: str) -> None:
    desk.keep(lang=lang)
    try:
        page = checked(desk, BAD[:20])
    finally:
        desk.keep()
    inert(page)
    assert {"ar": "علامة خفية", "fr": "un signe caché"}[lang] in page.text


@pytest.fixture(scope="module")
def record(desk: Desk) -> str:
    """The path of a record that holds everything that may stand."""
    page = checked(desk, GOOD)
    assert page.status == 200, page.text[-2000:]
    inert(page)
    done = desk.send(page, ACTION, {"do": "store"})
    assert "said=deposited" in done.path
    return done.path.split("?")[0]


def test_what_may_stand_is_shown_as_it_is(desk: Desk, record: str) -> None:
    page = desk.open(record)
    isolated = inert(page).isolated
    assert {kept(text) for text in GOOD} <= set(isolated)
    for rest in ("/names", "/versions", "/versions/1", "/timeline", "/duplicates", "/amend"):
        opened = desk.open(f"{record}{rest}")
        assert opened.status == 200, rest
        inert(opened)


def test_a_terminal_shows_it_and_is_not_steered(place: cli.Desk, record: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name = record.removeprefix("/records/")
    options = ["--home", str(place.home), "--passphrase-file", str(place.folder / "passphrase")]
    for width in ("80", "200"):  # narrow cells are folded, and each fold is a line of its own
        monkeypatch.setenv("COLUMNS", width)
        ran = cli.run("record", "show", name, *options, "--token-file", str(place.token("officer")))
        assert ran.exit_code == 0
        for line in (ran.out + ran.err).split("\n"):
            assert harmless_line(line), ascii(line[:200])
    for words in ("<script>alert(1)</script>", "{{ 7*7 }}", "=1+1", "[bold red]x[/]"):
        assert words in ran.out
    found = place("officer", "record", "show", name)
    texts = [each["value"]["text"] for each in found["claims"] if each["path"] == "name.other"]
    assert sorted(texts) == sorted(kept(text) for text in GOOD)


def harmless_line(line: str) -> bool:
    """Cells of a table, each of which is isolated if it must be."""
    opened = line.count("\u2068") + line.count("\u2066") == line.count("\u2069")
    return opened and harmless(line.replace("\u2068", "").replace("\u2066", "").replace("\u2069", ""))


def test_lists_and_the_search(desk: Desk) -> None:
    grade = Grade("admiralty", "B", "2")
    drafts = []
    for text in GOOD:
        name = {"text": kept(text), "script": "Zyyy", "type": "primary"}
        claims = with_governance(
            [Claim("c1", "name.full", name, "fact", grade)],
            legal_basis="Example Act", purpose="counter_terrorism.travel", marking="TLP:AMBER", review=REVIEW,
            category=None,
        )  # fmt: skip
        drafts.append(Draft("group", claims))
    with desk.state.node.store.write() as unit:
        deposit(desk.state.node, unit, desk.state.staff.officer, drafts)
    told: set[str] = set()
    path = "/records?held=own&kind=group"
    while path:
        page = desk.open(path)
        told |= set(inert(page).isolated)
        path = next((link for link in page.links if "after=" in link), "")
    assert {kept(text) for text in GOOD} <= told
    for text in (*HOSTILE[::9], *HOSTILE[-12:]):
        found = desk.send(desk.open("/search"), "/search", {"text": text})
        assert found.status in (200, 422)
        assert found.path == "/search"
        inert(found)


def test_pasted_they_are_rows_and_nothing_else(desk: Desk) -> None:
    text = "\n".join(text for text in HOSTILE if len(text) < LONG)
    page = desk.send(desk.open(ACTION), ACTION, {"do": "paste", "pasted": text})
    assert page.status == 200
    inert(page)
