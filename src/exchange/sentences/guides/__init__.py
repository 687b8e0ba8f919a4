"""One page for each role, to lie on the desk: what you do, what you never do, whom to call. Arabic, French, English."""

from __future__ import annotations
