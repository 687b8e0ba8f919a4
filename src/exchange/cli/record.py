"""`exchange record`: deposit, read and list records. Reading one is a ledger entry."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import typer

from exchange.cli.command import command
from exchange.cli.files import read_file
from exchange.cli.output import Output
from exchange.cli.session import Session
from exchange.cli.words import word
from exchange.crypto.encoding import read_strict
from exchange.errors import BadInput, Code
from exchange.model.claim_json import claim_to_json, claims_from_json
from exchange.model.claims import Claim, JsonValue
from exchange.model.records import Ref
from exchange.model.state import RecordLine
from exchange.operations.clock import stamp
from exchange.operations.corrections import difference
from exchange.operations.deposit import Amendment, Draft, amend, deposit
from exchange.operations.lookups import note_records
from exchange.operations.read import list_own, list_received, read_own, read_received
from exchange.ports import Node, Unit

MAX_FILE: Final = 64 << 20
_MEMBERS: Final = {"kind", "claims"}
group = typer.Typer(name="record", help="Our records, and partners' records that we hold.", no_args_is_help=True)


@command(group, "add")
def add(
    session: Session,
    *,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help='JSON {"kind", "claims"} or a list of them, - for stdin.')
    ],
) -> None:
    """Deposit records: validated, committed to claim by claim, signed as one batch."""
    drafts = _drafts(read_strict(read_file(file, MAX_FILE), limit=MAX_FILE))
    with session.acting() as (node, person), node.store.write() as unit:
        refs = deposit(node, unit, person, drafts)
    names = [named(ref) for ref in refs]
    for name in names:
        session.out.line(name)
    session.result(records=names)


@command(group, "amend")
def amend_(
    session: Session,
    *,
    record: Annotated[str, typer.Argument(metavar="ORIGINATOR/ID", help="A record of ours.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help='JSON {"kind", "claims"}: all of it, - for stdin.')],
    version: Annotated[int, typer.Option("--version", min=1, help="The version that you saw.")],
) -> None:
    """Store the next version of a record. Refused when somebody else changed it since the version that you saw."""
    ref = reference(record)
    drafts = _drafts(read_strict(read_file(file, MAX_FILE), limit=MAX_FILE))
    if len(drafts) != 1:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="/")
    with session.acting() as (node, person), node.store.write() as unit:
        for held in unit.records.current([ref], lock=True):
            if held.record.kind != drafts[0].kind:
                raise BadInput(Code.VALUE_NOT_ALLOWED, at="/kind")
        (stored,) = amend(node, unit, person, [Amendment(ref, version, drafts[0].claims)])
    session.out.line(record, "version", stored)
    session.result(record=record, version=stored)


@command(group, "show")
def show(
    session: Session, *, record: Annotated[str, typer.Argument(metavar="ORIGINATOR/ID", help="For example DZ/rec-….")]
) -> None:
    """Show the claims of a record of ours, or of a partner's record as it was disclosed to us."""
    ref = reference(record)
    with session.acting() as (node, person), node.store.write() as unit:
        if ref.originator == node.code:
            held = read_own(node, unit, person, ref).record
            claims, version, kind = held.claims, held.version, held.kind
            terms: dict[str, object] = {"held": "own"}
        else:
            received = read_received(node, unit, person, ref)
            claims, version, kind = received.claims, received.copy.version, received.copy.kind
            terms = {"held": "received", "handling": json.loads(received.copy.handling)}
    warn(session.out, caveats_of(claims, terms.get("handling")))
    session.out.line(named(ref), kind, "version", version, *(str(value) for value in terms.values()))
    session.out.table(
        ("claim", "path", "value", "statement", "grade"),
        [(each.id, each.path, value_text(each.value), each.statement, _grade_text(each)) for each in claims],
    )
    session.result(
        record=named(ref),
        kind=kind,
        version=version,
        caveats=caveats_of(claims, terms.get("handling")),
        claims=[claim_to_json(each) for each in claims],
        **terms,
    )


