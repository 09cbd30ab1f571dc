"""The durable-rules engine, kept in a child process that may crash or hang without harm.

durable-rules is native code in which some inputs crash, some hang and some give wrong answers.
Only a measured safe part of it is used (`rete_worker.py`), and whatever happens there becomes a
`ReteFailed` here: within a time limit, leaving no process, pipe or thread behind.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from types import TracebackType

from readiness.engine.program import Program

WORKER = Path(__file__).with_name("rete_worker.py")
SECONDS = 5.0


class ReteFailed(Exception):
    """There is no answer from durable-rules.

    Attributes:
        reason: A few words for the user, such as "killed by signal 11".
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def rete_available() -> bool:
    """Return whether durable-rules is installed; it is looked for and not imported."""
    return _folder_of_library() is not None


def _folder_of_library() -> Path | None:
    spec = find_spec("durable_rules_engine")
    return Path(spec.origin).parent if spec is not None and spec.origin is not None else None


class Rete:
    """One child process, for one thread, for as many programs as wanted, one after another.

    `start` it early, so that it gets ready while files are read; `close` it, or use it in a `with`
    statement. After a failure it stays failed: every later question gives the same reason.
    """

    def __init__(self, worker: Path, seconds: float) -> None:
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._failed = ""
        self._program: Program | None = None
        self._thread: Thread | None = None
        self._requests: SimpleQueue[tuple[bytes, int] | None] = SimpleQueue()
        self._answers: SimpleQueue[bytes] = SimpleQueue()
        self._waiting = 0
        self._deadline = 0.0
        folder = _folder_of_library()
        if folder is None and worker == WORKER:
            self._failed = "durable-rules is not installed"
            return
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(worker), str(folder or "")],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            self._failed = f"it could not be started: {error.strerror or error}"

    @classmethod
    def start(cls, worker: Path = WORKER, seconds: float = SECONDS) -> Rete:
        """Start the child and return at once; a child that cannot start fails when it is asked.

        Args:
            worker: The script that the child runs.
            seconds: How long an answer may take.
        """
        return cls(worker, seconds)

    def prepare(self, program: Program) -> None:
        """Send a program ahead, so that the child builds its network in the meantime."""
        self._send(program, None)

    def ask(self, program: Program, given: Iterable[int]) -> None:
        """Send a question and return at once; `answer` waits for the answer."""
        self._send(program, given)
        self._deadline = monotonic() + self._seconds

    def answer(self) -> frozenset[int]:
        """Return every literal that holds for the last question, the given ones included.

        Raises:
            ReteFailed: The child crashed, hung, is not there, or did not give a usable answer.
        """
        literals: frozenset[int] = frozenset()
        while self._waiting and not self._failed:
            try:
                line = self._answers.get(timeout=max(0.0, self._deadline - monotonic()))
            except Empty:
                self._fail(f"no answer within {self._seconds:g} seconds")
            else:
                self._waiting -= 1
                literals = self._read(line)
        if self._failed:
            raise ReteFailed(self._failed)
        return literals

    def run(self, program: Program, given: Iterable[int]) -> frozenset[int]:
        """Return every literal that holds, the given ones included.

        Raises:
            ReteFailed: The child crashed, hung, is not there, or did not give a usable answer.
        """
        self.ask(program, given)
        return self.answer()

    def close(self) -> None:
        """End the child, whatever it is doing, and wait until it is gone."""
        process, self._process = self._process, None
        self._failed = self._failed or "it was closed"
        if process is None:
            return
        process.kill()
        with suppress(subprocess.TimeoutExpired):
            process.wait(1)
        if self._thread is not None:
            self._requests.put(None)
            self._thread.join(1)
            if self._thread.is_alive():  # another process holds the pipes: closing would block
                return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()

    def __enter__(self) -> Rete:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _fail(self, reason: str) -> None:
        self._failed = reason
        self.close()

    def _send(self, program: Program, given: Iterable[int] | None) -> None:
        if self._process is None:
            return
        clauses = None
        if program is not self._program:
            clauses = [(clause.head, clause.need, clause.body) for clause in program.clauses]
            self._program = program
        asked = None if given is None else list(given)
        request = {"clauses": clauses, "given": asked, "seconds": self._seconds}
        # An honest answer lists each literal once; an error is one short line.
        longest = 4_096 + len(program.names) * (len(str(len(program.names))) + 2)
        self._requests.put((json.dumps(request).encode() + b"\n", longest))
        self._waiting += 1
        if self._thread is None:
            self._thread = Thread(target=self._talk, args=(self._process,), daemon=True)
            self._thread.start()

    def _talk(self, process: subprocess.Popen[bytes]) -> None:
        """Write requests and read answers, so that a child that does neither blocks only this."""
        assert process.stdin is not None
        assert process.stdout is not None
        for request, longest in iter(self._requests.get, None):
            try:
                process.stdin.write(request)
                process.stdin.flush()
                self._answers.put(process.stdout.readline(longest))
            except OSError:
                self._answers.put(b"")

    def _read(self, line: bytes) -> frozenset[int]:
        if not line:
            self._fail(self._ending())
        elif not line.endswith(b"\n"):
            self._fail("its answer was too long or was cut off")
        else:
            try:
                answer = json.loads(line)
            except (ValueError, RecursionError):
                answer = None
            match answer:
                case {"holds": [*literals]} if all(type(literal) is int for literal in literals):
                    return frozenset(literals)
                case {"error": str(error)}:
                    self._fail(" ".join(error.split())[:200])
                case _:
                    self._fail("its answer made no sense")
        return frozenset()

    def _ending(self) -> str:
        """Return how the child ended, after its output has."""
        assert self._process is not None
        try:
            code = self._process.wait(1)
        except subprocess.TimeoutExpired:
            return "it closed its output"
        return f"killed by signal {-code}" if code < 0 else f"it ended with exit code {code}"
