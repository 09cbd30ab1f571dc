"""Checking what a YAML file says against a model, with every problem pointed at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from readiness.errors import Problem
from readiness.model.values import near
from readiness.yaml_reader import Document, Path

M = TypeVar("M", bound=BaseModel)


def check(
    model: type[M],
    data: Any,
    document: Document,
    path: Path,
    problems: list[Problem],
    **more: Any,
) -> M | None:
    """Return `data` as a `model`, or None after adding every problem to `problems`.

    Args:
        path: Where `data` stands in the document.
        more: Values that the file does not hold itself, such as an id that is a key or file name.
    """
    if not isinstance(data, dict):
        problems.append(document.problem(path, "this takes a group of keys", "such as 'title: …'"))
        return None
    for name in more:
        if name in data:
            problems.append(document.problem((*path, name), f"'{name}' is given already", key=True))
    try:
        return model.model_validate({**data, **more})
    except ValidationError as error:
        problems.extend(_problems(error, model, document, path))
        return None


def _problems(
    error: ValidationError, model: type[BaseModel], document: Document, path: Path
) -> Iterable[Problem]:
    for fault in error.errors(include_url=False):
        place: Path = (*path, *fault["loc"])
        kind, given, context = fault["type"], fault["input"], fault.get("ctx", {})
        if kind == "missing":
            name = str(place[-1])
            yield document.problem(place[:-1], f"'{name}' is missing", f"add '{name}:'", key=True)
        elif kind == "extra_forbidden":
            name = str(place[-1])
            allowed = _keys_at(model, fault["loc"][:-1])
            help = near(name, allowed, f"the keys here are: {', '.join(allowed)}")
            yield document.problem(place, f"unknown key '{name}'", help, key=True)
        else:
            message, help = _explain(kind, given, context, fault["msg"])
            yield document.problem(place, message, help)


def _explain(kind: str, given: Any, context: Mapping[str, Any], said: str) -> tuple[str, str]:
    """Return a fault in plain English, and the fix."""
    shown = "yes or no" if isinstance(given, bool) else f"'{given}'"
    if kind in {"enum", "literal_error"}:
        words = str(context["expected"]).replace("'", "").replace(" or ", ", ")
        return f"{shown} is not one of: {words}", near(given, words.split(", "))
    if kind == "string_type":
        help = "put it in quotes if it is a word" if isinstance(given, bool) else "put it in quotes"
        return (
            ("this takes text, not a list or a group of keys", "write it on one line, or after >-")
            if isinstance(given, (list, dict))
            else (f"{shown} is not text", help)
        )
    if kind.startswith("date"):
        return f"{shown} is not a date", "write a day as 2026-10-31"
    if kind in {"tuple_type", "list_type"}:
        return "this takes a list", "begin each item with '- ', or write [one, two]"
    if kind in {"dict_type", "model_type"}:
        return "this takes a group of keys", "indent the keys under it"
    if kind == "too_short":
        return f"this needs at least {context['min_length']}", ""
    if kind == "string_pattern_mismatch":
        return f"{shown} is not an id", "capitals, digits and hyphens, such as SEND-EHC-001"
    if kind.startswith("bool"):
        return f"{shown} is neither yes nor no", "write yes or no"
    if kind.startswith("int") or kind == "greater_than_equal":
        return f"{shown} is not a whole number of {context.get('ge', 0)} or more", ""
    if kind == "value_error":
        return str(context.get("error", said)), ""
    return said[:1].lower() + said[1:], ""


def _keys_at(model: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    """Return the keys that a model has at a place inside it."""
    here: Any = model
    for step in loc:
        if isinstance(here, type) and issubclass(here, BaseModel) and isinstance(step, str):
            field = next((f for n, f in here.model_fields.items() if step in (n, f.alias)), None)
            here = field.annotation if field else None
        inner = _model_in(here)
        if inner is not None:
            here = inner
    if isinstance(here, type) and issubclass(here, BaseModel):
        return [field.alias or name for name, field in here.model_fields.items()]
    return []


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """Return the model inside an annotation such as `tuple[Model, ...]` or `Model | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in getattr(annotation, "__args__", ()):
        if (found := _model_in(part)) is not None:
            return found
    return None
