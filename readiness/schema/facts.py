"""What a profile may say of each fact: short and long forms, series, markers and families."""

from __future__ import annotations

from collections.abc import Sequence

from readiness.model.facts import Fact
from readiness.model.vocabulary import FactType, Place
from readiness.profile.facts import ABOUT, INSTEAD, VALUE_KEYS, groups_of
from readiness.rulebook.rulebook import Rulebook
from readiness.schema.models import TEXT, Schema, described, ref, words_of
from readiness.schema.words import duration, written

_COUNT: Schema = {"type": "integer", "minimum": 0}

_ABOUT: dict[str, Schema] = {
    "period": {
        "description": "The period that the value is of, such as 2025-09-01/2026-08-31 or 2025.",
        "type": ["string", "integer"],
    },
    "dated": described(ref("day"), "The day on which the value was true."),
    "evidence": {
        "description": "Ids of the evidence items behind it, or none.",
        "anyOf": [TEXT, {"type": "array", "items": TEXT}],
    },
    "source": {"description": "Where the value was read, in words.", **TEXT},
    "note": {"description": "What a reader should know beside the value.", **TEXT},
    "left_out": {
        "description": "How many cases could not be counted, by reason.",
        "type": "object",
        "additionalProperties": {"type": "integer", "minimum": 0},
    },
}

_BESIDE = {key: ref(f"about:{key}") for key in ABOUT}
"""What may stand beside a value."""

_INSTEAD = {
    "unknown": "Somebody looked, and it is not known; say why.",
    "not_applicable": "Why it does not apply here.",
    "suppressed": "The marker of a return or publication, such as c.",
    "not_collected": "The marker of a return or publication, such as x.",
    "unreadable": "Why what is held cannot be read.",
}

_PARTS: dict[str, Schema] = {
    "numerator": {"description": "How many of them, as a whole number.", **_COUNT},
    "denominator": {"description": "Of how many, as a whole number.", **_COUNT},
    "respondents": {"description": "How many people answered.", **_COUNT},
    "asked": {"description": "How many people were asked.", **_COUNT},
    "stands": described(ref("stands"), "Where it stands, in one of four words."),
    "by": {"description": "The role that judged it, such as Head of SEND.", **TEXT},
}


def short(fact: Fact) -> Schema | None:
    """Return how a value of a fact is written by itself, or None where it never is."""
    match fact.type:
        case FactType.YES_NO:
            words = written("^([yY]es|[nN]o|[tT]rue|[fF]alse)$", "write yes or no")
            return {"anyOf": [{"type": "boolean"}, words]}
        case FactType.COUNT:
            return _COUNT
        case FactType.SHARE:
            return ref("share")
        case FactType.RATE | FactType.NUMBER:
            return {"type": "number"}
        case FactType.DURATION:
            return duration(fact.unit)
        case FactType.DATE:
            return {"anyOf": [ref("day"), {"enum": ["not_yet"]}]}
        case FactType.CHOICE:
            return {"enum": list(fact.values)}
        case FactType.TEXT:
            return written(r"\S", "write some words")
        case FactType.LIST:
            return {"type": "array", "items": TEXT}
        case _:
            return None


def value(fact: Fact) -> Schema | None:
    """Return what a fact is compared with, or stands for in a long form."""
    if fact.type is FactType.SURVEY:
        return ref("share")
    if fact.type is FactType.JUDGEMENT:
        return ref("stands")
    return short(fact)


def _forms(fact: Fact) -> list[Schema]:
    """Return the forms in which one place of a profile may speak of a fact, or of one member."""
    alone = [form for form in (short(fact),) if form is not None]
    unknown: Schema = {"enum": ["unknown"]}
    properties: dict[str, Schema] = {}
    for key in VALUE_KEYS.get(fact.type, ("value",)):
        if key == "value":
            properties[key] = {
                "description": "The value, written as by itself.",
                "anyOf": [value(fact) or {}, unknown],
            }
        elif key == "series":
            properties[key] = {
                "description": "Values by period, with keys of one kind: 2025, 2025-26, 2025-Q1.",
                "type": "object",
                "minProperties": 1,
                "additionalProperties": {"anyOf": [*alone, unknown, {"type": "object"}]},
            }
        else:
            properties[key] = _PARTS[key]
    for key in INSTEAD:
        if key != "not_applicable":
            properties[key] = described(ref("why"), _INSTEAD[key])
        elif fact.may_not_apply:
            properties[key] = described(TEXT, _INSTEAD[key])
    properties.update(_BESIDE)
    return [*alone, unknown, _group(properties)]


def _group(properties: dict[str, Schema], required: Sequence[str] = ()) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        **({"required": list(required)} if required else {}),
    }


