"""What to say: each message is one sentence, and its help the way out.

Sentences that need the text at hand stand where they are said; those that do not stand here.
"""

from __future__ import annotations

from typing import NamedTuple

from readiness.yaml_reader.characters import named, printable


class Fault(NamedTuple):
    """What is wrong, and what to do about it."""

    message: str
    help: str


QUOTES = "put the text in quotes, or on lines of its own below 'key: >-'"
NO_VALUE_HELP = "write a value after the colon ([] for an empty list), or take the line away"
CONFLICT = Fault(
    "two versions of this page were merged, and they disagree here",
    "keep one version, and delete the lines that begin with <<<<<<<, ======= and >>>>>>>",
)
NO_ITEM = Fault("this list item is empty", "write a value after the dash, or take the line away")
NO_KEY = Fault("there is no key before this colon", "write a key, or put the text in quotes")
SPLIT_HELP = (
    "inside braces a comma ends a value: put the text in quotes, or write it in block style, "
    "each key on a line of its own"
)
CUT_SENTENCE = Fault(
    "this looks like one sentence cut at a comma",
    "put the whole text in quotes, or write the list in block style, each item after a dash",
)
LOST_TEXT = Fault(
    "the text after ' #' is lost: it is read as a comment",
    "put the whole value in quotes; if it is a comment, put a space after the #",
)
HIDDEN = Fault(
    "there is no value here: everything after # is read as a comment",
    "put the value in quotes; if it is a comment, put a space after the # and give a value",
)
MERGE_KEY = Fault("merge keys (<<) are not used here", "write the keys out in full")
COMPLEX_KEY = Fault(
    "a key must be a plain word; keys that begin with '? ' are not used here",
    "write 'key: value', or put the text in quotes",
)
CURLY_QUOTES = Fault("these are curly quotes", "use straight ones: \" or '")
SECOND_DOCUMENT = Fault(
    "a second document starts here",
    "take the line '---' or '...' away, or put the second part in a file of its own",
)
BAD_INDENTATION = Fault(
    "the indentation of this line matches no line above it",
    "line it up with the other keys of its group, two spaces for each level",
)
RUNS_ON = Fault(
    "this line is indented further than the one above, so it is read as more of its text",
    "line it up with the key above; if it is text, put the whole text in quotes",
)
MIXED = Fault(
    "list items and keys stand side by side here",
    "write either only lines with '- ' or only lines with 'key: value' at one level",
)
NO_COLON = Fault(
    "this line has no colon",
    "write 'key: value'; if it goes on with the text above, indent it",
)
NO_SPACE = Fault("there is no space after this colon", "write 'key: value', with a space")
INNER_COLON = Fault("a colon followed by a space stands inside this text", QUOTES)
INNER_LIST = Fault(
    "a list cannot begin on the line of its key",
    "write each item on a line of its own below the key, or put the text in quotes",
)
OPEN_QUOTE = Fault(
    "this quote is never closed",
    "add the closing quote; an apostrophe inside single quotes is written twice ('')",
)
AFTER_QUOTE = Fault(
    "there is text after the closing quote",
    "put the whole text in quotes; an apostrophe inside single quotes is written twice ('')",
)
AFTER_BRACKET = Fault("there is text after the closing bracket", QUOTES)
LOOSE_TEXT = Fault(
    "this text belongs to nothing above it", "write 'key: value', or put the whole text in quotes"
)
MISSING_COMMA = Fault(
    "a comma is missing before this, or a text with a colon needs quotes",
    "put a comma between items, and quotes around a text that holds ': '",
)
QUESTION = Fault("a question mark inside braces or brackets needs quotes", QUOTES)
TWO_COMMAS = Fault("there is nothing between these commas", "take one comma away")
ESCAPE = Fault(
    "a backslash in double quotes begins an escape, and this is none",
    "use single quotes, in which a backslash is a backslash",
)
TAB = Fault("a tab stands here", "write spaces, or put the text in quotes")


def cannot_begin(mark: str) -> Fault:
    """Return what is wrong with text that begins with a sign that YAML keeps for itself."""
    if mark in ">|":
        return Fault(
            f"text on the line of its key cannot begin with '{mark}'",
            f"put the text in quotes; after '{mark}' or '{mark}-' it begins on the next line",
        )
    meaning = {"*": "aliases", "&": "anchors", "!": "tags", "%": "directives"}.get(mark)
    because = f": YAML's {meaning} are not used here" if meaning else ""
    return Fault(
        f"text cannot begin with '{mark}'{because}",
        f"{'write it out in full, or ' if meaning else ''}put the text in quotes",
    )


def odd_here(character: str) -> Fault:
    """Return what is wrong where a character stands that cannot be seen."""
    return Fault(f"{named(character)} stands here, and cannot be seen", "delete it or type a space")


def quote(text: str) -> str:
    """Return the beginning of a text in quotes, for a message."""
    text = " ".join(printable(text[:41]).split())
    return f"'{text}'" if len(text) <= 40 else f"'{text[:39]}…'"
