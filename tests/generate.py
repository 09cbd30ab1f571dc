"""Whole rulebooks and profiles at random: every form of condition, every state of a fact.

The dictionary of facts is fixed, with small pools of values, so that random conditions meet the
same facts and the same borders over and over. Everything is made as the plain data of pages. It
becomes objects on one of two paths: written as YAML and read like any rulebook (`read_pages`), or
given to the models and the condition reader straight away (`build_rulebook`), which is quicker.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import yaml
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from readiness.errors import InvalidRulebook, Problem
from readiness.model.expectation import (
    Benchmarks,
    Expectation,
    Framework,
    RulebookPage,
    Source,
)
from readiness.model.facts import Dimension, Fact, Unit, Vocabulary
from readiness.model.profile import Profile
from readiness.profile.load import load_profile, read_profile
from readiness.rulebook.conditions import Scope, read_condition
from readiness.rulebook.load import load_rulebook
from readiness.rulebook.rulebook import Conditions, Rulebook
from readiness.rulebook.thresholds import fact_of
from readiness.yaml_reader import Document, read_text

Data = dict[str, Any]
Pages = dict[str, Data]
"""The pages of a rulebook by path, as plain data."""

DAYS = (date(2026, 10, 31), date(2026, 3, 31), date(2025, 9, 1), date(2027, 1, 4))
"""Evaluation dates: a month's end, a quarter's end, a first of a month, a Monday after holidays."""


# ---- what every generated rulebook shares -------------------------------------------------------


def _fact(type: str, **more: Any) -> Data:
    return {"title": f"The {type}", "type": type, "definition": "As counted.", **more}


FACTS: Mapping[str, Data] = {
    "offer.published": _fact("yes_no", goes_stale_after="12 months"),
    "offer.reviewed": _fact("yes_no", may_not_apply=True),
    "cases.open": _fact("count", of="children", better="lower"),
    "cases.late": _fact("count", of="children", may_not_apply=True, goes_stale_after="15 months"),
    "plans.on_time": _fact("share", of="plans", better="higher", smallest_base=10),
    "plans.refused": _fact("share", of="plans", better="lower", goes_stale_after="18 months"),
    "visits.rate": _fact("rate", better="lower"),
    "spend.total": _fact("number", unit="pounds", better="higher"),
    "wait.median": _fact("duration", unit="weeks", better="lower", may_not_apply=True),
    "wait.longest": _fact("duration"),
    "review.held": _fact("date"),
    "review.due": _fact("date", may_not_apply=True),
    "audit.grade": _fact("choice", values=["weak", "fair", "strong"], ordered=True),
    "model.kind": _fact("choice", values=["central", "local"]),
    "lead.title": _fact("text"),
    "family.priorities": _fact("list", of="priorities"),
    "strategy.priorities": _fact("list", of="priorities"),
    "board.topics": _fact("list"),
    "voice.satisfied": _fact("survey", of="children", better="higher"),
    "culture.open": _fact("judgement"),
    "service.wait": _fact(
        "duration", unit="weeks", better="lower", for_each="service", may_not_apply=True
    ),
    "service.seen": _fact("share", of="children", better="higher", for_each="service"),
    "service.offered": _fact("yes_no", for_each="service", may_not_apply=True),
    "phase.places": _fact("count", of="plans", for_each="phase"),
}

DIMENSIONS: Mapping[str, Data] = {
    "service": {"title": "Services", "members": {"slt": "Speech", "ot": "Hands", "mind": "Mind"}},
    "phase": {"title": "Phases", "members": {"primary": "Primary", "secondary": "Secondary"}},
}

VOCABULARIES: Mapping[str, Data] = {
    "priorities": {
        "title": "Priorities",
        "terms": {"waiting times": ["waits"], "communication": ["speech"], "transport": []},
    }
}

SHARED: Mapping[str, Data] = {
    "rulebook.yaml": {"id": "made", "title": "Made", "format": 1, "examples_as_of": DAYS[0]},
    "sources.yaml": {
        "act": {
            "title": "The Act",
            "short": "Act",
            "kind": "act",
            "edition": date(2010, 1, 1),
            "from": date(2010, 1, 1),
        }
    },
    "units.yaml": {
        "children": {"one": "child", "many": "children", "people": True},
        "plans": {"one": "plan", "many": "plans", "people": False},
    },
    "dimensions.yaml": dict(DIMENSIONS),
    "vocabularies/lists.yaml": dict(VOCABULARIES),
    "facts/all.yaml": dict(FACTS),
    **{
        f"{framework}/framework.yaml": {
            "id": framework,
            "title": framework,
            "editions": [
                {"id": "first", "title": "First", "source": "act", "from": date(2010, 1, 1)}
            ],
            "criteria": {"heading": {"title": "Heading", "confidence": "verified"}},
        }
        for framework in ("first", "second")
    },
}

_WORDS = ["waiting times", "communication", "transport"]

OPERANDS: Mapping[str, Sequence[Any]] = {
    "count": [0, 1, 5, 10, 100],
    "share": ["0%", "50%", "80%", "100%", "1/3"],
    "survey": ["50%", "80%"],
    "rate": [10, Decimal("42.5"), 60],
    "number": [0, Decimal("99.5"), 1000],
    "weeks": ["6 weeks", "12 weeks", "18 weeks"],
    "duration": ["6 weeks", "12 weeks", "3 months"],
    "judgement": ["not_yet", "partly", "mostly", "fully"],
    "audit.grade": ["weak", "fair", "strong"],
    "model.kind": ["central", "local"],
    "text": ["Head of service", "Director"],
}
"""Values that conditions compare with, by type, unit or fact."""

SPANS = ("1 month", "6 months", "12 months", "30 days", "5 weeks", "10 working days")


def _pool(id: str) -> Sequence[Any]:
    fact = FACTS[id]
    return next(
        OPERANDS[key] for key in (id, fact.get("unit"), fact["type"]) if key and key in OPERANDS
    )


_ORDERED = frozenset({"count", "share", "survey", "rate", "number", "duration", "judgement"})
_NUMERIC = frozenset({"count", "share", "rate", "number", "duration"})


# ---- rulebooks ----------------------------------------------------------------------------------


def expectation(id: str, expect: Any, **more: Any) -> Data:
    """Return the page of an expectation, complete but for what a test is not about."""
    return {
        "id": id,
        "title": f"{id} holds",
        "framework": "first",
        "criterion": "heading",
        "kind": "signal",
        "theme": "low",
        "holder": "local_authority",
        "owner": "Head of service",
        "in_force": {"from": date(2014, 9, 1)},
        "citations": [{"source": "act", "at": "section 1", "confidence": "verified"}],
        "why": "It matters to children.",
        "ask": "Is it so?",
        "expect": expect,
        "severity": "high",
        "severity_because": "A choice.",
        "evidence": ["a report"],
        "first_step": "Look.",
        "actions": [{"do": "Act on it.", "owner": "Head of service", "within": "4 weeks"}],
        "examples": [
            {"name": verdict, "given": {}, "verdict": verdict}
            for verdict in ("met", "not_met", "unknown", "not_applicable")
        ],
        **more,
    }


def rulebook_pages(*expectations: Data, **more: Data) -> Pages:
    """Return the pages of a rulebook with these expectations; `more` are further pages by path."""
    own = {f"{e['framework']}/{e['criterion']}/{e['id']}.yaml": e for e in expectations}
    return {**SHARED, **own, **more}


@dataclass(slots=True)
class _Rule:
    """An expectation on its way: what it may rest on, and the thresholds its condition uses."""

    id: str
    earlier: Sequence[Data]
    thresholds: dict[str, Data] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Maker:
    random: Random

    def chance(self, percent: int) -> bool:
        return self.random.randrange(100) < percent

    def pick(self, options: Sequence[Any]) -> Any:
        return self.random.choice(options)

    def some(self, options: Sequence[Any], least: int = 1) -> list[Any]:
        return [one for one in options if self.chance(50)] or list(options[:least])

    # ---- pages ----

    def pages(self, size: int) -> Pages:
        made: list[Data] = []
        for number in range(size):
            made.append(self.page(number, size, made))
        return rulebook_pages(*made, **self.benchmarks())

    def page(self, number: int, size: int, earlier: Sequence[Data]) -> Data:
        """Return a page; themes rise with the number, so that a group only looks back."""
        theme = ("low", "middle", "high")[number * 3 // size]
        rule = _Rule(f"X-{number:02}", earlier)
        more: Data = {}
        expect = self.condition(rule, 4, frozenset())
        if self.chance(35):
            same = self.chance(5)
            more["applies_when"] = expect if same else self.condition(rule, 2, frozenset())
        kind = self.pick(["duty", "impact", "signal", "evidence"])
        if kind == "duty":
            more["force"] = self.pick(["must", "should"])
        if rule.thresholds:
            more["thresholds"] = rule.thresholds
        return expectation(
            rule.id,
            expect,
            framework=self.pick(["first", "second"]),
            kind=kind,
            theme=theme,
            severity=self.pick(["critical", "high", "medium", "low"]),
            depth=self.pick(["essential", "full"]),
            in_force=self.in_force(),
            **more,
        )

    def in_force(self) -> Data:
        if self.chance(80):
            return {"from": date(2014, 9, 1)}
        enacted = {"enacted": date(2026, 1, 1), "checked_on": date(2026, 2, 1)}
        spans: list[Data] = [
            {"from": DAYS[1]},
            {"from": date(2030, 1, 1)},
            {"from": date(2014, 9, 1), "until": DAYS[1]},
            {"from": "not_commenced", **enacted},
        ]
        chosen: Data = self.pick(spans)
        return chosen

    def benchmarks(self) -> Pages:
        figures = [
            {"fact": "plans.on_time", "place": place, "period": period, "value": value}
            for place in ("england", "north-east")
            for period, value in (("2022", "80%"), ("2024", "50%"), ("2025", "46.4%"))
            if self.chance(60)
        ]
        if not figures:
            return {}
        page = {"source": "act", "published": date(2025, 6, 26), "figures": figures}
        return {"benchmarks/stats.yaml": page}

    # ---- conditions ----

    def condition(self, rule: _Rule, depth: int, bound: frozenset[str]) -> Data:
        """Return a condition; inside a family its `bound` dimension is spoken of."""
        if depth <= 1 or self.chance(30):
            return self.leaf(rule, bound)
        forms = ["all", "any", "not", "of", "each"]
        if rule.earlier:
            forms += ["finding", "findings"]
        form = self.pick(forms)
        if form == "not":
            return {"not": self.condition(rule, depth - 1, bound)}
        if form == "each":
            return self.each(rule, depth - 1, bound)
        if form in ("finding", "findings"):
            return self.finding(rule) if form == "finding" else self.findings(rule)
        return self.joined(form, self.children(rule, depth - 1, bound))

    def joined(self, form: str, children: list[Data]) -> Data:
        if form == "of":
            return {"at_least": self.random.randint(1, len(children)), "of": children}
        return children[0] if len(children) == 1 else {form: children}

    def children(self, rule: _Rule, depth: int, bound: frozenset[str]) -> list[Data]:
        made = [self.condition(rule, depth, bound) for _ in range(self.random.randint(2, 4))]
        if self.chance(5):
            made.append({"not": made[0]})
        return _distinct(made, rule)

    def each(self, rule: _Rule, depth: int, bound: frozenset[str]) -> Data:
        free = sorted(set(DIMENSIONS) - bound)
        if not free:
            return self.leaf(rule, bound)
        dimension = self.pick(free)
        inner = bound | {dimension}
        test = self.fact_test(rule, self.pick(_family(dimension)), inner)
        if depth > 1 and self.chance(50):
            others = _distinct([test, *self.children(rule, depth - 1, inner)], rule)
            test = self.joined(self.pick(["all", "any", "of"]), others)
        if self.chance(15):
            test = {"not": test}
        form = self.pick(["every", "some", "of_each"])
        if form == "of_each":
            members = len(DIMENSIONS[dimension]["members"])
            need = self.random.randint(1, members)
            return {"at_least": need, "of_each": dimension, "satisfies": test}
        return {form: dimension, "satisfies": test}

    def verdicts(self) -> list[str]:
        return self.some(["not_met", "met", "not_applicable"])

    def finding(self, rule: _Rule) -> Data:
        return {"finding": self.pick(rule.earlier)["id"], "is": self.verdicts()}

    def findings(self, rule: _Rule) -> Data:
        group: Data = {"ids": [*self.some([page["id"] for page in rule.earlier]), rule.id]}
        theme = rule.earlier[0]["theme"]
        if rule.earlier[-1]["theme"] != theme and self.chance(50):
            picked = [page for page in rule.earlier if page["theme"] == theme]
            group = {"theme": theme}
            if self.chance(40):
                key = self.pick(["framework", "kind", "severity", "depth"])
                group[key] = self.pick(picked)[key]
        members = _picked(group, rule)
        group["is"] = self.verdicts()
        how = self.pick(["at_least", "at_most", "every"])
        if how == "every":
            return {"findings": group, "every": self.pick(["planned", "known", "evidenced"])}
        most = len(members) - (how == "at_most")
        return {"findings": group, how: self.random.randint(how == "at_least", most)}

    # ---- leaves ----

    def leaf(self, rule: _Rule, bound: frozenset[str]) -> Data:
        if self.chance(6):
            return self.date_test(rule)
        if bound and self.chance(60):
            return self.fact_test(rule, self.pick(_family(self.pick(sorted(bound)))), bound)
        return self.fact_test(rule, self.pick(list(FACTS)), bound)

    def fact_test(self, rule: _Rule, id: str, bound: frozenset[str]) -> Data:
        fact = FACTS[id]
        test: Data = {"fact": id}
        dimension = fact.get("for_each")
        if dimension and dimension not in bound:
            test["for"] = self.pick(list(DIMENSIONS[dimension]["members"]))
        general = self.random.randrange(100)
        if general < 6:
            return {**test, "known": True}
        if general < 16:
            return {**test, "evidenced": self.evidenced(rule)}
        return {**test, **self.own_test(rule, id, fact["type"], test)}

    def evidenced(self, rule: _Rule) -> Data | bool:
        test: Data = {}
        if self.chance(50):
            test["within"] = self.span(rule)
        if self.chance(50):
            test["by"] = 2
        return test or True

    def own_test(self, rule: _Rule, id: str, type: str, where: Data) -> Data:
        """Return a test for a fact of this type; `where` names the fact and its member."""
        if type == "yes_no":
            return {self.pick(["is", "is_not"]): self.chance(70)}
        if type == "date":
            if self.chance(20):
                return {self.pick(["is", "is_not"]): "not_yet"}
            return self.day_op(rule)
        if type == "list":
            return self.list_test(id)
        special = self.random.randrange(100)
        if type in _NUMERIC and FACTS[id].get("better"):
            if special < 15:
                return {"no_worse_than": self.benchmark(rule, id, type)}
            if special < 21:
                return {"stable": {"method": "xmr", "points": 12, "look_at": self.pick([1, 6])}}
            if special < 27:
                sense = {self.pick(["is", "not"]): self.pick(["worsening", "improving"])}
                return {"trend": {**sense, "by": "xmr_run"}}
        if type in _NUMERIC and special >= 90:
            return self.change(rule, id)
        if type == "text" or id == "model.kind":
            op = self.pick(["is", "is_not", "one_of"])
        elif id == "audit.grade" or type in _ORDERED:
            op = self.pick(["at_least", "at_most", "more_than", "less_than", "between"])
            if type not in ("survey",) and self.chance(20):
                op = self.pick(["is", "is_not"])
        if op == "between":
            low, high = sorted(self.random.sample(range(len(_pool(id))), 2))
            return {op: [_pool(id)[low], _pool(id)[high]]}
        if op == "one_of":
            return {op: self.some(_pool(id))}
        return {op: self.operand(rule, id, type, where)}

    def operand(self, rule: _Rule, id: str, type: str, where: Data) -> Any:
        kind = self.random.randrange(100)
        if kind < 35 and type != "text":
            return {"threshold": self.threshold(rule, _pool(id))}
        if kind < 45 and type in _NUMERIC:
            other = "cases.late" if id == "cases.open" and self.chance(50) else id
            return {**where, "fact": other, "ago": self.pick(["3 months", "1 year"])}
        if kind < 55 and id in ("cases.open", "cases.late"):
            return {"fact": "cases.late" if id == "cases.open" else "cases.open"}
        return self.pick(_pool(id))

    def list_test(self, id: str) -> Data:
        words = _WORDS if id != "board.topics" else ["money", "safety"]
        forms: list[Data] = [{"includes": self.pick(words)}, {"includes_all": self.some(words)}]
        if id != "board.topics":
            other = "strategy.priorities" if id == "family.priorities" else "family.priorities"
            forms.append({"overlaps": {"fact": other, "by": self.random.randint(1, 3)}})
        chosen: Data = self.pick(forms)
        return chosen

    def benchmark(self, rule: _Rule, id: str, type: str) -> Data:
        test: Data = {"benchmark": self.pick(["england", "region", "neighbours"])}
        margins = ["5 points", "30 points"] if type == "share" else _pool(id)
        if self.chance(50):
            test["by"] = self.pick(margins)
        elif self.chance(40):
            test["by"] = {"threshold": self.threshold(rule, margins)}
        return test

    def change(self, rule: _Rule, id: str) -> Data:
        how: Data = {
            "over": self.pick(["3 months", "1 year"]),
            "as": self.pick(["rise", "fall", "size"]),
        }
        pool = _pool(id)
        if self.chance(40):
            how["in"] = "percent"
            pool = OPERANDS["share"]
        operand = self.pick(pool)
        if self.chance(30):
            operand = {"threshold": self.threshold(rule, pool)}
        return {"change": how, self.pick(["at_least", "at_most", "less_than"]): operand}

    # ---- days ----

    def date_test(self, rule: _Rule) -> Data:
        subject = self.pick(["as_of", {"yearly": "15 February"}, {"fact": "review.due", **_WEEKS}])
        return {"date": subject, **self.day_op(rule)}

    def day_op(self, rule: _Rule) -> Data:
        if self.chance(35):
            return {"within": self.span(rule)}
        return {self.pick(["before", "after", "on_or_before", "on_or_after"]): self.day(rule)}

    def day(self, rule: _Rule) -> Any:
        terms: list[Any] = [
            "as_of",
            DAYS[1],
            {"fact": "review.due"},
            {"yearly": "15 February"},
            {"yearly": "31 March", "next": True},
        ]
        term = self.pick(terms)
        if self.chance(50):
            base = term if isinstance(term, dict) else {"date": term}
            term = {**base, self.pick(["plus", "minus"]): self.span(rule)}
        return term

    def span(self, rule: _Rule) -> Any:
        if self.chance(20):
            return {"threshold": self.threshold(rule, SPANS[:4])}
        return self.pick(SPANS)

    # ---- thresholds ----

    def threshold(self, rule: _Rule, pool: Sequence[Any]) -> str:
        """Add a threshold to the page, and return its name."""
        name = f"t{len(rule.thresholds)}"
        bases: list[Data] = [
            {"basis": "law"},
            {"basis": "policy", "because": "It is defensible."},
            {"basis": "standard", "source": "act"},
            {"basis": "local", "ask": "What has your board agreed?"},
        ]
        chosen: Data = dict(self.pick(bases))
        if chosen["basis"] != "local":
            chosen["values"] = self.history(pool)
            if self.chance(25):
                chosen["by"] = {"fact": self.pick(["cases.open", "cases.late"])}
                if self.chance(20):
                    chosen["by"]["ago"] = "1 year"
                chosen["values"] += [{**one, "below": 10} for one in self.history(pool)]
        rule.thresholds[name] = chosen
        return name

    def history(self, pool: Sequence[Any]) -> list[Data]:
        """Return values that change on some days, the earlier ones ended in words or silently."""
        starts = [date(2010, 1, 1), *self.some([date(2024, 1, 1), date(2026, 4, 1)], 0)]
        values: list[Data] = [{"from": start, "value": self.pick(pool)} for start in starts]
        for earlier, later in pairwise(values):
            if self.chance(50):
                earlier["until"] = date.fromordinal(later["from"].toordinal() - 1)
        return values


_WEEKS = {"plus": "6 weeks"}


def _family(dimension: str) -> list[str]:
    return [id for id, fact in FACTS.items() if fact.get("for_each") == dimension]


def _picked(group: Data, rule: _Rule) -> list[str]:
    """Return the ids that a group of findings picks."""
    wanted = {key: value for key, value in group.items() if key not in ("ids", "is")}
    return [
        page["id"]
        for page in rule.earlier
        if page["id"] in group.get("ids", [page["id"]])
        and all(page[key] == value for key, value in wanted.items())
    ]


def _distinct(conditions: Sequence[Data], rule: _Rule) -> list[Data]:
    """Return conditions without those that say the same in other words."""
    same = {
        json.dumps(_canonical(one, rule), default=str, sort_keys=True): one for one in conditions
    }
    return list(same.values())


def _canonical(raw: Any, rule: _Rule) -> Any:
    if isinstance(raw, list):
        return [_canonical(one, rule) for one in raw]
    if not isinstance(raw, dict):
        return raw
    inner = {key: _canonical(value, rule) for key, value in raw.items()}
    if "findings" in inner:
        group = inner["findings"]
        inner["findings"] = {"ids": _picked(group, rule), "is": group["is"]}
    if inner.get("at_least") == 1 and "of" in inner:
        return {"any": inner["of"]}
    if inner.get("at_least") == 1 and "of_each" in inner:
        return {"some": inner["of_each"], "satisfies": inner["satisfies"]}
    if "at_most" in inner and "findings" in inner:
        return {"not": {"findings": inner["findings"], "at_least": inner["at_most"] + 1}}
    return inner


# ---- profiles -----------------------------------------------------------------------------------

EVIDENCE: Mapping[str, Data] = {
    name: {"title": f"Item {name}", "kind": kind, "dated": dated}
    for name, kind, dated in (
        ("audit-new", "audit", date(2026, 9, 1)),
        ("audit-old", "audit", date(2024, 1, 15)),
        ("survey-new", "survey", date(2026, 2, 10)),
        ("return-old", "statutory return", date(2025, 3, 1)),
        ("letter-late", "letter", date(2029, 1, 1)),
    )
}

PERIODS = ("2025-09-01/2026-08-31", "2023-01-01/2023-12-31", "2026-03-31", "2024-25", "2026-Q1")

VALUES: Mapping[str, Sequence[Any]] = {
    **OPERANDS,
    "yes_no": [True, False],
    "share": ["0%", "49.9%", "50%", "80%", "100%", "1/3", "40/80", "2/4", "0/0"],
    "rate": [9, 10, Decimal("42.5"), 70],
    "weeks": ["5 weeks", "12 weeks", "18.5 weeks"],
    "duration": ["6 weeks", "12 weeks", "3 months", "4 months"],
    "date": [
        "not_yet",
        DAYS[0],
        DAYS[1],
        date(2025, 11, 1),
        date(2026, 2, 15),
        date(2026, 10, 1),
        date(2027, 3, 31),
    ],
    "list": [
        [],
        ["waits"],
        ["waiting times", "communication"],
        ["speech", "transport", "moonlight"],
        ["moonlight", "starlight"],
        ["money"],
    ],
}
"""Values that profiles hold, by type, unit or fact."""

INSTEAD = ("unknown", "suppressed", "not_collected", "unreadable", "not_applicable")


@dataclass(frozen=True, slots=True)
class _Council(_Maker):
    rulebook: Rulebook

    def profile(self) -> Data:
        facts: Data = {}
        silent = self.pick([3, 10, 50])
        for id, fact in FACTS.items():
            members = DIMENSIONS[fact["for_each"]]["members"] if "for_each" in fact else None
            if self.chance(silent):
                continue
            if members is None:
                facts[id] = self.said(id)
            elif self.chance(5):
                facts[id] = "unknown"
            else:
                facts[id] = {m: self.said(id) for m in members if not self.chance(silent // 2)}
                if self.chance(20):
                    facts[id].update(self.about(False))
        made: Data = {"council": {"name": "Northmoor"}, "facts": facts, "evidence": dict(EVIDENCE)}
        if self.chance(60):
            made["council"]["region"] = "north-east"
        if self.chance(60):
            made["as_of"] = self.pick(DAYS)
        if self.chance(60):
            made["plan"] = [self.plan_entry(n) for n in range(self.random.randint(0, 4))]
        made["standards"] = self.standards()
        made["context"] = self.context()
        return made

    # ---- facts ----

    def said(self, id: str) -> Any:
        if self.chance(8):
            return {"conflicting": [self.entry(id), self.entry(id)]}
        return self.entry(id)

    def entry(self, id: str) -> Any:
        type = FACTS[id]["type"]
        if self.chance(12):
            return self.instead(id)
        if type in _NUMERIC and self.chance(30):
            return {"series": self.series(id), **self.about(False)}
        value = self.value(id)
        about = self.about(type != "judgement")
        if isinstance(value, dict):
            return {**value, **about}
        return {"value": value, **about} if about else value

    def instead(self, id: str) -> Any:
        if self.chance(30):
            return "unknown"
        state = self.pick(INSTEAD)
        if state == "not_applicable" and not FACTS[id].get("may_not_apply"):
            state = "unknown"
        return {state: "for a reason", **(self.about(True) if self.chance(30) else {})}

    def value(self, id: str) -> Any:
        fact = FACTS[id]
        if fact["type"] == "survey":
            share = {"value": self.pick(["50%", "49%", "90%"])}
            return {**share, "respondents": self.pick([12, 29, 30, 212])}
        if fact["type"] == "judgement":
            parts: Data = {"stands": self.pick(OPERANDS["judgement"]), "by": "Head of service"}
            parts |= {"dated": date(2026, 5, 1), "evidence": ["audit-new"]}
            if self.chance(30):
                del parts[self.pick(list(parts))]
            return parts or {"stands": "partly"}
        pool = next(
            VALUES[key] for key in (id, fact.get("unit"), fact["type"]) if key and key in VALUES
        )
        value = self.pick(pool)
        if fact["type"] == "share" and "/" in value and self.chance(50):
            numerator, _, denominator = value.partition("/")
            return {"numerator": int(numerator), "denominator": int(denominator)}
        return value

    def about(self, period: bool) -> Data:
        about: Data = {}
        if period and self.chance(35):
            about["period"] = self.pick(PERIODS)
        if self.chance(20):
            about["dated"] = self.pick([date(2026, 8, 1), date(2024, 6, 30)])
        if self.chance(45):
            about["evidence"] = "none" if self.chance(25) else self.some(list(EVIDENCE))
        return about

    def series(self, id: str) -> Data:
        """Return a series that ends about the evaluation date, with gaps and markers in it."""
        months = self.chance(50)
        last = self.random.randint(-3, 1)
        keys = [
            f"{year}-{month:02}" if months else f"{year}-Q{month}"
            for year in (range(2025, 2027) if months else range(2022, 2027))
            for month in range(1, 13 if months else 5)
        ]
        end = len(keys) - 2 + last if months else len(keys) + last
        keys = keys[: min(end, len(keys))]
        if self.chance(30):
            keys = keys[-self.random.randint(1, 6) :]
        drift = self.chance(20)
        pool = [one for one in VALUES[self.key_of(id)] if one != "0/0" or self.chance(20)]
        series: Data = {}
        for number, key in enumerate(keys):
            if self.chance(96):
                value = pool[min(number // 4, len(pool) - 1)] if drift else self.pick(pool)
                series[key] = value if self.chance(98) else "unknown"
        return series or {keys[-1]: pool[0]}

    def key_of(self, id: str) -> str:
        keys: tuple[str, str] = (FACTS[id].get("unit", ""), FACTS[id]["type"])
        return next(key for key in keys if key in VALUES)

    # ---- what stands beside the facts ----

    def plan_entry(self, number: int) -> Data:
        ids = list(self.rulebook.expectations)
        entry: Data = {
            "id": f"P-{number}",
            "addresses": self.some(ids),
            "do": "Do it.",
            "owner": "Head of service",
            "due": self.pick([*DAYS, date(2028, 1, 1)]),
            "shows_in": {"fact": "cases.open", "reaches": 5},
            "status": self.pick(["on track", "on track", "late", "done", "stopped"]),
        }
        if self.chance(25):
            del entry[self.pick(["owner", "due", "shows_in", "status", "addresses"])]
        return entry

    def standards(self) -> Data:
        made: Data = {}
        for id, page in self.rulebook.expectations.items():
            for name, threshold in page.thresholds.items():
                if threshold.basis == "local" and self.chance(60):
                    made[f"{id}.{name}"] = {
                        "value": self.pick(self.fitting(id, name)),
                        "agreed_by": "Improvement board",
                        "dated": date(2026, 3, 11),
                    }
        return made

    def fitting(self, id: str, name: str) -> Sequence[Any]:
        """Return values that a local threshold may have."""
        fact = fact_of(self.rulebook, id, name)
        if fact is None:
            return SPANS[:4]
        if fact.type in ("share", "survey"):
            return OPERANDS["share"]
        keys = (fact.id if fact.type == "choice" else None, fact.unit, fact.type.value)
        return next(OPERANDS[key] for key in keys if key and key in OPERANDS)

    def context(self) -> Data:
        made: Data = {}
        for id in ("plans.on_time", "visits.rate", "cases.open", "service.wait"):
            pool = [one for one in OPERANDS[self.key_of(id)] if one != "1/3"]
            figures: list[Data] = []
            for place in ("england", "region", "neighbours", "neighbours"):
                if self.chance(25):
                    continue
                one: Data = {"place": place, "period": self.pick(PERIODS), "source": "act"}
                one["published"] = self.pick([date(2025, 6, 1), date(2026, 6, 1)])
                if place == "neighbours":
                    one["values"] = [self.pick(pool) for _ in range(self.random.randint(4, 8))]
                else:
                    one["value"] = self.pick(pool)
                if "for_each" in FACTS[id]:
                    one["for"] = self.pick(["slt", "ot", "mind"])
                figures.append(one)
            if figures:
                made[id] = figures
        return made


# ---- from data to objects -----------------------------------------------------------------------


class _Dumper(yaml.SafeDumper):
    """Writes what the strict reader reads: yes and no, exact decimals, no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_Dumper.add_representer(
    bool, lambda d, b: d.represent_scalar("tag:yaml.org,2002:bool", "yes" if b else "no")
)
_Dumper.add_representer(Decimal, lambda d, n: d.represent_scalar("tag:yaml.org,2002:float", str(n)))


