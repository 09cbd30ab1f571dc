"""From the dictionary, and a profile where one is given, to sheets of cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from readiness.model.conditions import Stable, facts_of
from readiness.model.facts import Fact, FactRef
from readiness.model.profile import Entry, Profile, State
from readiness.model.vocabulary import (
    NUMERIC_TYPES,
    Basis,
    Council,
    Depth,
    FactType,
    Holder,
    Region,
    Stands,
)
from readiness.profile.data import context_data, entry_data, page_data
from readiness.profile.workbook import layout
from readiness.profile.workbook.layout import Cell, Sheet
from readiness.rulebook.rulebook import Rulebook
from readiness.rulebook.thresholds import fact_of

OTHER = "Other questions"
"""Sheet of facts of the council that no service is named for."""

EARLIER_PERIODS = 3
"""Earlier periods that a sheet has room for, where no rule needs more."""

Row = Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Choice:
    """Which facts a workbook asks for.

    Attributes:
        frameworks: Only what these ask; empty for all.
        holder: Only what this organisation holds, and only its sheets.
    """

    depth: Depth = Depth.FULL
    frameworks: tuple[str, ...] = ()
    holder: Holder | None = None


@dataclass(frozen=True, slots=True)
class Workbook:
    """The sheets of a workbook, in order.

    Attributes:
        title: Of the whole, for its properties.
        asking: Names of the sheets that ask for facts.
        left_out: Facts of the profile that the choice leaves out.
    """

    title: str
    sheets: tuple[Sheet, ...]
    asking: tuple[str, ...]
    left_out: tuple[str, ...] = ()


def make(rulebook: Rulebook, choice: Choice, profile: Profile | None = None) -> Workbook:
    """Return the workbook that asks for facts, filled with what a profile says of them."""
    maker = _Maker(rulebook, choice, profile)
    wanted = [ref for ref in _refs(rulebook) if maker.wants(ref)]
    asked = list(maker.by_sheet(wanted))
    sheets = [maker.council()]
    sheets += [maker.facts(name, who, refs) for name, who, refs in asked]
    sheets.append(maker.evidence())
    if choice.holder in (None, Holder.LOCAL_AUTHORITY):
        sheets += [maker.standards(), maker.plan(), maker.claims(), maker.acceptances()]
    if profile is not None and profile.context:
        sheets.append(maker.context())
    held = set(wanted)
    left_out = [str(ref) for ref in profile.facts if ref not in held] if profile else []
    name = f"{profile.council.name}: " if profile else ""
    title = f"{name}what a profile asks for"
    return Workbook(title, tuple(sheets), tuple(name for name, _, _ in asked), tuple(left_out))


def _refs(rulebook: Rulebook) -> Iterator[FactRef]:
    for fact in rulebook.facts.values():
        if fact.for_each is None:
            yield FactRef(fact.id)
        else:
            for member in rulebook.dimensions[fact.for_each].members:
                yield FactRef(fact.id, member)


@dataclass(slots=True)
class _Maker:
    rulebook: Rulebook
    choice: Choice
    profile: Profile | None
    owners: dict[str, Counter[str]] = field(default_factory=dict)
    essential: set[str] = field(default_factory=set)
    inside: set[str] = field(default_factory=set)
    points: dict[str, int] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        frameworks = set(self.choice.frameworks)
        for e in self.rulebook.expectations.values():
            places = {place.split("/")[0] for place in (e.framework, *e.also)}
            for leaf in self.rulebook.conditions[e.id].leaves:
                for ref in facts_of(leaf):
                    self.owners.setdefault(ref.id, Counter())[e.owner] += 1
                    if e.depth is Depth.ESSENTIAL:
                        self.essential.add(ref.id)
                    if places & frameworks:
                        self.inside.add(ref.id)
                    if isinstance(leaf, Stable):
                        self.points[ref.id] = max(leaf.points, self.points.get(ref.id, 0))
        if self.profile is not None:
            counts = Counter(item.title for item in self.profile.evidence.values())
            self.titles = {
                id: item.title if counts[item.title] == 1 and _is_title(item.title) else id
                for id, item in self.profile.evidence.items()
            }

    def wants(self, ref: FactRef) -> bool:
        """Whether the choice asks for a fact."""
        fact, choice = self.rulebook.fact(ref), self.choice
        return (
            (choice.depth is Depth.FULL or ref.id in self.essential)
            and (not choice.frameworks or ref.id in self.inside)
            and choice.holder in (None, fact.holder)
        )

    def by_sheet(self, refs: Sequence[FactRef]) -> Iterator[tuple[str, str, list[FactRef]]]:
        """Yield the sheets that ask for facts: name, who fills it, and the facts."""
        inside: dict[str, list[FactRef]] = {}
        for ref in refs:
            inside.setdefault(self._sheet_of(ref), []).append(ref)
        titles = [service.title for service in self.rulebook.services.values()]
        for name in [*titles, OTHER]:
            if name in inside:
                yield name, f"the council: {_few(self._owners(inside[name]))}", inside[name]
        for holder in Holder:
            name = _sheet_name(holder)
            if holder is not Holder.LOCAL_AUTHORITY and name in inside:
                yield name, holder.words, inside[name]

    def _sheet_of(self, ref: FactRef) -> str:
        fact = self.rulebook.fact(ref)
        if fact.holder is not Holder.LOCAL_AUTHORITY:
            return _sheet_name(fact.holder)
        service = self.rulebook.service_of(fact)
        return OTHER if service is None else self.rulebook.services[service].title

    def _owners(self, refs: Iterable[FactRef]) -> list[str]:
        counts: Counter[str] = Counter()
        for id in {ref.id: None for ref in refs}:
            counts.update(self.owners.get(id, {}))
        return [owner for owner, _ in counts.most_common()]

    # ---- facts ----

    def facts(self, name: str, who: str, refs: Sequence[FactRef]) -> Sheet:
        """Return a sheet that asks for facts, one row each, or more where sources disagree."""
        said = {ref: self.profile.facts.get(ref, ()) if self.profile else () for ref in refs}
        lengths = [len(e.points) - 1 for entries in said.values() for e in entries if e.series]
        lengths += [self.points.get(ref.id, 0) - 1 for ref in refs]
        series = [ref for ref in refs if self.rulebook.fact(ref).type in NUMERIC_TYPES]
        earlier = max([EARLIER_PERIODS, *lengths]) if series else 0
        survey = any(self.rulebook.fact(ref).type is FactType.SURVEY for ref in refs)
        columns = [
            column
            for column in layout.FACT_COLUMNS
            if survey or column not in (layout.RESPONDENTS, layout.ASKED)
        ]
        for number in range(1, earlier + 1):
            columns += layout.earlier(number)
        rows: list[Row] = []
        for ref in refs:
            given = self._given(ref)
            for entry in said[ref] or (None,):
                rows.append({**given, **self._answer(ref, entry, earlier)})
        return Sheet(
            name,
            who,
            f"{name}: {len(refs)} questions. Please fill the columns from Answer to Note, and "
            "earlier periods where you have them. A dash: the row does not need this cell.",
            tuple(columns),
            tuple(rows),
            questions=len(refs),
        )

    def _given(self, ref: FactRef) -> dict[str, Cell]:
        """Return what the workbook says of a fact."""
        fact = self.rulebook.fact(ref)
        question, counts = fact.ask or f"{fact.title}?", fact.definition
        how = how_to_answer(self.rulebook, fact)
        if fact.for_each is not None:
            first, *_ = self.rulebook.dimensions[fact.for_each].members.items()
            if ref.member != first[0]:
                question = counts = how = f"As in the row of '{first[1]}'."
        owners = self.owners.get(ref.id, Counter()).most_common(1)
        texts = {
            layout.REFERENCE: str(ref),
            layout.WHAT: self.rulebook.fact_title(ref),
            layout.FIRST: "yes" if ref.id in self.essential else "",
            layout.QUESTION: question,
            layout.COUNTS: counts,
            layout.HOW: how,
            layout.ASK: owners[0][0] if owners else fact.holder.words,
        }
        return {column.key: Cell(text) for column, text in texts.items()}

    def _answer(self, ref: FactRef, entry: Entry | None, earlier: int) -> dict[str, Cell]:
        """Return the cells to be filled, with what one statement says."""
        fact = self.rulebook.fact(ref)
        cells = dict(_to_fill(fact, earlier))
        if entry is not None:
            for key, value in self._said(fact, entry):
                cells[key] = replace(cells.get(key, Cell()), **value)
        return cells

    def _said(self, fact: Fact, entry: Entry) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield what a statement says, by column."""
        data = entry_data(fact, entry)
        if "series" in data:
            *before, (key, newest) = data.pop("series").items()
            data.update(newest if isinstance(newest, dict) else {"value": newest})
            data["period"] = key
            if not before:
                yield "period_1", {"value": layout.NO_EARLIER}
            for number, (period, figure) in enumerate(reversed(before), 1):
                yield f"period_{number}", {"value": period}
                yield f"figure_{number}", _shown(figure_text(figure))
        for key, value in data.items():
            if key in ("value", "stands"):
                yield from _value(fact, value)
            elif key in layout_states():
                yield layout.NO_ANSWER.key, {"value": layout_states()[key]}
                if value is not True:
                    yield layout.REASON.key, {"value": value}
            elif key == "evidence":
                items = [value] if isinstance(value, str) else [self.titles[id] for id in value]
                yield key, {"value": "\n".join(items)}
            else:
                yield key, _shown(value)

    # ---- what stands beside facts ----

    def council(self) -> Sheet:
        """Return the sheet about the council itself."""
        held: dict[str, Any] = {}
        if self.profile is not None:
            header = page_data(self.profile.council)
            held = {f"council.{key}": value for key, value in header.items()}
            held["as_of"] = self.profile.as_of
            if self.profile.plan is not None:
                held["has_plan"] = "yes" if self.profile.plan else "no"
            if self.profile.self_evaluation is not None:
                held["self_evaluation.dated"] = self.profile.self_evaluation.dated
        choices = {
            "council.kind": tuple(Council),
            "council.region": tuple(Region),
            "has_plan": ("yes", "no"),
        }
        keys = list(layout.HEADER)
        if self.choice.holder not in (None, Holder.LOCAL_AUTHORITY):
            keys = keys[:2]
        rows: list[Row] = []
        for key in keys:
            what, how = layout.HEADER[key]
            value = held.get(key)
            answer = Cell(
                "\n".join(value) if isinstance(value, list) else value,
                "date" if key in ("as_of", "self_evaluation.dated") else "text",
                choices.get(key, ()),
            )
            rows.append(
                {
                    "reference": Cell(key),
                    "what": Cell(what),
                    "how": Cell(how),
                    "answer": answer,
                }
            )
        columns = (
            layout.REFERENCE,
            replace(layout.WHAT, width=44),
            replace(layout.HOW, width=60),
            replace(layout.ANSWER, width=40),
        )
        return Sheet(
            "Council",
            "whoever sends the workbook out",
            "The council that this workbook is of.",
            columns,
            tuple(rows),
            questions=len(rows),
        )

    def evidence(self) -> Sheet:
        """Return the sheet of evidence items."""
        rows: list[Row] = []
        for id, item in self.profile.evidence.items() if self.profile else ():
            data = page_data(item)
            data["holder"] = item.holder.words
            rows.append(_cells({"id": id, **data}))
        return Sheet(
            "Evidence",
            "everyone, for items that stand behind several answers",
            "Items that can be handed over. An item that stands behind one answer only may be "
            "named in the row of the answer instead.",
            layout.EVIDENCE_COLUMNS,
            tuple(rows),
            spare=40,
        )

    def standards(self) -> Sheet:
        """Return the sheet of the standards that the council agrees for itself."""
        rows: list[Row] = []
        for e in self.rulebook.expectations.values():
            places = {place.split("/")[0] for place in (e.framework, *e.also)}
            for name, threshold in e.thresholds.items():
                key = f"{e.id}.{name}"
                held = self.profile is not None and key in self.profile.standards
                chosen = (self.choice.depth is Depth.FULL or e.depth is Depth.ESSENTIAL) and (
                    not self.choice.frameworks or places & set(self.choice.frameworks)
                )
                if threshold.basis is not Basis.LOCAL or not (held or chosen):
                    continue
                fact = fact_of(self.rulebook, e.id, name)
                how = _how_agreed(fact)
                row = {"id": key, "rule": e.title, "question": threshold.ask or "", "how": how}
                standard = self.profile.standards[key] if self.profile and held else None
                if standard is not None:
                    row.update(page_data(standard))
                elif held:
                    row["none"] = "none"
                rows.append(_cells(row))
        return Sheet(
            "Standards",
            "the boards that agree them; the council's performance team",
            "Where no law sets a number, the rules ask what the council and its partners have "
            "agreed. Leave a row empty where nobody has looked.",
            layout.STANDARD_COLUMNS,
            tuple(rows),
            questions=len(rows),
        )

    def plan(self) -> Sheet:
        """Return the sheet of the improvement plan."""
        rows: list[Row] = []
        for entry in (self.profile.plan or ()) if self.profile else ():
            data = page_data(entry)
            shows = data.pop("shows_in", None)
            if isinstance(shows, dict):
                data.update(shows)
            elif shows is not None:
                data["words"] = shows
            data["status"] = entry.status.value
            rows.append(_cells(data))
        return Sheet(
            "Plan",
            "whoever keeps the improvement plan",
            "One row for each action: what it addresses, who owns it, by when, and in which fact "
            "its effect will show.",
            layout.PLAN_COLUMNS,
            tuple(rows),
            spare=40,
        )

    def claims(self) -> Sheet:
        """Return the sheet of what the self-evaluation claims."""
        evaluation = self.profile.self_evaluation if self.profile else None
        rows = [_cells(page_data(claim)) for claim in evaluation.claims] if evaluation else []
        return Sheet(
            "Self-evaluation",
            "whoever keeps the self-evaluation",
            "What the self-evaluation claims. Its date is on the sheet Council.",
            layout.CLAIM_COLUMNS,
            tuple(rows),
            spare=40,
            frozen=0,
        )

    def acceptances(self) -> Sheet:
        """Return the sheet of gaps that somebody has decided to live with."""
        rows = [_cells(page_data(one)) for one in self.profile.acceptances] if self.profile else []
        return Sheet(
            "Acceptances",
            "the director",
            "Gaps that somebody has decided to live with until a day. The verdict stays.",
            layout.ACCEPTANCE_COLUMNS,
            tuple(rows),
            spare=20,
            frozen=1,
        )

    def context(self) -> Sheet:
        """Return the sheet of published figures, to be read and not to be filled."""
        assert self.profile is not None
        rows: list[Row] = []
        for id, figures in context_data(self.profile.context, self.rulebook.facts).items():
            for figure in figures:
                ref = FactRef(id, figure.pop("for", None))
                values = figure.pop("values", None) or [figure.pop("value")]
                row = {"reference": str(ref), **figure}
                row["values"] = "\n".join(figure_text(value) for value in values)
                rows.append(_cells(row))
        return Sheet(
            "Published figures",
            "nobody: to be read",
            "Figures of England, the region and the statistical neighbours, to compare with.",
            layout.FIGURE_COLUMNS,
            tuple(rows),
            frozen=1,
        )


