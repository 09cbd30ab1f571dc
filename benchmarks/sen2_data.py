"""Made-up SEN2 returns of any size: as COLLECT's CSV files, and as an XML message.

    python -m benchmarks.sen2_data FOLDER --requests 5000 --plans 4000
    python -m benchmarks.sen2_data FOLDER --england            # 150,000 requests, 700,000 plans

No child is in them. The same numbers give the same files.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

CENSUS = date(2025, 1, 16)
YEAR = date(2024, 1, 1)
ENGLAND = (150_000, 700_000)

COLUMNS = {
    "person": "surname,forename,personbirthdate,sex,ethnicity,postcode,upn",
    "requests": "receiveddate,requestsource,rya,requestoutcomedate,requestoutcome,exported",
    "assessment": "assessmentoutcome,assessmentoutcomedate,week20",
    "namedplan": "startdate,pb,ceasedate,ceasereason",
    "activeplans": (
        "reviewmeeting,reviewoutcome,phasetransferduedate,phasetransferfinaldate,lastreview"
    ),
    "placementdetail": "urn,sensetting,placementrank,entrydate,leavingdate",
}
"""The columns of each module, beside its own key and that of the module above."""

ABOVE = {
    "requests": "person",
    "assessment": "requests",
    "namedplan": "assessment",
    "activeplans": "requests",
    "placementdetail": "activeplans",
}

_TAGS = {
    "person": "Person",
    "requests": "Requests",
    "assessment": "Assessment",
    "namedplan": "NamedPlan",
    "activeplans": "ActivePlans",
    "placementdetail": "PlacementDetail",
}
_NAMES = """
    Surname Forename PersonBirthDate Sex Ethnicity PostCode UPN
    ReceivedDate RequestSource RYA RequestOutcomeDate RequestOutcome Exported
    AssessmentOutcome AssessmentOutcomeDate Week20 StartDate PB CeaseDate CeaseReason
    ReviewMeeting ReviewOutcome PhaseTransferDueDate PhaseTransferFinalDate LastReview
    URN SENsetting PlacementRank EntryDate LeavingDate
