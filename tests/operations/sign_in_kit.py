"""Helpers for tests of signing in: a state whose node speaks to passkeys, and each operation in a transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import TypeVar

from exchange.model.sessions import Assertion, Credential
from exchange.model.state import Person
from exchange.operations import passkeys
from exchange.ports import Node, Unit
from tests.federation import State
from tests.passkey_kit import DOOR, Authenticator

DIGEST, SUBJECT = "ab" * 32, "rel-1"
_Result = TypeVar("_Result")


def with_passkeys(state: State) -> State:
    """The same node with a console's door."""
    return State(replace(state.node, passkeys=DOOR), state.staff)


def write(state: State, work: Callable[[Node, Unit], _Result]) -> _Result:
    """`work` in a transaction of its own."""
    with state.node.store.write() as unit:
        return work(state.node, unit)


def enrolled(state: State, person: Person, device: Authenticator, label: str = "desk") -> Credential:
    """Adds a passkey."""
    options = write(state, lambda n, u: passkeys.registration_options(n, u, person))
    return write(state, lambda n, u: passkeys.register(n, u, person, device.make(options), label))


_BROWSERS = count()
_at = ["browser"]
"""The cookie of the browser that asked last."""


def login_options(state: State) -> str:
    """As a browser that nobody has signed in with gets them."""
    _at[0] = f"browser {next(_BROWSERS)}"
    return write(state, lambda n, u: passkeys.login_options(n, u, _at[0]))


def logged_in(state: State, response: str, browser: str | None = None) -> Person:
    """Unless said otherwise, at the browser that asked last."""
    return write(state, lambda n, u: passkeys.login(n, u, response, browser or _at[0]))


def step_up_options(state: State, person: Person, digest: str = DIGEST, subject: str = SUBJECT) -> str:
    return write(state, lambda n, u: passkeys.step_up_options(n, u, person, subject, digest))


def stepped_up(state: State, person: Person, response: str, digest: str = DIGEST, subject: str = SUBJECT) -> Assertion:
    return write(state, lambda n, u: passkeys.step_up(n, u, person, subject, digest, response))
