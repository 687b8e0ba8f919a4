"""docs/spec/transport.md says what the code does: routes, statuses, limits."""

from __future__ import annotations

import re
from pathlib import Path

from exchange.api import auditors, description, health, officers, partners, tls_protocol
from exchange.api.asgi import KNOWN, MAX_BODY, METHODS
from exchange.api.auth import NOTED, PARTNER_REQUESTS, THREADS
from exchange.api.problems import BY_CODE

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "spec" / "transport.md").read_text(encoding="utf-8")


def cells(line: str) -> list[str]:
    return [cell.strip(" `") for cell in line.strip("|").split("|")]


def test_the_routes_are_those_of_the_page() -> None:
    routes = [*officers.ROUTES, *auditors.ROUTES, *description.ROUTES, *health.routes(lambda: []), *partners.ROUTES]
    expected = {
        (
            route.method,
            route.path,
            route.audience.value,
            route.permission.value if route.permission is not None else "–",
            ",".join(route.headers) or "–",
            str(route.status),
        )
        for route in routes
    }
    found = [tuple(cells(line)) for line in PAGE.splitlines() if re.match(r"\| (GET|POST|PUT|DELETE) \|", line)]
    assert len(found) == len(expected)
    assert set(found) == expected


def test_the_statuses_are_those_of_the_page() -> None:
    rows = [cells(line) for line in PAGE.splitlines() if re.match(r"\| [45]\d\d \|", line)]
    found = {code: int(status) for status, codes in rows for code in re.findall(r"[A-Z_]{4,}", codes)}
    assert found == {code.value: status for code, status in BY_CODE.items()}


def test_the_limits_are_those_of_the_page() -> None:
    assert f"({MAX_BODY:,} bytes)" in PAGE
    assert f"({partners.MAX_ENVELOPE:,} bytes)" in PAGE
    assert f"| {tls_protocol.MAX_HEAD >> 10} KiB, and" in PAGE
    assert f"| {tls_protocol.MAX_READ_S:.0f} s |" in PAGE
    assert f"| {tls_protocol.MAX_IDLE_S:.0f} s |" in PAGE
    assert f"| {PARTNER_REQUESTS}, then 429" in PAGE
    assert f"| {THREADS} in threads" in PAGE
    assert f"at most {NOTED} a minute" in PAGE


def test_the_frame_is_that_of_the_page() -> None:
    frame = PAGE[PAGE.index("## 1 ") : PAGE.index("## 2 ")].lower()
    assert all(f"`{name.decode()}`" in frame for name in KNOWN)
    assert all(method.lower() in frame for method in METHODS)
