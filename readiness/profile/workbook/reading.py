"""From a filled workbook to a profile, or every problem at once.

The cells are brought into the data that a profile in YAML holds, and the reader of profiles does
the rest: there is one reader of what a value may be. A problem is named by sheet, row and heading.
What a sheet holds is read by its headings, so that sheets may have other names and columns other
places.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path as FilePath
from typing import Any

from readiness.errors import InvalidProfile, Problem
from readiness.model.facts import Fact, FactRef
from readiness.model.profile import Profile
from readiness.model.values import near
from readiness.model.vocabulary import Council, FactType, Holder, Region
from readiness.profile.load import read_profile
from readiness.profile.workbook import layout
from readiness.profile.workbook.cells import (
    as_data,
    as_day,
    items_of,
    kind_of,
    number_of,
    period_of,
    share_of,
    slug,
    text_of,
    value_of,
)
from readiness.profile.workbook.layout import plain
from readiness.profile.workbook.opening import Grid, Read, open_workbook
from readiness.profile.workbook.places import NOWHERE, Place, Remarks, SheetDocument
from readiness.profile.workbook.tables import Table, find_table
from readiness.rulebook.rulebook import Rulebook
from readiness.rulebook.thresholds import fact_of
from readiness.yaml_reader import Path


@dataclass(frozen=True, slots=True)
class FromWorkbook:
    """A profile, or a part of one, from a workbook.

    Attributes:
        words: What was read of each sheet, and what was not, in lines.
    """

    profile: Profile
    words: tuple[str, ...]


def read_workbook(path: FilePath, rulebook: Rulebook) -> FromWorkbook:
    """Return what a workbook says, which may be a part of a profile.

    Raises:
        InvalidProfile: With every problem found.
        UsageError: openpyxl is not installed.
    """
    return read_grids(path.as_posix(), open_workbook(path), rulebook)


def read_grids(source: str, grids: Iterable[Grid], rulebook: Rulebook) -> FromWorkbook:
    """Return what sheets say together.

    Args:
        source: The workbook as the user knows it.

    Raises:
        InvalidProfile: With every problem found.
    """
    reader = _Reader(source, rulebook)
    for grid in grids:
        reader.take(grid)
    return reader.finish()


_STATES = {plain(words): state.value for state, words in layout.STATE_WORDS.items()}
_STATES |= {
    "not known": "unknown",
    "don t know": "unknown",
    "n a": "not_applicable",
    "na": "not_applicable",
    "unreadable": "unreadable",
}
_YES_NO = {"yes": True, "y": True, "true": True, "no": False, "n": False, "false": False}
_CLAIMED: Mapping[str, Callable[[Read], Any]] = {"value": value_of, "period": as_data}
_COUNCIL = {plain(word): word.value for word in (*Council, *Region)}
_HOLDERS = {plain(holder.words): holder.value for holder in Holder}


class _Reader:
    def __init__(self, source: str, rulebook: Rulebook) -> None:
        self.source = source
        self.rulebook = rulebook
        self.data: dict[str, Any] = {}
        self.places: dict[Path, Place] = {(): Place("?")}
        self.remarks = Remarks(source)
        self.say, self.words = self.remarks.say, self.remarks.words
        self.counts: dict[str, str] = {}
        self.tables: list[Table] = []
        self.listed: list[tuple[str, str]] = []
        self.titles: dict[str, list[str]] = {}
        self.statements: dict[FactRef, list[tuple[dict[str, Any], dict[Path, Place]]]] = {}
        self.plan_said: tuple[str, Place] | None = None
        self.evaluation_dated: Any = None

    # ---- sheets ----

    def take(self, grid: Grid) -> None:
        """Find out what a sheet holds."""
        if not grid.rows:
            return
        table = find_table(grid, self.remarks)
        if table is None:
            if plain(grid.name) != "instructions":
                self.words.append(
                    f"  sheet {grid.name}: not read, its headings are none that are known "
                    f"({len(grid.rows)} rows)"
                )
            return
        self.tables.append(table)
        for merged in grid.merged:
            row = int(re.sub(r"[A-Z]+", "", merged.partition(":")[0]))
            if row >= table.row and table.kind != "contents":
                help = "undo the merge, and write what belongs into each cell"
                place = Place(grid.name, row)
                self.say(place, f"the cells {merged} are merged into one", help)

    def finish(self) -> FromWorkbook:
        """Return what the workbook says.

        Raises:
            InvalidProfile: With every problem found.
        """
        if not self.tables:
            help = "take the workbook that 'readiness profile template' makes"
            what = "no sheet of this workbook has headings that are known"
            self.remarks.problems.append(Problem(self.source, 0, 0, what, help))
        for table in sorted(self.tables, key=lambda table: table.kind != "evidence"):
            counts = getattr(self, f"_{table.kind}")(table)
            if counts is not None:
                self.counts[table.grid.name] = counts
        self._put_facts()
        self._plan_and_evaluation()
        self._missing_sheets()
        document = SheetDocument(self.source, self.data, (), NOWHERE, self.places)
        others: list[Problem] = []
        profile: Profile | None = None
        try:
            profile = read_profile([document], self.rulebook, part=True)
        except InvalidProfile as error:
            others = list(error.problems)
        if self.remarks.problems or profile is None:
            raise InvalidProfile([*self.remarks.problems, *others])
        names = [table.grid.name for table in self.tables if table.grid.name in self.counts]
        read = [f"  sheet {name}: {self.counts[name]}" for name in names]
        return FromWorkbook(profile, (*read, *self.words))

    def _plan_and_evaluation(self) -> None:
        if self.plan_said is not None:
            word, place = self.plan_said
            entries = self.data.get("plan")
            if word == "no" and entries:
                help = "write yes, or take the entries out"
                self.say(place, "it says that there is no plan, and the plan has entries", help)
            elif word == "no":
                self.data["plan"] = []
            elif word == "yes" and not entries:
                help = "add its entries to the sheet Plan, or leave the answer empty"
                self.say(place, "it says that there is a plan, and there is no entry", help)
            elif word not in ("yes", "no"):
                self.say(place, f"'{word}' is neither yes nor no", "write yes, no or nothing")
        claims = self.data.get("self_evaluation")
        if self.evaluation_dated is not None:
            self.data["self_evaluation"] = {"dated": self.evaluation_dated, **(claims or {})}

    def _missing_sheets(self) -> None:
        there = {plain(table.grid.name) for table in self.tables}
        for name, rows in self.listed:
            if plain(name) not in there:
                self.words.append(f"  sheet {name} ({rows} rows to fill) is not in it by that name")

    # ---- cells ----

    def _row(self, table: Table, number: int) -> dict[str, Read]:
        """Return the cells of a row that hold something, by key of column."""
        cells = table.grid.rows[number]
        row: dict[str, Read] = {}
        for key, at in table.at.items():
            cell = cells.get(at)
            if cell is None or cell.value == layout.CLOSED:
                continue
            if cell.formula:
                cell = self._formula(table.place(number, key), cell)
                if cell is None:
                    continue
            row[key] = cell
        return row

    def _formula(self, place: Place, cell: Read) -> Read | None:
        """Return a cell of a formula with the value that it last had."""
        broken = cell.value is None or str(cell.value).startswith("#")
        if broken:
            what = "the cell holds a formula without a usable value"
            self.say(place, what, "write the value itself")
            return None
        self.words.append(f"  {place}: a formula; the value that it last had is read")
        return Read(cell.value, cell.percent)

    def _day(self, cell: Read, place: Place) -> Any:
        """Return a date however it was written, or the words that stand there."""
        value = cell.value
        if isinstance(value, date):
            return value
        if (
            isinstance(value, (int, float))
            and not isinstance(value, bool)
            and 20_000 < value < 80_000
        ):
            day = date(1899, 12, 30) + timedelta(days=int(float(value)))
            self.words.append(f"  {place}: {value} is read as the date {day.isoformat()}")
            return day
        return as_day(str(value)) or str(value).strip()

    def _put(self, path: Path, value: Any, place: Place) -> None:
        """Put a value at a path of the data, and remember where it stands."""
        here: Any = self.data
        for step in path[:-1]:
            here = here.setdefault(step, {})
        here[path[-1]] = value
        self._mark(path, value, place)

    def _mark(self, path: Path, value: Any, place: Place) -> None:
        self.places[path] = place
        if isinstance(value, dict):
            for key, inner in value.items():
                if (*path, key) not in self.places:
                    self._mark((*path, key), inner, place)
        elif isinstance(value, list):
            for number, inner in enumerate(value):
                self._mark((*path, number), inner, place)

    # ---- facts ----

    def _facts(self, table: Table) -> str | None:
        if "reference" not in table.at:
            return None
        answered = blank = headers = 0
        for number in sorted(table.grid.rows):
            if number <= table.row:
                continue
            row = self._row(table, number)
            given = {column.key for column in layout.FACT_COLUMNS if column.given}
            filled = {key: cell for key, cell in row.items() if key not in given}
            name = str(row["reference"].value).strip() if "reference" in row else ""
            if name in layout.HEADER:
                headers += 1
                if name == "council.name":
                    self.places[("council",)] = table.place(number, "answer")
                if filled:
                    self._council(name, filled, table, number)
                continue
            if not filled:
                blank += bool(row)
                continue
            answered += 1
            ref = self._ref(name, table, number)
            if ref is None:
                continue
            said = self._statement(ref, filled, table, number)
            if said is not None:
                self.statements.setdefault(ref, []).append(said)
        if headers and not answered + blank:
            return f"{headers} rows about the council"
        rows = answered + blank
        return f"{rows} {'row' if rows == 1 else 'rows'}; {answered} answered, {blank} left empty"

    def _put_facts(self) -> None:
        """Put what the rows of all sheets say of facts; several rows of one fact disagree."""
        for ref, said in self.statements.items():
            path: Path = ("facts", ref.id) if ref.member is None else ("facts", ref.id, ref.member)
            if len(said) == 1:
                self._put(path, said[0][0], said[0][1][()])
                self._place(path, said[0][1])
                continue
            listed = [statement for statement, _ in said]
            self._put(path, {"conflicting": listed}, said[0][1][()])
            for number, (_, places) in enumerate(said):
                self._place((*path, "conflicting", number), places)

    def _place(self, path: Path, places: Mapping[Path, Place]) -> None:
        for inner, place in places.items():
            self.places[path + inner] = place

    def _ref(self, name: str, table: Table, number: int) -> FactRef | None:
        """Return the fact that a reference names."""
        place = table.place(number, "reference")
        if not name:
            help = "copy the reference of its question into the row"
            self.say(place, "the row has an answer, but no reference", help)
            return None
        id, _, rest = name.partition("[")
        member = rest.rstrip("]").strip() or None
        fact = self.rulebook.facts.get(id.strip())
        if fact is None:
            help = near(id, list(self.rulebook.facts), "see: readiness facts list")
            self.say(place, f"no fact has the reference '{id}'", help)
            return None
        members = self.rulebook.dimensions[fact.for_each].members if fact.for_each else {}
        if member is None and not members:
            return FactRef(fact.id)
        if member not in members:
            first = next(iter(members), "")
            help = near(member or "", list(members), f"such as {fact.id}[{first}]")
            what = f"'{name}' names no {fact.for_each}" if members else f"'{fact.id}' is one fact"
            self.say(place, what, help if members else f"write {fact.id}")
            return None
        return FactRef(fact.id, member)

    def _statement(
        self, ref: FactRef, row: dict[str, Read], table: Table, number: int
    ) -> tuple[dict[str, Any], dict[Path, Place]] | None:
        """Return what a row says of a fact, and where each part of it stands.

        None where it cannot be told, which has been said.
        """
        fact = self.rulebook.fact(ref)
        made: dict[str, Any] = {}
        places: dict[Path, Place] = {(): table.place(number)}

        def put(key: str, value: Any, column: str) -> None:
            made[key] = value
            places[(key,)] = table.place(number, column)

        answer, said_at = row.get("answer"), "no_answer"
        state = _STATES.get(plain(answer.value)) if answer else None
        if state is not None and fact.type not in (FactType.TEXT, FactType.LIST):
            if "no_answer" not in row:
                row["no_answer"], said_at = Read(answer.value if answer else None), "answer"
            answer = None
        if answer is not None:
            key = "stands" if fact.type is FactType.JUDGEMENT else "value"
            put(key, self._answer(fact, answer, table.place(number, "answer")), "answer")
        for key in ("numerator", "denominator", "respondents", "asked"):
            if key in row:
                put(key, number_of(row[key]), key)
        reason = text_of(row["reason"]) if "reason" in row else None
        if "no_answer" in row:
            place = table.place(number, said_at)
            put(*self._no_answer(row["no_answer"], reason, place), said_at)
            reason = None
        note = [text_of(row["note"])] if "note" in row else []
        if reason is not None:  # a reason beside an answer is kept with it
            note.append(f"reason given: {reason}")
        if note:
            put("note", "; ".join(note), "note")
        if "dated" in row:
            put("dated", self._day(row["dated"], table.place(number, "dated")), "dated")
        source = [text_of(row["source"])] if "source" in row else []
        if "by" in row:
            if fact.type is FactType.JUDGEMENT:
                put("by", text_of(row["by"]), "by")
            else:
                source.insert(0, text_of(row["by"]))
        if source:
            put("source", "; ".join(source), "source")
        evidence = self._cited(fact, row, table, number)
        if evidence is not None:
            put("evidence", evidence, "evidence")
        told = self._periods(fact, row, made, places, table, number)
        return (made, places) if told else None

    def _answer(self, fact: Fact, cell: Read, place: Place) -> Any:
        """Return an answer as the YAML of a profile would hold it."""
        value = cell.value
        if fact.type is FactType.DATE:
            day = self._day(cell, place)
            return "not_yet" if isinstance(day, str) and plain(day) == "not yet" else day
        if fact.type is FactType.YES_NO:
            return _YES_NO.get(plain(value), text_of(cell))
        if fact.type in (FactType.SHARE, FactType.SURVEY):
            return share_of(cell)
        if fact.type in (FactType.COUNT, FactType.RATE, FactType.NUMBER):
            return number_of(cell)
        if fact.type is FactType.DURATION:
            amount = number_of(cell)
            is_number = isinstance(amount, (int, Decimal)) and not isinstance(amount, bool)
            return f"{amount:f} {fact.unit}" if is_number and fact.unit else text_of(cell)
        if fact.type is FactType.LIST:
            return items_of(str(value))
        if fact.type is FactType.JUDGEMENT:
            return plain(value).replace(" ", "_")
        if fact.type is FactType.CHOICE:
            words = {plain(choice): choice for choice in fact.values}
            return words.get(plain(value), text_of(cell))
        return text_of(cell)

    def _no_answer(self, cell: Read, reason: str | None, place: Place) -> tuple[str, str | bool]:
        """Return why there is no answer, as the YAML of a profile would hold it."""
        words = text_of(cell)
        state = _STATES.get(plain(words))
        if state is None:
            choices = list(layout.STATE_WORDS.values())
            help = near(words, choices, f"choose one of: {', '.join(choices)}")
            self.say(place, f"'{words}' is not one of the words for no answer", help)
            state = "unknown"
        return state, reason if reason is not None else True

    def _periods(
        self,
        fact: Fact,
        row: Mapping[str, Read],
        made: dict[str, Any],
        places: dict[Path, Place],
        table: Table,
        number: int,
    ) -> bool:
        """Put the period of an answer, or make a series of it and its earlier periods.

        Returns:
            Whether that could be done.
        """
        numbers = sorted(
            int(key.partition("_")[2]) for key in row if re.fullmatch(r"(period|figure)_\d+", key)
        )
        if not numbers:
            if "period" in row:
                made["period"] = period_of(row["period"])
                places[("period",)] = table.place(number, "period")
            return True
        values = {"value", "numerator", "denominator", *_STATES.values()}
        newest = {key: made.pop(key) for key in list(made) if key in values}
        newest_places = {key: places.pop((key,)) for key in newest}
        if "period" not in row:
            help = f"write the period of the answer, or '{layout.NO_EARLIER}' for none"
            what = "there are earlier periods, but the answer has none itself"
            self.say(table.place(number, "period"), what, help)
            return False
        series: dict[str, Any] = {}
        before = len(self.remarks.problems)
        key = str(period_of(row["period"]))
        if newest:
            only = newest.keys() == {"value"}
            series[key] = newest["value"] if only else newest
            places[("series", key)] = table.place(number, "period")
            for name, place in newest_places.items():
                places[("series", key) if only else ("series", key, name)] = place
        for at in dict.fromkeys(numbers):
            period, figure = row.get(f"period_{at}"), row.get(f"figure_{at}")
            if figure is None and period is not None and plain(period.value) == layout.NO_EARLIER:
                continue
            lacking = "period" if period is None else "figure" if figure is None else None
            if period is None or figure is None:
                what = f"an earlier {'figure' if lacking == 'period' else 'period'} stands alone"
                place = table.place(number, f"{'figure' if lacking == 'period' else 'period'}_{at}")
                self.say(place, what, f"give its {lacking} too, or take it out")
                continue
            name = str(period_of(period))
            if name in series:
                place = table.place(number, f"period_{at}")
                self.say(place, f"the period {name} is given twice", "keep one of them")
                continue
            series[name] = self._figure(fact, figure, table.place(number, f"figure_{at}"))
            places[("series", name)] = table.place(number, f"period_{at}")
            for inner in series[name] if isinstance(series[name], dict) else ():
                places[("series", name, inner)] = table.place(number, f"figure_{at}")
        made["series"] = series
        places[("series",)] = table.place(number, "period")
        return len(self.remarks.problems) == before

    def _figure(self, fact: Fact, cell: Read, place: Place) -> Any:
        """Return an earlier figure, or why there is none."""
        if isinstance(cell.value, str):
            word, _, reason = cell.value.partition(":")
            state = _STATES.get(plain(word))
            if state is not None:
                return {state: reason.strip() or True}
        return self._answer(fact, cell, place)

    def _cited(
        self, fact: Fact, row: Mapping[str, Read], table: Table, number: int
    ) -> list[str] | str | None:
        """Return the ids of the evidence that a row names; an item of its own gets one."""
        about = {
            key: row[f"evidence_{key}"] for key in ("kind", "dated") if f"evidence_{key}" in row
        }
        if "evidence" not in row:
            if about:
                place = table.place(number, "evidence")
                self.say(place, "evidence has a kind or a date, but no title", "name the item")
            return None
        named = items_of(text_of(row["evidence"]))
        if [plain(one) for one in named] == ["none"] and not about:
            return "none"
        ids: list[str] = []
        for title in named:
            known = self.titles.get(title.casefold(), [])
            if not about and len(known) == 1:
                ids.append(known[0])
            elif title in self.data.get("evidence", {}):
                ids.append(title)
            elif about:
                ids.append(self._item(title, about, fact, table, number))
            else:
                place = table.place(number, "evidence")
                several = f"{len(known)} items are called" if known else "no item is called"
                help = "give its kind and its date beside it, or list it on the sheet Evidence"
                self.say(place, f"{several} '{title}'", help if not known else "write its id")
        return ids

    def _item(
        self, title: str, about: Mapping[str, Read], fact: Fact, table: Table, number: int
    ) -> str:
        """Add an evidence item that a row of answers brings with it, and return its id."""
        item: dict[str, Any] = {"title": title}
        if "kind" in about:
            item["kind"] = kind_of(about["kind"])
        if "dated" in about:
            place = table.place(number, "evidence_dated")
            item["dated"] = self._day(about["dated"], place)
        item["holder"] = fact.holder.value
        day = item.get("dated")
        id = slug(f"{title} {day.isoformat()[:7]}" if isinstance(day, date) else title)
        held = self.data.setdefault("evidence", {})
        free, more = id, 1
        while free in held and held[free] != item:
            more += 1
            free = f"{id}-{more}"
        if free not in held:
            self._put(("evidence", free), item, table.place(number, "evidence"))
            for key in about:
                self.places[("evidence", free, key)] = table.place(number, f"evidence_{key}")
        return free

    def _council(self, name: str, row: Mapping[str, Read], table: Table, number: int) -> None:
        """Put one answer about the council."""
        place = table.place(number, "answer")
        cell = row.get("answer")
        if cell is None or len(row) > 1:
            self.say(table.place(number), "this row takes one answer", "write it under 'Answer'")
            return
        if name == "has_plan":
            self.plan_said = plain(cell.value), place
        elif name == "self_evaluation.dated":
            self.evaluation_dated = self._day(cell, place)
            self.places[("self_evaluation",)] = place
            self.places[("self_evaluation", "dated")] = place
        elif name == "as_of":
            self._put(("as_of",), self._day(cell, place), place)
        else:
            key = name.partition(".")[2]
            value: Any = text_of(cell)
            value = items_of(value) if key == "icbs" else _COUNCIL.get(plain(value), value)
            self._put(("council", key), value, place)
            self.places.setdefault(("council",), place)

    # ---- the other sheets ----

    def _rows(self, table: Table) -> Iterator[tuple[int, dict[str, Read]]]:
        for number in sorted(table.grid.rows):
            if number > table.row and (row := self._row(table, number)):
                yield number, row

    def _page(self, path: Path, table: Table, number: int, values: Mapping[str, Any]) -> None:
        """Put a page such as an evidence item, each value with its place."""
        self._mark(path, {}, table.place(number))
        for key, value in values.items():
            self._mark((*path, key), value, table.place(number, key))

    def _evidence(self, table: Table) -> str:
        count = 0
        held = self.data.setdefault("evidence", {})
        for number, row in self._rows(table):
            count += 1
            item: dict[str, Any] = {}
            for key in ("title", "note", "ready_in"):
                if key in row:
                    item[key] = text_of(row[key])
            if "kind" in row:
                item["kind"] = kind_of(row["kind"])
            if "dated" in row:
                item["dated"] = self._day(row["dated"], table.place(number, "dated"))
            if "holder" in row:
                words = text_of(row["holder"])
                item["holder"] = _HOLDERS.get(plain(words), words)
            if "serves" in row:
                item["serves"] = items_of(text_of(row["serves"]))
            id = text_of(row["id"]) if "id" in row else slug(item.get("title", "item"))
            if id in held:
                help = "give each item a short name of its own"
                self.say(table.place(number, "id"), f"the evidence id '{id}' is given twice", help)
                continue
            held[id] = item
            self._page(("evidence", id), table, number, item)
            self.titles.setdefault(str(item.get("title", "")).casefold(), []).append(id)
        return _items_read(count)

    def _standards(self, table: Table) -> str:
        answered = blank = 0
        for number, row in self._rows(table):
            filled = row.keys() & {"value", "agreed_by", "dated", "none"}
            if not filled:
                blank += 1
                continue
            answered += 1
            name = text_of(row["id"]) if "id" in row else ""
            path: Path = ("standards", name)
            if name in self.data.get("standards", {}):
                what = f"the standard '{name}' is given twice"
                self.say(table.place(number, "id"), what, "keep one of the rows")
                continue
            if "none" in row:
                word = text_of(row["none"])
                if plain(word) != "none" or len(filled) > 1:
                    place = table.place(number, "none")
                    self.say(place, "a standard is agreed, or none is", "keep one of the two")
                self._put(path, "none", table.place(number, "id"))
                continue
            standard: dict[str, Any] = {}
            if "value" in row:
                standard["value"] = self._agreed(name, row["value"])
            if "agreed_by" in row:
                standard["agreed_by"] = text_of(row["agreed_by"])
            if "dated" in row:
                standard["dated"] = self._day(row["dated"], table.place(number, "dated"))
            self._put(path, standard, table.place(number, "id"))
            self._page(path, table, number, standard)
        return f"{answered + blank} rows; {answered} answered, {blank} left empty"

    def _agreed(self, name: str, cell: Read) -> Any:
        """Return what was agreed as a standard; a number is in the unit of its fact."""
        value = value_of(cell)
        id, _, threshold = name.partition(".")
        if isinstance(value, (int, Decimal)) and id in self.rulebook.expectations:
            fact = fact_of(self.rulebook, id, threshold)
            if fact is not None and fact.type is FactType.DURATION and fact.unit is not None:
                return f"{Decimal(value):f} {fact.unit}"
        return value

    def _plan(self, table: Table) -> str:
        entries: list[Any] = self.data.get("plan", [])
        before = len(entries)
        for number, row in self._rows(table):
            entry: dict[str, Any] = {}
            for key in ("id", "do", "owner"):
                if key in row:
                    entry[key] = text_of(row[key])
            if "addresses" in row:
                entry["addresses"] = items_of(text_of(row["addresses"]))
            if "due" in row:
                entry["due"] = self._day(row["due"], table.place(number, "due"))
            if "status" in row:
                entry["status"] = plain(row["status"].value)
            shows = row.keys() & {"fact", "for", "reaches", "by"}
            if shows:
                shown: dict[str, Any] = {}
                for key in ("fact", "for"):
                    if key in row:
                        shown[key] = text_of(row[key])
                if "reaches" in row:
                    shown["reaches"] = value_of(row["reaches"])
                if "by" in row:
                    shown["by"] = self._day(row["by"], table.place(number, "by"))
                entry["shows_in"] = shown
                if "words" in row:
                    place = table.place(number, "words")
                    self.say(place, "it shows in a fact and in words", "keep one of the two")
            elif "words" in row:
                entry["shows_in"] = text_of(row["words"])
            path: Path = ("plan", len(entries))
            entries.append(entry)
            self._page(path, table, number, entry)
            for key in shows:
                self._mark((*path, "shows_in", key), None, table.place(number, key))
        if entries:
            self.data["plan"] = entries
            self.places.setdefault(("plan",), Place(table.grid.name))
        return _items_read(len(entries) - before)

    def _claims(self, table: Table) -> str:
        claims: list[Any] = self.data.get("self_evaluation", {}).get("claims", [])
        before = len(claims)
        for number, row in self._rows(table):
            claim: dict[str, Any] = {
                key: _CLAIMED.get(key, text_of)(row[key])
                for key in ("fact", "for", "value", "period", "criterion", "rated", "said_in")
                if key in row
            }
            self._page(("self_evaluation", "claims", len(claims)), table, number, claim)
            claims.append(claim)
        if claims:
            self.data["self_evaluation"] = {"claims": claims}
            self.places.setdefault(("self_evaluation",), Place(table.grid.name))
        return _items_read(len(claims) - before)

    def _acceptances(self, table: Table) -> str:
        accepted: list[Any] = self.data.get("acceptances", [])
        before = len(accepted)
        for number, row in self._rows(table):
            one: dict[str, Any] = {
                key: text_of(row[key]) for key in ("expectation", "by", "reason") if key in row
            }
            if "until" in row:
                one["until"] = self._day(row["until"], table.place(number, "until"))
            self._page(("acceptances", len(accepted)), table, number, one)
            accepted.append(one)
        if accepted:
            self.data["acceptances"] = accepted
        return _items_read(len(accepted) - before)

    def _context(self, table: Table) -> str:
        count = 0
        for number, row in self._rows(table):
            count += 1
            ref = self._ref(text_of(row["reference"]) if "reference" in row else "", table, number)
            if ref is None:
                continue
            figure: dict[str, Any] = {}
            if ref.member is not None:
                figure["for"] = ref.member
            for key in ("place", "source"):
                if key in row:
                    figure[key] = text_of(row[key])
            if "withheld" in row:
                figure["withheld"] = number_of(row["withheld"])
            if "period" in row:
                figure["period"] = period_of(row["period"])
            if "published" in row:
                figure["published"] = self._day(row["published"], table.place(number, "published"))
            fact = self.rulebook.fact(ref)
            values = [
                self._answer(fact, Read(one), table.place(number, "values"))
                for one in (text_of(row["values"]).split("\n") if "values" in row else ())
            ]
            if figure.get("place") == "neighbours":
                figure["values"] = values
            elif values:
                figure["value"] = values[0]
            listed = self.data.setdefault("context", {}).setdefault(ref.id, [])
            self._page(("context", ref.id, len(listed)), table, number, figure)
            listed.append(figure)
        return _items_read(count)

    def _contents(self, table: Table) -> None:
        for _, row in self._rows(table):
            if "sheet" in row and "questions" in row:
                rows = text_of(row["questions"])
                if rows.isdigit():
                    self.listed.append((text_of(row["sheet"]), rows))


def _items_read(count: int) -> str:
    return f"{count} {'row' if count == 1 else 'rows'} read"