def layout_states() -> dict[str, str]:
    """Return the words for what may stand instead of an answer, by their key in a profile."""
    return {state.value: words for state, words in layout.STATE_WORDS.items()}


def _sheet_name(holder: Holder) -> str:
    return holder.words[0].upper() + holder.words[1:]


def _is_title(title: str) -> bool:
    """Whether a title can stand in a list of them and be told from other words."""
    return "\n" not in title and ";" not in title and title.casefold() != "none"


def _few(words: Sequence[str], count: int = 3) -> str:
    return ", ".join(words[:count]) + (" and others" if len(words) > count else "")


def _cells(data: Mapping[str, Any]) -> Row:
    return {key: Cell(**_shown(value)) for key, value in data.items()}


def _shown(value: Any) -> dict[str, Any]:
    """Return how a value of a profile stands in a cell."""
    if isinstance(value, bool):
        return {"value": "yes" if value else "no"}
    if isinstance(value, list):
        return {"value": "\n".join(str(one) for one in value)}
    if isinstance(value, (int, Decimal)):
        return {"value": value, "kind": "number"} if _fits(value) else {"value": f"{value:f}"}
    if isinstance(value, date):
        return {"value": value, "kind": "date"}
    return {"value": str(value)}


def _fits(number: int | Decimal) -> bool:
    """Whether a number is the same after it was kept in binary."""
    return Decimal(repr(float(number))) == number


