"""What documents, nationalities and birth places say beside names and dates. Pure. Rules: docs/spec/names.md §5."""

from __future__ import annotations

from collections.abc import Collection

from exchange.matching.coefficients import coefficients
from exchange.matching.score import Contribution


def documents(some: Collection[str], others: Collection[str]) -> list[Contribution]:
    """Numbers with their countries, `DZ 123456`. Another number only speaks against where the country is the same."""
    if set(some) & set(others):
        return [_said("document_same", "document")]
    countries = {each.partition(" ")[0] for each in some} & {each.partition(" ")[0] for each in others}
    return [_said("document_other", "document")] if countries else []


def nationalities(some: Collection[str], others: Collection[str]) -> list[Contribution]:
    """Country codes. Many have two: one in common is enough."""
    return _shared(some, others, "nationality")


def places(some: Collection[str], others: Collection[str]) -> list[Contribution]:
    """Skeletons of birth places."""
    return _shared(some, others, "place")


def _shared(some: Collection[str], others: Collection[str], group: str) -> list[Contribution]:
    if not some or not others:
        return []
    return [_said(f"{group}_{'same' if set(some) & set(others) else 'other'}", group)]


def _said(name: str, group: str) -> Contribution:
    return Contribution(name, group, 1.0, coefficients().reviewed[name])


def kunya_alone() -> Contribution:
    """Only a kunya is shared."""
    return _said("kunya_alone", "base")
