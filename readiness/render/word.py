"""The lead member's briefing as a Word document, made from a template that a council may restyle.

The template that comes with the package is built here. A council's own is a copy of it with other
fonts, colours, margins or a letterhead: what stands in double braces is filled in.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any

from readiness.analysis.briefing import Told, briefing
from readiness.calendar import long_date
from readiness.errors import UsageError
from readiness.model.disclosure import SMALL_COUNTS_SHOWN
from readiness.model.finding import Report
from readiness.render.visible import visible

_FONT = "Arial"
_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The day that every part of the file bears, so that the same content is the same bytes."""


def render(report: Report, template: Path | None = None) -> bytes:
    """Return the lead member's briefing as a Word document.

    Args:
        template: A council's own template; the packaged one if None.

    Raises:
        UsageError: docxtpl is not installed, or the template cannot be used.
    """
    _needed()
    from docxtpl import DocxTemplate
    from jinja2 import StrictUndefined
    from jinja2.exceptions import TemplateError
    from jinja2.sandbox import SandboxedEnvironment

    source = BytesIO(new_template()) if template is None else _read(template)
    try:
        document = DocxTemplate(source)
        environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
        document.render(_content(report), environment, autoescape=True)
        core = document.docx.core_properties
    except (TemplateError, zipfile.BadZipFile, KeyError, ValueError, AttributeError) as error:
        where = template.as_posix() if template else "the packaged template"
        raise UsageError(
            f"{where} is not a template that can be filled in: {error}; "
            "help: begin with the one that --new-template writes"
        ) from None
    day = datetime.combine(report.as_of, time())
    core.author, core.last_modified_by, core.comments, core.revision = "", "", "", 1
    core.title = visible(f"{report.council}: briefing for the lead member")[:255]
    core.created, core.modified = day, day
    made = BytesIO()
    document.save(made)
    return same_bytes(made.getvalue())


def _needed() -> None:
    try:
        import docxtpl  # noqa: F401
    except ImportError:
        raise UsageError(
            "a Word document needs docxtpl, which is not installed; "
            "help: pip install 'readiness[word]'"
        ) from None


def _read(template: Path) -> BytesIO:
    try:
        return BytesIO(template.read_bytes())
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(f"{template.as_posix()} cannot be read: {reason}") from None


def _content(report: Report) -> dict[str, Any]:
    made = briefing(report)
    return {
        "warning": SMALL_COUNTS_SHOWN if report.small_counts_shown else "",
        "council": visible(report.council),
        "day": long_date(report.as_of),
        "selected": visible(report.selected),
        "known": made.known,
        "evidenced": made.evidenced,
        "planned": made.planned,
        "notices": [visible(notice) for notice in report.notices],
        "first": [_told(told) for told in made.first],
        "answers": [
            {
                "number": number,
                "ask": visible(answer.ask),
                "counts": answer.counts,
                "told": [_told(told) for told in answer.told],
                "next": [visible(ask) for ask in answer.next],
            }
            for number, answer in enumerate(made.answers, 1)
        ],
        "rulebook": visible(report.rulebook.passed_on),
    }


def _told(told: Told) -> dict[str, str]:
    return {
        "id": told.id,
        "verdict": told.label,
        "title": visible(told.title),
        "text": visible(told.text),
    }


def new_template() -> bytes:
    """Return the packaged template: styles, and the places that are filled in.

    Raises:
        UsageError: docxtpl is not installed.
    """
    _needed()
    from docx import Document
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(1.9)
    section.top_margin = section.bottom_margin = Cm(1.4)
    for name, size, before, after in (
        ("Normal", 10, 0, 2),
        ("Title", 18, 0, 3),
        ("Heading 1", 11, 6, 1),
        ("List Bullet", 10, 0, 1),
    ):
        style = document.styles[name]
        style.font.name, style.font.size = _FONT, Pt(size)
        style.font.color.rgb = RGBColor(0x17, 0x20, 0x2A)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for key in list(fonts.attrib):
            if key.endswith("Theme"):
                del fonts.attrib[key]
        for part in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(part), _FONT)
        style.paragraph_format.space_before = Pt(before)
        style.paragraph_format.space_after = Pt(after)
        style.paragraph_format.line_spacing = 1.0
    document.styles["Heading 1"].paragraph_format.keep_with_next = True
    for style_name, text in _paragraphs():
        paragraph = document.add_paragraph(style=style_name)
        for number, piece in enumerate(text.split("**")):
            if piece:
                paragraph.add_run(piece).bold = True if number % 2 else None
    made = BytesIO()
    document.save(made)
    return same_bytes(made.getvalue())


def _paragraphs() -> Iterator[tuple[str, str]]:
    """Yield the template's paragraphs: style, and text in which ** begins and ends bold."""
    yield "Normal", "{%p if warning %}"
    yield "Normal", "**{{ warning }}**"
    yield "Normal", "{%p endif %}"
    yield "Title", "{{ council }}: briefing for the lead member"
    yield (
        "Normal",
        "Readiness check at {{ day }}. Not a grade and not a score: which expectations of law and "
        "inspection frameworks are met, and what is not known.",
    )
    yield "Normal", "{%p if selected %}"
    yield "Normal", "Shown: {{ selected }}."
    yield "Normal", "{%p endif %}"
    yield "List Bullet", "**What is known.** {{ known }}"
    yield "List Bullet", "**How it is known.** {{ evidenced }}"
    yield "List Bullet", "**What is planned.** {{ planned }}"
    yield "List Bullet", "{%p for notice in notices %}"
    yield "List Bullet", "**Note:** {{ notice }}."
    yield "List Bullet", "{%p endfor %}"
    yield "Normal", "{%p if first %}"
    yield "Heading 1", "What comes first"
    yield "Normal", "{%p endif %}"
    yield from _told_paragraphs("first")
    yield "Normal", "{%p for answer in answers %}"
    yield "Heading 1", "{{ answer.number }}. {{ answer.ask }}"
    yield "Normal", "{{ answer.counts }}"
    yield from _told_paragraphs("answer.told")
    yield "Normal", "{%p for ask in answer.next %}"
    yield "Normal", "**Ask next:** {{ ask }}"
    yield "Normal", "{%p endfor %}"
    yield "Normal", "{%p endfor %}"
    yield "Normal", "Rulebook {{ rulebook }}. Each id leads to the full report."


def _told_paragraphs(what: str) -> Iterator[tuple[str, str]]:
    yield "List Bullet", f"{{%p for told in {what} %}}"
    yield "List Bullet", "**{{ told.verdict }}:** {{ told.title }}. {{ told.text }} ({{ told.id }})"
    yield "List Bullet", "{%p endfor %}"


def same_bytes(document: bytes) -> bytes:
    """Return a zip file with its parts in order of name, each bearing the same day."""
    made = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(document)) as source,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        names = sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name))
        for name in names:
            part = zipfile.ZipInfo(name, _EARLIEST)
            part.compress_type = zipfile.ZIP_DEFLATED
            part.external_attr = 0o600 << 16
            target.writestr(part, source.read(name))
    return made.getvalue()
