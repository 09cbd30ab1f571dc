"""What the reader of conditions takes, made from the tables that it reads by.

`KEYS`, `FORMS`, `TESTS` and `tests_for` of `readiness.rulebook.conditions` say which keys there
are; here stands only what each of them holds. A key without an entry is an error, so that the
language cannot grow without its schema.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from readiness.model.conditions import DateOp, Op
from readiness.model.facts import Fact
from readiness.model.vocabulary import FactType, Place, Verdict
from readiness.rulebook.conditions import (
    DIRECTIONS,
    FORMS,
    HAS,
    KEYS,
    MEASURES,
    ORDERING,
    TESTS,
    tests_for,
)
from readiness.rulebook.rulebook import Rulebook
from readiness.schema.facts import value
from readiness.schema.models import TEXT, Schema, described, ref, words_of

_HELP = {
    "fact": "A fact of the dictionary, compared with a value, a threshold or another fact.",
    "date": "A day that is no fact, such as as_of, against another.",
    "finding": "What another expectation came to.",
    "findings": "How many of a group of expectations came to something.",
    "every": "One test for each member of a dimension; each must hold.",
    "some": "One test for each member of a dimension; one must hold.",
    "all": "Every one of these conditions holds.",
    "any": "One or more of these conditions hold.",
    "not": "This condition does not hold.",
}

_OPS = {
    Op.IS: "The value is this.",
    Op.IS_NOT: "The value is something else.",
    Op.AT_LEAST: "The value is this or more.",
    Op.AT_MOST: "The value is this or less.",
    Op.MORE_THAN: "The value is more than this.",
    Op.LESS_THAN: "The value is less than this.",
    Op.BETWEEN: "The value lies between two, both included: [lowest, highest].",
    Op.ONE_OF: "The value is one of these.",
    Op.INCLUDES: "The list holds this word.",
    Op.INCLUDES_ALL: "The list holds each of these words.",
}

_DATE_OPS = {
    DateOp.WITHIN: "The day lies within this time before the evaluation date.",
    DateOp.BEFORE: "The day comes before this one.",
    DateOp.AFTER: "The day comes after this one.",
    DateOp.ON_OR_BEFORE: "The day is this one or comes before it.",
    DateOp.ON_OR_AFTER: "The day is this one or comes after it.",
}

_LIST: Schema = {"type": "array", "items": ref("condition"), "minItems": 1}
_BY_WORD = ("kind", "holder", "severity", "depth")
_MANY: Schema = {"description": "So many or more.", "type": "integer", "minimum": 1}
_DIMENSION = described(ref("dimension"), "The dimension over whose members the test goes.")
_SATISFIES = described(ref("condition"), "The test of one member.")
_EXPECTATION = described(ref("expectation"), "The other expectation.")
_IS = described(ref("verdicts"), "The verdicts that count; never unknown.")
_THRESHOLD = described(TEXT, "The name of one of this page's thresholds.")
_OTHER_FACT = described(ref("fact"), "Another fact of the same type and unit.")
_FOR = described(TEXT, "One member of a family of facts.")
_AGO = described(ref("duration"), "Its value so long before.")
_DATED = described(ref("span"), "How old the evidence may be.")
_KINDS: Schema = {
    "description": "Of how many independent kinds; 1 if left out.",
    "type": "integer",
    "minimum": 1,
    "maximum": 9,
}


def add_conditions(rulebook: Rulebook, definitions: dict[str, Schema]) -> None:
    """Define `condition`, and everything that stands in one."""
    maker = _Maker(rulebook)
    definitions.update(maker.parts())
    definitions["condition"] = maker.condition()


def _whole(least: int = 1, most: int | None = None) -> Schema:
    return {"type": "integer", "minimum": least, **({"maximum": most} if most else {})}


def _group(form: str, holds: Mapping[str, Schema], *required: str) -> Schema:
    """Return a group with the keys of a form.

    Args:
        holds: What each key holds.
    """
    return {
        "type": "object",
        "properties": {key: holds[key] for key in KEYS[form]},
        "additionalProperties": False,
        **({"required": list(required)} if required else {}),
    }


def _where(ids: list[str], then: Schema) -> Schema:
    """Return what is so of some facts only.

    They are told by a pattern: a choice of words here would be read as words to choose from, and an
    editor would then show another fact's help than that of the fact hovered over.
    """
    these = "|".join(id.replace(".", r"\.") for id in ids)
    some = {"properties": {"fact": {"pattern": f"^(?:{these})$"}}, "required": ["fact"]}
    return {"if": some, "then": then}


def _either(schema: Schema, keys: tuple[str, ...]) -> Schema:
    """Return a group that has one or more of these keys too."""
    return {**schema, "anyOf": [{"required": [key]} for key in keys]}


class _Maker:
    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook

    def condition(self) -> Schema:
        """Return any condition: which form it is, is decided in the order of the reader."""
        chosen = ref("counted_condition")
        for form in reversed([*FORMS]):
            chosen = {
                "if": {"required": [form]},
                "then": ref(f"{form}_condition"),
                "else": chosen,
            }
        return {
            "description": "What must be so: a comparison of a fact, or conditions joined.",
            "type": "object",
            "properties": {form: {"description": _HELP[form]} for form in FORMS},
            **chosen,
        }

    def parts(self) -> dict[str, Schema]:
        """Return the definitions that a condition refers to."""
        forms: dict[str, Schema] = {
            "all": _group("all", {"all": described(_LIST, "Every one of these holds.")}, "all"),
            "any": _group("any", {"any": described(_LIST, "One or more of these hold.")}, "any"),
            "not": _group(
                "not", {"not": described(ref("condition"), "This does not hold.")}, "not"
            ),
            "every": self._each("every"),
            "some": self._each("some"),
            "finding": _group("finding", {"finding": _EXPECTATION, "is": _IS}, *KEYS["finding"]),
            "findings": self._findings(),
            "date": self._date(),
            "fact": self._fact(),
        }
        return {
            **{f"{form}_condition": described(forms[form], _HELP[form]) for form in FORMS},
            "counted_condition": self._counted(),
            **{f"test:{test}": self._other(test) for test in _OTHER},
            "verdicts": self._verdicts(),
            "threshold": _group("threshold", {"threshold": _THRESHOLD}, "threshold"),
            "span": {"anyOf": [ref("duration"), ref("threshold")]},
            "term": self._term(),
            "operand": _group(
                "operand",
                {"fact": _OTHER_FACT, "for": _FOR, "ago": _AGO},
                "fact",
            ),
        }

    # ---- forms ----

    def _each(self, form: str) -> Schema:
        return _group(form, {form: _DIMENSION, "satisfies": _SATISFIES}, form, "satisfies")

    def _counted(self) -> Schema:
        """Return `at_least` so many of a list, or of the members of a dimension."""
        of = _group(
            "of",
            {"at_least": _MANY, "of": described(_LIST, "The conditions of which so many hold.")},
            *KEYS["of"],
        )
        each = _group(
            "of_each",
            {"at_least": _MANY, "of_each": _DIMENSION, "satisfies": _SATISFIES},
            *KEYS["of_each"],
        )
        return {
            "description": "At least so many of these hold.",
            "if": {"required": ["of_each"]},
            "then": each,
            "else": of,
        }

    def _findings(self) -> Schema:
        chosen: dict[str, Schema] = {
            "is": _IS,
            "ids": {
                "description": "These expectations.",
                "type": "array",
                "items": ref("expectation"),
            },
            "framework": described(ref("framework"), "Those of a framework."),
            "criterion": described(ref("criterion"), "Those of a criterion."),
            "theme": described(ref("theme"), "Those of a theme."),
            **{key: {"description": f"Those of one {key}.", **TEXT} for key in _BY_WORD},
        }
        group = _group("group", chosen, "is")
        holds = {
            "findings": {
                **group,
                "minProperties": 2,
                "description": "Which expectations, and what they came to.",
            },
            "at_least": _MANY,
            "at_most": described(_whole(0), "No more than so many."),
            "every": described(words_of(dict.fromkeys(HAS, "")), "Each of them is this."),
        }
        counts = tuple(key for key in KEYS["findings"] if key != "findings")
        return _either(_group("findings", holds, "findings"), counts)

    def _date(self) -> Schema:
        subject = described(ref("term"), "The day that is compared.")
        holds = {"date": subject, **{op.value: self._day_test(op) for op in DateOp}}
        return _either(_group("date", holds, "date"), tuple(DateOp))

    def _day_test(self, op: DateOp) -> Schema:
        return described(ref("span" if op is DateOp.WITHIN else "term"), _DATE_OPS[op])

    def _term(self) -> Schema:
        holds = {
            "fact": described(ref("fact"), "The day that a fact holds."),
            "for": _FOR,
            "yearly": described(TEXT, "A day of every year, such as 15 February."),
            "next": described(ref("yes_no"), "The coming one, not the latest."),
            "date": {"description": "A day, or as_of.", "anyOf": [ref("day"), {"enum": ["as_of"]}]},
            "plus": described(ref("span"), "So long after it."),
            "minus": described(ref("span"), "So long before it."),
        }
        group = _either(_group("term", holds), ("fact", "yearly", "date"))
        return {
            "description": "A day: 2026-10-31, as_of, {fact: a date} or {yearly: 15 February}.",
            "anyOf": [ref("day"), {"enum": ["as_of"]}, group],
        }

    def _verdicts(self) -> Schema:
        allowed = {"enum": [v.value for v in Verdict if v is not Verdict.UNKNOWN]}
        return {"anyOf": [allowed, {"type": "array", "items": allowed, "minItems": 1}]}

    # ---- tests of a fact ----

    def _fact(self) -> Schema:
        """Return a test of a fact: every test there is, then for each kind of fact what fits."""
        changed = {
            "properties": {key: self._operand(Op(key), None) for key in sorted(ORDERING)},
            "propertyNames": {"enum": ["fact", "for", "change", *sorted(ORDERING)]},
        }
        fitting = [_where(ids, self._tests(self.rulebook.facts[ids[0]])) for ids in self._alike()]
        return {
            "type": "object",
            "properties": {
                "fact": described(ref("fact"), "A fact of the dictionary."),
                "for": _FOR,
                **{test: {"description": self._test_help(test)} for test in TESTS},
                "change": ref("test:change"),
            },
            "required": ["fact"],
            "additionalProperties": False,
            "minProperties": 2,
            "allOf": [
                {"if": {"required": ["change"]}, "then": changed, "else": {"allOf": fitting}},
                {"if": {"required": ["for"]}, "then": self._members()},
            ],
        }

    def _alike(self) -> list[list[str]]:
        """Return the facts in groups of which the same tests and values fit."""
        groups: dict[tuple[object, ...], list[str]] = {}
        for fact in self.rulebook.facts.values():
            words = fact.of if fact.type is FactType.LIST else None
            kind = (fact.type, fact.unit, fact.values, fact.ordered, words)
            groups.setdefault(kind, []).append(fact.id)
        return list(groups.values())

    def _tests(self, fact: Fact) -> Schema:
        fitting = sorted(tests_for(fact))
        return {
            "properties": {test: self._test(test, fact) for test in fitting},
            "propertyNames": {"enum": ["fact", "for", *fitting]},
        }

    def _members(self) -> Schema:
        """Return which members `for` may name: of a family, those of its dimension."""
        families: dict[str, list[str]] = {}
        for fact in self.rulebook.facts.values():
            if fact.for_each is not None:
                families.setdefault(fact.for_each, []).append(fact.id)
        every = [id for ids in families.values() for id in ids]
        members = [
            _where(ids, {"properties": {"for": {"enum": [*self._of(dimension)]}}})
            for dimension, ids in families.items()
        ]
        return {"properties": {"fact": {"enum": every}}, "allOf": members}

    def _of(self, dimension: str) -> Mapping[str, str]:
        return self.rulebook.dimensions[dimension].members

    def _test_help(self, test: str) -> str:
        ops: dict[str, str] = {op.value: said for op, said in _OPS.items()}
        days: dict[str, str] = {op.value: said for op, said in _DATE_OPS.items()}
        return {**ops, **days, **_OTHER}[test]

    def _test(self, test: str, fact: Fact) -> Schema:
        if test in list(Op):
            return self._operand(Op(test), fact)
        if test in list(DateOp):
            return self._day_test(DateOp(test))
        return ref(f"test:{test}")

    def _other(self, test: str) -> Schema:
        """Return a test that is the same for all facts that it fits."""
        other: dict[str, Any] = {
            "overlaps": lambda: _group(
                "overlaps",
                {
                    "fact": described(ref("fact"), "The other list."),
                    "for": _FOR,
                    "by": described(_whole(1, 99), "How many terms they share; 1 if left out."),
                },
                "fact",
            ),
            "no_worse_than": lambda: _group(
                "no_worse_than",
                {
                    "benchmark": described(
                        words_of({place.value: place.words for place in Place}),
                        "With whom it is compared.",
                    ),
                    "by": {
                        "description": "How much worse is accepted, such as 5 points.",
                        "anyOf": [ref("scalar"), ref("threshold")],
                    },
                },
                "benchmark",
            ),
            "stable": lambda: _group(
                "stable",
                {
                    "method": {"enum": ["xmr"], "description": "The kind of chart."},
                    "points": described(_whole(12, 120), "How many points the chart has."),
                    "look_at": described(_whole(), "Among how many of the last no rule fires."),
                },
                "method",
            ),
            "trend": self._trend,
            "known": lambda: ref("yes_no"),
            "evidenced": lambda: {
                "anyOf": [
                    ref("yes_no"),
                    _group("evidenced", {"within": _DATED, "by": _KINDS}),
                ]
            },
            "change": self._change,
        }
        made: Schema = other[test]()
        return described(made, _OTHER[test])

    def _trend(self) -> Schema:
        direction = words_of(dict.fromkeys(DIRECTIONS, ""))
        holds = {
            "is": described(direction, "It goes there."),
            "not": described(direction, "It does not go there."),
            "by": {"enum": ["xmr_run"], "description": "How it is told."},
        }
        return _either(_group("trend", holds, "by"), ("is", "not"))

    def _change(self) -> Schema:
        holds = {
            "over": described(ref("duration"), "How long before the newest value."),
            "as": described({"enum": [*MEASURES]}, "Which way it counts; size is either way."),
            "in": {"enum": ["percent"], "description": "As a share of the earlier value."},
        }
        return described(_group("change", holds, "over", "as"), _OTHER["change"])

    def _operand(self, op: Op, fact: Fact | None) -> Schema:
        """Return what a comparison takes.

        Args:
            fact: As which operands are read; None where that depends on more than the fact.
        """
        if fact is not None and fact.type is FactType.LIST:
            one = self._word(fact)
        else:
            alone = ref("scalar") if fact is None else self._value(fact)
            one = {"anyOf": [alone, ref("threshold"), ref("operand")]}
        if op is Op.BETWEEN:
            one = {"type": "array", "items": one, "minItems": 2, "maxItems": 2}
        elif op in {Op.ONE_OF, Op.INCLUDES_ALL}:
            one = {"type": "array", "items": one, "minItems": 1}
        return described(one, _OPS[op])

    def _value(self, fact: Fact) -> Schema:
        if fact.type is FactType.DATE:
            return {"enum": ["not_yet"]}
        return value(fact) or {}

    def _word(self, fact: Fact) -> Schema:
        """Return a word of a list; other spellings and words for a term are known too."""
        vocabulary = self.rulebook.vocabularies.get(fact.of or "")
        if vocabulary is None:
            return TEXT
        return {"anyOf": [{"enum": list(vocabulary.terms)}, TEXT]}


_OTHER = {
    "overlaps": "The list shares terms with another list of the same vocabulary.",
    "no_worse_than": "Not worse than the newest figure published for a place.",
    "stable": "No rule of an XmR chart fires among the last points of the series.",
    "trend": "A run of seven points on an XmR chart says where the series goes.",
    "known": "A usable value is held.",
    "evidenced": "Dated evidence stands behind it.",
    "change": "The newest value less an earlier one, compared with what stands beside this.",
}
