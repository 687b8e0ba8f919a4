"""Records as text in Arabic, French and English: fields, values, how sure they are, previews, messages, networks.

Everything is a `LawText`, a tree of values; `exchange.paper` writes it as PDF. It decides nothing. What a state wrote
is shown as written, each piece isolated in its own direction.
"""

from __future__ import annotations