def as_yaml(data: Data) -> str:
    """Return the text of a page."""
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=200)


def write_pages(pages: Pages, folder: Path) -> None:
    """Write the pages of a rulebook into a folder."""
    for name, data in pages.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(as_yaml(data), encoding="utf-8")


def read_pages(pages: Pages, folder: Path) -> Rulebook:
    """Return the rulebook that comes of writing pages and reading them."""
    write_pages(pages, folder)
    return load_rulebook(folder, "made")


def build_rulebook(pages: Pages) -> Rulebook:
    """Return the rulebook of pages without writing them.

    Raises:
        InvalidRulebook: If a condition is not valid.
    """
    expectations = {
        data["id"]: Expectation.model_validate(data)
        for name, data in sorted(pages.items())
        if name.count("/") == 2
    }
    facts = {id: Fact.model_validate({"id": id, **one}) for id, one in _all(pages, "facts/")}
    bare = Rulebook(
        page=RulebookPage.model_validate(pages["rulebook.yaml"]),
        folder=Path("made"),
        origin="made",
        hash="0" * 12,
        sources={id: Source.model_validate(one) for id, one in pages["sources.yaml"].items()},
        units={id: Unit.model_validate(one) for id, one in pages["units.yaml"].items()},
        dimensions={
            id: Dimension.model_validate(one) for id, one in pages["dimensions.yaml"].items()
        },
        vocabularies={
            id: Vocabulary.model_validate(one) for id, one in _all(pages, "vocabularies/")
        },
        facts=facts,
        frameworks={
            data["id"]: Framework.model_validate(data)
            for name, data in pages.items()
            if name.endswith("/framework.yaml")
        },
        issues=(),
        benchmarks=tuple(
            Benchmarks.model_validate(data)
            for name, data in pages.items()
            if name.startswith("benchmarks/")
        ),
        expectations=dict(sorted(expectations.items())),
        conditions={},
        coverage={},
        files={},
    )
    return replace(bare, conditions={id: conditions_of(bare, e) for id, e in expectations.items()})


