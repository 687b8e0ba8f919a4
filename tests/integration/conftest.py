"""Fixtures that several modules of command lines use."""

from __future__ import annotations

from tests.integration.cli_pair import agreed, pair

__all__ = ["agreed", "pair"]
