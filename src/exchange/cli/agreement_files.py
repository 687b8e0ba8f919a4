"""A document named on the command line: a file, or an id of the node. Files are read without a node."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from exchange.cli.files import read_file
from exchange.cli.session import Session
from exchange.crypto.encoding import canonical, digest, read_canonical
from exchange.errors import BadInput, Code, NotFound
from exchange.interop.documents import MAX_YAML, read_yaml
from exchange.model.claims import JsonObject
from exchange.operations.agreements import TYPES
from exchange.operations.grounds import MAX_DOCUMENT
from exchange.operations.lookups import note_list
from exchange.operations.permissions import Permission, require
from exchange.policies.agreement import Agreement, NationalPolicy, read, read_policy, with_fingerprints

_ID: Final = re.compile(r"(?:AG|NP)(?:-[A-Z]{2})+(?:-[0-9]{1,4})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A document and what it says."""

    document: JsonObject
    any: Agreement | NationalPolicy

    @property
    def agreement(self) -> Agreement:
        """BadInput for a national policy, where only an agreement makes sense."""
        if not isinstance(self.any, Agreement):
            raise BadInput(Code.VALUE_NOT_ALLOWED, at="kind")
        return self.any


def filled(new: Loaded, old: Agreement) -> Loaded:
    """A placeholder of a party means the root that it had: only another root is a difference."""
    document = with_fingerprints(new.document, {party.code: party.fingerprint for party in old.parties})
    return Loaded(document, read(document, _digest("agreement", document), draft=True))


def loaded(session: Session, name: str, version: int | None) -> Loaded:
    """The document of `name`. An id means the version named, the one in force, or the newest."""
    document = _of_node(session, name, version) if _ID.fullmatch(name) else read_yaml(read_file(Path(name), MAX_YAML))
    if document.get("kind") == "policy":
        return Loaded(document, read_policy(document, _digest("policy", document), draft=True))
    return Loaded(document, read(document, _digest("agreement", document), draft=True))


def signable(data: bytes) -> tuple[Agreement | NationalPolicy, str]:
    """What the exact bytes of a document say, and the type that a root signs them as. BadInput where they are not
    canonical, or a party's fingerprint is still a placeholder."""
    document = read_canonical(data, limit=MAX_DOCUMENT)
    if not isinstance(document, dict):
        raise BadInput(Code.AGREEMENT_INVALID, at="")
    kind = "policy" if document.get("kind") == "policy" else "agreement"
    reader = read_policy if kind == "policy" else read
    return reader(document, _digest(kind, document)), TYPES[kind]


def _digest(kind: str, document: JsonObject) -> str:
    return digest(TYPES[kind], canonical(document)).hex()


def _of_node(session: Session, id_: str, version: int | None) -> JsonObject:
    with session.acting() as (node, person), node.store.write() as unit:
        require(person, Permission.AGREEMENT_READ)
        in_force = unit.agreements.active(id_, lock=False) if version is None else None
        stored = in_force or unit.agreements.get(id_, version)
        note_list(node, unit, person, "agreements", int(stored is not None))
    if stored is None:
        raise NotFound(agreement=id_)
    value = read_canonical(stored.document, limit=MAX_DOCUMENT)
    if not isinstance(value, dict):
        raise BadInput(Code.AGREEMENT_INVALID, at="")
    return value