def _all(pages: Pages, folder: str) -> list[tuple[str, Data]]:
    return [
        (id, one)
        for name, page in pages.items()
        if name.startswith(folder)
        for id, one in page.items()
    ]


def scope_of(rulebook: Rulebook, id: str, bound: Mapping[str, str] | None = None) -> Scope:
    """Return a scope for reading conditions of an expectation; any mistake is raised."""

    def report(path: tuple[str | int, ...], message: str, help: str, key: bool) -> None:
        raise InvalidRulebook([Problem(id, 0, 0, f"{path}: {message}", help)])

    return Scope(
        id,
        rulebook.facts,
        rulebook.dimensions,
        rulebook.vocabularies,
        rulebook.expectations,
        report,
        bound or {},
    )


def conditions_of(rulebook: Rulebook, e: Expectation) -> Conditions:
    """Return the conditions of an expectation, read."""
    scope = scope_of(rulebook, e.id)
    applies = None
    if e.applies_when is not None:
        applies = read_condition(e.applies_when, ("applies_when",), scope)
    expect = read_condition(e.expect, ("expect",), scope)
    assert expect is not None
    return Conditions(applies, expect)


def document(data: Data, name: str = "profile.yaml") -> Document:
    """Return plain data as a document in which every problem points at the first line."""
    return replace(read_text("made: yes\n", name), data=data)


