"""Asking the author of a new page for what was not given as an option."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import click

from readiness.app.writing import Author, Wish
from readiness.errors import UsageError
from readiness.model.vocabulary import Kind, Severity
from readiness.rulebook.draft import usual_kind, usual_source


def wish(author: Author, given: Mapping[str, Any], *, ask: bool) -> Wish:
    """Return what the author of a new page says.

    Args:
        given: Options by name; None where one was not given.
        ask: Whether to ask for what was not given; else what is needed must be.

    Raises:
        UsageError: Something needed was not given, or does not exist.
    """
    lacking = [f"--{name}" for name in ("framework", "criterion", "fact") if not given[name]]
    if lacking and not ask:
        raise UsageError(f"say what the page is about: {', '.join(lacking)}")
    said = dict(given)
    if ask:
        _ask(author, said)
    return Wish(
        framework=said["framework"],
        criterion=said["criterion"],
        fact=said["fact"],
        title=said["title"],
        id=said["id"],
        kind=Kind(said["kind"]) if said["kind"] else None,
        force=said["force"],
        source=said["source"],
        start=said["start"],
        severity=Severity(said["severity"] or "medium"),
    )


def _ask(author: Author, said: dict[str, Any]) -> None:
    """Ask for what is not said yet; a wrong answer is asked for again."""
    book = author.rulebook

    def about(name: str, what: str, check: Callable[[str], str], default: str | None = None) -> str:
        if not said[name]:
            said[name] = _prompt(what, check, default)
        return str(said[name])

    frameworks = ", ".join(book.frameworks)
    framework = author.framework(about("framework", f"Framework ({frameworks})", author.framework))
    listed = book.frameworks[framework].criteria
    for id, criterion in listed.items() if not said["criterion"] else ():
        click.echo(f"  {id}: {criterion.title}", err=True)
    about("criterion", "Criterion", lambda id: author.criterion(framework, id))
    about("title", "What is so in an area that meets it", str)
    fact = author.fact(about("fact", "The fact that decides it, by id or words", author.fact))
    kinds = [kind.value for kind in Kind]
    usual = usual_kind(book.facts[fact]).value
    about("kind", f"Kind ({', '.join(kinds)})", lambda word: _one_of(word, kinds), usual)
    if said["kind"] == Kind.DUTY.value:
        about(
            "force", "Force (must, should)", lambda word: _one_of(word, ["must", "should"]), "must"
        )
    about("source", "Where it is written", author.source, usual_source(book, framework))


def _prompt(what: str, check: Callable[[str], str], default: str | None) -> str:
    def checked(text: str) -> str:
        try:
            return check(text.strip())
        except UsageError as error:
            raise click.UsageError(str(error)) from None

    answer: str = click.prompt(what, default=default, value_proc=checked, err=True)
    return answer


def _one_of(word: str, words: list[str]) -> str:
    if word not in words:
        raise UsageError(f"'{word}' is not one of: {', '.join(words)}")
    return word
