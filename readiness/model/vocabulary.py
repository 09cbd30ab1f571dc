"""The closed vocabularies: every word that a verdict, rule page or profile may use.

Lists that policy teams own (dimensions, vocabularies, units, sources) live in `rules/`, not here.
"""

from __future__ import annotations

import sys
from enum import Enum

if sys.version_info >= (3, 11):
    from enum import StrEnum
else:

    class StrEnum(str, Enum):
        """`enum.StrEnum` for Python 3.10."""

        def __str__(self) -> str:
            return str(self.value)


OWN = "LOCAL"
"""How the ids of an overlay's own expectations begin, and those of a rulebook never do."""


class Verdict(StrEnum):
    """What can be said of one expectation for one area at one date."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"

    @property
    def words(self) -> str:
        """The verdict as a reader sees it."""
        return self.value.replace("_", " ")


_READING = (Verdict.NOT_MET, Verdict.UNKNOWN, Verdict.MET, Verdict.NOT_APPLICABLE)

WORST_FIRST = {verdict: number for number, verdict in enumerate(_READING)}
"""The order in which findings are read."""


class Reason(StrEnum):
    """Why an expectation is unknown or not applicable; the order is that of `Finding.reason`."""

    MISSING = "missing"
    SAID_UNKNOWN = "said_unknown"
    STALE = "stale"
    CONFLICTING = "conflicting"
    UNREADABLE = "unreadable"
    LATER = "later"
    SUPPRESSED = "suppressed"
    NOT_COLLECTED = "not_collected"
    TOO_FEW_CASES = "too_few_cases"
    TOO_FEW_POINTS = "too_few_points"
    NO_BENCHMARK = "no_benchmark"
    NO_STANDARD = "no_standard"
    NO_EVIDENCE = "no_evidence"
    STALE_EVIDENCE = "stale_evidence"
    ONE_KIND_ONLY = "one_kind_only"
    NEEDS_JUDGEMENT = "needs_judgement"
    STRADDLES_CHANGE = "straddles_change"
    APPLICABILITY = "applicability"
    UPSTREAM = "upstream"
    RULE_ERROR = "rule_error"
    NOT_IN_FORCE = "not_in_force"
    NOT_COMMENCED = "not_commenced"
    DOES_NOT_APPLY = "does_not_apply"
    NO_CASES = "no_cases"
    SAID_NOT_APPLICABLE = "said_not_applicable"

    @property
    def words(self) -> str:
        """The reason as a reader sees it."""
        return _REASON_WORDS[self]


_REASON_WORDS = {
    Reason.MISSING: "nothing is held",
    Reason.SAID_UNKNOWN: "it was asked for and is not known",
    Reason.STALE: "what is held is too old",
    Reason.CONFLICTING: "sources disagree",
    Reason.UNREADABLE: "what is held cannot be read",
    Reason.LATER: "what is held is of a later period",
    Reason.SUPPRESSED: "the figure is suppressed",
    Reason.NOT_COLLECTED: "no figure was collected or published",
    Reason.TOO_FEW_CASES: "too few cases to tell",
    Reason.TOO_FEW_POINTS: "too few points in the series",
    Reason.NO_BENCHMARK: "no comparable published figure",
    Reason.NO_STANDARD: "the council has not set its own standard",
    Reason.NO_EVIDENCE: "no evidence is held behind it",
    Reason.STALE_EVIDENCE: "the evidence is too old",
    Reason.ONE_KIND_ONLY: "the evidence is of one kind only",
    Reason.NEEDS_JUDGEMENT: "the judgement lacks who, when, its answer or its evidence",
    Reason.STRADDLES_CHANGE: "the period crosses a change in the threshold",
    Reason.APPLICABILITY: "it is not known whether it applies",
    Reason.UPSTREAM: "it rests on findings that are not known",
    Reason.RULE_ERROR: "the rule could not be worked out",
    Reason.NOT_IN_FORCE: "not in force on this date",
    Reason.NOT_COMMENCED: "enacted but not commenced",
    Reason.DOES_NOT_APPLY: "does not apply here",
    Reason.NO_CASES: "there were no cases",
    Reason.SAID_NOT_APPLICABLE: "it is said not to apply here",
}

REASON_ORDER = {reason: number for number, reason in enumerate(Reason)}


class FactType(StrEnum):
    """What kind of value a fact holds."""

    YES_NO = "yes_no"
    COUNT = "count"
    SHARE = "share"
    RATE = "rate"
    NUMBER = "number"
    DURATION = "duration"
    DATE = "date"
    CHOICE = "choice"
    TEXT = "text"
    LIST = "list"
    SURVEY = "survey"
    JUDGEMENT = "judgement"


NUMERIC_TYPES = frozenset(
    {FactType.COUNT, FactType.SHARE, FactType.RATE, FactType.NUMBER, FactType.DURATION}
)
"""Types that may come as a series."""


class Better(StrEnum):
    """Which way is better for children."""

    HIGHER = "higher"
    LOWER = "lower"


class Holder(StrEnum):
    """The organisation that holds a duty or a fact."""

    LOCAL_AUTHORITY = "local_authority"
    ICB = "icb"
    NHS_ENGLAND = "nhs_england"
    HEALTH_PROVIDER = "health_provider"
    SCHOOLS = "schools"
    YOUTH_JUSTICE_SERVICE = "youth_justice_service"
    POLICE = "police"
    PROBATION = "probation"
    SAFEGUARDING_PARTNERS = "safeguarding_partners"
    PARTNERSHIP = "partnership"

    @property
    def words(self) -> str:
        """The holder as a reader sees it."""
        named = {Holder.ICB: "ICB", Holder.NHS_ENGLAND: "NHS England"}
        return named.get(self) or self.value.replace("_", " ")


class Kind(StrEnum):
    """What an expectation asks; the order is that of priority."""

    DUTY = "duty"
    IMPACT = "impact"
    SIGNAL = "signal"
    EVIDENCE = "evidence"


class Force(StrEnum):
    """`must` where law binds, `should` where guidance is to be regarded."""

    MUST = "must"
    SHOULD = "should"


class Severity(StrEnum):
    """How serious a gap would be: a policy choice, stated with its reason in the rule."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


