"""A new rule page: what is asked of its author, what is worked out, and where it is written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from readiness.app.choice import NEAREST, RulebookChoice
from readiness.app.editing import Desk, Trials, try_desk, try_examples
from readiness.app.rulebooks import open_rulebook
from readiness.errors import InternalError, InvalidRulebook, UsageError
from readiness.files import replace_file
from readiness.model.values import near, nearest
from readiness.model.vocabulary import Kind, Severity
from readiness.rulebook.draft import (
    MARK,
    Draft,
    next_id,
    next_number,
    page_of,
    usual_kind,
    usual_source,
    usual_theme,
)
from readiness.rulebook.reading import is_page
from readiness.rulebook.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Wish:
    """What the author of a new page says; what is None is worked out, or marked."""

    framework: str
    criterion: str
    fact: str
    title: str | None = None
    id: str | None = None
    kind: Kind | None = None
    force: str | None = None
    source: str | None = None
    start: date | None = None
    severity: Severity = Severity.MEDIUM


@dataclass(frozen=True, slots=True)
class NewPage:
    """A page that was written.

    Attributes:
        file: Its file, as the user knows it.
        lint: The command that lists what its author still has to say.
    """

    file: PurePosixPath
    lint: str


class Author:
    """A rulebook, or an overlay laid over one, with a new page in the making.

    What is asked for one by one is checked one by one, so that whoever is asked can answer again.
    """

    def __init__(self, book: RulebookChoice = NEAREST) -> None:
        """Open the rulebook; where overlays are laid over it, a page goes into the last of them.

        Raises:
            InvalidRulebook: With every problem found.
            UsageError: The rulebook is the packaged one, which is not for editing.
        """
        self.book = book
        self.desk = Desk.of(book)
        self.overlay = book.overlays[-1] if book.overlays else None
        if self.overlay is not None:
            self.rulebook: Rulebook = open_rulebook(book)
            return
        reading = self.desk.reading()
        if reading.rulebook is None or reading.problems:
            raise InvalidRulebook(reading.problems)
        if self.desk.origin == "packaged":
            help = "name the folder of yours with --rules, or that of an overlay with --overlay"
            raise UsageError(f"the packaged rulebook is not for editing; {help}")
        self.rulebook = reading.rulebook

    def framework(self, id: str) -> str:
        """Return a framework's id.

        Raises:
            UsageError: There is none; with the nearest.
        """
        return _known("framework", id, self.rulebook.frameworks)

    def criterion(self, framework: str, id: str) -> str:
        """Return the id of a framework's criterion.

        Raises:
            UsageError: There is none; with the nearest.
        """
        return _known("criterion", id, self.rulebook.frameworks[framework].criteria)

    def source(self, id: str) -> str:
        """Return a source's id.

        Raises:
            UsageError: There is none; with the nearest, by its id or by the words of its title.
        """
        sources = self.rulebook.sources
        titles = {one: f"{source.title} {source.short}" for one, source in sources.items()}
        return _by_words("source", id, titles, "see: sources.yaml, where new ones go")

    def fact(self, id: str) -> str:
        """Return a fact's id.

        Raises:
            UsageError: There is none; with the nearest, by its id or by the words of its title.
        """
        titles = {one: fact.title for one, fact in self.rulebook.facts.items()}
        return _by_words("fact", id, titles, "see: readiness facts list; new ones go into facts/")

    def free_id(self, id: str | None, framework: str, criterion: str) -> str:
        """Return an id that is free: the one wished for, or the next of the criterion or overlay.

        Raises:
            UsageError: The one wished for is taken, or is not for an overlay.
        """
        taken = {PurePosixPath(name).stem for name in self.desk.raw if is_page(name)}
        if self.overlay is not None:
            prefix = self.rulebook.overlays[-1].prefix
            taken |= set(self.rulebook.expectations)
            free = next_number(prefix, taken)
            if id is not None and not re.fullmatch(prefix + r"[A-Z0-9]+(-[A-Z0-9]+)*", id):
                raise UsageError(f"'{id}' is not an id of this overlay's own, such as {free}")
            id = id or free
        if id is None:
            return next_id(self.rulebook, framework, criterion, taken)
        if id in taken:
            raise UsageError(f"the id '{id}' is taken; ids are never used again")
        return id

    def write(self, wish: Wish) -> NewPage:
        """Write the page, and return its file as the user knows it.

        It is read and its examples are run, and it is left out again where anything is wrong.

        Raises:
            UsageError: For something that does not exist, an id that is taken, or a file that
                cannot be written.
            InvalidRulebook: The page would not be one, such as for an id that is none.
        """
        draft = self._draft(wish)
        name = f"{draft.framework}/{draft.criterion}/{draft.id}.yaml"
        text = page_of(draft, self.rulebook)
        if self.overlay is None:
            self._try(name, text)
        file = (self.overlay or self.desk.folder) / name
        new_folders = [folder for folder in file.parents[:2] if not folder.exists()]
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            replace_file(file, text.encode("utf-8"))
            if self.overlay is not None:
                _passed(try_examples((draft.id,), book=self.book))
        except BaseException:
            file.unlink(missing_ok=True)
            for folder in new_folders:
                folder.rmdir()
            raise
        origin = self.overlay.as_posix() if self.overlay else self.desk.origin
        return NewPage(PurePosixPath(origin, name), draft.lint)

    def _draft(self, wish: Wish) -> Draft:
        framework = self.framework(wish.framework)
        criterion = self.criterion(framework, wish.criterion)
        fact = self.rulebook.facts[self.fact(wish.fact)]
        kind = wish.kind or usual_kind(fact)
        source = self.source(wish.source or usual_source(self.rulebook, framework))
        return Draft(
            id=self.free_id(wish.id, framework, criterion),
            title=wish.title or f"{MARK} what is so in an area that meets it",
            framework=framework,
            criterion=criterion,
            kind=kind,
            force=(wish.force or "must") if kind is Kind.DUTY else None,
            theme=usual_theme(self.rulebook, framework, criterion),
            fact=fact.id,
            source=source,
            start=wish.start or self.rulebook.sources[source].start,
            severity=wish.severity,
            overlay=self.overlay.as_posix() if self.overlay else None,
        )

    def _try(self, name: str, text: str) -> None:
        """Read the rulebook with the new page in it, and run its examples."""
        desk = Desk(self.desk.folder, self.desk.origin)
        desk.raw = {**self.desk.raw, name: text.encode("utf-8")}
        reading = desk.reading()
        if reading.rulebook is None or reading.problems:
            raise InvalidRulebook(reading.problems)
        _passed(try_desk(desk, reading.rulebook, {name}))


def _passed(trials: Trials) -> None:
    failed = [str(result) for result in trials.results if not result.passed]
    if failed:
        raise InternalError(f"the drafted examples do not pass: {'; '.join(failed)}")


def _known(what: str, id: str, known: Mapping[str, object] | Iterable[str]) -> str:
    words = list(known)
    if id in words:
        return id
    help = near(id, words, f"there are: {', '.join(words[:20])}")
    raise UsageError(f"there is no {what} '{id}'; {help}")


def _by_words(what: str, id: str, titles: Mapping[str, str], otherwise: str) -> str:
    """Return an id that is known; else say which are near, by themselves or by their titles."""
    if id in titles:
        return id
    words = _words(id)
    shared = {one: len(words & _words(f"{title} {one}")) for one, title in titles.items()}
    by_words = sorted((one for one in shared if shared[one]), key=lambda one: -shared[one])[:5]
    close = list(dict.fromkeys([*nearest(id, list(titles)), *by_words]))
    help = f"is it one of: {', '.join(close)}?" if close else otherwise
    raise UsageError(f"there is no {what} '{id}'; {help}")


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z0-9]{3,}", text.casefold()))
