"""A simulation on several processors: one process for each part of the pages, joined again in order.

Children only read: each opens connections of its own to the node's database and ends with its part. A pipe holds a few
pages at most, so that memory does not grow with the number of records.
"""

from __future__ import annotations

from collections.abc import Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection

from exchange.errors import Code, ExchangeError, Unavailable
from exchange.model.state import Person
from exchange.operations.simulate import Page, simulated_pages
from exchange.policies.simulate import Simulation
from exchange.ports import Node
from exchange.store import SqlStore


def simulated(node: Node, person: Person, task: Simulation, jobs: int) -> Iterator[Page]:
    """Every page in order, computed by `jobs` processes; with one, in this process."""
    if jobs < 2 or not isinstance(node.store, SqlStore):
        yield from simulated_pages(node, person, task)
        return
    fork = get_context("fork")
    pipes, children = [], []
    for part in range(jobs):
        receiving, sending = fork.Pipe(duplex=False)
        child = fork.Process(target=_part, args=(node, person, task, (part, jobs), sending), daemon=True)
        child.start()
        sending.close()
        pipes.append(receiving)
        children.append(child)
    try:
        yield from _in_turn(pipes)
    finally:
        for child in children:
            child.terminate()
            child.join()


def _in_turn(pipes: list[Connection]) -> Iterator[Page]:
    """Page by page, each from its part's pipe. Unavailable when a child ended without finishing."""
    index = 0
    while True:
        try:
            found = pipes[index % len(pipes)].recv()
        except EOFError:
            raise Unavailable(Code.UNEXPECTED, at="part") from None
        if isinstance(found, Code):
            raise Unavailable(found)
        if found is None:
            return
        yield found
        index += 1


def _part(node: Node, person: Person, task: Simulation, which: tuple[int, int], out: Connection) -> None:
    store = node.store
    if isinstance(store, SqlStore):
        store.forked()
    try:
        for found in simulated_pages(node, person, task, *which):
            out.send(found)
        out.send(None)
    except ExchangeError as failure:
        out.send(failure.code)
