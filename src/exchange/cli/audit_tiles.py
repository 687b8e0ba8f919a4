"""`exchange audit tiles`: the ledger as C2SP tiles, for followers of such logs. It joins the group of `cli.audit`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from exchange.cli.audit import group
from exchange.cli.command import command
from exchange.cli.files import write_folder, write_lines
from exchange.cli.session import Session
from exchange.ledger.zipped import zip_of
from exchange.operations.tiles import note_tiles, tile_files

__all__ = ["group"]


@command(group, "tiles")
def tiles(
    session: Session,
    *,
    out: Annotated[Path, typer.Option(help="A new folder, or a file that ends in .zip.")],
) -> None:
    """Write the ledger's head and tree as C2SP tlog-tiles, entries as salted commitments. The export is an entry."""
    with session.acting() as (node, person):
        size = note_tiles(node, person)
        files = tile_files(node, size)
        written = write_lines(out, zip_of(files)) if out.suffix == ".zip" else write_folder(out, files)
        verifier = node.keys.ledger.verifier
    session.out.line("exported", size, "entries,", written, "bytes:", out)
    session.out.line("the log's key:", verifier)
    session.result(out=str(out), entries=size, bytes=written, verifier=verifier)
