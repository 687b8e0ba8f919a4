"""`exchange agreement lint`, `diff`, `simulate`, `sign-file`, `offer`, `offers`, `take`, `terminate`, `unschedule`.

Lint and diff take plain files and then need no node. What they find is said by codes and sentences, never by values.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from exchange.cli import agreement
from exchange.cli.agreement_files import filled, loaded, signable
from exchange.cli.command import command
from exchange.cli.credentials import read_passphrase
from exchange.cli.exits import Exit
from exchange.cli.faults import StopError
from exchange.cli.files import read_file, write_file
from exchange.cli.founding import read_root
from exchange.cli.session import Session
from exchange.cli.simulate_jobs import simulated
from exchange.cli.words import word
from exchange.crypto.rootsign import root_signature
from exchange.errors import BadInput, Code, Denied
from exchange.model.state import Offer
from exchange.operations import offers, terminate
from exchange.operations.clock import stamp
from exchange.operations.grounds import MAX_DOCUMENT
from exchange.operations.lookups import note_list
from exchange.operations.schedule import unschedule
from exchange.operations.simulate import begin_simulation, recent_records
from exchange.policies.agreement import Agreement
from exchange.policies.changes import Change
from exchange.policies.diff import diff, national_effect
from exchange.policies.diff_sentences import change_sentence
from exchange.policies.lint import ERROR, Finding, lint
from exchange.policies.lint_sentences import finding_sentence
from exchange.policies.simulate import Effect, Totals

group = agreement.group
_Document = Annotated[str, typer.Argument(metavar="FILE|ID", help="A YAML or JSON file, - for stdin, or an id here.")]
_Id = Annotated[str, typer.Argument(metavar="ID", help="For example AG-DZ-AE-KW.")]
_Version = Annotated[int, typer.Option("--version", min=1, help="Version of the document.")]
_AnyVersion = Annotated[int | None, typer.Option("--version", min=1, help="Version of the ID; without it, in force.")]
_Partner = Annotated[str, typer.Option("--to", metavar="XX", help="The partner.")]


@command(group, "lint")
def lint_(
    session: Session,
    *,
    document: _Document,
    version: _AnyVersion = None,
    records: Annotated[
        bool, typer.Option("--records", help="Also hold conditions against this node's records of the last 90 days.")
    ] = False,
) -> None:
    """What is wrong, doubtful or missing in a document. Exit 4 if one finding is an error."""
    meaning = loaded(session, document, version).any
    if records:
        if not isinstance(meaning, Agreement):
            raise BadInput(Code.VALUE_NOT_ALLOWED, at="records")
        with session.acting() as (node, person):
            found = lint(meaning, recent_records(node, person, meaning))
    else:
        found = lint(meaning)
    lang = session.out.lang
    rows = [(word(each.severity, lang), each.code, each.at, finding_sentence(each, lang)) for each in found]
    if rows:
        session.out.grid([word(name, lang) for name in ("severity", "code", "place", "finding")], rows)
    else:
        session.out.line(word("no_findings", lang))
    exit_ = Exit.DENIED if any(each.severity == ERROR for each in found) else Exit.OK
    told = [_finding(each, lang) for each in found]
    session.result(id=meaning.id, version=meaning.version, findings=told, exit_code=int(exit_))
    if exit_ is not Exit.OK:
        raise StopError(exit_)


@command(group, "diff")
def diff_(
    session: Session,
    *,
    document: _Document,
    newer: Annotated[
        str | None, typer.Argument(metavar="[NEW]", help="The new one; without it, the first against the one in force.")
    ] = None,
    seen_from: Annotated[
        str | None, typer.Option("--node", metavar="XX", help="The state whose possibilities are summed up.")
    ] = None,
) -> None:
    """What a new version means: parties, purposes, validity, each clause, handling, approvals, and what can move."""
    if newer is None:
        new = loaded(session, document, None)
        old = loaded(session, new.agreement.id, None)
    else:
        old, new = loaded(session, document, None), loaded(session, newer, None)
    new = filled(new, old.agreement)
    changes = diff(old.agreement, new.agreement)
    lang = session.out.lang
    rows = [(word(each.effect, lang), each.code, each.at, change_sentence(each, lang)) for each in changes]
    if rows:
        session.out.grid([word(name, lang) for name in ("effect", "code", "place", "finding")], rows)
    else:
        session.out.line(word("no_changes", lang))
    moves = [] if seen_from is None else list(national_effect(old.agreement, new.agreement, seen_from))
    if moves:
        head = [word(name, lang) for name in ("direction", "kind", "gained", "lost")]
        sides = [(f"{m.sender} > {m.recipient}", m.kind, " ".join(m.gained), " ".join(m.lost)) for m in moves]
        session.out.grid(head, sides)
    session.result(
        id=new.agreement.id,
        before=old.agreement.version,
        after=new.agreement.version,
        changes=[_change(each, lang) for each in changes],
        possible=[move._asdict() for move in moves],
    )


@command(group, "simulate")
def simulate(
    session: Session,
    *,
    document: _Document,
    version: _AnyVersion = None,
    limit: Annotated[int, typer.Option(min=0, help="Effects that are listed; the totals count all.")] = 50,
    jobs: Annotated[int, typer.Option(min=1, max=8, help="Processes side by side.")] = 2,
) -> None:
    """What a candidate would newly release and stop, over this node's own records; by record and claim, no values."""
    candidate = loaded(session, document, version)
    totals, listed = Totals(), list[Effect]()
    with session.acting() as (node, person):
        with node.store.write() as unit:
            task = begin_simulation(node, unit, person, candidate.document, unit.records.count())
        for each in simulated(node, person, task, jobs):
            totals.join(each.totals)
            listed += each.effects[: max(0, limit - len(listed))]
    lang = session.out.lang
    numbers = {name: getattr(totals, name) for name in Totals.__slots__}
    for name, value in numbers.items():
        session.out.line(f"{word(f'sim_{name}', lang)}:", value)
    if listed:
        head = [word(name, lang) for name in ("record", "recipient", "effect", "gained", "lost", "handling")]
        session.out.grid(head, [_effect_row(each, lang) for each in listed])
    current = task.current
    session.result(
        id=task.candidate.id,
        version=task.candidate.version,
        against=None if current is None else current.version,
        at=stamp(task.at),
        **numbers,
        effects=[_effect(each) for each in listed],
    )


