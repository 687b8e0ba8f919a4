"""A verification as pages to print."""

from __future__ import annotations
