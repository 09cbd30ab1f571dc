"""HTML that is well formed by construction: elements are nested as calls, and text is escaped.

document = element("p", {"class": "id"}, "a < b")    # <p class="id">a &lt; b</p>
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from readiness.render.visible import visible

_VOID = frozenset({"link", "meta", "input", "br"})


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def element(tag: str, attributes: Mapping[str, str | None] | None = None, *inside: str) -> Markup:
    """Return an element; what is inside is escaped where it is not markup.

    Args:
        attributes: Names and values; one whose value is None is left out.
    """
    parts = [f"<{tag}"]
    for name, value in (attributes or {}).items():
        if value is not None:
            parts.append(f' {name}="{escape(value)}"')
    parts.append(">")
    if tag not in _VOID:
        parts.append(joined(*inside))
        parts.append(f"</{tag}>")
    return Markup("".join(parts))


def document(title: str, style: str, *body: str) -> str:
    """Return a page that needs nothing else: no script, no request, one language.

    Args:
        style: Rules of style.
        body: What stands on it, escaped where it is not markup.
    """
    policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    lines = [
        "<!DOCTYPE html>",
        '<html lang="en-GB">',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        element("title", None, title),
        f"<style>\n{style}</style>",
        "</head>",
        "<body>",
        "<main>",
        *(joined(one) for one in body),
        "</main>",
        "</body>",
        "</html>\n",
    ]
    return visible("\n".join(lines))


def joined(*inside: str) -> Markup:
    """Return pieces one after another, each escaped where it is not markup."""
    return Markup(
        "".join(each if isinstance(each, Markup) else escape(each, quote=False) for each in inside)
    )
