"""A small fictional rulebook and profile: complete, and independent of the rulebook that ships."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from readiness.model.profile import Profile
from readiness.profile.load import load_profile
from readiness.rulebook.load import load_rulebook
from readiness.rulebook.rulebook import Rulebook

RULEBOOK = """\
id: lantern
title: The lantern rulebook
format: 1
examples_as_of: 2026-01-01
"""

SOURCES = """\
lamp-act:
  title: Lamps Act 2010
  short: Lamps Act
  kind: act
  edition: 2010-01-01
  from: 2010-01-01
lamp-stats:
  title: Lamps in use
  short: Lamps in use
  kind: statistics
  edition: 2025-06-01
  from: 2025-06-01
"""

UNITS = """\
children: {one: child, many: children, people: yes, persons: yes}
visits: {one: visit, many: visits, people: yes}
lamps: {one: lamp, many: lamps, people: no}
"""

DIMENSIONS = """\
room:
  title: Room
  members:
    hall: Great hall
    attic: Attic
    cellar: Cellar
"""

VOCABULARY = """\
worries:
  title: Worries
  terms:
    waiting: [waits, delay]
    noise: []
    cold: [draughts]
"""

FACTS = """\
lamp.lit:
  title: The lamp is lit
  type: yes_no
  definition: Somebody saw it burn.
lamp.children:
  title: Children in the house
  type: count
  of: children
  better: lower
  definition: Children who slept there.
lamp.lamps:
  title: Lamps in the house
  type: count
  of: lamps
  definition: Lamps that can burn.
lamp.on_time:
  title: Visits made on time
  type: share
  of: visits
  better: higher
  cadence: calendar year
  goes_stale_after: 15 months
  definition: Visits made within a day, over all visits.
  published_as: {release: lamp-stats, file: lamps, column: on_time}
lamp.late:
  title: Children put to bed late
  type: share
  of: children
  better: lower
  definition: Children in bed after eight, over all children.
lamp.rate:
  title: Oil used for each lamp
  type: rate
  definition: Oil over lamps.
lamp.score:
  title: Brightness
  type: number
  definition: As read off the dial.
lamp.wait:
  title: Wait for a new lamp
  type: duration
  unit: weeks
  better: lower
  definition: From asking to lighting.
lamp.checked:
  title: Last check of the lamps
  type: date
  definition: The day of the last full check.
lamp.grade:
  title: Grade of the oil
  type: choice
  values: [poor, fair, fine]
  ordered: yes
  definition: As printed on the can.
lamp.name:
  title: Name of the lamp
  type: text
  definition: As painted on it.
lamp.worries:
  title: What families worry about
  type: list
  of: worries
  definition: As said to the keeper.
lamp.plan:
  title: What the plan is about
  type: list
  of: worries
  definition: As written down.
lamp.views:
  title: Children who like the lamp
  type: survey
  of: children
  better: higher
  definition: Children who said yes, over those who answered.
lamp.judged:
  title: How the keeping of lamps stands
  type: judgement
  definition: As judged by the keeper.
room.seen:
  title: Children who saw the light
  type: share
  of: children
  better: higher
  for_each: room
  definition: Children who saw it, over children there.
room.wait:
  title: Wait for light
  type: duration
  unit: weeks
  for_each: room
  may_not_apply: yes
  definition: From dusk.
"""

ISSUES = """\
framework: lantern
source: Letters of the keepers
codes:
  late-visits:
    title: Visits are late
    area: light
    definition: Visits come after a day.
"""

BENCHMARKS = """\
source: lamp-stats
published: 2025-06-01
figures:
  - {fact: lamp.on_time, place: england, period: "2024", value: 60%}
"""

FRAMEWORK = """\
id: lantern
title: The lantern framework
editions:
  - {id: "1", title: First edition, source: lamp-act, from: 2010-01-01}
criteria:
  light: {title: There is light, confidence: verified}
  warmth: {title: There is warmth, confidence: verified}
requests:
  ax-1: {title: The log of the lamps, holder: local_authority, confidence: verified}
"""


def page(
    id: str,
    expect: str,
    *,
    criterion: str = "light",
    kind: str = "impact",
    severity: str = "medium",
    more: str = "",
    title: str = "",
) -> str:
    """Return an expectation's page; `more` are lines to put after `expect`."""
    force = "force: must\n" if kind == "duty" else ""
    return f"""\
id: {id}
title: {title or f"What {id} asks is so"}
framework: lantern
criterion: {criterion}
kind: {kind}
{force}theme: lamps
holder: local_authority
owner: Keeper of the lamps
in_force: {{from: 2010-01-01}}
citations:
  - {{source: lamp-act, at: section 1, confidence: verified}}
why: Children sleep better with a light.
ask: Who lights the lamp?
expect: {expect}
{more}severity: {severity}
severity_because: A dark house is a cold house.
evidence:
  - The log of the lamps
first_step: Look for the matches.
actions:
  - {{do: Light the lamp, owner: Keeper of the lamps, within: 4 weeks}}
examples:
  - {{name: so, given: {{lamp.lit: yes}}, verdict: met}}
  - {{name: not so, given: {{lamp.lit: no}}, verdict: not_met}}
  - {{name: nothing held, given: {{}}, verdict: unknown}}
"""


