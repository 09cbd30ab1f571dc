"""Work on many things in several processes, so that what goes wrong in one costs no other.

Processes are started anew (`spawn`), as on Windows, so that nothing is inherited by chance. A
process that dies takes down only the task that it had; another is started in its place. Whatever
ends the loop, an interrupt among others, ends the processes too.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, TypeVar

S = TypeVar("S")
T = TypeVar("T")
R = TypeVar("R")

Start = Callable[[S], Callable[[T], R]]
"""Makes, from what all tasks share, the function that does one task; it and what it is given must
be picklable."""


@dataclass(slots=True)
class _Hand(Generic[T]):
    """A process, the pipe to it, and the task that it has."""

    process: Any
    pipe: Any
    number: int | None = None
    task: T | None = None


def work(
    start: Start[S, T, R],
    shared: S,
    tasks: Iterable[T],
    jobs: int,
    lost: Callable[[T, int | None], R],
) -> Iterator[tuple[int, R]]:
    """Yield the result of each task with its number, as they come.

    Args:
        jobs: How many processes; with one the work is done in this process.
        lost: Makes the result of a task whose process died, from its exit code.
    """
    if jobs <= 1:
        do = start(shared)
        yield from ((number, do(task)) for number, task in enumerate(tasks))
        return
    waiting = enumerate(tasks)
    idle: list[_Hand[T]] = []
    busy: list[_Hand[T]] = []
    try:
        while True:
            while len(busy) < jobs and (given := next(waiting, None)) is not None:
                hand = idle.pop() if idle else _hire(start, shared)
                hand.number, hand.task = given
                busy.append(hand)
                with contextlib.suppress(OSError):  # it has died: waiting for it tells
                    hand.pipe.send(hand.task)
            if not busy:
                return
            ready = set(wait([hand.pipe for hand in busy]))
            for hand in [hand for hand in busy if hand.pipe in ready]:
                number, task = hand.number, hand.task
                assert number is not None
                assert task is not None
                try:
                    result = hand.pipe.recv()
                except (EOFError, OSError):
                    hand.process.join()
                    result = lost(task, hand.process.exitcode)
                else:
                    idle.append(hand)
                busy.remove(hand)
                yield number, result
    finally:
        for hand in (*idle, *busy):
            hand.process.terminate()
        for hand in (*idle, *busy):
            hand.process.join()
            hand.pipe.close()


def _hire(start: Start[S, T, R], shared: S) -> _Hand[T]:
    """Start a process."""
    context = multiprocessing.get_context("spawn")
    mine, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, start, shared), daemon=True)
    process.start()
    theirs.close()
    return _Hand(process, mine)


def _serve(pipe: Connection, start: Start[S, T, R], shared: S) -> None:
    """Do tasks until there are no more; the parent decides what an interrupt ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    do = start(shared)
    while True:
        try:
            task = pipe.recv()
        except (EOFError, OSError):
            return
        pipe.send(do(task))