"""
_SPELLED = {name.lower(): name for name in _NAMES.split()}


@dataclass(slots=True)
class Node:
    """A row with those below it; days are dates, everything else is text."""

    table: str
    cells: tuple[date | str, ...]
    below: list[Node] = field(default_factory=list)


def people(requests: int, plans: int, seed: int = 7) -> Iterator[Node]:
    """Yield persons: so many with a request of the year, and so many with a plan of before."""
    rng = random.Random(seed)
    for number in range(requests + plans):
        upn = f"Z999{number:09}"
        born = date(2012, 6, 1) + timedelta(days=rng.randrange(-3000, 2500))
        cells = (f"Test{number}", "Child", born, rng.choice("MF"), "WBRI", "ZZ99 3WZ", upn)
        person = Node("person", cells)
        person.below.append(_new(rng) if number < requests else _old(rng))
        yield person


def _new(rng: random.Random) -> Node:
    """Return a request of the year or the one before."""
    received = YEAR + timedelta(days=rng.randrange(-250, 366))
    decided = received + timedelta(days=rng.choice((30, 40, 42, 43, 60)))
    outcome = rng.choices("YNAWH", (68, 20, 8, 3, 1))[0]
    known = outcome in "YN" and decided <= CENSUS
    if outcome in "YN" and not known:
        outcome = "A"
    request = Node(
        "requests",
        (received, "1", "0", decided if known else "", outcome, ""),
    )
    if outcome == "Y":
        taken = rng.choice((120, 139, 140, 141, 200, 300, 365, 366, 500))
        issued = received + timedelta(days=taken)
        which = rng.choices("YNA", (80, 8, 12))[0] if issued <= CENSUS else "A"
        cells = (which, issued if which != "A" else "", "1" if rng.random() < 0.06 else "0")
        assessment = Node("assessment", cells)
        request.below.append(assessment)
        if which == "Y":
            assessment.below.append(Node("namedplan", (issued, "0", "", "")))
            request.below.append(_active(rng, issued))
    return request


def _old(rng: random.Random) -> Node:
    """Return the request of a plan that was made before the year."""
    received = YEAR - timedelta(days=rng.randrange(300, 3000))
    start = received + timedelta(days=rng.randrange(130, 300))
    request = Node("requests", (received, "1", "0", "", "H", ""))
    assessment = Node("assessment", ("H", "", "0"))
    assessment.below.append(Node("namedplan", (start, "0", "", "")))
    request.below += [assessment, _active(rng, start)]
    return request


def _active(rng: random.Random, start: date) -> Node:
    meeting = CENSUS - timedelta(days=rng.randrange(0, 800))
    held = meeting > start and rng.random() < 0.85
    decided = meeting + timedelta(days=rng.choice((10, 28, 29, 60)))
    both = held and decided <= CENSUS
    moves = rng.random() < 0.12
    due = rng.choice((date(2024, 2, 15), date(2024, 3, 31)))
    final = due + timedelta(days=rng.choice((-20, 0, 1, 40)))
    cells = (
        meeting if held else "",
        rng.choice("AMC") if both else "",
        due if moves else "",
        final if moves and rng.random() < 0.9 else "",
        decided if both else "",
    )
    plan = Node("activeplans", cells)
    at_home = rng.random() < 0.02
    urn, setting = ("", "EHE") if at_home else (f"{rng.randrange(100000, 150000)}", "")
    plan.below.append(Node("placementdetail", (urn, setting, "1", start, "")))
    return plan


def write_csv(folder: Path, requests: int, plans: int) -> list[Path]:
    """Write the CSV files of a return and return their names."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = {t: folder / f"Blade-Export_20-01-2025_{t}.csv" for t in COLUMNS}
    files = {table: path.open("w", encoding="utf-8") for table, path in paths.items()}
    counts = dict.fromkeys(COLUMNS, 0)
    for table, columns in COLUMNS.items():
        keys = [table, ABOVE[table]] if table in ABOVE else [table]
        files[table].write(",".join([*(f"{key}tableid" for key in keys), columns]) + "\n")

    def write(node: Node, above: str) -> None:
        counts[node.table] += 1
        own = f"{node.table[0]}{counts[node.table]}"
        cells = [c if isinstance(c, str) else f"{c:%Y-%b-%d} 00:00:00" for c in node.cells]
        keys = [own, above] if above else [own]
        files[node.table].write(",".join([*keys, *cells]) + "\n")
        for one in node.below:
            write(one, own)

    for person in people(requests, plans):
        write(person, "")
    for file in files.values():
        file.close()
    return list(paths.values())


def write_xml(path: Path, requests: int, plans: int) -> Path:
    """Write the message of a return and return its name."""
    with path.open("w", encoding="utf-8") as file:
        file.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n<Message><Header><CollectionDetails>'
            "<Collection>SEN2</Collection><Year>2025</Year>"
            f"<ReferenceDate>{CENSUS}</ReferenceDate></CollectionDetails>"
            "<Source><LEA>999</LEA></Source></Header><Persons>\n"
        )
        for person in people(requests, plans):
            file.write(_xml(person))
        file.write("</Persons></Message>\n")
    return path


def _xml(node: Node) -> str:
    columns = COLUMNS[node.table].split(",")
    cells = zip(columns, node.cells, strict=True)
    inside = "".join(f"<{_SPELLED[n]}>{c}</{_SPELLED[n]}>\n" for n, c in cells if c != "")
    inside += "".join(map(_xml, node.below))
    return f"<{_TAGS[node.table]}>\n{inside}</{_TAGS[node.table]}>\n"


def main() -> None:
    """Write a return."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--requests", type=int, default=1_000)
    parser.add_argument("--plans", type=int, default=4_000)
    parser.add_argument("--england", action="store_true")
    given = parser.parse_args()
    size = ENGLAND if given.england else (given.requests, given.plans)
    write_csv(given.folder, *size)
    if not given.england:
        write_xml(given.folder.parent / f"{given.folder.name}.xml", *size)


if __name__ == "__main__":
    main()
