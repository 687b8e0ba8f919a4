"""`exchange names explain` and `exchange names score`: how two names stand to each other. They need no node."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Annotated, Final

import typer

from exchange.cli.command import command
from exchange.cli.files import read_file, write_file
from exchange.cli.session import Session
from exchange.errors import BadInput, Code
from exchange.matching.dates import nearest
from exchange.matching.explain import Explained, Word, explain
from exchange.matching.names import analyse
from exchange.matching.pairs import birth
from exchange.matching.person import of_name
from exchange.matching.score import score
from exchange.model.dates import Span
from exchange.sentences import matching as said

group = typer.Typer(name="names", help="How two names stand to each other. No node is needed.", no_args_is_help=True)
_FILE_MAX: Final = 1 << 28
_FIELD_MAX: Final = 10_000
_NEEDED: Final = ("name_a", "dob_a", "name_b", "dob_b")
_KNOWN: Final = ("name_a", "script_a", "dob_a", "name_b", "script_b", "dob_b", "same")
_SCORE: Final = "score"
_BORN: Final = "Born: 1960, 1960-05-01, 1960~ (about), 1958/1962 (between)."


@command(group, "explain")
def explain_(
    session: Session,
    *,
    a: Annotated[str, typer.Argument(metavar="A", help="A name, in Arabic or Latin script.")],
    b: Annotated[str, typer.Argument(metavar="B", help="Another.")],
    born_a: Annotated[str, typer.Option(help=_BORN)] = "",
    born_b: Annotated[str, typer.Option(help="The same for the other.")] = "",
) -> None:
    """Skeletons, parts, alignment, keys and score of two names, with everything for and against."""
    found = explain(of_name(a, _born(born_a, "born_a")), of_name(b, _born(born_b, "born_b")))
    if found is None:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="name")
    _draw(session, found)
    shown = found.comparison.score
    session.result(
        names=[[_word(word) for word in words] for words in (found.a, found.b)],
        alignment=[row._asdict() for row in found.rows],
        birth=found.comparison.relation,
        contributions=[
            {"name": each.name, "group": each.group, "value": round(each.value, 4), "nats": round(each.nats, 4)}
            for each in shown.contributions
        ],
        nats=shown.nats,
        score=round(shown.probability, 9),
        threshold=found.threshold,
        alike=shown.alike,
        keys={"a": found.keys_a, "b": found.keys_b, "shared": found.shared_keys, "version": found.key_version},
    )


def _word(word: Word) -> dict[str, object]:
    return {
        "word": word.text,
        "part": word.part,
        "sure": word.sure,
        "skeletons": list(word.skeletons),
        "nats": word.nats,
    }


def _draw(session: Session, found: Explained) -> None:
    out, lang = session.out, session.out.lang
    for name, words in ((found.comparison.a, found.a), (found.comparison.b, found.b)):
        rows = [
            (word.text, said.PARTS[word.part].in_(lang), " ".join(word.skeletons), f"{word.nats:.1f}") for word in words
        ]
        out.table(("word", "part", "skeletons", "nats"), rows, title=name.text)
    out.table(
        ("one_name", "other_name", "consonants", "vowels", "nats"),
        [
            (row.a or "—", row.b or "—", f"{row.consonants:.2f}", f"{row.vowels:+.1f}", f"{row.nats:.1f}")
            for row in found.rows
        ],
    )
    shown = found.comparison.score
    out.line(said.GROUPS["date"].in_(lang) + ":", said.RELATIONS[found.comparison.relation].in_(lang))
    out.table(
        ("evidence", "nats"),
        [(said.GROUPS[name].in_(lang), f"{nats:+.2f}") for name, nats in shown.by_group().items()],
    )
    out.line(f"{shown.probability:.4f}", f"({found.threshold})", style="bold")
    if any(each.name == "kunya_alone" for each in shown.contributions):
        out.line(said.KUNYA_ALONE.in_(lang))
    out.line((said.PROPOSED if shown.alike else said.NOT_PROPOSED).in_(lang))
    counts = {"shared": found.shared_keys, "asked": found.keys_a, "held": found.keys_b, "version": found.key_version}
    out.line(said.KEYS.in_(lang).format(**counts))


@command(group, "score")
def score_(
    session: Session,
    *,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV: " + ",".join(_KNOWN) + ". - for stdin.")],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="File for the rows instead of stdout.")] = None,
) -> None:
    """Score pairs: the same rows and a column `score`, the probability of one person. `same` is never read."""
    head, rows = _read(read_file(file, _FILE_MAX))
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerow([*head, _SCORE])
    scores = []
    for number, row in enumerate(rows, 2):
        scores.append(_scored(row, number))
        table.writerow([*row.values(), scores[-1]])
    if out is not None:
        write_file(out, written.getvalue().encode("utf-8"))
        session.out.note(len(rows), out)
    else:
        session.out.document(written.getvalue())
    session.result(rows=len(rows), out=None if out is None else str(out), scores=scores if out is None else None)


def _read(raw: bytes) -> tuple[list[str], list[dict[str, str]]]:
    """The head and every row, or an error that names the line: nothing is scored by halves."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(Code.FILE_NOT_WELL_FORMED, at="file") from None
    csv.field_size_limit(_FIELD_MAX)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[dict[str, str]] = []
    try:
        head = _head(next(reader, []))
        for fields in reader:
            if fields:
                if len(fields) != len(head):
                    raise BadInput(Code.FILE_NOT_WELL_FORMED, at="file", line=reader.line_num)
                rows.append(dict(zip(head, fields, strict=True)))
    except csv.Error:
        raise BadInput(Code.FILE_NOT_WELL_FORMED, at="file", line=reader.line_num) from None
    return head, rows


def _head(fields: list[str]) -> list[str]:
    if not fields:
        raise BadInput(Code.FILE_NOT_WELL_FORMED, at="file")
    missing = [name for name in _NEEDED if name not in fields]
    if missing:
        raise BadInput(Code.MISSING_MEMBER, at=missing[0])
    if len(set(fields)) != len(fields) or _SCORE in fields:
        raise BadInput(Code.FILE_NOT_WELL_FORMED, at="file", line=1)
    return fields


def _scored(row: dict[str, str], number: int) -> str:
    births = [_born(row[name], name, row=number) for name in ("dob_a", "dob_b")]
    found = score(analyse(row["name_a"]), analyse(row["name_b"]), nearest(*births))
    return f"{found.probability:.9f}"


def _born(text: str, at: str, row: int | None = None) -> tuple[Span, ...]:
    try:
        return birth(text)
    except ValueError:
        facts = {} if row is None else {"row": row}
        raise BadInput(Code.VALUE_NOT_ALLOWED, at=at, **facts) from None
