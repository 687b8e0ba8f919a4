"""`exchange agreement`: draft, sign, gather signatures, activate, suspend, read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from exchange.cli.command import command
from exchange.cli.credentials import read_passphrase
from exchange.cli.files import read_file, write_file
from exchange.cli.founding import read_root
from exchange.cli.law import document_of, is_id, label
from exchange.cli.law import show as show_law
from exchange.cli.session import Session
from exchange.crypto.encoding import read_canonical
from exchange.crypto.rootsign import MAX_SIGNATURE
from exchange.errors import BadInput, Code, NotFound
from exchange.interop.documents import MAX_YAML, read_yaml
from exchange.model.state import Offer, StoredAgreement
from exchange.operations import agreements
from exchange.operations.clock import stamp
from exchange.operations.grounds import MAX_DOCUMENT, parsed, parsed_policy
from exchange.operations.lookups import note_list
from exchange.operations.permissions import Permission, require
from exchange.policies.agreement import Agreement, with_fingerprints
from exchange.policies.reading import Part
from exchange.ports import Node, Unit
from exchange.sentences import law
from exchange.sentences.fingerprints import plain

group = typer.Typer(name="agreement", help="Agreements and our national policy.", no_args_is_help=True)
_Id = Annotated[str, typer.Argument(metavar="ID", help="For example AG-DZ-AE-KW.")]
_Version = Annotated[int, typer.Option("--version", min=1, help="Version of the document.")]
_AnyVersion = Annotated[int | None, typer.Option("--version", min=1, help="Version; without it the one in force.")]


@command(group, "draft")
def draft(
    session: Session,
    *,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The document in YAML, - for stdin.")],
    fingerprint: Annotated[
        list[str] | None, typer.Option(metavar="XX=HEX", help="Root fingerprint of a party that is no partner here.")
    ] = None,
) -> None:
    """Store a draft; `@XX` becomes the root fingerprint of party XX. Drafts bind nobody."""
    document = read_yaml(read_file(file, MAX_YAML))
    given = _given(fingerprint or [])
    with session.acting() as (node, person), node.store.write() as unit:
        filled = with_fingerprints(document, _known(node, unit) | given)
        stored = agreements.draft(node, unit, person, filled)
    tell(session, stored)


@command(group, "sign")
def sign(
    session: Session,
    *,
    id_: _Id,
    version: _Version,
    root_key: Annotated[Path, typer.Option(help="Our root key file, brought from where it is kept offline.")],
    out: Annotated[Path, typer.Option(help="File for the signature, for the other parties.")],
    root_passphrase_file: Annotated[
        Path | None, typer.Option(help="Passphrase of the root key; without it, the node's.")
    ] = None,
) -> None:
    """Sign the stored bytes with our root key, and write the signature for the other parties."""
    settings = session.settings()
    if root_passphrase_file is not None:
        root = read_root(root_key, read_passphrase(root_passphrase_file, ask=False))
    else:
        root = read_root(root_key, session.passphrase(settings))
    with session.acting() as (node, person), node.store.write() as unit:
        signature = agreements.sign(node, unit, person, id_, version, root)
    write_file(out, signature)
    session.out.line("signature written:", out)
    session.result(agreement=id_, version=version, out=str(out))


@command(group, "add-signature")
def add_signature(
    session: Session,
    *,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A party's signature document, - for stdin.")],
    id_: Annotated[str, typer.Option("--id", help="The agreement that it signs.")],
    version: _Version,
) -> None:
    """Add another party's signature, after verifying it against the fingerprint that the document names."""
    data = read_file(file, MAX_SIGNATURE).strip()
    with session.acting() as (node, person), node.store.write() as unit:
        stored = agreements.add_signature(node, unit, person, id_, version, data)
    tell(session, stored)


@command(group, "activate")
def activate(
    session: Session,
    *,
    id_: _Id,
    version: _Version,
    starts: Annotated[
        str | None, typer.Option("--from", metavar="TIME", help="Come into force then: YYYY-MM-DDTHH:MM:SSZ.")
    ] = None,
) -> None:
    """Put a version in force, now or at a time: every party has signed it, and every example is decided as expected."""
    when = None if starts is None else Part(starts, "from").moment()
    with session.acting() as (node, person), node.store.write() as unit:
        stored = agreements.activate(node, unit, person, id_, version, when)
    tell(session, stored)


