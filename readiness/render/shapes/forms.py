"""How single values are written in JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from readiness.model.actions import PROPOSED
from readiness.model.vocabulary import PlanStatus, Reason


@dataclass(frozen=True, eq=False)
class Form:
    """How a value is written: the name of its definition, and its schema."""

    name: str
    schema: dict[str, Any]


def _text(name: str, pattern: str, description: str) -> Form:
    return Form(name, {"description": description, "type": "string", "pattern": pattern})


Day = Annotated[str, _text("day", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "A day, such as 2026-10-31.")]

Level = Annotated[
    str,
    _text(
        "level",
        r"^-?[0-9]+(\.[0-9]{1,4})?$",
        "A decimal number in the unit that stands beside it, such as 23.3 per cent. It is text, so "
        "that no program rounds it again.",
    ),
]

Hidden = Annotated[
    str,
    Form(
        "hidden",
        {
            "description": "A count that is not shown, in words: fewer than 6, all but fewer than "
            "6, or some.",
            "type": "string",
            "pattern": "^[^0-9]",
        },
    ),
]

State = Annotated[
    str,
    Form(
        "state",
        {
            "description": "Whether a usable value is held; else why not.",
            "enum": ["value", *(reason.value for reason in Reason)],
            "enumDescriptions": [
                "a value is held that can be used",
                *(reason.words for reason in Reason),
            ],
        },
    ),
]

ActionStatus = Annotated[
    str,
    Form(
        "action_status",
        {
            "description": "Where an action stands; proposed where nobody has taken it on yet.",
            "enum": [*(status.value for status in PlanStatus), PROPOSED],
        },
    ),
]
