"""There and back: a person's way to the identity provider, for tests of operations."""

from __future__ import annotations

import pytest

from exchange.errors import Unauthenticated
from exchange.operations import oidc
from exchange.operations.oidc import OidcResult
from tests.federation import State
from tests.oidc_kit import Agency
from tests.operations.sign_in_kit import SUBJECT


def begun(state: State, digest: str | None = None) -> tuple[str, str]:
    if digest is None:
        return oidc.begin(state.node, step_up=None, person=None)
    return oidc.begin(state.node, step_up=(SUBJECT, digest), person=state.staff.approver.id)


def been(state: State, there: Agency, digest: str | None = None) -> OidcResult:
    """There and back."""
    url, cookie = begun(state, digest)
    return oidc.finish(state.node, cookie, there.go(url))


def refused(state: State, there: Agency, digest: str | None = None) -> bool:
    with pytest.raises(Unauthenticated) as caught:
        been(state, there, digest)
    assert caught.value.facts == {}
    return True
