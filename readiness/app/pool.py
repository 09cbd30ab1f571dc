"""Work on many things in other processes, so that what goes wrong in one costs no other.

Processes are started anew (`spawn`), as on Windows, so that nothing is inherited by chance. A
process that dies takes down only the task that it had, and so does one that is ended because its
task took too long; another is started in its place. Whatever ends the loop, an interrupt among
others, ends the processes too.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import signal
import time
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

_READY = "ready"
"""What a process says before its first task, so that starting it counts as no task's time."""


@dataclass(slots=True)
class _Hand(Generic[T]):
    """A process, the pipe to it, and the task that it has.

    Attributes:
        since: When the task began; None while the process is starting.
    """

    process: Any
    pipe: Any
    ready: bool = False
    number: int | None = None
    task: T | None = None
    since: float | None = None


def work(
    start: Start[S, T, R],
    shared: S,
    tasks: Iterable[T],
    jobs: int,
    *,
    lost: Callable[[T, int | None], R],
    late: Callable[[T], R],
    limit: float | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[tuple[int, R]]:
    """Yield the result of each task with its number, as they come.

    Args:
        jobs: How many processes.
        lost: Makes the result of a task whose process died, from its exit code.
        late: Makes the result of a task that took longer than the limit.
        limit: Seconds that a task may take.
        clock: Tells the time in seconds.
    """
    waiting = enumerate(tasks)
    idle: list[_Hand[T]] = []
    busy: list[_Hand[T]] = []
    try:
        while True:
            while len(busy) < jobs and (given := next(waiting, None)) is not None:
                hand = idle.pop() if idle else _hire(start, shared)
                hand.number, hand.task = given
                hand.since = clock() if hand.ready else None
                busy.append(hand)
                with contextlib.suppress(OSError):  # it has died: waiting for it tells
                    hand.pipe.send(hand.task)
            if not busy:
                return
            ends = [hand.since + limit for hand in busy if limit and hand.since is not None]
            left = max(0.0, min(ends) - clock()) if ends else None
            told = set(wait([hand.pipe for hand in busy], left))
            for hand in busy.copy():
                number, task = hand.number, hand.task
                assert number is not None
                assert task is not None
                if hand.pipe in told:
                    try:
                        result = hand.pipe.recv()
                    except (EOFError, OSError):
                        hand.process.join()
                        result = lost(task, hand.process.exitcode)
                    else:
                        if not hand.ready:
                            hand.ready, hand.since = True, clock()
                            continue
                        idle.append(hand)
                elif limit and hand.since is not None and clock() - hand.since >= limit:
                    _end([hand])
                    result = late(task)
                else:
                    continue
                busy.remove(hand)
                yield number, result
    finally:
        _end([*idle, *busy])


def _end(hands: list[_Hand[T]]) -> None:
    for hand in hands:
        hand.process.kill()
    for hand in hands:
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
    """Do tasks until there are no more; the parent decides what an interrupt ends.

    Circles are looked for between tasks, and never among what is kept for the next: looking for
    them all the time takes half as long again.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
    do = start(shared)
    gc.freeze()
    pipe.send(_READY)
    while True:
        try:
            task = pipe.recv()
        except (EOFError, OSError):
            return
        pipe.send(do(task))
        gc.collect()
        gc.freeze()
