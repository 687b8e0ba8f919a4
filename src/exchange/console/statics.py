"""The files that pages load: our own, and what `web/` built into `static/vendor`. Read once, served from memory.

Their address holds a digest of them all, so that browsers may keep them and never mix two versions.
"""

from __future__ import annotations

import gzip
import logging
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

log = logging.getLogger("exchange.console")
PREFIX: Final = "/static/"
TYPES: Final = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
    "woff2": "font/woff2",
}
_PACKED: Final = frozenset({"css", "js", "json", "svg", "txt"})
BUILT: Final = "vendor/manifest.json"


@dataclass(frozen=True, slots=True)
class File:
    """One file; `packed` is the gzip form of texts, empty for what is compressed already."""

    body: bytes
    packed: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Statics:
    """All of them, by name below `static/`."""

    files: dict[str, File]
    digest: str

    def address(self, name: str) -> str:
        """Where a page finds `name`."""
        return f"{PREFIX}{self.digest}/{name}"

    def answer(self, request: Request) -> Response:
        """The file, or 404. Nothing here is secret, and what is compressed holds nothing that was sent to us."""
        rest = str(request.scope["path"]).removeprefix(PREFIX)
        digest, _, name = rest.partition("/")
        file = self.files.get(name) if digest == self.digest else None
        if file is None:
            return Response(b"", 404)
        headers = {"cache-control": "public, max-age=31536000, immutable", "vary": "accept-encoding"}
        if file.packed and "gzip" in request.headers.get("accept-encoding", ""):
            return Response(file.packed, 200, {**headers, "content-encoding": "gzip"}, file.media_type)
        return Response(file.body, 200, headers, file.media_type)


@lru_cache(maxsize=1)
def statics() -> Statics:
    """Reads the folder. Without what `web/` builds, pages work in the browser's own fonts; the log says so."""
    files: dict[str, File] = {}
    _read(resources.files("exchange.console") / "static", "", files)
    if BUILT not in files:
        log.warning("console.assets missing")
    whole = sha256()
    for name in sorted(files):
        whole.update(name.encode() + b"\0" + sha256(files[name].body).digest())
    return Statics(files, whole.hexdigest()[:16])


def _read(folder: Traversable, below: str, files: dict[str, File]) -> None:
    for entry in folder.iterdir():
        name = f"{below}{entry.name}"
        if entry.is_dir():
            _read(entry, f"{name}/", files)
            continue
        kind = entry.name.rpartition(".")[2]
        if kind in TYPES:
            body = entry.read_bytes()
            packed = gzip.compress(body, 9, mtime=0) if kind in _PACKED else b""
            files[name] = File(body, packed, TYPES[kind])
