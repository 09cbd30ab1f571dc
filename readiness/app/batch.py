"""Many profiles checked at once: one row a council, and one result a council where asked for.

The rows come in order of name, whatever the number of processes: a table of councils is no
ranking. What is wrong with one profile stands in its row and costs no other its result.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from readiness.analysis.findings.build import DRAWN, EVERYTHING, Silent
from readiness.app.checking import Selection, evaluation_date, make_report
from readiness.app.choice import RulebookChoice
from readiness.app.pool import work
from readiness.app.profiles import reference_beside
from readiness.app.rulebooks import compiled_rulebook, known_framework
from readiness.engine.builtin import Builtin
from readiness.engine.evaluate import Silence, ask, conclude
from readiness.errors import (
    ExitCode,
    InternalError,
    InvalidInput,
    InvalidProfile,
    Problem,
    ReadinessError,
    UsageError,
)
from readiness.files import replace_file
from readiness.model.disclosure import Disclosure
from readiness.model.finding import Report, Totals
from readiness.model.profile import Profile
from readiness.model.vocabulary import Verdict
from readiness.profile.load import load_profile
from readiness.rulebook.rulebook import Rulebook

if TYPE_CHECKING:
    from readiness.render.json import Encoded

Form = Literal["json", "text"]

FEW_MEMBERS = 8
"""Up to so many members are checked in one process: starting others would take longer."""

_WORST = (ExitCode.INTERNAL, ExitCode.PROFILE, ExitCode.GAPS, ExitCode.UNKNOWNS, ExitCode.OK)


@dataclass(frozen=True, slots=True)
class Member:
    """A profile to check: a file or folder, or one made from published figures.

    Attributes:
        key: Name of its result, without an ending.
        place: The file or folder as the user knows it; for DfE's figures the folder of them.
    """

    key: str
    place: str
    profile: Profile | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """What all members are checked by.

    Attributes:
        today: The day that counts where neither `as_of` nor a profile names one.
        results: Folder for a result of each council.
    """

    book: RulebookChoice
    today: date
    as_of: date | None = None
    selection: Selection = field(default_factory=Selection)
    show_small_counts: bool = False
    strict: bool = False
    results: Path | None = None
    form: Form = "json"


@dataclass(frozen=True, slots=True)
class Row:
    """What came of one council.

    Attributes:
        totals: Counts by verdict; None where it could not be checked.
        problem: Why not, in one line.
    """

    council: str
    code: str
    place: str
    totals: Totals | None
    problem: str
    exit_code: ExitCode


@dataclass(frozen=True, slots=True)
class Batch:
    """What came of all.

    Attributes:
        left_out: What was not checked though it was there, in lines.
    """

    rows: tuple[Row, ...]
    left_out: tuple[str, ...]

    @property
    def exit_code(self) -> ExitCode:
        """The worst that came of any."""
        codes = {row.exit_code for row in self.rows}
        return next((code for code in _WORST if code in codes), ExitCode.OK)

    @property
    def totals(self) -> Totals:
        """The sums of the rows that have counts."""
        held = [row.totals for row in self.rows if row.totals is not None]
        return Totals(
            sum(one.met for one in held),
            sum(one.not_met for one in held),
            sum(one.unknown for one in held),
            sum(one.not_applicable for one in held),
        )


# ---- which ----


def members_in(folder: Path) -> list[Member]:
    """Return the profiles of a folder: files, folders of files, and scenarios.

    Raises:
        InvalidProfile: There is no such folder.
        UsageError: It holds none.
    """
    if not folder.is_dir():
        help = "a batch takes a folder of profiles"
        problem = Problem(folder.as_posix(), 0, 0, "there is no such folder", help)
        raise InvalidProfile([problem])
    found = [
        Member(path.stem if path.is_file() else path.name, path.as_posix())
        for path in sorted(folder.iterdir(), key=lambda path: path.name)
        if not path.name.startswith(".")
        and (path.suffix == ".yaml" if path.is_file() else any(path.glob("*.yaml")))
    ]
    if not found:
        raise UsageError(
            f"{folder.as_posix()} holds no profiles: no .yaml file and no folder of them"
        )
    return _told_apart(found)


def _told_apart(members: Sequence[Member]) -> list[Member]:
    """Return members with keys of their own, whether or not a file system tells cases apart."""
    taken: set[str] = set()
    made: list[Member] = []
    for member in members:
        key, number = member.key, 1
        while key.casefold() in taken:
            number += 1
            key = f"{member.key}-{number}"
        taken.add(key.casefold())
        made.append(replace(member, key=key))
    return made


@dataclass(frozen=True, slots=True)
class Areas:
    """The areas of DfE's files, their profiles made one by one."""

    members: Iterator[Member]
    count: int
    left_out: tuple[str, ...]