@command(group, "list")
def list_(
    session: Session,
    *,
    received: Annotated[bool, typer.Option("--received", help="Partners' records instead of ours.")] = False,
    kind: Annotated[str | None, typer.Option(help="Only this kind (of ours).")] = None,
    sender: Annotated[str | None, typer.Option("--from", help="Only from this partner.")] = None,
    after: Annotated[str | None, typer.Option(metavar="ORIGINATOR/ID", help="Go on behind this record.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200)] = 50,
) -> None:
    """A page of records: names of records only, nothing from inside."""
    behind = None if after is None else reference(after)
    with session.acting() as (node, person), node.store.write() as unit:
        if received:
            lines = list_received(unit, person, sender, behind, limit)
        else:
            lines = list_own(unit, person, kind, behind, limit)
        note_records(node, unit, person, len(lines))
    rows = [_row(each) for each in lines]
    session.out.table(("record", "version", "kind", "changed"), [list(row.values()) for row in rows])
    following = rows[-1]["record"] if len(rows) == limit else None
    if following is not None:
        session.out.note("next page: --after", following)
    session.result(records=rows, next=following)


@command(group, "diff")
def diff(
    session: Session, *, record: Annotated[str, typer.Argument(metavar="ORIGINATOR/ID", help="Of ours or received.")]
) -> None:
    """What the newest version of a record changed against the one before, path by path. Logged as a read."""
    with session.acting() as (node, person), node.store.write() as unit:
        found = difference(node, unit, person, reference(record))
    out, lang = session.out, session.out.lang
    out.line(named(found.ref), f"{found.old_version} → {found.new_version}")
    rows = [[word(each.kind, lang), each.path, _values(each.old), _values(each.new)] for each in found.changes]
    out.grid((word("state", lang), word("field", lang), str(found.old_version), str(found.new_version)), rows)
    changes = [
        {
            "path": each.path,
            "change": each.kind,
            "old": [claim_to_json(claim) for claim in each.old],
            "new": [claim_to_json(claim) for claim in each.new],
        }
        for each in found.changes
    ]
    session.result(
        record=named(found.ref),
        held=found.held,
        old_version=found.old_version,
        new_version=found.new_version,
        changes=changes,
    )


def _values(claims: Sequence[Claim]) -> str:
    return "; ".join(value_text(claim.value) for claim in claims)


def caveats_of(claims: Sequence[Claim], handling: object = None) -> list[str]:
    """The caveats that the record says and that its handling adds, sorted."""
    added = handling.get("caveats", []) if isinstance(handling, dict) else []
    said = [claim.value for claim in claims if claim.path == "record.caveat"]
    return sorted({caveat for caveat in (*said, *added) if isinstance(caveat, str)})


def warn(out: Output, caveats: Sequence[str]) -> None:
    """Caveats come before everything else that is shown of a record (policies.md, Safeguards)."""
    for caveat in caveats:
        out.line(caveat + ":", word(caveat, out.lang), style="bold red")


def named(ref: Ref) -> str:
    """`DZ/rec-…`, the way people and scripts name a record."""
    return f"{ref.originator}/{ref.id}"


def reference(text: str) -> Ref:
    """From `named`. BadInput(VALUE_NOT_ALLOWED)."""
    originator, slash, id_ = text.partition("/")
    if not slash or len(originator) != 2 or not 8 <= len(id_) <= 64:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="record")
    return Ref(originator, id_)


def all_refs(node: Node, unit: Unit, kind: str | None) -> list[Ref]:
    """Every record of ours, or all of one kind."""
    del node
    refs: list[Ref] = []
    while True:
        page = unit.records.lines(kind, refs[-1] if refs else None, 1000)
        refs += [line.ref for line in page]
        if len(page) < 1000:
            return refs


def value_text(value: JsonValue) -> str:
    """A claim's value in one cell: text as it is, objects as their members."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return "; ".join(f"{name} {value_text(part)}" for name, part in value.items())
    if isinstance(value, list):
        return ", ".join(value_text(part) for part in value)
    return json.dumps(value)


def _drafts(value: JsonValue) -> list[Draft]:
    items = value if isinstance(value, list) else [value]
    drafts = []
    for position, item in enumerate(items):
        if not isinstance(item, dict) or item.keys() != _MEMBERS:
            raise BadInput(Code.UNKNOWN_MEMBER, position=position)
        kind, claims = item["kind"], item["claims"]
        if not isinstance(kind, str) or not isinstance(claims, list):
            raise BadInput(Code.WRONG_TYPE, position=position)
        drafts.append(Draft(kind, claims_from_json(claims)))
    return drafts


def _grade_text(claim: Claim) -> str:
    return "" if claim.grade is None else f"{claim.grade.source}{claim.grade.information}"


def _row(line: RecordLine) -> dict[str, str | int]:
    return {
        "record": named(line.ref),
        "version": line.version,
        "kind": line.kind,
        "changed": stamp(line.changed_at),
    }
