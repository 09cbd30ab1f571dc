"""Bringing a plan back from its workbook into the profile: three sides are compared.

What the workbook said when it was written, what it says now and what the profile says today: a
change on one side is taken, the same change on both sides is there already, and two different ones
are a clash, of which nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from readiness.analysis.plan.actions import as_written
from readiness.app.choice import NEAREST, RulebookChoice
from readiness.app.rulebooks import open_rulebook
from readiness.calendar import long_date
from readiness.errors import InternalError, InvalidInput, InvalidProfile, Problem
from readiness.files import replace_file
from readiness.model.actions import PROPOSED
from readiness.model.profile import PlanEntry, Profile, ShowsIn
from readiness.model.values import Unfit
from readiness.profile.facts import read_value
from readiness.profile.load import load_profile, profile_files, read_profile
from readiness.profile.plan_file import Edit, Place, edited, plan_places
from readiness.profile.workbook.plan_reading import Change, Recorded, Returned, read_plan
from readiness.render.visible import visible
from readiness.rulebook.rulebook import Rulebook
from readiness.yaml_reader import read_bytes, read_file

_KEYS = {"reaches": "shows_in.reaches", "by": "shows_in.by"}
_WORDS = {"reaches": "aim", "by": "day of the aim"}


def import_plan(
    path: Path, workbook: Path, *, book: RulebookChoice = NEAREST, dry_run: bool = False
) -> str:
    """Take back what was changed in the workbook of a plan, and return what that was, in words.

    Raises:
        InvalidProfile: With every problem found; nothing is written then.
        UsageError: openpyxl is not installed, or a file cannot be written.
    """
    rulebook = open_rulebook(book)
    profile = load_profile(path, rulebook)
    returned = read_plan(workbook)
    merge = _Merge(workbook.as_posix(), rulebook, profile, plan_places(path), returned)
    merge.run()
    if merge.problems:
        raise InvalidProfile(merge.problems)
    lines = [*merge.words]
    if not merge.edits and not merge.added:
        lines.append("Nothing in the plan changes.")
    else:
        contents = edited(merge.places, merge.edits, merge.added, path)
        _verify(path, contents, merge, rulebook)
        for file, content in contents.items():
            if not dry_run:
                replace_file(file, content)
            lines.append(f"{'would change' if dry_run else 'changed'}: {file.as_posix()}")
    lines += [f"not taken: {line}" for line in returned.ignored]
    return "".join(f"{visible(line)}\n" for line in lines)


@dataclass(slots=True)
class _Merge:
    """The three sides, and what is to be written."""

    source: str
    rulebook: Rulebook
    profile: Profile
    places: Mapping[str, Place]
    returned: Returned
    problems: list[Problem] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    added: list[dict[str, Any]] = field(default_factory=list)
    entries: dict[str, PlanEntry] = field(init=False)

    def __post_init__(self) -> None:
        self.entries = {entry.id: entry for entry in self.profile.plan or ()}

    def run(self) -> None:
        """Compare the sides."""
        header = self.profile.council
        if self.returned.council != header.name or self.returned.code != (header.code or ""):
            message = f"this is the plan of {self.returned.council}, the profile is {header.name}'s"
            help = "name the profile from which the workbook was written"
            self.problems.append(Problem(self.source, 0, 0, message, help))
            return
        for id, changes in self.returned.changes.items():
            recorded = self.returned.recorded[id]
            if recorded.proposed:
                self._take_on(id, recorded, changes)
            elif id not in self.entries:
                for change in changes.values():
                    message = f"{id} is no longer in the plan of the profile"
                    self._say(change, message, "write the workbook anew")
            else:
                for change in changes.values():
                    self._change(change, recorded, self.entries[id])

    def _say(self, change: Change, message: str, help: str) -> None:
        row = next((int(w) for w in change.at.replace(",", "").split() if w.isdigit()), 0)
        self.problems.append(Problem(self.source, row, 0, message, help, at=change.at))

    def _change(self, change: Change, recorded: Recorded, entry: PlanEntry) -> None:
        before, now = recorded.values[change.key], _said(entry, change.key)
        new = _text(change.value)
        if now == new:
            self.words.append(f"{change.id}: {_name(change.key)} is {_shown(new)} already")
        elif now != before:
            message = (
                f"the {_name(change.key)} of {change.id} was changed on both sides: "
                f"{_shown(new)} here, {_shown(now)} in the profile ({self.places[change.id]}); "
                f"it was {_shown(before)}"
            )
            self._say(change, message, "agree which of them holds, and write that on both sides")
        elif change.key in _KEYS and not isinstance(entry.shows_in, ShowsIn):
            message = f"{change.id} names no fact in which its impact would show"
            self._say(change, message, "add 'shows_in: {fact: …}' to the profile first")
        elif self._fits(change, entry.shows_in):
            key = _KEYS.get(change.key, change.key)
            value = self._raw(change.value)
            self.edits.append(Edit(change.id, key, value))
            old = _shown(before) if before else "not set"
            self.words.append(f"{change.id}: {_name(change.key)} {old} -> {_shown(new)}")

    def _fits(self, change: Change, shows: ShowsIn | str | None) -> bool:
        """Whether an aim is a value of its fact; say so where it is not."""
        if change.key != "reaches" or not isinstance(shows, ShowsIn):
            return True
        try:
            read_value(self.rulebook.facts[shows.fact], self._raw(change.value))
        except Unfit as error:
            self._say(change, f"the aim of {change.id}: {error}", error.help)
            return False
        return True

    @staticmethod
    def _raw(value: date | str) -> Any:
        """Return a value as the reader of YAML gives it, where it is an aim or words."""
        if isinstance(value, date):
            return value
        try:
            read = read_bytes(f"key: {value}\n".encode(), "aim").data["key"]
        except InvalidInput:
            return value
        return read if not isinstance(read, (dict, list)) else value

    def _take_on(self, id: str, recorded: Recorded, changes: Mapping[str, Change]) -> None:
        """Make an entry of a proposed action whose status was changed."""
        if "status" not in changes:
            what = ", ".join(_name(key) for key in changes)
            at = next(iter(changes.values())).at
            self.words.append(
                f"{id} is still proposed, so that its {what} does not come back ({at}); choose a "
                "status to take it on"
            )
            return
        if id in self.entries:
            change = changes["status"]
            if _said(self.entries[id], "status") == _text(change.value):
                self.words.append(f"{id} is in the plan already")
            else:
                message = f"{id} was taken on already and is in the plan ({self.places[id]})"
                self._say(change, message, "write the workbook anew, and change it there")
            return
        for number in recorded.addresses:
            if number not in self.rulebook.expectations:
                message = f"{id} addresses '{number}', which is no longer in the rulebook"
                self._say(changes["status"], message, "write the workbook anew")
                return
        entry = dict(self._entry(id, recorded, changes))
        shows = entry.get("shows_in")
        aim = changes.get("reaches")
        if aim and isinstance(shows, dict) and not self._fits(aim, ShowsIn(fact=shows["fact"])):
            return
        self.added.append(entry)
        due = entry.get("due")
        day = f", due {long_date(due)}" if isinstance(due, date) else ", no due date"
        self.words.append(f"{id}: taken on; {entry.get('owner', 'nobody')}{day}; {entry['status']}")

    def _entry(
        self, id: str, recorded: Recorded, changes: Mapping[str, Change]
    ) -> Iterator[tuple[str, Any]]:
        said: dict[str, Any] = {key: text for key, text in recorded.values.items() if text}
        for key in ("due", "by"):
            if key in said:
                said[key] = date.fromisoformat(said[key])
        said |= {key: change.value for key, change in changes.items()}
        yield "id", id
        yield "addresses", list(recorded.addresses)
        yield "do", recorded.do
        for key in ("owner", "due"):
            if key in said:
                yield key, said[key]
        if recorded.fact:
            shows = {"fact": recorded.fact}
            shows |= {key: self._raw(said[key]) for key in ("reaches", "by") if key in said}
            yield "shows_in", shows
        yield "status", said.get("status", PROPOSED)


def _said(entry: PlanEntry, key: str) -> str:
    """Return what an entry says, in the words of the hidden sheet."""
    shows = entry.shows_in if isinstance(entry.shows_in, ShowsIn) else None
    values: dict[str, Any] = {
        "status": entry.status.value,
        "owner": entry.owner,
        "due": entry.due,
        "reaches": shows.reaches if shows else None,
        "by": shows.by if shows else None,
    }
    value = values[key]
    return value.isoformat() if isinstance(value, date) else as_written(value) or ""


def _text(value: date | str) -> str:
    return value.isoformat() if isinstance(value, date) else value


def _name(key: str) -> str:
    return _WORDS.get(key, key)


def _shown(text: str) -> str:
    try:
        return long_date(date.fromisoformat(text))
    except ValueError:
        return f"'{text}'" if text else "nothing"


def _verify(path: Path, contents: Mapping[Path, bytes], merge: _Merge, rulebook: Rulebook) -> None:
    """Check that the new text says exactly what was meant, and nothing else changes.

    Raises:
        InvalidProfile: The profile would not be one any more.
        InternalError: It would say something else.
    """
    files = [*profile_files(path), *(f for f in contents if f not in profile_files(path))]
    documents = [
        read_bytes(contents[file], file.as_posix())
        if file in contents
        else read_file(file, file.as_posix())
        for file in files
    ]
    after = read_profile(documents, rulebook)
    meant = {entry.id: _changed(entry, merge.edits) for entry in merge.profile.plan or ()}
    meant |= {one["id"]: PlanEntry.model_validate(one) for one in merge.added}
    found = {entry.id: entry for entry in after.plan or ()}
    others = ("council", "as_of", "facts", "evidence", "standards", "self_evaluation")
    same = all(_bare(after, key) == _bare(merge.profile, key) for key in others)
    if not same or {k: v.model_dump() for k, v in found.items()} != {
        k: v.model_dump() for k, v in meant.items()
    }:
        raise InternalError("the changed plan would not say what was meant; nothing was written")


def _bare(profile: Profile, key: str) -> Any:
    """Return a part of a profile; of facts what they say, without the lines that move."""
    value = getattr(profile, key)
    if key != "facts":
        return value
    return {
        ref: [(e.points, e.evidence, e.note) for e in entries] for ref, entries in value.items()
    }


def _changed(entry: PlanEntry, edits: list[Edit]) -> PlanEntry:
    data = entry.model_dump(by_alias=True)
    for edit in edits:
        if edit.id == entry.id:
            *above, last = edit.key.split(".")
            target = data[above[0]] if above else data
            target[last] = edit.value
    return PlanEntry.model_validate(data)
