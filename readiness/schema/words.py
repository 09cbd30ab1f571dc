"""The ids and words of one rulebook, and how values are written: what other schemas refer to."""

from __future__ import annotations

from readiness.calendar import Unit
from readiness.model.vocabulary import Place, Reason, Region, Stands, Verdict
from readiness.rulebook.rulebook import Rulebook
from readiness.schema.models import TEXT, Schema, ref, words_of

_NUMBER = r"[0-9]{1,12}(\.[0-9]{1,12}|/0*[1-9][0-9]{0,11})?"
_UNITS = "|".join(unit.value.removesuffix("s").replace(" ", r"\s+") for unit in Unit)


def written(pattern: str, how: str) -> Schema:
    """Return text of a form, with what to write where it is not of it."""
    return {"type": "string", "pattern": pattern, "patternErrorMessage": how}


def duration(unit: str | None = None) -> Schema:
    """Return how a duration is written, in any unit or in one."""
    units = _UNITS if unit is None else unit.removesuffix("s").replace(" ", r"\s+")
    letters = "".join(
        f"[{c.upper()}{c.lower()}]" if c.isalpha() and before != "\\" else c
        for before, c in zip(" " + units, units, strict=False)
    )
    return written(rf"^\s*{_NUMBER}\s*({letters})[sS]?\s*$", f"write 14 {unit or 'weeks'}")


BASIC: dict[str, Schema] = {
    "yes_no": {
        "anyOf": [
            {"type": "boolean"},
            written("^([yY]([eE][sS])?|[nN][oO]?|[oO]([nN]|[fF]{2})|[tT]([rR][uU][eE])?|"
                    "[fF]([aA][lL][sS][eE])?|[01])$", "write yes or no"),
            {"enum": [0, 1]},
        ],
    },
    "whole": {
        "anyOf": [{"type": "integer"}, written(r"^\s*[+-]?[0-9]+(\.0*)?\s*$", "write a number")],
    },
    "day": written("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "write a day as 2026-10-31"),
    "duration": duration(),
    "share": written(
        r"^\s*([0-9]+(\.[0-9]+)?\s?%|[0-9]+\s?/\s?[0-9]+)\s*$", "write 46.4% or 312/480"
    ),
    "scalar": {"type": ["string", "number", "boolean"]},
}  # fmt: skip
"""How values are written, whatever the rulebook.

They have no help of their own: an editor shows the innermost, and would not say what a key means.
"""


def definitions(rulebook: Rulebook) -> dict[str, Schema]:
    """Return a definition for each kind of id, with titles as help."""
    frameworks = rulebook.frameworks.values()
    criteria: dict[str, str] = {}
    for framework in frameworks:
        for id, criterion in framework.criteria.items():
            told = criteria.get(id)
            title = f"{framework.title}: {criterion.title}"
            criteria[id] = title if told is None else f"{told}; {title}"
    themes = dict.fromkeys(sorted(e.theme for e in rulebook.expectations.values()), "")
    members = {
        member: f"{dimension.title}: {title}"
        for dimension in rulebook.dimensions.values()
        for member, title in dimension.members.items()
    }
    requests = {
        f"{f.id}/{id}": f"{f.title}: {item.title}"
        for f in frameworks
        for id, item in f.requests.items()
    }
    places = {
        f"{f.id}/{id}": f"{f.title}: {criterion.title}"
        for f in frameworks
        for id, criterion in f.criteria.items()
    }
    kept = {
        "fact": {id: fact.title for id, fact in rulebook.facts.items()},
        "source": {id: source.title for id, source in rulebook.sources.items()},
        "unit": {id: unit.many for id, unit in rulebook.units.items()},
        "dimension": {id: dimension.title for id, dimension in rulebook.dimensions.items()},
        "member": members,
        "vocabulary": {id: words.title for id, words in rulebook.vocabularies.items()},
        "framework": {framework.id: framework.title for framework in frameworks},
        "criterion": criteria,
        "place": places,
        "request": requests,
        "expectation": {id: e.title for id, e in rulebook.expectations.items()},
        "issue": rulebook.issue_codes(),
        "area": dict.fromkeys([Place.ENGLAND.value, *Region], ""),
    }
    found = {name: words_of(words) for name, words in kept.items()}
    counted = [id for id, fact in rulebook.facts.items() if fact.type in {"count", "share"}]
    found["counted_fact"] = {"enum": counted}
    found["theme"] = {
        "anyOf": [words_of(themes), TEXT],
        "description": "One of the words in use, or a new one.",
    }
    found["verdict"] = words_of({verdict.value: "" for verdict in Verdict})
    found["reason"] = words_of({reason.value: reason.words for reason in Reason})
    found["stands"] = words_of({one.value: "" for one in Stands})
    found["said"] = {
        "description": "A verdict, or a verdict with its leading reason: {unknown: missing}.",
        "anyOf": [
            ref("verdict"),
            {
                "type": "object",
                "propertyNames": ref("verdict"),
                "additionalProperties": ref("reason"),
                "minProperties": 1,
                "maxProperties": 1,
            },
        ],
    }
    return found
