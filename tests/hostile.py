"""A profile that is made of strings which try to be something else than text."""

from __future__ import annotations

import json

from lantern import House, page

SCRIPT = "<script>document.title='owned'</script>"
ELEMENT = '"><img src=x onerror="document.title=\'owned\'">'
STYLE = "</style></title><svg onload=\"document.title='owned'\">"
TEMPLATE = "{{7*7}}{% for x in y %}${7*7}"
LINK = "[press](javascript:alert(1)) javascript:alert(1) <https://example.org>"
HEADING = "# no heading *no stress* `no code` &lt;b&gt;"
FORMULA = "=HYPERLINK(1)+cmd"
TURNED = "before\u202eafter\u2066"
LONG = "W" * 300
BREAK = "one\r\nEND:VEVENT\r\nATTACH:file:///etc/passwd"
ALL = (SCRIPT, ELEMENT, STYLE, TEMPLATE, LINK, HEADING, FORMULA, TURNED, LONG, BREAK)

SERIES = "{fact: lamp.children, stable: {method: xmr, points: 12, look_at: 6}}"
BESIDE = "{fact: lamp.on_time, no_worse_than: {benchmark: england}}"


def write(house: House, name: str = "Lampton") -> None:
    """Write a profile in which every text is hostile, and pages that draw what it holds.

    Args:
        name: How the council's name begins, before what is hostile in it.
    """
    house.write("rules/lantern/light/LAN-07.yaml", page("LAN-07", SERIES, kind="signal"))
    house.write("rules/lantern/light/LAN-08.yaml", page("LAN-08", BESIDE))
    house.write(
        "rules/questions.yaml",
        "light:\n  ask: Who sees the light?\n  answered_by: [LAN-01, LAN-02, LAN-03]\n"
        "change:\n  ask: What moved?\n  answered_by: [LAN-07]\n",
    )
    everything = " ".join(ALL)
    counts = [30, 31, 29, 30, 32, 31, 30, 29, 30, 31, 55, 56]
    profile = {
        "council": {
            "name": f"{name} {everything}",
            "code": "E06009901",
            "region": "north-east",
            "icbs": list(ALL),
        },
        "as_of": "AS-OF",
        "facts": {
            "lamp.lit": {"value": False, "note": everything, "source": everything},
            "lamp.children": {
                "series": {f"2025-{n:02}": count for n, count in enumerate(counts, 1)},
                "evidence": ["log"],
            },
            "lamp.on_time": {"numerator": 60, "denominator": 90, "period": 2025},
            "lamp.late": "20/80",
            "lamp.wait": {"unknown": everything},
            "lamp.name": everything,
            "room.seen": {"hall": "30/40", "attic": "10/30", "cellar": {"unknown": everything}},
        },
        "evidence": {
            "log": {
                "title": everything,
                "kind": "audit",
                "dated": "EVIDENCE-DATE",
                "serves": ["lantern/ax-1"],
                "note": everything,
            },
        },
        "standards": {
            "LAN-04.longest": {
                "value": "12 weeks",
                "agreed_by": everything,
                "dated": "EVIDENCE-DATE",
            }
        },
        "self_evaluation": {
            "dated": "EVIDENCE-DATE",
            "claims": [
                {"fact": "lamp.on_time", "value": "90%", "said_in": everything},
                {"fact": "lamp.name", "value": everything},
                {"criterion": "lantern/light", "rated": everything},
            ],
        },
        "plan": [
            {
                "id": f"P-1 {SCRIPT}",
                "addresses": ["LAN-01", "LAN-03"],
                "do": everything,
                "owner": everything,
                "shows_in": everything,
            }
        ],
        "acceptances": [
            {"expectation": "LAN-01", "by": everything, "reason": everything, "until": everything}
        ],
    }
    text = json.dumps(profile)  # JSON is YAML, and its escapes are those of YAML
    text = text.replace('"AS-OF"', "2026-01-01").replace('"EVIDENCE-DATE"', "2025-12-20")
    house.write("profile.yaml", text)
