"""What would settle what is not known: an overview, and a request sheet for each holder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from readiness.analysis.unknowns.asking import Request, Settled, by_holder
from readiness.analysis.unknowns.needs import Thing
from readiness.calendar import long_date
from readiness.model.disclosure import SMALL_COUNTS_SHOWN
from readiness.model.vocabulary import Holder
from readiness.render.markdown import escaped
from readiness.render.plain import head_data, indented, rulebook_data
from readiness.render.text import book_lines, found_words, hang
from readiness.render.visible import in_lines
from readiness.rulebook.wording import few

if TYPE_CHECKING:
    from readiness.render.shapes.commands import (
        RequestData,
        SettleData,
        ThingData,
    )

FIRST = 7
_MILESTONES = (1, 5, 10, 25, 50, 100, 250, 500)

_SETTLED = (
    "Settled means: whatever the answer turns out to be, the expectation is then met, not met or "
    "not applicable. It does not mean that the answer is a good one."
)


def holder_words(holder: Holder | None) -> str:
    """Return who is asked."""
    return "published figures (nobody has to be asked)" if holder is None else holder.words


# ---- text ----------------------------------------------------------------------------------------


def render(settled: Settled, *, holder: Holder | None = None, everything: bool = False) -> str:
    """Return an overview as text, or the request sheet for one holder."""
    lines = [*_head(settled)]
    if holder is not None:
        lines += _sheet(settled, holder)
    else:
        lines += [*_overview(settled), *_first_asks(settled, everything), *_holders(settled)]
        lines += _not_by_asking(settled)
    return in_lines(lines)


def _head(settled: Settled) -> Iterator[str]:
    if settled.small_counts_shown:
        yield SMALL_COUNTS_SHOWN
    code = f" ({settled.code})" if settled.code else ""
    day_from = " (today)" if settled.as_of_from == "today" else ""
    day = f"{long_date(settled.as_of)}{day_from}"
    yield f"{settled.council}{code}: what would settle what is not known, at {day}"
    yield from book_lines(settled.rulebook)
    if settled.selected:
        yield f"Shown: {settled.selected}"


def summary(settled: Settled) -> tuple[str, ...]:
    """Return what can be settled, in sentences."""
    unknown, left = len(settled.unknown), len(settled.unsettled)
    if not unknown:
        return ("Nothing is unknown.",)
    asked = len(settled.requests)
    said = [
        f"{unknown} {_plural(unknown, 'expectation')} {'is' if unknown == 1 else 'are'} not "
        f"known. {unknown - left} of them can be "
        f"settled by answers to {asked} {_plural(asked, 'request')}; {left} cannot."
    ]
    if settled.requests:
        less = (
            "No fewer requests would settle as many."
            if settled.settlement.smallest
            else (
                "They are enough; for expectations that rest on very many facts, whether fewer "
                "would do was not looked for."
            )
        )
        said.append(less)
    return (*said, _SETTLED)


def progress(settled: Settled) -> list[tuple[int, int]]:
    """Return after how many requests how many expectations are settled."""
    found: list[tuple[int, int]] = []
    asked = 0
    for step in settled.settlement.steps:
        asked += len(step.things)
        found.append((asked, step.after))
    marked = [next((one for one in found if one[0] >= mark), None) for mark in _MILESTONES]
    return list(dict.fromkeys(one for one in (*marked, *found[-1:]) if one is not None))


def _overview(settled: Settled) -> Iterator[str]:
    yield ""
    for sentence in summary(settled):
        yield from hang("  ", sentence)
    if settled.requests:
        yield ""
        yield f"  {'requests answered':<20}{'expectations settled':>20}"
        for asked, done in progress(settled):
            yield f"  {asked:>17}   {done:>20}"


def _first_asks(settled: Settled, everything: bool) -> Iterator[str]:
    if not settled.requests:
        return
    steps = settled.settlement.steps
    shown = steps if everything else steps[:FIRST]
    more = "" if len(shown) == len(steps) else f"; the first {len(shown)} of {len(steps)} steps"
    yield ""
    yield f"WHAT TO ASK FOR, what settles most for each request first{more}"
    requests = {request.thing: request for request in settled.requests}
    titles = {finding.id: finding.title for finding in settled.unknown}
    for number, step in enumerate(shown, 1):
        yield ""
        together = f", {len(step.things)} requests together" if len(step.things) > 1 else ""
        yield f"  {number}. settles {len(step.settles)}{together}; {step.after} in all by then"
        for thing in step.things:
            yield from _request(requests[thing])
        settles = [f"{id} {titles[id]}" for id in step.settles]
        for line in settles if everything else settles[:3]:
            yield from _row("settles", line)
        if not everything and len(settles) > 3:
            yield from _row("", few(list(step.settles[3:]), FIRST, FIRST))


def _request(request: Request) -> Iterator[str]:
    yield from hang("     ", request.title + _members(request))
    yield from _row("ask", f"{holder_words(request.holder)}: {request.ask}")
    if request.because:
        yield from _row("because", "; ".join(reason.words for reason in request.because))
    for found in request.held[:2]:
        yield from _row("held", found_words(found))
    yield from _row("answer", request.form)
    if request.may:
        yield from _row("may", f"settle alone, for some answers: {few(request.may, FIRST, 5)}")
    yield from _row(request.thing.kind.value, request.thing.id)


def _members(request: Request) -> str:
    return f" ({', '.join(request.members)})" if request.members else ""


def _holders(settled: Settled) -> Iterator[str]:
    groups = by_holder(settled.requests)
    if not groups:
        return
    yield ""
    yield f"{'WHO HOLDS THE ANSWERS':<52}{'requests':>10}{'settle alone':>14}{'help':>8}"
    for holder, requests in groups.items():
        alone, helps = _reach(requests)
        yield f"  {holder_words(holder):<50}{len(requests):>10}{alone:>14}{helps:>8}"
    yield ""
    holders = [holder for holder in groups if holder is not None]
    partners = [holder for holder in holders if holder is not Holder.LOCAL_AUTHORITY]
    for named in (partners or holders)[:1]:
        yield f"A sheet to send to each: --holder {named.value}; all of them: --format md"


def _reach(requests: Sequence[Request]) -> tuple[int, int]:
    """Return how many expectations requests settle one by one, and how many more they help with."""
    alone = {id for request in requests for id in request.settles}
    return len(alone), len({id for request in requests for id in request.helps} - alone)


def _not_by_asking(settled: Settled) -> Iterator[str]:
    if not settled.unsettled:
        return
    titles = {finding.id: finding.title for finding in settled.unknown}
    yield ""
    yield f"NOT SETTLED FOR CERTAIN BY ASKING: {len(settled.unsettled)}"
    for one in settled.unsettled:
        why = "; ".join(reason.words for reason in one.reasons)
        yield from hang(f"  {one.id}  ", f"{titles[one.id]}: {why}")


def _sheet(settled: Settled, holder: Holder) -> Iterator[str]:
    requests = by_holder(settled.requests).get(holder, [])
    titles = {finding.id: finding.title for finding in settled.unknown}
    yield ""
    yield f"REQUEST FOR INFORMATION, to: {holder.words}"
    yield ""
    if not requests:
        yield "  Nothing is asked of them."
        return
    for line in _letter(settled, requests):
        yield from hang("  ", line)
    for number, request in enumerate(requests, 1):
        yield ""
        yield from hang(f"  {number}. ", request.title + _members(request))
        yield from _row("question", request.ask)
        yield from _row("answer", request.form)
        for accepted in request.accepts[:1]:
            rest = request.accepts[1:]
            yield from _row("evidence", "; ".join((accepted, *rest)))
        for found in request.held[:2]:
            yield from _row("we hold", f"{found_words(found)}")
        if request.because:
            yield from _row("because", "; ".join(reason.words for reason in request.because))
        for line in _what_for(request, titles):
            yield from _row("what for", line)
        yield from _row("reply", "_" * 60)


def _letter(settled: Settled, requests: Sequence[Request]) -> tuple[str, ...]:
    alone, helps = _reach(requests)
    count = len(requests)
    answers = f"{count} answers" if count > 1 else "One answer"
    settles = f"{alone or helps} {_plural(alone or helps, 'expectation')}"
    if helps:
        settles += f", and {helps} more" if alone else ""
        settles += " together with answers of others"
    first = " Those that help most come first." if count > 1 else ""
    return (
        f"{settled.council} is checking how ready the area is for inspection. What follows is not "
        f"held or cannot be used. {answers} would settle {settles}.{first}",
        "Please send totals only, nothing about single children. If something is not known, say "
        "so: that is an answer too. With each answer give its date or period, and where it comes "
        "from.",
    )


def _what_for(request: Request, titles: Mapping[str, str]) -> Iterator[str]:
    for ids, words in (
        (request.settles, ""),
        (request.helps, ", together with other answers"),
    ):
        shown = [titles[id] + words for id in ids[:2]]
        yield from shown
        if len(ids) > 2:
            yield f"and {len(ids) - 2} more{words}"


def _row(label: str, text: str) -> Iterator[str]:
    return hang(f"     {label:<10}", text)


def _plural(count: int, noun: str) -> str:
    return noun if count == 1 else f"{noun}s"


# ---- Markdown ------------------------------------------------------------------------------------


def render_markdown(settled: Settled, *, holder: Holder | None = None) -> str:
    """Return the overview with a request sheet for every holder, or the sheet for one."""
    groups = by_holder(settled.requests)
    lines: list[str] = []
    if settled.small_counts_shown:
        lines += [f"**{SMALL_COUNTS_SHOWN}**", ""]
    code = f" ({settled.code})" if settled.code else ""
    day = long_date(settled.as_of)
    if holder is None:
        lines += [
            f"# What would settle what is not known: {escaped(settled.council)}{code}, {day}",
            "",
        ]
        lines += [line for one in book_lines(settled.rulebook) for line in (escaped(one), "")]
        if settled.selected:
            lines += [f"Shown: {escaped(settled.selected)}.", ""]
        lines += [line for sentence in summary(settled) for line in (escaped(sentence), "")]
        if settled.requests:
            lines += ["| Requests answered | Expectations settled |", "|---:|---:|"]
            lines += [f"| {asked} | {done} |" for asked, done in progress(settled)]
            lines += ["", "| Who holds the answers | Requests | Settle alone | Help with |"]
            lines += ["|---|---:|---:|---:|"]
            for one, requests in groups.items():
                alone, helps = _reach(requests)
                lines.append(f"| {holder_words(one)} | {len(requests)} | {alone} | {helps} |")
            lines.append("")
    wanted = groups if holder is None else {holder: groups.get(holder, [])}
    for one, requests in wanted.items():
        lines += _sheet_markdown(settled, one, requests, alone_on_page=holder is not None)
    if holder is None and settled.unsettled:
        titles = {finding.id: finding.title for finding in settled.unknown}
        lines += ["## Not settled for certain by asking", ""]
        for left in settled.unsettled:
            why = "; ".join(reason.words for reason in left.reasons)
            lines.append(f"- **{left.id}** {escaped(titles[left.id])}: {why}")
        lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n"


def _sheet_markdown(
    settled: Settled, holder: Holder | None, requests: Sequence[Request], *, alone_on_page: bool
) -> Iterator[str]:
    titles = {finding.id: finding.title for finding in settled.unknown}
    if alone_on_page:
        yield f"# Request for information: {escaped(settled.council)}, {long_date(settled.as_of)}"
        yield ""
        yield f"To: {holder_words(holder)}"
    else:
        yield f"## Request to: {holder_words(holder)}"
    yield ""
    if not requests:
        yield "Nothing is asked of them."
        yield ""
        return
    if holder is not None:
        for line in _letter(settled, requests):
            yield escaped(line)
            yield ""
    for number, request in enumerate(requests, 1):
        yield f"{'##' if alone_on_page else '###'} {number}. {escaped(request.title)}"
        yield ""
        if request.members:
            yield f"For each of: {escaped(', '.join(request.members))}"
            yield ""
        yield f"**{escaped(request.ask)}**"
        yield ""
        yield f"- Answer: {escaped(request.form)}"
        if request.accepts:
            yield f"- Evidence that would do: {escaped('; '.join(request.accepts))}"
        for found in request.held[:2]:
            yield f"- We hold: {escaped(found_words(found))}"
        if request.because:
            yield f"- Why we ask: {'; '.join(reason.words for reason in request.because)}"
        for line in _what_for(request, titles):
            yield f"- What for: {escaped(line)}"
        yield "- [ ] Reply, with date or period and source:"
        yield ""


# ---- JSON ----------------------------------------------------------------------------------------


def render_json(settled: Settled, *, holder: Holder | None = None) -> str:
    """Return all of it as JSON: stable keys, no clock, no paths."""
    requests = [r for r in settled.requests if holder is None or r.holder is holder]
    waiting = settled.settlement.waiting
    content: SettleData = {
        **head_data(settled.council, settled.code, settled.as_of),
        "rulebook": rulebook_data(settled.rulebook),
        "selected": settled.selected,
        "totals": {
            "unknown": len(settled.unknown),
            "settled_by_answers": len(settled.unknown) - len(settled.unsettled),
            "not_settled": len(settled.unsettled),
            "requests": len(settled.requests),
            "smallest": settled.settlement.smallest,
        },
        "steps": [
            {
                "things": [_thing(thing) for thing in step.things],
                "settles": list(step.settles),
                "settled_by_then": step.after,
            }
            for step in settled.settlement.steps
        ],
        "requests": [_request_data(request) for request in requests],
        "expectations": [
            {
                "id": finding.id,
                "title": finding.title,
                "smallest_sets": [
                    [_thing(thing) for thing in sorted(one)] for one in waiting[finding.id].sets
                ],
                "searched": waiting[finding.id].searched,
                "may": [
                    {"thing": _thing(thing), "verdicts": sorted(verdicts)}
                    for thing, verdicts in sorted(waiting[finding.id].alone.items())
                ],
                "why_not": list(waiting[finding.id].reasons),
            }
            for finding in settled.unknown
        ],
        "small_counts_shown": settled.small_counts_shown,
    }
    return indented(content) + "\n"


def _thing(thing: Thing) -> ThingData:
    return {"kind": thing.kind, "id": thing.id}


def _request_data(request: Request) -> RequestData:
    return {
        **_thing(request.thing),
        "holder": request.holder,
        "owner": request.owner,
        "title": request.title,
        "members": list(request.members),
        "ask": request.ask,
        "answer": request.form,
        "accepts": list(request.accepts),
        "because": list(request.because),
        "held": [{"text": found.text, "period": found.period} for found in request.held],
        "settles_alone": list(request.settles),
        "settles_with_others": list(request.helps),
        "may_settle": list(request.may),
        "step": request.step,
    }