def all_areas(
    folder: Path, rulebook: Rulebook, reference: Path | None, as_of: date | None
) -> Areas:
    """Return a member for each area that has figures of the newest period.

    Raises:
        InvalidProfile: With every problem found in the files.
    """
    from readiness.returns.dfe import read_published, read_reference
    from readiness.returns.fill import fill

    published = read_published(folder, rulebook.facts.values())
    known = read_reference(reference_beside(folder, reference))
    current = published.current()
    ended = [area for code, area in published.areas.items() if code not in set(current)]

    def members() -> Iterator[Member]:
        for code in current:
            filled = fill(
                published,
                code,
                rulebook.facts,
                rulebook.sources,
                reference=known,
                as_of=as_of,
                summary=False,
            )
            name = re.sub(r"[^a-z0-9]+", "-", filled.profile.council.name.casefold()).strip("-")
            yield Member(f"{code}-{name}", folder.as_posix(), filled.profile)

    left_out = []
    if ended:
        names = ", ".join(f"{area.code} {area.name}" for area in ended)
        left_out.append(f"left out, because they have no figures of the newest periods: {names}")
    left_out += [f"no file {file}" for file in published.missing]
    return Areas(members(), len(current), tuple(left_out))


# ---- checking ----


def run_batch(
    settings: Settings,
    *,
    folder: Path | None = None,
    published: Path | None = None,
    reference: Path | None = None,
    jobs: int | None = None,
    time_limit: float,
    done: Callable[[int, int], None] = lambda count, of: None,
) -> Batch:
    """Check the profiles of a folder, or every area of DfE's files.

    Args:
        jobs: How many processes beside this one; when not given, as many as there are processors,
            or one where starting others would take longer than the work.
        time_limit: Seconds that one member may take; its process is ended then.
        done: Told after each member how many are done, and of how many.

    Raises:
        InvalidRulebook: With every problem found.
        InvalidProfile: For DfE's files that cannot be used.
        UsageError: If there is nothing to check.
    """
    rulebook, _ = compiled_rulebook(settings.book)
    known_framework(rulebook, settings.selection.framework)
    if published is not None:
        areas = all_areas(published, rulebook, reference, settings.as_of)
    else:
        assert folder is not None
        found = members_in(folder)
        areas = Areas(iter(found), len(found), ())
    if settings.results is not None:
        try:
            settings.results.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            reason = error.strerror or str(error)
            raise UsageError(f"{settings.results.as_posix()} cannot be made: {reason}") from None
    if jobs is None:
        light = published is not None and settings.results is None
        jobs = 1 if light or areas.count <= FEW_MEMBERS else os.cpu_count() or 1
    rows: list[Row] = []
    results = work(
        _checker,
        settings,
        areas.members,
        min(jobs, areas.count),
        lost=_lost,
        late=partial(_late, seconds=time_limit),
        limit=time_limit,
    )
    for _, row in results:
        rows.append(row)
        done(len(rows), areas.count)
    rows.sort(key=lambda row: (row.council.casefold(), row.code, row.place))
    return Batch(tuple(rows), areas.left_out)