def figure_text(value: Any) -> str:
    """Return a figure of an earlier period, or why there is none, in one cell."""
    if isinstance(value, dict):
        ((key, reason),) = value.items()
        words = layout_states()[key]
        return words if reason is True else f"{words}: {reason}"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _value(fact: Fact, value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the answer to a fact, by column."""
    if fact.type in (FactType.SHARE, FactType.SURVEY):
        numerator, slash, denominator = value.partition("/")
        if slash:
            yield layout.PART.key, _shown(int(numerator))
            yield layout.WHOLE.key, _shown(int(denominator))
            return
    if fact.type is FactType.DURATION and fact.unit is not None:
        amount = Decimal(value.split(" ")[0])
        yield layout.ANSWER.key, _shown(amount)
        return
    if fact.type is FactType.LIST and len(value) == 1 and ";" in value[0]:
        yield layout.ANSWER.key, {"value": f"{value[0]}\n"}
        return
    if fact.type in (FactType.CHOICE, FactType.JUDGEMENT) or value == "not_yet":
        yield layout.ANSWER.key, {"value": str(value).replace("_", " ")}
        return
    yield layout.ANSWER.key, _shown(value)


def _to_fill(fact: Fact, earlier: int) -> Iterator[tuple[str, Cell]]:
    """Yield the cells that a fact asks for, and those that it does not need."""
    closed = Cell(layout.CLOSED, "closed")
    kind: layout.Kind = "text"
    choices: tuple[str, ...] = ()
    if fact.type is FactType.YES_NO:
        choices = ("yes", "no", layout.STATE_WORDS[State.UNKNOWN])
    elif fact.type is FactType.CHOICE:
        choices = tuple(value.replace("_", " ") for value in fact.values)
    elif fact.type is FactType.JUDGEMENT:
        choices = tuple(stand.value.replace("_", " ") for stand in Stands)
    elif fact.type in (FactType.COUNT, FactType.RATE, FactType.NUMBER):
        kind = "number"
    elif fact.type is FactType.DURATION:
        kind = "number" if fact.unit is not None else "text"
    elif fact.type is FactType.DATE:
        kind = "date"
    elif fact.type in (FactType.SHARE, FactType.SURVEY):
        kind = "percent"
    whole = fact.type is FactType.COUNT
    yield layout.ANSWER.key, Cell(None, kind, choices, _hint(fact), whole)
    counted = fact.type in (FactType.SHARE, FactType.SURVEY)
    for column in (layout.PART, layout.WHOLE):
        yield column.key, Cell(whole=True) if counted else closed
    for column in (layout.RESPONDENTS, layout.ASKED):
        yield column.key, Cell(whole=True) if fact.type is FactType.SURVEY else closed
    states = [
        words
        for state, words in layout.STATE_WORDS.items()
        if state is not State.NOT_APPLICABLE or fact.may_not_apply
    ]
    yield layout.NO_ANSWER.key, Cell(choices=tuple(states))
    if fact.type is FactType.JUDGEMENT:
        yield layout.PERIOD.key, closed
    series = fact.type in NUMERIC_TYPES
    for number in range(1, earlier + 1):
        for column in layout.earlier(number):
            yield column.key, Cell() if series else closed


def _hint(fact: Fact) -> str:
    if fact.type in (FactType.SHARE, FactType.SURVEY):
        return (
            "Write the counts into the next two cells. A percentage, such as 46.4%, goes here only "
            "where the counts are not known."
        )
    return _how_short(fact)[:250]


_FORMS = {
    FactType.YES_NO: "yes or no",
    FactType.SHARE: "how many, and out of how many: 312 out of 480",
    FactType.DATE: "a date, such as 31/10/2026, or: not yet",
    FactType.TEXT: "a few words",
    FactType.SURVEY: "how many said so, out of how many who answered; how many were asked",
    FactType.JUDGEMENT: "not yet, partly, mostly or fully; with who says so, on which day, and the "
    "evidence",
}


def _how_short(fact: Fact) -> str:
    """Return how a fact is answered, without what it is about."""
    if fact.type is FactType.COUNT:
        return "a whole number, such as 12"
    if fact.type in (FactType.RATE, FactType.NUMBER):
        return f"a number{f' ({fact.unit})' if fact.unit else ''}, such as 42.1"
    if fact.type is FactType.DURATION:
        return f"a number of {fact.unit}" if fact.unit else "a number and its unit: 14 weeks"
    if fact.type is FactType.CHOICE:
        return f"one of: {', '.join(value.replace('_', ' ') for value in fact.values)}"
    if fact.type is FactType.LIST:
        return "one thing a line (Alt and Enter begins a new line)"
    return _FORMS[fact.type]


def _how_agreed(fact: Fact | None) -> str:
    """Return how a standard is written that is read as a fact, or as a length of time."""
    if fact is None or fact.type is FactType.DURATION:
        unit = fact.unit if fact is not None and fact.unit is not None else "weeks"
        return f"a length of time, such as 20 {unit}"
    if fact.type in (FactType.SHARE, FactType.SURVEY):
        return "a percentage, such as 70%"
    return _how_short(fact)


def how_to_answer(rulebook: Rulebook, fact: Fact) -> str:
    """Return how a fact is answered: form, unit, period, and what would show it."""
    parts = [_how_short(fact)]
    unit = rulebook.unit_of(fact)
    if unit is not None and fact.type in (FactType.COUNT, FactType.SHARE):
        parts.append(f"counted: {unit.many}")
    vocabulary = rulebook.vocabularies.get(fact.of or "")
    if fact.type is FactType.LIST and vocabulary is not None:
        parts.append(f"words that can be compared: {', '.join(vocabulary.terms)}")
    if fact.cadence is not None:
        parts.append(f"for a {fact.cadence}" if "at " not in str(fact.cadence) else fact.cadence)
    if fact.may_not_apply:
        parts.append("may not apply")
    if fact.accepts:
        parts.append(f"evidence: {', '.join(fact.accepts)}")
    text = "; ".join(parts)
    return text[0].upper() + text[1:] + "."
