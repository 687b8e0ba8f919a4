"""What the machine is and small helpers of the benchmarks: ports, memory, processors."""

from __future__ import annotations

import os
import platform
import socket
import time
from pathlib import Path


def free_port() -> int:
    """A free TCP port on loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int, seconds: float = 30.0) -> None:
    """Waits until something listens on loopback `port`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(f"nothing listens on port {port}")


def rss_mb(pid: int | None = None) -> float:
    """Resident memory in MB of a process, ours if none is named."""
    return _status(pid, "VmRSS")


def peak_rss_mb(pid: int | None = None) -> float:
    """The most resident memory that the process ever had, in MB."""
    return _status(pid, "VmHWM")


def forget_peak() -> None:
    """From here on `peak_rss_mb` counts anew: what the floor held before is no memory of a node."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _status(pid: int | None, name: str) -> float:
    lines = Path(f"/proc/{pid or os.getpid()}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name + ":"))


def processor_s(pid: int) -> float:
    """Seconds of processor time that a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def conditions() -> str:
    """One line for RESULTS.md."""
    processors = os.cpu_count()
    return f"{processors} processors, Python {platform.python_version()}, {platform.system()} {platform.machine()}"
