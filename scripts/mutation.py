"""Mutation testing of the policies (`make mutation`): runs mutmut, prints killed/total for each file, names survivors.

    python scripts/mutation.py [--report] [FILE …]     # decide, facts …; all files when none is named

Configuration: `[tool.mutmut]` in pyproject.toml. Mutants that no test can tell from the original are listed, with the
reason, in docs/mutation.md; they count as survivors here. Exit 1 below 95 % killed. mutmut changes functions only:
tables and constants of a module, and functions under a decorator, stay as they are.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MUTANTS = ROOT / "mutants" / "src" / "exchange" / "policies"
FLOOR = 0.95
KILLED = frozenset({1, 3, 24, -24, 36, 152, 255, -9})
"""What a test run ends with when a test fails, or when it never ends."""


def results(names: Sequence[str]) -> dict[str, dict[str, int | None]]:
    """File -> mutant -> exit code of its tests, None where it was not run."""
    found: dict[str, dict[str, int | None]] = {}
    for path in sorted(MUTANTS.glob("*.py.meta")):
        name = path.name.removesuffix(".py.meta")
        codes = json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"]
        if codes and (not names or name in names):
            found[name] = codes
    return found


def main(words: Sequence[str]) -> int:
    names = [word for word in words if not word.startswith("--")]
    if "--report" not in words:
        patterns = [f"exchange.policies.{name}.*" for name in names] or ["exchange.policies.*"]
        subprocess.run([sys.executable, "-m", "mutmut", "run", *patterns], cwd=ROOT, check=False)
    total = killed = 0
    survivors: list[str] = []
    for name, codes in results(names).items():
        run = {mutant: code for mutant, code in codes.items() if code is not None}
        dead = [mutant for mutant, code in run.items() if code in KILLED]
        survivors += sorted(set(run) - set(dead))
        total, killed = total + len(run), killed + len(dead)
        print(
            f"{name:14} {len(dead):5} of {len(run):5} killed"
            + (f", {len(codes) - len(run)} not run" if len(run) < len(codes) else "")
        )
    print(*(f"  survived: {mutant}" for mutant in survivors), sep="\n")
    share = killed / total if total else 0.0
    print(f"policies: {killed}/{total} killed, {share:.1%}")
    return int(share < FLOOR)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
