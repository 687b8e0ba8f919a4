"""Alarms about agreements: a version that should have come into force and did not, or that another party has ended.

They stand until somebody acts.
"""

from __future__ import annotations

from dataclasses import dataclass

from exchange.ports import Unit

ALARM = "alarm.agreement."
"""Setting, followed by id and version: when and why a version did not come into force; empty when settled."""


ENDED = "ENDED_BY_PARTNER"


@dataclass(frozen=True, slots=True)
class Alarm:
    """A version that needs a person: `code` says why it is not in force, or ENDED_BY_PARTNER."""

    agreement_id: str
    version: int
    at: str
    code: str


def sound(unit: Unit, alarm: Alarm) -> None:
    """Keeps an alarm; a later one of the same version replaces it."""
    unit.set_setting(f"{ALARM}{alarm.agreement_id}/{alarm.version}", f"{alarm.at} {alarm.code}")


def ended_by_partner(unit: Unit, agreement_id: str, version: int, at: str) -> None:
    """Another party says that this agreement has ended for it. Nothing is stopped by that here: one party's word may
    not cut off the others. A person has to look, and end or suspend it. What has ended here too raises no alarm."""
    stored = unit.agreements.get(agreement_id, version)
    if stored is not None and stored.state in ("active", "suspended"):
        sound(unit, Alarm(agreement_id, version, at, ENDED))


def alarms(unit: Unit) -> list[Alarm]:
    """Versions that need a person, by name, until another is in force or they are terminated."""
    found = []
    for name, value in unit.settings(ALARM).items():
        id_, _, version = name.removeprefix(ALARM).rpartition("/")
        at, _, code = value.partition(" ")
        if code:
            found.append(Alarm(id_, int(version), at, code))
    return found


def settle(unit: Unit, agreement_id: str) -> None:
    """Takes the alarms of an agreement away: another version is in force, or it has ended."""
    for alarm in alarms(unit):
        if alarm.agreement_id == agreement_id:
            unit.set_setting(f"{ALARM}{agreement_id}/{alarm.version}", "")
