"""`python -m exchange`: the same as the `exchange` command."""

from exchange.cli.main import run

if __name__ == "__main__":
    run()
