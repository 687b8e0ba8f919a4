"""The demonstration's nodes as processes of their own: `exchange serve` with the node's folder. Ends only its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from exchange.cli import checks
from exchange.cli.demo.place import CODES, NODES, Place
from exchange.config import load
from exchange.errors import Code, Unavailable

START_S: Final = 30.0
STOP_S: Final = 25.0
_own: dict[int, subprocess.Popen[bytes]] = {}
"""Children of this process, so that they are waited for."""


def start(place: Place, codes: Sequence[str] = CODES, only: Sequence[str] = ()) -> None:
    """Starts nodes and waits until each answers. Unavailable(CONFIG_INVALID) when one does not."""
    for code in codes:
        place.processes[code] = _start(place, code, only)
    place.save()
    for code in codes:
        _wait(place, code)


def stop(place: Place, codes: Sequence[str] = NODES) -> None:
    """Ends the nodes that run, gracefully."""
    running = {code: place.processes.pop(code) for code in codes if code in place.processes}
    for code, pid in running.items():
        if is_ours(place, code, pid):
            os.kill(pid, signal.SIGTERM)
    for code, pid in running.items():
        _gone(place, code, pid)
    place.save()


def is_ours(place: Place, code: str, pid: int) -> bool:
    """The process still runs, and it is the one that was started for this folder: ids are used again."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return str(place.home(code)).encode() in words and b"serve" in words


def _start(place: Place, code: str, only: Sequence[str]) -> int:
    parts = [word for part in only for word in ("--only", part)]
    command = [sys.executable, "-m", "exchange", "serve", "--home", str(place.home(code)), "--no-input", *parts]
    with (place.folder / "logs" / f"{code.lower()}.log").open("ab") as log:
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, cwd=place.folder
        )
    _own[child.pid] = child
    return child.pid


def _wait(place: Place, code: str) -> None:
    settings = load(place.home(code))
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        if checks.live(settings).state == "ok":
            return
        if not is_ours(place, code, place.processes[code]) and _ended(place.processes[code]):
            break
        time.sleep(0.1)
    raise Unavailable(Code.CONFIG_INVALID, at=f"logs/{code.lower()}.log")


def _ended(pid: int) -> bool:
    child = _own.get(pid)
    return child is None or child.poll() is not None


def _gone(place: Place, code: str, pid: int) -> None:
    end = time.monotonic() + STOP_S
    while is_ours(place, code, pid) and not (pid in _own and _ended(pid)):
        if time.monotonic() > end:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)
    child = _own.pop(pid, None)
    if child is not None:
        child.wait()
