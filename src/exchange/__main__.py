"""The `exchange` command, and `python -m exchange`."""

from __future__ import annotations

import gc


def run() -> None:
    """Ends by SystemExit. What is loaded here stays to the end: the collector need not walk over it again and again."""
    gc.disable()
    from exchange.cli.main import run as started

    gc.freeze()
    gc.enable()
    started()


if __name__ == "__main__":
    run()
