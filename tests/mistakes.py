"""Mistakes that people make in rule pages: a whole page, and one mistake at a time in it."""

from __future__ import annotations

from typing import NamedTuple

FILE = "lantern/light/LAN-07.yaml"

PAGE = """\
id: LAN-07
title: Every lamp is trimmed within a week of being asked for
framework: lantern
criterion: light
kind: duty
force: must
theme: lamps
holder: local_authority
owner: Keeper of the lamps
in_force: {from: 2014-09-01}
citations:
  - source: lamp-act
    at: section 2
    confidence: verified
why: >-
  A lamp that smokes lights nobody, and children sit in the dark.
ask: Which lamps wait today, and since when?
applies_when: {fact: lamp.lamps, more_than: 0}
expect:
  all:
    - {fact: lamp.wait, at_most: {threshold: trimmed}}
    - {fact: lamp.lit, is: yes}
thresholds:
  trimmed:
    basis: law
    values:
      - {from: 2014-09-01, until: 2019-12-31, value: 2 weeks}
      - {from: 2020-01-01, value: 1 week}
severity: medium
severity_because: A statutory limit, and a lamp is missed at once.
evidence:
  - The log of the lamps
first_step: List the lamps that wait, oldest first.
actions:
  - do: Trim the oldest first.
    owner: Keeper of the lamps
    within: 4 weeks
issues: [late-visits]
examples:
  - name: trimmed in time
    given: {lamp.lamps: 4, lamp.wait: 1 week, lamp.lit: yes}
    verdict: met
  - name: one waits too long
    given: {lamp.lamps: 4, lamp.wait: 3 weeks, lamp.lit: yes}
    verdict: not_met
  - name: nobody looked
    given: {lamp.lamps: 4, lamp.wait: unknown, lamp.lit: yes}
    verdict: unknown
    because: said_unknown
"""


class Mistake(NamedTuple):
    """One mistake: what stands in the page, what somebody writes, and all that is said of it."""

    name: str
    old: str
    new: str
    said: str


