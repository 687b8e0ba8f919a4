"""Alarms about agreements: a version that should have come into force and did not. They stand until somebody acts."""

from __future__ import annotations

from dataclasses import dataclass

from exchange.ports import Unit

ALARM = "alarm.agreement."
"""Setting, followed by id and version: when and why a version did not come into force; empty when settled."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """A version that should be in force and is not."""

    agreement_id: str
    version: int
    at: str
    code: str


def sound(unit: Unit, alarm: Alarm) -> None:
    """Keeps an alarm; a later one of the same version replaces it."""
    unit.set_setting(f"{ALARM}{alarm.agreement_id}/{alarm.version}", f"{alarm.at} {alarm.code}")


def alarms(unit: Unit) -> list[Alarm]:
    """Versions that failed to come into force, by name, until they are in force or terminated."""
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
