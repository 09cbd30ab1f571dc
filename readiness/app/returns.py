"""Reading a council's returns about single children into a part of a profile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from readiness.app.choice import NEAREST, RulebookChoice
from readiness.app.rulebooks import open_rulebook
from readiness.errors import UsageError


@dataclass(frozen=True, slots=True)
class Made:
    """What becomes of a return.

    Attributes:
        part: A part of a profile, as YAML.
        lines: What was read, what was left out, and what the checks found.
        rows: Which rows break which check, as CSV: for the council's own use.
    """

    part: str
    lines: tuple[str, ...]
    rows: str


def read_files(
    kind: str,
    paths: Sequence[Path],
    *,
    council: str | None = None,
    day: date | None = None,
    as_of: date | None = None,
    show_small: bool = False,
    book: RulebookChoice = NEAREST,
) -> Made:
    """Read the files of a return.

    Args:
        kind: Which return, as the rulebook names it.
        paths: Its files, or folders of them.
        council: DfE code of the council that the return must be of.
        day: The day of the return, where its files do not say it.
        as_of: Evaluation date to write.
        show_small: Show small counts, and numbers of rows, in the lines.

    Raises:
        InvalidProfile: With every problem found in the files.
        UsageError: The rulebook describes no such return, or a library is not installed.
    """
    from readiness.returns.records.checks import rows_file
    from readiness.returns.records.fragment import to_yaml
    from readiness.returns.records.lines import summary
    from readiness.returns.records.load import load_return
    from readiness.returns.records.read import read_return

    if not paths:
        raise UsageError("name the files of the return, or the folder that holds them")
    rulebook = open_rulebook(book)
    definition = load_return(kind, rulebook)
    reading = read_return(definition, paths, rulebook.facts, day=day, as_of=as_of, council=council)
    return Made(
        to_yaml(reading, rulebook, as_of),
        summary(reading, rulebook, show_small=show_small),
        rows_file(reading.broken),
    )


def sql_of(
    kind: str,
    dialect: str,
    paths: Sequence[Path],
    day: date,
    *,
    book: RulebookChoice = NEAREST,
) -> str:
    """Return the SQL of every metric of a return.

    Args:
        dialect: As sqlglot names it, such as tsql, spark, snowflake or postgres; or duckdb.
        paths: Files whose day is that of the SQL; where there are none, `day` is.

    Raises:
        InvalidProfile: With every problem found in the files.
        UsageError: There is no such return or dialect, or a library is not installed; or working
            days before that day cannot be counted.
    """
    from readiness.calendar import BankHolidaysUnknown, long_date
    from readiness.returns.records.conditions import Moment
    from readiness.returns.records.load import load_return
    from readiness.returns.records.read import settled
    from readiness.returns.records.script import script

    rulebook = open_rulebook(book)
    definition = load_return(kind, rulebook)
    moment = Moment.of(day, definition.page.year)
    if paths:
        with settled(definition, paths, day=day) as found:
            moment = found.moment
    try:
        return script(definition, moment, dialect)
    except BankHolidaysUnknown as error:
        raise UsageError(f"no SQL for {long_date(day)}: {error}") from None


def working_days_table() -> str:
    """Return England's working days as CSV: the table that the SQL of some metrics reads."""
    from readiness.returns.records.script import working_days_csv

    return working_days_csv()


def facts_of(kind: str | None, *, book: RulebookChoice = NEAREST) -> str:
    """Return what each return gives and what it cannot, as text.

    Args:
        kind: One return; all of them, where it is not given.

    Raises:
        UsageError: The rulebook describes no such return.
    """
    from readiness.render.returns import facts_text
    from readiness.returns.records.load import kinds, load_return

    rulebook = open_rulebook(book)
    wanted = [kind] if kind is not None else kinds(rulebook)
    return facts_text([load_return(one, rulebook) for one in wanted], rulebook)
