"""A root fingerprint as people read it out and type it."""

from __future__ import annotations


def grouped(fingerprint: str) -> str:
    """In groups of four signs."""
    return " ".join(fingerprint[start : start + 4] for start in range(0, len(fingerprint), 4))


def plain(fingerprint: str) -> str:
    """As typed: spaces and colons between groups do not count."""
    return "".join(fingerprint.replace(":", " ").split()).lower()
