"""Readable law: agreements, national policies and decisions as Arabic, French and English text from one structure.

`document_text` and `decision_text` make a `LawText`, a tree of values; `plain.rows` writes it for a terminal and
`exchange.paper` as PDF. It decides nothing. Spec: docs/spec/policy.md §12.
"""

from __future__ import annotations

from exchange.sentences.law.agreement import MARKING, document_text
from exchange.sentences.law.decision import decision_text
from exchange.sentences.law.text import LawText

__all__ = ["MARKING", "LawText", "decision_text", "document_text"]