@command(group, "suspend")
def suspend(session: Session, *, id_: _Id) -> None:
    """Stop every release under an agreement, at once. What is queued leaves no more."""
    with session.acting() as (node, person):
        with node.store.write() as unit:  # a unit of its own: releases see the flag before they lock
            agreements.raise_flag(unit, person, id_)
        with node.store.write() as unit:
            stored = agreements.suspend(node, unit, person, id_)
    tell(session, stored)


@command(group, "list")
def list_(session: Session) -> None:
    """Every version that this node knows."""
    with session.acting() as (node, person), node.store.write() as unit:
        require(person, Permission.AGREEMENT_READ)
        known = unit.agreements.all()
        note_list(node, unit, person, "agreements", len(known))
    rows = [_facts(each) for each in known]
    session.out.table(
        ("id", "version", "kind", "state", "signed_by", "changed"),
        [
            (each.id, each.version, each.kind, each.state, " ".join(sorted(each.signatures)), stamp(each.changed_at))
            for each in known
        ],
    )
    session.result(agreements=rows)


@command(group, "show")
def show(session: Session, *, id_: _Id, version: _AnyVersion = None) -> None:
    """One version: its state, digest and signatures; with --json the document itself too."""
    stored = _read(session, id_, version)
    session.out.line(stored.id, "v", stored.version, stored.state)
    session.out.line("digest:", stored.digest)
    session.out.line("signed by:", " ".join(sorted(stored.signatures)) or "nobody")
    session.result(**_facts(stored), document=read_canonical(stored.document, limit=MAX_DOCUMENT))


@command(group, "explain")
def explain(
    session: Session,
    *,
    what: Annotated[str, typer.Argument(metavar="FILE|ID", help="A YAML or JSON file (- for stdin), or an id here.")],
    version: _AnyVersion = None,
    pdf: Annotated[Path | None, typer.Option("--pdf", help="Write the text as PDF to this file instead.")] = None,
    tlp: Annotated[str, typer.Option("--tlp", help="The TLP label of the text.")] = law.MARKING,
) -> None:
    """The document as text, to read before signing, in the language of --lang. A file needs no node."""
    marking = label(tlp)
    if is_id(what):
        stored = _read(session, what, version)
        facts = _facts(stored)
        parse = parsed_policy if stored.kind == "policy" else parsed
        document = parse(stored.document, stored.digest)
    else:
        document = document_of(Path(what))
        kind = "agreement" if isinstance(document, Agreement) else "policy"
        facts = {"id": document.id, "version": document.version, "kind": kind, "digest": document.digest or None}
    told = show_law(session.out, law.document_text(document, session.out.lang, marking), pdf)
    session.result(**facts, **told)


def _read(session: Session, id_: str, version: int | None) -> StoredAgreement:
    with session.acting() as (node, person), node.store.write() as unit:
        require(person, Permission.AGREEMENT_READ)
        stored = unit.agreements.get(id_, version)
        note_list(node, unit, person, "agreements", int(stored is not None))
    if stored is None:
        raise NotFound(agreement=id_)
    return stored


def write_offer(offers: list[Offer], partner: str, digest: str, out: Path) -> None:
    """Writes the document of a partner's offer, to be read before it is taken. NotFound."""
    found = next((each for each in offers if (each.partner, each.digest) == (partner, digest)), None)
    if found is None:
        raise NotFound(partner=partner)
    write_file(out, found.document)


def _known(node: Node, unit: Unit) -> dict[str, str]:
    """Fingerprints that this node has pinned, and its own."""
    partners = {partner.code: partner.root_fingerprint for partner in unit.partners.all()}
    return partners | {node.code: node.keys.root_fingerprint}


def _given(pairs: list[str]) -> dict[str, str]:
    parts = [pair.partition("=") for pair in pairs]
    if any(not code or not hex_ for code, _, hex_ in parts):
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="fingerprint")
    return {code: plain(hex_) for code, _, hex_ in parts}


def _facts(stored: StoredAgreement) -> dict[str, object]:
    return {
        "id": stored.id,
        "version": stored.version,
        "kind": stored.kind,
        "state": stored.state,
        "digest": stored.digest,
        "signed_by": sorted(stored.signatures),
        "changed_at": stamp(stored.changed_at),
        "starts_at": None if stored.starts_at is None else stamp(stored.starts_at),
    }


def tell(session: Session, stored: StoredAgreement) -> None:
    session.out.line(stored.id, "version", stored.version, "is", stored.state)
    session.out.line("digest:", stored.digest, "· signed by:", " ".join(sorted(stored.signatures)) or "nobody")
    session.result(**_facts(stored))