# fmt: off
MISTAKES = [
    Mistake(
        "wrong indentation",
        "  - source: lamp-act\n    at: section 2",
        "  - source: lamp-act\n   at: section 2",
        """\
13:4: the indentation of this line matches no line above it
  13 |    at: section 2
     |    ^ help: line it up with the other keys of its group, two spaces for each level
"""),
    Mistake(
        "key indented too far",
        "    basis: law",
        "      basis: law",
        """\
26:5: the indentation of this line matches no line above it
  26 |     values:
     |     ^ help: line it up with the other keys of its group, two spaces for each level
"""),
    Mistake(
        "tab",
        "    at: section 2",
        "	at: section 2",
        """\
13:1: a tab stands in the indentation of this line
  13 |  at: section 2
     | ^ help: indent with ordinary spaces, two for each level
"""),
    Mistake(
        "missing colon",
        "kind: duty",
        "kind duty",
        """\
5:1: this line has no colon
  5 | kind duty
    | ^^^^^^^^^ help: write 'key: value'; if it goes on with the text above, indent it
"""),
    Mistake(
        "missing space after the colon",
        "kind: duty",
        "kind:duty",
        """\
5:5: there is no space after this colon
  5 | kind:duty
    |     ^ help: write 'key: value', with a space
"""),
    Mistake(
        "colon in prose",
        "severity_because: A statutory limit, and",
        "severity_because: A statutory limit: and",
        """\
30:36: a colon followed by a space stands inside this text
  30 | severity_because: A statutory limit: and a lamp is missed at once.
     |                                    ^ help: put the text in quotes, or on lines of its own below 'key: >-'
"""),
    Mistake(
        "unclosed quote",
        "theme: lamps",
        "theme: \"lamps",
        """\
7:8: this quote is never closed
  7 | theme: "lamps
    |        ^ help: add the closing quote; an apostrophe inside single quotes is written twice ('')
"""),
    Mistake(
        "apostrophe in single quotes",
        "why: >-\n  A lamp that smokes lights nobody, and children sit in the dark.",
        "why: 'A lamp that doesn't burn lights nobody.'",
        """\
15:25: there is text after the closing quote
  15 | why: 'A lamp that doesn't burn lights nobody.'
     |                         ^ help: put the whole text in quotes; an apostrophe inside single quotes is written twice ('')
"""),
    Mistake(
        "smart quotes",
        "theme: lamps",
        "theme: “lamps”",
        """\
7:8: these are curly quotes
  7 | theme: “lamps”
    |        ^^^^^^^ help: use straight ones: " or '
"""),
    Mistake(
        "unclosed brace",
        "{fact: lamp.lit, is: yes}",
        "{fact: lamp.lit, is: yes",
        """\
22:7: this '{' is never closed
  22 |     - {fact: lamp.lit, is: yes
     |       ^ help: add the missing '}', or the comma that is missing before line 23
"""),
    Mistake(
        "trailing comma",
        "[late-visits]",
        "[late-visits,,]",
        """\
38:22: there is nothing between these commas
  38 | issues: [late-visits,,]
     |                      ^ help: take one comma away
"""),
    Mistake(
        "comma in braces",
        "given: {lamp.lamps: 4, lamp.wait: 1 week, lamp.lit: yes}",
        "given: {lamp.lamps: 1,400, lamp.wait: 1 week, lamp.lit: yes}",
        """\
41:25: '1,400' is cut at its comma
  41 |     given: {lamp.lamps: 1,400, lamp.wait: 1 week, lamp.lit: yes}
     |                         ^^^^^ help: write 1400
"""),
    Mistake(
        "hash in prose",
        "ask: Which lamps wait today, and since when?",
        "ask: Which lamp is #1, and since when?",
        """\
17:20: the text after ' #' is lost: it is read as a comment
  17 | ask: Which lamp is #1, and since when?
     |                    ^^^^^^^^^^^^^^^^^^^ help: put the whole value in quotes; if it is a comment, put a space after the #
"""),
    Mistake(
        "tilde",
        "owner: Keeper of the lamps\nin",
        "owner: ~\nin",
        """\
9:8: '~' means that there is no value
  9 | owner: ~
    |        ^ help: write a value or take the line away; put it in quotes if it is a word
"""),
    Mistake(
        "key without a value",
        "severity: medium",
        "severity:",
        """\
29:1: 'severity' has no value
  29 | severity:
     | ^^^^^^^^ help: write a value after the colon ([] for an empty list), or take the line away
"""),
    Mistake(
        "key written twice",
        "severity: medium",
        "severity: medium\nseverity: high",
        """\
30:1: the key 'severity' is here twice: the first is on line 29
  30 | severity: high
     | ^^^^^^^^ help: keep one of them
"""),
    Mistake(
        "merge conflict",
        "severity: medium",
        "<<<<<<< ours\nseverity: medium\n=======\nseverity: high\n>>>>>>> theirs",
        """\
29:1: two versions of this page were merged, and they disagree here
  29 | <<<<<<< ours
     | ^^^^^^^^^^^^ help: keep one version, and delete the lines that begin with <<<<<<<, ======= and >>>>>>>
"""),
    Mistake(
        "second document",
        "id: LAN-07\n",
        "---\nid: LAN-06\n---\nid: LAN-07\n",
        """\
3:1: a second document starts here
  3 | ---
    | ^^^ help: take the line '---' or '...' away, or put the second part in a file of its own
"""),
    Mistake(
        "non-breaking space",
        "kind: duty",
        "kind:\u00a0duty",
        """\
5:6: a no-break space (U+00A0) stands here, and cannot be seen
  5 | kind:\u00a0duty
    |      ^ help: delete it or type a space
"""),
    Mistake(
        "non-breaking space in the indentation",
        "    at: section 2",
        "  \u00a0 at: section 2",
        """\
13:3: a no-break space (U+00A0) stands in the indentation of this line
  13 |   \u00a0 at: section 2
     |   ^ help: indent with ordinary spaces, two for each level
"""),
    Mistake(
        "anchor",
        "in_force: {from",
        "in_force: &force {from",
        """\
10:11: text cannot begin with '&': YAML's anchors are not used here
  10 | in_force: &force {from: 2014-09-01}
     |           ^ help: write it out in full, or put the text in quotes
"""),
    Mistake(
        "31 February",
        "{from: 2014-09-01}",
        "{from: 2014-02-31}",
        """\
10:18: '2014-02-31' is not a date: February 2014 has 28 days
  10 | in_force: {from: 2014-02-31}
     |                  ^^^^^^^^^^ help: write a day that exists
"""),
    Mistake(
        "day as in a letter",
        "{from: 2014-09-01}",
        "{from: 01/09/2014}",
        """\
10:18: '01/09/2014' is not a date as dates are written here
  10 | in_force: {from: 01/09/2014}
     |                  ^^^^^^^^^^ help: write dates as 2014-09-01 (year-month-day), or put it in quotes if it is not a date
"""),
    Mistake(
        "until before from",
        "{from: 2014-09-01}",
        "{from: 2014-09-01, until: 2013-09-01}",
        """\
10:37: 'until' comes before 'from'
  10 | in_force: {from: 2014-09-01, until: 2013-09-01}
     |                                     ^^^^^^^^^^ help: 'until' is the last day
"""),
    Mistake(
        "not commenced, and when enacted is not said",
        "{from: 2014-09-01}",
        "{from: not_commenced}",
        """\
10:1: what is not commenced needs 'enacted' and 'checked_on'
  10 | in_force: {from: not_commenced}
     | ^^^^^^^^ help: write {from: not_commenced, enacted: 2026-04-29, checked_on: 2026-11-01}
"""),
    Mistake(
        "unknown key",
        "thresholds:",
        "threshhold:",
        """\
23:1: unknown key 'threshhold'
  23 | threshhold:
     | ^^^^^^^^^^ help: did you mean 'thresholds'?
"""),
    Mistake(
        "unknown key of an action",
        "    within: 4 weeks",
        "    by_when: 4 weeks",
        """\
37:5: unknown key 'by_when'
  37 |     by_when: 4 weeks
     |     ^^^^^^^ help: write 'within', which is missing
"""),
    Mistake(
        "missing key",
        "why: >-\n  A lamp that smokes lights nobody, and children sit in the dark.\n",
        "",
        """\
1:1: 'why' is missing
  1 | id: LAN-07
    | ^^ help: add 'why:'
"""),
    Mistake(
        "wrong severity",
        "severity: medium",
        "severity: moderate",
        """\
29:11: 'moderate' is not one of: critical, high, medium, low
  29 | severity: moderate
     |           ^^^^^^^^ help: choose one of these words
"""),
    Mistake(
        "wrong verdict word",
        "verdict: not_met",
        "verdict: failed",
        """\
45:14: 'failed' is not one of: met, not_met, unknown, not_applicable
  45 |     verdict: failed
     |              ^^^^^^ help: choose one of these words
"""),
    Mistake(
        "list for text",
        "theme: lamps",
        "theme: [lamps, light]",
        """\
7:8: this takes text, not a list or a group of keys
  7 | theme: [lamps, light]
    |        ^^^^^^^^^^^^^^ help: write it on one line, or after >-
"""),
    Mistake(
        "text for a list",
        "issues: [late-visits]",
        "issues: late-visits",
        """\
38:9: this takes a list
  38 | issues: late-visits
     |         ^^^^^^^^^^^ help: begin each item with '- ', or write [one, two]
"""),
    Mistake(
        "number for text",
        "theme: lamps",
        "theme: 7",
        """\
7:8: '7' is not text
  7 | theme: 7
    |        ^ help: put it in quotes
"""),
    Mistake(
        "yes in quotes",
        "is: yes}\nthr",
        "is: 'yes'}\nthr",
        """\
22:28: 'yes' in quotes is text
  22 |     - {fact: lamp.lit, is: 'yes'}
     |                            ^^^^^ help: take the quotes away
"""),
    Mistake(
        "misspelt fact",
        "fact: lamp.wait",
        "fact: lamp.wiat",
        """\
21:14: no fact is called 'lamp.wiat'
  21 |     - {fact: lamp.wiat, at_most: {threshold: trimmed}}
     |              ^^^^^^^^^ help: did you mean 'lamp.wait'?
"""),
    Mistake(
        "misspelt test",
        "at_most:",
        "atmost:",
        """\
21:25: 'atmost' is not a test
  21 |     - {fact: lamp.wait, atmost: {threshold: trimmed}}
     |                         ^^^^^^ help: did you mean 'at_most'?
"""),
    Mistake(
        "test that does not fit",
        "{fact: lamp.lit, is: yes}",
        "{fact: lamp.lit, at_least: 1}",
        """\
22:24: 'at_least' does not fit 'lamp.lit', which is a yes_no
  22 |     - {fact: lamp.lit, at_least: 1}
     |                        ^^^^^^^^ help: what fits: evidenced, is, is_not, known
"""),
    Mistake(
        "wrong unit",
        "value: 1 week}",
        "value: 5 days}",
        """\
28:35: '5 days' is in days; this fact is in weeks
  28 |       - {from: 2020-01-01, value: 5 days}
     |                                   ^^^^^^ help: give it in weeks: units are never converted into each other
"""),
    Mistake(
        "no unit",
        "value: 1 week}",
        "value: 1}",
        """\
28:35: '1' is not a duration: it has no unit
  28 |       - {from: 2020-01-01, value: 1}
     |                                   ^ help: write a number and a unit, such as 14 weeks
"""),
    Mistake(
        "en dash for a range",
        "{fact: lamp.lit, is: yes}",
        "{fact: lamp.score, between: 3–5}",
        """\
22:35: 'between' takes two values
  22 |     - {fact: lamp.score, between: 3–5}
     |                                   ^^^ help: between: [lowest, highest]
"""),
    Mistake(
        "percentage without its sign",
        "{fact: lamp.lit, is: yes}",
        "{fact: lamp.on_time, at_least: 95}",
        """\
22:38: 95 could be a share or a percentage
  22 |     - {fact: lamp.on_time, at_least: 95}
     |                                      ^^ help: write 95%, or numerator/denominator such as 312/480
"""),
    Mistake(
        "unlike types",
        "{fact: lamp.lit, is: yes}",
        "{fact: lamp.wait, at_most: {fact: lamp.score}}",
        """\
22:41: a duration cannot be compared with 'lamp.score', a number
  22 |     - {fact: lamp.wait, at_most: {fact: lamp.score}}
     |                                         ^^^^^^^^^^ help: compare facts of one type and unit
"""),
    Mistake(
        "wrong member",
        "{fact: lamp.lit, is: yes}",
        "{fact: room.wait, for: celler, at_most: 2 weeks}",
        """\
22:30: no room is called 'celler'
  22 |     - {fact: room.wait, for: celler, at_most: 2 weeks}
     |                              ^^^^^^ help: did you mean 'cellar'?
"""),
    Mistake(
        "no member",
        "{fact: lamp.lit, is: yes}",
        "{fact: room.wait, at_most: 2 weeks}",
        """\
22:14: 'room.wait' holds one value for each room
  22 |     - {fact: room.wait, at_most: 2 weeks}
     |              ^^^^^^^^^ help: put it inside 'every: room', or name one with 'for: hall'
"""),
    Mistake(
        "two tests",
        "{fact: lamp.lit, is: yes}",
        "{fact: lamp.score, at_least: 3, at_most: 5}",
        """\
22:39: one test at a time
  22 |     - {fact: lamp.score, at_least: 3, at_most: 5}
     |                                       ^^^^^^^ help: join two tests with 'all'
"""),
    Mistake(
        "resting on doubt",
        "{fact: lamp.lit, is: yes}",
        "{finding: LAN-01, is: [unknown]}",
        """\
22:29: a rule cannot rest on another being unknown
  22 |     - {finding: LAN-01, is: [unknown]}
     |                             ^^^^^^^^^ help: doubt must stay doubt: name met, not_met or not_applicable
"""),
    Mistake(
        "finding on itself",
        "{fact: lamp.lit, is: yes}",
        "{finding: LAN-07, is: [met]}",
        """\
19:1: 'LAN-07' rests on its own finding
  19 | expect:
     | ^^^^^^ help: a finding may rest only on findings that do not rest on it
"""),
    Mistake(
        "findings in a circle",
        "{fact: lamp.lit, is: yes}",
        "{finding: LAN-08, is: [met]}",
        """\
19:1: findings rest on each other in a circle: LAN-07 -> LAN-08 -> LAN-07
  19 | expect:
     | ^^^^^^ help: a finding may rest only on findings that do not rest on it
"""),
    Mistake(
        "same condition twice",
        "{fact: lamp.lit, is: yes}",
        "{fact: lamp.wait, at_most: {threshold: trimmed}}",
        """\
22:7: the same condition stands here twice
  22 |     - {fact: lamp.wait, at_most: {threshold: trimmed}}
     |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ help: take one away
"""),
    Mistake(
        "unused threshold",
        "{threshold: trimmed}",
        "1 week",
        """\
24:3: the threshold 'trimmed' is not used
  24 |   trimmed:
     |   ^^^^^^^ help: write {threshold: trimmed} in the condition, or take it away
"""),
    Mistake(
        "threshold that is not there",
        "{threshold: trimmed}",
        "{threshold: trimed}",
        """\
21:46: no threshold is called 'trimed'
  21 |     - {fact: lamp.wait, at_most: {threshold: trimed}}
     |                                              ^^^^^^ help: did you mean 'trimmed'?
"""),
    Mistake(
        "policy threshold without because",
        "basis: law",
        "basis: policy",
        """\
24:3: a policy choice needs 'because': why the number is defensible
  24 |   trimmed:
     |   ^^^^^^^ help: add 'because:', or use 'basis: local' if there is no good reason
"""),
    Mistake(
        "national figure without source",
        "basis: law",
        "basis: national",
        """\
24:3: a threshold based on a national figure needs 'source'
  24 |   trimmed:
     |   ^^^^^^^ help: add 'source:' with an id of sources.yaml
"""),
    Mistake(
        "local threshold with values",
        "basis: law",
        "basis: local\n    ask: What has your board agreed?",
        """\
28:7: a local standard has no values: each council sets its own
  28 |       - {from: 2014-09-01, until: 2019-12-31, value: 2 weeks}
     |       ^ help: take 'values' away, or choose another basis
"""),
    Mistake(
        "two values on a day",
        "until: 2019-12-31",
        "until: 2020-01-01",
        """\
28:16: two values hold on 1 January 2020
  28 |       - {from: 2020-01-01, value: 1 week}
     |                ^^^^^^^^^^ help: each value holds from its 'from' to its 'until' or the next 'from'
"""),
    Mistake(
        "days without a value",
        "until: 2019-12-31",
        "until: 2019-11-30",
        """\
28:16: there is no value between 30 November 2019 and 1 January 2020
  28 |       - {from: 2020-01-01, value: 1 week}
     |                ^^^^^^^^^^ help: each value holds from its 'from' to its 'until' or the next 'from'
"""),
    Mistake(
        "unknown source",
        "source: lamp-act",
        "source: lamps-act",
        """\
12:13: no source is called 'lamps-act'
  12 |   - source: lamps-act
     |             ^^^^^^^^^ help: did you mean 'lamp-act'?
"""),
    Mistake(
        "unknown criterion",
        "criterion: light",
        "criterion: lihgt",
        """\
4:12: no criterion is called 'lihgt'
  4 | criterion: lihgt
    |            ^^^^^ help: did you mean 'light'?
"""),
    Mistake(
        "unknown issue code",
        "[late-visits]",
        "[late-visit]",
        """\
38:10: no issue is called 'late-visit'
  38 | issues: [late-visit]
     |          ^^^^^^^^^^ help: did you mean 'late-visits'?
"""),
    Mistake(
        "id that is not the file's name",
        "id: LAN-07",
        "id: LAN-70",
        """\
1:5: the id 'LAN-70' is not the file's name
  1 | id: LAN-70
    |     ^^^^^^ help: write 'id: LAN-07', or rename the file
"""),
    Mistake(
        "id of another page",
        "id: LAN-07",
        "id: LAN-01",
        """\
1:5: the id 'LAN-01' is not the file's name
  1 | id: LAN-01
    |     ^^^^^^ help: write 'id: LAN-07', or rename the file
"""),
    Mistake(
        "duty without force",
        "force: must\n",
        "",
        """\
5:7: a duty needs 'force'
  5 | kind: duty
    |       ^^^^ help: add 'force: must', or should for guidance
"""),
    Mistake(
        "missing example",
        "  - name: nobody looked\n    given: {lamp.lamps: 4, lamp.wait: unknown, lamp.lit: yes}\n    verdict: unknown\n    because: said_unknown\n",
        "",
        """\
39:1: no example is unknown
  39 | examples:
     | ^^^^^^^^ help: add an example with 'verdict: unknown'
"""),
]
# fmt: on
