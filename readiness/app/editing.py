"""For those who write rule pages: everything wrong at once, and what examples leave untried."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from readiness.analysis.pages.branches import Tally
from readiness.analysis.pages.examples import ExampleResult, Examples
from readiness.analysis.pages.style import (
    Complaint,
    Level,
    Linted,
    Remark,
    remarks,
    remarks_on,
    unfinished,
)
from readiness.app.choice import NEAREST, RulebookChoice
from readiness.app.rulebooks import cache_of, chosen, compiled_rulebook, named, open_rulebook
from readiness.engine.compile import Compiled, compile_rulebook
from readiness.errors import InvalidInput, InvalidRulebook, Problem, UsageError
from readiness.files import replace_file
from readiness.model.values import near
from readiness.returns.records.load import counted
from readiness.rulebook.cache import Cache, Seen
from readiness.rulebook.draft import MARK
from readiness.rulebook.layout import tidy
from readiness.rulebook.load import Reading, read_files, read_rulebook
from readiness.rulebook.reading import Kept, is_page
from readiness.rulebook.rulebook import Rulebook
from readiness.yaml_reader import Document, Misread, read_bytes, read_file

OVERLAY = "overlay.yaml"


@dataclass(slots=True)
class Desk:
    """The files of a rulebook on the desk of somebody who edits them.

    What has not changed since it was last looked at is not read again.

    Attributes:
        folder: Where the rulebook is.
        origin: The folder as the user knows it.
        cache: Where rulebooks without a problem are kept.
        raw: The files by their path below the folder.
        seen: What the file system said of them before they were read.
        compiled: The program of the last reading, where nothing was wrong.
    """

    folder: Path
    origin: str
    cache: Cache | None = None
    raw: Mapping[str, bytes] = field(default_factory=dict)
    seen: Seen | None = None
    compiled: Compiled | None = None
    _read: dict[str, tuple[bytes, Document | InvalidInput]] = field(default_factory=dict)
    _pages: Kept = field(default_factory=dict)

    @classmethod
    def of(cls, book: RulebookChoice) -> Desk:
        """Return the desk with a rulebook on it.

        Raises:
            InvalidRulebook: If there is no rulebook, or a file cannot be opened.
        """
        folder, origin = chosen(book)
        desk = cls(folder, origin, cache_of(book))
        desk.refresh()
        return desk

    def refresh(self) -> None:
        """Take in the files as they are now.

        Raises:
            InvalidRulebook: If there is no rulebook, or a file cannot be opened.
        """
        self.seen = Seen.of(self.folder)
        self.raw = read_files(self.folder, self.origin, self.seen)

    def reading(self) -> Reading:
        """Return what the files say as a rulebook."""
        reading, made = read_rulebook(
            self.raw,
            self.folder,
            self.origin,
            self.cache,
            compile_rulebook,
            self._document,
            self._pages,
        )
        self.compiled = made[0] if made else None
        if self.cache and made and self.seen:
            self.cache.note(self.seen, reading.key)
        return reading

    def document(self, name: str) -> Document:
        """Return a file by its path below the folder, as far as it can be read.

        Raises:
            InvalidInput: It is no YAML.
        """
        try:
            return self._document(self.raw[name], f"{self.origin}/{name}")
        except Misread as error:
            return error.document

    def _document(self, content: bytes, source: str) -> Document:
        before = self._read.get(source)
        if before is None or before[0] != content:
            made: Document | InvalidInput
            try:
                made = read_bytes(content, source)
            except InvalidInput as error:
                made = error
            before = self._read[source] = content, made
        if isinstance(before[1], InvalidInput):
            raise before[1].with_traceback(None)
        return before[1]

    # ---- what somebody means ----

    def files_of(self, targets: Iterable[str], others: Sequence[Desk] = ()) -> set[str]:
        """Return the files that ids and paths mean; all where nothing is named.

        Args:
            others: Desks of which a target may be instead.

        Raises:
            UsageError: With the nearest id, or because a path lies elsewhere.
        """
        wanted = tuple(targets)
        if not wanted:
            return set(self.raw)
        found: set[str] = set()
        for target in wanted:
            means = self._meant(target)
            if means is None and all(other._meant(target) is None for other in others):
                raise self._unknown(target, others)
            found |= means or set()
        return found

    def _ids(self) -> dict[str, str]:
        return {PurePosixPath(name).stem: name for name in self.raw if is_page(name)}

    def _meant(self, target: str) -> set[str] | None:
        """Return the files that an id or a path means; None where it is of another folder."""
        by_id = self._ids()
        if target in by_id:
            return {by_id[target]}
        home, here = self.folder.resolve(), Path(target).resolve()
        if not here.exists() or (here != home and home not in here.parents):
            return None
        inside = here.relative_to(home).as_posix()
        found = {n for n in self.raw if inside in (".", n) or n.startswith(f"{inside}/")}
        if not found:
            raise UsageError(f"{target} holds no file of the rulebook: these end in .yaml")
        return found

    def _unknown(self, target: str, others: Sequence[Desk]) -> UsageError:
        if Path(target).exists():
            help = "name its rulebook with --rules, or its overlay with --overlay"
            return UsageError(f"{target} is not in the rulebook {self.origin}; {help}")
        ids = [id for desk in (self, *others) for id in desk._ids()]
        help = near(target, ids, "name an id, or a file or folder of the rulebook")
        return UsageError(f"there is no expectation, file or folder '{target}'; {help}")


def _overlay_desks(book: RulebookChoice) -> list[Desk]:
    """Return a desk with the files of each overlay, in the order in which they are laid over.

    Raises:
        InvalidRulebook: If there is no overlay, or a file cannot be opened.
    """
    return [
        Desk(folder, origin, raw=read_files(folder, origin, Seen.of(folder), OVERLAY))
        for folder, origin in named(book.overlays)
    ]


def lint(targets: tuple[str, ...] = (), *, book: RulebookChoice = NEAREST) -> Linted:
    """Say everything that is wrong in a rulebook, and what is not in the style of the house.

    Where overlays are laid over it, theirs too, so far as it can be said of one page by itself.

    Args:
        targets: Ids, files or folders to speak of; everything is read whatever is named.

    Raises:
        InvalidRulebook: If there is no rulebook at all.
        UsageError: For a target that does not exist.
    """
    desk, overlays = Desk.of(book), _overlay_desks(book)
    reading = desk.reading()
    linted = lint_desk(desk, reading, desk.files_of(targets, overlays))
    if overlays and not reading.problems:
        try:
            return _lint_overlays(open_rulebook(book), linted, targets, [desk, *overlays])
        except InvalidRulebook as error:
            wrong = tuple(Complaint(problem, Level.ERROR) for problem in error.problems)
            return replace(linted, complaints=(*linted.complaints, *wrong), whole=False)
    return linted


def _lint_overlays(
    rulebook: Rulebook, linted: Linted, targets: Sequence[str], desks: Sequence[Desk]
) -> Linted:
    """Return what lint says of a rulebook, with what there is to say of its overlays.

    Args:
        desks: That of the rulebook, and one of each overlay.
    """
    complaints, files, pages = list(linted.complaints), linted.files, linted.pages
    for number, (page, desk) in enumerate(zip(rulebook.overlays, desks[1:], strict=True)):
        wanted = desk.files_of(targets, desks)
        files_named = {f"{desk.origin}/{name}" for name in wanted}
        ids = [id for id, added in rulebook.added.items() if added == number]
        facts = [id for id in rulebook.facts if id.startswith(f"{page.id}.")]
        said = _of_style(desk, wanted, remarks_on(rulebook, ids, facts))
        complaints += [one for one in said if one.problem.file in files_named]
        files += len(wanted)
        pages += sum(rulebook.files[id] in wanted for id in ids)
    return Linted(tuple(complaints), files, pages, linted.whole)


def lint_desk(desk: Desk, reading: Reading, wanted: set[str]) -> Linted:
    """Say what is wrong in some of the files on a desk, from what they say as a rulebook."""
    complaints = [Complaint(problem, Level.ERROR) for problem in reading.problems]
    said = {problem.file for problem in reading.problems}
    wrong = {name for name in desk.raw if f"{desk.origin}/{name}" in said}
    said_of: Iterable[Remark] = ()
    if reading.rulebook is not None:
        of_returns: list[Problem] = []
        counted(reading.rulebook, of_returns)
        complaints += [Complaint(problem, Level.ERROR) for problem in of_returns]
        said_of = remarks(reading.rulebook, wrong)
    complaints += _of_style(desk, wanted - wrong, said_of, complaints)
    files = {f"{desk.origin}/{name}" for name in wanted}
    everything = wanted == set(desk.raw)
    mine = [c for c in complaints if everything or c.problem.file in files]
    return Linted(
        tuple(sorted(mine, key=lambda complaint: complaint.problem)),
        len(wanted),
        sum(is_page(name) for name in wanted),
        not reading.problems,
    )


def _of_style(
    desk: Desk, names: Iterable[str], said: Iterable[Remark], others: Iterable[Complaint] = ()
) -> list[Complaint]:
    """Return what waits for its author in files, and remarks on other lines than those.

    Args:
        others: What is said of these files besides, on whose lines no remark is made either.
    """
    complaints: list[Complaint] = []
    for name in sorted(names):
        if MARK.encode() in desk.raw[name]:
            complaints += _placed(desk, unfinished(desk.document(name).data, name))
    waiting = {(one.problem.file, one.problem.line) for one in (*others, *complaints)}
    placed = _placed(desk, said)
    return complaints + [c for c in placed if (c.problem.file, c.problem.line) not in waiting]


def _placed(desk: Desk, said: Iterable[Remark]) -> Iterator[Complaint]:
    """Yield remarks at their places."""
    for remark in said:
        page = desk.document(_home(desk, remark))
        problem = page.problem(remark.path, remark.message, remark.help, key=remark.key)
        yield Complaint(problem, remark.rule.level, remark.rule.name)


def _home(desk: Desk, remark: Remark) -> str:
    if not remark.home.endswith("/"):
        return remark.home
    inside = (name for name in desk.raw if name.startswith(remark.home))
    return next(name for name in inside if desk.document(name).has(remark.path))


@dataclass(frozen=True, slots=True)
class Trials:
    """What became of examples, and what they turn on.

    Attributes:
        untried: Where no example turns, at its place; empty where that was not asked for.
    """

    results: tuple[ExampleResult, ...]
    tally: Tally
    untried: tuple[Problem, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether every example came out as written."""
        return all(result.passed for result in self.results)


