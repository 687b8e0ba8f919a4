"""`exchange pull`, `inbox`, `releases`, `status`: what comes in, what waits, and where everything stands."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from exchange.cli.command import command
from exchange.cli.exits import Exit, exit_of
from exchange.cli.faults import StopError
from exchange.cli.session import Session
from exchange.cli.words import heading, word
from exchange.errors import Code, ExchangeError
from exchange.model.state import InboxItem
from exchange.operations.agreement_alarms import ENDED, alarms
from exchange.operations.alarms import all_alarms
from exchange.operations.clock import safe_now, stamp
from exchange.operations.equivocation import stopped
from exchange.operations.lookups import note_list
from exchange.operations.obligations import counts, waiting
from exchange.operations.overview import count_substitutes
from exchange.operations.permissions import Permission, require
from exchange.operations.pull import pull
from exchange.operations.read import list_inbox
from exchange.operations.reconcile_alarms import reconcile_alarms
from exchange.operations.stream_alarms import last_beat
from exchange.ports import Node, Unit
from exchange.sentences import sentence
from exchange.sentences.reconcile_alarms import SENTENCES

group = typer.Typer()
_From = Annotated[str | None, typer.Option("--from", help="One partner; without it, all.")]


@command(group, "pull")
def pull_(session: Session, *, from_: _From = None) -> None:
    """Fetch what partners hold for us. One partner that does not answer never stops the others."""
    worst = Exit.OK
    rows: list[dict[str, object]] = []
    with session.acting() as (node, person):
        require(person, Permission.EXCHANGE_RUN)
        for code in [from_] if from_ is not None else _partners(node):
            row, exit_ = _pull_one(node, code)
            rows.append(row)
            worst = max(worst, exit_)
            session.out.line(code + ":", row["envelopes"], "envelopes", row["code"] or "")
            if row["code"] is not None:
                session.out.error(sentence(Code(str(row["code"])), session.out.lang, {}), None)
    session.result(pulled=rows)
    if worst is not Exit.OK:
        raise StopError(worst)


@command(group, "inbox")
def inbox(session: Session, *, from_: _From = None, limit: Annotated[int, typer.Option(min=1, max=200)] = 50) -> None:
    """Envelopes received, in the order of their numbers, and how we answered."""
    with session.acting() as (node, person), node.store.write() as unit:
        items = list_inbox(unit, person, from_, None, limit)
        note_list(node, unit, person, "inbox", len(items))
    rows = [_inbox_row(each) for each in items]
    session.out.table(list(rows[0]) if rows else ["inbox"], [list(row.values()) for row in rows])
    session.result(inbox=rows)


@command(group, "releases")
def releases(
    session: Session,
    *,
    state: Annotated[str | None, typer.Option(help="proposed, approved, released, voided or expired.")] = None,
    after: Annotated[str | None, typer.Option(metavar="ID", help="Go on behind this proposal.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200)] = 50,
) -> None:
    """Proposals and what became of them, oldest first."""
    with session.acting() as (node, person), node.store.write() as unit:
        require(person, Permission.RELEASE_READ)
        page = unit.releases.page(state, after, limit)
        note_list(node, unit, person, "releases", len(page))
        rows = [
            {
                "id": each.id,
                "kind": each.kind,
                "state": each.state,
                "to": each.recipient,
                "agreement": each.agreement_id,
                "records": len(unit.releases.items(each.id)),
                "approvals": f"{len(unit.releases.approvals(each.id))}/{each.approvals_needed}",
                "proposer": each.proposer,
                "bulk": each.bulk_id or "",
            }
            for each in page
        ]
    session.out.table(list(rows[0]) if rows else ["releases"], [list(row.values()) for row in rows])
    session.result(releases=rows, next=rows[-1]["id"] if len(rows) == limit else None)


@command(group, "status")
def status(session: Session) -> None:
    """Numbers: records, partners, queues, ledger."""
    with session.acting() as (node, person), node.store.read() as unit:
        require(person, Permission.STATUS_READ)
        facts: dict[str, object] = {
            "node": node.code,
            "records": unit.records.count(),
            "ledger": unit.ledger.head(lock=False).size,
            "agreements": sorted(each.id for each in unit.agreements.all() if each.state == "active"),
        }
        ringing, streams = alarms(unit), all_alarms(node, unit, node.clock.now())
        differences = reconcile_alarms(unit, node.clock.now())
        waivers, standing = count_substitutes(unit, safe_now(node, unit))
        partners = [_partner_row(unit, each.code) for each in unit.partners.all()]
        owed = [asdict(each) for each in counts(waiting(unit, node.clock.now()))]
    for name, value in facts.items():
        session.out.line(f"{heading(name, session.out.lang)}:", " ".join(value) if isinstance(value, list) else value)
    for name, states in (("waivers", waivers), ("standing_approvals", standing)):
        if states:
            told = " ".join(f"{count} {state}" for state, count in sorted(states.items()))
            session.out.line(f"{word(name, session.out.lang)}:", told)
    sounding = [f"{each.agreement_id} v{each.version} {each.code} {each.at}" for each in ringing]
    for each, line in zip(ringing, sounding, strict=True):
        session.out.line(f"{word('alarm', session.out.lang)}:", line, style="red")
        session.out.line(_what_to_do(each.code, session.out.lang), style="red")
    for alarm in streams:
        numbers = "" if alarm.ours == alarm.theirs else f" {alarm.ours}/{alarm.theirs}"
        session.out.line(
            f"{word('alarm', session.out.lang)}:", f"{alarm.partner} {alarm.code} {alarm.since}{numbers}", style="red"
        )
        session.out.line(word(alarm.code.lower(), session.out.lang), style="red")
    for one in differences:
        told = f"{one.partner} {one.code} {one.since} {one.count or ''}"
        session.out.line(f"{word('alarm', session.out.lang)}:", told, style="red")
        session.out.line(SENTENCES[one.code].in_(session.out.lang), style="red")
    if partners:
        session.out.table(list(partners[0]), [list(row.values()) for row in partners])
    if owed:
        session.out.table(list(owed[0]), [list(row.values()) for row in owed])
    session.result(
        **facts,
        waivers=waivers,
        standing_approvals=standing,
        partners=partners,
        obligations=owed,
        alarms=sounding,
        streams=[asdict(each) for each in streams],
        reconciles=[asdict(each) for each in differences],
    )


def _what_to_do(code: str, lang: str) -> str:
    """An alarm of an agreement as a sentence: what happened, and what a person does now."""
    return word("ended_by_partner", lang) if code == ENDED else sentence(Code(code), lang)


def _partners(node: Node) -> list[str]:
    with node.store.read() as unit:
        return [partner.code for partner in unit.partners.all() if not partner.suspended]


def _pull_one(node: Node, code: str) -> tuple[dict[str, object], Exit]:
    try:
        done = pull(node, code)
    except ExchangeError as fault:
        return {"partner": code, "envelopes": 0, "code": fault.code.value}, exit_of(fault)
    stopped = None if done.stopped is None else done.stopped.value
    exit_ = Exit.OK if done.stopped is None else Exit.REMOTE
    return {"partner": code, "envelopes": done.envelopes, "code": stopped}, exit_


def _inbox_row(item: InboxItem) -> dict[str, object]:
    return {
        "from": item.sender,
        "number": item.seq,
        "state": item.state,
        "code": item.code or "",
        "records": item.records,
        "agreement": item.agreement_id,
        "purpose": item.purpose,
        "received": stamp(item.received_at),
    }


def _partner_row(unit: Unit, code: str) -> dict[str, object]:
    out, in_ = unit.streams.end_out(code, lock=False), unit.streams.end_in(code, lock=False)
    counts = unit.streams.outbox_counts(code)
    beat, halt = last_beat(unit, code), stopped(unit, code)
    return {
        "partner": code,
        "sent_up_to": out.seq,
        "taken_up_to": in_.seq,
        "stopped_at": "" if halt is None else halt.seq,
        "waiting": counts.get("queued", 0) + counts.get("sent", 0),
        "accepted": counts.get("accepted", 0),
        "refused": counts.get("refused", 0),
        "records_held": unit.copies.count(code),
        "last_heartbeat": "" if beat is None else beat.at,
    }
