"""The lead member's briefing: the questions of leaders, each answered from the findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from readiness.model.finding import Finding, Found, Report
from readiness.model.vocabulary import WORST_FIRST, Verdict
from readiness.rulebook.wording import few

GAPS_TOLD = 2
"""Gaps told of each question: two pages hold so many."""

LONGEST = 220
"""Letters after which what is said of one finding is cut: the report has the rest."""

FIRST = 3
"""Gaps told at the head."""

LEFT = "What else leaders are asked"
"""The heading of the questions to which nothing in a report of a part answers."""


class Told(NamedTuple):
    """A finding in a line."""

    id: str
    verdict: Verdict
    title: str
    text: str

    @property
    def label(self) -> str:
        """The verdict under the heading that readers know."""
        return "Not known" if self.verdict is Verdict.UNKNOWN else self.verdict.words.capitalize()


class Answer(NamedTuple):
    """A question, what the findings answer, and what to ask next.

    Attributes:
        counts: How many of the findings behind it are not met, not known and met, in words.
    """

    ask: str
    counts: str
    told: tuple[Told, ...]
    next: tuple[str, ...]


class Briefing(NamedTuple):
    """What a lead member should know, on two pages.

    Attributes:
        known, evidenced, planned: The three questions, counted over all findings, in words.
    """

    known: str
    evidenced: str
    planned: str
    first: tuple[Told, ...]
    answers: tuple[Answer, ...]


def briefing(report: Report) -> Briefing:
    """Return the briefing of a report."""
    asked = report.questions
    by_id = {finding.id: finding for finding in report.findings}
    place = {finding.id: number for number, finding in enumerate(report.findings)}
    answers, left = [], []
    for question in report.leaders:
        some = sorted(
            (by_id[id] for id in question.findings if id in by_id), key=lambda f: place[f.id]
        )
        if some:
            answers.append(_answer(question.ask, some))
        else:
            left.append(question.ask)
    if left:
        why = f"Nothing of what stands behind these is in this report: {' '.join(left)}"
        answers.append(Answer(LEFT, why, (), ()))
    gaps = report.of(Verdict.NOT_MET)
    return Briefing(
        f"{asked.known} of {asked.apply} expectations that apply are answered: "
        f"{asked.met} met, {asked.gaps} not met. "
        f"{asked.apply - asked.known} are not known.",
        f"{asked.evidenced} of the {asked.known} answers name an item of evidence."
        + (
            f" {asked.said_alone} of the {asked.met} that are met rest on what was said alone."
            if asked.said_alone
            else ""
        ),
        f"{asked.planned} of the {asked.gaps} gaps have a plan with an owner, a day to come and a "
        "sign in which its effect will show.",
        tuple(_told(gap) for gap in gaps[:FIRST]),
        tuple(answers),
    )


def _answer(ask: str, findings: Sequence[Finding]) -> Answer:
    apply = [f for f in findings if f.verdict is not Verdict.NOT_APPLICABLE]
    if not apply:
        return Answer(ask, "None of the expectations behind this applies here.", (), ())
    return Answer(ask, _counts(apply), tuple(_chosen(apply)), tuple(_next(apply)))


def _counts(findings: Sequence[Finding]) -> str:
    verdicts = [finding.verdict for finding in findings]
    names = {Verdict.NOT_MET: "not met", Verdict.UNKNOWN: "not known", Verdict.MET: "met"}
    counts = [
        f"{verdicts.count(verdict)} {names[verdict]}"
        for verdict in WORST_FIRST
        if verdict in verdicts
    ]
    noun = "expectation" if len(findings) == 1 else "expectations"
    return f"Of {len(findings)} {noun} behind this: {', '.join(counts)}."


def _chosen(findings: Sequence[Finding]) -> Iterator[Told]:
    """Yield the worst gaps, else the first that is not known, and the first that is met."""
    gaps = [f for f in findings if f.verdict is Verdict.NOT_MET]
    unknown = [f for f in findings if f.verdict is Verdict.UNKNOWN]
    met = [f for f in findings if f.verdict is Verdict.MET]
    for finding in [*gaps[:GAPS_TOLD], *unknown[: GAPS_TOLD - len(gaps[:GAPS_TOLD])], *met[:1]]:
        yield _told(finding)


def _next(findings: Sequence[Finding]) -> Iterator[str]:
    """Yield what to ask next: of the worst, or where all is met of the first."""
    open = [f for f in findings if f.verdict is not Verdict.MET]
    for finding in (open or findings)[:1]:
        yield finding.ask


def _told(finding: Finding) -> Told:
    return Told(finding.id, finding.verdict, finding.title, _text(finding))


def _text(finding: Finding) -> str:
    """Return the one thing that is found which says most, and whether anybody plans for it."""
    if finding.verdict is Verdict.UNKNOWN:
        return f"Because {'; '.join(reason.words for reason in finding.reasons[:2])}."
    parts = [_cut(" ".join(_what(finding)))]
    if finding.verdict is Verdict.NOT_MET:
        parts.append("Planned for." if finding.has_plan else "No plan that still holds.")
    return " ".join(filter(None, parts))


def _what(finding: Finding) -> Iterator[str]:
    """Yield what decides a finding: it stands first among what is found."""
    inside = {(fact, member.member) for member in finding.members for fact in member.facts}
    held = [found for found in finding.found if found.state == "value"]
    worst = [member for member in finding.members if member.verdict is finding.verdict]
    if held and (held[0].fact, held[0].member) not in inside:
        movement = [one for one in finding.details if one.startswith(f"{held[0].title}: ")]
        yield f"{movement[0] if movement else _value(held[0])}."
    elif worst and finding.verdict is Verdict.NOT_MET:
        names = ", ".join(member.title for member in worst)
        yield f"{len(worst)} of {len(finding.members)} are not as they should be: {names}."
    elif lacking := [one for one in finding.details if one.startswith("not ")]:
        yield f"N{lacking[0][1:]}."
    elif finding.upstream:
        missed = [id for id, verdict in finding.upstream if verdict is Verdict.NOT_MET]
        if missed:
            among = f" among the {len(finding.upstream)}" if finding.upstream[1:] else ""
            yield f"Not met{among} that it rests on: {few(missed, 4, 3)}."
    elif finding.details:
        yield f"{finding.details[0]}."


def _value(found: Found) -> str:
    return f"{found.title}: " + ", ".join(filter(None, (found.text, found.period)))


def _cut(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return text[: LONGEST - 1].rsplit(" ", 1)[0][: LONGEST - 1].rstrip(" ,;:") + "…"