def try_examples(
    targets: tuple[str, ...] = (), *, book: RulebookChoice = NEAREST, untried: bool = False
) -> Trials:
    """Run the examples of rule pages, and count the branches on which they turn.

    Args:
        targets: Ids, files or folders; all pages where nothing is named.
        untried: Whether to name those on which none turns.

    Raises:
        InvalidRulebook: With every problem found.
        UsageError: For a target that does not exist.
    """
    desk = Desk.of(book)
    reading = desk.reading()
    if reading.rulebook is None or reading.problems:
        raise InvalidRulebook(reading.problems)
    if book.overlays:
        return _try_laid_over(desk, targets, book, untried=untried)
    trials = try_desk(desk, reading.rulebook, desk.files_of(targets))
    if not untried:
        return trials
    files = reading.rulebook.files
    placed = (one.at(desk.document(files[one.id])) for one in trials.tally.untried)
    return replace(trials, untried=tuple(sorted(placed)))


def _try_laid_over(
    desk: Desk, targets: tuple[str, ...], book: RulebookChoice, *, untried: bool
) -> Trials:
    """Run the examples of a rulebook with overlays laid over it, and count what they turn on.

    Where an overlay changes values, its own examples are run; they speak of the change alone, so
    that what they leave untried is not counted.
    """
    rulebook, compiled = compiled_rulebook(book)
    ids = [target for target in targets if target in rulebook.expectations]
    others = [target for target in targets if target not in rulebook.expectations]
    desks = [desk, *_overlay_desks(book)]
    files = [one.files_of(others, desks) if others or not targets else set() for one in desks]
    examples = Examples(rulebook, compiled, desk.document)
    results: list[ExampleResult] = []
    tally = Tally()
    for id in rulebook.expectations:
        number = rulebook.added.get(id, -1) + 1
        if id in ids or rulebook.files[id] in files[number]:
            tried = list(examples.run(id))
            results += [one.result for one in tried]
            if rulebook.examples_of(id) == rulebook.page_of(id):
                tally.add(rulebook, id, tried)
    if examples.problems:
        raise InvalidRulebook(examples.problems)
    pages = {one.id: read_file(*rulebook.page_of(one.id)) for one in tally.untried if untried}
    placed = (one.at(pages[one.id]) for one in tally.untried if untried)
    return Trials(tuple(results), tally, tuple(sorted(placed)))


