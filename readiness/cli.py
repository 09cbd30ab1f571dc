"""The command line: parse, call one use case, choose one renderer, return an exit code."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from readiness.errors import ExitCode, ReadinessError, UsageError
from readiness.version import __version__

F = TypeVar("F", bound=Callable[..., Any])


def today() -> date:
    """Return today: the one place where the clock is read."""
    return datetime.now().astimezone().date()


def _day(text: str) -> date:
    """Return a day written as 2026-10-31, the one form that every Python version reads alike."""
    with contextlib.suppress(ValueError):
        day = date.fromisoformat(text)
        if day.isoformat() == text:
            return day
    raise click.BadParameter(f"'{text}' is not a day; write it as 2026-10-31")


_FOLDER = click.Path(path_type=Path)


def _options(*options: Callable[[F], F]) -> Callable[[F], F]:
    def add(command: F) -> F:
        for option in reversed(options):
            command = option(command)
        return command

    return add


rules_options = _options(
    click.option("--rules", type=_FOLDER, help="Folder of another rulebook."),
    click.option("--no-cache", is_flag=True, help="Read every rule page again."),
)
as_of_option = click.option(
    "--as-of", type=_day, metavar="YYYY-MM-DD", help="Evaluation date; default: the profile's."
)
small_option = click.option(
    "--show-small-counts",
    is_flag=True,
    help="Show counts of 1 to 5; for the council's own use only.",
)
output_option = click.option(
    "--output", "-o", type=click.Path(path_type=Path), help="Write to a file."
)


def _utf_8(text: str) -> bytes:
    return text.encode("utf-8", "replace")  # a file's name may hold what is no character


def _write(text: str, output: Path | None) -> None:
    """Print text, or write it to a file that is never half there."""
    if output is None:
        sys.stdout.buffer.write(_utf_8(text))
        sys.stdout.buffer.flush()
        return
    part = output.parent / f".{output.name}.{os.getpid()}.part"
    try:
        part.write_bytes(_utf_8(text))
        part.replace(output)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(f"{output.as_posix()} cannot be written: {reason}") from None
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


@contextlib.contextmanager
def _without_collecting() -> Iterator[None]:
    """Leave circles that a short run drops to its end: looking for them costs a tenth of it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()  # what is there by now is not gone through at the end either
        if was_on:
            gc.enable()


