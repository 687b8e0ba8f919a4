"""`exchange guide ROLE`: what this role does, what it never does, whom it calls, on one page to be laminated."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from exchange import paper
from exchange.cli.command import command
from exchange.cli.files import write_file
from exchange.cli.session import Session
from exchange.errors import BadInput, Code
from exchange.sentences.guides.guide import guide
from exchange.sentences.guides.texts import ROLE_TEXTS

group = typer.Typer()


@command(group, "guide")
def guide_(
    session: Session,
    *,
    role: Annotated[str, typer.Argument(metavar="ROLE", help=", ".join(ROLE_TEXTS))],
    out: Annotated[Path, typer.Option("--out", "-o", help="File for the page, a PDF.")],
) -> None:
    """Write the desk card of a role as PDF, in the language of --lang. It needs no node."""
    if role not in ROLE_TEXTS:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="role")
    card = guide(role, session.out.lang)
    write_file(out, paper.card(card))
    session.out.line(out)
    session.result(role=role, lang=card.lang, out=str(out))