class Facts:
    """Makes definitions of what may be said of facts.

    Attributes:
        definitions: What has been defined, by name.
        length: How many letters of a fact's definition stand in its help, beside the title;
            below 0 there is no help.
    """

    def __init__(self, rulebook: Rulebook, definitions: dict[str, Schema], length: int) -> None:
        self.rulebook = rulebook
        self.definitions = definitions
        self.length = length
        self.forms: dict[tuple[object, ...], str] = {}

    def group(self) -> Schema:
        """Return what may stand under `facts`; dotted and nested keys are the same."""
        self.definitions.update({f"about:{key}": _ABOUT[key] for key in ABOUT})
        self.definitions["why"] = {
            "description": "Why there is no value, in words.",
            "anyOf": [TEXT, {"enum": [True, "yes"]}],
        }
        for id, fact in self.rulebook.facts.items():
            said: Schema = {"allOf": self._of(fact)}
            if self.length >= 0:
                said["description"] = self._help(fact)
            self.definitions[f"fact:{id}"] = said
        groups = sorted(groups_of(tuple(self.rulebook.facts)))
        for name in ("", *groups):
            start = f"{name}." if name else ""
            properties = {
                other.removeprefix(start): ref(f"{what}:{other}")
                for what, known in (("fact", self.rulebook.facts), ("group", groups))
                for other in known
                if other.startswith(start)
            }
            self.definitions[f"group:{name}" if name else "facts"] = _group(properties)
        return ref("facts")

    def _help(self, fact: Fact) -> str:
        more = fact.definition
        if len(more) > self.length:
            more = f"{more[: self.length].rsplit(' ', 1)[0]} …" if self.length else ""
        return f"{fact.title}. {more}" if more else fact.title

    def _of(self, fact: Fact) -> list[Schema]:
        """Return what may be said of a fact; of a family, each member by its dimension."""
        form = (fact.type, fact.unit, fact.values, fact.may_not_apply)
        if form not in self.forms:
            number = sum(name.startswith(f"said:{fact.type}") for name in self.forms.values())
            self.forms[form] = f"said:{fact.type}{number or ''}"
            self._define(self.forms[form], fact)
        name = self.forms[form]
        if fact.for_each is None:
            return [ref(name)]
        dimension = f"each:{fact.for_each}"
        if dimension not in self.definitions:
            members = self.rulebook.dimensions[fact.for_each].members
            titles: dict[str, Schema] = {id: {"description": said} for id, said in members.items()}
            beside: dict[str, Schema] = {key: {} for key in ("unknown", *ABOUT)}
            self.definitions[dimension] = {
                "properties": {**titles, **beside},
                "additionalProperties": False,
            }
        return [ref(dimension), ref(f"every:{name}")]

    def _define(self, name: str, fact: Fact) -> None:
        """Define what may be said of a fact, and of each member of a family of such facts.

        What is said is one statement, or several that disagree.
        """
        one = f"one:{name}"
        self.definitions[one] = {"anyOf": _forms(fact)}
        conflicting = {
            "description": "Two or more statements that disagree.",
            "type": "array",
            "minItems": 2,
            "items": ref(one),
        }
        disagreeing = _group({"conflicting": conflicting}, ["conflicting"])
        self.definitions[name] = {"anyOf": [ref(one), disagreeing]}
        every = {"type": "object", "properties": _BESIDE, "additionalProperties": ref(name)}
        unknown = _group({"unknown": ref("why")}, ["unknown"])
        self.definitions[f"every:{name}"] = {"anyOf": [every, {"enum": ["unknown"]}, unknown]}


def context() -> Schema:
    """Return what may stand under `context`: published figures of each fact."""
    figure = _group(
        {
            "place": described(
                words_of({place.value: place.words for place in Place}), "Whose figure it is."
            ),
            "value": described(ref("scalar"), "The figure."),
            "values": {
                "description": "The figures of the neighbours.",
                "type": "array",
                "items": ref("scalar"),
                "minItems": 1,
            },
            "period": {"description": "The period of it.", "type": ["string", "integer"]},
            "published": described(ref("day"), "Day of publication."),
            "source": described(ref("scalar"), "Where it was published."),
            "withheld": {"description": "Neighbours whose figure is not known.", "type": "integer"},
            "for": described(TEXT, "For a family, which member."),
        },
        ["place", "period", "published", "source"],
    )
    return {
        "description": "Published figures to compare with, as 'profile fill' writes them.",
        "type": "object",
        "propertyNames": ref("fact"),
        "additionalProperties": {"anyOf": [figure, {"type": "array", "items": figure}]},
    }
