"""From the classes that pages are read into to JSON Schema, with the help of their docstrings."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from datetime import date
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from readiness.calendar import Duration

Schema = dict[str, Any]
"""A JSON Schema, or a part of one."""

Overrides = Mapping[tuple[type[BaseModel], str], Schema]
"""What a key holds, where its class says less than the rulebook knows."""

TEXT: Schema = {"type": "string"}


def ref(name: str) -> Schema:
    """Return a reference to a definition."""
    return {"$ref": f"#/definitions/{name}"}


def described(schema: Schema, description: str) -> Schema:
    """Return a schema with help; beside a reference draft 7 would not see it."""
    if "$ref" in schema:
        schema = {"allOf": [schema]}
    return {"description": description, **schema}


def words_of(values: Mapping[str, str]) -> Schema:
    """Return a choice of words, each with what it means."""
    known: Schema = {"enum": list(values)}
    if any(values.values()):
        known["enumDescriptions"] = list(values.values())
    return known


@cache
def help_of(model: type) -> tuple[str, Mapping[str, str]]:
    """Return what a class says of itself and of each of its attributes, from its docstring."""
    text = inspect.cleandoc(model.__doc__ or "")
    head, _, rest = text.partition("\nAttributes:\n")
    rest = re.split(r"\n\S", rest, maxsplit=1)[0]
    found = re.findall(r"^    (\w+): (.*(?:\n {8,}.*)*)", rest, re.MULTILINE)
    return " ".join(head.split()), {name: " ".join(said.split()) for name, said in found}


class Models:
    """Makes definitions of models.

    Attributes:
        overrides: What the rulebook knows of single keys.
        definitions: What has been defined, by name.
    """

    def __init__(self, overrides: Overrides, definitions: dict[str, Schema]) -> None:
        self.overrides = overrides
        self.definitions = definitions

    def ref(self, model: type[BaseModel], hidden: str | None = None) -> Schema:
        """Return a reference to the definition of a model.

        Args:
            hidden: A key that the page does not write, because the key above it says it.
        """
        if model.__name__ not in self.definitions:
            self.definitions[model.__name__] = {}  # so that a model inside itself ends
            self.definitions[model.__name__] = self.whole(model, hidden)
        return ref(model.__name__)

    def whole(self, model: type[BaseModel], hidden: str | None = None) -> Schema:
        """Return the schema of a model."""
        said, attributes = help_of(model)
        properties, required = {}, []
        for name, field in model.model_fields.items():
            if name == hidden:
                continue
            key = field.alias or name
            schema = self._key(model, name, field)
            properties[key] = described(schema, attributes.get(name, ""))
            if field.is_required():
                required.append(key)
        return {
            "description": said,
            "type": "object",
            "properties": properties,
            "additionalProperties": False,
            **({"required": required} if required else {}),
        }

    def _key(self, model: type[BaseModel], name: str, field: FieldInfo) -> Schema:
        if (model, name) in self.overrides:
            return self.overrides[model, name]
        schema = self.of(field.annotation, field.metadata)
        for one in field.metadata:
            pattern = getattr(one, "pattern", None)
            if pattern is not None:
                schema = {**schema, "pattern": pattern}
            least = getattr(one, "min_length", None)
            if least is not None:
                what = "minItems" if schema.get("type") == "array" else "minProperties"
                schema = {**schema, what: least}
        return schema

    def of(self, annotation: Any, metadata: list[Any] | None = None) -> Schema:
        """Return the schema of what an annotation allows."""
        origin, inner = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            return self._annotated(inner)
        if origin in (Union, UnionType):
            parts = [self.of(one) for one in inner if one is not NoneType]
            return parts[0] if len(parts) == 1 else {"anyOf": parts}
        if origin is Literal:
            return {"enum": [one.value if isinstance(one, Enum) else one for one in inner]}
        if origin is tuple:
            items = {"type": "array", "items": self.of(inner[0])}
            takes_one = any("as_list" in repr(one) for one in metadata or ())
            return {"anyOf": [self.of(inner[0]), items]} if takes_one else items
        if origin is dict:
            return {"type": "object", "additionalProperties": self.of(inner[1])}
        if annotation is Any:
            return {}
        return self._class(annotation)

    def _annotated(self, inner: tuple[Any, ...]) -> Schema:
        return self.of(inner[0], list(inner[1:]))

    def _class(self, kind: Any) -> Schema:
        simple = {str: TEXT, bool: ref("yes_no"), int: ref("whole"), date: ref("day")}
        simple[Duration] = ref("duration")
        if kind in simple:
            return simple[kind]
        if issubclass(kind, Enum):
            name = kind.__name__
            if name not in self.definitions:
                meanings = {one.value: getattr(one, "words", "") for one in kind}
                said = " ".join(inspect.cleandoc(kind.__doc__ or "").split())
                self.definitions[name] = described(words_of(meanings), said)
            return ref(name)
        if issubclass(kind, BaseModel):
            return self.ref(kind)
        raise TypeError(f"{kind} has no schema")