def try_desk(desk: Desk, rulebook: Rulebook, wanted: set[str]) -> Trials:
    """Run the examples of some of the files on a desk.

    Raises:
        InvalidRulebook: If an example says something that a profile could not say.
    """
    compiled = desk.compiled or compile_rulebook(rulebook)
    examples = Examples(rulebook, compiled, desk.document)
    results: list[ExampleResult] = []
    tally = Tally()
    for id, file in rulebook.files.items():
        if file in wanted:
            tried = list(examples.run(id))
            results += [one.result for one in tried]
            tally.add(rulebook, id, tried)
    if examples.problems:
        raise InvalidRulebook(examples.problems)
    return Trials(tuple(results), tally)


# ---- layout -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LaidOut:
    """How many files were looked at, and which of them are laid out otherwise."""

    files: int
    other: tuple[str, ...]


def lay_out(
    targets: tuple[str, ...] = (), *, book: RulebookChoice = NEAREST, write: bool = True
) -> LaidOut:
    """Lay out the files of a rulebook in the style of the house.

    Every file is read and laid out before the first is written; each is replaced at once.

    Args:
        targets: Ids, files or folders; all files where nothing is named.
        write: Whether to write files; else only to say which would change.

    Raises:
        InvalidRulebook: A file cannot be read; nothing is written then.
        UsageError: For a target that does not exist, a library that is not installed, or a file
            that cannot be written.
    """
    desk = Desk.of(book)
    problems: list[Problem] = []
    tidied: dict[str, bytes] = {}
    wanted = sorted(desk.files_of(targets))
    for name in wanted:
        try:
            text = tidy(desk.raw[name].decode("utf-8"), f"{desk.origin}/{name}")
        except UnicodeDecodeError:
            problems += _unreadable(desk, name)
        except InvalidInput as error:
            problems += error.problems
        else:
            if (content := text.encode("utf-8")) != desk.raw[name]:
                tidied[name] = content
    if problems:
        raise InvalidRulebook(problems)
    for name, content in tidied.items() if write else ():
        replace_file(desk.folder / name, content)
    return LaidOut(len(wanted), tuple(f"{desk.origin}/{name}" for name in tidied))


def _unreadable(desk: Desk, name: str) -> tuple[Problem, ...]:
    try:
        desk.document(name)
    except InvalidInput as error:
        return error.problems
    raise AssertionError("what is no UTF-8 cannot be read")