SEVERITY_ORDER = {severity: number for number, severity in enumerate(Severity)}
"""Most severe first."""


class Depth(StrEnum):
    """`essential` is the first hour; `full` is everything."""

    ESSENTIAL = "essential"
    FULL = "full"


class Confidence(StrEnum):
    """How sure the authors are of a citation."""

    VERIFIED = "verified"
    SECONDARY = "secondary"
    MEMORY = "memory"


class Basis(StrEnum):
    """What a threshold rests on."""

    LAW = "law"
    NATIONAL = "national"
    STANDARD = "standard"
    POLICY = "policy"
    LOCAL = "local"

    @property
    def words(self) -> str:
        """The basis as a reader sees it."""
        return _BASIS_WORDS[self]


_BASIS_WORDS = {
    Basis.LAW: "law",
    Basis.NATIONAL: "national figure",
    Basis.STANDARD: "named standard",
    Basis.POLICY: "policy choice",
    Basis.LOCAL: "the council's own standard",
}


class EvidenceKind(StrEnum):
    """Kinds of evidence; two items of different kinds are independent of each other."""

    STATUTORY_RETURN = "statutory return"
    PUBLISHED_STATISTIC = "published statistic"
    AUDIT = "audit"
    SURVEY = "survey"
    CASE_SAMPLE = "case sample"
    MINUTES = "minutes"
    POLICY = "policy"
    CONTRACT = "contract"
    DASHBOARD = "dashboard"
    LETTER = "letter"
    REPORT = "report"
    PLAN = "plan"
    WEB_PAGE = "web page"
    FEEDBACK = "feedback"
    PEER_REVIEW = "peer review"


class PlanStatus(StrEnum):
    """Where an action stands; all but `done` and `stopped` are open."""

    NOT_STARTED = "not started"
    ON_TRACK = "on track"
    AT_RISK = "at risk"
    LATE = "late"
    DONE = "done"
    STOPPED = "stopped"


class Stands(StrEnum):
    """The ordered answers of a judgement."""

    NOT_YET = "not_yet"
    PARTLY = "partly"
    MOSTLY = "mostly"
    FULLY = "fully"


class Place(StrEnum):
    """Whom a figure may be compared with."""

    ENGLAND = "england"
    REGION = "region"
    NEIGHBOURS = "neighbours"

    @property
    def words(self) -> str:
        """The place as a reader sees it."""
        return _PLACE_WORDS[self]


_PLACE_WORDS = {
    Place.ENGLAND: "England",
    Place.REGION: "the region",
    Place.NEIGHBOURS: "the statistical neighbours",
}


class Council(StrEnum):
    """Types of council that hold children's services."""

    COUNTY = "county"
    UNITARY = "unitary"
    METROPOLITAN = "metropolitan"
    LONDON_BOROUGH = "london borough"


class Region(StrEnum):
    """The nine English regions."""

    NORTH_EAST = "north-east"
    NORTH_WEST = "north-west"
    YORKSHIRE_AND_THE_HUMBER = "yorkshire-and-the-humber"
    EAST_MIDLANDS = "east-midlands"
    WEST_MIDLANDS = "west-midlands"
    EAST_OF_ENGLAND = "east-of-england"
    LONDON = "london"
    SOUTH_EAST = "south-east"
    SOUTH_WEST = "south-west"
