"""A plan as a Word document, through a template that the council can restyle.

The template is a document with the names of fields in double braces. What a profile says is only
ever put in as text: nothing in it is looked at for fields again, and no template can reach beyond
the fields that it is given. Equal plans make equal files.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any

from readiness.errors import UsageError
from readiness.model.actions import Action, ActionPlan
from readiness.model.disclosure import SMALL_COUNTS_SHOWN
from readiness.render.plan.words import (
    addressed_words,
    affected_words,
    citation_words,
    due_words,
    fault_lines,
    first_of,
    gap_words,
    impact_words,
    owner_words,
    rulebook_words,
    summary,
    title,
)
from readiness.render.visible import visible
from readiness.render.word import same_bytes

MADE = datetime(2000, 1, 1, tzinfo=timezone.utc)
"""Day of making that every document names, so that equal plans are equal files."""

_COLUMNS = (
    ("Action", "{{ a.id }}\n{{ a.severity }}", 2.6),
    ("What will be done", "{{ a.do }}", 5.4),
    ("Owner, due, status", "{{ a.owner }}\n{{ a.due }}\n{{ a.status }}", 3.8),
    ("What it is for", "{{ a.addresses }}", 6.4),
    ("Held by; written in", "{{ a.holders }}\n{{ a.citations }}", 4.2),
    ("How impact will show", "{{ a.impact }}\n{{ a.now }}", 4.4),
)
"""Headings, fields and widths in centimetres; 26.8 of them fit on a page on its side."""


def render(plan: ActionPlan, template: Path | None = None, *, everything: bool = False) -> bytes:
    """Return the bytes of the document.

    Args:
        template: The council's own; None for the one that comes with the package.
        everything: Show every proposed action, and not only the first.

    Raises:
        UsageError: docxtpl is not installed, or the template cannot be filled.
    """
    try:
        docxtpl: Any = import_module("docxtpl")  # which says nothing of its types
        import jinja2
        from jinja2.sandbox import SandboxedEnvironment
    except ImportError:
        raise _missing() from None
    name = "the template" if template is None else template.as_posix()
    source = BytesIO(default_template()) if template is None else BytesIO(_read(template))
    try:
        document = docxtpl.DocxTemplate(source)
        environment = SandboxedEnvironment(autoescape=True, undefined=jinja2.StrictUndefined)
        document.render(fields(plan, everything), environment, autoescape=True)
        out = BytesIO()
        _dated(document.docx, visible(title(plan)))
        document.save(out)
    except jinja2.TemplateError as error:
        line = f"{error}".splitlines()[0] if str(error) else type(error).__name__
        raise UsageError(
            f"{name} cannot be filled: {line}; begin again from --new-template"
        ) from None
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise UsageError(
            f"{name} is no Word document ({type(error).__name__}); begin from --new-template"
        ) from None
    return same_bytes(out.getvalue())


def _missing() -> UsageError:
    return UsageError(
        "Word documents need the extra 'word'; install it with: pip install 'readiness[word]'"
    )


def _read(template: Path) -> bytes:
    try:
        return template.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(f"{template.as_posix()} cannot be read: {reason}") from None


def fields(plan: ActionPlan, everything: bool = False) -> dict[str, Any]:
    """Return what a template may name."""
    shown, more = first_of(plan, everything)
    return {
        "title": visible(title(plan)),
        "warning": SMALL_COUNTS_SHOWN if plan.small_counts_shown else "",
        "summary": _lines(summary(plan)),
        "gaps": _lines(map(gap_words, plan.check.gaps)),
        "faults": _lines(fault_lines(plan.check)),
        "mend": [
            {"what": visible(fault.message), "help": visible(fault.help)}
            for fault in plan.check.faults
        ],
        "planned": _actions(plan.planned),
        "proposed": _actions(shown),
        "proposed_count": len(plan.proposed),
        "more": visible(more),
        "rulebook": visible(rulebook_words(plan)),
    }


def _lines(lines: Iterator[str] | Sequence[str]) -> list[str]:
    return [visible(line) for line in lines]


def _actions(actions: Sequence[Action]) -> list[dict[str, str]]:
    return [
        {key: visible(text.replace("\t", " ")) for key, text in _action(action).items()}
        for action in actions
    ]


def _action(action: Action) -> dict[str, str]:
    now = action.measure.now if action.measure else None
    affected = affected_words(action)
    return {
        "id": action.id,
        "do": action.do,
        "owner": owner_words(action),
        "due": due_words(action),
        "status": action.status,
        "severity": f"{action.worst} gap" if action.worst else "no gap",
        "addresses": addressed_words(action) + _affected(affected),
        "holders": action.holders,
        "citations": citation_words(action),
        "impact": impact_words(action),
        "now": f"Now: {now}" if now else "",
    }


def _affected(words: str) -> str:
    return f"\nAffected:{chr(10) if chr(10) in words else ' '}{words}" if words else ""


# ---- the template that comes with the package ----


def default_template() -> bytes:
    """Return a template to fill or to restyle.

    Raises:
        UsageError: python-docx is not installed.
    """
    try:
        import docx
        from docx.enum.section import WD_ORIENT
        from docx.shared import Cm, Pt
    except ImportError:
        raise _missing() from None
    document = docx.Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21.0)
    section.left_margin = section.right_margin = Cm(1.4)
    section.top_margin = section.bottom_margin = Cm(1.5)
    for name, size in (("Normal", 10), ("Title", 20), ("Heading 1", 14)):
        style: Any = document.styles[name]
        style.font.name, style.font.size = "Arial", Pt(size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in [key for key in fonts.attrib if "heme" in key]:
            del fonts.attrib[theme]
    normal: Any = document.styles["Normal"]
    normal.paragraph_format.space_after = Pt(4)
    _british(document)
    document.add_paragraph("{{ title }}", style="Title")
    document.add_paragraph("{%p if warning %}")
    document.add_paragraph("{{ warning }}")
    document.add_paragraph("{%p endif %}")
    _bullets(document, "summary")
    document.add_heading("The plan", 1)
    _table(document, "planned", Cm, Pt)
    document.add_paragraph("{%p if faults %}")
    document.add_heading("What to mend in it", 1)
    _bullets(document, "faults")
    document.add_paragraph("{%p for m in mend %}")
    document.add_paragraph("{{ m.what }}: {{ m.help }}", style="List Number")
    document.add_paragraph("{%p endfor %}")
    document.add_paragraph("{%p endif %}")
    document.add_heading("Gaps by severity", 1)
    _bullets(document, "gaps")
    document.add_paragraph("{%p if proposed %}")
    document.add_heading("Proposed by rule pages, and agreed by nobody yet", 1)
    _table(document, "proposed", Cm, Pt)
    document.add_paragraph("{{ more }}")
    document.add_paragraph("{%p endif %}")
    document.add_paragraph("{{ rulebook }} Nothing here is a mark or a grade.")
    _dated(document, "Template of an improvement plan")
    out = BytesIO()
    document.save(out)
    return same_bytes(out.getvalue())


def _bullets(document: Any, name: str) -> None:
    document.add_paragraph(f"{{%p for line in {name} %}}")
    document.add_paragraph("{{ line }}", style="List Bullet")
    document.add_paragraph("{%p endfor %}")


def _table(document: Any, name: str, centimetres: Any, points: Any) -> None:
    """Add a table whose middle row is repeated for each action; its headings stand on each page."""
    from docx.oxml import OxmlElement

    table = document.add_table(rows=4, cols=len(_COLUMNS))
    table.style = "Table Grid"
    table.autofit = False
    for at, (heading, field, width) in enumerate(_COLUMNS):
        table.columns[at].width = centimetres(width)
        for row in table.rows:
            row.cells[at].width = centimetres(width)
        head = table.cell(0, at).paragraphs[0].add_run(heading)
        head.bold, head.font.size = True, points(9)
        cell = table.cell(2, at)
        for number, line in enumerate(field.split("\n")):
            paragraph = cell.paragraphs[0] if not number else cell.add_paragraph()
            paragraph.paragraph_format.space_after = points(2)
            run = paragraph.add_run(line)
            run.font.size, run.bold = points(9), not (at or number)
    table.cell(1, 0).text = f"{{%tr for a in {name} %}}"
    table.cell(3, 0).text = "{%tr endfor %}"
    for row in table.rows[:3]:
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _british(document: Any) -> None:
    """Say that the words are British English, so that a spelling checker knows."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = document.styles["Normal"].element.get_or_add_rPr()
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-GB")
    properties.append(language)


def _dated(document: Any, name: str) -> None:
    properties = document.core_properties
    properties.title = name[:255]
    properties.author = properties.last_modified_by = "readiness"
    properties.comments = ""
    properties.created = properties.modified = MADE
    properties.revision = 1
