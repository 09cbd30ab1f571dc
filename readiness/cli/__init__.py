"""The command line: parse, call one use case, choose one renderer, return an exit code.

Each command stands in a module of its own, which is loaded when the command is used.

    program    how a command ends: an exit code whatever happens, never a traceback
    options    options that commands share
    output     writing to the terminal and to files
"""

from __future__ import annotations

import click

from readiness.cli.program import Program, run
from readiness.version import __version__

__all__ = ["main", "run"]


@click.group(
    cls=Program,
    context_settings={"help_option_names": ["-h", "--help"]},
    modules={
        "batch": "readiness.cli.batch",
        "check": "readiness.cli.check",
        "claims": "readiness.cli.claims",
        "diff": "readiness.cli.diff",
        "drill": "readiness.cli.drill",
        "explain": "readiness.cli.explain",
        "facts": "readiness.cli.facts",
        "pack": "readiness.cli.pack",
        "plan": "readiness.cli.plan",
        "profile": "readiness.cli.profile",
        "returns": "readiness.cli.returns",
        "rules": "readiness.cli.rules",
        "scenarios": "readiness.cli.scenarios",
        "settle": "readiness.cli.settle",
        "what-if": "readiness.cli.what_if",
    },
)
@click.version_option(__version__, package_name="readiness", prog_name="readiness")
def main() -> None:
    """Check how ready a council's children's services are for inspection.

    Everything stays on this machine. Nothing here predicts a grade.

    \b
    To begin, with a council that is made up:
      readiness scenarios list
    and with your own:
      readiness profile template --output questions.xlsx
      readiness profile fill --from questions.xlsx --output profile.yaml
      readiness check profile.yaml
    """
