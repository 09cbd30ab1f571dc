"""The child process in which durable-rules chains findings to findings.

Run by path, as `python -I -S rete_worker.py FOLDER`: it imports the standard library and, from
FOLDER, the native module of durable-rules, and nothing of this package. It reads one request a
line on standard input until that ends, and writes one answer a line on standard output:

    {"clauses": [[head, need, [literal, ...]], ...] or null, "given": [literal, ...], "seconds": 5}
    {"holds": [literal, ...]}  or  {"error": "what went wrong"}

Clauses that are `null` mean those of the request before; `given` that is `null` asks nothing yet.
The native code has no safety of its own, so only a small part of it is used. A clause is one rule
with one antecedent and a count; its tests are string equalities on two levels, a shard and a
literal:

    {"all": [{"m": {"$and": [{"s": "7"}, {"$or": [{"l": "12"}, {"l": "15"}]}]}}], "count": 2}

A literal that holds becomes one fact for each shard in which a clause counts it. The library's
Python layer is left out: its timer threads and its warnings come with it, and it adds nothing to
this.
"""

from __future__ import annotations

import faulthandler
import importlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence, Set
from types import ModuleType

# The library fails, hangs or crashes above 510 tests on one level, 63 clauses that count the same
# fact, 4,096 clauses in a ruleset, and a count that needs more than 16 bits.
LITERALS_IN_SHARD = 500
CLAUSES_IN_SHARD = 16
SHARDS_IN_RULESET = 16
LARGEST_COUNT = 65_535

Clause = tuple[int, int, Sequence[int]]  # head, need, body


class Fault(Exception):
    """The library did not do what it should, or cannot do what is asked."""


class Ruleset:
    """One ruleset of the library, with one session at a time."""

    def __init__(self, library: ModuleType, shards: Sequence[Sequence[Clause]]) -> None:
        rules = [_rule("start", _shard("start")), _rule("end", _shard("end"))]
        for number, clauses in enumerate(shards):
            shard = _shard(str(number))
            for head, need, body in clauses:
                # A clause too wide for a shard has one to itself, where every fact is its own.
                wide = len(body) > LITERALS_IN_SHARD
                condition = shard if wide else f'{{"$and": [{shard}, {_any(body)}]}}'
                rules.append(_rule(f"{head}.{len(rules)}", condition, need))
        self._library = library
        self._handle: int = library.create_ruleset("readiness", f"{{{', '.join(rules)}}}")
        self._sid = ""
        self._session = 0
        self._facts = 0

    def begin(self, sid: str) -> None:
        """Open a session; deleting one in which no rule ever fired would crash."""
        self._sid, self._facts = sid, 0
        self._tell_alone("start")

    def tell(self, facts: Sequence[tuple[int, int]]) -> Iterator[int]:
        """Assert (shard, literal) facts and yield the heads of the rules that fire."""
        for name in self._fire([{"s": str(shard), "l": str(literal)} for shard, literal in facts]):
            yield int(name.partition(".")[0])

    def end(self) -> None:
        """Check that nothing was left to fire."""
        self._tell_alone("end")

    def forget(self) -> None:
        """Delete the session, if there is one."""
        if self._session:
            self._library.delete_state(self._handle, self._sid)
            self._session = 0

    def delete(self) -> None:
        """Give the ruleset's memory back."""
        self._library.delete_ruleset(self._handle)

    def _tell_alone(self, sentinel: str) -> None:
        fired = list(self._fire([{"s": sentinel}]))
        if fired != [sentinel]:
            raise Fault(f"the {sentinel} rule should fire alone, but {fired} fired")

    def _fire(self, facts: list[dict[str, str]]) -> Iterator[str]:
        for fact in facts:
            self._facts += 1
            fact.update(sid=self._sid, id=str(self._facts))
        library, handle = self._library, self._handle
        result, session = library.assert_facts(handle, json.dumps(facts))
        if result:
            raise Fault(f"a fact was refused (result {result})")
        started = library.start_action_for_state(handle, session)
        message = started[1] if started else None
        self._session = session
        while message:
            yield message[2 : message.index('"', 2)]  # {"NAME": the facts that fired it}
            message = library.complete_and_start_action(handle, session)


# Thousands of rules are written as text at once: dictionaries first would take twice as long.


