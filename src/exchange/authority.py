"""Asks a time-stamp authority over HTTP (RFC 3161, section 3.4). It sends a digest and a nonce, and nothing else.

Plain HTTP is allowed: the answer is signed, and the request tells nothing. Redirects are not followed.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

import httpx

from exchange.errors import Code, Remote, Unavailable

MAX_ANSWER: Final = 64 << 10
SECONDS: Final = 20.0
"""For the whole call."""


class HttpAuthority:
    """Fits `ports.stamps.StampAuthority`."""

    def __init__(self, url: str, certificates: Path, seconds: float = SECONDS) -> None:
        """Unavailable(CONFIG_INVALID) when the certificates cannot be read."""
        self._url = url
        self._seconds = seconds
        try:
            self._certificates = certificates.read_bytes()
        except OSError:
            raise Unavailable(Code.CONFIG_INVALID, at="stamp_certificates_file") from None

    @property
    def certificates(self) -> bytes:
        return self._certificates

    def ask(self, request: bytes) -> bytes:
        """Remote(PARTNER_UNREACHABLE, PARTNER_ANSWER)."""
        deadline = time.monotonic() + self._seconds
        headers = {"content-type": "application/timestamp-query", "accept": "application/timestamp-reply"}
        headers["accept-encoding"] = "identity"
        try:
            with (
                httpx.Client(timeout=self._seconds, follow_redirects=False, trust_env=False) as client,
                client.stream("POST", self._url, content=request, headers=headers) as answer,
            ):
                if answer.status_code != 200:
                    raise Remote(Code.PARTNER_ANSWER, status=answer.status_code)
                parts, size = [], 0
                for part in answer.iter_raw():
                    size += len(part)
                    if size > MAX_ANSWER or time.monotonic() > deadline:
                        raise Remote(Code.PARTNER_ANSWER, limit=MAX_ANSWER)
                    parts.append(part)
                return b"".join(parts)
        except (httpx.HTTPError, httpx.InvalidURL, OSError):
            raise Remote(Code.PARTNER_UNREACHABLE, at="stamp_url") from None