def build_profile(data: Data, rulebook: Rulebook) -> Profile:
    """Return the profile of plain data without writing it.

    Raises:
        InvalidProfile: If it is not valid.
    """
    return read_profile([document(data)], rulebook)


def read_profile_text(data: Data, folder: Path, rulebook: Rulebook) -> Profile:
    """Return the profile that comes of writing it and reading it."""
    path = folder / "profile.yaml"
    path.write_text(as_yaml(data), encoding="utf-8")
    return load_profile(path, rulebook)


def placeless(profile: Profile) -> Profile:
    """Return a profile whose entries do not say in which line they were written."""
    return replace(
        profile,
        facts={
            ref: tuple(replace(entry, place="") for entry in entries)
            for ref, entries in profile.facts.items()
        },
    )


# ---- the doors ----------------------------------------------------------------------------------


def make_pages(random: Random, size: int) -> Pages:
    """Return the pages of a valid rulebook of so many expectations."""
    return _Maker(random).pages(size)


def make_profile(random: Random, rulebook: Rulebook) -> Data:
    """Return a valid profile for a generated rulebook, as plain data."""
    return _Council(random, rulebook).profile()


def modest(examples: int) -> settings:
    """Return settings for tests that draw whole rulebooks: so many examples, and no stop-watch."""
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
    return settings(max_examples=examples, deadline=None, suppress_health_check=slow)


