"""`exchange demo`: up, tour, down, and run, which is all of them. Synthetic data, loopback addresses, own keys only."""

from __future__ import annotations

import contextlib
import signal
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from exchange.cli.command import command
from exchange.cli.demo import place as places
from exchange.cli.demo import processes, setup, tour
from exchange.cli.demo.links import FILE, make_links
from exchange.cli.demo.place import CODES, NAMES, Place, Ports
from exchange.cli.demo.words import say
from exchange.cli.exits import Exit
from exchange.cli.faults import StopError
from exchange.cli.output import Output
from exchange.cli.session import Session
from exchange.errors import BadInput, Code, Conflict

group = typer.Typer(
    name="demo", help="Three nodes on this machine, and a tour. Synthetic data only.", no_args_is_help=True
)
_Folder = Annotated[Path, typer.Option(help="Folder of the demonstration.")]
_Keep = Annotated[bool, typer.Option("--keep", help="Leave the nodes running and return.")]
_Host = Annotated[str, typer.Option(help="Loopback address for the nodes; no other is taken.")]


@command(group, "run")
def run(session: Session, *, folder: _Folder = Path("demo"), host: _Host = "127.0.0.1", keep: _Keep = False) -> None:
    """Set up, take the tour, stop the nodes. The folder with logs, exports and summary.json stays."""
    started = time.monotonic()
    with places.reserved(host) as ports:
        place = _new(folder, host, ports)
        try:
            _up(place, session.out)
            summary = tour.take(place, session.out, started)
        except BaseException:
            processes.stop(place)
            raise
        place = places.load(folder)  # as it is now: the tour started nodes anew
        if keep and summary["ok"]:
            _tell_links(place, session.out)
        else:
            processes.stop(place)
    _end(session, summary)


@command(group, "up")
def up(
    session: Session,
    *,
    folder: _Folder = Path("demo"),
    host: _Host = "127.0.0.1",
    keep: _Keep = False,
) -> None:
    """Set up and start the three nodes; runs until Ctrl-C unless --keep."""
    with places.reserved(host) as ports:
        place = _new(folder, host, ports)
        try:
            _up(place, session.out)
        except BaseException:
            processes.stop(place)
            raise
        _tell_links(place, session.out)
        session.out.note(say("next", session.out.lang))
        session.result(folder=str(place.folder), nodes=_nodes(place))
        if not keep:
            session.out.note(say("stop", session.out.lang))
            _until_interrupted()
            processes.stop(places.load(folder))  # as it is now: a tour may have started nodes anew


@command(group, "tour")
def tour_(session: Session, *, folder: _Folder = Path("demo")) -> None:
    """Take the tour over nodes that `demo up` started. The steps change the nodes: once per `demo up`."""
    place = places.load(folder)
    if not place.processes:
        raise BadInput(Code.CONFIG_INVALID, at="exchange demo up")
    if (place.folder / tour.SUMMARY).exists():
        raise Conflict(Code.ALREADY_EXISTS, at=tour.SUMMARY)
    _end(session, tour.take(place, session.out, time.monotonic()))


@command(group, "down")
def down(
    session: Session,
    *,
    folder: _Folder = Path("demo"),
    wipe: Annotated[bool, typer.Option("--wipe", help="Remove the folder too.")] = False,
) -> None:
    """Stop the nodes; with --wipe remove everything."""
    place = places.load(folder)
    processes.stop(place)
    if wipe:
        places.wipe(place.folder)
    session.result(folder=str(place.folder), wiped=wipe)


def _until_interrupted() -> None:
    for number in (signal.SIGTERM, signal.SIGINT):  # a shell's background jobs are started deaf to SIGINT
        signal.signal(number, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt):
        signal.pause()


def _new(folder: Path, host: str, ports: Ports) -> Place:
    """A fresh place; nodes that an earlier demonstration left running are stopped first."""
    if (folder / places.MARK).is_file():
        processes.stop(places.load(folder))
    return places.make(folder, host, ports)


def _up(place: Place, out: Output) -> None:
    out.note(say("banner", out.lang), place.folder)
    setup.set_up(place, lambda stage: out.note("·", say(stage, out.lang)))
    out.note("·", say("starting", out.lang))
    processes.start(place)
    for code in CODES:
        people = ", ".join(f"{who}-{code.lower()}" for who in ("officer", "approver", "auditor", "admin"))
        out.note(f"  {code} {NAMES[code]:22} https://{place.host}:{place.officer_ports[code]}  {people}")
    out.note(
        f"  curl --cacert {place.home('DZ')}/keys/tls.crt https://{place.host}:{place.officer_ports['DZ']}/healthz"
    )


def _tell_links(place: Place, out: Output) -> None:
    """The links go to the terminal and to a file that only its owner reads, never to standard output."""
    links = make_links(place)
    out.note("")
    out.note(say("links", out.lang))
    for code, people in links.items():
        out.note(f"  {code} {NAMES[code]}")
        for person, link in people.items():
            out.note(f"    {person:13} {link}")
    out.note(f"  {place.folder / FILE}")
    out.note(say("trust", out.lang))
    out.note(f"    exchange demo down --folder {place.folder}")


def _end(session: Session, summary: dict[str, Any]) -> None:
    ok = summary["ok"]
    lang = session.out.lang
    session.out.err.print("")
    done = sum(step["ok"] for step in summary["steps"])
    mark = "✓" if ok else "✕"
    session.out.line(
        f"{mark} {say('done' if ok else 'failed', lang)}: {done}/{len(tour.STEPS)}, {summary['seconds']} s",
        style="bold green" if ok else "bold red",
    )
    session.result(**{name: value for name, value in summary.items() if name != "schema"})
    if not ok:
        raise StopError(Exit.UNEXPECTED)


def _nodes(place: Place) -> dict[str, str]:
    return {code: f"https://{place.host}:{place.officer_ports[code]}" for code in CODES}