def _rule(name: str, condition: str, count: int = 1) -> str:
    return f'"{name}": {{"all": [{{"m": {condition}}}], "count": {count}}}'


def _shard(name: str) -> str:
    return f'{{"s": "{name}"}}'


def _any(literals: Sequence[int]) -> str:
    tests = ", ".join([f'{{"l": "{literal}"}}' for literal in literals])
    return tests if len(literals) == 1 else f'{{"$or": [{tests}]}}'


class Network:
    """A program's clauses, spread over shards and rulesets."""

    def __init__(self, library: ModuleType, clauses: Sequence[Clause]) -> None:
        shards = list(_shards(clauses))
        self._rulesets: list[Ruleset] = []
        self._places: list[dict[int, list[int]]] = []  # of each ruleset: literal -> its shards
        for first in range(0, len(shards), SHARDS_IN_RULESET):
            places: dict[int, list[int]] = {}
            some = shards[first : first + SHARDS_IN_RULESET]
            for number, shard in enumerate(some):
                for literal in {literal for _, _, body in shard for literal in body}:
                    places.setdefault(literal, []).append(number)
            self._places.append(places)
            self._rulesets.append(Ruleset(library, some))

    def run(self, given: Sequence[int], sid: str) -> list[int]:
        """Return every literal that holds, the given ones included, in order.

        Rulesets work one after the other, each in a session that ends with it, because a session
        takes much memory. Where one derives what an earlier one counts, all work again.
        """
        holds = set(given)
        again = True
        while again:
            again = False
            counted_before: set[int] = set()
            for ruleset, places in zip(self._rulesets, self._places, strict=True):
                derived = _derive(ruleset, places, holds, sid)
                holds |= derived
                again = again or not counted_before.isdisjoint(derived)
                counted_before |= places.keys()
        return sorted(holds)

    def delete(self) -> None:
        """Give the memory of every ruleset back."""
        for ruleset in self._rulesets:
            ruleset.delete()


def _derive(
    ruleset: Ruleset, places: Mapping[int, Sequence[int]], holds: Set[int], sid: str
) -> set[int]:
    """Return what follows in one ruleset from what holds, beyond that."""
    derived: set[int] = set()
    try:
        ruleset.begin(sid)
        fresh = sorted(holds & places.keys())
        while fresh:
            facts = [(shard, literal) for literal in fresh for shard in places.get(literal, ())]
            fresh = []
            for head in ruleset.tell(facts) if facts else ():
                if head not in holds and head not in derived:
                    derived.add(head)
                    fresh.append(head)
        ruleset.end()
    finally:
        ruleset.forget()
    return derived


def _shards(clauses: Sequence[Clause]) -> Iterator[list[Clause]]:
    """Deal the clauses that can fire out to shards, in order, within the library's limits."""
    shard: list[Clause] = []
    literals: set[int] = set()
    for head, need, listed in clauses:
        body = tuple(dict.fromkeys(listed))
        if need > len(body):
            continue
        if need > LARGEST_COUNT:
            raise Fault(f"a clause needs {need} literals, and {LARGEST_COUNT} is the most")
        full = len(shard) == CLAUSES_IN_SHARD or len(literals.union(body)) > LITERALS_IN_SHARD
        if shard and full:
            yield shard
            shard, literals = [], set()
        shard.append((head, need, body))
        literals.update(body)
    if shard:
        yield shard


def main() -> None:
    """Answer requests until standard input ends."""
    sys.path.append(sys.argv[1])
    missing = ""
    try:
        library = importlib.import_module("durable_rules_engine")
    except ImportError as error:
        missing = f"durable-rules cannot be imported: {error}"
    network: Network | None = None
    for number, line in enumerate(sys.stdin.buffer, start=1):
        try:
            request = json.loads(line)
            # Should the parent be gone, nothing else would stop native code that hangs.
            faulthandler.dump_traceback_later(request["seconds"] + 5, exit=True)
            if missing:
                raise Fault(missing)
            if request["clauses"] is not None:
                if network is not None:
                    network.delete()
                network = Network(library, request["clauses"])
            if network is None:
                raise Fault("no clauses were sent")
            given = request["given"]
            holds = [] if given is None else network.run(given, str(number))
            answer: dict[str, object] = {"holds": holds}
        except Fault as error:
            answer = {"error": str(error)}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        faulthandler.cancel_dump_traceback_later()
        sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
