"""From `rules/metrics/<return>.yaml` to a checked definition, or every problem at once.

These pages are part of the rulebook, and are read only by the commands that read returns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from readiness.calendar import Cadence, Duration
from readiness.errors import InvalidInput, InvalidRulebook, Problem, UsageError
from readiness.model.facts import FactRef
from readiness.model.values import near
from readiness.model.vocabulary import FactType
from readiness.pages import check
from readiness.returns.records.conditions import (
    Condition,
    ConditionReader,
    DateTerm,
    Element,
    elements_of,
    somes_of,
)
from readiness.returns.records.pages import (
    At,
    CheckPage,
    EventPage,
    Fault,
    Kind,
    MetricPage,
    ReturnPage,
    StepsPage,
    TablePage,
)
from readiness.rulebook.rulebook import Rulebook
from readiness.yaml_reader import Document, Path, read_file

FOLDER = "metrics"
_YEARS = (Cadence.CALENDAR_YEAR, Cadence.FINANCIAL_YEAR, Cadence.ACADEMIC_YEAR)


@dataclass(frozen=True, slots=True)
class Limit:
    """What is in time, for the rows that a condition fits (all rows where there is none)."""

    when: Condition | None
    sign: str
    length: Duration


@dataclass(frozen=True, slots=True)
class Clock:
    """The first and the last day of what is timed; the first is not counted."""

    start: DateTerm
    end: DateTerm


@dataclass(frozen=True, slots=True)
class Event:
    """The days that an element holds, in the rows that a condition fits."""

    element: Element
    where: Condition | None


@dataclass(frozen=True, slots=True)
class Steps:
    """What is done again and again: where its days stand, and when the next is due.

    Attributes:
        due: For which steps how long after; the first that fits counts.
    """

    begins: Event
    by: Event | None
    then: Event
    ends: Event
    due: tuple[tuple[Condition, Duration], ...]

    @property
    def events(self) -> tuple[Event, ...]:
        """Where the days stand."""
        every = (self.begins, self.by, self.then, self.ends)
        return tuple(event for event in every if event is not None)


@dataclass(frozen=True, slots=True)
class Metric:
    """How one fact, or each member of a fact family, is counted.

    Attributes:
        counts: Module whose rows are counted; for an answer the one in which it stands.
        months: For a series by the month, how many months of the year it has.
        members: For a family, each member with its condition, the first that fits counting.
        member: For one member of a family, which.
        wrong_rows: For the share of rows that break a check, each member and its module.
        needs: Every element that it looks at.
    """

    fact: str
    at: At
    counts: str
    among: Condition | None = None
    dated_by: Element | None = None
    leave_out: tuple[tuple[str, Condition], ...] = ()
    clock: Clock | None = None
    limits: tuple[Limit, ...] = ()
    members: Mapping[str, Condition] | None = None
    member: str | None = None
    part: Condition | None = None
    answer: Element | None = None
    note: str | None = None
    needs: tuple[Element, ...] = ()
    wrong_rows: Mapping[str, str] | None = None
    months: int | None = None

    def refs(self) -> tuple[FactRef, ...]:
        """Return the facts that it gives."""
        members = self.members if self.wrong_rows is None else self.wrong_rows
        if members is None:
            return (FactRef(self.fact, self.member),)
        return tuple(FactRef(self.fact, member) for member in members)


@dataclass(frozen=True, slots=True)
class Check:
    """Something that a row should not be, in one of five ways.

    Attributes:
        when: What is wrong; beside `missing` and `by`, the rows that are looked at.
        missing: Elements of which one is empty.
        twice: Elements that together stand in another row too.
        by: Element that also stands in another module, `also`, in a row that `where` fits.
        unusable: Elements that hold something that cannot be used, for one of `because`.
        shows: Names of the elements to look at.
    """

    page: CheckPage
    when: Condition | None = None
    missing: tuple[Element, ...] = ()
    twice: tuple[Element, ...] = ()
    by: Element | None = None
    also: Element | None = None
    where: Condition | None = None
    unusable: tuple[Element, ...] = ()
    because: tuple[Fault, ...] = ()
    shows: tuple[str, ...] = ()

    def needs(self) -> Iterator[Element]:
        """Yield every element that it looks at."""
        yield from elements_of(self.when)
        yield from elements_of(self.where)
        for some in (*somes_of(self.when), *somes_of(self.where)):
            yield from elements_of(some.where)
        yield from (*self.missing, *self.twice, *self.unusable)
        yield from (element for element in (self.by, self.also) if element is not None)


@dataclass(frozen=True, slots=True)
class Return:
    """A return's definition, checked.

    Attributes:
        spans: The first and the last day of rows that ought to lie in the year.
        steps: What the modules that are in no file are worked out from.
        order: The modules in files, each after the one above it.
        checked: Elements that checks look at, each with its module.
    """

    page: ReturnPage
    metrics: tuple[Metric, ...]
    checks: tuple[Check, ...]
    day: Element | None
    spans: tuple[Element, Element] | None
    steps: Mapping[str, Steps]
    council: Element | None
    collection: Element | None
    order: tuple[str, ...]
    checked: frozenset[tuple[str, str]]

    @property
    def tables(self) -> Mapping[str, TablePage]:
        """The modules by name."""
        return self.page.tables

    @property
    def in_files(self) -> Mapping[str, TablePage]:
        """The modules that files hold."""
        return {name: page for name, page in self.tables.items() if page.steps is None}

    def parents(self, table: str) -> Iterator[str]:
        """Yield a module and those above it."""
        above: str | None = table
        while above is not None:
            yield above
            above = self.tables[above].of


def kinds(rulebook: Rulebook) -> list[str]:
    """Return the returns that a rulebook describes."""
    return sorted(file.stem for file in (rulebook.folder / FOLDER).glob("*.yaml"))


def counted(rulebook: Rulebook, problems: list[Problem]) -> frozenset[str]:
    """Return the facts that returns give, adding what is wrong in their pages to `problems`."""
    facts: set[str] = set()
    for kind in kinds(rulebook):
        try:
            facts |= {metric.fact for metric in load_return(kind, rulebook).metrics}
        except InvalidRulebook as error:
            problems.extend(error.problems)
    return frozenset(facts)


def load_return(kind: str, rulebook: Rulebook) -> Return:
    """Return the definition of a return.

    Raises:
        UsageError: The rulebook describes no such return.
        InvalidRulebook: With every problem found in its page.
    """
    known = kinds(rulebook)
    if kind not in known:
        help = near(kind, known, f"there are: {', '.join(known)}" if known else "there is none")
        raise UsageError(f"the rulebook describes no return '{kind}'; {help}")
    name = f"{FOLDER}/{kind}.yaml"
    try:
        document = read_file(rulebook.folder / name, f"{rulebook.origin}/{name}")
    except InvalidInput as error:
        raise InvalidRulebook(error.problems) from None
    problems: list[Problem] = []
    page = check(ReturnPage, document.data, document, (), problems)
    if page is not None:
        build = _Build(page, document, rulebook, problems)
        found = build.finish()
        if not problems:
            return found
    raise InvalidRulebook(problems)


@dataclass(slots=True)
class _Build:
    page: ReturnPage
    document: Document
    rulebook: Rulebook
    problems: list[Problem]
    steps: dict[str, Steps] = field(default_factory=dict)

    def say(self, path: Path, message: str, help: str = "") -> None:
        self.problems.append(self.document.problem(path, message, help))

    @property
    def reader(self) -> ConditionReader:
        return ConditionReader(self.page.tables, self.page.conditions, self.say)

    def finish(self) -> Return:
        page, reader = self.page, self.reader
        if page.id != self.document.source.rpartition("/")[2].removesuffix(".yaml"):
            self.say(("id",), f"the id '{page.id}' is not the file's name")
        if page.year not in _YEARS:
            self.say(("year",), "a return covers a year", f"one of: {', '.join(map(str, _YEARS))}")
        for item in page.serves:
            if item not in self.rulebook.request_items():
                self.say(("serves",), f"no information-request item is called '{item}'")
        order = self._order()
        for name in page.conditions:
            reader.read({"condition": name}, ("conditions", name))
        day = page.day and reader.element(page.day, ("day",), Kind.DATE)
        spans = None
        if page.spans is not None:
            begins = reader.element(page.spans.begins, ("spans", "begins"), Kind.DATE)
            ends = reader.element(page.spans.ends, ("spans", "ends"), Kind.DATE)
            spans = (begins, ends) if begins is not None and ends is not None else None
            if spans is not None and spans[0].table != spans[1].table:
                self.say(("spans", "ends"), "a row begins and ends in one module")
        council = page.council and reader.element(page.council, ("council",))
        collection = page.collection and reader.element(
            page.collection.element, ("collection", "element")
        )
        for name, table in page.tables.items():
            if table.steps is not None and (made := self._steps(name, table, table.steps)):
                self.steps[name] = made
        metrics: list[Metric] = []
        for number, metric in enumerate(page.metrics):
            counted = [(one.fact, one.member) for one in page.metrics[:number]]
            whole = metric.member is None and any(metric.fact == fact for fact, _ in counted)
            if whole or {(metric.fact, metric.member), (metric.fact, None)} & set(counted):
                self.say(("metrics", number, "fact"), f"'{metric.fact}' is counted twice")
            counts = self._metric(metric, ("metrics", number))
            metrics += [counts] if counts else []
        for at, one in enumerate(page.not_given):
            if one.fact not in self.rulebook.facts:
                help = near(one.fact, list(self.rulebook.facts))
                self.say(("not_given", at, "fact"), f"unknown fact '{one.fact}'", help)
        for at, fact in enumerate(page.told_together.facts if page.told_together else ()):
            if all(fact != metric.fact for metric in page.metrics):
                self.say(("told_together", "facts", at), f"no metric here gives '{fact}'")
        read = (self._check(one, ("checks", at)) for at, one in enumerate(page.checks))
        checks = tuple(check for check in read if check is not None)
        ids = [check.id for check in page.checks]
        for number, id in enumerate(ids):
            if id in ids[:number]:
                self.say(("checks", number, "id"), f"there is another check '{id}'")
        if day is None and page.asks_day is None:
            self.say((), "nothing says of which day the return is", "add 'day', or 'asks_day'")
        return Return(
            page,
            tuple(metrics),
            checks,
            day or None,
            spans,
            self.steps,
            council or None,
            collection or None,
            tuple(name for name in order if page.tables[name].steps is None),
            frozenset((need.table, need.name) for check in checks for need in check.needs()),
        )

    def _check(self, page: CheckPage, path: Path) -> Check | None:
        before = len(self.problems)
        if page.of not in self.page.tables:
            help = near(page.of, list(self.page.tables))
            self.say((*path, "of"), f"there is no module '{page.of}'", help)
            return None
        own = ConditionReader(self.page.tables, self.page.conditions, self.say, home=page.of)

        def elements(names: Iterable[str], key: str) -> tuple[Element, ...]:
            found = (own.element(f"{page.of}.{name}", (*path, key)) for name in names)
            return tuple(element for element in found if element is not None)

        when = None if page.when is None else own.read(page.when, (*path, "when"))
        also = where = None
        if page.also_in is not None:
            place = (*path, "also_in")
            also = own.element(page.also_in.element, (*place, "element"))
            if page.also_in.where is not None and also is not None:
                there = ConditionReader(
                    self.page.tables, self.page.conditions, self.say, home=also.table
                )
                where = there.read(page.also_in.where, (*place, "where"))
        by = elements([page.by], "by") if page.by is not None else ()
        missing = elements(page.missing, "missing")
        twice, unusable = elements(page.twice, "twice"), elements(page.unusable, "unusable")
        elements(page.shows, "shows")
        direct = {element.table for element in elements_of(when)}
        self._reachable(page.of, direct, path)
        for some in somes_of(when):
            self._below(page.of, some.table, path)
        if len(self.problems) > before:
            return None
        named = missing or (*elements_of(when), *twice, *by, *unusable)
        shows = page.shows or tuple(dict.fromkeys(element.name for element in named))
        return Check(
            page,
            when,
            missing,
            twice,
            next(iter(by), None),
            also,
            where,
            unusable,
            page.because,
            shows,
        )

    def _steps(self, name: str, table: TablePage, page: StepsPage) -> Steps | None:
        """Return what the steps below each row of a module are worked out from."""
        before, path = len(self.problems), ("tables", name, "steps")
        inner = ConditionReader(self.page.tables, self.page.conditions, self.say, name)

        def event(key: str, one: EventPage) -> Event | None:
            element = self.reader.element(one.element, (*path, key, "element"), Kind.DATE)
            if element is None:
                return None
            own = ConditionReader(self.page.tables, self.page.conditions, self.say, element.table)
            if table.of not in (element.table, self.page.tables[element.table].of):
                message = f"'{element.name}' stands neither in '{table.of}' nor right below it"
                self.say((*path, key, "element"), message)
            return Event(element, one.where and own.read(one.where, (*path, key, "where")))

        begins, then, ends = (event(key, getattr(page, key)) for key in ("begins", "then", "ends"))
        by = None if page.by is None else event("by", page.by)
        due = []
        for at, one in enumerate(page.due):
            when = inner.read(one.when, (*path, "due", at, "when"))
            if when is not None:
                due.append((when, one.within))
        if len(self.problems) > before or begins is None or then is None or ends is None:
            return None
        return Steps(begins, by, then, ends, tuple(due))

    def _order(self) -> tuple[str, ...]:
        """Return the modules, each after the one above it."""
        tables = self.page.tables
        order: list[str] = []
        names: set[str] = set()
        for name, table in tables.items():
            path: Path = ("tables", name)
            if table.of is not None and table.of not in order:
                help = "the module above comes first"
                self.say((*path, "of"), f"no module above is called '{table.of}'", help)
            elif table.of is not None and tables[table.of].key is None:
                self.say((*path, "of"), f"the module '{table.of}' has no key")
            for element in table.same_when:
                if element not in table.elements:
                    self.say((*path, "same_when"), f"no element here is called '{element}'")
            if not name.isidentifier() or not name.islower():
                self.say(path, "a module's name has small letters only")
            names.add(name)
            order.append(name)
        return tuple(order)

    def _metric(self, page: MetricPage, path: Path) -> Metric | None:
        before = len(self.problems)
        fact = self.rulebook.facts.get(page.fact)
        if fact is None:
            help = near(page.fact, list(self.rulebook.facts), "see: readiness facts list")
            self.say((*path, "fact"), f"unknown fact '{page.fact}'", help)
            return None
        if page.answer is not None:
            if fact.type is not FactType.YES_NO:
                self.say((*path, "answer"), f"'{page.fact}' is not a yes/no fact")
            answer = self.reader.element(page.answer, (*path, "answer"), Kind.FLAG)
            if len(self.problems) > before or answer is None:
                return None
            return Metric(
                page.fact, page.at, answer.table, answer=answer, note=page.note, needs=(answer,)
            )
        if page.wrong_rows:
            return self._wrong_rows(page, path, fact.for_each)
        if fact.type not in (FactType.COUNT, FactType.SHARE):
            self.say((*path, "fact"), f"'{page.fact}' is neither a count nor a share")
        monthly = fact.cadence is Cadence.MONTH and page.at is At.YEAR
        if monthly and page.months is None:
            help = "add 'months: 12', or 'at' for one day"
            self.say((*path, "fact"), f"'{page.fact}' is measured by the month", help)
        if page.months is not None and not monthly:
            self.say((*path, "months"), f"'{page.fact}' is not measured by the month")
        if page.counts not in self.page.tables:
            help = near(page.counts, list(self.page.tables))
            self.say((*path, "counts"), f"there is no module '{page.counts}'", help)
            return None
        metric = self._counted(page, path, page.counts)
        self._members_fit(page, fact.for_each, path)
        if fact.type is FactType.SHARE and metric.part is None and not metric.limits:
            self.say(path, "a share needs a numerator", "add 'part', or a clock and a limit")
        return metric if len(self.problems) == before else None

    def _wrong_rows(self, page: MetricPage, path: Path, dimension: str | None) -> Metric | None:
        before = len(self.problems)
        known = self.rulebook.dimensions[dimension].members if dimension else {}
        for member, table in page.wrong_rows.items():
            place = (*path, "wrong_rows", member)
            if member not in known:
                self.say(place, f"'{page.fact}' has no member '{member}'")
            if all(check.of != table or not check.counts for check in self.page.checks):
                self.say(place, f"no check looks at the rows of '{table}'")
        if len(self.problems) > before:
            return None
        first = next(iter(page.wrong_rows.values()))
        return Metric(page.fact, page.at, first, note=page.note, wrong_rows=page.wrong_rows)

    def _counted(self, page: MetricPage, path: Path, counts: str) -> Metric:
        reader = self.reader

        def read(raw: Any, *steps: str | int) -> Condition | None:
            return None if raw is None else reader.read(raw, (*path, *steps))

        among = read(page.among, "among")
        part = read(page.part, "part")
        leave_out = [
            (one.reason, condition)
            for at, one in enumerate(page.leave_out)
            if (condition := read(one.when, "leave_out", at, "when")) is not None
        ]
        clock = None
        if page.clock is not None:
            start = reader.term(page.clock.start, (*path, "clock", "from"))
            end = reader.term(page.clock.end, (*path, "clock", "to"))
            clock = Clock(start, end) if start is not None and end is not None else None
        members = {
            name: condition
            for name, raw in page.members.items()
            if (condition := read(raw, "members", name)) is not None
        }
        dated_by = page.dated_by and reader.element(page.dated_by, (*path, "dated_by"), Kind.DATE)
        limits = tuple(self._limits(page, path))
        looked_at: list[Condition | DateTerm | None] = [among, part, *members.values()]
        looked_at += [dated_by or None, *(condition for _, condition in leave_out)]
        looked_at += [clock.start, clock.end] if clock else []
        looked_at += [limit.when for limit in limits]
        direct = [e for one in looked_at for e in elements_of(one)]
        somes = [some for one in looked_at for some in somes_of(one)]
        self._reachable(counts, {e.table for e in direct}, path)
        for some in somes:
            self._below(counts, some.table, path)
        needs = dict.fromkeys([*direct, *(e for some in somes for e in elements_of(some.where))])
        needs |= dict.fromkeys(some.different for some in somes if some.different is not None)
        for steps in (self.steps[name] for name in {e.table for e in needs} & self.steps.keys()):
            needs |= dict.fromkeys(event.element for event in steps.events)
        return Metric(
            page.fact,
            page.at,
            counts,
            among,
            dated_by or None,
            tuple(leave_out),
            clock,
            limits,
            members or None,
            page.member,
            part,
            None,
            page.note,
            tuple(needs),
            months=page.months,
        )

    def _limits(self, page: MetricPage, path: Path) -> Iterator[Limit]:
        reader = self.reader
        if page.limit is not None and (found := reader.limit(page.limit, (*path, "limit"))):
            yield Limit(None, *found)
        for at, raw in enumerate(page.limits):
            place = (*path, "limits", at)
            when = reader.read(raw.get("when"), (*place, "when"))
            rest = {key: value for key, value in raw.items() if key != "when"}
            if (found := reader.limit(rest, place)) and when is not None:
                yield Limit(when, *found)

    def _members_fit(self, page: MetricPage, dimension: str | None, path: Path) -> None:
        if dimension is None:
            if page.members or page.member:
                self.say((*path, "members"), f"'{page.fact}' has no members")
            return
        known = self.rulebook.dimensions[dimension].members
        named = [("members", member) for member in page.members]
        if page.member is not None:
            named = [("member", page.member)]
        if not named:
            self.say(path, f"'{page.fact}' has one value for each {dimension}", "add 'members'")
        for key, member in named:
            if member not in known:
                help = near(member, list(known), f"there are: {', '.join(known)}")
                place = (*path, key, member) if key == "members" else (*path, key)
                self.say(place, f"no {dimension} is called '{member}'", help)

    def _above(self, table: str) -> list[str]:
        """Return a module and those above it."""
        found: list[str] = []
        above: str | None = table
        while above is not None and above not in found:
            found.append(above)
            above = self.page.tables[above].of
        return found

    def _reachable(self, counts: str, tables: Iterable[str], path: Path) -> None:
        """Check that each row counted has at most one value of every element looked at."""
        mine = self._above(counts)
        for table in sorted(tables):
            theirs = self._above(table)
            below = [step for step in theirs if step not in mine]
            if len(below) == len(theirs):
                self.say(path, f"'{table}' and '{counts}' have no module above in common")
            elif not all(self.page.tables[step].at_most_one for step in below):
                help = f"write 'some: {table}' with 'where:'"
                self.say(path, f"a row of '{counts}' may have several of '{table}'", help)

    def _below(self, counts: str, table: str, path: Path) -> None:
        """Check that rows of a module refer to something that a row counted has one of."""
        above = self.page.tables[table].of
        if above is None:
            self.say(path, f"'some' takes a module below another, and '{table}' is not")
        else:
            self._reachable(counts, [above], path)