class _Commands(click.Group):
    """Commands that end in an exit code, whatever happens, and never in a traceback."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        # Looking for other packages' plugins takes pydantic longer than making our models.
        os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
        try:
            kwargs["standalone_mode"] = False
            with _without_collecting():
                code = super().main(*args, **kwargs)
        except ReadinessError as error:
            _say(str(error))
            code = error.exit_code
        except click.ClickException as error:
            error.show()
            code = ExitCode.USAGE
        except click.exceptions.Abort:
            _say("stopped")
            code = 130
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            code = ExitCode.OK
        except RecursionError:
            _say("this is nested too deeply to be worked out")
            code = ExitCode.INTERNAL
        except Exception as error:  # the last net: one line, never a traceback
            where = error.__traceback__
            while where is not None and where.tb_next is not None:
                where = where.tb_next
            line = (
                f"{Path(where.tb_frame.f_code.co_filename).name}:{where.tb_lineno}" if where else ""
            )
            _say(f"internal error: {type(error).__name__} at {line}: {error}".splitlines()[0])
            code = ExitCode.INTERNAL
        sys.exit(int(code) if isinstance(code, int) else 0)


def run() -> NoReturn:
    """Run as a program, and end at once: taking everything apart again costs a tenth of a check."""
    try:
        main()
    except SystemExit as ended:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):  # a reader that has gone
                stream.flush()
        os._exit(ended.code if isinstance(ended.code, int) else 0)
    raise AssertionError("every command ends in an exit code")


def _say(message: str) -> None:
    sys.stderr.buffer.write(_utf_8(message + "\n"))
    sys.stderr.buffer.flush()


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, package_name="readiness", prog_name="readiness")
def main() -> None:
    """Check how ready a council's children's services are for inspection.

    Everything stays on this machine. Nothing here predicts a grade.
    """


@main.command()
@click.argument("profile", type=_FOLDER)
@rules_options
@as_of_option
@click.option("--framework", help="Report one framework only.")
@click.option("--depth", type=click.Choice(["essential", "full"]), default="full")
@click.option("--severity", type=click.Choice(["critical", "high", "medium", "low"]), default="low")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("--all", "everything", is_flag=True, help="Show every finding, in text.")
@click.option("--engine", type=click.Choice(["auto", "rete", "builtin"]), default="auto")
@click.option(
    "--strict", is_flag=True, help="Exit 5 where nothing is missed but something is unknown."
)
@click.option("--accepted-ok", is_flag=True, help="Do not count accepted gaps in the exit code.")
@small_option
@output_option
def check(
    profile: Path,
    rules: Path | None,
    no_cache: bool,
    as_of: date | None,
    framework: str | None,
    depth: str,
    severity: str,
    form: str,
    everything: bool,
    engine: Any,
    strict: bool,
    accepted_ok: bool,
    show_small_counts: bool,
    output: Path | None,
) -> int:
    """Check a council's profile: gaps, what is not known, why, and recommended actions.

    PROFILE is a profile file, a folder of them, or a scenario.
    """
    from readiness import app
    from readiness.model.vocabulary import Depth, Severity, Verdict
    from readiness.render.text import FIRST

    selection = app.Selection(framework, Depth(depth), Severity(severity))
    checked = app.check(
        profile,
        today=today,
        rules=rules,
        as_of=as_of,
        selection=selection,
        engine=engine,
        use_cache=not no_cache,
        show_small_counts=show_small_counts,
        first=FIRST if form == "text" and not everything else None,
    )
    report = checked.report
    if form == "json":
        from readiness.render import json as renderer

        text = renderer.render(report)
    else:
        from readiness.render import text as text_renderer

        named = profile.as_posix()
        shown = f'"{named}"' if " " in named else named
        text = text_renderer.render(report, everything=everything, profile=shown)
    _write(text, output)
    if checked.notice:
        _say(checked.notice)
    gaps = report.of(Verdict.NOT_MET)
    if accepted_ok:
        gaps = tuple(g for g in gaps if g.acceptance is None or g.acceptance.lapsed)
    if gaps:
        return ExitCode.GAPS
    return ExitCode.UNKNOWNS if strict and report.of(Verdict.UNKNOWN) else ExitCode.OK


@main.command()
@click.argument("id")
@click.argument("profile", type=_FOLDER, required=False)
@rules_options
@as_of_option
@small_option
def explain(
    id: str,
    profile: Path | None,
    rules: Path | None,
    no_cache: bool,
    as_of: date | None,
    show_small_counts: bool,
) -> None:
    """Explain an expectation and, with PROFILE, why its verdict is what it is."""
    from readiness import app
    from readiness.render import page

    explained = app.explain(
        id,
        profile,
        today=today,
        rules=rules,
        as_of=as_of,
        use_cache=not no_cache,
        show_small_counts=show_small_counts,
    )
    rulebook, day = explained.rulebook, explained.as_of
    if explained.finding is None:
        text = page.render_page(rulebook, id, day)
    else:
        text = page.render_finding(
            rulebook, explained.finding, explained.council, day, show_small_counts
        )
    _write(text, None)


@main.group("rules")
def rules_group() -> None:
    """Read and test the rulebook."""


@rules_group.command("list")
@rules_options
@click.option("--framework", help="One framework only.")
def rules_list(rules: Path | None, no_cache: bool, framework: str | None) -> None:
    """List every expectation."""
    from readiness import app
    from readiness.render import lists

    rulebook = app.open_rulebook(rules, not no_cache)
    app.known_framework(rulebook, framework)
    _write(lists.expectations(rulebook, framework), None)


@rules_group.command("coverage")
@rules_options
@click.option("--framework", help="One framework only.")
def rules_coverage(rules: Path | None, no_cache: bool, framework: str | None) -> None:
    """List every duty and line of enquiry, and which expectations check it."""
    from readiness import app
    from readiness.render import lists

    rulebook = app.open_rulebook(rules, not no_cache)
    app.known_framework(rulebook, framework)
    _write(lists.coverage(rulebook, framework), None)


@rules_group.command("show")
@click.argument("id")
@rules_options
@as_of_option
def rules_show(id: str, rules: Path | None, no_cache: bool, as_of: date | None) -> None:
    """Show an expectation's page as a reader sees it."""
    from readiness import app
    from readiness.render import page

    explained = app.explain(id, None, today=today, rules=rules, as_of=as_of, use_cache=not no_cache)
    _write(page.render_page(explained.rulebook, id, explained.as_of), None)


