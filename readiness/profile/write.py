"""Writing a profile as YAML: `to_yaml` and `load_profile` are inverses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from readiness.model.facts import Fact
from readiness.model.profile import Profile
from readiness.model.values import percent
from readiness.profile.data import Plain, profile_data


def to_yaml(profile: Profile, facts: Mapping[str, Fact], head: Sequence[str] = ()) -> str:
    """Return a profile as YAML, the same every time.

    Args:
        facts: The dictionary; the title of each fact stands above it as a comment.
        head: Lines of the comment at the top.
    """
    lines = [f"# {''.join(c if c.isprintable() else ' ' for c in line)}" for line in head]
    for section, data in profile_data(profile, facts).items():
        if section == "context":
            lines.append("# To compare with; never a pass mark.")
        if section == "facts":
            lines.append("facts:")
            for id, said in data.items():
                lines.append(f"  # {facts[id].title}")
                lines += _item(id, said, 1)
        else:
            lines += _item(section, data, 0)
    return "\n".join(lines) + "\n"


def _item(key: str, value: Any, depth: int) -> Iterator[str]:
    """Yield a key and its value, in block style unless it is short."""
    head = f"{'  ' * depth}{_key(key)}:"
    if isinstance(value, dict) and not _is_marker(value):
        yield head
        for inner, one in value.items():
            yield from _item(inner, one, depth + 1)
    elif isinstance(value, list) and any(isinstance(one, dict) for one in value):
        yield head
        for one in value:
            yield from _listed(one, depth + 1)
    else:
        yield f"{head} {_flow(value)}{_aside(value)}"


def _is_marker(value: dict[str, Any]) -> bool:
    """Whether this is a word that stands instead of a value in a series, with its reason."""
    ((key, one), *more) = value.items()
    return not more and key in {"suppressed", "not_collected", "unreadable"} and one is not None


def _listed(value: Any, depth: int) -> Iterator[str]:
    lines = [line for key, one in value.items() for line in _item(key, one, depth + 1)]
    yield f"{'  ' * depth}- {lines[0].lstrip()}"
    yield from lines[1:]


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_key(key)}: {_flow(one)}' for key, one in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    if isinstance(value, Plain):
        return str.__str__(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    return quoted(str(value))


def _key(key: str) -> str:
    return key if _NAME.fullmatch(key) else quoted(key)


_RATIO = re.compile(r"(\d+)/(\d+)")


def _aside(value: Any) -> str:
    """Return a counted share as a percentage, for the reader."""
    found = _RATIO.fullmatch(value) if isinstance(value, Plain) else None
    if found is None or not int(found[2]):
        return ""
    return f"  # {percent(Fraction(int(found[1]), int(found[2])))}"


_PLAIN = re.compile(r"[A-Za-z](?:[A-Za-z0-9 ._()/-]*[A-Za-z0-9)])?")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*|\d{4}(?:-(?:Q[1-4]|\d{2}))?")
_KEPT = frozenset(["yes", "no", "true", "false", "on", "off", "null", "unknown", "none", "y", "n"])


def quoted(text: str) -> str:
    """Return text as YAML, in quotes unless nobody could take it for anything else."""
    if _PLAIN.fullmatch(text) and text.lower() not in _KEPT:
        return text
    return "".join(
        c if c.isascii() or c.isprintable() else _escaped(c)
        for c in json.dumps(text, ensure_ascii=False)
    ).replace("\x7f", "\\x7f")


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
