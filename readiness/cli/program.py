"""How commands are found and how the program ends."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

import click

from readiness.cli.output import say
from readiness.errors import ExitCode, ReadinessError


class Group(click.Group):
    """Commands whose modules are loaded when they are used.

    Args:
        modules: For each command the module whose `command` it is.
    """

    def __init__(self, *args: Any, modules: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.modules = modules or {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted({*super().list_commands(ctx), *self.modules})

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands, each with its whole first sentence."""
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, one.get_short_help_str(limit=300)) for name, one in commands if one]
            )

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name, or None."""
        if cmd_name in self.modules:
            command: click.Command = import_module(self.modules[cmd_name]).command
            return command
        return super().get_command(ctx, cmd_name)


class Program(Group):
    """The outermost group: it ends in an exit code, whatever happens, never in a traceback."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        # Looking for other packages' plugins takes pydantic longer than making our models.
        os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
        try:
            kwargs["standalone_mode"] = False
            code = super().main(*args, **kwargs)
        except ReadinessError as error:
            say(str(error))
            code = error.exit_code
        except click.ClickException as error:
            error.show()
            code = ExitCode.USAGE
        except click.exceptions.Abort:
            say("stopped")
            code = 130
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            code = ExitCode.OK
        except RecursionError:
            say("this is nested too deeply to be worked out")
            code = ExitCode.INTERNAL
        except Exception as error:  # the last net: one line, never a traceback
            where = error.__traceback__
            while where is not None and where.tb_next is not None:
                where = where.tb_next
            line = (
                f"{Path(where.tb_frame.f_code.co_filename).name}:{where.tb_lineno}" if where else ""
            )
            say(f"internal error: {type(error).__name__} at {line}: {error}".splitlines()[0])
            code = ExitCode.INTERNAL
        sys.exit(int(code) if isinstance(code, int) else 0)


def run() -> NoReturn:
    """Run as a program, and end at once: taking everything apart again costs a tenth of a check."""
    from readiness.cli import main

    gc.disable()  # circles that a short run drops are left: looking for them costs a tenth of it
    try:
        main()
    except SystemExit as ended:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):  # a reader that has gone
                stream.flush()
        os._exit(ended.code if isinstance(ended.code, int) else 0)
    raise AssertionError("every command ends in an exit code")