def _checker(settings: Settings) -> Callable[[Member], Row]:
    """Return the function that checks one member; the rulebook is compiled once."""
    return _Checker(settings).check


class _Checker:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.rulebook, self.compiled = compiled_rulebook(settings.book)
        self.builtin = Builtin()
        self.disclosure = Disclosure(settings.show_small_counts)
        self.silent: Silent | None = None
        self.encoded: Encoded | None = None

    def check(self, member: Member) -> Row:
        """Return what came of a member; never raises."""
        try:
            return self._check(member)
        except InvalidInput as error:
            first = str(error.problems[0]).splitlines()[0]
            others = len(error.problems) - 1
            problem = first + (f" (and {others} more)" if others else "")
            return _failed(member, problem, error.exit_code)
        except ReadinessError as error:
            return _failed(member, str(error).splitlines()[0], error.exit_code)
        except Exception as error:  # whatever it is, the others go on
            told = f"{type(error).__name__}: {error}".splitlines()[0]
            return _failed(member, f"internal error: {told}", ExitCode.INTERNAL)

    def _check(self, member: Member) -> Row:
        settings, rulebook = self.settings, self.rulebook
        profile = member.profile
        if profile is None:
            profile = load_profile(Path(member.place), rulebook)
        day, day_from = evaluation_date(settings.as_of, profile, lambda: settings.today)
        silent = self._on(day)
        given = ask(rulebook, self.compiled, profile, day, silent.silence)
        evaluation = conclude(rulebook, self.compiled, given, self.builtin)
        wanted = [e.id for e in rulebook.expectations.values() if settings.selection(e)]
        verdicts = [evaluation.verdict(id) for id in wanted]
        totals = Totals(*(verdicts.count(verdict) for verdict in Verdict))
        if settings.results is not None:
            report = make_report(
                evaluation,
                day_from,
                settings.selection,
                self.disclosure,
                DRAWN if settings.form == "json" else EVERYTHING,
                silent,
            )
            self._write(member, report, settings.results)
        if totals.not_met:
            code = ExitCode.GAPS
        else:
            code = ExitCode.UNKNOWNS if settings.strict and totals.unknown else ExitCode.OK
        council = profile.council
        return Row(council.name, council.code or "", member.place, totals, "", code)

    def _on(self, day: date) -> Silent:
        """Return what silence gets on a day; that of the last day is kept."""
        if self.silent is None or self.silent.silence.situation.as_of != day:
            silence = Silence(self.rulebook, self.compiled, day)
            self.silent = Silent(silence, self.compiled, self.disclosure)
        return self.silent

    def _write(self, member: Member, report: Report, folder: Path) -> None:
        if self.settings.form == "json":
            from readiness.render import json

            self.encoded = self.encoded or json.Encoded()
            text = json.render(report, self.encoded)
        else:
            from readiness.render import text as text_renderer

            text = text_renderer.render(report, everything=True)
        ending = {"json": "json", "text": "txt"}[self.settings.form]
        replace_file(folder / f"{member.key}.{ending}", text.encode("utf-8", "replace"))


def _failed(member: Member, problem: str, code: ExitCode) -> Row:
    if member.profile is not None:
        council = member.profile.council
        return Row(council.name, council.code or "", member.place, None, problem, code)
    return Row(member.key, "", member.place, None, problem, code)


def _lost(member: Member, exit_code: int | None) -> Row:
    error = InternalError(f"its process ended before it was done (exit code {exit_code})")
    return _failed(member, str(error), error.exit_code)


def _late(member: Member, seconds: float) -> Row:
    problem = (
        f"not finished within {seconds:g} seconds, and ended; check it on its own, or allow more "
        "with --time-limit"
    )
    return _failed(member, problem, ExitCode.INTERNAL)
