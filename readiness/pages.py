"""Checking what a YAML file says against a model, with every problem pointed at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from readiness.errors import Problem
from readiness.model.values import Unfit, near, nearest, written
from readiness.yaml_reader import Document, Path

M = TypeVar("M", bound=BaseModel)
Loc = tuple[int | str, ...]


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
        first = next(key for key in _keys_at(model, ()) if key not in more)
        help = f"put its keys on lines of their own below it, such as '{first}: …'"
        problems.append(document.problem(path, "this takes a group of keys", help))
        return None
    for name in more:
        if name in data:
            help = "take this line away: the key above it is the id"
            problems.append(
                document.problem((*path, name), f"'{name}' is not written here", help, key=True)
            )
    try:
        return model.model_validate({**data, **more})
    except ValidationError as error:
        problems.extend(_problems(error, model, {**data, **more}, more, document, path))
        return None


def _problems(
    error: ValidationError,
    model: type[BaseModel],
    data: Mapping[str, Any],
    hidden: Iterable[str],
    document: Document,
    path: Path,
) -> Iterable[Problem]:
    """Yield what is wrong; of a whole only when nothing inside it is, and each mistake once.

    Args:
        hidden: Keys that a file does not hold itself.
    """

    def keys_around(loc: Path) -> list[str]:
        return [key for key in _keys_at(model, loc[:-1]) if key not in hidden]

    faults = {_in_data(fault, data): fault for fault in error.errors(include_url=False)}
    guilty = {loc[:size] for loc in faults for size in range(len(loc))}
    meant = {
        (*loc[:-1], key)
        for loc, fault in faults.items()
        if fault["type"] == "extra_forbidden"
        for key in nearest(loc[-1], keys_around(loc))
    }
    renamed = dict(_renamed(faults))
    meant |= set(renamed.values())
    for loc, fault in faults.items():
        kind, given, context = fault["type"], fault["input"], fault.get("ctx", {})
        place: Path = (*path, *loc)
        name = place[-1] if place else ""
        if loc in guilty or (kind == "missing" and loc in meant):
            continue
        if kind == "missing":
            message, help = f"'{name}' is missing", f"add '{name}:'"
            yield document.problem(place[:-1], message, help, key=True)
        elif kind == "extra_forbidden":
            allowed = keys_around(loc)
            help = near(name, allowed, f"the keys here are: {', '.join(allowed)}")
            if loc in renamed and not nearest(name, allowed):
                help = f"write '{renamed[loc][-1]}', which is missing"
            yield document.problem(place, f"unknown key '{name}'", help, key=True)
        elif kind == "too_short":
            least = context["min_length"]
            message = f"'{name}' needs at least {least} item{'s' if least > 1 else ''}"
            yield document.problem(place, message, "add what is missing", key=True)
        elif isinstance(unfit := context.get("error"), Unfit):
            place = (*place, unfit.key) if unfit.key else place
            whole = unfit.key is None and isinstance(given, (dict, list))
            yield document.problem(place, str(unfit), unfit.help, key=whole)
        else:
            message, help = _explain(kind, given, context, fault["msg"])
            yield document.problem(place, message, help)


def _renamed(faults: Mapping[Loc, Any]) -> Iterator[tuple[Loc, Loc]]:
    """Yield each unknown key that alone stands where one key alone is missing, with that key."""
    unknown, missing = (
        {loc for loc, fault in faults.items() if loc and fault["type"] == kind}
        for kind in ("extra_forbidden", "missing")
    )
    for loc in unknown:
        lacking = [other for other in missing if other[:-1] == loc[:-1]]
        alone = sum(other[:-1] == loc[:-1] for other in unknown) == 1
        if alone and len(lacking) == 1:
            yield loc, lacking[0]


def _in_data(fault: Any, data: Any) -> Loc:
    """Return where a fault stands in the data, without the names of types among its steps."""
    *steps, last = fault["loc"] or [None]
    loc: list[int | str] = []
    for step in (*steps, last):
        if isinstance(step, int) or (isinstance(data, dict) and step in data):
            data = data[step]
            loc.append(step)
    return (*loc, last) if fault["type"] == "missing" else tuple(loc)


def _explain(kind: str, given: Any, context: Mapping[str, Any], said: str) -> tuple[str, str]:
    """Return a fault in plain English, and the fix."""
    shown = written(given)
    if kind in {"enum", "literal_error"}:
        words = str(context["expected"]).replace("'", "").replace(" or ", ", ")
        return f"{shown} is not one of: {words}", near(
            given, words.split(", "), "choose one of these words"
        )
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
        return "this takes a group of keys", "put its keys on lines of their own below it"
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
        here = next((inner for part in _parts(here) if (inner := _inside(part, step))), None)
    found = [
        part for part in _parts(here) if isinstance(part, type) and issubclass(part, BaseModel)
    ]
    return [field.alias or name for part in found for name, field in part.model_fields.items()]


def _parts(annotation: Any) -> tuple[Any, ...]:
    """Return the members of a union, or the annotation alone."""
    union = get_origin(annotation) in (Union, UnionType)
    return get_args(annotation) if union else (annotation,)


def _inside(annotation: Any, step: int | str) -> Any:
    """Return the annotation of what stands at a key or position inside another, or None."""
    if get_origin(annotation) is dict:
        return get_args(annotation)[1]
    if get_origin(annotation) in (tuple, list):
        return get_args(annotation)[0]
    fields = getattr(annotation, "model_fields", {})
    return next((f.annotation for name, f in fields.items() if step in (name, f.alias)), None)