@command(group, "sign-file")
def sign_file(
    session: Session,
    *,
    document: Annotated[Path, typer.Argument(metavar="FILE", help="The document as downloaded: its exact bytes.")],
    root_key: Annotated[Path, typer.Option(help="Our root key file.")],
    out: Annotated[Path, typer.Option(help="File for the signature.")],
    root_passphrase_file: Annotated[
        Path | None, typer.Option(help="Passphrase of the root key; without it, it is asked for.")
    ] = None,
) -> None:
    """Sign where the root key is kept, without any node or network. Compare the digest that it prints first."""
    data = read_file(document, MAX_DOCUMENT).strip()
    root = read_root(root_key, read_passphrase(root_passphrase_file, ask=True))
    meaning, type_ = signable(data)
    parties = meaning.parties if isinstance(meaning, Agreement) else (meaning.party,)
    ours = next((party for party in parties if party.fingerprint == root.fingerprint), None)
    if ours is None:
        raise Denied(Code.NOT_A_PARTY, agreement=meaning.id)
    write_file(out, root_signature(root, ours.code, type_, data))
    session.out.line(meaning.id, "version", meaning.version, "signed for", ours.code)
    session.out.line("digest:", meaning.digest)
    session.result(agreement=meaning.id, version=meaning.version, digest=meaning.digest, party=ours.code, out=str(out))


@command(group, "offer")
def offer(session: Session, *, id_: _Id, version: _Version, to: _Partner) -> None:
    """Offer a draft to a partner and fetch the signatures that it holds. Offer again to fetch later ones."""
    with session.acting() as (node, person):
        done = offers.offer(node, person, to, id_, version)
    signers = sorted(done.agreement.signatures)
    session.out.line(done.agreement.digest, "·", word("signed_by", session.out.lang), " ".join(signers) or "–")
    session.result(
        agreement=id_, version=version, digest=done.agreement.digest, added=list(done.added), signed_by=signers
    )


