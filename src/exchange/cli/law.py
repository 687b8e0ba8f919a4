"""Shows a text of law at the terminal, writes it as PDF, and reads an agreement from a plain file without any node.

The texts are made by `exchange.sentences.law`, the PDF by `exchange.paper`. Spec: docs/spec/policy.md §12.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from exchange import paper
from exchange.cli.files import read_file, write_file
from exchange.cli.output import Output
from exchange.crypto.encoding import canonical, digest
from exchange.errors import BadInput, Code
from exchange.interop.documents import MAX_YAML, read_yaml
from exchange.model.vocab import TLP_BY_STRICTNESS
from exchange.policies.agreement import Agreement, NationalPolicy, placeholders, read, read_policy
from exchange.sentences.law import LawText
from exchange.sentences.law.plain import lines, rows

_ID: Final = re.compile(r"(AG|NP)(-[A-Z]{2})+(-[0-9]{1,4})?", re.ASCII)


def is_id(what: str) -> bool:
    """True for the id of an agreement or a national policy; anything else is the name of a file."""
    return _ID.fullmatch(what) is not None


def document_of(path: Path) -> Agreement | NationalPolicy:
    """What a YAML or JSON file says. A document without placeholders has its digest; a draft has none.

    Errors: those of `read_file`, `read_yaml` and the reader of agreements.
    """
    document = read_yaml(read_file(path, MAX_YAML))
    if document.get("kind") == "policy":
        policy = read_policy(document, digest("exchange/policy/1", canonical(document)).hex(), draft=True)
        return read_policy(document, "", draft=True) if placeholders(policy) else policy
    agreement = read(document, digest("exchange/agreement/1", canonical(document)).hex(), draft=True)
    return read(document, "", draft=True) if placeholders(agreement) else agreement


def label(text: str) -> str:
    """A TLP label. BadInput(VALUE_NOT_ALLOWED)."""
    if text not in TLP_BY_STRICTNESS:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="tlp")
    return text


def show(out: Output, law: LawText, pdf: Path | None) -> dict[str, object]:
    """Writes `pdf` if one is asked for, else prints the text. Returns the members for --json."""
    told: dict[str, object] = {"marking": law.marking, "text": "\n".join(lines(law)) + "\n"}
    if pdf is None:
        out.prose(rows(law))
        return told
    write_file(pdf, paper.pdf(law))
    out.line(pdf)
    return told | {"pdf": str(pdf)}
