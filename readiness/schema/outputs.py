"""JSON Schemas of what commands write, from the types that renderers return.

Draft 7, as those of pages. Each names every key: none is left out, what is not there is null, and
no other key is let pass, so that a slip in a renderer is seen. Keys may be added in a later release
without another `schema_version`; a program that must outlive one ignores keys it does not know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from readiness.render.shapes.check import CheckData
from readiness.render.shapes.commands import (
    ClaimsData,
    DiffData,
    DrillData,
    PlanData,
    ResultsDiffData,
    SettleData,
    WhatIfData,
)
from readiness.render.shapes.forms import Form
from readiness.render.shapes.rules import CoverageData, ImpactData
from readiness.render.shapes.shared import HeadData
from readiness.schema.models import TEXT, Schema, described, help_of, ref, words_of


@dataclass(frozen=True, slots=True)
class Output:
    """What a command writes as JSON.

    Attributes:
        command: The command that writes it.
        shapes: The types that it may be.
        version: Its `schema_version`.
    """

    command: str
    shapes: tuple[type, ...]
    version: int = 1


OUTPUTS: Mapping[str, Output] = {
    "check-output": Output("readiness check --format json", (CheckData,)),
    "settle-output": Output("readiness settle --format json", (SettleData,)),
    "plan-output": Output("readiness plan --format json", (PlanData,)),
    "claims-output": Output("readiness claims --format json", (ClaimsData,)),
    "drill-output": Output("readiness drill --format json", (DrillData,)),
    "diff-output": Output("readiness diff --format json", (DiffData, ResultsDiffData)),
    "what-if-output": Output("readiness what-if --format json", (WhatIfData,)),
    "coverage-output": Output("readiness rules coverage --format json", (CoverageData,)),
    "impact-output": Output("readiness rules impact --format json", (ImpactData,)),
}
"""Every output, by the name of its schema."""


def output_schema(name: str) -> tuple[Schema, dict[str, Schema]]:
    """Return the schema of an output, and the definitions that it may refer to."""
    output, shapes = OUTPUTS[name], Shapes()
    made = [shapes.group(shape) for shape in output.shapes]
    whole = made[0] if len(made) == 1 else {"oneOf": made}
    head = {
        "$id": f"urn:readiness:{name}:{output.version}",
        "title": f"What '{output.command}' writes",
    }
    return {**head, **whole}, shapes.definitions


class Shapes:
    """Makes schemas of types.

    Attributes:
        definitions: What has been defined, by name.
    """

    def __init__(self) -> None:
        self.definitions: dict[str, Schema] = {}

    def group(self, shape: type) -> Schema:
        """Return the schema of a typed dictionary: each of its keys, and no other."""
        said, attributes = help_of(shape)
        shared = help_of(HeadData)[1]
        keys = get_type_hints(shape, include_extras=True)
        return {
            "description": said,
            "type": "object",
            "properties": {
                key: described(self.of(held), attributes.get(key) or shared.get(key, ""))
                for key, held in keys.items()
            },
            "required": list(keys),
            "additionalProperties": False,
        }

    def of(self, annotation: Any) -> Schema:
        """Return the schema of what an annotation allows."""
        origin, inner = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            return self._form(inner[1])
        if origin in (Union, UnionType):
            return _any([self.of(one) for one in inner])
        if origin is Literal:
            return {"enum": list(inner)}
        if origin is list:
            return {"type": "array", "items": self.of(inner[0])}
        if origin is dict:
            return self._table(*inner)
        simple: dict[Any, Schema] = {
            str: TEXT,
            bool: {"type": "boolean"},
            int: {"type": "integer"},
            NoneType: {"type": "null"},
        }
        return simple[annotation] if annotation in simple else self._defined(annotation)

    def _table(self, keys: Any, held: Any) -> Schema:
        """Return the schema of a value for each word of a closed list, none of them left out."""
        words = [
            str(word)
            for part in (get_args(keys) if get_origin(keys) in (Union, UnionType) else (keys,))
            for word in (get_args(part) if get_origin(part) is Literal else part)
        ]
        return {
            "type": "object",
            "propertyNames": {"enum": words},
            "additionalProperties": self.of(held),
            "required": words,
        }

    def _form(self, form: Form) -> Schema:
        self.definitions[form.name] = form.schema
        return ref(form.name)

    def _defined(self, kind: type) -> Schema:
        if kind.__name__ not in self.definitions:
            if issubclass(kind, Enum):
                said = help_of(kind)[0]
                meanings = {one.value: getattr(one, "words", "") for one in kind}
                self.definitions[kind.__name__] = described(words_of(meanings), said)
            else:
                self.definitions[kind.__name__] = self.group(kind)
        return ref(kind.__name__)


def _any(schemas: list[Schema]) -> Schema:
    """Return a schema of several, as one list of types where they are nothing more."""
    if all(list(schema) == ["type"] for schema in schemas):
        return {"type": [schema["type"] for schema in schemas]}
    return {"anyOf": schemas}
