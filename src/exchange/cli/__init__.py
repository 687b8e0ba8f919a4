"""The `exchange` command: the edge for people at a terminal and for scripts. Start at `main.py`."""