VISITS = """\
applies_when: {fact: lamp.children, more_than: 0}
thresholds:
  on_time:
    basis: law
    values:
      - {from: 2010-01-01, value: 100%}
issues: [late-visits]
"""

SEEN = """\
thresholds:
  seen:
    basis: policy
    because: Half is the least that anybody would call light.
    values:
      - {from: 2010-01-01, value: 50%}
"""

WAIT = """\
thresholds:
  longest:
    basis: local
    ask: What is the longest wait that your board has agreed?
"""

COVERAGE = """\
visits:
  what: A visit to every child on time
  at: Lantern Act s.1
  checked_by: [LAN-01]
visits-welcome:
  what: A visit that the child was glad of
  checked_by: [LAN-01]
  why_not: Whether a child was glad is for a person to hear.
lamp-oil:
  what: Enough oil
  why_not: Nobody counts it.
"""

FILES = {
    "rulebook.yaml": RULEBOOK,
    "sources.yaml": SOURCES,
    "units.yaml": UNITS,
    "dimensions.yaml": DIMENSIONS,
    "vocabularies/worries.yaml": VOCABULARY,
    "facts/lamps.yaml": FACTS,
    "issues/lantern.yaml": ISSUES,
    "benchmarks/lamp-stats-2025.yaml": BENCHMARKS,
    "lantern/framework.yaml": FRAMEWORK,
    "lantern/coverage.yaml": COVERAGE,
    "lantern/light/LAN-01.yaml": page(
        "LAN-01",
        "{fact: lamp.on_time, at_least: {threshold: on_time}}",
        kind="duty",
        severity="high",
        more=VISITS,
        title="Every visit is made on time",
    ),
    "lantern/light/LAN-02.yaml": page(
        "LAN-02",
        "{every: room, satisfies: {fact: room.seen, at_least: {threshold: seen}}}",
        more=SEEN,
        title="In every room half of the children see the light",
    ),
    "lantern/light/LAN-03.yaml": page("LAN-03", "{fact: lamp.lit, is: yes}", kind="evidence"),
    "lantern/warmth/LAN-04.yaml": page(
        "LAN-04",
        "{fact: lamp.wait, at_most: {threshold: longest}}",
        criterion="warmth",
        more=WAIT,
    ),
    "lantern/warmth/LAN-05.yaml": page(
        "LAN-05",
        "{finding: LAN-01, is: [met]}",
        criterion="warmth",
        kind="signal",
        severity="low",
    ),
    "lantern/warmth/LAN-06.yaml": page(
        "LAN-06",
        "{fact: lamp.late, less_than: 10%}",
        criterion="warmth",
        more="affected: lamp.late\n",
    ),
}

PROFILE = """\
council: {name: Lampton, code: E06009901, kind: unitary, region: north-east}
as_of: 2026-01-01
facts:
  lamp.lit: yes
  lamp.children: 80
  lamp.on_time: {numerator: 60, denominator: 90, period: 2025, evidence: [log]}
  lamp.late: 20/80
  lamp.wait: 14 weeks
  room.seen: {hall: 30/40, attic: 10/30, cellar: unknown}
evidence:
  log:
    title: The log of the lamps
    kind: statutory return
    dated: 2025-12-20
    serves: [lantern/ax-1]
plan:
  - id: P-1
    addresses: [LAN-01]
    do: Buy a second lamp
    owner: Keeper of the lamps
    due: 2026-06-30
    shows_in: {fact: lamp.on_time, reaches: 90%, by: 2026-12-31}
    status: on track
"""


@dataclass(frozen=True, slots=True)
class House:
    """A folder that holds the fictional rulebook in `rules/` and a profile in `profile.yaml`."""

    folder: Path

    @property
    def rules(self) -> Path:
        """The rulebook's folder."""
        return self.folder / "rules"

    @property
    def profile(self) -> Path:
        """The profile."""
        return self.folder / "profile.yaml"

    def write(self, name: str, text: str | bytes) -> Path:
        """Write a file below the folder, and return it."""
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        return file

    def edit(self, name: str, *changes: tuple[str, str]) -> str:
        """Replace each first text, which must be there, by the second; return the new content."""
        text = (self.folder / name).read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new, 1)
        self.write(name, text)
        return text

    def rulebook(self) -> Rulebook:
        """Read the rulebook."""
        return load_rulebook(self.rules, "rules")

    def load(self) -> Profile:
        """Read the profile."""
        return load_profile(self.profile, self.rulebook())


def build(folder: Path) -> House:
    """Write the rulebook and the profile into a folder."""
    house = House(folder)
    for name, text in FILES.items():
        house.write(f"rules/{name}", text)
    house.write("profile.yaml", PROFILE)
    return house