def randoms() -> st.SearchStrategy[Random]:
    """Return sources of choices that hypothesis can replay and shrink."""
    return st.randoms(use_true_random=False)


class Case:
    """A rulebook, a profile and a day; `pages` and `data` are what they were made from."""

    def __init__(self, pages: Pages, data: Data, rulebook: Rulebook, as_of: date) -> None:
        self.pages = pages
        self.data = data
        self.rulebook = rulebook
        self.profile = placeless(build_profile(data, rulebook))
        self.as_of = as_of

    def __repr__(self) -> str:
        own = {
            name: {key: page[key] for key in _SHOWN if key in page}
            for name, page in self.pages.items()
            if name.count("/") == 2
        }
        text = json.dumps([self.as_of, own, self.data], default=str)
        return text if len(text) < _LONGEST else f"{text[:_LONGEST]}…"


_LONGEST = 20_000
"""Characters of a case that are shown; hypothesis refuses many more."""

_SHOWN = ("id", "theme", "in_force", "applies_when", "expect", "thresholds")


@st.composite
def cases(draw: st.DrawFn, most: int = 8) -> Case:
    """Draw a rulebook of up to `most` expectations, a profile and a day."""
    random = draw(randoms())
    pages = make_pages(random, draw(st.integers(1, most)))
    rulebook = build_rulebook(pages)
    data = make_profile(random, rulebook)
    day = draw(st.sampled_from(DAYS))
    return Case(pages, data, rulebook, day)
