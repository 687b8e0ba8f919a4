"""The headers of every page: what it may load, who may frame it, what may be kept of it.

Source: CSP level 3, Trusted Types, HTML (COOP, CORP); design/console.md names the policy that was measured.
"""

from __future__ import annotations

import secrets
from typing import Final

KNOWN: Final = frozenset(
    {
        *(b"host", b"cookie", b"accept-language", b"accept-encoding", b"content-type", b"origin"),
        *(b"sec-fetch-site", b"hx-request", b"if-match"),
    }
)
"""The only request headers that a page sees."""
ALWAYS: Final = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-embedder-policy", b"require-corp"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"),
    (b"strict-transport-security", b"max-age=63072000"),
)


def nonce() -> str:
    """For one page."""
    return secrets.token_urlsafe(16)


def policy(page_nonce: str, form_targets: str = "") -> str:
    """The content-security policy of a page. `form_targets`: origins beside ours that a form may lead to (OIDC)."""
    targets = f" {form_targets}" if form_targets else ""
    return (
        f"default-src 'none'; script-src 'self' 'nonce-{page_nonce}'; style-src 'self'; font-src 'self'; "
        f"img-src 'self' data:; connect-src 'self'; form-action 'self'{targets}; frame-ancestors 'none'; "
        "base-uri 'none'; require-trusted-types-for 'script'; trusted-types htmx"
    )