@command(group, "offers")
def offers_(session: Session) -> None:
    """What partners left here to be looked at. Nothing of it binds anybody."""
    with session.acting() as (node, person), node.store.write() as unit:
        rows = [_offer_row(each) for each in offers.list_offers(unit, person)]
        note_list(node, unit, person, "offers", len(rows))
    session.out.table(list(rows[0]) if rows else ["offers"], [list(row.values()) for row in rows])
    session.result(offers=rows)


@command(group, "take")
def take(
    session: Session,
    *,
    partner: Annotated[str, typer.Argument(metavar="XX", help="Who offered it.")],
    digest: Annotated[str, typer.Option(help="Digest of the document that was read and compared.")],
    refuse: Annotated[bool, typer.Option("--refuse", help="Throw the offer away instead.")] = False,
    out: Annotated[Path | None, typer.Option(help="Only write the document to this file, to read it.")] = None,
) -> None:
    """Make an offer that was read a draft here, with its signatures. It is signed and activated as any other draft."""
    with session.acting() as (node, person):
        if out is not None:
            with node.store.write() as unit:
                found = offers.list_offers(unit, person)
                note_list(node, unit, person, "offers", len(found))
            agreement.write_offer(found, partner, digest, out)
            session.result(partner=partner, digest=digest, out=str(out))
            return
        with node.store.write() as unit:
            if refuse:
                offers.refuse_offer(node, unit, person, partner, digest)
                session.result(partner=partner, digest=digest, refused=True)
                return
            stored = offers.take_offer(node, unit, person, partner, digest)
    agreement.tell(session, stored)


@command(group, "terminate")
def terminate_(
    session: Session,
    *,
    id_: _Id,
    confirm: Annotated[bool, typer.Option("--confirm", help="Confirm what another person asked for.")] = False,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take the request back.")] = False,
) -> None:
    """End an agreement: one person asks, another confirms. Nothing leaves afterwards, pending included."""
    lang = session.out.lang
    with session.acting() as (node, person):
        if confirm:
            done = terminate.confirm_termination(node, person, id_)
            session.out.line(id_, word("terminated", lang), done.rule.rule, done.rule.days or "")
            session.result(
                agreement=id_,
                state=done.agreement.state,
                proposals_voided=done.proposals,
                envelopes_voided=done.envelopes,
                after_end=done.rule.rule,
                days=done.rule.days,
                told=list(done.told),
            )
            return
        with node.store.write() as unit:
            if withdraw:
                terminate.withdraw_termination(node, unit, person, id_)
                session.result(agreement=id_, state="withdrawn")
                return
            asked = terminate.ask_termination(node, unit, person, id_)
    session.out.line(id_, word("end_asked", lang))
    session.result(agreement=id_, version=asked.version, state="asked", asked_by=asked.asked_by)


@command(group, "unschedule")
def unschedule_(session: Session, *, id_: _Id, version: _Version) -> None:
    """Take back the date at which a version would come into force; it is a draft again."""
    with session.acting() as (node, person), node.store.write() as unit:
        stored = unschedule(node, unit, person, id_, version)
    agreement.tell(session, stored)


def _finding(finding: Finding, lang: str) -> dict[str, object]:
    told = {"severity": finding.severity, "sentence": finding_sentence(finding, lang)}
    return finding._asdict() | told


def _change(change: Change, lang: str) -> dict[str, object]:
    told = {"effect": change.effect, "sentence": change_sentence(change, lang)}
    return change._asdict() | told


def _effect(effect: Effect) -> dict[str, object]:
    return {
        "originator": effect.ref.originator,
        "id": effect.ref.id,
        "recipient": effect.recipient,
        "change": effect.change,
        "gained": [list(claim) for claim in effect.gained],
        "lost": [list(claim) for claim in effect.lost],
        "handling": list(effect.handling),
    }


def _effect_row(effect: Effect, lang: str) -> list[object]:
    gained, lost = (" ".join(sorted({claim.path for claim in side})) for side in (effect.gained, effect.lost))
    name = f"{effect.ref.originator}/{effect.ref.id}"
    return [name, effect.recipient, word(f"sim_{effect.change}", lang), gained, lost, " ".join(effect.handling)]


def _offer_row(offer_: Offer) -> dict[str, object]:
    return {
        "partner": offer_.partner,
        "id": offer_.agreement_id,
        "version": offer_.version,
        "digest": offer_.digest,
        "signed_by": " ".join(sorted(offer_.signatures)),
        "received": stamp(offer_.received_at),
    }
