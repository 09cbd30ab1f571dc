"""The policy guide can be typed along: its commands run, its edits fit, its answers are printed.

The signs that the guide uses: in a `diff`, lines with `-` go and lines with `+` come, in the file
that was named last; a `yaml` block is added at the end of the file named before it, or is the whole
file after "reads:"; in a `text` block, what the commands above it print, `…` stands for lines that
are left out, and `N` for a number.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from readiness.cli import main

ROOT = Path(__file__).resolve().parent.parent
GUIDE = (ROOT / "docs" / "policy-guide.md").read_text(encoding="utf-8")
COUNCILS = ("brindleford", "curlewick")
"""Made-up councils that come along; with all of them `rules impact` says the same, later."""


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of the guide.

    Attributes:
        kind: What it says after the fence.
        before: The prose between the block before it and this one.
        line: Line of the guide on which it begins.
    """

    kind: str
    text: str
    before: str
    line: int


def blocks(guide: str) -> Iterator[Block]:
    """Yield the fenced blocks of a guide."""
    end = 0
    for found in re.finditer(r"^```(\w+)\n(.*?)^```$", guide, re.MULTILINE | re.DOTALL):
        line = guide.count("\n", 0, found.start()) + 1
        yield Block(found[1], found[2], guide[end : found.start()], line)
        end = found.end()


class Reader:
    """Somebody who types the guide along, in a copy of the repository."""

    def __init__(self, copy: Path, printed: pytest.CaptureFixture[str]) -> None:
        self.copy = copy
        self.printed = printed
        self.file = copy
        self.answer = ""

    def follow(self, block: Block) -> None:
        """Do what a block says."""
        if named := re.findall(r"`(rules/[\w/-]+\.yaml)`", block.before.replace("\n", " ")):
            self.file = self.copy / named[-1]
        if block.kind == "sh":
            self.answer = "".join(self.run(line) for line in block.text.splitlines())
        elif block.kind == "text":
            assert shows(block.text, self.answer), f"it printed:\n{self.answer}"
        elif block.kind == "diff":
            self.file.write_text(edited(self.file.read_text("utf-8"), block.text), "utf-8")
        else:
            assert block.kind == "yaml", block
            whole = block.before.rstrip().endswith("reads:")
            assert whole or "at the end of" in block.before.casefold(), block
            held = "" if whole else self.file.read_text("utf-8")
            self.file.write_text(held + block.text, "utf-8")

    def run(self, line: str) -> str:
        """Return what a command prints; fail where it cannot be run."""
        program, *args = shlex.split(line)
        if program != "readiness":
            assert program == "git"
            done = subprocess.run(["git", *args], cwd=self.copy, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
            return done.stdout
        self.printed.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(args)
        shown = self.printed.readouterr()
        assert ended.value.code in (0, 1, 3), shown.err
        assert shown.out, shown.err
        return shown.out


def shows(shown: str, printed: str) -> bool:
    """Return whether a shown answer is what was printed, with its signs for what is left out."""
    lines = [
        r"(?:.*\n)*?" if line == "…" else re.sub(r"\bN\b", r"[\\d,]+", re.escape(line)) + r"\n"
        for line in shown.splitlines()
    ]
    return re.fullmatch("".join(lines), printed) is not None


def edited(text: str, diff: str) -> str:
    """Return a text after an edit that must fit it in one place only."""
    lines = diff.splitlines(keepends=True)
    old = "".join(line[1:] for line in lines if line[0] != "+")
    assert text.count(old) == 1, f"it should be there once:\n{old}"
    return text.replace(old, "".join(line[1:] for line in lines if line[0] != "-"))


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the repository, under git, with somewhere to push to."""
    copy, shared = tmp_path / "copy", tmp_path / "shared.git"
    shutil.copytree(ROOT / "rules", copy / "rules")
    shutil.copytree(ROOT / "schema", copy / "schema")
    for council in COUNCILS:
        shutil.copytree(ROOT / "scenarios" / council, copy / "scenarios" / council)
    monkeypatch.chdir(copy)
    for variable in ("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(variable, str(tmp_path / "home"))
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "Policy officer")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "officer@example.org")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "none"))
    for args in (
        ["init", "--quiet", "--bare", str(shared)],
        ["init", "--quiet", "--initial-branch=main"],
        ["add", "."],
        ["commit", "--quiet", "--message=As it was"],
        ["remote", "add", "origin", str(shared)],
    ):
        subprocess.run(["git", *args], check=True)
    return copy


@pytest.mark.parametrize("example", ["## A number changes", "## A new expectation"])
def test_the_guide_can_be_typed_along(
    example: str, copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    start = GUIDE.index(example)
    stop = GUIDE.index("\n## ", start)
    above = GUIDE.count("\n", 0, start)
    reader = Reader(copy, capsys)
    followed = list(blocks(GUIDE[start:stop]))
    for block in followed:
        try:
            reader.follow(block)
        except AssertionError as error:
            pytest.fail(f"docs/policy-guide.md:{above + block.line}: {error}")
    assert {block.kind for block in followed} >= {"sh", "text", "yaml"}
    changed = subprocess.run(
        ["git", "status", "--porcelain", "rules", "schema"], capture_output=True, text=True
    )
    assert changed.stdout == "", "what was edited is committed"


def test_nothing_else_of_the_guide_is_to_be_typed() -> None:
    worked = GUIDE[GUIDE.index("## A number changes") : GUIDE.index("## When the law has not")]
    assert list(blocks(GUIDE.replace(worked, ""))) == []


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)]+)\)", GUIDE))
def test_link_leads_somewhere(link: str) -> None:
    file, _, heading = link.partition("#")
    assert (ROOT / "docs" / file).exists()
    text = (ROOT / "docs" / file).read_text("utf-8") if file else GUIDE
    titles = re.findall(r"^##+ (.+)$", text, re.MULTILINE) if heading else []
    assert not heading or heading in {title.casefold().replace(" ", "-") for title in titles}


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        ("a\nb\n", "a\nb\n", True),
        ("a\n", "a\nb\n", False),
        ("a\n…\n", "a\nb\n", True),
        ("…\nb\n", "a\nb\n", True),
        ("…\na\n", "a\nb\n", False),
        ("N of 3 (N)\n", "1,200 of 3 (4)\n", True),
        ("N of 3\n", "2 of 4\n", False),
        ("a.c\n", "abc\n", False),
    ],
)
def test_what_counts_as_shown(shown: str, printed: str, same: bool) -> None:
    assert shows(shown, printed) is same


def test_an_edit_fits_once() -> None:
    assert edited("a\nb\nc\n", " a\n-b\n+d\n+e\n") == "a\nd\ne\nc\n"
    with pytest.raises(AssertionError, match="should be there once"):
        edited("a\na\n", "-a\n+b\n")
