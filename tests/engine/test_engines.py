"""The engines agree with a naive reference, and whatever durable-rules does is contained."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from readiness.engine import rete, running
from readiness.engine.builtin import Builtin
from readiness.engine.program import Clause, Program
from readiness.engine.rete import Rete, ReteFailed, rete_available
from readiness.engine.running import begin, derive, start_rete
from readiness.errors import ExitCode, UsageError

needs_rete = pytest.mark.skipif(not rete_available(), reason="durable-rules is not installed")


# The reference, and programs to try


def reference(program: Program, given: frozenset[int]) -> frozenset[int]:
    """Fire every clause that can, over and over, until nothing changes."""
    holds = set(given)
    while True:
        before = len(holds)
        for clause in program.clauses:
            if len(set(clause.body) & holds) >= clause.need:
                holds.add(clause.head)
        if len(holds) == before:
            return frozenset(holds)


def make(size: int, *clauses: tuple[int, int, tuple[int, ...]]) -> Program:
    return Program(
        tuple(f"L{number}" for number in range(size)), tuple(Clause(*c) for c in clauses)
    )


@st.composite
def programs(draw: st.DrawFn) -> Program:
    """Acyclic programs: heads look only to smaller literals; some are shared, some never used."""
    size = draw(st.integers(2, 30))
    heads = draw(st.lists(st.integers(1, size - 1), max_size=40))
    clauses = []
    for head in heads:
        body = draw(st.lists(st.integers(0, head - 1), min_size=1, max_size=8))
        need = draw(st.integers(1, len(body) + 1))
        clauses.append((head, need, tuple(body)))
    return make(size, *clauses)


@st.composite
def questions(draw: st.DrawFn) -> tuple[Program, frozenset[int]]:
    program = draw(programs())
    literals = st.integers(0, len(program.names) - 1)
    return program, draw(st.frozensets(literals, max_size=12))


def chain(length: int) -> Program:
    return make(length + 1, *((each + 1, 1, (each,)) for each in range(length)))


def wide(size: int, need: int) -> Program:
    return make(size + 1, (size, need, tuple(range(size))))


def fan_out(clauses: int, need: int) -> Program:
    return make(2 + clauses, *((2 + each, need, (0, 1)) for each in range(clauses)))


def same_bodies(clauses: int) -> Program:
    return make(3 + clauses, *((3 + each, 2, (0, 1, 2)) for each in range(clauses)))


def own_literals(clauses: int, body: int) -> Program:
    """Clauses that share nothing, so that each literal is one more test."""
    atoms = clauses * body
    heads = range(atoms, atoms + clauses)
    bodies = (tuple(range(each * body, each * body + body)) for each in range(clauses))
    return make(atoms + clauses, *((h, body, b) for h, b in zip(heads, bodies, strict=True)))


AWKWARD: dict[str, tuple[Program, frozenset[int]]] = {
    "no clauses": (make(3), frozenset({1})),
    "no clauses, nothing given": (make(3), frozenset()),
    "nothing given": (chain(5), frozenset()),
    "every literal given": (chain(5), frozenset(range(6))),
    "need beyond the body": (make(4, (3, 3, (0, 1)), (3, 3, (0, 1, 1))), frozenset({0, 1})),
    "repeated in the body": (make(4, (2, 2, (0, 0)), (3, 1, (1, 1))), frozenset({0, 1})),
    "empty body": (make(2, (1, 1, ())), frozenset({0})),
    "more than needed": (wide(10, 3), frozenset(range(10))),
    "one, many times over": (wide(10, 1), frozenset(range(10))),
    "chain of 300": (chain(300), frozenset({0})),
    "chain of 1,500": (chain(1_500), frozenset({0})),
    "body of 1": (wide(1, 1), frozenset({0})),
    "body of 400": (wide(400, 400), frozenset(range(400))),
    "body of 400, one short": (wide(400, 400), frozenset(range(399))),
    "body of 500": (wide(500, 500), frozenset(range(500))),
    "body of 501": (wide(501, 501), frozenset(range(501))),
    "body of 2,000": (wide(2_000, 1_999), frozenset(range(1, 2_000))),
    "fan-out to 500, alone": (fan_out(500, 1), frozenset({0})),
    "fan-out to 500, together": (fan_out(500, 2), frozenset({0, 1})),
    "300 clauses with one body": (same_bodies(300), frozenset({0, 2})),
    "510 tests": (own_literals(51, 10), frozenset(range(510))),
    "1,200 tests": (own_literals(600, 2), frozenset(range(1_200))),
    "wide among narrow": (
        make(
            1_003,
            (1_000, 1, (0,)),
            (1_001, 600, tuple(range(600))),
            (1_002, 2, (1_000, 1_001)),
        ),
        frozenset(range(600)),
    ),
    "5,000 clauses": (chain(5_000), frozenset(range(0, 5_000, 10))),
}


# Agreement


@given(questions())
@example((make(2), frozenset()))
def test_builtin_gives_what_the_reference_gives(question: tuple[Program, frozenset[int]]) -> None:
    assert Builtin().run(*question) == reference(*question)


@pytest.mark.parametrize("name", AWKWARD)
def test_builtin_takes_awkward_sizes(name: str) -> None:
    assert Builtin().run(*AWKWARD[name]) == reference(*AWKWARD[name])


def test_builtin_answers_for_the_program_it_is_given() -> None:
    engine = Builtin()
    one, two = make(3, (2, 1, (0,))), make(3, (2, 1, (1,)))
    answers = [engine.run(program, [0]) for program in (one, two, one)]
    assert answers == [frozenset({0, 2}), frozenset({0}), frozenset({0, 2})]


@pytest.mark.parametrize("literal", [-1, 3])
def test_builtin_refuses_a_literal_that_is_not_there(literal: int) -> None:
    with pytest.raises(ValueError, match="from 0 to 2"):
        Builtin().run(make(3), [literal])


def test_builtin_refuses_a_clause_that_needs_nothing() -> None:
    with pytest.raises(ValueError, match="L1 needs 0 literals"):
        Builtin().run(make(2, (1, 0, (0,))), [])


@pytest.fixture(scope="module")
def child() -> Iterator[Rete]:
    with Rete.start(seconds=60) as started:
        yield started


@needs_rete
@settings(max_examples=80, deadline=None)
@given(question=questions())
def test_rete_gives_what_the_reference_gives(
    child: Rete, question: tuple[Program, frozenset[int]]
) -> None:
    assert child.run(*question) == reference(*question)


@needs_rete
@pytest.mark.parametrize("name", AWKWARD)
def test_rete_takes_awkward_sizes(child: Rete, name: str) -> None:
    assert child.run(*AWKWARD[name]) == Builtin().run(*AWKWARD[name])


@needs_rete
def test_rete_keeps_nothing_from_the_question_before(child: Rete) -> None:
    program = wide(6, 3)
    for literals in ({0, 1}, {2, 3}, {0, 1, 2}, {4, 5}, {3, 4, 5}):
        assert child.run(program, literals) == reference(program, frozenset(literals))


@needs_rete
def test_rete_answers_a_program_sent_ahead(child: Rete) -> None:
    program = chain(20)
    child.prepare(chain(3))
    child.prepare(program)
    child.ask(program, [0])
    assert child.answer() == frozenset(range(21))


@needs_rete
def test_rete_refuses_a_count_it_cannot_hold() -> None:
    program = wide(70_000, 66_000)
    derived = derive(program, range(66_000), "rete")
    assert 70_000 in derived.literals
    assert derived.notice is not None
    assert "65535 is the most" in derived.notice


@needs_rete
def test_rete_writes_nothing_beside_its_answer(capfd: pytest.CaptureFixture[str]) -> None:
    assert derive(chain(3), [0], "rete").engine == "rete"
    assert capfd.readouterr() == ("", "")


# Choosing


@needs_rete
@pytest.mark.parametrize("choice", ["auto", "rete"])
def test_both_engines_answer_where_both_are_there(choice: running.Choice) -> None:
    derived = derive(chain(3), [1], choice)
    assert derived == running.Derived(frozenset({1, 2, 3}), "rete", None)


def test_builtin_alone_starts_no_child(started: list[subprocess.Popen[bytes]]) -> None:
    derived = derive(chain(3), [1], "builtin")
    assert derived == running.Derived(frozenset({1, 2, 3}), "builtin", None)
    assert not started


def test_auto_is_silent_without_durable_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rete, "find_spec", lambda name: None)
    assert derive(chain(3), [1], "auto") == running.Derived(frozenset({1, 2, 3}), "builtin", None)
    assert start_rete("auto") is None


def test_rete_is_refused_without_durable_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rete, "find_spec", lambda name: None)
    with pytest.raises(UsageError, match="'Engines' in the README") as caught:
        derive(chain(3), [1], "rete")
    assert caught.value.exit_code is ExitCode.USAGE
    with Rete.start() as child, pytest.raises(ReteFailed, match="not installed"):
        child.run(chain(3), [1])


@needs_rete
def test_durable_rules_stays_out_of_this_process() -> None:
    derive(chain(3), [1], "rete")
    assert not [name for name in sys.modules if name.startswith("durable")]


# Containment

READ = "import sys\nfor line in sys.stdin.buffer:\n    "
FAKES = {
    "hangs at once": ("import time\ntime.sleep(60)", "no answer within 1 seconds"),
    "hangs when asked": (READ + "while True: pass", "no answer within 1 seconds"),
    "ends at once": ("import os\nos._exit(0)", "it ended with exit code 0"),
    "ends when asked": (READ + "import os; os._exit(3)", "it ended with exit code 3"),
    "raises": (READ + "raise RuntimeError('no')", "it ended with exit code 1"),
    "closes its output": (
        "import os, time\nos.close(1)\ntime.sleep(60)",
        "it closed its output",
    ),
    "prints rubbish": (READ + "print('rubbish', flush=True)", "its answer made no sense"),
    "prints bytes": (
        READ + r"sys.stdout.buffer.write(b'\xff\x00\n'); sys.stdout.flush()",
        "its answer made no sense",
    ),
    "prints deep nesting": (READ + "print('[' * 4000, flush=True)", "its answer made no sense"),
    "prints another shape": (
        READ + "print('{\"holds\": 3}', flush=True)",
        "its answer made no sense",
    ),
    "prints truths": (
        READ + "print('{\"holds\": [true]}', flush=True)",
        "its answer made no sense",
    ),
    "stops half-way": (
        READ + "print('{\"holds\": [1', end='', flush=True); break",
        "its answer was too long or was cut off",
    ),
    "prints 100 MB": (
        READ + "print('[' + '1, ' * 33_000_000 + '1]', flush=True)",
        "its answer was too long or was cut off",
    ),
    "prints 100 MB unasked": (
        "print('1' * 100_000_000, flush=True)",
        "its answer was too long or was cut off",
    ),
    "says why": (READ + 'print(\'{"error": "one\\\\ntwo"}\', flush=True)', "one two"),
}


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """Every process that is started during the test."""
    processes: list[subprocess.Popen[bytes]] = []
    real = subprocess.Popen

    def noting(*args: Any, **settings: Any) -> subprocess.Popen[bytes]:
        process: subprocess.Popen[bytes] = real(*args, **settings)
        processes.append(process)
        return process

    monkeypatch.setattr(subprocess, "Popen", noting)
    return processes


@pytest.fixture
def fake(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "fake worker.py"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def nothing_left(processes: list[subprocess.Popen[bytes]]) -> bool:
    pipes = [pipe for process in processes for pipe in (process.stdin, process.stdout) if pipe]
    return all(process.returncode is not None for process in processes) and all(
        pipe.closed for pipe in pipes
    )


def contained(worker: Path, program: Program, given: frozenset[int], *, seconds: float = 1) -> str:
    """Return the notice of a run whose worker is bad, having checked all that must hold."""
    threads = threading.active_count()
    began = monotonic()
    with Rete.start(worker, seconds=seconds) as child:
        derived = derive(program, given, "rete", child)
        again = derive(program, given, "rete", child)
    assert monotonic() - began < 30 + 2 * seconds  # on a machine that may be busy
    assert threading.active_count() == threads
    assert derived == again
    assert derived.literals == Builtin().run(program, given)
    assert derived.engine == "builtin"
    assert derived.notice is not None
    assert "\n" not in derived.notice
    return derived.notice


@pytest.mark.parametrize("name", FAKES)
@pytest.mark.parametrize("size", [3, 30_000])
def test_a_bad_child_is_contained(
    name: str,
    size: int,
    fake: Callable[[str], Path],
    started: list[subprocess.Popen[bytes]],
) -> None:
    text, reason = FAKES[name]
    # One that answers somehow has time for it, however busy the machine is.
    seconds = 1 if size > 3 or reason.startswith("no answer") else 20
    notice = contained(fake(text), chain(size), frozenset({0, 1}), seconds=seconds)
    # One that does not read a long question cannot be told from one that hangs.
    possible = [reason] if size == 3 else [reason, "no answer within 1 seconds"]
    assert notice in [
        f"rete stopped ({each}); the built-in engine's answer is shown" for each in possible
    ]
    assert len(started) == 1
    assert nothing_left(started)
    gc.collect()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals to die by")
def test_a_child_that_dies_by_a_signal_is_contained(
    fake: Callable[[str], Path], started: list[subprocess.Popen[bytes]]
) -> None:
    worker = fake(READ + "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    notice = contained(worker, chain(3), frozenset({0}))
    assert notice == "rete stopped (killed by signal 11); the built-in engine's answer is shown"
    assert nothing_left(started)


@pytest.mark.parametrize(
    ("holds", "names"),
    [
        ("[0, 1]", "L2, L3"),
        ("[]", "L0, L1, L2 and 1 more"),
        ("[0, 1, 2, 3, -1, 99]", "-1, 99"),
    ],
)
def test_another_answer_is_told_and_not_shown(
    holds: str, names: str, fake: Callable[[str], Path]
) -> None:
    worker = fake(READ + f"print('{{\"holds\": {holds}}}', flush=True)")
    notice = contained(worker, chain(3), frozenset({0}))
    assert notice == (f"rete gave another answer ({names}); the built-in engine's answer is shown")


def test_a_child_that_cannot_be_started_is_contained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    notice = contained(tmp_path / "any.py", chain(3), frozenset({0}))
    assert notice.startswith("rete stopped (it could not be started: ")


def test_a_missing_worker_is_contained(tmp_path: Path) -> None:
    notice = contained(tmp_path / "absent.py", chain(3), frozenset({0}))
    assert "it ended with exit code 2" in notice


def test_a_child_that_is_never_asked_leaves_nothing(
    fake: Callable[[str], Path], started: list[subprocess.Popen[bytes]]
) -> None:
    threads = threading.active_count()
    child = Rete.start(fake(READ + "pass"))
    child.close()
    child.close()
    assert nothing_left(started)
    assert threading.active_count() == threads
    with pytest.raises(ReteFailed, match="it was closed"):
        child.run(chain(3), [0])
    gc.collect()


@needs_rete
def test_a_child_closed_while_it_works_leaves_nothing(
    started: list[subprocess.Popen[bytes]],
) -> None:
    with Rete.start() as child:
        begin(chain(20_000), [0], child)
    assert nothing_left(started)
    gc.collect()


SESSION = """
def create_ruleset(name, rules): return 1
def assert_facts(handle, facts): return 0, 1
def start_action_for_state(handle, session): return "{}", '{"start":{}}'
def complete_and_start_action(handle, session): return None
def delete_state(handle, sid): pass
"""
LIBRARIES = {
    "cannot be imported": (
        "raise ImportError('undefined symbol')",
        "durable-rules cannot be imported: undefined symbol",
    ),
    "refuses a fact": (
        SESSION + "def assert_facts(handle, facts): return 2, 1",
        "a fact was refused (result 2)",
    ),
    "fires nothing": (
        SESSION + "def start_action_for_state(handle, session): return None",
        "the start rule should fire alone, but [] fired",
    ),
    "fires too much": (SESSION, "the end rule should fire alone, but ['start'] fired"),
    "raises": (
        SESSION + "def delete_state(handle, sid): raise ValueError('no such session')",
        "ValueError: no such session",
    ),
    "hangs": (
        SESSION + "def create_ruleset(name, rules):\n    while True: pass",
        "no answer within 1 seconds",
    ),
}


@pytest.mark.parametrize("name", LIBRARIES)
def test_a_library_that_misbehaves_is_told(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, reason = LIBRARIES[name]
    (tmp_path / "durable_rules_engine.py").write_text(text, encoding="utf-8")
    monkeypatch.setattr(rete, "_folder_of_library", lambda: tmp_path)
    notice = contained(rete.WORKER, chain(3), frozenset({3}))
    assert notice == f"rete stopped ({reason}); the built-in engine's answer is shown"


def test_a_child_that_hangs_ends_even_when_its_parent_is_gone(tmp_path: Path) -> None:
    hanging, _ = LIBRARIES["hangs"]
    (tmp_path / "durable_rules_engine.py").write_text(hanging, encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-I", "-S", str(rete.WORKER), str(tmp_path)],
        input=b'{"clauses": [[1, 1, [0]]], "given": [0], "seconds": -4.8}',
        capture_output=True,
        timeout=20,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stdout == b""
