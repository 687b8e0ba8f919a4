"""Downloads: a file that the browser keeps and never opens in the page, and tables that no spreadsheet runs.

A cell that begins with a sign of a formula is text behind an apostrophe (OWASP, CSV injection); quoting alone does not
stop a spreadsheet.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Final

from starlette.responses import Response, StreamingResponse

_NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,120}", re.ASCII)
_RUNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""Full-width forms count: some spreadsheets read them as the signs that they look like."""
BOM: Final = "\ufeff"
"""Without it a spreadsheet reads Arabic as Latin."""


def attachment(name: str, data: bytes, media_type: str) -> Response:
    """`name`: ASCII, of ours. ValueError for any other."""
    return Response(data, 200, _kept_as(name), media_type)


def stream(name: str, pieces: Iterable[bytes], media_type: str) -> Response:
    """The same for what may be larger than memory. What fails on the way cuts the connection, so nothing looks whole.

    Pieces are made in threads, one at a time. ValueError for a name that is not ours.
    """
    return StreamingResponse(pieces, 200, _kept_as(name), media_type)


def _kept_as(name: str) -> dict[str, str]:
    if _NAME.fullmatch(name) is None:
        raise ValueError("file name")
    return {"content-disposition": f'attachment; filename="{name}"'}


def csv_file(name: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> Response:
    """A table as CSV (RFC 4180), every cell quoted."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    for row in (head, *rows):
        writer.writerow([cell(each) for each in row])
    return attachment(name, (BOM + out.getvalue()).encode("utf-8"), "text/csv; charset=utf-8")


def cell(text: str) -> str:
    """The text as it may stand in a cell: never a formula, never a control that hides something."""
    shown = "".join(sign if sign.isprintable() or sign in "\n\t" else " " for sign in text)
    return f"'{shown}" if shown.lstrip(" ").startswith(_RUNS) else shown