@rules_group.command("test")
@click.argument("ids", nargs=-1)
@rules_options
def rules_test(ids: tuple[str, ...], rules: Path | None, no_cache: bool) -> int:
    """Run the examples that rule pages carry; all of them, or those of IDS."""
    from readiness import app
    from readiness.render import lists

    results = app.run_rule_examples(ids, rules=rules, use_cache=not no_cache)
    _write(lists.examples(results), None)
    return ExitCode.OK if all(result.passed for result in results) else ExitCode.GAPS


@main.group("scenarios")
def scenarios_group() -> None:
    """Synthetic councils with expected verdicts."""


@scenarios_group.command("test")
@click.argument("folders", nargs=-1, type=_FOLDER)
@rules_options
def scenarios_test(folders: tuple[Path, ...], rules: Path | None, no_cache: bool) -> int:
    """Check that each scenario gets the verdicts that it expects; all, or those in FOLDERS."""
    from readiness import app
    from readiness.render import lists

    results = app.run_scenarios(folders, rules=rules, use_cache=not no_cache)
    _write(lists.scenarios(results), None)
    return ExitCode.OK if all(result.passed for result in results) else ExitCode.GAPS


@main.group("facts")
def facts_group() -> None:
    """The fact dictionary: what a council can be asked."""


@facts_group.command("list")
@rules_options
def facts_list(rules: Path | None, no_cache: bool) -> None:
    """List every fact."""
    from readiness import app
    from readiness.render import lists

    _write(lists.facts(app.open_rulebook(rules, not no_cache)), None)


@facts_group.command("show")
@click.argument("id")
@rules_options
def facts_show(id: str, rules: Path | None, no_cache: bool) -> None:
    """Show what a fact means, and how to write it in a profile."""
    from readiness import app
    from readiness.render import page

    rulebook = app.open_rulebook(rules, not no_cache)
    app.known_fact(rulebook, id)
    _write(page.render_fact(rulebook, id), None)


@main.group("profile")
def profile_group() -> None:
    """Write and check a council's profile."""


@profile_group.command("check")
@click.argument("profile", type=_FOLDER)
@rules_options
def profile_check(profile: Path, rules: Path | None, no_cache: bool) -> None:
    """Check that a profile can be read, and that nothing in it looks personal."""
    from readiness import app

    summary, warnings = app.check_profile(profile, rules=rules, use_cache=not no_cache)
    _write(summary + "\n", None)
    for warning in warnings:
        _say(f"warning: {warning}")


@profile_group.command("fill")
@click.option("--la", "code", required=True, help="DfE code (302) or ONS code (E09000003).")
@click.option(
    "--from", "folder", type=_FOLDER, required=True, help="Folder of DfE's published CSV files."
)
@click.option(
    "--reference", type=_FOLDER, help="Folder of la_lookup.csv and stat_neighbours_YEAR.csv."
)
@click.option(
    "--as-of", type=_day, metavar="YYYY-MM-DD", help="Evaluation date to write into the profile."
)
@rules_options
@output_option
def profile_fill(
    code: str,
    folder: Path,
    reference: Path | None,
    as_of: date | None,
    rules: Path | None,
    no_cache: bool,
    output: Path | None,
) -> None:
    """Fill a profile from the Department for Education's published statistics."""
    from readiness import app

    text, summary = app.fill_profile(
        code, folder, reference=reference, as_of=as_of, rules=rules, use_cache=not no_cache
    )
    _write(text, output)
    for line in summary:
        _say(line)
