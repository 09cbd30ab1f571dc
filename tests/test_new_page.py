"""A new rule page: it can be read, its examples pass, and lint reports what its author must say."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from conftest import Run
from lantern import House

from readiness.analysis.pages.branches import Tally
from readiness.analysis.pages.examples import Examples
from readiness.app.choice import RulebookChoice
from readiness.app.editing import Desk, lint_desk
from readiness.app.writing import Author, Wish
from readiness.engine.compile import compile_rulebook
from readiness.errors import UsageError
from readiness.model.facts import Fact
from readiness.resources import shipped_rules
from readiness.rulebook.cache import Seen
from readiness.rulebook.draft import Draft, next_id, page_of, usual_kind
from readiness.rulebook.load import load_rulebook, read_files, read_rulebook
from readiness.rulebook.rulebook import Rulebook
from readiness.yaml_reader import read_text

NEW = ("rules", "new", "--framework", "lantern", "--criterion", "light", "--fact", "lamp.lit")


def shapes(facts: dict[str, Fact]) -> list[str]:
    """Return one fact of each shape that decides what a draft looks like."""
    first: dict[tuple[object, ...], str] = {}
    for fact in facts.values():
        told = (fact.type, fact.better, fact.unit, fact.ordered, bool(fact.of), bool(fact.for_each))
        first.setdefault(told, fact.id)
    return list(first.values())


@pytest.fixture(scope="module")
def drafted() -> tuple[Rulebook, dict[str, str]]:
    """Return the shipped rulebook with a new page for each shape of fact, and their texts."""
    folder = shipped_rules()
    raw = read_files(folder, "rules", Seen.of(folder))
    rulebook = load_rulebook(folder, "rules")
    texts: dict[str, str] = {}
    for number, fact in enumerate(shapes(dict(rulebook.facts))):
        kind = usual_kind(rulebook.facts[fact])
        draft = Draft(
            id=f"NEW-{number:03}",
            title=f"What is asked of {fact} is so",
            framework="area-send",
            criterion="ambition",
            kind=kind,
            force=None,
            theme="trial",
            fact=fact,
            source="area-send-2025",
            start=rulebook.page.examples_as_of,
        )
        texts[draft.id] = page_of(draft, rulebook)
    new = {f"area-send/ambition/{id}.yaml": text.encode() for id, text in texts.items()}
    reading, _ = read_rulebook({**raw, **new}, folder, "rules", None, compile_rulebook)
    assert [str(problem) for problem in reading.problems] == []
    assert reading.rulebook is not None
    return reading.rulebook, texts


def test_a_page_drafted_for_any_fact_passes_and_turns_on_both_sides(
    drafted: tuple[Rulebook, dict[str, str]],
) -> None:
    rulebook, texts = drafted
    assert len(texts) > 20
    pages = {file: read_text(texts[id], id) for id, file in rulebook.files.items() if id in texts}
    runs = Examples(rulebook, compile_rulebook(rulebook), pages.__getitem__)
    for id in texts:
        tried = list(runs.run(id))
        assert runs.problems == []
        assert [str(one.result) for one in tried if not one.result.passed] == []
        tally = Tally()
        tally.add(rulebook, id, tried)
        assert (tally.sides, tally.untried) == (2, []), texts[id]


def test_the_next_id_follows_the_criterion_and_is_never_used_again(house: House) -> None:
    rulebook = house.rulebook()
    assert next_id(rulebook, "lantern", "light", []) == "LAN-07"
    assert next_id(rulebook, "lantern", "light", ["LAN-11"]) == "LAN-12"
    (house.rules / "lantern/warmth/LAN-05.yaml").unlink()
    assert next_id(house.rulebook(), "lantern", "light", []) == "LAN-07"
    for number in (1, 2, 3):
        (house.rules / f"lantern/light/LAN-0{number}.yaml").unlink()
    house.write("rules/lantern/coverage.yaml", "{}\n")
    assert next_id(house.rulebook(), "lantern", "light", []) == "LAN-L-001"


# ---- the command, told everything


def test_a_page_is_written_where_it_belongs(house: House, run: Run) -> None:
    ran = run(*NEW)
    assert (ran.code, ran.out) == (0, "rules/lantern/light/LAN-07.yaml\n")
    assert "readiness rules lint LAN-07" in ran.err
    rulebook = house.rulebook()
    made = rulebook.expectations["LAN-07"]
    assert (made.kind, made.theme, made.citations[0].source) == ("evidence", "lamps", "lamp-act")
    assert made.in_force.start == rulebook.sources["lamp-act"].start
    assert run("rules", "test", "LAN-07").code == 0
    assert run("rules", "show", "LAN-07").code == 0


def test_lint_reports_what_only_the_author_can_say_and_nothing_else(house: House, run: Run) -> None:
    run(*NEW[:-1], "lamp.grade", "--kind", "duty", "--title", "The oil is good: always")
    desk = Desk.of(RulebookChoice(house.rules, cache=False))
    found = lint_desk(desk, desk.reading(), {"lantern/light/LAN-07.yaml"})
    marked = [c for c in found.complaints if c.rule == "TODO"]
    assert [c.rule for c in found.complaints if c not in marked] == ["coverage"]
    text = (house.rules / "lantern/light/LAN-07.yaml").read_text(encoding="utf-8")
    assert len(marked) == text.count("TODO") == 11
    assert run("rules", "lint", "LAN-07").code == 3


def test_every_option_is_written_down(house: House, run: Run) -> None:
    ran = run(*NEW[:-1], "lamp.wait", "--id", "LAN-99", "--kind", "duty", "--force", "should",
              "--source", "lamp-stats", "--from", "2026-01-01", "--severity", "critical",
              "--title", "'Tis lit # always")  # fmt: skip
    assert ran.code == 0
    made = house.rulebook().expectations["LAN-99"]
    assert (made.title, made.force, made.severity) == ("'Tis lit # always", "should", "critical")
    assert (made.citations[0].source, str(made.in_force.start)) == ("lamp-stats", "2026-01-01")
    assert made.thresholds["agreed"].basis == "local"


def test_a_share_that_law_binds_is_asked_of_each_case(house: House, run: Run) -> None:
    assert run(*NEW[:-1], "lamp.on_time", "--kind", "duty").code == 0
    page = (house.rules / "lantern/light/LAN-07.yaml").read_text("utf-8")
    assert "each_one:\n    basis: law\n    values:\n      - {from: 2010-01-01, value: 100%}" in page
    assert run(*NEW[:-1], "lamp.late", "--kind", "duty").code == 0
    assert "value: 0%}" in (house.rules / "lantern/light/LAN-08.yaml").read_text("utf-8")
    assert run(*NEW[:-1], "lamp.on_time", "--kind", "duty", "--force", "should").code == 0
    assert house.rulebook().expectations["LAN-09"].thresholds["agreed"].basis == "local"


@pytest.mark.parametrize("fact", ["lamp.on_time", "lamp.wait", "lamp.grade", "lamp.lit"])
def test_a_duty_that_is_still_to_come_is_tried_on_its_first_day(
    house: House, run: Run, fact: str
) -> None:
    options = ("--kind", "duty", "--from", "2031-04-01")
    assert run(*NEW[:-1], fact, *options).code == 0
    examples = house.rulebook().expectations["LAN-07"].examples
    assert {str(example.given["as_of"]) for example in examples} == {"2031-04-01"}
    assert {example.verdict for example in examples} >= {"met", "not_met", "unknown"}
    assert run("rules", "test", "LAN-07").code == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--framework", "lantren"], "there is no framework 'lantren'; did you mean 'lantern'?"),
        (["--criterion", "lihgt"], "there is no criterion 'lihgt'; did you mean 'light'?"),
        (["--fact", "lamp.lti"], "there is no fact 'lamp.lti'; is it one of: lamp.lit"),
        (["--fact", "who sleeps on time"], "is it one of: lamp.on_time"),
        (["--source", "lamps-act"], "there is no source 'lamps-act'; is it one of: lamp-act"),
        (["--id", "LAN-01"], "the id 'LAN-01' is taken"),
        (["--from", "1.1.2026"], "'1.1.2026' is not a day"),
        (["--kind", "dutty"], "'dutty' is not one of"),
    ],
)
def test_what_does_not_exist_is_met_with_what_does(
    house: House, run: Run, options: list[str], said: str
) -> None:
    before = sorted(house.rules.rglob("*"))
    ran = run(*NEW, *options)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert sorted(house.rules.rglob("*")) == before


def test_an_id_that_is_none(house: House, run: Run) -> None:
    ran = run(*NEW, "--id", "lan_7")
    assert (ran.code, ran.out) == (3, "")
    assert "'lan_7' is not an id" in ran.err
    assert not (house.rules / "lantern/light/lan_7.yaml").exists()


def test_without_a_terminal_it_says_what_is_lacking(run: Run) -> None:
    ran = run("rules", "new", "--framework", "lantern")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "say what the page is about: --criterion, --fact\n"


def test_a_rulebook_that_is_wrong_is_mended_first(house: House, run: Run) -> None:
    house.edit("rules/lantern/light/LAN-01.yaml", ("severity: high", "severity: hihg"))
    ran = run(*NEW)
    assert ran.code == 3
    assert "'hihg' is not one of" in ran.err


def test_the_packaged_rulebook_is_left_alone(
    house: House, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (house.folder / "elsewhere").mkdir()
    monkeypatch.chdir(house.folder / "elsewhere")
    house.rules.rename(house.folder / "others")
    ran = run("rules", "new", "--framework", "area-send", "--criterion", "ambition",
              "--fact", "ehcp.issued_on_time")  # fmt: skip
    assert ran.code == 2
    assert "the packaged rulebook is not for editing" in ran.err


def test_a_page_that_cannot_be_written_leaves_no_folder(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    dusk = "  dusk: {title: There is dusk, confidence: verified}\n"
    house.edit("rules/lantern/framework.yaml", ("requests:", f"{dusk}requests:"))
    author = Author(RulebookChoice(house.rules, cache=False))

    def refuse(self: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(UsageError, match="No space left"):
        author.write(Wish("lantern", "dusk", "lamp.lit"))
    assert not (house.rules / "lantern/dusk").exists()
    monkeypatch.undo()
    assert author.write(Wish("lantern", "dusk", "lamp.lit")).file.name == "LAN-D-001.yaml"


# ---- for an overlay ----


@pytest.fixture
def lampton(house: House) -> Path:
    house.write("lampton/overlay.yaml", "id: lampton\ntitle: Lampton's own\nformat: 1\n")
    return house.folder / "lampton"


OWN = (*NEW, "--overlay", "lampton")


def test_a_page_of_an_overlay_is_written_into_it(house: House, run: Run, lampton: Path) -> None:
    before = sorted(house.rules.rglob("*"))
    ran = run(*OWN)
    assert (ran.code, ran.out) == (0, "lampton/lantern/light/LOCAL-LAMPTON-001.yaml\n")
    assert ran.err == "Now say what is marked in it: readiness rules lint --overlay lampton\n"
    assert run(*OWN).out == "lampton/lantern/light/LOCAL-LAMPTON-002.yaml\n"
    assert sorted(house.rules.rglob("*")) == before
    assert run("rules", "test", "LOCAL-LAMPTON-001", "--overlay", "lampton").code == 0
    marked = run("rules", "lint", "--overlay", "lampton").out
    assert "lampton/lantern/light/LOCAL-LAMPTON-001.yaml:" in marked


def test_an_overlay_may_stand_on_its_own_facts(house: House, run: Run, lampton: Path) -> None:
    fact = "lampton.oil:\n  title: Oil\n  type: yes_no\n  definition: There is oil.\n"
    house.write("lampton/facts/oil.yaml", fact)
    assert run(*OWN[:6], "--fact", "lampton.oil", "--overlay", "lampton").code == 0


@pytest.mark.parametrize("id", ["LAN-99", "LOCAL-LAMPTON-", "LOCAL-LAMPTON-/../X"])
def test_an_id_that_is_not_the_overlays(house: House, run: Run, lampton: Path, id: str) -> None:
    ran = run(*OWN, "--id", id)
    assert (ran.code, ran.out) == (2, "")
    assert "not an id of this overlay's own, such as LOCAL-LAMPTON-001" in ran.err
    assert [file.name for file in lampton.rglob("*")] == ["overlay.yaml"]


def test_a_page_that_an_overlay_may_not_have_leaves_nothing(
    house: House, run: Run, lampton: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("readiness.app.writing.page_of", lambda *_: "id: nonsense\n")
    ran = run(*OWN)
    assert ran.code == 3
    assert [file.name for file in lampton.rglob("*")] == ["overlay.yaml"]


# ---- the command, asking


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    typed = io.StringIO()
    monkeypatch.setattr(sys, "stdin", typed)
    return typed


def test_it_asks_and_asks_again(house: House, run: Run, answers: io.StringIO) -> None:
    answers.write("lantren\nlantern\nlight\nEvery lamp burns at dusk\nburning lamp\nlamp.lit\n"
                  "duty\nshuld\nshould\n\n")  # fmt: skip
    answers.seek(0)
    ran = run("rules", "new", "--ask")
    assert (ran.code, ran.out) == (0, "rules/lantern/light/LAN-07.yaml\n")
    assert "did you mean 'lantern'?" in ran.err
    assert "light: There is light" in ran.err
    assert "'shuld' is not one of: must, should" in ran.err
    made = house.rulebook().expectations["LAN-07"]
    assert (made.title, made.kind, made.force) == ("Every lamp burns at dusk", "duty", "should")


def test_what_is_given_is_not_asked_for(house: House, run: Run, answers: io.StringIO) -> None:
    answers.write("Every lamp burns at dusk\n\n\n")
    answers.seek(0)
    assert run(*NEW, "--ask").code == 0
    assert house.rulebook().expectations["LAN-07"].title == "Every lamp burns at dusk"


class Interrupted(io.TextIOWrapper):
    """A terminal at which somebody answers, and then presses Ctrl-C."""

    def readline(self, size: int = -1, /) -> str:  # type: ignore[override]
        line = super().readline(size)
        if not line:
            raise KeyboardInterrupt
        return line


def test_ctrl_c_leaves_nothing_behind(
    house: House, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sorted(house.rules.rglob("*"))
    typed = io.BytesIO(b"lantern\nlight\nEvery lamp burns\n")
    monkeypatch.setattr(sys, "stdin", Interrupted(typed))
    ran = run("rules", "new", "--ask")
    assert (ran.code, ran.out) == (130, "")
    assert ran.err.endswith("stopped\n")
    assert sorted(house.rules.rglob("*")) == before


def test_answers_that_end_leave_nothing_behind(
    house: House, run: Run, answers: io.StringIO
) -> None:
    answers.write("lantern\n")
    answers.seek(0)
    assert run("rules", "new", "--ask").code == 130
    assert not (house.rules / "lantern/light/LAN-07.yaml").exists()
