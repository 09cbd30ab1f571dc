"""From an evaluation to findings: what was expected, what is held, why, and what to do next."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from datetime import date
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from readiness.analysis.findings.doubts import doubts_of, settled_by
from readiness.analysis.findings.expected import Expected
from readiness.analysis.findings.held import Holdings
from readiness.analysis.findings.proof import steps
from readiness.calendar import long_date, short_date
from readiness.engine.compile import Compiled
from readiness.engine.evaluate import Evaluation, Silence, ask, conclude
from readiness.logic import Truth
from readiness.model.conditions import (
    ATOMS,
    Condition,
    FindingHas,
    FindingIs,
    Leaf,
    facts_in,
    leaves,
)
from readiness.model.disclosure import Disclosure
from readiness.model.expectation import Expectation
from readiness.model.finding import (
    AcceptanceShown,
    ActionShown,
    CitationShown,
    Finding,
    Found,
    OverlayShown,
    Planned,
    RulebookShown,
)
from readiness.model.profile import PlanEntry, Profile, ShowsIn
from readiness.model.vocabulary import SEVERITY_ORDER, WORST_FIRST, Kind, Reason, Verdict
from readiness.rulebook.rulebook import Rulebook
from readiness.rulebook.wording import few, in_sentence, overlay_notes

if TYPE_CHECKING:
    from readiness.analysis.findings.charts import Charts

_KIND = {kind: number for number, kind in enumerate(Kind)}

Placed = tuple[tuple[object, ...], Finding]
"""A finding after its place in the order of priority."""


class Extent(Struct, frozen=True):
    """How much is said of each finding.

    Attributes:
        first: Say what is held and expected only of so many gaps, and of what is not known; the
            others have what a list of them needs. None says everything of all.
        drawn: Work out what a report draws too.
        proofs: Write down each step of the proofs too.
    """

    first: int | None = None
    drawn: bool = False
    proofs: bool = False


EVERYTHING = Extent()
LISTED = Extent(first=0)
DRAWN = Extent(drawn=True)
REPORT = Extent(drawn=True, proofs=True)


def _all(_: Finding) -> bool:
    return True


def findings(
    evaluation: Evaluation,
    disclosure: Disclosure,
    wanted: Callable[[Finding], bool] = _all,
    extent: Extent = EVERYTHING,
    silent: Silent | None = None,
) -> tuple[Finding, ...]:
    """Return the finding of each expectation that is wanted, in order of priority.

    Args:
        wanted: Picks by what every finding says: framework, severity, depth.
        silent: Findings of silence on the same day, shown by the same rule, where many profiles
            are checked, everything is said of all, and no proofs. There is nothing to draw in them.

    The order: not met, unknown, met, not applicable; then severity; duties first; how many are
    affected, most first; kind (impact, signal, evidence); worse than England before not; unplanned
    before planned; id. It is an order of reading, never a score.
    """
    builder = _Builder(evaluation, disclosure, extent.drawn)
    in_full = tuple(Verdict) if extent.first is None else (Verdict.UNKNOWN,)
    expectations = evaluation.rulebook.expectations
    made = [
        (silent and silent.finding(builder.profile, e))
        or builder.finding(e, in_full, proof=extent.proofs)
        for e in expectations.values()
    ]
    made.sort(key=lambda pair: pair[0])
    ordered = [finding for _, finding in made if wanted(finding)]
    for number, finding in enumerate(ordered[: extent.first or 0]):
        if finding.verdict is Verdict.NOT_MET:  # gaps come first
            ordered[number] = builder.finding(expectations[finding.id], (Verdict.NOT_MET,))[1]
    return tuple(ordered)


def finding_of(evaluation: Evaluation, id: str, disclosure: Disclosure | None = None) -> Finding:
    """Return the finding of one expectation, with its proof."""
    builder = _Builder(evaluation, disclosure or Disclosure())
    return builder.finding(evaluation.rulebook.expectations[id], tuple(Verdict), proof=True)[1]


def rulebook_shown(rulebook: Rulebook) -> RulebookShown:
    """Return which rulebook was used, with its overlays."""
    return RulebookShown(
        rulebook.page.id,
        rulebook.origin,
        rulebook.hash,
        len(rulebook.expectations),
        tuple(
            OverlayShown(page.id, page.title, place.origin, place.hash)
            for page, place in zip(rulebook.overlays, rulebook.laid_over, strict=True)
        ),
    )


class Silent:
    """Findings about which a profile says nothing, worked out once for many profiles of a day.

    As an atom of whose facts a profile says nothing gets the answer of silence, an expectation all
    of whose atoms do gets the finding of silence: the very same object.

    Attributes:
        silence: Answers of silence on the day.
    """

    def __init__(self, silence: Silence, compiled: Compiled, disclosure: Disclosure) -> None:
        self.silence = silence
        self._compiled = compiled
        self._disclosure = disclosure
        self._made: dict[str, Placed] = {}

    @cached_property
    def _builder(self) -> _Builder:
        nothing = self.silence.situation
        given = ask(nothing.rulebook, self._compiled, nothing.profile, nothing.as_of, self.silence)
        evaluation = conclude(nothing.rulebook, self._compiled, given)
        return _Builder(evaluation, self._disclosure)

    def finding(self, profile: Profile, e: Expectation) -> Placed | None:
        """Return the finding of an expectation where a profile is silent on it, else None."""
        leaves = self.silence.situation.rulebook.conditions[e.id].leaves
        if (
            not all(isinstance(one, ATOMS) and self.silence.covers(profile, one) for one in leaves)
            or profile.plans_for(e.id)
            or any(accepted.expectation == e.id for accepted in profile.acceptances)
        ):
            return None
        if e.id not in self._made:
            self._made[e.id] = self._builder.finding(e, tuple(Verdict))
        return self._made[e.id]


class _Builder:
    def __init__(self, evaluation: Evaluation, disclosure: Disclosure, drawn: bool = False) -> None:
        self.evaluation = evaluation
        self.rulebook = evaluation.rulebook
        self.profile = evaluation.situation.profile
        self.as_of = evaluation.situation.as_of
        self.expected = Expected(evaluation)
        self.holdings = Holdings(evaluation, disclosure, self.expected)
        self.charts: Charts | None = None
        if drawn:
            from readiness.analysis.findings.charts import Charts

            self.charts = Charts(self.holdings)

    def finding(
        self, e: Expectation, in_full: Container[Verdict], *, proof: bool = False
    ) -> Placed:
        """Return a finding with its place in the order of priority.

        Args:
            in_full: Verdicts of which everything is shown.
            proof: Whether to write down each step of the proof too.
        """
        verdict = self.evaluation.verdict(e.id)
        conditions = self.rulebook.conditions[e.id]
        full, gap = verdict in in_full, verdict is Verdict.NOT_MET
        compared = self.holdings.has_england(conditions.facts)  # decides the order
        asked, whole = (conditions.asked, conditions.leaves) if full or compared else ((), ())
        doubts = doubts_of(self.evaluation, e, verdict)
        reasons = doubts.ordered
        applicability = {Reason.APPLICABILITY, Reason.DOES_NOT_APPLY}.intersection(reasons)
        refs = facts_in(self._deciding_first(whole if applicability else asked, verdict))
        by_fact = self.holdings.found(refs, asked)
        found = tuple(chain.from_iterable(by_fact.values()))
        affected, count = self.holdings.affected(e, verdict, conditions.asked)
        usable = [one for one in found if one.state == "value"]
        evidenced = self.holdings.evidenced(refs or conditions.asked_facts)
        finding = Finding(
            id=e.id,
            title=e.title,
            framework=e.framework,
            criterion=e.criterion,
            also=e.also,
            kind=e.kind,
            force=e.force,
            theme=e.theme,
            holder=e.holder,
            owner=e.owner,
            depth=e.depth,
            severity=e.severity,
            verdict=verdict,
            reason=reasons[0] if reasons else None,
            reasons=reasons,
            issues=e.issues,
            expected=self.expected.wording.words(conditions.expect) if full else "",
            operands=self.expected.operands(asked),
            found=found,
            members=self.holdings.members(conditions.expect, by_fact) if full else (),
            affected=affected,
            known=_known(usable),
            known_facts=tuple(dict.fromkeys(one.fact for one in usable)),
            evidenced=evidenced,
            planned=tuple(self._planned(entry) for entry in self.profile.plans_for(e.id)),
            settled_by=tuple(
                settled_by(self.rulebook, ref, why) for ref, why in doubts.facts.items()
            ),
            upstream=self._upstream(whole),
            citations=tuple(self._citations(e)) if full else (),
            first_step=e.first_step,
            actions=tuple(
                ActionShown(a.do, a.owner, str(a.within))
                for a in (e.actions if full else e.actions[:1] if gap else ())
            ),
            acceptance=self._acceptance(e.id),
            why=e.why,
            ask=e.ask,
            details=(*overlay_notes(self.rulebook, e.id), *self._details(asked)),
            notes=_notes(e),
            steps=tuple(steps(conditions, self.holdings, by_fact)) if proof else (),
            applies=self._applies(conditions.applies_when) if full else "",
            said_alone=verdict is Verdict.MET and bool(conditions.asked_facts) and not evidenced,
        )
        if self.charts is not None:
            finding = replace(
                finding,
                series=tuple(self.charts.series(by_fact, asked)),
                positions=tuple(self.charts.positions(found)),
                timely=tuple(self.charts.timely(finding, asked)),
            )
        return _place(finding, count), finding

    def _applies(self, condition: Condition | None) -> str:
        """Return when an expectation applies, with what is held of that."""
        if condition is None:
            return ""
        inner = leaves(condition)
        found = self.holdings.found(facts_in(inner), inner)
        words = self.expected.wording.words(condition)
        held = [
            one.text
            if len(found) == 1
            else f"{in_sentence(self.rulebook.fact_title(ref))}: {one.text}"
            for ref, told in found.items()
            for one in told
        ]
        return f"{words} (held: {'; '.join(held)})" if held else words

    def _deciding_first(self, leaves: Sequence[Leaf], verdict: Verdict) -> list[Leaf]:
        """Return leaves as written, but those first that fail in a gap, or that are in doubt."""
        wanted = {Verdict.NOT_MET: Truth.FALSE, Verdict.UNKNOWN: Truth.UNKNOWN}.get(verdict)
        return sorted(leaves, key=lambda leaf: self.evaluation.truth(leaf) is not wanted)

    def _planned(self, entry: PlanEntry) -> Planned:
        shows: str | None = None
        if isinstance(entry.shows_in, ShowsIn):
            shows = self.rulebook.fact_title(entry.shows_in.ref)
            if entry.shows_in.reaches is not None:
                reaches = entry.shows_in.reaches
                shows += f" reaches {'yes' if reaches is True else reaches}"
            if entry.shows_in.by is not None:
                shows += f" by {short_date(entry.shows_in.by)}"
        elif entry.shows_in is not None:
            shows = entry.shows_in
        return Planned(
            entry.id,
            entry.do,
            entry.owner,
            entry.due,
            entry.status,
            shows,
            entry.overdue(self.as_of),
        )

    def _citations(self, e: Expectation) -> Iterator[CitationShown]:
        for citation in e.citations:
            source = self.rulebook.sources[citation.source]
            yield CitationShown(
                citation.source,
                source.title,
                source.short,
                citation.at,
                source.edition,
                citation.confidence,
                source.url,
            )

    def _acceptance(self, id: str) -> AcceptanceShown | None:
        accepted = [a for a in self.profile.acceptances if a.expectation == id]
        if not accepted:
            return None
        holding = [a for a in accepted if a.holds(self.as_of)]
        chosen = (holding or accepted)[-1]
        until = chosen.until.isoformat() if isinstance(chosen.until, date) else chosen.until
        until = None if until is None else str(until)
        return AcceptanceShown(chosen.by, chosen.reason, until, not holding)

    def _details(self, leaves: Sequence[Leaf]) -> tuple[str, ...]:
        """Return what else a reader should know of the answers, in words."""
        answers = [self.evaluation.answer(leaf) for leaf in leaves if isinstance(leaf, ATOMS)]
        details = [answer.detail for answer in answers if answer.detail]
        return tuple(dict.fromkeys([*details, *self._lacking(leaves)]))

    def _upstream(self, leaves: Sequence[Leaf]) -> tuple[tuple[str, Verdict], ...]:
        """Return the findings that leaves rest on, worst first."""
        ids = {leaf.id for leaf in leaves if isinstance(leaf, (FindingIs, FindingHas))}
        found = [(id, self.evaluation.verdict(id)) for id in sorted(ids)]
        return tuple(sorted(found, key=lambda pair: WORST_FIRST[pair[1]]))

    def _lacking(self, leaves: Sequence[Leaf]) -> list[str]:
        """Say which findings lack a plan, or what else each of them should have."""
        lacking: dict[str, list[str]] = {}
        for leaf in leaves:
            if isinstance(leaf, FindingHas) and self.evaluation.truth(leaf) is Truth.FALSE:
                lacking.setdefault(leaf.has, []).append(leaf.id)
        return [f"not {has}: {few(ids)}" for has, ids in lacking.items()]


def _place(finding: Finding, affected: int) -> tuple[object, ...]:
    """Return what findings are sorted by."""
    return (
        WORST_FIRST[finding.verdict],
        SEVERITY_ORDER[finding.severity],
        finding.kind is not Kind.DUTY,
        -affected,
        _KIND[finding.kind],
        not any(one.worse_than_england for one in finding.found),
        finding.has_plan,
        finding.id,
    )


def _notes(e: Expectation) -> tuple[str, ...]:
    """Return what the rule itself adds."""
    notes: list[str] = []
    if e.in_force.start is None and e.in_force.enacted and e.in_force.checked_on:
        notes.append(
            f"enacted {long_date(e.in_force.enacted)}, not commenced when last checked on "
            f"{long_date(e.in_force.checked_on)}"
        )
    return (*notes, e.note) if e.note else tuple(notes)


def _known(found: Sequence[Found]) -> str:
    """Return what is known in one line: the values with their periods."""
    parts = [
        f"{one.title}: " + ", ".join(filter(None, (one.text, one.period, one.earlier)))
        for one in found
    ]
    return "; ".join(parts)
