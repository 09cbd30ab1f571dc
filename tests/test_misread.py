"""Values that YAML would misread, and what else is wrong, are said at once."""

from __future__ import annotations

import contextlib
import re
from random import Random

import pytest
from lantern import FILES, PROFILE, House, build

from readiness.errors import InvalidInput, InvalidProfile, InvalidRulebook
from readiness.profile.load import load_profile, read_profile
from readiness.rulebook.rulebook import Rulebook
from readiness.yaml_reader import Misread, read_text

NASTY = ("1,200", "012", "20:00", "~", "null", "on", "2026-02-31", "31/10/2026", "1e5", ".5", "")
WORD = re.compile(r"(?<=: )[^\s{}\[\],:][^{}\[\],\n]*")


def test_a_value_that_is_misread_does_not_hide_what_else_is_wrong(house: House) -> None:
    house.write(
        "profile.yaml",
        "council: {name: Lampton}\nas_of: 2026-02-31\nfacts:\n  lamp.lot: yes\n"
        '  lamp.lit: "yes"\n  lamp.children: 1,200\n',
    )
    with pytest.raises(InvalidProfile) as refused:
        load_profile(house.profile, house.rulebook())
    said = [(problem.line, problem.message) for problem in refused.value.problems]
    assert said == [
        (2, "'2026-02-31' is not a date: February 2026 has 28 days"),
        (4, "unknown fact 'lamp.lot'"),
        (5, "'yes' in quotes is text"),
        (6, "'1,200' holds a thousands comma"),
    ]


def test_a_rule_page_says_everything_at_once(house: House) -> None:
    file = next(name for name, text in FILES.items() if "severity:" in text)
    text = FILES[file].replace("severity:", "severty:", 1)
    house.write(f"rules/{file}", text + "note: 20:00\n")
    with pytest.raises(InvalidRulebook) as refused:
        house.rulebook()
    messages = [problem.message for problem in refused.value.problems]
    assert "unknown key 'severty'" in messages
    assert any("'20:00'" in message for message in messages)


def test_what_cannot_be_parsed_is_said_alone() -> None:
    with pytest.raises(InvalidInput) as refused:
        read_text("a: 012\nb: [1\n", "page.yaml")
    assert not isinstance(refused.value, Misread)


@pytest.fixture(scope="module")
def rulebook(tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    return build(tmp_path_factory.mktemp("lantern")).rulebook()


@pytest.mark.parametrize("seed", range(150))
def test_no_misread_profile_ends_a_check(seed: int, rulebook: Rulebook) -> None:
    """Any values of a profile may be nasty: there are problems, and nothing else happens."""
    chance = Random(seed)
    text = WORD.sub(lambda m: chance.choice(NASTY) if chance.random() < 0.2 else m[0], PROFILE)
    try:
        document = read_text(text, "profile.yaml")
    except Misread as error:
        document = error.document
    except InvalidInput:
        return
    with contextlib.suppress(InvalidProfile):
        read_profile([document], rulebook)
