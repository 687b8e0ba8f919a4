"""The route for auditors: the export that verifies offline, streamed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from starlette.responses import Response, StreamingResponse

from exchange.api.call import Call
from exchange.api.declare import Audience, Route
from exchange.operations.audit import export_lines, note_export
from exchange.operations.blind_audit import blind_package, note_blind
from exchange.operations.permissions import Permission

CHUNK: Final = 256 << 10
"""Bytes handed to the server at once, about: a step through the thread pool for every line would cost more."""


def get_export(call: Call) -> Response:
    """Notes the export in the ledger, then streams the lines up to that entry. A broken-off stream has no last line."""
    size = note_export(call.node, call.person)
    name = f"{call.node.code}-audit-{size}.jsonl"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(in_chunks(export_lines(call.node, size)), 200, headers, "application/jsonl")


def get_blind(call: Call) -> Response:
    """The same for a blind audit: a zip with the decisions of every release, and no record's name in it."""
    size = note_blind(call.node, call.person)
    headers = {"content-disposition": f'attachment; filename="{call.node.code}-blind-{size}.zip"'}
    return StreamingResponse(blind_package(call.node, size), 200, headers, "application/zip")


def in_chunks(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in larger pieces; each line ends in a line feed."""
    pieces: list[bytes] = []
    size = 0
    for line in lines:
        whole = line if line.endswith(b"\n") else line + b"\n"
        pieces.append(whole)
        size += len(whole)
        if size >= CHUNK:
            yield b"".join(pieces)
            pieces, size = [], 0
    if pieces:
        yield b"".join(pieces)


ROUTES: Final = (
    Route("GET", "/v1/audit/export", get_export, Audience.AUDITOR, Permission.AUDIT_EXPORT),
    Route("GET", "/v1/audit/blind", get_blind, Audience.AUDITOR, Permission.AUDIT_EXPORT),
)
