"""What a step of the tour stands on: it types commands, shows them, checks what they say.

A step is a function that runs commands and returns facts; it raises `StepError` when something is not as it should be.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from exchange.cli.demo.place import Place
from exchange.cli.demo.terminal import Ran, Terminal
from exchange.cli.output import Output
from exchange.cli.safe import shown

AGREEMENT: Final = "AG-DZ-AE-KW"
TRAVEL, NETWORKS, BORDER = "counter_terrorism.travel", "counter_terrorism.networks", "border.checks"
Facts = dict[str, Any]


class StepError(Exception):
    """A step did not go as it should: which command, and with what exit code."""


@dataclass(slots=True)
class Tour:
    """One run of the tour."""

    place: Place
    out: Output
    ran: list[Ran] = field(default_factory=list)

    def run(self, who: str, *words: str, exit_code: int = 0) -> Any:
        """Types a command, shows it, and returns its JSON. StepError unless it ends with `exit_code`."""
        done = Terminal(self.place, self.out.lang).run(who, *words)
        self.ran.append(done)
        self.show(f"  {done.shown}" + (f"   → exit {done.exit_code}" if done.exit_code else ""))
        if done.exit_code != exit_code:
            raise StepError(f"{done.shown}: exit {done.exit_code} instead of {exit_code}: {done.said[:300]}")
        if "title" in done.result:
            self.show("   ", done.result["title"], f"[{done.result['code']}]")
        return done.result

    def did(self, prompt: str, exit_code: int = 0, result: object = None) -> None:
        """Shows and keeps a command of another program, `$ cp …`, that the tour has run or done itself."""
        done = Ran(self.short(prompt), exit_code, result, "")
        self.ran.append(done)
        self.show(f"  {done.shown}" + (f"   → exit {exit_code}" if exit_code else ""))

    def short(self, text: str) -> str:
        return text.replace(f"{self.place.folder}/", "")

    def show(self, *parts: object) -> None:
        self.out.err.print(*(shown(part) for part in parts), soft_wrap=True)

    def approve_and_release(self, bulk: str, needed: int) -> Any:
        """As many approvers as the agreement wants, each with their own token; then the officer releases."""
        for approver in ("approver-dz", "approver2-dz", "approver3-dz")[:needed]:
            self.run(approver, "approve", "--bulk", bulk)
        return self.run("officer-dz", "release", "--bulk", bulk)


def check(holds: bool, otherwise: str) -> None:
    if not holds:
        raise StepError(otherwise)
