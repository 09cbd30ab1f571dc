"""A return from its files to figures."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from readiness.calendar import BankHolidaysUnknown, Period, long_date
from readiness.errors import InvalidProfile, Problem
from readiness.model.disclosure import SMALL
from readiness.model.facts import Fact
from readiness.returns.records.checks import Broken, NotChecked, run_checks
from readiness.returns.records.conditions import Element, Moment, year_with
from readiness.returns.records.figures import CannotSay, Figure, work_out
from readiness.returns.records.load import Return
from readiness.returns.records.pages import Fault
from readiness.returns.records.source import File, Format, Taken, find
from readiness.returns.records.sql import literal
from readiness.returns.records.store import WHICH, Module, Store


@dataclass(frozen=True, slots=True)
class Reading:
    """What the files of a return said.

    Attributes:
        files: The files that rows were read from.
        modules: What became of the rows of each module.
        broken: What each check found, where it could be made.
        not_checked: The others, and why.
        council: Code of the council, where the return holds one.
        notes: What somebody should know of how the files were read.
        spread: How the rows lie about the year, where the return's page says which ought to.
    """

    definition: Return
    moment: Moment
    files: tuple[File, ...]
    modules: Mapping[str, Module]
    figures: tuple[Figure, ...]
    cannot: tuple[CannotSay, ...]
    council: str | None
    notes: tuple[str, ...]
    broken: tuple[Broken, ...] = ()
    not_checked: tuple[NotChecked, ...] = ()
    spread: Spread | None = None


@dataclass(frozen=True, slots=True)
class Spread:
    """How rows that ought to lie in the year of a return lie about it.

    Attributes:
        rows: The rows of the module.
        outside: Those that ended before the year or began after it.
        later: Rows that began after the day of the return, which it cannot know of.
        likely: The year in which most of them ended, where that is another.
    """

    begins: Element
    rows: int
    outside: int
    later: int
    likely: Period | None

    @property
    def module(self) -> str:
        """The module of which the rows are."""
        return self.begins.table


def read_return(
    definition: Return,
    paths: Sequence[Path],
    facts: Mapping[str, Fact],
    *,
    day: date | None = None,
    as_of: date | None = None,
    council: str | None = None,
) -> Reading:
    """Read a return.

    Args:
        paths: Its files, or folders of them: one message, one workbook, or a set of CSV files.
        day: The day of the return, where neither its rows nor its files' names tell it.
        as_of: The same for a return whose rows should tell it, where `day` is not given.
        council: Code that the return must be of, where it holds one.

    Raises:
        InvalidProfile: With every problem found.
        UsageError: A library is not installed.
    """
    with settled(definition, paths, day=day, as_of=as_of, council=council) as found:
        store, moment, taken = found.store, found.moment, found.taken
        broken, not_checked = run_checks(store, definition, moment)
        figures, cannot = work_out(store, definition, moment, facts, broken, not_checked)
        used = dict.fromkeys(file for each in taken.files.values() for file in each)
        modules = {
            name: store.modules[name] for name in definition.in_files if name in store.modules
        }
        return Reading(
            definition,
            moment,
            tuple(used),
            modules,
            tuple(figures),
            tuple(cannot),
            found.council,
            tuple(taken.notes),
            tuple(broken),
            tuple(not_checked),
            _spread(store, definition, moment),
        )


def _spread(store: Store, definition: Return, moment: Moment) -> Spread | None:
    """Return how the rows lie about the year; the wrong year shows in nothing else so plainly."""
    if definition.spans is None or definition.spans[0].table not in store.modules:
        return None
    begins, ends = definition.spans
    year, module = moment.year, store.modules[begins.table]
    outside = f"{ends.name} < {literal(year.start)} OR {begins.name} > {literal(year.end)}"
    ((rows, found),) = store.run(
        f"SELECT count(*), count(*) FILTER ({outside}) FROM {begins.table}"
    )
    later = module.unread.get((begins.name, WHICH[Fault.LATER]))
    years: dict[Period, int] = {}
    days = store.run(f"SELECT {ends.name}, count(*) FROM {begins.table} GROUP BY ALL ORDER BY 1")
    for day, count in days:
        if day is not None:
            ended = year_with(day, definition.page.year)
            years[ended] = years.get(ended, 0) + count
    likely = max(years, key=lambda one: (years[one], one.end), default=year)
    known = likely != year and years[likely] >= SMALL
    return Spread(begins, rows, found, later.count if later else 0, likely if known else None)


@dataclass(frozen=True, slots=True)
class Settled:
    """A return whose rows lie in a store, each used or left out."""

    store: Store
    moment: Moment
    taken: Taken
    council: str | None


@contextlib.contextmanager
def settled(
    definition: Return,
    paths: Sequence[Path],
    *,
    day: date | None = None,
    as_of: date | None = None,
    council: str | None = None,
) -> Iterator[Settled]:
    """Yield the rows of a return, for as long as somebody looks at them.

    Args and raises: as `read_return`.
    """
    files = find(paths)
    with Store(definition) as store:
        taken = _take(files, store)
        _check_collection(definition, store, files)
        if definition.day is not None:
            day = day or as_of
        day = _day(definition, store, taken, files, day)
        code = _check_council(definition, store, taken, files, council)
        moment = Moment.of(day, definition.page.year)
        store.settle(moment)
        try:
            yield Settled(store, moment, taken, code)
        except BankHolidaysUnknown as error:
            message = f"the day of the return is {long_date(day)}: {error}"
            raise InvalidProfile([files[0].problem(message, "check that day")]) from None


def _take(files: Sequence[File], store: Store) -> Taken:
    formats = {file.format for file in files}
    if formats == {Format.CSV}:
        from readiness.returns.records.csv_set import read_csv_set

        return read_csv_set(files, store)
    if len(files) > 1:
        other = next((file for file in files[1:] if file.format is not files[0].format), files[1])
        help = "give one XML message, one workbook, or a set of CSV files"
        message = f"this file and {files[0].name} are not one return"
        raise InvalidProfile([other.problem(message, help)])
    if formats == {Format.XML}:
        from readiness.returns.records.xml_message import read_xml

        return read_xml(files[0], store)
    from readiness.returns.records.workbook import read_workbook

    return read_workbook(files[0], store)


def _held(store: Store, element: Element | None) -> str | None:
    return None if element is None else store.first(element.table, element.name)


def _check_collection(definition: Return, store: Store, files: Sequence[File]) -> None:
    wanted = definition.page.collection
    said = _held(store, definition.collection)
    if wanted is not None and said is not None and wanted.says.casefold() not in said.casefold():
        message = f"this is not the {definition.page.title}: its header names another collection"
        raise InvalidProfile([files[0].problem(message, "check which file was given")])


def _day(
    definition: Return,
    store: Store,
    taken: Taken,
    files: Sequence[File],
    given: date | None,
) -> date:
    """Return the day of a return, and note where it comes from unless a row says it."""
    said = _held(store, definition.day)
    if said is not None and (day := store.day_in(said)) is not None:
        return day
    if definition.day is None:
        if given is not None:
            return given
        message = f"nothing in it says of which day it is: {definition.page.title}"
        help = f"give it with --day YYYY-MM-DD: {definition.page.asks_day}"
        raise InvalidProfile([files[0].problem(message, help)])
    name = definition.day.name
    if taken.dated is not None:
        note = f"the day in the files' names, {long_date(taken.dated)}, is the day of the return"
        taken.notes.append(f"{name} is not in these files; {note}")
        return taken.dated
    if given is not None:
        taken.notes.append(f"{name} is not in these files; {long_date(given)} was given")
        return given
    message = f"the day of the return is not known: {name} is not in these files"
    raise InvalidProfile([files[0].problem(message, "give it with --day YYYY-MM-DD")])


def _check_council(
    definition: Return,
    store: Store,
    taken: Taken,
    files: Sequence[File],
    council: str | None,
) -> str | None:
    said = _held(store, definition.council)
    if said is None and council is not None:
        taken.notes.append("these files do not say of which council they are")
    if said is not None and council is not None and said.strip() != council.strip():
        other = said.strip() if said.strip().isdigit() and len(said) <= 5 else "another"
        message = f"this return is of council {other}, not of {council}"
        raise InvalidProfile([Problem(files[0].shown, 0, 0, message, "check which file was given")])
    return said or council
